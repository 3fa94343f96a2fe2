//! Answers for R: lists of vectors. Positions count from 1.

use extendr_api::prelude::*;
use trop_core::{
    Bootstrap, BootstrapOptions, Cell, CellEffect, CellEffects, Estimate, Grids, Reason, Score,
    Search, SearchOptions, Settings, Weights,
};

/// A matrix of R from row-major values.
pub(crate) fn matrix(values: &[f64], rows: usize, columns: usize) -> RMatrix<f64> {
    RMatrix::new_matrix(rows, columns, |r, c| values[r * columns + c])
}

/// `NULL` for `None`.
pub(crate) fn or_null(list: Option<List>) -> Robj {
    list.map_or_else(|| ().into(), Robj::from)
}

fn integers<T>(items: &[T], value: impl Fn(&T) -> usize) -> Vec<i32> {
    items.iter().map(|item| value(item) as i32).collect()
}

fn doubles<T>(items: &[T], value: impl Fn(&T) -> f64) -> Vec<f64> {
    items.iter().map(value).collect()
}

fn positions<T>(items: &[T], index: impl Fn(&T) -> usize) -> Vec<i32> {
    integers(items, |item| index(item) + 1)
}

pub(crate) fn grids_list(found: Grids) -> List {
    list!(time = found.time, unit = found.unit, nn = found.nn)
}

pub(crate) fn weights_list(found: Weights) -> List {
    list!(unit = found.unit, period = found.period)
}

pub(crate) fn estimate_list(found: Estimate, pre: Option<CellEffects>) -> List {
    list!(
        att = found.att,
        treated = cells_list(&found.effects),
        pre = or_null(pre.map(|pre| cells_list(&pre.effects))),
        not_estimable = not_estimable_list(&found.not_estimable),
        max_gap = found.max_gap,
        converged = found.converged
    )
}

pub(crate) fn cell_effects_list(found: CellEffects) -> List {
    list!(
        effects = cells_list(&found.effects),
        not_estimable = not_estimable_list(&found.not_estimable)
    )
}

pub(crate) fn positions_list(cells: &[Cell]) -> List {
    list!(unit = positions(cells, |c| c.unit), period = positions(cells, |c| c.period))
}

fn cells_list(cells: &[CellEffect]) -> List {
    let event_time: Vec<Option<i32>> =
        cells.iter().map(|c| c.event_time.map(|time| time as i32)).collect();
    let status: Vec<&str> = cells.iter().map(|c| c.status.name()).collect();
    list!(
        unit = positions(cells, |c| c.cell.unit),
        period = positions(cells, |c| c.cell.period),
        event_time = event_time,
        observed = doubles(cells, |c| c.observed),
        counterfactual = doubles(cells, |c| c.counterfactual),
        effect = doubles(cells, |c| c.effect),
        rank = integers(cells, |c| c.rank),
        gap = doubles(cells, |c| c.gap),
        primal = doubles(cells, |c| c.primal),
        dual = doubles(cells, |c| c.dual),
        iterations = integers(cells, |c| c.iterations),
        status = status
    )
}

fn not_estimable_list(cells: &[(Cell, Reason)]) -> List {
    let reason: Vec<&str> = cells.iter().map(|(_, reason)| reason.name()).collect();
    list!(
        unit = positions(cells, |(c, _)| c.unit),
        period = positions(cells, |(c, _)| c.period),
        reason = reason
    )
}

pub(crate) fn search_list(found: Search) -> List {
    list!(
        lambda_time = found.lambdas.time,
        lambda_unit = found.lambdas.unit,
        lambda_nn = found.lambdas.nn,
        score = found.score,
        scores = scores_list(&found.scores),
        n_cells = found.n_cells as i32,
        n_not_estimable = found.n_not_estimable as i32
    )
}

fn scores_list(scores: &[Score]) -> List {
    let abandoned: Vec<bool> = scores.iter().map(|s| s.abandoned).collect();
    list!(
        lambda_time = doubles(scores, |s| s.lambdas.time),
        lambda_unit = doubles(scores, |s| s.lambdas.unit),
        lambda_nn = doubles(scores, |s| s.lambdas.nn),
        score = doubles(scores, |s| s.score),
        n_cells = integers(scores, |s| s.n_cells),
        max_gap = doubles(scores, |s| s.max_gap),
        n_uncertified = integers(scores, |s| s.n_uncertified),
        abandoned = abandoned
    )
}

pub(crate) fn bootstrap_list(found: Bootstrap) -> List {
    let (rows, columns) = (found.event_draws.len(), found.event_time.len());
    let event_time: Vec<i32> = found.event_time.iter().map(|&time| time as i32).collect();
    list!(
        se = found.se,
        ci_lower = found.ci.0,
        ci_upper = found.ci.1,
        p_value = found.p_value,
        draws = found.draws,
        n_failed = found.n_failed as i32,
        event_time = event_time,
        event_draws = matrix(&found.event_draws.concat(), rows, columns),
        n_uncertified = found.n_uncertified as i32,
        max_gap = found.max_gap
    )
}

/// The core's defaults; `NULL` where nothing is set.
pub(crate) fn defaults_list() -> List {
    let settings = Settings::default();
    let search = SearchOptions::default();
    let bootstrap = BootstrapOptions::default();
    let size = |n: Option<usize>| n.map_or_else(|| ().into(), |n| Robj::from(n as f64));
    list!(
        tolerance = settings.tolerance,
        loocv_tolerance = settings.loocv_tolerance,
        max_iterations = settings.max_iterations as f64,
        threads = size(settings.threads),
        method = search.method.name(),
        max_cells = size(search.max_cells),
        abandon = search.abandon,
        n_boot = bootstrap.draws as f64,
        level = bootstrap.level,
        seed = bootstrap.seed.to_string()
    )
}
