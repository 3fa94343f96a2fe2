//! How well estimators do on simulated panels like one's own.

use crate::job::Job;
use crate::options::{value_of_option, Plain};
use crate::panel::{Handle, HandlePtr};
use crate::steps::start;
use crate::tables::table_list;
use extendr_api::prelude::*;
use std::sync::Arc;
use trop_core::{
    Estimator, EstimatorOptions, OwnEstimates, SimulationPlan, SimulationStudy, StudyOptions,
    TropResult,
};
use trop_report::{
    simulation_facts, simulation_notes, simulation_sentence, simulation_tables, simulation_text,
};

/// Generators that are fitted, ready to draw from.
type PlanPtr = ExternalPtr<Arc<SimulationPlan>>;

/// Fits the generators; `study` is what is asked of the simulation, by name.
#[extendr]
fn start_simulation_plan(handle: HandlePtr, study: List, options: List) -> ExternalPtr<Job> {
    let study = Plain::new(&study);
    start(
        &handle,
        &options,
        move |at| {
            let mut asked = StudyOptions::default();
            study.each(|name, value| asked.set(name, value))?;
            SimulationPlan::new(at.panel, &asked, &at.options)
        },
        |_, plan| {
            let (ranks, draws) = (plan.ranks().len() as i32, plan.draws() as f64);
            list!(plan = ExternalPtr::new(Arc::new(plan)), ranks = ranks, draws = draws)
        },
    )
}

/// Outcomes and treatments of a draw; rank and draw count from 1. `NULL` at a rank without a generator.
#[extendr]
fn simulation_draw(handle: HandlePtr, plan: PlanPtr, rank: i32, draw: i32) -> Robj {
    let (at, k) = ((rank - 1) as usize, (draw - 1) as usize);
    let (n, t) = (handle.panel.n_units(), handle.panel.n_periods());
    let Some((outcome, treatment)) = plan.draw(at, k) else { return ().into() };
    let known = |y: f64| if y.is_nan() { f64::na() } else { y };
    let y = RMatrix::new_matrix(n, t, |i, s| known(outcome[i * t + s]));
    let w = RMatrix::new_matrix(n, t, |i, s| treatment[i * t + s]);
    list!(Y = y, W = w).into()
}

/// Every estimator on every draw. `own` are estimates of the caller's own, for each name a list of a vector for each
/// rank.
#[extendr]
fn start_simulation(
    handle: HandlePtr,
    plan: PlanPtr,
    estimators: Vec<String>,
    rivals: List,
    own_names: Vec<String>,
    own: List,
    options: List,
) -> ExternalPtr<Job> {
    let (plan, rivals) = (Arc::clone(&plan), Plain::new(&rivals));
    let own = own_names.into_iter().zip(own.values()).map(|(name, ranks)| OwnEstimates {
        name,
        atts: ranks.as_list().map_or_else(Vec::new, |ranks| ranks.values().map(numbers).collect()),
    });
    let own: Vec<OwnEstimates> = own.collect();
    start(
        &handle,
        &options,
        move |at| {
            let named: TropResult<Vec<Estimator>> =
                estimators.iter().map(|name| name.parse()).collect();
            let mut asked = EstimatorOptions::default();
            rivals.each(|name, value| asked.set(name, value))?;
            plan.run(&named?, &asked, &own, at.monitor)
        },
        simulation_list,
    )
}

fn numbers(values: Robj) -> Vec<f64> {
    values.as_real_vector().unwrap_or_default()
}

fn simulation_list(handle: &Handle, found: SimulationStudy) -> List {
    let all = simulation_tables(&found);
    let facts = simulation_facts(&found);
    list!(
        tables = List::from_pairs(all.iter().map(|table| (table.name, table_list(table).into()))),
        facts = List::from_pairs(facts.iter().map(|(name, value)| (*name, value_of_option(value)))),
        text = simulation_text(&found, &handle.labels),
        notes = simulation_notes(&found, &handle.labels),
        sentence = simulation_sentence(&found)
    )
}

extendr_module! {
    mod simulation;
    fn start_simulation_plan;
    fn simulation_draw;
    fn start_simulation;
}
