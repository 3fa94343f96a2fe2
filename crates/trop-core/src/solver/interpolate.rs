//! lambda_nn = 0, read as the limit from above: the interpolant of least nuclear norm.
//!
//! As lambda_nn falls to zero the fit reaches every control outcome, whatever the (positive) weights,
//! and of all such fits the one whose low-rank part has the least nuclear norm. Intercepts are
//! optimal when that part is centred, so what is left to choose are the values z of the free cells:
//! minimize `||J X(z) J||_*`. Its smoothed form `sum sqrt(sigma^2 + mu^2)` is minimized by Newton's
//! method for falling mu; at each minimum `U diag(sigma / sqrt(sigma^2 + mu^2)) V'` is dual feasible.

use super::iterate::Fit;
use super::loadings::Loadings;
use super::outcome::{Outcome, Stopping};
use super::problem::Problem;
use crate::error::{Error, Result};
use crate::numerics::linalg::{solve_positive_definite, thin_svd};

/// mu falls by this factor from one smoothed problem to the next.
const SMOOTHING_STEP: f64 = 0.1;

/// The smallest mu, relative to the largest singular value at the start. Rounding mostly ends the
/// search earlier: singular values near mu lose their digits.
const SMALLEST_SMOOTHING: f64 = 1e-11;

/// mu is too small for rounding when the gap exceeds the least one by this factor.
const WORSENING: f64 = 1e3;

/// A nuclear norm below this share of the largest singular value at the start is zero up to rounding.
const ROUNDING: f64 = 1e-12;

/// A smoothed problem is solved when no derivative by a free cell exceeds this.
const FLAT: f64 = 1e-15;

/// Changes below this share of the objective are hidden by rounding.
const HIDDEN: f64 = 1e-12;

/// Newton steps for one mu.
const NEWTON_STEPS: usize = 50;

/// Singular values below this share of the largest count as zero in the rank.
const RANK_SHARE: f64 = 1e-6;

/// The values of free cells in the interpolant, and how the search for it ended.
pub(crate) struct Interpolation {
    /// One for each target.
    pub values: Vec<f64>,
    pub rank: usize,
    /// The low-rank part as the factors of its singular value decomposition; intercepts zero.
    pub low_rank: Fit,
    pub outcome: Outcome,
}

/// The interpolant's values at the rows and columns of `targets`, which no control outcome of positive
/// weight fixes.
pub(crate) fn interpolate(
    problem: &Problem<'_>,
    targets: &[(usize, usize)],
    stopping: Stopping,
    stop: &dyn Fn() -> bool,
) -> Result<Interpolation> {
    let mut search = Interpolant::new(problem, targets);
    let mut best = search.point(0.0)?;
    let start = best.values.first().copied().unwrap_or(0.0);
    let (mut smoothing, mut gap) = (start, if start > 0.0 { f64::INFINITY } else { 0.0 });
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); targets.len()];
    let mut iterations = 0;
    // Beyond the tolerance, as far as rounding allows: a small gap alone leaves the free cells loose.
    while smoothing > SMALLEST_SMOOTHING * start && iterations < stopping.max_iterations {
        smoothing *= SMOOTHING_STEP;
        let point = search.minimize(smoothing, &mut iterations, stopping.max_iterations, stop)?;
        let new_gap = search.gap(&point, start);
        if new_gap > WORSENING * gap {
            break;
        }
        for (values, &at) in values.iter_mut().zip(&search.targets) {
            values.push(search.free_value[at]);
        }
        if new_gap < gap {
            (best, gap) = (point, new_gap);
        }
    }
    let primal: f64 = best.values.iter().sum();
    let largest = best.values.first().copied().unwrap_or(0.0);
    let rank = best.values.iter().take_while(|&&s| s > RANK_SHARE * largest).count();
    Ok(Interpolation {
        values: values.iter().map(|values| extrapolate(values)).collect(),
        rank,
        low_rank: search.low_rank(&best, rank, problem),
        outcome: Outcome::new(primal, gap, iterations, stopping.tolerance),
    })
}

/// Where the values go as mu falls. The minimum moves in proportion to mu, so any two successive values
/// tell; of these guesses the one nearest to its predecessor suffers least from too large a mu and from
/// rounding at too small a one.
fn extrapolate(values: &[f64]) -> f64 {
    let ratio = SMOOTHING_STEP / (1.0 - SMOOTHING_STEP);
    let guesses: Vec<f64> = values.windows(2).map(|z| z[1] + (z[1] - z[0]) * ratio).collect();
    let steadiest = guesses
        .windows(2)
        .min_by(|a, b| (a[1] - a[0]).abs().total_cmp(&(b[1] - b[0]).abs()))
        .map(|pair| pair[1]);
    steadiest.or(guesses.last().copied()).or(values.last().copied()).unwrap_or(0.0)
}

