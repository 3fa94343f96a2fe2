//! The search of `benches/bindings/run.py` from Rust: prints its seconds, its score and the lambdas chosen.

use std::time::Instant;
use trop_core::{loocv_grid_search, Grids, Method, Panel, SearchOptions, Settings, Shape, Silent};

const UNITS: usize = 50;
const PERIODS: usize = 40;

fn main() -> trop_core::TropResult<()> {
    let path = std::env::args().nth(1).expect("usage: cps_search FILE");
    let text = std::fs::read_to_string(&path).expect("a readable file");
    let column = |k: usize| -> Vec<f64> {
        let number = |line: &str| line.split(',').nth(k).and_then(|field| field.parse().ok());
        text.lines().skip(1).map(|line| number(line).expect("a number")).collect()
    };
    let (outcome, treatment) = (column(2), column(3));
    let weights = vec![0.0, 0.1, 0.5, 1.0, 2.0, 5.0];
    let grids = Grids { time: weights.clone(), unit: weights, nn: vec![0.01, 0.1, 1.0, 10.0] };

    let start = Instant::now();
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: UNITS, n_periods: PERIODS })?;
    let found = loocv_grid_search(
        &panel,
        &grids,
        &SearchOptions { method: Method::Cycle, ..Default::default() },
        &Settings::default(),
        &Silent,
    )?;
    let seconds = start.elapsed().as_secs_f64();

    let chosen = found.lambdas;
    println!("{seconds} {:.17} {} {} {}", found.score, chosen.time, chosen.unit, chosen.nn);
    Ok(())
}
