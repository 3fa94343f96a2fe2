// core.hpp: failures, borrowed views and matrices; a part of trop.hpp, which includes it.
#ifndef TROP_CORE_HPP
#define TROP_CORE_HPP

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "../trop.h"

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

}  // namespace trop

#endif  // TROP_CORE_HPP
