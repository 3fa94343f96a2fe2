//! Fuzz targets: each takes bytes, makes of them an input of one door of the library, and checks what comes out.
//!
//! A finding is a panic, of the library or of an oracle. `README.md` tells how to run them.
#![allow(non_camel_case_types)]

mod given;
mod matrices;
mod oracles;
mod targets;

use targets::TARGETS;

/// Their names.
pub fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|(name, _)| *name).collect()
}

/// Runs a target on an input.
///
/// # Panics
/// On a finding, and if there is no such target.
pub fn run(target: &str, input: &[u8]) {
    let found = TARGETS.iter().find(|(name, _)| *name == target);
    let (_, run) = found.unwrap_or_else(|| panic!("no target is called '{target}'"));
    run(&mut given::Given::new(input));
}

// The sources of the C interface and of the conformance reader, compiled into this crate: neither is a library
// for Rust.
#[allow(dead_code)]
#[path = "../../bindings/c/src/abi/mod.rs"]
mod abi;
#[allow(dead_code)]
#[path = "../../bindings/c/src/analysis/mod.rs"]
mod analysis;
#[allow(dead_code)]
#[path = "../../bindings/c/src/data/mod.rs"]
mod data;
#[allow(dead_code)]
#[path = "../../bindings/c/src/diagnostics/mod.rs"]
mod diagnostics;
#[allow(dead_code)]
#[path = "../../bindings/c/src/inference/mod.rs"]
mod inference;
#[allow(dead_code)]
#[path = "../../tools/conformance/src/json.rs"]
mod json;
#[allow(dead_code)]
#[path = "../../bindings/c/src/model/mod.rs"]
mod model;
#[allow(dead_code)]
#[path = "../../tools/conformance/src/runner.rs"]
mod runner;
#[allow(dead_code)]
#[path = "../../tools/conformance/src/text.rs"]
mod text;
#[allow(dead_code)]
#[path = "../../bindings/c/src/weighted/mod.rs"]
mod weighted;
#[allow(dead_code)]
#[path = "../../tools/conformance/src/whole.rs"]
mod whole;
