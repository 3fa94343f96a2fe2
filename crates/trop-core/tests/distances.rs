//! Distances against their definition, on panels of many tiles of units and blocks of periods.

mod common;

use common::{random_panel, Design, Matrices};
use trop_core::{compute_unit_distance_matrix, leave_period_out_distances, Cell, Silent};

/// Sums of a few hundred squares in one order or another.
const ROUNDING: f64 = 1e-13;

/// Eq. 3, word by word; `skip` is the period left out.
fn definition(m: &Matrices, i: usize, j: usize, skip: Option<usize>) -> f64 {
    if i == j {
        return 0.0;
    }
    let control = |unit: usize, period: usize| {
        let at = unit * m.n_periods + period;
        (m.treatment[at] == 0.0 && !m.outcome[at].is_nan()).then_some(m.outcome[at])
    };
    let squares: Vec<f64> = (0..m.n_periods)
        .filter(|&u| Some(u) != skip)
        .filter_map(|u| Some((control(i, u)? - control(j, u)?).powi(2)))
        .collect();
    if squares.is_empty() {
        return f64::INFINITY;
    }
    (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
}

fn assert_equal(found: f64, expected: f64, what: &str) {
    let near = (found - expected).abs() <= ROUNDING * expected;
    assert!(found == expected || near, "{what}: {found} instead of {expected}");
}

fn check(m: &Matrices) {
    let (n, panel) = (m.n_units, m.panel());
    let matrix = compute_unit_distance_matrix(&panel, Some(2), &Silent).unwrap();
    for i in 0..n {
        for j in 0..n {
            let what = format!("distance of {i} and {j}");
            assert_equal(matrix[i * n + j], definition(m, i, j, None), &what);
            assert_eq!(matrix[i * n + j], matrix[j * n + i], "{what}");
        }
    }
    let target = Cell { unit: n - 2, period: m.n_periods / 2 };
    let left = leave_period_out_distances(&panel, target).unwrap();
    for (j, &distance) in left.iter().enumerate() {
        let expected = definition(m, target.unit, j, Some(target.period));
        assert_equal(distance, expected, &format!("distance of {j} to the target"));
    }
}

#[test]
fn distances_of_a_complete_panel_are_those_of_the_definition() {
    check(&random_panel(31, 45, 230, Design::Block, 0.0));
}

#[test]
fn distances_with_missing_and_treated_cells_are_those_of_the_definition() {
    check(&random_panel(32, 43, 401, Design::Switching, 0.2));
}

#[test]
fn units_that_never_meet_are_infinitely_far() {
    let mut m = random_panel(33, 19, 70, Design::Block, 0.0);
    for period in 0..m.n_periods {
        let unit = if period % 2 == 0 { 11 } else { 18 };
        m.outcome[unit * m.n_periods + period] = f64::NAN;
    }
    check(&m);
    let matrix = compute_unit_distance_matrix(&m.panel(), None, &Silent).unwrap();
    assert_eq!(matrix[11 * m.n_units + 18], f64::INFINITY);
}
