//! One simulated panel.

use super::generator::{impossible, Generator};
use crate::error::Result;
use crate::panel::CONTROLS_LEFT;
use crate::panel::{Panel, Shape};
use crate::runtime::{Purpose, Stream};

/// Outcomes without any effect, and which units are treated.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SimulatedDraw {
    /// Row-major N x T, in standard deviations of the panel's outcomes; NaN where they are missing.
    pub outcome: Vec<f64>,
    /// Treated units, ascending.
    pub treated: Vec<usize>,
}

impl Generator {
    /// Draw `k` of a seed; it does not depend on any other draw.
    ///
    /// With probabilities each unit is treated by chance: of more than `n_treated` as many are kept at random; fewer stay
    /// fewer; of none, one is taken at random. Without, `n_treated` are taken at random.
    ///
    /// ```
    /// use trop_core::{Assignment, Generator, GeneratorOptions};
    /// let outcome: Vec<f64> = (0..40).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
    /// let options =
    ///     GeneratorOptions { rank: 2, assignment: Assignment::Random, ..Default::default() };
    /// let generator = Generator::fit_to(&outcome, &[true; 40], &[false; 5], (5, 8), &options)?;
    /// let draw = generator.draw(2, 0, 7);
    /// assert_eq!((draw.outcome.len(), draw.treated.len()), (40, 2));
    /// assert_eq!(draw, generator.draw(2, 0, 7));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn draw(&self, n_treated: usize, seed: u64, k: usize) -> SimulatedDraw {
        let mut stream = Stream::new(seed, Purpose::Simulation, k as u64);
        let t = self.n_periods;
        let mut outcome = Vec::with_capacity(self.n_units * t);
        for unit in 0..self.n_units {
            let mut noise = vec![0.0; t];
            for row in self.root.chunks_exact(t) {
                let z = stream.normal();
                noise.iter_mut().zip(row).for_each(|(e, r)| *e += z * r);
            }
            outcome.extend((0..t).map(|s| self.signal(unit * t + s) + noise[s]));
        }
        for (y, _) in outcome.iter_mut().zip(&self.missing).filter(|(_, &missing)| missing) {
            *y = f64::NAN;
        }
        SimulatedDraw { outcome, treated: self.assign(n_treated, &mut stream) }
    }

    fn signal(&self, at: usize) -> f64 {
        let part = |use_it: bool, part: &[f64]| if use_it { part[at] } else { 0.0 };
        part(self.options.two_way, &self.two_way)
            + part(self.options.interactive, &self.interactive)
    }

    fn assign(&self, n_treated: usize, stream: &mut Stream) -> Vec<usize> {
        let n = self.n_units;
        let Some(probability) = &self.probability else {
            return stream.sample(n, n_treated);
        };
        let chosen: Vec<usize> = (0..n).filter(|&i| stream.uniform() < probability[i]).collect();
        if chosen.is_empty() {
            return vec![stream.below(n)];
        }
        let kept = stream.sample(chosen.len(), n_treated.min(chosen.len()));
        kept.into_iter().map(|at| chosen[at]).collect()
    }

    /// The panel of a draw, its treated units treated over the last `n_post` periods.
    ///
    /// # Errors
    /// As [`Panel::new`].
    pub fn panel(&self, draw: &SimulatedDraw, n_post: usize) -> Result<Panel> {
        let treatment = self.treatment(draw, n_post);
        Panel::new(
            &draw.outcome,
            &treatment,
            Shape { n_units: self.n_units, n_periods: self.n_periods },
        )
    }

    /// Treatments of a draw, row-major N x T.
    pub(crate) fn treatment(&self, draw: &SimulatedDraw, n_post: usize) -> Vec<f64> {
        let t = self.n_periods;
        let mut treatment = vec![0.0; self.n_units * t];
        for unit in &draw.treated {
            treatment[(unit + 1) * t - n_post..(unit + 1) * t].fill(1.0);
        }
        treatment
    }

    /// Checks numbers of treated units and periods.
    pub(crate) fn check_block(&self, n_treated: usize, n_post: usize) -> Result<()> {
        let (n, t) = (self.n_units, self.n_periods);
        if n_treated == 0 || n_treated + CONTROLS_LEFT > n {
            return impossible(format!(
                "of {n} units at least 1 is treated and {CONTROLS_LEFT} are not, so {n_treated} cannot be treated"
            ));
        }
        if n_post == 0 || n_post + 2 > t {
            return impossible(format!(
                "of {t} periods at least 1 is treated and 2 are not, so {n_post} cannot be treated"
            ));
        }
        Ok(())
    }
}
