//! An analysis once more, as if treatment had begun earlier than it did.

use crate::abi::arguments::required;
use crate::abi::guard::guard;
use crate::abi::status::trop_status;
use crate::analysis::analyze::trop_analysis;
use crate::analysis::options::trop_analysis_options;
use crate::analysis::saved::give_saved;
use crate::data::panel::trop_panel;
use crate::model::running::run;
use std::mem::MaybeUninit;
use trop_core::Stage;

/// Makes the placebo in time of an analysis: each treated unit is taken to be treated in `window` periods right before
/// its treatment began (0: as many as its first spell of treatment has, but at most half of those before it), its
/// outcomes since then are left out, and the panel ends where the last treatment began. There is no effect to find, and
/// a note says so. Lambdas and options are those of the analysis; of `options` threads and progress are heeded alone;
/// NULL for the defaults. Gives the analysis and, unless NULL, its panel, without the treated units whose history is too
/// short. The caller frees both.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_PLACEBO_IN_TIME_IMPOSSIBLE` (no treated unit has a history as long),
/// `TROP_INTERRUPTED`, and those of trop_analyze().
#[no_mangle]
pub extern "C" fn trop_analysis_placebo_in_time(
    analysis: Option<&trop_analysis>,
    window: usize,
    options: Option<&trop_analysis_options>,
    panel: Option<&mut MaybeUninit<*mut trop_panel>>,
    placebo: Option<&mut MaybeUninit<*mut trop_analysis>>,
) -> trop_status {
    guard(|| {
        let analysis = required(analysis, "analysis")?;
        let placebo = required(placebo, "placebo")?;
        let default = trop_analysis_options::default();
        let (options, workers) = options.unwrap_or(&default).options()?;
        let (saved, window) = (analysis.saved(), (window > 0).then_some(window));
        let found = run(workers, Stage::Inference, |hook| {
            saved.placebo_in_time(window, options.threads, hook)
        })?;
        give_saved(found, panel, placebo);
        Ok(())
    })
}
