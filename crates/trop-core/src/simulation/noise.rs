//! The noise of a panel: one autoregression of second order for all units.

use crate::error::{Error, Result};

/// Coefficients of a least-squares regression without intercept of each residual on the two before, over all units; NaN
/// marks unknown residuals.
pub(super) fn autoregression(residual: &[f64], t: usize) -> Result<(f64, f64)> {
    let (mut xx, mut xy) = ([0.0; 3], [0.0; 2]);
    let triples = residual.chunks_exact(t).flat_map(|row| row.windows(3));
    for w in triples.filter(|w| w.iter().all(|e| !e.is_nan())) {
        xx[0] += w[1] * w[1];
        xx[1] += w[1] * w[0];
        xx[2] += w[0] * w[0];
        xy[0] += w[1] * w[2];
        xy[1] += w[0] * w[2];
    }
    let determinant = xx[0] * xx[2] - xx[1] * xx[1];
    let (a1, a2) = (
        (xy[0] * xx[2] - xy[1] * xx[1]) / determinant,
        (xy[1] * xx[0] - xy[0] * xx[1]) / determinant,
    );
    if a2.abs() < 1.0 && a1.abs() + a2 < 1.0 {
        return Ok((a1, a2));
    }
    let reason = format!(
        "what the low-rank part leaves has no stationary autoregression (coefficients {a1:.3} and {a2:.3}); \
         use a larger rank, more periods, or noise 'independent'"
    );
    Err(Error::SimulationImpossible { reason })
}

/// Covariance over periods, row-major t x t: the autoregression's correlations, scaled to the Frobenius norm of the
/// residuals' second moments.
pub(super) fn covariance(residual: &[f64], t: usize, (a1, a2): (f64, f64)) -> Vec<f64> {
    let mut correlation = vec![1.0, a1 / (1.0 - a2)];
    for k in 2..t.max(2) {
        correlation.push(a1 * correlation[k - 1] + a2 * correlation[k - 2]);
    }
    let toeplitz: Vec<f64> = (0..t * t).map(|at| correlation[(at / t).abs_diff(at % t)]).collect();
    let scale = frobenius(&second_moments(residual, t)) / frobenius(&toeplitz);
    toeplitz.iter().map(|c| scale * c).collect()
}

fn frobenius(matrix: &[f64]) -> f64 {
    matrix.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Mean product of the residuals of two periods over the units that have both; 0 if none has.
fn second_moments(residual: &[f64], t: usize) -> Vec<f64> {
    let (mut sum, mut count) = (vec![0.0; t * t], vec![0.0; t * t]);
    for row in residual.chunks_exact(t) {
        for at in 0..t * t {
            let product = row[at / t] * row[at % t];
            if !product.is_nan() {
                sum[at] += product;
                count[at] += 1.0;
            }
        }
    }
    sum.iter().zip(&count).map(|(s, n)| s / f64::max(*n, 1.0)).collect()
}
