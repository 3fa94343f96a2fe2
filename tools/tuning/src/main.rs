//! Study of tuning: does a search find the least score of the grids, at what cost, and what is that worth?
//!
//!     cargo run --release --package trop-tuning -- DIRECTORY [--page]
//!
//! writes `tuning_search.csv` into the directory, and from it `tuning.md`; with `--page` only the latter, from
//! the table that is there. The same files come from any number of threads.

mod benchmark;
#[path = "../../../crates/trop-core/tests/common/mod.rs"]
mod common;
#[allow(dead_code)]
#[path = "../../coverage/src/design.rs"]
mod coverage;
mod page;
mod row;
mod study;

use row::{Row, HEADER};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().map(PathBuf::from);
    let page_only = arguments.next().map(|argument| argument == "--page");
    let (Some(directory), None | Some(true)) = (directory, page_only) else {
        eprintln!("usage: tuning DIRECTORY [--page]");
        return ExitCode::FAILURE;
    };
    match run(&directory, page_only.is_some()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(directory: &Path, page_only: bool) -> Result<(), Box<dyn Error>> {
    let csv = directory.join("tuning_search.csv");
    if !page_only {
        let rows = study::study(&benchmark::all()?)?;
        let lines: Vec<String> = rows.iter().map(Row::to_csv).collect();
        std::fs::write(&csv, format!("{HEADER}\n{}\n", lines.join("\n")))?;
    }
    let text = std::fs::read_to_string(&csv)?;
    let rows = text.lines().skip(1).map(Row::from_csv).collect::<Result<Vec<Row>, _>>()?;
    std::fs::write(directory.join("tuning.md"), page::page(&rows))?;
    Ok(())
}
