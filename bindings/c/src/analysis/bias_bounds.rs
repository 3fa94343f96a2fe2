//! Effects with room for bias.

use crate::abi::arguments::{optional, required};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::text::trop_text;
use crate::analysis::analyze::trop_analysis;
use crate::analysis::options::trop_analysis_options;
use crate::analysis::table::trop_table;
use crate::model::running::run;
use std::mem::MaybeUninit;
use trop_core::Stage;
use trop_report::{bias_bounds_text, Table};

/// Makes room for bias: intervals that hold if the counterfactual is off by at most so many times (each of the `n_sizes`
/// numbers from 0 on of `sizes`; NULL for 0, 0.5, 1, 1.5, 2) the largest effect, in absolute value and over the time since
/// its pretended start, that the placebo in time has where nothing had happened. `window` is the placebo's, as in
/// trop_analysis_placebo_in_time(). Draws are those of the analysis, made anew for both. Gives a table with a row for each
/// effect and size ("event_time", NaN for the average effect, "effect", "size", "lower", "upper", "ci_lower", "ci_upper",
/// "breakdown", "certified"), one of the placebo effects ("event_time", "effect", "se", "ci_lower", "ci_upper",
/// "interval", "certified"), the least size at which zero enters the interval of the average effect (0 without any bias,
/// infinite if none up to 1,024 does, NaN without intervals), and all of it as text. Any of the four may be NULL. Of
/// `options` threads and progress are heeded alone; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_BIAS_SIZE_INVALID`, `TROP_INFERENCE_IMPOSSIBLE` (no inference, or conformal
/// inference), `TROP_PLACEBO_IN_TIME_IMPOSSIBLE` (no treated unit has a history as long), `TROP_TOO_FEW_DRAWS`,
/// `TROP_INTERRUPTED`.
///
/// # Safety
/// `sizes` points to `n_sizes` numbers, or is NULL.
#[no_mangle]
pub unsafe extern "C" fn trop_analysis_bias_bounds(
    analysis: Option<&trop_analysis>,
    window: usize,
    sizes: *const f64,
    n_sizes: usize,
    options: Option<&trop_analysis_options>,
    table: Option<&mut MaybeUninit<*mut trop_table>>,
    placebos: Option<&mut MaybeUninit<*mut trop_table>>,
    breakdown: Option<&mut MaybeUninit<f64>>,
    words: Option<&mut MaybeUninit<*mut trop_text>>,
) -> trop_status {
    guard(|| {
        let analysis = required(analysis, "analysis")?;
        // SAFETY: by this function's contract.
        let sizes = unsafe { optional(sizes, n_sizes, "sizes") }?;
        let default = trop_analysis_options::default();
        let (options, workers) = options.unwrap_or(&default).options()?;
        let (panel, labels) = (&analysis.panel, &analysis.names.labels);
        let window = (window > 0).then_some(window);
        let found = run(workers, Stage::Inference, |hook| {
            analysis.found.bias_bounds(panel, window, sizes, options.threads, hook)
        })?;
        if let Some(breakdown) = breakdown {
            breakdown.write(found.breakdown());
        }
        if let Some(table) = table {
            give(trop_table::new(&Table::bias_bounds(&found), labels), table);
        }
        if let Some(placebos) = placebos {
            give(trop_table::new(&Table::bias_placebos(&found), labels), placebos);
        }
        if let Some(words) = words {
            give(trop_text::from(bias_bounds_text(&found).as_str()), words);
        }
        Ok(())
    })
}
