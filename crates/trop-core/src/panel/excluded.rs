//! Untreated cells that are no controls, because treatment is near in time.

use super::cell::Cell;
use super::panel::Panel;

/// The untreated cells of a unit within `before` periods before a spell of treatment or `after` periods after one.
fn near_treatment(treated: &[bool], before: usize, after: usize) -> Vec<bool> {
    let near = |t: usize| {
        let later = &treated[t..treated.len().min(t.saturating_add(before).saturating_add(1))];
        let earlier = &treated[t.saturating_sub(after)..t];
        !treated[t] && (later.contains(&true) || earlier.contains(&true))
    };
    (0..treated.len()).map(near).collect()
}

impl Panel {
    /// Periods before each spell of treatment that count as neither treated nor untreated.
    pub fn anticipation(&self) -> usize {
        self.design.anticipation
    }

    /// The same after each spell.
    pub fn washout(&self) -> usize {
        self.design.washout
    }

    /// True if the cell is untreated and no control, because treatment is near.
    pub(super) fn is_excluded(&self, cell: Cell) -> bool {
        self.excluded[self.at(cell)]
    }

    /// For each cell, whether the design excludes it as near treatment.
    pub(super) fn near_treatment(&self) -> Vec<bool> {
        let (before, after) = (self.design.anticipation, self.design.washout);
        let rows = self.treated.chunks(self.n_periods);
        rows.flat_map(|row| near_treatment(row, before, after)).collect()
    }

    /// Excludes the cells at these positions of the matrices, and no others.
    #[cfg(feature = "serde")]
    pub(super) fn exclude_cells(&mut self, positions: &[usize]) {
        self.excluded.fill(false);
        for &at in positions.iter().filter(|&&at| at < self.treated.len()) {
            self.excluded[at] = !self.treated[at];
        }
        self.centre();
    }

    /// For each cell, whether no outcome of it, if there is one, is that of a control.
    pub(super) fn uncontrolled(&self) -> Vec<bool> {
        self.treated
            .iter()
            .zip(&self.excluded)
            .map(|(treated, excluded)| treated | excluded)
            .collect()
    }

    /// Centres outcomes and covariates on the control cells as they are now.
    pub(super) fn centre(&mut self) {
        self.centring = self.centred(&self.outcome);
        let centring = |values: &Vec<f64>| self.covariate_centring_of(values);
        self.covariate_centring = self.design.covariates.iter().map(centring).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_before_and_after_each_spell_are_near() {
        let near = |row: &[u8], before, after| -> Vec<u8> {
            let treated: Vec<bool> = row.iter().map(|&w| w == 1).collect();
            near_treatment(&treated, before, after).into_iter().map(u8::from).collect()
        };
        assert_eq!(near(&[0, 0, 0, 1, 1, 0, 0, 0], 0, 0), [0; 8]);
        assert_eq!(near(&[0, 0, 0, 1, 1, 0, 0, 0], 2, 0), [0, 1, 1, 0, 0, 0, 0, 0]);
        assert_eq!(near(&[0, 0, 0, 1, 1, 0, 0, 0], 1, 2), [0, 0, 1, 0, 0, 1, 1, 0]);
        assert_eq!(near(&[1, 0, 0, 0, 0, 1, 0], 1, 1), [0, 1, 0, 0, 1, 0, 1]);
        assert_eq!(near(&[0, 0, 1, 0], usize::MAX, usize::MAX), [1, 1, 0, 1]);
        assert_eq!(near(&[0, 0, 0], 9, 9), [0; 3]);
    }
}
