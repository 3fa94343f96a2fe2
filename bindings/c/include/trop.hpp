// trop.hpp: the Triply Robust Panel (TROP) estimator for C++17 and later; header only, on top of trop.h.
//
//     trop::panel panel(outcome.data(), treatment.data(), n_units, n_periods);
//     trop::analysis analysis = trop::analyze(panel, {{"inference", "placebo"}, {"seed", 7}});
//     std::cout << analysis.summary();
//
// Handles are classes that own what trop.h hands out: they move, do not copy, and free it in the end. What
// trop.h calls an error is thrown as trop::error. A trop::view is borrowed: it is valid as long as the object
// that gave it. Shapes, units, defaults and thread-safety are those of trop.h.
#ifndef TROP_HPP
#define TROP_HPP

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "trop.h"

namespace trop {

/// A failure: what() explains it, status() and code() name its kind.
class error : public std::runtime_error {
public:
    /// A failure with a status of trop.h.
    error(trop_status status, const char *message) : std::runtime_error(message), status_(status) {}

    /// TROP_NO_TREATED_CELL and so on.
    trop_status status() const noexcept { return status_; }

    /// The stable code, the same in every language: "no_treated_cell" and so on.
    const char *code() const noexcept { return trop_status_code(status_); }

private:
    trop_status status_;
};

/// Borrowed values, one after the other; converts to std::span<const T> in C++20.
template <class T>
class view {
public:
    /// The type of an entry.
    using value_type = T;
    /// A pointer serves.
    using const_iterator = const T *;

    constexpr view() noexcept = default;
    /// Borrows `size` entries.
    constexpr view(const T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    /// Borrows all of a vector.
    view(const std::vector<T> &values) noexcept : data_(values.data()), size_(values.size()) {}

    /// The first entry.
    constexpr const T *data() const noexcept { return data_; }
    /// Number of entries.
    constexpr std::size_t size() const noexcept { return size_; }
    /// Whether there is none.
    constexpr bool empty() const noexcept { return size_ == 0; }
    /// For loops over the entries.
    constexpr const T *begin() const noexcept { return data_; }
    /// Past the last entry.
    constexpr const T *end() const noexcept { return data_ + size_; }
    /// Entry `k`, counted from 0 and not checked.
    constexpr const T &operator[](std::size_t k) const noexcept { return data_[k]; }

private:
    const T *data_ = nullptr;
    std::size_t size_ = 0;
};

/// A borrowed row-major matrix whose rows start `stride` entries apart.
class matrix_view {
public:
    /// Borrows a matrix with a stride, counted in entries.
    constexpr matrix_view(const double *data, std::size_t rows, std::size_t columns,
                          std::size_t stride) noexcept
        : data_(data), rows_(rows), columns_(columns), stride_(stride) {}
    /// Borrows a matrix whose rows follow each other.
    constexpr matrix_view(const double *data, std::size_t rows, std::size_t columns) noexcept
        : matrix_view(data, rows, columns, columns) {}

    /// The first entry.
    constexpr const double *data() const noexcept { return data_; }
    /// Number of rows.
    constexpr std::size_t rows() const noexcept { return rows_; }
    /// Number of columns.
    constexpr std::size_t columns() const noexcept { return columns_; }
    /// Entries from one row to the next.
    constexpr std::size_t stride() const noexcept { return stride_; }
    /// An entry, counted from 0 and not checked.
    constexpr double operator()(std::size_t row, std::size_t column) const noexcept {
        return data_[row * stride_ + column];
    }
    /// Row `k`.
    constexpr view<double> row(std::size_t k) const noexcept { return {data_ + k * stride_, columns_}; }

private:
    const double *data_;
    std::size_t rows_, columns_, stride_;
};

/// A row-major matrix of its own.
class matrix {
public:
    /// Zeros.
    matrix(std::size_t rows, std::size_t columns)
        : values_(rows * columns), rows_(rows), columns_(columns) {}

