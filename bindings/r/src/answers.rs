//! Answers for R: lists of vectors. Positions count from 1.

use extendr_api::prelude::*;
use std::sync::Arc;
use trop_core::{
    averages, pre_treatment_fit, AttAt, Average, Bootstrap, Cell, CellEffect, CellEffects,
    Diagnosis, Edge, Estimate, Grids, Grouping, Inference, Inferred, Measure, Panel, PreFit,
    Reason, Remark, Score, Search, Weights,
};

/// An estimate and the effects before treatment, kept for inference.
#[derive(Clone)]
pub(crate) struct Fit(pub Arc<(Estimate, Vec<CellEffect>)>);

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

pub(crate) fn estimate_list(panel: &Panel, found: Estimate, pre: Option<CellEffects>) -> List {
    let before = pre.map(|pre| pre.effects);
    let pre = before.as_deref().unwrap_or_default();
    list!(
        att = found.att,
        coefficients = found.coefficients.clone(),
        treated = cells_list(&found.effects),
        pre = or_null(before.as_deref().map(cells_list)),
        pre_fit =
            or_null(before.as_deref().map(|pre| pre_fit_list(&pre_treatment_fit(panel, pre)))),
        averages = averages_list(panel, &averages(panel, &found, pre)),
        not_estimable = not_estimable_list(&found.not_estimable, &found.not_estimable_ranges()),
        max_gap = found.max_gap,
        converged = found.converged,
        fit = ExternalPtr::new(Fit(Arc::new((found, before.unwrap_or_default()))))
    )
}

fn pre_fit_list(found: &PreFit) -> List {
    let units = &found.by_unit;
    list!(
        n_cells = found.n_cells as i32,
        mean = found.mean,
        rmse = found.rmse,
        by_unit = list!(
            unit = positions(units, |u| u.unit),
            n_cells = integers(units, |u| u.n_cells),
            mean = doubles(units, |u| u.mean),
            rmse = doubles(units, |u| u.rmse)
        )
    )
}

/// Groupings count from 1, `NA` for all treated cells.
fn averages_list(panel: &Panel, table: &[Average]) -> List {
    let grouping: Vec<Option<i32>> =
        table.iter().map(|a| a.quantity.grouping.map(|k| k as i32 + 1)).collect();
    let measure: Vec<&str> = table.iter().map(|a| a.quantity.measure.name()).collect();
    list!(
        grouping = grouping,
        code = doubles(table, |a| code(panel, a)),
        measure = measure,
        n_cells = integers(table, |a| a.n_cells),
        value = doubles(table, |a| a.value)
    )
}

/// A code; from 1 if it is a position.
fn code(panel: &Panel, average: &Average) -> f64 {
    let quantity = average.quantity;
    let is_position = match quantity.grouping.map(|k| &panel.groupings()[k]) {
        None => quantity.measure == Measure::Coefficient,
        Some(Grouping::Period | Grouping::Cohort | Grouping::Unit) => true,
        Some(_) => false,
    };
    (quantity.code + i64::from(is_position)) as f64
}

pub(crate) fn inference_list(panel: &Panel, found: &Inference) -> List {
    let table = &found.table;
    let averages: Vec<Average> = table.iter().map(|i| i.average).collect();
    let column = |value: fn(&Inferred) -> f64| doubles(table, value);
    list!(
        method = found.method.name(),
        reason = found.reason.as_str(),
        averages = averages_list(panel, &averages),
        se = column(|i| i.se),
        ci_lower = column(|i| i.ci.0),
        ci_upper = column(|i| i.ci.1),
        p_value = column(|i| i.p_value),
        band_lower = column(|i| i.band.0),
        band_upper = column(|i| i.band.1),
        draws = found.draws.clone(),
        n_failed = found.n_failed as i32,
        n_uncertified = found.n_uncertified as i32,
        max_gap = found.max_gap
    )
}

pub(crate) fn remarks_list(found: &[Remark]) -> List {
    let code: Vec<&str> = found.iter().map(Remark::code).collect();
    let message: Vec<String> = found.iter().map(Remark::to_string).collect();
    list!(code = code, message = message)
}

