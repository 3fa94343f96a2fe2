//! What is not estimable, and what is refused.

use super::*;

#[test]
fn what_lacks_donors_or_periods_before_is_not_estimable_and_says_why() {
    // Unit 0 from the first period on, unit 1 in the last, unit 2 never, unit 3 never but with a gap.
    let nan = f64::NAN;
    let y = [
        1.0, 2.0, 3.0, 4.0, //
        2.0, 1.0, 2.0, 5.0, //
        1.0, 1.5, 2.0, 2.0, //
        0.0, 1.0, nan, 1.0,
    ];
    let mut w = [0.0; 16];
    w[..4].fill(1.0);
    w[7] = 1.0;
    let panel = Panel::new(&y, &w, Shape { n_units: 4, n_periods: 4 }).unwrap();
    for estimator in [Estimator::Sc, Estimator::Sdid, Estimator::Ascm, Estimator::Ife] {
        let found = find(&panel, estimator);
        assert_eq!(found.estimate.effects.len(), 1, "{estimator}");
        assert!(found
            .estimate
            .not_estimable
            .iter()
            .all(|(c, r)| c.unit == 0 && *r == Reason::NoPrePeriods));
    }
    let found = find(&panel, Estimator::Sc);
    assert_eq!(found.spells[0].n_donors, 1);
    // Without the complete donor there is none.
    let only_gaps = {
        let mut y = y;
        y[9] = nan;
        Panel::new(&y, &w, Shape { n_units: 4, n_periods: 4 }).unwrap()
    };
    let error = estimate_with(&only_gaps, Estimator::Sc, &options(), &Settings::default(), &Silent);
    assert_eq!(
        error.unwrap_err(),
        Error::NoEstimableCell { what: "treated cell", not_estimable: 5 }
    );
    // Treatment of everyone at once is a period effect.
    let all = Panel::new(
        &y[..8],
        &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        Shape { n_units: 2, n_periods: 4 },
    )
    .unwrap();
    let error = estimate_with(&all, Estimator::Did, &options(), &Settings::default(), &Silent);
    assert_eq!(error.unwrap_err().code(), "no_estimable_cell");
}

#[test]
fn bad_options_are_refused() {
    let m = random_panel(1, 10, 8, Design::Block, 0.0);
    let settings = Settings::default();
    let refused = |panel: &Panel, estimator, options: EstimatorOptions| {
        estimate_with(panel, estimator, &options, &settings, &Silent).unwrap_err()
    };
    let base = EstimatorOptions::default;
    let bad = refused(&m.panel(), Estimator::McTrop, base());
    assert_eq!(bad.code(), "estimator_impossible");
    let bad = EstimatorOptions { zeta: Some(-1.0), ..base() };
    assert_eq!(refused(&m.panel(), Estimator::Sdid, bad).code(), "estimator_impossible");
    let bad = EstimatorOptions { ridge: Some(0.0), ..base() };
    assert_eq!(refused(&m.panel(), Estimator::Ascm, bad).code(), "estimator_impossible");
    let bad = EstimatorOptions { lambda_nn: Some(-1.0), ..base() };
    assert_eq!(refused(&m.panel(), Estimator::Mc, bad).code(), "lambda_invalid");
    let covariate = m.outcome.iter().map(|y| y.sin()).collect();
    let design = PanelDesign { covariates: vec![covariate], ..Default::default() };
    let with_covariate = m.panel().with_design(&design).unwrap();
    for estimator in Estimator::ALL {
        let found = estimate_with(&with_covariate, estimator, &options(), &settings, &Silent);
        assert_eq!(found.is_ok(), estimator.takes_covariates(), "{estimator}");
        if let Ok(found) = found {
            assert_eq!(found.estimate.coefficients.len(), 1, "{estimator}");
        }
    }
    // No such number of factors.
    let bad = EstimatorOptions { rank: Some(30), ..base() };
    assert_eq!(refused(&m.panel(), Estimator::Ife, bad).code(), "no_estimable_cell");
}
