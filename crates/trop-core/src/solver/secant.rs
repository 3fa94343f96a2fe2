//! Fixed points of a map of few numbers, by secant steps (Anderson acceleration).

use crate::linalg::solve_positive_definite;
use std::collections::VecDeque;

/// Added to the diagonal of the secants' inner products, as a share of it: secants may be parallel.
const RIDGE: f64 = 1e-14;

/// The latest points and their images.
pub(super) struct Secant {
    depth: usize,
    /// Point and step (image less point).
    past: VecDeque<(Vec<f64>, Vec<f64>)>,
}

impl Secant {
    pub fn new(depth: usize) -> Self {
        Secant { depth, past: VecDeque::new() }
    }

    /// Where to go from a point with this image.
    pub fn next(&mut self, point: &[f64], image: &[f64]) -> Vec<f64> {
        let step: Vec<f64> = image.iter().zip(point).map(|(y, x)| y - x).collect();
        let moves: Vec<(Vec<f64>, Vec<f64>)> =
            self.past.iter().map(|(x, f)| (less(point, x), less(&step, f))).collect();
        let next = combine(image, &step, &moves);
        if self.past.len() == self.depth {
            self.past.pop_front();
        }
        self.past.push_back((point.to_vec(), step));
        next
    }
}

/// The image, less the combination of past moves that best explains the step.
fn combine(image: &[f64], step: &[f64], moves: &[(Vec<f64>, Vec<f64>)]) -> Vec<f64> {
    let n = moves.len();
    let mut gram = vec![0.0; n * n];
    let mut right = vec![0.0; n];
    for (i, (_, df)) in moves.iter().enumerate() {
        for (j, (_, other)) in moves.iter().enumerate() {
            gram[i * n + j] = dot(df, other);
        }
        gram[i * n + i] *= 1.0 + RIDGE;
        right[i] = dot(df, step);
    }
    let shares = solve_positive_definite(n, &gram, &right).filter(|_| n > 0);
    let mut next = image.to_vec();
    for (share, (dx, df)) in shares.unwrap_or_default().iter().zip(moves) {
        for ((next, dx), df) in next.iter_mut().zip(dx).zip(df) {
            *next -= share * (dx + df);
        }
    }
    next
}

fn less(x: &[f64], y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| x - y).collect()
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_maps_are_solved_in_as_many_steps_as_they_have_dimensions() {
        // x = A x + c with fixed point (1, -2).
        let map = |x: &[f64]| vec![0.9 * x[0] + 0.2 * x[1] + 0.5, -0.1 * x[0] + 0.8 * x[1] - 0.3];
        let mut secant = Secant::new(3);
        let mut x = vec![0.0, 0.0];
        for _ in 0..4 {
            x = secant.next(&x, &map(&x));
        }
        assert!((x[0] - 1.0).abs() < 1e-9 && (x[1] + 2.0).abs() < 1e-9, "{x:?}");
    }
}
