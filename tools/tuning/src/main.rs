//! Study of tuning: does a search find the least score of the grids, at what cost, and what is that worth?
//!
//!     cargo run --release --package trop-tuning -- DIRECTORY [--race | --criteria [BLOCKS] | --page]
//!
//! writes `tuning_search.csv` into the directory (with `--race` `tuning_race.csv`, with `--page` neither; with
//! `--criteria` it adds to `tuning_criteria.csv` what it has not yet, so that a study that was stopped goes on), and
//! `tuning.md` from all tables. But for seconds the same files come from any number of threads.

mod benchmark;
#[path = "../../../crates/trop-core/tests/common/mod.rs"]
mod common;
mod criteria;
mod page;
mod race;
mod row;
mod study;

use race::Raced;
use row::{Row, HEADER};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().map(PathBuf::from);
    let part = arguments.next();
    let blocks = arguments.next().map_or(Ok(criteria::BLOCKS), |n| n.parse());
    let (Some(directory), None | Some("--race" | "--criteria" | "--page"), Ok(blocks)) =
        (directory, part.as_deref(), blocks)
    else {
        eprintln!("usage: tuning DIRECTORY [--race | --criteria [BLOCKS] | --page]");
        return ExitCode::FAILURE;
    };
    match run(&directory, part.as_deref(), blocks) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes a table anew (that of the race, or that of all searches), or none, and the page.
fn run(directory: &Path, part: Option<&str>, blocks: usize) -> Result<(), Box<dyn Error>> {
    let searches = directory.join("tuning_search.csv");
    let races = directory.join("tuning_race.csv");
    if part.is_none() {
        let rows = study::study(&benchmark::all()?)?;
        write(&searches, HEADER, rows.iter().map(Row::to_csv))?;
    }
    if part == Some("--race") {
        let rows = race::study(&benchmark::all()?)?;
        write(&races, race::HEADER, rows.iter().map(Raced::to_csv))?;
    }
    let criteria = directory.join("tuning_criteria.csv");
    if part == Some("--criteria") {
        criteria::add(&criteria, blocks)?;
    }
    let page = page::page(
        &read(&searches, Row::from_csv)?,
        &read(&races, Raced::from_csv)?,
        &if criteria.exists() { read(&criteria, criteria::Row::from_csv)? } else { Vec::new() },
    );
    std::fs::write(directory.join("tuning.md"), page)?;
    Ok(())
}

fn write(path: &Path, header: &str, lines: impl Iterator<Item = String>) -> std::io::Result<()> {
    std::fs::write(path, format!("{header}\n{}\n", lines.collect::<Vec<_>>().join("\n")))
}

fn read<T>(
    path: &Path,
    from_csv: fn(&str) -> Result<T, Box<dyn Error>>,
) -> Result<Vec<T>, Box<dyn Error>> {
    std::fs::read_to_string(path)?.lines().skip(1).map(from_csv).collect()
}
