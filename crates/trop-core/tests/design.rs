//! Designs: shared fits, averages, calendars, groupings, and what is said of a panel.

mod common;

use common::{random_panel, Design as Pattern, Matrices, CASTLE, PROP99};
use trop_core::{
    att_of_draws, averages, cell_effects, estimate, pre_treatment_cells, weighted_fit, weights,
    Anchor, Average, Cell, CellEffect, Design, Error, Estimate, Grouping, Lambdas, Measure, Panel,
    Quantity, Reason, Settings, Silent, TimeDistance, Weights,
};

/// Rounding of a few additions of numbers near one.
const ROUNDING: f64 = 1e-12;

/// Two fits that are each certified to 1e-12 (1e-8 at lambda_nn = 0) agree this well; outcomes vary by about
/// one.
const SAME: f64 = 1e-6;

const NAN: f64 = f64::NAN;

const LAMBDAS: [Lambdas; 5] = [
    Lambdas { time: 0.0, unit: 0.0, nn: f64::INFINITY },
    Lambdas { time: 0.3, unit: 0.4, nn: f64::INFINITY },
    Lambdas { time: 0.3, unit: 0.4, nn: 0.8 },
    Lambdas { time: 0.0, unit: 0.0, nn: 0.3 },
    Lambdas { time: 0.2, unit: 0.1, nn: 0.0 },
];

const SHARED: [Anchor; 2] = [Anchor::Pooled, Anchor::Spell];

fn anchored(anchor: Anchor) -> Design {
    Design { anchor, ..Default::default() }
}

fn settings(lambdas: &Lambdas) -> Settings {
    let tolerance = if lambdas.nn == 0.0 { 1e-8 } else { 1e-12 };
    Settings { tolerance, ..Default::default() }
}

fn solved(panel: &Panel, lambdas: &Lambdas) -> Estimate {
    let found = estimate(panel, lambdas, &settings(lambdas), &Silent).unwrap();
    assert!(found.converged, "{lambdas:?}: gap {}", found.max_gap);
    found
}

fn with(m: &Matrices, design: &Design) -> Panel {
    m.panel().with_design(design).unwrap()
}

fn effects(found: &Estimate) -> Vec<(Cell, f64)> {
    found.effects.iter().map(|e| (e.cell, e.effect)).collect()
}

fn assert_near(a: &[(Cell, f64)], b: &[(Cell, f64)], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for ((cell, a), (other, b)) in a.iter().zip(b) {
        assert_eq!(cell, other, "{what}");
        assert!((a - b).abs() < tolerance, "{what} {cell:?}: {a} {b}");
    }
}

fn matrices(outcome: &[f64], treatment: &[f64], n_units: usize) -> Matrices {
    let n_periods = outcome.len() / n_units;
    Matrices { outcome: outcome.to_vec(), treatment: treatment.to_vec(), n_units, n_periods }
}

/// The same outcomes, treated in the given periods of the given units.
fn treated(m: &Matrices, spells: &[(usize, std::ops::Range<usize>)]) -> Matrices {
    let mut m = m.clone();
    m.treatment.fill(0.0);
    for (unit, periods) in spells {
        let first = unit * m.n_periods;
        m.treatment[first + periods.start..first + periods.end].fill(1.0);
    }
    m
}

/// The weights of a group of treated cells, written out.
fn literal_weights(
    m: &Matrices,
    units: &[usize],
    first: usize,
    centre: f64,
    l: &Lambdas,
) -> Weights {
    let t = m.n_periods;
    let control = |i: usize, s: usize| {
        let (y, w) = (m.outcome[i * t + s], m.treatment[i * t + s]);
        (w == 0.0 && !y.is_nan()).then_some(y)
    };
    let path = |s: usize| {
        let own: Vec<f64> = units.iter().filter_map(|&i| control(i, s)).collect();
        (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64)
    };
    let unit = |i: usize| {
        let squares: Vec<f64> =
            (0..first).filter_map(|s| Some((control(i, s)? - path(s)?).powi(2))).collect();
        let distance = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
        if l.unit == 0.0 {
            1.0
        } else if squares.is_empty() {
            0.0
        } else {
            (-l.unit * distance).exp()
        }
    };
    Weights {
        unit: (0..m.n_units).map(unit).collect(),
        period: (0..t).map(|s| (-l.time * (s as f64 - centre).abs()).exp()).collect(),
    }
}

