//! What a search minimizes.

use crate::by_name::{self, by_name};
use crate::error::{Error, Result};
use crate::panel::{Anchor, Panel, Roles, Stamping, CONTROLS_LEFT};
use crate::runtime::{check_room, Purpose};

/// What a search minimizes.
///
/// Placebo cross-validation takes the never-treated units only, gives some of them the treated units' roles
/// (treatments, weight in the average) and estimates their ATT, which is nothing but error, as the panel's
/// design asks. The score is the root mean square over several such placebo sets. A set that has no
/// estimable cell is left out for every candidate alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Criterion {
    /// [`Criterion::Loocv`] for the anchor `cell`, [`Criterion::PlaceboSets`] for the others.
    #[default]
    Auto,
    /// Leave-one-out cross-validation (Eq. 4-5): each control cell is predicted from all others, at weights
    /// of its own whatever the anchor.
    Loocv,
    /// Placebo cross-validation with random sets: all roles go to random never-treated units, in random
    /// pairs. With one treated unit no two sets are the same, and there are no more of them than
    /// never-treated units.
    PlaceboSets {
        /// Number of sets, at least 2; default [`Criterion::DEFAULT_SETS`].
        sets: usize,
    },
    /// Placebo cross-validation with folds: a random partition of the never-treated units. The members of
    /// a fold take the roles in random order, and again from the first if there are more members than
    /// roles; the other folds are the controls.
    PlaceboFolds {
        /// Number of folds, from 2 to the number of never-treated units; default
        /// [`Criterion::DEFAULT_FOLDS`].
        folds: usize,
    },
    /// Placebo cross-validation with blocks: each never-treated unit in turn loses the very window that a treated
    /// unit loses, once for each window that differs. The score is the root mean square of the effects of single
    /// cells, not of ATTs: how well is a block of treated periods predicted, whose neighbours in time are missing,
    /// too? If there are more than [`Criterion::MOST_BLOCKS`], as many at random.
    Blocks,
}

impl Criterion {
    /// Placebo sets if their number is left open.
    pub const DEFAULT_SETS: usize = 20;

    /// Folds if their number is left open.
    pub const DEFAULT_FOLDS: usize = 5;

    /// Blocks are no more than this.
    pub const MOST_BLOCKS: usize = 200;

    /// Its name: `auto`, `loocv`, `placebo_sets`, `placebo_folds` or `blocks`.
    ///
    /// ```
    /// assert_eq!(trop_core::Criterion::PlaceboSets { sets: 50 }.name(), "placebo_sets");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Criterion::Auto => "auto",
            Criterion::Loocv => "loocv",
            Criterion::PlaceboSets { .. } => "placebo_sets",
            Criterion::PlaceboFolds { .. } => "placebo_folds",
            Criterion::Blocks => "blocks",
        }
    }

    /// The criterion of a name, with its default number of sets or folds.
    ///
    /// ```
    /// use trop_core::Criterion;
    /// assert_eq!(Criterion::from_name("placebo_folds"), Some(Criterion::PlaceboFolds { folds: 5 }));
    /// assert_eq!(Criterion::from_name("aic"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }

    /// What its score sums over: `control cell` or `placebo set`. For [`Criterion::Auto`] it depends on the
    /// panel; [`Search::criterion`](crate::Search::criterion) is the criterion used.
    ///
    /// ```
    /// assert_eq!(trop_core::Criterion::PlaceboSets { sets: 20 }.scored(), "placebo set");
    /// ```
    pub fn scored(self) -> &'static str {
        match self {
            Criterion::PlaceboSets { .. } | Criterion::PlaceboFolds { .. } | Criterion::Blocks => {
                "placebo set"
            }
            Criterion::Auto | Criterion::Loocv => "control cell",
        }
    }

    /// What it means for a panel: never `Auto`.
    pub(crate) fn resolve(self, panel: &Panel) -> Self {
        match (self, panel.anchor()) {
            (Criterion::Auto, Anchor::Cell) => Criterion::Loocv,
            (Criterion::Auto, _) => Criterion::PlaceboSets { sets: Self::DEFAULT_SETS },
            _ => self,
        }
    }
}

by_name!(
    Criterion,
    "criterion",
    [
        Criterion::Auto,
        Criterion::Loocv,
        Criterion::PlaceboSets { sets: Criterion::DEFAULT_SETS },
        Criterion::PlaceboFolds { folds: Criterion::DEFAULT_FOLDS },
        Criterion::Blocks,
    ]
);

