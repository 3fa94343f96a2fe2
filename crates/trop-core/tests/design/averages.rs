//! Averages: their weights and their groupings.

use super::*;

#[test]
fn equal_weights_in_the_average_are_none() {
    let m = random_panel(11, 8, 7, Pattern::Staggered, 0.1);
    let design = Design { average: Some(vec![2.0; 8]), ..Default::default() };
    let (equal, none) = (solved(&with(&m, &design), &LAMBDAS[2]), solved(&m.panel(), &LAMBDAS[2]));
    assert_eq!(equal.effects, none.effects);
    assert!((equal.att - none.att).abs() < ROUNDING);
}

#[test]
fn weights_of_the_average_by_hand() {
    let y = [1.0, 2.0, 3.0, 0.0, 2.0, 4.0, 5.0, 6.0, 9.0, 2.0, 3.0, 7.0];
    let m = treated(&matrices(&y, &[0.0; 12], 4), &[(2, 2..3), (3, 2..3)]);
    // Effects 1.25 and 2.25; the controls' weights play no part.
    for (weight, expected) in [([9.0, 0.0, 3.0, 1.0], 1.5), ([0.0, 5.0, 0.0, 7.0], 2.25)] {
        for anchor in [Anchor::Cell, Anchor::Pooled, Anchor::Spell] {
            let design = Design { average: Some(weight.to_vec()), anchor, ..Default::default() };
            let panel = with(&m, &design);
            let found = solved(&panel, &Lambdas::TWO_WAY);
            assert!((found.att - expected).abs() < ROUNDING, "{weight:?} {anchor:?}");
            assert_eq!(found.effects.len(), 2);
            let att = averages(&panel, &found, &[])[0];
            assert!((att.value - expected).abs() < ROUNDING);
            assert_eq!(att.n_cells, weight[2..].iter().filter(|w| **w > 0.0).count());
        }
    }
}

#[test]
fn a_weight_of_zero_leaves_the_unit_in_the_fit() {
    let m = random_panel(12, 8, 7, Pattern::Block, 0.0);
    let mut weight = vec![1.0; 8];
    weight[0] = 0.0;
    for anchor in [Anchor::Cell, Anchor::Pooled] {
        let design = Design { average: Some(weight.clone()), anchor, ..Default::default() };
        let found = solved(&with(&m, &design), &LAMBDAS[2]);
        let all = solved(&with(&m, &anchored(anchor)), &LAMBDAS[2]);
        assert_eq!(found.effects, all.effects);
        let kept: Vec<_> = effects(&all).into_iter().filter(|(c, _)| c.unit != 0).collect();
        assert!((found.att - mean(&kept)).abs() < ROUNDING);
        assert!((found.att - all.att).abs() > 0.01);
    }
}

fn find(all: &[Average], grouping: Option<usize>, code: i64, measure: Measure) -> Option<Average> {
    let quantity = Quantity { grouping, code, measure };
    all.iter().copied().find(|average| average.quantity == quantity)
}

/// Codes of the groups that have an effect.
fn groups(all: &[Average], grouping: usize) -> Vec<i64> {
    all.iter()
        .filter(|a| a.quantity.grouping == Some(grouping) && a.quantity.measure == Measure::Effect)
        .map(|a| a.quantity.code)
        .collect()
}

#[test]
fn averages_by_hand() {
    // The control is flat at 0; unit 1 is treated from period 1 on, unit 2 from period 2 on, their effects
    // are 1, 3 and 8 over counterfactuals of 10, 10 and 20.
    let y = [0.0, 0.0, 0.0, 10.0, 11.0, 13.0, 20.0, 20.0, 28.0];
    let m = treated(&matrices(&y, &[0.0; 9], 3), &[(1, 1..3), (2, 2..3)]);
    let none = Grouping::NONE;
    let design = Design {
        groupings: vec![
            Grouping::EventTime,
            Grouping::Period,
            Grouping::Cohort,
            Grouping::Unit,
            Grouping::Given(vec![none, none, none, none, 7, none, 7, 7, 7]),
        ],
        average: Some(vec![1.0, 1.0, 2.0]),
        ..Default::default()
    };
    let panel = with(&m, &design);
    let found = solved(&panel, &Lambdas::TWO_WAY);
    let all = averages(&panel, &found, &[]);
    let check = |grouping, code, measure, n_cells, value: f64| {
        let average = find(&all, grouping, code, measure).unwrap();
        assert_eq!(average.n_cells, n_cells, "{average:?}");
        assert!((average.value - value).abs() < 1e-10, "{average:?} {value}");
    };
    use Measure::{Cumulative, Effect, Percent};
    check(None, 0, Effect, 3, (1.0 + 3.0 + 16.0) / 4.0);
    check(None, 0, Percent, 3, 100.0 * 20.0 / 60.0);
    check(None, 0, Cumulative, 3, 20.0);
    // Event time 0: 1, and 8 at weight 2; event time 1: 3.
    assert_eq!(groups(&all, 0), [0, 1]);
    check(Some(0), 0, Effect, 2, 17.0 / 3.0);
    check(Some(0), 0, Percent, 2, 100.0 * 17.0 / 50.0);
    check(Some(0), 0, Cumulative, 2, 17.0 / 3.0);
    check(Some(0), 1, Effect, 1, 3.0);
    check(Some(0), 1, Cumulative, 1, 17.0 / 3.0 + 3.0);
    assert_eq!(groups(&all, 1), [1, 2]);
    check(Some(1), 1, Effect, 1, 1.0);
    check(Some(1), 2, Effect, 2, 19.0 / 3.0);
    check(Some(1), 2, Cumulative, 2, 1.0 + 19.0 / 3.0);
    assert_eq!(groups(&all, 2), [1, 2]);
    check(Some(2), 1, Effect, 2, 2.0);
    check(Some(2), 1, Percent, 2, 20.0);
    check(Some(2), 2, Effect, 1, 8.0);
    assert_eq!(groups(&all, 3), [1, 2]);
    check(Some(3), 2, Percent, 1, 40.0);
    assert_eq!(find(&all, Some(3), 2, Cumulative), None);
    assert_eq!(groups(&all, 4), [7]);
    check(Some(4), 7, Effect, 2, 17.0 / 3.0);
}

#[test]
fn effects_before_treatment_enter_event_times_only() {
    let m = random_panel(18, 8, 6, Pattern::Staggered, 0.1);
    let groupings = vec![Grouping::Period, Grouping::EventTime];
    let panel = with(&m, &Design { groupings, ..Default::default() });
    let l = LAMBDAS[1];
    let found = solved(&panel, &l);
    let cells = pre_treatment_cells(&panel);
    let pre = cell_effects(&panel, &cells, &l, &settings(&l), &Silent).unwrap().effects;
    let (with_pre, without) = (averages(&panel, &found, &pre), averages(&panel, &found, &[]));
    let negative = |a: &Average| a.quantity.grouping == Some(1) && a.quantity.code < 0;
    let (before, rest): (Vec<Average>, Vec<Average>) = with_pre.into_iter().partition(negative);
    assert_eq!(rest, without);
    assert!(!before.is_empty());
    for average in before {
        assert_eq!(average.quantity.measure, Measure::Effect);
        let own: Vec<f64> = pre
            .iter()
            .filter(|e| e.event_time == Some(average.quantity.code))
            .map(|e: &CellEffect| e.effect)
            .collect();
        assert_eq!(own.len(), average.n_cells);
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        assert!((average.value - mean).abs() < ROUNDING);
    }
}
