//! How long a call will still take, and what would make it shorter.

use crate::text::count;
use std::time::Duration;
use trop_core::Outlook;

/// From when on a call is a long one, of which the user hears.
const LONG: Duration = Duration::from_secs(60);

/// Cells of a sample on which candidates are still told apart; with no more of them, a sample is no advice.
const SAMPLE: usize = 500;

/// The time left of the whole call, as in `about 3 minutes left`; empty while it is not known, and at the end.
///
/// ```
/// assert_eq!(trop_report::outlook_text(&trop_core::Outlook::default()), "");
/// ```
pub fn outlook_text(outlook: &Outlook) -> String {
    let left = outlook.left().filter(|left| !left.is_zero());
    left.map(|left| format!("{} left", about(left))).unwrap_or_default()
}

/// If the whole call takes more than a minute: how long, why, and what would make it shorter; else `None`.
///
/// ```
/// assert_eq!(trop_report::outlook_advice(&trop_core::Outlook::default()), None);
/// ```
pub fn outlook_advice(outlook: &Outlook) -> Option<String> {
    let total = outlook.total().filter(|&total| total > LONG)?;
    let helps = helps(outlook);
    let ends = if helps.is_empty() {
        String::new()
    } else {
        format!(" What helps: {}.", helps.join("; "))
    };
    Some(format!("This call takes {}: {}.{ends}", about(total), parts(outlook).join(", ")))
}

/// What the fits are for, the most first.
fn parts(outlook: &Outlook) -> Vec<String> {
    let mut parts = vec![
        (outlook.search, "in the search for the lambdas".to_string()),
        (outlook.effects, "for the effects".to_string()),
        (outlook.pre_treatment, "before the treatment".to_string()),
        (inference(outlook), format!("for the inference, in {}", count(outlook.draws, "draw"))),
    ];
    parts.retain(|(fits, _)| *fits > 0);
    parts.sort_by_key(|(fits, _)| std::cmp::Reverse(*fits));
    let guess = |purpose: &str| if purpose.contains("search") { "about " } else { "" };
    parts
        .iter()
        .map(|(fits, purpose)| format!("{}{} {purpose}", guess(purpose), count(*fits, "fit")))
        .collect()
}

fn inference(outlook: &Outlook) -> usize {
    outlook.draws.saturating_mul(outlook.fits_per_draw)
}

/// What makes the largest part smaller, and no other part: advice that saves little is none.
fn helps(outlook: &Outlook) -> Vec<String> {
    let mut helps = Vec::new();
    if outlook.search >= outlook.fits() / 2 {
        if outlook.fits_per_candidate > SAMPLE {
            helps.push(format!(
                "max_cells = {SAMPLE} scores candidates on a sample of the {} cells",
                outlook.fits_per_candidate
            ));
        }
        helps.push("lambdas that are known need no search".into());
    }
    if inference(outlook) >= outlook.fits() / 2 {
        helps.push("n_boot bounds the draws of bootstrap and placebo".into());
        if outlook.pre_treatment > outlook.effects {
            helps.push(
                "without pre_periods a draw leaves out the cells before the treatment".into(),
            );
        }
    }
    if !helps.is_empty() && outlook.effects > 1 {
        helps.push("the anchors pooled and spell share fits among treated cells".into());
    }
    helps
}

/// A time as one would say it: two digits at most, in the unit that suits.
fn about(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let units = [(86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second")];
    let (size, unit) =
        units.into_iter().find(|(size, _)| seconds >= 1.5 * size).unwrap_or((1.0, "second"));
    format!("about {}", count((seconds / size).round().max(1.0) as usize, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlook(change: impl FnOnce(&mut Outlook)) -> Outlook {
        let mut outlook = Outlook::default();
        outlook.effects = 10;
        outlook.pre_treatment = 90;
        outlook.done = 100;
        outlook.spent = Duration::from_secs(10);
        change(&mut outlook);
        outlook
    }

    #[test]
    fn times_are_said_in_the_unit_that_suits() {
        let said = |seconds| about(Duration::from_secs(seconds));
        assert_eq!(said(0), "about 1 second");
        assert_eq!(said(89), "about 89 seconds");
        assert_eq!(said(90), "about 2 minutes");
        assert_eq!(said(5_400), "about 2 hours");
        assert_eq!(said(200_000), "about 2 days");
    }

    #[test]
    fn a_short_call_has_no_advice() {
        assert_eq!(outlook_advice(&outlook(|_| ())), None);
        assert_eq!(outlook_text(&outlook(|o| o.search = 100)), "about 10 seconds left");
    }

    #[test]
    fn the_advice_is_about_the_largest_part() {
        let search = outlook(|o| (o.search, o.fits_per_candidate) = (99_900, 1_200));
        assert_eq!(
            outlook_advice(&search).unwrap(),
            "This call takes about 3 hours: about 99900 fits in the search for the lambdas, 90 fits before the \
             treatment, 10 fits for the effects. What helps: max_cells = 500 scores candidates on a sample of the \
             1200 cells; lambdas that are known need no search; the anchors pooled and spell share fits among \
             treated cells."
        );
        let inference = outlook(|o| (o.draws, o.fits_per_draw) = (200, 100));
        let said = outlook_advice(&inference).unwrap();
        assert!(
            said.starts_with(
                "This call takes about 34 minutes: 20000 fits for the inference, in 200 draws"
            ),
            "{said}"
        );
        assert!(
            said.contains("n_boot") && said.contains("pre_periods") && !said.contains("max_cells"),
            "{said}"
        );
    }

    #[test]
    fn a_small_sample_is_not_made_smaller() {
        let search = outlook(|o| (o.search, o.fits_per_candidate) = (99_900, 400));
        assert!(!outlook_advice(&search).unwrap().contains("max_cells"));
    }
}
