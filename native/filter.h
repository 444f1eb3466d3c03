// One filter, as the kernels see it: whole numbers and pointers, no Python.
//
// Along each axis output o, tap t and input i meet when i = s*o + c + d*t (geometry/axis.py; the caller has removed
// spreads). Batch axes are axes with one tap.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tapwise {

constexpr int max_axes = 16;

enum class Rule : int32_t { zero, constant, edge, symmetric, reflect101, wrap };

// What a signal or a result is stored in. The kernels compute in f32, f64, i64, i16; and direct sums in i32, of samples
// and taps of 16 bits, which stand in pairs: where a row has taps 0 ... k-1, tap t has tap t + (k + 1) / 2 above it.
enum class Type : int32_t { u8, i8, u16, i16, u32, i32, u64, i64, f16, f32, f64 };

enum class Rounding : int32_t { none, nearest_even, nearest_away, truncate, floor };
enum class Overflow : int32_t { raise, wrap, saturate };

// How sums become results: times the gain, plus the offset, rounded if the result is whole and the sums are not.
struct Storing {
    bool as_they_are = true;
    double gain = 1, offset = 0;
    Rounding rounding = Rounding::none;
    Overflow overflow = Overflow::raise;
    int* lost = nullptr;  // set to 1 if a result had no place in its type: then the results are not what they should be
};

struct Axis {
    int64_t n, k, m;  // samples, taps, outputs
    int64_t s, c, d;  // the relation
    Rule below, above;
    double below_value[2], above_value[2];  // real and imaginary part of a constant
};

// Filters a block: every output of every axis.
struct Filter {
    int axes;
    Axis axis[max_axes];
    Type work;
    bool complex;           // samples are pairs; taps are parts[0] + i * parts[1]
    bool conjugate_signal;  // read the signal's conjugate
    int64_t inner;          // samples that lie beside each other along the last axis and are filtered alike

    const char* x;  // sample 0 of every axis
    Type x_type;    // of one part, where samples are complex
    bool x_swapped;  // its bytes are in the other order
    int64_t x_stride[max_axes];  // bytes
    char* y;                     // output 0 of every axis
    Type y_type;
    int64_t y_stride[max_axes];
    Storing storing;  // of real results only
    double samples_below = 0;  // of whole numbers: unless 0, sums are exact only if all samples that are read are smaller
    int* unfit = nullptr;      // set to 1 if one is not

    const void* taps[2];  // in `work`, C order, each axis in the order of the positions it reads; [1] may be null
};

// Work is cut into tasks, each a range of rows and of columns; any number of threads may take them.
struct Tasks {
    int64_t rows, columns;            // of one task
    int64_t row_tasks, column_tasks;  // how many
    int64_t outer;                    // outputs along the axes before the rows
    int64_t count() const { return row_tasks * column_tasks * outer; }
};

// What one instruction set offers.
struct Kernels {
    const char* name;
    Tasks (*tasks)(const Filter&, int threads);
    size_t (*scratch)(const Filter&, const Tasks&);  // bytes a thread needs
    void (*run)(const Filter&, const Tasks&, int64_t task, void* scratch);
};

}  // namespace tapwise

// What follows is compiled for several instruction sets: with internal linkage no copy for a newer processor is taken for
// all of them.
namespace {

using namespace tapwise;

// The sample that stands at position i of an axis of n samples; -1 where nothing is read, -2 where a constant is.
inline int64_t source(Rule rule, int64_t i, int64_t n) {
    switch (rule) {
        case Rule::zero: return -1;
        case Rule::constant: return -2;
        case Rule::edge: return i < 0 ? 0 : n - 1;
        case Rule::symmetric: {
            int64_t j = i % (2 * n);
            if (j < 0) j += 2 * n;
            return j < n ? j : 2 * n - 1 - j;
        }
        case Rule::reflect101: {
            if (n == 1) return 0;
            int64_t period = 2 * (n - 1), j = i % period;
            if (j < 0) j += period;
            return j < n ? j : period - j;
        }
        case Rule::wrap: {
            int64_t j = i % n;
            return j < 0 ? j + n : j;
        }
    }
    return -1;
}

inline int64_t source(const Axis& axis, int64_t i) {
    if (i < 0) return source(axis.below, i, axis.n);
    if (i >= axis.n) return source(axis.above, i, axis.n);
    return i;
}

// The same filter with every axis running forwards; taps are packed in the order of their positions already.
inline Filter forwards(Filter f) {
    for (int a = 0; a < f.axes; ++a) {
        Axis& axis = f.axis[a];
        if (axis.d < 0) {
            axis.c += axis.d * (axis.k - 1);
            axis.d = -axis.d;
        }
        if (axis.s < 0) {
            axis.c += axis.s * (axis.m - 1);
            axis.s = -axis.s;
            f.y += f.y_stride[a] * (axis.m - 1);
            f.y_stride[a] = -f.y_stride[a];
        }
    }
    return f;
}

}  // namespace
