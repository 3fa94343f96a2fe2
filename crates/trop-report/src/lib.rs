//! The words of a TROP estimate: what it means to its readers, said once for every language.
//!
//! An [`Analysis`](trop_core::Analysis) holds positions and numbers; [`Labels`] hold what units, periods and columns
//! are called. From both come [`notes`] (what a reader should know beside the numbers), a [`summary`] for terminals,
//! [`tables`] as typed columns and a [`report`]: one HTML page for readers who do not program.
//!
//! A number that is not certified carries its mark everywhere, as in `ATT 12.3 (not certified: gap 2.0e-3)`. Bounds
//! that are infinite are `unbounded`, numbers that are not there `none`.
//!
//! ```
//! use trop_core::{analyze, AnalysisOptions, Lambdas, Names, Panel, Shape};
//! use trop_report::{summary, Labels};
//!
//! // Two units, two periods: difference in differences.
//! let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
//! let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
//! let names = Names {
//!     outcome: "sales".into(),
//!     units: vec!["Ohio".into(), "Utah".into()],
//!     periods: vec!["2001".into(), "2002".into()],
//!     ..Default::default()
//! };
//! let text = summary(&analyze(&panel, &options)?, &Labels::from(names));
//! assert!(text.contains("Panel           2 units (unit) x 2 periods (time, 2001 to 2002)"));
//! # Ok::<(), trop_core::Error>(())
//! ```
#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod bias_bounds;
mod checksum;
mod comparison;
mod differences;
mod ids;
mod in_time;
mod labels;
mod many;
mod marks;
mod notes;
mod outlook;
mod page;
mod power;
mod saved;
mod simulation;
mod summary;
mod table;
mod tables;
mod text;
mod words;

pub use bias_bounds::bias_bounds_text;
pub use comparison::{comparison_notes, comparison_text};
pub use differences::differences_text;
pub use labels::{Groups, Labels};
pub use many::{many_text, many_warning, Fingerprint, Manifest};
pub use marks::of_estimate as att_mark;
pub use notes::{notes, Note};
pub use outlook::{outlook_advice, outlook_text};
pub use page::{picture_alt, report, Image, Picture, PictureKind, Supplement};
pub use power::{power_notes, power_sentence, power_text};
pub use saved::{Ids, Saved, TypedLabels};
pub use simulation::{simulation_notes, simulation_sentence, simulation_text};
pub use summary::{att_text, headline, p_value_text, summary, summary_html};
pub use table::{Column, Table, Values};
pub use tables::{
    comparison_tables, power_facts, power_tables, simulation_facts, simulation_tables, tables,
};
pub use words::{draws_text, method_text, variants, Variant};