    /// The first entry.
    double *data() noexcept { return values_.data(); }
    /// The first entry.
    const double *data() const noexcept { return values_.data(); }
    /// Number of entries.
    std::size_t size() const noexcept { return values_.size(); }
    /// Number of rows.
    std::size_t rows() const noexcept { return rows_; }
    /// Number of columns.
    std::size_t columns() const noexcept { return columns_; }
    /// An entry, counted from 0 and not checked.
    double operator()(std::size_t row, std::size_t column) const noexcept {
        return values_[row * columns_ + column];
    }

private:
    std::vector<double> values_;
    std::size_t rows_, columns_;
};

namespace detail {

inline void check(trop_status status) {
    if (status != TROP_OK) throw error(status, trop_last_error_message());
}

inline std::string string(const char *text) { return text == nullptr ? std::string() : std::string(text); }

template <class Handle, void (*Free)(Handle *)>
struct deleter {
    void operator()(Handle *handle) const noexcept { Free(handle); }
};

template <class Handle, void (*Free)(Handle *)>
using owned = std::unique_ptr<Handle, deleter<Handle, Free>>;

}  // namespace detail

/// Hears of progress, and returns whether to go on.
using progress_function = std::function<bool(trop_stage stage, std::size_t done, std::size_t total)>;

/// The options of trop.h, made with their defaults, and a progress function that may be anything callable.
///
///     trop::options options;
///     options.threads = 2;
///     options.on_progress = [](trop_stage, std::size_t done, std::size_t total) { return done < total; };
class options : public trop_options {
public:
    options() : trop_options() { detail::check(trop_options_default(sizeof(trop_options), this)); }

    /// Hears of progress as `progress` in trop.h describes it, and returns whether to go on. If it throws, the
    /// computation stops, and the exception reaches the caller. Takes the place of `progress` if it is set.
    progress_function on_progress;
};

namespace detail {

/// Calls a progress function on behalf of the library, which no exception may enter.
class progress_caller {
public:
    explicit progress_caller(const progress_function &function) noexcept : function_(function) {}

    progress_caller(const progress_caller &) = delete;
    progress_caller &operator=(const progress_caller &) = delete;

    /// As trop.h takes it; NULL if there is none.
    trop_progress plain() const noexcept { return function_ ? &progress_caller::heard : nullptr; }

    void check(trop_status status) const {
        if (exception_) std::rethrow_exception(exception_);
        detail::check(status);
    }

private:
    static std::int32_t heard(trop_stage stage, std::size_t done, std::size_t total, void *data) noexcept {
        auto &self = *static_cast<progress_caller *>(data);
        try {
            return self.function_(stage, done, total) ? 0 : 1;
        } catch (...) {
            self.exception_ = std::current_exception();
            return 1;
        }
    }

    const progress_function &function_;
    std::exception_ptr exception_;
};

/// Options as the library takes them.
class progress_bridge {
public:
    explicit progress_bridge(const options &chosen) : options_(chosen), caller_(chosen.on_progress) {
        if (caller_.plain() == nullptr) return;
        options_.progress = caller_.plain();
        options_.progress_data = &caller_;
    }

    const trop_options *get() const noexcept { return &options_; }

    void check(trop_status status) const { caller_.check(status); }

private:
    trop_options options_;
    progress_caller caller_;
};

}  // namespace detail

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
    /// N x T each.
    std::vector<matrix_view> covariates;
    /// The groups whose averages are reported.
    std::vector<grouping> groupings;
};

/// What the units, periods and columns of a panel are called, as trop_names in trop.h describes it. What is
/// empty stays as it is.
struct names {
    std::string unit, time, outcome, treatment;
    std::vector<std::string> units, periods, covariates, groupings;
    /// Labels of the codes 0, 1, ... of each grouping; read for TROP_GROUPING_GIVEN only.
    std::vector<std::vector<std::string>> groups;
    /// The weights of averages.
    std::string average;
    bool percent = false;
};

/// Data in long form, one row for each unit in each period, as trop_long in trop.h describes it. Units are in
/// one of unit and unit_text, periods in one of time and time_text. All is borrowed.
///
///     trop::panel panel = trop::panel::from_long({{}, states, years, {}, packs, treated});
struct long_data {
    view<std::int64_t> unit = {};
    view<std::string> unit_text = {};
    view<std::int64_t> time = {};
    view<std::string> time_text = {};
    view<double> outcome = {};
    view<double> treatment = {};
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
                                    given.treatment.size()})
            if (n != rows.n_rows) throw error(TROP_SHAPE_MISMATCH, "columns in long form must have as many rows");
        rows.unit = given.unit.empty() ? nullptr : given.unit.data();
        rows.unit_text = data_or_null(unit);
        rows.time = given.time.empty() ? nullptr : given.time.data();
        rows.time_text = data_or_null(time);
        rows.outcome = given.outcome.data();
        rows.treatment = given.treatment.data();
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

/// Candidates for the lambdas.
class grids {
public:
    grids(view<double> time, view<double> unit, view<double> nn) {
        trop_grids *made = nullptr;
        detail::check(trop_grids_new(time.data(), time.size(), unit.data(), unit.size(), nn.data(),
                                     nn.size(), &made));
        handle_.reset(made);
    }
    explicit grids(trop_grids *owned) noexcept : handle_(owned) {}

