// The passes of a separable filter over rows that lie in a core's cache: down the rows, along a row, and, where all taps
// are equal, sums that are shared by neighbours.
//
// Each output is summed in an order that the number of taps alone sets.
#pragma once

#include <type_traits>
#include <utility>

#include "vector.h"

namespace {

// Rows of outputs that are summed together on the way down: a row that is loaded once feeds all of them.
constexpr int rows_down = 4;

template <class T>
inline Vector<T> sum(Vector<T> a, Vector<T> b) {
    if constexpr (std::is_integral_v<T>) {  // whole numbers wrap around, as unsigned ones do
        using U = std::make_unsigned_t<T>;
        return (Vector<T>)((Vector<U>)a + (Vector<U>)b);
    } else {
        return a + b;
    }
}

template <class T, int R, int C, int First, int Last>
__attribute__((always_inline)) inline void feed_down(Vector<T> (&sums)[R][C], const T* row, const T* taps) {
    Vector<T> v[C];
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) v[c] = load(row + c * lanes<T>);
#pragma GCC unroll 8
    for (int r = First; r < Last; ++r) {
        const Vector<T> w = broadcast(taps[-r]);
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) sums[r][c] = multiply_add<T>(v[c], w, sums[r][c]);
    }
}

template <class T, int R, int C, int... J>
__attribute__((always_inline)) inline void first_rows(Vector<T> (&sums)[R][C],
                                                      [[maybe_unused]] const T* const* rows,
                                                      [[maybe_unused]] const T* taps, [[maybe_unused]] int64_t x,
                                                      std::integer_sequence<int, J...>) {
    (feed_down<T, R, C, 0, J + 1>(sums, rows[J] + x, taps + J), ...);
}

template <class T, int R, int C, int... J>
__attribute__((always_inline)) inline void last_rows(Vector<T> (&sums)[R][C],
                                                     [[maybe_unused]] const T* const* rows,
                                                     [[maybe_unused]] const T* taps, [[maybe_unused]] int64_t x,
                                                     std::integer_sequence<int, J...>) {
    (feed_down<T, R, C, J + 1, R>(sums, rows[J] + x, taps + J), ...);
}

// R rows of C vectors of outputs at column x: output r is the sum of taps[t] * rows[r + t] over t < k; R <= k.
template <class T, int R, int C>
__attribute__((noinline)) void down(const T* const* rows, const T* taps, int64_t k, int64_t x, T* const* out) {
    Vector<T> sums[R][C];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) sums[r][c] = Vector<T>{};
    first_rows<T, R, C>(sums, rows, taps, x, std::make_integer_sequence<int, R - 1>{});
    for (int64_t j = R - 1; j < k; ++j) feed_down<T, R, C, 0, R>(sums, rows[j] + x, taps + j);
    last_rows<T, R, C>(sums, rows + k, taps + k, x, std::make_integer_sequence<int, R - 1>{});
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) store(out[r] + x + c * lanes<T>, sums[r][c]);
}

// Rows of outputs that share the sum of the rows which all of them read, where their taps are equal.
constexpr int rows_equal = 8;

// C vectors of outputs first <= r < last of such a group, at column x: output r is tap times the sum of rows r + t of the
// group over t < k; k > rows_equal. `rows` and `out` begin with those of the first: what others read is not touched.
template <class T, int C>
__attribute__((noinline)) void down_equal(const T* const* rows, T tap, int64_t k, int64_t first, int64_t last, int64_t x,
                                          T* const* out) {
    const Vector<T> w = broadcast(tap);
    Vector<T> common[C], more[C];
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) common[c] = more[c] = Vector<T>{};
    for (int64_t t = rows_equal - 1; t < k; ++t)
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) common[c] = multiply_add<T>(load(rows[t - first] + x + c * lanes<T>), w, common[c]);
    for (int64_t r = rows_equal - 1; r >= first; --r) {  // rows before the common ones
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) {
            if (r < rows_equal - 1) more[c] = multiply_add<T>(load(rows[r - first] + x + c * lanes<T>), w, more[c]);
            if (r < last) store(out[r - first] + x + c * lanes<T>, sum<T>(common[c], more[c]));
        }
    }
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) more[c] = Vector<T>{};
    for (int64_t r = 1; r < last; ++r) {  // rows after them
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) {
            more[c] = multiply_add<T>(load(rows[k + r - 1 - first] + x + c * lanes<T>), w, more[c]);
            if (r < first) continue;
            T* to = out[r - first] + x + c * lanes<T>;
            store(to, sum<T>(load(to), more[c]));
        }
    }
}

// J vectors of outputs of a row at column x: the sums of taps[t] * row[offsets[t]].
template <class T, int J>
__attribute__((noinline)) void along(const T* row, const T* taps, const int64_t* offsets, int64_t k, int64_t x, T* out) {
    Vector<T> sums[J];
#pragma GCC unroll 8
    for (int j = 0; j < J; ++j) sums[j] = Vector<T>{};
    for (int64_t t = 0; t < k; ++t) {
        const Vector<T> w = broadcast(taps[t]);
        const T* p = row + x + offsets[t];
#pragma GCC unroll 8
        for (int j = 0; j < J; ++j) sums[j] = multiply_add<T>(load(p + j * lanes<T>), w, sums[j]);
    }
#pragma GCC unroll 8
    for (int j = 0; j < J; ++j) store(out + x + j * lanes<T>, sums[j]);
}

// sums[j] = v[j] + v[j + step] + ... of k terms, for 0 <= j < count; v is used up.
//
// Sums of 1, 2, 4, ... neighbours are made from one another, and those that k's binary digits name are added up: each
// output is a tree over its own samples alone, with about 2 log2 k additions, so nothing outside its window touches it.
// Up to a vector beyond count and beyond the last term is read and written.
template <class T>
void equal_taps(T* v, int64_t k, int64_t step, int64_t count, T* sums) {
    int64_t taken = 0;
    for (int64_t terms = 1;; terms *= 2) {  // v[j] is a sum of so many
        if (k & terms) {
            const T* from = v + taken * step;
            if (taken == 0)
                for (int64_t j = 0; j < count; j += lanes<T>) store(sums + j, load(from + j));
            else
                for (int64_t j = 0; j < count; j += lanes<T>) store(sums + j, sum<T>(load(sums + j), load(from + j)));
            taken += terms;
        }
        if (taken == k) return;
        const int64_t needed = count + (k - 2 * terms) * step;
        for (int64_t j = 0; j < needed; j += lanes<T>) store(v + j, sum<T>(load(v + j), load(v + j + terms * step)));
    }
}

}  // namespace
