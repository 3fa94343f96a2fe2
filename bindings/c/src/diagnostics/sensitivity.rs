//! How the average effect moves, and how well outcomes before treatment are predicted.

use crate::abi::arguments::{array, required};
use crate::abi::guard::guard;
use crate::abi::results::{give, Buffer};
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::trop_lambdas;
use crate::model::options::trop_options;
use crate::model::running::run;
use std::ffi::{c_char, CStr};
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{AttAt, Lambdas, LeftOut, PreFit, Stage, UnitFit};

/// The average effect at some lambdas.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_att_at {
    /// The lambdas.
    pub lambdas: trop_lambdas,
    /// The average effect, NaN if no treated cell that counts in the average has an effect.
    pub att: f64,
    /// Treated cells that have an effect.
    pub n_cells: usize,
    /// Largest relative gap of the fits.
    pub max_gap: f64,
    /// Fits not certified to the tolerance.
    pub n_uncertified: usize,
}

/// The estimator with parts of it taken away.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_variant {
    /// Its name, a string for the life of the program.
    pub name: *const c_char,
    /// Its lambdas.
    pub lambdas: trop_lambdas,
}

/// The average effect without one unit.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_left_out {
    /// The unit that is left out.
    pub unit: usize,
    /// The average effect of the others, NaN if no treated cell that counts in the average has an effect.
    pub att: f64,
}

/// Effects of one unit before its treatment.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_unit_fit {
    /// The unit.
    pub unit: usize,
    /// Its cells.
    pub n_cells: usize,
    /// Mean effect.
    pub mean: f64,
    /// Root mean squared effect.
    pub rmse: f64,
}

impl From<AttAt> for trop_att_at {
    fn from(a: AttAt) -> Self {
        trop_att_at {
            lambdas: a.lambdas.into(),
            att: a.att,
            n_cells: a.n_cells,
            max_gap: a.max_gap,
            n_uncertified: a.n_uncertified,
        }
    }
}

impl From<LeftOut> for trop_left_out {
    fn from(LeftOut { unit, att, .. }: LeftOut) -> Self {
        trop_left_out { unit, att }
    }
}

impl From<&UnitFit> for trop_unit_fit {
    fn from(&UnitFit { unit, n_cells, mean, rmse, .. }: &UnitFit) -> Self {
        trop_unit_fit { unit, n_cells, mean, rmse }
    }
}

/// The average effect at each of `n` lambdas, written to `found` in their order: over those that a search
/// scored, it shows how much the choice matters.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_BUFFER_TOO_SMALL` (`capacity` < `n`), `TROP_LAMBDA_INVALID`,
/// `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`,
/// `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`,
/// `TROP_INTERRUPTED`.
///
/// # Safety
/// `lambdas` has `n` entries, `found` room for `capacity`, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_att_at(
    panel: Option<&trop_panel>,
    lambdas: *const trop_lambdas,
    n: usize,
    options: *const trop_options,
    capacity: usize,
    found: *mut trop_att_at,
) -> trop_status {
    with_panel(panel, |panel| {
        // SAFETY: by this function's contract.
        let (lambdas, options) =
            unsafe { (array(lambdas, n, "lambdas")?, trop_options::read(options)?) };
        let buffer = Buffer { data: found, capacity, name: "found" };
        buffer.check(n)?;
        let lambdas: Vec<Lambdas> = lambdas.iter().map(|&l| l.into()).collect();
        let settings = options.settings();
        let found = run(&options, Stage::Estimate, |hook| {
            trop_core::att_at(panel, &lambdas, &settings, hook)
        })?;
        let found: Vec<trop_att_at> = found.into_iter().map(Into::into).collect();
        // SAFETY: checked, and the capacity is the array's by this function's contract.
        unsafe { buffer.write(&found) };
        Ok(())
    })
}

/// Number of variants of trop_ablation().
pub const TROP_N_VARIANTS: usize = 6;

/// In the order of the core's.
pub(crate) const VARIANTS: [&CStr; TROP_N_VARIANTS] =
    [c"full", c"no_unit_weights", c"no_time_weights", c"no_low_rank", c"did", c"mc"];

