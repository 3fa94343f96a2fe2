//! Matched simulations: the generator, its draws, and scores against published ones.

mod common;

use common::{random_panel, repository, Design, Matrices, CPS, PROP99, PWT};
use trop_core::{
    simulate, simulate_draws, simulation_scores, Assignment, Contender, Estimator, Generator,
    GeneratorOptions, InferenceMethod, InferenceOptions, Lambdas, Noise, Panel, Settings, Shape,
    Silent, SimplexMethod, Simulation, SimulationOptions, SimulationScore, Tuning, Watch,
};

fn quick() -> SimulationOptions {
    SimulationOptions { draws: 30, treated: 3, periods: 3, ..Default::default() }
}

fn contenders(estimators: &[Estimator]) -> Vec<Contender> {
    estimators.iter().map(|&estimator| Contender::from(estimator)).collect()
}

const WEIGHTED: [Estimator; 4] = [Estimator::Did, Estimator::Sc, Estimator::Sdid, Estimator::Difp];

/// The unscaled panel of published simulations: every cell counts, flags say who is treated.
fn published(source: &common::Source, options: &GeneratorOptions) -> Generator {
    let m = Matrices::load(source);
    let panel = m.panel();
    let treated: Vec<bool> = (0..m.n_units).map(|i| panel.is_ever_treated(i)).collect();
    let known = vec![true; m.outcome.len()];
    Generator::fit_to(&m.outcome, &known, &treated, (m.n_units, m.n_periods), options).unwrap()
}

#[test]
fn parts_add_up_to_the_outcomes() {
    let m = random_panel(1, 20, 14, Design::Staggered, 0.05);
    let generator = Generator::fit(&m.panel(), &GeneratorOptions::default()).unwrap();
    assert!(generator.converged && generator.rounds > 1);
    let panel = m.panel();
    for (at, y) in m.outcome.iter().enumerate() {
        let cell = trop_core::Cell { unit: at / 14, period: at % 14 };
        assert_eq!(generator.residual[at].is_nan(), !panel.is_control(cell));
        assert_eq!(generator.missing[at], y.is_nan());
        if panel.is_control(cell) {
            let parts = generator.two_way[at] + generator.interactive[at] + generator.residual[at];
            let back = generator.location + generator.scale * parts;
            assert!((back - y).abs() < 1e-12, "{at}");
        }
    }
    for row in generator.interactive.chunks(14) {
        assert!(row.iter().sum::<f64>().abs() < 1e-10);
    }
}

/// Treated outcomes play no part.
#[test]
fn the_effect_of_the_treatment_does_not_shape_the_generator() {
    let m = random_panel(2, 20, 14, Design::Block, 0.0);
    let mut moved = m.clone();
    for (y, w) in moved.outcome.iter_mut().zip(&m.treatment) {
        *y += 1000.0 * w;
    }
    let options = GeneratorOptions::default();
    let (a, b) = (Generator::fit(&m.panel(), &options), Generator::fit(&moved.panel(), &options));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.covariance, b.covariance);
    assert_eq!(a.two_way, b.two_way);
}

