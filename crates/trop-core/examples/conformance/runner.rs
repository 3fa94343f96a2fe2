//! Calls the function that a case names, and writes its answer as the case does.

use crate::json::{from_number, from_numbers, from_rows, number, object};
use serde_json::Value;
use trop_core::{
    bootstrap_trop_variance, cell_effects, compute_unit_distance_matrix, estimate,
    leave_period_out_distances, loocv_grid_search, pre_treatment_cells, weights, Bootstrap,
    BootstrapOptions, Cell, CellEffect, Grids, Lambdas, Method, Panel, Reason, Result, Score,
    Search, SearchOptions, Settings, Silent,
};

/// The answer of `function`, `threads` taking the place of the case's own.
pub fn answer(
    function: &str,
    panel: &Value,
    arguments: &Value,
    threads: Option<usize>,
) -> Result<Value> {
    let panel = read_panel(panel)?;
    let given = Arguments { values: arguments, threads };
    let settings = given.settings();
    match function {
        "compute_unit_distance_matrix" => {
            let distance = compute_unit_distance_matrix(&panel, settings.threads)?;
            Ok(object([("distance", from_rows(distance.chunks(panel.n_units())))]))
        }
        "leave_period_out_distances" => {
            let distance = leave_period_out_distances(&panel, given.target())?;
            Ok(object([("distance", from_numbers(&distance))]))
        }
        "default_grids" => Grids::default_for(&panel).map(|grids| grids_value(&grids)),
        "weights" => {
            let found = weights(&panel, given.target(), &given.lambdas())?;
            Ok(object([
                ("unit_weights", from_numbers(&found.unit)),
                ("period_weights", from_numbers(&found.period)),
            ]))
        }
        "pre_treatment_cells" => Ok(cells_value(&pre_treatment_cells(&panel))),
        "estimate" => {
            let found = estimate(&panel, &given.lambdas(), &settings, &Silent)?;
            Ok(object([
                ("att", from_number(found.att)),
                ("max_gap", from_number(found.max_gap)),
                ("converged", found.converged.into()),
                ("effects", effects_value(&found.effects)),
                ("not_estimable", not_estimable_value(&found.not_estimable)),
            ]))
        }
        "cell_effects" => {
            let found = cell_effects(&panel, &given.cells(), &given.lambdas(), &settings, &Silent)?;
            Ok(object([
                ("effects", effects_value(&found.effects)),
                ("not_estimable", not_estimable_value(&found.not_estimable)),
            ]))
        }
        "loocv_grid_search" => {
            let grids = given.grids().map_or_else(|| Grids::default_for(&panel), Ok)?;
            let options = given.search_options();
            loocv_grid_search(&panel, &grids, &options, &settings, &Silent)
                .map(|found| search_value(&found))
        }
        "bootstrap_trop_variance" => {
            let (lambdas, options) = (given.lambdas(), given.bootstrap_options());
            bootstrap_trop_variance(&panel, &lambdas, &options, &settings, &Silent)
                .map(|found| bootstrap_value(&found))
        }
        other => panic!("no function is called {other}"),
    }
}

fn read_panel(panel: &Value) -> Result<Panel> {
    let matrix = |name: &str| -> Vec<f64> { rows(&panel[name]).iter().flat_map(numbers).collect() };
    let size = |name: &str| whole(&panel[name]);
    Panel::new(&matrix("outcome"), &matrix("treatment"), size("n_units"), size("n_periods"))
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn numbers(value: &Value) -> Vec<f64> {
    rows(value).iter().map(float).collect()
}

fn float(value: &Value) -> f64 {
    number(value).unwrap_or_else(|| panic!("not a number: {value}"))
}

fn whole(value: &Value) -> usize {
    value.as_u64().unwrap_or_else(|| panic!("not a whole number: {value}")) as usize
}

/// The arguments of a case; what it does not give takes the core's default.
struct Arguments<'a> {
    values: &'a Value,
    threads: Option<usize>,
}

