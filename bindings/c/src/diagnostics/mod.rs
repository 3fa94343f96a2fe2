//! What is behind an estimate, and how much it depends on choices.

pub(crate) mod diagnosis;
pub(crate) mod sensitivity;
