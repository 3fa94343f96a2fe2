//! Augmented synthetic control (Ben-Michael, Feller, Rothstein 2021, doi:10.1080/01621459.2021.1929245): the weights
//! of synthetic control, moved by a ridge regression so that they fit the path before treatment better.

use super::nnls::dot;
use super::options::EstimatorOptions;
use super::programs::Programs;
use super::result::Certificate;
use super::spell::Block;
use super::weighting::Weighting;
use crate::error::{Error, Result};
use crate::numerics::linalg::symmetric_eigen;
use crate::settings::Settings;

/// Penalties fall from the largest squared singular value of the donors' outcomes to this share of it, in so many
/// equal steps.
const SMALLEST: f64 = 1e-8;
const STEPS: usize = 20;

/// Weights with the given penalty, or with the one that cross-validation chooses.
pub(super) fn augmented(
    block: &Block,
    options: &EstimatorOptions,
    settings: &Settings,
) -> Result<Weighting> {
    let (method, tolerance) = (options.simplex, settings.tolerance);
    let synthetic = |block: &Block| Programs { block, method, tolerance }.units(false, 0.0);
    let control = synthetic(block);
    let correction = Correction::new(block, &control.weights)?;
    let ridge = match options.ridge {
        Some(ridge) => ridge,
        None => {
            let penalties = correction.penalties();
            let errors = |s: usize| -> Result<Vec<f64>> {
                let rest = block.without(s);
                let weights = synthetic(&rest).weights;
                let correction = Correction::new(&rest, &weights)?;
                let error = |&ridge: &f64| block.error(s, &correction.weights(&weights, ridge));
                Ok(penalties.iter().map(error).collect())
            };
            let errors: Result<Vec<Vec<f64>>> = (0..block.n_pre).map(errors).collect();
            choose(&penalties, &errors?)
        }
    };
    Ok(Weighting {
        unit: correction.weights(&control.weights, ridge),
        period: vec![0.0; block.n_pre],
        zeta: 0.0,
        ridge,
        certificate: Certificate::of_simplex(&control),
    })
}

/// The largest penalty whose mean squared error is within one standard error of the least.
fn choose(penalties: &[f64], errors: &[Vec<f64>]) -> f64 {
    let n = errors.len() as f64;
    let moments = |k: usize| {
        let squares = || errors.iter().map(move |e| e[k] * e[k]);
        let mean = squares().sum::<f64>() / n;
        let variance = squares().map(|s| (s - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, (variance / n).sqrt())
    };
    let all: Vec<(f64, f64)> = (0..penalties.len()).map(moments).collect();
    let least = all.iter().copied().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, 0.0));
    // Penalties fall: the first one that is good enough is the largest.
    let good = all.iter().position(|(mean, _)| *mean <= least.0 + least.1);
    penalties[good.unwrap_or(0)]
}

/// `(y - X'w)' (X'X + ridge I)^-1 X'` in the eigenbasis of `X'X`; X has donors in rows, less their mean.
struct Correction {
    n_pre: usize,
    eigenvalues: Vec<f64>,
    /// `y - X'w`, rotated.
    misfit: Vec<f64>,
    /// X, rotated, each row as often as its donor stands in the panel.
    rotated: Vec<f64>,
}

impl Correction {
    fn new(block: &Block, weights: &[f64]) -> Result<Self> {
        let n = block.n_pre;
        let total: f64 = block.count.iter().sum();
        let mean = |s: usize| {
            let own = (0..block.n_donors()).map(|j| block.count[j] * block.row(j)[s]);
            own.sum::<f64>() / total
        };
        let mean: Vec<f64> = (0..n).map(mean).collect();
        let centred =
            |row: &[f64]| -> Vec<f64> { row.iter().zip(&mean).map(|(x, mean)| x - mean).collect() };
        let rows: Vec<Vec<f64>> = (0..block.n_donors()).map(|j| centred(block.row(j))).collect();
        let mut gram = vec![0.0; n * n];
        let mut misfit = centred(&block.target);
        for (row, (w, c)) in rows.iter().zip(weights.iter().zip(&block.count)) {
            for s in 0..n {
                misfit[s] -= w * row[s];
                (0..=s).for_each(|t| gram[s * n + t] += c * row[s] * row[t]);
            }
        }
        let eigen = symmetric_eigen(n, &gram).ok_or(Error::FactorizationFailed)?;
        let rotate = |row: &[f64]| -> Vec<f64> {
            eigen.vectors.chunks_exact(n).map(|v| dot(v, row)).collect()
        };
        let scaled = |(row, &c): (&Vec<f64>, &f64)| rotate(row).into_iter().map(move |x| c * x);
        Ok(Correction {
            n_pre: n,
            misfit: rotate(&misfit),
            rotated: rows.iter().zip(&block.count).flat_map(scaled).collect(),
            eigenvalues: eigen.values.iter().map(|d| d.max(0.0)).collect(),
        })
    }

    /// Candidates, falling.
    fn penalties(&self) -> Vec<f64> {
        let largest = self.eigenvalues[0];
        let largest = if largest > 0.0 { largest } else { 1.0 };
        (0..=STEPS).map(|k| largest * SMALLEST.powf(k as f64 / STEPS as f64)).collect()
    }

    fn weights(&self, weights: &[f64], ridge: f64) -> Vec<f64> {
        let shrunk: Vec<f64> =
            self.misfit.iter().zip(&self.eigenvalues).map(|(m, d)| m / (d + ridge)).collect();
        let rows = self.rotated.chunks_exact(self.n_pre);
        weights.iter().zip(rows).map(|(w, row)| w + dot(row, &shrunk)).collect()
    }
}

impl Block {
    /// The block without one of the periods before.
    fn without(&self, period: usize) -> Block {
        let keep = |row: &[f64]| -> Vec<f64> {
            let kept = row.iter().enumerate().filter(|(s, _)| *s != period);
            kept.map(|(_, &x)| x).collect()
        };
        Block {
            n_pre: self.n_pre - 1,
            target: keep(&self.target),
            pre: self.pre.chunks_exact(self.n_pre).flat_map(keep).collect(),
            post: self.post.clone(),
            count: self.count.clone(),
            ..*self
        }
    }

    /// How far the target is from weighted donors in a period before.
    fn error(&self, period: usize, weights: &[f64]) -> f64 {
        let donor = |(j, w): (usize, &f64)| w * self.row(j)[period];
        self.target[period] - weights.iter().enumerate().map(donor).sum::<f64>()
    }
}