/// The matrix whose nuclear norm is minimized, with its free cells.
struct Interpolant {
    n_rows: usize,
    n_cols: usize,
    /// Where its rows and columns stand in the sample, sides swapped if `swap`.
    row_place: Vec<usize>,
    col_place: Vec<usize>,
    swap: bool,
    /// Outcomes, row-major; free cells hold their current value.
    matrix: Vec<f64>,
    /// Square roots of how often each row and column stands in the panel: the directions that the
    /// intercepts absorb.
    row_repeat: Vec<f64>,
    col_repeat: Vec<f64>,
    free: Vec<(usize, usize)>,
    free_value: Vec<f64>,
    /// Positions of the targets among the free cells.
    targets: Vec<usize>,
}

/// A smoothed problem at one choice of the free cells.
struct Point {
    smoothing: f64,
    objective: f64,
    /// Singular values, descending, with their vectors: row-major n_rows x k and n_cols x k.
    values: Vec<f64>,
    u: Vec<f64>,
    v: Vec<f64>,
    /// `sqrt(sigma^2 + mu^2)`.
    smoothed: Vec<f64>,
    /// Derivatives by the free cells.
    gradient: Vec<f64>,
}

impl Point {
    /// The largest derivative by a free cell.
    fn slope(&self) -> f64 {
        self.gradient.iter().map(|g| g.abs()).fold(0.0, f64::max)
    }
}

impl Interpolant {
    /// Rows and columns without a fixed cell are left out: their low-rank part is zero. The longer
    /// side is the rows', so that the columns' singular vectors are complete.
    fn new(problem: &Problem<'_>, targets: &[(usize, usize)]) -> Self {
        let sample = problem.sample();
        let fixed = |row: usize, col: usize| {
            problem.rows.own[row] > 0.0
                && problem.cols.own[col] > 0.0
                && sample.rows.masked[row].binary_search(&col).is_err()
        };
        let (n_rows, n_cols) = (sample.rows.n, sample.cols.n);
        let rows: Vec<usize> = (0..n_rows).filter(|&r| (0..n_cols).any(|c| fixed(r, c))).collect();
        let cols: Vec<usize> = (0..n_cols).filter(|&c| (0..n_rows).any(|r| fixed(r, c))).collect();
        let swap = rows.len() < cols.len();
        let place = |a: usize, b: usize| if swap { (b, a) } else { (a, b) };
        let ((long, long_count), (short, short_count)) = {
            let (r, c) = ((&rows, &problem.rows.count), (&cols, &problem.cols.count));
            if swap {
                (c, r)
            } else {
                (r, c)
            }
        };
        let repeat = |side: &[usize], count: &[f64]| -> Vec<f64> {
            side.iter().map(|&k| count[k].sqrt()).collect()
        };
        let mut new = Interpolant {
            n_rows: long.len(),
            n_cols: short.len(),
            row_place: long.clone(),
            col_place: short.clone(),
            swap,
            matrix: Vec::with_capacity(long.len() * short.len()),
            row_repeat: repeat(long, long_count),
            col_repeat: repeat(short, short_count),
            free: Vec::new(),
            free_value: Vec::new(),
            targets: vec![0; targets.len()],
        };
        for (i, &a) in long.iter().enumerate() {
            for (j, &b) in short.iter().enumerate() {
                let (row, col) = place(a, b);
                if fixed(row, col) {
                    new.matrix.push(sample.rows.outcome(row, col));
                    continue;
                }
                if let Some(k) = targets.iter().position(|&t| t == (row, col)) {
                    new.targets[k] = new.free.len();
                }
                new.free.push((i, j));
                new.matrix.push(0.0);
            }
        }
        new.free_value = vec![0.0; new.free.len()];
        new
    }

