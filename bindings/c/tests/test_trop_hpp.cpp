// Tests of trop.hpp: what it adds to trop.h. The numbers themselves are tested in test_trop.c.
#include <cmath>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "trop.hpp"
#if __cplusplus >= 202002L
#include <span>
#endif

#include "harness.h"

namespace {

constexpr double rounding = 1e-12;
const trop_lambdas two_way{0.0, 0.0, trop::infinity};

trop::panel square() {
    // Difference in differences: (6 - 4) - (2 - 1) = 1. The arrays are gone when this returns.
    const std::vector<double> outcome{1, 2, 4, 6}, treatment{0, 0, 0, 1};
    return trop::panel(outcome.data(), treatment.data(), 2, 2);
}

trop::panel four() {
    const std::vector<double> outcome{1, 2, 1.5, 3, 0, 4, 2, 7}, treatment{0, 0, 0, 0, 0, 1, 0, 1};
    return trop::panel(outcome.data(), treatment.data(), 4, 2);
}

template <class Body>
trop_status thrown(Body body) {
    try {
        body();
    } catch (const trop::error &error) {
        CHECK(std::string(error.what()).size() > 10);
        return error.status();
    }
    return TROP_OK;
}

void estimates_and_effects() {
    const trop::panel panel = square();
    CHECK(panel.n_units() == 2 && panel.n_periods() == 2 && panel.n_observed() == 4);
    CHECK(panel.n_treated_units() == 1);
    const trop::estimate estimate = panel.estimate(two_way);
    CHECK_NEAR(estimate.att(), 1.0, rounding);
    CHECK(estimate.converged() && estimate.max_gap() <= 1e-8);
    double sum = 0.0;
    for (const trop_cell_effect &e : estimate.effects()) sum += e.effect;
    CHECK_NEAR(sum, 1.0, rounding);
    CHECK(estimate.effects().size() == 1 && estimate.not_estimable().empty());

    const trop::effects placebo = panel.cell_effects(panel.cells(TROP_CELLS_PRE_TREATMENT), two_way);
    CHECK(placebo.cells().size() == 0 && placebo.not_estimable().size() == 1);
    CHECK(panel.event_time({1, 0}) == -1 && panel.event_time({0, 0}) == TROP_NO_EVENT_TIME);
}

void distances_and_weights() {
    const trop::panel panel = square();
    const trop::matrix distances = panel.unit_distances();
    CHECK(distances.rows() == 2 && distances(0, 1) == 3.0 && distances(1, 1) == 0.0);
    CHECK(panel.leave_period_out_distances({1, 1}) == (std::vector<double>{3.0, 0.0}));
    const trop::weights weights = panel.weights({1, 1}, {0.5, 0.1, 1.0});
    CHECK_NEAR(weights.unit[0], std::exp(-0.3), rounding);
    CHECK_NEAR(weights.period[0], std::exp(-0.5), rounding);
}

void strided_matrices() {
    const std::vector<double> outcome{1, 2, 99, 4, 6, 99}, treatment{0, 0, 0, 1};
    const trop::panel panel(trop::matrix_view(outcome.data(), 2, 2, 3),
                            trop::matrix_view(treatment.data(), 2, 2));
    CHECK_NEAR(panel.estimate(two_way).att(), 1.0, rounding);
}

void searches() {
    const trop::panel panel = four();
    const trop::grids defaults = panel.default_grids();
    CHECK(defaults.time().size() == 8 && defaults.time()[1] == 0.1);
    trop::options options;
    options.search_method = TROP_SEARCH_GRID;
    const trop::grids grids(std::vector<double>{0.0, 1.0}, std::vector<double>{0.0},
                            std::vector<double>{trop::infinity});
    CHECK(grids.unit().size() == 1 && grids.nn().size() == 1);
    const trop::search search = panel.search(grids, options);
    CHECK(search.scores().size() == 2 && search.lambdas().time == 0.0);
    // Growth 1 and 1.5: each cell of the two control units is missed by a half.
    CHECK_NEAR(search.score(), 1.0, rounding);
    CHECK(search.n_cells() == 4 && search.n_not_estimable() == 2);
    CHECK(panel.search().scores().size() > 2);
    CHECK(search.criterion() == TROP_CRITERION_LOOCV && search.edges().empty());
}

void bootstraps() {
    trop::options options;
    options.bootstrap_draws = 30;
    const trop::bootstrap bootstrap = four().bootstrap(two_way, options);
    CHECK(bootstrap.draws().size() == 30 && bootstrap.se() > 0.0 && bootstrap.n_failed() == 0);
    CHECK(bootstrap.ci_lower() == -trop::infinity && bootstrap.ci_upper() == trop::infinity);
    CHECK_NEAR(bootstrap.p_value(), 2.0 / 31, rounding);
    CHECK(bootstrap.n_uncertified() == 0 && bootstrap.max_gap() <= 1e-8);
    CHECK(bootstrap.event_times().size() == 1 && bootstrap.event_times()[0] == 0);
    const trop::matrix_view event_draws = bootstrap.event_draws();
    CHECK(event_draws.rows() == 30 && event_draws.columns() == 1);
    for (std::size_t d = 0; d < 30; d++) CHECK_NEAR(event_draws(d, 0), bootstrap.draws()[d], rounding);
}

void designs() {
    const trop::panel panel = four();
    trop::design design;
    design.average = {1, 1, 3, 1};
    const std::vector<std::int64_t> codes{0, 0, 0, 0, 0, 5, 0, TROP_NO_GROUP};
    design.groupings = {trop::grouping(TROP_GROUPING_EVENT_TIME), trop::grouping(codes.data(), 4, 2)};
    const trop::panel weighted = panel.with_design(design);
    CHECK_NEAR(weighted.estimate(two_way).att(), (3 * 2.75 + 3.75) / 4, rounding);
    const trop::averages averages = weighted.averages(two_way);
    CHECK(averages.all().size() == 8 && averages.all()[6].quantity.code == 5);
    CHECK_NEAR(averages.all()[6].value, 2.75, rounding);

    // Rows of three with a gap: outcomes of 2 x beside unit and period effects.
    const std::vector<double> x{1, 5, 0, 2, 3, 0, 8, 4, 0}, outcome{2, 11, 5, 8, 18, 17}, treatment{0, 0, 0, 0, 0, 1};
    trop::design with_covariate;
    with_covariate.covariates = {trop::matrix_view(x.data(), 3, 2, 3)};
    const trop::panel adjusted =
        trop::panel(outcome.data(), treatment.data(), 3, 2).with_design(with_covariate);
    const trop::estimate estimate = adjusted.estimate(two_way);
    CHECK(estimate.coefficients().size() == 1);
    CHECK_NEAR(estimate.coefficients()[0], 2.0, 1e-10);
    CHECK_NEAR(estimate.att(), 6.0, 1e-10);
    const trop::effects effects = adjusted.cell_effects(adjusted.cells(TROP_CELLS_TREATED), two_way);
    CHECK_NEAR(effects.coefficients()(0, 0), 2.0, 1e-10);

    trop::design bad;
    bad.calendar = {1, 2, 3};
    CHECK(thrown([&] { panel.with_design(bad); }) == TROP_CALENDAR_LENGTH);
    trop::design clustered;
    clustered.clusters = {1};
    CHECK(thrown([&] { panel.with_design(clustered); }) == TROP_CLUSTERS_LENGTH);
    trop::design served;
    served.donor_units = {1};
    CHECK(thrown([&] { panel.with_design(served); }) == TROP_DONORS_LENGTH);
    served.donor_units = {};
    served.donor_groups = {1, 2, 3, 4};
    CHECK(thrown([&] { panel.with_design(served); }) == TROP_DONORS_NONE);
    bad = {};
    bad.average = {1};
    CHECK(thrown([&] { panel.with_design(bad); }) == TROP_WEIGHTS_LENGTH);
    bad = {};
    bad.covariates = {trop::matrix_view(x.data(), 3, 2, 3)};
    CHECK(thrown([&] { panel.with_design(bad); }) == TROP_COVARIATE_LENGTH);
    bad = {};
    bad.groupings = {trop::grouping(codes.data(), 2, 4)};
    CHECK(thrown([&] { panel.with_design(bad); }) == TROP_GROUPING_LENGTH);
    bad = {};
    bad.time_distance = TROP_TIME_CALENDAR;
    CHECK(thrown([&] { panel.with_design(bad); }) == TROP_CALENDAR_MISSING);
}

void donors() {
    // Growth 1 and 1.5 in the control units, 4 and 5 in the treated ones.
    const auto effects = [](const trop::design &design) {
        const trop::estimate estimate = four().with_design(design).estimate(two_way);
        std::vector<double> found;
        for (const trop_cell_effect &each : estimate.effects()) found.push_back(each.effect);
        return found;
    };
    trop::design units, groups, pairs;
    units.donor_units = {1, 0, 1, 1};
    groups.donor_groups = {7, 9, 9, 7};
    pairs.donor_pairs = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1};
    CHECK_NEAR(effects(units)[0], 3.0, rounding);
    CHECK_NEAR(effects(units)[1], 4.0, rounding);
    CHECK_NEAR(effects(groups)[0], 2.5, rounding);
    CHECK_NEAR(effects(groups)[1], 4.0, rounding);
    CHECK_NEAR(effects(pairs)[0], 3.0, rounding);
    CHECK_NEAR(effects(pairs)[1], 3.5, rounding);
}

