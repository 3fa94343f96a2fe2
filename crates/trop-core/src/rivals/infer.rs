//! Standard errors, intervals and p-values of any estimator, by the code that TROP has.

use super::estimate::find;
use super::estimator::Estimator;
use super::options::EstimatorOptions;
use super::result::EstimatorResult;
use crate::error::{Error, Result};
use crate::inference::Estimation;
use crate::inference::{
    choose_inference, infer, Inference, InferenceMethod, InferenceOptions, Resampling,
};
use crate::model::averages;
use crate::model::CellEffect;
use crate::panel::Anchor;
use crate::panel::Panel;
use crate::runtime::Monitor;
use crate::settings::Settings;
use crate::solver::Care;

/// Infers from an estimate by any estimator as [`infer`] does from TROP's: bootstrap, jackknife or placebos.
/// `options` are those of the estimate. What it chose of penalties, lambdas and ranks is kept in all draws; weights,
/// zeta and `ascm`'s ridge are found anew. `trop` also has conformal inference and retuning.
///
/// # Errors
/// [`Error::InferenceImpossible`], also for conformal inference and retuning of another estimator than `trop`; those of
/// [`infer`] and of [`estimate_with`](crate::estimate_with).
///
/// ```
/// use trop_core::{
///     estimate_with, infer_with, Estimator, EstimatorOptions, InferenceMethod, InferenceOptions, Panel,
///     Settings, Shape, Silent,
/// };
/// // One treated unit, three controls: placebos.
/// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 0.5, 2.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 4, n_periods: 2 })?;
/// let (options, settings) = (EstimatorOptions::default(), Settings::default());
/// let found = estimate_with(&panel, Estimator::Did, &options, &settings, &Silent)?;
/// let how = InferenceOptions { method: InferenceMethod::Placebo, ..Default::default() };
/// let inference = infer_with(&panel, &found, &options, &how, &settings, &Silent)?;
/// assert_eq!(inference.table[0].p_value, 0.25);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn infer_with(
    panel: &Panel,
    found: &EstimatorResult,
    options: &EstimatorOptions,
    inference: &InferenceOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Inference> {
    let estimator = found.estimator;
    let kept = found.keep(options);
    if let (Estimator::Trop, Some(lambdas)) = (estimator, kept.lambdas) {
        let panel = panel.anchored(options.anchor.unwrap_or(panel.anchor()));
        let (estimate, pre) = (&found.estimate, &found.pre);
        return infer(&panel, &lambdas, estimate, pre, inference, settings, monitor);
    }
    check(estimator, inference)?;
    settings.validate()?;
    kept.validate(panel, estimator)?;
    let panel = &found.estimate.determined(panel);
    // Conformal inference is for single cells only, so this keeps `auto` from it.
    let chosen = choose_inference(&panel.anchored(Anchor::Pooled), inference)?;
    let averages = averages(panel, &found.estimate, &found.pre);
    let resampling = Resampling {
        panel,
        averages: &averages,
        pre_periods: !found.pre.is_empty(),
        estimation: &Rival { estimator, options: kept },
        options: inference,
        of_draw: &Ok,
    };
    resampling.infer(chosen, settings, monitor)
}

fn check(estimator: Estimator, inference: &InferenceOptions) -> Result<()> {
    let method = inference.method;
    let reason = if method == InferenceMethod::Conformal {
        format!("{estimator} does not predict single cells as trop does; use placebo, jackknife or bootstrap")
    } else if inference.retuning.is_some() {
        format!("{estimator} has no lambdas to choose anew; leave retuning out")
    } else {
        return Ok(());
    };
    Err(Error::InferenceImpossible { method: method.name(), reason })
}

struct Rival {
    estimator: Estimator,
    options: EstimatorOptions,
}

