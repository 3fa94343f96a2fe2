//! Calls the function that a case names, and writes its answer as the case does.

use crate::json::{from_number, from_numbers, from_rows, number, object};
use crate::whole;
use serde_json::Value;
use trop_core::{
    ablation, att_at, averages, bootstrap_trop_variance, cell_effects,
    compute_unit_distance_matrix, diagnose, estimate, infer, leave_one_out,
    leave_period_out_distances, loocv_grid_search, pre_treatment_cells, pre_treatment_fit, weights,
    Anchor, AttAt, Average, Bootstrap, BootstrapOptions, Cell, CellEffect, Criterion, Design,
    Diagnosis, Donors, Edge, Grids, Grouping, Inference, InferenceMethod, InferenceOptions,
    Lambdas, LeftOut, Method, Panel, PreFit, Reason, Remark, Retuning, Score, Search,
    SearchOptions, Settings, Shape, Silent, TimeDistance, TropResult as Result,
};

/// The answer of `function`, `threads` taking the place of the case's own.
pub fn answer(
    function: &str,
    panel: &Value,
    arguments: &Value,
    threads: Option<usize>,
) -> Result<Value> {
    let panel = read_panel(panel, arguments)?;
    let given = Arguments { values: arguments, threads };
    let settings = given.settings();
    match function {
        "compute_unit_distance_matrix" => {
            let distance = compute_unit_distance_matrix(&panel, settings.threads, &Silent)?;
            Ok(object([("distance", from_rows(distance.chunks(panel.n_units())))]))
        }
        "leave_period_out_distances" => {
            let distance = leave_period_out_distances(&panel, given.target())?;
            Ok(object([("distance", from_numbers(&distance))]))
        }
        "default_grids" => Grids::default_for(&panel, &Silent).map(|grids| grids_value(&grids)),
        "weights" => {
            let found = weights(&panel, given.target(), &given.lambdas())?;
            Ok(object([
                ("unit_weights", from_numbers(&found.unit)),
                ("period_weights", from_numbers(&found.period)),
            ]))
        }
        "pre_treatment_cells" => Ok(cells_value(&pre_treatment_cells(&panel))),
        "estimate" => {
            let found = estimate(&panel, &given.lambdas(), &settings, &Silent)?;
            let mut answer = object([
                ("att", from_number(found.att)),
                ("max_gap", from_number(found.max_gap)),
                ("converged", found.converged.into()),
                ("effects", effects_value(&panel, &found.effects)),
                (
                    "not_estimable",
                    not_estimable_value(&found.not_estimable, &found.not_estimable_ranges()),
                ),
            ]);
            if panel.n_covariates() > 0 {
                answer["coefficients"] = from_numbers(&found.coefficients);
            }
            Ok(answer)
        }
        "cell_effects" => {
            let found = cell_effects(&panel, &given.cells(), &given.lambdas(), &settings, &Silent)?;
            Ok(object([
                ("effects", effects_value(&panel, &found.effects)),
                (
                    "not_estimable",
                    not_estimable_value(&found.not_estimable, &found.not_estimable_ranges()),
                ),
            ]))
        }
        "loocv_grid_search" => {
            let grids = given.grids().map_or_else(|| Grids::default_for(&panel, &Silent), Ok)?;
            let options = given.search_options();
            loocv_grid_search(&panel, &grids, &options, &settings, &Silent)
                .map(|found| search_value(&found))
        }
        "bootstrap_trop_variance" => {
            let (lambdas, options) = (given.lambdas(), given.bootstrap_options());
            bootstrap_trop_variance(&panel, &lambdas, &options, &settings, &Silent)
                .map(|found| bootstrap_value(&found))
        }
        "averages" => {
            let lambdas = given.lambdas();
            let found = estimate(&panel, &lambdas, &settings, &Silent)?;
            let pre = given.pre_effects(&panel, &lambdas, &settings)?;
            let table = averages(&panel, &found, &pre);
            Ok(object([("averages", averages_value(&table))]))
        }
        "infer" => {
            let (lambdas, options) = (given.lambdas(), given.inference_options());
            let found = estimate(&panel, &lambdas, &settings, &Silent)?;
            let pre = given.pre_effects(&panel, &lambdas, &settings)?;
            infer(&panel, &lambdas, &found, &pre, &options, &settings, &Silent)
                .map(|found| inference_value(&found))
        }
        "diagnose" => diagnose(&panel, given.target(), &given.lambdas(), &settings, &Silent)
            .map(|found| diagnosis_value(&found)),
        "att_at" => {
            let candidates = &arguments["candidates"];
            let of = |name: &str| numbers(&candidates[name]);
            let (time, unit, nn) = (of("time"), of("unit"), of("nn"));
            let triple = |k: usize| Lambdas { time: time[k], unit: unit[k], nn: nn[k] };
            let lambdas: Vec<Lambdas> = (0..time.len()).map(triple).collect();
            att_at(&panel, &lambdas, &settings, &Silent).map(|found| atts_value(&found))
        }
        "ablation" => {
            let (names, lambdas): (Vec<&str>, Vec<Lambdas>) =
                ablation(&given.lambdas()).into_iter().unzip();
            let mut answer = atts_value(&att_at(&panel, &lambdas, &settings, &Silent)?);
            answer["variant"] = column(&names, |&name| name);
            Ok(answer)
        }
        "leave_one_out" => leave_one_out(&panel, &given.lambdas(), &settings, &Silent)
            .map(|found| left_out_value(&found)),
        "pre_treatment_fit" => {
            let cells = pre_treatment_cells(&panel);
            let pre = cell_effects(&panel, &cells, &given.lambdas(), &settings, &Silent)?;
            Ok(pre_fit_value(&pre_treatment_fit(&panel, &pre.effects)))
        }
        "remarks" => Ok(remarks_value(&panel.remarks())),
        "analyze" => whole::answer(&panel, arguments, threads),
        "compare" => whole::compared(&panel, arguments, threads),
        "simulate" => whole::simulated(&panel, arguments, threads),
        "power" => whole::powered(&panel, arguments, threads),
        other => panic!("no function is called {other}"),
    }
}

