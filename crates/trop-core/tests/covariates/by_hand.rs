//! Coefficients by hand.

use super::*;

#[test]
fn an_outcome_made_of_effects_and_a_covariate_is_taken_apart() {
    let (n, t) = (6, 5);
    let mut random = Random::new(3);
    let x: Vec<f64> = (0..n * t).map(|_| random.normal()).collect();
    let mut treatment = vec![0.0; n * t];
    treatment[n * t - 1] = 1.0;
    let outcome: Vec<f64> = (0..n * t)
        .map(|k| (k / t) as f64 * 3.0 - (k % t) as f64 + 2.0 * x[k] + 7.0 * treatment[k])
        .collect();
    let data = Matrices { outcome, treatment, n_units: n, n_periods: t };
    let panel = with(&data, &[x]).unwrap();
    for nn in [f64::INFINITY, 1.0] {
        let lambdas = Lambdas { nn, ..LAMBDAS };
        let found = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
        assert!(found.converged);
        close(found.coefficients[0], 2.0, 1e-9);
        close(found.att, 7.0, 1e-9);
    }
}

#[test]
fn two_by_three_by_hand() {
    // Unit 0: y = 0, 1, 5; unit 1: y = 0, 0, 0, never treated; treated: unit 0 in the last period.
    // Differences of the units over time: y 0, 1 and x 0, 2, so b = 1/2. In the last period x differs by 4.
    let outcome = vec![0.0, 1.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let mut treatment = vec![0.0; 9];
    treatment[2] = 1.0;
    let x = vec![0.0, 2.0, 4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let data = Matrices { outcome, treatment, n_units: 3, n_periods: 3 };
    let panel = with(&data, &[x]).unwrap();
    let found = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent).unwrap();
    close(found.coefficients[0], 0.5, 1e-12);
    close(found.att, 5.0 - 0.5 * 4.0, 1e-12);
}
