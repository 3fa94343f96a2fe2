//! A simulation matched to a panel in a few aligned lines, and in a sentence.

use crate::labels::Labels;
use crate::tables::failure;
use crate::text::{
    aligned, count, either, level, listed, number, on_one_line, probability, short, wrapped,
};
use trop_core::{
    Estimator, Generator, Lambdas, Noise, Simulation, SimulationScore, SimulationStudy, Tuning,
};

const TITLE: &str = "Estimators on simulated panels like this one";

/// Estimators within this many standard errors of the best are told to be as good.
const APART: f64 = 2.0;

/// A study as the text that every language prints: one line for each estimator, and below them what a reader should
/// know.
///
/// ```
/// # use trop_core::{AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent, SimulationPlan, StudyOptions};
/// # let outcome: Vec<f64> = (0..96).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let mut treatment = vec![0.0; 96];
/// # treatment[95] = 1.0;
/// # let panel = Panel::new(&outcome, &treatment, Shape { n_units: 12, n_periods: 8 })?;
/// use trop_report::{simulation_text, Labels};
/// let options = StudyOptions { draws: 10, ..Default::default() };
/// let plan = SimulationPlan::new(&panel, &options, &AnalysisOptions::default())?;
/// let asked = [Estimator::Did, Estimator::Sc];
/// let found = plan.run(&asked, &EstimatorOptions::default(), &[], &Silent)?;
/// let text = simulation_text(&found, &Labels::default());
/// assert!(text.starts_with("Estimators on simulated panels like this one"));
/// assert!(text.contains("holds for"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn simulation_text(study: &SimulationStudy, labels: &Labels) -> String {
    let mut lines = vec![TITLE.to_string(), "-".repeat(TITLE.len())];
    lines.extend(aligned(&grid(study)));
    lines.extend([String::new(), "Notes".into()]);
    let notes = simulation_notes(study, labels);
    lines.extend(notes.iter().flat_map(|note| wrapped("- ", note)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// What a reader should know beside a study: what was simulated, what the ranking is conditional on, whether it stands
/// at other ranks, how estimators were tuned, what failed.
///
/// ```
/// # use trop_core::{AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent, SimulationPlan, StudyOptions};
/// # let outcome: Vec<f64> = (0..96).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let mut treatment = vec![0.0; 96];
/// # treatment[95] = 1.0;
/// # let panel = Panel::new(&outcome, &treatment, Shape { n_units: 12, n_periods: 8 })?;
/// use trop_report::{simulation_notes, Labels};
/// let options = StudyOptions { draws: 10, ..Default::default() };
/// let plan = SimulationPlan::new(&panel, &options, &AnalysisOptions::default())?;
/// let found = plan.run(&[Estimator::Did], &EstimatorOptions::default(), &[], &Silent)?;
/// let notes = simulation_notes(&found, &Labels::default());
/// assert!(notes[0].starts_with("10 panels of 12 units and 8 periods"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn simulation_notes(study: &SimulationStudy, labels: &Labels) -> Vec<String> {
    let mut notes = vec![drawn(study, labels), conditional(study)];
    notes.extend(as_good(study));
    notes.extend(other_ranks(study, labels));
    notes.extend(generator(study));
    notes.extend(tuning(study));
    notes.extend(refused(study, labels));
    notes.extend(failures(study, labels));
    notes.extend(uncertified(study));
    notes.extend(coverage(study));
    notes.extend(for_reproduction(study));
    notes.extend(own(study));
    notes
}

/// A sentence for the paper: what was simulated, which estimator errs least and by how much.
///
/// ```
/// # use trop_core::{AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent, SimulationPlan, StudyOptions};
/// # let outcome: Vec<f64> = (0..96).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let mut treatment = vec![0.0; 96];
/// # treatment[95] = 1.0;
/// # let panel = Panel::new(&outcome, &treatment, Shape { n_units: 12, n_periods: 8 })?;
/// let options = StudyOptions { draws: 10, ..Default::default() };
/// let plan = SimulationPlan::new(&panel, &options, &AnalysisOptions::default())?;
/// let found = plan.run(&[Estimator::Did], &EstimatorOptions::default(), &[], &Silent)?;
/// assert!(trop_report::simulation_sentence(&found).starts_with("In 10 simulated panels"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn simulation_sentence(study: &SimulationStudy) -> String {
    let StudyNumbers { draws, treated, periods, rank } = StudyNumbers::of(study);
    let ranked = ranked(&study.main);
    let Some(best) = ranked.first() else {
        return "No estimator has an estimate in the simulated panels.".into();
    };
    let next = match ranked.get(1) {
        Some(next) => format!(
            "; the next, {}, had {} (s.e. {}) times that",
            on_one_line(&next.label),
            short(next.relative_rmse),
            probability(next.relative_rmse_se)
        ),
        None => String::new(),
    };
    format!(
        "In {} matched to the control outcomes (signal of rank {rank}, {}, {}, at most {} treated over the last {} of \
         {}, no effect; seed {}) the root mean squared error of {} was {} (s.e. {}) standard deviations of the \
         outcome, {}{next}.",
        count(draws, "simulated panel"),
        noise(study.options.noise),
        assignment(study),
        count(treated, "unit"),
        count(periods, "period"),
        study.main.generator.n_periods,
        study.analysis.seed,
        on_one_line(&best.label),
        short(best.rmse),
        probability(best.rmse_se),
        match ranked.len() {
            1 => "the only one asked for".to_string(),
            n => format!("the least of {n} estimators"),
        },
    )
}