void inference() {
    const trop::panel panel = four();
    trop::options options;
    options.inference_method = TROP_INFERENCE_JACKKNIFE;
    CHECK(panel.choose_inference(options) == TROP_INFERENCE_JACKKNIFE);
    const trop::inference inference = panel.infer(two_way, options);
    CHECK(inference.method() == TROP_INFERENCE_JACKKNIFE && inference.reason().empty());
    CHECK(inference.draws().size() == 4 && inference.table().size() == 3 && inference.table()[0].se > 0.0);
    CHECK(inference.n_failed() == 0 && inference.n_uncertified() == 0 && inference.max_gap() <= 1e-8);
    CHECK(panel.infer(two_way).reason().size() > 10);
    const trop::grids one(std::vector<double>{0.0}, std::vector<double>{0.0}, std::vector<double>{trop::infinity});
    options.inference_method = TROP_INFERENCE_BOOTSTRAP;
    options.inference_draws = 20;
    CHECK(panel.infer(two_way, one, options).draws().size() <= 20);
    options.inference_level = 2.0;
    CHECK(thrown([&] { panel.infer(two_way, options); }) == TROP_LEVEL_OUT_OF_RANGE);
    CHECK(thrown([&] { panel.choose_inference(options); }) == TROP_LEVEL_OUT_OF_RANGE);
}

