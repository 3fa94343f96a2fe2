// data.hpp: what a panel is made of beside its matrices: design, names, data in long form; a part of trop.hpp, which includes it.
#ifndef TROP_DATA_HPP
#define TROP_DATA_HPP

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core.hpp"

namespace trop {

/// No low-rank part: the value of lambdas.nn that leaves weighted two-way fixed effects.
inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// Cells whose effects are averaged together.
class grouping {
public:
    /// Any kind but TROP_GROUPING_GIVEN.
    explicit grouping(trop_grouping_kind kind) noexcept : value_{static_cast<std::int32_t>(kind), nullptr, 0} {}
    /// The code of each cell, N x T without gaps; TROP_NO_GROUP for none.
    explicit grouping(const std::int64_t *codes, std::size_t n_units, std::size_t n_periods) noexcept
        : value_{TROP_GROUPING_GIVEN, codes, n_periods}, n_units_(n_units) {}

    /// As trop.h has it; throws if its shape is another.
    trop_grouping get(std::size_t n_units, std::size_t n_periods) const {
        const bool given = value_.kind == TROP_GROUPING_GIVEN;
        if (given && (n_units_ != n_units || value_.codes_stride != n_periods))
            throw error(TROP_GROUPING_LENGTH, "the codes of a grouping must be N x T");
        return value_;
    }

private:
    trop_grouping value_;
    std::size_t n_units_ = 0;
};

/// What is asked of a panel, beside its outcomes and treatments, as trop_design in trop.h describes it.
/// Matrices and codes are borrowed: they stay the caller's, who keeps them until the panel is made.
///
///     trop::design design;
///     design.anchor = TROP_ANCHOR_POOLED;
///     design.groupings = {trop::grouping(TROP_GROUPING_EVENT_TIME)};
///     trop::panel pooled = panel.with_design(design);
struct design {
    /// Which treated cells share a fit.
    trop_anchor anchor = TROP_ANCHOR_CELL;
    /// How far two periods are from each other.
    trop_time_distance time_distance = TROP_TIME_POSITION;
    /// Calendar value of each period; empty for none.
    std::vector<double> calendar;
    /// Weight of each unit's effects in averages; empty for equal weights.
    std::vector<double> average;
    /// The cluster of each unit by a code of yours; empty if each unit is its own.
    std::vector<std::int64_t> clusters;
    /// For each unit 1 if it may serve in the fits of others, else 0; at most one of these three is not empty, and if
    /// all are, every unit may serve for every other.
    std::vector<std::uint8_t> donor_units;
    /// The group of each unit by a code of yours: the units of a group may serve for each other.
    std::vector<std::int64_t> donor_groups;
    /// N x N, row by row: in row i and column j 1 if unit j may serve for unit i.
    std::vector<std::uint8_t> donor_pairs;
    /// Periods before each spell of treatment whose untreated cells are neither controls nor treated.
    std::size_t anticipation = 0;
    /// The same after each spell.
    std::size_t washout = 0;
    /// N x T each.
    std::vector<matrix_view> covariates;
    /// The groups whose averages are reported.
    std::vector<grouping> groupings;
};

/// What the units, periods and columns of a panel are called, as trop_names in trop.h describes it. What is
/// empty stays as it is.
struct names {
    /// What a unit is, such as "state".
    std::string unit;
    /// What a period is, such as "year".
    std::string time;
    /// The outcome.
    std::string outcome;
    /// The treatment.
    std::string treatment;
    /// The label of each unit, N of them.
    std::vector<std::string> units;
    /// The label of each period, T of them.
    std::vector<std::string> periods;
    /// The name of each covariate of the design.
    std::vector<std::string> covariates;
    /// The name of each grouping of the design.
    std::vector<std::string> groupings;
    /// Labels of the codes 0, 1, ... of each grouping; read for TROP_GROUPING_GIVEN only.
    std::vector<std::vector<std::string>> groups;
    /// The weights of averages.
    std::string average;
    /// The clusters of units.
    std::string clusters;
    /// The choice of donors.
    std::string donors;
    /// What the outcome is called in summary and report, in place of its column.
    std::string outcome_label;
    /// What the effect is called there.
    std::string effect_label;
    /// Whether summary and report tell the effect in percent too.
    bool percent = false;
};

/// Data in long form, one row for each unit in each period, as trop_long in trop.h describes it. Units are in
/// one of unit and unit_text, periods in one of time and time_text. All is borrowed.
///
///     trop::panel panel = trop::panel::from_long({{}, states, years, {}, packs, treated});
struct long_data {
    /// The unit of each row, if units are integers.
    view<std::int64_t> unit = {};
    /// The unit of each row, if units are texts.
    view<std::string> unit_text = {};
    /// The period of each row, if periods are integers.
    view<std::int64_t> time = {};
    /// The period of each row, if periods are texts.
    view<std::string> time_text = {};
    /// The outcome of each row, NaN if missing.
    view<double> outcome = {};
    /// The treatment of each row, 0 or 1; NaN only where the outcome is missing, too.
    view<double> treatment = {};
    /// In place of the treatment: the period in which the unit of each row is first treated; 0, NaN or infinite for
    /// never. Periods must be integers.
    view<double> cohort = {};
};

namespace detail {

inline const char *text_or_null(const std::string &text) noexcept { return text.empty() ? nullptr : text.c_str(); }

inline std::vector<const char *> texts(view<std::string> given) {
    std::vector<const char *> found;
    for (const std::string &text : given) found.push_back(text.c_str());
    return found;
}

template <class T>
const T *data_or_null(const std::vector<T> &values) noexcept {
    return values.empty() ? nullptr : values.data();
}

/// Data in long form as trop.h has them, with what they point to.
struct long_bridge {
    std::vector<const char *> unit, time;
    trop_long rows;

