//! Panels of the cases. Outcomes are whole thousandths, so that every platform makes the same ones.

use crate::json::{from_rows, object};
use serde_json::Value;

/// Outcomes and treatments, N x T, row-major.
#[derive(Clone)]
pub struct Matrices {
    pub outcome: Vec<f64>,
    pub treatment: Vec<f64>,
    pub n_units: usize,
    pub n_periods: usize,
}

/// Knuth's MMIX generator: x <- 6364136223846793005 x + 1442695040888963407 modulo 2^64.
struct Random(u64);

impl Random {
    /// A whole number from -size to size, from the upper 31 bits.
    fn around_zero(&mut self, size: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as i64 % (2 * size + 1) - size
    }
}

/// Unit and period effects, one factor and noise, in thousandths; `treated(unit, period)` cells are
/// higher by 1.
pub fn factor_panel(
    seed: u64,
    n_units: usize,
    n_periods: usize,
    treated: impl Fn(usize, usize) -> bool,
) -> Matrices {
    let mut random = Random(seed);
    let mut draw =
        |n: usize, size: i64| -> Vec<i64> { (0..n).map(|_| random.around_zero(size)).collect() };
    let (unit, period) = (draw(n_units, 2000), draw(n_periods, 1000));
    let (loading, factor) = (draw(n_units, 40), draw(n_periods, 40));
    let noise = draw(n_units * n_periods, 300);
    let mut new = Matrices { outcome: vec![], treatment: vec![], n_units, n_periods };
    for i in 0..n_units {
        for t in 0..n_periods {
            let effect = if treated(i, t) { 1000 } else { 0 };
            let thousandths =
                unit[i] + period[t] + loading[i] * factor[t] + noise[i * n_periods + t] + effect;
            new.outcome.push(thousandths as f64 / 1000.0);
            new.treatment.push(f64::from(u8::from(treated(i, t))));
        }
    }
    new
}

/// Rows written out; treated where `treatment` is 1.
pub fn literal<const N: usize, const T: usize>(
    outcome: [[f64; T]; N],
    treatment: [[f64; T]; N],
) -> Matrices {
    Matrices { outcome: outcome.concat(), treatment: treatment.concat(), n_units: N, n_periods: T }
}

impl Matrices {
    /// The same with another outcome in some cells.
    pub fn with(mut self, outcome: f64, cells: &[(usize, usize)]) -> Self {
        for &(unit, period) in cells {
            self.outcome[unit * self.n_periods + period] = outcome;
        }
        self
    }

    /// The same without the outcomes of some cells.
    pub fn missing(self, cells: &[(usize, usize)]) -> Self {
        self.with(f64::NAN, cells)
    }

    /// The same outcomes in another unit of measurement.
    pub fn times(mut self, factor: f64) -> Self {
        self.outcome.iter_mut().for_each(|y| *y *= factor);
        self
    }

    /// The same outcomes on a higher level, so that percentages mean something.
    pub fn raised(mut self, by: f64) -> Self {
        self.outcome.iter_mut().for_each(|y| *y += by);
        self
    }

    /// As a case holds it.
    pub fn value(&self) -> Value {
        let rows = |m: &[f64]| from_rows(m.chunks(self.n_periods.max(1)));
        object([
            ("n_units", self.n_units.into()),
            ("n_periods", self.n_periods.into()),
            ("outcome", rows(&self.outcome)),
            ("treatment", rows(&self.treatment)),
        ])
    }

    /// Standard deviation of the observed, finite outcomes; 1 if there is none.
    pub fn scale(&self) -> f64 {
        let y: Vec<f64> = self.outcome.iter().copied().filter(|y| y.is_finite()).collect();
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let scale =
            (y.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / y.len() as f64).sqrt();
        if scale > 0.0 {
            scale
        } else {
            1.0
        }
    }
}
