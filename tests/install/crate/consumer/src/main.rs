//! What someone who has just added the crates does first: California, at lambdas rounded to three digits.

use std::collections::BTreeMap;
// All of it: no name of the crate stands in the way of the standard library's.
use trop_core::*;
use trop_report::{headline, summary, Labels};

fn read(file: &str) -> Result<String, std::io::Error> {
    std::fs::read_to_string(file)
}

fn main() {
    let file = std::env::args().nth(1).expect("which file?");
    let text = read(&file).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    // state, year, packs_per_capita, treated
    let cells: BTreeMap<(&str, &str), (f64, f64)> =
        rows.iter().map(|r| ((r[0], r[1]), (r[2].parse().unwrap(), r[3].parse().unwrap()))).collect();
    let (outcome, treatment): (Vec<f64>, Vec<f64>) = cells.into_values().unzip();
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: 39, n_periods: 31 }).unwrap();
    let lambdas = Some(Lambdas { time: 3.0, unit: 0.0459, nn: f64::INFINITY });
    let found = analyze(&panel, &AnalysisOptions { lambdas, ..Default::default() }).unwrap();
    println!("{}", headline(&found));
    let (att, fit) = (found.att().average.value, &found.estimate);
    assert!(fit.converged && (att + 19.56).abs() < 0.01 && fit.effects.len() == 12);
    assert!(summary(&found, &Labels::default()).contains("39 units"));
}