    view<double> time() const noexcept { return {trop_grids_time(get()), trop_grids_n_time(get())}; }
    view<double> unit() const noexcept { return {trop_grids_unit(get()), trop_grids_n_unit(get())}; }
    view<double> nn() const noexcept { return {trop_grids_nn(get()), trop_grids_n_nn(get())}; }

    const trop_grids *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_grids, trop_grids_free> handle_;
};

/// Effects of chosen cells.
class effects {
public:
    explicit effects(trop_effects *owned) noexcept : handle_(owned) {}

    /// By unit and then period.
    view<trop_cell_effect> cells() const noexcept {
        return {trop_effects_data(get()), trop_effects_n(get())};
    }
    view<trop_not_estimable> not_estimable() const noexcept {
        return {trop_effects_not_estimable(get()), trop_effects_n_not_estimable(get())};
    }
    /// How far the exact effects can be from those found: one for each entry of cells().
    view<trop_effect_range> ranges() const noexcept {
        return {trop_effects_ranges(get()), trop_effects_n(get())};
    }
    /// Where the effects of the entries of not_estimable() can lie: NaN unless the effect is not unique.
    view<trop_effect_range> not_estimable_ranges() const noexcept {
        return {trop_effects_not_estimable_ranges(get()), trop_effects_n_not_estimable(get())};
    }
    /// Of the covariates: a row for each effect.
    matrix_view coefficients() const noexcept {
        return {trop_effects_coefficients(get()), trop_effects_n(get()), trop_effects_n_coefficients(get())};
    }

    const trop_effects *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_effects, trop_effects_free> handle_;
};

/// The average effect on the treated, and all that it is made of.
class estimate {
public:
    explicit estimate(trop_estimate *owned) noexcept : handle_(owned) {}

    double att() const noexcept { return trop_estimate_att(get()); }
    double max_gap() const noexcept { return trop_estimate_max_gap(get()); }
    /// Of the covariates: their mean over the fits of the treated cells.
    view<double> coefficients() const noexcept {
        return {trop_estimate_coefficients(get()), trop_estimate_n_coefficients(get())};
    }
    bool converged() const noexcept { return trop_estimate_converged(get()); }

    /// Every treated cell with an effect, by unit and then period.
    view<trop_cell_effect> effects() const noexcept {
        const trop_effects *all = trop_estimate_effects(get());
        return {trop_effects_data(all), trop_effects_n(all)};
    }
    /// The treated cells without one; they are not in the average.
    view<trop_not_estimable> not_estimable() const noexcept {
        const trop_effects *all = trop_estimate_effects(get());
        return {trop_effects_not_estimable(all), trop_effects_n_not_estimable(all)};
    }
    /// How far the exact effects can be from those found: one for each entry of effects().
    view<trop_effect_range> ranges() const noexcept {
        const trop_effects *all = trop_estimate_effects(get());
        return {trop_effects_ranges(all), trop_effects_n(all)};
    }
    /// Where the effects of the entries of not_estimable() can lie: NaN unless the effect is not unique.
    view<trop_effect_range> not_estimable_ranges() const noexcept {
        const trop_effects *all = trop_estimate_effects(get());
        return {trop_effects_not_estimable_ranges(all), trop_effects_n_not_estimable(all)};
    }

    const trop_estimate *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_estimate, trop_estimate_free> handle_;
};

/// The chosen lambdas and how they were found.
class search {
public:
    explicit search(trop_search *owned) noexcept : handle_(owned) {}

    trop_lambdas lambdas() const noexcept { return trop_search_lambdas(get()); }
    double score() const noexcept { return trop_search_score(get()); }
    std::size_t n_cells() const noexcept { return trop_search_n_cells(get()); }
    std::size_t n_not_estimable() const noexcept { return trop_search_n_not_estimable(get()); }
    /// The one used, never TROP_CRITERION_AUTO.
    trop_criterion criterion() const noexcept { return trop_search_criterion(get()); }
    /// Where the winner is an end of its candidates.
    view<trop_edge> edges() const noexcept {
        return {trop_search_edges(get()), trop_search_n_edges(get())};
    }

    /// Every computed score, in order of computation.
    view<trop_score> scores() const noexcept {
        return {trop_search_scores(get()), trop_search_n_scores(get())};
    }

    const trop_search *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_search, trop_search_free> handle_;
};

/// Standard error, interval and p-value of the average effect.
class bootstrap {
public:
    explicit bootstrap(trop_bootstrap *owned) noexcept : handle_(owned) {}

