//! What options must be, and which of them contradict each other.

use super::options::AnalysisOptions;
use super::power_options::impossible as power_impossible;
use super::table::{row, Row, ROWS};
use crate::error::{Error, Result};
use crate::inference::{check_draw_count, check_level, InferenceMethod};
#[cfg(doc)]
use crate::settings::Settings;
use crate::simulation::impossible;

impl AnalysisOptions {
    /// Checks the ranges, and that no two options contradict each other.
    ///
    /// # Errors
    /// [`Error::OptionsConflict`], [`Error::DrawsTooFew`], [`Error::LevelOutOfRange`],
    /// [`Error::SampleEmpty`], or what is wrong with the lambdas, grids or [`Settings`].
    pub fn validate(&self) -> Result<()> {
        conflict(self).map_or(Ok(()), Err)?;
        self.lambdas.map_or(Ok(()), |lambdas| lambdas.validate())?;
        self.grids.validate()?;
        if self.max_cells == Some(0) {
            return Err(Error::SampleEmpty);
        }
        check_draw_count(self.n_boot)?;
        check_level(self.level)?;
        self.settings().validate()
    }
}

impl AnalysisOptions {
    /// Checks what only a simulation refuses.
    pub(super) fn check_simulation(&self, coverage: bool) -> Result<()> {
        if self.retune {
            return impossible(
                "lambdas are chosen anew in each draw by tune 'each'; leave out retune".into(),
            );
        }
        if coverage && self.inference.is_none() {
            return impossible("coverage is that of an inference, and none is asked for".into());
        }
        Ok(())
    }

    /// Checks what only power refuses; the method of inference that is asked for.
    pub(super) fn check_power(&self) -> Result<InferenceMethod> {
        match self.inference {
            _ if self.retune => power_impossible("lambdas are kept in all draws; leave out retune".into()),
            None => power_impossible("power is that of an inference, and none is asked for".into()),
            Some(InferenceMethod::Conformal) => power_impossible(
                "conformal inference fits treated outcomes, so each effect would need fits of its own; use auto, \
                 placebo, jackknife or bootstrap"
                    .into(),
            ),
            Some(method) => Ok(method),
        }
    }
}

/// Two options that contradict each other, if there are.
fn conflict(options: &AnalysisOptions) -> Option<Error> {
    let default = AnalysisOptions::default();
    let error = |row: &Row, why| {
        let value = (row.get)(options).to_string();
        Error::OptionsConflict { option: row.name, value, why }
    };
    let idle = ROWS.iter().find(|row| row.of_search && (row.get)(options) != (row.get)(&default));
    match idle {
        Some(row) if options.lambdas.is_some() => Some(error(
            row,
            "is about the search for lambdas, and lambdas are given: give one of the two",
        )),
        _ if options.retune && options.inference.is_none() => {
            let why =
                "chooses the lambdas anew in each draw, and without inference nothing is drawn";
            row("retune").ok().map(|row| error(row, why))
        }
        _ => None,
    }
}
