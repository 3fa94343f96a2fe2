//! Inference, against literal loops over panels made anew; and how it must move when the panel does.

mod common;

use common::{random_panel, Design as Pattern, Matrices, DESIGNS};
use statrs::distribution::{ContinuousCDF, StudentsT};
use trop_core::{
    bootstrap_trop_variance, cell_effects, estimate, infer, loocv_grid_search, pre_treatment_cells,
    BootstrapOptions, Cell, CellEffect, Design, Error, Grids, Grouping, Inference, InferenceMethod,
    InferenceOptions, Inferred, Lambdas, Measure, Panel, Quantity, Retuning, SearchOptions,
    Settings, Silent,
};

use InferenceMethod::{Auto, Bootstrap, Conformal, Jackknife, Placebo};

const METHODS: [InferenceMethod; 4] = [Bootstrap, Jackknife, Placebo, Conformal];

const LAMBDAS: Lambdas = Lambdas { time: 0.2, unit: 0.3, nn: 1.5 };

/// Fits are certified to 1e-12, whichever way their panels were made; outcomes vary by about one.
const TOLERANCE: f64 = 1e-6;

/// A bound of the conformal interval is found to 1e-6 of the interval's length.
const BOUND: f64 = 1e-5;

fn settings() -> Settings {
    Settings { tolerance: 1e-12, threads: Some(1), ..Default::default() }
}

fn options(method: InferenceMethod) -> InferenceOptions {
    InferenceOptions { method, draws: 60, level: 0.8, seed: 3, retuning: None }
}

fn inferred(panel: &Panel, lambdas: &Lambdas, options: &InferenceOptions) -> Inference {
    let found = estimate(panel, lambdas, &settings(), &Silent).unwrap();
    infer(panel, lambdas, &found, &[], options, &settings(), &Silent).unwrap()
}

/// With the effects before treatment.
fn event_study(panel: &Panel, lambdas: &Lambdas, options: &InferenceOptions) -> Inference {
    let found = estimate(panel, lambdas, &settings(), &Silent).unwrap();
    let cells = pre_treatment_cells(panel);
    let pre = cell_effects(panel, &cells, lambdas, &settings(), &Silent).unwrap().effects;
    infer(panel, lambdas, &found, &pre, options, &settings(), &Silent).unwrap()
}

fn refusal(panel: &Panel, options: &InferenceOptions) -> Error {
    let found = estimate(panel, &Lambdas::TWO_WAY, &settings(), &Silent).unwrap();
    infer(panel, &Lambdas::TWO_WAY, &found, &[], options, &settings(), &Silent).unwrap_err()
}

fn att(m: &Matrices, lambdas: &Lambdas) -> f64 {
    estimate(&m.panel(), lambdas, &settings(), &Silent).unwrap().att
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    a == b || (a - b).abs() <= tolerance || (a.is_nan() && b.is_nan())
}

fn assert_close(a: f64, b: f64, tolerance: f64, what: &str) {
    assert!(close(a, b, tolerance), "{what}: {a} {b}");
}

fn row(inference: &Inference, quantity: Quantity) -> &Inferred {
    inference.table.iter().find(|row| row.average.quantity == quantity).unwrap()
}

fn is_treated(m: &Matrices, unit: usize) -> bool {
    m.treatment[unit * m.n_periods..(unit + 1) * m.n_periods].contains(&1.0)
}

fn treated_units(m: &Matrices) -> Vec<usize> {
    (0..m.n_units).filter(|&i| is_treated(m, i)).collect()
}

fn control_units(m: &Matrices) -> Vec<usize> {
    (0..m.n_units).filter(|&i| !is_treated(m, i)).collect()
}

/// The panel of some rows of outcomes, each with some row of treatments.
fn rows(m: &Matrices, rows: &[(usize, usize)]) -> Matrices {
    let pick =
        |matrix: &[f64], unit: usize| matrix[unit * m.n_periods..(unit + 1) * m.n_periods].to_vec();
    Matrices {
        outcome: rows.iter().flat_map(|&(unit, _)| pick(&m.outcome, unit)).collect(),
        treatment: rows.iter().flat_map(|&(_, role)| pick(&m.treatment, role)).collect(),
        n_units: rows.len(),
        n_periods: m.n_periods,
    }
}

fn without(m: &Matrices, unit: usize) -> Matrices {
    rows(m, &(0..m.n_units).filter(|&i| i != unit).map(|i| (i, i)).collect::<Vec<_>>())
}

