//! Averages of effects over groups of cells.

use crate::abi::arguments::required;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::trop_measure;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::trop_lambdas;
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{
    Average, CellEffect, Estimate, Lambdas, Monitor, Panel, Quantity, Settings, Stage,
};

/// The `grouping` of a quantity that is over all treated cells.
pub const TROP_NO_GROUPING: i64 = -1;

/// One number of an estimate.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_quantity {
    /// Position among the groupings of the panel's design; `TROP_NO_GROUPING` for all treated cells.
    pub grouping: i64,
    /// The group's code, or the covariate's position; 0 for all treated cells.
    pub code: i64,
    /// What is measured.
    pub measure: trop_measure,
}

/// One number of an estimate and its value.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_average {
    /// Which number.
    pub quantity: trop_quantity,
    /// Cells behind it.
    pub n_cells: usize,
    /// Its value; NaN for a percentage of counterfactual outcomes that are not all positive.
    pub value: f64,
    /// Units that these cells are of.
    pub n_units: usize,
    /// Cells whose fit is not certified to the tolerance.
    pub n_uncertified: usize,
}

impl From<Quantity> for trop_quantity {
    fn from(Quantity { grouping, code, measure }: Quantity) -> Self {
        let grouping = grouping.map_or(TROP_NO_GROUPING, |position| position as i64);
        trop_quantity { grouping, code, measure: measure.into() }
    }
}

impl From<Average> for trop_average {
    fn from(average: Average) -> Self {
        let Average { quantity, n_cells, value, n_units, n_uncertified, .. } = average;
        trop_average { quantity: quantity.into(), n_cells, value, n_units, n_uncertified }
    }
}

/// The numbers that an estimate reports. Any number of threads may read it at once.
pub struct trop_averages(Vec<trop_average>);

/// The estimate, and the effects before treatment if asked for.
pub(crate) fn estimated(
    panel: &Panel,
    lambdas: &Lambdas,
    pre_periods: bool,
    settings: &Settings,
    hook: &dyn Monitor,
) -> trop_core::TropResult<(Estimate, Vec<CellEffect>)> {
    let estimate = trop_core::estimate(panel, lambdas, settings, hook)?;
    let cells = if pre_periods { trop_core::pre_treatment_cells(panel) } else { Vec::new() };
    let pre = trop_core::cell_effects(panel, &cells, lambdas, settings, hook)?;
    Ok((estimate, pre.effects))
}

/// Estimates, and averages the effects over the groupings of the panel's design.
///
/// First come the average effect, its percentage and the total effect; then the covariates' coefficients;
/// then for each grouping and in it for each group, codes ascending, its mean effect, its percentage (not
/// before treatment), and its cumulative effect (event times from 0 on, and periods).
///
/// Uses the options `pre_periods`, `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the
/// defaults.
///
/// Errors: those of trop_panel_estimate().
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_averages(
    panel: Option<&trop_panel>,
    lambdas: trop_lambdas,
    options: *const trop_options,
    averages: Option<&mut MaybeUninit<*mut trop_averages>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let averages = required(averages, "averages")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let pre_periods = options.pre_periods != 0;
        let found = run(&options, Stage::Estimate, |hook| {
            let (estimate, pre) = estimated(panel, &lambdas, pre_periods, &settings, hook)?;
            Ok(trop_core::averages(panel, &estimate, &pre))
        })?;
        give(trop_averages(found.into_iter().map(Into::into).collect()), averages);
        Ok(())
    })
}

/// Frees averages. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_averages_free(averages: Option<Box<trop_averages>>) {
    drop(averages);
}

/// Number of averages; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_averages_n(averages: Option<&trop_averages>) -> usize {
    averages.map_or(0, |a| a.0.len())
}

/// The averages, trop_averages_n() of them. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_averages_data(averages: Option<&trop_averages>) -> *const trop_average {
    averages.map_or(ptr::null(), |a| a.0.as_ptr())
}
