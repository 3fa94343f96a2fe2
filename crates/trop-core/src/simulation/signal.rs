//! The part of a panel that is of low rank.

use crate::error::{Error, Result};
use crate::numerics::linalg::{thin_svd, Svd};

/// Rounds of imputation at most, and the change, in standard deviations of the outcomes, at which it ends.
const ROUNDS: usize = 5_000;
const TOLERANCE: f64 = 1e-9;

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
    /// The matrix of a rank that is nearest to `outcome` where `known`: gaps are filled with what the fit says, until
    /// it stands still.
    pub fn fit(
        outcome: &[f64],
        known: &[bool],
        (n, t): (usize, usize),
        rank: usize,
    ) -> Result<Self> {
        let mut filled = start(outcome, known, (n, t));
        let complete = known.iter().all(|&k| k);
        let mut before: Option<Vec<f64>> = None;
        for round in 1..=ROUNDS {
            let svd = thin_svd(n, t, &filled).ok_or(Error::FactorizationFailed)?;
            let values = truncated(&svd, (n, t), rank);
            let change = before.as_ref().map_or(f64::INFINITY, |old| largest_change(old, &values));
            if complete || change <= TOLERANCE || round == ROUNDS {
                let converged = complete || change <= TOLERANCE;
                let k = n.min(t);
                let loadings = svd.u.chunks_exact(k).flat_map(|row| row[..rank].to_vec()).collect();
                let singular_values = svd.values;
                return Ok(Signal { values, loadings, singular_values, rounds: round, converged });
            }
            for (at, value) in values.iter().enumerate().filter(|(at, _)| !known[*at]) {
                filled[at] = *value;
            }
            before = Some(values);
        }
        Err(Error::FactorizationFailed)
    }
}

fn largest_change(old: &[f64], new: &[f64]) -> f64 {
    old.iter().zip(new).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn truncated(svd: &Svd, (n, t): (usize, usize), rank: usize) -> Vec<f64> {
    let k = n.min(t);
    let term = |i: usize, s: usize, r: usize| svd.u[i * k + r] * svd.values[r] * svd.v[s * k + r];
    let value = |at: usize| (0..rank).map(|r| term(at / t, at % t, r)).sum();
    (0..n * t).map(value).collect()
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
    let value = |at: usize| {
        if known[at] {
            outcome[at]
        } else {
            row[at / t] + col[at % t] - overall
        }
    };
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