/// The same panel with the first `n` units treated in the last `spell` periods.
fn block(seed: u64, n_units: usize, n_periods: usize, n: usize, spell: usize) -> Matrices {
    let mut m = random_panel(seed, n_units, n_periods, Pattern::Block, 0.0);
    for (k, w) in m.treatment.iter_mut().enumerate() {
        *w = f64::from(u8::from(k / n_periods < n && k % n_periods + spell >= n_periods));
    }
    m
}

fn add_to_treated(m: &Matrices, effect: f64) -> Matrices {
    let mut m = m.clone();
    m.outcome.iter_mut().zip(&m.treatment).for_each(|(y, w)| *y += effect * w);
    m
}

#[test]
fn the_bootstrap_of_the_att_is_the_bootstrap_of_algorithm_3() {
    for (seed, pattern) in DESIGNS.into_iter().enumerate() {
        let panel = random_panel(seed as u64, 12, 9, pattern, 0.1).panel();
        let found = inferred(&panel, &LAMBDAS, &options(Bootstrap));
        let bootstrap = BootstrapOptions { draws: 60, level: 0.8, seed: 3 };
        let alone =
            bootstrap_trop_variance(&panel, &LAMBDAS, &bootstrap, &settings(), &Silent).unwrap();
        let att = &found.table[0];
        assert_eq!((att.se, att.ci, att.p_value), (alone.se, alone.ci, alone.p_value));
        assert_eq!(att.band, att.ci);
        assert_eq!(found.draws, alone.draws);
        assert_eq!((found.n_failed, found.n_uncertified), (alone.n_failed, alone.n_uncertified));
        assert_eq!(found.max_gap, alone.max_gap);
    }
}

#[test]
fn the_jackknife_is_the_textbook_formula_over_panels_without_a_unit() {
    for (seed, pattern) in DESIGNS.into_iter().enumerate() {
        let m = random_panel(seed as u64, 12, 9, pattern, 0.1);
        let found = inferred(&m.panel(), &LAMBDAS, &options(Jackknife));
        let left_out: Vec<f64> =
            (0..m.n_units).map(|unit| att(&without(&m, unit), &LAMBDAS)).collect();
        for (a, b) in found.draws.iter().zip(&left_out) {
            assert_close(*a, *b, TOLERANCE, "left out");
        }
        let variance = |units: Vec<usize>| {
            let n = units.len() as f64;
            let mean = units.iter().map(|&i| left_out[i]).sum::<f64>() / n;
            let squares: f64 = units.iter().map(|&i| (left_out[i] - mean).powi(2)).sum();
            ((n - 1.0) / n * squares, n)
        };
        let (v0, n0) = variance(control_units(&m));
        let (v1, n1) = variance(treated_units(&m));
        let se = (v0 + v1).sqrt();
        let freedom = (v0 + v1).powi(2) / (v0 * v0 / (n0 - 1.0) + v1 * v1 / (n1 - 1.0));
        let t = StudentsT::new(0.0, 1.0, freedom).unwrap();
        let row = &found.table[0];
        assert_close(row.se, se, TOLERANCE, "se");
        let critical = t.inverse_cdf(0.9);
        assert_close(row.ci.0, row.average.value - critical * se, 10.0 * TOLERANCE, "low");
        assert_close(row.ci.1, row.average.value + critical * se, 10.0 * TOLERANCE, "high");
        let p_value = 2.0 * t.cdf(-(row.average.value / se).abs());
        assert_close(row.p_value, p_value, 10.0 * TOLERANCE, "p");
    }
}

/// Never-treated units, some of them in the roles of treated ones.
fn stamped(m: &Matrices, roles: &[(usize, usize)]) -> Matrices {
    let role = |i: usize| roles.iter().find(|(unit, _)| *unit == i).map_or(i, |&(_, role)| role);
    rows(m, &control_units(m).into_iter().map(|i| (i, role(i))).collect::<Vec<_>>())
}