struct StudyNumbers {
    draws: usize,
    treated: usize,
    periods: usize,
    rank: usize,
}

impl StudyNumbers {
    fn of(study: &SimulationStudy) -> Self {
        let options = &study.options;
        StudyNumbers {
            draws: options.draws,
            treated: options.treated.unwrap_or_default(),
            periods: options.periods.unwrap_or_default(),
            rank: options.rank.unwrap_or_default(),
        }
    }
}

/// The heads, and a row for each estimator.
fn grid(study: &SimulationStudy) -> Vec<Vec<String>> {
    let has_coverage = study.options.coverage;
    let mut heads: Vec<String> =
        ["Estimator", "RMSE", "(s.e.)", "Ratio", "(s.e.)", "Bias", "Nearest"]
            .map(String::from)
            .to_vec();
    if has_coverage {
        heads.extend([format!("{} covers", level(study.analysis.level)), "Length".into()]);
    }
    let others = || study.others.iter().filter_map(|(rank, s)| Some((rank, s.as_ref().ok()?)));
    heads.extend(others().map(|(rank, _)| format!("Rank {rank}")));
    let mut rows = vec![heads];
    for (at, score) in study.main.scores.iter().enumerate() {
        let mut row = row(score);
        if has_coverage {
            row.extend([percent(score.coverage), short(score.length)]);
        }
        row.extend(others().map(|(_, other)| short(other.scores[at].relative_rmse)));
        rows.push(row);
    }
    let none = |estimator: &Estimator| vec![estimator.to_string(), "none, see notes".into()];
    rows.extend(study.refused.iter().map(|(estimator, _)| none(estimator)));
    rows
}

fn row(score: &SimulationScore) -> Vec<String> {
    let name = on_one_line(&score.label);
    if score.rmse.is_nan() {
        return vec![name, "none, see notes".into()];
    }
    let mark = if score.n_uncertified > 0 { "*" } else { "" };
    vec![
        name,
        format!("{}{mark}", short(score.rmse)),
        format!("({})", probability(score.rmse_se)),
        short(score.relative_rmse),
        format!("({})", probability(score.relative_rmse_se)),
        probability(score.bias),
        percent(score.share_best),
    ]
}

fn percent(share: f64) -> String {
    match share.is_nan() {
        true => "none".into(),
        false => format!("{:.0}%", 100.0 * share),
    }
}

fn drawn(study: &SimulationStudy, labels: &Labels) -> String {
    let StudyNumbers { draws, treated, periods, .. } = StudyNumbers::of(study);
    let generator = &study.main.generator;
    format!(
        "{} of {} and {}, at most {} treated over the last {}; nothing has an effect. Errors are in standard \
         deviations of {} ({}); ratios are to the best. Nearest is the share of panels in which it is nearest to \
         the truth.",
        count(draws, "panel"),
        count(generator.n_units, "unit"),
        count(generator.n_periods, "period"),
        count(treated, "unit"),
        count(periods, "period"),
        labels.outcome(),
        number(generator.scale),
    )
}

/// What the ranking holds for.
fn conditional(study: &SimulationStudy) -> String {
    let StudyNumbers { rank, .. } = StudyNumbers::of(study);
    format!(
        "The ranking holds for panels as the generator sees this one: a signal of rank {rank}, {}, {}, one block of \
         treatment{}, no effect. It says nothing of what the generator leaves out.",
        noise(study.options.noise),
        assignment(study),
        if study.is_block { "" } else { " (in the panel itself it begins or ends at several times)" },
    )
}

