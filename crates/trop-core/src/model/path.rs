//! Lambdas that share their weights.

use crate::lambdas::Lambdas;
use crate::weighting::Weights;

/// Lambdas that share their weights: `nn` is a path, warm-started from entry to entry.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub time: f64,
    pub unit: f64,
    pub nn: Vec<f64>,
    /// Weights of every cell's fit, in place of those that `time` and `unit` give.
    pub given: Option<Weights>,
}

impl Path {
    /// One triple.
    pub fn single(lambdas: &Lambdas) -> Self {
        Path { time: lambdas.time, unit: lambdas.unit, nn: vec![lambdas.nn], given: None }
    }

    /// The lambdas of an entry.
    pub fn lambdas(&self, nn: f64) -> Lambdas {
        Lambdas { time: self.time, unit: self.unit, nn }
    }
}

/// Groups candidates that share their weights, lambda_nn falling.
pub(crate) fn paths(candidates: &[Lambdas]) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    for l in candidates {
        match paths.iter_mut().find(|p| p.time == l.time && p.unit == l.unit) {
            Some(path) => path.nn.push(l.nn),
            None => paths.push(Path::single(l)),
        }
    }
    for path in &mut paths {
        path.nn.sort_by(|a, b| b.total_cmp(a));
        path.nn.dedup();
    }
    paths
}

/// Which path, and which entry of it, a candidate is.
pub(crate) fn place(paths: &[Path], candidate: &Lambdas) -> (usize, usize) {
    let at = paths.iter().position(|p| p.time == candidate.time && p.unit == candidate.unit);
    let at = at.expect("every candidate has a path");
    let k = paths[at].nn.iter().position(|&nn| nn == candidate.nn);
    (at, k.expect("every candidate is on its path"))
}
