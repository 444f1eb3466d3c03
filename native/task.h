// What a task of sums of products starts from: planes of the outer taps, rows fetched from the signal, results stored.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "arena.h"
#include "filter.h"
#include "rows.h"
#include "storing.h"

namespace {

inline int64_t gcd(int64_t a, int64_t b) {
    while (b) std::swap(a %= b, b);
    return a;
}

template <class T>
int64_t padded(int64_t elements) {  // a whole, odd number of cache lines: rows below each other share no set
    const int64_t lines = rounded_up(elements * int64_t(sizeof(T)), line) / line;
    return (lines | 1) * line / int64_t(sizeof(T));
}

// The axis of rows, before the last; of one row where there is none.
inline Axis axis_of_rows(const Filter& f) {
    return f.axes > 1 ? f.axis[f.axes - 2] : Axis{1, 1, 1, 1, 0, 1, Rule::zero, Rule::zero, {0, 0}, {0, 0}};
}

// How many combinations the taps of the axes before the rows make: each reads a plane.
inline int64_t planes_of(const Filter& f) {
    int64_t planes = 1;
    for (int a = 0; a < f.axes - 2; ++a) planes *= f.axis[a].k;
    return planes;
}

// How many outputs the axes before the rows make.
inline int64_t outer_outputs(const Filter& f) {
    int64_t outputs = 1;
    for (int a = 0; a < f.axes - 2; ++a) outputs *= f.axis[a].m;
    return outputs;
}

// Where a plane of the outer taps is read: samples, one constant, or nothing.
struct Plane {
    const char* at;
    const double* constant;
    bool read;
};

// Finds the planes that an output along the outer axes reads; returns where its rows of results begin.
inline char* find_planes(const Filter& f, int64_t outer, Plane* planes) {
    const int outer_axes = std::max(f.axes - 2, 0);
    int64_t output[max_axes];
    char* y = f.y;
    for (int a = outer_axes - 1; a >= 0; --a) {
        output[a] = outer % f.axis[a].m;
        outer /= f.axis[a].m;
        y += output[a] * f.y_stride[a];
    }
    const int64_t count = planes_of(f);
    for (int64_t q = 0; q < count; ++q) {
        Plane plane{f.x, nullptr, true};
        int64_t combination = q;
        int64_t tap[max_axes];
        for (int a = outer_axes - 1; a >= 0; --a) {
            tap[a] = combination % f.axis[a].k;
            combination /= f.axis[a].k;
        }
        for (int a = 0; a < outer_axes; ++a) {  // in this order the last axis' constant stays
            const Axis& axis = f.axis[a];
            const int64_t position = axis.s * output[a] + axis.c + axis.d * tap[a];
            const int64_t i = source(axis, position);
            if (i == -1) plane.read = false;
            if (i == -2) plane.constant = position < 0 ? axis.below_value : axis.above_value;
            if (i >= 0) plane.at += i * f.x_stride[a];
        }
        planes[q] = plane;
    }
    return y;
}

// Whether all elements are smaller than `limit`. Magnitudes of floats stand in the order of their bits.
template <class T>
bool all_below(const T* row, int64_t elements, T limit) {
    using Bits = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;
    Bits most = 0;
    for (int64_t e = 0; e < elements; ++e)
        most = std::max(most, Bits(__builtin_bit_cast(Bits, row[e]) & std::numeric_limits<Bits>::max()));
    return most < __builtin_bit_cast(Bits, limit);
}

// Copies the row at `position` of a plane, where source(rows, position) is not -1.
template <class T>
void fetch_row(T* to, const RowLayout& layout, const Filter& f, const Axis& rows, const Plane& plane,
               int64_t position) {
    const int64_t i = source(rows, position);
    const double* constant = plane.constant;
    if (i == -2) constant = position < 0 ? rows.below_value : rows.above_value;
    const char* from = plane.at + (f.axes > 1 && i >= 0 ? i * f.x_stride[f.axes - 2] : 0);
    read_row(to, layout, f, from, constant);
    if constexpr (std::is_floating_point_v<T>) {
        if (f.samples_below > 0)
            for (int64_t phase = 0; phase < std::min(layout.step, layout.count); ++phase) {
                const int64_t samples = (layout.count - phase + layout.step - 1) / layout.step;
                if (!all_below(to + phase * layout.pitch * layout.each, samples * layout.each, T(f.samples_below)))
                    __atomic_store_n(f.unfit, 1, __ATOMIC_RELAXED);
            }
    }
    if (f.conjugate_signal && f.complex) conjugate_row(to, layout.pitch * layout.step * layout.each);
}

// Stores a row of sums as results; they may be changed on the way.
template <class T>
void emit_row(const Filter& f, char* to, T* sums, int64_t samples, int64_t each) {
    const int64_t stride = f.y_stride[f.axes - 1];
    with_type(f.y_type, [&](auto* type) {
        using Y = std::remove_pointer_t<decltype(type)>;
        if (f.storing.as_they_are)
            emit<T, Y>(to, stride, sums, samples, each);
        else if (store_row<Y>(to, stride, sums, samples, each, f.storing))
            __atomic_store_n(f.storing.lost, 1, __ATOMIC_RELAXED);
    });
}

}  // namespace