fn noise(noise: Noise) -> &'static str {
    match noise {
        Noise::Independent => "Gaussian noise that is independent over periods",
        Noise::Absent => "no noise",
        _ => "Gaussian noise with a second-order autoregression",
    }
}

fn assignment(study: &SimulationStudy) -> &'static str {
    match study.main.generator.probability {
        None => "treated units drawn uniformly",
        Some(_) => "treated units drawn by a logistic regression on the loadings",
    }
}

/// Estimators with an error, the best first.
fn ranked(simulation: &Simulation) -> Vec<&SimulationScore> {
    let mut all: Vec<&SimulationScore> =
        simulation.scores.iter().filter(|score| score.rmse.is_finite()).collect();
    all.sort_by(|a, b| a.rmse.total_cmp(&b.rmse));
    all
}

/// Estimators that cannot be told from the best, and the best itself, which comes first.
fn near_best(simulation: &Simulation) -> Vec<String> {
    let near = |s: &&SimulationScore| s.relative_rmse - 1.0 <= APART * s.relative_rmse_se;
    ranked(simulation).into_iter().filter(near).map(|score| on_one_line(&score.label)).collect()
}

/// Which estimators cannot be told from the best.
fn as_good(study: &SimulationStudy) -> Option<String> {
    let mut near = near_best(&study.main).into_iter();
    let best = near.next()?;
    let near: Vec<String> = near.collect();
    let n = near.len();
    let text = format!(
        "{} {} within {APART} standard errors of the best, {best}: these draws do not tell them apart.",
        listed(near, n),
        either(n, "is", "are"),
    );
    (n > 0).then_some(text)
}

/// Whether the winner stands at other ranks.
fn other_ranks(study: &SimulationStudy, labels: &Labels) -> Vec<String> {
    let main = (StudyNumbers::of(study).rank, &study.main);
    let others = study.others.iter().filter_map(|(rank, s)| Some((*rank, s.as_ref().ok()?)));
    let mut all: Vec<(usize, &Simulation)> = std::iter::once(main).chain(others).collect();
    all.sort_by_key(|(rank, _)| *rank);
    let near: Vec<(usize, Vec<String>)> =
        all.iter().map(|(rank, s)| (*rank, near_best(s))).collect();
    let winners: Vec<(usize, String)> =
        near.iter().filter_map(|(rank, names)| Some((*rank, names.first()?.clone()))).collect();
    let stands = winners.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let ranks = || listed(winners.iter().map(|(rank, _)| rank.to_string()), winners.len());
    let changes = winners.iter().map(|(rank, name)| format!("{name} at rank {rank}"));
    let mut notes = match winners.len() {
        0 | 1 => Vec::new(),
        _ if stands => vec![format!("{} is the best at every rank: {}.", winners[0].1, ranks())],
        n => vec![format!(
            "The best estimator changes with the rank of the signal: {}. {}",
            listed(changes, n),
            rely_on(&near)
        )],
    };
    notes.extend(study.others.iter().filter_map(|(rank, simulation)| {
        let why = simulation.as_ref().err()?.named(&labels.names);
        Some(format!("Nothing at rank {rank}: {}.", why.trim_end_matches('.')))
    }));
    notes
}

/// What to make of a ranking that changes, from the near best of each rank.
fn rely_on(near: &[(usize, Vec<String>)]) -> String {
    let everywhere = |name: &&String| near.iter().all(|(_, names)| names.contains(name));
    let safe: Vec<String> = near[0].1.iter().filter(everywhere).cloned().collect();
    match safe.len() {
        0 => "Do not rely on one of them.".into(),
        n => format!(
            "{} {} within {APART} standard errors of the best at every rank.",
            listed(safe, n),
            either(n, "is", "are")
        ),
    }
}

/// What the generator is made of, and what it had to go without.
fn generator(study: &SimulationStudy) -> Vec<String> {
    let generator = &study.main.generator;
    let [f, m, e] = generator.shares.map(|share| format!("{:.1}%", 100.0 * share));
    let (a1, a2) = generator.autoregression;
    let mut notes = vec![format!(
        "Of the control outcomes' mean square, unit and period effects are {f}, the interactive part {m}, noise {e} \
         (autoregression {}, {}).",
        probability(a1),
        probability(a2)
    )];
    if !generator.assignment_note.is_empty() {
        notes.push(crate::text::sentence(&generator.assignment_note));
    }
    notes.extend(thin(generator));
    if !generator.converged {
        notes.push(
            "Treated and missing cells still moved when their filling was given up: the generator is not exact."
                .into(),
        );
    }
    notes
}

