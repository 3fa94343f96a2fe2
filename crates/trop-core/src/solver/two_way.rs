//! Weighted two-way fixed effects: the intercepts of a fit, exactly, given its low-rank part.

use super::kernels::{dispatch, tile_products, TILE};
use super::loadings::Loadings;
use super::problem::{Problem, SideWeights};
use super::sample::Side;
use pulp::{Simd, WithSimd};

/// Alternating passes before the direct solution takes over. With product weights and few masked
/// cells two or three suffice.
const PASSES: usize = 40;

/// Passes end when no intercept moves by more than this times the largest.
const SETTLED: f64 = 4.0 * f64::EPSILON;

/// A sum over observed columns is a total less the masked ones as long as this share of the weight
/// remains; else it is summed anew, since the difference would have lost digits.
const SAFE_REMAINDER: f64 = 0.1;

/// What the intercepts depend on, for one problem.
#[derive(Clone, Debug)]
pub(crate) struct TwoWay {
    rows: Margin,
    cols: Margin,
}

/// Sums over the observed columns of each row, by the columns' effective weights.
#[derive(Clone, Debug)]
struct Margin {
    /// Of outcomes.
    outcome: Vec<f64>,
    /// Of ones.
    mass: Vec<f64>,
    /// Rows for which sums are taken term by term.
    term_by_term: Vec<bool>,
}

impl Margin {
    fn new(side: &Side, other: &SideWeights) -> Self {
        let weights = &other.effective[..side.other];
        let total: f64 = weights.iter().sum();
        let sum = |row: usize, term_by_term: bool| {
            observed_sum(side, row, total, term_by_term, |column| weights[column])
        };
        let term_by_term: Vec<bool> =
            (0..side.n).map(|row| sum(row, false) < SAFE_REMAINDER * total).collect();
        let mass = (0..side.n).map(|row| sum(row, term_by_term[row])).collect();
        let mut outcome = vec![0.0; side.tile_count() * TILE];
        dispatch(Outcomes { side, weights, outcome: &mut outcome });
        outcome.truncate(side.n);
        Margin { outcome, mass, term_by_term }
    }

    /// Sums of outcomes less the low-rank part, for each row.
    fn less_low_rank(
        &self,
        side: &Side,
        own: &Loadings,
        other: &Loadings,
        weights: &SideWeights,
    ) -> Vec<f64> {
        if own.rank == 0 {
            return self.outcome.clone();
        }
        let mut sums = self.outcome.clone();
        for k in 1..=own.rank {
            let value = |column: usize| weights.effective[column] * other.get(column, k);
            let total = (0..side.other).map(value).sum();
            for (row, sum) in sums.iter_mut().enumerate() {
                let loading = own.get(row, k);
                *sum -= loading * observed_sum(side, row, total, self.term_by_term[row], value);
            }
        }
        sums
    }

    /// Each row's best intercept given those of the columns; returns the largest change and value.
    fn update(
        &self,
        side: &Side,
        target: &[f64],
        own: &mut [f64],
        other: &[f64],
        weights: &SideWeights,
    ) -> (f64, f64) {
        let value = |column: usize| weights.effective[column] * other[column];
        let total = (0..side.other).map(value).sum();
        let (mut change, mut largest) = (0.0_f64, 0.0_f64);
        for (row, own) in own.iter_mut().enumerate() {
            if self.mass[row] <= 0.0 {
                continue;
            }
            let offset = observed_sum(side, row, total, self.term_by_term[row], value);
            let new = (target[row] - offset) / self.mass[row];
            change = change.max((new - *own).abs());
            largest = largest.max(new.abs());
            *own = new;
        }
        (change, largest)
    }
}

/// Sum of `value` over the observed columns of a row, given its total over all columns.
fn observed_sum(
    side: &Side,
    row: usize,
    total: f64,
    term_by_term: bool,
    value: impl Fn(usize) -> f64,
) -> f64 {
    let masked = &side.masked[row];
    if !term_by_term {
        return total - masked.iter().map(|&column| value(column)).sum::<f64>();
    }
    let mut masked = masked.iter().peekable();
    (0..side.other).filter(|column| masked.next_if(|m| *m == column).is_none()).map(value).sum()
}

struct Outcomes<'a> {
    side: &'a Side,
    weights: &'a [f64],
    outcome: &'a mut [f64],
}

