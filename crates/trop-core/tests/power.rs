//! Power: what is told without new fits is what fits to panels with the effect planted in them find.

mod common;

use common::{random_panel, Design as Pattern, Matrices, PROP99};
use trop_core::{
    estimate, infer, power, AnalysisOptions, Anchor, Assignment, Criterion, Design, DesignPower,
    Donors, EffectShape, Generator, GeneratorOptions, InferenceMethod, InferenceOptions, Lambdas,
    Panel, PowerDesign, PowerOptions, PowerSource, PowerStudy, Shape, Silent, TropResult,
    Undetected, Watch,
};

const LAMBDAS: Lambdas = Lambdas { time: 0.1, unit: 0.2, nn: 2.0 };

fn analysis() -> AnalysisOptions {
    AnalysisOptions { lambdas: Some(LAMBDAS), ..Default::default() }
}

fn asking(treated: usize, periods: usize) -> PowerOptions {
    let (treated, periods) = (Some(vec![treated]), Some(vec![periods]));
    PowerOptions { treated, periods, ..Default::default() }
}

/// Untreated units.
fn matrices(n: usize, missing: f64) -> Matrices {
    let m = random_panel(11, n, 12, Pattern::Block, missing);
    Matrices { treatment: vec![0.0; m.treatment.len()], ..m }
}

fn untreated(m: &Matrices) -> Panel {
    Panel::untreated(&m.outcome, Shape { n_units: m.n_units, n_periods: m.n_periods }).unwrap()
}

fn told(
    m: &Matrices,
    options: &PowerOptions,
    analysis: &AnalysisOptions,
) -> TropResult<PowerStudy> {
    power(&untreated(m), options, analysis, &Silent)
}

/// The panel of a draw with an effect in its treated cells.
fn planted(
    m: &Matrices,
    design: &DesignPower,
    k: usize,
    effect: f64,
    shape: &EffectShape,
) -> Panel {
    let PowerDesign { periods, history, .. } = design.design;
    let (n, t) = (m.n_units, m.n_periods);
    let multiples = shape.over(periods);
    let (mut y, mut w) = (Vec::new(), Vec::new());
    for i in 0..n {
        for s in t - periods - history..t {
            let post = (s + periods).checked_sub(t);
            let multiple =
                post.filter(|_| design.draws[k].treated.contains(&i)).map(|post| multiples[post]);
            y.push(m.outcome[i * t + s] + effect * multiple.unwrap_or(0.0));
            w.push(f64::from(u8::from(multiple.is_some())));
        }
    }
    Panel::new(&y, &w, Shape { n_units: n, n_periods: periods + history }).unwrap()
}

fn att(panel: &Panel) -> f64 {
    estimate(panel, &LAMBDAS, &analysis().settings(), &Silent).unwrap().att
}

/// Whether an estimate is found by its rank among those of other draws, counted by hand.
fn is_found(own: f64, others: &[f64], level: f64) -> bool {
    let as_far = others.iter().filter(|other| other.abs() >= own.abs()).count();
    ((1 + as_far) as f64 / (others.len() + 1) as f64) < 1.0 - level
}

#[test]
fn ranks_find_what_refits_with_the_effect_find() {
    let m = matrices(24, 0.0);
    for (treated, shape, history) in [
        (1, EffectShape::Level, 10),
        (2, EffectShape::Ramp, 6),
        (2, EffectShape::Given(vec![-1.0, 3.0]), 10),
    ] {
        let history = Some(vec![history]);
        let options =
            PowerOptions { shape: shape.clone(), history, draws: 50, ..asking(treated, 2) };
        let found = told(&m, &options, &AnalysisOptions { level: 0.9, ..analysis() }).unwrap();
        let design = &found.designs[0];
        assert_eq!(design.method, Some(InferenceMethod::Placebo));
        assert_eq!(design.draws.len(), if treated == 1 { 24 } else { 50 });
        let n = design.draws.len();
        let without: Vec<f64> = (0..n).map(|k| att(&planted(&m, design, k, 0.0, &shape))).collect();
        for effect in [0.0, -0.7, 0.7, 1.5, -4.0, 20.0] {
            let rejected = |&k: &usize| {
                let own = att(&planted(&m, design, k, effect, &shape));
                let others = [&without[..k], &without[k + 1..]].concat();
                is_found(own, &others, 0.9)
            };
            let share = (0..n).filter(rejected).count() as f64 / n as f64;
            assert_eq!(design.power(effect), share, "{treated} {effect}");
        }
    }
}