/// Units of which little is known without treatment.
fn thin(generator: &Generator) -> Option<String> {
    let rank = generator.options.rank;
    let few = |row: &&[f64]| row.iter().filter(|e| !e.is_nan()).count() <= rank;
    let n = generator.residual.chunks(generator.n_periods).filter(few).count();
    let text = format!(
        "{} {} no more control outcomes than the rank ({rank}): what is simulated of the other periods is a guess.",
        count(n, "unit"),
        either(n, "has", "have"),
    );
    (n > 0).then_some(text)
}

/// How lambdas and penalties were chosen.
fn tuning(study: &SimulationStudy) -> Option<String> {
    let scale = study.main.generator.scale;
    let chosen = study.main.contenders.iter().filter_map(|contender| {
        let nn = |nn: f64| short(nn * scale);
        match (contender.estimator, contender.options.lambdas, contender.options.lambda_nn) {
            (Estimator::Trop, Some(Lambdas { time, unit, nn: penalty }), _) => Some(format!(
                "trop (lambda_time {}, lambda_unit {}, lambda_nn {})",
                short(time),
                short(unit / scale),
                nn(penalty)
            )),
            (Estimator::Mc, _, Some(penalty)) => Some(format!("mc (lambda_nn {})", nn(penalty))),
            _ => None,
        }
    });
    let chosen: Vec<String> = chosen.collect();
    let n = chosen.len();
    let tuned = |estimator| study.main.contenders.iter().any(|c| c.estimator == estimator);
    let is_tuned = tuned(Estimator::Trop) || tuned(Estimator::Mc);
    match study.options.tune {
        Tuning::Each if is_tuned && n == 0 => Some(
            "Lambdas of trop and the penalty of mc are chosen anew in each panel: what the whole procedure does."
                .into(),
        ),
        Tuning::Once if n > 0 => Some(format!(
            "Chosen once on the panel or given, and kept in all draws: {}. tune 'each' chooses anew in each.",
            listed(chosen, n)
        )),
        _ if n > 0 => Some(format!("Given: {}.", listed(chosen, n))),
        _ => None,
    }
}

fn refused(study: &SimulationStudy, labels: &Labels) -> Vec<String> {
    let note = |(estimator, error): &(Estimator, trop_core::Error)| {
        let why = error.named(&labels.names);
        format!("{estimator} cannot be tuned on this panel: {}.", why.trim_end_matches('.'))
    };
    study.refused.iter().map(note).collect()
}

fn failures(study: &SimulationStudy, labels: &Labels) -> Vec<String> {
    let note = |(at, score): (usize, &SimulationScore)| {
        let n = score.failures + score.inference_failures;
        let why = match failure(&study.main, at) {
            Some((error, _)) => error.named(&labels.names),
            None => "no number was returned".into(),
        };
        let what = match (score.failures, score.inference_failures) {
            (0, _) => "no interval",
            (_, 0) => "no estimate",
            _ => "no estimate or no interval",
        };
        let (name, of) = (on_one_line(&score.label), count(study.options.draws, "panel"));
        let why = why.trim_end_matches('.');
        (n > 0).then(|| format!("{name} has {what} in {n} of {of}; most often: {why}."))
    };
    study.main.scores.iter().enumerate().filter_map(note).collect()
}

fn uncertified(study: &SimulationStudy) -> Option<String> {
    let mark = |score: &SimulationScore| {
        let n = score.n_uncertified;
        (n > 0).then(|| format!("{} {n}", on_one_line(&score.label)))
    };
    let all: Vec<String> = study.main.scores.iter().filter_map(mark).collect();
    let text = format!(
        "* Estimates that rest on fits that did not reach the tolerance: {}.",
        listed(all.clone(), all.len())
    );
    (!all.is_empty()).then_some(text)
}

fn coverage(study: &SimulationStudy) -> Option<String> {
    let method = study.analysis.inference?.name();
    let level = level(study.analysis.level);
    let text = format!(
        "Coverage is the share of {level} intervals (inference {method}) that hold the truth; length is in standard \
         deviations of the outcome."
    );
    study.options.coverage.then_some(text)
}

fn for_reproduction(study: &SimulationStudy) -> Option<String> {
    let asked = study.main.contenders.iter().map(|contender| contender.estimator);
    crate::comparison::for_reproduction(asked)
}

fn own(study: &SimulationStudy) -> Option<String> {
    let names = study.own.iter().map(|name| on_one_line(name));
    let n = study.own.len();
    let text = format!(
        "No inference, no certificate and no time of what is not from here: {}.",
        listed(names, n)
    );
    (n > 0).then_some(text)
}
