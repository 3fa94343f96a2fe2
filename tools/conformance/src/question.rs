//! What a case asks.

use crate::panels::Matrices;
use serde_json::{json, Value};

pub const INF: f64 = f64::INFINITY;

/// A question; the core gives the answer.
pub struct Question {
    pub name: &'static str,
    pub about: &'static str,
    pub function: &'static str,
    pub panel: Matrices,
    pub arguments: Value,
}

impl Question {
    /// The same question with one more argument.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.arguments[name] = value;
        self
    }
}

pub fn ask(
    function: &'static str,
    name: &'static str,
    about: &'static str,
    panel: Matrices,
    arguments: Value,
) -> Question {
    Question { name, about, function, panel, arguments }
}

pub fn fit(name: &'static str, about: &'static str, panel: Matrices, lambdas: Value) -> Question {
    ask("estimate", name, about, panel, json!({ "lambdas": lambdas }))
}

pub fn triple(time: f64, unit: f64, nn: f64) -> Value {
    let nn = if nn.is_infinite() { json!("Infinity") } else { json!(nn) };
    json!({"time": time, "unit": unit, "nn": nn})
}

/// Lambdas at which nothing is special.
pub fn usual() -> Value {
    triple(0.2, 0.3, 0.8)
}
