//! The benchmark set: generated panels and null blocks of real ones, all without an effect.

use crate::common::{Matrices, Random, CASTLE, CPS, PROP99, PWT};
use trop_core::{Panel, TropResult as Result};
use trop_coverage::design::{Design, BASE, NOISE};

/// A panel of the set: its ATT is zero, so that an estimate is an error.
pub struct Benchmark {
    /// What panels of the same row of the table have in common.
    pub family: String,
    /// Which of them it is.
    pub name: String,
    pub panel: Panel,
    /// What errors are measured in: the standard deviation of the noise, or of a real panel's
    /// outcomes less unit and period means.
    pub unit: f64,
}

/// First seed of the set; the search was first designed on panels of smaller ones.
const FIRST: u64 = 100;

/// Panels of the study of coverage, each with noise of either kind.
const COVERAGE: u64 = 14;

/// Panels of each other generated kind and size.
const GENERATED: u64 = 1;

/// Null blocks in each real panel.
const NULL_BLOCKS: u64 = 7;

/// Units that are taken from a real panel at most.
pub const REAL_UNITS: usize = 40;

/// Units and periods: square, short and long.
pub const SIZES: [(usize, usize); 3] = [(30, 24), (40, 10), (16, 48)];

/// Where weights of time or units matter beside the factors.
#[derive(Clone, Copy, PartialEq)]
enum Weights {
    None,
    Time,
    Unit,
    Both,
}

impl Weights {
    const ALL: [Weights; 4] = [Weights::None, Weights::Time, Weights::Unit, Weights::Both];

    fn name(self) -> &'static str {
        match self {
            Weights::None => "factors alone",
            Weights::Time => "time weights matter",
            Weights::Unit => "unit weights matter",
            Weights::Both => "both weights matter",
        }
    }
}

/// All panels, family by family.
pub fn all() -> Result<Vec<Benchmark>> {
    let mut set = coverage_study()?;
    for weights in Weights::ALL {
        for factors in 1..=4 {
            for (size, k) in SIZES.iter().flat_map(|size| (0..GENERATED).map(move |k| (size, k))) {
                set.push(generated(factors, weights, *size, FIRST + k));
            }
        }
    }
    for (name, source) in [("prop99", &PROP99), ("castle", &CASTLE), ("cps", &CPS), ("pwt", &PWT)] {
        let whole = Matrices::load(source);
        set.extend((FIRST..FIRST + NULL_BLOCKS).map(|seed| null_block(name, &whole, seed)));
    }
    Ok(set)
}

fn coverage_study() -> Result<Vec<Benchmark>> {
    let of = |memory: f64| {
        (FIRST..FIRST + COVERAGE).map(move |seed| {
            Ok(Benchmark {
                family: format!("coverage study, rho = {memory}"),
                name: format!("{seed}"),
                // Far from the replications of that study.
                panel: Design { memory, ..BASE }.panel((1 << 40) + seed)?,
                unit: NOISE,
            })
        })
    };
    [0.0, 0.6].into_iter().flat_map(of).collect()
}

fn generated(factors: usize, weights: Weights, size: (usize, usize), seed: u64) -> Benchmark {
    let (n_units, n_periods) = size;
    Benchmark {
        family: format!("generated, {}", weights.name()),
        name: format!("{factors} factors {n_units} x {n_periods} {seed}"),
        panel: outcomes(factors, weights, n_units, n_periods, seed).panel(),
        unit: NOISE,
    }
}

