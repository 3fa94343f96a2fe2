//! The committed inputs, and some of a fixed seed, on every target. No C++ compiler is needed.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::path::Path;

/// Inputs at random for each target, and their largest size in bytes.
const ROUNDS: usize = 150;
const LENGTH: usize = 400;

fn committed(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn at_random(round: usize) -> Vec<u8> {
    let mut stream = Pcg64Mcg::seed_from_u64(round as u64);
    let mut input = vec![0; stream.next_u64() as usize % LENGTH];
    stream.fill_bytes(&mut input);
    input
}

fn run(target: &str) {
    for input in committed(target) {
        trop_fuzz::run(target, &input);
    }
    for round in 0..ROUNDS {
        trop_fuzz::run(target, &at_random(round));
    }
}

macro_rules! targets {
    ($($name:ident),+ $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })+
    };
}

targets!(
    panels,
    long,
    estimates,
    searches,
    inferences,
    comparisons,
    weights,
    options,
    simulations,
    c,
    cases,
);

#[test]
fn every_target_is_here() {
    assert_eq!(NAMES, trop_fuzz::names());
}
