//! All replications of one design.

use crate::design::{Design, NOISE};
use crate::tally::Tally;
use rayon::prelude::*;
use trop_core::{
    estimate, infer, loocv_grid_search, Error, Grids, Inference, InferenceMethod, InferenceOptions,
    Inferred, Lambdas, Panel, Result, SearchOptions, Settings, Silent,
};

/// Draws of the bootstrap, and placebos.
pub const DRAWS: usize = 99;

/// Gap to which fits are certified: far below what a replication can tell apart.
pub const TOLERANCE: f64 = 1e-6;

/// The panel that lambdas are chosen on is none of the replications.
const PILOT: u64 = 1 << 32;

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
    /// What `auto` chooses, and why.
    pub chosen: InferenceMethod,
    pub reason: String,
    /// Methods that are not refused.
    pub methods: Vec<(InferenceMethod, Tally)>,
    /// Seconds.
    pub time: f64,
}

pub fn study(design: &Design, replications: usize) -> Result<Study> {
    let start = std::time::Instant::now();
    let pilot = design.panel(PILOT)?;
    let grids = Grids::default_for(&pilot)?;
    let search = SearchOptions {
        method: trop_core::Method::Grid,
        max_cells: Some(300),
        abandon: true,
        ..Default::default()
    };
    let lambdas = loocv_grid_search(&pilot, &grids, &search, &settings(), &Silent)?.lambdas;
    let auto = inferred(&pilot, &lambdas, InferenceMethod::Auto)?.1;
    let mut methods = Vec::new();
    for method in METHODS {
        if let Some(tally) = replicate(design, &lambdas, method, replications)? {
            methods.push((method, tally));
        }
    }
    let time = start.elapsed().as_secs_f64();
    let Inference { method: chosen, reason, .. } = auto;
    Ok(Study { design: *design, lambdas, chosen, reason, methods, time })
}

/// All replications of a method; `None` if it is refused.
fn replicate(
    design: &Design,
    lambdas: &Lambdas,
    method: InferenceMethod,
    replications: usize,
) -> Result<Option<Tally>> {
    let replication = |k: usize| Ok(inferred(&design.panel(k as u64)?, lambdas, method)?.0);
    let rows: Result<Vec<Inferred>> = (0..replications).into_par_iter().map(replication).collect();
    match rows {
        Ok(rows) => Ok(Some(Tally::new(&rows, NOISE))),
        Err(Error::InferenceImpossible { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The row of the ATT, and all of the inference.
fn inferred(
    panel: &Panel,
    lambdas: &Lambdas,
    method: InferenceMethod,
) -> Result<(Inferred, Inference)> {
    let found = estimate(panel, lambdas, &settings(), &Silent)?;
    let options = InferenceOptions { method, draws: DRAWS, ..Default::default() };
    let inference = infer(panel, lambdas, &found, &[], &options, &settings(), &Silent)?;
    Ok((inference.table[0], inference))
}

fn settings() -> Settings {
    Settings { tolerance: TOLERANCE, loocv_tolerance: TOLERANCE, ..Default::default() }
}
