//! Cells that are not known, filled with what a model of low rank says of them.
//!
//! Plain least squares of a given rank need not have a solution: with staggered adoption a better fit can be had by cells
//! that run off to infinity. So unknown cells are what a factor model with noise makes of them (Tipping and Bishop 1999;
//! Josse and Husson 2012): they minimize
//!
//! ```text
//! 1/2 sum_(k > R) s_k^2 + v^2 sum_(k <= R) log s_k,   v^2 = max(N, T) sigma^2,
//! ```
//!
//! over the singular values `s_k` of the filled matrix, where `sigma^2` is the variance of the noise. It comes from the
//! fit, and cells are filled again, until it stands still. Without noise this is least squares.

use crate::error::{Error, Result};
use crate::numerics::kernels::padded;
use crate::numerics::linalg::{thin_svd, Svd};
use crate::solver::Anderson;

/// Decompositions at most.
const ROUNDS: usize = 5_000;

/// Filling ends when a round moves the cells by less than this, relative to the norm of the known ones.
const TOLERANCE: f64 = 1e-9;

/// By how much the criterion may rise for rounding, relative to the square of that norm.
const ROUNDING: f64 = 1e-14;

/// Relative change of the noise at which it stands still.
const SAME_NOISE: f64 = 0.01;

/// A matrix without gaps.
pub(super) struct Filled {
    /// Row-major n x t.
    pub matrix: Vec<f64>,
    /// Decompositions that it took.
    pub rounds: usize,
    pub converged: bool,
}

/// Fills the cells that are not `known`; a row and a column have at least one that is.
pub(super) fn fill(
    outcome: &[f64],
    known: &[bool],
    shape: (usize, usize),
    rank: usize,
) -> Result<Filled> {
    let mut gaps = Gaps::new(start(outcome, known, shape), known, shape, rank);
    let mut noise = gaps.noise(&gaps.decompose()?.values);
    loop {
        let (values, stands) = gaps.settle(noise)?;
        let next = gaps.noise(&values);
        if !stands || (next - noise).abs() <= SAME_NOISE * noise {
            let (matrix, rounds) = (gaps.matrix, gaps.rounds);
            return Ok(Filled { matrix, rounds, converged: stands });
        }
        noise = next;
    }
}

/// A matrix, and which of its cells may change.
struct Gaps {
    matrix: Vec<f64>,
    cells: Vec<usize>,
    shape: (usize, usize),
    rank: usize,
    /// Norm of the known cells.
    size: f64,
    rounds: usize,
}

/// Cells, padded to whole tiles.
struct Point {
    cells: Vec<f64>,
    /// What the model says of them.
    image: Vec<f64>,
    criterion: f64,
    values: Vec<f64>,
}

impl Gaps {
    fn new(matrix: Vec<f64>, known: &[bool], shape: (usize, usize), rank: usize) -> Self {
        let cells = (0..matrix.len()).filter(|&at| !known[at]).collect();
        let square = |(y, &known): (&f64, &bool)| if known { y * y } else { 0.0 };
        let size = matrix.iter().zip(known).map(square).sum::<f64>().sqrt();
        Gaps { matrix, cells, shape, rank, size, rounds: 0 }
    }

    fn decompose(&self) -> Result<Svd> {
        thin_svd(self.shape.0, self.shape.1, &self.matrix).ok_or(Error::FactorizationFailed)
    }

    /// `v^2` from the singular values beyond the rank. Unknown cells have no noise.
    fn noise(&self, values: &[f64]) -> f64 {
        let (n, t) = (self.shape.0 as f64, self.shape.1 as f64);
        let (rank, known) = (self.rank as f64, (self.matrix.len() - self.cells.len()) as f64);
        let tail: f64 = values[self.rank..].iter().map(|s| s * s).sum();
        let free = (n - rank) * (t - rank) * known / (n * t);
        (tail / free * n.max(t)).min(values[self.rank].powi(2))
    }

    /// Minimizes the criterion at a noise, by accelerated imputation; the singular values, and whether it stands still.
    fn settle(&mut self, noise: f64) -> Result<(Vec<f64>, bool)> {
        let mut memory = Anderson::default();
        let mut point = self.at(self.own_cells(), noise)?;
        loop {
            let stands = distance(&point) <= TOLERANCE * self.size;
            if stands || self.rounds >= ROUNDS {
                return Ok((point.values, stands));
            }
            let is_plain = memory.is_empty();
            let mut next = point.cells.clone();
            memory.advance(&mut next, &point.image);
            let found = self.at(next, noise)?;
            let most = point.criterion + ROUNDING * self.size * self.size;
            point = if is_plain || found.criterion <= most {
                found
            } else {
                memory.reset();
                self.at(point.image, noise)?
            };
        }
    }

    fn own_cells(&self) -> Vec<f64> {
        let mut cells: Vec<f64> = self.cells.iter().map(|&at| self.matrix[at]).collect();
        cells.resize(padded(cells.len()), 0.0);
        cells
    }

