//! Progress and interruption of long computations.

use crate::error::{Error, Result};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a computation is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Scoring candidates by leave-one-out cross-validation; the count starts anew at each stage of a
    /// cycle search.
    Search,
    /// Fitting the treated cells.
    Estimate,
    /// Fitting control cells as if they were treated.
    Placebo,
    /// Bootstrap draws.
    Bootstrap,
}

impl Stage {
    /// Its name: `search`, `estimate`, `placebo` or `bootstrap`.
    ///
    /// ```
    /// assert_eq!(trop_core::Stage::Search.name(), "search");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Stage::Search => "search",
            Stage::Estimate => "estimate",
            Stage::Placebo => "placebo",
            Stage::Bootstrap => "bootstrap",
        }
    }
}

/// Hears of progress, and may stop a computation. Called from all worker threads.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use trop_core::{estimate, Lambdas, Monitor, Panel, Settings, Stage};
///
/// struct Count(AtomicUsize);
/// impl Monitor for Count {
///     fn advance(&self, _stage: Stage, _done: usize, _total: usize) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], 2, 2)?;
/// let count = Count(AtomicUsize::new(0));
/// estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &count)?;
/// assert_eq!(count.0.into_inner(), 1);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub trait Monitor: Sync {
    /// `done` of `total` pieces of the stage are finished.
    fn advance(&self, stage: Stage, done: usize, total: usize) {
        let _ = (stage, done, total);
    }

    /// True if the computation should end with [`Error::Interrupted`]. Asked at every iteration of
    /// every fit, so it must be quick.
    fn stop(&self) -> bool {
        false
    }
}

/// A monitor that neither hears nor stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Monitor for Silent {}

/// Counts the pieces of one stage.
pub(crate) struct Progress<'a> {
    monitor: &'a dyn Monitor,
    stage: Stage,
    done: AtomicUsize,
    total: usize,
}

impl<'a> Progress<'a> {
    pub fn new(monitor: &'a dyn Monitor, stage: Stage, total: usize) -> Self {
        Progress { monitor, stage, done: AtomicUsize::new(0), total }
    }

    /// More pieces are done, or need no doing.
    pub fn advance(&self, pieces: usize) {
        let done = self.done.fetch_add(pieces, Ordering::Relaxed) + pieces;
        self.monitor.advance(self.stage, done, self.total);
    }

    /// Ends the computation if the monitor asks for it.
    pub fn check(&self) -> Result<()> {
        if self.monitor.stop() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }
}

/// Passes the wish to stop on, and keeps the pieces to itself: the fits within a bootstrap draw.
pub(crate) struct StopOnly<'a>(pub &'a dyn Monitor);

impl Monitor for StopOnly<'_> {
    fn stop(&self) -> bool {
        self.0.stop()
    }
}
