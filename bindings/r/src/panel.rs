//! The handle of a panel: built and validated once, asked many times.

use crate::design::{Asked, Cohort};
use crate::job::Job;
use extendr_api::prelude::*;
use std::sync::Arc;
use trop_core::{Cell, Panel, Rows, Shape};
use trop_report::Labels;

/// A panel, and what its units, periods and columns are called.
pub(crate) struct Handle {
    pub panel: Panel,
    pub labels: Arc<Labels>,
}

/// A handle as R holds it.
pub(crate) type HandlePtr = ExternalPtr<Arc<Handle>>;

/// Lays out and validates rows of data; `unit` and `time` are positions, all of them from 1 on. The answer has the
/// handle, and the panel's outcomes and treatments as matrices. `treatment` is not read if a cohort is asked for, and
/// has no entries if nothing is treated yet.
#[extendr]
fn start_panel(
    unit: &[i32],
    time: &[i32],
    outcome: &[f64],
    treatment: &[f64],
    asked: List,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let codes = |at: &[i32]| at.iter().map(|&k| i64::from(k)).collect::<Vec<i64>>();
    let (unit, time) = (codes(unit), codes(time));
    let (outcome, treatment) = (outcome.to_vec(), treatment.to_vec());
    let asked = Asked::new(&asked)?;
    let labels = Arc::new(asked.labels.clone());
    let own = Arc::clone(&labels);
    let build = move |_: &dyn trop_core::Monitor| {
        let rows = Rows::new(&unit, &time)?;
        let panel = match &asked.cohort {
            Some(cohort) => {
                let Cohort { first, calendar, zero_is_never } = cohort;
                Panel::from_cohorts(&rows, &outcome, first, calendar, *zero_is_never)?
            }
            None if treatment.is_empty() => {
                let (n, t) = (rows.units().len(), rows.periods().len());
                Panel::untreated(&rows.matrix(&outcome)?, Shape { n_units: n, n_periods: t })?
            }
            None => Panel::from_rows(&rows, &outcome, &treatment)?,
        };
        Ok(Arc::new(Handle { panel: panel.with_design(&asked.design(&rows)?)?, labels: own }))
    };
    Ok(Job::start(labels, build, panel_list))
}

pub(crate) fn panel_list(handle: Arc<Handle>) -> List {
    let panel = &handle.panel;
    let matrix = |entry: &dyn Fn(Cell) -> f64| {
        let entry = |unit, period| entry(Cell { unit, period });
        RMatrix::new_matrix(panel.n_units(), panel.n_periods(), entry)
    };
    let outcome = |cell| match panel.outcome(cell) {
        missing if missing.is_nan() => f64::na(),
        outcome => outcome,
    };
    let treated = |cell| f64::from(u8::from(panel.is_treated(cell)));
    let (y, w) = (matrix(&outcome), matrix(&treated));
    list!(Y = y, W = w, handle = ExternalPtr::new(handle))
}

/// A cell from one-based positions; what lies outside of the panel stays outside.
pub(crate) fn cell(unit: i32, period: i32) -> Cell {
    let position = |k: i32| (k as usize).wrapping_sub(1);
    Cell { unit: position(unit), period: position(period) }
}

extendr_module! {
    mod panel;
    fn start_panel;
}
