// Random filters of small whole numbers, and their right results by plain loops.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "filter.h"

namespace {

using namespace tapwise;

std::mt19937 random_bits(1);

int64_t drawn(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random_bits); }

struct Random {
    Filter f{};
    std::vector<double> x;
    std::vector<float> x_single;
    std::vector<double> taps;  // as the kernel is given
    int64_t outputs = 1;
};

// Up to `most` axes, before them at most one of a batch.
Random random_filter(int most = 4, bool batch = false) {
    Random r;
    const int first = batch ? int(drawn(0, 1)) : 0;
    r.f.axes = first + int(drawn(1, most));
    int64_t samples = 1, taps = 1;
    for (int a = 0; a < r.f.axes; ++a) {
        Axis& axis = r.f.axis[a];
        axis.n = drawn(1, a == r.f.axes - 1 ? 150 : 12);
        axis.k = drawn(1, drawn(0, 3) ? 5 : a == r.f.axes - 1 ? 90 : 9);
        axis.m = drawn(1, a == r.f.axes - 1 ? 130 : 9);
        axis.s = drawn(1, 3) * (drawn(0, 1) ? 1 : -1);
        axis.d = drawn(1, 3) * (drawn(0, 1) ? 1 : -1);
        axis.c = drawn(-20, 20);
        if (a == r.f.axes - 1 && drawn(0, 2) == 0) {  // long rows: tiles inside of the signal, read where it is
            axis.n = drawn(300, 1200);
            axis.m = drawn(200, 1200);
            axis.s = axis.d = 1;
            axis.k = drawn(1, 3) == 1 ? drawn(16, 140) : drawn(1, 7);
            axis.c = drawn(-150, 10);
        }
        axis.below = Rule(drawn(0, 5));
        axis.above = Rule(drawn(0, 5));
        if (a < first) axis = Axis{axis.n, 1, axis.n, 1, 0, 1, Rule::zero, Rule::zero, {}, {}};
        axis.below_value[0] = double(drawn(-9, 9));
        axis.above_value[0] = double(drawn(-9, 9));
        samples *= axis.n;
        taps *= axis.k;
        r.outputs *= axis.m;
    }
    for (int64_t i = 0; i < samples; ++i) r.x.push_back(double(drawn(-9, 9)));
    for (int64_t t = 0; t < taps; ++t) r.taps.push_back(double(drawn(-9, 9)));
    if (r.outputs * taps > 150'000) return random_filter(most, batch);  // the loops below are slow
    r.x_single.assign(r.x.begin(), r.x.end());
    return r;
}

double expected(const Random& r, int64_t output) {
    int64_t at[max_axes], tap[max_axes];
    for (int a = r.f.axes - 1; a >= 0; --a) {
        at[a] = output % r.f.axis[a].m;
        output /= r.f.axis[a].m;
    }
    double sum = 0;
    for (int64_t t = 0; t < int64_t(r.taps.size()); ++t) {
        int64_t rest = t, sample = 0;
        for (int a = r.f.axes - 1; a >= 0; --a) {
            tap[a] = rest % r.f.axis[a].k;
            rest /= r.f.axis[a].k;
        }
        bool read = true, constant = false;
        double value = 0;
        for (int a = 0; a < r.f.axes; ++a) {
            const Axis& axis = r.f.axis[a];
            const int64_t position = axis.s * at[a] + axis.c + axis.d * tap[a];
            int64_t i = position;
            if (i < 0 || i >= axis.n) {
                const Rule rule = i < 0 ? axis.below : axis.above;
                // by walking, not by remainders
                if (rule == Rule::edge) i = i < 0 ? 0 : axis.n - 1;
                while (rule == Rule::wrap && (i < 0 || i >= axis.n)) i += i < 0 ? axis.n : -axis.n;
                while (rule == Rule::symmetric && (i < 0 || i >= axis.n)) i = i < 0 ? -1 - i : 2 * axis.n - 1 - i;
                while (rule == Rule::reflect101 && (i < 0 || i >= axis.n)) {
                    if (axis.n == 1) i = 0;
                    else i = i < 0 ? -i : 2 * axis.n - 2 - i;
                }
                if (rule == Rule::zero) read = false;
                if (rule == Rule::constant) {
                    constant = true;
                    value = position < 0 ? axis.below_value[0] : axis.above_value[0];
                    i = 0;
                }
            }
            sample = sample * axis.n + i;
        }
        if (read) sum += r.taps[size_t(t)] * (constant ? value : r.x[size_t(sample)]);
    }
    return sum;
}

// The tap, in C order as the kernel is given, that stands at place t in the order of the positions that `axes` axes read.
inline int64_t tap_at(const Axis* axis, int axes, int64_t t) {
    int64_t tap = 0, step = 1;
    for (int a = axes - 1; a >= 0; --a) {
        const int64_t k = t % axis[a].k;
        t /= axis[a].k;
        tap += step * (axis[a].d > 0 ? k : axis[a].k - 1 - k);
        step *= axis[a].k;
    }
    return tap;
}

template <class T>
constexpr Type type_of = Type::f64;
template <>
constexpr Type type_of<float> = Type::f32;
template <>
constexpr Type type_of<int16_t> = Type::i16;
template <>
constexpr Type type_of<int32_t> = Type::i32;
template <>
constexpr Type type_of<int64_t> = Type::i64;

// Axes, types and strides of C order; the caller adds x, y and taps. Samples S, computed in T, results Y.
template <class T, class S = T, class Y = T>
Filter of_type(const Filter& axes) {
    Filter f = axes;
    f.work = type_of<T>;
    f.x_type = type_of<S>;
    f.y_type = type_of<Y>;
    f.inner = 1;
    int64_t x_step = sizeof(S), y_step = sizeof(Y);
    for (int a = f.axes - 1; a >= 0; --a) {
        f.x_stride[a] = x_step;
        f.y_stride[a] = y_step;
        x_step *= f.axis[a].n;
        y_step *= f.axis[a].m;
    }
    return f;
}

}  // namespace
