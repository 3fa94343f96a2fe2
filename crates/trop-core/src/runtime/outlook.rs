//! How long a computation of many stages will still take.

use std::time::Duration;

/// What an analysis asks for, in fits, and how far it is. [`analyze_with`](crate::analyze_with) tells its
/// monitor again and again, from the hundredth fit or the first second on.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_the_pace() {
        let asked = Outlook {
            search: 1000,
            effects: 10,
            draws: 20,
            fits_per_draw: 10,
            ..Outlook::default()
        };
        let outlook = Outlook { done: 110, spent: Duration::from_secs(11), ..asked };
        assert_eq!(outlook.left(), Some(Duration::from_secs(110)));
        assert_eq!(outlook.total(), Some(Duration::from_secs(121)));
    }
}
