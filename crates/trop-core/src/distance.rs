//! Distances between units (Eq. 3).

use crate::error::{Error, Result};
use crate::panel::{Cell, Panel};
use crate::parallel::Threads;
use crate::solver::kernels::{dispatch, padded};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

/// The root mean squared difference of the control outcomes of each pair of units: row-major N x N,
/// symmetric, zero on the diagonal, infinite for units without a common control period.
///
/// It is Eq. 3's distance without the "other than the target's period". Units of the outcome.
/// `threads = None` takes all cores.
///
/// # Errors
/// [`Error::ThreadsZero`] or [`Error::ThreadsUnavailable`].
///
/// ```
/// use trop_core::{compute_unit_distance_matrix, Panel};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], 2, 2)?;
/// let distance = compute_unit_distance_matrix(&panel, None)?;
/// assert_eq!(distance, [0.0, 3.0, 3.0, 0.0]);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn compute_unit_distance_matrix(panel: &Panel, threads: Option<usize>) -> Result<Vec<f64>> {
    let n = panel.n_units();
    let distances = Distances::new(panel);
    let rows: Vec<Vec<f64>> = Threads::new(threads)?
        .run(|| (0..n).into_par_iter().map(|unit| distances.to_unit(unit)).collect());
    let mut matrix = Vec::with_capacity(n * n);
    for (unit, mut row) in rows.into_iter().enumerate() {
        row[unit] = 0.0;
        matrix.extend(row);
    }
    Ok(matrix)
}

/// Eq. 3's `dist_{-t}(j, i)` of every unit j to the unit of `target`, over the periods other than the
/// target's. Length N; zero for the target's own unit; infinite without a common control period.
///
/// # Errors
/// [`Error::CellOutOfRange`].
///
/// ```
/// use trop_core::{leave_period_out_distances, Cell, Panel};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], 2, 2)?;
/// let distance = leave_period_out_distances(&panel, Cell { unit: 1, period: 1 })?;
/// assert_eq!(distance, [3.0, 0.0]);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn leave_period_out_distances(panel: &Panel, target: Cell) -> Result<Vec<f64>> {
    check_cell(panel, target)?;
    Ok(Distances::new(panel).to_target(target))
}

pub(crate) fn check_cell(panel: &Panel, cell: Cell) -> Result<()> {
    let (n_units, n_periods) = (panel.n_units(), panel.n_periods());
    if cell.unit >= n_units || cell.period >= n_periods {
        let Cell { unit, period } = cell;
        return Err(Error::CellOutOfRange { unit, period, n_units, n_periods });
    }
    Ok(())
}

/// Control outcomes by period, for one pass over all units at once.
#[derive(Clone, Debug)]
pub(crate) struct Distances {
    n_units: usize,
    n_periods: usize,
    /// `outcome[period * padded(n_units) + unit]`, zero where there is no control outcome.
    outcome: Vec<f64>,
    /// 1 at control outcomes, 0 elsewhere.
    control: Vec<f64>,
}

impl Distances {
    pub fn new(panel: &Panel) -> Self {
        let (n_units, n_periods) = (panel.n_units(), panel.n_periods());
        let stride = padded(n_units);
        let mut outcome = vec![0.0; stride * n_periods];
        let mut control = vec![0.0; stride * n_periods];
        for cell in panel.control_cells() {
            let at = cell.period * stride + cell.unit;
            outcome[at] = panel.outcome(cell);
            control[at] = 1.0;
        }
        Distances { n_units, n_periods, outcome, control }
    }

    /// Distances of all units to the unit of a target, its period left out.
    pub fn to_target(&self, target: Cell) -> Vec<f64> {
        let mut distance = self.distances_from(target.unit, Some(target.period));
        distance[target.unit] = 0.0;
        distance
    }

    /// Distances of all units to a unit, over all periods.
    pub fn to_unit(&self, unit: usize) -> Vec<f64> {
        self.distances_from(unit, None)
    }

    fn distances_from(&self, unit: usize, skip: Option<usize>) -> Vec<f64> {
        dispatch(DistancesFrom { data: self, unit, skip })
    }
}

struct DistancesFrom<'a> {
    data: &'a Distances,
    unit: usize,
    skip: Option<usize>,
}

impl WithSimd for DistancesFrom<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
        let stride = padded(self.data.n_units);
        let mut sum = vec![0.0; stride];
        let mut count = vec![0.0; stride];
        for period in (0..self.data.n_periods).filter(|&u| Some(u) != self.skip) {
            let row = period * stride..(period + 1) * stride;
            let outcome = &self.data.outcome[row.clone()];
            let control = &self.data.control[row];
            if control[self.unit] > 0.0 {
                add_squares(simd, outcome[self.unit], outcome, control, &mut sum, &mut count);
            }
        }
        let mut distance: Vec<f64> = sum
            .iter()
            .zip(&count)
            .map(|(s, &n)| if n > 0.0 { (s / n).sqrt() } else { f64::INFINITY })
            .collect();
        distance.truncate(self.data.n_units);
        distance
    }
}

/// Adds the squared differences from `own` where there is a control outcome, and counts them.
#[inline(always)]
fn add_squares<S: Simd>(
    simd: S,
    own: f64,
    outcome: &[f64],
    control: &[f64],
    sum: &mut [f64],
    count: &mut [f64],
) {
    let own = simd.splat_f64s(own);
    let (outcome, _) = S::as_simd_f64s(outcome);
    let (control, _) = S::as_simd_f64s(control);
    let (sum, _) = S::as_mut_simd_f64s(sum);
    let (count, _) = S::as_mut_simd_f64s(count);
    for (((y, c), sum), count) in outcome.iter().zip(control).zip(sum).zip(count) {
        let difference = simd.sub_f64s(own, *y);
        let kept = simd.mul_f64s(difference, *c);
        *sum = simd.mul_add_e_f64s(kept, difference, *sum);
        *count = simd.add_f64s(*count, *c);
    }
}
