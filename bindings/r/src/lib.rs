//! The compiled part of the R package `tropanel`.
//!
//! Each function converts its arguments, starts a call of `trop-core` as a [`Job`], and converts the
//! answer once R asks for it. `R/core-calls.R` of the package is their only caller.

// The macros of extendr make public items that cannot be documented.
#![allow(missing_docs)]

mod answers;
mod arguments;
mod design;
mod diagnostics;
mod inference;
mod job;
mod matrix;
mod search;

use answers::{
    bootstrap_list, cell_effects_list, defaults_list, estimate_list, grids_list, matrix,
    positions_list, weights_list,
};
use arguments::{cell, n_threads, seed, settings, Data};
use extendr_api::prelude::*;
use job::Job;
use trop_core::{BootstrapOptions, Cell, Grids, Lambdas};

/// Root mean squared difference of every two units over common control periods.
#[extendr]
fn start_distances(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let n = y.nrows();
    let threads = n_threads(threads);
    Ok(Job::start(
        move |_| trop_core::compute_unit_distance_matrix(&data.panel()?, Some(threads)),
        move |found| list!(distance = matrix(&found, n, n)),
    ))
}

/// Distance of every unit to the unit of a target, the target's period left out.
#[extendr]
fn start_leave_period_out_distances(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    unit: i32,
    period: i32,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let target = cell(unit, period);
    Ok(Job::start(
        move |_| trop_core::leave_period_out_distances(&data.panel()?, target),
        |found| list!(distance = found),
    ))
}

/// Control cells of ever-treated units before a spell of treatment.
#[extendr]
fn start_pre_treatment_cells(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    Ok(Job::start(
        move |_| Ok(trop_core::pre_treatment_cells(&data.panel()?)),
        |found| positions_list(&found),
    ))
}

/// Grids built from the scale of the data.
#[extendr]
fn start_default_grids(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    Ok(Job::start(move |_| Grids::default_for(&data.panel()?), grids_list))
}

/// Unit and time weights of a target cell (Eq. 3).
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_weights(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    unit: i32,
    period: i32,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let target = cell(unit, period);
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    Ok(Job::start(move |_| trop_core::weights(&data.panel()?, target, &lambdas), weights_list))
}

/// Effects of the treated cells at given lambdas (Algorithm 2).
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_estimate(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    pre_effects: bool,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| {
            let panel = data.panel()?;
            let found = trop_core::estimate(&panel, &lambdas, &settings, hook)?;
            let cells = trop_core::pre_treatment_cells(&panel);
            let pre = pre_effects
                .then(|| trop_core::cell_effects(&panel, &cells, &lambdas, &settings, hook))
                .transpose()?;
            Ok((panel, found, pre))
        },
        |(panel, found, pre)| estimate_list(&panel, found, pre),
    ))
}

/// Effects of any cells, each as if it were the target.
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_cell_effects(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    units: &[i32],
    periods: &[i32],
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let targets: Vec<Cell> = units.iter().zip(periods).map(|(&i, &t)| cell(i, t)).collect();
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| trop_core::cell_effects(&data.panel()?, &targets, &lambdas, &settings, hook),
        cell_effects_list,
    ))
}

/// Stratified bootstrap of the average effect (Algorithm 3).
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_bootstrap(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    n_boot: f64,
    level: f64,
    seed_digits: &str,
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let options = BootstrapOptions { draws: n_boot as usize, level, seed: seed(seed_digits)? };
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| {
            let panel = data.panel()?;
            trop_core::bootstrap_trop_variance(&panel, &lambdas, &options, &settings, hook)
        },
        bootstrap_list,
    ))
}

/// A job that panics: what the tests need to see that a panic becomes an R error.
#[extendr]
fn start_panic() -> ExternalPtr<Job> {
    Job::start(|_| -> trop_core::Result<()> { panic!("on purpose") }, |()| list!())
}

/// Waits for a job; see [`Job::wait`].
#[extendr]
fn wait(mut job: ExternalPtr<Job>, seconds: f64) -> List {
    job.wait(seconds)
}

/// Stops a job and returns when it has ended.
#[extendr]
fn cancel(mut job: ExternalPtr<Job>) {
    job.cancel();
}

/// Default settings of the core.
#[extendr]
fn defaults() -> List {
    defaults_list()
}

extendr_module! {
    mod tropanel;
    use search;
    use inference;
    use diagnostics;
    fn start_distances;
    fn start_leave_period_out_distances;
    fn start_pre_treatment_cells;
    fn start_default_grids;
    fn start_weights;
    fn start_estimate;
    fn start_cell_effects;
    fn start_bootstrap;
    fn start_panic;
    fn wait;
    fn cancel;
    fn defaults;
}
