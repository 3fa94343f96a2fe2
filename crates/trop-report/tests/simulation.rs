//! What a reader of a simulation is told, by scores that are set by hand.

mod common;

use common::Data;
use trop_core::{
    AnalysisOptions, Design, Estimator, EstimatorOptions, Silent, SimulationPlan, SimulationStudy,
    StudyOptions,
};
use trop_report::{simulation_notes, simulation_sentence, simulation_text, Labels};

/// Three estimators on two draws of a staggered panel, at ranks 2 and 4.
fn castle() -> SimulationStudy {
    let data = Data::load("castle.csv", "sid", "year");
    let panel = data.panel("l_homicide", "post", &Design::default());
    let options = StudyOptions { draws: 2, ranks: Some(vec![2, 7]), ..Default::default() };
    let plan = SimulationPlan::new(&panel, &options, &AnalysisOptions::default()).unwrap();
    let asked = [Estimator::Did, Estimator::Sc, Estimator::Sdid];
    plan.run(&asked, &EstimatorOptions::default(), &[], &Silent).unwrap()
}

/// Sets ratios and their errors at one rank; the one of ratio 1 is the best.
fn set(scores: &mut [trop_core::SimulationScore], ratios: [(f64, f64); 3]) {
    for (score, (ratio, error)) in scores.iter_mut().zip(ratios) {
        (score.rmse, score.relative_rmse, score.relative_rmse_se) = (0.2 * ratio, ratio, error);
    }
}

#[test]
fn a_ranking_that_changes_is_told_with_what_is_near_the_best_everywhere() {
    let mut study = castle();
    let notes = |study: &SimulationStudy| simulation_notes(study, &Labels::default()).join("\n");
    let others = |study: &mut SimulationStudy, ratios| {
        for (_, other) in &mut study.others {
            set(&mut other.as_mut().unwrap().scores, ratios);
        }
    };
    set(&mut study.main.scores, [(1.5, 0.1), (1.0, 0.0), (1.1, 0.06)]);
    others(&mut study, [(1.5, 0.1), (1.3, 0.1), (1.0, 0.0)]);
    let told = notes(&study);
    assert!(
        told.contains("sdid is within 2 standard errors of the best, sc: these draws"),
        "{told}"
    );
    let changes = "sdid at rank 2, sc at rank 4, sdid at rank 7";
    let safe = "sdid is within 2 standard errors of the best at every rank.";
    assert!(told.contains(&format!("{changes}. {safe}")), "{told}");
    others(&mut study, [(1.0, 0.0), (1.3, 0.1), (1.5, 0.1)]);
    let told = notes(&study);
    assert!(told.contains("did at rank 7. Do not rely on one of them."), "{told}");
    others(&mut study, [(1.5, 0.1), (1.0, 0.0), (1.3, 0.1)]);
    assert!(notes(&study).contains("sc is the best at every rank: 2, 4, 7."));
}

#[test]
fn what_the_generator_cannot_know_is_told() {
    let mut study = castle();
    let told = simulation_text(&study, &Labels::default());
    assert!(told
        .replace("\n  ", " ")
        .contains("in the panel itself it begins or ends at several times"));
    let thin = "no more control outcomes than the rank";
    assert!(!told.replace("\n  ", " ").contains(thin));
    study.main.generator.options.rank = 6;
    let notes = simulation_notes(&study, &Labels::default());
    let note = notes.iter().find(|note| note.contains(thin)).unwrap();
    assert!(note.starts_with("1 unit has"), "{note}");
    study.main.generator.converged = false;
    assert!(simulation_notes(&study, &Labels::default()).iter().any(|n| n.contains("not exact")));
    assert!(simulation_sentence(&study).starts_with("In 2 simulated panels"));
}
