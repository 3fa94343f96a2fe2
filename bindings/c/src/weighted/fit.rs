//! Fits at weights and draws that the caller brings.

use crate::abi::arguments::{area, array, matrix, optional, required};
use crate::abi::failure::Result;
use crate::abi::guard::guard;
use crate::abi::results::{give, Buffer};
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::trop_fit_status;
use crate::data::panel::trop_panel;
use crate::model::cells::trop_cell;
use crate::model::options::trop_options;
use crate::model::running::run;
use crate::model::search::trop_lambdas;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{
    DrawAtts, Panel, Stage, WeightedAtt, WeightedFit, WeightedJob, WeightedScore, Weights,
};

/// The leave-one-out score of one lambda_nn at given weights.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_weighted_score {
    /// The candidate.
    pub lambda_nn: f64,
    /// The sum of squared leave-one-out effects, in squared units of the outcome.
    pub score: f64,
    /// Largest relative gap of the fits.
    pub max_gap: f64,
    /// Fits not certified to the tolerance.
    pub n_uncertified: usize,
}

/// A panel of N units by T periods, and the weights of its fit.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_weighted_job {
    /// The panel.
    pub panel: *const trop_panel,
    /// Weights of its units in the fit, N of them.
    pub unit_weights: *const f64,
    /// Weights of its periods in the fit, T of them.
    pub period_weights: *const f64,
    /// How often each unit stands in the panel (a bootstrap draw), N of them; once if NULL.
    pub counts: *const usize,
    /// Weights of the units' effects in the average, not in the fit, N of them; equal if NULL.
    pub average: *const f64,
}

/// The average effect of one job at one lambda_nn.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_weighted_att {
    /// Mean of outcome less fitted outcome over the treated cells that are identified; NaN if none is.
    pub att: f64,
    /// Relative duality gap of the fit.
    pub gap: f64,
    /// Whether the fit is certified.
    pub status: trop_fit_status,
}

impl From<WeightedScore> for trop_weighted_score {
    fn from(s: WeightedScore) -> Self {
        trop_weighted_score {
            lambda_nn: s.lambda_nn,
            score: s.score,
            max_gap: s.max_gap,
            n_uncertified: s.n_uncertified,
        }
    }
}

impl From<WeightedAtt> for trop_weighted_att {
    fn from(WeightedAtt { att, gap, status }: WeightedAtt) -> Self {
        trop_weighted_att { att, gap, status: status.into() }
    }
}

/// Copies the weights of a panel's units and periods.
///
/// # Safety
/// Unless NULL, both arrays have one entry for each.
unsafe fn weights(panel: &Panel, unit: *const f64, period: *const f64) -> Result<Weights> {
    // SAFETY: by this function's contract.
    let (unit, period) = unsafe {
        (
            array(unit, panel.n_units(), "unit_weights")?,
            array(period, panel.n_periods(), "period_weights")?,
        )
    };
    Ok(Weights { unit: unit.to_vec(), period: period.to_vec() })
}

/// A fit at given weights, all treated cells left out. Any number of threads may read it at once.
///
/// Control cells of positive weight join their unit with their period. `unit_effect + period_effect` is
/// identified within each connected component of this graph; there the component's first period has effect
/// 0. What is not identified is NaN.
pub struct trop_weighted_fit(WeightedFit);

/// Fits once, at given weights of the N units and of the T periods (any finite numbers >= 0, not
/// normalized), to the control cells of a panel.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_WEIGHT_INVALID`, `TROP_WEIGHTS_ALL_ZERO`,
/// `TROP_COVARIATES_NOT_IDENTIFIED`, `TROP_COVARIATES_WITHOUT_PENALTY`, `TROP_LAMBDA_INVALID`, invalid
/// options (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// The weights have N and T entries, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_weighted_fit(
    panel: Option<&trop_panel>,
    unit_weights: *const f64,
    period_weights: *const f64,
    lambda_nn: f64,
    options: *const trop_options,
    fit: Option<&mut MaybeUninit<*mut trop_weighted_fit>>,
) -> trop_status {
    guard(|| {
        let panel = &required(panel, "panel")?.0;
        let fit = required(fit, "fit")?;
        // SAFETY: by this function's contract.
        let (weights, options) = unsafe {
            (weights(panel, unit_weights, period_weights)?, trop_options::read(options)?)
        };
        let settings = options.settings();
        let found = run(&options, Stage::Estimate, |hook| {
            trop_core::weighted_fit(panel, &weights, lambda_nn, &settings, hook)
        })?;
        give(trop_weighted_fit(found), fit);
        Ok(())
    })
}