/// Unit and period effects, autoregressive factors and noise; where time weights matter also a random walk
/// of each unit, where unit weights matter also a path of its own for every four units.
fn outcomes(
    factors: usize,
    weights: Weights,
    n_units: usize,
    n_periods: usize,
    seed: u64,
) -> Matrices {
    let seeds = [factors as u64, weights as u64, n_units as u64, seed];
    let mut random = Random::new(seeds.iter().fold(7, |seed, part| 1009 * seed + part));
    let units: Vec<f64> = (0..n_units).map(|_| random.normal()).collect();
    let periods: Vec<f64> = (0..n_periods).map(|_| random.normal()).collect();
    let common: Vec<Vec<f64>> = (0..factors).map(|_| series(&mut random, n_periods, 0.7)).collect();
    let clusters: Vec<Vec<f64>> =
        (0..n_units.div_ceil(4)).map(|_| series(&mut random, n_periods, 0.7)).collect();
    let mut outcome = Vec::with_capacity(n_units * n_periods);
    let mut treatment = Vec::with_capacity(n_units * n_periods);
    let treated = n_units / 8;
    for i in 0..n_units {
        let shift = if i % 8 == 0 { 0.5 } else { 0.0 };
        let loadings: Vec<f64> = (0..factors).map(|_| random.normal() + shift).collect();
        let mut walk = 0.0;
        for t in 0..n_periods {
            let mut y = units[i] + periods[t] + NOISE * random.normal();
            y += loadings.iter().zip(&common).map(|(a, f)| a * f[t]).sum::<f64>();
            walk += 0.3 * random.normal();
            if matches!(weights, Weights::Time | Weights::Both) {
                y += walk;
            }
            if matches!(weights, Weights::Unit | Weights::Both) {
                y += clusters[i / 4][t];
            }
            outcome.push(y);
            let on = i % 8 == 0 && i / 8 < treated && t + n_periods.div_ceil(8) >= n_periods;
            treatment.push(f64::from(u8::from(on)));
        }
    }
    Matrices { outcome, treatment, n_units, n_periods }
}

/// A stationary autoregression of order 1 with variance 1.
fn series(random: &mut Random, n: usize, memory: f64) -> Vec<f64> {
    let mut value = random.normal();
    let mut series = vec![value];
    while series.len() < n {
        value = memory * value + (1.0 - memory * memory).sqrt() * random.normal();
        series.push(value);
    }
    series
}

/// Never-treated units of a real panel in random order.
pub fn never_treated(whole: &Matrices, random: &mut Random) -> Vec<usize> {
    let t = whole.n_periods;
    let never = |i: &usize| whole.treatment[i * t..(i + 1) * t].iter().all(|&w| w == 0.0);
    let mut units: Vec<usize> = (0..whole.n_units).filter(never).collect();
    for k in 0..units.len() {
        let other = k + random.below(units.len() - k);
        units.swap(k, other);
    }
    units
}

/// Never-treated units of a real panel in random order, at most 40; the first eighth of them get a
/// treatment that did not happen, in the last eighth of the periods.
fn null_block(name: &str, whole: &Matrices, seed: u64) -> Benchmark {
    let t = whole.n_periods;
    let mut units = never_treated(whole, &mut Random::new(seed));
    units.truncate(REAL_UNITS);
    let outcome = units.iter().flat_map(|i| whole.outcome[i * t..(i + 1) * t].iter().copied());
    let treated = units.len().div_ceil(8);
    let on = |k: usize| k / t < treated && k % t + t.div_ceil(8) >= t;
    let treatment = (0..units.len() * t).map(|k| f64::from(u8::from(on(k))));
    let block = Matrices {
        outcome: outcome.collect(),
        treatment: treatment.collect(),
        n_units: units.len(),
        n_periods: t,
    };
    Benchmark {
        family: format!("{name}, null blocks"),
        name: format!("{seed}"),
        unit: spread(&block),
        panel: block.panel(),
    }
}

/// Standard deviation of the outcomes less unit and period means (no cell is missing).
pub fn spread(m: &Matrices) -> f64 {
    let (n, t) = (m.n_units, m.n_periods);
    let mean = |cells: &mut dyn Iterator<Item = f64>, n: usize| cells.sum::<f64>() / n as f64;
    let all = mean(&mut m.outcome.iter().copied(), n * t);
    let unit = |i: usize| mean(&mut m.outcome[i * t..(i + 1) * t].iter().copied(), t);
    let period = |s: usize| mean(&mut m.outcome[s..].iter().step_by(t).copied(), n);
    let (units, periods): (Vec<f64>, Vec<f64>) =
        ((0..n).map(unit).collect(), (0..t).map(period).collect());
    let square = |k: usize| (m.outcome[k] - units[k / t] - periods[k % t] + all).powi(2);
    ((0..n * t).map(square).sum::<f64>() / (n * t) as f64).sqrt()
}
