//! Tables of effects with room for bias.

use crate::table::{column, flags, numbers, texts, Table, Values};
use trop_core::{BiasBounds, BoundedEffect, BoundsAt, Inferred};

impl Table {
    /// One row for each effect and size: `event_time` (NaN for the ATT), `effect`, `size`, `lower` and `upper`, which the
    /// estimates leave open, `ci_lower`, `ci_upper`, `breakdown` (the least size at which zero enters, of the effect),
    /// `certified`.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, InferenceMethod, Lambdas, Panel, Shape, Silent};
    /// use trop_report::Table;
    /// let outcome: Vec<f64> = (0..36).map(|k| ((k * k) % 7) as f64 / 4.0 + (k / 6) as f64).collect();
    /// let mut treatment = [0.0; 36];
    /// treatment[34..].fill(1.0);
    /// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 6, n_periods: 6 })?;
    /// let (lambdas, inference) = (Some(Lambdas::TWO_WAY), Some(InferenceMethod::Placebo));
    /// let found = analyze(&panel, &AnalysisOptions { lambdas, inference, ..Default::default() })?;
    /// let bounds = found.bias_bounds(&panel, None, Some(&[0.0, 1.0]), None, &Silent)?;
    /// // The ATT and two event times, at two sizes each; two placebo effects.
    /// assert_eq!(Table::bias_bounds(&bounds).n_rows(), 6);
    /// assert_eq!(Table::bias_placebos(&bounds).n_rows(), 2);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn bias_bounds(found: &BiasBounds) -> Table {
        let rows: Vec<(&BoundedEffect, &BoundsAt)> = found
            .effects
            .iter()
            .flat_map(|effect| effect.within.iter().map(move |at| (effect, at)))
            .collect();
        let of_effect = |name: &str, value: fn(&BoundedEffect) -> f64| {
            numbers(name, rows.iter().map(|(effect, _)| value(effect)))
        };
        let of = |name: &str, value: fn(&BoundsAt) -> f64| {
            numbers(name, rows.iter().map(|(_, at)| value(at)))
        };
        Table::new(
            "bias_bounds",
            vec![
                // Numbers, because languages know none that is missing among whole ones.
                of_effect("event_time", |effect| effect.event_time.map_or(f64::NAN, |t| t as f64)),
                of_effect("effect", |effect| effect.value),
                of("size", |at| at.size),
                of("lower", |at| at.bounds.0),
                of("upper", |at| at.bounds.1),
                of("ci_lower", |at| at.ci.0),
                of("ci_upper", |at| at.ci.1),
                of_effect("breakdown", |effect| effect.breakdown),
                flags("certified", rows.iter().map(|(effect, _)| effect.certified)),
            ],
        )
    }

    /// The placebo effects behind them: `event_time` since the pretended start, `effect`, `se`, `ci_lower`, `ci_upper`,
    /// `interval`, `certified`. See [`bias_bounds`](Table::bias_bounds).
    pub fn bias_placebos(found: &BiasBounds) -> Table {
        let all = || found.placebos.iter();
        let codes = all().map(|one| Some(one.average.quantity.code));
        let of = |name: &str, value: fn(&Inferred) -> f64| numbers(name, all().map(value));
        Table::new(
            "bias_placebos",
            vec![
                column("event_time", Values::Integer(codes.collect())),
                of("effect", |one| one.average.value),
                of("se", |one| one.se),
                of("ci_lower", |one| one.ci.0),
                of("ci_upper", |one| one.ci.1),
                texts("interval", all().map(|one| one.interval.name())),
                flags("certified", all().map(|one| one.average.n_uncertified == 0)),
            ],
        )
    }
}
