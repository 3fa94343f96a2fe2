//! Weighted two-way fixed effects: the intercepts of a fit, exactly, given its low-rank part.

use super::loadings::Loadings;
use super::passes::{alternate, Margins};
use super::problem::{Problem, SideWeights};
use super::sample::Side;
use crate::numerics::kernels::{dispatch, tile_products, TILE};
use pulp::{Simd, WithSimd};

/// Intercepts are found by alternating passes if each is sure to take away at least this share of the
/// error, so that a small change means a small error; else by elimination.
const LEAST_COUPLING: f64 = 0.1;

/// Passes after which elimination takes over.
const PASSES: usize = 400;

/// Passes end when no intercept moves by more than this, which is rounding: outcomes are near one in
/// size.
const SETTLED: f64 = 1e-14;

/// Intercepts found by elimination must not move by more than this in a further pass.
const CONFIRMED: f64 = 1e-10;

/// A sum over observed columns is a total less the masked ones as long as this share of the weight
/// remains; else it is summed anew, since the difference would have lost digits.
const SAFE_REMAINDER: f64 = 0.1;

/// What the intercepts depend on, for one problem.
#[derive(Clone, Debug)]
pub(crate) struct TwoWay {
    rows: Margin,
    cols: Margin,
    /// Each alternating pass takes away at least [`LEAST_COUPLING`] of the error.
    is_coupled: bool,
}

/// Sums of outcomes less the low-rank part over the observed cells of each row and column.
struct Totals {
    row: Vec<f64>,
    col: Vec<f64>,
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
        let mut mass: Vec<f64> = (0..side.n).map(|row| sum(row, false)).collect();
        let term_by_term: Vec<bool> = mass.iter().map(|&m| m < SAFE_REMAINDER * total).collect();
        for row in (0..side.n).filter(|&row| term_by_term[row]) {
            mass[row] = sum(row, true);
        }
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

/// A lower bound of the share of the error that a pass takes away.
///
/// A pass maps the columns' errors by a stochastic matrix: from a column to a row in proportion to the
/// rows' weights, and on to a column in proportion to the columns' weights, over observed cells. It
/// contracts by one minus the mass that its rows have in common (Doeblin). Two bounds of that mass:
/// what goes through rows without masked cells, and, if that is too little, what is left of each column's
/// weight if all of its masked rows are counted against it.
fn coupling(side: &Side, own: &SideWeights, other: &SideWeights, columns: &Margin) -> f64 {
    let mass = || columns.mass.iter().copied().filter(|&m| m > 0.0);
    let complete: f64 =
        (0..side.n).filter(|&row| side.masked[row].is_empty()).map(|row| own.effective[row]).sum();
    let through_complete = complete / mass().fold(0.0, f64::max);
    if through_complete >= LEAST_COUPLING {
        return through_complete;
    }
    let least = mass().fold(f64::INFINITY, f64::min);
    let mut masked = vec![0.0; side.other];
    for (row, columns) in side.masked.iter().enumerate() {
        columns.iter().for_each(|&column| masked[column] += own.effective[row]);
    }
    let weights = &other.effective[..side.other];
    let left: f64 = weights.iter().zip(&masked).map(|(w, m)| w * (1.0 - m / least).max(0.0)).sum();
    through_complete.max(left / weights.iter().sum::<f64>())
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
        let sample = problem.sample();
        let rows = Margin::new(&sample.rows, &problem.cols);
        let cols = Margin::new(&sample.cols, &problem.rows);
        let is_coupled = coupling(&sample.rows, &problem.rows, &problem.cols, &cols)
            >= LEAST_COUPLING
            || coupling(&sample.cols, &problem.cols, &problem.rows, &rows) >= LEAST_COUPLING;
        TwoWay { rows, cols, is_coupled }
    }

    /// Sets the intercepts of both sides to their weighted least-squares values given the loadings;
    /// false if rounding keeps them from settling.
    pub fn solve(&self, problem: &Problem<'_>, rows: &mut Loadings, cols: &mut Loadings) -> bool {
        let sample = problem.sample();
        let totals = Totals {
            row: self.rows.less_low_rank(&sample.rows, rows, cols, &problem.cols),
            col: self.cols.less_low_rank(&sample.cols, cols, rows, &problem.rows),
        };
        let mut alpha: Vec<f64> = (0..rows.n).map(|row| rows.get(row, 0)).collect();
        let mut beta: Vec<f64> = (0..cols.n).map(|col| cols.get(col, 0)).collect();
        let mut exact = self.is_coupled && self.alternate(problem, &totals, &mut alpha, &mut beta);
        if !exact {
            beta = self.eliminate(problem, rows, cols);
            self.rows.update(&sample.rows, &totals.row, &mut alpha, &beta, &problem.cols);
            exact = self.pass(problem, &totals, &mut alpha, &mut beta) <= CONFIRMED;
        }
        (0..rows.n).for_each(|row| rows.set(row, 0, alpha[row]));
        (0..cols.n).for_each(|col| cols.set(col, 0, beta[col]));
        exact
    }