/// Effects of the observed treated cells of some units, from a fit at given weights.
fn literal_effects(m: &Matrices, units: &[usize], w: &Weights, l: &Lambdas) -> Vec<(Cell, f64)> {
    let panel = m.panel();
    let fit = weighted_fit(&panel, w, l.nn, &settings(l), &Silent).unwrap();
    let mut cells = panel.treated_cells();
    cells.retain(|c| units.contains(&c.unit) && panel.is_observed(*c));
    let effect = |c: Cell| panel.outcome(c) - fit.fitted[c.unit * m.n_periods + c.period];
    cells.into_iter().map(|c| (c, effect(c))).collect()
}

fn mean(effects: &[(Cell, f64)]) -> f64 {
    effects.iter().map(|(_, e)| e).sum::<f64>() / effects.len() as f64
}

#[test]
fn a_block_at_equal_weights_is_difference_in_differences() {
    // Controls grow by 1.5 and 3 from their mean before, the treated by 3.5 and 4.5.
    let y = [1.0, 2.0, 3.0, 0.0, 2.0, 4.0, 5.0, 6.0, 9.0, 2.0, 3.0, 7.0];
    let m = treated(&matrices(&y, &[0.0; 12], 4), &[(2, 2..3), (3, 2..3)]);
    for anchor in SHARED {
        let found = solved(&with(&m, &anchored(anchor)), &Lambdas::TWO_WAY);
        assert!((found.effects[0].effect - 1.25).abs() < ROUNDING);
        assert!((found.effects[1].effect - 2.25).abs() < ROUNDING);
        assert!((found.att - 1.75).abs() < ROUNDING);
    }
}

#[test]
fn pooled_is_one_fit_centred_on_a_trailing_block() {
    for (seed, missing) in [(1, 0.0), (2, 0.1), (3, 0.2)] {
        let m = random_panel(seed, 9, 8, Pattern::Block, missing);
        let panel = with(&m, &anchored(Anchor::Pooled));
        for l in LAMBDAS {
            // The last two of eight periods: |s - (T - P / 2)|.
            let w = literal_weights(&m, &[0, 1], 6, 8.0 - 2.0 / 2.0, &l);
            let expected = literal_effects(&m, &[0, 1], &w, &l);
            let found = solved(&panel, &l);
            assert_near(&effects(&found), &expected, SAME, &format!("{l:?}"));
            assert!((found.att - mean(&expected)).abs() < SAME);
        }
    }
}

#[test]
fn pooled_is_one_fit_centred_on_a_block_elsewhere() {
    let m = random_panel(4, 8, 10, Pattern::Block, 0.1);
    let m = treated(&m, &[(1, 4..7), (5, 4..7)]);
    for l in LAMBDAS {
        let w = literal_weights(&m, &[1, 5], 4, 5.5, &l);
        let expected = literal_effects(&m, &[1, 5], &w, &l);
        let found = solved(&with(&m, &anchored(Anchor::Pooled)), &l);
        assert_near(&effects(&found), &expected, SAME, &format!("{l:?}"));
    }
}

#[test]
fn staggered_cells_are_pooled_around_the_middle_of_all_treated_periods() {
    let m = random_panel(5, 10, 9, Pattern::Block, 0.0);
    let m = treated(&m, &[(0, 5..9), (1, 7..9), (2, 6..7)]);
    for l in LAMBDAS {
        let w = literal_weights(&m, &[0, 1, 2], 5, 7.0, &l);
        let expected = literal_effects(&m, &[0, 1, 2], &w, &l);
        let found = solved(&with(&m, &anchored(Anchor::Pooled)), &l);
        assert_near(&effects(&found), &expected, SAME, &format!("{l:?}"));
    }
}

#[test]
fn with_one_spell_spell_is_pooled() {
    let m = random_panel(6, 9, 8, Pattern::Block, 0.1);
    for l in LAMBDAS {
        let [pooled, spell] = SHARED.map(|anchor| solved(&with(&m, &anchored(anchor)), &l));
        assert_eq!(pooled, spell);
    }
}

#[test]
fn each_spell_has_its_own_fit_and_cells_count_alike_in_the_average() {
    let m = random_panel(7, 10, 9, Pattern::Block, 0.0);
    // Units 0 and 3 from period 6 on; unit 1 from period 4 on; unit 1 does not share periods 6 to 8 with them,
    // as its spell is another.
    let m = treated(&m, &[(0, 6..9), (3, 6..9), (1, 4..9)]);
    for l in LAMBDAS {
        let late = literal_weights(&m, &[0, 3], 6, 7.5, &l);
        let early = literal_weights(&m, &[1], 4, 6.5, &l);
        let mut expected = literal_effects(&m, &[0, 3], &late, &l);
        expected.extend(literal_effects(&m, &[1], &early, &l));
        expected.sort_by_key(|(cell, _)| *cell);
        let found = solved(&with(&m, &anchored(Anchor::Spell)), &l);
        assert_near(&effects(&found), &expected, SAME, &format!("{l:?}"));
        assert!((found.att - mean(&expected)).abs() < SAME);
    }
}