/// The share of ranks that are small enough, which is all that size can be: at most the level.
#[test]
fn the_size_of_ranks_is_known_exactly() {
    for (n, treated, level) in [(24, 1, 0.9), (24, 2, 0.95), (30, 1, 0.8), (24, 3, 0.99)] {
        let m = matrices(n, 0.0);
        let found =
            told(&m, &asking(treated, 3), &AnalysisOptions { level, ..analysis() }).unwrap();
        let design = &found.designs[0];
        let k = design.draws.len() as f64;
        let small = (1..=design.draws.len()).filter(|&rank| rank as f64 / k < 1.0 - level).count();
        assert_eq!(design.size(), small as f64 / k);
        assert!(design.size() <= 1.0 - level && design.size() > 1.0 - level - 1.0 / k - 1e-12);
        assert_eq!((design.least_p(), design.power_error(0.0)), (1.0 / k, 0.0));
    }
}

#[test]
fn intervals_of_jackknife_and_bootstrap_find_what_refits_with_the_effect_find() {
    let m = matrices(12, 0.0);
    for (method, anchor, shape) in [
        (InferenceMethod::Jackknife, Anchor::Cell, EffectShape::Level),
        (InferenceMethod::Jackknife, Anchor::Pooled, EffectShape::Fade),
        (InferenceMethod::Bootstrap, Anchor::Cell, EffectShape::Ramp),
        (InferenceMethod::Bootstrap, Anchor::Spell, EffectShape::Level),
    ] {
        let design = Design { anchor, ..Default::default() };
        let panel = untreated(&m).with_design(&design).unwrap();
        let analysis = AnalysisOptions {
            inference: Some(method),
            n_boot: 30,
            level: 0.9,
            seed: 4,
            ..analysis()
        };
        let options = PowerOptions { shape: shape.clone(), draws: 12, ..asking(3, 2) };
        let found = power(&panel, &options, &analysis, &Silent).unwrap();
        let told = &found.designs[0];
        assert_eq!((told.method, told.n_failed()), (Some(method), 0));
        for effect in [0.0, 0.6, -1.2, 4.0] {
            let rejected = |&k: &usize| {
                let panel = planted(&m, told, k, effect, &shape).with_design(&design).unwrap();
                let settings = analysis.settings();
                let own = estimate(&panel, &LAMBDAS, &settings, &Silent).unwrap();
                let how = InferenceOptions {
                    method,
                    draws: 30,
                    level: 0.9,
                    seed: 4 + k as u64,
                    retuning: None,
                };
                let found = infer(&panel, &LAMBDAS, &own, &[], &how, &settings, &Silent).unwrap();
                found.table[0].p_value < 1.0 - 0.9
            };
            let share = (0..12).filter(rejected).count() as f64 / 12.0;
            assert_eq!(told.power(effect), share, "{method} {anchor:?} {effect}");
        }
    }
}

#[test]
fn missing_outcomes_change_what_an_effect_that_is_no_level_adds() {
    let m = matrices(24, 0.15);
    let options = PowerOptions { shape: EffectShape::Ramp, ..asking(1, 3) };
    let found = told(&m, &options, &AnalysisOptions { level: 0.9, ..analysis() }).unwrap();
    let design = &found.designs[0];
    let responses: Vec<f64> = design.draws.iter().map(|draw| draw.response).collect();
    assert!(responses.iter().any(|r| *r != responses[0]));
    let shape = &options.shape;
    for (k, draw) in design.draws.iter().enumerate().filter(|(_, draw)| draw.error.is_none()) {
        let moved =
            att(&planted(&m, design, k, 5.0, shape)) - att(&planted(&m, design, k, 0.0, shape));
        assert!((moved - 5.0 * draw.response).abs() < 1e-9);
    }
    // The standard error would depend on the effect.
    let jackknife = AnalysisOptions { inference: Some(InferenceMethod::Jackknife), ..analysis() };
    let options =
        PowerOptions { draws: 10, ..PowerOptions { shape: EffectShape::Ramp, ..asking(3, 3) } };
    let told_by = told(&m, &options, &jackknife).unwrap();
    let failed = told_by.designs[0].draws.iter().find_map(|draw| draw.error.clone()).unwrap();
    assert_eq!(failed.code(), "power_impossible");
    let level =
        told(&m, &PowerOptions { shape: EffectShape::Level, ..options }, &jackknife).unwrap();
    assert_eq!(level.designs[0].n_failed(), 0);
}

