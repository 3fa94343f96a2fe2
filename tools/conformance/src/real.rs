//! The package's own panels.

use crate::common::{Source, CASTLE, PROP99};
use crate::panels::Matrices;

/// Cigarette packs per person.
pub fn prop99() -> Matrices {
    load(&PROP99)
}

/// Log homicides.
pub fn castle() -> Matrices {
    load(&CASTLE)
}

fn load(source: &Source) -> Matrices {
    let crate::common::Matrices { outcome, treatment, n_units, n_periods } =
        crate::common::Matrices::load(source);
    Matrices { outcome, treatment, n_units, n_periods }
}
