//! Tables of power.

use crate::table::{counts, numbers, texts, units, Column, Table};
use std::collections::BTreeMap;
use trop_core::{DesignPower, OptionValue, PowerDraw, PowerStudy};

/// All tables of power: `power`, `power_curves`, `power_units`, `power_draws`, `power_assignments`. [`Table`] makes each of them alone.
///
/// ```
/// # use trop_core::{power, AnalysisOptions, Lambdas, Panel, PowerOptions, Shape, Silent};
/// # let outcome: Vec<f64> = (0..192).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let panel = Panel::untreated(&outcome, Shape { n_units: 24, n_periods: 8 })?;
/// let options = PowerOptions { treated: Some(vec![1]), periods: Some(vec![2]), ..Default::default() };
/// let analysis = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let tables = trop_report::power_tables(&power(&panel, &options, &analysis, &Silent)?);
/// let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
/// assert_eq!(names, ["power", "power_curves", "power_units", "power_draws", "power_assignments"]);
/// assert_eq!((tables[0].n_rows(), tables[2].n_rows()), (1, 24));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn power_tables(study: &PowerStudy) -> Vec<Table> {
    vec![
        Table::power(study),
        Table::power_curves(study),
        Table::power_units(study),
        Table::power_draws(study),
        Table::power_assignments(study),
    ]
}

impl Table {
    /// One row for each design: `treated` (units), `periods` (treated), `history` (periods before them), `inference`
    /// (empty if there is none), `n_units` (that could be treated), `draws`, `size` (share of draws without an effect in
    /// which one is found), `size_se` (its Monte Carlo standard error), `least_p` (the least p-value of ranks),
    /// `smallest` (the full size beyond which effects of either sign are found often enough), `smallest_increase`,
    /// `smallest_decrease` (zero or less), `failures` (draws without an estimate or an interval, which find nothing),
    /// `uncertified` (estimates that are not certified) and `reason` (why there is no smallest effect:
    /// [`Undetected::name`](trop_core::Undetected::name), else empty). Effects are in units of the outcome.
    pub fn power(study: &PowerStudy) -> Table {
        let each = || study.designs.iter();
        let of = |value: fn(&DesignPower) -> f64| each().map(value);
        let count = |value: fn(&DesignPower) -> usize| each().map(value);
        let mut columns = design_columns(&each().map(|design| (design, ())).collect::<Vec<_>>());
        columns.extend([
            texts(
                "inference",
                each().map(|design| design.method.map_or("", |method| method.name())),
            ),
            counts("n_units", count(|design| design.n_units)),
            counts("draws", count(|design| design.draws.len())),
            numbers("size", of(DesignPower::size)),
            numbers("size_se", of(|design| design.power_error(0.0))),
            numbers("least_p", of(DesignPower::least_p)),
            numbers("smallest", of(DesignPower::smallest)),
            numbers("smallest_increase", of(DesignPower::smallest_increase)),
            numbers("smallest_decrease", of(DesignPower::smallest_decrease)),
            counts("failures", count(DesignPower::n_failed)),
            counts("uncertified", count(DesignPower::n_uncertified)),
            texts("reason", each().map(|design| design.undetected().map_or("", |why| why.name()))),
        ]);
        Table::new("power", columns)
    }

    /// One row for each design and each effect: `treated`, `periods`, `history`, `effect` (its full size), `att` (its mean
    /// over the treated periods), `power` (share of draws in which it is found) and `power_se` (its Monte Carlo standard
    /// error).
    pub fn power_curves(study: &PowerStudy) -> Table {
        let rows = each_with(study, |_| study.options.effect.iter().flatten().copied().collect());
        let mut columns = design_columns(&rows);
        columns.extend([
            numbers("effect", rows.iter().map(|(_, effect)| *effect)),
            numbers("att", rows.iter().map(|(design, effect)| design.mean_shape * effect)),
            numbers("power", rows.iter().map(|(design, effect)| design.power(*effect))),
            numbers("power_se", rows.iter().map(|(design, effect)| design.power_error(*effect))),
        ]);
        Table::new("power_curves", columns)
    }

    /// How well an effect is estimated when a unit is among the treated, one row for each design and unit: `treated`,
    /// `periods`, `history`, `unit`, `draws` (in which it is treated), `rmse` and `bias` (root mean square and mean of
    /// the ATTs of these, which are nothing but error). Few draws say little of a unit.
    pub fn power_units(study: &PowerStudy) -> Table {
        let rows = each_with(study, |design| errors_by_unit(design).into_iter().collect());
        let mut columns = design_columns(&rows);
        let mean = |values: &[f64], of: fn(f64) -> f64| {
            values.iter().map(|x| of(*x)).sum::<f64>() / values.len() as f64
        };
        columns.extend([
            units(rows.iter().map(|(_, (unit, _))| *unit)),
            counts("draws", rows.iter().map(|(_, (_, atts))| atts.len())),
            numbers("rmse", rows.iter().map(|(_, (_, atts))| mean(atts, |x| x * x).sqrt())),
            numbers("bias", rows.iter().map(|(_, (_, atts))| mean(atts, |x| x))),
        ]);
        Table::new("power_units", columns)
    }

