// panel.hpp: the panel, and all that can be computed from it; a part of trop.hpp, which includes it.
#ifndef TROP_PANEL_HPP
#define TROP_PANEL_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data.hpp"
#include "options.hpp"
#include "results.hpp"
#include "weighted.hpp"

namespace trop {

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
        plain.clusters = pointer(asked.clusters, n_units(), TROP_CLUSTERS_LENGTH, "clusters: one code a unit");
        plain.donor_units = pointer(asked.donor_units, n_units(), TROP_DONORS_LENGTH, "donor_units: one a unit");
        plain.donor_groups = pointer(asked.donor_groups, n_units(), TROP_DONORS_LENGTH, "donor_groups: one code a unit");
        plain.donor_pairs = pointer(asked.donor_pairs, n_units() * n_units(), TROP_DONORS_LENGTH, "donor_pairs: N x N");
        plain.donor_pairs_stride = n_units();
        plain.anticipation = asked.anticipation;
        plain.washout = asked.washout;
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
        detail::progress_bridge bridge(chosen);
        bridge.check(trop_panel_unit_distances(get(), bridge.get(), n_units(), found.size(), found.data()));
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

    grids default_grids(const options &chosen = {}) const {
        detail::progress_bridge bridge(chosen);
        trop_grids *made = nullptr;
        bridge.check(trop_panel_default_grids(get(), bridge.get(), &made));
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

    template <class T>
    static const T *pointer(const std::vector<T> &values, std::size_t length, trop_status status,
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

#endif  // TROP_PANEL_HPP