void diagnostics() {
    const trop::panel panel = four();
    const trop::diagnosis diagnosis = panel.diagnose({2, 1}, two_way);
    CHECK(diagnosis.unit_weights().size() == 4 && diagnosis.period_weights().size() == 2);
    CHECK_NEAR(diagnosis.effective_units(), 2.0, rounding);
    CHECK_NEAR(diagnosis.effective_periods(), 1.0, rounding);
    CHECK(diagnosis.rank() == 0 && diagnosis.singular_values().empty() && diagnosis.unit_imbalance().empty());
    CHECK(diagnosis.time_imbalance().empty() && diagnosis.unit_imbalance_norm() == 0.0);
    CHECK(diagnosis.time_imbalance_norm() == 0.0);
    CHECK(diagnosis.status() == TROP_FIT_SOLVED && diagnosis.gap() <= 1e-8);

    std::vector<trop_lambdas> lambdas;
    for (const trop_variant &variant : trop::ablation({0.1, 0.2, 3.0})) lambdas.push_back(variant.lambdas);
    CHECK(lambdas.size() == TROP_N_VARIANTS && lambdas[4].nn == trop::infinity);
    CHECK_NEAR(panel.att_at(lambdas)[4].att, 3.25, rounding);
    CHECK(panel.leave_one_out(two_way).size() == 2);
    CHECK_NEAR(panel.leave_one_out(two_way)[0].att, 3.0, rounding);

    const std::vector<double> outcome{1, 2, 4, 0, 2, 9}, treatment{0, 0, 0, 0, 0, 1}, spike{0, 0, 0, 0, 1, 0};
    const trop::pre_fit fit = trop::panel(outcome.data(), treatment.data(), 2, 3).pre_treatment_fit(two_way);
    CHECK(fit.n_cells() == 2 && fit.by_unit().size() == 1 && fit.by_unit()[0].unit == 1);
    CHECK_NEAR(fit.mean(), 0.0, rounding);
    CHECK_NEAR(fit.rmse(), 1.0, rounding);
    const std::vector<trop::remark> remarks = trop::panel(outcome.data(), spike.data(), 2, 3).remarks();
    CHECK(remarks.size() == 1 && remarks[0].code == "treatment_spike" && !remarks[0].message.empty());
}

