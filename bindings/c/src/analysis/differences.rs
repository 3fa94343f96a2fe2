//! Whether the effects of groups differ.

use crate::abi::arguments::required;
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
use trop_report::{differences_text, Table};

/// Makes the differences between the effects of all groups of one of the design's groupings, counted from 0, from the
/// draws of the analysis, which are made anew: a table with a row for each pair ("group", "other", "difference" of the
/// first less the other, "se", "ci_lower", "ci_upper", "interval", "p_value", "band_lower", "band_upper", which hold for
/// all pairs at once), the p-value of all groups having the same effect (NaN if some difference has no standard error), and
/// all of it as text. Any of the three may be NULL. Of `options` threads and progress are heeded alone; NULL for the
/// defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_INFERENCE_IMPOSSIBLE` (no inference, or conformal inference, or fewer than two groups,
/// or more than 50), `TROP_TOO_FEW_DRAWS`, `TROP_INTERRUPTED`.
#[no_mangle]
pub extern "C" fn trop_analysis_differences(
    analysis: Option<&trop_analysis>,
    grouping: usize,
    options: Option<&trop_analysis_options>,
    table: Option<&mut MaybeUninit<*mut trop_table>>,
    p_value: Option<&mut MaybeUninit<f64>>,
    words: Option<&mut MaybeUninit<*mut trop_text>>,
) -> trop_status {
    guard(|| {
        let analysis = required(analysis, "analysis")?;
        let default = trop_analysis_options::default();
        let (options, workers) = options.unwrap_or(&default).options()?;
        let (panel, labels) = (&analysis.panel, &analysis.names.labels);
        let found = run(workers, Stage::Inference, |hook| {
            analysis.found.differences(panel, grouping, options.threads, hook)
        })?;
        if let Some(p_value) = p_value {
            p_value.write(found.p_value);
        }
        if let Some(table) = table {
            give(trop_table::new(&Table::differences(&found, labels, grouping), labels), table);
        }
        if let Some(words) = words {
            give(trop_text::from(differences_text(&found, labels, grouping).as_str()), words);
        }
        Ok(())
    })
}
