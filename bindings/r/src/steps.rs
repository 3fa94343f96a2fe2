//! The steps of an analysis one by one, each from the handle of a panel and options by name.

use crate::answers::{
    bootstrap_list, cell_effects_list, estimate_list, grids_list, inference_list, matrix,
    positions_list, remarks_list, search_list, weights_list, Fit,
};
use crate::job::Job;
use crate::options::Given;
use crate::panel::{cell, Handle, HandlePtr};
use extendr_api::prelude::*;
use std::sync::Arc;
use trop_core::{
    AnalysisOptions, BootstrapOptions, Cell, CellEffect, Error as CoreError, Lambdas, Monitor,
    Panel, Settings, TropResult,
};

/// What a step works with.
pub(crate) struct Step<'a> {
    pub panel: &'a Panel,
    pub options: AnalysisOptions,
    pub monitor: &'a dyn Monitor,
}

impl Step<'_> {
    pub fn lambdas(&self) -> TropResult<Lambdas> {
        self.options
            .lambdas
            .ok_or_else(|| CoreError::LambdasInvalid { reason: "none are given".into() })
    }

    pub fn settings(&self) -> Settings {
        self.options.settings()
    }

    fn cell_effects(&self, cells: &[Cell]) -> TropResult<trop_core::CellEffects> {
        let lambdas = self.lambdas()?;
        trop_core::cell_effects(self.panel, cells, &lambdas, &self.settings(), self.monitor)
    }
}

/// Starts a step.
pub(crate) fn start<T: Send + 'static>(
    handle: &HandlePtr,
    options: &List,
    compute: impl FnOnce(&Step<'_>) -> TropResult<T> + Send + 'static,
    answer: impl FnOnce(&Handle, T) -> List + Send + 'static,
) -> ExternalPtr<Job> {
    let handle = Arc::clone(handle);
    let (computing, given) = (Arc::clone(&handle), Given::new(options));
    Job::start(
        Arc::clone(&handle.labels),
        move |monitor| compute(&Step { panel: &computing.panel, options: given.read()?, monitor }),
        move |found| answer(&handle, found),
    )
}

/// Root mean squared difference of every two units over common control periods.
#[extendr]
fn start_distances(handle: HandlePtr, options: List) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        |at| trop_core::compute_unit_distance_matrix(at.panel, at.options.threads),
        |handle, found| {
            let n = handle.panel.n_units();
            list!(distance = matrix(&found, n, n))
        },
    )
}

/// Distance of every unit to the unit of a target, the target's period left out.
#[extendr]
fn start_leave_period_out_distances(
    handle: HandlePtr,
    unit: i32,
    period: i32,
    options: List,
) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        move |at| trop_core::leave_period_out_distances(at.panel, cell(unit, period)),
        |_, found| list!(distance = found),
    )
}

/// Control cells of ever-treated units before a spell of treatment.
#[extendr]
fn start_pre_treatment_cells(handle: HandlePtr, options: List) -> ExternalPtr<Job> {
    let cells = |at: &Step<'_>| Ok(trop_core::pre_treatment_cells(at.panel));
    start(&handle, &options, cells, |_, found| positions_list(&found))
}

/// The candidates that are given, and those built from the scale of the data.
#[extendr]
fn start_grids(handle: HandlePtr, options: List) -> ExternalPtr<Job> {
    let grids = |at: &Step<'_>| at.options.grids.complete(at.panel);
    start(&handle, &options, grids, |_, found| grids_list(found))
}

/// Unit and time weights of a target cell (Eq. 3).
#[extendr]
fn start_weights(handle: HandlePtr, unit: i32, period: i32, options: List) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        move |at| trop_core::weights(at.panel, cell(unit, period), &at.lambdas()?),
        |_, found| weights_list(found),
    )
}

/// Effects of the treated cells at given lambdas (Algorithm 2), and before treatment if asked for.
#[extendr]
fn start_estimate(handle: HandlePtr, pre_effects: bool, options: List) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        move |at| {
            let lambdas = at.lambdas()?;
            let found = trop_core::estimate(at.panel, &lambdas, &at.settings(), at.monitor)?;
            let cells = trop_core::pre_treatment_cells(at.panel);
            let pre = pre_effects.then(|| at.cell_effects(&cells)).transpose()?;
            Ok((found, pre))
        },
        |handle, (found, pre)| estimate_list(&handle.panel, found, pre),
    )
}

/// Effects of any cells, each as if it were the target.
#[extendr]
fn start_cell_effects(
    handle: HandlePtr,
    units: &[i32],
    periods: &[i32],
    options: List,
) -> ExternalPtr<Job> {
    let cells: Vec<Cell> = units.iter().zip(periods).map(|(&i, &t)| cell(i, t)).collect();
    start(&handle, &options, move |at| at.cell_effects(&cells), |_, found| cell_effects_list(found))
}

/// Chooses the lambdas by cross-validation.
#[extendr]
fn start_search(handle: HandlePtr, options: List) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        |at| {
            let grids = at.options.grids.complete(at.panel)?;
            let search = at.options.searching(at.panel);
            trop_core::loocv_grid_search(at.panel, &grids, &search, &at.settings(), at.monitor)
        },
        |_, found| search_list(&found),
    )
}

/// Stratified bootstrap of the average effect (Algorithm 3).
#[extendr]
fn start_bootstrap(handle: HandlePtr, options: List) -> ExternalPtr<Job> {
    start(
        &handle,
        &options,
        |at| {
            let AnalysisOptions { n_boot: draws, level, seed, .. } = at.options;
            let options = BootstrapOptions { draws, level, seed };
            let (lambdas, settings) = (at.lambdas()?, at.settings());
            trop_core::bootstrap_trop_variance(at.panel, &lambdas, &options, &settings, at.monitor)
        },
        |_, found| bootstrap_list(found),
    )
}

/// Standard error, interval and p-value of every number of an estimate of `start_estimate`.
#[extendr]
fn start_infer(handle: HandlePtr, fit: ExternalPtr<Fit>, options: List) -> ExternalPtr<Job> {
    let fit = Fit::clone(&fit);
    start(
        &handle,
        &options,
        move |at| {
            let (found, pre) = &*fit.0;
            let pre: &[CellEffect] = if at.options.pre_periods { pre } else { &[] };
            let grids = at.options.grids_of_draws(at.panel)?;
            let method = at.options.inference.unwrap_or_default();
            let inferring = at.options.inferring(method, at.panel, grids.as_ref());
            let (lambdas, settings) = (at.lambdas()?, at.settings());
            trop_core::infer(at.panel, &lambdas, found, pre, &inferring, &settings, at.monitor)
        },
        |handle, found| inference_list(&handle.panel, &found),
    )
}

/// What is allowed about a panel, but often a mistake.
#[extendr]
fn start_remarks(handle: HandlePtr, options: List) -> ExternalPtr<Job> {
    start(&handle, &options, |at| Ok(at.panel.remarks()), |_, found| remarks_list(&found))
}

extendr_module! {
    mod steps;
    fn start_distances;
    fn start_leave_period_out_distances;
    fn start_pre_treatment_cells;
    fn start_grids;
    fn start_weights;
    fn start_estimate;
    fn start_cell_effects;
    fn start_search;
    fn start_bootstrap;
    fn start_infer;
    fn start_remarks;
}