    explicit long_bridge(const long_data &given) : unit(texts(given.unit_text)), time(texts(given.time_text)) {
        check(trop_long_default(sizeof rows, &rows));
        rows.n_rows = given.outcome.size();
        for (const std::size_t n : {given.unit.size() + unit.size(), given.time.size() + time.size(),
                                    given.treatment.size() + given.cohort.size()})
            if (n != rows.n_rows) throw error(TROP_SHAPE_MISMATCH, "columns in long form must have as many rows");
        rows.unit = given.unit.empty() ? nullptr : given.unit.data();
        rows.unit_text = data_or_null(unit);
        rows.time = given.time.empty() ? nullptr : given.time.data();
        rows.time_text = data_or_null(time);
        rows.outcome = given.outcome.data();
        rows.treatment = given.treatment.empty() ? nullptr : given.treatment.data();
        rows.cohort = given.cohort.empty() ? nullptr : given.cohort.data();
    }
};

/// Names as trop.h has them, with what they point to.
struct names_bridge {
    std::vector<const char *> units, periods, covariates, groupings;
    std::vector<std::vector<const char *>> labels;
    std::vector<trop_group_labels> groups;
    trop_names plain;

    explicit names_bridge(const names &given)
        : units(texts(given.units)), periods(texts(given.periods)), covariates(texts(given.covariates)),
          groupings(texts(given.groupings)) {
        check(trop_names_default(sizeof plain, &plain));
        for (const std::vector<std::string> &group : given.groups) labels.push_back(texts(group));
        for (const std::vector<const char *> &group : labels) groups.push_back({group.data(), group.size()});
        plain.unit = text_or_null(given.unit);
        plain.time = text_or_null(given.time);
        plain.outcome = text_or_null(given.outcome);
        plain.treatment = text_or_null(given.treatment);
        plain.average = text_or_null(given.average);
        plain.clusters = text_or_null(given.clusters);
        plain.donors = text_or_null(given.donors);
        plain.outcome_label = text_or_null(given.outcome_label);
        plain.effect_label = text_or_null(given.effect_label);
        plain.units = data_or_null(units);
        plain.periods = data_or_null(periods);
        plain.covariates = data_or_null(covariates);
        plain.groupings = data_or_null(groupings);
        plain.groups = data_or_null(groups);
        plain.percent = given.percent;
    }

    /// Throws if there are not as many as the panel has.
    void check_sizes(const trop_panel *panel) const {
        expect(units.size(), trop_panel_n_units(panel), "names of units: one for each");
        expect(periods.size(), trop_panel_n_periods(panel), "names of periods: one for each");
        expect(covariates.size(), trop_panel_n_covariates(panel), "names of covariates: one for each");
        expect(groupings.size(), trop_panel_n_groupings(panel), "names of groupings: one for each");
        expect(groups.size(), trop_panel_n_groupings(panel), "groups: those of each grouping");
    }

    static void expect(std::size_t found, std::size_t expected, const char *message) {
        if (found != 0 && found != expected) throw error(TROP_SHAPE_MISMATCH, message);
    }
};

}  // namespace detail

}  // namespace trop

#endif  // TROP_DATA_HPP
