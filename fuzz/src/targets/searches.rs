//! `loocv_grid_search`, `Grids::default_for`, `placebo_sets`.

use crate::given::{Fuse, Given};
use crate::matrices::panel;
use crate::oracles::{answer, whatever_the_threads};
use trop_core::{loocv_grid_search, placebo_sets, Grids, Settings};

pub fn run(given: &mut Given<'_>) {
    let Some(panel) = panel(given) else { return };
    let grids =
        if given.one_in(2) { Ok(given.grids()) } else { Grids::default_for(&panel, &Fuse::new()) };
    let Some(grids) = answer(grids) else { return };
    let (options, settings) = (given.searching(), given.settings());
    if let Some(sets) = answer(placebo_sets(&panel, options.criterion, options.seed)) {
        let units = sets.iter().flatten();
        assert!(units
            .clone()
            .all(|&(unit, role)| unit < panel.n_units() && role < panel.n_units()));
    }
    let found = whatever_the_threads(|threads| {
        loocv_grid_search(&panel, &grids, &options, &Settings { threads, ..settings }, &Fuse::new())
    });
    let Some(found) = found else { return };
    assert!(found.score >= 0.0 && found.lambdas.validate().is_ok(), "{found:?}");
    let winner = found.scores.iter().find(|score| score.lambdas == found.lambdas);
    assert!(winner.is_some_and(|winner| !winner.abandoned), "{found:?}");
    assert!(
        found.scores.iter().all(|score| score.score >= 0.0 && !score.max_gap.is_nan()),
        "{found:?}"
    );
}
