//! An approximate second derivative of the objective by the columns, the rows being the best ones given
//! them (variable projection).
//!
//! Write M = B B', K = 2 M / lambda, P_j = S - S 1 1' S / (1' S 1) with S = (diag(1 / theta) / omega_j + K)^-1.
//! A row without masked cells has the residual 2 q_j = 2 P_j (y_j - beta), and the objective is
//! `sum_j (y_j - beta)' P_j (y_j - beta) + lambda / 2 tr M`. Along a change E of M its slope is `<Phi, E>`,
//! Phi = lambda / 2 - (2 / lambda) sum_j q_j q_j', and its second derivative
//! `8 / lambda^2 sum_j q_j' E P_j E q_j`. At the optimum `sum_j q_j q_j'` is `lambda^2 / 4` times the projection on
//! the range of M and something smaller beyond it, so in the basis V of the range in which `sum_j P_j` is diagonal
//! the second derivative is nearly diagonal, too: exactly so if all rows have the same weight. Its diagonal
//! is what is kept. A change E of M is made by `S B` with S symmetric.
//!
//! Beyond the range, changes of B are of second order in M: `<Phi, dB dB'>` counts, in the basis in which Phi is
//! diagonal there.

use super::gradient::Gradient;
use super::half_step::Scratch;
use super::loadings::Loadings;
use super::penalties::{eigen, times, OfIntercepts, Penalties};
use super::problem::Problem;
use crate::error::{Error, Result};
use crate::numerics::dense::{product, Dense};
use crate::numerics::kernels::{dispatch, tile_residual, TILE};
use crate::numerics::linalg::{is_below, symmetric_eigen};
use pulp::{Simd, WithSimd};

/// Phi beyond the range is taken to be at least this share of lambda.
const LEAST_SLOPE: f64 = 1e-3;

/// Fits that share a second derivative.
const OLDEST: usize = 16;

/// Columns are lacking if the square of a singular value of G exceeds that of lambda by this share.
const LACKING: f64 = 5e-3;

/// A second derivative is no good for columns that have moved by more than this share of themselves.
const FAR: f64 = 0.3;

/// The second derivative at some columns, ready to be inverted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Curvature {
    /// Fits since it was made.
    age: usize,
    /// The columns' loadings that it was made at; empty if there is none.
    at: Vec<f64>,
    /// Square roots of how often each column stands in the panel.
    root_count: Vec<f64>,
    intercepts: OfIntercepts,
    /// Left singular vectors W of B, whose right ones are made unit vectors: columns by rank.
    range: Dense,
    range_t: Dense,
    /// Singular values of B.
    sigma: Vec<f64>,
    /// The basis V in coordinates of W, and its transpose; empty if the two are the same.
    turn: Dense,
    turn_t: Dense,
    /// What the change of M is of its slope, rank by rank.
    gain: Dense,
    /// An orthonormal basis beyond the range.
    beyond: Dense,
    beyond_t: Dense,
    /// What the change of B is of its slope there.
    beyond_gain: Dense,
    work: [Dense; 4],
}

/// Rotates columns so that their loadings are orthogonal, longest first.
pub(super) fn orthogonalize(cols: &mut Loadings, count: &[f64]) -> Result<()> {
    let r = cols.rank;
    let table = Dense::new(cols.n, r, |s, k| count[s].sqrt() * cols.get(s, k + 1));
    let gram = times(&table, &table);
    let turn = symmetric_eigen(r, &gram.compact()).ok_or(Error::FactorizationFailed)?.vectors;
    let turned = |s: usize, k: usize| {
        let row = turn[(k - 1) * r..k * r].iter().enumerate();
        row.map(|(l, turn)| turn * cols.get(s, l + 1)).sum()
    };
    *cols = cols.with_loadings(r, turned);
    Ok(())
}