    /// Sets the cells.
    fn at(&mut self, cells: Vec<f64>, noise: f64) -> Result<Point> {
        self.rounds += 1;
        self.cells.iter().zip(&cells).for_each(|(&at, value)| self.matrix[at] = *value);
        let Svd { u, values, v } = self.decompose()?;
        let (k, t, rank) = (values.len(), self.shape.1, self.rank);
        let kept: Vec<(f64, f64)> = values[..rank].iter().map(|s| shrunk(*s, noise)).collect();
        let says = |at: &usize| -> f64 {
            let (left, right) = (&u[at / t * k..][..rank], &v[at % t * k..][..rank]);
            (0..rank).map(|r| left[r] * kept[r].0 * right[r]).sum()
        };
        let mut image: Vec<f64> = self.cells.iter().map(says).collect();
        image.resize(cells.len(), 0.0);
        let criterion = values[rank..].iter().map(|s| 0.5 * s * s).sum::<f64>()
            + kept.iter().map(|(_, cost)| cost).sum::<f64>();
        Ok(Point { cells, image, criterion, values })
    }
}

/// What of a singular value is signal, and its part of the criterion, less `v^2 (log v - 1/2)`.
fn shrunk(s: f64, noise: f64) -> (f64, f64) {
    match s * s <= noise {
        true => (0.0, 0.5 * s * s),
        false if noise == 0.0 => (s, 0.0),
        false => (s - noise / s, noise * (0.5 + 0.5 * (s * s / noise).ln())),
    }
}

fn distance(point: &Point) -> f64 {
    let square = |(a, b): (&f64, &f64)| (a - b) * (a - b);
    point.cells.iter().zip(&point.image).map(square).sum::<f64>().sqrt()
}

/// Gaps filled with the unit's mean plus what the period's mean is above the overall one.
fn start(outcome: &[f64], known: &[bool], (n, t): (usize, usize)) -> Vec<f64> {
    let mean = |cells: &mut dyn Iterator<Item = usize>| {
        let (mut sum, mut count) = (0.0, 0.0);
        cells.filter(|&at| known[at]).for_each(|at| {
            sum += outcome[at];
            count += 1.0;
        });
        sum / f64::max(count, 1.0)
    };
    let overall = mean(&mut (0..n * t));
    let row: Vec<f64> = (0..n).map(|i| mean(&mut (i * t..(i + 1) * t))).collect();
    let col: Vec<f64> = (0..t).map(|s| mean(&mut (s..n * t).step_by(t))).collect();
    let value = |at: usize| match known[at] {
        true => outcome[at],
        false => row[at / t] + col[at % t] - overall,
    };
    (0..n * t).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Purpose, Stream};

    /// Rank 2 and noise; a staircase of unknown cells.
    fn staircase(noise: f64) -> (Vec<f64>, Vec<bool>, (usize, usize)) {
        let (n, t) = (14, 10);
        let mut stream = Stream::new(3, Purpose::Simulation, 0);
        let mut draw = |k: usize| -> Vec<f64> { (0..k).map(|_| stream.normal()).collect() };
        let (a, b, e) = (draw(2 * n), draw(2 * t), draw(n * t));
        let value = |at: usize| {
            let (i, s) = (at / t, at % t);
            a[2 * i] * b[2 * s] + a[2 * i + 1] * b[2 * s + 1] + noise * e[at]
        };
        let known = |at: usize| at / t < 7 || at % t < t - (at / t - 6) / 2;
        ((0..n * t).map(value).collect(), (0..n * t).map(known).collect(), (n, t))
    }

    #[test]
    fn without_noise_hidden_cells_come_back() {
        let (y, known, shape) = staircase(0.0);
        let found = fill(&y, &known, shape, 2).unwrap();
        assert!(found.converged && found.rounds < 200, "{}", found.rounds);
        let error = |(a, b): (&f64, &f64)| (a - b).abs();
        let largest = found.matrix.iter().zip(&y).map(error).fold(0.0, f64::max);
        assert!(largest < 1e-6, "{largest}");
    }

    /// No cell can be moved to lower the criterion, by differences of the criterion alone.
    #[test]
    fn what_is_filled_is_a_minimum() {
        let (y, known, shape) = staircase(0.5);
        for rank in [1, 2, 5, 9] {
            let found = fill(&y, &known, shape, rank).unwrap();
            assert!(found.converged, "{rank}");
            let mut gaps = Gaps::new(found.matrix, &known, shape, rank);
            let noise = gaps.noise(&gaps.decompose().unwrap().values);
            let (cells, step) = (gaps.own_cells(), 1e-3);
            // The noise that it was filled at is within a hundredth of this one.
            let here = gaps.at(cells.clone(), noise).unwrap().criterion;
            for at in 0..gaps.cells.len() {
                let mut moved = |by: f64| {
                    let mut cells = cells.clone();
                    cells[at] += by;
                    gaps.at(cells, noise).unwrap().criterion - here
                };
                let (up, down) = (moved(step), moved(-step));
                let slope = (up - down) / (2.0 * step);
                assert!(slope.abs() < 0.02 && up + down > -1e-9, "{rank} {at} {slope}");
            }
        }
    }
}