/// Writes the estimator with parts of it taken away, for trop_panel_att_at(): "full"; "no_unit_weights"
/// (`unit = 0`); "no_time_weights" (`time = 0`); "no_low_rank" (`nn` infinite); "did" (none of the three:
/// difference in differences); "mc" (the low-rank part alone: matrix completion).
///
/// Errors: `TROP_NULL_POINTER`, `TROP_BUFFER_TOO_SMALL` (`capacity` < `TROP_N_VARIANTS`).
///
/// # Safety
/// `variants` has room for `capacity` entries.
#[no_mangle]
pub unsafe extern "C" fn trop_ablation(
    lambdas: trop_lambdas,
    capacity: usize,
    variants: *mut trop_variant,
) -> trop_status {
    guard(|| {
        let buffer = Buffer { data: variants, capacity, name: "variants" };
        buffer.check(TROP_N_VARIANTS)?;
        let parts = trop_core::ablation(&lambdas.into());
        let variant = |(name, (_, lambdas)): (&CStr, (&str, Lambdas))| trop_variant {
            name: name.as_ptr(),
            lambdas: lambdas.into(),
        };
        let found: Vec<trop_variant> = VARIANTS.into_iter().zip(parts).map(variant).collect();
        // SAFETY: checked, and the capacity is the array's by this function's contract.
        unsafe { buffer.write(&found) };
        Ok(())
    })
}

/// The average effect without each never-treated unit in turn, at the same lambdas: whether it rests on a
/// single donor. Writes one entry for each to `left_out`, units ascending: as many as units that
/// trop_panel_n_treated_units() does not count.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: those of trop_panel_att_at(), with `TROP_BUFFER_TOO_SMALL` if `capacity` is less than the number
/// of never-treated units.
///
/// # Safety
/// `left_out` has room for `capacity` entries, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_leave_one_out(
    panel: Option<&trop_panel>,
    lambdas: trop_lambdas,
    options: *const trop_options,
    capacity: usize,
    left_out: *mut trop_left_out,
) -> trop_status {
    with_panel(panel, |panel| {
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let buffer = Buffer { data: left_out, capacity, name: "left_out" };
        buffer.check(panel.n_units() - panel.treated_units().len())?;
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let found = run(&options, Stage::Inference, |hook| {
            trop_core::leave_one_out(panel, &lambdas, &settings, hook)
        })?;
        let found: Vec<trop_left_out> = found.into_iter().map(Into::into).collect();
        // SAFETY: checked, and the capacity is the array's by this function's contract.
        unsafe { buffer.write(&found) };
        Ok(())
    })
}

/// How well outcomes before treatment are predicted. Any number of threads may read it at once.
pub struct trop_pre_fit {
    found: PreFit,
    by_unit: Vec<trop_unit_fit>,
}

impl From<PreFit> for trop_pre_fit {
    fn from(found: PreFit) -> Self {
        let by_unit = found.by_unit.iter().map(Into::into).collect();
        trop_pre_fit { found, by_unit }
    }
}

/// Predicts the outcomes of treated units before their treatment (`TROP_CELLS_PRE_TREATMENT`), each left out
/// of its own fit. A root mean square as large as the average effect, or a mean far from zero, speaks
/// against the estimate.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_pre_treatment_fit(
    panel: Option<&trop_panel>,
    lambdas: trop_lambdas,
    options: *const trop_options,
    fit: Option<&mut MaybeUninit<*mut trop_pre_fit>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let fit = required(fit, "fit")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let pre = run(&options, Stage::Placebo, |hook| {
            let cells = trop_core::pre_treatment_cells(panel);
            trop_core::cell_effects(panel, &cells, &lambdas, &settings, hook)
        })?;
        let found = trop_core::pre_treatment_fit(panel, &pre.effects);
        give(trop_pre_fit::from(found), fit);
        Ok(())
    })
}

/// Frees a pre-treatment fit. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_pre_fit_free(fit: Option<Box<trop_pre_fit>>) {
    drop(fit);
}

/// Number of cells before treatment that have an effect and count in the average; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_pre_fit_n_cells(fit: Option<&trop_pre_fit>) -> usize {
    fit.map_or(0, |f| f.found.n_cells)
}

/// Mean effect, weighted as the average effect, in units of the outcome; NaN without a cell and for NULL.
#[no_mangle]
pub extern "C" fn trop_pre_fit_mean(fit: Option<&trop_pre_fit>) -> f64 {
    fit.map_or(f64::NAN, |f| f.found.mean)
}

/// Root mean squared effect, likewise.
#[no_mangle]
pub extern "C" fn trop_pre_fit_rmse(fit: Option<&trop_pre_fit>) -> f64 {
    fit.map_or(f64::NAN, |f| f.found.rmse)
}

/// Number of units that have such cells; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_pre_fit_n_units(fit: Option<&trop_pre_fit>) -> usize {
    fit.map_or(0, |f| f.by_unit.len())
}

/// The fit of each of these units, trop_pre_fit_n_units() of them, units ascending. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_pre_fit_by_unit(fit: Option<&trop_pre_fit>) -> *const trop_unit_fit {
    fit.map_or(ptr::null(), |f| f.by_unit.as_ptr())
}