    double se() const noexcept { return trop_bootstrap_se(get()); }
    double ci_lower() const noexcept { return trop_bootstrap_ci_lower(get()); }
    double ci_upper() const noexcept { return trop_bootstrap_ci_upper(get()); }
    double p_value() const noexcept { return trop_bootstrap_p_value(get()); }
    std::size_t n_failed() const noexcept { return trop_bootstrap_n_failed(get()); }
    std::size_t n_uncertified() const noexcept { return trop_bootstrap_n_uncertified(get()); }
    double max_gap() const noexcept { return trop_bootstrap_max_gap(get()); }

    view<double> draws() const noexcept {
        return {trop_bootstrap_draws(get()), trop_bootstrap_n_draws(get())};
    }
    view<std::int64_t> event_times() const noexcept {
        return {trop_bootstrap_event_times(get()), trop_bootstrap_n_event_times(get())};
    }
    /// Draws in rows, event times in columns; NaN where a draw has none.
    matrix_view event_draws() const noexcept {
        return {trop_bootstrap_event_draws(get()), trop_bootstrap_n_draws(get()),
                trop_bootstrap_n_event_times(get())};
    }

    const trop_bootstrap *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_bootstrap, trop_bootstrap_free> handle_;
};

/// The averages that a panel's design asks for.
class averages {
public:
    explicit averages(trop_averages *owned) noexcept : handle_(owned) {}

    view<trop_average> all() const noexcept { return {trop_averages_data(get()), trop_averages_n(get())}; }

    const trop_averages *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_averages, trop_averages_free> handle_;
};

/// Standard errors, intervals and p-values of all averages.
class inference {
public:
    explicit inference(trop_inference *owned) noexcept : handle_(owned) {}

    /// The one used, never TROP_INFERENCE_AUTO.
    trop_inference_method method() const noexcept { return trop_inference_used(get()); }
    /// Why TROP_INFERENCE_AUTO chose it; empty if it was asked for.
    std::string reason() const { return trop_inference_reason(get()); }
    /// The first is the average effect.
    view<trop_inferred> table() const noexcept {
        return {trop_inference_table(get()), trop_inference_n(get())};
    }
    view<double> draws() const noexcept {
        return {trop_inference_draws(get()), trop_inference_n_draws(get())};
    }
    std::size_t n_failed() const noexcept { return trop_inference_n_failed(get()); }
    std::size_t n_uncertified() const noexcept { return trop_inference_n_uncertified(get()); }
    double max_gap() const noexcept { return trop_inference_max_gap(get()); }

    const trop_inference *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_inference, trop_inference_free> handle_;
};

/// The fit behind the effect of one cell.
class diagnosis {
public:
    explicit diagnosis(trop_diagnosis *owned) noexcept : handle_(owned) {}

    view<double> unit_weights() const noexcept {
        return {trop_diagnosis_unit_weights(get()), trop_diagnosis_n_units(get())};
    }
    view<double> period_weights() const noexcept {
        return {trop_diagnosis_period_weights(get()), trop_diagnosis_n_periods(get())};
    }
    double effective_units() const noexcept { return trop_diagnosis_effective_units(get()); }
    double effective_periods() const noexcept { return trop_diagnosis_effective_periods(get()); }
    std::size_t rank() const noexcept { return trop_diagnosis_rank(get()); }
    view<double> singular_values() const noexcept { return {trop_diagnosis_singular_values(get()), rank()}; }
    view<double> unit_imbalance() const noexcept { return {trop_diagnosis_unit_imbalance(get()), rank()}; }
    view<double> time_imbalance() const noexcept { return {trop_diagnosis_time_imbalance(get()), rank()}; }
    double unit_imbalance_norm() const noexcept { return trop_diagnosis_unit_imbalance_norm(get()); }
    double time_imbalance_norm() const noexcept { return trop_diagnosis_time_imbalance_norm(get()); }
    trop_fit_status status() const noexcept { return trop_diagnosis_status(get()); }
    double gap() const noexcept { return trop_diagnosis_gap(get()); }

    const trop_diagnosis *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_diagnosis, trop_diagnosis_free> handle_;
};

/// How well outcomes before treatment are predicted.
class pre_fit {
public:
    explicit pre_fit(trop_pre_fit *owned) noexcept : handle_(owned) {}

    std::size_t n_cells() const noexcept { return trop_pre_fit_n_cells(get()); }
    double mean() const noexcept { return trop_pre_fit_mean(get()); }
    double rmse() const noexcept { return trop_pre_fit_rmse(get()); }
    view<trop_unit_fit> by_unit() const noexcept {
        return {trop_pre_fit_by_unit(get()), trop_pre_fit_n_units(get())};
    }

    const trop_pre_fit *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_pre_fit, trop_pre_fit_free> handle_;
};

/// What is allowed about a panel, but often a mistake.
struct remark {
    /// Its stable name, the same in every language.
    std::string code;
    /// What is often a mistake, and where.
    std::string message;
};