impl Curvature {
    /// At columns whose loadings are orthogonal ([`orthogonalize`]) and rows that are the best given them.
    pub fn set(
        &mut self,
        problem: &Problem<'_>,
        rows: &Loadings,
        cols: &Loadings,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let (n, r, lambda) = (cols.n, cols.rank, problem.lambda);
        self.forget();
        self.root_count = problem.cols.count[..n].iter().map(|c| c.sqrt()).collect();
        let count = &self.root_count;
        let table = Dense::new(n, r, |s, k| count[s] * cols.get(s, k + 1));
        self.sigma = (0..r).map(|k| (0..n).map(|s| table.at(s, k).powi(2)).sum::<f64>()).collect();
        self.sigma.iter_mut().for_each(|s| *s = s.sqrt().max(f64::MIN_POSITIVE));
        self.range = Dense::new(n, r, |s, k| table.at(s, k) / self.sigma[k]);
        self.range_t = self.range.transposed();
        let penalties = Penalties::new(problem, &table)?;
        self.intercepts = penalties.intercepts();
        let is_even = penalties.is_even();
        let v = if is_even {
            (self.turn, self.turn_t) = Default::default();
            self.range.clone()
        } else {
            self.turn = eigen(&penalties.mean_in(&self.range))?.0;
            self.turn_t = self.turn.transposed();
            times(&self.range_t, &self.turn)
        };
        let beyond = complement(&self.range);
        let q = residuals(problem, rows, cols, scratch);
        let in_beyond = times(&q, &beyond);
        let square = in_counts(problem, &in_beyond);
        let (turn, squares) = eigen(&square)?;
        self.beyond = times(&beyond.transposed(), &turn);
        self.beyond_t = self.beyond.transposed();
        let slopes: Vec<f64> = squares
            .iter()
            .map(|q| (0.5 * lambda - 2.0 / lambda * q).max(LEAST_SLOPE * lambda))
            .collect();
        let factor = 4.0 / (lambda * lambda);
        let curvature = penalties.cross(&q, &v, &v);
        let (phi, size) = (self.slopes(problem, &q, &v), self.sizes());
        self.gain = Dense::new(r, r, |a, b| {
            let second = (phi[a] * size[b] + phi[b] * size[a]) / (size[a] + size[b]).powi(2);
            -1.0 / (factor * (curvature.at(a, b) + curvature.at(b, a)) + second)
        });
        let out = penalties.cross(&q, &self.beyond, &self.range);
        let back = penalties.cross(&q, &self.range, &self.beyond);
        self.beyond_gain = Dense::new(n - r, r, |a, b| {
            let size = self.sigma[b] * self.sigma[b];
            let curvature = 2.0 * factor * (out.at(a, b) + back.at(b, a));
            -1.0 / (curvature * size + 2.0 * slopes[a])
        });
        let finite = |m: &Dense| m.data.iter().all(|x| x.is_finite());
        if !finite(&self.gain) || !finite(&self.beyond_gain) {
            return Err(Error::FactorizationFailed);
        }
        self.at.clone_from(&cols.data);
        self.age = 0;
        Ok(())
    }

    /// Phi along each vector of the basis V, or 0 if it is negative.
    fn slopes(&self, problem: &Problem<'_>, q: &Dense, v: &Dense) -> Vec<f64> {
        let in_v = times(q, v);
        let mut squares = vec![0.0; v.cols];
        for row in 0..in_v.rows {
            let count = problem.rows.count[row];
            let each = squares.iter_mut().zip(in_v.row(row));
            each.for_each(|(square, q)| *square += count * q * q);
        }
        let lambda = problem.lambda;
        squares.iter().map(|q| (0.5 * lambda - 2.0 / lambda * q).max(0.0)).collect()
    }

    /// M along each vector of the basis V.
    fn sizes(&self) -> Vec<f64> {
        let squares: Vec<f64> = self.sigma.iter().map(|s| s * s).collect();
        if self.turn.rows == 0 {
            return squares;
        }
        let along =
            |a: usize| (0..squares.len()).map(|k| squares[k] * self.turn.at(k, a).powi(2)).sum();
        (0..squares.len()).map(along).collect()
    }

