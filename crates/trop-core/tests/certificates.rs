//! Certificates that hold: of the objective, and of the effects.

mod common;

use common::{random_panel, Matrices, Random, DESIGNS};
use trop_core::{
    estimate, weighted_fit, Anchor, Cell, Design, Error, Estimate, Lambdas, Panel, Reason,
    Settings, Shape, Silent, Status, TropResult, Undetermined, Weights,
};

fn at(panel: &Panel, time: f64, unit: f64, nn: f64) -> TropResult<Estimate> {
    estimate(panel, &Lambdas { time, unit, nn }, &Settings::default(), &Silent)
}

/// What a certificate promises.
fn check(found: &Estimate, what: &str) {
    let tolerance = Settings::default().tolerance;
    assert!(found.att.is_finite(), "{what}");
    assert_eq!(found.converged, found.max_gap <= tolerance, "{what}: {}", found.max_gap);
    for e in &found.effects {
        assert_eq!(e.status == Status::Solved, e.gap <= tolerance, "{what}: {e:?}");
        assert!(e.effect_min <= e.effect && e.effect <= e.effect_max, "{what}: {e:?}");
        assert!(e.dual <= e.primal, "{what}: {e:?}");
    }
}

/// Five units, two periods: one cell has an effect, at lambda_nn = 0 18.55.
fn small() -> Panel {
    let y = [10.6, 16.4, 5.1, 0.8, -2.9, 0.1, -8.9, 10.4, -5.4, -8.9];
    let w = [0., 0., 0., 0., 1., 1., 0., 1., 1., 1.];
    Panel::new(&y, &w, Shape { n_units: 5, n_periods: 2 }).unwrap()
}

#[test]
fn a_penalty_below_rounding_is_the_limit_zero() {
    let panel = small();
    for nn in [0.0, 1e-300, 1e-100, 1e-60, 1e-32, 1e-20, 1e-16, 1e-13, 1e-11, 1e-10, 1e-9, 1e-8] {
        let found = at(&panel, 0.0, 0.0, nn).unwrap();
        check(&found, &format!("{nn}"));
        assert!(found.converged, "{nn}: {}", found.max_gap);
        assert!((found.att - 18.55).abs() < 1e-7, "{nn}: {}", found.att);
    }
}

#[test]
fn a_penalty_below_rounding_at_given_weights_is_the_limit_zero() {
    let panel = small();
    let weights = Weights { unit: vec![1.0; 5], period: vec![1.0; 2] };
    for nn in [0.0, 1e-300, 1e-60, 1e-20, 1e-11, 1e-8] {
        let fit = weighted_fit(&panel, &weights, nn, &Settings::default(), &Silent).unwrap();
        assert_eq!(fit.status, Status::Solved, "{nn}");
        assert!((10.4 - fit.fitted[7] - 18.55).abs() < 1e-7, "{nn}: {}", fit.fitted[7]);
    }
}

/// Panels of random bytes that were once called certified at gaps far above the tolerance.
#[test]
fn what_fuzzing_found_is_certified_or_says_that_it_is_not() {
    let first = [
        1.4327142857142858,
        16.886285714285716,
        -3.8908571428571435,
        15.904142857142858,
        2.3908571428571426,
        -15.578285714285714,
        -11.710285714285714,
        12.605571428571428,
        -12.597285714285713,
        0.4237142857142857,
    ];
    let second = [
        10.575571428571429,
        16.394714285714286,
        5.105142857142857,
        0.7652857142857143,
        -2.86,
        0.126,
        -8.934,
        10.416714285714287,
        -5.363428571428571,
        -8.934,
    ];
    let treated = [0., 0., 0., 1., 1., 1., 1., 1., 0., 1.];
    let found = at(
        &Panel::new(&first, &treated, Shape { n_units: 5, n_periods: 2 }).unwrap(),
        1e-300,
        0.0,
        1e-300,
    )
    .unwrap();
    check(&found, "first");
    let treated = [0., 0., 0., 0., 1., 1., 0., 1., 1., 1.];
    let found = at(
        &Panel::new(&second, &treated, Shape { n_units: 5, n_periods: 2 }).unwrap(),
        1e-300,
        5.45,
        1e-300,
    )
    .unwrap();
    check(&found, "second");
}

