//! Where the panels of the study come from.

use rand_core::Rng;
use rand_pcg::Pcg64;
use trop_core::Panel;

pub const UNITS: usize = 50;
pub const PERIODS: usize = 30;
/// The last periods, in which the first units are treated.
pub const TREATED_PERIODS: usize = 5;
pub const FACTORS: usize = 2;
/// Autocorrelation of the factors, whose standard deviation is 1.
pub const FACTOR_MEMORY: f64 = 0.7;
/// How much larger the treated units' loadings are on average; their standard deviation is 1.
pub const SHIFT: f64 = 0.5;
/// Standard deviation of the noise, and the effect whose power is studied.
pub const NOISE: f64 = 0.5;

/// A number of treated units and the noise's autocorrelation.
#[derive(Clone, Copy, Debug)]
pub struct Design {
    pub treated: usize,
    pub memory: f64,
}

pub fn all() -> Vec<Design> {
    let of = |treated| [0.0, 0.6].map(|memory| Design { treated, memory });
    [1, 2, 5, 20].into_iter().flat_map(of).collect()
}

impl Design {
    /// Replication `k`: outcomes without any effect.
    pub fn panel(&self, k: u64) -> trop_core::TropResult<Panel> {
        let mut random = Random::new(k);
        let unit: Vec<f64> = random.normals(UNITS);
        let period: Vec<f64> = random.normals(PERIODS);
        let factors: Vec<Vec<f64>> =
            (0..FACTORS).map(|_| random.series(PERIODS, FACTOR_MEMORY)).collect();
        let mut outcome = Vec::with_capacity(UNITS * PERIODS);
        let mut treatment = Vec::with_capacity(UNITS * PERIODS);
        for i in 0..UNITS {
            let is_treated = i < self.treated;
            let shift = if is_treated { SHIFT } else { 0.0 };
            let loadings: Vec<f64> = random.normals(FACTORS).iter().map(|x| x + shift).collect();
            let noise = random.series(PERIODS, self.memory);
            for t in 0..PERIODS {
                let common: f64 = loadings.iter().zip(&factors).map(|(a, f)| a * f[t]).sum();
                outcome.push(unit[i] + period[t] + common + NOISE * noise[t]);
                let on = is_treated && t >= PERIODS - TREATED_PERIODS;
                treatment.push(f64::from(u8::from(on)));
            }
        }
        Panel::new(&outcome, &treatment, UNITS, PERIODS)
    }
}

struct Random(Pcg64);

impl Random {
    fn new(seed: u64) -> Self {
        Random(Pcg64::new(u128::from(seed), 0xC0FE))
    }

    /// Uniform in (0, 1].
    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.normal()).collect()
    }

    /// A stationary autoregression of order 1 with variance 1.
    fn series(&mut self, n: usize, memory: f64) -> Vec<f64> {
        let innovation = (1.0 - memory * memory).sqrt();
        let mut value = self.normal();
        let mut series = vec![value];
        while series.len() < n {
            value = memory * value + innovation * self.normal();
            series.push(value);
        }
        series
    }
}
