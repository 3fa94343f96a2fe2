//! Writes the conformance cases and the core's defaults:
//! `cargo run --release --package trop-conformance -- FOLDER`.
//!
//! `tests/conformance/README.md` is the format of what it writes.

mod analyses;
mod bad;
mod cases;
#[path = "../../../crates/trop-core/tests/common/mod.rs"]
mod common;
mod defaults;
mod designs;
mod json;
mod panels;
mod question;
mod real;
mod repeated;
mod runner;
#[cfg(test)]
mod tests;
mod text;
mod whole;
mod whole_cases;

use json::object;
use question::Question;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};
use text::to_text;

fn main() -> io::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: conformance FOLDER");
        std::process::exit(2);
    };
    let cases = folder.join("cases");
    empty(&cases)?;
    let questions = cases::questions();
    for question in &questions {
        let path = cases.join(question.name).with_extension("json");
        std::fs::write(path, to_text(&case(question)))?;
    }
    std::fs::write(folder.join("defaults.json"), to_text(&defaults::defaults()))?;
    println!("{} cases in {}", questions.len(), cases.display());
    Ok(())
}

/// Makes the folder, without the cases of an earlier run.
fn empty(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "json") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn case(question: &Question) -> Value {
    let Question { name, about, function, panel, arguments } = question;
    let (key, answer) = match runner::answer(function, &panel.value(), arguments, Some(1)) {
        Ok(result) => ("result", result),
        Err(error) => ("error", error.code().into()),
    };
    assert_eq!(key == "error", name.starts_with("error_"), "{name}: {answer}");
    object([
        ("name", (*name).into()),
        ("about", (*about).into()),
        ("function", (*function).into()),
        ("panel", panel.value()),
        ("scale", panel.scale().into()),
        ("arguments", arguments.clone()),
        (key, answer),
    ])
}
