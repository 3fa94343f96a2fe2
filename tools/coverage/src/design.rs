//! Where the panels of the study come from.

use crate::random::Random;
use trop_core::{Design as PanelDesign, Panel, Shape, TropResult as Result};

/// Factors that outcomes are made of.
pub const FACTORS: usize = 2;
/// Autocorrelation of the factors, whose standard deviation is 1.
pub const FACTOR_MEMORY: f64 = 0.7;
/// How much larger the treated units' loadings are on average; their standard deviation is 1.
pub const SHIFT: f64 = 0.5;
/// Standard deviation of the noise, and the effect whose power is studied.
pub const NOISE: f64 = 0.5;
/// Units of a cluster, where there are clusters.
pub const CLUSTER: usize = 2;

/// A kind of panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    /// In `coverage.csv`.
    pub key: &'static str,
    /// For readers.
    pub name: &'static str,
    /// How many there are.
    pub units: usize,
    /// How many there are.
    pub periods: usize,
    /// The first units are treated.
    pub treated: usize,
    /// When their treatment starts.
    pub start: Start,
    /// Autocorrelation of the noise.
    pub memory: f64,
    /// How much larger the treated units' loadings are on average.
    pub shift: f64,
    /// Of [`CLUSTER`] units, treated or not as one.
    pub clusters: Option<Clusters>,
    /// Lambdas are chosen on each panel, as a user's are, and not once.
    pub tuned_each: bool,
}

/// When treatment starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// All treated units are treated in this many last periods.
    Last(usize),
    /// Treated unit `i` is treated in the last `2 (i + 1)` periods.
    Staggered,
}

/// Units of a cluster have loadings and noise of this correlation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clusters {
    /// In [0, 1].
    pub correlation: f64,
    /// Whether the inference is told.
    pub are_named: bool,
}

/// Five treated units of 50 in the last 5 of 30 periods, noise without memory.
pub const BASE: Design = Design {
    key: "5",
    name: "5 treated, rho = 0",
    units: 50,
    periods: 30,
    treated: 5,
    start: Start::Last(5),
    memory: 0.0,
    shift: SHIFT,
    clusters: None,
    tuned_each: false,
};

const fn treated(treated: usize, memory: f64, key: &'static str, name: &'static str) -> Design {
    Design { key, name, treated, memory, ..BASE }
}

const fn pairs(correlation: f64, are_named: bool, key: &'static str, name: &'static str) -> Design {
    let clusters = Some(Clusters { correlation, are_named });
    Design { key, name, treated: 10, clusters, ..BASE }
}

/// All designs, in the order of the page.
#[rustfmt::skip]
pub const ALL: [Design; 18] = [
    treated(1, 0.0, "1", "1 treated, rho = 0"),
    treated(1, 0.6, "1-rho", "1 treated, rho = 0.6"),
    treated(2, 0.0, "2", "2 treated, rho = 0"),
    treated(2, 0.6, "2-rho", "2 treated, rho = 0.6"),
    BASE,
    treated(5, 0.6, "5-rho", "5 treated, rho = 0.6"),
    treated(10, 0.0, "10", "10 treated, rho = 0"),
    treated(20, 0.0, "20", "20 treated, rho = 0"),
    Design { key: "tuned", name: "5 treated, lambdas chosen on each panel", tuned_each: true, ..BASE },
    Design { key: "alike", name: "5 treated, loadings alike", shift: 0.0, ..BASE },
    Design { key: "10-alike", name: "10 treated, loadings alike", shift: 0.0, treated: 10, ..BASE },
    Design { key: "staggered", name: "5 treated, staggered", start: Start::Staggered, ..BASE },
    Design { key: "100x20", name: "100 units, 20 periods, 5 treated", units: 100, periods: 20, ..BASE },
    Design {
        key: "39x31", name: "39 units, 31 periods, 1 treated in the last 12",
        units: 39, periods: 31, treated: 1, start: Start::Last(12), ..BASE
    },
    pairs(0.0, true, "pairs-0", "10 treated in pairs, correlation 0"),
    pairs(0.4, true, "pairs-0.4", "10 treated in pairs, correlation 0.4"),
    pairs(0.8, true, "pairs-0.8", "10 treated in pairs, correlation 0.8"),
    pairs(0.8, false, "units-0.8", "10 treated in pairs that are not named, correlation 0.8"),
];

impl Design {
    /// Replication `k`: outcomes without any effect.
    pub fn panel(&self, k: u64) -> Result<Panel> {
        let mut random = Random::new(k);
        let unit = random.normals(self.units);
        let period = random.normals(self.periods);
        let factors: Vec<Vec<f64>> =
            (0..FACTORS).map(|_| random.series(self.periods, FACTOR_MEMORY)).collect();
        let mut outcome = Vec::with_capacity(self.units * self.periods);
        let mut treatment = Vec::with_capacity(self.units * self.periods);
        let mut shared = None;
        for i in 0..self.units {
            if i % CLUSTER == 0 {
                shared =
                    self.clusters.map(|clusters| (self.own(&mut random), clusters.correlation));
            }
            let own = self.own(&mut random);
            let own = match &shared {
                Some((shared, correlation)) => own.mixed_with(shared, *correlation),
                None => own,
            };
            let shift = if i < self.treated { self.shift } else { 0.0 };
            for t in 0..self.periods {
                let parts = own.loadings.iter().zip(&factors);
                let common: f64 =
                    parts.map(|(loading, factor)| (loading + shift) * factor[t]).sum();
                outcome.push(unit[i] + period[t] + common + NOISE * own.noise[t]);
                treatment.push(f64::from(u8::from(self.is_treated(i, t))));
            }
        }
        let are_named = self.clusters.is_some_and(|clusters| clusters.are_named);
        let design =
            PanelDesign { clusters: are_named.then(|| self.pairs()), ..Default::default() };
        Panel::new(&outcome, &treatment, Shape { n_units: self.units, n_periods: self.periods })?
            .with_design(&design)
    }

    /// Whether a unit is treated in a period.
    pub fn is_treated(&self, unit: usize, period: usize) -> bool {
        let last = match self.start {
            Start::Last(n) => n,
            Start::Staggered => 2 * (unit + 1),
        };
        unit < self.treated && period >= self.periods - last
    }

    fn pairs(&self) -> Vec<i64> {
        (0..self.units).map(|unit| (unit / CLUSTER) as i64).collect()
    }

    fn own(&self, random: &mut Random) -> Own {
        let loadings = random.normals(FACTORS);
        Own { loadings, noise: random.series(self.periods, self.memory) }
    }
}

/// What makes a unit differ from others: all of variance 1.
struct Own {
    loadings: Vec<f64>,
    noise: Vec<f64>,
}

impl Own {
    /// With this correlation with others that share the same.
    fn mixed_with(self, shared: &Own, correlation: f64) -> Own {
        let (a, b) = ((1.0 - correlation).sqrt(), correlation.sqrt());
        let mix = |own: Vec<f64>, shared: &[f64]| {
            own.iter().zip(shared).map(|(own, shared)| a * own + b * shared).collect()
        };
        Own {
            loadings: mix(self.loadings, &shared.loadings),
            noise: mix(self.noise, &shared.noise),
        }
    }
}
