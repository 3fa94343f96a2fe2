//! Fits, leave-one-out scores and averages at weights that the caller brings.

mod common;

use common::{Matrices, CPS, PROP99};
use trop_core::{
    att_of_draws, estimate, weighted_atts, weighted_fit, weighted_loocv, weights, Cell, Error,
    Lambdas, Panel, Settings, Shape, Silent, WeightedFit, WeightedJob, Weights,
};

/// Two fits that are each certified to a gap of 1e-12 agree this well, relative to the outcomes.
const SAME: f64 = 1e-6;

fn exact() -> Settings {
    Settings { tolerance: 1e-12, loocv_tolerance: 1e-12, ..Default::default() }
}

fn fit(panel: &Panel, weights: &Weights, lambda_nn: f64) -> WeightedFit {
    let fit = weighted_fit(panel, weights, lambda_nn, &exact(), &Silent).unwrap();
    assert!(fit.gap <= if lambda_nn == 0.0 { 1e-8 } else { 1e-12 }, "nn {lambda_nn}: {}", fit.gap);
    fit
}

fn assert_close(a: &[f64], b: &[f64], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (k, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((a.is_nan() && b.is_nan()) || (a - b).abs() <= tolerance, "{what} {k}: {a} {b}");
    }
}

/// Six units over five periods, the last two treated from the fourth period on; one outcome missing.
fn small() -> Matrices {
    let (n_units, n_periods) = (6, 5);
    let mut outcome: Vec<f64> =
        (0..n_units * n_periods).map(|k| ((k * k * 37 + 11 * k) % 29) as f64 / 7.0).collect();
    outcome[7] = f64::NAN;
    let mut treatment = vec![0.0; n_units * n_periods];
    for unit in [4, 5] {
        treatment[unit * n_periods + 3..(unit + 1) * n_periods].fill(1.0);
    }
    Matrices { outcome, treatment, n_units, n_periods }
}

fn given() -> Weights {
    Weights { unit: vec![1.0, 0.5, 2.0, 0.25, 1.0, 0.75], period: vec![0.5, 1.0, 2.0, 1.0, 0.5] }
}

const PENALTIES: [f64; 4] = [f64::INFINITY, 2.0, 0.3, 0.0];

#[test]
fn a_two_way_fit_by_hand() {
    // Unit 1 is treated in period 1; its counterfactual is its own level plus the weighted mean growth.
    let panel = Panel::new(
        &[0.0, 1.0, 10.0, 99.0, 3.0, 8.0],
        &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        Shape { n_units: 3, n_periods: 2 },
    )
    .unwrap();
    let weights = Weights { unit: vec![1.0, 7.0, 3.0], period: vec![2.0, 2.0] };
    let fit = fit(&panel, &weights, f64::INFINITY);
    assert_close(&fit.unit_effect, &[-1.5, 10.0, 3.5], 1e-12, "unit effects");
    assert_close(&fit.period_effect, &[0.0, 4.0], 1e-12, "period effects");
    assert_close(&fit.fitted, &[-1.5, 2.5, 10.0, 14.0, 3.5, 7.5], 1e-12, "fitted");
    // Residuals of 1.5 twice at weight 2, and of 0.5 twice at weight 6.
    assert!((fit.primal - (2.0 * 2.0 * 2.25 + 6.0 * 2.0 * 0.25)).abs() < 1e-12);
    assert_eq!((fit.rank, fit.low_rank.iter().any(|l| *l != 0.0)), (0, false));
}

#[test]
fn at_lambda_nn_zero_control_cells_are_met_and_l_is_centred() {
    let panel = small().panel();
    let fit = fit(&panel, &given(), 0.0);
    for cell in panel.control_cells() {
        let fitted = fit.fitted[cell.unit * 5 + cell.period];
        assert!((fitted - panel.outcome(cell)).abs() < 1e-10);
    }
    let rows: Vec<f64> = fit.low_rank.chunks(5).map(|row| row.iter().sum()).collect();
    assert_close(&rows, &[0.0; 6], 1e-10, "row sums of L");
}

