//! Proposition 99: the effect of California's tobacco programme of 1989 on cigarette sales.
//!
//!     cargo run --release --package trop-core --example prop99 -- python/src/tropanel/data/prop99.csv
//!
//! Reads a file with the columns state, year, packs per person and treated (0 or 1); searches the lambdas,
//! estimates, and infers: with one treated state, from placebos.

use std::collections::BTreeSet;
use std::error::Error;
use trop_core::{analyze, AnalysisOptions, Long, Panel};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: prop99 FILE.csv")?;
    let text = std::fs::read_to_string(path)?;
    let (mut state, mut time, mut packs, mut treated) = (vec![], vec![], vec![], vec![]);
    for line in text.lines().skip(1) {
        let [name, year, y, w] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("not four columns: {line}").into());
        };
        state.push(name);
        time.push(year.parse()?);
        packs.push(y.parse()?);
        treated.push(w.parse()?);
    }

    // Units and periods are integers: years are, states get their place in the alphabet.
    let states = Vec::from_iter(BTreeSet::from_iter(&state));
    let unit: Vec<i64> = state.iter().map(|s| states.partition_point(|t| *t < s) as i64).collect();
    let long = Long { unit: &unit, time: &time, outcome: &packs, treatment: &treated };
    let panel = Panel::from_long(&long)?;
    let years = Vec::from_iter(BTreeSet::from_iter(&time));

    let analysis = analyze(&panel, &AnalysisOptions::default())?;

    let (att, lambdas) = (analysis.att(), analysis.lambdas);
    println!("ATT             {:.6}", att.average.value);
    println!("Standard error  {:.6}", att.se);
    println!("p-value         {:.4}", att.p_value);
    println!("Lambdas         time {}, unit {:.6}, nn {}", lambdas.time, lambdas.unit, lambdas.nn);
    println!("Certificate     largest relative gap {:.1e}", analysis.estimate.max_gap);
    for effect in &analysis.estimate.effects {
        let (state, year) = (states[effect.cell.unit], years[effect.cell.period]);
        println!("{state}, {year}{:12.3}", effect.effect);
    }
    if let Some(inference) = &analysis.inference {
        println!("Inference by {}: {}.", inference.method, inference.reason);
    }
    Ok(())
}
