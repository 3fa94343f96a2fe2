//! What is refused.

use super::*;

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