/// A fit at given weights.
class weighted_fit {
public:
    explicit weighted_fit(trop_weighted_fit *owned) noexcept : handle_(owned) {}

    view<double> unit_effect() const noexcept {
        return {trop_weighted_fit_unit_effect(get()), trop_weighted_fit_n_units(get())};
    }
    view<double> period_effect() const noexcept {
        return {trop_weighted_fit_period_effect(get()), trop_weighted_fit_n_periods(get())};
    }
    view<double> coefficients() const noexcept {
        return {trop_weighted_fit_coefficients(get()), trop_weighted_fit_n_coefficients(get())};
    }
    matrix_view low_rank() const noexcept { return n_by_t(trop_weighted_fit_low_rank(get())); }
    matrix_view fitted() const noexcept { return n_by_t(trop_weighted_fit_fitted(get())); }
    std::size_t rank() const noexcept { return trop_weighted_fit_rank(get()); }
    trop_fit_status status() const noexcept { return trop_weighted_fit_status(get()); }
    std::size_t iterations() const noexcept { return trop_weighted_fit_iterations(get()); }
    double gap() const noexcept { return trop_weighted_fit_gap(get()); }
    double primal() const noexcept { return trop_weighted_fit_primal(get()); }
    double dual() const noexcept { return trop_weighted_fit_dual(get()); }

    const trop_weighted_fit *get() const noexcept { return handle_.get(); }

private:
    matrix_view n_by_t(const double *data) const noexcept {
        return {data, trop_weighted_fit_n_units(get()), trop_weighted_fit_n_periods(get())};
    }

    detail::owned<trop_weighted_fit, trop_weighted_fit_free> handle_;
};

/// Leave-one-out scores at given weights.
class weighted_loocv {
public:
    explicit weighted_loocv(trop_weighted_loocv *owned) noexcept : handle_(owned) {}

    /// In the order of the candidates.
    view<trop_weighted_score> scores() const noexcept {
        return {trop_weighted_loocv_scores(get()), trop_weighted_loocv_n_scores(get())};
    }
    std::size_t n_cells() const noexcept { return trop_weighted_loocv_n_cells(get()); }
    view<trop_cell> not_estimable() const noexcept {
        return {trop_weighted_loocv_not_estimable(get()), trop_weighted_loocv_n_not_estimable(get())};
    }

    const trop_weighted_loocv *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_weighted_loocv, trop_weighted_loocv_free> handle_;
};

/// The average effect of given draws.
class draw_atts {
public:
    explicit draw_atts(trop_draw_atts *owned) noexcept : handle_(owned) {}

    /// NaN for a draw without an estimable treated cell.
    view<double> att() const noexcept { return {trop_draw_atts_data(get()), trop_draw_atts_n(get())}; }
    std::size_t n_uncertified() const noexcept { return trop_draw_atts_n_uncertified(get()); }
    double max_gap() const noexcept { return trop_draw_atts_max_gap(get()); }

    const trop_draw_atts *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_draw_atts, trop_draw_atts_free> handle_;
};

/// Weights, not normalized: of the N units and of the T periods.
struct weights {
    /// One for each unit.
    std::vector<double> unit;
    /// One for each period.
    std::vector<double> period;
};

/// The estimator with parts of it taken away: "full", "no_unit_weights" and so on.
inline std::vector<trop_variant> ablation(trop_lambdas lambdas) {
    std::vector<trop_variant> found(TROP_N_VARIANTS);
    detail::check(trop_ablation(lambdas, found.size(), found.data()));
    return found;
}

/// A validated panel, and all that can be computed from it. Const functions may run at the same time.
class panel {
public:
    /// Two N x T matrices, units in rows. `outcome` is NaN where missing; `treatment` is 0 or 1.
    panel(matrix_view outcome, matrix_view treatment) {
        if (outcome.rows() != treatment.rows() || outcome.columns() != treatment.columns())
            throw error(TROP_SHAPE_MISMATCH, "outcome and treatment must be N x T both");
        trop_panel *made = nullptr;
        detail::check(trop_panel_new(outcome.data(), outcome.stride(), treatment.data(),
                                     treatment.stride(), outcome.rows(), outcome.columns(), &made));
        handle_.reset(made);
    }
    /// The same without gaps between rows.
    panel(const double *outcome, const double *treatment, std::size_t n_units, std::size_t n_periods)
        : panel(matrix_view(outcome, n_units, n_periods), matrix_view(treatment, n_units, n_periods)) {}