void analyses() {
    const trop::panel panel = four();
    const trop::analysis analysis = trop::analyze(panel, {{"lambdas", two_way}, {"inference", "jackknife"}});
    CHECK_NEAR(analysis.att().average.value, 3.25, rounding);
    CHECK(analysis.att().se > 0.0 && analysis.averages().size() == 3 && analysis.draws().size() == 4);
    CHECK(analysis.method() == TROP_INFERENCE_JACKKNIFE && analysis.no_inference() == TROP_OK);
    CHECK(analysis.effects().size() == 2 && analysis.ranges().size() == 2 && analysis.not_estimable().empty());
    CHECK(analysis.ranges()[0].effect_min <= analysis.effects()[0].effect && analysis.converged());
    CHECK(analysis.not_estimable_ranges().empty() && analysis.pre_effects().empty() && analysis.scores().empty());
    CHECK(analysis.lambdas().nn == trop::infinity && analysis.max_gap() <= 1e-8 && analysis.uncertified().cells == 0);
    CHECK(analysis.by_time().size() == 1 && analysis.timings().estimate >= 0.0);
    CHECK(analysis.headline().find("ATT 3.25, standard error ") == 0);
    CHECK(analysis.summary().find("\nATT             3.25\n") != std::string::npos);
    CHECK(analysis.notes().empty());

    const trop::table effects = analysis.table("effects");
    CHECK(effects.name() == "effects" && effects.n_rows() == 2 && effects.columns().size() > 8);
    CHECK(effects.kind("unit") == TROP_COLUMN_UNIT && effects.numbers("unit")[1] == 3.0);
    CHECK(effects.text(0, "unit") == "2" && effects.text(0, "certified") == "true" && effects.text(9, "unit").empty());
    CHECK(thrown([&] { effects.numbers("nothing"); }) == TROP_OPTION_INVALID);
    CHECK(thrown([&] { analysis.table("nothing"); }) == TROP_OPTION_INVALID);
    CHECK(analysis.report().find("<!DOCTYPE html>") == 0);
    CHECK(analysis.report({{"path", "<svg/>"}}).find("<img") != std::string::npos);
    CHECK(thrown([&] { analysis.report({{"pie", "<svg/>"}}); }) == TROP_OPTION_INVALID);
    CHECK(thrown([&] { analysis.write_report("/no/such/folder/a.html"); }) == TROP_FILE_NOT_WRITTEN);
    CHECK(thrown([&] { analysis.placebo_in_time(); }) == TROP_PLACEBO_IN_TIME_IMPOSSIBLE);
    const std::vector<double> longer{1, 3, 99, 1, 2, 3}, late{0, 0, 1, 0, 0, 0};
    const trop::analysis placebo =
        trop::analyze(trop::panel(longer.data(), late.data(), 2, 3), {{"lambdas", two_way}, {"inference", "none"}})
            .placebo_in_time(1);
    CHECK_NEAR(placebo.att().average.value, 1.0, rounding);
    const trop::analysis resampled =
        trop::analyze(trop::panel(longer.data(), late.data(), 2, 3), {{"lambdas", two_way}, {"inference", "none"}});
    CHECK(thrown([&] { resampled.bias_bounds({1.0}); }) == TROP_INFERENCE_IMPOSSIBLE);
    const trop::analysis without = trop::analyze(square(), {{"lambdas", two_way}});
    CHECK(without.no_inference() != TROP_OK && without.notes().back().code == "no_inference");
    CHECK(without.notes().back().text.find("No standard error") == 0 && !without.notes().back().is_warning);
    CHECK(thrown([&] { trop::analyze(panel, {{"n_boot", 1}}); }) == TROP_DRAWS_TOO_FEW);
}

