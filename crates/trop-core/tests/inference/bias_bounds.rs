//! Effects with room for a bias like that of the placebo in time.

use super::*;
use trop_core::{analyze, Analysis, AnalysisOptions, BiasBounds};

const RESAMPLING: [InferenceMethod; 3] = [Bootstrap, Jackknife, Placebo];

fn asked(method: InferenceMethod) -> AnalysisOptions {
    AnalysisOptions {
        lambdas: Some(LAMBDAS),
        inference: Some(method),
        level: 0.8,
        n_boot: 60,
        tolerance: 1e-12,
        ..Default::default()
    }
}

fn analyzed(panel: &Panel, method: InferenceMethod) -> Analysis {
    analyze(panel, &asked(method)).unwrap()
}

fn bounds(panel: &Panel, found: &Analysis, sizes: &[f64]) -> BiasBounds {
    found.bias_bounds(panel, None, Some(sizes), None, &Silent).unwrap()
}

/// Five of twelve units are treated in the last three of nine periods.
fn five_treated(seed: u64) -> Matrices {
    add_to_treated(&block(seed, 12, 9, 5, 3), 1.5)
}

#[test]
fn without_bias_they_are_the_intervals_of_the_analysis() {
    for method in RESAMPLING {
        let design = Design { groupings: vec![Grouping::EventTime], ..Default::default() };
        let panel = five_treated(1).panel().with_design(&design).unwrap();
        let options = AnalysisOptions { pre_periods: false, ..asked(method) };
        let found = analyze(&panel, &options).unwrap();
        let bounds = bounds(&panel, &found, &[0.0]);
        let mut own = vec![found.att().ci];
        own.extend(found.numbers_of(Some(0), Measure::Effect).map(|number| number.ci));
        assert_eq!(bounds.effects.iter().map(|e| e.within[0].ci).collect::<Vec<_>>(), own);
        let times: Vec<Option<i64>> = bounds.effects.iter().map(|e| e.event_time).collect();
        assert_eq!(times, [None, Some(0), Some(1), Some(2)]);
        assert_eq!((bounds.window, bounds.n_dropped), ((3, 3), 0));
    }
}

/// Interval of estimates with each unit left out, by a two-sample t.
fn two_sample(estimate: f64, left_out: &[f64], is_treated: &[bool], level: f64) -> (f64, f64) {
    let variance = |treated: bool| {
        let values: Vec<f64> = (0..left_out.len())
            .filter(|&i| is_treated[i] == treated)
            .map(|i| left_out[i])
            .collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        ((n - 1.0) / n * squares, n - 1.0)
    };
    let (a, b) = (variance(false), variance(true));
    let total = a.0 + b.0;
    let freedom = total * total / (a.0 * a.0 / a.1 + b.0 * b.0 / b.1);
    let t = StudentsT::new(0.0, 1.0, freedom).unwrap().inverse_cdf(0.5 * (1.0 + level));
    (estimate - t * total.sqrt(), estimate + t * total.sqrt())
}

/// ATT, and placebo effects by time since the pretended start, each from a panel of its own.
fn both(m: &Matrices) -> (f64, Vec<f64>) {
    let att = estimate(&m.panel(), &LAMBDAS, &settings(), &Silent).unwrap().att;
    let made = m.panel().placebo_in_time(None).unwrap().panel;
    let start = made.treated_cells()[0].period;
    let effects = estimate(&made, &LAMBDAS, &settings(), &Silent).unwrap().effects;
    let at = |h: usize| mean(&effects, |e| e.cell.period == start + h);
    (att, (0..made.n_periods() - start).map(at).collect())
}