#[test]
fn two_spells_of_a_unit_are_two_groups() {
    let m = random_panel(8, 8, 11, Pattern::Block, 0.0);
    let m = treated(&m, &[(2, 3..5), (2, 8..10)]);
    let l = LAMBDAS[2];
    let found = effects(&solved(&with(&m, &anchored(Anchor::Spell)), &l));
    for (first, centre) in [(3, 4.0), (8, 9.0)] {
        let w = literal_weights(&m, &[2], first, centre, &l);
        let mut expected = literal_effects(&m, &[2], &w, &l);
        let in_spell = |c: &Cell| (first..first + 2).contains(&c.period);
        expected.retain(|(c, _)| in_spell(c));
        let own: Vec<_> = found.iter().copied().filter(|(c, _)| in_spell(c)).collect();
        assert_near(&own, &expected, SAME, &format!("from {first}"));
    }
}

#[test]
fn the_weights_of_a_target_follow_the_anchor() {
    let m = random_panel(7, 10, 9, Pattern::Block, 0.1);
    let m = treated(&m, &[(0, 6..9), (3, 6..9), (1, 4..9)]);
    let l = Lambdas { time: 0.3, unit: 0.4, nn: 1.0 };
    let (late, early) = (Cell { unit: 3, period: 7 }, Cell { unit: 1, period: 7 });
    let near = |found: Weights, expected: Weights| {
        let pairs = |w: &Weights| [w.unit.clone(), w.period.clone()].concat();
        let (found, expected) = (pairs(&found), pairs(&expected));
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < ROUNDING));
    };
    let pooled = with(&m, &anchored(Anchor::Pooled));
    for target in [late, early] {
        let expected = literal_weights(&m, &[0, 1, 3], 4, 6.5, &l);
        near(weights(&pooled, target, &l).unwrap(), expected);
    }
    let spell = with(&m, &anchored(Anchor::Spell));
    near(weights(&spell, late, &l).unwrap(), literal_weights(&m, &[0, 3], 6, 7.5, &l));
    near(weights(&spell, early, &l).unwrap(), literal_weights(&m, &[1], 4, 6.5, &l));
    // A control cell has weights of its own.
    let control = Cell { unit: 5, period: 2 };
    let own = weights(&m.panel(), control, &l).unwrap();
    for panel in [pooled, spell] {
        assert_eq!(weights(&panel, control, &l).unwrap(), own);
    }
}

#[test]
fn a_draw_with_counts_is_the_draw_written_out() {
    let m = random_panel(9, 8, 7, Pattern::Staggered, 0.1);
    let counts = vec![2, 1, 0, 3, 0, 1, 0, 1];
    let drawn: Vec<usize> = (0..8).flat_map(|i| vec![i; counts[i]]).collect();
    let rows = |x: &[f64]| -> Vec<f64> {
        drawn.iter().flat_map(|&i| x[i * 7..(i + 1) * 7].to_vec()).collect()
    };
    let long = matrices(&rows(&m.outcome), &rows(&m.treatment), 8);
    for anchor in SHARED {
        let (panel, long) = (with(&m, &anchored(anchor)), with(&long, &anchored(anchor)));
        for l in LAMBDAS {
            let counts = std::slice::from_ref(&counts);
            let draw = att_of_draws(&panel, &l, counts, None, &settings(&l), &Silent).unwrap();
            let literal = solved(&long, &l).att;
            assert!((draw.att[0] - literal).abs() < SAME, "{anchor:?} {l:?}: {draw:?} {literal}");
        }
    }
}

#[test]
fn a_missing_treated_outcome_has_no_effect_and_the_others_keep_theirs() {
    let y = [1.0, 2.0, 3.0, 0.0, 2.0, 4.0, 5.0, 6.0, NAN, 2.0, 3.0, 7.0];
    let m = treated(&matrices(&y, &[0.0; 12], 4), &[(2, 2..3), (3, 2..3)]);
    for anchor in SHARED {
        let found = solved(&with(&m, &anchored(anchor)), &Lambdas::TWO_WAY);
        let missing = Cell { unit: 2, period: 2 };
        assert_eq!(found.not_estimable, [(missing, Reason::OutcomeMissing)]);
        assert!((found.att - 2.25).abs() < ROUNDING);
    }
}

