//! Published numbers and those of other programs.

use super::*;

#[test]
fn proposition_99_has_the_published_estimates() {
    let panel = Matrices::load(&PROP99).panel();
    // Exact solutions; Arkhangelsky et al. (2021), Table 1, has -27.3, -19.6, -15.6 and -11.1.
    for (estimator, expected) in [
        (Estimator::Did, -27.349),
        (Estimator::Sc, -19.514),
        (Estimator::Sdid, -15.604),
        (Estimator::Difp, -11.109),
    ] {
        let found = find(&panel, estimator);
        assert!(
            (found.estimate.att - expected).abs() < 5e-4,
            "{estimator}: {}",
            found.estimate.att
        );
        assert!(found.estimate.converged && found.estimate.max_gap <= 1e-8, "{estimator}");
    }
    let squared = att(&panel, Estimator::SdidSquared);
    assert!((squared + 11.4).abs() < 0.05, "{squared}");
}

/// Values of other programs (`tests/data/README.md` says which): Clarabel's solutions of the quadratic programs,
/// synthdid-py's early-stopped ones, and the ridge correction of augsynth-py.
#[test]
fn other_programs_agree() {
    let text = std::fs::read_to_string(common::repository().join("tests/data/rivals.json"));
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text.unwrap()).unwrap();
    assert!(cases.len() > 20);
    for case in cases {
        let source = [&PROP99, &CPS, &PWT]
            .into_iter()
            .find(|source| source.file.contains(case["panel"].as_str().unwrap()))
            .unwrap();
        let m = Matrices::load(source);
        let panel = m.panel();
        let estimator: Estimator = case["estimator"].as_str().unwrap().parse().unwrap();
        let early_stopped = case["method"] == "synthdid-py";
        let options = EstimatorOptions {
            simplex: if early_stopped { SimplexMethod::FrankWolfe } else { SimplexMethod::Exact },
            ridge: case["ridge"].as_f64(),
            ..options()
        };
        let found =
            estimate_with(&panel, estimator, &options, &Settings::default(), &Silent).unwrap();
        // Both programs stop at tolerances of their own.
        let difference = (found.estimate.att - case["att"].as_f64().unwrap()).abs();
        assert!(difference < 1e-6 * m.sd(), "{case}: {}", found.estimate.att);
        if let Some(objective) = case["objective"].as_f64() {
            let primal = found.estimate.effects[0].primal;
            assert!((primal / objective - 1.0).abs() < 1e-8, "{case}: {primal}");
            let weights = case["unit"].as_array().unwrap().iter().map(|w| w.as_f64().unwrap());
            let spell = &found.spells[0];
            let donors = (0..panel.n_units()).filter(|&i| !panel.is_ever_treated(i));
            for (unit, weight) in donors.zip(weights) {
                assert!((spell.unit[unit] - weight).abs() < 1e-6, "{estimator}: unit {unit}");
            }
        }
    }
}

#[test]
fn proposition_99_early_stopped_has_the_published_estimates() {
    let panel = Matrices::load(&PROP99).panel();
    let options = EstimatorOptions { simplex: SimplexMethod::FrankWolfe, ..options() };
    for (estimator, expected) in
        [(Estimator::Sdid, -15.6), (Estimator::Sc, -19.6), (Estimator::Difp, -11.1)]
    {
        let found =
            estimate_with(&panel, estimator, &options, &Settings::default(), &Silent).unwrap();
        assert!(
            (found.estimate.att - expected).abs() < 0.05,
            "{estimator}: {}",
            found.estimate.att
        );
        // Far from the optimum, and it says so.
        assert!(!found.estimate.converged && found.estimate.max_gap > 1e-8, "{estimator}");
    }
}
