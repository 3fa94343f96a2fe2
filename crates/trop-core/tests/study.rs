//! Estimators on simulated panels like one's own: what is left open, units, the caller's own estimators, refusals.

mod common;

use common::{random_panel, Design, Matrices, PROP99};
use trop_core::{
    simulate, AnalysisOptions, Assignment, Contender, Estimator, EstimatorOptions,
    GeneratorOptions, InferenceMethod, Lambdas, Noise, OwnEstimates, Panel, Settings, Shape,
    Silent, Simulation, SimulationOptions, SimulationPlan, SimulationStudy, StudyOptions,
    TropResult, Tuning, Watch,
};

fn quick() -> StudyOptions {
    StudyOptions { draws: 20, ranks: Some(vec![]), ..Default::default() }
}

fn panel() -> Panel {
    random_panel(3, 16, 12, Design::Block, 0.0).panel()
}

fn study(
    panel: &Panel,
    asked: &[Estimator],
    options: &StudyOptions,
    analysis: &AnalysisOptions,
) -> TropResult<SimulationStudy> {
    let plan = SimulationPlan::new(panel, options, analysis)?;
    plan.run(asked, &EstimatorOptions::default(), &[], &Silent)
}

fn atts(simulation: &Simulation) -> Vec<Vec<u64>> {
    let own = |d: &trop_core::DrawOutcome| d.estimates.iter().map(|e| e.att.to_bits()).collect();
    simulation.draws.iter().map(own).collect()
}

/// The same simulation as by hand, for any number of threads.
#[test]
fn a_study_is_the_simulation_of_its_parts() {
    let (panel, asked) = (panel(), [Estimator::Did, Estimator::Sdid, Estimator::Ife]);
    let run = |threads: usize| {
        let analysis = AnalysisOptions { seed: 5, threads: Some(threads), ..Default::default() };
        study(&panel, &asked, &quick(), &analysis).unwrap()
    };
    let (one, three) = (run(1), run(3));
    assert_eq!(atts(&one.main), atts(&three.main));
    let treated = panel.treated_units().len();
    let periods = panel.treated_cells().len() / treated;
    assert_eq!((one.options.treated, one.options.periods), (Some(treated), Some(periods)));
    let options = SimulationOptions { draws: 20, treated, periods, seed: 5, ..Default::default() };
    let contenders = asked.map(Contender::from);
    let (generator, settings) = (GeneratorOptions::default(), Settings::default());
    let parts = simulate(&panel, &contenders, &generator, &options, &settings, &Silent).unwrap();
    assert_eq!(atts(&one.main), atts(&parts));
}

/// Lambdas, penalties and ridges are in units of the outcome, as everywhere.
#[test]
fn parameters_are_in_units_of_the_outcome() {
    let m = random_panel(4, 16, 12, Design::Block, 0.0);
    let asked =
        [Estimator::Trop, Estimator::Mc, Estimator::Sdid, Estimator::Ascm, Estimator::McTrop];
    let run = |by: f64| {
        let outcome = m.outcome.iter().map(|y| by * y).collect();
        let panel = Matrices { outcome, ..m.clone() }.panel();
        let lambdas = Some(Lambdas { time: 0.2, unit: 0.5 / by, nn: 2.0 * by });
        let rivals = EstimatorOptions {
            lambda_nn: Some(3.0 * by),
            zeta: Some(0.7 * by),
            ridge: Some(0.3 * by * by),
            ..Default::default()
        };
        let analysis = AnalysisOptions { lambdas, ..Default::default() };
        let options = StudyOptions { tune: Tuning::Fixed, ..quick() };
        let plan = SimulationPlan::new(&panel, &options, &analysis).unwrap();
        plan.run(&asked, &rivals, &[], &Silent).unwrap()
    };
    let (a, b) = (run(1.0), run(64.0));
    for (a, b) in a.main.scores.iter().zip(&b.main.scores) {
        assert!((a.rmse - b.rmse).abs() < 1e-6 * a.rmse, "{}: {} {}", a.label, a.rmse, b.rmse);
    }
}