#[test]
fn without_a_period_before_treatment_only_equal_unit_weights_can_help() {
    // Unit 0 is treated throughout, unit 1 in the last of three periods.
    let m = random_panel(10, 6, 3, Pattern::Block, 0.0);
    let m = treated(&m, &[(0, 0..3), (1, 2..3)]);
    let throughout: Vec<(Cell, Reason)> =
        (0..3).map(|period| (Cell { unit: 0, period }, Reason::Disconnected)).collect();
    for anchor in SHARED {
        let found = solved(&with(&m, &anchored(anchor)), &Lambdas::TWO_WAY);
        assert_eq!((found.effects.len(), &found.not_estimable), (1, &throughout));
    }
    let near = Lambdas { unit: 0.2, ..Lambdas::TWO_WAY };
    // The spell that has a past keeps its fit.
    let spell = solved(&with(&m, &anchored(Anchor::Spell)), &near);
    assert_eq!((spell.effects.len(), &spell.not_estimable), (1, &throughout));
    // Pooled, nothing comes before the first treated period, so no unit is at a distance.
    let pooled = with(&m, &anchored(Anchor::Pooled));
    let error = estimate(&pooled, &near, &settings(&near), &Silent).unwrap_err();
    assert_eq!(error, Error::NoEstimableCell { what: "treated cell", not_estimable: 4 });
}

#[test]
fn a_unit_without_a_common_period_connects_only_at_equal_unit_weights() {
    // Period 0 - unit 0 - period 1 - unit 1 - period 2, and unit 1 shares no period with the treated unit.
    let y = [1.0, 2.0, NAN, NAN, 5.0, 7.0, 3.0, NAN, 10.0];
    let m = treated(&matrices(&y, &[0.0; 9], 3), &[(2, 2..3)]);
    for anchor in SHARED {
        let panel = with(&m, &anchored(anchor));
        assert!((solved(&panel, &Lambdas::TWO_WAY).att - 4.0).abs() < ROUNDING);
        let near = Lambdas { unit: 0.1, ..Lambdas::TWO_WAY };
        let target = Cell { unit: 2, period: 2 };
        let error = trop_core::diagnose(&panel, target, &near, &settings(&near), &Silent);
        let expected =
            Error::TargetNotEstimable { unit: 2, period: 2, reason: Reason::Disconnected };
        assert_eq!(error.unwrap_err(), expected);
    }
}

#[test]
fn weights_that_underflow_are_reported_and_not_used() {
    let m = matrices(&[0.0, 1.0, 1000.0, 1003.0], &[0.0, 0.0, 0.0, 1.0], 2);
    let far = Lambdas { unit: 1.0, ..Lambdas::TWO_WAY };
    for anchor in SHARED {
        let panel = with(&m, &anchored(anchor));
        let target = Cell { unit: 1, period: 1 };
        let error = trop_core::diagnose(&panel, target, &far, &settings(&far), &Silent);
        let expected =
            Error::TargetNotEstimable { unit: 1, period: 1, reason: Reason::WeightsUnderflow };
        assert_eq!(error.unwrap_err(), expected);
    }
}

/// `TROP_TWFE_average` of the package trop 0.1.11 for `prop99.csv`, California's last twelve of 31 years: by
/// OSQP without and by SCS with a low-rank part, under cvxpy 1.7.3, both with their tolerances at 1e-10. SCS
/// then agrees with CLARABEL to 7e-7.
#[test]
fn pooled_agrees_with_the_authors_package() {
    let panel = with(&Matrices::load(&PROP99), &anchored(Anchor::Pooled));
    let inf = f64::INFINITY;
    for (time, unit, nn, att, tolerance) in [
        (0.0, 0.0, inf, -27.349111083615, 1e-10),
        (0.1, 0.05, inf, -26.939019145950, 1e-10),
        (0.2, 0.02, 20.0, -24.1852597, 2e-6),
        (0.05, 0.02, 3.0, -19.4808166, 2e-6),
        (0.0, 0.0, 5.0, -19.7383001, 2e-6),
    ] {
        let l = Lambdas { time, unit, nn };
        let found = solved(&panel, &l).att;
        assert!((found - att).abs() < tolerance, "{l:?}: {found} {att}");
    }
}

#[test]
fn equal_weights_in_the_average_are_none() {
    let m = random_panel(11, 8, 7, Pattern::Staggered, 0.1);
    let design = Design { average: Some(vec![2.0; 8]), ..Default::default() };
    let (equal, none) = (solved(&with(&m, &design), &LAMBDAS[2]), solved(&m.panel(), &LAMBDAS[2]));
    assert_eq!(equal.effects, none.effects);
    assert!((equal.att - none.att).abs() < ROUNDING);
}