void differences_and_saved_analyses() {
    trop::design design;
    design.groupings = {trop::grouping(TROP_GROUPING_UNIT)};
    const trop::analysis analysis =
        trop::analyze(four().with_design(design), {{"lambdas", two_way}, {"inference", "jackknife"}});
    CHECK(thrown([&] { analysis.bias_bounds({-1.0}); }) == TROP_BIAS_SIZE_INVALID);
    const trop::group_differences found = analysis.differences(0);
    CHECK(found.table.n_rows() == 1 && found.table.numbers("group")[0] == 2 && found.table.numbers("other")[0] == 3);
    CHECK_NEAR(found.table.numbers("difference")[0], 2.75 - 3.75, rounding);
    CHECK(!found.text.empty() && !(found.p_value < 0.0) && !(found.p_value > 1.0));
    CHECK(thrown([&] { analysis.differences(1); }) != TROP_OK);

    const std::string json = analysis.to_json();
    const trop::analysis again = trop::analysis::from_json(json);
    CHECK(again.att().average.value == analysis.att().average.value && again.att().se == analysis.att().se);
    CHECK(again.summary() == analysis.summary() && again.to_json() == json);
    CHECK(again.differences(0).text == found.text);
    CHECK(thrown([&] { trop::analysis::from_json(json.substr(0, json.size() / 2)); }) == TROP_SAVED_INVALID);
}

void options_by_name() {
    trop::analysis_options options{{"seed", std::uint64_t{18446744073709551615u}}, {"retune", true}, {"level", 0.9}};
    CHECK(options.get("seed") == "18446744073709551615" && options.get("retune") == "true");
    CHECK(options.get("level") == "0.9" && options.get("inference") == "auto");
    options.set("n_boot", 50).set("search", std::string("grid")).set("max_cells", "none");
    CHECK(options.get("n_boot") == "50" && options.get("search") == "grid");
    options.set("lambdas", trop_lambdas{0.1, 1.0 / 3.0, trop::infinity});
    CHECK(options.get("lambdas") == "time=0.1, unit=0.3333333333333333, nn=inf");
    const trop::grids grids(std::vector<double>{0.0, 0.5}, std::vector<double>{0.0}, std::vector<double>{trop::infinity});
    options.set("grids", grids);
    CHECK(options.get("grids") == "time=0 0.5, unit=0, nn=inf");
    CHECK(thrown([&] { options.set("sead", 1); }) == TROP_OPTION_UNKNOWN);
    CHECK(thrown([&] { options.set("n_boot", 1.5); }) == TROP_OPTION_INVALID);
    for (const std::string &name : trop::analysis_options::known()) options.set(name, options.get(name));
    CHECK(trop::analysis_options::known().size() >= 18);

    trop::analysis_options plain{{"lambdas", two_way}, {"inference", "none"}};
    std::size_t calls = 0;
    plain.on_progress = [&](trop_stage, std::size_t, std::size_t) {
        CHECK(trop::progress_advice().empty());
        return ++calls > 0;
    };
    CHECK_NEAR(trop::analyze(four(), plain).att().average.value, 3.25, rounding);
    CHECK(calls >= 1);
    plain.on_progress = [](trop_stage, std::size_t, std::size_t) -> bool { throw std::out_of_range("here"); };
    bool caught = false;
    try {
        trop::analyze(four(), plain);
    } catch (const std::out_of_range &) {
        caught = true;
    }
    CHECK(caught);
}