    /// True if a direction beyond the range has a singular value of G well above lambda: columns are
    /// lacking.
    pub fn lacks(
        &self,
        problem: &Problem<'_>,
        rows: &Loadings,
        cols: &Loadings,
        scratch: &mut Scratch,
    ) -> bool {
        // Beyond n - 1 there is nothing: G's rows sum to zero.
        if cols.rank + 1 >= cols.n {
            return false;
        }
        let q = residuals(problem, rows, cols, scratch);
        let square = in_counts(problem, &times(&q, &self.beyond));
        let bound = 0.25 * problem.lambda * problem.lambda * (1.0 + LACKING);
        !is_below(square.rows, &square.data, square.stride, bound)
    }

    /// True if it is still good for columns like these.
    pub fn suits(&self, cols: &Loadings) -> bool {
        if self.at.len() != cols.data.len() || self.sigma.len() != cols.rank || self.age >= OLDEST {
            return false;
        }
        let sum = |term: &dyn Fn(usize) -> f64| -> f64 {
            let lanes = cols.data.len() / TILE;
            let is_loading = |lane: &usize| lane % (cols.rank + 1) > 0;
            let tiles = (0..lanes).filter(is_loading);
            tiles.flat_map(|lane| lane * TILE..(lane + 1) * TILE).map(term).sum()
        };
        let moved = sum(&|at| (cols.data[at] - self.at[at]).powi(2));
        moved <= FAR * FAR * sum(&|at| self.at[at].powi(2))
    }

    /// Another fit used it.
    pub fn grow_older(&mut self) {
        self.age += 1;
    }

    /// It is not to be used again.
    pub fn forget(&mut self) {
        self.at.clear();
    }

    /// Adds an approximate Newton step to columns.
    pub fn step(&mut self, gradient: &Gradient, cols: &mut Loadings) {
        let intercepts = self.intercepts.step(&gradient.intercepts);
        dispatch(Step { curvature: self, gradient: &gradient.loadings });
        for s in 0..cols.n {
            let scale = 1.0 / self.root_count[s];
            cols.set(s, 0, cols.get(s, 0) + scale * intercepts[s]);
            for (k, change) in self.work[3].row(s).iter().enumerate() {
                cols.set(s, k + 1, cols.get(s, k + 1) + scale * change);
            }
        }
    }
}

struct Step<'a> {
    curvature: &'a mut Curvature,
    gradient: &'a Dense,
}

impl WithSimd for Step<'_> {
    type Output = ();

    /// Leaves the change of the loadings in `work[3]`.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Step { curvature, gradient } = self;
        let Curvature { range, range_t, sigma, turn, turn_t, gain, .. } = curvature;
        let [a, b, c, change] = &mut curvature.work;
        let r = sigma.len();
        a.set_product(simd, range, gradient);
        // The slope by M, in coordinates of the range.
        b.reshape(r, r);
        for k in 0..r {
            for l in 0..r {
                b.row_mut(k)[l] = 0.25 * (a.at(k, l) / sigma[l] + a.at(l, k) / sigma[k]);
            }
        }
        if turn.rows == 0 {
            b.data.iter_mut().zip(&gain.data).for_each(|(b, gain)| *b *= gain);
        } else {
            a.set_product(simd, b, turn);
            b.set_product(simd, turn, a);
            b.data.iter_mut().zip(&gain.data).for_each(|(b, gain)| *b *= gain);
            a.set_product(simd, b, turn_t);
            b.set_product(simd, turn_t, a);
        }
        for k in 0..r {
            for (l, b) in b.row_mut(k).iter_mut().enumerate() {
                *b *= sigma[l] / (sigma[k] * sigma[k] + sigma[l] * sigma[l]);
            }
        }
        change.set_product(simd, range_t, b);
        c.set_product(simd, &curvature.beyond, gradient);
        c.data.iter_mut().zip(&curvature.beyond_gain.data).for_each(|(c, gain)| *c *= gain);
        let (beyond, stride) = (&curvature.beyond_t, curvature.beyond_t.stride);
        let rows = &beyond.data[..beyond.rows * stride];
        product(simd, rows, stride, &c.data[..c.rows * c.stride], c.stride, &mut change.data);
    }
}

