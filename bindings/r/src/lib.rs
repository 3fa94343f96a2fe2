//! The compiled part of the R package `tropanel`.
//!
//! A panel is a handle that is built once. Each function converts its arguments, starts a call of `trop-core` as a
//! [`Job`], and converts the answer once R asks for it; the words are `trop-report`'s. `R/core-calls.R` of the
//! package is their only caller.

// The macros of extendr make public items that cannot be documented.
#![allow(missing_docs)]

mod analysis;
mod answers;
mod comparison;
mod design;
mod diagnostics;
mod job;
mod many;
mod options;
mod panel;
mod periods;
mod power;
mod saved;
mod simulation;
mod steps;
mod tables;

use analysis::FoundPtr;
use extendr_api::prelude::*;
use job::Job;
use panel::HandlePtr;

/// A job that panics: what the tests need to see that a panic becomes an R error.
#[extendr]
fn start_panic() -> ExternalPtr<Job> {
    let panic = |_: &dyn trop_core::Monitor| -> trop_core::TropResult<()> { panic!("on purpose") };
    Job::start(Default::default(), panic, |()| list!())
}

/// Waits for a job; see [`Job::wait`].
#[extendr]
fn wait(mut job: ExternalPtr<Job>, seconds: f64) -> List {
    job.wait(seconds)
}

/// Stops a job and returns when it has ended.
#[extendr]
fn cancel(mut job: ExternalPtr<Job>) {
    job.cancel();
}

/// False for a handle of another session, which a saved result may hold.
#[extendr]
fn is_alive(handle: Robj) -> bool {
    <&HandlePtr>::try_from(&handle).is_ok() || <&FoundPtr>::try_from(&handle).is_ok()
}

/// The sentence that refuses input; `NULL` if there is none of that name with these parts.
#[extendr]
fn refusal_text(name: &str, parts: Vec<String>, texts: Vec<String>) -> Robj {
    let parts: Vec<_> =
        parts.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    trop_core::refusal(name, &parts).map_or_else(|| ().into(), Robj::from)
}

extendr_module! {
    mod tropanel;
    use panel;
    use periods;
    use options;
    use analysis;
    use comparison;
    use many;
    use power;
    use saved;
    use simulation;
    use steps;
    use diagnostics;
    fn start_panic;
    fn wait;
    fn cancel;
    fn is_alive;
    fn refusal_text;
}
