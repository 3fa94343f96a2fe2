//! What an estimate rests on, and how much it moves.

use crate::answers::{ablation_list, atts_list, diagnosis_list, left_out_list};
use crate::arguments::{cell, settings, Data};
use crate::job::Job;
use extendr_api::prelude::*;
use trop_core::Lambdas;

/// The fit behind one effect.
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_diagnose(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    unit: i32,
    period: i32,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let target = cell(unit, period);
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| trop_core::diagnose(&data.panel()?, target, &lambdas, &settings, hook),
        diagnosis_list,
    ))
}

/// The ATT at each of several lambdas.
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_att_at(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    lambda_time: &[f64],
    lambda_unit: &[f64],
    lambda_nn: &[f64],
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let triple = |((&time, &unit), &nn)| Lambdas { time, unit, nn };
    let lambdas: Vec<Lambdas> =
        lambda_time.iter().zip(lambda_unit).zip(lambda_nn).map(triple).collect();
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| trop_core::att_at(&data.panel()?, &lambdas, &settings, hook),
        |found| atts_list(&found),
    ))
}

/// The ATT without each part of the estimator.
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_ablation(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let (names, variants): (Vec<&'static str>, Vec<Lambdas>) =
        trop_core::ablation(&lambdas).into_iter().unzip();
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| trop_core::att_at(&data.panel()?, &variants, &settings, hook),
        |found| ablation_list(names, &found),
    ))
}

/// The ATT without each never-treated unit.
#[extendr]
#[allow(clippy::too_many_arguments)]
fn start_leave_one_out(
    y: RMatrix<f64>,
    w: RMatrix<f64>,
    design: List,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let data = Data::new(&y, &w, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = settings(tolerance, max_iterations, threads);
    Ok(Job::start(
        move |hook| trop_core::leave_one_out(&data.panel()?, &lambdas, &settings, hook),
        |found| left_out_list(&found),
    ))
}

extendr_module! {
    mod diagnostics;
    fn start_diagnose;
    fn start_att_at;
    fn start_ablation;
    fn start_leave_one_out;
}