    /// Alternates until nothing moves; false if that takes too many passes.
    fn alternate(
        &self,
        problem: &Problem<'_>,
        totals: &Totals,
        alpha: &mut [f64],
        beta: &mut [f64],
    ) -> bool {
        if self.rows.term_by_term.contains(&true) || self.cols.term_by_term.contains(&true) {
            return (0..PASSES).any(|_| self.pass(problem, totals, alpha, beta) <= SETTLED);
        }
        let margins = Margins {
            row: &totals.row,
            col: &totals.col,
            row_mass: &self.rows.mass,
            col_mass: &self.cols.mass,
        };
        alternate(problem, &margins, alpha, beta, SETTLED, PASSES)
    }

    /// Updates rows and then columns; returns the largest change, relative to the largest intercept if
    /// that exceeds one.
    fn pass(
        &self,
        problem: &Problem<'_>,
        totals: &Totals,
        alpha: &mut [f64],
        beta: &mut [f64],
    ) -> f64 {
        let sample = problem.sample();
        let (da, la) = self.rows.update(&sample.rows, &totals.row, alpha, beta, &problem.cols);
        let (db, lb) = self.cols.update(&sample.cols, &totals.col, beta, alpha, &problem.rows);
        da.max(db) / la.max(lb).max(1.0)
    }

    /// The column intercepts by elimination of the rows and then of the columns one by one.
    ///
    /// Eliminating the rows leaves a graph of columns, in which a link is the weight with which two
    /// columns are compared and a flow that weight times their difference. Eliminating a column adds
    /// the links and flows of the ways through it. Weights are only ever added and multiplied
    /// (Grassmann, Taksar, Heyman 1985), and differences are never summed up over columns that must
    /// cancel, so weights of any size keep their digits. A component's first column is set to zero.
    fn eliminate(&self, problem: &Problem<'_>, rows: &Loadings, cols: &Loadings) -> Vec<f64> {
        let n = cols.n;
        let mut graph = self.column_graph(problem, rows, cols);
        let link_sum = |links: &[f64], k: usize| -> f64 { links[k * n..k * n + k].iter().sum() };
        for k in (1..n).rev() {
            let total = link_sum(&graph.links, k);
            if total <= 0.0 {
                continue;
            }
            for i in 0..k {
                let share_i = graph.links[k * n + i] / total;
                for j in 0..i {
                    let share_j = graph.links[k * n + j] / total;
                    let link = share_i * graph.links[k * n + j];
                    let flow = share_i * graph.flows[k * n + j] - share_j * graph.flows[k * n + i];
                    graph.links[i * n + j] += link;
                    graph.flows[i * n + j] += flow;
                }
            }
        }
        let mut beta = vec![0.0; n];
        for k in 1..n {
            let total = link_sum(&graph.links, k);
            if total > 0.0 {
                let at = |i: usize| graph.links[k * n + i] * beta[i] + graph.flows[k * n + i];
                beta[k] = (0..k).map(at).sum::<f64>() / total;
            }
        }
        beta
    }

    /// Links and flows between columns once the rows are eliminated.
    fn column_graph(&self, problem: &Problem<'_>, rows: &Loadings, cols: &Loadings) -> Graph {
        let side = &problem.sample().rows;
        let n = cols.n;
        let theta = &problem.cols.effective;
        let mut graph = Graph { links: vec![0.0; n * n], flows: vec![0.0; n * n] };
        for row in 0..side.n {
            let mass = self.rows.mass[row];
            if mass <= 0.0 {
                continue;
            }
            let mut observed: Vec<usize> = (0..n).collect();
            for &column in side.masked[row].iter().rev() {
                observed.remove(column);
            }
            let value: Vec<f64> =
                observed.iter().map(|&s| side.outcome(row, s) - rows.inner(row, cols, s)).collect();
            for (a, &s) in observed.iter().enumerate() {
                let pull = problem.rows.effective[row] * theta[s] / mass;
                for (b, &u) in observed[..a].iter().enumerate() {
                    let link = pull * theta[u];
                    graph.links[s * n + u] += link;
                    graph.flows[s * n + u] += link * (value[a] - value[b]);
                }
            }
        }
        graph
    }
}

/// Weights of the comparisons of columns, and weights times differences; row-major, the part left of
/// the diagonal.
struct Graph {
    links: Vec<f64>,
    flows: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::sample::Sample;

    /// Two groups of units, each with periods of its own, and one unit that was observed in all.
    fn is_coupled(size: usize) -> bool {
        let (n, t) = (2 * size + 1, 6);
        let is_observed = |i: usize, s: usize| i == 2 * size || (i < size) == (s < 3);
        let outcome = |i: usize, s: usize| is_observed(i, s).then_some(1.0);
        let sample = Sample::new(n, t, 0, outcome, |_, _, _| 0.0);
        TwoWay::new(&Problem::new(&sample, &vec![1.0; n], &[1.0; 6], None, 1.0)).is_coupled
    }

    #[test]
    fn passes_are_trusted_where_enough_weight_goes_through_all_periods() {
        // Of a period's weight, 1 / 9 is that of the unit between the groups; or 1 / 11.
        assert!(is_coupled(8));
        assert!(!is_coupled(10));
    }
}