#[test]
fn designs_are_combined_and_the_smallest_effect_has_the_power_asked_for() {
    let m = matrices(26, 0.0);
    let options = PowerOptions {
        treated: Some(vec![1, 3]),
        periods: Some(vec![1, 4]),
        history: Some(vec![3, 8]),
        target: 0.7,
        ..Default::default()
    };
    let found = told(&m, &options, &analysis()).unwrap();
    let designs: Vec<(usize, usize, usize)> = found
        .designs
        .iter()
        .map(|d| (d.design.treated, d.design.periods, d.design.history))
        .collect();
    let of = |n| [(n, 1, 3), (n, 1, 8), (n, 4, 3), (n, 4, 8)];
    assert_eq!(designs, [of(1), of(3)].concat());
    let effects = found.options.effect.unwrap();
    assert!(effects.contains(&0.0) && effects.windows(2).all(|pair| pair[0] < pair[1]));
    for design in &found.designs {
        let smallest = design.smallest();
        assert_eq!(smallest, design.smallest_increase().max(-design.smallest_decrease()));
        assert!(smallest > 0.0 && smallest <= *effects.last().unwrap());
        for direction in [1.0, -1.0] {
            assert!(design.power(direction * (smallest + 1e-9)) >= 0.7);
        }
        let worse = [smallest - 1e-9, 1e-9 - smallest].map(|effect| design.power(effect));
        assert!(worse.iter().any(|power| *power < 0.7));
        assert!(design.undetected().is_none());
    }
    // The same units are treated whatever the periods.
    let treated =
        |k: usize| -> Vec<_> { found.designs[k].draws.iter().map(|d| d.treated.clone()).collect() };
    assert_eq!(treated(4), treated(7));
}

#[test]
fn where_nothing_can_be_found_there_is_no_number_and_a_reason() {
    let few = told(
        &matrices(12, 0.0),
        &asking(1, 2),
        &AnalysisOptions { inference: Some(InferenceMethod::Placebo), ..analysis() },
    )
    .unwrap();
    let design = &few.designs[0];
    assert_eq!(design.undetected(), Some(Undetected::FewUnits));
    assert!(design.smallest().is_nan() && design.power(1e6) == 0.0 && design.least_p() > 0.05);
    // The grid goes as far as the estimates do.
    assert!(few.options.effect.unwrap().len() > 5);
    let drawn =
        told(&matrices(30, 0.0), &PowerOptions { draws: 10, ..asking(1, 2) }, &analysis()).unwrap();
    assert_eq!(drawn.designs[0].undetected(), Some(Undetected::FewDraws));
    assert!(drawn.designs[0].power(1e6).is_nan() && drawn.designs[0].size().is_nan());
    // Twelve units are too few for placebos, twenty periods enough for shifts in time.
    let m = random_panel(2, 12, 24, Pattern::Block, 0.0);
    let panel = Panel::untreated(&m.outcome, Shape { n_units: 12, n_periods: 24 }).unwrap();
    let shifts = power(&panel, &asking(1, 2), &analysis(), &Silent).unwrap();
    assert_eq!(shifts.designs[0].undetected(), Some(Undetected::Conformal));
    assert!(shifts.designs[0].power(1.0).is_nan() && shifts.designs[0].draws.is_empty());
    let none = told(
        &matrices(4, 0.0),
        &asking(2, 2),
        &AnalysisOptions { inference: Some(InferenceMethod::Placebo), ..analysis() },
    )
    .unwrap();
    assert_eq!(none.designs[0].undetected(), Some(Undetected::NoInference));
}

#[test]
fn neither_threads_nor_the_order_of_units_matter() {
    let m = matrices(24, 0.05);
    let run = |m: &Matrices, threads: usize| {
        let analysis = AnalysisOptions { threads: Some(threads), seed: 9, ..analysis() };
        told(m, &PowerOptions { draws: 40, ..asking(2, 2) }, &analysis).unwrap()
    };
    let (one, three) = (run(&m, 1), run(&m, 3));
    assert_eq!(format!("{:?}", one.designs), format!("{:?}", three.designs));
    let t = m.n_periods;
    let turned = m.outcome.chunks(t).rev().flatten().copied().collect();
    let turned = run(&Matrices { outcome: turned, ..m.clone() }, 2);
    for (a, b) in one.designs[0].draws.iter().zip(&turned.designs[0].draws) {
        let back: Vec<usize> = b.treated.iter().rev().map(|unit| 23 - unit).collect();
        assert_eq!(a.treated, back);
        assert!((a.att - b.att).abs() < 1e-8 || (a.att.is_nan() && b.att.is_nan()));
    }
}