#[test]
fn components_are_identified_apart_and_what_has_no_weight_is_nan() {
    // Units 0-1 share periods 0-1, units 2-3 periods 2-3; unit 4 has weight 0.
    let nan = f64::NAN;
    let outcome = [
        1.0, 2.0, nan, nan, //
        3.0, 5.0, nan, nan, //
        nan, nan, 1.0, 4.0, //
        nan, nan, 0.0, 2.0, //
        1.0, 1.0, 1.0, 1.0,
    ];
    let mut treatment = [0.0; 20];
    treatment[5] = 1.0;
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: 5, n_periods: 4 }).unwrap();
    let weights = Weights { unit: vec![1.0, 1.0, 1.0, 1.0, 0.0], period: vec![1.0; 4] };
    for nn in [f64::INFINITY, 0.5] {
        let fit = fit(&panel, &weights, nn);
        let known: Vec<bool> = fit.fitted.iter().map(|f| !f.is_nan()).collect();
        let expected: Vec<bool> =
            (0..20).map(|k| k / 4 < 4 && (k / 4 < 2) == (k % 4 < 2)).collect();
        assert_eq!(known, expected);
        assert!(fit.unit_effect[4].is_nan() && fit.period_effect[2] == 0.0);
        assert!((fit.fitted[5] - 4.0).abs() < if nn > 1.0 { 1e-12 } else { 1e-6 });
    }
}

#[test]
fn at_the_weights_of_a_target_the_fit_is_that_target_s() {
    for (source, lambdas) in [
        (&PROP99, Lambdas { time: 0.2, unit: 0.05, nn: 30.0 }),
        (&CPS, Lambdas { time: 0.1, unit: 1.0, nn: 0.3 }),
        (&CPS, Lambdas { time: 0.3, unit: 2.0, nn: f64::INFINITY }),
    ] {
        let panel = Matrices::load(source).panel();
        let found = estimate(&panel, &lambdas, &exact(), &Silent).unwrap();
        for effect in found.effects.iter().take(2) {
            let weights = weights(&panel, effect.cell, &lambdas).unwrap();
            let fit = fit(&panel, &weights, lambdas.nn);
            let Cell { unit, period } = effect.cell;
            let fitted = fit.fitted[unit * panel.n_periods() + period];
            assert!((fitted - effect.counterfactual).abs() < SAME * effect.observed.abs());
            assert!((fit.primal - effect.primal).abs() < 1e-9 * effect.primal);
            assert_eq!(fit.rank, effect.rank);
        }
    }
}

#[test]
fn weights_and_lambda_scaled_together_change_nothing() {
    let panel = small().panel();
    let scaled = |c: f64| Weights {
        unit: given().unit.iter().map(|w| w * c).collect(),
        period: given().period,
    };
    for nn in PENALTIES {
        let one = fit(&panel, &given(), nn);
        let other = fit(&panel, &scaled(64.0), 64.0 * nn);
        assert_close(&one.fitted, &other.fitted, SAME, "fitted");
    }
}

#[test]
fn unit_and_period_effects_move_as_much_as_the_outcome_and_l_not_at_all() {
    let original = small();
    let mut moved = original.clone();
    for (k, y) in moved.outcome.iter_mut().enumerate() {
        *y += [3.0, -1.0, 0.5, 7.0, 2.0, 9.0][k / 5] + [0.0, 1.5, -2.0, 4.0, 0.25][k % 5];
    }
    for nn in PENALTIES {
        let one = fit(&original.panel(), &given(), nn);
        let other = fit(&moved.panel(), &given(), nn);
        assert_close(&one.low_rank, &other.low_rank, SAME, "low rank");
        let shift: Vec<f64> =
            other.period_effect.iter().zip(&one.period_effect).map(|(a, b)| a - b).collect();
        assert_close(&shift, &[0.0, 1.5, -2.0, 4.0, 0.25], SAME, "period effects");
    }
}

