//! Effects with room for bias in a few aligned lines.

use crate::text::{aligned, count, interval, level, number, sentence, short, wrapped};
use trop_core::{BiasBounds, BoundedEffect, BoundsAt};

/// Effects with room for bias as the text that every language prints: the ATT at each size, where zero enters, and what the
/// sizes are of. The table has the effects by time since treatment, too.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, InferenceMethod, Lambdas, Panel, Shape, Silent};
/// use trop_report::bias_bounds_text;
/// let outcome: Vec<f64> = (0..36).map(|k| ((k * k) % 7) as f64 / 4.0 + (k / 6) as f64).collect();
/// let mut treatment = [0.0; 36];
/// treatment[34..].fill(1.0);
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 6, n_periods: 6 })?;
/// let (lambdas, inference) = (Some(Lambdas::TWO_WAY), Some(InferenceMethod::Placebo));
/// let options = AnalysisOptions { lambdas, inference, level: 0.5, ..Default::default() };
/// let found = analyze(&panel, &options)?.bias_bounds(&panel, None, Some(&[0.0, 1.0]), None, &Silent)?;
/// assert!(bias_bounds_text(&found).starts_with("ATT with room for bias"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn bias_bounds_text(found: &BiasBounds) -> String {
    let title = "ATT with room for bias";
    let mut lines = vec![title.to_string(), "-".repeat(title.len())];
    let att = found.effects.first();
    if let Some(att) = att {
        lines.extend(aligned(&grid(att, found.level)));
        lines.push(String::new());
        lines.extend(wrapped("", &breakdown(att)));
    }
    lines.extend(wrapped("", &measure(found)));
    if let Some(mark) = mark(found) {
        lines.extend(wrapped("", &mark));
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn grid(att: &BoundedEffect, of: f64) -> Vec<Vec<String>> {
    let heads = ["Bias at most", "Estimates", &format!("{} interval", level(of))];
    let row = |at: &BoundsAt| {
        let estimates =
            if at.size == 0.0 { number(at.bounds.0) } else { interval(at.bounds, number) };
        vec![format!("{} x placebo", short(at.size)), estimates, interval(at.ci, number)]
    };
    let heads = std::iter::once(heads.map(String::from).to_vec());
    heads.chain(att.within.iter().map(row)).collect()
}

fn breakdown(att: &BoundedEffect) -> String {
    let size = att.breakdown;
    if size.is_nan() {
        "There is no interval.".into()
    } else if size == 0.0 {
        "The interval holds zero without any bias.".into()
    } else if size.is_infinite() {
        "No size up to 1024 brings zero into the interval.".into()
    } else {
        format!("Zero enters the interval at {} x placebo.", short(size))
    }
}

/// What the sizes multiply.
fn measure(found: &BiasBounds) -> String {
    let sizes = found.placebos.iter().map(|one| one.average.value);
    let largest = sizes.fold(0.0_f64, |a, b| if b.abs() > a.abs() { b } else { a });
    let window = match found.window {
        (a, b) if a == b => format!("the last {}", count(a, "period")),
        (a, b) => format!("the last {a} to {b} periods"),
    };
    let dropped = match found.n_dropped {
        0 => String::new(),
        n => format!("; {} with too short a history dropped", count(n, "treated unit")),
    };
    sentence(&format!(
        "placebo: the largest effect by time since a pretended start, {}, estimated in {window} before treatment{dropped}. \
         Intervals are of the {}, from draws of both",
        number(largest),
        found.method.name()
    ))
}

/// What is not certified.
fn mark(found: &BiasBounds) -> Option<String> {
    let fits = found.effects.iter().any(|effect| !effect.certified);
    let estimates = fits.then(|| "The estimates are not certified.".to_string());
    let draws = (found.n_uncertified > 0).then(|| {
        format!("{} with a fit that is not certified.", count(found.n_uncertified, "draw"))
    });
    let all: Vec<String> = estimates.into_iter().chain(draws).collect();
    (!all.is_empty()).then(|| all.join(" "))
}
