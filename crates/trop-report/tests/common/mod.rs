//! Real panels with their names, and expected texts in files.
#![allow(dead_code)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use trop_core::{analyze, Analysis, AnalysisOptions, Design, Names, Panel, Shape};

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A long file: its columns by name, and matrices of them with sorted units and periods.
pub struct Data {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    unit: usize,
    time: usize,
    pub units: Vec<String>,
    pub periods: Vec<String>,
}

impl Data {
    pub fn load(file: &str, unit: &str, time: &str) -> Self {
        let path = here().join("../../python/src/tropanel/data").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        let cut = |line: &str| line.split(',').map(String::from).collect::<Vec<_>>();
        let mut lines = text.lines().map(cut);
        let header = lines.next().unwrap();
        let at = |name: &str| header.iter().position(|other| other == name).unwrap();
        let (unit, time) = (at(unit), at(time));
        let rows: Vec<Vec<String>> = lines.collect();
        let labels = |k: usize| {
            let key = |row: &Vec<String>| (row[k].parse().unwrap_or(0), row[k].clone());
            let sorted: BTreeSet<(i64, String)> = rows.iter().map(key).collect();
            sorted.into_iter().map(|(_, label)| label).collect::<Vec<_>>()
        };
        let (units, periods) = (labels(unit), labels(time));
        Data { header, rows, unit, time, units, periods }
    }

    /// A column as a row-major matrix.
    pub fn matrix(&self, column: &str) -> Vec<f64> {
        let k = self.header.iter().position(|other| other == column).unwrap();
        let mut matrix = vec![f64::NAN; self.units.len() * self.periods.len()];
        for row in &self.rows {
            let i = self.units.iter().position(|label| *label == row[self.unit]).unwrap();
            let t = self.periods.iter().position(|label| *label == row[self.time]).unwrap();
            matrix[i * self.periods.len() + t] = row[k].parse().unwrap();
        }
        matrix
    }

    pub fn panel(&self, outcome: &str, treatment: &str, design: &Design) -> Panel {
        let (y, w) = (self.matrix(outcome), self.matrix(treatment));
        Panel::new(&y, &w, Shape { n_units: self.units.len(), n_periods: self.periods.len() })
            .and_then(|panel| panel.with_design(design))
            .unwrap()
    }
}

/// An analysis whose seconds do not depend on the machine.
pub fn analysis(panel: &Panel, options: &AnalysisOptions) -> Analysis {
    in_a_second(analyze(panel, options).unwrap())
}

/// The same analysis, as if each step had taken a second.
pub fn in_a_second(mut found: Analysis) -> Analysis {
    let second = std::time::Duration::from_secs(1);
    found.timings.search = found.timings.search.map(|_| second);
    found.timings.estimate = second;
    found.timings.inference = found.timings.inference.map(|_| second);
    found
}

/// A small panel: the last of `n_units` units is treated in the last of `n_periods` periods.
pub fn small(n_units: usize, n_periods: usize) -> Panel {
    let value = |k: usize| {
        let (i, t) = ((k / n_periods) as f64, (k % n_periods) as f64);
        10.0 + i + 2.0 * t + (i * t * 0.7).sin()
    };
    let outcome: Vec<f64> = (0..n_units * n_periods).map(value).collect();
    let mut treatment = vec![0.0; outcome.len()];
    *treatment.last_mut().unwrap() = 1.0;
    Panel::new(&outcome, &treatment, Shape { n_units, n_periods }).unwrap()
}

pub fn named(names: [&str; 4]) -> Names {
    let [outcome, treatment, unit, time] = names.map(String::from);
    Names { outcome, treatment, unit, time, ..Default::default() }
}

/// Compares with a file of `tests/golden`; with UPDATE_GOLDEN in the environment, writes it.
pub fn assert_golden(file: &str, found: &str) {
    let path = here().join("tests/golden").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    for (k, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of {file}", k + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "lines of {file}");
}

/// A page with one piece on a line, without its style.
pub fn in_lines(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    let starts = ["<body", "<h1", "<h2", "<p", "<ul", "<li", "<div", "<tr", "<details", "<figure"];
    let mut text = format!("{head}{body}");
    for start in starts {
        text = text.replace(start, &format!("\n{start}"));
    }
    text + "\n"
}