    std::size_t n_units() const noexcept { return trop_panel_n_units(get()); }
    std::size_t n_periods() const noexcept { return trop_panel_n_periods(get()); }
    std::size_t n_observed() const noexcept { return trop_panel_n_observed(get()); }
    std::size_t n_treated_units() const noexcept { return trop_panel_n_treated_units(get()); }

    std::size_t n_covariates() const noexcept { return trop_panel_n_covariates(get()); }
    std::size_t n_groupings() const noexcept { return trop_panel_n_groupings(get()); }

    /// Of data in long form. `called` may name the columns.
    static panel from_long(const long_data &rows, const names &called = {}) {
        const detail::long_bridge given(rows);
        const detail::names_bridge columns(called);
        trop_panel *made = nullptr;
        detail::check(trop_panel_from_long(&given.rows, &columns.plain, &made));
        return panel(made);
    }

    /// Of matrices in any layout, as trop_matrix in trop.h describes it.
    static panel from_matrices(trop_matrix outcome, trop_matrix treatment, std::size_t n_units,
                               std::size_t n_periods) {
        trop_panel *made = nullptr;
        detail::check(trop_panel_from_matrices(outcome, treatment, n_units, n_periods, &made));
        return panel(made);
    }

    /// The same with names in messages, notes, summary, tables and report.
    panel with_names(const names &called) const {
        const detail::names_bridge given(called);
        given.check_sizes(get());
        trop_panel *made = nullptr;
        detail::check(trop_panel_with_names(get(), &given.plain, &made));
        return panel(made);
    }

    /// Empty if the unit has no label.
    std::string unit_label(std::size_t unit) const { return detail::string(trop_panel_unit_label(get(), unit)); }
    std::string period_label(std::size_t period) const {
        return detail::string(trop_panel_period_label(get(), period));
    }

    /// A new panel of the same data, every function of which follows the design.
    panel with_design(const design &asked) const {
        trop_design plain;
        detail::check(trop_design_default(sizeof plain, &plain));
        plain.anchor = asked.anchor;
        plain.time_distance = asked.time_distance;
        plain.calendar = pointer(asked.calendar, n_periods(), TROP_CALENDAR_LENGTH, "calendar: one value a period");
        plain.average = pointer(asked.average, n_units(), TROP_WEIGHTS_LENGTH, "average: one weight a unit");
        const std::vector<const double *> covariates = pointers(asked.covariates);
        plain.covariates = covariates.data();
        plain.n_covariates = covariates.size();
        plain.covariate_stride = covariates.empty() ? 0 : asked.covariates.front().stride();
        std::vector<trop_grouping> groupings;
        for (const grouping &g : asked.groupings) groupings.push_back(g.get(n_units(), n_periods()));
        plain.groupings = groupings.data();
        plain.n_groupings = groupings.size();
        trop_panel *made = nullptr;
        detail::check(trop_panel_with_design(get(), &plain, &made));
        return panel(made);
    }

    /// What is allowed about it, but often a mistake.
    std::vector<remark> remarks() const {
        trop_remarks *made = nullptr;
        detail::check(trop_panel_remarks(get(), &made));
        const detail::owned<trop_remarks, trop_remarks_free> handle(made);
        std::vector<remark> found;
        for (std::size_t k = 0; k < trop_remarks_n(made); k++)
            found.push_back({trop_remarks_code(made, k), trop_remarks_message(made, k)});
        return found;
    }

    /// The cells of a set, by unit and then period.
    std::vector<trop_cell> cells(trop_cell_set set) const {
        std::size_t n = 0;
        detail::check(trop_panel_cells(get(), set, 0, nullptr, &n));
        std::vector<trop_cell> found(n);
        detail::check(trop_panel_cells(get(), set, found.size(), found.data(), &n));
        return found;
    }

    /// TROP_NO_EVENT_TIME if the cell has none.
    std::int64_t event_time(trop_cell cell) const {
        std::int64_t found = 0;
        detail::check(trop_panel_event_time(get(), cell, &found));
        return found;
    }

    /// Root mean squared differences of every two units, N x N.
    matrix unit_distances(const options &chosen = {}) const {
        matrix found(n_units(), n_units());
        detail::check(
            trop_panel_unit_distances(get(), &chosen, n_units(), found.size(), found.data()));
        return found;
    }

    /// Distances of the N units to the target's, its period left out.
    std::vector<double> leave_period_out_distances(trop_cell target) const {
        std::vector<double> found(n_units());
        detail::check(
            trop_panel_leave_period_out_distances(get(), target, found.size(), found.data()));
        return found;
    }

    trop::weights weights(trop_cell target, trop_lambdas lambdas) const {
        trop::weights found{std::vector<double>(n_units()), std::vector<double>(n_periods())};
        detail::check(trop_panel_weights(get(), target, lambdas, found.unit.size(),
                                         found.period.size(), found.unit.data(),
                                         found.period.data()));
        return found;
    }

