//! A panel as it is written down: what it was made of, and nothing that follows from that.

use super::design::Design;
use super::panel::Panel;
use super::remark::Remark;
use super::shape::Shape;
use crate::error::{Error, Result};
use serde::{de, Deserialize, Deserializer, Serialize, Serializer};

/// What a panel was made of.
#[derive(Serialize, Deserialize)]
struct Record {
    n_units: usize,
    n_periods: usize,
    /// Row-major; NaN where missing.
    #[serde(with = "crate::exact")]
    outcome: Vec<f64>,
    /// Row-major, 0 or 1.
    treatment: Vec<u8>,
    after_gap: Vec<usize>,
    remarks: Vec<Remark>,
    design: Design,
    /// Positions in the matrices of cells that are neither treated nor controls, where it is not the design that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    excluded: Option<Vec<usize>>,
}

impl From<Panel> for Record {
    fn from(panel: Panel) -> Self {
        let excluded = (panel.excluded != panel.near_treatment())
            .then(|| (0..panel.excluded.len()).filter(|&at| panel.excluded[at]).collect());
        Record {
            excluded,
            n_units: panel.n_units,
            n_periods: panel.n_periods,
            outcome: panel.outcome,
            treatment: panel.treated.into_iter().map(u8::from).collect(),
            after_gap: panel.after_gap,
            remarks: panel.remarked,
            design: panel.design,
        }
    }
}

impl TryFrom<Record> for Panel {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self> {
        let Record { outcome, n_units, n_periods, design, .. } = record;
        let treatment: Vec<f64> = record.treatment.into_iter().map(f64::from).collect();
        let mut panel =
            Panel::new(&outcome, &treatment, Shape { n_units, n_periods })?.with_design(&design)?;
        // In smallest gaps already: dividing by the smallest again would round.
        panel.design.calendar = design.calendar;
        panel.after_gap = record.after_gap;
        if let Some(excluded) = record.excluded {
            panel.exclude_cells(&excluded);
        }
        Ok(panel.with_remarks(record.remarks))
    }
}

impl Serialize for Panel {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        Record::from(self.clone()).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Panel {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        Record::deserialize(from)?.try_into().map_err(de::Error::custom)
    }
}
