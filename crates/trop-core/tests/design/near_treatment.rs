//! Cells near treatment, which are neither controls nor treated.

use super::*;
use trop_core::{
    analyze, estimate_with, AnalysisOptions, Estimator, EstimatorOptions, InferenceMethod,
};

/// Outcomes of untreated cells within so many periods before and after treatment, written out as missing.
fn without(m: &Matrices, before: usize, after: usize) -> Matrices {
    let (mut m, t) = (m.clone(), m.n_periods);
    for k in 0..m.outcome.len() {
        let (first, at) = (k / t * t, k % t);
        let on = |s: usize| m.treatment[first + s] == 1.0;
        let near = (at..t.min(at + before + 1)).any(on) || (at.saturating_sub(after)..at).any(on);
        if near && !on(at) {
            m.outcome[k] = NAN;
        }
    }
    m
}

fn leaving_out(m: &Matrices, anticipation: usize, washout: usize, anchor: Anchor) -> Panel {
    with(m, &Design { anticipation, washout, anchor, ..Default::default() })
}

/// Units that are treated for a while, some of them twice.
fn on_and_off(seed: u64) -> Matrices {
    let m = random_panel(seed, 9, 10, Pattern::Block, 0.0);
    treated(&m, &[(0, 4..6), (1, 3..5), (1, 8..9), (2, 6..10)])
}

#[test]
fn an_analysis_is_that_of_a_panel_without_these_outcomes() {
    for (before, after) in [(1, 0), (2, 1), (0, 2)] {
        let m = on_and_off(4);
        let (a, b) = (leaving_out(&m, before, after, Anchor::Cell), without(&m, before, after));
        let mut options = AnalysisOptions {
            inference: Some(InferenceMethod::Placebo),
            n_boot: 6,
            ..Default::default()
        };
        options.set("search", "cycle").unwrap();
        let [a, b] = [&a, &b.panel()].map(|panel| analyze(panel, &options).unwrap());
        assert_eq!((a.grids, a.search, a.lambdas), (b.grids, b.search, b.lambdas));
        assert_eq!(a.estimate, b.estimate);
        assert_eq!(a.pre, b.pre);
        assert_eq!((a.facts.anticipation, a.facts.washout), (before, after));
    }
}

/// Draws that treat nothing anew: placebos would leave out what is near the treatment that they are given.
#[test]
fn draws_are_those_of_a_panel_without_these_outcomes() {
    let m = on_and_off(4);
    for anchor in [Anchor::Cell, Anchor::Pooled, Anchor::Spell] {
        let panels = [leaving_out(&m, 2, 1, anchor), with(&without(&m, 2, 1), &anchored(anchor))];
        for method in [InferenceMethod::Jackknife, InferenceMethod::Bootstrap] {
            let options = AnalysisOptions {
                lambdas: Some(LAMBDAS[2]),
                inference: Some(method),
                n_boot: 8,
                ..Default::default()
            };
            let [a, b] = panels.each_ref().map(|panel| analyze(panel, &options).unwrap());
            let [a, b] = [a, b].map(|found| found.inference.unwrap());
            assert!(a.draws.len() > 2);
            assert_eq!(bits(&a.draws), bits(&b.draws), "{anchor:?} {method:?}");
        }
    }
}

#[test]
fn shared_fits_and_other_estimators_leave_them_out() {
    let m = on_and_off(6);
    for anchor in SHARED {
        let own = with(&without(&m, 1, 1), &anchored(anchor));
        let left_out = leaving_out(&m, 1, 1, anchor);
        for l in [LAMBDAS[1], LAMBDAS[2]] {
            assert_eq!(solved(&left_out, &l), solved(&own, &l), "{anchor:?}");
        }
    }
    let m = random_panel(7, 7, 8, Pattern::Block, 0.0);
    let panels = [leaving_out(&m, 1, 0, Anchor::Cell), without(&m, 1, 0).panel()];
    for estimator in [Estimator::Did, Estimator::Sc, Estimator::Sdid, Estimator::Mc, Estimator::Ife]
    {
        let [a, b] = panels.each_ref().map(|panel| {
            let options = EstimatorOptions { lambda_nn: Some(0.7), ..Default::default() };
            estimate_with(panel, estimator, &options, &Settings::default(), &Silent).unwrap()
        });
        assert_eq!(a.estimate.att.to_bits(), b.estimate.att.to_bits(), "{estimator}");
    }
}

/// A placebo is given the treated unit's pattern, and with it what is left out.
#[test]
fn placebos_leave_out_what_is_near_the_pattern_that_they_are_given() {
    let m = random_panel(8, 8, 9, Pattern::Block, 0.0);
    let m = treated(&m, &[(0, 6..9)]);
    let options = AnalysisOptions {
        lambdas: Some(LAMBDAS[2]),
        inference: Some(InferenceMethod::Placebo),
        pre_periods: false,
        ..Default::default()
    };
    let found = analyze(&leaving_out(&m, 2, 0, Anchor::Cell), &options).unwrap();
    let mut draws = found.inference.unwrap().draws;
    let placebo = |unit: usize| {
        let t = m.n_periods;
        let rows: Vec<usize> = (1..8).collect();
        let pick = |v: &[f64]| rows.iter().flat_map(|&i| v[i * t..(i + 1) * t].to_vec()).collect();
        let outcome: Vec<f64> = pick(&m.outcome);
        let stamped =
            treated(&matrices(&outcome, &vec![0.0; outcome.len()], 7), &[(unit - 1, 6..9)]);
        solved(&without(&stamped, 2, 0).panel(), &LAMBDAS[2]).att
    };
    let mut expected: Vec<f64> = (1..8).map(placebo).collect();
    draws.sort_by(f64::total_cmp);
    expected.sort_by(f64::total_cmp);
    for (a, b) in draws.iter().zip(&expected) {
        assert!((a - b).abs() < SAME, "{a} {b}");
    }
    assert_eq!(draws.len(), expected.len());
}

#[test]
fn windows_that_leave_no_control_are_refused() {
    let m = treated(&matrices(&[1.0, 2.0, 4.0, 6.0], &[0.0; 4], 2), &[(0, 1..2), (1, 1..2)]);
    let design = Design { anticipation: 9, ..Default::default() };
    let error = m.panel().with_design(&design).unwrap_err();
    assert_eq!(error.code(), "no_control_cell");
}
