//! Proposition 99: the effect of California's tobacco programme of 1989 on cigarette sales.
//!
//!     cargo run --release --package trop-core --example prop99 -- python/src/tropanel/data/prop99.csv
//!
//! Reads a file with the columns state, year, packs per person and treated (0 or 1); searches the lambdas,
//! estimates, and infers: with one treated state, from placebos.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use trop_core::{
    estimate, infer, loocv_grid_search, Grids, InferenceOptions, Panel, SearchOptions, Settings,
    Silent,
};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: prop99 FILE.csv")?;
    let (mut packs, mut treated) = (BTreeMap::new(), BTreeMap::new());
    for line in std::fs::read_to_string(path)?.lines().skip(1) {
        let [state, year, y, w] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("not four columns: {line}").into());
        };
        let cell = (state.to_string(), year.parse::<i32>()?);
        packs.insert(cell.clone(), y.parse::<f64>()?);
        treated.insert(cell, w.parse::<f64>()?);
    }
    let states: BTreeSet<&String> = packs.keys().map(|(state, _)| state).collect();
    let years: BTreeSet<i32> = packs.keys().map(|&(_, year)| year).collect();
    let (states, years) = (Vec::from_iter(states), Vec::from_iter(years));

    // Matrices with states in rows and years in columns; NaN where there is no outcome.
    let matrix = |values: &BTreeMap<_, f64>, absent: f64| -> Vec<f64> {
        let cells = states.iter().flat_map(|&s| years.iter().map(move |&y| (s.clone(), y)));
        cells.map(|cell| values.get(&cell).copied().unwrap_or(absent)).collect()
    };
    let (outcome, treatment) = (matrix(&packs, f64::NAN), matrix(&treated, 0.0));
    let panel = Panel::new(&outcome, &treatment, states.len(), years.len())?;

    let settings = Settings::default();
    let (grids, options) = (Grids::default_for(&panel)?, SearchOptions::default());
    let lambdas = loocv_grid_search(&panel, &grids, &options, &settings, &Silent)?.lambdas;
    let found = estimate(&panel, &lambdas, &settings, &Silent)?;
    let how = InferenceOptions::default();
    let inference = infer(&panel, &lambdas, &found, &[], &how, &settings, &Silent)?;
    let att = &inference.table[0];

    println!("ATT             {:.6}", found.att);
    println!("Standard error  {:.6}", att.se);
    println!("p-value         {:.4}, by {}", att.p_value, inference.method.name());
    println!("Lambdas         time {}, unit {:.6}, nn {}", lambdas.time, lambdas.unit, lambdas.nn);
    println!("Certificate     largest relative gap {:.1e}", found.max_gap);
    for effect in &found.effects {
        let (state, year) = (states[effect.cell.unit], years[effect.cell.period]);
        println!("{state}, {year}{:12.3}", effect.effect);
    }
    println!("Inference: {}.", inference.reason);
    Ok(())
}
