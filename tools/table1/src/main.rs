//! Root mean squared errors of estimators on panels matched to real ones, beside those published for TROP.
//!
//! `table1 FOLDER [DRAWS] [ROW...]`: for each row our own draws, every estimator; with `FOLDER/ROW.bin` (made by
//! `tools/table1/draws.py`) also the published study's own draws, on which `did`, `sc`, `difp` and `sdid_squared` must
//! agree with it to all printed digits. With 0 draws only these are estimated. Writes `docs/table1.md` if all rows and some
//! draws were asked for.

mod page;
mod rows;

use rows::{Row, Source, PUBLISHED, ROWS};
use std::path::Path;
use std::time::Instant;
use trop_core::{
    estimate_with, simulate_draws, simulation_scores, tune_contenders, Anchor, Assignment,
    Contender, Estimator, EstimatorOptions, Generator, GeneratorOptions, Panel, Settings, Shape,
    Silent, SimulationOptions, SimulationScore, Tuning,
};

/// What is known of a row.
pub struct Finding {
    /// Which.
    pub row: &'static Row,
    /// Of our draws; empty if there are none.
    pub scores: Vec<SimulationScore>,
    /// Root mean squared errors on the published study's own draws, if there are any.
    pub replayed: Option<Vec<(Estimator, f64)>>,
    /// Our draws.
    pub draws: usize,
    /// How long all took.
    pub seconds: f64,
}

/// Estimators without a parameter, which the study's own draws must reproduce.
const EXACT: [Estimator; 4] =
    [Estimator::SdidSquared, Estimator::Sc, Estimator::Did, Estimator::Difp];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().expect("a folder of draws");
    let draws: usize = arguments.get(1).map_or(1000, |d| d.parse().expect("a number of draws"));
    let asked = &arguments[arguments.len().min(2)..];
    let wanted = |row: &&'static Row| asked.is_empty() || asked.iter().any(|name| name == row.name);
    let rows: Vec<&'static Row> = ROWS.iter().filter(wanted).collect();
    let findings: Vec<Finding> =
        rows.into_iter().map(|row| find(row, draws, Path::new(folder))).collect();
    let text = page::page(&findings);
    print!("{text}");
    if asked.is_empty() && draws > 0 {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/table1.md");
        std::fs::write(path, text).expect("docs/table1.md");
    }
}

fn find(row: &'static Row, draws: usize, folder: &Path) -> Finding {
    let start = Instant::now();
    let scores = if draws > 0 { simulated(row, draws) } else { Vec::new() };
    let replayed = std::fs::read(folder.join(format!("{}.bin", row.name))).ok();
    let replayed = replayed.map(|bytes| replay(row, &bytes));
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("{}: {seconds:.0} seconds", row.name);
    Finding { row, scores, replayed, draws, seconds }
}

/// Scores with our own random numbers.
fn simulated(row: &'static Row, draws: usize) -> Vec<SimulationScore> {
    let source = row.load();
    let assignment = if row.is_random() { Assignment::Random } else { Assignment::Fitted };
    let options = GeneratorOptions { assignment, ..Default::default() };
    let Source { outcome, flags, n_units, n_periods } = &source;
    let known = vec![true; outcome.len()];
    let generator =
        Generator::fit_to(outcome, &known, flags, (*n_units, *n_periods), &options).expect("a fit");
    let contenders = contenders(row, &source, &generator);
    let (treated, periods) = (row.treated, row.periods);
    let options = SimulationOptions { draws, treated, periods, ..Default::default() };
    let settings = Settings::default();
    let simulated = simulate_draws(&generator, &contenders, &options, 0..draws, &settings, &Silent);
    simulation_scores(&contenders, &simulated.expect("a simulation"))
}

/// The published estimators at the published lambdas; then all others, and TROP and MC tuned once on the panel, each by
/// its own cross-validation.
fn contenders(row: &Row, source: &Source, generator: &Generator) -> Vec<Contender> {
    let pooled = EstimatorOptions { anchor: Some(Anchor::Pooled), ..Default::default() };
    let published = |name: &&str| Contender {
        options: EstimatorOptions { lambdas: Some(row.lambdas()), ..pooled.clone() },
        ..Contender::from(Estimator::from_name(name).expect("an estimator"))
    };
    let others = [
        Estimator::Sdid,
        Estimator::Mc,
        Estimator::ScReg,
        Estimator::DifpReg,
        Estimator::Ascm,
        Estimator::Ife,
    ];
    let mut all: Vec<Contender> = PUBLISHED.iter().map(published).collect();
    all.extend(others.map(Contender::from));
    all.push(Contender { label: "trop_once".into(), estimator: Estimator::Trop, options: pooled });
    let mut treatment = vec![0.0; source.outcome.len()];
    let t = source.n_periods;
    for unit in (0..source.n_units).filter(|&i| source.flags[i]) {
        treatment[(unit + 1) * t - row.periods..(unit + 1) * t].fill(1.0);
    }
    let panel =
        Panel::new(&source.outcome, &treatment, Shape { n_units: source.n_units, n_periods: t })
            .expect("a panel");
    tune_contenders(&panel, generator, &all, Tuning::Once, &Settings::default(), &Silent)
        .expect("a search")
}

/// Estimates on given draws: numbers of draws, units and periods, then for each draw the outcomes and a flag for each
/// unit, all as little-endian 64-bit floats.
fn replay(row: &Row, bytes: &[u8]) -> Vec<(Estimator, f64)> {
    let number = |chunk: &[u8]| f64::from_le_bytes(chunk.try_into().expect("eight bytes"));
    let values: Vec<f64> = bytes.chunks_exact(8).map(number).collect();
    let (n, t) = (values[1] as usize, values[2] as usize);
    let rmse = |estimator: Estimator| {
        let square = |draw: &[f64]| {
            let (outcome, flags) = draw.split_at(n * t);
            let treated = |at: usize| flags[at / t] == 1.0 && at % t >= t - row.periods;
            let treatment: Vec<f64> =
                (0..n * t).map(|at| f64::from(u8::from(treated(at)))).collect();
            let panel = Panel::new(outcome, &treatment, Shape { n_units: n, n_periods: t })
                .expect("a panel");
            let options = EstimatorOptions { pre_periods: false, ..Default::default() };
            let found = estimate_with(&panel, estimator, &options, &Settings::default(), &Silent);
            found.expect("an estimate").estimate.att.powi(2)
        };
        let squares: Vec<f64> = values[3..].chunks_exact(n * t + n).map(square).collect();
        (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
    };
    EXACT.map(|estimator| (estimator, rmse(estimator))).to_vec()
}