/// The placebo sets of a criterion: for each set its never-treated units, ascending, and for each of them
/// the treated unit whose role it plays. Empty for leave-one-out cross-validation.
///
/// Sets depend on `seed` and on the order of units, not on the number of threads.
///
/// # Errors
/// [`Error::PlaceboSetsImpossible`].
///
/// ```
/// use trop_core::{placebo_sets, Criterion, Panel, Shape};
/// // The last of four units is treated: two of the others play its role in turn.
/// let outcome = [1.0, 2.0, 2.0, 4.0, 3.0, 3.0, 4.0, 9.0];
/// let panel = Panel::new(&outcome, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], Shape { n_units: 4, n_periods: 2 })?;
/// let sets = placebo_sets(&panel, Criterion::PlaceboSets { sets: 2 }, 0)?;
/// assert_eq!(sets.len(), 2);
/// assert!(sets.iter().all(|set| set.len() == 1 && set[0].0 < 3 && set[0].1 == 3));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn placebo_sets(
    panel: &Panel,
    criterion: Criterion,
    seed: u64,
) -> Result<Vec<Vec<(usize, usize)>>> {
    let stamping = Stamping::new(panel);
    Ok(match criterion.resolve(panel) {
        Criterion::PlaceboSets { sets } => {
            check_sets(&stamping, sets)?;
            let set = |k| stamping.random(k, seed, Purpose::PlaceboSets);
            (0..stamping.n_random(sets)).map(set).collect()
        }
        Criterion::PlaceboFolds { folds } => {
            check_folds(&stamping, folds)?;
            (0..folds).map(|k| stamping.fold(k, folds, seed)).collect()
        }
        Criterion::Blocks => {
            check_blocks(&stamping)?;
            stamping.blocks(Criterion::MOST_BLOCKS, seed)
        }
        Criterion::Auto | Criterion::Loocv => Vec::new(),
    })
}

/// The panels of a criterion's placebo sets.
pub(crate) fn placebo_panels(panel: &Panel, criterion: Criterion, seed: u64) -> Result<Vec<Panel>> {
    let stamping = Stamping::new(panel);
    let n_sets = match criterion.resolve(panel) {
        Criterion::PlaceboSets { sets } => {
            check_sets(&stamping, sets)?;
            stamping.n_random(sets)
        }
        Criterion::Blocks => Criterion::MOST_BLOCKS.min(stamping.n_blocks()),
        _ => 0,
    };
    let cells = stamping.control.len() as u128 * panel.n_periods() as u128;
    let all = cells.saturating_mul(n_sets as u128);
    check_room::<[f64; 2]>("the panels of all placebo sets", all)?;
    let sets: Vec<Roles> = placebo_sets(panel, criterion, seed)?;
    Ok(sets.iter().map(|roles| stamping.panel(roles)).collect())
}

fn check_sets(stamping: &Stamping<'_>, sets: usize) -> Result<()> {
    let (treated, control, what) =
        (stamping.treated.len(), stamping.control.len(), stamping.what());
    let reason = if sets < 2 {
        format!("{sets} random sets are too few, ask for at least 2")
    } else if control < treated + CONTROLS_LEFT {
        format!(
            "random sets give the roles of {treated} treated {what} to never-treated ones and need \
             {CONTROLS_LEFT} more as controls, but there are {control}; use placebo_folds or loocv"
        )
    } else {
        return Ok(());
    };
    Err(Error::PlaceboSetsImpossible { reason })
}

fn check_blocks(stamping: &Stamping<'_>) -> Result<()> {
    let (control, what) = (stamping.control.len(), stamping.what());
    if control > CONTROLS_LEFT {
        return Ok(());
    }
    let reason = format!(
        "blocks take a never-treated one of the {what} and need {CONTROLS_LEFT} more as controls, but there are \
         {control}; use loocv"
    );
    Err(Error::PlaceboSetsImpossible { reason })
}

fn check_folds(stamping: &Stamping<'_>, folds: usize) -> Result<()> {
    let (control, what) = (stamping.control.len(), stamping.what());
    let reason = if folds < 2 {
        format!("{folds} folds are too few, ask for at least 2")
    } else if folds > control {
        format!(
            "{control} never-treated {what} cannot be cut into {folds} folds; use fewer, or loocv"
        )
    } else if control - control.div_ceil(folds) < CONTROLS_LEFT {
        format!(
            "{folds} folds of {control} never-treated {what} leave fewer than {CONTROLS_LEFT} of them as \
             controls of the largest fold; use more folds, or loocv"
        )
    } else {
        return Ok(());
    };
    Err(Error::PlaceboSetsImpossible { reason })
}
