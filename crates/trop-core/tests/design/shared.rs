//! Fits that several cells share.

use super::*;

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