    grids default_grids() const {
        trop_grids *made = nullptr;
        detail::check(trop_panel_default_grids(get(), &made));
        return grids(made);
    }

    /// Searches the default grids.
    trop::search search(const options &chosen = {}) const { return search_in(nullptr, chosen); }

    /// Searches grids of your own.
    trop::search search(const grids &candidates, const options &chosen = {}) const {
        return search_in(candidates.get(), chosen);
    }

    trop::estimate estimate(trop_lambdas lambdas, const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        trop_estimate *made = nullptr;
        bridge.check(trop_panel_estimate(get(), lambdas, bridge.get(), &made));
        return trop::estimate(made);
    }

    effects cell_effects(view<trop_cell> cells, trop_lambdas lambdas, const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        trop_effects *made = nullptr;
        bridge.check(trop_panel_cell_effects(get(), cells.data(), cells.size(), lambdas, bridge.get(),
                                             &made));
        return effects(made);
    }

    trop::bootstrap bootstrap(trop_lambdas lambdas, const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        trop_bootstrap *made = nullptr;
        bridge.check(trop_panel_bootstrap(get(), lambdas, bridge.get(), &made));
        return trop::bootstrap(made);
    }

    /// The averages of the groupings; before treatment too if the option `pre_periods` says so.
    trop::averages averages(trop_lambdas lambdas, const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        trop_averages *made = nullptr;
        bridge.check(trop_panel_averages(get(), lambdas, bridge.get(), &made));
        return trop::averages(made);
    }

    /// The same with standard errors, intervals and p-values, at lambdas that every draw keeps.
    inference infer(trop_lambdas lambdas, const options &chosen = {}) const {
        return infer_with(lambdas, nullptr, chosen);
    }

    /// The same, each draw choosing its lambdas from the candidates.
    inference infer(trop_lambdas lambdas, const grids &retuning, const options &chosen = {}) const {
        return infer_with(lambdas, retuning.get(), chosen);
    }

    /// The method that infer() would use; throws if it means nothing for the panel. Takes no time.
    trop_inference_method choose_inference(const options &chosen = {}) const {
        trop_inference_method method = TROP_INFERENCE_AUTO;
        detail::check(trop_panel_choose_inference(get(), nullptr, &chosen, &method));
        return method;
    }

    trop::diagnosis diagnose(trop_cell target, trop_lambdas lambdas, const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        trop_diagnosis *made = nullptr;
        bridge.check(trop_panel_diagnose(get(), target, lambdas, bridge.get(), &made));
        return trop::diagnosis(made);
    }

    /// The average effect at each of several lambdas.
    std::vector<trop_att_at> att_at(view<trop_lambdas> lambdas, const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        std::vector<trop_att_at> found(lambdas.size());
        bridge.check(trop_panel_att_at(get(), lambdas.data(), lambdas.size(), bridge.get(), found.size(),
                                       found.data()));
        return found;
    }

    /// The average effect without each never-treated unit in turn.
    std::vector<trop_left_out> leave_one_out(trop_lambdas lambdas, const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        std::vector<trop_left_out> found(n_units() - n_treated_units());
        bridge.check(trop_panel_leave_one_out(get(), lambdas, bridge.get(), found.size(), found.data()));
        return found;
    }

    pre_fit pre_treatment_fit(trop_lambdas lambdas, const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        trop_pre_fit *made = nullptr;
        bridge.check(trop_panel_pre_treatment_fit(get(), lambdas, bridge.get(), &made));
        return pre_fit(made);
    }

    /// One fit at given weights.
    trop::weighted_fit weighted_fit(const trop::weights &given, double lambda_nn,
                                    const options &chosen = {}) const {
        check_weights(given);
        detail::progress_bridge bridge(chosen);
        trop_weighted_fit *made = nullptr;
        bridge.check(trop_panel_weighted_fit(get(), given.unit.data(), given.period.data(), lambda_nn,
                                             bridge.get(), &made));
        return trop::weighted_fit(made);
    }

    /// Leave-one-out scores of several lambda_nn at given weights.
    trop::weighted_loocv weighted_loocv(const trop::weights &given, view<double> lambda_nn,
                                        const options &chosen = {}) const {
        check_weights(given);
        detail::progress_bridge bridge(chosen);
        trop_weighted_loocv *made = nullptr;
        bridge.check(trop_panel_weighted_loocv(get(), given.unit.data(), given.period.data(),
                                               lambda_nn.data(), lambda_nn.size(), bridge.get(), &made));
        return trop::weighted_loocv(made);
    }

