//! The fit behind the effect of one target.

use super::*;

fn diagnosis(panel: &Panel, target: Cell, lambdas: &Lambdas) -> Diagnosis {
    let found = diagnose(panel, target, lambdas, &settings(lambdas), &Silent).unwrap();
    assert_eq!(found.status, Status::Solved, "{lambdas:?} {target:?}");
    found
}

fn assert_all_near(a: &[f64], b: &[f64], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}: {a:?} {b:?}");
    let near = |(a, b): (&f64, &f64)| (a.is_nan() && b.is_nan()) || (a - b).abs() < tolerance;
    assert!(a.iter().zip(b).all(near), "{what}: {a:?} {b:?}");
}

/// Singular values and right singular vectors of a row-major matrix, by Jacobi's rotations of its columns.
fn jacobi(matrix: &[f64], n_cols: usize) -> Vec<(f64, Vec<f64>, Vec<f64>)> {
    let column =
        |m: &[f64], c: usize| -> Vec<f64> { m[c..].iter().step_by(n_cols).copied().collect() };
    let mut left: Vec<Vec<f64>> = (0..n_cols).map(|c| column(matrix, c)).collect();
    let unit = |c: usize| (0..n_cols).map(|r| f64::from(u8::from(r == c))).collect();
    let mut right: Vec<Vec<f64>> = (0..n_cols).map(unit).collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let turn = |side: &mut [Vec<f64>], p: usize, q: usize, (cos, sin): (f64, f64)| {
        for r in 0..side[p].len() {
            let (a, b) = (side[p][r], side[q][r]);
            (side[p][r], side[q][r]) = (cos * a - sin * b, sin * a + cos * b);
        }
    };
    for _ in 0..60 {
        for p in 0..n_cols {
            for q in p + 1..n_cols {
                let (a, b) = (dot(&left[p], &left[p]), dot(&left[q], &left[q]));
                let c = dot(&left[p], &left[q]);
                if c != 0.0 {
                    let angle = 0.5 * (2.0 * c).atan2(b - a);
                    let by = (angle.cos(), angle.sin());
                    turn(&mut left, p, q, by);
                    turn(&mut right, p, q, by);
                }
            }
        }
    }
    let mut all: Vec<(f64, Vec<f64>, Vec<f64>)> = left
        .into_iter()
        .zip(right)
        .map(|(u, v)| {
            let sigma = dot(&u, &u).sqrt();
            (sigma, u.iter().map(|u| u / sigma).collect(), v)
        })
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all
}

/// Mean of a number over others, by weight, less the own one.
fn imbalance(value: &[f64], weight: &[f64], own: usize, others: &[usize]) -> f64 {
    let total: f64 = others.iter().map(|&k| weight[k]).sum();
    others.iter().map(|&k| weight[k] * value[k]).sum::<f64>() / total - value[own]
}

fn effective(weight: &[f64], others: &[usize]) -> f64 {
    let sum: f64 = others.iter().map(|&k| weight[k]).sum();
    sum * sum / others.iter().map(|&k| weight[k].powi(2)).sum::<f64>()
}

/// Everything in a diagnosis that follows from a target's weights and low-rank part, written out.
fn assert_follows(found: &Diagnosis, panel: &Panel, low_rank: &[f64], what: &str) {
    let Cell { unit, period } = found.target;
    let control = |unit: usize, period: usize| panel.is_control(Cell { unit, period });
    let donors: Vec<usize> =
        (0..panel.n_units()).filter(|&j| j != unit && control(j, period)).collect();
    let periods: Vec<usize> =
        (0..panel.n_periods()).filter(|&s| s != period && control(unit, s)).collect();
    let Weights { unit: omega, period: theta } = &found.weights;
    assert!((found.effective_units - effective(omega, &donors)).abs() < ROUNDING * 100.0);
    assert!((found.effective_periods - effective(theta, &periods)).abs() < ROUNDING * 100.0);

    let svd = jacobi(low_rank, panel.n_periods());
    let largest = svd[0].0;
    let svd: Vec<_> = svd.into_iter().filter(|(sigma, ..)| *sigma > 1e-6 * largest).collect();
    assert_eq!(found.rank, svd.len(), "{what}");
    let sigma: Vec<f64> = svd.iter().map(|(sigma, ..)| *sigma).collect();
    assert_all_near(&found.singular_values, &sigma, SAME, what);
    let (mut unit_imbalance, mut time_imbalance) = (Vec::new(), Vec::new());
    for (sigma, u, v) in &svd {
        let a = sigma.sqrt() * imbalance(u, omega, unit, &donors);
        let b = sigma.sqrt() * imbalance(v, theta, period, &periods);
        let sign = if a < 0.0 { -1.0 } else { 1.0 };
        unit_imbalance.push(sign * a);
        time_imbalance.push(sign * b);
    }
    // Singular vectors of near singular values are looser than the fit.
    assert_all_near(&found.unit_imbalance, &unit_imbalance, 20.0 * SAME, what);
    assert_all_near(&found.time_imbalance, &time_imbalance, 20.0 * SAME, what);
    let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    assert!((found.unit_imbalance_norm - norm(&found.unit_imbalance)).abs() < ROUNDING);
    assert!((found.time_imbalance_norm - norm(&found.time_imbalance)).abs() < ROUNDING);
}

