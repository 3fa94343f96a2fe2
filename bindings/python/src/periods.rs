//! Periods in order, from ids of any type.

use crate::errors::{named, to_python};
use pyo3::prelude::*;
use trop_core::{Moment, Names, PeriodIds, Standing};

/// The position of each period among the ids, and the value of each, or None. `standing` says what the order of the
/// ids means; they are numbers, texts, or days, clocks and instants of moments.
#[pyfunction]
#[pyo3(signature = (column, standing, *, numbers=None, texts=None, moments=None))]
pub(crate) fn order_periods(
    py: Python<'_>,
    column: String,
    standing: &str,
    numbers: Option<Vec<f64>>,
    texts: Option<Vec<String>>,
    moments: Option<Vec<(i64, f64, f64)>>,
) -> PyResult<(Vec<usize>, Option<Vec<f64>>)> {
    let moment = |(day, clock, instant)| Moment { day, clock, instant };
    let ids = match (numbers, texts, moments) {
        (Some(numbers), ..) => PeriodIds::Numbers(numbers),
        (_, Some(texts), _) => PeriodIds::Texts(texts),
        (.., moments) => {
            PeriodIds::Moments(moments.unwrap_or_default().into_iter().map(moment).collect())
        }
    };
    let standing: Standing = standing.parse().map_err(|error| to_python(py, &error))?;
    let found = trop_core::order_periods(&ids, standing);
    let names = Names { time: column, ..Names::default() };
    let found = found.map_err(|error| named(py, &error, &names))?;
    Ok((found.order, found.calendar))
}
