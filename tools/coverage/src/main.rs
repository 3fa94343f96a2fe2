//! Monte Carlo study of inference: does the 95% interval of each method hold the effect as often as it
//! should, and how often does it find one?
//!
//!     cargo run --release --package trop-coverage -- DIRECTORY [REPLICATIONS]
//!
//! adds to `coverage.csv` in the directory what it has not yet (delete it to begin anew), line by line, so that a
//! study that was stopped goes on; then writes `coverage.md` and `coverage.svg` from it; with 0 replications only
//! these two. The same replications give the same lines on any number of threads.

mod chart;
mod page;
mod row;
mod study;
mod tally;

use row::{Row, HEADER};
use std::collections::btree_map::{BTreeMap, Entry};
use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trop_core::InferenceMethod;
use trop_coverage::design::{Design, ALL};

/// Of the method that `auto` chooses.
const REPLICATIONS: usize = 1000;

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
    if !csv.exists() {
        std::fs::write(&csv, format!("{HEADER}\n"))?;
    }
    if !std::fs::read_to_string(&csv)?.starts_with(HEADER) {
        let file = csv.display();
        return Err(
            format!("{file} has other columns than this study: delete it to begin anew").into()
        );
    }
    if replications > 0 {
        add(&csv, replications)?;
    }
    let rows = read(&csv)?;
    std::fs::write(directory.join("coverage.md"), page::page(&rows)?)?;
    std::fs::write(directory.join("coverage.svg"), chart::svg(&rows))?;
    Ok(())
}

/// Rows in the order of the designs and methods.
fn read(csv: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let text = std::fs::read_to_string(csv)?;
    let rows = text.lines().skip(1).map(Row::from_csv);
    let mut rows = rows.collect::<Result<Vec<Row>, _>>()?;
    let place = |row: &Row| {
        let design = ALL.iter().position(|design| design == row.design);
        (design, study::METHODS.iter().position(|method| *method == row.method))
    };
    rows.sort_by_key(place);
    Ok(rows)
}

/// Adds the lines that are not there, those of the methods that `auto` chooses first.
fn add(csv: &Path, replications: usize) -> Result<(), Box<dyn Error>> {
    let mut jobs: Vec<(&Design, InferenceMethod, bool)> = Vec::new();
    for design in &ALL {
        let (auto, _) = study::chosen(design)?;
        let methods = study::METHODS.iter().filter(|&&method| method == auto || !design.tuned_each);
        jobs.extend(methods.map(|&method| (design, method, method != auto)));
    }
    jobs.sort_by_key(|&(_, _, comes_later)| comes_later);
    let mut lambdas = BTreeMap::new();
    for (design, method, comes_later) in jobs {
        let is_there = |row: &Row| row.design == design && row.method == method;
        if read(csv)?.iter().any(is_there) {
            continue;
        }
        let n = study::replications(design, !comes_later, replications);
        let chosen = match lambdas.entry(design.key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(study::lambdas(design)?),
        };
        if let Some(row) = study::study(design, chosen, method, n)? {
            eprintln!("{}", row.to_csv());
            writeln!(OpenOptions::new().append(true).open(csv)?, "{}", row.to_csv())?;
        }
    }
    Ok(())
}
