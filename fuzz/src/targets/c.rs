//! The C interface, with wild arguments within its contract: arrays have the sizes that are said, structs the size that
//! their first field says, pointers are valid or NULL.

use crate::abi::failure::{trop_last_error_message, trop_last_error_status};
use crate::abi::status::trop_status::{self, TROP_OK, TROP_PANIC};
use crate::abi::text::{trop_text, trop_text_data, trop_text_free};
use crate::analysis::analyze::*;
use crate::analysis::options::*;
use crate::analysis::report::*;
use crate::analysis::results::*;
use crate::data::names::trop_stage;
use crate::data::panel::*;
use crate::data::types::{trop_cell, trop_lambdas};
use crate::diagnostics::diagnosis::*;
use crate::diagnostics::sensitivity::*;
use crate::given::Given;
use crate::inference::bootstrap::*;
use crate::inference::infer::*;
use crate::matrices::Matrices;
use crate::model::cells::*;
use crate::model::distance::*;
use crate::model::estimate::*;
use crate::model::grids::*;
use crate::model::options::*;
use crate::model::search::*;
use crate::weighted::fit::*;
use crate::weighted::loocv::*;
use std::ffi::{c_void, CStr, CString};
use std::mem::{size_of, MaybeUninit};
use std::ptr;
use std::slice;

/// True on success; a failure has its message, and is no panic of the library.
fn ok(status: trop_status) -> bool {
    if status != TROP_OK {
        // SAFETY: the message ends with a NUL, and no function is called before it is read.
        let message = unsafe { CStr::from_ptr(trop_last_error_message()) };
        assert!(status != TROP_PANIC, "{message:?}");
        assert!(status == trop_last_error_status() && !message.is_empty());
    }
    status == TROP_OK
}

/// A handle that a function makes: `None` if it fails.
fn made<T>(make: impl FnOnce(Option<&mut MaybeUninit<*mut T>>) -> trop_status) -> Option<Box<T>> {
    let mut handle = MaybeUninit::new(ptr::null_mut());
    // SAFETY: on success it is a handle that nobody else has; it was initialized to begin with.
    ok(make(Some(&mut handle))).then(|| unsafe { Box::from_raw(handle.assume_init()) })
}

/// Stops at the third call: about three tenths of a second.
unsafe extern "C" fn progress(_: trop_stage, done: usize, total: usize, data: *mut c_void) -> i32 {
    assert!(done <= total || total == 0);
    let calls = data.cast::<i32>();
    // SAFETY: `data` is the counter of `Asked`, which the library reads on this thread alone.
    unsafe {
        *calls += 1;
        i32::from(*calls > 3)
    }
}

fn options(given: &mut Given<'_>, calls: &mut i32) -> trop_options {
    let mut options = MaybeUninit::<trop_options>::uninit();
    // SAFETY: it has its size.
    let options = unsafe {
        assert!(ok(trop_options_default(size_of::<trop_options>(), options.as_mut_ptr())));
        options.assume_init_mut()
    };
    let settings = given.settings();
    *options = trop_options {
        tolerance: settings.tolerance,
        loocv_tolerance: settings.loocv_tolerance,
        max_iterations: settings.max_iterations,
        threads: given.below(2) + 1,
        search_method: given.below(6) as i32 - 1,
        search_abandon: given.below(3) as i32 - 1,
        search_max_cells: given.below(5),
        bootstrap_draws: given.below(8),
        bootstrap_level: given.pick(&[0.95, 0.5, 1.0, f64::NAN]),
        progress: Some(progress),
        progress_data: ptr::from_mut(calls).cast(),
        search_criterion: given.below(6) as i32 - 1,
        inference_method: given.below(7) as i32 - 1,
        search_placebo_sets: given.below(6),
        search_placebo_folds: given.below(6),
        inference_draws: given.below(8),
        inference_level: given.pick(&[0.95, 0.5, 0.0]),
        pre_periods: given.below(3) as i32 - 1,
        ..*options
    };
    if given.one_in(16) {
        options.struct_size = given.pick(&[0, 8, 12, size_of::<trop_options>() - 8]);
    }
    *options
}

pub fn run(given: &mut Given<'_>) {
    let Some(panel) = panel(given) else { return };
    let mut calls = 0;
    let options = options(given, &mut calls);
    let lambdas: trop_lambdas = given.lambdas().into();
    for _ in 0..given.below(3) + 1 {
        match given.below(7) {
            0 => estimates(given, &panel, lambdas, &options),
            1 => searches(given, &panel, lambdas, &options),
            2 => copied(given, &panel, lambdas, &options),
            3 => diagnoses(given, &panel, lambdas, &options),
            4 => own_weights(given, &panel, lambdas.nn, &options),
            5 => inferences(&panel, lambdas, &options),
            _ => analyses(given, &panel, lambdas),
        }
    }
}