/// Difference in differences by hand, from the plan's own draws, has the scores of `did`.
#[test]
fn own_estimates_are_scored_like_the_others() {
    let (n, t) = (16, 12);
    let panel = panel();
    let options = StudyOptions { ranks: Some(vec![2]), ..quick() };
    let plan = SimulationPlan::new(&panel, &options, &AnalysisOptions::default()).unwrap();
    let difference = |y: &[f64], w: &[f64]| {
        let mean = |treated: bool, post: bool| {
            let own = |at: &usize| {
                let unit = w[at / t * t + t - 1] == 1.0;
                let period = (0..n).any(|i| w[i * t + at % t] == 1.0);
                unit == treated && period == post
            };
            let cells: Vec<f64> = (0..n * t).filter(own).map(|at| y[at]).collect();
            cells.iter().sum::<f64>() / cells.len() as f64
        };
        mean(true, true) - mean(true, false) - mean(false, true) + mean(false, false)
    };
    let of_rank = |at: usize| -> Vec<f64> {
        let draw = |k: usize| plan.draw(at, k).unwrap();
        (0..20).map(draw).map(|(y, w)| difference(&y, &w)).collect()
    };
    let own = OwnEstimates { name: "mine".into(), atts: vec![of_rank(0), of_rank(1)] };
    let rivals = EstimatorOptions::default();
    let found = plan.run(&[Estimator::Did], &rivals, std::slice::from_ref(&own), &Silent).unwrap();
    for simulation in [&found.main, found.others[0].1.as_ref().unwrap()] {
        let [did, mine] = &simulation.scores[..] else { panic!("two scores") };
        assert!((did.rmse - mine.rmse).abs() < 1e-9 * did.rmse, "{} {}", did.rmse, mine.rmse);
        assert_eq!((mine.label.as_str(), mine.failures), ("mine", 0));
    }
    let short = OwnEstimates { name: "mine".into(), atts: vec![vec![1.0], vec![]] };
    let error = plan.run(&[Estimator::Did], &rivals, &[short], &Silent).unwrap_err();
    assert_eq!(error.code(), "simulation_impossible");
    assert!(plan.draw(2, 0).is_none());
}

#[test]
fn what_is_left_open_comes_from_the_panel() {
    let prop99 = Matrices::load(&PROP99).panel();
    let plan = SimulationPlan::new(&prop99, &StudyOptions::default(), &AnalysisOptions::default());
    assert_eq!(plan.unwrap().ranks(), [4, 2, 8]);
    let options =
        StudyOptions { draws: 3, rank: Some(3), ranks: Some(vec![5, 3, 2, 5]), ..quick() };
    let found = study(&prop99, &[Estimator::Did], &options, &AnalysisOptions::default()).unwrap();
    assert_eq!((found.options.treated, found.options.periods), (Some(1), Some(12)));
    assert_eq!(found.others.iter().map(|(rank, _)| *rank).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(found.example, prop99.treated_units()[0]);
    assert!(found.is_block);
    let staggered = random_panel(3, 16, 12, Design::Staggered, 0.0).panel();
    let found = study(&staggered, &[Estimator::Did], &quick(), &AnalysisOptions::default());
    assert!(!found.unwrap().is_block);
    // Another rank that is impossible is told; it does not end the study.
    let small = random_panel(7, 9, 8, Design::Block, 0.0).panel();
    let options = StudyOptions { ranks: Some(vec![8]), ..quick() };
    let found = study(&small, &[Estimator::Did], &options, &AnalysisOptions::default()).unwrap();
    assert_eq!(found.others[0].1.as_ref().unwrap_err().code(), "simulation_impossible");
}

/// Residuals that grow have no stationary autoregression: noise that is independent needs none.
#[test]
fn independent_noise_needs_no_autoregression() {
    let (n, t) = (8, 6);
    let outcome = (0..n * t).map(|at| {
        let (i, s) = ((at / t) as f64, (at % t) as f64);
        let sign = if at / t % 2 == 0 { 1.0 } else { -1.0 };
        i + s + 0.01 * sign * 3.0_f64.powf(s)
    });
    let outcome: Vec<f64> = outcome.collect();
    let mut treatment = vec![0.0; n * t];
    treatment[n * t - 1] = 1.0;
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: n, n_periods: t }).unwrap();
    let of = |noise: Noise| {
        let options = StudyOptions { rank: Some(1), noise, ..quick() };
        study(&panel, &[Estimator::Did], &options, &AnalysisOptions::default())
    };
    let error = of(Noise::Autoregressive).unwrap_err();
    assert!(error.to_string().contains("noise 'independent'"), "{error}");
    let found = of(Noise::Independent).unwrap().main.generator;
    assert_eq!(found.autoregression, (0.0, 0.0));
    assert!(found.covariance[0] > 0.0 && found.covariance[1] == 0.0);
}

