//! How large a panel is.

/// The size of a panel.
///
/// ```
/// let shape = trop_core::Shape { n_units: 39, n_periods: 31 };
/// assert_eq!(shape.n_units * shape.n_periods, 1209);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// N, the rows.
    pub n_units: usize,
    /// T, the columns.
    pub n_periods: usize,
}
