//! How many fits an analysis asks for, before the first of them.

use super::options::AnalysisOptions;
use crate::inference::{n_draws, InferenceMethod};
use crate::model::{n_fits, pre_treatment_cells};
use crate::panel::Panel;
use crate::runtime::Outlook;

/// What is known before the search, which says itself what it asks for.
pub(super) fn ahead(
    panel: &Panel,
    options: &AnalysisOptions,
    method: Option<InferenceMethod>,
) -> Outlook {
    let effects = n_fits(panel);
    let pre_treatment = pre_treatment_cells(panel).len();
    let inferred = if options.pre_periods { effects + pre_treatment } else { effects };
    let (draws, fits_per_draw) = match method {
        None => (0, 0),
        // A shift in time predicts every cell of the treated units.
        Some(InferenceMethod::Conformal) => {
            (n_draws(panel, InferenceMethod::Conformal, options.n_boot), effects + pre_treatment)
        }
        Some(method) => (n_draws(panel, method, options.n_boot), inferred),
    };
    Outlook { effects, pre_treatment, draws, fits_per_draw, ..Outlook::default() }
}
