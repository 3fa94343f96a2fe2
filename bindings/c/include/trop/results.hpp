// results.hpp: the answers of a panel: grids, effects, estimates, searches, inference, diagnostics; a part of trop.hpp, which includes it.
#ifndef TROP_RESULTS_HPP
#define TROP_RESULTS_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core.hpp"

namespace trop {

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

/// The estimator with parts of it taken away: "full", "no_unit_weights" and so on.
inline std::vector<trop_variant> ablation(trop_lambdas lambdas) {
    std::vector<trop_variant> found(TROP_N_VARIANTS);
    detail::check(trop_ablation(lambdas, found.size(), found.data()));
    return found;
}

}  // namespace trop

#endif  // TROP_RESULTS_HPP