pub(crate) fn diagnosis_list(found: &Diagnosis) -> List {
    list!(
        unit_weights = found.weights.unit.as_slice(),
        period_weights = found.weights.period.as_slice(),
        effective_units = found.effective_units,
        effective_periods = found.effective_periods,
        rank = found.rank as i32,
        singular_values = found.singular_values.as_slice(),
        unit_imbalance = found.unit_imbalance.as_slice(),
        time_imbalance = found.time_imbalance.as_slice(),
        unit_imbalance_norm = found.unit_imbalance_norm,
        time_imbalance_norm = found.time_imbalance_norm,
        status = found.status.name(),
        gap = found.gap
    )
}

pub(crate) fn atts_list(found: &[AttAt]) -> List {
    list!(
        lambda_time = doubles(found, |a| a.lambdas.time),
        lambda_unit = doubles(found, |a| a.lambdas.unit),
        lambda_nn = doubles(found, |a| a.lambdas.nn),
        att = doubles(found, |a| a.att),
        n_cells = integers(found, |a| a.n_cells),
        max_gap = doubles(found, |a| a.max_gap),
        n_uncertified = integers(found, |a| a.n_uncertified)
    )
}

pub(crate) fn cell_effects_list(found: CellEffects) -> List {
    list!(
        effects = cells_list(&found.effects),
        not_estimable = not_estimable_list(&found.not_estimable, &found.not_estimable_ranges())
    )
}

pub(crate) fn positions_list(cells: &[Cell]) -> List {
    list!(unit = positions(cells, |c| c.unit), period = positions(cells, |c| c.period))
}

fn cells_list(cells: &[CellEffect]) -> List {
    let event_time: Vec<Option<i32>> =
        cells.iter().map(|c| c.event_time.map(|time| time as i32)).collect();
    let status: Vec<&str> = cells.iter().map(|c| c.status.name()).collect();
    let n_covariates = cells.first().map_or(0, |c| c.coefficients.len());
    let coefficients: Vec<f64> = cells.iter().flat_map(|c| c.coefficients.clone()).collect();
    list!(
        unit = positions(cells, |c| c.cell.unit),
        period = positions(cells, |c| c.cell.period),
        event_time = event_time,
        observed = doubles(cells, |c| c.observed),
        counterfactual = doubles(cells, |c| c.counterfactual),
        effect = doubles(cells, |c| c.effect),
        effect_min = doubles(cells, |c| c.effect_min),
        effect_max = doubles(cells, |c| c.effect_max),
        rank = integers(cells, |c| c.rank),
        gap = doubles(cells, |c| c.gap),
        primal = doubles(cells, |c| c.primal),
        dual = doubles(cells, |c| c.dual),
        iterations = integers(cells, |c| c.iterations),
        status = status,
        coefficients = matrix(&coefficients, cells.len(), n_covariates)
    )
}

fn not_estimable_list(cells: &[(Cell, Reason)], ranges: &[[f64; 2]]) -> List {
    let reason: Vec<&str> = cells.iter().map(|(_, reason)| reason.name()).collect();
    list!(
        unit = positions(cells, |(c, _)| c.unit),
        period = positions(cells, |(c, _)| c.period),
        reason = reason,
        effect_min = doubles(ranges, |range| range[0]),
        effect_max = doubles(ranges, |range| range[1])
    )
}

pub(crate) fn search_list(found: &Search) -> List {
    list!(
        lambda_time = found.lambdas.time,
        lambda_unit = found.lambdas.unit,
        lambda_nn = found.lambdas.nn,
        score = found.score,
        scores = scores_list(&found.scores),
        criterion = found.criterion.name(),
        edges = edges_list(&found.edges),
        n_cells = found.n_cells as i32,
        n_not_estimable = found.n_not_estimable as i32
    )
}

fn edges_list(edges: &[Edge]) -> List {
    let lambda: Vec<&str> = edges.iter().map(|e| e.lambda).collect();
    let upper: Vec<bool> = edges.iter().map(|e| e.upper).collect();
    list!(lambda = lambda, upper = upper, value = doubles(edges, |e| e.value))
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