#[test]
fn weights_of_the_average_by_hand() {
    let y = [1.0, 2.0, 3.0, 0.0, 2.0, 4.0, 5.0, 6.0, 9.0, 2.0, 3.0, 7.0];
    let m = treated(&matrices(&y, &[0.0; 12], 4), &[(2, 2..3), (3, 2..3)]);
    // Effects 1.25 and 2.25; the controls' weights play no part.
    for (weight, expected) in [([9.0, 0.0, 3.0, 1.0], 1.5), ([0.0, 5.0, 0.0, 7.0], 2.25)] {
        for anchor in [Anchor::Cell, Anchor::Pooled, Anchor::Spell] {
            let design = Design { average: Some(weight.to_vec()), anchor, ..Default::default() };
            let panel = with(&m, &design);
            let found = solved(&panel, &Lambdas::TWO_WAY);
            assert!((found.att - expected).abs() < ROUNDING, "{weight:?} {anchor:?}");
            assert_eq!(found.effects.len(), 2);
            let att = averages(&panel, &found, &[])[0];
            assert!((att.value - expected).abs() < ROUNDING);
            assert_eq!(att.n_cells, weight[2..].iter().filter(|w| **w > 0.0).count());
        }
    }
}

#[test]
fn a_weight_of_zero_leaves_the_unit_in_the_fit() {
    let m = random_panel(12, 8, 7, Pattern::Block, 0.0);
    let mut weight = vec![1.0; 8];
    weight[0] = 0.0;
    for anchor in [Anchor::Cell, Anchor::Pooled] {
        let design = Design { average: Some(weight.clone()), anchor, ..Default::default() };
        let found = solved(&with(&m, &design), &LAMBDAS[2]);
        let all = solved(&with(&m, &anchored(anchor)), &LAMBDAS[2]);
        assert_eq!(found.effects, all.effects);
        let kept: Vec<_> = effects(&all).into_iter().filter(|(c, _)| c.unit != 0).collect();
        assert!((found.att - mean(&kept)).abs() < ROUNDING);
        assert!((found.att - all.att).abs() > 0.01);
    }
}

fn by_calendar(calendar: Vec<f64>) -> Design {
    let time_distance = TimeDistance::Calendar;
    Design { calendar: Some(calendar), time_distance, ..Default::default() }
}

#[test]
fn an_even_calendar_is_positions() {
    let m = random_panel(13, 8, 7, Pattern::Staggered, 0.1);
    let years: Vec<f64> = (0..7).map(|s| 1990.0 + 5.0 * f64::from(s)).collect();
    for anchor in [Anchor::Cell, Anchor::Pooled, Anchor::Spell] {
        let design = Design { anchor, ..by_calendar(years.clone()) };
        for l in LAMBDAS {
            assert_eq!(solved(&with(&m, &design), &l), solved(&with(&m, &anchored(anchor)), &l));
        }
    }
}

#[test]
fn an_uneven_calendar_counts_its_smallest_gaps() {
    let m = random_panel(14, 6, 5, Pattern::Block, 0.0);
    // Gaps 2, 4, 10, 2: places 0, 1, 3, 8, 9. Treated are the last two.
    let design = by_calendar(vec![2000.0, 2002.0, 2006.0, 2016.0, 2018.0]);
    let l = Lambdas { time: 0.3, unit: 0.2, nn: 0.7 };
    let target = Cell { unit: 0, period: 3 };
    let decay = |distances: [f64; 5]| distances.map(|d| (-0.3 * d).exp()).to_vec();
    let found = weights(&with(&m, &design), target, &l).unwrap();
    assert_eq!(found.period, decay([8.0, 7.0, 5.0, 0.0, 1.0]));
    // The block lasts from place 8 to place 10.
    let pooled = with(&m, &Design { anchor: Anchor::Pooled, ..design.clone() });
    let found = weights(&pooled, target, &l).unwrap();
    assert_eq!(found.period, decay([9.0, 8.0, 6.0, 1.0, 0.0]));

    let unit = weights(&m.panel(), target, &l).unwrap().unit;
    let w = Weights { unit, period: decay([8.0, 7.0, 5.0, 0.0, 1.0]) };
    let expected = literal_effects(&m, &[0], &w, &l)[0].1;
    let effect = solved(&with(&m, &design), &l).effects[0].clone();
    assert_eq!(effect.cell, target);
    assert!((effect.effect - expected).abs() < SAME);
}

fn codes(panel: &Panel) -> Vec<&'static str> {
    panel.remarks().iter().map(|remark| remark.code()).collect()
}

