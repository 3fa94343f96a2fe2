//! How fits move with panel and covariates, and what must not change.

use super::*;

#[test]
fn a_shared_fit_is_the_fit_at_its_weights() {
    let (data, x) = example(15, Pattern::Block, 0.1);
    let design = Design { anchor: Anchor::Pooled, covariates: x, ..Default::default() };
    let panel = data.panel().with_design(&design).unwrap();
    let lambdas = Lambdas { time: 0.0, unit: 0.0, nn: 2.0 };
    let found = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
    let w = Weights { unit: vec![1.0; data.n_units], period: vec![1.0; data.n_periods] };
    let fit = weighted_fit(&panel, &w, 2.0, &Settings::default(), &Silent).unwrap();
    for effect in &found.effects {
        let at = effect.cell.unit * data.n_periods + effect.cell.period;
        close(effect.counterfactual, fit.fitted[at], 1e-9);
        close(effect.coefficients[0], fit.coefficients[0], 1e-9);
    }
}

#[test]
fn the_default_penalties_are_shares_of_the_one_at_which_the_rest_vanishes() {
    let (data, x) = example(16, Pattern::Block, 0.1);
    let panel = with(&data, &x).unwrap();
    // Infinity comes first, then half of it.
    let vanishing = 2.0 * Grids::default_for(&panel).unwrap().nn[1];
    let w = Weights { unit: vec![1.0; data.n_units], period: vec![1.0; data.n_periods] };
    let rank = |nn| weighted_fit(&panel, &w, nn, &Settings::default(), &Silent).unwrap().rank;
    assert_eq!((rank(1.001 * vanishing), rank(0.99 * vanishing)), (0, 1));
}

#[test]
fn unit_and_period_effects_are_those_beside_the_covariates_as_given() {
    // Far from zero, and shifted differently in each unit and period.
    let (n, t) = (6, 5);
    let mut random = Random::new(4);
    let x: Vec<f64> = (0..n * t)
        .map(|k| 50.0 + (k / t) as f64 - 3.0 * (k % t) as f64 + random.normal())
        .collect();
    let outcome = (0..n * t).map(|k| 10.0 * (k / t) as f64 + (k % t) as f64 + 2.0 * x[k]).collect();
    let mut treatment = vec![0.0; n * t];
    treatment[n * t - 1] = 1.0;
    let data = Matrices { outcome, treatment, n_units: n, n_periods: t };
    let panel = with(&data, &[x]).unwrap();
    let w = Weights { unit: vec![1.0; n], period: vec![1.0; t] };
    let fit = weighted_fit(&panel, &w, f64::INFINITY, &Settings::default(), &Silent).unwrap();
    fit.unit_effect
        .iter()
        .enumerate()
        .for_each(|(i, effect)| close(*effect, 10.0 * i as f64, 1e-9));
    fit.period_effect.iter().enumerate().for_each(|(s, effect)| close(*effect, s as f64, 1e-9));
}

#[test]
fn a_held_out_cell_is_as_if_it_were_missing() {
    let (data, x) = example(5, Pattern::Block, 0.05);
    let panel = with(&data, &x).unwrap();
    let control = |c: &Cell| panel.is_control(*c);
    let cell = [Cell { unit: 3, period: 4 }, Cell { unit: 3, period: 5 }];
    let cell = *cell.iter().find(|c| control(c)).unwrap();
    let settings = Settings::default();
    let found = cell_effects(&panel, &[cell], &LAMBDAS, &settings, &Silent).unwrap();
    let mut without = data.clone();
    without.outcome[cell.unit * data.n_periods + cell.period] = f64::NAN;
    let missing = with(&without, &x).unwrap();
    let w = weights(&panel, cell, &LAMBDAS).unwrap();
    let fit = weighted_fit(&missing, &w, LAMBDAS.nn, &settings, &Silent).unwrap();
    let fitted = fit.fitted[cell.unit * data.n_periods + cell.period];
    close(found.effects[0].counterfactual, fitted, 1e-6);
    close(found.effects[0].coefficients[0], fit.coefficients[0], 1e-6);
}

#[test]
fn adding_a_covariate_to_the_outcome_adds_to_its_coefficient_alone() {
    let (data, x) = example(7, Pattern::Staggered, 0.1);
    let mut more = data.clone();
    more.outcome.iter_mut().zip(&x[1]).for_each(|(y, z)| *y += 3.0 * z);
    // Unit weights depend on outcomes: without them nothing else changes.
    let lambdas = Lambdas { unit: 0.0, ..LAMBDAS };
    let settings = Settings { tolerance: 1e-10, ..Default::default() };
    let run = |data| estimate(&with(data, &x).unwrap(), &lambdas, &settings, &Silent).unwrap();
    let (before, after) = (run(&data), run(&more));
    close(after.att, before.att, 1e-5);
    close(after.coefficients[0], before.coefficients[0], 1e-5);
    close(after.coefficients[1], before.coefficients[1] + 3.0, 1e-5);
}

#[test]
fn units_of_measurement_and_order_do_not_matter() {
    let (data, x) = example(8, Pattern::Block, 0.0);
    let t = data.n_periods;
    let scaled: Vec<f64> = x[0]
        .iter()
        .enumerate()
        .map(|(k, x)| 1e6 * x + (k / t) as f64 - 40.0 * (k % t) as f64)
        .collect();
    let run = |x: &[Vec<f64>]| {
        estimate(&with(&data, x).unwrap(), &LAMBDAS, &Settings::default(), &Silent).unwrap()
    };
    let (plain, changed) = (run(&x), run(&[x[1].clone(), scaled]));
    close(changed.att, plain.att, 1e-6);
    close(changed.coefficients[0], plain.coefficients[1], 1e-6);
    close(1e6 * changed.coefficients[1], plain.coefficients[0], 1e-6);
}

#[test]
fn a_covariate_that_matters_lowers_the_score() {
    let (data, x) = example(9, Pattern::Block, 0.0);
    let grids = Grids { time: vec![0.2], unit: vec![0.0], nn: vec![2.0] };
    let options = SearchOptions { method: Method::Grid, ..Default::default() };
    let score = |panel: &Panel| {
        let found = loocv_grid_search(panel, &grids, &options, &Settings::default(), &Silent);
        let score = found.unwrap().scores[0];
        assert_eq!(score.n_uncertified, 0);
        score.score
    };
    assert!(score(&with(&data, &x).unwrap()) < 0.8 * score(&data.panel()));
}

#[test]
fn threads_do_not_matter() {
    let (data, x) = example(10, Pattern::Staggered, 0.1);
    let panel = with(&data, &x).unwrap();
    let run = |threads| {
        let settings = Settings { threads: Some(threads), ..Default::default() };
        let options = BootstrapOptions { draws: 6, ..Default::default() };
        let boot = bootstrap_trop_variance(&panel, &LAMBDAS, &options, &settings, &Silent);
        // As text, which has every digit: draws without an event time hold NaN.
        format!("{:?} {boot:?}", estimate(&panel, &LAMBDAS, &settings, &Silent))
    };
    assert_eq!(run(1), run(3));
}
