//! The whole way in one call: from a panel and options to all that is reported.

mod answer;
mod check;
mod given_grids;
mod options;
mod reading;
mod run;
mod table;
mod value;

pub use answer::{Analysis, Facts, Timings, Uncertified};
pub use given_grids::GivenGrids;
pub use options::AnalysisOptions;
pub use run::{analyze, analyze_with};
pub use table::{OptionInfo, OptionKind};
pub use value::OptionValue;