#[test]
fn ordinary_panels_call_for_no_remark() {
    let blank = random_panel(15, 6, 8, Pattern::Block, 0.0);
    for spells in [
        vec![(0, 5..8), (1, 5..8)],
        vec![(0, 3..8), (1, 5..8), (2, 7..8)],
        // On for good, and on and off.
        vec![(0, 3..8), (1, 2..4), (1, 6..7)],
        // Treated in the last period only: not off again.
        vec![(0, 7..8), (1, 7..8)],
        // One spike among others.
        vec![(0, 3..4), (1, 5..8)],
        // Treated from the start, but others become treated.
        vec![(0, 0..4), (1, 5..8)],
        vec![(0, 0..8), (1, 5..8)],
    ] {
        assert_eq!(codes(&treated(&blank, &spells).panel()), [""; 0], "{spells:?}");
    }
    for source in [&PROP99, &CASTLE] {
        assert_eq!(codes(&Matrices::load(source).panel()), [""; 0]);
    }
}

#[test]
fn spikes_and_swapped_codes_are_pointed_out() {
    let blank = random_panel(16, 6, 8, Pattern::Block, 0.0);
    let spikes = treated(&blank, &[(0, 5..6), (1, 3..4)]).panel();
    assert_eq!(codes(&spikes), ["treatment_spike"]);
    assert!(spikes.remarks()[0].to_string().contains("each of the 2 treated units"));
    let swapped = treated(&blank, &[(0, 0..6), (1, 0..3), (2, 0..8)]).panel();
    assert_eq!(codes(&swapped), ["treatment_swapped"]);
    assert!(swapped.remarks()[0].to_string().contains("2 stop being treated"));
    // A single period at the start is both.
    let both = treated(&blank, &[(0, 0..1)]).panel();
    assert_eq!(codes(&both), ["treatment_spike", "treatment_swapped"]);
}

#[test]
fn uneven_periods_are_pointed_out_where_positions_count() {
    let m = random_panel(17, 6, 4, Pattern::Block, 0.0);
    let uneven = by_calendar(vec![2000.0, 2001.0, 2003.0, 2004.0]);
    let positions = Design { time_distance: TimeDistance::Position, ..uneven.clone() };
    assert_eq!(codes(&with(&m, &positions)), ["periods_uneven"]);
    assert_eq!(codes(&with(&m, &uneven)), [""; 0]);
    // Tenths are not exact, but even.
    let even = Design { calendar: Some(vec![0.1, 0.2, 0.3, 0.4]), ..positions };
    assert_eq!(codes(&with(&m, &even)), [""; 0]);
}

fn find(all: &[Average], grouping: Option<usize>, code: i64, measure: Measure) -> Option<Average> {
    let quantity = Quantity { grouping, code, measure };
    all.iter().copied().find(|average| average.quantity == quantity)
}

/// Codes of the groups that have an effect.
fn groups(all: &[Average], grouping: usize) -> Vec<i64> {
    all.iter()
        .filter(|a| a.quantity.grouping == Some(grouping) && a.quantity.measure == Measure::Effect)
        .map(|a| a.quantity.code)
        .collect()
}

#[test]
fn averages_by_hand() {
    // The control is flat at 0; unit 1 is treated from period 1 on, unit 2 from period 2 on, their effects
    // are 1, 3 and 8 over counterfactuals of 10, 10 and 20.
    let y = [0.0, 0.0, 0.0, 10.0, 11.0, 13.0, 20.0, 20.0, 28.0];
    let m = treated(&matrices(&y, &[0.0; 9], 3), &[(1, 1..3), (2, 2..3)]);
    let none = Grouping::NONE;
    let design = Design {
        groupings: vec![
            Grouping::EventTime,
            Grouping::Period,
            Grouping::Cohort,
            Grouping::Unit,
            Grouping::Given(vec![none, none, none, none, 7, none, 7, 7, 7]),
        ],
        average: Some(vec![1.0, 1.0, 2.0]),
        ..Default::default()
    };
    let panel = with(&m, &design);
    let found = solved(&panel, &Lambdas::TWO_WAY);
    let all = averages(&panel, &found, &[]);
    let check = |grouping, code, measure, n_cells, value: f64| {
        let average = find(&all, grouping, code, measure).unwrap();
        assert_eq!(average.n_cells, n_cells, "{average:?}");
        assert!((average.value - value).abs() < 1e-10, "{average:?} {value}");
    };
    use Measure::{Cumulative, Effect, Percent};
    check(None, 0, Effect, 3, (1.0 + 3.0 + 16.0) / 4.0);
    check(None, 0, Percent, 3, 100.0 * 20.0 / 60.0);
    check(None, 0, Cumulative, 3, 20.0);
    // Event time 0: 1, and 8 at weight 2; event time 1: 3.
    assert_eq!(groups(&all, 0), [0, 1]);
    check(Some(0), 0, Effect, 2, 17.0 / 3.0);
    check(Some(0), 0, Percent, 2, 100.0 * 17.0 / 50.0);
    check(Some(0), 0, Cumulative, 2, 17.0 / 3.0);
    check(Some(0), 1, Effect, 1, 3.0);
    check(Some(0), 1, Cumulative, 1, 17.0 / 3.0 + 3.0);
    assert_eq!(groups(&all, 1), [1, 2]);
    check(Some(1), 1, Effect, 1, 1.0);
    check(Some(1), 2, Effect, 2, 19.0 / 3.0);
    check(Some(1), 2, Cumulative, 2, 1.0 + 19.0 / 3.0);
    assert_eq!(groups(&all, 2), [1, 2]);
    check(Some(2), 1, Effect, 2, 2.0);
    check(Some(2), 1, Percent, 2, 20.0);
    check(Some(2), 2, Effect, 1, 8.0);
    assert_eq!(groups(&all, 3), [1, 2]);
    check(Some(3), 2, Percent, 1, 40.0);
    assert_eq!(find(&all, Some(3), 2, Cumulative), None);
    assert_eq!(groups(&all, 4), [7]);
    check(Some(4), 7, Effect, 2, 17.0 / 3.0);
}