/// Frees a weighted fit. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_free(fit: Option<Box<trop_weighted_fit>>) {
    drop(fit);
}

/// Number of units, N; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_n_units(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.unit_effect.len())
}

/// Number of periods, T; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_n_periods(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.period_effect.len())
}

/// Unit effects, N of them; NaN for a unit without a control cell of positive weight. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_unit_effect(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.unit_effect.as_ptr())
}

/// Period effects, T of them; NaN for a period without a control cell of positive weight. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_period_effect(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.period_effect.as_ptr())
}

/// Number of coefficients, that of the panel's covariates; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_n_coefficients(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.coefficients.len())
}

/// Coefficients of the covariates, trop_weighted_fit_n_coefficients() of them, in units of the outcome per
/// unit of each. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_coefficients(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.coefficients.as_ptr())
}

/// The low-rank part, a row-major N x T matrix without gaps; zero in the rows and columns of units and
/// periods whose effect is NaN. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_low_rank(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.low_rank.as_ptr())
}

/// Outcomes without treatment, the sum of all parts, a row-major N x T matrix without gaps; NaN where unit
/// and period are not connected. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_fitted(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.fitted.as_ptr())
}

/// Rank of the low-rank part; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_rank(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.rank)
}

/// Whether the fit is certified; `TROP_FIT_MAX_ITERATIONS` for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_status(fit: Option<&trop_weighted_fit>) -> trop_fit_status {
    fit.map_or(trop_fit_status::TROP_FIT_MAX_ITERATIONS, |f| f.0.status.into())
}

/// Iterations of the fit; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_iterations(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.iterations)
}

/// Relative duality gap, `(primal - dual) / primal`, a certified bound; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_gap(fit: Option<&trop_weighted_fit>) -> f64 {
    fit.map_or(f64::NAN, |f| f.0.gap)
}

/// Objective that was reached (at lambda_nn = 0, the nuclear norm of the low-rank part); NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_primal(fit: Option<&trop_weighted_fit>) -> f64 {
    fit.map_or(f64::NAN, |f| f.0.primal)
}

/// Lower bound of that objective; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_dual(fit: Option<&trop_weighted_fit>) -> f64 {
    fit.map_or(f64::NAN, |f| f.0.dual)
}

/// Leave-one-out scores at given weights. Any number of threads may read it at once.
pub struct trop_weighted_loocv {
    scores: Vec<trop_weighted_score>,
    n_cells: usize,
    not_estimable: Vec<trop_cell>,
}

/// Scores `n` candidates of lambda_nn at given weights of the N units and of the T periods: each observed
/// control cell is left out of a fit of its own, and its squared residuals are summed. Unlike in
/// trop_panel_search() the weights are the same in every fit.
///
/// Uses the options `loocv_tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: those of trop_panel_weighted_fit(), `TROP_GRID_EMPTY`, `TROP_GRID_DUPLICATE`,
/// `TROP_NO_ESTIMABLE_CELL`.
///
/// # Safety
/// The weights have N and T entries, `lambda_nn` has `n`, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_weighted_loocv(
    panel: Option<&trop_panel>,
    unit_weights: *const f64,
    period_weights: *const f64,
    lambda_nn: *const f64,
    n: usize,
    options: *const trop_options,
    loocv: Option<&mut MaybeUninit<*mut trop_weighted_loocv>>,
) -> trop_status {
    guard(|| {
        let panel = &required(panel, "panel")?.0;
        let loocv = required(loocv, "loocv")?;
        // SAFETY: by this function's contract.
        let (weights, lambda_nn, options) = unsafe {
            (
                weights(panel, unit_weights, period_weights)?,
                array(lambda_nn, n, "lambda_nn")?,
                trop_options::read(options)?,
            )
        };
        let settings = options.settings();
        let found = run(&options, Stage::Search, |hook| {
            trop_core::weighted_loocv(panel, &weights, lambda_nn, &settings, hook)
        })?;
        let handle = trop_weighted_loocv {
            scores: found.scores.into_iter().map(Into::into).collect(),
            n_cells: found.n_cells,
            not_estimable: found.not_estimable.into_iter().map(Into::into).collect(),
        };
        give(handle, loocv);
        Ok(())
    })
}

