//! What someone who has just added the crate does first: California, at lambdas rounded to three digits.

use std::collections::BTreeMap;
use trop_core::{estimate, Lambdas, Panel, Settings, Silent};

fn main() {
    let file = std::env::args().nth(1).expect("which file?");
    let text = std::fs::read_to_string(file).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    // state, year, packs_per_capita, treated
    let cells: BTreeMap<(&str, &str), (f64, f64)> =
        rows.iter().map(|r| ((r[0], r[1]), (r[2].parse().unwrap(), r[3].parse().unwrap()))).collect();
    let (outcome, treatment): (Vec<f64>, Vec<f64>) = cells.into_values().unzip();
    let panel = Panel::new(&outcome, &treatment, 39, 31).unwrap();
    let lambdas = Lambdas { time: 3.0, unit: 0.0459, nn: f64::INFINITY };
    let answer = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
    println!("ATT {:.2}, {} cells", answer.att, answer.effects.len());
    assert!(answer.converged && (answer.att + 19.56).abs() < 0.01 && answer.effects.len() == 12);
}
