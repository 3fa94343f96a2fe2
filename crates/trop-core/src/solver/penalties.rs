//! The matrices P_j of `curvature.rs`, and what they say of the intercepts of columns.

use super::problem::Problem;
use crate::error::{Error, Result};
use crate::numerics::dense::Dense;
use crate::numerics::kernels::dispatch;
use crate::numerics::linalg::symmetric_eigen;
use pulp::{Simd, WithSimd};

/// The matrices P_j: all have the same eigenvectors in coordinates scaled by sqrt(theta).
pub(super) struct Penalties {
    /// sqrt(theta).
    root: Vec<f64>,
    /// `sqrt(theta) 1`, normalized.
    constant: Vec<f64>,
    /// Orthonormal directions U in scaled coordinates in which K is diagonal, and K there.
    directions: Dense,
    stiffness: Vec<f64>,
    /// Rows j: P_j along each direction; and weights omega_j. Times how often the row stands in the panel.
    along: Dense,
    weights: Vec<f64>,
}

impl Penalties {
    pub fn new(problem: &Problem<'_>, loadings: &Dense) -> Result<Self> {
        let (n, r) = (loadings.rows, loadings.cols);
        let (own, count) = (&problem.cols.own, &problem.cols.count);
        let root: Vec<f64> = own[..n].iter().map(|w| w.sqrt()).collect();
        let total: f64 = (0..n).map(|s| own[s] * count[s]).sum();
        let constant: Vec<f64> = (0..n).map(|s| (own[s] * count[s] / total).sqrt()).collect();
        let mut scaled = Dense::new(n, r, |s, k| root[s] * loadings.at(s, k));
        let mut mean = vec![0.0; r];
        for s in 0..n {
            mean.iter_mut().zip(scaled.row(s)).for_each(|(mean, x)| *mean += constant[s] * x);
        }
        for s in 0..n {
            scaled.row_mut(s).iter_mut().zip(&mean).for_each(|(x, mean)| *x -= constant[s] * mean);
        }
        let (turn, values) = eigen(&times(&scaled, &scaled))?;
        let kept = values.iter().take_while(|&&d| d > 1e-14 * values[0]).count();
        let turned = times(&scaled.transposed(), &turn);
        let directions = Dense::new(n, kept, |s, k| turned.at(s, k) / values[k].sqrt());
        let stiffness: Vec<f64> = values[..kept].iter().map(|d| 2.0 / problem.lambda * d).collect();
        let side = problem.sample().rows.n;
        let (omega, copies) = (&problem.rows.own, &problem.rows.count);
        let along =
            Dense::new(side, kept, |j, k| copies[j] * omega[j] / (1.0 + omega[j] * stiffness[k]));
        let weights = (0..side).map(|j| copies[j] * omega[j]).collect();
        Ok(Penalties { root, constant, directions, stiffness, along, weights })
    }

    /// True if all columns weigh the same, so that P_j and M have the same eigenvectors.
    pub fn is_even(&self) -> bool {
        self.root.iter().all(|root| (root - self.root[0]).abs() <= 1e-12 * self.root[0])
    }

    /// Sums of P_j over rows: along each direction, and elsewhere.
    fn sums(&self) -> (Vec<f64>, f64) {
        let sum = |k: usize| (0..self.along.rows).map(|j| self.along.at(j, k)).sum();
        ((0..self.stiffness.len()).map(sum).collect(), self.weights.iter().sum())
    }

    pub fn intercepts(&self) -> OfIntercepts {
        let (along, other) = self.sums();
        let inverse = |x: f64| if x > 0.0 { 0.5 / x } else { 0.0 };
        OfIntercepts {
            scale: self.root.iter().map(|r| if *r > 0.0 { 1.0 / r } else { 0.0 }).collect(),
            constant: self.constant.clone(),
            directions: self.directions.clone(),
            more: along.iter().map(|&p| inverse(p) - inverse(other)).collect(),
            other: inverse(other),
        }
    }

    /// The scaled basis, columns by vectors; its squares, less the constant; its products with the directions.
    fn scaled(&self, basis: &Dense) -> (Vec<f64>, Dense) {
        let scaled = Dense::new(basis.rows, basis.cols, |s, a| self.root[s] * basis.at(s, a));
        let mut squares = vec![0.0; basis.cols];
        let mut means = vec![0.0; basis.cols];
        for s in 0..basis.rows {
            for (a, x) in scaled.row(s).iter().enumerate() {
                squares[a] += x * x;
                means[a] += self.constant[s] * x;
            }
        }
        squares.iter_mut().zip(&means).for_each(|(square, mean)| *square -= mean * mean);
        (squares, times(&self.directions, &scaled))
    }

    /// `basis' (sum_j P_j) basis`.
    pub fn mean_in(&self, basis: &Dense) -> Dense {
        let (n, r) = (basis.rows, basis.cols);
        let scaled = Dense::new(n, r, |s, a| self.root[s] * basis.at(s, a));
        let constant = Dense::new(n, 1, |s, _| self.constant[s]);
        let means = times(&constant, &scaled);
        let products = times(&self.directions, &scaled);
        let (along, other) = self.sums();
        let weighted = Dense::new(along.len(), r, |k, a| (along[k] - other) * products.at(k, a));
        let (square, less) = (times(&scaled, &scaled), times(&products, &weighted));
        Dense::new(r, r, |a, b| {
            other * (square.at(a, b) - means.at(0, a) * means.at(0, b)) + less.at(a, b)
        })
    }

