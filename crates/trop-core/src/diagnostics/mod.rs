//! What an estimate rests on, and how much it moves when that changes.

mod pre_fit;
mod sensitivity;
mod target;

pub use pre_fit::{pre_treatment_fit, PreFit, UnitFit};
pub use sensitivity::{ablation, att_at, leave_one_out, AttAt, LeftOut};
pub use target::{diagnose, Diagnosis};