/// A matrix of rank 2 with gaps is found, and noise of a known autoregression, too.
#[test]
fn what_was_put_in_comes_out() {
    let mut r = common::Random::new(5);
    let (n, t) = (200, 30);
    let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| r.normal()).collect() };
    let (a, b) = (draw(2 * n), draw(2 * t));
    let noise = draw(n * t);
    let (a1, a2) = (0.5, 0.2);
    let mut y = vec![0.0; n * t];
    for i in 0..n {
        let mut e = [0.0, 0.0];
        for s in 0..t {
            let next = a1 * e[1] + a2 * e[0] + 0.3 * noise[i * t + s];
            e = [e[1], next];
            y[i * t + s] = 5.0 * (a[2 * i] * b[2 * s] + a[2 * i + 1] * b[2 * s + 1]) + next;
        }
    }
    let mut w = vec![0.0; n * t];
    (0..20).for_each(|i| w[i * t + t - 5..(i + 1) * t].fill(1.0));
    let panel = Panel::new(&y, &w, Shape { n_units: n, n_periods: t }).unwrap();
    let options = GeneratorOptions { rank: 2, ..Default::default() };
    let generator = Generator::fit(&panel, &options).unwrap();
    let (f1, f2) = generator.autoregression;
    assert!((f1 - a1).abs() < 0.05 && (f2 - a2).abs() < 0.05, "{f1} {f2}");
    // Treated cells are imputed: their signal is known. A loading comes from 25 periods of noise, whose mean has a standard
    // error of 0.3 / (1 - a1 - a2) / 5 = 0.2; two loadings and factors of size one make that 0.3.
    let signal = |i: usize, s: usize| 5.0 * (a[2 * i] * b[2 * s] + a[2 * i + 1] * b[2 * s + 1]);
    let error = |i: usize, s: usize| {
        let at = i * t + s;
        let found = (generator.two_way[at] + generator.interactive[at]) * generator.scale;
        found + generator.location - signal(i, s)
    };
    let treated = (0..20).flat_map(|i| (t - 5..t).map(move |s| (i, s)));
    let mean = treated.map(|(i, s)| error(i, s).powi(2)).sum::<f64>() / 100.0;
    assert!(mean.sqrt() < 0.5, "{}", mean.sqrt());
    assert!(generator.shares[2] < 0.01);
}

#[test]
fn draws_do_not_depend_on_their_number_or_on_threads() {
    let panel = random_panel(3, 16, 12, Design::Block, 0.0).panel();
    let run = |draws: usize, threads: usize| -> Simulation {
        let options = SimulationOptions { draws, tuning: Tuning::Fixed, ..quick() };
        let settings = Settings { threads: Some(threads), ..Default::default() };
        let generator = GeneratorOptions::default();
        simulate(&panel, &contenders(&WEIGHTED), &generator, &options, &settings, &Silent).unwrap()
    };
    let atts = |found: &Simulation| -> Vec<Vec<u64>> {
        let own =
            |d: &trop_core::DrawOutcome| d.estimates.iter().map(|e| e.att.to_bits()).collect();
        found.draws.iter().map(own).collect()
    };
    let (one, three, more) = (run(20, 1), run(20, 3), run(35, 2));
    assert_eq!(atts(&one), atts(&three));
    assert_eq!(atts(&one), atts(&more)[..20]);
    // A part of the draws is that part.
    let part = simulate_draws(
        &one.generator,
        &one.contenders,
        &quick(),
        7..9,
        &Settings::default(),
        &Silent,
    )
    .unwrap();
    assert_eq!((part[0].draw, part[1].draw), (7, 8));
    assert_eq!(part[1].estimates[2].att, one.draws[8].estimates[2].att);
}

/// In distribution for the order of units; exactly, but for rounding, for the unit of measurement.
#[test]
fn scores_do_not_change_with_the_unit_of_measurement() {
    let m = random_panel(4, 16, 12, Design::Block, 0.0);
    let scaled =
        Matrices { outcome: m.outcome.iter().map(|y| 3.0 + 250.0 * y).collect(), ..m.clone() };
    let all =
        contenders(&[&WEIGHTED[..], &[Estimator::Mc, Estimator::Trop, Estimator::Ife]].concat());
    let run = |m: &Matrices| {
        let generator = GeneratorOptions::default();
        let settings = Settings::default();
        simulate(&m.panel(), &all, &generator, &quick(), &settings, &Silent).unwrap()
    };
    let (a, b) = (run(&m), run(&scaled));
    for (a, b) in a.scores.iter().zip(&b.scores) {
        assert!((a.rmse - b.rmse).abs() < 1e-6 * a.rmse, "{}: {} {}", a.label, a.rmse, b.rmse);
    }
}

