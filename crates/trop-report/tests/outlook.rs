//! What is heard of a long call while it runs.

mod common;

use common::small;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;
use trop_core::{
    analyze_with, AnalysisOptions, Anchor, Design, Error, InferenceMethod, Monitor, Outlook, Stage,
};
use trop_report::{outlook_advice, outlook_text};

/// What one fit of a panel of thousands of units takes.
const SLOW: Duration = Duration::from_millis(300);

/// Hears a call of slow fits, until it is told what helps.
#[derive(Default)]
struct Listener {
    begun: Mutex<Option<(Stage, usize)>>,
    heard: AtomicUsize,
    told: Mutex<Option<Outlook>>,
    enough: AtomicBool,
}

impl Monitor for Listener {
    fn begin(&self, stage: Stage, total: usize) {
        self.begun.lock().unwrap().get_or_insert((stage, total));
    }

    fn advance(&self, _: Stage, _: usize, _: usize) {
        self.heard.fetch_add(1, Ordering::Relaxed);
        sleep(SLOW);
    }

    fn outlook(&self, outlook: &Outlook) {
        self.told.lock().unwrap().get_or_insert(*outlook);
        self.enough.store(true, Ordering::Relaxed);
    }

    fn stop(&self) -> bool {
        self.enough.load(Ordering::Relaxed)
    }
}

/// The outlook is heard after few fits, and it is known before the first what they are for.
fn hears_soon(anchor: Anchor, options: &AnalysisOptions, first: Stage) -> Outlook {
    let design = Design { anchor, ..Default::default() };
    let panel = small(12, 10).with_design(&design).unwrap();
    let listener = Listener::default();
    let options = AnalysisOptions { threads: Some(1), ..options.clone() };
    let stopped = analyze_with(&panel, &options, &listener).unwrap_err();
    assert_eq!(stopped, Error::Interrupted);
    assert!(listener.heard.into_inner() <= 6, "a second is four slow fits");
    let begun = listener.begun.into_inner().unwrap().unwrap();
    assert!(begun.0 == first && begun.1 > 0, "{begun:?}");
    listener.told.into_inner().unwrap().unwrap()
}

#[test]
fn a_long_call_says_so_within_a_second_or_its_first_fit() {
    for anchor in [Anchor::Cell, Anchor::Pooled, Anchor::Spell] {
        let told = hears_soon(anchor, &AnalysisOptions::default(), Stage::Search);
        assert!(told.done < 100, "{anchor:?}: {told:?}");
        assert!(outlook_text(&told).ends_with(" left"), "{anchor:?}");
        let advice = outlook_advice(&told).unwrap();
        assert!(advice.starts_with("This call takes about "), "{advice}");
        assert!(advice.contains("What helps: "), "{advice}");
        assert!(advice.contains("lambdas that are known need no search"), "{advice}");
    }
}

#[test]
fn a_call_of_seconds_has_no_advice() {
    let options = AnalysisOptions {
        lambdas: Some(trop_core::Lambdas::TWO_WAY),
        inference: Some(InferenceMethod::Placebo),
        pre_periods: false,
        ..Default::default()
    };
    let told = hears_soon(Anchor::Pooled, &options, Stage::Estimate);
    assert_eq!(outlook_advice(&told), None);
    assert!(outlook_text(&told).starts_with("about "));
}