impl Arguments<'_> {
    fn option<T>(&self, name: &str, read: impl Fn(&Value) -> T) -> Option<T> {
        self.values.get(name).map(read)
    }

    fn settings(&self) -> Settings {
        let default = Settings::default();
        let tolerance = self.option("tolerance", float);
        Settings {
            tolerance: tolerance.unwrap_or(default.tolerance),
            loocv_tolerance: tolerance.unwrap_or(default.loocv_tolerance),
            max_iterations: self.option("max_iterations", whole).unwrap_or(default.max_iterations),
            threads: self.option("threads", whole).or(self.threads).or(default.threads),
        }
    }

    fn lambdas(&self) -> Lambdas {
        let lambdas = &self.values["lambdas"];
        let of = |name: &str| float(&lambdas[name]);
        Lambdas { time: of("time"), unit: of("unit"), nn: of("nn") }
    }

    fn target(&self) -> Cell {
        Cell { unit: whole(&self.values["unit"]), period: whole(&self.values["period"]) }
    }

    fn cells(&self) -> Vec<Cell> {
        let cells = &self.values["cells"];
        let of = |name: &str| rows(&cells[name]).iter().map(whole);
        of("unit").zip(of("period")).map(|(unit, period)| Cell { unit, period }).collect()
    }

    fn grids(&self) -> Option<Grids> {
        self.option("grids", |grids| Grids {
            time: numbers(&grids["time"]),
            unit: numbers(&grids["unit"]),
            nn: numbers(&grids["nn"]),
        })
    }

    fn seed(&self) -> Option<u64> {
        let read = |v: &Value| v.as_str().and_then(|s| s.parse().ok()).expect("a decimal string");
        self.option("seed", read)
    }

    fn search_options(&self) -> SearchOptions {
        let default = SearchOptions::default();
        let method = |value: &Value| match value.as_str() {
            Some("grid") => Method::Grid,
            Some("cycle") => Method::Cycle,
            _ => panic!("no method is called {value}"),
        };
        let flag = |value: &Value| value.as_bool().expect("true or false");
        SearchOptions {
            method: self.option("method", method).unwrap_or(default.method),
            max_cells: self.option("max_cells", whole).or(default.max_cells),
            seed: self.seed().unwrap_or(default.seed),
            abandon: self.option("abandon", flag).unwrap_or(default.abandon),
            ..default
        }
    }

    fn bootstrap_options(&self) -> BootstrapOptions {
        let default = BootstrapOptions::default();
        BootstrapOptions {
            draws: self.option("n_boot", whole).unwrap_or(default.draws),
            level: self.option("level", float).unwrap_or(default.level),
            seed: self.seed().unwrap_or(default.seed),
        }
    }
}

/// One entry of a column for each item.
fn column<T, V: Into<Value>>(items: &[T], value: impl Fn(&T) -> V) -> Value {
    items.iter().map(|item| value(item).into()).collect()
}

fn grids_value(grids: &Grids) -> Value {
    object([
        ("grid_time", from_numbers(&grids.time)),
        ("grid_unit", from_numbers(&grids.unit)),
        ("grid_nn", from_numbers(&grids.nn)),
    ])
}

fn cells_value(cells: &[Cell]) -> Value {
    object([("unit", column(cells, |c| c.unit)), ("period", column(cells, |c| c.period))])
}

fn effects_value(effects: &[CellEffect]) -> Value {
    object([
        ("unit", column(effects, |e| e.cell.unit)),
        ("period", column(effects, |e| e.cell.period)),
        ("event_time", column(effects, |e| e.event_time)),
        ("observed", column(effects, |e| from_number(e.observed))),
        ("counterfactual", column(effects, |e| from_number(e.counterfactual))),
        ("effect", column(effects, |e| from_number(e.effect))),
        ("rank", column(effects, |e| e.rank)),
        ("status", column(effects, |e| e.status.name())),
        ("iterations", column(effects, |e| e.iterations)),
        ("gap", column(effects, |e| from_number(e.gap))),
        ("primal", column(effects, |e| from_number(e.primal))),
        ("dual", column(effects, |e| from_number(e.dual))),
    ])
}

fn not_estimable_value(cells: &[(Cell, Reason)]) -> Value {
    object([
        ("unit", column(cells, |(c, _)| c.unit)),
        ("period", column(cells, |(c, _)| c.period)),
        ("reason", column(cells, |(_, reason)| reason.name())),
    ])
}

fn search_value(found: &Search) -> Value {
    object([
        ("lambda_time", from_number(found.lambdas.time)),
        ("lambda_unit", from_number(found.lambdas.unit)),
        ("lambda_nn", from_number(found.lambdas.nn)),
        ("score", from_number(found.score)),
        ("n_cells", found.n_cells.into()),
        ("n_not_estimable", found.n_not_estimable.into()),
        ("scores", scores_value(&found.scores)),
    ])
}

fn scores_value(scores: &[Score]) -> Value {
    object([
        ("lambda_time", column(scores, |s| from_number(s.lambdas.time))),
        ("lambda_unit", column(scores, |s| from_number(s.lambdas.unit))),
        ("lambda_nn", column(scores, |s| from_number(s.lambdas.nn))),
        ("score", column(scores, |s| from_number(s.score))),
        ("n_cells", column(scores, |s| s.n_cells)),
        ("max_gap", column(scores, |s| from_number(s.max_gap))),
        ("n_uncertified", column(scores, |s| s.n_uncertified)),
        ("abandoned", column(scores, |s| s.abandoned)),
    ])
}

fn bootstrap_value(found: &Bootstrap) -> Value {
    object([
        ("se", from_number(found.se)),
        ("ci", from_numbers(&[found.ci.0, found.ci.1])),
        ("p_value", from_number(found.p_value)),
        ("draws", from_numbers(&found.draws)),
        ("n_failed", found.n_failed.into()),
        ("n_uncertified", found.n_uncertified.into()),
        ("max_gap", from_number(found.max_gap)),
        ("event_time", column(&found.event_time, |&e| e)),
        ("event_draws", from_rows(found.event_draws.iter().map(Vec::as_slice))),
    ])
}