#[test]
fn effects_before_treatment_enter_event_times_only() {
    let m = random_panel(18, 8, 6, Pattern::Staggered, 0.1);
    let groupings = vec![Grouping::Period, Grouping::EventTime];
    let panel = with(&m, &Design { groupings, ..Default::default() });
    let l = LAMBDAS[1];
    let found = solved(&panel, &l);
    let cells = pre_treatment_cells(&panel);
    let pre = cell_effects(&panel, &cells, &l, &settings(&l), &Silent).unwrap().effects;
    let (with_pre, without) = (averages(&panel, &found, &pre), averages(&panel, &found, &[]));
    let negative = |a: &Average| a.quantity.grouping == Some(1) && a.quantity.code < 0;
    let (before, rest): (Vec<Average>, Vec<Average>) = with_pre.into_iter().partition(negative);
    assert_eq!(rest, without);
    assert!(!before.is_empty());
    for average in before {
        assert_eq!(average.quantity.measure, Measure::Effect);
        let own: Vec<f64> = pre
            .iter()
            .filter(|e| e.event_time == Some(average.quantity.code))
            .map(|e: &CellEffect| e.effect)
            .collect();
        assert_eq!(own.len(), average.n_cells);
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        assert!((average.value - mean).abs() < ROUNDING);
    }
}

fn moved(m: &Matrices, outcome: impl Fn(usize, usize, f64) -> f64) -> Matrices {
    let mut new = m.clone();
    for (k, y) in new.outcome.iter_mut().enumerate() {
        *y = outcome(k / m.n_periods, k % m.n_periods, *y);
    }
    new
}

fn shared_effects(m: &Matrices, l: &Lambdas) -> Vec<Vec<(Cell, f64)>> {
    SHARED.iter().map(|&anchor| effects(&solved(&with(m, &anchored(anchor)), l))).collect()
}

#[test]
fn shared_fits_are_invariant_as_single_ones_are() {
    for (seed, pattern) in
        [(21, Pattern::Block), (22, Pattern::Staggered), (23, Pattern::Switching)]
    {
        let m = random_panel(seed, 9, 8, pattern, 0.1);
        for l in LAMBDAS {
            let own = shared_effects(&m, &l);
            let same = |other: Vec<Vec<(Cell, f64)>>, factor: f64, what: &str| {
                for (own, other) in own.iter().zip(&other) {
                    let own: Vec<_> = own.iter().map(|&(c, e)| (c, factor * e)).collect();
                    assert_near(&own, other, SAME * factor, &format!("{what} {pattern:?} {l:?}"));
                }
            };
            same(shared_effects(&moved(&m, |_, s, y| y + 20.0 * s as f64), &l), 1.0, "time");
            if l.unit == 0.0 {
                let shifted = moved(&m, |i, _, y| y + 30.0 * i as f64);
                same(shared_effects(&shifted, &l), 1.0, "unit");
            }
            let scaled = Lambdas { time: l.time, unit: l.unit / 500.0, nn: l.nn * 500.0 };
            same(shared_effects(&moved(&m, |_, _, y| 500.0 * y), &scaled), 500.0, "scale");
        }
    }
}

#[test]
fn permuting_units_permutes_effects_of_shared_fits() {
    let m = random_panel(24, 9, 8, Pattern::Staggered, 0.1);
    let to = |i: usize| (i * 5 + 3) % 9;
    let mut permuted = m.clone();
    for k in 0..m.outcome.len() {
        let at = to(k / 8) * 8 + k % 8;
        permuted.outcome[at] = m.outcome[k];
        permuted.treatment[at] = m.treatment[k];
    }
    for l in LAMBDAS {
        for (own, other) in shared_effects(&m, &l).into_iter().zip(shared_effects(&permuted, &l)) {
            let place = |(c, e): (Cell, f64)| (Cell { unit: to(c.unit), ..c }, e);
            let mut own: Vec<_> = own.into_iter().map(place).collect();
            own.sort_by_key(|(cell, _)| *cell);
            assert_near(&own, &other, SAME, &format!("{l:?}"));
        }
    }
}