fn read_panel(panel: &Value, arguments: &Value) -> Result<Panel> {
    let matrix = |name: &str| -> Vec<f64> { rows(&panel[name]).iter().flat_map(numbers).collect() };
    let size = |name: &str| whole(&panel[name]);
    let panel = Panel::new(
        &matrix("outcome"),
        &matrix("treatment"),
        Shape { n_units: size("n_units"), n_periods: size("n_periods") },
    )?;
    arguments.get("design").map_or(Ok(panel.clone()), |d| panel.with_design(&read_design(d)))
}

/// A design; what it does not give takes the core's default.
fn read_design(design: &Value) -> Design {
    let default = Design::default();
    let anchor = |v: &Value| Anchor::from_name(text(v)).expect("an anchor");
    let time_distance = |v: &Value| TimeDistance::from_name(text(v)).expect("a time distance");
    let matrices =
        |v: &Value| rows(v).iter().map(|x| rows(x).iter().flat_map(numbers).collect()).collect();
    let get = |name: &str| design.get(name);
    Design {
        anchor: get("anchor").map_or(default.anchor, anchor),
        calendar: get("calendar").map(numbers),
        time_distance: get("time_distance").map_or(default.time_distance, time_distance),
        average: get("average").map(numbers),
        clusters: get("clusters")
            .map(|v| rows(v).iter().map(|code| code.as_i64().expect("a code")).collect()),
        donors: get("donors").map_or(default.donors, read_donors),
        anticipation: get("anticipation").map_or(default.anticipation, whole),
        washout: get("washout").map_or(default.washout, whole),
        covariates: get("covariates").map_or(default.covariates, matrices),
        groupings: get("groupings")
            .map_or(default.groupings, |v| rows(v).iter().map(read_grouping).collect()),
    }
}

/// Donors: an object of `units`, `groups` or `pairs`.
fn read_donors(donors: &Value) -> Donors {
    let flag = |v: &Value| v.as_bool().expect("true or false");
    if let Some(units) = donors.get("units") {
        Donors::Units(rows(units).iter().map(flag).collect())
    } else if let Some(groups) = donors.get("groups") {
        Donors::Groups(rows(groups).iter().map(|code| code.as_i64().expect("a code")).collect())
    } else {
        Donors::Pairs(rows(&donors["pairs"]).iter().flat_map(rows).map(flag).collect())
    }
}

