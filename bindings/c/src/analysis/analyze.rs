//! From a panel to all that is reported.

use crate::abi::arguments::required;
use crate::abi::failure::{text, Result};
use crate::abi::results::give;
use crate::abi::status::{status_of, trop_status};
use crate::analysis::options::trop_analysis_options;
use crate::analysis::types::{trop_period_mean, trop_timings};
use crate::data::panel::{trop_panel, with_handle, PanelNames};
use crate::diagnostics::sensitivity::trop_pre_fit;
use crate::inference::infer::{trop_inference, trop_inferred};
use crate::model::cells::trop_effects;
use crate::model::estimate::trop_estimate;
use crate::model::grids::trop_grids;
use crate::model::running::run;
use crate::model::search::trop_search;
use std::ffi::CString;
use std::mem::MaybeUninit;
use std::sync::Arc;
use trop_core::{analyze_with, Analysis, Panel, Stage};
use trop_report::{headline, notes, summary, Note};

/// All that an analysis gives. Any number of threads may read it at once.
pub struct trop_analysis {
    pub(crate) found: Analysis,
    pub(crate) panel: Arc<Panel>,
    pub(crate) names: Arc<PanelNames>,
    /// Threads that were asked for; 0 for one per core.
    pub(crate) threads: usize,
    pub(crate) numbers: Vec<trop_inferred>,
    pub(crate) estimate: trop_estimate,
    pub(crate) pre: trop_effects,
    pub(crate) pre_fit: trop_pre_fit,
    pub(crate) by_time: Vec<trop_period_mean>,
    pub(crate) grids: Option<trop_grids>,
    pub(crate) search: Option<trop_search>,
    pub(crate) inference: Option<trop_inference>,
    pub(crate) no_inference: trop_status,
    pub(crate) timings: trop_timings,
    pub(crate) notes: Vec<WrittenNote>,
    pub(crate) summary: CString,
    pub(crate) headline: CString,
}

/// A note for C.
pub(crate) struct WrittenNote {
    pub code: CString,
    pub text: CString,
    pub is_warning: bool,
}

impl From<Note> for WrittenNote {
    fn from(note: Note) -> Self {
        WrittenNote { code: text(note.code), text: text(&note.text), is_warning: note.is_warning }
    }
}

impl trop_analysis {
    pub(super) fn new(panel: &trop_panel, threads: usize, found: Analysis) -> Self {
        let (data, labels) = (&panel.data, &panel.names.labels);
        let no_inference = found.no_inference.as_ref();
        trop_analysis {
            numbers: found.numbers.iter().map(Into::into).collect(),
            estimate: trop_estimate::new(data, found.estimate.clone()),
            pre: trop_effects::of_cells(data, found.pre.clone()),
            pre_fit: found.pre_fit.clone().into(),
            by_time: found.by_time.iter().map(Into::into).collect(),
            grids: found.grids.clone().map(trop_grids),
            search: found.search.clone().map(Into::into),
            inference: found.inference.clone().map(Into::into),
            no_inference: no_inference.map_or(trop_status::TROP_OK, |why| status_of(why.code())),
            timings: found.timings.into(),
            notes: notes(&found, labels).into_iter().map(Into::into).collect(),
            summary: text(&summary(&found, labels)),
            headline: text(&headline(&found)),
            found,
            panel: Arc::clone(data),
            names: Arc::clone(&panel.names),
            threads,
        }
    }
}

/// Estimates the average effect on the treated, from the choice of the lambdas to standard errors, in one call.
///
/// In this order: checks of the options and of the treatment, the check that the inference means something for
/// the panel (before a search takes its time), the search for the lambdas if none are given, the estimate, the
/// effects before treatment, the inference, all averages, notes. NULL for the default options.
///
/// Where the method of inference is left open and none means something, or where too few draws have an
/// estimate, the analysis goes on without: trop_analysis_no_inference() says so, and a note why.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_TREATMENT_CONSTANT`, `TROP_NO_TREATED_CELL`, invalid options
/// (`TROP_OPTION_INVALID`, `TROP_LAMBDA_INVALID`, `TROP_GRID_EMPTY`, `TROP_GRID_DUPLICATE`, `TROP_SAMPLE_EMPTY`,
/// `TROP_DRAWS_TOO_FEW`, `TROP_LEVEL_OUT_OF_RANGE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`,
/// `TROP_THREADS_ZERO`), `TROP_COLUMNS_REPEATED`, `TROP_GROUPS_EMPTY`, and those of trop_panel_search(),
/// trop_panel_estimate() and trop_panel_infer().
#[no_mangle]
pub extern "C" fn trop_analyze(
    panel: Option<&trop_panel>,
    options: Option<&trop_analysis_options>,
    analysis: Option<&mut MaybeUninit<*mut trop_analysis>>,
) -> trop_status {
    with_handle(panel, |panel| {
        let analysis = required(analysis, "analysis")?;
        give(analyzed(panel, options)?, analysis);
        Ok(())
    })
}

fn analyzed(panel: &trop_panel, options: Option<&trop_analysis_options>) -> Result<trop_analysis> {
    let default = trop_analysis_options::default();
    let (options, workers) = options.unwrap_or(&default).options()?;
    let first = if options.lambdas.is_some() { Stage::Estimate } else { Stage::Search };
    let data = &panel.data;
    let found = run(workers, first, |hook| analyze_with(data, &options, hook))?;
    Ok(trop_analysis::new(panel, workers.threads, found))
}

/// Frees an analysis, with all that it lends. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_analysis_free(analysis: Option<Box<trop_analysis>>) {
    drop(analysis);
}