#[test]
fn the_jackknife_leaves_units_out_of_both() {
    let m = five_treated(2);
    let found = analyzed(&m.panel(), Jackknife);
    let size = 0.7;
    let bounds = bounds(&m.panel(), &found, &[size]);
    let (att, placebos) = both(&m);
    let left_out: Vec<(f64, Vec<f64>)> =
        (0..m.n_units).map(|unit| both(&without(&m, unit))).collect();
    let is_treated: Vec<bool> = (0..m.n_units).map(|unit| is_treated(&m, unit)).collect();
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (h, placebo) in placebos.iter().enumerate() {
        assert_close(bounds.placebos[h].average.value, *placebo, TOLERANCE, "placebo");
        for times in [size, -size] {
            let shifted: Vec<f64> = left_out.iter().map(|(a, p)| a + times * p[h]).collect();
            let ends = two_sample(att + times * placebo, &shifted, &is_treated, 0.8);
            (low, high) = (low.min(ends.0), high.max(ends.1));
        }
    }
    let own = bounds.effects[0].within[0];
    assert_close(own.ci.0, low, TOLERANCE, "low");
    assert_close(own.ci.1, high, TOLERANCE, "high");
    let largest = placebos.iter().map(|p| p.abs()).fold(0.0, f64::max);
    assert_close(own.bounds.1, att + size * largest, TOLERANCE, "upper bound");
}

#[test]
fn the_breakdown_is_where_zero_enters() {
    for seed in 3..6 {
        let panel = add_to_treated(&five_treated(seed), 2.0).panel();
        let found = analyzed(&panel, Jackknife);
        let holds = |size: f64| {
            let ci = bounds(&panel, &found, &[size]).effects[0].within[0].ci;
            ci.0 <= 0.0 && ci.1 >= 0.0
        };
        let breakdown = bounds(&panel, &found, &[]).effects[0].breakdown;
        assert!(breakdown > 0.0 && breakdown.is_finite(), "{breakdown}");
        assert!(holds(breakdown) && !holds(breakdown * (1.0 - 1e-6)), "{breakdown}");
    }
}

#[test]
fn what_is_not_significant_breaks_down_at_once() {
    let panel = block(7, 12, 9, 5, 3).panel();
    let found = analyzed(&panel, Placebo);
    assert!(found.att().p_value > 0.2);
    assert_eq!(bounds(&panel, &found, &[]).effects[0].breakdown, 0.0);
}

/// Twenty units with effects of their own and periods, the first ten drift away from the others at a steady rate.
fn drifting(seed: u64, drift: f64) -> Matrices {
    let mut m = block(seed, 20, 12, 10, 3);
    for (k, y) in m.outcome.iter_mut().enumerate() {
        if k / 12 < 10 {
            *y += drift * (k % 12) as f64;
        }
    }
    m
}

#[test]
fn they_cover_where_the_bias_is_that_of_the_placebo() {
    let replications = 200;
    let share = |drift: f64| {
        let mut held = [0.0; 2];
        for seed in 0..replications {
            let panel = drifting(seed, drift).panel();
            let lambdas = Some(Lambdas { time: 0.0, unit: 0.0, nn: f64::INFINITY });
            let options = AnalysisOptions { lambdas, level: 0.95, ..asked(Jackknife) };
            let found = analyze(&panel, &options).unwrap();
            // Both windows are three periods long; before the estimate's are nine, before the placebo's six.
            let within = &bounds(&panel, &found, &[0.0, 1.5]).effects[0].within;
            for (held, at) in held.iter_mut().zip(within) {
                *held += f64::from(u8::from(at.ci.0 <= 0.0 && at.ci.1 >= 0.0));
            }
        }
        held.map(|held| held / replications as f64)
    };
    let [as_if_none, _] = share(0.0);
    assert!(as_if_none > 0.90, "{as_if_none}");
    let [ignored, allowed] = share(0.5);
    assert!(ignored < 0.5 && allowed > 0.93, "{ignored} {allowed}");
}

#[test]
fn what_cannot_be_bounded_is_refused() {
    let m = block(1, 12, 12, 1, 3);
    let panel = m.panel();
    let code = |found: &Analysis, window, sizes: &[f64]| {
        found.bias_bounds(&panel, window, Some(sizes), None, &Silent).unwrap_err().code()
    };
    let placebo = analyzed(&panel, Placebo);
    for size in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(code(&placebo, None, &[1.0, size]), "bias_size_invalid");
    }
    assert_eq!(code(&placebo, Some(9), &[1.0]), "placebo_in_time_impossible");
    let conformal = analyzed(&panel, Conformal);
    assert_eq!(code(&conformal, None, &[1.0]), "inference_impossible");
    let none = analyze(&panel, &AnalysisOptions { inference: None, ..asked(Placebo) }).unwrap();
    assert_eq!(code(&none, None, &[1.0]), "inference_impossible");
}
