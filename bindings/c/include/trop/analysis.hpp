// analysis.hpp: the whole way in one call; a part of trop.hpp, which includes it.
#ifndef TROP_ANALYSIS_HPP
#define TROP_ANALYSIS_HPP

#include <initializer_list>
#include <limits>
#include <locale>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "panel.hpp"

namespace trop {

/// The value of an option: a text, true or false, a number, lambdas or grids.
class option_value {
public:
    /// A text, read as trop_analysis_options_set() reads it.
    option_value(const char *text) : text_(text) {}
    /// The same.
    option_value(std::string text) : text_(std::move(text)) {}
    /// True, false or a number.
    template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
    option_value(T value) : text_(written(value)) {}
    /// Lambdas, for the option of that name.
    option_value(trop_lambdas lambdas)
        : text_("time=" + written(lambdas.time) + ", unit=" + written(lambdas.unit) + ", nn=" + written(lambdas.nn)) {}
    /// Grids, for the option of that name.
    option_value(const grids &given)
        : text_("time=" + written(given.time()) + ", unit=" + written(given.unit()) + ", nn=" + written(given.nn())) {}

    /// As trop_analysis_options_set() reads it.
    const std::string &text() const noexcept { return text_; }

private:
    /// Every digit that counts, whatever the program's locale.
    template <class T>
    static std::string written(T value) {
        std::ostringstream text;
        text.imbue(std::locale::classic());
        text.precision(std::numeric_limits<double>::max_digits10);
        text << std::boolalpha << value;
        return text.str();
    }
    static std::string written(view<double> values) {
        std::string text;
        for (const double value : values) text += (text.empty() ? "" : " ") + written(value);
        return text;
    }

    std::string text_;
};

/// Options of an analysis by name; those that are not set have their defaults.
///
///     trop::analysis_options options{{"inference", "placebo"}, {"n_boot", 500}};
///     options.set("lambdas", trop_lambdas{0.1, 0.2, trop::infinity});
class analysis_options {
public:
    analysis_options() {
        trop_analysis_options *made = nullptr;
        detail::check(trop_analysis_options_new(&made));
        handle_.reset(made);
    }
    /// Options by name; the others keep their defaults.
    analysis_options(std::initializer_list<std::pair<const char *, option_value>> given) : analysis_options() {
        for (const auto &[name, value] : given) set(name, value);
    }

    analysis_options &set(const std::string &name, const option_value &value) {
        detail::check(trop_analysis_options_set(handle_.get(), name.c_str(), value.text().c_str()));
        return *this;
    }

    /// As a text that set() reads.
    std::string get(const std::string &name) const {
        trop_text *made = nullptr;
        detail::check(trop_analysis_options_get(handle_.get(), name.c_str(), &made));
        const detail::owned<trop_text, trop_text_free> handle(made);
        return trop_text_data(made);
    }

    /// The names of all options.
    static std::vector<std::string> known() {
        std::vector<std::string> found;
        for (std::size_t k = 0; trop_option_name(k) != nullptr; k++) found.push_back(trop_option_name(k));
        return found;
    }

    /// As that of trop::options. Options that have it serve one analysis at a time.
    progress_function on_progress;

    trop_analysis_options *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_analysis_options, trop_analysis_options_free> handle_;
};

/// What a reader should know beside the numbers.
struct note {
    /// Its stable name, the same in every language.
    std::string code;
    /// What it says, a sentence or more.
    std::string text;
    /// True if numbers may be wrong, or lack although they were asked for.
    bool is_warning;
};

/// A picture for the report: what it shows, as trop_picture in trop.h lists, and an SVG as text.
struct picture {
    /// "event", "path" and so on.
    std::string kind;
    /// The picture, an SVG as text.
    std::string svg;
};

/// A table: columns by name, all of the same length.
class table {
public:
    explicit table(trop_table *owned) noexcept : handle_(owned) {}

