//! What is said of a panel.

use super::*;

#[test]
fn ordinary_panels_call_for_no_remark() {
    let blank = random_panel(15, 6, 8, Pattern::Block, 0.0);
    for spells in [
        vec![(0, 5..8), (1, 5..8)],
        vec![(0, 3..8), (1, 5..8), (2, 7..8)],
        // On for good, and on and off.
        vec![(0, 3..8), (1, 2..4), (1, 6..7)],
        // Treated in the last period only: not off again.
        vec![(0, 7..8), (1, 7..8)],
        // One spike among others.
        vec![(0, 3..4), (1, 5..8)],
        // Treated from the start, but others become treated.
        vec![(0, 0..4), (1, 5..8)],
        vec![(0, 0..8), (1, 5..8)],
    ] {
        assert_eq!(codes(&treated(&blank, &spells).panel()), [""; 0], "{spells:?}");
    }
    for source in [&PROP99, &CASTLE] {
        assert_eq!(codes(&Matrices::load(source).panel()), [""; 0]);
    }
}

#[test]
fn spikes_and_swapped_codes_are_pointed_out() {
    let blank = random_panel(16, 6, 8, Pattern::Block, 0.0);
    let spikes = treated(&blank, &[(0, 5..6), (1, 3..4)]).panel();
    assert_eq!(codes(&spikes), ["treatment_spike"]);
    assert!(spikes.remarks()[0].to_string().contains("each of the 2 treated units"));
    let swapped = treated(&blank, &[(0, 0..6), (1, 0..3), (2, 0..8)]).panel();
    assert_eq!(codes(&swapped), ["treatment_swapped"]);
    assert!(swapped.remarks()[0].to_string().contains("2 stop being treated"));
    // A single period at the start is both.
    let both = treated(&blank, &[(0, 0..1)]).panel();
    assert_eq!(codes(&both), ["treatment_spike", "treatment_swapped"]);
}

#[test]
fn uneven_periods_are_pointed_out_where_positions_count() {
    let m = random_panel(17, 6, 4, Pattern::Block, 0.0);
    let uneven = by_calendar(vec![2000.0, 2001.0, 2003.0, 2004.0]);
    let positions = Design { time_distance: TimeDistance::Position, ..uneven.clone() };
    assert_eq!(codes(&with(&m, &positions)), ["periods_uneven"]);
    assert_eq!(codes(&with(&m, &uneven)), [""; 0]);
    // Tenths are not exact, but even.
    let even = Design { calendar: Some(vec![0.1, 0.2, 0.3, 0.4]), ..positions };
    assert_eq!(codes(&with(&m, &even)), [""; 0]);
}

#[test]
fn units_with_no_row_right_before_adoption_are_pointed_out() {
    let gap = f64::NAN;
    let treatment = vec![
        0., gap, 1., 1., // no row before the first treated one
        0., 0., 1., gap, // none after it
        1., gap, 1., 1., // within a spell
        0., gap, 0., 1., // none before an untreated one
        0., gap, 0., 0., // never treated
    ];
    let outcome =
        treatment.iter().zip(0..).map(|(w, k)| w * 0.0 + f64::from(k).powf(1.5)).collect();
    let panel = Matrices { outcome, treatment, n_units: 5, n_periods: 4 }.panel();
    let remarks = panel.remarks();
    assert_eq!(remarks, [Remark::AdoptionUnknown { units: vec![0] }]);
    assert!(remarks[0].to_string().starts_with("1 of the treated units has no row right before"));
    // A row without an outcome says that the unit was not treated.
    let known = Matrices {
        outcome: vec![1.0, gap, 3.0, 4.0, 2.0, 3.0, 4.0, 4.5],
        treatment: vec![0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        n_units: 2,
        n_periods: 4,
    };
    assert_eq!(codes(&known.panel()), [""; 0]);
}
