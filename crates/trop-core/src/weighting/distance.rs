//! Distances between units (Eq. 3).

use crate::error::{Error, Result};
use crate::numerics::dense::mirror_band;
use crate::numerics::kernels::{dispatch, vectors, TILE};
use crate::panel::{Cell, Panel};
use crate::runtime::{check_room, heed, Monitor, Threads};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

/// The root mean squared difference of the control outcomes of each pair of units: row-major N x N,
/// symmetric, zero on the diagonal, infinite for units without a common control period.
///
/// It is Eq. 3's distance without the "other than the target's period". Units of the outcome.
/// `threads = None` takes all cores.
///
/// # Errors
/// [`Error::ThreadsZero`], [`Error::ThreadsUnavailable`], [`Error::OutOfMemory`] or
/// [`Error::Interrupted`].
///
/// ```
/// use trop_core::{compute_unit_distance_matrix, Panel, Shape, Silent};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let distance = compute_unit_distance_matrix(&panel, None, &Silent)?;
/// assert_eq!(distance, [0.0, 3.0, 3.0, 0.0]);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn compute_unit_distance_matrix(
    panel: &Panel,
    threads: Option<usize>,
    monitor: &dyn Monitor,
) -> Result<Vec<f64>> {
    let n = panel.n_units();
    check_room::<f64>("the distances of all pairs of units", n as u128 * n as u128)?;
    let distances = Distances::new(panel);
    let mut matrix = vec![0.0; n * n];
    Threads::new(threads)?.run(|| {
        let bands = matrix.par_chunks_mut(n * TILE).enumerate();
        bands.try_for_each(|(band, rows)| {
            heed(monitor)?;
            dispatch(Band { data: &distances, band, rows });
            Ok(())
        })
    })?;
    for band in (0..n).step_by(TILE) {
        heed(monitor)?;
        mirror_band(&mut matrix, n, band);
    }
    Ok(matrix)
}

/// Eq. 3's `dist_{-t}(j, i)` of every unit j to the unit of `target`, over the periods other than the
/// target's. Length N; zero for the target's own unit; infinite without a common control period.
///
/// # Errors
/// [`Error::CellOutOfRange`].
///
/// ```
/// use trop_core::{leave_period_out_distances, Cell, Panel, Shape};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let distance = leave_period_out_distances(&panel, Cell { unit: 1, period: 1 })?;
/// assert_eq!(distance, [3.0, 0.0]);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn leave_period_out_distances(panel: &Panel, target: Cell) -> Result<Vec<f64>> {
    check_cell(panel, target)?;
    Ok(Distances::new(panel).to_target(target))
}

pub(crate) fn check_cell(panel: &Panel, cell: Cell) -> Result<()> {
    let (n_units, n_periods) = (panel.n_units(), panel.n_periods());
    if cell.unit >= n_units || cell.period >= n_periods {
        let Cell { unit, period } = cell;
        return Err(Error::CellOutOfRange { unit, period, n_units, n_periods });
    }
    Ok(())
}

/// Control outcomes in tiles of eight units, for one pass over all units at once.
#[derive(Clone, Debug)]
pub(crate) struct Distances {
    n_units: usize,
    n_periods: usize,
    /// `tiles[(unit / 8) * n_periods * 8 + period * 8 + unit % 8]`, NaN where there is no control outcome.
    tiles: Vec<f64>,
    /// Bit `period % 64` of `control[unit * words + period / 64]` is set at control outcomes.
    control: Vec<u64>,
    words: usize,
}

impl Distances {
    pub fn new(panel: &Panel) -> Self {
        let (n_units, n_periods) = (panel.n_units(), panel.n_periods());
        let words = n_periods.div_ceil(64);
        let mut tiles = vec![f64::NAN; n_units.div_ceil(TILE) * TILE * n_periods];
        let mut control = vec![0; n_units * words];
        for unit in 0..n_units {
            for period in (0..n_periods).filter(|&period| panel.is_control(Cell { unit, period })) {
                let at = (unit / TILE * n_periods + period) * TILE + unit % TILE;
                tiles[at] = panel.outcome(Cell { unit, period });
                control[unit * words + period / 64] |= 1 << (period % 64);
            }
        }
        Distances { n_units, n_periods, tiles, control, words }
    }

    /// Distances of all units to the unit of a target, its period left out.
    pub fn to_target(&self, target: Cell) -> Vec<f64> {
        let mut distance = self.distances_from(target.unit, Some(target.period));
        distance[target.unit] = 0.0;
        distance
    }

    /// Distances of all units to a unit, over all periods.
    pub fn to_unit(&self, unit: usize) -> Vec<f64> {
        self.distances_from(unit, None)
    }

    fn distances_from(&self, unit: usize, skip: Option<usize>) -> Vec<f64> {
        dispatch(DistancesFrom { data: self, unit, skip })
    }

    fn tile(&self, tile: usize) -> &[f64] {
        let len = self.n_periods * TILE;
        &self.tiles[tile * len..(tile + 1) * len]
    }

    fn controls(&self, unit: usize) -> &[u64] {
        &self.control[unit * self.words..(unit + 1) * self.words]
    }

    fn is_control(&self, unit: usize, period: usize) -> bool {
        self.controls(unit)[period / 64] >> (period % 64) & 1 == 1
    }

    /// Common control periods of two units.
    fn common(&self, i: usize, j: usize) -> u32 {
        self.controls(i).iter().zip(self.controls(j)).map(|(a, b)| (a & b).count_ones()).sum()
    }

