//! Standard errors, intervals and p-values; remarks on a panel.

use crate::answers::{inference_list, remarks_list, Fit};
use crate::arguments::{seed, settings, Data};
use crate::design::{item, unknown};
use crate::job::Job;
use crate::search::{read_grids, read_search};
use extendr_api::prelude::*;
use trop_core::{Grids, InferenceMethod, InferenceOptions, Lambdas, Retuning};

/// The method that `start_infer` would use, and why if it was left open; an error if it means nothing.
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_choose_inference(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    method: &str,
    n_boot: f64,
    level: f64,
    retunes: bool,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let nothing = Grids { time: vec![], unit: vec![], nn: vec![] };
    let options = InferenceOptions {
        method: read_method(method)?,
        draws: n_boot as usize,
        level,
        retuning: retunes.then(|| Retuning { grids: nothing, search: Default::default() }),
        ..Default::default()
    };
    Ok(Job::start(
        move |_| trop_core::choose_inference(&data.panel()?, &options),
        |(method, reason)| list!(method = method.name(), reason = reason),
    ))
}

fn read_method(name: &str) -> extendr_api::Result<InferenceMethod> {
    InferenceMethod::from_name(name).ok_or_else(|| unknown("method of inference", name))
}

/// Standard error, interval and p-value of every number of an estimate. Without
/// `pre_periods` effects before treatment are left out; `retuning` is `NULL`, or a list of `grids` and of the
/// options of a search.
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_infer(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    fit: ExternalPtr<Fit>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    method: &str,
    n_boot: f64,
    level: f64,
    seed_digits: &str,
    pre_periods: bool,
    retuning: Nullable<List>,
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let fit = Fit::clone(&fit);
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let options = InferenceOptions {
        method: read_method(method)?,
        draws: n_boot as usize,
        level,
        seed: seed(seed_digits)?,
        retuning: Option::from(retuning).map(read_retuning).transpose()?,
    };
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| {
            let panel = data.panel()?;
            let (found, pre) = &*fit.0;
            let pre = if pre_periods { pre.as_slice() } else { &[] };
            let found = trop_core::infer(&panel, &lambdas, found, pre, &options, &settings, hook)?;
            Ok((panel, found))
        },
        |(panel, found)| inference_list(&panel, &found),
    ))
}

fn read_retuning(given: List) -> extendr_api::Result<Retuning> {
    let grids = item::<List>(&given, "grids")?.unwrap_or_default();
    Ok(Retuning { grids: read_grids(&grids)?, search: read_search(&given)? })
}

/// What is allowed about a panel, but often a mistake.
#[extendr]
fn start_remarks(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    Ok(Job::start(move |_| Ok(data.panel()?.remarks()), |found| remarks_list(&found)))
}

extendr_module! {
    mod inference;
    fn start_choose_inference;
    fn start_infer;
    fn start_remarks;
}
