//! The part of a panel that is of low rank.

use super::filling::fill;
use crate::error::{Error, Result};
use crate::numerics::linalg::{thin_svd, Svd};

/// A matrix of low rank, row-major n x t.
pub(super) struct Signal {
    pub values: Vec<f64>,
    /// Left singular vectors, row-major n x rank.
    pub loadings: Vec<f64>,
    /// Of the matrix with its gaps filled, descending.
    pub singular_values: Vec<f64>,
    /// 1 without gaps.
    pub rounds: usize,
    pub converged: bool,
}

impl Signal {
    /// The matrix of a rank that is nearest to `outcome`, once the cells that are not `known` are filled.
    pub fn fit(
        outcome: &[f64],
        known: &[bool],
        (n, t): (usize, usize),
        rank: usize,
    ) -> Result<Self> {
        let decompose = |matrix: &[f64]| thin_svd(n, t, matrix).ok_or(Error::FactorizationFailed);
        let (svd, rounds, converged) = if known.iter().all(|&k| k) {
            (decompose(outcome)?, 1, true)
        } else {
            let filled = fill(outcome, known, (n, t), rank)?;
            (decompose(&filled.matrix)?, filled.rounds, filled.converged)
        };
        let values = truncated(&svd, (n, t), rank);
        let loadings = svd.u.chunks_exact(n.min(t)).flat_map(|row| row[..rank].to_vec()).collect();
        Ok(Signal { values, loadings, singular_values: svd.values, rounds, converged })
    }
}

fn truncated(svd: &Svd, (n, t): (usize, usize), rank: usize) -> Vec<f64> {
    let k = n.min(t);
    let term = |i: usize, s: usize, r: usize| svd.u[i * k + r] * svd.values[r] * svd.v[s * k + r];
    let value = |at: usize| (0..rank).map(|r| term(at / t, at % t, r)).sum();
    (0..n * t).map(value).collect()
}

/// Row means plus column means less the overall mean.
pub(super) fn two_way_part(matrix: &[f64], (n, t): (usize, usize)) -> Vec<f64> {
    let row: Vec<f64> = matrix.chunks_exact(t).map(|r| r.iter().sum::<f64>() / t as f64).collect();
    let col: Vec<f64> =
        (0..t).map(|s| (0..n).map(|i| matrix[i * t + s]).sum::<f64>() / n as f64).collect();
    let overall = row.iter().sum::<f64>() / n as f64;
    (0..n * t).map(|at| row[at / t] + col[at % t] - overall).collect()
}
