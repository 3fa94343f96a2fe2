// weighted.hpp: answers at weights and draws of the caller's own; a part of trop.hpp, which includes it.
#ifndef TROP_WEIGHTED_HPP
#define TROP_WEIGHTED_HPP

#include <cstddef>
#include <vector>

#include "core.hpp"

namespace trop {

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

}  // namespace trop

#endif  // TROP_WEIGHTED_HPP
