//! The same bits for any number of threads, and a clean end when stopped.

mod common;

use common::{random_panel, Design};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use trop_core::{
    bootstrap_trop_variance, compute_unit_distance_matrix, estimate, loocv_grid_search,
    BootstrapOptions, Grids, Lambdas, Method, Monitor, Panel, SearchOptions, Settings, Silent,
    Stage,
};

const LAMBDAS: Lambdas = Lambdas { time: 0.2, unit: 0.3, nn: 0.5 };

fn panel() -> Panel {
    random_panel(9, 14, 10, Design::Staggered, 0.05).panel()
}

fn grids() -> Grids {
    Grids { time: vec![0.0, 0.5], unit: vec![0.0, 0.4], nn: vec![f64::INFINITY, 1.0, 0.2] }
}

fn for_thread_counts<R: PartialEq + std::fmt::Debug>(compute: impl Fn(Option<usize>) -> R) {
    let one = compute(Some(1));
    for threads in [Some(2), Some(7), None] {
        assert_eq!(one, compute(threads), "{threads:?}");
    }
    assert_eq!(one, compute(Some(1)));
}

fn settings(threads: Option<usize>) -> Settings {
    Settings { threads, ..Default::default() }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let panel = panel();
    for_thread_counts(|t| compute_unit_distance_matrix(&panel, t).unwrap());
    for_thread_counts(|t| estimate(&panel, &LAMBDAS, &settings(t), &Silent).unwrap());
    for abandon in [false, true] {
        for method in [Method::Descent, Method::Grid, Method::Cycle] {
            let options = SearchOptions {
                method,
                abandon,
                max_cells: Some(60),
                seed: 3,
                ..Default::default()
            };
            for_thread_counts(|t| {
                loocv_grid_search(&panel, &grids(), &options, &settings(t), &Silent).unwrap()
            });
        }
    }
    let options = BootstrapOptions { draws: 20, ..Default::default() };
    for_thread_counts(|t| {
        let found = bootstrap_trop_variance(&panel, &LAMBDAS, &options, &settings(t), &Silent);
        let found = found.unwrap();
        // NaN is not equal to itself: compare bits.
        let bits: Vec<u64> = found.event_draws.iter().flatten().map(|x| x.to_bits()).collect();
        (found.se, found.ci, found.p_value, found.draws, bits)
    });
}

#[test]
fn draws_depend_on_the_seed_and_not_on_their_number() {
    let panel = panel();
    let draws = |seed, draws| {
        let options = BootstrapOptions { draws, seed, ..Default::default() };
        bootstrap_trop_variance(&panel, &LAMBDAS, &options, &settings(None), &Silent).unwrap().draws
    };
    assert_eq!(draws(5, 12)[..6], draws(5, 6));
    assert_ne!(draws(5, 6), draws(6, 6));
    assert_ne!(draws(u64::MAX, 6), draws(0, 6));
}

#[test]
fn sampled_cells_depend_on_the_seed_alone() {
    let panel = panel();
    let score = |seed| {
        let options = SearchOptions { seed, max_cells: Some(30), ..Default::default() };
        let found =
            loocv_grid_search(&panel, &grids(), &options, &settings(None), &Silent).unwrap();
        assert_eq!(found.n_cells, 30);
        found.score
    };
    assert_eq!(score(1), score(1));
    assert_ne!(score(1), score(2));
}

#[test]
fn abandoning_finds_the_same_winner() {
    let panel = panel();
    let search = |abandon| {
        let options = SearchOptions { method: Method::Grid, abandon, ..Default::default() };
        loocv_grid_search(&panel, &grids(), &options, &settings(None), &Silent).unwrap()
    };
    let (full, hurried) = (search(false), search(true));
    assert_eq!(full.lambdas, hurried.lambdas);
    assert!((full.score - hurried.score).abs() < 1e-7 * full.score);
    for abandoned in hurried.scores.iter().filter(|s| s.abandoned) {
        let complete = full.scores.iter().find(|s| s.lambdas == abandoned.lambdas).unwrap();
        assert!(abandoned.score <= complete.score * (1.0 + 1e-7));
        assert!(abandoned.score > hurried.score);
    }
}

/// Stops after some reports.
struct StopAfter {
    reports: AtomicUsize,
    limit: usize,
    stopped: AtomicBool,
}

impl Monitor for StopAfter {
    fn advance(&self, _stage: Stage, _done: usize, _total: usize) {
        if self.reports.fetch_add(1, Ordering::Relaxed) + 1 >= self.limit {
            self.stopped.store(true, Ordering::Relaxed);
        }
    }

    fn stop(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

#[test]
fn a_monitor_can_stop_every_long_call() {
    let panel = panel();
    let stop =
        || StopAfter { reports: AtomicUsize::new(0), limit: 3, stopped: AtomicBool::new(false) };
    let settings = settings(Some(2));
    let options = SearchOptions::default();
    let search = loocv_grid_search(&panel, &grids(), &options, &settings, &stop());
    assert_eq!(search.unwrap_err().code(), "interrupted");
    let options = BootstrapOptions::default();
    let bootstrap = bootstrap_trop_variance(&panel, &LAMBDAS, &options, &settings, &stop());
    assert_eq!(bootstrap.unwrap_err().code(), "interrupted");
    assert_eq!(estimate(&panel, &LAMBDAS, &settings, &stop()).unwrap_err().code(), "interrupted");
    // And the same inputs work afterwards.
    assert!(estimate(&panel, &LAMBDAS, &settings, &Silent).unwrap().converged);
}

/// Remembers the last count of each stage.
#[derive(Default)]
struct Counts(std::sync::Mutex<std::collections::HashMap<Stage, (usize, usize)>>);

impl Monitor for Counts {
    fn advance(&self, stage: Stage, done: usize, total: usize) {
        let mut counts = self.0.lock().unwrap();
        let entry = counts.entry(stage).or_insert((0, total));
        *entry = (entry.0.max(done), total);
    }
}

#[test]
fn progress_reaches_its_total() {
    let panel = panel();
    let counts = Counts::default();
    let settings = settings(None);
    let options = SearchOptions { abandon: true, ..Default::default() };
    loocv_grid_search(&panel, &grids(), &options, &settings, &counts).unwrap();
    let found = estimate(&panel, &LAMBDAS, &settings, &counts).unwrap();
    let options = BootstrapOptions { draws: 5, ..Default::default() };
    bootstrap_trop_variance(&panel, &LAMBDAS, &options, &settings, &counts).unwrap();
    let counts = counts.0.into_inner().unwrap();
    assert_eq!(counts[&Stage::Estimate], (found.effects.len(), found.effects.len()));
    assert_eq!(counts[&Stage::Bootstrap], (5, 5));
    let (done, total) = counts[&Stage::Search];
    assert_eq!(done, total);
}
