//! The whole answer of an analysis: notes, summary, headline and tables.

use crate::json::{from_numbers, number, object};
use serde_json::Value;
use trop_core::{
    analyze, compare, power, Analysis, AnalysisOptions, Estimator, EstimatorOptions, Names,
    OptionValue, Panel, PowerOptions, Silent, SimulationPlan, StudyOptions, TropResult as Result,
};
use trop_report::{
    bias_bounds_text, comparison_notes, comparison_tables, comparison_text, differences_text,
    headline, notes, power_notes, power_sentence, power_tables, power_text, simulation_notes,
    simulation_sentence, simulation_tables, simulation_text, summary, tables, Column, Ids, Labels,
    Saved, Table, Values,
};

/// The row of a summary that differs from run to run.
const SECONDS: &str = "Seconds";

/// What `analyze` and trop-report say of a panel, or of its placebo in time.
pub fn answer(panel: &Panel, arguments: &Value, threads: Option<usize>) -> Result<Value> {
    let analysis = analyze(panel, &read_options(&arguments["options"], threads)?)?;
    let labels = read_labels(panel, &arguments["labels"]);
    if let Some(asked) = arguments.get("placebo_in_time") {
        let window = asked["window"].as_u64().map(|window| window as usize);
        let saved = Saved { panel: panel.clone(), labels, analysis, ids: Ids::default() };
        let placebo = saved.placebo_in_time(window, threads, &Silent)?;
        return Ok(told(&placebo.analysis, &placebo.labels));
    }
    let mut answer = told(&analysis, &labels);
    if let Some(grouping) = arguments["differences"].as_u64() {
        let grouping = grouping as usize;
        let found = analysis.differences(panel, grouping, threads, &Silent)?;
        let text = differences_text(&found, &labels, grouping);
        answer["words"]["differences"] = text.lines().collect();
        let table = tables_value(&[Table::differences(&found, &labels, grouping)]);
        answer["tables"]["differences"] = table["differences"].clone();
    }
    if let Some(asked) = arguments.get("bias_bounds") {
        let window = asked["window"].as_u64().map(|window| window as usize);
        let sizes = asked["sizes"].as_array().expect("sizes").iter();
        let sizes: Vec<f64> = sizes.map(|size| size.as_f64().expect("a size")).collect();
        let found = analysis.bias_bounds(panel, window, Some(&sizes), threads, &Silent)?;
        answer["words"]["bias_bounds"] = bias_bounds_text(&found).lines().collect();
        let all = tables_value(&[Table::bias_bounds(&found), Table::bias_placebos(&found)]);
        for name in ["bias_bounds", "bias_placebos"] {
            answer["tables"][name] = all[name].clone();
        }
    }
    Ok(answer)
}

fn told(analysis: &Analysis, labels: &Labels) -> Value {
    let notes = notes(analysis, labels);
    let summary = summary(analysis, labels);
    let lines = summary.lines().filter(|line| !line.starts_with(SECONDS));
    let words = object([
        ("headline", headline(analysis).into()),
        ("notes", notes.iter().map(|note| note.text.as_str()).collect()),
        ("summary", lines.collect()),
    ]);
    let told = object([
        ("code", notes.iter().map(|note| note.code).collect()),
        ("is_warning", notes.iter().map(|note| note.is_warning).collect()),
    ]);
    let tables = tables_value(&tables(analysis, labels));
    object([("notes", told), ("tables", tables), ("words", words)])
}

/// What `compare` and trop-report say of a panel.
pub fn compared(panel: &Panel, arguments: &Value, threads: Option<usize>) -> Result<Value> {
    let options = read_options(&arguments["options"], threads)?;
    let (asked, rivals) = read_estimators(arguments)?;
    let found = compare(panel, &asked, &options, &rivals, &Silent)?;
    let labels = read_labels(panel, &arguments["labels"]);
    let words = object([
        ("notes", comparison_notes(&found, &labels).into()),
        ("text", comparison_text(&found, &labels).lines().collect()),
    ]);
    let tables = tables_value(&comparison_tables(&found, &labels));
    Ok(object([("tables", tables), ("words", words)]))
}

/// Tables of a simulation that a case has: scores at all ranks, and what was drawn from.
const SIMULATED: [&str; 2] = ["simulation_by_rank", "simulation_generator"];