/// Frees scores. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_weighted_loocv_free(loocv: Option<Box<trop_weighted_loocv>>) {
    drop(loocv);
}

/// Number of scores, that of the candidates; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_loocv_n_scores(loocv: Option<&trop_weighted_loocv>) -> usize {
    loocv.map_or(0, |l| l.scores.len())
}

/// The scores, trop_weighted_loocv_n_scores() of them, in the order of the candidates. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_loocv_scores(
    loocv: Option<&trop_weighted_loocv>,
) -> *const trop_weighted_score {
    loocv.map_or(ptr::null(), |l| l.scores.as_ptr())
}

/// Number of control cells that were scored, the same for every candidate; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_loocv_n_cells(loocv: Option<&trop_weighted_loocv>) -> usize {
    loocv.map_or(0, |l| l.n_cells)
}

/// Number of control cells without a score; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_loocv_n_not_estimable(
    loocv: Option<&trop_weighted_loocv>,
) -> usize {
    loocv.map_or(0, |l| l.not_estimable.len())
}

/// Control cells without a score, because nothing connects their unit with their period once they are left
/// out, trop_weighted_loocv_n_not_estimable() of them, by unit and then period. Borrowed for the handle's
/// life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_loocv_not_estimable(
    loocv: Option<&trop_weighted_loocv>,
) -> *const trop_cell {
    loocv.map_or(ptr::null(), |l| l.not_estimable.as_ptr())
}

/// One job of the caller, its arrays borrowed.
struct Job<'a> {
    panel: &'a Panel,
    weights: Weights,
    counts: Option<&'a [usize]>,
    average: Option<&'a [f64]>,
}

impl trop_weighted_job {
    /// # Safety
    /// The arrays have the entries that the panel's shape says.
    unsafe fn read<'a>(&self) -> Result<Job<'a>> {
        // SAFETY: the caller's handle, or NULL.
        let panel: &Panel = &required(unsafe { self.panel.as_ref() }, "a job's panel")?.0;
        // SAFETY: by this function's contract.
        unsafe {
            Ok(Job {
                panel,
                weights: weights(panel, self.unit_weights, self.period_weights)?,
                counts: optional(self.counts, panel.n_units(), "counts")?,
                average: optional(self.average, panel.n_units(), "average")?,
            })
        }
    }
}