#[test]
fn variants_switch_one_thing_off() {
    let panel = random_panel(6, 16, 12, Design::Block, 0.0).panel();
    let fit = |options: GeneratorOptions| Generator::fit(&panel, &options).unwrap();
    let base = GeneratorOptions::default;
    let whole = fit(GeneratorOptions { noise: Noise::Absent, ..base() });
    let signal = whole.draw(3, 0, 0).outcome;
    let no_m = fit(GeneratorOptions { noise: Noise::Absent, interactive: false, ..base() });
    assert_eq!(no_m.draw(3, 0, 0).outcome, whole.two_way);
    let no_f = fit(GeneratorOptions { noise: Noise::Absent, two_way: false, ..base() });
    assert_eq!(no_f.draw(3, 0, 1).outcome, whole.interactive);
    for (at, y) in signal.iter().enumerate() {
        assert!((y - whole.two_way[at] - whole.interactive[at]).abs() < 1e-14);
    }
    // The noise of many draws has the covariance asked for.
    for noise in [Noise::Autoregressive, Noise::Independent] {
        let only = GeneratorOptions { noise, two_way: false, interactive: false, ..base() };
        let generator = fit(only);
        let mut moment = vec![0.0; 144];
        let draws = 2_000;
        for k in 0..draws {
            for row in generator.draw(3, 1, k).outcome.chunks(12) {
                (0..144).for_each(|at| moment[at] += row[at / 12] * row[at % 12]);
            }
        }
        for at in 0..144 {
            let found = moment[at] / (16 * draws) as f64;
            let diagonal = at / 12 == at % 12;
            let expected = if noise == Noise::Autoregressive || diagonal {
                generator.covariance[at]
            } else {
                0.0
            };
            assert!((found - expected).abs() < 0.05 * generator.covariance[0], "{noise:?} {at}");
        }
    }
}

#[test]
fn assignment_follows_probabilities_and_numbers() {
    let generator = published(&CPS, &GeneratorOptions::default());
    assert_eq!(generator.assignment, Assignment::Fitted);
    let probability = generator.probability.clone().unwrap();
    // An intercept is in the regression: probabilities add up to the 8 treated states.
    assert!((probability.iter().sum::<f64>() - 8.0).abs() < 1e-6);
    let draws = 3_000;
    let mut count = vec![0.0; 50];
    for k in 0..draws {
        let treated = generator.draw(50, 2, k).treated;
        treated.iter().for_each(|&i| count[i] += 1.0);
        assert!(generator.draw(5, 2, k).treated.len() <= 5);
    }
    for (count, pi) in count.iter().zip(&probability) {
        assert!((count / draws as f64 - pi).abs() < 0.05, "{count} {pi}");
    }
    let single = Generator::fit(&Matrices::load(&PROP99).panel(), &GeneratorOptions::default());
    let single = single.unwrap();
    assert!(single.assignment != Assignment::Fitted || single.probability.is_some());
    let random = GeneratorOptions { assignment: Assignment::Random, ..Default::default() };
    let random = published(&CPS, &random);
    assert!(random.probability.is_none() && random.draw(10, 0, 0).treated.len() == 10);
}

/// RMSEs of Arkhangelsky et al. (2021) over 1,000 replications, as stored by their simulations (`all-simulations.rds` of
/// the package synthdid), with the early-stopped weights that they used. Ours are within three Monte Carlo errors of
/// both.
#[test]
fn published_simulations_are_reproduced() {
    for (source, expected) in [
        (&CPS, [0.048742, 0.037348, 0.027677, 0.031750]),
        (&PWT, [0.196701, 0.038399, 0.030772, 0.038808]),
    ] {
        let mut all = contenders(&WEIGHTED);
        all.iter_mut().for_each(|c| c.options.simplex = SimplexMethod::FrankWolfe);
        let options = SimulationOptions { draws: 200, ..Default::default() };
        let generator = published(source, &GeneratorOptions::default());
        let draws =
            simulate_draws(&generator, &all, &options, 0..200, &Settings::default(), &Silent)
                .unwrap();
        for (score, expected) in simulation_scores(&all, &draws).iter().zip(expected) {
            // Theirs have 1,000 replications.
            let error = score.rmse_se * (1.0_f64 + 0.2).sqrt();
            let off = (score.rmse - expected) / error;
            println!(
                "{} {}: {:.6} ({:.6}), published {expected}, {off:.2} errors",
                source.file, score.label, score.rmse, score.rmse_se
            );
            assert!(off.abs() < 3.0, "{} {}: {} {expected}", source.file, score.label, score.rmse);
        }
    }
}

