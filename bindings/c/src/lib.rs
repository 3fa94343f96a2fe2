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
mod averages;
mod bootstrap;
mod cells;
mod design;
mod diagnosis;
mod distance;
mod estimate;
mod failure;
mod grids;
mod guard;
mod inference;
mod names;
mod options;
mod panel;
mod remarks;
mod results;
mod running;
mod search;
mod sensitivity;
mod status;
#[cfg(test)]
mod tests;
mod version;
mod versioned;
mod weighted;
