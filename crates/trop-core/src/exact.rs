//! Numbers that every format can hold: JSON has neither infinity nor NaN, and has the texts `inf`, `-inf` and `nan`
//! in their place. For `#[serde(with = "crate::exact")]`.

use serde::{de, Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What holds floating-point numbers.
pub(crate) trait Exact: Sized {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error>;
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
}

pub(crate) fn serialize<T: Exact, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.write(to)
}

pub(crate) fn deserialize<'de, T: Exact, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::read(from)
}

impl Exact for f64 {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Number(*self).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Number::deserialize(from)?.0)
    }
}

impl Exact for (f64, f64) {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (Number(self.0), Number(self.1)).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (a, b) = <(Number, Number)>::deserialize(from)?;
        Ok((a.0, b.0))
    }
}

impl Exact for Vec<f64> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        numbers(self).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(floats(Vec::deserialize(from)?))
    }
}

impl Exact for Vec<Vec<f64>> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter().map(|row| numbers(row)))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(from)?.into_iter().map(floats).collect())
    }
}

impl Exact for Option<Vec<f64>> {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.as_deref().map(numbers).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(from)?.map(floats))
    }
}

fn numbers(values: &[f64]) -> Vec<Number> {
    values.iter().map(|&value| Number(value)).collect()
}

fn floats(numbers: Vec<Number>) -> Vec<f64> {
    numbers.into_iter().map(|number| number.0).collect()
}

/// One number.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            value if value.is_finite() || !to.is_human_readable() => to.serialize_f64(value),
            value if value.is_nan() => to.serialize_str("nan"),
            value => to.serialize_str(if value > 0.0 { "inf" } else { "-inf" }),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match from.is_human_readable() {
            true => from.deserialize_any(AnyNumber),
            false => f64::deserialize(from).map(Number),
        }
    }
}

struct AnyNumber;

impl de::Visitor<'_> for AnyNumber {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, inf, -inf or nan")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        Ok(Number(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        match text {
            "inf" => Ok(Number(f64::INFINITY)),
            "-inf" => Ok(Number(f64::NEG_INFINITY)),
            "nan" => Ok(Number(f64::NAN)),
            other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
        }
    }
}