#[test]
fn scores_by_hand() {
    let panel = random_panel(9, 12, 10, Design::Block, 0.0).panel();
    let all = contenders(&[Estimator::Did, Estimator::Did, Estimator::Sc]);
    let options = SimulationOptions { draws: 25, tuning: Tuning::Fixed, ..quick() };
    let settings = Settings::default();
    let found =
        simulate(&panel, &all, &GeneratorOptions::default(), &options, &settings, &Silent).unwrap();
    let atts = |c: usize| -> Vec<f64> { found.draws.iter().map(|d| d.estimates[c].att).collect() };
    for (c, score) in found.scores.iter().enumerate() {
        let squares: Vec<f64> = atts(c).iter().map(|a| a * a).collect();
        let mean = squares.iter().sum::<f64>() / 25.0;
        let sd = (squares.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / 24.0).sqrt();
        assert!((score.rmse - mean.sqrt()).abs() < 1e-14);
        assert!((score.rmse_se - sd / (2.0 * score.rmse * 5.0)).abs() < 1e-14);
        assert!((score.bias - atts(c).iter().sum::<f64>() / 25.0).abs() < 1e-14);
        assert_eq!((score.failures, score.n_uncertified), (0, 0));
    }
    // Two equal ones share their wins, and do not differ.
    let [a, b, c]: &[SimulationScore; 3] = found.scores[..].try_into().unwrap();
    assert_eq!((a.rmse, a.share_best), (b.rmse, b.share_best));
    assert!((a.share_best + b.share_best + c.share_best - 1.0).abs() < 1e-12);
    let best = a.rmse.min(c.rmse);
    assert!((c.relative_rmse - c.rmse / best).abs() < 1e-14);
    assert!((a.relative_rmse_se == 0.0) == (b.relative_rmse_se == 0.0));
}

#[test]
fn coverage_counts_intervals_that_hold_zero() {
    let panel = random_panel(10, 16, 12, Design::Block, 0.0).panel();
    let all = contenders(&[Estimator::Did, Estimator::Sdid]);
    let inference = Some(InferenceOptions {
        method: InferenceMethod::Placebo,
        draws: 40,
        ..Default::default()
    });
    let options = SimulationOptions { inference, ..quick() };
    let settings = Settings::default();
    let found =
        simulate(&panel, &all, &GeneratorOptions::default(), &options, &settings, &Silent).unwrap();
    for (c, score) in found.scores.iter().enumerate() {
        let holds = |d: &&trop_core::DrawOutcome| {
            let (low, high) = d.estimates[c].ci.unwrap();
            low <= 0.0 && high >= 0.0
        };
        let share = found.draws.iter().filter(holds).count() as f64 / 30.0;
        assert!((score.coverage - share).abs() < 1e-12 && score.coverage > 0.5, "{score:?}");
        assert!(score.length > 0.0 && score.inference_failures == 0);
    }
}

