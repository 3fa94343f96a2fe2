//! How long a computation of many stages will still take.

use super::monitor::{Monitor, Stage};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Fits after which the first word is said: fewer tell too little of what one takes.
const ENOUGH: usize = 100;

/// What an analysis asks for, in fits, and how far it is. [`analyze_with`](crate::analyze_with) tells its
/// monitor again and again, from the hundredth fit on.
///
/// Fits are taken to last alike, so times are rough; that of a search is rougher still, because how many
/// candidates it will score is known of [`Method::Grid`](crate::Method::Grid) alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outlook {
    /// Fits of the search for the lambdas; 0 if they are given. A guess while it lasts.
    pub search: usize,
    /// Those that score one candidate.
    pub fits_per_candidate: usize,
    /// Fits of treated cells, or of groups that share one.
    pub effects: usize,
    /// Fits of the treated units' cells before treatment.
    pub pre_treatment: usize,
    /// Draws of the inference: resamples, units left out, placebos or shifts in time.
    pub draws: usize,
    /// Fits in one of them.
    pub fits_per_draw: usize,
    /// Fits done.
    pub done: usize,
    /// Time since the first report of progress was to come.
    pub spent: Duration,
}

impl Outlook {
    /// All fits, those included that are done.
    ///
    /// ```
    /// let outlook = trop_core::Outlook::default();
    /// assert_eq!(outlook.fits(), 0);
    /// ```
    pub fn fits(&self) -> usize {
        let inference = self.draws.saturating_mul(self.fits_per_draw);
        let others = self.effects.saturating_add(self.pre_treatment);
        self.search.saturating_add(others).saturating_add(inference).max(self.done)
    }

    /// About how long it will still take; nothing is known of it before the first fit is done.
    ///
    /// ```
    /// assert_eq!(trop_core::Outlook::default().left(), None);
    /// ```
    pub fn left(&self) -> Option<Duration> {
        let ahead = (self.fits() - self.done) as f64;
        let seconds = self.spent.as_secs_f64() / self.done as f64 * ahead;
        // Beyond the ages that a duration can hold there is nothing to say.
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// About how long it takes from the first fit to the last.
    ///
    /// ```
    /// assert_eq!(trop_core::Outlook::default().total(), None);
    /// ```
    pub fn total(&self) -> Option<Duration> {
        self.left().and_then(|left| left.checked_add(self.spent))
    }
}

/// Passes everything on to another monitor, and tells it how long the whole will take.
pub(crate) struct Pacer<'a> {
    monitor: &'a dyn Monitor,
    start: Instant,
    pace: Mutex<Pace>,
}

/// What was heard so far.
struct Pace {
    outlook: Outlook,
    /// The count at hand: its stage, pieces done and all pieces.
    count: Option<(Stage, usize, usize)>,
    /// Fits done in the search.
    searched: usize,
}

impl<'a> Pacer<'a> {
    /// `asked` is what is known before the start.
    pub fn new(monitor: &'a dyn Monitor, asked: Outlook) -> Self {
        let pace = Pace { outlook: asked, count: None, searched: 0 };
        Pacer { monitor, start: Instant::now(), pace: Mutex::new(pace) }
    }
}

impl Monitor for Pacer<'_> {
    fn advance(&self, stage: Stage, done: usize, total: usize) {
        self.monitor.advance(stage, done, total);
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.hear(stage, done, total);
        pace.outlook.spent = self.start.elapsed();
        if pace.outlook.done >= ENOUGH {
            self.monitor.outlook(&pace.outlook);
        }
    }

    fn expect_search(&self, candidates: usize, fits_per_candidate: usize) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.outlook.search = candidates.saturating_mul(fits_per_candidate);
        pace.outlook.fits_per_candidate = fits_per_candidate;
    }

    fn stop(&self) -> bool {
        self.monitor.stop()
    }
}

impl Pace {
    fn hear(&mut self, stage: Stage, done: usize, total: usize) {
        let before = match self.count {
            // Reports of one count may overtake each other; a new one starts when the last is complete.
            Some((s, d, t)) if s == stage && t == total && d < t => d,
            _ => 0,
        };
        if before > 0 && done <= before {
            return;
        }
        self.count = Some((stage, done, total));
        let pieces = done.saturating_sub(before);
        let fits = match stage {
            Stage::Bootstrap | Stage::Inference => pieces * self.outlook.fits_per_draw,
            _ => pieces,
        };
        self.outlook.done += fits;
        if stage == Stage::Search {
            self.searched += fits;
            self.outlook.search = self.outlook.search.max(self.searched);
        } else {
            self.outlook.search = self.searched;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Outlook {
        let search = Outlook { search: 1000, fits_per_candidate: 10, ..Outlook::default() };
        Outlook { effects: 3, pre_treatment: 7, draws: 20, fits_per_draw: 10, ..search }
    }

    fn heard(reports: &[(Stage, usize, usize)]) -> Outlook {
        let mut pace = Pace { outlook: asked(), count: None, searched: 0 };
        reports.iter().for_each(|&(stage, done, total)| pace.hear(stage, done, total));
        pace.outlook
    }

    #[test]
    fn fits_are_counted_over_all_stages() {
        assert_eq!(asked().fits(), 1210);
        let found =
            heard(&[(Stage::Search, 30, 50), (Stage::Search, 50, 50), (Stage::Search, 10, 50)]);
        assert_eq!((found.done, found.fits()), (60, 1210));
    }

    #[test]
    fn reports_that_were_overtaken_count_once() {
        let found = heard(&[(Stage::Search, 3, 5), (Stage::Search, 2, 5), (Stage::Search, 5, 5)]);
        assert_eq!(found.done, 5);
    }

    #[test]
    fn a_draw_has_several_fits_and_a_search_that_ended_is_no_guess() {
        let found =
            heard(&[(Stage::Search, 50, 50), (Stage::Estimate, 3, 3), (Stage::Inference, 2, 20)]);
        assert_eq!((found.done, found.search, found.fits()), (73, 50, 260));
    }

    #[test]
    fn a_search_that_goes_on_for_longer_than_expected_is_never_done_before_its_end() {
        let found = heard(&[(Stage::Search, 2000, 2000)]);
        assert_eq!((found.done, found.search), (2000, 2000));
    }

    #[test]
    fn what_is_left_follows_the_pace() {
        let outlook = Outlook { done: 110, spent: Duration::from_secs(11), ..asked() };
        assert_eq!(outlook.left(), Some(Duration::from_secs(110)));
        assert_eq!(outlook.total(), Some(Duration::from_secs(121)));
    }
}
