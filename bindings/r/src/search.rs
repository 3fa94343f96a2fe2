//! Choosing the lambdas by cross-validation.

use crate::answers::search_list;
use crate::arguments::{seed, settings, Data};
use crate::design::{item, unknown};
use crate::job::Job;
use extendr_api::prelude::*;
use trop_core::{Criterion, Grids, Method, SearchOptions};

/// Searches `grids` as `options` says.
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_search(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    grids: List,
    options: List,
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let grids = read_grids(&grids)?;
    let options = read_search(&options)?;
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| trop_core::loocv_grid_search(&data.panel()?, &grids, &options, &settings, hook),
        |found| search_list(&found),
    ))
}

pub(crate) fn read_grids(given: &List) -> extendr_api::Result<Grids> {
    let grid = |name| Ok::<Vec<f64>, Error>(item(given, name)?.unwrap_or_default());
    Ok(Grids { time: grid("time")?, unit: grid("unit")?, nn: grid("nn")? })
}

/// Options of a search; what is absent or `NULL` keeps the core's default.
pub(crate) fn read_search(given: &List) -> extendr_api::Result<SearchOptions> {
    let mut options = SearchOptions::default();
    if let Some(name) = item::<String>(given, "method")? {
        options.method = Method::from_name(&name).ok_or_else(|| unknown("search", &name))?;
    }
    if let Some(name) = item::<String>(given, "criterion")? {
        let named = Criterion::from_name(&name).ok_or_else(|| unknown("criterion", &name))?;
        options.criterion = counted(named, given)?;
    }
    options.max_cells = item::<f64>(given, "max_cells")?.map(|n| n as usize).or(options.max_cells);
    options.seed =
        item::<String>(given, "seed")?.map_or(Ok(options.seed), |digits| seed(&digits))?;
    options.abandon = item(given, "abandon")?.unwrap_or(options.abandon);
    Ok(options)
}

/// A criterion with as many sets or folds as are given.
fn counted(criterion: Criterion, given: &List) -> extendr_api::Result<Criterion> {
    let number = |name, default| -> extendr_api::Result<usize> {
        Ok(item::<f64>(given, name)?.map_or(default, |n| n as usize))
    };
    Ok(match criterion {
        Criterion::PlaceboSets { sets } => {
            Criterion::PlaceboSets { sets: number("n_placebo_sets", sets)? }
        }
        Criterion::PlaceboFolds { folds } => {
            Criterion::PlaceboFolds { folds: number("n_folds", folds)? }
        }
        other => other,
    })
}

extendr_module! {
    mod search;
    fn start_search;
}
