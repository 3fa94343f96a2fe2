//! Leave-one-out scores where most of a search's time is spent: panels with factors, small lambda_nn.
//! `factor_scores` prints, for one thread, fits per second, and iterations and rank of a fit;
//! `factor_scores JOB [CELLS]` only computes one score, for a profiler, on a sample of so many cells;
//! `factor_scores list` lists the jobs.

#[path = "../../../../crates/trop-core/tests/common/mod.rs"]
mod common;

use common::{Matrices, Random, CPS, PWT};
use std::time::Instant;
use trop_core::{
    cell_effects, loocv_grid_search, CellEffect, Grids, Lambdas, Method, Panel, SearchOptions,
    Settings, Shape, Silent, TropResult as Result,
};

/// Cells that are fitted one by one for their iterations and ranks: every so many of the control cells.
const LOOK: usize = 7;

struct Job {
    panel: &'static str,
    time: f64,
    unit: f64,
    nn: f64,
    /// Cells that are scored; all if `None`.
    cells: Option<usize>,
}

const fn job(panel: &'static str, time: f64, unit: f64, nn: f64, cells: Option<usize>) -> Job {
    Job { panel, time, unit, nn, cells }
}

const JOBS: [Job; 20] = [
    job("100x20", 0.0, 0.486, f64::INFINITY, None),
    job("100x20", 0.0, 0.486, 4.84, None),
    job("100x20", 0.0, 0.486, 1.94, None),
    job("100x20", 0.0, 0.486, 0.968, None),
    job("100x20", 0.5, 0.0, 0.968, None),
    job("100x20", 0.1, 0.486, 0.968, None),
    job("50x30", 0.0, 0.486, 4.0, None),
    job("50x30", 0.0, 0.486, 0.8, None),
    job("50x30", 0.1, 0.0, 0.8, None),
    job("50x30", 0.5, 1.0, 0.8, None),
    job("500x5", 0.0, 0.5, 5.0, None),
    job("500x5", 0.0, 0.5, 1.0, None),
    job("500x5", 0.5, 0.0, 1.0, None),
    job("pwt", 0.0, 0.0, 1.0, Some(200)),
    job("pwt", 0.1, 1.0, 0.1, Some(200)),
    job("pwt", 0.5, 0.5, 0.01, Some(200)),
    job("cps", 0.5, 5.0, 1.0, None),
    job("cps", 0.5, 1.0, 0.1, None),
    job("cps", 0.5, 0.5, 0.01, None),
    job("cps", 0.1, 0.0, 0.9, None),
];

fn main() -> Result<()> {
    let wanted = std::env::args().nth(1);
    if wanted.as_deref() == Some("list") {
        JOBS.iter().for_each(|job| println!("{}", job.name()));
        return Ok(());
    }
    if let Some(job) = JOBS.iter().find(|job| Some(job.name()) == wanted) {
        let cells = std::env::args().nth(2).and_then(|cells| cells.parse().ok()).or(job.cells);
        println!("{:e}", job.score(&panel(job.panel), cells)?);
        return Ok(());
    }
    println!("| panel (time, unit, nn) | score | fits/s | iterations | most | rank |\n|---|---|---|---|---|---|");
    let chosen = |job: &&Job| wanted.as_ref().is_none_or(|wanted| job.name().contains(wanted));
    JOBS.iter().filter(chosen).try_for_each(Job::report)
}

impl Job {
    fn name(&self) -> String {
        let Job { panel, time, unit, nn, .. } = self;
        format!("{panel} ({time}, {unit}, {nn})")
    }

    fn lambdas(&self) -> Lambdas {
        Lambdas { time: self.time, unit: self.unit, nn: self.nn }
    }

    fn score(&self, panel: &Panel, max_cells: Option<usize>) -> Result<f64> {
        let Job { time, unit, nn, .. } = *self;
        let grids = Grids { time: vec![time], unit: vec![unit], nn: vec![nn] };
        let options = SearchOptions { method: Method::Grid, max_cells, ..Default::default() };
        Ok(loocv_grid_search(panel, &grids, &options, &one_thread(), &Silent)?.score)
    }

    fn report(&self) -> Result<()> {
        let panel = panel(self.panel);
        let start = Instant::now();
        let score = self.score(&panel, self.cells)?;
        let seconds = start.elapsed().as_secs_f64();
        let controls = panel.control_cells();
        let fits = self.cells.unwrap_or(controls.len()) as f64;
        let looked: Vec<_> = controls.chunks(LOOK).map(|cells| cells[0]).collect();
        // Estimates aim at a hundredth of their tolerance: this aims at a score's.
        let settings = Settings { tolerance: 1e-6, ..one_thread() };
        let found = cell_effects(&panel, &looked, &self.lambdas(), &settings, &Silent)?.effects;
        let mean = |of: fn(&CellEffect) -> usize| -> f64 {
            found.iter().map(|e| of(e) as f64).sum::<f64>() / found.len() as f64
        };
        let most = found.iter().map(|e| e.iterations).max().unwrap_or(0);
        let (iterations, rank) = (mean(|e| e.iterations), mean(|e| e.rank));
        let (name, speed) = (self.name(), fits / seconds);
        println!("| {name} | {score:.9e} | {speed:.0} | {iterations:.1} | {most} | {rank:.1} |");
        Ok(())
    }
}

fn one_thread() -> Settings {
    Settings { threads: Some(1), ..Default::default() }
}

fn panel(name: &str) -> Panel {
    match name {
        "100x20" => two_factors(100, 20, |unit, period| unit < 5 && period >= 15),
        "50x30" => two_factors(50, 30, |unit, period| unit < 5 && period >= 20),
        "500x5" => two_factors(500, 5, |unit, period| unit < 150 && period > 1 + unit % 3),
        "pwt" => Matrices::load(&PWT).panel(),
        _ => Matrices::load(&CPS).panel(),
    }
}

/// Two factors (loadings and factors standard normal), unit and period effects, noise 0.5.
fn two_factors(
    n_units: usize,
    n_periods: usize,
    is_treated: impl Fn(usize, usize) -> bool,
) -> Panel {
    let mut random = Random::new(20);
    let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| random.normal()).collect() };
    let (alpha, beta) = (draw(n_units), draw(n_periods));
    let (loading, factor) = (draw(2 * n_units), draw(2 * n_periods));
    let noise = draw(n_units * n_periods);
    let cell = |at: usize| (at / n_periods, at % n_periods);
    let outcome = |at: usize| {
        let (i, t) = cell(at);
        let low = loading[2 * i] * factor[2 * t] + loading[2 * i + 1] * factor[2 * t + 1];
        alpha[i] + beta[t] + low + 0.5 * noise[at]
    };
    let treatment = |at: usize| f64::from(u8::from(is_treated(cell(at).0, cell(at).1)));
    let all = || 0..n_units * n_periods;
    let y: Vec<f64> = all().map(outcome).collect();
    let w: Vec<f64> = all().map(treatment).collect();
    Panel::new(&y, &w, Shape { n_units, n_periods }).unwrap()
}
