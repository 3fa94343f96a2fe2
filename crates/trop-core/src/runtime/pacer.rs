//! Counts the fits of all stages, and says how long the whole will take.

use super::monitor::{pieces_since, Monitor, Report, Stage};
use super::outlook::Outlook;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Fits after which the first word is said: fewer tell too little of what one takes, unless they are slow.
const ENOUGH: usize = 100;

/// Time after which it is said from any number of fits.
const SOON: Duration = Duration::from_secs(1);

/// Passes everything on to another monitor, and tells it how long the whole will take.
pub(crate) struct Pacer<'a> {
    monitor: &'a dyn Monitor,
    start: Instant,
    pace: Mutex<Pace>,
}

/// What was heard so far.
struct Pace {
    outlook: Outlook,
    latest: Option<Report>,
    /// Fits done in the search.
    searched: usize,
}

impl<'a> Pacer<'a> {
    /// `asked` is what is known before the start.
    pub fn new(monitor: &'a dyn Monitor, asked: Outlook) -> Self {
        let pace = Pace { outlook: asked, latest: None, searched: 0 };
        Pacer { monitor, start: Instant::now(), pace: Mutex::new(pace) }
    }
}

impl Monitor for Pacer<'_> {
    fn advance(&self, stage: Stage, done: usize, total: usize) {
        self.monitor.advance(stage, done, total);
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.hear(stage, done, total);
        pace.outlook.spent = self.start.elapsed();
        let Outlook { done, spent, .. } = pace.outlook;
        if done >= ENOUGH || (done > 0 && spent >= SOON) {
            self.monitor.outlook(&pace.outlook);
        }
    }

    fn begin(&self, stage: Stage, total: usize) {
        self.monitor.begin(stage, total);
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
        let report = (stage, done, total);
        let Some(pieces) = pieces_since(self.latest, report) else { return };
        self.latest = Some(report);
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
        let mut pace = Pace { outlook: asked(), latest: None, searched: 0 };
        reports.iter().for_each(|&(stage, done, total)| pace.hear(stage, done, total));
        pace.outlook
    }

    /// How many fits were done at each outlook.
    #[derive(Default)]
    struct Told(Mutex<Vec<usize>>);

    impl Monitor for Told {
        fn outlook(&self, outlook: &Outlook) {
            self.0.lock().unwrap().push(outlook.done);
        }
    }

    #[test]
    fn the_first_word_comes_after_a_hundred_fits_or_a_second() {
        let of = |ago: Duration, pieces: &[usize]| {
            let told = Told::default();
            let start = Instant::now().checked_sub(ago).unwrap();
            let pacer = Pacer { start, ..Pacer::new(&told, asked()) };
            pieces.iter().for_each(|&done| pacer.advance(Stage::Estimate, done, 300));
            told.0.into_inner().unwrap()
        };
        assert_eq!(of(Duration::ZERO, &[1, 99, 100, 101]), [100, 101]);
        assert_eq!(of(SOON, &[1, 2]), [1, 2]);
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
}