impl WithSimd for Outcomes<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (tile, out) in self.outcome.chunks_exact_mut(TILE).enumerate() {
            tile_products(simd, self.side.tile(tile), self.weights, 1, 1, out);
        }
    }
}

impl TwoWay {
    /// Margins of a problem's outcomes and weights.
    pub fn new(problem: &Problem<'_>) -> Self {
        let sample = problem.sample;
        TwoWay {
            rows: Margin::new(&sample.rows, &problem.cols),
            cols: Margin::new(&sample.cols, &problem.rows),
        }
    }

    /// Sets the intercepts of both sides to their weighted least-squares values given the loadings.
    pub fn solve(&self, problem: &Problem<'_>, rows: &mut Loadings, cols: &mut Loadings) {
        let sample = problem.sample;
        let row_target = self.rows.less_low_rank(&sample.rows, rows, cols, &problem.cols);
        let col_target = self.cols.less_low_rank(&sample.cols, cols, rows, &problem.rows);
        let mut alpha: Vec<f64> = (0..rows.n).map(|row| rows.get(row, 0)).collect();
        let mut beta: Vec<f64> = (0..cols.n).map(|col| cols.get(col, 0)).collect();
        let settled = (0..PASSES).any(|_| {
            let (a, b) = (&mut alpha, &mut beta);
            let (da, la) = self.rows.update(&sample.rows, &row_target, a, b, &problem.cols);
            let (db, lb) = self.cols.update(&sample.cols, &col_target, b, a, &problem.rows);
            da.max(db) <= SETTLED * la.max(lb)
        });
        if !settled {
            beta = self.eliminate(problem, &row_target, &col_target);
            self.rows.update(&sample.rows, &row_target, &mut alpha, &beta, &problem.cols);
        }
        (0..rows.n).for_each(|row| rows.set(row, 0, alpha[row]));
        (0..cols.n).for_each(|col| cols.set(col, 0, beta[col]));
    }

    /// The column intercepts by elimination of the rows and then of the columns one by one.
    ///
    /// What is left after eliminating the rows is the Laplacian of a graph of columns. Its pivots are
    /// summed from its off-diagonal entries instead of being subtracted (Grassmann, Taksar, Heyman
    /// 1985), so weights of any size keep their digits. A component's last column is set to zero.
    fn eliminate(&self, problem: &Problem<'_>, row_target: &[f64], col_target: &[f64]) -> Vec<f64> {
        let n = problem.sample.cols.n;
        let (mut links, mut rhs) = self.column_graph(problem, row_target, col_target);
        for k in (1..n).rev() {
            let pivot: f64 = links[k * n..k * n + k].iter().sum();
            if pivot <= 0.0 {
                continue;
            }
            for i in 0..k {
                let share = links[k * n + i] / pivot;
                rhs[i] += share * rhs[k];
                for j in 0..i {
                    let link = share * links[k * n + j];
                    links[i * n + j] += link;
                    links[j * n + i] += link;
                }
            }
        }
        let mut beta = vec![0.0; n];
        for k in 1..n {
            let pivot: f64 = links[k * n..k * n + k].iter().sum();
            if pivot > 0.0 {
                let linked: f64 = (0..k).map(|i| links[k * n + i] * beta[i]).sum();
                beta[k] = (rhs[k] + linked) / pivot;
            }
        }
        beta
    }

    /// Links between columns (row-major, zero diagonal) and right-hand sides once the rows are
    /// eliminated.
    fn column_graph(
        &self,
        problem: &Problem<'_>,
        row_target: &[f64],
        col_target: &[f64],
    ) -> (Vec<f64>, Vec<f64>) {
        let n = problem.sample.cols.n;
        let theta = &problem.cols.effective;
        let mut links = vec![0.0; n * n];
        let mut rhs: Vec<f64> = (0..n).map(|s| theta[s] * col_target[s]).collect();
        for row in 0..problem.sample.rows.n {
            let mass = self.rows.mass[row];
            if mass <= 0.0 {
                continue;
            }
            let omega = problem.rows.effective[row];
            let mut observed: Vec<usize> = (0..n).collect();
            for &column in problem.sample.rows.masked[row].iter().rev() {
                observed.remove(column);
            }
            for &s in &observed {
                let pull = omega * theta[s] / mass;
                rhs[s] -= pull * row_target[row];
                for &u in observed.iter().filter(|&&u| u != s) {
                    links[s * n + u] += pull * theta[u];
                }
            }
        }
        (links, rhs)
    }
}