#[test]
fn sizes_between_panels_and_penalties_do_not_matter() {
    let m = random_panel(3, 4, 3, common::Design::Block, 0.0);
    check(&at(&m.panel(), 0.0, 0.0, 1e-32).unwrap(), "1e-32");
    let mut constant = m.clone();
    constant.outcome.fill(1e99);
    for nn in [0.0, 1e-32, 1.0, 1e80, f64::INFINITY] {
        let found = at(&constant.panel(), 0.1, 0.0, nn).unwrap();
        check(&found, &format!("constant, {nn}"));
        assert!(found.att.abs() < 1e-12 * 1e99, "{nn}: {}", found.att);
    }
}

#[test]
fn an_outcome_that_hides_the_others_is_refused() {
    let mut m = random_panel(3, 6, 5, common::Design::Block, 0.0);
    m.outcome[5 * 5 + 1] = 1e32;
    let error =
        Panel::new(&m.outcome, &m.treatment, Shape { n_units: 6, n_periods: 5 }).unwrap_err();
    let value = "1e32".to_string();
    assert_eq!(error, Error::OutcomeTooFar { unit: 5, period: 1, value });
    m.outcome[5 * 5 + 1] = 1e9;
    check(&at(&m.panel(), 0.1, 0.0, 0.3).unwrap(), "1e9");
    // Treated cells are not compared with.
    m.outcome[5 * 5 + 1] = 1.0;
    m.outcome[4] = 1e32;
    assert!(Panel::new(&m.outcome, &m.treatment, Shape { n_units: 6, n_periods: 5 }).is_ok());
}

/// Outcomes that unit and period effects explain up to rounding, but for a few: nothing is hidden.
#[test]
fn exact_data_with_exceptions_are_no_outliers() {
    let mut m = random_panel(3, 20, 10, common::Design::Block, 0.0);
    for (k, y) in m.outcome.iter_mut().enumerate() {
        *y = (k / 10) as f64 * 0.1 + (k % 10) as f64 * 0.7 + f64::from(u8::from(k == 77)) * 5.0;
    }
    check(&at(&m.panel(), 0.1, 0.0, 0.3).unwrap(), "exact");
}

/// The right answer at any unit of measurement, or an error.
#[test]
fn scales_from_1e_minus_300_to_1e_300() {
    for (seed, design) in DESIGNS.into_iter().enumerate() {
        let m = random_panel(seed as u64 + 5, 9, 7, design, 0.1);
        for (time, unit, nn) in [(0.0, 0.0, f64::INFINITY), (0.2, 0.3, 0.7), (0.1, 0.0, 0.0)] {
            let found = at(&m.panel(), time, unit, nn).unwrap();
            for exponent in (-300..=300).step_by(20) {
                let c = 10.0_f64.powi(exponent);
                let y: Vec<f64> = m.outcome.iter().map(|y| y * c).collect();
                let scaled = match Panel::new(&y, &m.treatment, Shape { n_units: 9, n_periods: 7 })
                {
                    Ok(panel) => at(&panel, time, unit / c, nn * c).unwrap(),
                    Err(error) => {
                        let too = ["outcome_too_small", "outcome_infinite"];
                        assert!(too.contains(&error.code()) && exponent.abs() >= 99, "{error}");
                        continue;
                    }
                };
                check(&scaled, &format!("1e{exponent}"));
                let error = (scaled.att / c - found.att).abs();
                assert!(error < 1e-7, "{design:?} 1e{exponent} {nn}: {error}");
            }
        }
    }
}

#[test]
fn weights_of_any_size_give_the_average_or_an_error() {
    let m = random_panel(8, 9, 7, common::Design::Block, 0.0);
    let average = |size: f64| {
        let weights = (0..9).map(|i| size * (1.0 + i as f64 / 9.0)).collect();
        let design = Design { average: Some(weights), ..Default::default() };
        at(&m.panel().with_design(&design)?, 0.1, 0.0, 0.5)
    };
    let expected = average(1.0).unwrap().att;
    for exponent in (-320..=308).step_by(4) {
        match average(10.0_f64.powi(exponent)) {
            Ok(found) => assert!((found.att - expected).abs() < 1e-12, "{exponent}"),
            Err(error) => {
                let codes = ["weights_out_of_range", "average_all_zero", "weight_invalid"];
                assert!(codes.contains(&error.code()) && exponent.abs() >= 99, "{error}");
            }
        }
    }
}

