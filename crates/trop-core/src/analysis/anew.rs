//! The draws of an analysis, to be made anew.

use super::answer::Analysis;
use super::options::AnalysisOptions;
use crate::error::{Error, Result};
use crate::inference::InferenceOptions;
use crate::panel::Panel;
use crate::settings::Settings;

impl Analysis {
    /// How the analysis's draws are made; `lacking` is what nothing tells if it has none.
    pub(super) fn inferring_anew(
        &self,
        panel: &Panel,
        threads: Option<usize>,
        lacking: &str,
    ) -> Result<(InferenceOptions, Settings)> {
        let Some(known) = &self.inference else {
            let reason = format!("the result has no inference, so nothing tells {lacking}");
            return Err(Error::InferenceImpossible { method: "no", reason });
        };
        let options = AnalysisOptions { threads, ..self.options.clone() };
        options.validate()?;
        Ok((options.inferring(known.method, panel, self.grids.as_ref()), options.settings()))
    }
}
