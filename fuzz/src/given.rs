//! Numbers, options and designs made of bytes. When the bytes end, everything takes its first choice.

use arbitrary::Unstructured;
use std::sync::atomic::{AtomicUsize, Ordering};
use trop_core::{
    Cell, Criterion, Grids, InferenceMethod, InferenceOptions, Lambdas, Method, Monitor, Retuning,
    SearchOptions, Settings,
};

/// The bytes that are left.
pub struct Given<'a>(Unstructured<'a>);

/// Sizes at which arithmetic changes its ways.
const WILD: [f64; 14] = [
    0.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    5e-324,
    1e-300,
    1e-50,
    1e-12,
    1e15,
    -1e15,
    1e50,
    1e99,
    -1e99,
    f64::MAX,
];

impl<'a> Given<'a> {
    pub fn new(input: &'a [u8]) -> Self {
        Given(Unstructured::new(input))
    }

    /// A number below `n`, which is at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.int_in_range(0..=n - 1).unwrap_or(0)
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub fn bits(&mut self) -> u64 {
        self.0.arbitrary().unwrap_or(0)
    }

    /// An ordinary number.
    pub fn tame(&mut self) -> f64 {
        let fraction: i16 = self.0.arbitrary().unwrap_or(0);
        f64::from(fraction) / 1000.0
    }

    /// A whole number of few digits: equal ones are frequent.
    pub fn round(&mut self) -> f64 {
        self.below(19) as f64 - 9.0
    }

    /// Any number.
    pub fn wild(&mut self) -> f64 {
        match self.below(8) {
            0..=4 => self.tame(),
            5 => self.round(),
            6 => self.pick(&WILD),
            _ => f64::from_bits(self.bits()),
        }
    }

    pub fn lambda(&mut self) -> f64 {
        match self.below(8) {
            0..=3 => self.below(64) as f64 / 16.0,
            4 => 0.0,
            5 => 10.0_f64.powi(self.below(40) as i32 - 30),
            _ => self.wild(),
        }
    }

    pub fn penalty(&mut self) -> f64 {
        if self.one_in(5) {
            f64::INFINITY
        } else {
            self.lambda()
        }
    }

    pub fn lambdas(&mut self) -> Lambdas {
        Lambdas { time: self.lambda(), unit: self.lambda(), nn: self.penalty() }
    }

    pub fn numbers(&mut self, n: usize, mut one: impl FnMut(&mut Self) -> f64) -> Vec<f64> {
        (0..n).map(|_| one(self)).collect()
    }

    pub fn grids(&mut self) -> Grids {
        let mut grid = |one: fn(&mut Self) -> f64| {
            let n = self.below(4);
            self.numbers(n, one)
        };
        Grids { time: grid(Self::lambda), unit: grid(Self::lambda), nn: grid(Self::penalty) }
    }

    pub fn cell(&mut self, n_units: usize, n_periods: usize) -> Cell {
        Cell { unit: self.below(n_units + 1), period: self.below(n_periods + 1) }
    }

    /// Settings for one thread.
    pub fn settings(&mut self) -> Settings {
        Settings {
            tolerance: self.pick(&[1e-8, 1e-8, 1e-8, 1e-4, 1e-13, 0.5, 0.0]),
            loocv_tolerance: self.pick(&[1e-8, 1e-3]),
            max_iterations: self.pick(&[10_000, 300, 30, 1]),
            threads: Some(1),
        }
    }

    pub fn searching(&mut self) -> SearchOptions {
        SearchOptions {
            method: self.pick(Method::ALL),
            criterion: match self.below(5) {
                0 => Criterion::Auto,
                1 => Criterion::Loocv,
                2 => Criterion::PlaceboSets { sets: self.below(6) },
                3 => Criterion::Blocks,
                _ => Criterion::PlaceboFolds { folds: self.below(6) },
            },
            max_cells: self.one_in(2).then(|| self.below(9)),
            seed: self.bits(),
            abandon: self.one_in(2),
        }
    }

    pub fn inferring(&mut self) -> InferenceOptions {
        let methods = [
            InferenceMethod::Auto,
            InferenceMethod::Bootstrap,
            InferenceMethod::Jackknife,
            InferenceMethod::Placebo,
            InferenceMethod::Conformal,
        ];
        InferenceOptions {
            method: self.pick(&methods),
            draws: self.below(9),
            level: self.pick(&[0.95, 0.5, 0.99999, 1e-9, 1.0, f64::NAN]),
            seed: self.bits(),
            retuning: self
                .one_in(6)
                .then(|| Retuning { grids: self.grids(), search: self.searching() }),
        }
    }
}

/// Ends a computation that takes long, so that inputs are many: after so many questions whether to stop.
pub struct Fuse(AtomicUsize);

impl Fuse {
    pub fn new() -> Self {
        Fuse(AtomicUsize::new(0))
    }
}

impl Monitor for Fuse {
    fn stop(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) >= 20_000
    }
}
