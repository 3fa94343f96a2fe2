//! Agreement with values computed by a general conic solver and with published facts.

mod common;

use common::{repository, Matrices, Source, CASTLE, CPS, PROP99, PWT};
use serde_json::Value;
use trop_core::{
    cell_effects, estimate, loocv_grid_search, Cell, Grids, Lambdas, Method, Panel, SearchOptions,
    Settings, Silent, Status,
};

/// The conic solver's own accuracy, as a share of the outcome's standard deviation.
const CONIC: f64 = 1e-6;

/// The certificate that every reference fit must carry.
const GAP: f64 = 1e-8;

fn source(name: &str) -> &'static Source {
    match name {
        "cps_logwage" => &CPS,
        "prop99" => &PROP99,
        "castle" => &CASTLE,
        "pwt_loggdp" => &PWT,
        _ => panic!("no panel {name}"),
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::INFINITY)
}

fn references() -> Vec<Value> {
    let path = repository().join("tests/data/cell_effects.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn effects_and_objectives_of_single_cells_agree_with_a_conic_solver() {
    let mut compared = 0;
    for reference in references() {
        let matrices = Matrices::load(source(reference["panel"].as_str().unwrap()));
        let panel = matrices.panel();
        let lambdas = Lambdas {
            time: number(&reference["lambda_time"]),
            unit: number(&reference["lambda_unit"]),
            nn: number(&reference["lambda_nn"]),
        };
        let wanted = reference["cells"].as_array().unwrap();
        let index = |v: &Value| v.as_u64().unwrap() as usize;
        let cells: Vec<Cell> = wanted
            .iter()
            .map(|c| Cell { unit: index(&c["unit"]), period: index(&c["period"]) })
            .collect();
        let settings = Settings::default();
        let found = cell_effects(&panel, &cells, &lambdas, &settings, &Silent).unwrap();
        assert!(found.not_estimable.is_empty());
        let tolerance = CONIC * matrices.sd();
        for (cell, want) in cells.iter().zip(wanted) {
            let effect = found.effects.iter().find(|e| e.cell == *cell).unwrap();
            let tau = number(&want["tau"]);
            assert!(
                (effect.effect - tau).abs() < tolerance,
                "{lambdas:?} {cell:?}: {tau} {effect:?}"
            );
            assert!(effect.gap <= GAP, "{lambdas:?} {effect:?}");
            let objective = number(&want["objective"]);
            let relative = (effect.primal - objective).abs() / objective;
            assert!(relative < CONIC, "{lambdas:?} {cell:?}: {objective} {effect:?}");
            compared += 1;
        }
        if let Some(att) = reference["att"].as_f64() {
            let found = estimate(&panel, &lambdas, &settings, &Silent).unwrap();
            assert!((found.att - att).abs() < tolerance, "{lambdas:?}: {att} {}", found.att);
            assert!(found.converged && found.max_gap <= GAP);
        }
    }
    assert_eq!(compared, 167);
}

#[test]
fn pwt_at_published_lambdas_reaches_the_optimum() {
    let lambdas = Lambdas { time: 0.4, unit: 0.3, nn: 0.006 };
    let found =
        estimate(&Matrices::load(&PWT).panel(), &lambdas, &Settings::default(), &Silent).unwrap();
    assert!((found.att + 0.0160417).abs() < 5e-8, "{}", found.att);
    assert!(found.effects.iter().all(|e| e.gap <= GAP));
}

/// Without this cell its optimum has a singular value of 1e-6 of the largest, which alternation alone
/// neither finds nor keeps.
#[test]
fn a_direction_that_is_barely_needed_is_found() {
    let panel = Matrices::load(&PWT).panel();
    let lambdas = Lambdas { time: 0.4, unit: 0.3, nn: 0.006 };
    let cell = [Cell { unit: 64, period: 25 }];
    let found = cell_effects(&panel, &cell, &lambdas, &Settings::default(), &Silent).unwrap();
    let effect = &found.effects[0];
    assert!(effect.status == Status::Solved && effect.gap <= GAP, "{effect:?}");
    assert_eq!(effect.rank, 22);
}

fn score(panel: &Panel, lambdas: Lambdas) -> f64 {
    let grids = Grids { time: vec![lambdas.time], unit: vec![lambdas.unit], nn: vec![lambdas.nn] };
    let options = SearchOptions { method: Method::Grid, ..Default::default() };
    let search = loocv_grid_search(panel, &grids, &options, &Settings::default(), &Silent).unwrap();
    assert_eq!((search.n_cells, search.n_not_estimable), (1992, 0));
    assert_eq!(search.scores[0].n_uncertified, 0);
    search.score
}

#[test]
fn cps_scores_agree_to_their_printed_digits() {
    let panel = Matrices::load(&CPS).panel();
    let q = |time, unit, nn| score(&panel, Lambdas { time, unit, nn });
    assert!((q(0.1, 0.0, 0.9) - 4.1978938).abs() < 5e-7);
    assert!((q(0.5, 5.0, 1.0) - 3.4717267).abs() < 5e-7);
    assert!((q(0.5, 1.0, 0.1) - 3.570474).abs() < 1e-6);
}

#[test]
fn cps_search_picks_the_known_fit() {
    let panel = Matrices::load(&CPS).panel();
    let grid = vec![0.0, 0.1, 0.5, 1.0, 2.0, 5.0];
    let grids = Grids { time: grid.clone(), unit: grid, nn: vec![0.01, 0.1, 1.0, 10.0] };
    let settings = Settings::default();
    let search =
        loocv_grid_search(&panel, &grids, &SearchOptions::default(), &settings, &Silent).unwrap();
    // At nn = 1 and nn = 10 the low-rank part vanishes in every fit, so the two tie to the last bit,
    // and the tie goes to the larger.
    let known = Lambdas { time: 0.5, unit: 5.0, nn: 1.0 };
    assert_eq!(search.lambdas, Lambdas { nn: 10.0, ..known });
    assert_eq!(score(&panel, known), search.score);
    assert!((search.score - 3.471727).abs() < 1e-6, "{}", search.score);
    for lambdas in [known, search.lambdas] {
        let found = estimate(&panel, &lambdas, &settings, &Silent).unwrap();
        assert!((found.att - 0.0341880).abs() < 1e-7, "{}", found.att);
        assert!(found.effects.iter().all(|e| e.rank == 0));
    }
}

/// Near the fit the intercepts are tiny, and rounding must not pass for lack of convergence.
#[test]
fn every_two_way_fit_of_a_larger_panel_is_certified() {
    let panel = Matrices::load(&PWT).panel();
    let cells = panel.control_cells();
    let settings = Settings::default();
    let found = cell_effects(&panel, &cells, &Lambdas::TWO_WAY, &settings, &Silent).unwrap();
    assert_eq!(found.effects.len(), 5299);
    assert!(found.effects.iter().all(|e| e.status == trop_core::Status::Solved));
}
