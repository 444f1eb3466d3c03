// Random tiles for random filters.
#pragma once

#include <cstdlib>
#include <vector>

#include "fourier.h"
#include "random_filter.h"

namespace {

// Lengths that hold at least one output and are long enough, and how many outputs are kept.
struct Cut {
    int64_t length[max_transformed], kept[max_transformed];
};

inline Cut random_cut(const Filter& f, int axes, Type work) {
    Cut cut;
    for (int a = 0; a < axes; ++a) {
        const Axis& axis = f.axis[f.axes - axes + a];
        const int64_t span = std::abs(axis.d) * (axis.k - 1) + 1 + std::abs(axis.s) * drawn(0, 9);
        cut.length[a] = a == axes - 1 ? least_elements(work) : 1;
        while (cut.length[a] < span) cut.length[a] *= 2;
        const int64_t most = (cut.length[a] - std::abs(axis.d) * (axis.k - 1) - 1) / std::abs(axis.s) + 1;
        cut.kept[a] = drawn(1, most);
    }
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
