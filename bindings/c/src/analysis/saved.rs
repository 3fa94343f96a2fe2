//! Analyses as JSON that every language reads.

use crate::abi::arguments::{required, string};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::text::trop_text;
use crate::analysis::analyze::trop_analysis;
use crate::data::panel::trop_panel;
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::Arc;
use trop_report::{Groups, Ids, Labels, Saved, TypedLabels};

/// Labels as whole numbers, if all are.
fn typed(texts: &[String]) -> TypedLabels {
    let is_whole = |text: &String| text.parse().is_ok_and(|n: i64| n.to_string() == *text);
    let kind = match texts {
        [] => "",
        _ if texts.iter().all(is_whole) => "integer",
        _ => "text",
    };
    TypedLabels { kind: kind.into(), texts: texts.to_vec() }
}

fn ids(labels: &Labels) -> Ids {
    let of = |groups: &Groups| match groups {
        Groups::Given(texts) => typed(texts),
        _ => TypedLabels::default(),
    };
    Ids {
        unit: typed(&labels.names.units),
        time: typed(&labels.names.periods),
        groups: labels.groups.iter().map(of).collect(),
        by_matrix: false,
    }
}

impl trop_analysis {
    /// With its panel and names.
    pub(crate) fn saved(&self) -> Saved {
        let labels = self.names.labels.clone();
        let (panel, analysis) = ((*self.panel).clone(), self.found.clone());
        Saved { panel, ids: ids(&labels), labels, analysis }
    }
}

/// Gives an analysis and, if asked, its panel.
pub(crate) fn give_saved(
    saved: Saved,
    panel: Option<&mut MaybeUninit<*mut trop_panel>>,
    analysis: &mut MaybeUninit<*mut trop_analysis>,
) {
    let Saved { panel: data, labels, analysis: found, .. } = saved;
    let own = trop_panel { data: Arc::new(data), names: Arc::new(labels.into()), calendar: None };
    let threads = found.options.threads.unwrap_or(0);
    give(trop_analysis::new(&own, threads, found), analysis);
    if let Some(panel) = panel {
        give(own, panel);
    }
}

/// Writes an analysis, with its panel and names, as JSON that every language reads: trop_analysis_from_json() here,
/// `tropanel.load` in Python, `read_trop` in R. Numbers are exact to the bit. The caller frees the text with
/// trop_text_free().
///
/// Errors: `TROP_NULL_POINTER`.
#[no_mangle]
pub extern "C" fn trop_analysis_to_json(
    analysis: Option<&trop_analysis>,
    json: Option<&mut MaybeUninit<*mut trop_text>>,
) -> trop_status {
    guard(|| {
        let analysis = required(analysis, "analysis")?;
        let json = required(json, "json")?;
        give(trop_text::from(analysis.saved().to_json()?.as_str()), json);
        Ok(())
    })
}

/// Reads what trop_analysis_to_json() or another language wrote: the analysis and, unless NULL, its panel. Nothing is
/// estimated again. The caller frees both.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_SAVED_INVALID`, `TROP_SAVED_VERSION`.
///
/// # Safety
/// `json` is a text.
#[no_mangle]
pub unsafe extern "C" fn trop_analysis_from_json(
    json: *const c_char,
    panel: Option<&mut MaybeUninit<*mut trop_panel>>,
    analysis: Option<&mut MaybeUninit<*mut trop_analysis>>,
) -> trop_status {
    guard(|| {
        let analysis = required(analysis, "analysis")?;
        // SAFETY: by this function's contract.
        let saved = Saved::from_json(&unsafe { string(json, "json") }?)?;
        give_saved(saved, panel, analysis);
        Ok(())
    })
}
