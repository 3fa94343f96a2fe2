//! Placebos, units left out and draws, each against estimates on panels written out.

use super::*;
use trop_core::{infer, infer_with, Inference, InferenceMethod, InferenceOptions, Shape};

fn run(panel: &Panel, estimator: Estimator, method: InferenceMethod, draws: usize) -> Inference {
    let found = find(panel, estimator);
    let how = InferenceOptions { method, draws, ..Default::default() };
    infer_with(panel, &found, &options(), &how, &Settings::default(), &Silent)
        .unwrap_or_else(|e| panic!("{estimator} {}: {e}", method.name()))
}

#[test]
fn every_estimator_has_every_method() {
    let panel = random_panel(21, 18, 10, Design::Staggered, 0.0).panel();
    for estimator in Estimator::ALL {
        for method in
            [InferenceMethod::Bootstrap, InferenceMethod::Jackknife, InferenceMethod::Placebo]
        {
            let found = run(&panel, estimator, method, 12);
            let att = found.table[0];
            assert!(att.se > 0.0 && att.p_value > 0.0 && att.p_value <= 1.0, "{estimator}");
            assert_eq!((att.average.quantity, found.method), (Quantity::ATT, method));
            assert!(found.n_failed + found.draws.len() >= 12);
            assert_eq!(found.n_uncertified, 0, "{estimator} {}", method.name());
        }
    }
}

#[test]
fn the_jackknife_leaves_out_each_unit() {
    let m = random_panel(22, 14, 9, Design::Block, 0.0);
    for estimator in Estimator::ALL {
        let found = run(&m.panel(), estimator, InferenceMethod::Jackknife, 2);
        let without = |i: usize, v: &[f64]| [&v[..i * 9], &v[(i + 1) * 9..]].concat();
        for i in 0..14 {
            let (y, w) = (without(i, &m.outcome), without(i, &m.treatment));
            let panel = Panel::new(&y, &w, Shape { n_units: 13, n_periods: 9 }).unwrap();
            let kept = find(&m.panel(), estimator).keep(&options());
            let own =
                estimate_with(&panel, estimator, &kept, &Settings::default(), &Silent).unwrap();
            assert!((own.estimate.att - found.draws[i]).abs() < 1e-6, "{estimator} {i}");
        }
    }
}

/// In a draw a unit stands with a count; estimates are those of its copies written out.
#[test]
fn placebos_of_one_treated_unit_are_all_others() {
    let panel = Matrices::load(&PROP99).panel();
    let found = run(&panel, Estimator::Sdid, InferenceMethod::Placebo, 200);
    assert_eq!(found.draws.len(), 38);
    let beaten = found.draws.iter().filter(|d| d.abs() >= 15.604).count();
    assert!((found.table[0].p_value - (1 + beaten) as f64 / 39.0).abs() < 1e-12);
    // Arkhangelsky et al. (2021), Table 1, has a placebo standard error of 8.4 (from random draws).
    assert!((found.table[0].se - 8.4).abs() < 1.5, "{}", found.table[0].se);
}

#[test]
fn trop_is_inferred_as_by_infer() {
    let panel = random_panel(23, 12, 8, Design::Block, 0.0).panel();
    let found = find(&panel, Estimator::Trop);
    let (how, settings) = (InferenceOptions::default(), Settings::default());
    let own = infer_with(&panel, &found, &options(), &how, &settings, &Silent).unwrap();
    let lambdas = options().lambdas.unwrap();
    let same =
        infer(&panel, &lambdas, &found.estimate, &found.pre, &how, &settings, &Silent).unwrap();
    assert_eq!(own, same);
}

#[test]
fn what_means_nothing_is_refused() {
    let panel = Matrices::load(&PROP99).panel();
    let found = find(&panel, Estimator::Sdid);
    let settings = Settings::default();
    for method in [InferenceMethod::Conformal, InferenceMethod::Bootstrap] {
        let how = InferenceOptions { method, ..Default::default() };
        let error = infer_with(&panel, &found, &options(), &how, &settings, &Silent);
        assert_eq!(error.unwrap_err().code(), "inference_impossible");
    }
}
