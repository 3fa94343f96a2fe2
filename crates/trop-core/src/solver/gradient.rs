//! Derivatives of the objective by the columns, when the rows are the best ones given the columns.

use super::half_step::Scratch;
use super::loadings::Loadings;
use super::problem::Problem;
use crate::numerics::dense::{mirror, Dense};
use crate::numerics::kernels::{dispatch, tile_products, weighted_gram, TILE};
use pulp::{Simd, WithSimd};

/// In coordinates in which a column that stands c times in the panel counts c times: derivatives by its
/// values times the square root of c.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gradient {
    /// By the intercept of each column.
    pub intercepts: Vec<f64>,
    /// By the loadings: columns of the panel by rank.
    pub loadings: Dense,
}

impl Gradient {
    /// At these columns and their best rows: twice the residual of the columns' normal equations.
    pub fn set(
        &mut self,
        problem: &Problem<'_>,
        rows: &Loadings,
        cols: &Loadings,
        scratch: &mut Scratch,
    ) {
        scratch.tabulate(rows, &problem.rows);
        self.intercepts.resize(cols.n, 0.0);
        self.loadings.reshape(cols.n, cols.rank);
        dispatch(Normal { problem, cols, scratch, out: self });
    }
}

struct Normal<'a> {
    problem: &'a Problem<'a>,
    cols: &'a Loadings,
    scratch: &'a mut Scratch,
    out: &'a mut Gradient,
}

impl WithSimd for Normal<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Normal { problem, cols, scratch, out } = self;
        let side = &problem.sample().cols;
        let (order, stride) = (cols.rank + 1, scratch.stride);
        scratch.gram.resize(stride * stride, 0.0);
        weighted_gram(simd, &scratch.z, &scratch.p, stride, &mut scratch.gram);
        mirror(&mut scratch.gram, stride);
        let mut outcomes = vec![0.0; order * TILE];
        let mut fitted = vec![0.0; order * TILE];
        for tile in 0..side.tile_count() {
            tile_products(simd, side.tile(tile), &scratch.p, stride, order, &mut outcomes);
            tile_products(simd, cols.tile(tile), &scratch.gram, stride, order, &mut fitted);
            for column in tile * TILE..side.n.min((tile + 1) * TILE) {
                let (lane, root) = (column % TILE, problem.cols.count[column].sqrt());
                let factor = 2.0 * problem.cols.own[column] * root;
                let ridge = problem.lambda * root;
                let offset = &scratch.gram[order * stride..][..order];
                let excess =
                    |k: usize| offset[k] + fitted[k * TILE + lane] - outcomes[k * TILE + lane];
                out.intercepts[column] = factor * excess(0);
                let loadings = out.loadings.row_mut(column);
                for (k, out) in loadings.iter_mut().enumerate() {
                    *out = factor * excess(k + 1) + ridge * cols.get(column, k + 1);
                }
                for &row in &side.masked[column] {
                    let less = factor * scratch.fitted(row, cols, column);
                    let p = &scratch.p[row * stride..][..order];
                    out.intercepts[column] -= less * p[0];
                    loadings.iter_mut().zip(&p[1..]).for_each(|(out, p)| *out -= less * p);
                }
            }
        }
    }
}

impl Scratch {
    /// The fitted outcome of a tabulated row and a column.
    #[inline(always)]
    fn fitted(&self, row: usize, cols: &Loadings, column: usize) -> f64 {
        let z = &self.z[row * self.stride..][..cols.rank + 2];
        let inner: f64 = (1..=cols.rank).map(|k| z[k] * cols.get(column, k)).sum();
        z[cols.rank + 1] + cols.get(column, 0) + inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::certificate::squares;
    use crate::solver::half_step::half_step;
    use crate::solver::sample::Sample;

    /// Both ways round, with masked cells and repeated units.
    #[test]
    fn it_is_the_objectives_difference() {
        for (n, t) in [(9, 7), (6, 8)] {
            let y: Vec<f64> = (0..n * t).map(|k| ((k * k * 37 + 5 * k) % 41) as f64).collect();
            let mut w = vec![0.0; n * t];
            w[t - 1] = 1.0;
            w[3 * t - 2..3 * t].fill(1.0);
            let sample = Sample::new(
                n,
                t,
                0,
                |i, s| (w[i * t + s] == 0.0).then(|| y[i * t + s]),
                |_, _, _| 0.0,
            );
            let unit: Vec<f64> = (0..n).map(|i| 1.0 / (1.0 + i as f64)).collect();
            let period: Vec<f64> = (0..t).map(|s| 0.8_f64.powi(s as i32)).collect();
            let count: Vec<f64> = (0..n).map(|i| (1 + i % 3) as f64).collect();
            let problem = Problem::new(&sample, &unit, &period, Some(&count), 0.3);
            let mut cols = Loadings::zeros(sample.cols.n, 2);
            for s in 0..cols.n {
                (0..3).for_each(|k| cols.set(s, k, ((7 * s + 3 * k) % 5) as f64 - 1.7));
            }
            let (mut rows, mut scratch) = (Loadings::zeros(0, 0), Scratch::default());
            let mut value = |cols: &Loadings, rows: &mut Loadings| {
                let (own, other) = (&problem.rows, &problem.cols);
                let loss = half_step(&sample.rows, own, cols, other, rows, &mut scratch);
                loss + 0.5 * problem.lambda * squares(cols, &other.count)
            };
            value(&cols, &mut rows);
            let (mut gradient, mut more) = (Gradient::default(), Scratch::default());
            gradient.set(&problem, &rows, &cols, &mut more);
            for s in 0..cols.n {
                for k in 0..3 {
                    let mut difference = 0.0;
                    for sign in [1.0, -1.0] {
                        let mut moved = cols.clone();
                        moved.set(s, k, cols.get(s, k) + sign * 1e-5);
                        difference += sign * value(&moved, &mut rows) / 2e-5;
                    }
                    let of = if k == 0 {
                        gradient.intercepts[s]
                    } else {
                        gradient.loadings.at(s, k - 1)
                    };
                    let slope = of * problem.cols.count[s].sqrt();
                    let error = (slope - difference).abs();
                    assert!(error < 1e-7 * (1.0 + slope.abs()), "{s} {k}: {slope} {difference}");
                }
            }
        }
    }
}