    /// True if all units of a tile are control units in all periods.
    fn is_complete(&self, tile: usize) -> bool {
        (tile + 1) * TILE <= self.n_units
            && (tile * TILE..(tile + 1) * TILE)
                .all(|i| self.common(i, i) as usize == self.n_periods)
    }
}

fn root_mean(sum: f64, count: u32) -> f64 {
    if count == 0 {
        return f64::INFINITY;
    }
    (sum / f64::from(count)).sqrt()
}

struct DistancesFrom<'a> {
    data: &'a Distances,
    unit: usize,
    skip: Option<usize>,
}

impl WithSimd for DistancesFrom<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
        let DistancesFrom { data, unit, skip } = self;
        let own: Vec<f64> = (0..data.n_periods)
            .map(|t| {
                if Some(t) == skip {
                    f64::NAN
                } else {
                    data.tile(unit / TILE)[t * TILE + unit % TILE]
                }
            })
            .collect();
        let mut distance = Vec::with_capacity(data.n_units + TILE);
        for tile in 0..data.n_units.div_ceil(TILE) {
            let mut sum = [0.0; TILE];
            add_squares(simd, &own, data.tile(tile), &mut sum);
            distance.extend_from_slice(&sum);
        }
        distance.truncate(data.n_units);
        let skipped = skip.filter(|&t| data.is_control(unit, t));
        for (j, distance) in distance.iter_mut().enumerate() {
            let less = skipped.is_some_and(|t| data.is_control(j, t));
            *distance = root_mean(*distance, data.common(unit, j) - u32::from(less));
        }
        distance
    }
}

/// Adds to `sum` the squared differences from `own` of the eight units of a tile, where there are both.
#[inline(always)]
fn add_squares<S: Simd>(simd: S, own: &[f64], tile: &[f64], sum: &mut [f64; TILE]) {
    let w = vectors::<S>();
    let (tile, _) = S::as_simd_f64s(tile);
    let (sum, _) = S::as_mut_simd_f64s(sum);
    for (own, y) in own.iter().zip(tile.chunks_exact(w)) {
        let own = simd.splat_f64s(*own);
        for h in 0..w {
            let difference = or_zero(simd, simd.sub_f64s(own, y[h]));
            sum[h] = simd.mul_add_e_f64s(difference, difference, sum[h]);
        }
    }
}

/// Zero instead of NaN.
#[inline(always)]
fn or_zero<S: Simd>(simd: S, x: S::f64s) -> S::f64s {
    simd.select_f64s(simd.equal_f64s(x, x), x, simd.splat_f64s(0.0))
}

/// Periods handled at once, so that two tiles of them stay in the first-level cache.
const PERIODS: usize = 192;

/// Eight rows of the distance matrix, up to and including the diagonal block.
struct Band<'a> {
    data: &'a Distances,
    band: usize,
    /// `8 n_units` entries (fewer in the last band).
    rows: &'a mut [f64],
}

impl WithSimd for Band<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Band { data, band, rows } = self;
        let n = data.n_units;
        let complete: Vec<bool> = (0..=band).map(|tile| data.is_complete(tile)).collect();
        for tile in 0..=band {
            let mut sums = [0.0; TILE * TILE];
            let len = PERIODS * TILE;
            for (a, b) in data.tile(band).chunks(len).zip(data.tile(tile).chunks(len)) {
                if complete[band] && complete[tile] {
                    add_pairs::<S, true>(simd, a, b, &mut sums);
                } else {
                    add_pairs::<S, false>(simd, a, b, &mut sums);
                }
            }
            for (i, row) in rows.chunks_exact_mut(n).enumerate() {
                for j in tile * TILE..n.min((tile + 1) * TILE) {
                    let count = data.common(band * TILE + i, j);
                    row[j] = root_mean(sums[i * TILE + j % TILE], count);
                }
            }
        }
        for (i, row) in rows.chunks_exact_mut(n).enumerate() {
            row[band * TILE + i] = 0.0;
        }
    }
}

/// Adds the squared differences of each of eight units (`a`) from each of eight others (`b`).
#[inline(always)]
fn add_pairs<S: Simd, const COMPLETE: bool>(
    simd: S,
    a: &[f64],
    b: &[f64],
    sums: &mut [f64; TILE * TILE],
) {
    let w = vectors::<S>();
    let (b, _) = S::as_simd_f64s(b);
    let (sums, _) = S::as_mut_simd_f64s(sums);
    for half in [0, 4] {
        for h in (0..w).step_by(2) {
            let mut sum = [[simd.splat_f64s(0.0); 2]; 4];
            for i in 0..4 {
                let at = (half + i) * w + h;
                sum[i] = [sums[at], sums[at + 1]];
            }
            for (a, b) in a.chunks_exact(TILE).zip(b.chunks_exact(w)) {
                let (a, b) = (&a[half..half + 4], &b[h..h + 2]);
                for i in 0..4 {
                    let own = simd.splat_f64s(a[i]);
                    for k in 0..2 {
                        let mut difference = simd.sub_f64s(own, b[k]);
                        if !COMPLETE {
                            difference = or_zero(simd, difference);
                        }
                        sum[i][k] = simd.mul_add_e_f64s(difference, difference, sum[i][k]);
                    }
                }
            }
            for i in 0..4 {
                let at = (half + i) * w + h;
                [sums[at], sums[at + 1]] = sum[i];
            }
        }
    }
}
