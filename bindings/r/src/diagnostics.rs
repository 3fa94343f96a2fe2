//! What an estimate rests on, and how much it moves.

use crate::answers::{atts_list, diagnosis_list};
use crate::job::Job;
use crate::panel::{cell, HandlePtr};
use crate::steps::start;
use crate::tables::table_list;
use extendr_api::prelude::*;
use trop_core::Lambdas;
use trop_report::{variants, Table};

/// The fit behind one effect.
#[extendr]
fn start_diagnose(handle: HandlePtr, unit: i32, period: i32, options: List) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        move |at| {
            let (target, lambdas) = (cell(unit, period), at.lambdas()?);
            trop_core::diagnose(at.panel, target, &lambdas, &at.settings(), at.monitor)
        },
        |_, found| diagnosis_list(&found),
    )
}

/// The ATT at each of several lambdas.
#[extendr]
fn start_att_at(
    handle: HandlePtr,
    lambda_time: &[f64],
    lambda_unit: &[f64],
    lambda_nn: &[f64],
    options: List,
) -> ExternalPtr<Job> {
    let triple = |((&time, &unit), &nn)| Lambdas { time, unit, nn };
    let lambdas: Vec<Lambdas> =
        lambda_time.iter().zip(lambda_unit).zip(lambda_nn).map(triple).collect();
    start(
        &handle,
        &options,
        move |at| trop_core::att_at(at.panel, &lambdas, &at.settings(), at.monitor),
        |_, found| atts_list(&found),
    )
}

/// The ATT without each part of the estimator.
#[extendr]
fn start_ablation(handle: HandlePtr, options: List) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        |at| {
            let full = at.lambdas()?;
            let without: Vec<Lambdas> = variants(&full).iter().map(|v| v.lambdas).collect();
            let found = trop_core::att_at(at.panel, &without, &at.settings(), at.monitor)?;
            Ok(Table::ablation(&full, &found))
        },
        |_, found| table_list(&found),
    )
}

/// The ATT without each never-treated unit, beside that with all of them.
#[extendr]
fn start_leave_one_out(handle: HandlePtr, att: f64, options: List) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        |at| trop_core::leave_one_out(at.panel, &at.lambdas()?, &at.settings(), at.monitor),
        move |_, found| table_list(&Table::leave_one_out(&found, att)),
    )
}

extendr_module! {
    mod diagnostics;
    fn start_diagnose;
    fn start_att_at;
    fn start_ablation;
    fn start_leave_one_out;
}