fn panels() -> Vec<Matrices> {
    let mut panels = Vec::new();
    for (seed, pattern) in DESIGNS.into_iter().enumerate() {
        panels.push(random_panel(seed as u64 + 1, 10, 7, pattern, 0.1));
        panels.push(random_panel(seed as u64 + 11, 7, 10, pattern, 0.0));
    }
    panels
}

#[test]
fn a_diagnosis_is_that_of_the_fit_behind_the_effect() {
    for m in panels() {
        for anchor in ANCHORS {
            let panel = anchored(&m, anchor);
            for l in LOW_RANK {
                let found = estimate(&panel, &l, &settings(&l), &Silent).unwrap();
                for effect in found.effects.iter().take(3) {
                    let what = format!("{anchor:?} {l:?} {:?}", effect.cell);
                    let diagnosis = diagnosis(&panel, effect.cell, &l);
                    assert_eq!(diagnosis.weights, weights(&panel, effect.cell, &l).unwrap());
                    assert_eq!(diagnosis.rank, effect.rank, "{what}");
                    assert!(diagnosis.gap <= settings(&l).tolerance, "{what}");
                    let fit =
                        weighted_fit(&panel, &diagnosis.weights, l.nn, &settings(&l), &Silent);
                    assert_follows(&diagnosis, &panel, &fit.unwrap().low_rank, &what);
                }
            }
        }
    }
}

#[test]
fn a_control_target_is_left_out_of_its_fit() {
    let m = random_panel(31, 9, 7, Pattern::Block, 0.0);
    let (target, at) = (Cell { unit: 6, period: 4 }, 6 * 7 + 4);
    let mut without = m.clone();
    without.outcome[at] = NAN;
    let panel = without.panel();
    for anchor in ANCHORS {
        for l in LOW_RANK {
            let found = diagnosis(&anchored(&m, anchor), target, &l);
            let placebo = cell_effects(&m.panel(), &[target], &l, &settings(&l), &Silent).unwrap();
            assert_eq!(found.rank, placebo.effects[0].rank);
            let fit = weighted_fit(&panel, &found.weights, l.nn, &settings(&l), &Silent).unwrap();
            assert_follows(&found, &panel, &fit.low_rank, &format!("{l:?}"));
        }
    }
}

#[test]
fn with_covariates_the_low_rank_part_is_that_of_what_they_leave() {
    let m = random_panel(42, 9, 7, Pattern::Block, 0.0);
    let x: Vec<f64> = (0..m.outcome.len()).map(|k| (k * k % 13) as f64 / 5.0).collect();
    let mut with = m.clone();
    with.outcome.iter_mut().zip(&x).for_each(|(y, x)| *y += 0.8 * x);
    let target = Cell { unit: 1, period: 5 };
    for anchor in ANCHORS {
        let design = Design { anchor, covariates: vec![x.clone()], ..Default::default() };
        let panel = with.panel().with_design(&design).unwrap();
        // At equal unit weights covariates change no weight.
        let l = Lambdas { time: 0.3, unit: 0.0, nn: 0.8 };
        let found = diagnosis(&panel, target, &l);
        let effects = estimate(&panel, &l, &settings(&l), &Silent).unwrap().effects;
        let own = effects.iter().find(|e| e.cell == target).unwrap();
        let b = own.coefficients[0];
        assert!((b - 0.8).abs() < 0.3 && found.rank > 0 && found.rank == own.rank);
        let mut rest = with.clone();
        rest.outcome.iter_mut().zip(&x).for_each(|(y, x)| *y -= b * x);
        let literal = diagnosis(&anchored(&rest, anchor), target, &l);
        assert_all_near(&found.singular_values, &literal.singular_values, SAME, "values");
        assert_all_near(&found.unit_imbalance, &literal.unit_imbalance, 20.0 * SAME, "units");
        assert_all_near(&found.time_imbalance, &literal.time_imbalance, 20.0 * SAME, "periods");
    }
}

