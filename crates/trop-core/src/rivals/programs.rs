//! The quadratic programs of a spell: weights of donors and of periods.

use super::frank_wolfe::frank_wolfe;
use super::nnls::norm;
use super::options::SimplexMethod;
use super::result::Certificate;
use super::simplex::{Simplex, SimplexFit};
use super::spell::Block;
use super::weighting::Weighting;

/// The ridge that stands for one that vanishes, as synthdid has it: zeta in standard deviations of the donors' first
/// differences.
pub(super) const VANISHING: f64 = 1e-6;

/// Frank-Wolfe ends when a step gains less than the square of this many standard deviations.
const LEAST_DECREASE: f64 = 1e-5;

/// The quadratic programs of a block.
pub(super) struct Programs<'a> {
    pub block: &'a Block,
    pub method: SimplexMethod,
    pub tolerance: f64,
}

impl Programs<'_> {
    /// Standard deviation of the donors' first differences, with the divisor of the paper or of synthdid.
    pub fn noise(&self) -> f64 {
        self.block.noise(if self.method == SimplexMethod::Exact { 0.0 } else { 1.0 })
    }

    /// Unit weights: of the donors' paths before that are nearest to the target's. `zeta = 0` is the limit of
    /// smaller and smaller ones.
    pub fn units(&self, intercept: bool, zeta: f64) -> SimplexFit {
        let Programs { block, .. } = *self;
        let column = |j: usize| {
            let mut column: Vec<f64> =
                block.row(j).iter().zip(&block.target).map(|(x, y)| x - y).collect();
            if intercept {
                let mean = column.iter().sum::<f64>() / block.n_pre as f64;
                column.iter_mut().for_each(|d| *d -= mean);
            }
            column
        };
        let columns: Vec<f64> = (0..block.n_donors()).flat_map(column).collect();
        let zeta = if zeta > 0.0 { zeta } else { VANISHING * self.noise() };
        let ridge = zeta * zeta * block.n_pre as f64;
        self.solve(columns, block.n_pre, ridge, &block.count, block.n_pre as f64)
    }

    /// Period weights: of the periods before whose outcomes are nearest to the mean of the spell's, over donors.
    fn periods(&self, zeta: f64) -> SimplexFit {
        let Programs { block, .. } = *self;
        let total: f64 = block.count.iter().sum();
        let column = |s: usize| {
            let differences = (0..block.n_donors()).map(|j| block.row(j)[s] - block.post_mean(j));
            let mut column: Vec<f64> = differences.collect();
            let mean = column.iter().zip(&block.count).map(|(d, c)| c * d).sum::<f64>() / total;
            for (d, c) in column.iter_mut().zip(&block.count) {
                *d = c.sqrt() * (*d - mean);
            }
            column
        };
        let columns: Vec<f64> = (0..block.n_pre).flat_map(column).collect();
        let once = vec![1.0; block.n_pre];
        self.solve(columns, block.n_donors(), zeta * zeta * total, &once, total)
    }

    /// Unit and period weights with intercepts.
    pub fn both(&self, zeta: f64, period_zeta: f64) -> Weighting {
        let units = self.units(true, zeta);
        let periods = self.periods(period_zeta);
        let certificate = Certificate::of_simplex(&periods);
        let mut weighting = units.with(periods.weights, zeta);
        weighting.certificate = weighting.certificate.and(certificate);
        weighting
    }

    /// Weights of columns that stand there `count` times each, of so many rows.
    fn solve(
        &self,
        columns: Vec<f64>,
        m: usize,
        ridge: f64,
        count: &[f64],
        n_rows: f64,
    ) -> SimplexFit {
        let ridge = if ridge > 0.0 { ridge } else { smallest_ridge(&columns, m) };
        let problem = Simplex { columns, m, ridge: count.iter().map(|c| ridge / c).collect() };
        match self.method {
            SimplexMethod::Exact => problem.solve(self.tolerance),
            SimplexMethod::FrankWolfe => self.early_stopped(&problem, ridge, count, n_rows),
        }
    }

    /// Frank-Wolfe with every copy a column of its own.
    fn early_stopped(
        &self,
        problem: &Simplex,
        ridge: f64,
        count: &[f64],
        n_rows: f64,
    ) -> SimplexFit {
        let copies: Vec<usize> =
            (0..count.len()).flat_map(|j| std::iter::repeat_n(j, count[j] as usize)).collect();
        let m = problem.m;
        let long = Simplex {
            columns: copies
                .iter()
                .flat_map(|&j| problem.columns[j * m..(j + 1) * m].iter().copied())
                .collect(),
            m,
            ridge: vec![ridge; copies.len()],
        };
        let least = (LEAST_DECREASE * self.noise()).powi(2);
        let found = frank_wolfe(&long, n_rows, least, self.tolerance);
        let mut weights = vec![0.0; count.len()];
        copies.iter().zip(&found.weights).for_each(|(&j, w)| weights[j] += w);
        SimplexFit { weights, ..found }
    }
}

/// A ridge that only chooses among equally good weights.
fn smallest_ridge(columns: &[f64], m: usize) -> f64 {
    let largest = columns.chunks_exact(m).map(norm).fold(0.0, f64::max);
    if largest > 0.0 {
        (VANISHING * VANISHING * largest).powi(2)
    } else {
        1.0
    }
}
