//! `libtrop`: the C interface of `trop-core`.
//!
//! Each function converts its arguments, calls the core, and converts the answer. `include/trop.h` is
//! generated from these files; the contract that it states at its top (`src/contract.h`) holds for
//! every function, and is kept in few places: `guard` lets no panic out, `arguments` and `results`
//! check pointers and sizes, `running` owns threads and callbacks.
#![deny(unsafe_op_in_unsafe_fn)]
// Names are those of the header.
#![allow(non_camel_case_types)]

mod arguments;
mod bootstrap;
mod cells;
mod distance;
mod estimate;
mod failure;
mod grids;
mod guard;
mod names;
mod options;
mod panel;
mod results;
mod running;
mod search;
mod status;
#[cfg(test)]
mod tests;
mod version;
