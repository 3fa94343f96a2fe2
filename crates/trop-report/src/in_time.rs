//! The placebo in time of a saved analysis.

use crate::saved::{Ids, Saved, TypedLabels};
use trop_core::{Monitor, Names, PlaceboInTime, TropResult};

impl Saved {
    /// The placebo in time of an analysis ([`trop_core::Analysis::placebo_in_time`]), with the labels of what is left of
    /// its panel.
    ///
    /// # Errors
    /// Those of [`trop_core::Analysis::placebo_in_time`].
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Names, Panel, Shape, Silent};
    /// use trop_report::{Ids, Labels, Saved};
    /// let (outcome, treatment) = ([1.0, 2.0, 4.0, 0.0, 1.0, 6.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    /// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 2, n_periods: 3 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
    /// let years: Vec<String> = ["1987", "1988", "1989"].map(String::from).into();
    /// let labels = Labels::from(Names { periods: years, ..Default::default() });
    /// let saved = Saved { analysis: analyze(&panel, &options)?, panel, labels, ids: Ids::default() };
    /// let placebo = saved.placebo_in_time(None, None, &Silent)?;
    /// assert_eq!(placebo.labels.names.periods, ["1987", "1988"]);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn placebo_in_time(
        &self,
        window: Option<usize>,
        threads: Option<usize>,
        monitor: &dyn Monitor,
    ) -> TropResult<Saved> {
        let (made, analysis) =
            self.analysis.placebo_in_time(&self.panel, window, threads, monitor)?;
        let mut labels = self.labels.clone();
        labels.names = names(&labels.names, &made);
        let ids = Ids {
            unit: typed(&self.ids.unit, &made.units),
            time: typed(&self.ids.time, &first(&made)),
            ..self.ids.clone()
        };
        Ok(Saved { panel: made.panel, labels, analysis, ids })
    }
}

/// The positions of the periods that are left.
fn first(made: &PlaceboInTime) -> Vec<usize> {
    (0..made.panel.n_periods()).collect()
}

fn names(names: &Names, made: &PlaceboInTime) -> Names {
    Names {
        units: picked(&names.units, &made.units),
        periods: picked(&names.periods, &first(made)),
        ..names.clone()
    }
}

fn typed(labels: &TypedLabels, positions: &[usize]) -> TypedLabels {
    TypedLabels { kind: labels.kind.clone(), texts: picked(&labels.texts, positions) }
}

/// The labels at some positions; those that are not there are called by their positions.
fn picked(labels: &[String], positions: &[usize]) -> Vec<String> {
    positions.iter().filter_map(|&at| labels.get(at)).cloned().collect()
}
