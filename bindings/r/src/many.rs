//! What is said of many panels, and what a folder of their results was made of.

use crate::answers::or_null;
use crate::options::Given;
use extendr_api::prelude::*;
use trop_core::{Anchor, TimeDistance};
use trop_report::{Fingerprint, Manifest};

/// Code and message of what is refused of two choices; `NULL` if nothing.
#[extendr]
fn refusal_of_choices(anchor: Nullable<String>, time_distance: Nullable<String>) -> Robj {
    let (anchor, distance) = (Option::from(anchor), Option::from(time_distance));
    let anchor = anchor.map_or(Ok(()), |name: String| name.parse::<Anchor>().map(drop));
    let read = |name: String| name.parse::<TimeDistance>().map(drop);
    let refused = anchor.and_then(|()| distance.map_or(Ok(()), read)).err();
    or_null(
        refused
            .map(|error| list!(code = error.code(), message = error.sentence(&Default::default()))),
    )
}

/// What tells columns of data from others: numbers, or texts.
#[extendr]
fn fingerprint_of(columns: List) -> extendr_api::Result<String> {
    let mut print = Fingerprint::default();
    for (name, column) in columns.iter() {
        if column.is_real() {
            print.numbers(name, &Vec::<f64>::try_from(column)?);
        } else {
            let texts = Strings::try_from(column)?;
            let text = |text: &Rstr| (!text.is_na()).then(|| String::from(&**text));
            print.texts(name, &texts.iter().map(text).collect::<Vec<_>>());
        }
    }
    Ok(print.digits())
}

/// The manifest of a folder as `text`, the name of each panel's file as `files`, and `refused`, a sentence if the folder
/// has an `earlier` manifest that is of another call; or code and message. `asked` and `keys` are lists of texts.
#[extendr]
fn manifest_of(
    options: List,
    asked: List,
    keys: List,
    data: Vec<String>,
    folder: &str,
    earlier: Nullable<String>,
) -> extendr_api::Result<List> {
    let earlier: Option<String> = earlier.into();
    let entry = |(name, text): (&str, Robj)| Ok((name.to_string(), String::try_from(text)?));
    let asked = asked.iter().map(entry).collect::<extendr_api::Result<Vec<_>>>()?;
    let keys = keys.values().map(Vec::<String>::try_from);
    let keys = keys.collect::<extendr_api::Result<Vec<_>>>()?;
    let made = Given::new(&options).read().and_then(|options| {
        let manifest = Manifest::new(&options, asked, keys.into_iter().zip(data).collect())?;
        let refused = earlier.map_or(Ok(None), |earlier| manifest.refusal(folder, &earlier))?;
        Ok((manifest, refused))
    });
    Ok(match made {
        Ok((manifest, refused)) => list!(
            text = manifest.to_json(),
            files = manifest.files().to_vec(),
            refused = refused.map_or_else(|| ().into(), Robj::from)
        ),
        Err(error) => list!(code = error.code(), message = error.sentence(&Default::default())),
    })
}

/// How many panels there are, and how many failed or are not certified.
#[extendr]
fn text_of_many(panels: i32, failed: i32, uncertified: i32) -> String {
    trop_report::many_text(panels as usize, failed as usize, uncertified as usize)
}

/// One warning for those of many panels.
#[extendr]
fn warning_of_many(warned: i32, panels: i32, keys: &str) -> String {
    trop_report::many_warning(warned as usize, panels as usize, keys)
}

extendr_module! {
    mod many;
    fn refusal_of_choices;
    fn fingerprint_of;
    fn manifest_of;
    fn text_of_many;
    fn warning_of_many;
}