#[test]
fn a_panel_with_treatment_lends_its_numbers_and_its_never_treated_units() {
    let panel = Matrices::load(&PROP99).panel();
    let analysis = AnalysisOptions {
        lambdas: Some(Lambdas { time: 0.25, unit: 0.05, nn: f64::INFINITY }),
        ..analysis()
    };
    let found = power(&panel, &PowerOptions::default(), &analysis, &Silent).unwrap();
    let design = &found.designs[0];
    assert_eq!(design.design, PowerDesign { treated: 1, periods: 12, history: 19 });
    assert_eq!((design.n_units, design.draws.len()), (38, 38));
    let california = panel.treated_units()[0];
    assert!(design
        .draws
        .iter()
        .all(|draw| draw.treated.len() == 1 && draw.treated[0] != california));
    // Each placebo state's ATT is what placebo inference makes of it with the same controls.
    let how = InferenceOptions { method: InferenceMethod::Placebo, ..Default::default() };
    let lambdas = analysis.lambdas.unwrap();
    let own = estimate(&panel, &lambdas, &analysis.settings(), &Silent).unwrap();
    let placebos = infer(&panel, &lambdas, &own, &[], &how, &analysis.settings(), &Silent).unwrap();
    let sorted = |mut atts: Vec<f64>| {
        atts.sort_by(f64::total_cmp);
        atts
    };
    let told = sorted(design.draws.iter().map(|draw| draw.att).collect());
    for (a, b) in told.iter().zip(sorted(placebos.draws)) {
        assert!((a - b).abs() < 1e-6, "{a} {b}");
    }
}

#[test]
fn the_generator_draws_the_panels_of_a_simulation() {
    let panel = random_panel(5, 20, 14, Pattern::Block, 0.0).panel();
    let options =
        PowerOptions { source: PowerSource::Generator, rank: Some(2), draws: 30, ..asking(2, 3) };
    let found =
        power(&panel, &options, &AnalysisOptions { seed: 6, ..analysis() }, &Silent).unwrap();
    let design = &found.designs[0];
    let how = GeneratorOptions { rank: 2, assignment: Assignment::Random, ..Default::default() };
    let generator = Generator::fit(&panel, &how).unwrap();
    for (k, draw) in design.draws.iter().enumerate() {
        let simulated = generator.draw(2, 6, k);
        assert_eq!(draw.treated, simulated.treated);
        let own = att(&generator_panel(&generator, &simulated.outcome, &simulated.treated));
        assert!((draw.att - own).abs() < 1e-8);
    }
    assert_eq!((design.n_units, design.n_possible), (20, usize::MAX));
    assert!(design.power_error(1.0) > 0.0 || [0.0, 1.0].contains(&design.power(1.0)));
}

fn generator_panel(generator: &Generator, outcome: &[f64], treated: &[usize]) -> Panel {
    let y: Vec<f64> = outcome.iter().map(|y| generator.location + generator.scale * y).collect();
    let w: Vec<f64> = (0..y.len())
        .map(|at| f64::from(u8::from(at % 14 >= 11 && treated.contains(&(at / 14)))))
        .collect();
    Panel::new(&y, &w, Shape { n_units: 20, n_periods: 14 }).unwrap()
}

