//! Fixed jobs on one thread, for counting their instructions: `kernel JOB` does one and prints a
//! number that depends on all of it; `kernel` lists them. `make bench-instructions` runs each under
//! valgrind.

#[path = "../../../../crates/trop-core/tests/common/mod.rs"]
mod common;

use common::{random_panel, Design, Matrices, CPS};
use trop_core::{
    bootstrap_trop_variance, compute_unit_distance_matrix, loocv_grid_search, BootstrapOptions,
    Grids, Lambdas, Method, Panel, SearchOptions, Settings, Shape, Silent, TropResult,
};

type Job = fn() -> TropResult<f64>;

/// Names and jobs. `panel` and `noise` only make the panel of the others, so that its share can be
/// subtracted.
const JOBS: [(&str, Job); 9] = [
    ("panel", || Ok(cps().n_units() as f64)),
    ("score 0.1 0 0.9", || score(&cps(), 0.1, 0.0, 0.9)),
    ("score 0.5 5 1", || score(&cps(), 0.5, 5.0, 1.0)),
    ("score 0.5 1 0.1, 20 years", || score(&last_years(20), 0.5, 1.0, 0.1)),
    ("score 0.5 0.5 0.01, 7 years", || score(&last_years(7), 0.5, 0.5, 0.01)),
    ("bootstrap, 50 draws", || bootstrap(&cps(), 50)),
    ("noise", || Ok(noise(0.1).n_units() as f64)),
    ("distances, complete", || distances(&noise(0.0))),
    ("distances, 10% missing", || distances(&noise(0.1))),
];

fn main() -> TropResult<()> {
    let wanted = std::env::args().nth(1);
    let job = JOBS.iter().find(|(name, _)| Some(*name) == wanted.as_deref());
    match job {
        Some((_, job)) => println!("{:e} {:?}", job()?, pulp::Arch::new()),
        None => JOBS.iter().for_each(|(name, _)| println!("{name}")),
    }
    Ok(())
}

fn cps() -> Panel {
    Matrices::load(&CPS).panel()
}

/// The wages' last years: lambdas that are costly on the whole panel.
fn last_years(periods: usize) -> Panel {
    let all = Matrices::load(&CPS);
    let cut = |m: &[f64]| -> Vec<f64> {
        m.chunks(all.n_periods).flat_map(|row| row[all.n_periods - periods..].to_vec()).collect()
    };
    Panel::new(
        &cut(&all.outcome),
        &cut(&all.treatment),
        Shape { n_units: all.n_units, n_periods: periods },
    )
    .unwrap()
}

fn noise(missing: f64) -> Panel {
    random_panel(1, 400, 100, Design::Block, missing).panel()
}

fn one_thread() -> Settings {
    Settings { threads: Some(1), ..Default::default() }
}

fn score(panel: &Panel, time: f64, unit: f64, nn: f64) -> TropResult<f64> {
    let grids = Grids { time: vec![time], unit: vec![unit], nn: vec![nn] };
    let options = SearchOptions { method: Method::Grid, ..Default::default() };
    Ok(loocv_grid_search(panel, &grids, &options, &one_thread(), &Silent)?.score)
}

fn bootstrap(panel: &Panel, draws: usize) -> TropResult<f64> {
    let lambdas = Lambdas { time: 0.1, unit: 0.0, nn: 0.9 };
    let options = BootstrapOptions { draws, ..Default::default() };
    Ok(bootstrap_trop_variance(panel, &lambdas, &options, &one_thread(), &Silent)?.se)
}

fn distances(panel: &Panel) -> TropResult<f64> {
    Ok(compute_unit_distance_matrix(panel, Some(1), &Silent)?.iter().sum())
}
