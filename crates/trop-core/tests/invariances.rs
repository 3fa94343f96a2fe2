//! How the estimate must move when the panel does.

mod common;

use common::{random_panel, Design, Matrices, DESIGNS};
use trop_core::{
    cell_effects, estimate, loocv_grid_search, Cell, CellEffect, Grids, Lambdas, SearchOptions,
    Settings, Silent,
};

/// Fits are certified to 1e-12 here (1e-8 at lambda_nn = 0, where rounding allows no less), which moves
/// effects by no more than this; outcomes vary by about one.
const TOLERANCE: f64 = 1e-6;

const LAMBDAS: [Lambdas; 5] = [
    Lambdas { time: 0.0, unit: 0.0, nn: f64::INFINITY },
    Lambdas { time: 0.3, unit: 0.4, nn: f64::INFINITY },
    Lambdas { time: 0.3, unit: 0.4, nn: 0.8 },
    Lambdas { time: 0.0, unit: 0.0, nn: 0.3 },
    Lambdas { time: 0.2, unit: 0.1, nn: 0.0 },
];

fn settings() -> Settings {
    Settings { tolerance: 1e-12, threads: Some(1), ..Default::default() }
}

fn effects(matrices: &Matrices, lambdas: &Lambdas) -> Vec<CellEffect> {
    let tolerance = if lambdas.nn == 0.0 { 1e-8 } else { 1e-12 };
    let settings = Settings { tolerance, ..settings() };
    let found = estimate(&matrices.panel(), lambdas, &settings, &Silent).unwrap();
    assert!(found.converged, "{lambdas:?}: gap {}", found.max_gap);
    found.effects
}

fn assert_same(a: &[CellEffect], b: &[CellEffect], factor: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (a, b) in a.iter().zip(b) {
        assert_eq!(a.cell, b.cell, "{what}");
        let difference = (a.effect * factor - b.effect).abs();
        assert!(difference < TOLERANCE * factor.abs(), "{what}: {a:?} {b:?}");
    }
}

fn panels() -> Vec<Matrices> {
    let mut panels = Vec::new();
    for (seed, design) in DESIGNS.into_iter().enumerate() {
        for missing in [0.0, 0.1] {
            panels.push(random_panel(seed as u64 + 1, 12, 9, design, missing));
            panels.push(random_panel(seed as u64 + 11, 8, 13, design, missing));
        }
    }
    panels
}

#[test]
fn time_effects_change_nothing() {
    for m in panels() {
        let mut shifted = m.clone();
        for (k, y) in shifted.outcome.iter_mut().enumerate() {
            *y += 100.0 * (k % m.n_periods) as f64;
        }
        for lambdas in LAMBDAS {
            let what = format!("{lambdas:?}");
            assert_same(&effects(&m, &lambdas), &effects(&shifted, &lambdas), 1.0, &what);
        }
    }
}

#[test]
fn unit_effects_change_nothing_if_units_weigh_alike() {
    for m in panels() {
        let mut shifted = m.clone();
        for (k, y) in shifted.outcome.iter_mut().enumerate() {
            *y += 50.0 * (k / m.n_periods) as f64;
        }
        for lambdas in LAMBDAS.map(|l| Lambdas { unit: 0.0, ..l }) {
            let what = format!("{lambdas:?}");
            assert_same(&effects(&m, &lambdas), &effects(&shifted, &lambdas), 1.0, &what);
        }
    }
}

#[test]
fn scaling_outcomes_and_lambdas_scales_effects() {
    for m in panels() {
        for factor in [1000.0, 0.003] {
            let mut scaled = m.clone();
            scaled.outcome.iter_mut().for_each(|y| *y *= factor);
            for l in LAMBDAS {
                let scaled_l = Lambdas { time: l.time, unit: l.unit / factor, nn: l.nn * factor };
                let what = format!("{l:?} times {factor}");
                assert_same(&effects(&m, &l), &effects(&scaled, &scaled_l), factor, &what);
            }
        }
    }
}

