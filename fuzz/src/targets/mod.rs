//! One file for each door.

mod c;
mod cases;
mod comparisons;
mod estimates;
mod inferences;
mod long;
mod options;
mod panels;
mod searches;
mod simulations;
mod weights;

use crate::given::Given;

/// The targets by name.
pub const TARGETS: [(&str, fn(&mut Given<'_>)); 11] = [
    ("panels", panels::run),
    ("long", long::run),
    ("estimates", estimates::run),
    ("searches", searches::run),
    ("inferences", inferences::run),
    ("comparisons", comparisons::run),
    ("weights", weights::run),
    ("options", options::run),
    ("simulations", simulations::run),
    ("c", c::run),
    ("cases", cases::run),
];
