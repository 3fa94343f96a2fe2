//! All replications of one design.

use crate::design::{Design, NOISE};
use crate::tally::Tally;
use rayon::prelude::*;
use trop_core::{
    estimate, infer, loocv_grid_search, Error, Grids, Inference, InferenceMethod, InferenceOptions,
    Inferred, Lambdas, Method, Panel, SearchOptions, Settings, Silent, TropResult as Result,
};

/// Draws of the bootstrap, and placebos.
pub const DRAWS: usize = 99;

/// Gap to which fits are certified: far below what a replication can tell apart.
pub const TOLERANCE: f64 = 1e-6;

/// The panel that lambdas are chosen on is none of the replications.
const PILOT: u64 = 1 << 32;

/// More treated units than this are many.
const MANY: usize = 10;

const METHODS: [InferenceMethod; 4] = [
    InferenceMethod::Bootstrap,
    InferenceMethod::Jackknife,
    InferenceMethod::Placebo,
    InferenceMethod::Conformal,
];

/// What a design shows.
pub struct Study {
    pub design: Design,
    pub lambdas: Lambdas,
    /// Methods that are not refused.
    pub methods: Vec<(InferenceMethod, Tally)>,
}

pub fn study(design: &Design, replications: usize) -> Result<Study> {
    let pilot = design.panel(PILOT)?;
    let grids = Grids::default_for(&pilot)?;
    let search = SearchOptions { method: Method::Cycle, ..Default::default() };
    let lambdas = loocv_grid_search(&pilot, &grids, &search, &settings(), &Silent)?.lambdas;
    let mut methods = Vec::new();
    for method in METHODS {
        if let Some(tally) = replicate(design, &lambdas, method, of_design(design, replications))? {
            methods.push((method, tally));
        }
    }
    Ok(Study { design: *design, lambdas, methods })
}

/// What `auto` chooses in a design, and why.
pub fn chosen(design: &Design) -> Result<(InferenceMethod, String)> {
    let inference = inferred(&design.panel(PILOT)?, &Lambdas::TWO_WAY, InferenceMethod::Auto)?;
    Ok((inference.method, inference.reason))
}

/// A panel of many treated units takes long: it has a quarter of the replications.
fn of_design(design: &Design, replications: usize) -> usize {
    let share = if design.treated > MANY { 4 } else { 1 };
    (replications / share).max(2)
}

/// All replications of a method; `None` if it is refused.
fn replicate(
    design: &Design,
    lambdas: &Lambdas,
    method: InferenceMethod,
    replications: usize,
) -> Result<Option<Tally>> {
    let replication = |k: usize| Ok(inferred(&design.panel(k as u64)?, lambdas, method)?.table[0]);
    let rows: Result<Vec<Inferred>> = (0..replications).into_par_iter().map(replication).collect();
    match rows {
        Ok(rows) => Ok(Some(Tally::new(&rows, NOISE))),
        Err(Error::InferenceImpossible { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn inferred(panel: &Panel, lambdas: &Lambdas, method: InferenceMethod) -> Result<Inference> {
    let found = estimate(panel, lambdas, &settings(), &Silent)?;
    let options = InferenceOptions { method, draws: DRAWS, ..Default::default() };
    infer(panel, lambdas, &found, &[], &options, &settings(), &Silent)
}

fn settings() -> Settings {
    Settings { tolerance: TOLERANCE, loocv_tolerance: TOLERANCE, ..Default::default() }
}
