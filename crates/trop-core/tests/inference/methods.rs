//! Each method against a literal loop over panels made anew.

use super::*;

/// A bound of the conformal interval is found to 1e-6 of the interval's length.
const BOUND: f64 = 1e-5;

fn att(m: &Matrices, lambdas: &Lambdas) -> f64 {
    estimate(&m.panel(), lambdas, &settings(), &Silent).unwrap().att
}

fn control_units(m: &Matrices) -> Vec<usize> {
    (0..m.n_units).filter(|&i| !is_treated(m, i)).collect()
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
