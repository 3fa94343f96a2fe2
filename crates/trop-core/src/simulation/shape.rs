//! How an effect goes over the treated periods.

/// How large an effect is in each treated period, as a multiple of its full size. The ATT of an effect of full size 1
/// is the mean of these.
///
/// ```
/// use trop_core::EffectShape;
/// assert_eq!(EffectShape::Level.over(3), [1.0, 1.0, 1.0]);
/// assert_eq!(EffectShape::Ramp.over(4), [0.25, 0.5, 0.75, 1.0]);
/// assert_eq!(EffectShape::Fade.over(2), [1.0, 0.5]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum EffectShape {
    /// The full size from the first period on.
    #[default]
    Level,
    /// From 1 / P of the full size in the first of P periods, by equal steps, to the full size in the last.
    Ramp,
    /// From the full size in the first of P periods, by equal steps, to 1 / P of it in the last.
    Fade,
    /// The caller's own multiple for each treated period, in their order.
    Given(Vec<f64>),
}

impl EffectShape {
    /// Its name: `level`, `ramp`, `fade` or `given`.
    ///
    /// ```
    /// assert_eq!(trop_core::EffectShape::default().name(), "level");
    /// ```
    pub fn name(&self) -> &'static str {
        match self {
            EffectShape::Level => "level",
            EffectShape::Ramp => "ramp",
            EffectShape::Fade => "fade",
            EffectShape::Given(_) => "given",
        }
    }

    /// The multiples over so many treated periods.
    pub fn over(&self, periods: usize) -> Vec<f64> {
        let share = |k: usize| k as f64 / periods as f64;
        match self {
            EffectShape::Level => vec![1.0; periods],
            EffectShape::Ramp => (1..=periods).map(share).collect(),
            EffectShape::Fade => (1..=periods).rev().map(share).collect(),
            EffectShape::Given(multiples) => multiples.clone(),
        }
    }
}

/// Mean of some multiples.
pub(crate) fn mean(multiples: &[f64]) -> f64 {
    multiples.iter().sum::<f64>() / multiples.len() as f64
}
