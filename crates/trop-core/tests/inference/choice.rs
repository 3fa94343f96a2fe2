//! Which method a panel calls for.

use super::*;

#[test]
fn conformal_inference_needs_no_never_treated_unit() {
    let mut m = random_panel(3, 6, 12, Pattern::Staggered, 0.1);
    for unit in 0..6 {
        m.treatment[unit * 12..(unit + 1) * 12].fill(0.0);
        m.treatment[unit * 12 + 6 + unit..(unit + 1) * 12].fill(1.0);
    }
    let found = inferred(&m.panel(), &LAMBDAS, &options(Conformal));
    assert_eq!(found.draws.len() + found.n_failed, 11);
    assert!(found.table[0].se > 0.0 && found.table[0].ci.0 < found.table[0].ci.1);
}

#[test]
fn auto_chooses_by_the_numbers_of_units_and_periods_and_says_why() {
    let of = |n_units, n_periods, n| block(2, n_units, n_periods, n, 2);
    for (m, level, method, why) in [
        (of(201, 3, 100), 0.9, Bootstrap, "enough of both to resample"),
        (of(199, 3, 100), 0.9, Jackknife, "intervals can fall a few points short of their level"),
        (of(12, 6, 5), 0.9, Jackknife, "intervals can fall a few points short of their level"),
        (of(12, 6, 4), 0.9, Placebo, "enough never-treated units for placebos"),
        (of(12, 6, 1), 0.9, Placebo, "enough never-treated units for placebos"),
        // Five placebos cannot reject at 0.9, twelve shifts can; nor can ten at 0.9.
        (of(6, 12, 1), 0.9, Conformal, "shifts in time; intervals are wide"),
        (of(5, 12, 3), 0.9, Conformal, "shifts in time; intervals are wide"),
        (of(5, 10, 3), 0.9, Jackknife, "intervals can fall well short of their level"),
    ] {
        let (found, reason) = chosen(&m, level);
        assert_eq!(found, method, "{reason}");
        assert!(reason.ends_with(why), "{reason}");
        let treated = treated_units(&m).len();
        let counts = format!("{treated} treated and {} never-treated units: ", m.n_units - treated);
        assert!(reason.starts_with(&counts), "{reason}");
    }
    assert_eq!(inferred(&of(12, 6, 4).panel(), &Lambdas::TWO_WAY, &options(Placebo)).reason, "");
    let too_small = of(6, 9, 1);
    let error = refusal(&too_small.panel(), &InferenceOptions { level: 0.95, ..options(Auto) });
    assert_eq!(error.code(), "inference_impossible");
    assert!(
        error.to_string().contains("1 treated and 5 never-treated units over 9 periods"),
        "{error}"
    );
}

#[test]
fn auto_is_the_method_that_it_chooses() {
    let panel = block(2, 12, 6, 4, 2).panel();
    let auto = inferred(&panel, &LAMBDAS, &options(Auto));
    let asked = inferred(&panel, &LAMBDAS, &options(auto.method));
    assert_eq!(auto.method, asked.method);
    assert_eq!(format!("{:?}", auto.table), format!("{:?}", asked.table));
    assert_eq!(auto.draws, asked.draws);
}
