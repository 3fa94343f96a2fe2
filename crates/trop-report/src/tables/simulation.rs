//! Tables of a simulation matched to a panel.

use crate::table::{counts, numbers, periods, texts, units, Column, Table};
use trop_core::{Error, Estimator, OptionValue, Simulation, SimulationScore, SimulationStudy};

/// How many simulated paths stand beside a real one.
const EXAMPLES: usize = 3;

/// All tables of a study: `simulation`, `simulation_by_rank`, `simulation_generator`, `simulation_example`. [`Table`]
/// makes each of them alone.
///
/// ```
/// # use trop_core::{AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent, SimulationPlan, StudyOptions};
/// # let outcome: Vec<f64> = (0..96).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let mut treatment = vec![0.0; 96];
/// # treatment[95] = 1.0;
/// # let panel = Panel::new(&outcome, &treatment, Shape { n_units: 12, n_periods: 8 })?;
/// let options = StudyOptions { draws: 10, ..Default::default() };
/// let plan = SimulationPlan::new(&panel, &options, &AnalysisOptions::default())?;
/// let asked = [Estimator::Did, Estimator::Sc];
/// let found = plan.run(&asked, &EstimatorOptions::default(), &[], &Silent)?;
/// let tables = trop_report::simulation_tables(&found);
/// assert_eq!((tables.len(), tables[0].n_rows(), tables[2].n_rows()), (4, 2, 96));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn simulation_tables(study: &SimulationStudy) -> Vec<Table> {
    vec![
        Table::simulation(study),
        Table::simulation_by_rank(study),
        Table::simulation_generator(study),
        Table::simulation_example(study),
    ]
}

impl Table {
    /// One row for each estimator at the rank asked for: `estimator`, `rmse`, `rmse_se` (its Monte Carlo standard error),
    /// `relative_rmse` (over that of the best), `relative_rmse_se` (from paired draws), `bias`, `bias_se`, `share_best`
    /// (draws in which it is nearest to the truth), `coverage`, `length` (of its intervals), `failures` (draws without an
    /// estimate), `inference_failures`, `uncertified` (estimates that are not certified), `seconds` (of a draw) and
    /// `error` (the code of the most frequent failure). Errors and lengths are in standard deviations of the outcome.
    pub fn simulation(study: &SimulationStudy) -> Table {
        let rows = rows_of(study, study.options.rank.unwrap_or_default(), &study.main);
        let columns = scores(&rows).into_iter().filter(|column| column.name != "rank").collect();
        Table::new("simulation", columns)
    }

    /// The same at every rank: `rank`, and the rest as in [`Table::simulation`].
    pub fn simulation_by_rank(study: &SimulationStudy) -> Table {
        let mut rows = rows_of(study, study.options.rank.unwrap_or_default(), &study.main);
        for (rank, simulation) in &study.others {
            if let Ok(simulation) = simulation {
                rows.extend(rows_of(study, *rank, simulation));
            }
        }
        rows.sort_by_key(|row| row.rank);
        Table::new("simulation_by_rank", scores(&rows))
    }

    /// What panels were drawn from, one row for each cell: `unit`, `time`, `two_way` (unit and period effects),
    /// `interactive` (the rest of the signal), `residual` (NaN where there is no control outcome), all in standard
    /// deviations of the outcome.
    pub fn simulation_generator(study: &SimulationStudy) -> Table {
        let generator = &study.main.generator;
        let (n, t) = (generator.n_units, generator.n_periods);
        let columns = vec![
            units((0..n * t).map(|at| at / t)),
            periods((0..n * t).map(|at| at % t)),
            numbers("two_way", generator.two_way.iter().copied()),
            numbers("interactive", generator.interactive.iter().copied()),
            numbers("residual", generator.residual.iter().copied()),
        ];
        Table::new("simulation_generator", columns)
    }

    /// A treated unit beside itself in the first three draws, one row for each period: `unit`, `time`, `observed` (NaN
    /// where it is treated), `draw_1`, `draw_2`, `draw_3`, in units of the outcome.
    pub fn simulation_example(study: &SimulationStudy) -> Table {
        let generator = &study.main.generator;
        let (t, unit) = (generator.n_periods, study.example);
        let in_units = |y: f64| generator.location + generator.scale * y;
        let own = unit * t..(unit + 1) * t;
        let observed = own.clone().map(|at| {
            let signal = generator.two_way[at] + generator.interactive[at];
            in_units(signal + generator.residual[at])
        });
        let mut columns =
            vec![units(own.clone().map(|_| unit)), periods(0..t), numbers("observed", observed)];
        for k in 0..EXAMPLES.min(study.options.draws) {
            let treated = study.options.treated.unwrap_or_default();
            let draw = generator.draw(treated, study.analysis.seed, k).outcome;
            let path = draw[own.clone()].iter().map(|&y| in_units(y));
            columns.push(numbers(&format!("draw_{}", k + 1), path.collect::<Vec<_>>().into_iter()));
        }
        Table::new("simulation_example", columns)
    }
}