    /// `sum_j (a' P_j a) (b' q_j)^2` for the vectors a of one basis and b of another; `q` holds a column of
    /// residuals for each row.
    pub fn cross(&self, q: &Dense, a: &Dense, b: &Dense) -> Dense {
        let (squares, products) = self.scaled(a);
        let kept = self.stiffness.len();
        let shares = Dense::new(kept, a.cols, |k, i| products.at(k, i).powi(2));
        let rest: Vec<f64> = (0..a.cols)
            .map(|i| (squares[i] - (0..kept).map(|k| shares.at(k, i)).sum::<f64>()).max(0.0))
            .collect();
        let mut in_b = times(q, b);
        in_b.data.iter_mut().for_each(|q| *q *= *q);
        // sum_j P_jk (b' q_j)^2, then over k.
        let along = times(&self.along, &in_b);
        let mut out = times(&shares, &along);
        let weights = Dense::new(self.weights.len(), 1, |j, _| self.weights[j]);
        let elsewhere = times(&weights, &in_b);
        for i in 0..a.cols {
            let row = out.row_mut(i).iter_mut().enumerate();
            row.for_each(|(l, out)| *out += rest[i] * elsewhere.at(0, l));
        }
        out
    }
}

/// Inverse of the second derivative by the intercepts of columns.
#[derive(Clone, Debug, Default)]
pub(super) struct OfIntercepts {
    /// 1 / sqrt(theta), 0 where theta is.
    scale: Vec<f64>,
    /// Unit vector that is no change at all.
    constant: Vec<f64>,
    /// Orthonormal directions, and what is added to `other` along them.
    directions: Dense,
    more: Vec<f64>,
    other: f64,
}

impl OfIntercepts {
    /// Newton's step.
    pub fn step(&self, gradient: &[f64]) -> Vec<f64> {
        let n = gradient.len();
        let mut x: Vec<f64> = gradient.iter().zip(&self.scale).map(|(g, s)| -g * s).collect();
        let along: f64 = x.iter().zip(&self.constant).map(|(x, c)| x * c).sum();
        let mut inner = vec![0.0; self.more.len()];
        for s in 0..n {
            x[s] -= along * self.constant[s];
            let row = self.directions.row(s);
            inner.iter_mut().zip(row).for_each(|(sum, u)| *sum += x[s] * u);
        }
        inner.iter_mut().zip(&self.more).for_each(|(inner, more)| *inner *= more);
        for s in 0..n {
            let row = self.directions.row(s).iter().zip(&inner);
            let more: f64 = row.map(|(u, inner)| u * inner).sum();
            x[s] = (self.other * x[s] + more) * self.scale[s];
        }
        x
    }
}

struct Product<'a> {
    a: &'a Dense,
    b: &'a Dense,
    out: &'a mut Dense,
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.out.set_product(simd, self.a, self.b);
    }
}

/// `a' b`.
pub(super) fn times(a: &Dense, b: &Dense) -> Dense {
    let mut out = Dense::default();
    dispatch(Product { a, b, out: &mut out });
    out
}

/// Eigenvectors of a symmetric matrix as columns, and its eigenvalues, descending.
pub(super) fn eigen(matrix: &Dense) -> Result<(Dense, Vec<f64>)> {
    let n = matrix.rows;
    if n == 0 {
        return Ok(Default::default());
    }
    let found = symmetric_eigen(n, &matrix.compact()).ok_or(Error::FactorizationFailed)?;
    Ok((Dense::new(n, n, |i, k| found.vectors[k * n + i]), found.values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::sample::Sample;

    /// Where each `(b' q_j)^2` is one, the crossed sum is the diagonal of `basis' (sum_j P_j) basis`.
    #[test]
    fn crossed_sums_are_those_of_the_matrices() {
        let (n, t) = (8, 5);
        let sample = Sample::new(n, t, 0, |i, s| Some((i * s) as f64), |_, _, _| 0.0);
        let unit: Vec<f64> = (0..n).map(|i| 0.9_f64.powi(i as i32)).collect();
        let period: Vec<f64> = (0..t).map(|s| 0.7_f64.powi(s as i32)).collect();
        let counts: Vec<f64> = (0..n).map(|i| (1 + i % 2) as f64).collect();
        let problem = Problem::new(&sample, &unit, &period, Some(&counts), 0.5);
        assert!(!sample.transposed);
        let loadings = Dense::new(t, 2, |s, k| ((3 * s + 5 * k) % 7) as f64 - 2.0);
        let penalties = Penalties::new(&problem, &loadings).unwrap();
        // Not orthogonal to a constant.
        let basis = Dense::new(t, 2, |s, k| 1.0 + ((5 * s + 2 * k) % 4) as f64);
        let first = |s: usize| f64::from(u8::from(s == 0));
        let crossed = penalties.cross(
            &Dense::new(t, n, |s, _| first(s)),
            &basis,
            &Dense::new(t, 1, |s, _| first(s)),
        );
        let mean = penalties.mean_in(&basis);
        for k in 0..2 {
            let (found, expected) = (crossed.at(k, 0), mean.at(k, k));
            assert!((found - expected).abs() <= 1e-12 * expected, "{found} {expected}");
        }
    }
}