#[test]
fn a_score_is_the_sum_over_fits_that_each_leave_a_cell_out() {
    let matrices = small();
    let panel = matrices.panel();
    let found = weighted_loocv(&panel, &given(), &PENALTIES, &exact(), &Silent).unwrap();
    assert_eq!((found.n_cells, found.not_estimable.len()), (panel.control_cells().len(), 0));
    for (score, nn) in found.scores.iter().zip(PENALTIES) {
        let mut sum = 0.0;
        for cell in panel.control_cells() {
            let mut without = matrices.clone();
            without.outcome[cell.unit * 5 + cell.period] = f64::NAN;
            let fit = fit(&without.panel(), &given(), nn);
            sum += (panel.outcome(cell) - fit.fitted[cell.unit * 5 + cell.period]).powi(2);
        }
        assert_eq!(score.lambda_nn, nn);
        assert!((score.score / sum - 1.0).abs() < SAME, "nn {nn}: {} {sum}", score.score);
    }
}

#[test]
fn scores_and_averages_do_not_depend_on_threads_or_on_the_order_of_candidates() {
    let panel = small().panel();
    let score = |nn: &[f64], threads| {
        let settings = Settings { threads, ..Default::default() };
        weighted_loocv(&panel, &given(), nn, &settings, &Silent).unwrap()
    };
    let one = score(&[2.0, 0.3], Some(1));
    assert_eq!(one, score(&[2.0, 0.3], Some(3)));
    let turned = score(&[0.3, 2.0], None);
    assert_eq!(one.scores[0], turned.scores[1]);
    let job = |k: usize| {
        let mut weights = given();
        weights.unit[k] = 3.0;
        Ok(WeightedJob { panel: small().panel(), weights, counts: None, average: None })
    };
    let atts = |threads| {
        let settings = Settings { threads, ..Default::default() };
        weighted_atts(4, &job, &[2.0, 0.3], &settings, &Silent).unwrap()
    };
    assert_eq!(atts(Some(1)), atts(Some(3)));
}

#[test]
fn a_job_s_average_is_that_of_its_fit_with_its_units_repeated() {
    let matrices = small();
    let counts = vec![2, 1, 0, 1, 2, 1];
    let average = vec![1.0, 1.0, 1.0, 1.0, 0.5, 3.0];
    let rows: Vec<usize> = (0..6).flat_map(|i| vec![i; counts[i]]).collect();
    let pick = |m: &[f64]| -> Vec<f64> {
        rows.iter().flat_map(|&i| m[i * 5..(i + 1) * 5].to_vec()).collect()
    };
    let (y, w) = (pick(&matrices.outcome), pick(&matrices.treatment));
    let long = Panel::new(&y, &w, Shape { n_units: rows.len(), n_periods: 5 }).unwrap();
    let weights =
        Weights { unit: rows.iter().map(|&i| given().unit[i]).collect(), period: given().period };
    let job = |_| {
        Ok(WeightedJob {
            panel: matrices.panel(),
            weights: given(),
            counts: Some(counts.clone()),
            average: Some(average.clone()),
        })
    };
    let atts = weighted_atts(1, &job, &PENALTIES, &exact(), &Silent).unwrap();
    for (att, nn) in atts[0].iter().zip(PENALTIES) {
        let fit = fit(&long, &weights, nn);
        let (mut sum, mut total) = (0.0, 0.0);
        for (k, _) in w.iter().enumerate().filter(|(_, w)| **w == 1.0) {
            sum += average[rows[k / 5]] * (y[k] - fit.fitted[k]);
            total += average[rows[k / 5]];
        }
        assert!((att.att - sum / total).abs() < SAME, "nn {nn}: {} {}", att.att, sum / total);
    }
}

#[test]
fn a_draw_s_average_is_that_of_the_estimate_with_its_units_repeated() {
    let matrices = small();
    let lambdas = Lambdas { time: 0.3, unit: 0.4, nn: 0.5 };
    let all_once = vec![vec![1; 6], vec![0, 0, 1, 1, 2, 0]];
    let panel = matrices.panel();
    let found = att_of_draws(&panel, &lambdas, &all_once, None, &exact(), &Silent).unwrap();
    let whole = estimate(&panel, &lambdas, &exact(), &Silent).unwrap();
    assert!((found.att[0] - whole.att).abs() < SAME);
    let rows = [2, 3, 4, 4];
    let pick = |m: &[f64]| -> Vec<f64> {
        rows.iter().flat_map(|&i| m[i * 5..(i + 1) * 5].to_vec()).collect()
    };
    let long = Panel::new(
        &pick(&matrices.outcome),
        &pick(&matrices.treatment),
        Shape { n_units: 4, n_periods: 5 },
    )
    .unwrap();
    let drawn = estimate(&long, &lambdas, &exact(), &Silent).unwrap();
    assert!((found.att[1] - drawn.att).abs() < SAME);
    // Weights in the average: only the first treated unit's effects count.
    let average = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0];
    let first = att_of_draws(&panel, &lambdas, &all_once, Some(&average), &exact(), &Silent);
    let effects: Vec<f64> =
        whole.effects.iter().filter(|e| e.cell.unit == 4).map(|e| e.effect).collect();
    assert!((first.unwrap().att[0] - (effects[0] + effects[1]) / 2.0).abs() < SAME);
}

