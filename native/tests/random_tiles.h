// Random tiles for random filters.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "fourier.h"
#include "random_filter.h"

namespace {

// Lengths that hold at least one output and are long enough, and how many outputs are kept.
struct Cut {
    int64_t length[max_transformed], kept[max_transformed], skipped[max_transformed];
    bool folded;
};

// One tile for all outputs of an axis, in which zeros of a boundary are left out and its ends meet.
inline void hold_all(Cut& cut, int a, const Axis& axis) {
    const int64_t beyond = std::abs(axis.d) * (axis.k - 1), outputs = std::abs(axis.s) * (axis.m - 1) + 1;
    const int64_t low = std::min(axis.s * (axis.m - 1), int64_t(0)) + axis.c + std::min(axis.d * (axis.k - 1), int64_t(0));
    int64_t end = low + outputs + beyond;
    if (axis.above == Rule::zero) end = std::min(end, axis.n);
    if (axis.below == Rule::zero) cut.skipped[a] = std::min(std::max(-low, int64_t(0)), beyond);
    const int64_t needed = std::max({beyond + 1, beyond - cut.skipped[a] + outputs, end - low});
    while (cut.length[a] < needed) cut.length[a] *= 2;
    cut.kept[a] = axis.m;
}

inline Cut random_cut(const Filter& f, int axes, Type work) {
    Cut cut{};
    for (int a = 0; a < axes; ++a) {
        const Axis& axis = f.axis[f.axes - axes + a];
        const int64_t span = std::abs(axis.d) * (axis.k - 1) + 1 + std::abs(axis.s) * drawn(0, 9);
        cut.length[a] = a == axes - 1 ? least_elements(work) : 1;
        cut.skipped[a] = 0;
        if (drawn(0, 1)) {
            hold_all(cut, a, axis);
            continue;
        }
        while (cut.length[a] < span) cut.length[a] *= 2;
        const int64_t most = (cut.length[a] - std::abs(axis.d) * (axis.k - 1) - 1) / std::abs(axis.s) + 1;
        cut.kept[a] = drawn(1, most);
    }
    cut.folded = drawn(0, 2) > 0;
    if (!cut.folded) return cut;
    if (axes == 1) cut.length[0] *= 2;  // no fewer lanes, nor fewer elements than a transform has
    cut.length[0] = std::max(cut.length[0], int64_t(2)) / 2;
    return cut;
}

// Pairs in the order of the positions they read.
inline std::vector<double> laid_out(const Random& r, int axes, int64_t* shape, bool spoil) {
    int64_t count = 1;
    for (int a = 0; a < axes; ++a) {
        const Axis& axis = r.f.axis[r.f.axes - axes + a];
        shape[a] = std::abs(axis.d) * (axis.k - 1) + 1;
        count *= shape[a];
    }
    std::vector<double> taps(size_t(2 * count), 0);
    for (size_t t = 0; t < r.taps.size(); ++t) {
        int64_t rest = int64_t(t), at = 0, step = 1;
        for (int a = axes - 1; a >= 0; --a) {
            const Axis& axis = r.f.axis[r.f.axes - axes + a];
            const int64_t k = rest % axis.k;
            rest /= axis.k;
            at += step * std::abs(axis.d) * (axis.d > 0 ? k : axis.k - 1 - k);
            step *= shape[a];
        }
        taps[size_t(2 * at)] = r.taps[t];
    }
    if (spoil) taps[0] += 1;
    return taps;
}

// How many of the last axes are transformed; those before are a batch.
inline int transformed_axes(const Filter& f) {
    int axes = f.axes;
    while (axes > 1 && f.axis[f.axes - axes].k == 1 && f.axis[f.axes - axes].m == f.axis[f.axes - axes].n &&
           f.axis[f.axes - axes].s == 1 && f.axis[f.axes - axes].c == 0)
        --axes;
    return axes;
}

}  // namespace