impl Estimation for Rival {
    fn effects(
        &self,
        panel: &Panel,
        pre_periods: bool,
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<(Vec<CellEffect>, Vec<CellEffect>)> {
        let options = EstimatorOptions { pre_periods, ..self.options.clone() };
        let found = find(panel, self.estimator, &options, settings, Care::Careful, monitor)?;
        Ok((found.cells.finish()?.effects, found.pre))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambdas::Lambdas;
    use crate::model::Undetermined;
    use crate::panel::Cell;
    use crate::panel::Shape;
    use crate::rivals::estimate::estimate_with;
    use crate::rivals::options::{McTuning, SimplexMethod};
    use crate::runtime::Silent;

    /// A draw keeps equal units once, with their count; here they are written out instead.
    #[test]
    fn a_draw_with_counts_equals_the_draw_written_out() {
        let (n, t) = (12, 9);
        let y: Vec<f64> = (0..n * t).map(|k| ((k * k * 31 + 7 * k) % 53) as f64 / 10.0).collect();
        let mut w = vec![0.0; n * t];
        for (unit, first) in [(0, 7), (1, 7), (2, 6)] {
            w[unit * t + first..(unit + 1) * t].fill(1.0);
        }
        let panel = Panel::new(&y, &w, Shape { n_units: n, n_periods: t }).unwrap();
        let draw = [0, 0, 1, 2, 3, 3, 3, 5, 6, 7, 7, 8, 9, 10, 11];
        let times: Vec<usize> = (0..n).map(|i| draw.iter().filter(|&&d| d == i).count()).collect();
        let written_out = |m: &[f64]| -> Vec<f64> {
            draw.iter().flat_map(|&i| m[i * t..(i + 1) * t].iter().copied()).collect()
        };
        let long = Panel::new(
            &written_out(&y),
            &written_out(&w),
            Shape { n_units: draw.len(), n_periods: t },
        )
        .unwrap();
        let settings = Settings { tolerance: 1e-10, ..Default::default() };
        for simplex in [SimplexMethod::Exact, SimplexMethod::FrankWolfe] {
            let options = EstimatorOptions {
                simplex,
                lambdas: Some(Lambdas { time: 0.2, unit: 0.3, nn: 2.0 }),
                lambda_nn: Some(2.0),
                mc_tuning: McTuning::Loocv,
                ..Default::default()
            };
            for estimator in Estimator::ALL {
                let att = |panel: &Panel| {
                    let found = estimate_with(panel, estimator, &options, &settings, &Silent);
                    found.unwrap().estimate.att
                };
                let (counted, literal) = (att(&panel.repeat(&times)), att(&long));
                assert!((counted - literal).abs() < 1e-6, "{estimator}: {counted} {literal}");
            }
        }
    }

    fn block() -> (Vec<f64>, Vec<f64>) {
        let (n, t) = (8, 6);
        let y = (0..n * t).map(|k| ((k * k * 31 + 7 * k) % 53) as f64 / 10.0).collect();
        let mut w = vec![0.0; n * t];
        (1..=3).for_each(|i| w[i * t - 2..i * t].fill(1.0));
        (y, w)
    }

    #[test]
    fn a_draw_does_not_bound_its_effects() {
        let (y, w) = block();
        let panel = Panel::new(&y, &w, Shape { n_units: 8, n_periods: 6 }).unwrap();
        let options = EstimatorOptions { lambda_nn: Some(1.0), ..Default::default() };
        let settings = Settings::default();
        let found = estimate_with(&panel, Estimator::Mc, &options, &settings, &Silent).unwrap();
        assert!(found.estimate.effects.iter().all(|e| e.effect_min.is_finite()));
        let draw = Rival { estimator: Estimator::Mc, options };
        let (drawn, _) = draw.effects(&panel, false, &settings, &Silent).unwrap();
        assert!(drawn.iter().all(|e| e.effect_min == f64::NEG_INFINITY));
        let effects = |cells: &[CellEffect]| cells.iter().map(|e| e.effect).collect::<Vec<_>>();
        assert_eq!(effects(&drawn), effects(&found.estimate.effects));
    }

    #[test]
    fn draws_leave_out_what_the_estimate_leaves_out() {
        let (mut y, w) = block();
        let panel = Panel::new(&y, &w, Shape { n_units: 8, n_periods: 6 }).unwrap();
        let options = EstimatorOptions { lambda_nn: Some(1.0), ..Default::default() };
        let settings = Settings::default();
        let how = InferenceOptions { method: InferenceMethod::Jackknife, ..Default::default() };
        let of = |panel: &Panel, found: &EstimatorResult| {
            infer_with(panel, found, &options, &how, &settings, &Silent).unwrap().draws
        };
        let at = |panel: &Panel| {
            estimate_with(panel, Estimator::Mc, &options, &settings, &Silent).unwrap()
        };
        // As if the last cell's effect were not unique.
        let cell = Cell { unit: 0, period: 5 };
        y[5] = f64::NAN;
        let without = Panel::new(&y, &w, Shape { n_units: 8, n_periods: 6 }).unwrap();
        let mut found = at(&without);
        let expected = of(&without, &found);
        found.estimate.undetermined.push(Undetermined { cell, effect_min: 0.0, effect_max: 1.0 });
        assert_eq!(of(&panel, &found), expected);
        assert_ne!(of(&panel, &at(&panel)), expected);
    }
}