/// Fits many jobs as trop_panel_weighted_fit() does (placebo sets, bootstrap draws), each at each of `n_nn`
/// values of lambda_nn, and averages their effects on the treated: writes to `atts` a row-major matrix of
/// `n_jobs` rows and `n_nn` columns without gaps.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_BUFFER_TOO_SMALL` (`capacity` < `n_jobs * n_nn`), `TROP_TOO_LARGE`,
/// `TROP_WEIGHT_INVALID`, `TROP_GRID_EMPTY`, `TROP_GRID_DUPLICATE`, `TROP_LAMBDA_INVALID`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// The arrays have the entries that are said, `atts` has room for `capacity`, and `options` has the size
/// that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_weighted_atts(
    jobs: *const trop_weighted_job,
    n_jobs: usize,
    lambda_nn: *const f64,
    n_nn: usize,
    options: *const trop_options,
    capacity: usize,
    atts: *mut trop_weighted_att,
) -> trop_status {
    guard(|| {
        // SAFETY: by this function's contract.
        let (jobs, lambda_nn, options) = unsafe {
            (
                array(jobs, n_jobs, "jobs")?,
                array(lambda_nn, n_nn, "lambda_nn")?,
                trop_options::read(options)?,
            )
        };
        // SAFETY: the same.
        let jobs: Vec<Job<'_>> =
            jobs.iter().map(|job| unsafe { job.read() }).collect::<Result<_>>()?;
        let buffer = Buffer { data: atts, capacity, name: "atts" };
        buffer.check(area::<trop_weighted_att>(n_jobs, n_nn, "atts")?)?;
        let job = |k: usize| {
            let Job { panel, weights, counts, average } = &jobs[k];
            Ok(WeightedJob {
                panel: (*panel).clone(),
                weights: weights.clone(),
                counts: counts.map(<[usize]>::to_vec),
                average: average.map(<[f64]>::to_vec),
            })
        };
        let settings = options.settings();
        let found = run(&options, Stage::Estimate, |hook| {
            trop_core::weighted_atts(n_jobs, &job, lambda_nn, &settings, hook)
        })?;
        let found: Vec<trop_weighted_att> = found.into_iter().flatten().map(Into::into).collect();
        // SAFETY: checked, and the capacity is the array's by this function's contract.
        unsafe { buffer.write(&found) };
        Ok(())
    })
}

/// The average effect of some given draws. Any number of threads may read it at once.
pub struct trop_draw_atts(DrawAtts);

/// Estimates the average effect of `n_draws` bootstrap draws that the caller brings: `counts` is a row-major
/// matrix of `n_draws` rows and N columns without gaps, and says how often each unit stands in each draw.
/// `average`, if not NULL, weights the effects of the N units in the average, not in the fits, and takes the
/// place of the design's.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_TOO_LARGE`, `TROP_OUT_OF_MEMORY`, `TROP_WEIGHT_INVALID`,
/// `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options (`TROP_OPTIONS_SIZE`,
/// `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`,
/// `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// `counts` has `n_draws * N` entries, `average` N, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_att_of_draws(
    panel: Option<&trop_panel>,
    lambdas: trop_lambdas,
    counts: *const usize,
    n_draws: usize,
    average: *const f64,
    options: *const trop_options,
    atts: Option<&mut MaybeUninit<*mut trop_draw_atts>>,
) -> trop_status {
    guard(|| {
        let panel = &required(panel, "panel")?.0;
        let atts = required(atts, "atts")?;
        let n = panel.n_units();
        // SAFETY: by this function's contract.
        let (counts, average, options) = unsafe {
            (
                matrix(counts, n, (n_draws, n), "counts")?,
                optional(average, n, "average")?,
                trop_options::read(options)?,
            )
        };
        let counts: Vec<Vec<usize>> = counts.chunks(n).map(<[usize]>::to_vec).collect();
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let found = run(&options, Stage::Bootstrap, |hook| {
            trop_core::att_of_draws(panel, &lambdas, &counts, average, &settings, hook)
        })?;
        give(trop_draw_atts(found), atts);
        Ok(())
    })
}

/// Frees what trop_panel_att_of_draws() made. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_draw_atts_free(atts: Option<Box<trop_draw_atts>>) {
    drop(atts);
}

/// Number of draws; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_draw_atts_n(atts: Option<&trop_draw_atts>) -> usize {
    atts.map_or(0, |a| a.0.att.len())
}

/// The average effects, trop_draw_atts_n() of them, in the order of the draws; NaN for a draw without an
/// estimable treated cell. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_draw_atts_data(atts: Option<&trop_draw_atts>) -> *const f64 {
    atts.map_or(ptr::null(), |a| a.0.att.as_ptr())
}

/// Number of draws with a fit that is not certified to the tolerance; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_draw_atts_n_uncertified(atts: Option<&trop_draw_atts>) -> usize {
    atts.map_or(0, |a| a.0.n_uncertified)
}

/// Largest relative gap of all fits; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_draw_atts_max_gap(atts: Option<&trop_draw_atts>) -> f64 {
    atts.map_or(f64::NAN, |a| a.0.max_gap)
}