fn panel(given: &mut Given<'_>) -> Option<Box<trop_panel>> {
    let Matrices { outcome, treatment, n_units: n, n_periods: t, .. } = Matrices::new(given);
    // Rows with gaps, the last one without.
    let gap = given.below(3);
    let spread = |values: &[f64]| -> Vec<f64> {
        let rows =
            values.chunks(t).flat_map(|row| row.iter().copied().chain((0..gap).map(|_| f64::NAN)));
        rows.take(n * (t + gap) - gap).collect()
    };
    let (y, w) = (spread(&outcome), spread(&treatment));
    let (n, t) = if given.one_in(24) { (given.below(n), given.below(t)) } else { (n, t) };
    let stride = if given.one_in(24) { given.below(t + 1) } else { outcome.len() / n.max(1) };
    let stride = if stride * n.max(1) <= y.len() { stride } else { 0 };
    let stride = if stride >= t { t + gap } else { stride };
    if n > 0 && stride > 0 && (n - 1) * stride + t > y.len() {
        return None;
    }
    // SAFETY: the last row ends within the arrays.
    made(|panel| unsafe { trop_panel_new(y.as_ptr(), stride, w.as_ptr(), stride, n, t, panel) })
}

fn cell(given: &mut Given<'_>, panel: &trop_panel) -> trop_cell {
    given.cell(trop_panel_n_units(Some(panel)), trop_panel_n_periods(Some(panel))).into()
}

fn estimates(
    given: &mut Given<'_>,
    panel: &trop_panel,
    lambdas: trop_lambdas,
    options: &trop_options,
) {
    // SAFETY: the options have their size, and cells as many entries as said, here and below.
    let estimate = made(|out| unsafe { trop_panel_estimate(Some(panel), lambdas, options, out) });
    if let Some(estimate) = estimate.as_deref() {
        let gap = trop_estimate_max_gap(Some(estimate));
        assert!(trop_estimate_att(Some(estimate)).is_finite() && !gap.is_nan());
        assert_eq!(trop_estimate_converged(Some(estimate)), gap <= options.tolerance);
    }
    trop_estimate_free(estimate);
    let cells: Vec<trop_cell> = (0..given.below(4)).map(|_| cell(given, panel)).collect();
    let (data, n) = if given.one_in(4) { (ptr::null(), 0) } else { (cells.as_ptr(), cells.len()) };
    let effects =
        made(|out| unsafe { trop_panel_cell_effects(Some(panel), data, n, lambdas, options, out) });
    if let Some(effects) = effects.as_deref() {
        // SAFETY: it has so many.
        let all =
            unsafe { entries(trop_effects_data(Some(effects)), trop_effects_n(Some(effects))) };
        assert!(all.iter().all(|e| e.effect.is_finite() && !e.gap.is_nan()));
    }
    trop_effects_free(effects);
}

/// An array of the library.
///
/// # Safety
/// `data` has `n` entries.
unsafe fn entries<'a, T>(data: *const T, n: usize) -> &'a [T] {
    if n == 0 {
        return &[];
    }
    // SAFETY: by this function's contract.
    unsafe { slice::from_raw_parts(data, n) }
}

fn searches(
    given: &mut Given<'_>,
    panel: &trop_panel,
    lambdas: trop_lambdas,
    options: &trop_options,
) {
    let own = given.grids();
    // SAFETY: the arrays have as many entries as said, here and below.
    let grids = match given.below(3) {
        0 => made(|out| unsafe { trop_panel_default_grids(Some(panel), options, out) }),
        1 => made(|out| unsafe {
            let [time, unit, nn] = [&own.time, &own.unit, &own.nn];
            trop_grids_new(
                time.as_ptr(),
                time.len(),
                unit.as_ptr(),
                unit.len(),
                nn.as_ptr(),
                nn.len(),
                out,
            )
        }),
        _ => None,
    };
    let search =
        made(|out| unsafe { trop_panel_search(Some(panel), grids.as_deref(), options, out) });
    if let Some(search) = search.as_deref() {
        assert!(trop_search_score(Some(search)) >= 0.0 && trop_search_n_scores(Some(search)) > 0);
    }
    trop_search_free(search);
    let retuning = grids.as_deref().filter(|_| given.one_in(3));
    let found =
        made(|out| unsafe { trop_panel_infer(Some(panel), lambdas, retuning, options, out) });
    trop_inference_free(found);
    trop_grids_free(grids);
}

/// Arrays of the caller, one entry too short now and then.
fn copied(
    given: &mut Given<'_>,
    panel: &trop_panel,
    lambdas: trop_lambdas,
    options: &trop_options,
) {
    let (n, t) = (trop_panel_n_units(Some(panel)), trop_panel_n_periods(Some(panel)));
    let mut room = |n: usize| vec![0.0_f64; n - usize::from(given.one_in(8))];
    let (mut square, mut by_unit, mut by_period) = (room(n * n), room(n), room(t));
    let target = cell(given, panel);
    let (length, data) = (square.len(), square.as_mut_ptr());
    // SAFETY: the arrays have the capacities that are said, here and below.
    if ok(unsafe { trop_panel_unit_distances(Some(panel), options, n, length, data) }) {
        assert!(square.iter().all(|d| *d >= 0.0), "{square:?}");
    }
    let (length, data) = (by_unit.len(), by_unit.as_mut_ptr());
    ok(unsafe { trop_panel_leave_period_out_distances(Some(panel), target, length, data) });
    let of_units = (by_unit.len(), by_unit.as_mut_ptr());
    let of_periods = (by_period.len(), by_period.as_mut_ptr());
    let status = unsafe {
        trop_panel_weights(
            Some(panel),
            target,
            lambdas,
            of_units.0,
            of_periods.0,
            of_units.1,
            of_periods.1,
        )
    };
    if ok(status) {
        assert!(by_unit.iter().chain(&by_period).all(|w| (0.0..=1.0).contains(w)));
    }
}

