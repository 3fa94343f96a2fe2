//! What the replications of a method amount to.

use trop_core::Inferred;

/// The level of the intervals.
pub const LEVEL: f64 = 0.95;

#[derive(Clone, Copy)]
pub struct Tally {
    pub replications: usize,
    /// Share of intervals that hold the effect; the rest is the size of the test of no effect.
    pub coverage: f64,
    /// Share of replications in which an effect is found where there is one.
    pub power: f64,
    /// Median length of the intervals.
    pub length: f64,
    /// Share of unbounded intervals.
    pub unbounded: f64,
    /// Mean standard error.
    pub se: f64,
    /// Mean error of the estimate.
    pub bias: f64,
    /// Standard deviation of the estimate.
    pub sd: f64,
}

impl Tally {
    /// From the ATT of panels without an effect. A constant effect moves every estimate and interval by
    /// itself: an interval without an effect that does not hold `-effect` is one that does not hold zero
    /// with it.
    pub fn new(rows: &[Inferred], effect: f64) -> Self {
        let estimates: Vec<f64> = rows.iter().map(|row| row.average.value).collect();
        let length = |row: &Inferred| row.ci.1 - row.ci.0;
        Tally {
            replications: rows.len(),
            coverage: share(rows, |row| holds(row, 0.0)),
            power: share(rows, |row| !holds(row, -effect)),
            length: median(rows.iter().map(length).collect()),
            unbounded: share(rows, |row| length(row).is_infinite()),
            se: mean(&rows.iter().map(|row| row.se).collect::<Vec<_>>()),
            bias: mean(&estimates),
            sd: deviation(&estimates),
        }
    }

    /// Binomial standard error of a share of the replications.
    pub fn standard_error(&self, share: f64) -> f64 {
        (share * (1.0 - share) / self.replications as f64).sqrt()
    }

    /// True if coverage is not below the level by more than two of its standard errors and 2 points.
    pub fn covers(&self) -> bool {
        let chance = (LEVEL * (1.0 - LEVEL) / self.replications as f64).sqrt();
        self.coverage >= LEVEL - (2.0 * chance).max(0.02)
    }
}

fn holds(row: &Inferred, effect: f64) -> bool {
    row.ci.0 <= effect && effect <= row.ci.1
}

fn share(rows: &[Inferred], is: impl Fn(&Inferred) -> bool) -> f64 {
    rows.iter().filter(|row| is(row)).count() as f64 / rows.len() as f64
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    0.5 * (values[(n - 1) / 2] + values[n / 2])
}

fn deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares: f64 = values.iter().map(|x| (x - centre) * (x - centre)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}