    /// The average effect of bootstrap draws, each of which counts how often every unit stands in it.
    /// `average` weights the effects in the average; empty for the design's weights.
    draw_atts att_of_draws(trop_lambdas lambdas, const std::vector<std::vector<std::size_t>> &draws,
                           view<double> average = {}, const options &chosen = {}) const {
        if (!average.empty() && average.size() != n_units())
            throw error(TROP_WEIGHTS_LENGTH, "average: one weight a unit");
        std::vector<std::size_t> counts;
        for (const std::vector<std::size_t> &draw : draws) {
            if (draw.size() != n_units()) throw error(TROP_DRAW_LENGTH, "a draw counts every unit");
            counts.insert(counts.end(), draw.begin(), draw.end());
        }
        detail::progress_bridge bridge(chosen);
        trop_draw_atts *made = nullptr;
        bridge.check(trop_panel_att_of_draws(get(), lambdas, counts.data(), draws.size(), average.data(),
                                             bridge.get(), &made));
        return draw_atts(made);
    }

    const trop_panel *get() const noexcept { return handle_.get(); }

private:
    explicit panel(trop_panel *owned) noexcept : handle_(owned) {}

    static const double *pointer(const std::vector<double> &values, std::size_t length, trop_status status,
                                 const char *message) {
        if (values.empty()) return nullptr;
        if (values.size() != length) throw error(status, message);
        return values.data();
    }

    /// Of covariates, which are N x T and have one stride.
    std::vector<const double *> pointers(const std::vector<matrix_view> &covariates) const {
        std::vector<const double *> found;
        for (const matrix_view &x : covariates) {
            const bool alike = x.stride() == covariates.front().stride();
            if (x.rows() != n_units() || x.columns() != n_periods() || !alike)
                throw error(TROP_COVARIATE_LENGTH, "covariates must be N x T, all of one stride");
            found.push_back(x.data());
        }
        return found;
    }

    void check_weights(const trop::weights &given) const {
        if (given.unit.size() != n_units() || given.period.size() != n_periods())
            throw error(TROP_WEIGHTS_LENGTH, "weights: one for each unit and for each period");
    }

    inference infer_with(trop_lambdas lambdas, const trop_grids *retuning, const options &chosen) const {
        detail::progress_bridge bridge(chosen);
        trop_inference *made = nullptr;
        bridge.check(trop_panel_infer(get(), lambdas, retuning, bridge.get(), &made));
        return inference(made);
    }

    trop::search search_in(const trop_grids *candidates, const options &chosen) const {
        detail::progress_bridge bridge(chosen);
        trop_search *made = nullptr;
        bridge.check(trop_panel_search(get(), candidates, bridge.get(), &made));
        return trop::search(made);
    }

    detail::owned<trop_panel, trop_panel_free> handle_;
};

/// A panel, the weights of its fit, and optionally how often each unit stands in it and its weight in the
/// average (empty for none).
struct weighted_job {
    /// The panel, which must live as long as the job.
    const trop::panel &panel;
    /// The weights of its fit.
    trop::weights weights;
    /// How often each unit stands in it; empty for once.
    std::vector<std::size_t> counts = {};
    /// Weight of each unit in the average; empty for equal weights.
    std::vector<double> average = {};
};

/// The average effect of each job (a row) at each lambda_nn (a column), row-major.
inline std::vector<trop_weighted_att> weighted_atts(const std::vector<weighted_job> &jobs, view<double> lambda_nn,
                                                    const options &chosen = {}) {
    std::vector<trop_weighted_job> plain;
    for (const weighted_job &job : jobs) {
        const std::size_t n = job.panel.n_units();
        if (job.weights.unit.size() != n || job.weights.period.size() != job.panel.n_periods()
            || (!job.average.empty() && job.average.size() != n))
            throw error(TROP_WEIGHTS_LENGTH, "weights: one for each unit and for each period");
        if (!job.counts.empty() && job.counts.size() != n)
            throw error(TROP_DRAW_LENGTH, "a draw counts every unit");
        plain.push_back({job.panel.get(), job.weights.unit.data(), job.weights.period.data(),
                         job.counts.empty() ? nullptr : job.counts.data(),
                         job.average.empty() ? nullptr : job.average.data()});
    }
    detail::progress_bridge bridge(chosen);
    std::vector<trop_weighted_att> found(jobs.size() * lambda_nn.size());
    bridge.check(trop_weighted_atts(plain.data(), plain.size(), lambda_nn.data(), lambda_nn.size(),
                                    bridge.get(), found.size(), found.data()));
    return found;
}

}  // namespace trop

#include "trop_analysis.hpp"

#endif  // TROP_HPP
