//! `Generator::fit`, `Generator::fit_to`, `simulate`.

use crate::given::{Fuse, Given};
use crate::matrices::{panel, Matrices};
use crate::oracles::{answer, whatever_the_threads};
use trop_core::{
    simulate, Assignment, Contender, Estimator, EstimatorOptions, Generator, GeneratorOptions,
    Lambdas, Noise, Panel, Settings, SimulationOptions, Tuning,
};

pub fn run(given: &mut Given<'_>) {
    let options = GeneratorOptions {
        rank: given.below(6),
        assignment: given.pick(&[Assignment::Fitted, Assignment::Firth, Assignment::Random]),
        noise: given.pick(&[Noise::Autoregressive, Noise::Independent, Noise::Absent]),
        two_way: !given.one_in(3),
        interactive: !given.one_in(3),
    };
    if given.one_in(4) {
        return raw(given, &options);
    }
    let Some(panel) = panel(given) else { return };
    if let Some(generator) = answer(Generator::fit(&panel, &options)) {
        check(&generator);
        study(given, &panel, &options);
    }
}

/// Arrays that need not fit.
fn raw(given: &mut Given<'_>, options: &GeneratorOptions) {
    let Matrices { outcome, n_units, n_periods, .. } = Matrices::new(given);
    let known: Vec<bool> = outcome.iter().map(|_| !given.one_in(4)).collect();
    let treated: Vec<bool> = (0..n_units + given.below(8) / 7).map(|_| given.one_in(3)).collect();
    if let Some(generator) =
        answer(Generator::fit_to(&outcome, &known, &treated, (n_units, n_periods), options))
    {
        check(&generator);
    }
}

fn check(generator: &Generator) {
    let parts = generator.two_way.iter().chain(&generator.interactive).chain(&generator.covariance);
    assert!(parts.clone().all(|x| x.is_finite()), "{generator:?}");
    assert!(generator.singular_values.iter().all(|s| s.is_finite() && *s >= 0.0), "{generator:?}");
    let probability = generator.probability.iter().flatten();
    assert!(probability.clone().all(|p| (0.0..=1.0).contains(p)), "{generator:?}");
}

fn study(given: &mut Given<'_>, panel: &Panel, generator: &GeneratorOptions) {
    let fixed = EstimatorOptions {
        lambdas: Some(Lambdas { time: 0.1, unit: 0.1, nn: 1.0 }),
        lambda_nn: Some(1.0),
        ..EstimatorOptions::default()
    };
    let contenders: Vec<Contender> = (0..given.below(3) + 1)
        .map(|_| Contender { options: fixed.clone(), ..given.pick(&Estimator::ALL).into() })
        .collect();
    let options = SimulationOptions {
        draws: given.below(4),
        treated: given.below(5),
        periods: given.below(5),
        seed: given.bits(),
        tuning: given.pick(&[Tuning::Once, Tuning::Each, Tuning::Fixed]),
        inference: given.one_in(4).then(|| given.inferring()),
    };
    let settings = given.settings();
    let found = whatever_the_threads(|threads| {
        let settings = Settings { threads, ..settings };
        let found = simulate(panel, &contenders, generator, &options, &settings, &Fuse::new())?;
        let atts: Vec<f64> = found.draws.iter().flat_map(|d| &d.estimates).map(|e| e.att).collect();
        Ok((atts, found.scores.iter().map(|s| (s.rmse, s.bias, s.coverage)).collect::<Vec<_>>()))
    });
    let Some((atts, scores)) = found else { return };
    assert!(atts.iter().all(|att| !att.is_infinite()), "{atts:?}");
    assert!(scores.iter().all(|(rmse, ..)| *rmse >= 0.0 || rmse.is_nan()), "{scores:?}");
}