    std::string name() const { return trop_table_name(get()); }
    std::size_t n_rows() const noexcept { return trop_table_n_rows(get()); }
    std::vector<std::string> columns() const {
        std::vector<std::string> found;
        for (std::size_t k = 0; k < trop_table_n_columns(get()); k++)
            found.push_back(trop_table_column_name(get(), k));
        return found;
    }
    trop_column_kind kind(const std::string &column) const {
        return trop_table_column_kind(get(), position(column));
    }
    /// NaN for texts.
    view<double> numbers(const std::string &column) const {
        return {trop_table_numbers(get(), position(column)), n_rows()};
    }
    /// Empty where there is no value.
    std::string text(std::size_t row, const std::string &column) const {
        return detail::string(trop_table_text(get(), row, position(column)));
    }

    const trop_table *get() const noexcept { return handle_.get(); }

private:
    std::size_t position(const std::string &column) const {
        const std::size_t found = trop_table_find(get(), column.c_str());
        if (found == trop_table_n_columns(get()))
            throw error(TROP_OPTION_INVALID, ("there is no column '" + column + "'").c_str());
        return found;
    }

    detail::owned<trop_table, trop_table_free> handle_;
};

/// Differences between the effects of groups: a row for each pair, the p-value of all groups having the same effect
/// (NaN if some difference has no standard error), and all of it as text.
struct group_differences {
    /// A row for each pair of groups.
    trop::table table;
    /// Of all groups having the same effect.
    double p_value;
    /// All of it in words.
    std::string text;
};

/// Effects with room for bias, the placebo effects that sizes multiply, the least size at which zero enters the interval
/// of the average effect, and all of it as text.
struct bias_bounds {
    /// A row for each effect and size.
    trop::table table;
    /// By time since the pretended start.
    trop::table placebos;
    /// 0 if the interval holds zero without any bias.
    double breakdown;
    /// All of it in words.
    std::string text;
};

/// All that an analysis gives.
class analysis {
public:
    explicit analysis(trop_analysis *owned) noexcept : handle_(owned) {}

    /// As JSON that every language reads.
    std::string to_json() const {
        trop_text *made = nullptr;
        detail::check(trop_analysis_to_json(get(), &made));
        const detail::owned<trop_text, trop_text_free> handle(made);
        return trop_text_data(made);
    }
    /// What to_json() or another language wrote.
    static analysis from_json(const std::string &json) {
        trop_analysis *made = nullptr;
        detail::check(trop_analysis_from_json(json.c_str(), nullptr, &made));
        return analysis(made);
    }

    /// The average effect with its standard error, interval and p-value.
    trop_inferred att() const noexcept { return trop_analysis_att(get()); }
    trop_lambdas lambdas() const noexcept { return trop_analysis_lambdas(get()); }
    double max_gap() const noexcept { return trop_estimate_max_gap(trop_analysis_estimate(get())); }
    bool converged() const noexcept { return trop_estimate_converged(trop_analysis_estimate(get())); }

    /// All numbers of the estimate, the average effect first.
    view<trop_inferred> averages() const noexcept {
        return {trop_analysis_averages(get()), trop_analysis_n_averages(get())};
    }
    /// Every treated cell with an effect, by unit and then period.
    view<trop_cell_effect> effects() const noexcept { return cells(treated()); }
    /// How far the exact effects can be from these.
    view<trop_effect_range> ranges() const noexcept {
        return {trop_effects_ranges(treated()), trop_effects_n(treated())};
    }
    /// The treated cells without one.
    view<trop_not_estimable> not_estimable() const noexcept {
        return {trop_effects_not_estimable(treated()), trop_effects_n_not_estimable(treated())};
    }
    /// Where their effects can lie: NaN unless the effect is not unique.
    view<trop_effect_range> not_estimable_ranges() const noexcept {
        return {trop_effects_not_estimable_ranges(treated()), trop_effects_n_not_estimable(treated())};
    }
    /// Placebo effects of the control cells before treatment.
    view<trop_cell_effect> pre_effects() const noexcept { return cells(trop_analysis_pre_effects(get())); }
    /// Every score of the search; empty if lambdas were given.
    view<trop_score> scores() const noexcept {
        const trop_search *search = trop_analysis_search(get());
        return {trop_search_scores(search), trop_search_n_scores(search)};
    }
    /// Draws of the inference; empty if there is none.
    view<double> draws() const noexcept {
        const trop_inference *inference = trop_analysis_inference(get());
        return {trop_inference_draws(inference), trop_inference_n_draws(inference)};
    }
    /// The method of the inference; TROP_INFERENCE_AUTO if there is none.
    trop_inference_method method() const noexcept { return trop_inference_used(trop_analysis_inference(get())); }
    /// Why there is no inference although it was asked for; else TROP_OK.
    trop_status no_inference() const noexcept { return trop_analysis_no_inference(get()); }
    view<trop_period_mean> by_time() const noexcept {
        return {trop_analysis_by_time(get()), trop_analysis_n_by_time(get())};
    }
    trop_uncertified uncertified() const noexcept { return trop_analysis_uncertified(get()); }
    trop_timings timings() const noexcept { return trop_analysis_timings(get()); }

