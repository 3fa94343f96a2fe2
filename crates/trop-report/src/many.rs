//! The estimates of many panels: what is said of them, and what a folder of their results was made of.

use crate::checksum::Checksum;
use crate::text::count;
use serde_json::{json, Map, Value};
use std::collections::BTreeMap;
use trop_core::{AnalysisOptions, Error, TropResult};

/// What a manifest starts with.
const FORMAT: &str = "tropanel panels";

/// The version of the manifests that this library writes.
const VERSION: u64 = 1;

/// Letters of a key that a file's name shows.
const SHOWN: usize = 60;

/// How many panels there are, and how many of them have no estimate or none that is certified.
///
/// ```
/// assert_eq!(trop_report::many_text(1, 0, 0), "1 panel");
/// assert_eq!(trop_report::many_text(20, 2, 1), "20 panels, 2 failed, 1 not certified");
/// ```
pub fn many_text(panels: usize, failed: usize, uncertified: usize) -> String {
    let mut text = count(panels, "panel");
    for (n, what) in [(failed, "failed"), (uncertified, "not certified")] {
        if n > 0 {
            text += &format!(", {n} {what}");
        }
    }
    text
}

/// What one warning says of the warnings of many panels.
///
/// ```
/// let text = trop_report::many_warning(3, 20, "Ohio, Utah and 1 more");
/// assert_eq!(text, "The estimates of 3 of 20 panels have warnings among their notes: Ohio, Utah and 1 more.");
/// ```
pub fn many_warning(warned: usize, panels: usize, keys: &str) -> String {
    let verb = if warned == 1 { "estimate" } else { "estimates" };
    let have = if warned == 1 { "has" } else { "have" };
    format!(
        "The {verb} of {warned} of {} {have} warnings among their notes: {keys}.",
        count(panels, "panel")
    )
}

/// What tells the data of a panel from others: of columns, one after another.
///
/// ```
/// use trop_report::Fingerprint;
/// let of = |values: &[f64]| {
///     let mut print = Fingerprint::default();
///     print.numbers("sales", values);
///     print.digits()
/// };
/// assert_eq!(of(&[1.0, f64::NAN]), of(&[1.0, -f64::NAN]));
/// assert_ne!(of(&[1.0, 2.0]), of(&[2.0, 1.0]));
/// ```
#[derive(Default)]
pub struct Fingerprint(Checksum);

impl Fingerprint {
    /// Takes in a column of numbers; missing ones are NaN.
    pub fn numbers(&mut self, name: &str, values: &[f64]) {
        self.column(name, values.len());
        for &value in values {
            let value = if value.is_nan() { f64::NAN } else { value };
            self.0.bytes(&value.to_bits().to_le_bytes());
        }
    }

    /// Takes in a column of texts, `None` where one is missing.
    pub fn texts(&mut self, name: &str, values: &[Option<String>]) {
        self.column(name, values.len());
        for value in values {
            self.0.bytes(&[u8::from(value.is_some())]);
            self.0.text(value.as_deref().unwrap_or_default());
        }
    }

    /// What came of all of them, as 16 digits.
    pub fn digits(&self) -> String {
        self.0.digits()
    }

    fn column(&mut self, name: &str, length: usize) {
        self.0.text(name);
        self.0.bytes(&(length as u64).to_le_bytes());
    }
}

/// What a folder of results was made of: the questions, the options that change a number, and the panels with their
/// files and the fingerprints of their data.
///
/// ```
/// use trop_core::AnalysisOptions;
/// use trop_report::Manifest;
/// let asked = vec![("outcome".to_string(), "sales".to_string())];
/// let manifest = |level: f64, data: &str| {
///     let options = AnalysisOptions { level, ..Default::default() };
///     Manifest::new(&options, asked.clone(), vec![(vec!["Ohio/1".to_string()], data.to_string())])
/// };
/// let first = manifest(0.95, "00ff")?;
/// assert!(first.files()[0].starts_with("Ohio_1-"));
/// let first = first.to_json();
/// assert_eq!(manifest(0.95, "00ff")?.refusal("out", &first)?, None);
/// assert_eq!(
///     manifest(0.9, "00ff")?.refusal("out", &first)?.unwrap(),
///     "'out' holds results of another call: level was 0.95, and is 0.9. Give this call a folder of its own."
/// );
/// assert!(manifest(0.95, "11ff")?.refusal("out", &first)?.unwrap().contains("the data of panel Ohio/1 were others"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub struct Manifest {
    content: Value,
    files: Vec<String>,
}