    /// The low-rank part at a point, up to a rank.
    fn low_rank(&self, point: &Point, rank: usize, problem: &Problem<'_>) -> Fit {
        let factor = |n: usize, place: &[usize], repeat: &[f64], vectors: &[f64]| {
            let mut loadings = Loadings::zeros(n, rank);
            for (i, &at) in place.iter().enumerate() {
                for k in 0..rank {
                    let value = vectors[i * self.n_cols + k] * point.values[k].sqrt() / repeat[i];
                    loadings.set(at, k + 1, value);
                }
            }
            loadings
        };
        let (n_rows, n_cols) = (problem.sample().rows.n, problem.sample().cols.n);
        let (n_long, n_short) = if self.swap { (n_cols, n_rows) } else { (n_rows, n_cols) };
        let long = factor(n_long, &self.row_place, &self.row_repeat, &point.u);
        let short = factor(n_short, &self.col_place, &self.col_repeat, &point.v);
        let (rows, cols) = if self.swap { (short, long) } else { (long, short) };
        Fit { rows, cols }
    }

    /// The centred matrix, each row and column scaled by its repeats.
    fn centred(&self) -> Vec<f64> {
        let (row_repeat, col_repeat) = (&self.row_repeat, &self.col_repeat);
        let mut x: Vec<f64> = (0..self.matrix.len())
            .map(|k| self.matrix[k] * row_repeat[k / self.n_cols] * col_repeat[k % self.n_cols])
            .collect();
        for row in x.chunks_exact_mut(self.n_cols) {
            project_out(row, col_repeat);
        }
        for col in 0..self.n_cols {
            let mut column: Vec<f64> = x[col..].iter().step_by(self.n_cols).copied().collect();
            project_out(&mut column, row_repeat);
            for (row, value) in column.into_iter().enumerate() {
                x[row * self.n_cols + col] = value;
            }
        }
        x
    }

    fn point(&self, smoothing: f64) -> Result<Point> {
        let (n, k) = (self.n_rows, self.n_cols);
        let svd = thin_svd(n, k, &self.centred()).ok_or(Error::FactorizationFailed)?;
        let smoothed: Vec<f64> = svd.values.iter().map(|s| s.hypot(smoothing)).collect();
        let (row_repeat, col_repeat) = (&self.row_repeat, &self.col_repeat);
        let slope: Vec<f64> = svd
            .values
            .iter()
            .zip(&smoothed)
            .map(|(s, r)| if *r > 0.0 { s / r } else { 0.0 })
            .collect();
        let gradient = self
            .free
            .iter()
            .map(|&(i, j)| {
                let inner: f64 =
                    (0..k).map(|l| svd.u[i * k + l] * slope[l] * svd.v[j * k + l]).sum();
                row_repeat[i] * col_repeat[j] * inner
            })
            .collect();
        Ok(Point {
            smoothing,
            objective: smoothed.iter().sum(),
            values: svd.values,
            u: svd.u,
            v: svd.v,
            smoothed,
            gradient,
        })
    }

