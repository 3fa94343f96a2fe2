//! Leave-one-out scores at given weights.

use crate::abi::arguments::{array, required};
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::trop_cell;
use crate::model::options::trop_options;
use crate::model::running::run;
use crate::weighted::given::weights;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Stage, WeightedScore};

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
    with_panel(panel, |panel| {
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
