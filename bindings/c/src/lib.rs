//! `libtrop`: the C interface of `trop-core`.
//!
//! Each function converts its arguments, calls the core, and converts the answer. `include/trop.h` is
//! generated from these files; the contract that it states at its top (`src/abi/contract.h`) holds for
//! every function, and is kept in few places: `abi::guard` lets no panic out, `abi::arguments` and
//! `abi::results` check pointers and sizes, `model::running` owns threads and callbacks.
#![deny(unsafe_op_in_unsafe_fn)]
// Names are those of the header.
#![allow(non_camel_case_types)]

mod abi;
mod analysis;
mod data;
mod diagnostics;
mod inference;
mod model;
#[cfg(test)]
mod tests;
mod weighted;
