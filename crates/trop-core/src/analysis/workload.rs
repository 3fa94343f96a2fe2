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
    let before = pre_treatment_cells(panel).len();
    let pre_treatment = if options.pre_periods { before } else { 0 };
    // A shift in time predicts every cell of the treated units, asked for or not.
    let shifts = method == Some(InferenceMethod::Conformal);
    let fits_per_draw = effects + if shifts { before } else { pre_treatment };
    let draws = method.map_or(0, |method| n_draws(panel, method, options.n_boot));
    Outlook { effects, pre_treatment, draws, fits_per_draw, ..Outlook::default() }
}
