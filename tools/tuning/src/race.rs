//! The race beside the descent whose candidates are all scored on all cells: the same choice, and at what cost?
//!
//! Prints one line for each panel of the benchmark with cells enough for a race.

use crate::benchmark::Benchmark;
use crate::study::TOLERANCE;
use std::time::Instant;
use trop_core::{
    loocv_grid_search, Criterion, Grids, Method, Search, SearchOptions, Settings, Silent,
    TropResult as Result,
};

pub const HEADER: &str =
    "family,name,cells,descent_score,ratio,descent_scores,race_scores,dropped,\
    descent_seconds,race_seconds,descent_choice,race_choice";

/// One panel after the other, on all threads.
pub fn race(set: &[Benchmark]) -> Result<()> {
    println!("{HEADER}");
    let every = std::env::var("EVERY").ok().and_then(|v| v.parse().ok()).unwrap_or(1);
    if let Ok(only) = std::env::var("ONLY") {
        for benchmark in set.iter().skip(only.parse().unwrap()).take(1) {
            let (d, seconds) = timed(benchmark, Method::Descent)?;
            println!("{} {} {} {:?} {} {seconds}", benchmark.name, d.scores.len(), d.score, d.lambdas, d.n_cells);
        }
        return Ok(());
    }
    for benchmark in set.iter().step_by(every) {
        let (race, race_seconds) = timed(benchmark, Method::Race)?;
        if race.scores.iter().all(|s| !s.abandoned) {
            continue;
        }
        let (descent, descent_seconds) = timed(benchmark, Method::Descent)?;
        let choice = |search: &Search| {
            let l = search.lambdas;
            format!("{:.4} {:.4} {:.4}", l.time, l.unit, l.nn)
        };
        println!(
            "{},{},{},{:.8e},{:.8},{},{},{},{descent_seconds:.2},{race_seconds:.2},{},{}",
            benchmark.family.replace(',', ";"),
            benchmark.name,
            descent.n_cells,
            descent.score,
            race.score / descent.score,
            descent.scores.len(),
            race.scores.iter().filter(|s| !s.abandoned).count(),
            race.scores.iter().filter(|s| s.abandoned).count(),
            choice(&descent),
            choice(&race),
        );
    }
    Ok(())
}

fn timed(benchmark: &Benchmark, method: Method) -> Result<(Search, f64)> {
    let grids = Grids::default_for(&benchmark.panel, &Silent)?;
    let options = SearchOptions { method, criterion: Criterion::Loocv, ..Default::default() };
    let tolerance = std::env::var("TOL").ok().and_then(|v| v.parse().ok()).unwrap_or(1e-8);
    let settings = Settings { loocv_tolerance: tolerance, ..Settings::default() };
    let _ = TOLERANCE;
    let start = cpu();
    let _ = Instant::now();
    let search = loocv_grid_search(&benchmark.panel, &grids, &options, &settings, &Silent)?;
    Ok((search, cpu() - start))
}

/// Seconds of processor time of this process.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    fields.get(11).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0) / 100.0
}
