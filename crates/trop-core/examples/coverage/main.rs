//! Monte Carlo study of inference: does the 95% interval of each method hold the effect as often as it
//! should, and how often does it find one?
//!
//!     cargo run --release --example coverage -- DIRECTORY [REPLICATIONS]
//!
//! writes `coverage.csv`, `coverage.md` and `coverage.svg` into the directory. The same replications give
//! the same files on any number of threads.

mod chart;
mod design;
mod report;
mod study;
mod tally;

use std::path::PathBuf;
use std::process::ExitCode;

const REPLICATIONS: usize = 400;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().map(PathBuf::from);
    let replications = arguments.next().map_or(Ok(REPLICATIONS), |n| n.parse());
    let (Some(directory), Ok(replications @ 2..)) = (directory, replications) else {
        eprintln!("usage: coverage DIRECTORY [REPLICATIONS, at least 2]");
        return ExitCode::FAILURE;
    };
    match run(&directory, replications) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(
    directory: &std::path::Path,
    replications: usize,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut results = Vec::new();
    for design in design::all() {
        let result = study::study(&design, replications)?;
        eprintln!("{}", report::progress(&result));
        results.push(result);
    }
    std::fs::write(directory.join("coverage.csv"), report::csv(&results))?;
    std::fs::write(directory.join("coverage.md"), report::page(&results, replications))?;
    std::fs::write(directory.join("coverage.svg"), chart::svg(&results))?;
    Ok(())
}
