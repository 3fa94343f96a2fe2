// options.hpp: options, and the progress that they hear of; a part of trop.hpp, which includes it.
#ifndef TROP_OPTIONS_HPP
#define TROP_OPTIONS_HPP

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>

#include "core.hpp"

namespace trop {

/// Hears of progress, and returns whether to go on.
using progress_function = std::function<bool(trop_stage stage, std::size_t done, std::size_t total)>;

/// For a progress function: the time that the whole call of analyze() will still take, as in "about 3 minutes left";
/// empty while that is not known.
inline std::string progress_left() {
    const char *left = trop_progress_left();
    return left == nullptr ? std::string() : left;
}

/// For a progress function: if the whole call of analyze() takes more than a minute, how long, and what would make it
/// shorter; else empty.
inline std::string progress_advice() {
    const char *advice = trop_progress_advice();
    return advice == nullptr ? std::string() : advice;
}

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

}  // namespace trop

#endif  // TROP_OPTIONS_HPP
