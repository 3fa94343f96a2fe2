//! All replications of a method in a design.

use crate::row::Row;
use crate::tally::Tally;
use rayon::prelude::*;
use trop_core::{
    choose_inference, estimate, infer, loocv_grid_search, Error, Grids, InferenceMethod,
    InferenceOptions, Inferred, Lambdas, Panel, SearchOptions, Settings, Silent,
    TropResult as Result,
};
use trop_coverage::design::{Design, NOISE};

/// Draws of the bootstrap, and placebos.
pub const DRAWS: usize = 99;

/// Gap to which fits are certified: far below what a replication can tell apart.
pub const TOLERANCE: f64 = 1e-5;

/// The panel that lambdas are chosen on is none of the replications.
const PILOT: u64 = 1 << 32;

pub const METHODS: [InferenceMethod; 4] = [
    InferenceMethod::Bootstrap,
    InferenceMethod::Jackknife,
    InferenceMethod::Placebo,
    InferenceMethod::Conformal,
];

/// Fewer are enough of what `auto` does not choose, and of what takes minutes: a search on each panel.
pub fn replications(design: &Design, is_chosen: bool, wanted: usize) -> usize {
    let fewer = if is_chosen { wanted } else { wanted * 2 / 5 };
    (fewer / if design.tuned_each { 8 } else { 1 }).max(2)
}

/// Lambdas of least score on the panel that is none of the replications.
pub fn lambdas(design: &Design) -> Result<Lambdas> {
    tuned(&design.panel(PILOT)?)
}

/// What `auto` chooses in a design, and why.
pub fn chosen(design: &Design) -> Result<(InferenceMethod, String)> {
    choose_inference(&design.panel(PILOT)?, &options(InferenceMethod::Auto))
}

/// All replications of a method at these lambdas; `None` if the method is refused.
pub fn study(
    design: &'static Design,
    lambdas: Lambdas,
    method: InferenceMethod,
    replications: usize,
) -> Result<Option<Row>> {
    let replication = |k: usize| inferred(design, k as u64, lambdas, method);
    let rows: Result<Vec<Inferred>> = (0..replications).into_par_iter().map(replication).collect();
    match rows {
        Ok(rows) => Ok(Some(Row { design, lambdas, method, tally: Tally::new(&rows, NOISE) })),
        Err(Error::InferenceImpossible { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The ATT of a replication.
fn inferred(
    design: &Design,
    k: u64,
    lambdas: Lambdas,
    method: InferenceMethod,
) -> Result<Inferred> {
    let panel = design.panel(k)?;
    let lambdas = if design.tuned_each { tuned(&panel)? } else { lambdas };
    let found = estimate(&panel, &lambdas, &settings(), &Silent)?;
    Ok(infer(&panel, &lambdas, &found, &[], &options(method), &settings(), &Silent)?.table[0])
}

/// By the default search.
fn tuned(panel: &Panel) -> Result<Lambdas> {
    let grids = Grids::default_for(panel, &Silent)?;
    Ok(loocv_grid_search(panel, &grids, &SearchOptions::default(), &settings(), &Silent)?.lambdas)
}

fn options(method: InferenceMethod) -> InferenceOptions {
    InferenceOptions { method, draws: DRAWS, ..Default::default() }
}

fn settings() -> Settings {
    Settings { tolerance: TOLERANCE, loocv_tolerance: TOLERANCE, ..Default::default() }
}