/// Three units, five periods, gaps: at a small penalty many fits are optimal.
fn gappy() -> Matrices {
    let n = f64::NAN;
    Matrices {
        outcome: vec![5.7, -3., n, 1., -1., 0., n, -1., -2., -2., 3.4, 5.4, n, -2., -1.],
        treatment: vec![0., 0., 0., 1., 1., 0., 0., 1., 0., 0., 0., 0., 0., 1., 0.],
        n_units: 3,
        n_periods: 5,
    }
}

#[test]
fn effects_that_are_not_unique_are_not_reported() {
    let panel = gappy().panel();
    let error = at(&panel, 0.1, 0.1, 0.1).unwrap_err();
    assert_eq!(error.code(), "effects_not_unique");
    // A larger penalty determines them.
    let found = at(&panel, 0.1, 0.1, 10.0).unwrap();
    check(&found, "gappy");
    assert!(found.undetermined.is_empty() && found.effects.len() == 3);
}

#[test]
fn what_is_not_unique_is_left_out_of_the_average() {
    let found = at(&gappy().panel(), 0.1, 0.1, 2.0).unwrap();
    check(&found, "left out");
    assert_eq!((found.effects.len(), found.undetermined.len()), (2, 1));
    let Undetermined { cell, effect_min, effect_max, .. } = found.undetermined[0];
    assert_eq!(cell, Cell { unit: 2, period: 3 });
    // A conic solver finds effects from -3.5966 to -2.4582 at objectives within 1e-8 of the least.
    assert!((-3.61..-3.58).contains(&effect_min) && (-2.47..-2.44).contains(&effect_max));
    assert!(found.not_estimable.contains(&(cell, Reason::NotUnique)));
    let mean = (found.effects[0].effect + found.effects[1].effect) / 2.0;
    assert!((found.att - mean).abs() < 1e-12);
}

/// Intervals hold the effect of a fit that is certified far better, and are narrow.
#[test]
fn intervals_hold_the_exact_effect() {
    for seed in 0..6 {
        for (k, design) in DESIGNS.into_iter().enumerate() {
            let m = random_panel(100 + 10 * seed + k as u64, 12, 9, design, 0.1);
            for anchor in [Anchor::Cell, Anchor::Pooled] {
                let design = Design { anchor, ..Default::default() };
                let panel = m.panel().with_design(&design).unwrap();
                for nn in [0.05, 0.3, 2.0] {
                    let lambdas = Lambdas { time: 0.2, unit: 0.1, nn };
                    let loose = Settings { tolerance: 1e-4, ..Default::default() };
                    let tight = Settings { tolerance: 1e-12, ..Default::default() };
                    let loose = estimate(&panel, &lambdas, &loose, &Silent).unwrap();
                    let exact = estimate(&panel, &lambdas, &tight, &Silent).unwrap();
                    for e in &loose.effects {
                        let Some(x) = exact.effects.iter().find(|x| x.cell == e.cell) else {
                            continue;
                        };
                        let slack = 1e-7;
                        assert!(
                            e.effect_min - slack <= x.effect && x.effect <= e.effect_max + slack
                        );
                        assert!(x.effect_max - x.effect_min < 1e-3, "{x:?}");
                    }
                }
            }
        }
    }
}

/// Wild panels: whatever comes out keeps its promises.
#[test]
fn certified_means_certified() {
    let mut r = Random::new(77);
    let sizes = [0.0, 1e-300, 1e-100, 1e-20, 1e-12, 1e-9, 1e-6, 1e-3, 0.1, 1.0, 10.0, 1e6, 1e300];
    for round in 0..300 {
        let (n, t) = (2 + r.below(5), 2 + r.below(5));
        let y: Vec<f64> = (0..n * t)
            .map(|_| match r.below(8) {
                0 => f64::NAN,
                1 => 0.0,
                2 => 1e6 * r.normal(),
                _ => (10.0 * r.normal()).round(),
            })
            .collect();
        let w: Vec<f64> = (0..n * t).map(|_| f64::from(u8::from(r.below(4) == 0))).collect();
        let Ok(panel) = Panel::new(&y, &w, Shape { n_units: n, n_periods: t }) else { continue };
        let pick = |k: usize| sizes[k];
        let (time, unit, nn) = (pick(r.below(12)), pick(r.below(12)), pick(r.below(13)));
        let settings = Settings { max_iterations: 300, ..Default::default() };
        let lambdas = Lambdas { time, unit, nn };
        if let Ok(found) = estimate(&panel, &lambdas, &settings, &Silent) {
            check(&found, &format!("{round}: {y:?} {w:?} {n} {t} {time} {unit} {nn}"));
        }
    }
}