#[test]
fn lambdas_are_searched_once_on_the_panel() {
    let m = matrices(20, 0.0);
    let mut analysis = AnalysisOptions { seed: 1, ..Default::default() };
    analysis
        .set(
            "grids",
            trop_core::OptionValue::Named(vec![
                ("time".into(), vec![0.0, 0.2].into()),
                ("unit".into(), vec![0.0, 0.5].into()),
                ("nn".into(), vec![1.0, f64::INFINITY].into()),
            ]),
        )
        .unwrap();
    let found = told(&m, &PowerOptions { draws: 20, ..asking(1, 2) }, &analysis).unwrap();
    assert!([0.0, 0.2].contains(&found.lambdas.time) && found.is_untreated);
    let placebo = AnalysisOptions { criterion: Criterion::PlaceboSets { sets: 5 }, ..analysis };
    let error = told(&m, &asking(1, 2), &placebo).unwrap_err();
    assert_eq!(error.code(), "power_impossible");
    assert!(error.to_string().contains("needs a treatment"), "{error}");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let m = matrices(12, 0.0);
    let refused = |options: PowerOptions, analysis: AnalysisOptions, words: &str| {
        let error = told(&m, &options, &analysis).unwrap_err();
        assert_eq!(error.code(), "power_impossible", "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    let plain = || asking(1, 2);
    refused(PowerOptions::default(), analysis(), "say how many units");
    refused(asking(11, 2), analysis(), "never-treated units at least 1 is treated");
    refused(asking(0, 2), analysis(), "0 cannot be treated");
    refused(asking(1, 11), analysis(), "11 cannot be treated");
    refused(asking(1, 0), analysis(), "0 cannot be treated");
    refused(
        PowerOptions { history: Some(vec![11]), ..plain() },
        analysis(),
        "from 2 to 10 periods, not 11",
    );
    refused(PowerOptions { history: Some(vec![1]), ..plain() }, analysis(), "not 1");
    refused(
        PowerOptions { treated: Some(vec![]), ..plain() },
        analysis(),
        "treated is an empty list",
    );
    refused(
        PowerOptions { effect: Some(vec![]), ..plain() },
        analysis(),
        "effect is an empty list",
    );
    refused(
        PowerOptions { effect: Some(vec![1.0, f64::NAN]), ..plain() },
        analysis(),
        "must be finite",
    );
    refused(PowerOptions { target: 1.0, ..plain() }, analysis(), "between 0 and 1, not 1");
    refused(
        PowerOptions { shape: EffectShape::Given(vec![1.0]), ..plain() },
        analysis(),
        "2 periods are treated",
    );
    refused(
        PowerOptions { shape: EffectShape::Given(vec![0.0, 0.0]), ..plain() },
        analysis(),
        "not zero",
    );
    refused(plain(), AnalysisOptions { inference: None, ..analysis() }, "none is asked for");
    refused(
        plain(),
        AnalysisOptions { inference: Some(InferenceMethod::Conformal), ..analysis() },
        "conformal",
    );
    let retune = AnalysisOptions { retune: true, ..Default::default() };
    refused(plain(), retune, "leave out retune");
    let code = |options: PowerOptions, analysis: AnalysisOptions| {
        told(&m, &options, &analysis).unwrap_err().code()
    };
    assert_eq!(code(PowerOptions { draws: 1, ..plain() }, analysis()), "draws_too_few");
    assert_eq!(code(plain(), AnalysisOptions { level: 1.0, ..analysis() }), "level_out_of_range");
    let generator = PowerOptions { source: PowerSource::Generator, rank: Some(12), ..plain() };
    assert_eq!(code(generator, analysis()), "simulation_impossible");
    let panel = Matrices::load(&PROP99).panel();
    let n = panel.n_units();
    for design in [
        Design { clusters: Some((0..n as i64).map(|i| i / 2).collect()), ..Default::default() },
        Design { average: Some((0..n).map(|i| 1.0 + i as f64).collect()), ..Default::default() },
        Design { donors: Donors::Groups(vec![0; n]), ..Default::default() },
        Design { washout: 1, ..Default::default() },
    ] {
        let panel = panel.clone().with_design(&design).unwrap();
        let error = power(&panel, &PowerOptions::default(), &analysis(), &Silent).unwrap_err();
        assert_eq!(error.code(), "power_impossible");
    }
    let watch = Watch::default();
    watch.request_stop();
    let stopped = power(&untreated(&m), &plain(), &analysis(), &watch).unwrap_err();
    assert_eq!(stopped.code(), "interrupted");
    let mut options = PowerOptions::default();
    assert_eq!(options.set("shape", "steep").unwrap_err().code(), "option_invalid");
    assert_eq!(options.set("effects", 1.0).unwrap_err().code(), "option_unknown");
    assert_eq!(options.set("effect", "big").unwrap_err().code(), "option_invalid");
}

/// A study of two of nine units has 21 placebos, whatever the number of draws: those that come next.
#[test]
fn ranks_are_among_as_many_draws_as_a_study_has_placebos() {
    let m = matrices(9, 0.0);
    let analysis =
        AnalysisOptions { inference: Some(InferenceMethod::Placebo), level: 0.9, ..analysis() };
    let found = told(&m, &asking(2, 2), &analysis).unwrap();
    let design = &found.designs[0];
    assert_eq!((design.draws.len(), design.n_placebos, design.is_short), (36, 21, false));
    assert_eq!((design.least_p(), design.ranks_all()), (1.0 / 22.0, false));
    let atts: Vec<f64> = design.draws.iter().map(|draw| draw.att).collect();
    for effect in [0.0, 0.5, 2.0] {
        let rejected = |&k: &usize| {
            let others: Vec<f64> = (1..=21).map(|next| atts[(k + next) % 36]).collect();
            is_found(atts[k] + effect, &others, 0.9)
        };
        let share = (0..36).filter(rejected).count() as f64 / 36.0;
        assert_eq!(design.power(effect), share);
    }
    let all = told(&m, &asking(2, 2), &AnalysisOptions { n_boot: 5, ..analysis }).unwrap();
    assert_eq!(all.designs[0].undetected(), Some(Undetected::FewUnits));
}
