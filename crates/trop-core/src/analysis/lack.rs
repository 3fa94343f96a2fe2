//! Why an analysis has no inference, as it is written down.

use crate::error::Error;
use crate::inference::InferenceMethod;
use serde::{de, ser, Deserialize, Deserializer, Serialize, Serializer};

/// The errors that cost an analysis its inference alone.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Lack {
    InferenceImpossible { method: InferenceMethod, reason: String },
    TooFewTreatedUnits { clusters: bool, treated: usize, control: usize },
    TooFewDraws { succeeded: usize, draws: usize },
}

pub(super) fn serialize<S: Serializer>(why: &Option<Error>, to: S) -> Result<S::Ok, S::Error> {
    let lack = match why {
        None => None,
        Some(Error::InferenceImpossible { method, reason }) => {
            let known = InferenceMethod::from_name(method);
            let method = known.ok_or_else(|| ser::Error::custom("no such method"))?;
            Some(Lack::InferenceImpossible { method, reason: reason.clone() })
        }
        Some(Error::TooFewTreatedUnits { what, treated, control }) => {
            let (clusters, treated, control) = (*what == "clusters", *treated, *control);
            Some(Lack::TooFewTreatedUnits { clusters, treated, control })
        }
        Some(Error::TooFewDraws { succeeded, draws }) => {
            Some(Lack::TooFewDraws { succeeded: *succeeded, draws: *draws })
        }
        Some(other) => return Err(ser::Error::custom(other.code())),
    };
    lack.serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Error>, D::Error> {
    let lack = Option::<Lack>::deserialize(from).map_err(de::Error::custom)?;
    Ok(lack.map(|lack| match lack {
        Lack::InferenceImpossible { method, reason } => {
            Error::InferenceImpossible { method: method.name(), reason }
        }
        Lack::TooFewTreatedUnits { clusters, treated, control } => {
            let what = if clusters { "clusters" } else { "units" };
            Error::TooFewTreatedUnits { what, treated, control }
        }
        Lack::TooFewDraws { succeeded, draws } => Error::TooFewDraws { succeeded, draws },
    }))
}
