//! Every search on every panel.

use crate::benchmark::Benchmark;
use crate::row::{Found, Row};
use rayon::prelude::*;
use trop_core::{
    estimate, loocv_grid_search, Criterion, Grids, Method, SearchOptions, Settings, Silent,
    TropResult as Result,
};

/// Control cells on which candidates are scored: few, so that all triples can be.
pub const CELLS: usize = 100;

/// Gap to which fits are certified.
pub const TOLERANCE: f64 = 1e-6;

pub fn study(set: &[Benchmark]) -> Result<Vec<Row>> {
    set.par_iter()
        .map(|benchmark| {
            let row = row(benchmark)?;
            eprintln!("{}", row.to_csv());
            Ok(row)
        })
        .collect()
}

fn row(benchmark: &Benchmark) -> Result<Row> {
    let by = |method| found(benchmark, method);
    Ok(Row {
        family: benchmark.family.clone(),
        name: benchmark.name.clone(),
        grid: by(Method::Grid)?,
        descent: by(Method::Descent)?,
        cycle: by(Method::Cycle)?,
    })
}

fn found(benchmark: &Benchmark, method: Method) -> Result<Found> {
    let panel = &benchmark.panel;
    let grids = Grids::default_for(panel)?;
    let options = SearchOptions {
        method,
        criterion: Criterion::Loocv,
        max_cells: Some(CELLS),
        ..Default::default()
    };
    let search = loocv_grid_search(panel, &grids, &options, &settings(), &Silent)?;
    let att = estimate(panel, &search.lambdas, &settings(), &Silent)?.att;
    Ok(Found {
        score: search.score,
        scores: search.scores.len(),
        fits: search.scores.iter().map(|score| score.n_cells).sum(),
        time: search.lambdas.time,
        unit: search.lambdas.unit,
        nn: search.lambdas.nn,
        error: att / benchmark.unit,
    })
}

/// One thread: the panels run beside each other.
fn settings() -> Settings {
    Settings {
        tolerance: TOLERANCE,
        loocv_tolerance: TOLERANCE,
        threads: Some(1),
        ..Default::default()
    }
}