void long_data_and_names() {
    const std::vector<std::string> states{"Utah", "Ohio", "Utah", "Ohio"};
    const std::vector<std::int64_t> years{2001, 2002, 2002, 2001};
    const std::vector<double> outcome{4, 2, 6, 1}, treatment{0, 0, 1, 0};
    trop::long_data rows;
    rows.unit_text = states;
    rows.time = years;
    rows.outcome = outcome;
    rows.treatment = treatment;
    const trop::panel panel = trop::panel::from_long(rows);
    CHECK(panel.unit_label(1) == "Utah" && panel.period_label(0) == "2001" && panel.unit_label(7).empty());
    CHECK_NEAR(panel.estimate(two_way).att(), 1.0, rounding);
    trop::names names;
    names.unit = "state";
    names.outcome = "packs";
    const trop::panel named = panel.with_names(names);
    const std::string summary = trop::analyze(named, {{"lambdas", two_way}}).summary();
    CHECK(summary.find("2 units (state)") != std::string::npos && summary.find("packs, 4") != std::string::npos);
    names.outcome_label = "Packs per person";
    names.effect_label = "Effect of the law";
    const trop::analysis labelled = trop::analyze(panel.with_names(names), {{"lambdas", two_way}});
    CHECK(labelled.summary().find("Packs per person") != std::string::npos);
    CHECK(labelled.report().find("Effect of the law") != std::string::npos);
    names.units = {"only one"};
    CHECK(thrown([&] { panel.with_names(names); }) == TROP_SHAPE_MISMATCH);
    names.units.clear();
    names.covariates = {"price"};
    CHECK(panel.n_covariates() == 0 && thrown([&] { panel.with_names(names); }) == TROP_SHAPE_MISMATCH);
    names.covariates.clear();

    trop::design design;
    const std::vector<std::int64_t> codes{0, 0, 1, 1};
    design.groupings = {trop::grouping(codes.data(), 2, 2)};
    names.groupings = {"area"};
    names.groups = {{"west", "east"}};
    const trop::panel grouped = panel.with_design(design).with_names(names);
    CHECK(grouped.n_groupings() == 1);
    CHECK(trop::analyze(grouped, {{"lambdas", two_way}}).table("averages").text(2, "group") == "east");

    const std::vector<double> first{2002, 0, 2002, trop::infinity};
    trop::long_data since = rows;
    since.treatment = {};
    since.cohort = first;
    CHECK_NEAR(trop::panel::from_long(since).estimate(two_way).att(), 1.0, rounding);
    const std::vector<std::string> weeks{"Week 9", "Week 10", "Week 10", "Week 9"};
    trop::long_data weekly = rows;
    weekly.time = {};
    weekly.time_text = weeks;
    const trop::panel by_week = trop::panel::from_long(weekly);
    CHECK(by_week.period_label(0) == "Week 9" && by_week.period_label(1) == "Week 10");
    CHECK_NEAR(by_week.estimate(two_way).att(), 1.0, rounding);
    weekly.treatment = {};
    weekly.cohort = first;
    CHECK(thrown([&] { trop::panel::from_long(weekly); }) == TROP_OPTION_INVALID);

    rows.time = {};
    CHECK(thrown([&] { trop::panel::from_long(rows); }) == TROP_SHAPE_MISMATCH);
    const std::vector<std::int64_t> twice{2001, 2001, 2001, 2001};
    rows.time = twice;
    try {
        trop::panel::from_long(rows, names);
        CHECK(false);
    } catch (const trop::error &error) {
        CHECK(error.status() == TROP_DUPLICATE_ROWS);
        CHECK(std::string(error.what()).find("state Ohio") != std::string::npos);
    }
    const std::vector<double> by_column{1, 4, 2, 6}, on{0, 0, 0, 1};
    const trop::panel columns = trop::panel::from_matrices({by_column.data(), 1, 2}, {on.data(), 1, 2}, 2, 2);
    CHECK_NEAR(columns.estimate(two_way).att(), 1.0, rounding);
}

