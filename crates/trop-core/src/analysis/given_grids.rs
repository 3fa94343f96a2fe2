//! Candidates in place of the default ones.

use crate::error::Result;
use crate::panel::Panel;
use crate::runtime::Monitor;
use crate::tuning::Grids;

/// Candidates of some of the lambdas, `None` for the default ones.
///
/// ```
/// use trop_core::{AnalysisOptions, GivenGrids};
/// let grids = GivenGrids { nn: Some(vec![1.0, f64::INFINITY]), ..Default::default() };
/// assert!(AnalysisOptions { grids, ..Default::default() }.validate().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GivenGrids {
    /// Of lambda_time; finite, >= 0, distinct.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub time: Option<Vec<f64>>,
    /// Of lambda_unit; finite, >= 0, distinct.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub unit: Option<Vec<f64>>,
    /// Of lambda_nn; >= 0, infinity allowed, distinct.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub nn: Option<Vec<f64>>,
}

impl GivenGrids {
    /// These, and the default ones for a panel where there are none.
    ///
    /// # Errors
    /// Those of [`Grids::default_for`].
    ///
    /// ```
    /// use trop_core::{GivenGrids, Panel, Shape, Silent};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let given = GivenGrids { time: Some(vec![0.5]), ..Default::default() };
    /// assert_eq!(given.complete(&panel, &Silent)?.time, [0.5]);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn complete(&self, panel: &Panel, monitor: &dyn Monitor) -> Result<Grids> {
        let GivenGrids { time, unit, nn } = self.clone();
        if let (Some(time), Some(unit), Some(nn)) = (&time, &unit, &nn) {
            return Ok(Grids { time: time.clone(), unit: unit.clone(), nn: nn.clone() });
        }
        let default = Grids::default_for(panel, monitor)?;
        Ok(Grids {
            time: time.unwrap_or(default.time),
            unit: unit.unwrap_or(default.unit),
            nn: nn.unwrap_or(default.nn),
        })
    }

    /// True if there are some.
    pub(super) fn is_given(&self) -> bool {
        *self != GivenGrids::default()
    }

    /// Checks the candidates that are given.
    pub(super) fn validate(&self) -> Result<()> {
        let or_any = |grid: &Option<Vec<f64>>| grid.clone().unwrap_or(vec![0.0]);
        Grids { time: or_any(&self.time), unit: or_any(&self.unit), nn: or_any(&self.nn) }
            .validate()
    }
}