/// Half the gradient G by column and row, in coordinates in which a column that stands c times counts c times.
fn residuals(
    problem: &Problem<'_>,
    rows: &Loadings,
    cols: &Loadings,
    scratch: &mut Scratch,
) -> Dense {
    scratch.tabulate(cols, &problem.cols);
    let mut out = Dense::default();
    out.reshape(cols.n, rows.n);
    dispatch(Residuals { problem, rows, scratch, out: &mut out });
    out
}

struct Residuals<'a> {
    problem: &'a Problem<'a>,
    rows: &'a Loadings,
    scratch: &'a mut Scratch,
    out: &'a mut Dense,
}

impl WithSimd for Residuals<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Residuals { problem, rows, scratch, out } = self;
        let side = &problem.sample().rows;
        let weight: Vec<f64> =
            (0..side.other).map(|s| problem.cols.own[s] * problem.cols.count[s].sqrt()).collect();
        let mut low = vec![0.0; side.other * TILE];
        let mut residual = vec![0.0; side.other * TILE];
        for tile in 0..side.tile_count() {
            let x = rows.tile(tile);
            let (z, stride) = (&scratch.z, scratch.stride);
            tile_residual(simd, side.tile(tile), z, stride, rows.rank, x, &mut low, &mut residual);
            let first = tile * TILE;
            for row in first..side.n.min(first + TILE) {
                side.masked[row].iter().for_each(|s| residual[s * TILE + row % TILE] = 0.0);
            }
            let omega = &problem.rows.own[first..first + TILE];
            for (s, r) in residual.chunks_exact(TILE).enumerate() {
                let q = &mut out.data[s * out.stride + first..][..TILE];
                for lane in 0..TILE {
                    q[lane] = weight[s] * omega[lane] * r[lane];
                }
            }
        }
    }
}

/// `x' x`, each row of x as often as it stands in the panel.
fn in_counts(problem: &Problem<'_>, x: &Dense) -> Dense {
    let mut weighted = x.clone();
    for row in 0..x.rows {
        let count = problem.rows.count[row];
        weighted.row_mut(row).iter_mut().for_each(|x| *x *= count);
    }
    times(x, &weighted)
}

/// An orthonormal basis of what is orthogonal to the orthonormal columns of a matrix.
fn complement(basis: &Dense) -> Dense {
    let (n, r) = (basis.rows, basis.cols);
    let mut known: Vec<Vec<f64>> =
        (0..r).map(|k| (0..n).map(|s| basis.at(s, k)).collect()).collect();
    // What is left of each unit vector.
    let mut left: Vec<f64> =
        (0..n).map(|s| 1.0 - basis.row(s).iter().map(|x| x * x).sum::<f64>()).collect();
    while known.len() < n {
        let next = (0..n).max_by(|&a, &b| left[a].total_cmp(&left[b])).unwrap_or(0);
        let mut x = vec![0.0; n];
        x[next] = 1.0;
        for _ in 0..2 {
            for b in &known {
                let inner: f64 = x.iter().zip(b).map(|(x, b)| x * b).sum();
                x.iter_mut().zip(b).for_each(|(x, b)| *x -= inner * b);
            }
        }
        let size = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        x.iter_mut().for_each(|x| *x /= size);
        left.iter_mut().zip(&x).for_each(|(left, x)| *left -= x * x);
        left[next] = f64::NEG_INFINITY;
        known.push(x);
    }
    Dense::new(n, n - r, |s, k| known[r + k][s])
}
