// trop.hpp: the Triply Robust Panel (TROP) estimator for C++17 and later; header only, on top of trop.h.
//
//     trop::panel panel(outcome.data(), treatment.data(), n_units, n_periods);
//     trop::search search = panel.search();
//     trop::estimate estimate = panel.estimate(search.lambdas());
//     for (const trop_cell_effect &e : estimate.effects()) std::cout << e.effect << '\n';
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
    using value_type = T;
    using const_iterator = const T *;

    constexpr view() noexcept = default;
    constexpr view(const T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    view(const std::vector<T> &values) noexcept : data_(values.data()), size_(values.size()) {}

    constexpr const T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr const T *begin() const noexcept { return data_; }
    constexpr const T *end() const noexcept { return data_ + size_; }
    constexpr const T &operator[](std::size_t k) const noexcept { return data_[k]; }

private:
    const T *data_ = nullptr;
    std::size_t size_ = 0;
};

/// A borrowed row-major matrix whose rows start `stride` entries apart.
class matrix_view {
public:
    constexpr matrix_view(const double *data, std::size_t rows, std::size_t columns,
                          std::size_t stride) noexcept
        : data_(data), rows_(rows), columns_(columns), stride_(stride) {}
    constexpr matrix_view(const double *data, std::size_t rows, std::size_t columns) noexcept
        : matrix_view(data, rows, columns, columns) {}

    constexpr const double *data() const noexcept { return data_; }
    constexpr std::size_t rows() const noexcept { return rows_; }
    constexpr std::size_t columns() const noexcept { return columns_; }
    constexpr std::size_t stride() const noexcept { return stride_; }
    constexpr double operator()(std::size_t row, std::size_t column) const noexcept {
        return data_[row * stride_ + column];
    }
    constexpr view<double> row(std::size_t k) const noexcept { return {data_ + k * stride_, columns_}; }

private:
    const double *data_;
    std::size_t rows_, columns_, stride_;
};

/// A row-major matrix of its own.
class matrix {
public:
    matrix(std::size_t rows, std::size_t columns)
        : values_(rows * columns), rows_(rows), columns_(columns) {}

    double *data() noexcept { return values_.data(); }
    const double *data() const noexcept { return values_.data(); }
    std::size_t size() const noexcept { return values_.size(); }
    std::size_t rows() const noexcept { return rows_; }
    std::size_t columns() const noexcept { return columns_; }
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

template <class Handle, void (*Free)(Handle *)>
struct deleter {
    void operator()(Handle *handle) const noexcept { Free(handle); }
};

template <class Handle, void (*Free)(Handle *)>
using owned = std::unique_ptr<Handle, deleter<Handle, Free>>;

}  // namespace detail

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
    std::function<bool(trop_stage stage, std::size_t done, std::size_t total)> on_progress;
};

namespace detail {

/// Calls on_progress on behalf of the library, which no exception may enter.
class progress_bridge {
public:
    explicit progress_bridge(const options &chosen) : options_(chosen), chosen_(chosen) {
        if (!chosen.on_progress) return;
        options_.progress = &progress_bridge::heard;
        options_.progress_data = this;
    }

    progress_bridge(const progress_bridge &) = delete;
    progress_bridge &operator=(const progress_bridge &) = delete;

    const trop_options *get() const noexcept { return &options_; }

    void check(trop_status status) const {
        if (exception_) std::rethrow_exception(exception_);
        detail::check(status);
    }

private:
    static std::int32_t heard(trop_stage stage, std::size_t done, std::size_t total, void *data) noexcept {
        auto &self = *static_cast<progress_bridge *>(data);
        try {
            return self.chosen_.on_progress(stage, done, total) ? 0 : 1;
        } catch (...) {
            self.exception_ = std::current_exception();
            return 1;
        }
    }

    trop_options options_;
    const options &chosen_;
    std::exception_ptr exception_;
};

}  // namespace detail

/// No low-rank part: the value of lambdas.nn that leaves weighted two-way fixed effects.
inline constexpr double infinity = std::numeric_limits<double>::infinity();

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

/// Weights of a target, not normalized: of the N units and of the T periods.
struct weights {
    std::vector<double> unit;
    std::vector<double> period;
};

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

    const trop_panel *get() const noexcept { return handle_.get(); }

private:
    trop::search search_in(const trop_grids *candidates, const options &chosen) const {
        detail::progress_bridge bridge(chosen);
        trop_search *made = nullptr;
        bridge.check(trop_panel_search(get(), candidates, bridge.get(), &made));
        return trop::search(made);
    }

    detail::owned<trop_panel, trop_panel_free> handle_;
};

}  // namespace trop

#endif  // TROP_HPP
