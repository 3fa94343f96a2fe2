//! What only Rust can see: panics, and agreement with the core's names and defaults.

use crate::abi::failure::{trop_last_error_message, trop_last_error_status, Failure};
use crate::abi::guard::guard;
use crate::abi::status::trop_status::{self, *};
use crate::abi::status::{status_of, CODES};
use crate::data::design::{trop_anchor::*, trop_design};
use crate::data::names::{
    trop_criterion, trop_fit_status, trop_inference_method, trop_interval, trop_measure,
    trop_reason, trop_stage, CRITERIA, FIT_STATUSES, INFERENCE_METHODS, INTERVALS, MEASURES,
    REASONS, STAGES,
};
use crate::diagnostics::sensitivity::VARIANTS;
use crate::model::options::trop_options;
use crate::model::running::run;
use std::collections::HashSet;
use std::ffi::{c_void, CStr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ThreadId};
use trop_core::{
    ablation, Anchor, BootstrapOptions, Criterion, Design, Error, InferenceOptions, Lambdas, Panel,
    SearchOptions, Settings, Shape, Stage,
};

fn message() -> String {
    // SAFETY: a string of this thread that nothing has changed since.
    unsafe { CStr::from_ptr(trop_last_error_message()) }.to_str().unwrap().to_string()
}

#[test]
fn a_panic_becomes_a_status() {
    assert_eq!(guard(|| panic!("a plain text")), TROP_PANIC);
    assert_eq!(message(), "internal error, please report it: a plain text.");
    assert_eq!(guard(|| panic!("number {}", 7)), TROP_PANIC);
    assert_eq!(message(), "internal error, please report it: number 7.");
    assert_eq!(guard(|| std::panic::panic_any(1)), TROP_PANIC);
    assert_eq!(message(), "internal error, please report it: no message.");
}

#[test]
fn a_panic_of_a_worker_becomes_a_status() {
    for threads in [1, 2] {
        let options = trop_options { threads, ..Default::default() };
        let status = guard(|| run(&options, Stage::Search, |_| panic!("in a worker")));
        assert_eq!(status, TROP_PANIC);
        assert!(message().ends_with("in a worker."));
    }
}

#[test]
fn failures_are_remembered_by_thread_and_successes_change_nothing() {
    let fail = || guard(|| Err(Failure::new(TROP_NULL_POINTER, "here\0there")));
    assert_eq!(fail(), TROP_NULL_POINTER);
    assert_eq!(guard(|| Ok(())), TROP_OK);
    assert_eq!((trop_last_error_status(), message().as_str()), (TROP_NULL_POINTER, "here there."));
    let elsewhere = thread::spawn(|| (trop_last_error_status(), message())).join().unwrap();
    assert_eq!(elsewhere, (TROP_OK, String::new()));
}

/// The codes of the core, read from its source: the enumeration itself cannot be listed.
fn core_codes() -> Vec<String> {
    let source = include_str!("../../../crates/trop-core/src/codes.rs");
    let table = source.split("pub fn code(&self)").nth(1).expect("the table of codes");
    let arms = table.split("=> \"").skip(1);
    arms.map(|arm| arm.split('"').next().unwrap().to_string()).collect()
}

#[test]
fn every_code_of_the_core_has_a_status_of_its_own() {
    let codes = core_codes();
    assert!(codes.len() >= 25, "{codes:?}");
    for code in &codes {
        assert_ne!(status_of(code), TROP_PANIC, "{code}");
    }
    let statuses: HashSet<i32> = codes.iter().map(|c| status_of(c) as i32).collect();
    assert_eq!(statuses.len(), codes.len());
    assert_eq!(status_of("no such code"), TROP_PANIC);
}

#[test]
fn statuses_and_their_codes_are_named_alike() {
    for (status, code) in CODES {
        let name = format!("TROP_{}", code.to_str().unwrap().to_uppercase());
        assert_eq!(name, format!("{status:?}"));
    }
    let failure = Failure::from(Error::NoTreatedCell);
    assert_eq!(failure.status, TROP_NO_TREATED_CELL);
    assert_eq!(failure.message, format!("{}.", Error::NoTreatedCell));
}

#[test]
fn names_are_the_core_s() {
    for (ours, core, name) in STAGES {
        assert_eq!((trop_stage::from(core), name.to_str()), (ours, Ok(core.name())));
    }
    for (ours, core, name) in FIT_STATUSES {
        assert_eq!((trop_fit_status::from(core), name.to_str()), (ours, Ok(core.name())));
    }
    for (ours, core, name) in REASONS {
        assert_eq!((trop_reason::from(core), name.to_str()), (ours, Ok(core.name())));
    }
    for (ours, core, name) in CRITERIA {
        assert_eq!((trop_criterion::from(core), name.to_str()), (ours, Ok(core.name())));
    }
    for (ours, core, name) in INFERENCE_METHODS {
        assert_eq!((trop_inference_method::from(core), name.to_str()), (ours, Ok(core.name())));
    }
    for (ours, core, name) in INTERVALS {
        assert_eq!((trop_interval::from(core), name.to_str()), (ours, Ok(core.name())));
    }
    for (ours, core, name) in MEASURES {
        assert_eq!((trop_measure::from(core), name.to_str()), (ours, Ok(core.name())));
    }
    for (name, (core, _)) in VARIANTS.iter().zip(ablation(&Lambdas::TWO_WAY)) {
        assert_eq!(name.to_str(), Ok(core));
    }
}

