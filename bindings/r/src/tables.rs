//! Tables as lists of vectors, NaN as `NA`. Units, periods and groups are a list of `axis` (`"unit"`, `"time"`, or the
//! position of a grouping) and `at`, positions among its labels; both count from 1.

use extendr_api::prelude::*;
use trop_report::{Table, Values};

pub(crate) fn table_list(table: &Table) -> List {
    List::from_pairs(table.columns.iter().map(|column| (&column.name, column_of(&column.values))))
}

fn column_of(values: &Values) -> Robj {
    match values {
        Values::Unit(at) => axis("unit".into(), at.iter().map(|&i| i as i32)),
        Values::Period(at) => axis("time".into(), at.iter().map(|&t| t as i32)),
        Values::Group { grouping, codes } => {
            axis((*grouping as i32 + 1).into(), codes.iter().map(|&code| code as i32))
        }
        Values::Text(texts) => texts.into(),
        Values::Integer(values) => {
            values.iter().map(|value| value.map(|x| x as i32)).collect::<Vec<_>>().into()
        }
        Values::Number(values) => known(values).into(),
        Values::Bool(values) => values.into(),
    }
}

fn axis(axis: Robj, at: impl Iterator<Item = i32>) -> Robj {
    list!(axis = axis, at = at.map(|k| k + 1).collect::<Vec<i32>>()).into()
}

fn known(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().map(|value| (!value.is_nan()).then_some(*value)).collect()
}
