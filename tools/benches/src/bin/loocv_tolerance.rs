//! How leave-one-out scores depend on the gap to which their fits are certified: the table in
//! `docs/method.md`. Run with `cargo run --release --package trop-benches --bin loocv_tolerance`.

#[path = "../../../../crates/trop-core/tests/common/mod.rs"]
mod common;

use common::{Matrices, CPS};
use std::time::Instant;
use trop_core::{loocv_grid_search, Grids, Lambdas, Method, SearchOptions, Settings, Silent};

const CANDIDATES: [Lambdas; 4] = [
    Lambdas { time: 0.1, unit: 0.0, nn: 0.9 },
    Lambdas { time: 0.5, unit: 5.0, nn: 1.0 },
    Lambdas { time: 0.5, unit: 1.0, nn: 0.1 },
    Lambdas { time: 0.5, unit: 0.5, nn: 0.01 },
];

fn main() -> trop_core::TropResult<()> {
    let panel = Matrices::load(&CPS).panel();
    println!("| lambdas (time, unit, nn) | tolerance | Q | seconds |\n|---|---|---|---|");
    for l in CANDIDATES {
        for loocv_tolerance in [1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12] {
            let grids = Grids { time: vec![l.time], unit: vec![l.unit], nn: vec![l.nn] };
            let options = SearchOptions { method: Method::Grid, ..Default::default() };
            let settings = Settings { loocv_tolerance, ..Default::default() };
            let start = Instant::now();
            let found = loocv_grid_search(&panel, &grids, &options, &settings, &Silent)?;
            let seconds = start.elapsed().as_secs_f64();
            let Lambdas { time, unit, nn } = l;
            println!(
                "| ({time}, {unit}, {nn}) | {loocv_tolerance:e} | {:.9} | {seconds:.2} |",
                found.score
            );
        }
    }
    Ok(())
}
