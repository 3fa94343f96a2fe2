//! Matrix completion with fixed effects (Athey et al. 2021, doi:10.1080/01621459.2021.1891924): Eq. 2 with equal
//! weights, one fit for all treated cells.

use super::options::{EstimatorOptions, McTuning};
use super::result::{Findings, Tuned};
use crate::error::{Error, Result};
use crate::model::pre_treatment_cells;
use crate::model::{CellEffects, Model, Regressed};
use crate::panel::{Cell, Panel};
use crate::reason::Reason;
use crate::runtime::Threads;
use crate::runtime::{Monitor, Progress, Stage};
use crate::runtime::{Purpose, Stream};
use crate::settings::Settings;
use crate::solver::{Care, Stopping};
use crate::tuning::Criterion;
use crate::tuning::{loocv_grid_search, Method, SearchOptions};
use crate::tuning::{vanishing_lambda, Grids};
use crate::weighting::{is_connected, is_plainly_connected, Weights};

/// Folds, and the share of the control cells that each holds out: MCPanel's.
const FOLDS: usize = 5;
const HELD_OUT: f64 = 0.2;

/// Candidates of the penalty, and the decades they span: MCPanel's.
const CANDIDATES: usize = 19;
const DECADES: f64 = 3.0;

/// Effects of all treated cells at the penalty given or chosen.
pub(super) fn matrix_completion(
    panel: &Panel,
    lambda_nn: Option<f64>,
    options: &EstimatorOptions,
    settings: &Settings,
    care: Care,
    monitor: &dyn Monitor,
) -> Result<Findings> {
    let lambda_nn = match lambda_nn {
        Some(lambda_nn) => lambda_nn,
        None => match options.mc_tuning {
            McTuning::Loocv => leave_one_out(panel, options, settings, monitor)?,
            McTuning::Folds => folds(panel, options, settings, monitor)?,
        },
    };
    panel.check_penalty(&[lambda_nn])?;
    let tuned = Tuned { lambda_nn: Some(lambda_nn), ..Tuned::default() };
    let mut found = Findings { tuned, ..Findings::default() };
    let mut cells = Vec::new();
    for cell in panel.treated_cells() {
        match obstacle(panel, cell) {
            Some(reason) => found.cells.not_estimable.push((cell, reason)),
            None => cells.push(cell),
        }
    }
    if cells.is_empty() {
        return Ok(found);
    }
    let n_treated = cells.len();
    if options.pre_periods {
        cells.extend(pre_treatment_cells(panel));
    }
    let progress = Progress::new(monitor, Stage::Estimate, 1);
    let stopping = Stopping::new(settings, care);
    let fit = residuals(panel, &cells, &[lambda_nn], stopping, &progress)?.remove(0);
    let mut pre = CellEffects::default();
    for (at, &cell) in cells.iter().enumerate() {
        let list = if at < n_treated { &mut found.cells } else { &mut pre };
        list.push(panel, cell, at, &fit);
    }
    found.pre = pre.effects;
    Ok(found)
}

fn obstacle(panel: &Panel, cell: Cell) -> Option<Reason> {
    if !panel.is_observed(cell) {
        Some(Reason::OutcomeMissing)
    } else if is_plainly_connected(panel, cell) || is_connected(panel, cell, |_| true, |_| true) {
        None
    } else {
        Some(Reason::Disconnected)
    }
}

/// What is left of cells by fits with equal weights, for falling penalties.
fn residuals(
    panel: &Panel,
    cells: &[Cell],
    nn: &[f64],
    stopping: Stopping,
    progress: &Progress<'_>,
) -> Result<Vec<Regressed>> {
    let sample = panel.sample();
    let weights =
        Weights { unit: vec![1.0; panel.n_units()], period: vec![1.0; panel.n_periods()] };
    let model = Model { panel, sample: &sample, weights: &weights };
    Ok(model.fit(cells, nn, stopping, progress)?.0)
}

