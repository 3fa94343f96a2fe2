//! A monitor that stops ends every long function, also where no piece of it is done yet.

mod common;

use common::{random_panel, Design};
use std::sync::atomic::{AtomicUsize, Ordering};
use trop_core::{
    cell_effects, compute_unit_distance_matrix, estimate, loocv_grid_search, weighted_loocv,
    Criterion, Error, GivenGrids, Grids, Lambdas, Monitor, Panel, SearchOptions, Settings, Silent,
    Weights,
};

/// Stops when it was asked so many times.
struct StopsAt {
    asked: AtomicUsize,
    at: usize,
}

impl StopsAt {
    fn new(at: usize) -> Self {
        StopsAt { asked: AtomicUsize::new(0), at }
    }
}

impl Monitor for StopsAt {
    fn stop(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.at
    }
}

const LAMBDAS: Lambdas = Lambdas { time: 0.1, unit: 0.1, nn: f64::INFINITY };

fn panel() -> Panel {
    random_panel(5, 60, 9, Design::Block, 0.0).panel()
}

/// Wherever `work` asks its monitor, among the first hundred times, it ends there.
fn ends_wherever_it_asks<R: std::fmt::Debug>(
    least: usize,
    work: impl Fn(&dyn Monitor) -> Result<R, Error>,
) {
    let counting = StopsAt::new(usize::MAX);
    work(&counting).unwrap();
    let asked = counting.asked.into_inner();
    assert!(asked >= least, "asked {asked} times only");
    for at in 0..asked.min(100) {
        let stops = StopsAt::new(at);
        assert_eq!(work(&stops).unwrap_err(), Error::Interrupted, "asked for the {at}th time");
    }
}

#[test]
fn distances_of_all_pairs() {
    // Eight tiles of eight units, to compute and to mirror.
    ends_wherever_it_asks(16, |monitor| compute_unit_distance_matrix(&panel(), Some(1), monitor));
}

#[test]
fn default_grids() {
    ends_wherever_it_asks(60, |monitor| Grids::default_for(&panel(), monitor));
    let given = GivenGrids { nn: Some(vec![1.0]), ..Default::default() };
    ends_wherever_it_asks(60, |monitor| given.complete(&panel(), monitor));
}

#[test]
fn a_search_before_its_first_score() {
    let grids = Grids { time: vec![0.1], unit: vec![0.1], nn: vec![f64::INFINITY] };
    let settings = Settings { threads: Some(1), ..Default::default() };
    let panel = panel();
    let cells = panel.control_cells().len();
    for (criterion, least) in
        [(Criterion::Loocv, 2 * cells), (Criterion::PlaceboSets { sets: 3 }, 3)]
    {
        let options = SearchOptions { criterion, ..Default::default() };
        ends_wherever_it_asks(least, |monitor| {
            loocv_grid_search(&panel, &grids, &options, &settings, monitor)
        });
    }
}

#[test]
fn scores_at_given_weights() {
    let weights = Weights { unit: vec![1.0; 60], period: vec![1.0; 9] };
    let settings = Settings { threads: Some(1), ..Default::default() };
    ends_wherever_it_asks(60, |monitor| {
        weighted_loocv(&panel(), &weights, &[f64::INFINITY], &settings, monitor)
    });
}

#[test]
fn effects_before_their_first_fit() {
    let (panel, settings) = (panel(), Settings { threads: Some(1), ..Default::default() });
    let cells = panel.control_cells();
    ends_wherever_it_asks(2 * cells.len(), |monitor| {
        cell_effects(&panel, &cells, &LAMBDAS, &settings, monitor)
    });
    ends_wherever_it_asks(1, |monitor| estimate(&panel, &LAMBDAS, &settings, monitor));
    assert!(estimate(&panel, &LAMBDAS, &settings, &Silent).is_ok());
}