/// What a simulation and trop-report say of a panel.
pub fn simulated(panel: &Panel, arguments: &Value, threads: Option<usize>) -> Result<Value> {
    let options = read_options(&arguments["options"], threads)?;
    let mut study = StudyOptions::default();
    for (name, value) in arguments["study"].as_object().expect("study") {
        study.set(name, option(value))?;
    }
    let (asked, rivals) = read_estimators(arguments)?;
    let plan = SimulationPlan::new(panel, &study, &options)?;
    let found = plan.run(&asked, &rivals, &[], &Silent)?;
    let labels = read_labels(panel, &arguments["labels"]);
    let words = object([
        ("notes", simulation_notes(&found, &labels).into()),
        ("sentence", simulation_sentence(&found).into()),
        ("text", simulation_text(&found, &labels).lines().collect()),
    ]);
    let mut tables = simulation_tables(&found);
    tables.retain(|table| SIMULATED.contains(&table.name));
    for table in &mut tables {
        table.columns.retain(|column| column.name != "seconds");
    }
    Ok(object([("tables", tables_value(&tables)), ("words", words)]))
}

/// What power and trop-report say of a panel.
pub fn powered(panel: &Panel, arguments: &Value, threads: Option<usize>) -> Result<Value> {
    let options = read_options(&arguments["options"], threads)?;
    let mut asked = PowerOptions::default();
    for (name, value) in arguments["power"].as_object().expect("power") {
        asked.set(name, option(value))?;
    }
    let found = power(panel, &asked, &options, &Silent)?;
    let labels = read_labels(panel, &arguments["labels"]);
    let words = object([
        ("notes", power_notes(&found, &labels).into()),
        ("sentence", power_sentence(&found, &labels).into()),
        ("text", power_text(&found, &labels).lines().collect()),
    ]);
    Ok(object([("tables", tables_value(&power_tables(&found))), ("words", words)]))
}

fn read_estimators(arguments: &Value) -> Result<(Vec<Estimator>, EstimatorOptions)> {
    let mut rivals = EstimatorOptions::default();
    for (name, value) in arguments["estimator_options"].as_object().into_iter().flatten() {
        rivals.set(name, option(value))?;
    }
    let names = arguments["estimators"].as_array().expect("estimators").iter();
    let asked: Result<Vec<Estimator>> =
        names.map(|name| name.as_str().expect("a name").parse()).collect();
    Ok((asked?, rivals))
}

fn tables_value(tables: &[Table]) -> Value {
    let columns = |columns: &[Column]| {
        let one = |column: &Column| (column.name.clone(), values(&column.values));
        Value::Object(columns.iter().map(one).collect())
    };
    let named = tables.iter().map(|table| (table.name.to_string(), columns(&table.columns)));
    Value::Object(named.collect())
}

fn values(values: &Values) -> Value {
    match values {
        Values::Unit(at) | Values::Period(at) => at.iter().copied().collect(),
        Values::Group { codes, .. } => codes.iter().copied().collect(),
        Values::Text(texts) => texts.iter().map(String::as_str).collect(),
        Values::Integer(numbers) => numbers.iter().map(|x| Value::from(*x)).collect(),
        Values::Number(numbers) => from_numbers(numbers),
        Values::Bool(flags) => flags.iter().copied().collect(),
    }
}

fn read_options(given: &Value, threads: Option<usize>) -> Result<AnalysisOptions> {
    let mut options = AnalysisOptions::default();
    for (name, value) in given.as_object().expect("options") {
        options.set(name, option(value))?;
    }
    if let Some(threads) = threads {
        options.set("threads", threads as u64)?;
    }
    Ok(options)
}

fn option(value: &Value) -> OptionValue {
    if let Some(finite_or_not) = number(value) {
        let whole = value.as_i64().map(OptionValue::from);
        return whole.unwrap_or_else(|| finite_or_not.into());
    }
    match value {
        Value::Null => OptionValue::None,
        Value::Bool(flag) => OptionValue::Bool(*flag),
        Value::String(text) => OptionValue::Text(text.clone()),
        Value::Array(items) => {
            OptionValue::Numbers(items.iter().map(|x| number(x).expect("a number")).collect())
        }
        Value::Object(pairs) => {
            OptionValue::Named(pairs.iter().map(|(name, x)| (name.clone(), option(x))).collect())
        }
        Value::Number(_) => unreachable!("every number of JSON is one"),
    }
}

/// Labels; what a case does not give stands by its position.
fn read_labels(panel: &Panel, given: &Value) -> Labels {
    let text = |name: &str| given[name].as_str().unwrap_or_default().to_string();
    let texts = |name: &str| -> Vec<String> {
        let list = given[name].as_array().map_or(&[][..], Vec::as_slice);
        list.iter().map(|x| x.as_str().expect("a text").to_string()).collect()
    };
    let names = Names {
        unit: text("unit"),
        time: text("time"),
        outcome: text("outcome"),
        treatment: text("treatment"),
        units: texts("units"),
        periods: texts("periods"),
        covariates: texts("covariates"),
        groupings: texts("groupings"),
        ..Names::default()
    };
    let percent = given["percent"].as_bool().unwrap_or_default();
    Labels { names, percent, ..Labels::of_panel(panel) }
}
