//! Cases that can be computed by hand.

use trop_core::{
    cell_effects, compute_unit_distance_matrix, estimate, leave_period_out_distances,
    loocv_grid_search, pre_treatment_cells, weights, Cell, Grids, Lambdas, Method, Panel, Reason,
    SearchOptions, Settings, Shape, Silent, Status,
};

/// Rounding of a few additions of numbers near one.
const ROUNDING: f64 = 1e-13;

const NAN: f64 = f64::NAN;

fn panel(outcome: &[f64], treatment: &[f64], n_units: usize) -> Panel {
    Panel::new(outcome, treatment, Shape { n_units, n_periods: outcome.len() / n_units }).unwrap()
}

#[test]
fn distances_skip_missing_and_treated_cells_and_the_left_out_period() {
    let y = [1.0, 2.0, NAN, 4.0, 3.0, 2.0, 5.0, 9.0, NAN, NAN, 1.0, NAN];
    let w = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    let panel = panel(&y, &w, 3);
    // Units 0 and 1 share the control periods 0 and 1, units 1 and 2 share period 2, 0 and 2 none.
    let d = compute_unit_distance_matrix(&panel, Some(1), &Silent).unwrap();
    let inf = f64::INFINITY;
    let d01 = 2.0_f64.sqrt();
    assert_eq!(d, [0.0, d01, inf, d01, 0.0, 4.0, inf, 4.0, 0.0]);
    let left = leave_period_out_distances(&panel, Cell { unit: 0, period: 0 }).unwrap();
    assert_eq!(left, [0.0, 0.0, inf]);
    let left = leave_period_out_distances(&panel, Cell { unit: 1, period: 2 }).unwrap();
    assert_eq!(left, [d01, 0.0, inf]);
}

#[test]
fn weights_decay_with_distance_and_time_and_vanish_without_overlap() {
    let y = [1.0, 3.0, 1.0, NAN, 4.0, 5.0, 2.0, NAN, NAN];
    let w = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    let panel = panel(&y, &w, 3);
    let target = Cell { unit: 1, period: 2 };
    let found = weights(&panel, target, &Lambdas { time: 2.0, unit: 0.5, nn: 1.0 }).unwrap();
    assert_eq!(found.unit, [(-0.5_f64).exp(), 1.0, 0.0]);
    assert_eq!(found.period, [(-4.0_f64).exp(), (-2.0_f64).exp(), 1.0]);
    let equal = weights(&panel, target, &Lambdas::TWO_WAY).unwrap();
    assert_eq!(equal.unit, [1.0, 1.0, 1.0]);
}

#[test]
fn two_by_two_is_difference_in_differences() {
    let panel = panel(&[1.0, 2.0, 4.0, 6.5], &[0.0, 0.0, 0.0, 1.0], 2);
    for nn in [f64::INFINITY, 1.0, 1e-3, 0.0] {
        let lambdas = Lambdas { nn, ..Lambdas::TWO_WAY };
        let found = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
        assert!((found.att - 1.5).abs() < ROUNDING, "nn = {nn}: {}", found.att);
        assert!(found.converged, "nn = {nn}");
        assert!((found.effects[0].counterfactual - 5.0).abs() < ROUNDING);
    }
}

#[test]
fn a_weighted_fit_without_low_rank_part_is_a_weighted_mean_of_differences() {
    // Period effects from the two controls, weighted by omega; the unit effect from the two earlier
    // periods, weighted by theta.
    let y = [0.0, 1.0, 5.0, 1.0, 2.0, 3.0, 2.0, 4.0, 10.0];
    let mut w = [0.0; 9];
    w[8] = 1.0;
    let panel = panel(&y, &w, 3);
    let lambdas = Lambdas { time: 0.7, unit: 0.2, nn: f64::INFINITY };
    let target = Cell { unit: 2, period: 2 };
    let omega = weights(&panel, target, &lambdas).unwrap().unit;
    let theta = [(-1.4_f64).exp(), (-0.7_f64).exp()];
    let mean = |v: [f64; 2], w: [f64; 2]| (v[0] * w[0] + v[1] * w[1]) / (w[0] + w[1]);
    let pre = |i: usize| mean([y[3 * i], y[3 * i + 1]], theta);
    let change = |i: usize| y[3 * i + 2] - pre(i);
    let expected = change(2) - mean([change(0), change(1)], [omega[0], omega[1]]);
    let found = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
    assert!((found.att - expected).abs() < ROUNDING, "{} {expected}", found.att);
}

#[test]
fn at_lambda_nn_zero_the_least_nuclear_norm_fills_the_gap() {
    // Centred, the control outcomes leave one free value z: a 2 x 2 matrix of rank one whatever z is,
    // with nuclear norm |y00 - y01 - y10 + z| / ... least at zero interaction. With three units the
    // interaction of the two controls is repeated by the target's best mix of them.
    let y = [0.0, 1.0, 0.0, 3.0, 0.0, 9.0];
    let w = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    let panel = panel(&y, &w, 3);
    let lambdas = Lambdas { nn: 0.0, ..Lambdas::TWO_WAY };
    let found = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
    // Changes 1, 3, z: centred, their nuclear norm is proportional to their spread, least at z = 2.
    assert!((found.att - 7.0).abs() < 1e-6, "{}", found.att);
    assert!(found.converged);
}