fn diagnoses(
    given: &mut Given<'_>,
    panel: &trop_panel,
    lambdas: trop_lambdas,
    options: &trop_options,
) {
    let target = cell(given, panel);
    // SAFETY: the options have their size.
    let found =
        made(|out| unsafe { trop_panel_diagnose(Some(panel), target, lambdas, options, out) });
    trop_diagnosis_free(found);
    let fit =
        made(|out| unsafe { trop_panel_pre_treatment_fit(Some(panel), lambdas, options, out) });
    trop_pre_fit_free(fit);
}

fn own_weights(given: &mut Given<'_>, panel: &trop_panel, nn: f64, options: &trop_options) {
    let (n, t) = (trop_panel_n_units(Some(panel)), trop_panel_n_periods(Some(panel)));
    let weight =
        |given: &mut Given<'_>| if given.one_in(8) { given.wild() } else { given.below(9) as f64 };
    let (unit, period) = (given.numbers(n, weight), given.numbers(t, weight));
    let data = if given.one_in(16) { ptr::null() } else { unit.as_ptr() };
    // SAFETY: the weights have N and T entries, the path two.
    let fit = made(|out| unsafe {
        trop_panel_weighted_fit(Some(panel), data, period.as_ptr(), nn, options, out)
    });
    trop_weighted_fit_free(fit);
    let path = [nn, given.penalty()];
    let loocv = made(|out| unsafe {
        trop_panel_weighted_loocv(
            Some(panel),
            data,
            period.as_ptr(),
            path.as_ptr(),
            2,
            options,
            out,
        )
    });
    trop_weighted_loocv_free(loocv);
}

fn inferences(panel: &trop_panel, lambdas: trop_lambdas, options: &trop_options) {
    // SAFETY: the options have their size.
    let bootstrap = made(|out| unsafe { trop_panel_bootstrap(Some(panel), lambdas, options, out) });
    if let Some(found) = bootstrap.as_deref() {
        assert!(trop_bootstrap_se(Some(found)) >= 0.0);
        assert!((0.0..=1.0).contains(&trop_bootstrap_p_value(Some(found))));
    }
    trop_bootstrap_free(bootstrap);
}

fn analyses(given: &mut Given<'_>, panel: &trop_panel, lambdas: trop_lambdas) {
    let mut options = made(|out| trop_analysis_options_new(out)).expect("options");
    for (name, value) in [("n_boot", c"4"), ("threads", c"1"), ("max_iterations", c"300")] {
        let name = CString::new(name).expect("a name");
        // SAFETY: texts end with a NUL.
        assert!(ok(unsafe {
            trop_analysis_options_set(Some(&mut options), name.as_ptr(), value.as_ptr())
        }));
    }
    ok(trop_analysis_options_set_lambdas(Some(&mut options), lambdas));
    let mut calls = 0;
    let data = ptr::from_mut(&mut calls).cast();
    assert!(ok(trop_analysis_options_set_progress(Some(&mut options), Some(progress), data)));
    texts(given, &mut options);
    let analysis = made(|out| trop_analyze(Some(panel), Some(&options), out));
    if let Some(analysis) = analysis.as_deref() {
        // SAFETY: texts of the library end with a NUL; there are no pictures.
        let summary = unsafe { CStr::from_ptr(trop_analysis_summary(Some(analysis))) };
        assert!(!summary.is_empty());
        let page = made(|out| unsafe { trop_analysis_report(Some(analysis), ptr::null(), 0, out) });
        trop_text_free(page);
    }
    trop_analysis_free(analysis);
    trop_analysis_options_free(Some(options));
}

/// An option by any text; what it says can be read, and set again.
fn texts(given: &mut Given<'_>, options: &mut trop_analysis_options) {
    let name = trop_option_name(given.below(30));
    // No draws beyond those of above, nor threads beyond them.
    let text = given.pick(&[
        c"none",
        c"auto",
        c"0",
        c"-1",
        c"2",
        c"time=0 1, nn=inf",
        c"time=,",
        c"nan",
        c"true",
        c"",
    ]);
    // SAFETY: texts end with a NUL.
    unsafe {
        ok(trop_analysis_options_set(Some(options), name, text.as_ptr()));
        let value: Option<Box<trop_text>> =
            made(|out| trop_analysis_options_get(Some(options), name, out));
        if let Some(value) = value {
            let again =
                trop_analysis_options_set(Some(options), name, trop_text_data(Some(&value)));
            assert!(ok(again), "what an option says can be set");
            trop_text_free(Some(value));
        }
    }
}
