//! A panel and what is asked of it, checked together.

use super::checks::{check_calendar, check_covariate, check_weights, in_smallest_gaps};
use super::covariates::check_variation;
use super::design::{Design, Grouping, TimeDistance};
use super::panel::Panel;
use super::sizes::check_sizes;
use crate::error::{Error, Result};

impl Panel {
    /// The same panel with another design.
    ///
    /// # Errors
    /// [`Error::CalendarMissing`], [`Error::CalendarLength`], [`Error::CalendarNotIncreasing`],
    /// [`Error::WeightsLength`],
    /// [`Error::WeightInvalid`], [`Error::AverageAllZero`], [`Error::CovariateLength`],
    /// [`Error::CovariateMissing`], [`Error::CovariateIsOutcome`], [`Error::CovariateConstant`],
    /// [`Error::CovariatesCollinear`], [`Error::ClustersLength`], [`Error::GroupingLength`], [`Error::GroupsEmpty`],
    /// [`Error::DonorsLength`], [`Error::DonorsNone`] or, if treatment is near everywhere, [`Error::NoControlCell`].
    ///
    /// ```
    /// use trop_core::{Design, Panel, Shape};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let design = Design { average: Some(vec![1.0, 0.0]), ..Default::default() };
    /// assert_eq!(panel.with_design(&design).unwrap_err().code(), "average_all_zero");
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn with_design(mut self, design: &Design) -> Result<Self> {
        design.validate(&self)?;
        self.design = design.clone();
        self.design.calendar = design.calendar.as_deref().map(in_smallest_gaps);
        self.excluded = self.near_treatment();
        if self.control_cells().is_empty() {
            return Err(Error::NoControlCell);
        }
        check_sizes(&self.outcome, &self.uncontrolled(), self.n_periods)?;
        self.design.donors.validate(&self)?;
        self.centre();
        check_variation(&self)?;
        Ok(self)
    }
}

impl Design {
    /// Checks the design of a panel, but for its covariates' variation.
    fn validate(&self, panel: &Panel) -> Result<()> {
        match &self.calendar {
            Some(calendar) => check_calendar(calendar, panel.n_periods())?,
            None if self.time_distance == TimeDistance::Calendar => {
                return Err(Error::CalendarMissing);
            }
            None => {}
        }
        if let Some(average) = &self.average {
            check_weights("unit", average, panel.n_units())?;
            if panel.treated_units().iter().all(|&i| average[i] == 0.0) {
                return Err(Error::AverageAllZero);
            }
        }
        if let Some(clusters) = &self.clusters {
            let (found, expected) = (clusters.len(), panel.n_units());
            if found != expected {
                return Err(Error::ClustersLength { found, expected });
            }
        }
        for (covariate, values) in self.covariates.iter().enumerate() {
            check_covariate(covariate, values, &panel.outcome, panel.n_periods)?;
        }
        for (grouping, codes) in self.groupings.iter().enumerate() {
            if let Grouping::Given(codes) = codes {
                check_grouping(grouping, codes, &panel.treated)?;
            }
        }
        Ok(())
    }
}

/// Checks that there is one code for each cell, and a group for some treated one.
fn check_grouping(grouping: usize, codes: &[i64], treated: &[bool]) -> Result<()> {
    if codes.len() != treated.len() {
        let (found, expected) = (codes.len(), treated.len());
        return Err(Error::GroupingLength { grouping, found, expected });
    }
    if !codes.iter().zip(treated).any(|(&code, w)| *w && code != Grouping::NONE) {
        return Err(Error::GroupsEmpty { grouping });
    }
    Ok(())
}