#[test]
fn tuning_is_once_in_each_draw_or_given() {
    let panel = random_panel(12, 14, 10, Design::Block, 0.0).panel();
    let all = contenders(&[Estimator::Trop, Estimator::Mc, Estimator::McTrop]);
    let generator = GeneratorOptions::default();
    let settings = Settings::default();
    let run = |all: &[Contender], tuning: Tuning| {
        let options = SimulationOptions { draws: 3, tuning, ..quick() };
        simulate(&panel, all, &generator, &options, &settings, &Silent)
    };
    let once = run(&all, Tuning::Once).unwrap();
    let lambdas = once.contenders[0].options.lambdas.unwrap();
    assert_eq!(once.contenders[2].options.lambdas, Some(lambdas));
    assert!(once.contenders[1].options.lambda_nn.is_some());
    // Given the same ones, the same simulation.
    let fixed = run(&once.contenders, Tuning::Fixed).unwrap();
    for (a, b) in once.draws.iter().zip(&fixed.draws) {
        for (a, b) in a.estimates.iter().zip(&b.estimates) {
            assert_eq!(a.att, b.att);
        }
    }
    let each = run(&all[..2], Tuning::Each).unwrap();
    assert!(each.contenders[0].options.lambdas.is_none() && each.scores[0].failures == 0);
    assert_eq!(run(&all, Tuning::Fixed).unwrap_err().code(), "simulation_impossible");
}

#[test]
fn bad_input_is_refused_and_work_can_be_stopped() {
    let m = random_panel(13, 12, 10, Design::Block, 0.0);
    let panel = m.panel();
    let settings = Settings::default();
    let code = |generator: GeneratorOptions, options: SimulationOptions, all: &[Contender]| {
        simulate(&panel, all, &generator, &options, &settings, &Silent).unwrap_err().code()
    };
    let did = contenders(&[Estimator::Did]);
    for rank in [0, 10, 40] {
        let generator = GeneratorOptions { rank, ..Default::default() };
        assert_eq!(code(generator, quick(), &did), "simulation_impossible");
    }
    for (treated, periods) in [(0, 2), (11, 2), (2, 0), (2, 9)] {
        let options = SimulationOptions { treated, periods, ..quick() };
        assert_eq!(code(GeneratorOptions::default(), options, &did), "simulation_impossible");
    }
    let options = SimulationOptions { draws: 1, ..quick() };
    assert_eq!(code(GeneratorOptions::default(), options, &did), "draws_too_few");
    assert_eq!(code(GeneratorOptions::default(), quick(), &[]), "simulation_impossible");
    // A contender that fails in every draw does not end the others' work.
    let mut two = contenders(&[Estimator::Did, Estimator::Ife]);
    two[1].options.rank = Some(8);
    let generator = GeneratorOptions::default();
    let found = simulate(&panel, &two, &generator, &quick(), &settings, &Silent).unwrap();
    assert_eq!((found.scores[0].failures, found.scores[1].failures), (0, 30));
    assert!(found.draws[0].estimates[1].error.is_some());
    let watch = Watch::default();
    watch.request_stop();
    let fixed = SimulationOptions { tuning: Tuning::Fixed, ..quick() };
    let stopped = simulate(&panel, &did, &generator, &fixed, &settings, &watch);
    assert_eq!(stopped.unwrap_err().code(), "interrupted");
}

#[test]
fn panels_with_gaps_have_gaps_in_every_draw() {
    let m = random_panel(14, 16, 12, Design::Block, 0.03);
    let generator = Generator::fit(&m.panel(), &GeneratorOptions::default()).unwrap();
    let draw = generator.draw(3, 0, 4);
    for (y, simulated) in m.outcome.iter().zip(&draw.outcome) {
        assert_eq!(y.is_nan(), simulated.is_nan());
    }
    let lambdas = Some(Lambdas { time: 0.1, unit: 0.1, nn: 1.0 });
    let mut all = contenders(&[Estimator::Did, Estimator::Sdid, Estimator::Trop]);
    all[2].options.lambdas = lambdas;
    let settings = Settings::default();
    let options = GeneratorOptions::default();
    let found = simulate(&m.panel(), &all, &options, &quick(), &settings, &Silent).unwrap();
    assert!(found.scores.iter().all(|score| score.rmse.is_finite()), "{:?}", found.scores);
    assert!(repository().exists());
}