#[test]
fn event_time_counts_from_the_start_of_the_spell_and_to_the_next_one() {
    let w = [0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let panel = panel(&[1.0; 14], &w, 2);
    let times: Vec<Option<i64>> =
        (0..7).map(|period| panel.event_time(Cell { unit: 0, period })).collect();
    assert_eq!(times, [Some(-2), Some(-1), Some(0), Some(1), Some(-1), Some(0), None]);
    assert_eq!(panel.event_time(Cell { unit: 1, period: 0 }), None);
    let before: Vec<usize> = pre_treatment_cells(&panel).iter().map(|c| c.period).collect();
    assert_eq!(before, [0, 1, 4]);
}

#[test]
fn cells_that_are_not_identified_are_named_and_left_out() {
    // Unit 2 is treated throughout; unit 3's last outcome is missing.
    let y = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 1.0, NAN];
    let w = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0];
    let panel = panel(&y, &w, 4);
    let found = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent).unwrap();
    assert_eq!(
        found.not_estimable,
        [
            (Cell { unit: 2, period: 0 }, Reason::Disconnected),
            (Cell { unit: 2, period: 1 }, Reason::Disconnected),
            (Cell { unit: 3, period: 1 }, Reason::OutcomeMissing),
        ]
    );
    assert_eq!(found.effects.len(), 1);
    assert!((found.att - 0.0).abs() < ROUNDING);
}

#[test]
fn an_infinite_distance_disconnects_unless_all_units_weigh_alike() {
    // The target's unit 2 has its only control outcome in period 0, where no other unit has one; with
    // unit 1 a chain 2 - 0 - 1 - 1 exists only through unit 1's period 0.
    let y = [NAN, 2.0, 3.0, 1.0, 2.5, NAN, 1.0, NAN, 9.0];
    let w = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    let panel = panel(&y, &w, 3);
    let settings = Settings::default();
    let alike = estimate(&panel, &Lambdas::TWO_WAY, &settings, &Silent).unwrap();
    // Unit 1 links periods 0 and 1, unit 0 periods 1 and 2: 9 - 1 - (1.5 + 1).
    assert!((alike.att - 5.5).abs() < ROUNDING, "{}", alike.att);
    let near = Lambdas { unit: 0.1, ..Lambdas::TWO_WAY };
    let error = estimate(&panel, &near, &settings, &Silent).unwrap_err();
    assert_eq!(error.code(), "no_estimable_cell");
}

#[test]
fn weights_that_underflow_are_reported_and_not_used() {
    let panel = panel(&[0.0, 1.0, 1000.0, 1003.0], &[0.0, 0.0, 0.0, 1.0], 2);
    let lambdas = Lambdas { unit: 1.0, ..Lambdas::TWO_WAY };
    let found =
        cell_effects(&panel, &panel.treated_cells(), &lambdas, &Settings::default(), &Silent);
    let target = Cell { unit: 1, period: 1 };
    assert_eq!(found.unwrap().not_estimable, [(target, Reason::WeightsUnderflow)]);
}

#[test]
fn a_score_is_the_sum_of_squared_leave_one_out_effects() {
    let y = [1.0, 2.0, 4.0, 2.0, 3.0, 5.5, 0.0, 1.5, 9.0];
    let mut w = [0.0; 9];
    w[8] = 1.0;
    let panel = panel(&y, &w, 3);
    let lambdas = Lambdas { time: 0.3, unit: 0.2, nn: 0.5 };
    let settings = Settings::default();
    let placebo =
        cell_effects(&panel, &panel.control_cells(), &lambdas, &settings, &Silent).unwrap();
    let grids = Grids { time: vec![0.3], unit: vec![0.2], nn: vec![0.5] };
    let options = SearchOptions { method: Method::Grid, ..Default::default() };
    let search = loocv_grid_search(&panel, &grids, &options, &settings, &Silent).unwrap();
    let sum: f64 = placebo.effects.iter().map(|e| e.effect * e.effect).sum();
    assert!((search.score - sum).abs() < 1e-6 * sum);
    assert_eq!(search.scores[0].n_cells, placebo.effects.len());
}

#[test]
fn ties_go_to_the_larger_nn_then_the_smaller_time_and_unit() {
    // Exactly additive outcomes: every candidate scores zero up to rounding.
    let y = [1.0, 2.0, 3.0, 2.0, 3.0, 4.0, 4.0, 5.0, 16.0];
    let mut w = [0.0; 9];
    w[8] = 1.0;
    let panel = panel(&y, &w, 3);
    let settings = Settings::default();
    // All units are equally far: scores at different unit lambdas tie exactly only without noise.
    let grids = Grids { time: vec![0.0], unit: vec![0.0], nn: vec![5.0, f64::INFINITY, 50.0] };
    let options = SearchOptions { method: Method::Grid, ..Default::default() };
    let search = loocv_grid_search(&panel, &grids, &options, &settings, &Silent).unwrap();
    assert_eq!(search.lambdas, Lambdas::TWO_WAY);
    assert_eq!(search.scores.len(), 3);
}

#[test]
fn a_fit_that_may_not_iterate_says_that_it_is_not_certified() {
    let mut y = vec![0.0; 64];
    for (k, y) in y.iter_mut().enumerate() {
        *y = ((k * k * 7 + 3 * k) % 23) as f64;
    }
    let mut w = [0.0; 64];
    w[63] = 1.0;
    let panel = Panel::new(&y, &w, Shape { n_units: 8, n_periods: 8 }).unwrap();
    let settings = Settings { max_iterations: 1, ..Default::default() };
    let lambdas = Lambdas { nn: 0.5, ..Lambdas::TWO_WAY };
    let found = estimate(&panel, &lambdas, &settings, &Silent).unwrap();
    assert!(!found.converged);
    assert_eq!(found.effects[0].status, Status::MaxIterations);
    assert!(found.max_gap > settings.tolerance);
}