/// Names of the enumerations that C passes in as integers: each reaches the core's value of its name.
#[test]
fn choices_are_the_core_s() {
    for (choice, core, _) in CRITERIA {
        let options = trop_options {
            search_criterion: choice as i32,
            search_placebo_sets: 2,
            search_placebo_folds: 2,
            ..Default::default()
        };
        assert_eq!(options.search().unwrap().criterion, core);
    }
    for (choice, core, _) in INFERENCE_METHODS {
        let options = trop_options { inference_method: choice as i32, ..Default::default() };
        assert_eq!(options.inference(None).unwrap().method, core);
    }
    let panel = Panel::new(
        &[1.0, 2.0, 4.0, 6.0],
        &[0.0, 0.0, 0.0, 1.0],
        Shape { n_units: 2, n_periods: 2 },
    )
    .unwrap();
    for (anchor, core) in [
        (TROP_ANCHOR_CELL, Anchor::Cell),
        (TROP_ANCHOR_POOLED, Anchor::Pooled),
        (TROP_ANCHOR_SPELL, Anchor::Spell),
    ] {
        let design = trop_design { anchor: anchor as i32, ..Default::default() };
        // SAFETY: the design has no arrays.
        assert_eq!(unsafe { design.design(&panel) }.unwrap().anchor, core);
    }
}

#[test]
fn defaults_are_the_core_s() {
    let options = trop_options::default();
    assert_eq!(options.settings(), Settings::default());
    assert_eq!(options.search().unwrap(), SearchOptions::default());
    assert_eq!(options.bootstrap(), BootstrapOptions::default());
    assert_eq!(options.inference(None).unwrap(), InferenceOptions::default());
    let sets = Criterion::PlaceboSets { sets: options.search_placebo_sets };
    assert_eq!(Some(sets), Criterion::from_name("placebo_sets"));
    let folds = Criterion::PlaceboFolds { folds: options.search_placebo_folds };
    assert_eq!(Some(folds), Criterion::from_name("placebo_folds"));
    let panel = Panel::new(
        &[1.0, 2.0, 4.0, 6.0],
        &[0.0, 0.0, 0.0, 1.0],
        Shape { n_units: 2, n_periods: 2 },
    )
    .unwrap();
    // SAFETY: the default design has no arrays.
    assert_eq!(unsafe { trop_design::default().design(&panel) }.unwrap(), Design::default());
}

/// What the header says of handles: several threads may use one, and any may free it.
#[test]
fn handles_may_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<crate::data::panel::trop_panel>();
    shared::<crate::model::grids::trop_grids>();
    shared::<crate::model::search::trop_search>();
    shared::<crate::model::estimate::trop_estimate>();
    shared::<crate::model::cells::trop_effects>();
    shared::<crate::inference::bootstrap::trop_bootstrap>();
    shared::<crate::model::averages::trop_averages>();
    shared::<crate::inference::infer::trop_inference>();
    shared::<crate::diagnostics::diagnosis::trop_diagnosis>();
    shared::<crate::diagnostics::sensitivity::trop_pre_fit>();
    shared::<crate::data::remarks::trop_remarks>();
    shared::<crate::weighted::fit::trop_weighted_fit>();
    shared::<crate::weighted::loocv::trop_weighted_loocv>();
    shared::<crate::inference::draws::trop_draw_atts>();
}

/// What a progress function saw.
struct Seen {
    calls: AtomicUsize,
    thread: ThreadId,
    answer: i32,
}

extern "C" fn watch(stage: trop_stage, done: usize, total: usize, data: *mut c_void) -> i32 {
    // SAFETY: the data that the test passed, alive during the call.
    let seen = unsafe { &*data.cast::<Seen>() };
    assert_eq!((stage, done <= total), (trop_stage::TROP_STAGE_BOOTSTRAP, true));
    assert_eq!(seen.thread, thread::current().id());
    seen.calls.fetch_add(1, Ordering::Relaxed);
    seen.answer
}

fn watched(
    answer: i32,
    work: impl FnOnce() -> trop_core::TropResult<u8> + Send,
) -> (trop_status, usize) {
    let seen = Seen { calls: AtomicUsize::new(0), thread: thread::current().id(), answer };
    let data = (&raw const seen).cast_mut().cast::<c_void>();
    let options = trop_options { progress: Some(watch), progress_data: data, ..Default::default() };
    let status = guard(|| run(&options, Stage::Bootstrap, |_| work()).map(|_| ()));
    (status, seen.calls.into_inner())
}

#[test]
fn progress_is_heard_on_the_caller_s_thread_and_stops_the_work() {
    assert_eq!(watched(0, || Ok(1)), (TROP_OK, 1));
    // A stop is obeyed even when the work is done, and asked for once.
    assert_eq!(watched(1, || Ok(1)), (TROP_INTERRUPTED, 1));
    // An error of the work itself says more than the stop.
    assert_eq!(watched(1, || Err(Error::NoTreatedCell)), (TROP_NO_TREATED_CELL, 1));
    let (status, calls) = watched(0, || {
        thread::sleep(std::time::Duration::from_millis(350));
        Ok(1)
    });
    assert!(status == TROP_OK && calls >= 2, "{calls} calls");
}