    /// One row for each design and draw: `treated`, `periods`, `history`, `draw` (from 0), `att` (nothing but error),
    /// `ci_lower`, `ci_upper` (the interval of the test), `response` (the ATT of an effect of full size 1: an effect is
    /// found if zero is outside of the interval once it is moved by the effect times this) and `error` (the code of why
    /// there is no estimate or interval, else empty).
    pub fn power_draws(study: &PowerStudy) -> Table {
        let rows = each_with(study, |design| (0..design.draws.len()).collect());
        let draws = || rows.iter().map(|(design, k)| &design.draws[*k]);
        let mut columns = design_columns(&rows);
        columns.extend([
            counts("draw", rows.iter().map(|(_, k)| *k)),
            numbers("att", draws().map(|draw| draw.att)),
            numbers("ci_lower", draws().map(|draw| draw.ci.0)),
            numbers("ci_upper", draws().map(|draw| draw.ci.1)),
            numbers("response", draws().map(|draw| draw.response)),
            texts(
                "error",
                draws().map(|draw| draw.error.as_ref().map_or("", |error| error.code())),
            ),
        ]);
        Table::new("power_draws", columns)
    }

    /// Which units are treated in each draw, one row for each: `treated`, `periods`, `history`, `draw` (from 0), `unit`.
    pub fn power_assignments(study: &PowerStudy) -> Table {
        let rows = each_with(study, |design| {
            let units = |(k, draw): (usize, &PowerDraw)| {
                draw.treated.iter().map(move |unit| (k, *unit)).collect::<Vec<_>>()
            };
            design.draws.iter().enumerate().flat_map(units).collect()
        });
        let mut columns = design_columns(&rows);
        columns.extend([
            counts("draw", rows.iter().map(|(_, (k, _))| *k)),
            units(rows.iter().map(|(_, (_, unit))| *unit)),
        ]);
        Table::new("power_assignments", columns)
    }
}

/// What was asked, by name, with nothing left open; `history` is not among it, which the tables have. Lambdas are those
/// of all estimates.
///
/// ```
/// # use trop_core::{power, AnalysisOptions, Lambdas, Panel, PowerOptions, Shape, Silent};
/// # let outcome: Vec<f64> = (0..192).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let panel = Panel::untreated(&outcome, Shape { n_units: 24, n_periods: 8 })?;
/// let options = PowerOptions { treated: Some(vec![1]), periods: Some(vec![2]), ..Default::default() };
/// let analysis = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let facts = trop_report::power_facts(&power(&panel, &options, &analysis, &Silent)?);
/// assert!(facts.contains(&("target", 0.8.into())));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn power_facts(study: &PowerStudy) -> Vec<(&'static str, OptionValue)> {
    let options = &study.options;
    vec![
        ("source", options.source.name().into()),
        ("shape", options.shape.name().into()),
        ("draws", options.draws.into()),
        ("target", options.target.into()),
        ("level", study.analysis.level.into()),
        ("seed", study.analysis.seed.into()),
        ("rank", study.generator.as_ref().map(|generator| generator.options.rank).into()),
        ("noise", study.generator.as_ref().map(|generator| generator.options.noise.name()).into()),
        ("lambda_time", study.lambdas.time.into()),
        ("lambda_unit", study.lambdas.unit.into()),
        ("lambda_nn", study.lambdas.nn.into()),
    ]
}

/// Designs, each with several things.
fn each_with<T>(
    study: &PowerStudy,
    things: impl Fn(&DesignPower) -> Vec<T>,
) -> Vec<(&DesignPower, T)> {
    let pairs = |design| things(design).into_iter().map(move |thing| (design, thing));
    study.designs.iter().flat_map(pairs).collect()
}

fn design_columns<T>(rows: &[(&DesignPower, T)]) -> Vec<Column> {
    vec![
        counts("treated", rows.iter().map(|(found, _)| found.design.treated)),
        counts("periods", rows.iter().map(|(found, _)| found.design.periods)),
        counts("history", rows.iter().map(|(found, _)| found.design.history)),
    ]
}

/// Errors of the draws in which each unit is treated.
fn errors_by_unit(design: &DesignPower) -> BTreeMap<usize, Vec<f64>> {
    let mut errors: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for draw in design.draws.iter().filter(|draw| draw.att.is_finite()) {
        for &unit in &draw.treated {
            errors.entry(unit).or_default().push(draw.att);
        }
    }
    errors
}
