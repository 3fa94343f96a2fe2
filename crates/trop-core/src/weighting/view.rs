//! What the fit behind one target sees.

use super::centre::Centre;
use super::distance::Distances;
use super::groups::fellows;
use crate::panel::{Anchor, Cell, Panel, Seen};
use std::borrow::Cow;

/// What the fit behind a target sees: the panel, the target there, and what its weights are centred on.
pub(crate) struct View<'a> {
    pub seen: Seen,
    pub panel: Cow<'a, Panel>,
    pub target: Cell,
    pub centre: Centre,
}

impl<'a> View<'a> {
    /// Weights are centred on the target's group if it is treated and shares its fit, else on itself.
    pub fn of(panel: &'a Panel, target: Cell) -> Self {
        if panel.anchor() == Anchor::Cell || !panel.is_treated(target) {
            let seen = panel.seen_by(&[target.unit]);
            let (sight, target) = (seen.panel(panel), seen.local(target));
            let centre = Centre::of_cell(&sight, &Distances::new(&sight), target);
            return View { seen, panel: sight, target, centre };
        }
        let (seen, sight, group) = fellows(panel, target).sight(panel);
        let centre = group.centre(&sight);
        View { target: seen.local(target), seen, panel: sight, centre }
    }
}
