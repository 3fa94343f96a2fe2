//! Random numbers as a function of seed, purpose and draw: the same in every language and for any
//! number of threads.

use rand_core::Rng;
use rand_pcg::Pcg64;

/// What random numbers are for; each purpose has streams of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Bootstrap = 1,
    LoocvSample = 2,
    PlaceboUnits = 3,
    PlaceboSets = 4,
    McFolds = 5,
    Simulation = 6,
    Race = 7,
    Power = 8,
    InferenceOfDraw = 9,
}

/// One stream of random integers.
pub(crate) struct Stream(Pcg64);

impl Stream {
    pub fn new(seed: u64, purpose: Purpose, draw: u64) -> Self {
        let high = splitmix64(seed);
        let low = splitmix64(high);
        let state = u128::from(high) << 64 | u128::from(low);
        let stream = (purpose as u128) << 64 | u128::from(draw);
        Stream(Pcg64::new(state, stream))
    }

    /// A seed for streams of their own.
    pub fn seed(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// An integer from 0 to n - 1. Its bias, below n / 2^64, is no concern.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// Uniform in (0, 1): the middle of one of 2^52 equal intervals.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// Standard normal, by inversion: one uniform number for each.
    pub fn normal(&mut self) -> f64 {
        -std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * self.uniform())
    }

    /// `size` distinct positions out of `n`, ascending.
    pub fn sample(&mut self, n: usize, size: usize) -> Vec<usize> {
        let mut positions = self.shuffled(n, size);
        positions.sort_unstable();
        positions
    }

    /// `size` distinct positions out of `n`, in random order: a partial Fisher-Yates shuffle.
    pub fn shuffled(&mut self, n: usize, size: usize) -> Vec<usize> {
        let mut positions: Vec<usize> = (0..n).collect();
        for k in 0..size {
            let other = k + self.below(n - k);
            positions.swap(k, other);
        }
        positions.truncate(size);
        positions
    }
}

/// Spreads neighbouring seeds over all states (Steele, Lea, Flood 2014).
fn splitmix64(x: u64) -> u64 {
    let z = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix64_gives_the_published_sequence() {
        // First outputs of the reference generator started at 0 and at its first increment.
        assert_eq!(splitmix64(0), 0xE220_A839_7B1D_CDAF);
        assert_eq!(splitmix64(0x9E37_79B9_7F4A_7C15), 0x6E78_9E6A_A1B9_65F4);
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_draw() {
        let first = |seed, purpose, draw| Stream::new(seed, purpose, draw).below(usize::MAX);
        let all = [
            first(0, Purpose::Bootstrap, 0),
            first(0, Purpose::Bootstrap, 1),
            first(0, Purpose::LoocvSample, 0),
            first(1, Purpose::Bootstrap, 0),
        ];
        let distinct: std::collections::BTreeSet<usize> = all.into_iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn normals_have_the_moments_of_a_normal() {
        let mut stream = Stream::new(3, Purpose::Simulation, 0);
        let draws: Vec<f64> = (0..20_000).map(|_| stream.normal()).collect();
        let moment = |k: i32| draws.iter().map(|z| z.powi(k)).sum::<f64>() / 20_000.0;
        // Within four standard errors: sqrt(1, 2, 15, 96) / sqrt(20,000) each.
        for (k, expected, error) in
            [(1, 0.0, 0.029), (2, 1.0, 0.04), (3, 0.0, 0.11), (4, 3.0, 0.28)]
        {
            assert!((moment(k) - expected).abs() < error, "{k}: {}", moment(k));
        }
    }

    #[test]
    fn samples_are_sorted_distinct_and_complete() {
        let mut stream = Stream::new(7, Purpose::LoocvSample, 0);
        let sample = stream.sample(10, 4);
        assert_eq!(sample.len(), 4);
        assert!(sample.windows(2).all(|w| w[0] < w[1]) && sample[3] < 10);
        assert_eq!(stream.sample(5, 5), [0, 1, 2, 3, 4]);
    }
}