void weights_and_draws_of_the_caller() {
    const trop::panel panel = four();
    const trop::weights ones{{1, 1, 1, 1}, {1, 1}}, few{{1}, {1, 1}};
    const trop::weighted_fit fit = panel.weighted_fit(ones, trop::infinity);
    CHECK_NEAR(fit.fitted()(2, 1), 1.25, rounding);
    CHECK(fit.low_rank()(0, 0) == 0.0 && fit.unit_effect().size() == 4 && fit.period_effect().size() == 2);
    CHECK(fit.rank() == 0 && fit.status() == TROP_FIT_SOLVED && fit.gap() <= 1e-8 && fit.coefficients().empty());
    CHECK(fit.dual() <= fit.primal() && fit.iterations() < 10);
    const trop::weighted_loocv loocv = panel.weighted_loocv(ones, std::vector<double>{trop::infinity});
    CHECK(loocv.scores().size() == 1 && loocv.n_cells() == 4 && loocv.not_estimable().size() == 2);
    CHECK_NEAR(loocv.scores()[0].score, 1.0, rounding);
    const trop::draw_atts draws = panel.att_of_draws(two_way, {{2, 0, 2, 0}, {1, 1, 1, 1}});
    CHECK(draws.att().size() == 2 && draws.n_uncertified() == 0 && draws.max_gap() <= 1e-8);
    CHECK_NEAR(draws.att()[0], 3.0, rounding);
    const std::vector<trop_weighted_att> atts =
        trop::weighted_atts({{panel, ones}, {panel, ones, {0, 1, 1, 1}}}, std::vector<double>{trop::infinity});
    CHECK_NEAR(atts[0].att, 3.25, rounding);
    CHECK_NEAR(atts[1].att, 3.0, rounding);
    CHECK(thrown([&] { panel.weighted_fit(few, 1.0); }) == TROP_WEIGHTS_LENGTH);
    CHECK(thrown([&] { panel.att_of_draws(two_way, {{1}}); }) == TROP_DRAW_LENGTH);
    CHECK(thrown([&] { panel.att_of_draws(two_way, {}, few.unit); }) == TROP_WEIGHTS_LENGTH);
    CHECK(thrown([&] { trop::weighted_atts({{panel, few}}, few.unit); }) == TROP_WEIGHTS_LENGTH);
    CHECK(thrown([&] { trop::weighted_atts({{panel, ones, {1}}}, few.unit); }) == TROP_DRAW_LENGTH);
}

void errors_are_thrown() {
    const std::vector<double> outcome{1, 2, 4, 6}, treatment{0, 0, 0, 0};
    CHECK(thrown([&] { trop::panel(outcome.data(), treatment.data(), 2, 2); }) == TROP_NO_TREATED_CELL);
    CHECK(thrown([&] {
              trop::panel(trop::matrix_view(outcome.data(), 2, 2), trop::matrix_view(outcome.data(), 1, 4));
          }) == TROP_SHAPE_MISMATCH);
    CHECK(thrown([] { square().estimate({-1.0, 0.0, 1.0}); }) == TROP_LAMBDA_INVALID);
    CHECK(thrown([] { square().bootstrap(two_way); }) == TROP_TOO_FEW_TREATED_UNITS);
    CHECK(thrown([] { square().search(); }) == TROP_NO_ESTIMABLE_CELL);
    CHECK(thrown([] { square().event_time({9, 9}); }) == TROP_CELL_OUT_OF_RANGE);
    CHECK(thrown([] { trop::grids({}, {}, {}); }) == TROP_GRID_EMPTY);
    try {
        square().weights({2, 0}, two_way);
        CHECK(false);
    } catch (const std::exception &error) {
        CHECK(std::string(error.what()).find("unit 2") != std::string::npos);
        CHECK(std::string(dynamic_cast<const trop::error &>(error).code()) == "cell_out_of_range");
    }
}

void handles_move() {
    static_assert(!std::is_copy_constructible_v<trop::panel>);
    static_assert(std::is_nothrow_move_constructible_v<trop::panel>);
    static_assert(std::is_nothrow_move_assignable_v<trop::estimate>);
    trop::panel first = square();
    trop::panel second = std::move(first);
    CHECK(first.get() == nullptr && first.n_units() == 0 && second.n_units() == 2);
    CHECK(thrown([&] { first.estimate(two_way); }) == TROP_NULL_POINTER);
    second = four();
    CHECK(second.n_units() == 4);
}

