//! Text of the conformance cases.

use serde_json::{Map, Value};

/// Text of a file: one line for each key, and for each row of a matrix.
pub fn to_text(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text.push('\n');
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => write_object(map, depth, text),
        Value::Array(rows) if rows.first().is_some_and(Value::is_array) => {
            write_lines('[', rows.iter().map(Value::to_string), ']', depth, text);
        }
        _ => text.push_str(&value.to_string()),
    }
}

fn write_object(map: &Map<String, Value>, depth: usize, text: &mut String) {
    let entry = |(key, value): (&String, &Value)| {
        let mut line = format!("\"{key}\": ");
        write(value, depth + 1, &mut line);
        line
    };
    write_lines('{', map.iter().map(entry), '}', depth, text);
}

fn write_lines(
    open: char,
    lines: impl Iterator<Item = String>,
    close: char,
    depth: usize,
    text: &mut String,
) {
    let indent = "  ".repeat(depth);
    let lines: Vec<String> = lines.map(|line| format!("{indent}  {line}")).collect();
    text.push_str(&format!("{open}\n{}\n{indent}{close}", lines.join(",\n")));
}