#[test]
fn coverage_is_that_of_the_inference_asked_for() {
    let analysis = AnalysisOptions {
        inference: Some(InferenceMethod::Placebo),
        n_boot: 20,
        ..Default::default()
    };
    let asked = [Estimator::Did];
    let without = study(&panel(), &asked, &quick(), &analysis).unwrap();
    assert!(without.main.scores[0].coverage.is_nan());
    let options = StudyOptions { coverage: true, ..quick() };
    let found = study(&panel(), &asked, &options, &analysis).unwrap();
    assert!(found.main.scores[0].coverage > 0.5 && found.main.scores[0].length > 0.0);
}

#[test]
fn what_cannot_be_asked_is_refused_and_work_can_be_stopped() {
    let panel = panel();
    let code = |options: StudyOptions, analysis: AnalysisOptions, asked: &[Estimator]| {
        study(&panel, asked, &options, &analysis).unwrap_err().code()
    };
    let (did, base) = ([Estimator::Did], AnalysisOptions::default);
    assert_eq!(code(StudyOptions { draws: 1, ..quick() }, base(), &did), "draws_too_few");
    for wrong in [
        StudyOptions { treated: Some(15), ..quick() },
        StudyOptions { periods: Some(11), ..quick() },
        StudyOptions { rank: Some(12), ..quick() },
        StudyOptions { rank: Some(0), ..quick() },
    ] {
        assert_eq!(code(wrong, base(), &did), "simulation_impossible");
    }
    let fixed = StudyOptions { tune: Tuning::Fixed, ..quick() };
    assert_eq!(code(fixed, base(), &[Estimator::Trop]), "simulation_impossible");
    let twice = [Estimator::Sc, Estimator::Sc];
    assert_eq!(code(quick(), base(), &twice), "estimator_impossible");
    let retune = AnalysisOptions { retune: true, ..base() };
    assert_eq!(code(quick(), retune, &did), "simulation_impossible");
    let none = AnalysisOptions { inference: None, ..base() };
    let coverage = StudyOptions { coverage: true, ..quick() };
    assert_eq!(code(coverage, none, &did), "simulation_impossible");
    let random = StudyOptions { assignment: Assignment::Random, ..quick() };
    let plan = SimulationPlan::new(&panel, &random, &base()).unwrap();
    let watch = Watch::default();
    watch.request_stop();
    let stopped = plan.run(&did, &EstimatorOptions::default(), &[], &watch);
    assert_eq!(stopped.unwrap_err().code(), "interrupted");
}

/// What an estimator refuses in every draw is its own failure, and no other's.
#[test]
fn a_failing_estimator_costs_itself_alone() {
    let rivals = EstimatorOptions { rank: Some(11), ..Default::default() };
    let plan = SimulationPlan::new(&panel(), &quick(), &AnalysisOptions::default()).unwrap();
    let asked = [Estimator::Did, Estimator::Ife, Estimator::McTrop];
    let found = plan.run(&asked, &rivals, &[], &Silent).unwrap();
    let failures: Vec<usize> = found.main.scores.iter().map(|score| score.failures).collect();
    assert_eq!(failures, [0, 20, 20]);
    assert!(found.main.draws[0].estimates[1].error.is_some());
}