/// What was simulated, by name: what was asked with nothing left open, and the generator in numbers. `scale` is in
/// units of the outcome, the shares are of the mean square of the control outcomes.
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
/// assert!(trop_report::simulation_facts(&found).contains(&("rank", 4_usize.into())));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn simulation_facts(study: &SimulationStudy) -> Vec<(&'static str, OptionValue)> {
    let (options, generator) = (&study.options, &study.main.generator);
    let [two_way, interactive, noise] = generator.shares;
    vec![
        ("draws", options.draws.into()),
        ("treated", options.treated.into()),
        ("periods", options.periods.into()),
        ("rank", options.rank.into()),
        ("tune", options.tune.name().into()),
        ("assignment", generator.assignment.name().into()),
        ("noise", options.noise.name().into()),
        ("seed", study.analysis.seed.into()),
        ("level", study.analysis.level.into()),
        ("scale", generator.scale.into()),
        ("share_two_way", two_way.into()),
        ("share_interactive", interactive.into()),
        ("share_noise", noise.into()),
        ("autoregression_1", generator.autoregression.0.into()),
        ("autoregression_2", generator.autoregression.1.into()),
        ("noise_sd", generator.covariance[0].sqrt().into()),
        ("converged", generator.converged.into()),
    ]
}

/// A row: an estimator at a rank.
struct Row<'a> {
    rank: usize,
    label: &'a str,
    score: Option<&'a SimulationScore>,
    failures: usize,
    error: &'static str,
}

/// Estimators with scores, then those that took no part.
fn rows_of<'a>(
    study: &'a SimulationStudy,
    rank: usize,
    simulation: &'a Simulation,
) -> Vec<Row<'a>> {
    let scored = simulation.scores.iter().enumerate().map(|(at, score)| Row {
        rank,
        label: &score.label,
        score: Some(score),
        failures: score.failures,
        error: failure(simulation, at).map_or("", |(error, _)| error.code()),
    });
    let refused = study.refused.iter().map(|(estimator, error)| Row {
        rank,
        label: Estimator::name(*estimator),
        score: None,
        failures: study.options.draws,
        error: error.code(),
    });
    scored.chain(refused).collect()
}

fn scores(rows: &[Row<'_>]) -> Vec<Column> {
    let each = || rows.iter();
    let of = |value: fn(&SimulationScore) -> f64| {
        each().map(move |row| row.score.map_or(f64::NAN, value))
    };
    let count =
        |value: fn(&SimulationScore) -> usize| each().map(move |row| row.score.map_or(0, value));
    vec![
        counts("rank", each().map(|row| row.rank)),
        texts("estimator", each().map(|row| row.label)),
        numbers("rmse", of(|score| score.rmse)),
        numbers("rmse_se", of(|score| score.rmse_se)),
        numbers("relative_rmse", of(|score| score.relative_rmse)),
        numbers("relative_rmse_se", of(|score| score.relative_rmse_se)),
        numbers("bias", of(|score| score.bias)),
        numbers("bias_se", of(|score| score.bias_se)),
        numbers("share_best", of(|score| score.share_best)),
        numbers("coverage", of(|score| score.coverage)),
        numbers("length", of(|score| score.length)),
        counts("failures", each().map(|row| row.failures)),
        counts("inference_failures", count(|score| score.inference_failures)),
        counts("uncertified", count(|score| score.n_uncertified)),
        numbers("seconds", of(|score| score.seconds)),
        texts("error", each().map(|row| row.error)),
    ]
}

/// The most frequent failure of a contender, and how often it came.
pub(crate) fn failure(simulation: &Simulation, at: usize) -> Option<(&Error, usize)> {
    let mut kinds: Vec<(&Error, usize)> = Vec::new();
    for error in simulation.draws.iter().filter_map(|draw| draw.estimates[at].error.as_ref()) {
        match kinds.iter_mut().find(|(known, _)| known.code() == error.code()) {
            Some((_, count)) => *count += 1,
            None => kinds.push((error, 1)),
        }
    }
    // Of equally frequent ones the first.
    kinds.into_iter().rev().max_by_key(|(_, count)| *count)
}
