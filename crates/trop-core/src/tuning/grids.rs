//! Candidates for the lambdas.

use super::scoring::Term;
use crate::error::{number, Error, Result};
use crate::lambdas::{check_lambda, Lambdas};
use crate::panel::Panel;
use crate::runtime::{check_room, heed, Monitor};
use crate::solver::{Fit, Problem, Stopping, Workspace};
use crate::weighting::Distances;

/// Default decays per period.
const TIME: [f64; 8] = [0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0];

/// Default decays per median distance between units.
const UNIT: [f64; 6] = [0.0, 0.5, 1.0, 2.0, 4.0, 8.0];

/// Default penalties as shares of the smallest at which the low-rank part vanishes.
const NN: [f64; 6] = [0.5, 0.25, 0.1, 0.05, 0.02, 0.01];

/// Units whose distances the median is taken of: evenly spaced if there are more.
const MEDIAN_UNITS: usize = 1000;

/// Residuals below this share of the outcomes are rounding.
const ROUNDING: f64 = 1e-12;

/// The candidates of each lambda.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Grids {
    /// Of lambda_time; finite, >= 0, distinct.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub time: Vec<f64>,
    /// Of lambda_unit; finite, >= 0, distinct.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub unit: Vec<f64>,
    /// Of lambda_nn; >= 0, infinity allowed, distinct.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub nn: Vec<f64>,
}

impl Grids {
    /// Checks the candidates.
    ///
    /// # Errors
    /// [`Error::GridEmpty`], [`Error::GridDuplicate`] or [`Error::LambdaInvalid`].
    ///
    /// ```
    /// let grids = trop_core::Grids { time: vec![0.0, 0.0], unit: vec![0.0], nn: vec![1.0] };
    /// assert_eq!(grids.validate().unwrap_err().code(), "grid_duplicate");
    /// ```
    pub fn validate(&self) -> Result<()> {
        for (name, grid) in [("time", &self.time), ("unit", &self.unit), ("nn", &self.nn)] {
            if grid.is_empty() {
                return Err(Error::GridEmpty { name });
            }
            grid.iter().try_for_each(|&value| check_lambda(name, value))?;
            let twice = (1..grid.len()).find(|&k| grid[..k].contains(&grid[k]));
            if let Some(k) = twice {
                return Err(Error::GridDuplicate { name, value: number(grid[k]) });
            }
        }
        Ok(())
    }

    /// Checks that there is room for all triples, and for the terms of all their scores.
    pub(crate) fn check_room(&self, n_terms: usize) -> Result<()> {
        let sizes = [self.time.len(), self.unit.len(), self.nn.len()];
        let triples: u128 = sizes.iter().map(|&n| n as u128).product();
        let terms = triples.saturating_mul(n_terms as u128);
        check_room::<Term>("the scores of all triples of the grids", terms)
    }

    /// All triples: `time` slowest, `nn` fastest.
    ///
    /// ```
    /// let grids = trop_core::Grids { time: vec![0.0, 0.1], unit: vec![0.0], nn: vec![1.0, 2.0] };
    /// assert_eq!(grids.triples().len(), 4);
    /// assert_eq!(grids.triples()[1].nn, 2.0);
    /// ```
    pub fn triples(&self) -> Vec<Lambdas> {
        let mut triples = Vec::with_capacity(self.time.len() * self.unit.len() * self.nn.len());
        for &time in &self.time {
            for &unit in &self.unit {
                triples.extend(self.nn.iter().map(|&nn| Lambdas { time, unit, nn }));
            }
        }
        triples
    }

    /// Default candidates, built from the panel's scale so that the unit of measurement does not
    /// matter.
    ///
    /// - `time`: 0, 0.1, 0.25, 0.5, 1, 2, 3, 5 (per period);
    /// - `unit`: 0, 0.5, 1, 2, 4, 8 over the median distance between two units with a common control
    ///   period (over 1,000 evenly spaced units if there are more); only 0 if that is 0;
    /// - `nn`: infinity, and 0.5, 0.25, 0.1, 0.05, 0.02, 0.01 times the smallest value at which the
    ///   low-rank part vanishes with equal weights, twice the spectral norm of the two-way residuals;
    ///   only infinity if that is 0.
    ///
    /// # Errors
    /// [`Error::FactorizationFailed`] or [`Error::Interrupted`].
    ///
    /// ```
    /// use trop_core::{Grids, Panel, Shape, Silent};
    /// let panel = Panel::new(
    ///     &[1.0, 2.0, 4.0, 7.0, 5.0, 6.0],
    ///     &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ///     Shape { n_units: 3, n_periods: 2 },
    /// )?;
    /// let grids = Grids::default_for(&panel, &Silent)?;
    /// assert_eq!(grids.time, [0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0]);
    /// assert_eq!(grids.unit[0], 0.0);
    /// assert_eq!(grids.nn[0], f64::INFINITY);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn default_for(panel: &Panel, monitor: &dyn Monitor) -> Result<Self> {
        let panel = &*panel.of_those_that_play_a_part();
        let unit = match median_distance(panel, monitor)? {
            Some(d) if d > 0.0 => UNIT.iter().map(|u| u / d).collect(),
            _ => vec![0.0],
        };
        let mut nn = vec![f64::INFINITY];
        let vanishing = vanishing_lambda(panel, monitor)?;
        if vanishing > 0.0 {
            nn.extend(NN.iter().map(|share| share * vanishing));
        }
        Ok(Grids { time: TIME.to_vec(), unit, nn })
    }
}

/// Median of the finite distances between two units; `None` if there is none.
fn median_distance(panel: &Panel, monitor: &dyn Monitor) -> Result<Option<f64>> {
    let step = panel.n_units().div_ceil(MEDIAN_UNITS);
    let distances = Distances::new(panel);
    let mut all = Vec::new();
    for i in (0..panel.n_units()).step_by(step) {
        heed(monitor)?;
        let row = distances.to_unit(i);
        let others = row.iter().skip(i + step).step_by(step);
        all.extend(others.filter(|d| d.is_finite()));
    }
    all.sort_by(f64::total_cmp);
    let n = all.len();
    Ok((n > 0).then(|| 0.5 * (all[(n - 1) / 2] + all[n / 2])))
}

/// The smallest lambda_nn at which the low-rank part vanishes when all weights are 1.
pub(crate) fn vanishing_lambda(panel: &Panel, monitor: &dyn Monitor) -> Result<f64> {
    let sample = panel.sample();
    let ones = |n: usize| vec![1.0; n];
    let mut problem = Problem::new(
        &sample,
        &ones(panel.n_units()),
        &ones(panel.n_periods()),
        panel.counts(),
        f64::INFINITY,
    );
    let mut work = Workspace::default();
    let stopping = Stopping { tolerance: 0.5, max_iterations: 1, careful: false, bounds: false };
    if !problem.take_in_covariates() {
        return Ok(0.0);
    }
    let mut fit = Fit::zeros(problem.sample());
    fit.solve(&mut problem, stopping, &mut work, &|| monitor.stop())?;
    heed(monitor)?;
    let norm = fit.gradient_norm(&problem, &mut work)?;
    let largest =
        panel.control_cells().iter().map(|&c| panel.adjusted(c).abs()).fold(0.0, f64::max);
    Ok(if norm <= ROUNDING * largest { 0.0 } else { norm * panel.scale() })
}
