//! Periods in order, from ids of any type.

use extendr_api::prelude::*;
use trop_core::{Moment, Names, PeriodIds, Standing};

/// The position of each period among the ids, from 1, and the value of each or `NULL`; or code and message of a refusal.
/// `standing` says what the order of the ids means; `kind` says what they are: numbers and texts are the first of `ids`,
/// moments are days, clocks and instants.
#[extendr]
fn order_of_periods(
    column: &str,
    standing: &str,
    kind: &str,
    ids: List,
) -> extendr_api::Result<List> {
    let columns =
        || ids.values().map(Vec::<f64>::try_from).collect::<extendr_api::Result<Vec<_>>>();
    let ids = match kind {
        "texts" => PeriodIds::Texts(ids.elt(0)?.try_into()?),
        "numbers" => PeriodIds::Numbers(ids.elt(0)?.try_into()?),
        _ => PeriodIds::Moments(moments(&columns()?)),
    };
    let standing: Standing =
        standing.parse().map_err(|error: trop_core::Error| Error::Other(error.to_string()))?;
    Ok(match trop_core::order_periods(&ids, standing) {
        Ok(found) => {
            let order: Vec<i32> = found.order.iter().map(|&k| k as i32 + 1).collect();
            list!(order = order, calendar = found.calendar.map_or_else(|| ().into(), Robj::from))
        }
        Err(error) => {
            let names = Names { time: column.into(), ..Names::default() };
            list!(code = error.code(), message = error.sentence(&names))
        }
    })
}

fn moments(columns: &[Vec<f64>]) -> Vec<Moment> {
    let [days, clocks, instants] = columns else { return Vec::new() };
    let moment = |((&day, &clock), &instant): ((&f64, &f64), &f64)| Moment {
        day: day as i64,
        clock,
        instant,
    };
    days.iter().zip(clocks).zip(instants).map(moment).collect()
}

extendr_module! {
    mod periods;
    fn order_of_periods;
}