/// Two units over three periods, the second treated in the last one; one outcome missing.
fn small() -> Panel {
    let y = [1.0, NAN, 3.0, 2.0, 4.0, 5.0];
    Panel::new(&y, &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 2, 3).unwrap()
}

fn refused(design: Design, error: Error, code: &str, place: &str) {
    let found = small().with_design(&design).unwrap_err();
    assert_eq!(found, error);
    assert_eq!(found.code(), code);
    assert!(found.to_string().contains(place), "{found}");
}

#[test]
fn calendars_that_cannot_be_used() {
    let none = Design { time_distance: TimeDistance::Calendar, ..Default::default() };
    refused(none, Error::CalendarMissing, "calendar_missing", "each period");
    for found in [0, 2, 4] {
        let design = by_calendar((0..found).map(|s| s as f64).collect());
        let error = Error::CalendarLength { found, expected: 3 };
        let place = format!("{found} values, but the panel has 3 periods");
        refused(design, error, "calendar_length", &place);
    }
    let inf = f64::INFINITY;
    for (calendar, period) in [
        ([1.0, 1.0, 2.0], 1),
        ([1.0, 3.0, 2.0], 2),
        ([NAN, 1.0, 2.0], 0),
        ([1.0, NAN, 2.0], 1),
        ([1.0, 2.0, inf], 2),
        ([-inf, 2.0, 3.0], 0),
        // Differences, and multiples of the smallest gap, that overflow.
        ([-1e308, 0.0, 1e308], 2),
        ([0.0, 1e-300, 1e300], 2),
    ] {
        // Checked even where positions count.
        for time_distance in [TimeDistance::Calendar, TimeDistance::Position] {
            let design = Design { time_distance, ..by_calendar(calendar.to_vec()) };
            let error = Error::CalendarNotIncreasing { period };
            refused(design, error, "calendar_not_increasing", &format!("at period {period}"));
        }
    }
}

#[test]
fn weights_of_the_average_that_cannot_be_used() {
    let design = |weight: &[f64]| Design { average: Some(weight.to_vec()), ..Default::default() };
    for found in [0, 1, 3] {
        let error = Error::WeightsLength { side: "unit", found, expected: 2 };
        let place = format!("{found} unit weights were given, but the panel has 2 units");
        refused(design(&vec![1.0; found]), error, "weights_length", &place);
    }
    for (value, text) in [(-1.0, "-1"), (NAN, "NaN"), (f64::INFINITY, "inf")] {
        let error = Error::WeightInvalid { side: "unit", index: 1, value: text.into() };
        let place = format!("unit 1 is {text}");
        refused(design(&[1.0, value]), error, "weight_invalid", &place);
    }
    // Control units have no effects to average.
    let place = "every treated unit has weight 0";
    refused(design(&[1.0, 0.0]), Error::AverageAllZero, "average_all_zero", place);
}

#[test]
fn covariates_that_cannot_be_used() {
    let fine = vec![1.0, 5.0, 2.0, 4.0, 4.5, 7.0];
    let design =
        |second: Vec<f64>| Design { covariates: vec![fine.clone(), second], ..Default::default() };
    for found in [0, 5, 7] {
        let error = Error::CovariateLength { covariate: 1, found, expected: 6 };
        let place = format!("covariate 1 has {found} entries");
        refused(design(vec![1.0; found]), error, "covariate_length", &place);
    }
    for value in [NAN, f64::INFINITY, f64::NEG_INFINITY] {
        // Also where the outcome is a treated one.
        for (at, unit, period) in [(0, 0, 0), (4, 1, 1), (5, 1, 2)] {
            let mut second = fine.clone();
            second[at] = value;
            let error = Error::CovariateMissing { covariate: 1, unit, period };
            let place =
                format!("covariate 1 of unit {unit} is missing or infinite in period {period}");
            refused(design(second), error, "covariate_missing", &place);
        }
    }
}

#[test]
fn groupings_that_cannot_be_used() {
    for found in [0, 5, 7] {
        let groupings = vec![Grouping::Unit, Grouping::Given(vec![1; found])];
        let design = Design { groupings, ..Default::default() };
        let error = Error::GroupingLength { grouping: 1, found, expected: 6 };
        let place = format!("grouping 1 has {found} codes");
        refused(design, error, "grouping_length", &place);
    }
}