impl Manifest {
    /// Of options, of what is asked by name, and of the key and fingerprint of each panel.
    ///
    /// # Errors
    /// [`Error::SavedInvalid`], if the options cannot be written.
    pub fn new(
        options: &AnalysisOptions,
        asked: Vec<(String, String)>,
        panels: Vec<(Vec<String>, String)>,
    ) -> TropResult<Self> {
        let files: Vec<String> = panels.iter().map(|(key, _)| file_of(key)).collect();
        let panels = panels.into_iter().zip(&files);
        let panels: Vec<Value> = panels
            .map(|((key, data), file)| json!({"key": key, "file": file, "data": data}))
            .collect();
        let content = json!({
            "format": FORMAT,
            "version": VERSION,
            "tropanel": env!("CARGO_PKG_VERSION"),
            "asked": asked.into_iter().map(|(name, text)| (name, text.into())).collect::<Map<_, _>>(),
            "options": options_that_count(options)?,
            "panels": panels,
        });
        Ok(Manifest { content, files })
    }

    /// The name of each panel's file: what can be read of its key, and a checksum that tells it from others.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// As a file.
    pub fn to_json(&self) -> String {
        format!("{:#}", self.content)
    }

    /// Refuses a folder whose manifest is that of another call; `None` if it is that of this one.
    ///
    /// # Errors
    /// [`Error::SavedInvalid`] if `earlier` is no manifest, [`Error::SavedVersion`] if it is of a later version.
    pub fn refusal(&self, folder: &str, earlier: &str) -> TropResult<Option<String>> {
        let found: Value = serde_json::from_str(earlier)
            .map_err(|error| Error::SavedInvalid { reason: error.to_string() })?;
        if found["format"] != FORMAT {
            return Err(Error::SavedInvalid {
                reason: "it does not say that it is a manifest of panels".into(),
            });
        }
        if found["version"] != VERSION {
            return Err(Error::SavedVersion {
                found: found["version"].to_string(),
                known: VERSION,
            });
        }
        Ok(self.differs(&found).map(|what| {
            format!(
                "'{folder}' holds results of another call: {what}. Give this call a folder of its own."
            )
        }))
    }

    fn differs(&self, found: &Value) -> Option<String> {
        let (old, new) = (&found["tropanel"], &self.content["tropanel"]);
        if old != new {
            return Some(changed("the version of tropanel", old, new));
        }
        let entries = ["asked", "options"].into_iter().find_map(|part| {
            let (old, new) = (&found[part], &self.content[part]);
            let names = [old, new].into_iter().filter_map(Value::as_object).flat_map(Map::keys);
            let mut changes = names.filter(|name| old[*name] != new[*name]);
            changes.next().map(|name| changed(name, &old[name], &new[name]))
        });
        entries.or_else(|| panels_differ(&found["panels"], &self.content["panels"]))
    }
}

/// The number of threads has no part in the numbers.
fn options_that_count(options: &AnalysisOptions) -> TropResult<Value> {
    let mut options = serde_json::to_value(options)
        .map_err(|error| Error::SavedInvalid { reason: error.to_string() })?;
    if let Some(entries) = options.as_object_mut() {
        entries.remove("threads");
    }
    Ok(options)
}

fn changed(name: &str, old: &Value, new: &Value) -> String {
    let text = |value: &Value| match value {
        Value::Null => "not given".to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    format!("{name} was {}, and is {}", text(old), text(new))
}

/// Keys and fingerprints by files.
type Panels = BTreeMap<String, (String, String)>;

fn panels_differ(old: &Value, new: &Value) -> Option<String> {
    let (old, new) = (by_file(old), by_file(new));
    let lacking = |all: &Panels, among: &Panels| {
        let mut panels = all.iter().filter(|(file, _)| !among.contains_key(*file));
        panels.next().map(|(_, (key, _))| key.clone())
    };
    if let Some(key) = lacking(&new, &old) {
        return Some(format!("it had no panel {key}"));
    }
    if let Some(key) = lacking(&old, &new) {
        return Some(format!("it had a panel {key}, too"));
    }
    let other = new.iter().find(|(file, panel)| old.get(*file) != Some(panel));
    other.map(|(_, (key, _))| format!("the data of panel {key} were others"))
}

fn by_file(panels: &Value) -> Panels {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let entry =
        |panel: &Value| (text(&panel["file"]), (shown(&panel["key"]), text(&panel["data"])));
    panels.as_array().into_iter().flatten().map(entry).collect()
}

fn shown(key: &Value) -> String {
    let parts = key.as_array().into_iter().flatten().filter_map(Value::as_str);
    parts.collect::<Vec<_>>().join(", ")
}

fn file_of(key: &[String]) -> String {
    let mut checksum = Checksum::default();
    key.iter().for_each(|part| checksum.text(part));
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let letters = key.join("_");
    let letters = letters.chars().take(SHOWN).map(|c| if plain(c) { c } else { '_' });
    format!("{}-{}.json", letters.collect::<String>(), checksum.digits())
}