#[test]
fn permuting_units_permutes_effects() {
    for m in panels() {
        let to = |i: usize| (i * 5 + 3) % m.n_units;
        let mut moved = m.clone();
        for i in 0..m.n_units {
            for t in 0..m.n_periods {
                moved.outcome[to(i) * m.n_periods + t] = m.outcome[i * m.n_periods + t];
                moved.treatment[to(i) * m.n_periods + t] = m.treatment[i * m.n_periods + t];
            }
        }
        for lambdas in LAMBDAS {
            let mut before = effects(&m, &lambdas);
            before.iter_mut().for_each(|e| e.cell.unit = to(e.cell.unit));
            before.sort_by_key(|e| e.cell);
            assert_same(&before, &effects(&moved, &lambdas), 1.0, &format!("{lambdas:?}"));
        }
    }
}

#[test]
fn a_unit_that_never_overlaps_with_the_target_changes_nothing() {
    // The last unit is observed only in the last two periods, in which the target's unit is treated;
    // a complete second target would overlap with it, so there is only one.
    let m = random_panel(5, 10, 8, Design::Block, 0.0);
    let keep_first = |m: &Matrices| {
        let mut m = m.clone();
        m.treatment[8..].fill(0.0);
        m
    };
    let with = {
        let mut with = keep_first(&m);
        with.n_units += 1;
        with.outcome.extend([f64::NAN; 6]);
        with.outcome.extend([7.0, -4.0]);
        with.treatment.extend([0.0; 8]);
        with
    };
    for lambdas in LAMBDAS.into_iter().filter(|l| l.unit > 0.0) {
        let what = format!("{lambdas:?}");
        assert_same(&effects(&keep_first(&m), &lambdas), &effects(&with, &lambdas), 1.0, &what);
    }
}

#[test]
fn default_grids_pick_the_same_fit_in_any_unit_of_measurement() {
    let m = random_panel(3, 12, 9, Design::Staggered, 0.05);
    let choose = |m: &Matrices| {
        let panel = m.panel();
        let grids = Grids::default_for(&panel, &Silent).unwrap();
        let options = SearchOptions::default();
        let search = loocv_grid_search(&panel, &grids, &options, &settings(), &Silent).unwrap();
        let place = |grid: &[f64], value: f64| grid.iter().position(|&v| v == value).unwrap();
        let at = [
            place(&grids.time, search.lambdas.time),
            place(&grids.unit, search.lambdas.unit),
            place(&grids.nn, search.lambdas.nn),
        ];
        (at, estimate(&panel, &search.lambdas, &settings(), &Silent).unwrap().att)
    };
    let (at, att) = choose(&m);
    for (factor, constant) in [(1000.0, 0.0), (1.0, 1e4), (0.01, -3.0)] {
        let mut moved = m.clone();
        moved.outcome.iter_mut().for_each(|y| *y = *y * factor + constant);
        let (moved_at, moved_att) = choose(&moved);
        assert_eq!(at, moved_at, "times {factor} plus {constant}");
        assert!((att * factor - moved_att).abs() < TOLERANCE * factor);
    }
}

#[test]
fn the_limit_of_small_lambda_nn_is_what_zero_gives() {
    for (seed, design) in DESIGNS.into_iter().enumerate() {
        let panel = random_panel(seed as u64 + 40, 7, 6, design, 0.0).panel();
        let cells: Vec<Cell> = panel.treated_cells();
        let at = |nn: f64| {
            let lambdas = Lambdas { time: 0.1, unit: 0.1, nn };
            let tolerance = if nn == 0.0 { 1e-8 } else { 1e-10 };
            let settings = Settings { tolerance, max_iterations: 200_000, ..settings() };
            cell_effects(&panel, &cells, &lambdas, &settings, &Silent).unwrap().effects
        };
        let (limit, near, nearer) = (at(0.0), at(1e-2), at(1e-3));
        for k in 0..limit.len() {
            let distance = |e: &CellEffect| (e.effect - limit[k].effect).abs();
            // The way to the limit is linear in lambda_nn.
            assert!(distance(&nearer[k]) < 0.02, "{design:?} {:?} {:?}", nearer[k], limit[k]);
            assert!(distance(&nearer[k]) < 0.5 * distance(&near[k]) + 1e-6, "{design:?}");
        }
    }
}