    std::vector<note> notes() const {
        std::vector<note> found;
        for (std::size_t k = 0; k < trop_analysis_n_notes(get()); k++)
            found.push_back({trop_analysis_note_code(get(), k), trop_analysis_note_text(get(), k),
                             trop_analysis_note_is_warning(get(), k)});
        return found;
    }
    std::string summary() const { return detail::string(trop_analysis_summary(get())); }
    std::string headline() const { return detail::string(trop_analysis_headline(get())); }

    /// "effects" and so on, as trop_analysis_table() in trop.h lists them.
    trop::table table(const std::string &name) const {
        trop_table *made = nullptr;
        detail::check(trop_analysis_table(get(), name.c_str(), &made));
        return trop::table(made);
    }

    /// Differences between the effects of all groups of a grouping of the design, counted from 0; of `options` threads and
    /// progress are heeded alone.
    group_differences differences(std::size_t grouping, const analysis_options &options = {}) const {
        trop_table *made = nullptr;
        double p_value = 0.0;
        trop_text *words = nullptr;
        detail::check(trop_analysis_differences(get(), grouping, options.get(), &made, &p_value, &words));
        const detail::owned<trop_text, trop_text_free> handle(words);
        return {trop::table(made), p_value, {trop_text_data(words), trop_text_length(words)}};
    }

    /// The analysis as if treatment had begun `window` periods earlier than it did (0: as long as treatment lasted, but at
    /// most half of the periods before it); of `options` threads and progress are heeded alone.
    analysis placebo_in_time(std::size_t window = 0, const analysis_options &options = {}) const {
        trop_analysis *made = nullptr;
        detail::check(trop_analysis_placebo_in_time(get(), window, options.get(), nullptr, &made));
        return analysis(made);
    }

    /// Intervals that hold if the counterfactual is off by at most so many times (`sizes`; empty for 0, 0.5, 1, 1.5, 2) the
    /// largest effect that the placebo in time has; `window` is as there, and of `options` threads and progress are heeded
    /// alone.
    trop::bias_bounds bias_bounds(const std::vector<double> &sizes = {}, std::size_t window = 0,
                                  const analysis_options &options = {}) const {
        trop_table *made = nullptr, *placebos = nullptr;
        double breakdown = 0.0;
        trop_text *words = nullptr;
        detail::check(trop_analysis_bias_bounds(get(), window, sizes.empty() ? nullptr : sizes.data(), sizes.size(),
                                                options.get(), &made, &placebos, &breakdown, &words));
        const detail::owned<trop_text, trop_text_free> handle(words);
        return {trop::table(made), trop::table(placebos), breakdown, {trop_text_data(words), trop_text_length(words)}};
    }

    /// One page of HTML.
    std::string report(const std::vector<picture> &pictures = {}) const {
        const std::vector<trop_picture> plain = plain_pictures(pictures);
        trop_text *made = nullptr;
        detail::check(trop_analysis_report(get(), plain.data(), plain.size(), &made));
        const detail::owned<trop_text, trop_text_free> handle(made);
        return {trop_text_data(made), trop_text_length(made)};
    }
    /// The same, to a file.
    void write_report(const std::string &path, const std::vector<picture> &pictures = {}) const {
        const std::vector<trop_picture> plain = plain_pictures(pictures);
        detail::check(trop_analysis_write_report(get(), plain.data(), plain.size(), path.c_str()));
    }

