//! What cannot be told apart, and what is refused.

use super::*;

#[test]
fn a_cell_that_a_coefficient_hangs_on_has_no_effect_of_its_own() {
    let (data, _) = example(11, Pattern::Block, 0.0);
    let mut dummy = vec![0.0; data.outcome.len()];
    dummy[data.n_periods + 2] = 1.0;
    let panel = with(&data, &[dummy]).unwrap();
    let cells = [Cell { unit: 1, period: 2 }, Cell { unit: 1, period: 3 }];
    let found = cell_effects(&panel, &cells, &LAMBDAS, &Settings::default(), &Silent).unwrap();
    assert_eq!(found.not_estimable, [(cells[0], Reason::CovariatesNotIdentified)]);
    assert_eq!(found.effects[0].cell, cells[1]);
    let grids = Grids { time: vec![0.0], unit: vec![0.0], nn: vec![f64::INFINITY] };
    let search =
        loocv_grid_search(&panel, &grids, &SearchOptions::default(), &Settings::default(), &Silent)
            .unwrap();
    assert_eq!(search.n_not_estimable, 1);
    assert!(search.score.is_finite());
}

#[test]
fn a_cell_that_a_coefficient_hangs_on_has_no_score_at_given_weights() {
    let (data, _) = example(17, Pattern::Block, 0.0);
    let (n, t) = (data.n_units, data.n_periods);
    let mut dummy = vec![0.0; n * t];
    dummy[5 * t + 2] = 1.0;
    let panel = with(&data, &[dummy]).unwrap();
    let mut w = Weights { unit: vec![1.0; n], period: vec![1.0; t] };
    let nn = [f64::INFINITY, 2.0];
    let run = |w: &Weights| weighted_loocv(&panel, w, &nn, &Settings::default(), &Silent);
    let found = run(&w).unwrap();
    assert_eq!(found.not_estimable, [Cell { unit: 5, period: 2 }]);
    assert!(found.scores.iter().all(|s| s.score.is_finite() && s.score > 0.0));
    w.unit[5] = 0.0;
    assert_eq!(run(&w).unwrap_err(), Error::CovariatesNotIdentified);
    let fit = weighted_fit(&panel, &w, 2.0, &Settings::default(), &Silent);
    assert_eq!(fit.unwrap_err().code(), "covariates_not_identified");
    let job = |_| {
        let (panel, weights) = (panel.clone(), w.clone());
        Ok(WeightedJob { panel, weights, counts: None, average: None })
    };
    let atts = weighted_atts(1, &job, &nn, &Settings::default(), &Silent).unwrap();
    assert!(atts[0].iter().all(|att| att.att.is_nan()));
}

#[test]
fn a_unit_that_a_coefficient_hangs_on_cannot_be_left_out() {
    let (data, _) = example(18, Pattern::Block, 0.0);
    let (n, t) = (data.n_units, data.n_periods);
    let mut random = Random::new(6);
    let mut x = vec![0.0; n * t];
    x[(n - 1) * t..].fill_with(|| random.normal());
    let panel = with(&data, &[x]).unwrap();
    let found = leave_one_out(&panel, &LAMBDAS, &Settings::default(), &Silent).unwrap();
    let nan: Vec<usize> = found.iter().filter(|f| f.att.is_nan()).map(|f| f.unit).collect();
    assert_eq!(nan, [n - 1]);
}

#[test]
fn draws_that_do_not_identify_a_coefficient_fail() {
    let (data, _) = example(12, Pattern::Block, 0.0);
    let t = data.n_periods;
    // It varies in one never-treated unit only, which many draws lack.
    let panel = data.panel();
    let unit = (0..data.n_units).find(|&i| !panel.is_ever_treated(i)).unwrap();
    let mut random = Random::new(5);
    let mut x = vec![0.0; data.outcome.len()];
    x[unit * t..(unit + 1) * t].fill_with(|| random.normal());
    let panel = with(&data, &[x]).unwrap();
    let options = BootstrapOptions { draws: 60, ..Default::default() };
    let found =
        bootstrap_trop_variance(&panel, &LAMBDAS, &options, &Settings::default(), &Silent).unwrap();
    assert!(found.n_failed > 5 && found.n_failed < 50, "{}", found.n_failed);
    assert_eq!(found.draws.len() + found.n_failed, 60);
}

#[test]
fn what_cannot_be_told_apart_is_refused() {
    let (data, x) = example(13, Pattern::Staggered, 0.15);
    let (n, t) = (data.n_units, data.n_periods);
    let make = |f: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..n * t).map(|k| f(k / t, k % t)).collect()
    };
    let constant = make(&|_, _| 4.2);
    let by_unit = make(&|i, _| 1e6 + (i * i) as f64);
    let by_both = make(&|i, s| (i as f64).sqrt() + 0.1 * (s * s) as f64);
    for covariate in [constant, by_unit, by_both] {
        let error = with(&data, &[x[0].clone(), covariate]).unwrap_err();
        assert_eq!(error, Error::CovariateConstant { covariate: 1 });
    }
    let sum: Vec<f64> = (0..n * t).map(|k| 2.0 * x[0][k] - x[1][k] + (k % t) as f64).collect();
    let error = with(&data, &[x[0].clone(), x[1].clone(), sum]).unwrap_err();
    assert_eq!(error, Error::CovariatesCollinear { covariate: 2 });
    assert!(error.to_string().contains("covariate 2"));
}

#[test]
fn covariates_need_a_penalty() {
    let (data, x) = example(14, Pattern::Block, 0.0);
    let panel = with(&data, &x).unwrap();
    let lambdas = Lambdas { nn: 0.0, ..LAMBDAS };
    let settings = Settings::default();
    let error = estimate(&panel, &lambdas, &settings, &Silent).unwrap_err();
    assert_eq!(error.code(), "covariates_without_penalty");
    let refused = Err(Error::CovariatesWithoutPenalty);
    // Also if there is no cell to fit.
    assert_eq!(cell_effects(&panel, &[], &lambdas, &settings, &Silent), refused.clone());
    let w = Weights { unit: vec![1.0; data.n_units], period: vec![1.0; data.n_periods] };
    let scores = weighted_loocv(&panel, &w, &[1.0, 0.0], &settings, &Silent);
    assert_eq!(scores.map(|_| ()), refused.clone().map(|_: trop_core::CellEffects| ()));
    let fit = weighted_fit(&panel, &w, 0.0, &settings, &Silent);
    assert_eq!(fit.unwrap_err(), Error::CovariatesWithoutPenalty);
    let grids = Grids { time: vec![0.0], unit: vec![0.0], nn: vec![1.0, 0.0] };
    let error = loocv_grid_search(&panel, &grids, &SearchOptions::default(), &settings, &Silent);
    assert_eq!(error.unwrap_err(), Error::CovariatesWithoutPenalty);
}
