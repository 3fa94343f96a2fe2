//! Anderson acceleration of a fixed-point iteration x <- g(x).

use super::kernels::{add_scaled, dispatch, dot};
use crate::linalg::solve_positive_definite;
use pulp::{Simd, WithSimd};

/// Relative ridge of the normal equations: keeps nearly dependent differences from blowing up.
const RIDGE: f64 = 1e-14;

/// The last few iterates, combined so that the linearized residual g(x) - x is least.
#[derive(Clone, Debug)]
pub(crate) struct Anderson {
    depth: usize,
    /// Differences of successive residuals and of successive images, oldest first.
    residual_steps: Vec<Vec<f64>>,
    image_steps: Vec<Vec<f64>>,
    /// Inner products of the residual differences.
    gram: Vec<Vec<f64>>,
    last: Option<(Vec<f64>, Vec<f64>)>,
}

impl Anderson {
    pub fn new(depth: usize) -> Self {
        Anderson {
            depth,
            residual_steps: Vec::new(),
            image_steps: Vec::new(),
            gram: Vec::new(),
            last: None,
        }
    }

    /// Forgets all iterates.
    pub fn reset(&mut self) {
        self.residual_steps.clear();
        self.image_steps.clear();
        self.gram.clear();
        self.last = None;
    }

    /// True if the next iterate will be the plain image.
    pub fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Records `image = g(x)` and overwrites `x` with the next iterate; returns the relative length
    /// of the step from x to its image. Slices of whole tiles.
    pub fn advance(&mut self, x: &mut [f64], image: &[f64]) -> f64 {
        dispatch(Advance { memory: self, x, image })
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
        let residual: Vec<f64> = image.iter().zip(x.iter()).map(|(g, x)| g - x).collect();
        let step = dot(simd, &residual, &residual) / dot(simd, image, image).max(f64::MIN_POSITIVE);
        memory.remember(simd, &residual, image);
        x.copy_from_slice(image);
        let products = products(simd, &memory.residual_steps, &residual);
        if let Some(gamma) = memory.least_squares(&products) {
            for (gamma, step) in gamma.iter().zip(&memory.image_steps) {
                add_scaled(simd, -gamma, step, x);
            }
        }
        step.sqrt()
    }
}

/// Inner products of `x` with each of `vectors`. A loop: closures are not compiled for wide vectors.
#[inline(always)]
fn products<S: Simd>(simd: S, vectors: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
    let mut products = Vec::with_capacity(vectors.len());
    for vector in vectors {
        products.push(dot(simd, vector, x));
    }
    products
}

impl Anderson {
    #[inline(always)]
    fn remember<S: Simd>(&mut self, simd: S, residual: &[f64], image: &[f64]) {
        if let Some((last_residual, last_image)) = self.last.take() {
            if self.residual_steps.len() == self.depth {
                self.residual_steps.remove(0);
                self.image_steps.remove(0);
                self.gram.remove(0);
                for row in &mut self.gram {
                    row.remove(0);
                }
            }
            let difference = |new: &[f64], old: Vec<f64>| -> Vec<f64> {
                new.iter().zip(old).map(|(n, o)| n - o).collect()
            };
            self.residual_steps.push(difference(residual, last_residual));
            self.image_steps.push(difference(image, last_image));
            let newest = self.residual_steps.len() - 1;
            self.gram.push(products(simd, &self.residual_steps, &self.residual_steps[newest]));
        }
        self.last = Some((residual.to_vec(), image.to_vec()));
    }

    /// Coefficients of the residual differences nearest to the residual; `None` if there are none.
    fn least_squares(&self, products: &[f64]) -> Option<Vec<f64>> {
        let n = products.len();
        if n == 0 {
            return None;
        }
        let trace: f64 = (0..n).map(|k| self.gram[k][k]).sum();
        let mut matrix = vec![0.0; n * n];
        for (k, row) in self.gram.iter().enumerate() {
            matrix[k * n..k * n + k + 1].copy_from_slice(row);
            matrix[k * n + k] += RIDGE * trace;
        }
        solve_positive_definite(n, &matrix, products)
    }
}