/// The penalty of least leave-one-out score: by a race unless candidates are given.
fn leave_one_out(
    panel: &Panel,
    options: &EstimatorOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<f64> {
    let method = if options.grids.is_some() { Method::Grid } else { Method::Race };
    let nn = candidates(panel, options, monitor)?;
    let grids = Grids { time: vec![0.0], unit: vec![0.0], nn };
    let search = SearchOptions { method, criterion: Criterion::Loocv, ..options.search };
    Ok(loocv_grid_search(panel, &grids, &search, settings, monitor)?.lambdas.nn)
}

/// The penalties given, else those that fall from where the low-rank part vanishes; infinity if it vanishes at all of
/// them. The largest comes first.
fn candidates(
    panel: &Panel,
    options: &EstimatorOptions,
    monitor: &dyn Monitor,
) -> Result<Vec<f64>> {
    if let Some(grids) = &options.grids {
        grids.validate()?;
        let mut given = grids.nn.clone();
        given.sort_by(|a, b| b.total_cmp(a));
        return Ok(given);
    }
    let largest = vanishing_lambda(panel, monitor)?;
    if largest == 0.0 {
        return Ok(vec![f64::INFINITY]);
    }
    let share = |k: usize| 10.0_f64.powf(-DECADES * k as f64 / (CANDIDATES - 1) as f64);
    Ok((0..CANDIDATES).map(|k| largest * share(k)).collect())
}

/// The penalty with the least mean, over folds, of the root mean squared error of cells held out.
fn folds(
    panel: &Panel,
    options: &EstimatorOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<f64> {
    let candidates = candidates(panel, options, monitor)?;
    if candidates.len() == 1 {
        return Ok(candidates[0]);
    }
    let control = panel.control_cells();
    let size = ((HELD_OUT * control.len() as f64).round() as usize).max(1);
    // The objective is a mean over the cells that are left: fewer cells need a smaller penalty.
    let kept = (control.len() - size) as f64 / control.len() as f64;
    let path: Vec<f64> = candidates.iter().map(|nn| nn * kept).collect();
    let progress = Progress::new(monitor, Stage::Search, FOLDS * candidates.len());
    let fold = |k: usize| -> Result<Option<Vec<f64>>> {
        let chosen = Stream::new(options.search.seed, Purpose::McFolds, k as u64)
            .sample(control.len(), size);
        let held_out: Vec<Cell> = chosen.into_iter().map(|at| control[at]).collect();
        let rest = panel.holding_out(&held_out);
        let can = |&cell: &Cell| obstacle(&rest, cell).is_none();
        let cells: Vec<Cell> = held_out.into_iter().filter(can).collect();
        if cells.is_empty() {
            return Ok(None);
        }
        let fits = residuals(&rest, &cells, &path, Stopping::of_search(settings), &progress)?;
        Ok(fits
            .into_iter()
            .map(|fit| Some(root_mean_square(panel, &cells, &fit.ok()?.effects)))
            .collect())
    };
    let errors: Result<Vec<Option<Vec<f64>>>> = Threads::new(settings.threads)?.map(0..FOLDS, fold);
    let errors: Vec<Vec<f64>> = errors?.into_iter().flatten().collect();
    if errors.is_empty() {
        let not_estimable = FOLDS * size;
        return Err(Error::NoEstimableCell { what: "control cell", not_estimable });
    }
    let mean = |k: usize| errors.iter().map(|fold| fold[k]).sum::<f64>();
    let best = (0..candidates.len()).min_by(|&a, &b| mean(a).total_cmp(&mean(b)));
    Ok(candidates[best.unwrap_or(0)])
}

/// A cell of a unit that stands in the panel several times stands for those of all its copies.
fn root_mean_square(panel: &Panel, cells: &[Cell], errors: &[f64]) -> f64 {
    let count = |cell: &Cell| panel.count(cell.unit);
    let sum: f64 = cells.iter().zip(errors).map(|(cell, e)| count(cell) * e * e).sum();
    (sum / cells.iter().map(count).sum::<f64>()).sqrt()
}