/// A grouping by its name, or by the code of each cell, null for none.
fn read_grouping(grouping: &Value) -> Grouping {
    match grouping.as_str() {
        Some("event_time") => Grouping::EventTime,
        Some("period") => Grouping::Period,
        Some("cohort") => Grouping::Cohort,
        Some("unit") => Grouping::Unit,
        Some(other) => panic!("no grouping is called {other}"),
        None => {
            let code = |v: &Value| v.as_i64().unwrap_or(Grouping::NONE);
            Grouping::Given(rows(grouping).iter().flat_map(rows).map(code).collect())
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn numbers(value: &Value) -> Vec<f64> {
    rows(value).iter().map(float).collect()
}

fn float(value: &Value) -> f64 {
    number(value).unwrap_or_else(|| panic!("not a number: {value}"))
}

fn whole(value: &Value) -> usize {
    value.as_u64().unwrap_or_else(|| panic!("not a whole number: {value}")) as usize
}

/// The arguments of a case; what it does not give takes the core's default.
struct Arguments<'a> {
    values: &'a Value,
    threads: Option<usize>,
}

impl Arguments<'_> {
    fn option<T>(&self, name: &str, read: impl Fn(&Value) -> T) -> Option<T> {
        self.values.get(name).map(read)
    }

    fn settings(&self) -> Settings {
        let default = Settings::default();
        let tolerance = self.option("tolerance", float);
        Settings {
            tolerance: tolerance.unwrap_or(default.tolerance),
            loocv_tolerance: tolerance.unwrap_or(default.loocv_tolerance),
            max_iterations: self.option("max_iterations", whole).unwrap_or(default.max_iterations),
            threads: self.option("threads", whole).or(self.threads).or(default.threads),
        }
    }

    fn lambdas(&self) -> Lambdas {
        let lambdas = &self.values["lambdas"];
        let of = |name: &str| float(&lambdas[name]);
        Lambdas { time: of("time"), unit: of("unit"), nn: of("nn") }
    }

    fn target(&self) -> Cell {
        Cell { unit: whole(&self.values["unit"]), period: whole(&self.values["period"]) }
    }

    fn cells(&self) -> Vec<Cell> {
        let cells = &self.values["cells"];
        let of = |name: &str| rows(&cells[name]).iter().map(whole);
        of("unit").zip(of("period")).map(|(unit, period)| Cell { unit, period }).collect()
    }

    fn grids(&self) -> Option<Grids> {
        self.option("grids", |grids| Grids {
            time: numbers(&grids["time"]),
            unit: numbers(&grids["unit"]),
            nn: numbers(&grids["nn"]),
        })
    }

    fn seed(&self) -> Option<u64> {
        let read = |v: &Value| v.as_str().and_then(|s| s.parse().ok()).expect("a decimal string");
        self.option("seed", read)
    }

    fn search_options(&self) -> SearchOptions {
        let default = SearchOptions::default();
        let method = |value: &Value| Method::from_name(text(value)).expect("a method");
        let flag = |value: &Value| value.as_bool().expect("true or false");
        SearchOptions {
            method: self.option("method", method).unwrap_or(default.method),
            max_cells: self.option("max_cells", whole).or(default.max_cells),
            seed: self.seed().unwrap_or(default.seed),
            abandon: self.option("abandon", flag).unwrap_or(default.abandon),
            criterion: self.criterion().unwrap_or(default.criterion),
        }
    }

    fn criterion(&self) -> Option<Criterion> {
        let named = |value: &Value| Criterion::from_name(text(value)).expect("a criterion");
        let number = |name: &str, default: usize| self.option(name, whole).unwrap_or(default);
        Some(match self.option("criterion", named)? {
            Criterion::PlaceboSets { sets } => {
                Criterion::PlaceboSets { sets: number("n_placebo_sets", sets) }
            }
            Criterion::PlaceboFolds { folds } => {
                Criterion::PlaceboFolds { folds: number("n_folds", folds) }
            }
            other => other,
        })
    }

    fn inference_options(&self) -> InferenceOptions {
        let default = InferenceOptions::default();
        let method = |value: &Value| InferenceMethod::from_name(text(value)).expect("a method");
        let retuning = |values: &Value| {
            let given = Arguments { values, threads: None };
            let grids = given.grids().expect("grids");
            Retuning { grids, search: given.search_options() }
        };
        InferenceOptions {
            method: self.option("inference", method).unwrap_or(default.method),
            draws: self.option("n_boot", whole).unwrap_or(default.draws),
            level: self.option("level", float).unwrap_or(default.level),
            seed: self.seed().unwrap_or(default.seed),
            retuning: self.option("retuning", retuning),
        }
    }

    /// Effects before treatment, if the case asks for them.
    fn pre_effects(
        &self,
        panel: &Panel,
        lambdas: &Lambdas,
        settings: &Settings,
    ) -> Result<Vec<CellEffect>> {
        if self.option("pre_periods", Value::as_bool) != Some(Some(true)) {
            return Ok(Vec::new());
        }
        let cells = pre_treatment_cells(panel);
        cell_effects(panel, &cells, lambdas, settings, &Silent).map(|found| found.effects)
    }

    fn bootstrap_options(&self) -> BootstrapOptions {
        let default = BootstrapOptions::default();
        BootstrapOptions {
            draws: self.option("n_boot", whole).unwrap_or(default.draws),
            level: self.option("level", float).unwrap_or(default.level),
            seed: self.seed().unwrap_or(default.seed),
        }
    }
}

/// One entry of a column for each item.
fn column<T, V: Into<Value>>(items: &[T], value: impl Fn(&T) -> V) -> Value {
    items.iter().map(|item| value(item).into()).collect()
}

fn grids_value(grids: &Grids) -> Value {
    object([
        ("grid_time", from_numbers(&grids.time)),
        ("grid_unit", from_numbers(&grids.unit)),
        ("grid_nn", from_numbers(&grids.nn)),
    ])
}

fn cells_value(cells: &[Cell]) -> Value {
    object([("unit", column(cells, |c| c.unit)), ("period", column(cells, |c| c.period))])
}

fn effects_value(panel: &Panel, effects: &[CellEffect]) -> Value {
    let mut table = object([
        ("unit", column(effects, |e| e.cell.unit)),
        ("period", column(effects, |e| e.cell.period)),
        ("event_time", column(effects, |e| e.event_time)),
        ("observed", column(effects, |e| from_number(e.observed))),
        ("counterfactual", column(effects, |e| from_number(e.counterfactual))),
        ("effect", column(effects, |e| from_number(e.effect))),
        ("effect_min", column(effects, |e| from_number(e.effect_min))),
        ("effect_max", column(effects, |e| from_number(e.effect_max))),
        ("rank", column(effects, |e| e.rank)),
        ("status", column(effects, |e| e.status.name())),
        ("iterations", column(effects, |e| e.iterations)),
        ("gap", column(effects, |e| from_number(e.gap))),
        ("primal", column(effects, |e| from_number(e.primal))),
        ("dual", column(effects, |e| from_number(e.dual))),
    ]);
    if panel.n_covariates() > 0 {
        table["coefficients"] = from_rows(effects.iter().map(|e| e.coefficients.as_slice()));
    }
    table
}

fn not_estimable_value(cells: &[(Cell, Reason)], ranges: &[[f64; 2]]) -> Value {
    object([
        ("unit", column(cells, |(c, _)| c.unit)),
        ("period", column(cells, |(c, _)| c.period)),
        ("reason", column(cells, |(_, reason)| reason.name())),
        ("effect_min", column(ranges, |range| from_number(range[0]))),
        ("effect_max", column(ranges, |range| from_number(range[1]))),
    ])
}

fn search_value(found: &Search) -> Value {
    object([
        ("lambda_time", from_number(found.lambdas.time)),
        ("lambda_unit", from_number(found.lambdas.unit)),
        ("lambda_nn", from_number(found.lambdas.nn)),
        ("score", from_number(found.score)),
        ("n_cells", found.n_cells.into()),
        ("n_not_estimable", found.n_not_estimable.into()),
        ("criterion", found.criterion.name().into()),
        ("edges", edges_value(&found.edges)),
        ("scores", scores_value(&found.scores)),
    ])
}

fn scores_value(scores: &[Score]) -> Value {
    object([
        ("lambda_time", column(scores, |s| from_number(s.lambdas.time))),
        ("lambda_unit", column(scores, |s| from_number(s.lambdas.unit))),
        ("lambda_nn", column(scores, |s| from_number(s.lambdas.nn))),
        ("score", column(scores, |s| from_number(s.score))),
        ("n_cells", column(scores, |s| s.n_cells)),
        ("max_gap", column(scores, |s| from_number(s.max_gap))),
        ("n_uncertified", column(scores, |s| s.n_uncertified)),
        ("abandoned", column(scores, |s| s.abandoned)),
    ])
}

fn edges_value(edges: &[Edge]) -> Value {
    object([
        ("lambda", column(edges, |e| e.lambda)),
        ("upper", column(edges, |e| e.upper)),
        ("value", column(edges, |e| from_number(e.value))),
    ])
}

fn averages_value(table: &[Average]) -> Value {
    object([
        ("grouping", column(table, |a| a.quantity.grouping)),
        ("code", column(table, |a| a.quantity.code)),
        ("measure", column(table, |a| a.quantity.measure.name())),
        ("n_cells", column(table, |a| a.n_cells)),
        ("value", column(table, |a| from_number(a.value))),
    ])
}

fn inference_value(found: &Inference) -> Value {
    let averages: Vec<Average> = found.table.iter().map(|i| i.average).collect();
    let mut table = averages_value(&averages);
    table["se"] = column(&found.table, |i| from_number(i.se));
    table["ci_lower"] = column(&found.table, |i| from_number(i.ci.0));
    table["ci_upper"] = column(&found.table, |i| from_number(i.ci.1));
    table["interval"] = column(&found.table, |i| i.interval.name());
    table["p_value"] = column(&found.table, |i| from_number(i.p_value));
    table["band_lower"] = column(&found.table, |i| from_number(i.band.0));
    table["band_upper"] = column(&found.table, |i| from_number(i.band.1));
    object([
        ("method", found.method.name().into()),
        ("reason", found.reason.as_str().into()),
        ("table", table),
        ("draws", from_numbers(&found.draws)),
        ("n_failed", found.n_failed.into()),
        ("n_uncertified", found.n_uncertified.into()),
        ("max_gap", from_number(found.max_gap)),
    ])
}

fn diagnosis_value(found: &Diagnosis) -> Value {
    object([
        ("unit_weights", from_numbers(&found.weights.unit)),
        ("period_weights", from_numbers(&found.weights.period)),
        ("effective_units", from_number(found.effective_units)),
        ("effective_periods", from_number(found.effective_periods)),
        ("rank", found.rank.into()),
        ("singular_values", from_numbers(&found.singular_values)),
        ("unit_imbalance", from_numbers(&found.unit_imbalance)),
        ("time_imbalance", from_numbers(&found.time_imbalance)),
        ("unit_imbalance_norm", from_number(found.unit_imbalance_norm)),
        ("time_imbalance_norm", from_number(found.time_imbalance_norm)),
        ("status", found.status.name().into()),
        ("gap", from_number(found.gap)),
    ])
}

fn atts_value(found: &[AttAt]) -> Value {
    object([
        ("lambda_time", column(found, |a| from_number(a.lambdas.time))),
        ("lambda_unit", column(found, |a| from_number(a.lambdas.unit))),
        ("lambda_nn", column(found, |a| from_number(a.lambdas.nn))),
        ("att", column(found, |a| from_number(a.att))),
        ("n_cells", column(found, |a| a.n_cells)),
        ("max_gap", column(found, |a| from_number(a.max_gap))),
        ("n_uncertified", column(found, |a| a.n_uncertified)),
    ])
}

fn left_out_value(found: &[LeftOut]) -> Value {
    object([("unit", column(found, |l| l.unit)), ("att", column(found, |l| from_number(l.att)))])
}

fn pre_fit_value(found: &PreFit) -> Value {
    let by_unit = object([
        ("unit", column(&found.by_unit, |u| u.unit)),
        ("n_cells", column(&found.by_unit, |u| u.n_cells)),
        ("mean", column(&found.by_unit, |u| from_number(u.mean))),
        ("rmse", column(&found.by_unit, |u| from_number(u.rmse))),
    ]);
    object([
        ("n_cells", found.n_cells.into()),
        ("mean", from_number(found.mean)),
        ("rmse", from_number(found.rmse)),
        ("by_unit", by_unit),
    ])
}

fn remarks_value(found: &[Remark]) -> Value {
    object([("code", column(found, Remark::code)), ("message", column(found, Remark::to_string))])
}

fn bootstrap_value(found: &Bootstrap) -> Value {
    object([
        ("se", from_number(found.se)),
        ("ci", from_numbers(&[found.ci.0, found.ci.1])),
        ("p_value", from_number(found.p_value)),
        ("draws", from_numbers(&found.draws)),
        ("n_failed", found.n_failed.into()),
        ("n_uncertified", found.n_uncertified.into()),
        ("max_gap", from_number(found.max_gap)),
        ("event_time", column(&found.event_time, |&e| e)),
        ("event_draws", from_rows(found.event_draws.iter().map(Vec::as_slice))),
    ])
}