#[test]
fn with_one_treated_unit_each_control_is_a_placebo_once() {
    let m = block(5, 9, 8, 1, 3);
    let found = inferred(&m.panel(), &LAMBDAS, &options(Placebo));
    let mut literal: Vec<f64> = control_units(&m)
        .into_iter()
        .map(|control| att(&stamped(&m, &[(control, 0)]), &LAMBDAS))
        .collect();
    let mut draws = found.draws.clone();
    draws.sort_by(f64::total_cmp);
    literal.sort_by(f64::total_cmp);
    assert_eq!(draws.len(), literal.len());
    for (a, b) in draws.iter().zip(&literal) {
        assert_close(*a, *b, TOLERANCE, "placebo");
    }
    let row = &found.table[0];
    let as_far = literal.iter().filter(|x| x.abs() >= row.average.value.abs()).count();
    assert_eq!(row.p_value, (1 + as_far) as f64 / 9.0);
    // At the level 0.8 one of eight placebos may be as far: (1 + 1) / 9 >= 0.2.
    let mut sizes: Vec<f64> = literal.iter().map(|x| x.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    assert_close(row.ci.1 - row.average.value, sizes[7], TOLERANCE, "half width");
    let mean = literal.iter().sum::<f64>() / 8.0;
    let squares: f64 = literal.iter().map(|x| (x - mean).powi(2)).sum();
    assert_close(row.se, (squares / 7.0).sqrt(), TOLERANCE, "se");
    // Fewer draws are the first of the same.
    let few = InferenceOptions { draws: 5, ..options(Placebo) };
    assert_eq!(inferred(&m.panel(), &LAMBDAS, &few).draws, found.draws[..5]);
}

#[test]
fn with_several_treated_units_every_assignment_of_their_patterns_can_come() {
    let mut m = random_panel(6, 7, 8, Pattern::Staggered, 0.0);
    m.treatment[2 * 8..].fill(0.0);
    assert_eq!(treated_units(&m), [0, 1]);
    let options = InferenceOptions { draws: 300, ..options(Placebo) };
    let found = inferred(&m.panel(), &LAMBDAS, &options);
    let mut seen = Vec::new();
    for first in 2..7 {
        for second in (2..7).filter(|&second| second != first) {
            let literal = att(&stamped(&m, &[(first, 0), (second, 1)]), &LAMBDAS);
            seen.push(found.draws.iter().filter(|x| close(**x, literal, TOLERANCE)).count());
        }
    }
    assert!(seen.iter().all(|&times| times > 0), "{seen:?}");
    assert_eq!(seen.iter().sum::<usize>(), 300, "{seen:?}");
}

/// Mean errors of all shifts under a hypothesis, from panels made anew.
fn literal_shifts(m: &Matrices, effect: f64, weight: &[f64]) -> Vec<f64> {
    let mut hypothesis = add_to_treated(m, -effect);
    // One cell of a never-treated unit stays treated, since a panel without treatment is refused; its
    // outcome is missing, so it is no control cell in either case.
    hypothesis.treatment.fill(0.0);
    let spare = hypothesis.outcome.iter().rposition(|y| y.is_nan()).unwrap();
    hypothesis.treatment[spare] = 1.0;
    let treated = treated_units(m);
    let cells: Vec<Cell> = treated
        .iter()
        .flat_map(|&unit| (0..m.n_periods).map(move |period| Cell { unit, period }))
        .collect();
    let panel = hypothesis.panel();
    let errors = cell_effects(&panel, &cells, &LAMBDAS, &settings(), &Silent).unwrap().effects;
    let mean = |shift: usize| {
        let (mut sum, mut total) = (0.0, 0.0);
        for e in &errors {
            let Cell { unit, period } = e.cell;
            let origin = (period + m.n_periods - shift) % m.n_periods;
            if m.treatment[unit * m.n_periods + origin] == 1.0 {
                sum += weight[unit] * e.effect;
                total += weight[unit];
            }
        }
        sum / total
    };
    (0..m.n_periods).map(mean).collect()
}

fn literal_p(m: &Matrices, effect: f64, weight: &[f64]) -> f64 {
    let means = literal_shifts(m, effect, weight);
    let as_far = means.iter().filter(|mean| mean.abs() >= means[0].abs()).count();
    as_far as f64 / means.len() as f64
}

#[test]
fn conformal_inference_is_a_loop_over_shifts_and_hypotheses() {
    for (seed, pattern) in DESIGNS.into_iter().enumerate() {
        let mut m = random_panel(30 + seed as u64, 9, 14, pattern, 0.05);
        let last = m.outcome.len() - 1;
        m.outcome[last] = f64::NAN;
        let m = add_to_treated(&m, 2.0);
        let weight: Vec<f64> = (0..9).map(|i| 1.0 + i as f64).collect();
        let design = Design { average: Some(weight.clone()), ..Default::default() };
        let panel = m.panel().with_design(&design).unwrap();
        let found = inferred(&panel, &LAMBDAS, &options(Conformal));
        let row = &found.table[0];
        let shifts = literal_shifts(&m, row.average.value, &weight);
        assert_eq!(found.draws.len(), 13);
        for (a, b) in found.draws.iter().zip(&shifts[1..]) {
            assert_close(*a, *b, TOLERANCE, "shift");
        }
        let squares: f64 = shifts[1..].iter().map(|x| x * x).sum();
        assert_close(row.se, (squares / 13.0).sqrt(), TOLERANCE, "se");
        assert_eq!(row.p_value, literal_p(&m, 0.0, &weight));
        assert_eq!(row.band, row.ci);
        let length = row.ci.1 - row.ci.0;
        assert!(length.is_finite() && row.ci.0 < row.average.value && row.average.value < row.ci.1);
        for (bound, outward) in [(row.ci.0, -1.0), (row.ci.1, 1.0)] {
            let step = outward * BOUND * length;
            assert!(literal_p(&m, bound - step, &weight) >= 0.2, "inside of {bound}");
            assert!(literal_p(&m, bound + step, &weight) < 0.2, "outside of {bound}");
        }
    }
}

#[test]
fn conformal_inference_has_the_total_effect_and_no_other_number() {
    let m = add_to_treated(&block(8, 8, 12, 2, 3), 1.0);
    let design = Design {
        average: Some(vec![0.5, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
        groupings: vec![Grouping::Unit],
        ..Default::default()
    };
    let panel = m.panel().with_design(&design).unwrap();
    let found = inferred(&panel, &LAMBDAS, &options(Conformal));
    let att = found.table[0];
    let total = row(&found, Quantity { measure: Measure::Cumulative, ..Quantity::ATT });
    // Three periods at weights 0.5 and 2.
    assert_close(total.average.value, 7.5 * att.average.value, 1e-12, "value");
    assert_close(total.se, 7.5 * att.se, 1e-12, "se");
    assert_close(total.ci.0, 7.5 * att.ci.0, 1e-12, "low");
    assert_close(total.ci.1, 7.5 * att.ci.1, 1e-12, "high");
    assert_eq!(total.p_value, att.p_value);
    for row in &found.table {
        let quantity = row.average.quantity;
        let has = quantity.grouping.is_none() && quantity.measure != Measure::Percent;
        assert_eq!(has, !row.p_value.is_nan(), "{quantity:?}");
        assert_eq!(has, !row.ci.0.is_nan() && !row.se.is_nan() && !row.band.1.is_nan());
    }
}

#[test]
fn with_too_few_periods_the_conformal_interval_is_unbounded() {
    let m = add_to_treated(&block(8, 8, 12, 1, 3), 50.0);
    let at = |level| {
        let options = InferenceOptions { level, ..options(Conformal) };
        inferred(&m.panel(), &LAMBDAS, &options).table[0]
    };
    // The least p-value of 12 shifts is 1 / 12.
    assert_eq!(at(0.95).ci, (f64::NEG_INFINITY, f64::INFINITY));
    assert_eq!(at(0.95).p_value, 1.0 / 12.0);
    assert!(at(0.9).ci.0 > 0.0 && at(0.9).ci.1.is_finite());
}

#[test]
fn zero_is_outside_of_the_interval_exactly_when_the_p_value_is_small() {
    let m = block(11, 12, 14, 3, 3);
    let design = Design { groupings: vec![Grouping::EventTime], ..Default::default() };
    let centre = att(&m, &Lambdas::TWO_WAY);
    for method in METHODS {
        let mut seen = [false; 2];
        for k in -12..=12 {
            let moved = add_to_treated(&m, 0.15 * f64::from(k) - centre);
            let panel = moved.panel().with_design(&design).unwrap();
            for level in [0.5, 0.8, 0.9] {
                let options = InferenceOptions { level, ..options(method) };
                for row in inferred(&panel, &Lambdas::TWO_WAY, &options).table {
                    if row.p_value.is_nan() {
                        continue;
                    }
                    let outside = row.ci.0 > 0.0 || row.ci.1 < 0.0;
                    assert_eq!(outside, row.p_value < 1.0 - level, "{method:?} {level} {row:?}");
                    seen[usize::from(outside)] = true;
                }
            }
        }
        assert_eq!(seen, [true; 2], "{method:?}");
    }
}

/// `factor * row + shift` against `other`.
fn assert_moved(row: &Inferred, other: &Inferred, factor: f64, shift: f64, what: &str) {
    let moved = |x: f64| factor * x + shift;
    let tolerance = 1e-5 * factor;
    assert_close(moved(row.average.value), other.average.value, tolerance, what);
    assert_close(factor * row.se, other.se, tolerance, what);
    for (a, b) in [(row.ci, other.ci), (row.band, other.band)] {
        assert_close(moved(a.0), b.0, 10.0 * tolerance, what);
        assert_close(moved(a.1), b.1, 10.0 * tolerance, what);
    }
}

#[test]
fn inference_moves_with_the_outcomes() {
    let m = block(17, 10, 12, 2, 3);
    let lambdas = Lambdas { unit: 0.0, ..LAMBDAS };
    for method in METHODS {
        let base = inferred(&m.panel(), &lambdas, &options(method)).table[0];

        let mut scaled = m.clone();
        for (k, y) in scaled.outcome.iter_mut().enumerate() {
            *y = 2.0 * *y + 3.0 * (k / 12) as f64 - 7.0 * (k % 12) as f64;
        }
        let twice = Lambdas { nn: 2.0 * lambdas.nn, ..lambdas };
        let found = inferred(&scaled.panel(), &twice, &options(method)).table[0];
        assert_moved(&base, &found, 2.0, 0.0, &format!("{method:?} scaled"));
        assert_close(base.p_value, found.p_value, TOLERANCE, "p");

        let moved = add_to_treated(&m, 1.5);
        let found = inferred(&moved.panel(), &lambdas, &options(method)).table[0];
        assert_moved(&base, &found, 1.0, 1.5, &format!("{method:?} moved"));
    }
}

#[test]
fn inference_does_not_depend_on_the_number_of_threads() {
    let panel = random_panel(4, 10, 9, Pattern::Staggered, 0.1).panel();
    let found = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap();
    for method in METHODS {
        let with = |threads| {
            let settings = Settings { threads, ..settings() };
            infer(&panel, &LAMBDAS, &found, &[], &options(method), &settings, &Silent).unwrap()
        };
        let one = format!("{:?}", with(Some(1)));
        assert_eq!(one, format!("{:?}", with(Some(3))), "{method:?}");
        assert_eq!(one, format!("{:?}", with(None)), "{method:?}");
    }
}

fn mean(effects: &[CellEffect], of: impl Fn(&CellEffect) -> bool) -> f64 {
    let chosen: Vec<f64> = effects.iter().filter(|e| of(e)).map(|e| e.effect).collect();
    chosen.iter().sum::<f64>() / chosen.len() as f64
}

/// A staggered panel with every kind of grouping.
fn grouped() -> Panel {
    let m = random_panel(21, 12, 9, Pattern::Staggered, 0.0);
    let codes = (0..12 * 9).map(|k| if k / 9 == 0 { Grouping::NONE } else { (k / 9 % 2) as i64 });
    let groupings = vec![
        Grouping::EventTime,
        Grouping::Period,
        Grouping::Cohort,
        Grouping::Unit,
        Grouping::Given(codes.collect()),
    ];
    m.panel().with_design(&Design { groupings, ..Default::default() }).unwrap()
}

#[test]
fn averages_are_means_over_their_cells() {
    let panel = grouped();
    let effects = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap().effects;
    let found = event_study(&panel, &LAMBDAS, &options(Bootstrap));
    let value = |grouping, code, measure| {
        row(&found, Quantity { grouping: Some(grouping), code, measure }).average.value
    };
    let same = |a: f64, b: f64, what: &str| assert_close(a, b, 1e-9, what);
    let mut running = 0.0;
    for time in 0..3 {
        let expected = mean(&effects, |e| e.event_time == Some(time));
        same(value(0, time, Measure::Effect), expected, "event time");
        running += expected;
        same(value(0, time, Measure::Cumulative), running, "cumulative");
    }
    for period in 6..9 {
        let expected = mean(&effects, |e| e.cell.period == period);
        same(value(1, period as i64, Measure::Effect), expected, "period");
    }
    for unit in 0..3 {
        let expected = mean(&effects, |e| e.cell.unit == unit);
        same(value(3, unit as i64, Measure::Effect), expected, "unit");
        // Each unit has a first treated period of its own.
        same(value(2, 8 - unit as i64, Measure::Effect), expected, "cohort");
    }
    for (code, unit) in [(1, 1), (0, 2)] {
        same(value(4, code, Measure::Effect), mean(&effects, |e| e.cell.unit == unit), "given");
    }
    let cells = || effects.iter().filter(|e| e.cell.unit == 2);
    let percent = 100.0 * cells().map(|e| e.effect).sum::<f64>()
        / cells().map(|e| e.counterfactual).sum::<f64>();
    same(value(3, 2, Measure::Percent), percent, "percent");
    let total: f64 = effects.iter().map(|e| e.effect).sum();
    same(
        row(&found, Quantity { measure: Measure::Cumulative, ..Quantity::ATT }).average.value,
        total,
        "total",
    );
}

#[test]
fn effects_before_treatment_are_left_out_of_their_own_fits() {
    let panel = grouped();
    let pre = cell_effects(&panel, &pre_treatment_cells(&panel), &LAMBDAS, &settings(), &Silent);
    let pre = pre.unwrap().effects;
    let found = event_study(&panel, &LAMBDAS, &options(Jackknife));
    for time in -6..0 {
        let quantity = Quantity { grouping: Some(0), code: time, measure: Measure::Effect };
        let row = row(&found, quantity);
        assert_close(row.average.value, mean(&pre, |e| e.event_time == Some(time)), 1e-9, "pre");
        assert!(row.se > 0.0);
    }
    // Measures of an effect mean nothing before there is one.
    let before = |row: &&Inferred| {
        let quantity = row.average.quantity;
        quantity.grouping == Some(0) && quantity.code < 0 && quantity.measure != Measure::Effect
    };
    assert_eq!(found.table.iter().filter(before).count(), 0);
}

#[test]
fn weights_of_averages_count_in_every_draw() {
    let m = random_panel(23, 12, 9, Pattern::Staggered, 0.0);
    let mut weight = vec![1.0; 12];
    (weight[0], weight[1], weight[2]) = (0.0, 3.0, 1.0);
    let design =
        Design { average: Some(weight), groupings: vec![Grouping::Unit], ..Default::default() };
    let panel = m.panel().with_design(&design).unwrap();
    let found = inferred(&panel, &LAMBDAS, &options(Jackknife));
    let weighted = |m: &Matrices, weight: &[f64]| {
        let effects = estimate(&m.panel(), &LAMBDAS, &settings(), &Silent).unwrap().effects;
        let total: f64 = effects.iter().map(|e| weight[e.cell.unit]).sum();
        effects.iter().map(|e| weight[e.cell.unit] * e.effect).sum::<f64>() / total
    };
    let expected = weighted(&m, &[0.0, 3.0, 1.0]);
    assert_close(found.table[0].average.value, expected, TOLERANCE, "value");
    assert_close(found.draws[1], weighted(&without(&m, 1), &[0.0, 1.0]), TOLERANCE, "left out");
    let units: Vec<i64> = (found.table.iter())
        .filter(|row| row.average.quantity.grouping.is_some())
        .map(|row| row.average.quantity.code)
        .collect();
    // A unit without weight is no group; the others have an effect and a percentage.
    assert_eq!(units, [1, 1, 2, 2]);
}

#[test]
fn bands_hold_intervals_and_the_jackknife_has_bonferronis() {
    let panel = grouped();
    for method in [Bootstrap, Jackknife, Placebo] {
        let found = event_study(&panel, &LAMBDAS, &options(method));
        let mut wider = 0;
        for row in found.table.iter().filter(|row| !row.se.is_nan()) {
            assert!(row.band.0 <= row.ci.0 && row.ci.1 <= row.band.1, "{method:?} {row:?}");
            wider += usize::from(row.band.1 > row.ci.1);
            if row.average.quantity.grouping.is_none() {
                assert_eq!(row.band, row.ci, "{method:?}");
            }
        }
        assert!(wider > 10, "{method:?}: {wider}");
    }
}

/// The effects of one bootstrap draw at each event time, from the bootstrap of Algorithm 3.
#[test]
fn a_band_holds_as_many_whole_draws_as_its_level_says() {
    let design = Design { groupings: vec![Grouping::EventTime], ..Default::default() };
    let panel = random_panel(21, 12, 9, Pattern::Block, 0.0).panel().with_design(&design).unwrap();
    let found = inferred(&panel, &LAMBDAS, &options(Bootstrap));
    let bootstrap = BootstrapOptions { draws: 60, level: 0.8, seed: 3 };
    let draws =
        bootstrap_trop_variance(&panel, &LAMBDAS, &bootstrap, &settings(), &Silent).unwrap();
    let bands: Vec<(f64, f64)> = (0..2)
        .map(|code| Quantity { grouping: Some(0), code, measure: Measure::Effect })
        .map(|quantity| row(&found, quantity).band)
        .collect();
    let inside = |draw: &&Vec<f64>| draw.iter().zip(&bands).all(|(x, b)| b.0 <= *x && *x <= b.1);
    let share = draws.event_draws.iter().filter(inside).count() as f64 / 60.0;
    assert!((0.8..0.95).contains(&share), "{share}");
}

#[test]
fn retuning_searches_in_every_draw() {
    let m = random_panel(25, 8, 7, Pattern::Block, 0.0);
    let grids = Grids { time: vec![0.0, 0.8], unit: vec![0.0], nn: vec![f64::INFINITY, 1.0] };
    let search = SearchOptions::default();
    let retuning = Some(Retuning { grids: grids.clone(), search });
    let retuned = InferenceOptions { retuning, ..options(Jackknife) };
    let found = inferred(&m.panel(), &Lambdas::TWO_WAY, &retuned);
    let mut chosen = Vec::new();
    for (unit, draw) in found.draws.iter().enumerate() {
        let left = without(&m, unit);
        let own = loocv_grid_search(&left.panel(), &grids, &search, &settings(), &Silent).unwrap();
        assert_close(*draw, att(&left, &own.lambdas), TOLERANCE, "retuned");
        chosen.push(own.lambdas);
    }
    assert!(chosen.iter().any(|l| *l != Lambdas::TWO_WAY), "{chosen:?}");
}

fn code(panel: &Panel, options: &InferenceOptions) -> &'static str {
    refusal(panel, options).code()
}

#[test]
fn methods_that_mean_nothing_are_refused() {
    let one = block(3, 8, 9, 1, 2).panel();
    let many = block(3, 8, 9, 7, 2).panel();
    // Never-treated units are none: the controls are not yet treated.
    let mut all = random_panel(3, 4, 9, Pattern::Staggered, 0.0);
    for unit in 0..4 {
        all.treatment[unit * 9..(unit + 1) * 9].fill(0.0);
        all.treatment[unit * 9 + 5 + unit..(unit + 1) * 9].fill(1.0);
    }
    let all = all.panel();
    let impossible = "inference_impossible";
    for (panel, method) in [
        (&one, Bootstrap),
        (&one, Jackknife),
        (&many, Bootstrap),
        (&many, Jackknife),
        (&many, Placebo),
        (&all, Bootstrap),
        (&all, Jackknife),
        (&all, Placebo),
    ] {
        let error = refusal(panel, &options(method));
        assert_eq!(error.code(), impossible, "{method:?}");
        assert!(error.to_string().starts_with(method.name()), "{error}");
    }
    let pooled = Design { anchor: trop_core::Anchor::Pooled, ..Default::default() };
    let pooled = block(3, 8, 9, 2, 2).panel().with_design(&pooled).unwrap();
    assert_eq!(code(&pooled, &options(Conformal)), impossible);
    let grids = Grids { time: vec![0.0], unit: vec![0.0], nn: vec![1.0] };
    let retuning = Some(Retuning { grids, search: SearchOptions::default() });
    assert_eq!(code(&one, &InferenceOptions { retuning, ..options(Conformal) }), impossible);
    assert_eq!(code(&one, &InferenceOptions { draws: 1, ..options(Placebo) }), "draws_too_few");
    for level in [0.0, 1.0, -0.5, f64::NAN] {
        let wrong = InferenceOptions { level, ..options(Placebo) };
        assert_eq!(code(&one, &wrong), "level_out_of_range");
    }
}

#[test]
fn bad_lambdas_and_settings_are_refused_before_any_draw() {
    let panel = block(3, 8, 9, 2, 2).panel();
    let found = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap();
    for method in METHODS {
        let error = |lambdas: &Lambdas, settings: &Settings| {
            infer(&panel, lambdas, &found, &[], &options(method), settings, &Silent).unwrap_err()
        };
        let negative = Lambdas { nn: -1.0, ..LAMBDAS };
        assert_eq!(error(&negative, &settings()).code(), "lambda_invalid");
        let idle = Settings { threads: Some(0), ..settings() };
        assert_eq!(error(&LAMBDAS, &idle).code(), "threads_zero");
    }
}

#[test]
fn conformal_inference_needs_no_never_treated_unit() {
    let mut m = random_panel(3, 6, 12, Pattern::Staggered, 0.1);
    for unit in 0..6 {
        m.treatment[unit * 12..(unit + 1) * 12].fill(0.0);
        m.treatment[unit * 12 + 6 + unit..(unit + 1) * 12].fill(1.0);
    }
    let found = inferred(&m.panel(), &LAMBDAS, &options(Conformal));
    assert_eq!(found.draws.len() + found.n_failed, 11);
    assert!(found.table[0].se > 0.0 && found.table[0].ci.0 < found.table[0].ci.1);
}

fn chosen(m: &Matrices, level: f64) -> (InferenceMethod, String) {
    let options = InferenceOptions { level, ..options(Auto) };
    let found = inferred(&m.panel(), &Lambdas::TWO_WAY, &options);
    (found.method, found.reason)
}

#[test]
fn auto_chooses_by_the_numbers_of_units_and_periods_and_says_why() {
    let of = |n_units, n_periods, n| block(2, n_units, n_periods, n, 2);
    for (m, level, method, why) in [
        (of(201, 3, 100), 0.9, Bootstrap, "enough of both to resample"),
        (of(199, 3, 100), 0.9, Jackknife, "intervals can fall a few points short of their level"),
        (of(12, 6, 5), 0.9, Jackknife, "intervals can fall a few points short of their level"),
        (of(12, 6, 4), 0.9, Placebo, "enough never-treated units for placebos"),
        (of(12, 6, 1), 0.9, Placebo, "enough never-treated units for placebos"),
        // Five placebos cannot reject at 0.9, twelve shifts can; nor can ten at 0.9.
        (of(6, 12, 1), 0.9, Conformal, "shifts in time; intervals are wide"),
        (of(5, 12, 3), 0.9, Conformal, "shifts in time; intervals are wide"),
        (of(5, 10, 3), 0.9, Jackknife, "intervals can fall well short of their level"),
    ] {
        let (found, reason) = chosen(&m, level);
        assert_eq!(found, method, "{reason}");
        assert!(reason.ends_with(why), "{reason}");
        let treated = treated_units(&m).len();
        let counts = format!("{treated} treated and {} never-treated units: ", m.n_units - treated);
        assert!(reason.starts_with(&counts), "{reason}");
    }
    assert_eq!(inferred(&of(12, 6, 4).panel(), &Lambdas::TWO_WAY, &options(Placebo)).reason, "");
    let too_small = of(6, 9, 1);
    let error = refusal(&too_small.panel(), &InferenceOptions { level: 0.95, ..options(Auto) });
    assert_eq!(error.code(), "inference_impossible");
    assert!(
        error.to_string().contains("1 treated and 5 never-treated units over 9 periods"),
        "{error}"
    );
}

#[test]
fn auto_is_the_method_that_it_chooses() {
    let panel = block(2, 12, 6, 4, 2).panel();
    let auto = inferred(&panel, &LAMBDAS, &options(Auto));
    let asked = inferred(&panel, &LAMBDAS, &options(auto.method));
    assert_eq!(auto.method, asked.method);
    assert_eq!(format!("{:?}", auto.table), format!("{:?}", asked.table));
    assert_eq!(auto.draws, asked.draws);
}

struct Stopper(std::sync::atomic::AtomicUsize);

impl trop_core::Monitor for Stopper {
    fn advance(&self, stage: trop_core::Stage, done: usize, total: usize) {
        assert_eq!(stage.name(), "inference");
        assert!(0 < done && done <= total);
        self.0.store(done, std::sync::atomic::Ordering::Relaxed);
    }

    fn stop(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed) >= 3
    }
}

#[test]
fn inference_can_be_interrupted() {
    let panel = block(3, 9, 9, 2, 2).panel();
    let found = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap();
    for method in [Jackknife, Placebo, Conformal] {
        let stopper = Stopper(Default::default());
        let stopped = infer(&panel, &LAMBDAS, &found, &[], &options(method), &settings(), &stopper);
        assert_eq!(stopped.unwrap_err(), Error::Interrupted, "{method:?}");
    }
}

struct Last(std::sync::Mutex<(usize, usize)>);

impl trop_core::Monitor for Last {
    fn advance(&self, _: trop_core::Stage, done: usize, total: usize) {
        *self.0.lock().unwrap() = (done, total);
    }
}

#[test]
fn progress_ends_complete() {
    let panel = block(3, 9, 9, 2, 2).panel();
    let found = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap();
    for method in METHODS {
        let last = Last(Default::default());
        infer(&panel, &LAMBDAS, &found, &[], &options(method), &settings(), &last).unwrap();
        let (done, total) = *last.0.lock().unwrap();
        assert_eq!(done, total, "{method:?}");
    }
}
