//! The panels of the study of coverage, which other studies use, too.

pub mod design;
mod random;