void progress_and_exceptions() {
    const trop::panel panel = four();
    trop::options options;
    std::size_t calls = 0;
    const auto caller = std::this_thread::get_id();
    options.on_progress = [&](trop_stage stage, std::size_t done, std::size_t total) {
        CHECK(stage == TROP_STAGE_ESTIMATE && done <= total && std::this_thread::get_id() == caller);
        calls++;
        return true;
    };
    CHECK_NEAR(panel.estimate(two_way, options).att(), 3.25, rounding);
    CHECK(calls >= 1);
    options.on_progress = [](trop_stage, std::size_t, std::size_t) { return false; };
    CHECK(trop::progress_left().empty());
    CHECK(thrown([&] { panel.estimate(two_way, options); }) == TROP_INTERRUPTED);

    options.on_progress = [](trop_stage, std::size_t, std::size_t) -> bool {
        throw std::out_of_range("from the progress function");
    };
    options.bootstrap_draws = 100000000;
    bool caught = false;
    try {
        panel.bootstrap(two_way, options);
    } catch (const std::out_of_range &exception) {
        caught = std::string(exception.what()) == "from the progress function";
    }
    CHECK(caught);
}

void comparisons() {
    const double outcome[12] = {1, 3, 2, 3, 3, 6, 2, 4, 4.5, 2, 3, 7};
    const double treatment[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    const trop::panel panel(outcome, treatment, 4, 3);
    const trop::analysis_options options{{"inference", "placebo"}};
    const trop::comparison found = trop::compare(panel, {"did", "sc"}, options, {{"simplex", "frank_wolfe"}});
    const trop::table table = found.table("comparison");
    CHECK(table.n_rows() == 2 && table.text(1, "estimator") == "sc");
    CHECK_NEAR(table.numbers("att")[0], 3.0, 1e-9);
    CHECK(table.numbers("p_value")[0] == 0.25);
    CHECK(found.text().find("Comparison of estimators") == 0 && !found.notes().empty());
    CHECK(trop::compare(panel, {}, {{"inference", "none"}}).table("comparison").n_rows() == 8);
    CHECK(thrown([&] { trop::compare(panel, {"synth"}); }) == TROP_ESTIMATOR_UNKNOWN);
    CHECK(thrown([&] { trop::compare(panel, {"ife"}, {}, {{"ranks", 1}}); }) == TROP_OPTION_UNKNOWN);
}

void views() {
    const trop::view<double> none;
    CHECK(none.empty() && none.begin() == none.end());
    const double values[4] = {1, 2, 3, 4};
    const trop::matrix_view matrix(values, 2, 1, 2);
    CHECK(matrix(1, 0) == 3.0 && matrix.row(1).size() == 1 && matrix.row(1)[0] == 3.0);
#if __cplusplus >= 202002L
    const trop::estimate estimate = square().estimate(two_way);
    const std::span<const trop_cell_effect> span = estimate.effects();
    CHECK(span.size() == 1 && span[0].observed == 6.0);
#endif
}

}  // namespace

int main() {
    const harness_case cases[] = {
        {"estimates and effects", estimates_and_effects},
        {"distances and weights", distances_and_weights},
        {"strided matrices", strided_matrices},
        {"searches", searches},
        {"bootstraps", bootstraps},
        {"designs", designs},
        {"donors", donors},
        {"inference", inference},
        {"diagnostics", diagnostics},
        {"analyses", analyses},
        {"differences and saved analyses", differences_and_saved_analyses},
        {"options by name", options_by_name},
        {"long data and names", long_data_and_names},
        {"weights and draws of the caller", weights_and_draws_of_the_caller},
        {"errors are thrown", errors_are_thrown},
        {"handles move", handles_move},
        {"progress and exceptions", progress_and_exceptions},
        {"comparisons", comparisons},
        {"views", views},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
