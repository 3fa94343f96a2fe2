//! Monte Carlo study of inference: does the 95% interval of each method hold the effect as often as it
//! should, and how often does it find one?
//!
//!     cargo run --release --package trop-coverage -- DIRECTORY [REPLICATIONS]
//!
//! writes `coverage.csv` into the directory, and from it `coverage.md` and `coverage.svg`; with 0
//! replications only these two, from the `coverage.csv` that is there. The same replications give the same
//! files on any number of threads.

mod chart;
mod design;
mod page;
mod row;
mod study;
mod tally;

use row::{Row, HEADER};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const REPLICATIONS: usize = 400;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().map(PathBuf::from);
    let replications = arguments.next().map_or(Ok(REPLICATIONS), |n| n.parse());
    let (Some(directory), Ok(replications)) = (directory, replications) else {
        eprintln!("usage: coverage DIRECTORY [REPLICATIONS]");
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

fn run(directory: &Path, replications: usize) -> Result<(), Box<dyn Error>> {
    let csv = directory.join("coverage.csv");
    if replications > 0 {
        std::fs::write(&csv, simulate(replications)?)?;
    }
    let text = std::fs::read_to_string(&csv)?;
    let rows = text.lines().skip(1).map(Row::from_csv).collect::<Result<Vec<Row>, _>>()?;
    std::fs::write(directory.join("coverage.md"), page::page(&rows)?)?;
    std::fs::write(directory.join("coverage.svg"), chart::svg(&rows))?;
    Ok(())
}

/// The lines of `coverage.csv`.
fn simulate(replications: usize) -> Result<String, Box<dyn Error>> {
    let mut lines = vec![HEADER.to_string()];
    for design in design::all() {
        let study = study::study(&design, replications)?;
        for row in Row::of(&study) {
            eprintln!("{}", row.to_csv());
            lines.push(row.to_csv());
        }
    }
    Ok(lines.join("\n") + "\n")
}