#[test]
fn weights_that_cannot_be_used_are_refused() {
    let panel = small().panel();
    let rejected = |change: &dyn Fn(&mut Weights)| {
        let mut weights = given();
        change(&mut weights);
        let settings = Settings::default();
        let fit = weighted_fit(&panel, &weights, 1.0, &settings, &Silent).unwrap_err();
        let loocv = weighted_loocv(&panel, &weights, &[1.0], &settings, &Silent).unwrap_err();
        assert_eq!(fit, loocv);
        fit
    };
    let error = rejected(&|w| w.unit[2] = -1.0);
    assert_eq!(error, Error::WeightInvalid { side: "unit", index: 2, value: "-1".into() });
    assert_eq!(error.code(), "weight_invalid");
    assert_eq!(rejected(&|w| w.period[1] = f64::NAN).code(), "weight_invalid");
    assert_eq!(rejected(&|w| w.period[4] = f64::INFINITY).code(), "weight_invalid");
    let error = rejected(&|w| w.unit.truncate(5));
    assert_eq!(error, Error::WeightsLength { side: "unit", found: 5, expected: 6 });
    assert_eq!(error.code(), "weights_length");
    assert_eq!(rejected(&|w| w.period.push(1.0)).code(), "weights_length");
    assert_eq!(rejected(&|w| w.unit.fill(0.0)).code(), "weights_all_zero");
    assert_eq!(rejected(&|w| w.period.fill(0.0)).code(), "weights_all_zero");
}

#[test]
fn candidates_draws_and_averages_that_cannot_be_used_are_refused() {
    let panel = small().panel();
    let settings = Settings::default();
    let code =
        |nn: &[f64]| weighted_loocv(&panel, &given(), nn, &settings, &Silent).unwrap_err().code();
    assert_eq!(code(&[]), "grid_empty");
    assert_eq!(code(&[1.0, 0.5, 1.0]), "grid_duplicate");
    assert_eq!(code(&[-1.0]), "lambda_invalid");
    let fit = weighted_fit(&panel, &given(), f64::NAN, &settings, &Silent);
    assert_eq!(fit.unwrap_err().code(), "lambda_invalid");
    let draws = |counts: Vec<usize>, average: Option<&[f64]>| {
        let lambdas = Lambdas::TWO_WAY;
        att_of_draws(&panel, &lambdas, &[counts], average, &settings, &Silent).unwrap_err().code()
    };
    assert_eq!(draws(vec![1; 5], None), "draw_length");
    assert_eq!(draws(vec![1; 6], Some(&[1.0; 7])), "weights_length");
    assert_eq!(draws(vec![1; 6], Some(&[1.0, 1.0, 1.0, 1.0, -1.0, 1.0])), "weight_invalid");
    let loose = Settings { tolerance: 2.0, ..settings };
    let fit = weighted_fit(&panel, &given(), 1.0, &loose, &Silent);
    assert_eq!(fit.unwrap_err().code(), "tolerance_out_of_range");
}

#[test]
fn jobs_without_weight_have_no_average() {
    let job = |_| {
        let mut weights = given();
        weights.unit[..4].fill(0.0);
        weights.period[..3].fill(0.0);
        Ok(WeightedJob { panel: small().panel(), weights, counts: None, average: None })
    };
    let atts = weighted_atts(1, &job, &[1.0], &Settings::default(), &Silent).unwrap();
    assert!(atts[0][0].att.is_nan());
}
