//! Calendars.

use super::*;

#[test]
fn an_even_calendar_is_positions() {
    let m = random_panel(13, 8, 7, Pattern::Staggered, 0.1);
    let years: Vec<f64> = (0..7).map(|s| 1990.0 + 5.0 * f64::from(s)).collect();
    for anchor in [Anchor::Cell, Anchor::Pooled, Anchor::Spell] {
        let design = Design { anchor, ..by_calendar(years.clone()) };
        for l in LAMBDAS {
            assert_eq!(solved(&with(&m, &design), &l), solved(&with(&m, &anchored(anchor)), &l));
        }
    }
}

#[test]
fn an_uneven_calendar_counts_its_smallest_gaps() {
    let m = random_panel(14, 6, 5, Pattern::Block, 0.0);
    // Gaps 2, 4, 10, 2: places 0, 1, 3, 8, 9. Treated are the last two.
    let design = by_calendar(vec![2000.0, 2002.0, 2006.0, 2016.0, 2018.0]);
    let l = Lambdas { time: 0.3, unit: 0.2, nn: 0.7 };
    let target = Cell { unit: 0, period: 3 };
    let decay = |distances: [f64; 5]| distances.map(|d| (-0.3 * d).exp()).to_vec();
    let found = weights(&with(&m, &design), target, &l).unwrap();
    assert_eq!(found.period, decay([8.0, 7.0, 5.0, 0.0, 1.0]));
    // The block lasts from place 8 to place 10.
    let pooled = with(&m, &Design { anchor: Anchor::Pooled, ..design.clone() });
    let found = weights(&pooled, target, &l).unwrap();
    assert_eq!(found.period, decay([9.0, 8.0, 6.0, 1.0, 0.0]));

    let unit = weights(&m.panel(), target, &l).unwrap().unit;
    let w = Weights { unit, period: decay([8.0, 7.0, 5.0, 0.0, 1.0]) };
    let expected = literal_effects(&m, &[0], &w, &l)[0].1;
    let effect = solved(&with(&m, &design), &l).effects[0].clone();
    assert_eq!(effect.cell, target);
    assert!((effect.effect - expected).abs() < SAME);
}
