//! What ids of periods say of themselves.

/// What ids say of themselves: their order, a value of each in it, and whether the order is that of a circle.
pub(super) struct Natural {
    pub order: Vec<usize>,
    pub calendar: Option<Vec<f64>>,
    /// The length of the circle of months without a year.
    pub circle: Option<f64>,
}

/// Why ids say no order: a word for `Error::PeriodsUnordered`.
pub(super) type Why = &'static str;

/// Values that measure gaps: finite and strictly increasing.
pub(super) fn increasing(values: Vec<f64>) -> Option<Vec<f64>> {
    let rises = values.windows(2).all(|w| w[1] > w[0]);
    (rises && values.iter().all(|value| value.is_finite())).then_some(values)
}
