//! The whole way in one call: from a panel and options to all that is reported.

mod anew;
mod answer;
mod at_level;
mod bias_bounds;
mod check;
mod compare;
mod differences;
mod given_grids;
mod in_time;
#[cfg(feature = "serde")]
mod lack;
mod options;
mod power;
mod power_options;
mod power_panels;
mod powered;
mod reading;
mod rival_options;
mod run;
mod study;
mod study_options;
mod table;
mod value;
mod workload;

pub use answer::{Analysis, Facts, Timings, Uncertified};
pub use compare::{compare, Compared, Comparison};
pub use given_grids::GivenGrids;
pub use options::AnalysisOptions;
pub use power::power;
pub use power_options::{PowerOptions, PowerSource};
pub use powered::{DesignPower, PowerStudy, Undetected};
pub use run::{analyze, analyze_with};
pub use study::{OwnEstimates, SimulationPlan, SimulationStudy};
pub use study_options::StudyOptions;
pub use table::{OptionInfo, OptionKind};
pub use value::OptionValue;
