//! Many fits at given weights: placebo sets, bootstrap draws.

use crate::abi::arguments::{area, array, optional, required};
use crate::abi::failure::Result;
use crate::abi::guard::guard;
use crate::abi::results::Buffer;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::trop_fit_status;
use crate::data::panel::trop_panel;
use crate::model::options::trop_options;
use crate::model::running::run;
use crate::weighted::given::weights;
use trop_core::{Panel, Stage, WeightedAtt, WeightedJob, Weights};

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

impl From<WeightedAtt> for trop_weighted_att {
    fn from(WeightedAtt { att, gap, status, .. }: WeightedAtt) -> Self {
        trop_weighted_att { att, gap, status: status.into() }
    }
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
        let panel: &Panel = &required(unsafe { self.panel.as_ref() }, "a job's panel")?.data;
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
