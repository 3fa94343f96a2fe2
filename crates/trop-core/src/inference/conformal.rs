//! Conformal inference: shifts in time (Chernozhukov, Wuthrich, Zhu 2021).

use super::{Inference, InferenceOptions};
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::monitor::Monitor;
use crate::panel::Panel;
use crate::quantities::Average;
use crate::settings::Settings;

pub(super) fn infer(
    _panel: &Panel,
    _lambdas: &Lambdas,
    _averages: &[Average],
    _reason: String,
    _options: &InferenceOptions,
    _settings: &Settings,
    _monitor: &dyn Monitor,
) -> Result<Inference> {
    Err(Error::Interrupted)
}
