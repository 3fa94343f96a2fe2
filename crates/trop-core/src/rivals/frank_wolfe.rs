//! The early-stopped Frank-Wolfe solution of the R package synthdid (Arkhangelsky et al. 2021): not the optimum,
//! but what its published numbers are.

use super::nnls::dot;
use super::simplex::{Simplex, SimplexFit};

/// Steps before small weights are set to zero, and after.
const STEPS: [usize; 2] = [100, 10_000];

/// Weights up to this share of the largest are set to zero between the two.
const SPARSE: f64 = 0.25;

/// Steps with exact line search from equal weights, until the objective over the number of rows falls by less than
/// `least` in a step; then without small weights again.
pub(super) fn frank_wolfe(
    problem: &Simplex,
    n_rows: f64,
    least: f64,
    tolerance: f64,
) -> SimplexFit {
    let n = problem.ridge.len();
    let mut weights = vec![1.0 / n as f64; n];
    let first = descend(problem, &mut weights, n_rows, least, STEPS[0]);
    sparsify(&mut weights);
    let second = descend(problem, &mut weights, n_rows, least, STEPS[1]);
    problem.certified(weights, first + second, tolerance)
}

fn sparsify(weights: &mut [f64]) {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    weights.iter_mut().filter(|w| **w <= SPARSE * largest).for_each(|w| *w = 0.0);
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= total);
}

fn descend(problem: &Simplex, weights: &mut [f64], n_rows: f64, least: f64, most: usize) -> usize {
    let mut before = [f64::INFINITY; 2];
    for steps in 0..most {
        if steps >= 2 && before[0] - before[1] <= least {
            return steps;
        }
        step(problem, weights);
        let fitted = problem.fitted(weights);
        let ridge: f64 = weights.iter().zip(&problem.ridge).map(|(w, r)| r * w * w).sum();
        before = [before[1], (dot(&fitted, &fitted) + ridge) / n_rows];
    }
    most
}

/// Towards the best corner, as far as the objective falls.
fn step(problem: &Simplex, weights: &mut [f64]) {
    let fitted = problem.fitted(weights);
    let half_gradient = problem.half_gradient(&fitted, weights);
    let corner = (0..weights.len())
        .min_by(|&a, &b| half_gradient[a].total_cmp(&half_gradient[b]))
        .unwrap_or(0);
    let mut direction: Vec<f64> = weights.iter().map(|w| -w).collect();
    direction[corner] += 1.0;
    let change = problem.fitted(&direction);
    let ridge: f64 = direction.iter().zip(&problem.ridge).map(|(d, r)| r * d * d).sum();
    let curvature = dot(&change, &change) + ridge;
    if curvature > 0.0 {
        let length = (-dot(&half_gradient, &direction) / curvature).clamp(0.0, 1.0);
        weights.iter_mut().zip(&direction).for_each(|(w, d)| *w += length * d);
    }
}
