//! Choosing the lambdas by cross-validation.

use crate::answers::search_list;
use crate::arguments::{seed, settings, Data};
use crate::design::{item, unknown};
use crate::job::Job;
use extendr_api::prelude::*;
use trop_core::{Grids, Method, SearchOptions};

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
        options.method = match name.as_str() {
            "grid" => Method::Grid,
            "cycle" => Method::Cycle,
            other => return Err(unknown("search", other)),
        };
    }
    options.max_cells = item::<f64>(given, "max_cells")?.map(|n| n as usize).or(options.max_cells);
    options.seed =
        item::<String>(given, "seed")?.map_or(Ok(options.seed), |digits| seed(&digits))?;
    options.abandon = item(given, "abandon")?.unwrap_or(options.abandon);
    Ok(options)
}

extendr_module! {
    mod search;
    fn start_search;
}
