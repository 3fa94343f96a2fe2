//! Do the effects of groups differ?

use super::choice::choose_inference;
use super::collected::Collected;
use super::draws::Draw;
use super::estimation::TropEstimation;
use super::inferred::Inferred;
use super::kind::IntervalKind;
use super::options::{InferenceMethod, InferenceOptions};
use super::resampling::{stage, Resampling};
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::model::{averages, Average, Estimate, Measure, Quantity};
use crate::panel::{Grouping, Panel};
use crate::runtime::Monitor;
use crate::settings::Settings;
use std::collections::BTreeSet;

/// Groups that are compared at most: every pair is.
const MOST_GROUPS: usize = 50;

/// The mean effect of one group less that of another.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The codes of both groups.
    pub groups: (i64, i64),
    /// Effect of the first less effect of the second.
    pub value: f64,
    /// Standard error; NaN where the method gives none, like all that follows.
    pub se: f64,
    /// Interval of this difference alone.
    pub ci: (f64, f64),
    /// What the interval is.
    pub interval: IntervalKind,
    /// P-value of no difference.
    pub p_value: f64,
    /// Interval that holds together with those of all pairs.
    pub band: (f64, f64),
}

/// The differences between the effects of all groups of a grouping, from the same draws.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Differences {
    /// Where the draws come from.
    pub method: InferenceMethod,
    /// Level of all intervals.
    pub level: f64,
    /// One for each pair of groups, by their codes.
    pub pairs: Vec<Difference>,
    /// P-value of all groups having the same effect: of the largest difference in standard errors, among the largest
    /// of each draw. The jackknife has Bonferroni's bound. NaN if some difference has no standard error.
    pub p_value: f64,
}

/// Differences between the groups of a panel's grouping, which is that of an estimate at the given lambdas.
pub(crate) fn differences(
    panel: &Panel,
    lambdas: &Lambdas,
    estimate: &Estimate,
    grouping: usize,
    options: &InferenceOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Differences> {
    let (method, reason) = choose_inference(panel, options)?;
    let panel = &estimate.determined(panel);
    let averages = averages(panel, estimate, &[]);
    let groups = groups(panel, grouping, &averages);
    check(method, groups.len())?;
    let retuning = options.retuning.as_ref();
    let estimation = TropEstimation { lambdas, retuning, stage: stage(method) };
    let (averages, pre_periods) = (&averages[..], false);
    let (estimation, of_draw) = (&estimation, &Ok);
    let resampling = Resampling { panel, averages, pre_periods, estimation, options, of_draw };
    let collected = resampling.collect(method, settings, monitor)?;
    let pairs: Vec<(usize, usize)> = (0..groups.len())
        .flat_map(|a| (a + 1..groups.len()).map(move |b| (a, b)))
        .map(|(a, b)| (groups[a], groups[b]))
        .collect();
    of_pairs(collected, &pairs, estimate, reason)
}

/// Places of the mean effects of a grouping's groups; event times before treatment have none.
fn groups(panel: &Panel, grouping: usize, averages: &[Average]) -> Vec<usize> {
    let is_event_time = matches!(panel.groupings().get(grouping), Some(Grouping::EventTime));
    let is_effect = |average: &Average| {
        let Quantity { grouping: own, code, measure } = average.quantity;
        own == Some(grouping) && measure == Measure::Effect && (code >= 0 || !is_event_time)
    };
    (0..averages.len()).filter(|&k| is_effect(&averages[k])).collect()
}

fn check(method: InferenceMethod, groups: usize) -> Result<()> {
    let reason = if method == InferenceMethod::Conformal {
        "it tests the average effect alone; use bootstrap, jackknife or placebo".into()
    } else if groups < 2 {
        format!("a difference takes two groups with effects, and there are {groups}")
    } else if groups > MOST_GROUPS {
        format!("every pair of groups is compared, and {groups} are more than {MOST_GROUPS}")
    } else {
        return Ok(());
    };
    Err(Error::InferenceImpossible { method: method.name(), reason })
}

/// Numbers that are differences of others, as if the estimate reported them.
fn of_pairs(
    collected: Collected<'_>,
    pairs: &[(usize, usize)],
    estimate: &Estimate,
    reason: String,
) -> Result<Differences> {
    let of_draw = |draw: Draw| {
        let value = |&(a, b): &(usize, usize)| draw.values[a] - draw.values[b];
        Draw { values: pairs.iter().map(value).collect(), ..draw }
    };
    let average = |&pair: &(usize, usize)| difference(&collected, pair, estimate);
    let averages: Vec<Average> = pairs.iter().map(average).collect();
    let codes = |&(a, b): &(usize, usize)| {
        let code = |k: usize| collected.averages[k].quantity.code;
        (code(a), code(b))
    };
    let codes: Vec<(i64, i64)> = pairs.iter().map(codes).collect();
    let draws = collected.draws.into_iter().map(|draw| draw.map(of_draw)).collect();
    let differences = Collected {
        averages: &averages,
        draws,
        panel: collected.panel,
        method: collected.method,
        level: collected.level,
        is_treated: collected.is_treated,
    };
    let table = differences.infer(reason)?.table;
    let p_value = differences.joint_p_value(&table);
    let pair = |(&groups, found): (&(i64, i64), &Inferred)| {
        let &Inferred { average, se, ci, interval, p_value, band } = found;
        Difference { groups, value: average.value, se, ci, interval, p_value, band }
    };
    let (method, level) = (differences.method, differences.level);
    Ok(Differences { method, level, pairs: codes.iter().zip(&table).map(pair).collect(), p_value })
}

/// The difference of two numbers as one more number. Placebos count the clusters that are behind either; resampling has
/// nothing to say where one of them has a single cluster.
fn difference(collected: &Collected<'_>, (a, b): (usize, usize), estimate: &Estimate) -> Average {
    let (panel, first, second) = (collected.panel, collected.averages[a], collected.averages[b]);
    let grouping = first.quantity.grouping.map(|k| &panel.groupings()[k]);
    let is_behind =
        |code: Option<i64>| code == Some(first.quantity.code) || code == Some(second.quantity.code);
    let cells = estimate.effects.iter().map(|e| e.cell);
    let behind = cells.filter(|&cell| is_behind(grouping.and_then(|g| panel.group(g, cell))));
    let units: BTreeSet<usize> = behind.map(|cell| cell.unit).collect();
    let clusters: BTreeSet<i64> = units.iter().map(|&unit| panel.cluster(unit)).collect();
    let n_clusters = match collected.method {
        InferenceMethod::Bootstrap => first.n_clusters.min(second.n_clusters),
        _ => clusters.len(),
    };
    Average {
        quantity: first.quantity,
        n_cells: first.n_cells + second.n_cells,
        n_units: units.len(),
        n_clusters,
        n_uncertified: first.n_uncertified + second.n_uncertified,
        value: first.value - second.value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_compare_two_to_fifty_groups_and_a_conformal_test_none() {
        let is_refused = |method, groups| check(method, groups).is_err();
        for method in
            [InferenceMethod::Bootstrap, InferenceMethod::Jackknife, InferenceMethod::Placebo]
        {
            let found = [1, 2, 50, 51].map(|groups| is_refused(method, groups));
            assert_eq!(found, [true, false, false, true], "{method:?}");
        }
        assert!(is_refused(InferenceMethod::Conformal, 2));
    }
}