    const trop_analysis *get() const noexcept { return handle_.get(); }

private:
    const trop_effects *treated() const noexcept { return trop_estimate_effects(trop_analysis_estimate(get())); }

    static view<trop_cell_effect> cells(const trop_effects *effects) noexcept {
        return {trop_effects_data(effects), trop_effects_n(effects)};
    }

    static std::vector<trop_picture> plain_pictures(const std::vector<picture> &pictures) {
        std::vector<trop_picture> found;
        for (const picture &each : pictures) found.push_back({each.kind.c_str(), each.svg.c_str()});
        return found;
    }

    detail::owned<trop_analysis, trop_analysis_free> handle_;
};

/// What several estimators say of one panel.
class comparison {
public:
    /// Takes the handle over.
    explicit comparison(trop_comparison *owned) noexcept : handle_(owned) {}

    /// "comparison" and so on, as trop_comparison_table() in trop.h lists them.
    trop::table table(const std::string &name) const {
        trop_table *made = nullptr;
        detail::check(trop_comparison_table(get(), name.c_str(), &made));
        return trop::table(made);
    }
    /// Lines of text, with the notes.
    std::string text() const { return detail::string(trop_comparison_text(get())); }
    /// What a reader should know.
    std::vector<std::string> notes() const {
        std::vector<std::string> found;
        for (std::size_t k = 0; k < trop_comparison_n_notes(get()); k++)
            found.push_back(trop_comparison_note(get(), k));
        return found;
    }

    const trop_comparison *get() const noexcept { return handle_.get(); }

private:
    detail::owned<trop_comparison, trop_comparison_free> handle_;
};

/// Several estimators by their names, none for the usual ones; `about_them` are options that
/// trop_estimator_options_set() in trop.h lists.
inline comparison compare(const panel &panel, const std::vector<std::string> &estimators = {},
                          const analysis_options &options = {},
                          const std::vector<std::pair<std::string, option_value>> &about_them = {}) {
    std::vector<const char *> names;
    for (const std::string &name : estimators) names.push_back(name.c_str());
    trop_estimator_options *given = nullptr;
    detail::check(trop_estimator_options_new(&given));
    const detail::owned<trop_estimator_options, trop_estimator_options_free> rivals(given);
    for (const auto &[name, value] : about_them)
        detail::check(trop_estimator_options_set(given, name.c_str(), value.text().c_str()));
    trop_comparison *made = nullptr;
    detail::progress_caller caller(options.on_progress);
    if (caller.plain() == nullptr) {
        detail::check(trop_compare(panel.get(), names.data(), names.size(), options.get(), given, &made));
        return comparison(made);
    }
    detail::check(trop_analysis_options_set_progress(options.get(), caller.plain(), &caller));
    const trop_status status = trop_compare(panel.get(), names.data(), names.size(), options.get(), given, &made);
    trop_analysis_options_set_progress(options.get(), nullptr, nullptr);
    caller.check(status);
    return comparison(made);
}

/// The whole way in one call: search, estimate, effects before treatment, inference, averages and notes.
inline analysis analyze(const panel &panel, const analysis_options &options = {}) {
    detail::progress_caller caller(options.on_progress);
    trop_analysis *made = nullptr;
    if (caller.plain() == nullptr) {
        detail::check(trop_analyze(panel.get(), options.get(), &made));
        return analysis(made);
    }
    detail::check(trop_analysis_options_set_progress(options.get(), caller.plain(), &caller));
    const trop_status status = trop_analyze(panel.get(), options.get(), &made);
    trop_analysis_options_set_progress(options.get(), nullptr, nullptr);
    caller.check(status);
    return analysis(made);
}

}  // namespace trop

#endif  // TROP_ANALYSIS_HPP
