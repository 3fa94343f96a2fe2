//! Random numbers of the study.

use rand_core::Rng;
use rand_pcg::Pcg64;

pub struct Random(Pcg64);

impl Random {
    pub fn new(seed: u64) -> Self {
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

    pub fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.normal()).collect()
    }

    /// A stationary autoregression of order 1 with variance 1.
    pub fn series(&mut self, n: usize, memory: f64) -> Vec<f64> {
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