    /// Newton's method with backtracking.
    fn minimize(
        &mut self,
        smoothing: f64,
        iterations: &mut usize,
        max_iterations: usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<Point> {
        let mut point = self.point(smoothing)?;
        for _ in 0..NEWTON_STEPS {
            if stop() {
                return Err(Error::Interrupted);
            }
            if *iterations == max_iterations || point.slope() <= FLAT {
                break;
            }
            *iterations += 1;
            let Some(step) = self.newton_step(&point) else { break };
            let decrement: f64 = -step.iter().zip(&point.gradient).map(|(s, g)| s * g).sum::<f64>();
            match self.line_search(&point, &step, decrement)? {
                Some(next) => point = next,
                None => break,
            }
        }
        Ok(point)
    }

    /// The first of the steps 1, 1/2, 1/4, ... that decreases the objective enough, or the gradient once
    /// rounding hides changes of the objective; `None` if neither is possible.
    fn line_search(&mut self, from: &Point, step: &[f64], decrement: f64) -> Result<Option<Point>> {
        let start = self.free_value.clone();
        let hidden = decrement < HIDDEN * from.objective;
        let shortest = if hidden { 0.25 } else { 1e-10 };
        let mut length = 1.0;
        while length >= shortest {
            let trial: Vec<f64> = start.iter().zip(step).map(|(z, s)| z + length * s).collect();
            self.set_free(trial);
            let next = self.point(from.smoothing)?;
            let better = if hidden {
                next.slope() < 0.9 * from.slope()
            } else {
                next.objective <= from.objective - 0.1 * length * decrement
            };
            if better {
                return Ok(Some(next));
            }
            length *= 0.5;
        }
        self.set_free(start);
        Ok(None)
    }

    fn set_free(&mut self, values: Vec<f64>) {
        for (&(i, j), value) in self.free.iter().zip(&values) {
            self.matrix[i * self.n_cols + j] = *value;
        }
        self.free_value = values;
    }

    /// `-H^-1 gradient`; `None` if the Hessian is numerically singular.
    fn newton_step(&self, point: &Point) -> Option<Vec<f64>> {
        let n = self.free.len();
        let mut hessian = vec![0.0; n * n];
        for a in 0..n {
            let row = self.hessian_row(point, a);
            hessian[a * n..a * n + n].copy_from_slice(&row);
        }
        let ridge = f64::EPSILON * (0..n).map(|a| hessian[a * n + a]).fold(0.0, f64::max);
        (0..n).for_each(|a| hessian[a * n + a] += ridge);
        let downhill: Vec<f64> = point.gradient.iter().map(|g| -g).collect();
        solve_positive_definite(n, &hessian, &downhill)
    }

    /// Second derivatives by free cell `a` and each free cell up to it.
    ///
    /// With C = X'X + mu^2 the gradient matrix is X C^(-1/2). A change p q' of X changes it by
    /// `p q' C^(-1/2) + X V (Gamma o D) V'`, D = V' dC V, Gamma the divided differences of x^(-1/2).
    fn hessian_row(&self, point: &Point, a: usize) -> Vec<f64> {
        let k = self.n_cols;
        let (row_repeat, col_repeat) = (&self.row_repeat, &self.col_repeat);
        let (i, j) = self.free[a];
        let scale = row_repeat[i] * col_repeat[j];
        let (u, w) = (&point.u[i * k..(i + 1) * k], self.right_coordinates(point, j));
        let rho = &point.smoothed;
        let sigma = &point.values;
        // middle[l][m] = sigma_l Gamma_lm (sigma_l u_l w_m + w_l sigma_m u_m)
        let mut middle = vec![0.0; k * k];
        for l in 0..k {
            for m in 0..k {
                let gamma = -1.0 / (rho[l] * rho[m] * (rho[l] + rho[m]));
                let change = sigma[l] * u[l] * w[m] + w[l] * sigma[m] * u[m];
                middle[l * k + m] = sigma[l] * gamma * change;
            }
        }
        let row_square: f64 = row_repeat.iter().map(|r| r * r).sum();
        let mut row = vec![0.0; self.free.len()];
        for b in 0..=a {
            let (i2, j2) = self.free[b];
            let u2 = &point.u[i2 * k..(i2 + 1) * k];
            let w2 = self.right_coordinates(point, j2);
            let same = if i == i2 { 1.0 } else { 0.0 };
            let rows = same - row_repeat[i] * row_repeat[i2] / row_square;
            let first: f64 = (0..k).map(|l| w[l] * w2[l] / rho[l]).sum();
            let second: f64 = (0..k)
                .map(|l| u2[l] * (0..k).map(|m| middle[l * k + m] * w2[m]).sum::<f64>())
                .sum();
            row[b] = scale * row_repeat[i2] * col_repeat[j2] * (rows * first + second);
        }
        row
    }

    /// V'q for the centred unit vector q of a column.
    fn right_coordinates(&self, point: &Point, col: usize) -> Vec<f64> {
        let k = self.n_cols;
        let repeat = &self.col_repeat;
        let square: f64 = repeat.iter().map(|r| r * r).sum();
        let share = repeat[col] / square;
        (0..k)
            .map(|l| {
                let mean: f64 = (0..k).map(|j| repeat[j] * point.v[j * k + l]).sum();
                point.v[col * k + l] - share * mean
            })
            .collect()
    }

    /// Relative gap of the dual point that the smoothed minimum supplies.
    fn gap(&self, point: &Point, start: f64) -> f64 {
        let primal: f64 = point.values.iter().sum();
        let dual: f64 = point.values.iter().zip(&point.smoothed).map(|(s, r)| s * s / r).sum();
        let infeasible: f64 =
            point.gradient.iter().zip(&self.free_value).map(|(g, z)| (g * z).abs()).sum();
        ((primal - dual + infeasible) / primal.max(ROUNDING * start)).max(0.0)
    }
}

/// Subtracts the projection on a direction.
fn project_out(x: &mut [f64], direction: &[f64]) {
    let square: f64 = direction.iter().map(|d| d * d).sum();
    let inner: f64 = x.iter().zip(direction).map(|(x, d)| x * d).sum();
    for (x, d) in x.iter_mut().zip(direction) {
        *x -= inner / square * d;
    }
}