/// Where no cell is missing and the target alone is left out, the intercepts take the weighted double
/// difference out of the rest.
#[test]
fn the_imbalances_say_how_far_the_low_rank_part_moves_the_effect() {
    for (seed, n_units, n_periods) in [(32, 9, 6), (33, 6, 9)] {
        let mut m = random_panel(seed, n_units, n_periods, Pattern::Block, 0.0);
        m.treatment.fill(0.0);
        m.treatment[n_periods - 1] = 1.0;
        let panel = m.panel();
        let target = Cell { unit: 0, period: n_periods - 1 };
        for l in LOW_RANK {
            let att = |l: &Lambdas| estimate(&panel, l, &settings(l), &Silent).unwrap().att;
            let found = diagnosis(&panel, target, &l);
            let pairs = found.unit_imbalance.iter().zip(&found.time_imbalance);
            let moved: f64 = pairs.map(|(a, b)| a * b).sum();
            let expected = att(&Lambdas { nn: f64::INFINITY, ..l }) - att(&l);
            assert!(expected.abs() > 0.01 && (moved - expected).abs() < SAME, "{l:?}");
        }
    }
}

#[test]
fn donors_and_reference_periods_by_hand() {
    // In period 3 units 1 and 2 are controls, unit 3 is treated and unit 4 missing. The target's unit is
    // missing in period 1.
    let mut y = vec![0.0; 20];
    let mut w = vec![0.0; 20];
    for (k, y) in y.iter_mut().enumerate() {
        *y = (k % 7) as f64;
    }
    (y[1], y[19]) = (NAN, NAN);
    (w[3], w[15]) = (1.0, 1.0);
    let panel = Panel::new(&y, &w, Shape { n_units: 5, n_periods: 4 }).unwrap();
    let target = Cell { unit: 0, period: 3 };
    let equal = diagnosis(&panel, target, &Lambdas::TWO_WAY);
    assert!((equal.effective_units - 2.0).abs() < ROUNDING);
    assert!((equal.effective_periods - 2.0).abs() < ROUNDING);
    // Periods 0 and 2 weigh 1 to 4.
    let steep = Lambdas { time: 2.0_f64.ln(), ..Lambdas::TWO_WAY };
    let found = diagnosis(&panel, target, &steep);
    assert!((found.effective_periods - 25.0 / 17.0).abs() < ROUNDING);
    // So steep that squares of weights are zero in floating point, but for the ratio of the nearest two.
    let steeper = diagnosis(&panel, target, &Lambdas { time: 200.0, ..Lambdas::TWO_WAY });
    assert_eq!(steeper.effective_periods, 1.0);
}

#[test]
fn only_direct_donors_and_reference_periods_count() {
    // Period 0 - unit 0 - period 1 - unit 1 - period 2: the fit needs unit 0 and period 1, but the target is
    // compared with unit 1 and period 0 alone.
    let y = [1.0, 2.0, NAN, NAN, 5.0, 7.0, 3.0, NAN, 10.0];
    let mut w = [0.0; 9];
    w[8] = 1.0;
    let panel = Panel::new(&y, &w, Shape { n_units: 3, n_periods: 3 }).unwrap();
    let found = diagnosis(&panel, Cell { unit: 2, period: 2 }, &Lambdas::TWO_WAY);
    assert!((found.effective_units - 1.0).abs() < ROUNDING);
    assert!((found.effective_periods - 1.0).abs() < ROUNDING);
}

#[test]
fn without_a_low_rank_part_there_is_nothing_to_balance() {
    let panel = random_panel(34, 8, 6, Pattern::Block, 0.1).panel();
    for nn in [f64::INFINITY, 1e6] {
        let l = Lambdas { time: 0.2, unit: 0.1, nn };
        let found = diagnosis(&panel, Cell { unit: 0, period: 5 }, &l);
        assert_eq!((found.rank, found.singular_values.len()), (0, 0));
        assert_eq!((found.unit_imbalance.len(), found.time_imbalance.len()), (0, 0));
        assert_eq!((found.unit_imbalance_norm, found.time_imbalance_norm), (0.0, 0.0));
    }
}

#[test]
fn at_lambda_nn_zero_by_hand() {
    // Changes of 1 and 3; the third unit's is 2 in the interpolant, so L has the rows -1/2, 1/2; 1/2, -1/2;
    // 0, 0 and the singular value 1.
    let y = [0.0, 1.0, 0.0, 3.0, 0.0, 9.0];
    let w = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    let panel = Panel::new(&y, &w, Shape { n_units: 3, n_periods: 2 }).unwrap();
    let found =
        diagnosis(&panel, Cell { unit: 2, period: 1 }, &Lambdas { nn: 0.0, ..Lambdas::TWO_WAY });
    assert_all_near(&found.singular_values, &[1.0], SAME, "singular values");
    assert_all_near(&found.unit_imbalance, &[0.0], SAME, "unit imbalance");
    assert!((found.time_imbalance_norm - 2.0_f64.sqrt()).abs() < SAME);
}

