//! Panels and random numbers for the tests.
#![allow(dead_code)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use trop_core::{Panel, Shape};

/// A long file's panel: units and periods sorted, columns by name.
pub struct Source {
    pub file: &'static str,
    pub unit: &'static str,
    pub time: &'static str,
    pub outcome: &'static str,
    pub treatment: &'static str,
}

pub const PROP99: Source = Source {
    file: "python/src/tropanel/data/prop99.csv",
    unit: "state",
    time: "year",
    outcome: "packs_per_capita",
    treatment: "treated",
};
pub const CASTLE: Source = Source {
    file: "python/src/tropanel/data/castle.csv",
    unit: "sid",
    time: "year",
    outcome: "l_homicide",
    treatment: "post",
};
pub const CPS: Source = Source {
    file: "tests/data/cps_logwage.csv",
    unit: "id",
    time: "t",
    outcome: "y",
    treatment: "d",
};
pub const PWT: Source = Source {
    file: "tests/data/pwt_loggdp.csv",
    unit: "id",
    time: "t",
    outcome: "y",
    treatment: "d",
};

pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Sorts numbers as numbers and names as names.
fn key(label: &str) -> (u64, String) {
    (label.parse().unwrap_or(0), label.to_string())
}

/// Row-major outcomes and treatments.
#[derive(Clone)]
pub struct Matrices {
    pub outcome: Vec<f64>,
    pub treatment: Vec<f64>,
    pub n_units: usize,
    pub n_periods: usize,
}

impl Matrices {
    pub fn load(source: &Source) -> Self {
        let text = std::fs::read_to_string(repository().join(source.file)).unwrap();
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let column = |name: &str| header.iter().position(|h| *h == name).unwrap();
        let (u, t) = (column(source.unit), column(source.time));
        let (y, w) = (column(source.outcome), column(source.treatment));
        let rows: Vec<Vec<&str>> = lines.map(|l| l.split(',').collect()).collect();
        let labels = |c: usize| -> Vec<(u64, String)> {
            rows.iter().map(|r| key(r[c])).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let (units, periods) = (labels(u), labels(t));
        let mut new = Matrices {
            outcome: vec![f64::NAN; units.len() * periods.len()],
            treatment: vec![0.0; units.len() * periods.len()],
            n_units: units.len(),
            n_periods: periods.len(),
        };
        for row in &rows {
            let i = units.binary_search(&key(row[u])).unwrap();
            let s = periods.binary_search(&key(row[t])).unwrap();
            new.outcome[i * periods.len() + s] = row[y].parse().unwrap();
            new.treatment[i * periods.len() + s] = row[w].parse().unwrap();
        }
        new
    }

    pub fn panel(&self) -> Panel {
        Panel::new(
            &self.outcome,
            &self.treatment,
            Shape { n_units: self.n_units, n_periods: self.n_periods },
        )
        .unwrap()
    }

    /// Standard deviation of the observed outcomes.
    pub fn sd(&self) -> f64 {
        let y: Vec<f64> = self.outcome.iter().copied().filter(|y| !y.is_nan()).collect();
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        (y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / y.len() as f64).sqrt()
    }
}

/// A small deterministic generator: tests must not depend on the crate's own.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Uniform in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Roughly normal, mean 0, variance 1.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }
}

/// Patterns of treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    Block,
    Staggered,
    Switching,
}

pub const DESIGNS: [Design; 3] = [Design::Block, Design::Staggered, Design::Switching];

/// A random panel: unit and time effects, two factors, noise, and a share of missing cells.
pub fn random_panel(
    seed: u64,
    n_units: usize,
    n_periods: usize,
    design: Design,
    missing: f64,
) -> Matrices {
    let mut r = Random::new(seed);
    let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| r.normal()).collect() };
    let (alpha, beta) = (draw(n_units), draw(n_periods));
    let (a, b) = (draw(2 * n_units), draw(2 * n_periods));
    let noise = draw(n_units * n_periods);
    let mut m = Matrices {
        outcome: Vec::new(),
        treatment: vec![0.0; n_units * n_periods],
        n_units,
        n_periods,
    };
    let treated = (n_units / 4).max(2);
    for i in 0..n_units {
        for t in 0..n_periods {
            let low = a[2 * i] * b[2 * t] + a[2 * i + 1] * b[2 * t + 1];
            let y = alpha[i] + beta[t] + low + 0.3 * noise[i * n_periods + t];
            m.outcome.push(if r.uniform() < missing { f64::NAN } else { y });
            let w = i < treated
                && match design {
                    Design::Block => t + 2 >= n_periods,
                    Design::Staggered => t + 1 + i >= n_periods,
                    Design::Switching => t > 1 && (t + i) % 4 < 2,
                };
            m.treatment[i * n_periods + t] = f64::from(u8::from(w));
        }
    }
    m
}
