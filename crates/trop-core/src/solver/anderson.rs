//! Anderson acceleration of a fixed-point iteration x <- g(x).

use crate::numerics::kernels::{add_scaled, dispatch, dot};
use pulp::{Simd, WithSimd};

/// Iterates that are combined.
const DEPTH: usize = 6;

/// Relative ridge of the normal equations: keeps nearly dependent differences from blowing up.
const RIDGE: f64 = 1e-14;

/// The last few iterates, combined so that the linearized residual g(x) - x is least.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anderson {
    /// Differences of successive residuals and of successive images; the oldest are overwritten.
    residual_steps: [Vec<f64>; DEPTH],
    image_steps: [Vec<f64>; DEPTH],
    /// Inner products of the residual differences.
    gram: [[f64; DEPTH]; DEPTH],
    /// Differences seen since the last reset.
    seen: usize,
    residual: Vec<f64>,
    last_residual: Vec<f64>,
    last_image: Vec<f64>,
    has_last: bool,
}

impl Anderson {
    /// Forgets all iterates.
    pub fn reset(&mut self) {
        self.seen = 0;
        self.has_last = false;
    }

    /// True if the next iterate will be the plain image.
    pub fn is_empty(&self) -> bool {
        !self.has_last
    }

    /// Records `image = g(x)` and overwrites `x` with the next iterate; returns the relative length
    /// of the step from x to its image. Slices of whole tiles.
    pub fn advance(&mut self, x: &mut [f64], image: &[f64]) -> f64 {
        dispatch(Advance { memory: self, x, image })
    }

    /// Differences at hand.
    fn len(&self) -> usize {
        self.seen.min(DEPTH)
    }
}

struct Advance<'a> {
    memory: &'a mut Anderson,
    x: &'a mut [f64],
    image: &'a [f64],
}

impl WithSimd for Advance<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Advance { memory, x, image } = self;
        set_difference(&mut memory.residual, image, x);
        let residual = &memory.residual;
        let step = dot(simd, residual, residual) / dot(simd, image, image).max(f64::MIN_POSITIVE);
        memory.remember(simd, image);
        x.copy_from_slice(image);
        let mut products = [0.0; DEPTH];
        for k in 0..memory.len() {
            products[k] = dot(simd, &memory.residual_steps[k], &memory.residual);
        }
        let gamma = memory.least_squares(products);
        for k in 0..memory.len() {
            add_scaled(simd, -gamma[k], &memory.image_steps[k], x);
        }
        step.sqrt()
    }
}

/// `out = a - b`.
#[inline(always)]
fn set_difference(out: &mut Vec<f64>, a: &[f64], b: &[f64]) {
    out.resize(a.len(), 0.0);
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = a - b;
    }
}

impl Anderson {
    #[inline(always)]
    fn remember<S: Simd>(&mut self, simd: S, image: &[f64]) {
        if self.has_last {
            let newest = self.seen % DEPTH;
            self.seen += 1;
            set_difference(&mut self.residual_steps[newest], &self.residual, &self.last_residual);
            set_difference(&mut self.image_steps[newest], image, &self.last_image);
            for k in 0..self.len() {
                let product = dot(simd, &self.residual_steps[k], &self.residual_steps[newest]);
                self.gram[k][newest] = product;
                self.gram[newest][k] = product;
            }
        }
        self.has_last = true;
        self.last_residual.clone_from(&self.residual);
        self.last_image.clear();
        self.last_image.extend_from_slice(image);
    }

    /// Coefficients of the residual differences nearest to the residual, by L D L'; all zero if they
    /// depend on each other.
    fn least_squares(&self, products: [f64; DEPTH]) -> [f64; DEPTH] {
        let n = self.len();
        let mut a = self.gram;
        let mut x = products;
        let ridge = RIDGE * (0..n).map(|k| a[k][k]).sum::<f64>();
        for k in 0..n {
            a[k][k] += ridge;
            for j in 0..k {
                let factor = a[k][j] / a[j][j];
                for l in j + 1..=k {
                    a[k][l] -= factor * a[l][j];
                }
                x[k] -= factor * x[j];
            }
            if a[k][k] <= 0.0 {
                return [0.0; DEPTH];
            }
        }
        for k in (0..n).rev() {
            let known: f64 = (k + 1..n).map(|j| a[j][k] * x[j]).sum();
            x[k] = (x[k] - known) / a[k][k];
        }
        x
    }
}