#[test]
fn a_diagnosis_moves_as_the_panel_does() {
    let m = random_panel(41, 9, 7, Pattern::Block, 0.1);
    let target = Cell { unit: 1, period: 6 };
    for anchor in ANCHORS {
        for l in LOW_RANK {
            let what = format!("{anchor:?} {l:?}");
            let own = diagnosis(&anchored(&m, anchor), target, &l);
            let check = |m: &Matrices, target: Cell, l: &Lambdas, factor: f64| {
                let other = diagnosis(&anchored(m, anchor), target, l);
                let times = |x: &[f64], by: f64| x.iter().map(|x| x * by).collect::<Vec<f64>>();
                let root = factor.sqrt();
                let near = |a: &[f64], b: &[f64], by: f64| {
                    assert_all_near(&times(a, by), b, 20.0 * SAME * by, &what);
                };
                near(&own.singular_values, &other.singular_values, factor);
                near(&own.unit_imbalance, &other.unit_imbalance, root);
                near(&own.time_imbalance, &other.time_imbalance, root);
                assert!((own.effective_units - other.effective_units).abs() < 1e-9);
                assert!((own.effective_periods - other.effective_periods).abs() < 1e-9);
            };
            let mut moved = m.clone();
            (0..moved.outcome.len()).for_each(|k| moved.outcome[k] += 10.0 * (k % 7) as f64);
            check(&moved, target, &l, 1.0);
            let mut scaled = m.clone();
            scaled.outcome.iter_mut().for_each(|y| *y *= 100.0);
            let scaled_l = Lambdas { time: l.time, unit: l.unit / 100.0, nn: l.nn * 100.0 };
            check(&scaled, target, &scaled_l, 100.0);
            let to = |i: usize| (i * 4 + 2) % 9;
            let mut permuted = m.clone();
            for k in 0..m.outcome.len() {
                permuted.outcome[to(k / 7) * 7 + k % 7] = m.outcome[k];
                permuted.treatment[to(k / 7) * 7 + k % 7] = m.treatment[k];
            }
            check(&permuted, Cell { unit: to(1), period: 6 }, &l, 1.0);
        }
    }
}

#[test]
fn targets_that_cannot_be_diagnosed() {
    let y = [1.0, 2.0, 1.0, 2.5, 4.0, NAN, 3.0, 5.0];
    let w = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let panel = Panel::new(&y, &w, Shape { n_units: 4, n_periods: 2 }).unwrap();
    let refused = |unit, period, lambdas: &Lambdas, settings: &Settings| {
        diagnose(&panel, Cell { unit, period }, lambdas, settings, &Silent).unwrap_err()
    };
    let (two_way, fine) = (Lambdas::TWO_WAY, Settings::default());
    for (unit, period) in [(4, 0), (0, 2)] {
        let error = Error::CellOutOfRange { unit, period, n_units: 4, n_periods: 2 };
        assert_eq!(refused(unit, period, &two_way, &fine), error);
    }
    let negative = Lambdas { time: -1.0, ..two_way };
    assert_eq!(refused(0, 0, &negative, &fine).code(), "lambda_invalid");
    let none = Settings { max_iterations: 0, ..fine };
    assert_eq!(refused(0, 0, &two_way, &none), Error::MaxIterationsZero);

    let missing = refused(2, 1, &two_way, &fine);
    assert_eq!(missing.code(), "target_not_estimable");
    assert_eq!(missing.to_string(), "unit 2 has no effect in period 1: its outcome is missing");
    let reason = |error: Error| match error {
        Error::TargetNotEstimable { unit, period, reason } => (unit, period, reason),
        other => panic!("{other}"),
    };
    assert_eq!(reason(missing), (2, 1, Reason::OutcomeMissing));
    let alone = refused(3, 0, &two_way, &fine);
    assert!(alone.to_string().contains("no control cells connect its unit with its period"));
    assert_eq!(reason(alone), (3, 0, Reason::Disconnected));
    let far = refused(0, 0, &Lambdas { unit: 1e4, ..two_way }, &fine);
    assert!(far.to_string().contains("smaller lambda_unit or lambda_time"));
    assert_eq!(reason(far), (0, 0, Reason::WeightsUnderflow));
}

#[test]
fn diagnostics_can_be_interrupted() {
    let panel = random_panel(36, 8, 6, Pattern::Block, 0.0).panel();
    let watch = Watch::default();
    watch.request_stop();
    let (l, settings) = (LOW_RANK[0], Settings::default());
    let target = Cell { unit: 0, period: 5 };
    let errors = [
        diagnose(&panel, target, &l, &settings, &watch).unwrap_err(),
        att_at(&panel, &[l], &settings, &watch).unwrap_err(),
        leave_one_out(&panel, &l, &settings, &watch).unwrap_err(),
    ];
    assert!(errors.iter().all(|error| *error == Error::Interrupted));
}
