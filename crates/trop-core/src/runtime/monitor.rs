//! Progress and interruption of long computations.

use super::outlook::Outlook;
use crate::by_name::by_name;
use crate::error::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// What a computation is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Stage {
    /// Scoring candidates by cross-validation; the count starts anew at each stage of a search
    /// but `grid`.
    Search,
    /// Fitting the treated cells.
    Estimate,
    /// Fitting control cells as if they were treated.
    Placebo,
    /// Bootstrap draws.
    Bootstrap,
    /// Units left out, placebo assignments or shifts in time of any other method of inference.
    Inference,
    /// Draws of a simulation.
    Simulation,
}

impl Stage {
    /// Its name: `search`, `estimate`, `placebo`, `bootstrap`, `inference` or `simulation`.
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
            Stage::Inference => "inference",
            Stage::Simulation => "simulation",
        }
    }
}

by_name!(
    Stage,
    "stage",
    [
        Stage::Search,
        Stage::Estimate,
        Stage::Placebo,
        Stage::Bootstrap,
        Stage::Inference,
        Stage::Simulation
    ]
);

/// Hears of progress, and may stop a computation. Called from all worker threads.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use trop_core::{estimate, Lambdas, Monitor, Panel, Settings, Shape, Stage};
///
/// struct Count(AtomicUsize);
/// impl Monitor for Count {
///     fn advance(&self, _stage: Stage, _done: usize, _total: usize) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
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

    /// A stage of `total` pieces begins, of which the first may take long.
    fn begin(&self, stage: Stage, total: usize) {
        let _ = (stage, total);
    }

    /// How long the whole call will still take: told by [`analyze_with`](crate::analyze_with) with each report,
    /// from the hundredth fit or the first second on.
    fn outlook(&self, outlook: &Outlook) {
        let _ = outlook;
    }

    /// A search is about to score `candidates`, or about as many, by `fits_per_candidate` each.
    fn expect_search(&self, candidates: usize, fits_per_candidate: usize) {
        let _ = (candidates, fits_per_candidate);
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

/// A monitor for another thread to look at: it keeps the latest report, and stops the computation once it
/// is told to.
///
/// ```
/// use trop_core::{estimate, Lambdas, Panel, Settings, Shape, Stage, Watch};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let watch = Watch::default();
/// estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &watch)?;
/// assert_eq!(watch.latest(), Some((Stage::Estimate, 1, 1)));
///
/// watch.request_stop();
/// let stopped = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &watch);
/// assert_eq!(stopped.unwrap_err().code(), "interrupted");
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Watch {
    stop: AtomicBool,
    latest: Mutex<Option<Report>>,
    outlook: Mutex<Option<Outlook>>,
}

impl Watch {
    /// The stage, the pieces of it that are done, and all of its pieces; `None` before the first report.
    pub fn latest(&self) -> Option<(Stage, usize, usize)> {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the whole call will still take, if that is known already.
    pub fn outlook(&self) -> Option<Outlook> {
        *self.outlook.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, report: Report) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if pieces_since(*latest, report).is_some() {
            *latest = Some(report);
        }
    }

    /// Ends the computation with [`Error::Interrupted`].
    pub fn request_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Monitor for Watch {
    fn advance(&self, stage: Stage, done: usize, total: usize) {
        self.hear((stage, done, total));
    }

    fn begin(&self, stage: Stage, total: usize) {
        self.hear((stage, 0, total));
    }

    fn outlook(&self, outlook: &Outlook) {
        *self.outlook.lock().unwrap_or_else(PoisonError::into_inner) = Some(*outlook);
    }

    fn stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A stage, the pieces of it that are done, and all of its pieces.
pub(crate) type Report = (Stage, usize, usize);

/// Pieces that are done since the latest report; `None` if that one has overtaken this. Reports of one count may
/// overtake each other; a new count starts when the last is complete.
pub(crate) fn pieces_since(latest: Option<Report>, report: Report) -> Option<usize> {
    let (stage, done, total) = report;
    match latest {
        Some((s, d, t)) if s == stage && t == total && d < t => (done > d).then(|| done - d),
        _ => Some(done),
    }
}

/// Counts the pieces of one stage.
pub(crate) struct Progress<'a> {
    monitor: &'a dyn Monitor,
    stage: Stage,
    done: AtomicUsize,
    total: usize,
}

impl<'a> Progress<'a> {
    pub fn new(monitor: &'a dyn Monitor, stage: Stage, total: usize) -> Self {
        monitor.begin(stage, total);
        Progress { monitor, stage, done: AtomicUsize::new(0), total }
    }

    /// More pieces are done, or need no doing.
    pub fn advance(&self, pieces: usize) {
        let done = self.done.fetch_add(pieces, Ordering::Relaxed) + pieces;
        self.monitor.advance(self.stage, done, self.total);
    }

    /// Ends the computation if the monitor asks for it.
    pub fn check(&self) -> Result<()> {
        heed(self.monitor)
    }
}

/// Ends work that has no pieces to count if its monitor asks for it.
pub(crate) fn heed(monitor: &dyn Monitor) -> Result<()> {
    if monitor.stop() {
        return Err(Error::Interrupted);
    }
    Ok(())
}

/// Passes the wish to stop on, and keeps the pieces to itself: the fits within a bootstrap draw.
pub(crate) struct StopOnly<'a>(pub &'a dyn Monitor);

impl Monitor for StopOnly<'_> {
    fn stop(&self) -> bool {
        self.0.stop()
    }
}
