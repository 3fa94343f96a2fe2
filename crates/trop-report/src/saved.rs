//! An analysis as a file that every language reads: JSON, its numbers exact to the bit.

use crate::checksum::Checksum;
use crate::labels::Labels;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use trop_core::{Analysis, Error, Panel, TropResult};

/// The version of the files that this library writes.
const VERSION: u64 = 1;

/// What a file starts with.
const FORMAT: &str = "tropanel result";

/// An analysis with all that belongs to it: enough to show it, to look further into it and to infer at another level,
/// without computing it again.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// use trop_report::{summary, Ids, Labels, Saved};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// let (analysis, labels) = (analyze(&panel, &options)?, Labels::of_panel(&panel));
/// let saved = Saved { panel, labels, analysis, ids: Ids::default() };
/// let again = Saved::from_json(&saved.to_json()?)?;
/// assert_eq!(again.analysis.estimate, saved.analysis.estimate);
/// assert_eq!(summary(&again.analysis, &again.labels), summary(&saved.analysis, &saved.labels));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    /// The panel, with its design.
    pub panel: Panel,
    /// What things are called.
    pub labels: Labels,
    /// What was found.
    pub analysis: Analysis,
    /// The labels with their types, for languages that have several.
    pub ids: Ids,
}

/// Labels of units, periods and groups, by their types.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// Of units.
    pub unit: TypedLabels,
    /// Of periods.
    pub time: TypedLabels,
    /// Of the groups of each grouping of the caller's own; without labels for others.
    pub groups: Vec<TypedLabels>,
    /// True if the panel was given as matrices.
    pub by_matrix: bool,
}

/// Labels of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedLabels {
    /// `text`, `integer`, `number`, `boolean`, `date`, `datetime`; empty for positions.
    pub kind: String,
    /// As texts: numbers by digits that say them exactly, dates as in ISO 8601, `true` and `false`.
    pub texts: Vec<String>,
}

impl Saved {
    /// Writes it: an object of `format`, `version`, `checksum` and `content`. Infinite numbers are the texts `inf` and
    /// `-inf`, missing ones `nan`.
    ///
    /// # Errors
    /// [`Error::SavedInvalid`].
    pub fn to_json(&self) -> TropResult<String> {
        let content = serde_json::to_value(self).map_err(invalid)?;
        let checksum = checksum(&content);
        let file =
            json!({"format": FORMAT, "version": VERSION, "checksum": checksum, "content": content});
        serde_json::to_string(&file).map_err(invalid)
    }

    /// Reads it. Spaces and the order of entries do not matter; any other change is noticed. Options of a search that
    /// stand beside given lambdas, as defaults of the version that wrote it, are left out.
    ///
    /// # Errors
    /// [`Error::SavedVersion`] for a version that this library does not know, else [`Error::SavedInvalid`].
    pub fn from_json(text: &str) -> TropResult<Self> {
        let mut file: Value = serde_json::from_str(text).map_err(invalid)?;
        if file["format"] != FORMAT {
            return Err(Error::SavedInvalid { reason: "it does not say that it is one".into() });
        }
        match file["version"].as_u64() {
            Some(VERSION) => {}
            found => {
                let found = found.map_or_else(|| file["version"].to_string(), |v| v.to_string());
                return Err(Error::SavedVersion { found, known: VERSION });
            }
        }
        let content = file["content"].take();
        if file["checksum"] != checksum(&content) {
            let reason = "its content was changed or cut short after it was written".into();
            return Err(Error::SavedInvalid { reason });
        }
        let mut saved: Saved = serde_json::from_value(content).map_err(invalid)?;
        saved.analysis.options = saved.analysis.options.without_idle();
        Ok(saved)
    }
}

fn invalid(error: serde_json::Error) -> Error {
    Error::SavedInvalid { reason: error.to_string() }
}

/// Of a value, whatever the order of its entries and the spaces between them.
fn checksum(value: &Value) -> String {
    let mut checksum = Checksum::default();
    take_in(value, &mut checksum);
    checksum.digits()
}

fn take_in(value: &Value, sum: &mut Checksum) {
    match value {
        Value::Array(items) => {
            sum.bytes(b"[");
            items.iter().for_each(|item| take_in(item, sum));
            sum.bytes(b"]");
        }
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_unstable_by_key(|(name, _)| *name);
            sum.bytes(b"{");
            for (name, item) in entries {
                take_in(&Value::from(name.as_str()), sum);
                take_in(item, sum);
            }
            sum.bytes(b"}");
        }
        plain => sum.bytes(format!("{plain},").as_bytes()),
    }
}
