// Random filters against plain loops, on every instruction set that the processor has, whole and in many threads.
#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <vector>

#include "direct.h"
#include "pool.h"
#include "random_filter.h"

namespace {

// Taps of 16 bits in pairs: those of the first half of each row, with those of the second half above them.
std::vector<int32_t> paired(const std::vector<int32_t>& taps, size_t row) {
    std::vector<int32_t> made;
    const size_t half = (row + 1) / 2;
    for (size_t t = 0; t < taps.size(); ++t)
        if (t % row < half) made.push_back((t % row + half < row ? taps[t + half] * 65536 : 0) + (taps[t] & 65535));
    return made;
}

// Computes in T, from samples S to results Y.
template <class T, class S = T, class Y = T>
bool right(const Random& r, bool parallel, bool spoil = false) {
    Filter f = of_type<T, S, Y>(r.f);
    const std::vector<S> x(r.x.begin(), r.x.end());
    std::vector<T> packed(r.taps.size());
    std::vector<Y> y(size_t(r.outputs), Y(77));
    for (size_t t = 0; t < r.taps.size(); ++t)
        packed[t] = T(r.taps[size_t(tap_at(f.axis, f.axes, int64_t(t)))]);
    if (spoil) packed[0] += 1;
    if constexpr (std::is_same_v<T, int32_t>) packed = paired(packed, size_t(f.axis[f.axes - 1].k));
    f.x = reinterpret_cast<const char*>(x.data());
    f.y = reinterpret_cast<char*>(y.data());
    f.taps[0] = packed.data();
    if (!direct(f, parallel)) return false;
    for (int64_t o = 0; o < r.outputs; ++o) {
        const double sum = expected(r, o);
        if (double(y[size_t(o)]) != (std::is_same_v<T, int16_t> ? double(int16_t(int64_t(sum))) : sum)) return false;
    }
    return true;
}

// Samples as large as a filter's sums allow, and one that is larger.
bool sees_large_samples() {
    std::vector<int32_t> x(1000, -100);
    std::vector<double> y(1000);
    const double taps[] = {1, 2, 3};
    int unfit = 0;
    Filter f{};
    f.axes = 1;
    for (int64_t stride = 1; stride < 4; ++stride) {
        f.axis[0] = Axis{1000, 3, 1000 / stride, stride, -1, 1, Rule::zero, Rule::constant, {}, {99}};
        f = of_type<double, int32_t>(f);
        f.x = reinterpret_cast<const char*>(x.data());
        f.y = reinterpret_cast<char*>(y.data());
        f.taps[0] = taps;
        f.unfit = &unfit;
        f.samples_below = 101;
        if (!direct(f, false) || unfit) return false;
        f.samples_below = 100;
        if (!direct(f, false) || !unfit) return false;
        unfit = 0;
    }
    return true;
}

// Few rows of taps and wide rows of outputs, whose sums some instruction sets hold in strips; whole ones and parts of them,
// rows far apart and in the other order, rows and columns outside; also of converted samples, and in float64.
bool strips_are_right(bool spoil) {
    bool right_ones = true;
    for (int64_t k = 2; k <= 12; ++k)
        for (int number = 0; number < 4; ++number) {
            const Rule rules[] = {Rule::zero, Rule::constant, Rule::edge, Rule::reflect101, Rule::wrap, Rule::symmetric};
            Random r;
            r.f.axes = 2;
            r.f.axis[0] = Axis{drawn(40, 60), k, drawn(13, 47), 1, drawn(-8, 2), number == 1 ? 2 : number == 2 ? -1 : 1,
                               rules[drawn(0, 5)], rules[drawn(0, 5)], {3, 0}, {-2, 0}};
            r.f.axis[1] = Axis{drawn(180, 260), drawn(1, 4), drawn(200, 330), number == 3 ? 2 : 1, drawn(-3, 2), 1,
                               rules[drawn(0, 5)], rules[drawn(0, 5)], {5, 0}, {1, 0}};
            r.outputs = r.f.axis[0].m * r.f.axis[1].m;
            for (int64_t i = 0; i < r.f.axis[0].n * r.f.axis[1].n; ++i) r.x.push_back(double(drawn(-9, 9)));
            for (int64_t t = 0; t < k * r.f.axis[1].k; ++t) r.taps.push_back(double(drawn(-9, 9)));
            right_ones &= right<float>(r, number % 2, spoil) && right<float, int16_t, int32_t>(r, number % 2, spoil) &&
                          right<double>(r, number % 2, spoil);
        }
    return right_ones;
}

// One long row of many taps is cut along it, and memory for it stays small.
bool shares_long_rows() {
    Filter f{};
    f.axes = 1;
    f.axis[0] = Axis{20000, 100000, 119999, 1, -99999, 1, Rule::zero, Rule::zero, {}, {}};
    f = of_type<double>(f);
    if (scratch_bytes(f, false) > 1 << 20) return false;
    f.axis[0] = Axis{4096, 3000, 4096, 1, -1500, 1, Rule::zero, Rule::zero, {}, {}};
    return task_count(f, false) == 1 && task_count(f, true) >= 3;
}

// Rows of taps far more apart than there are rows of outputs: nothing may be done for each row between.
bool skips_far_rows() {
    constexpr int64_t far = int64_t(1) << 40;
    std::vector<float> x(20, 1), y(20, 77);
    const float taps[] = {1, 1, 1};
    Filter f{};
    f.axes = 2;
    f.axis[0] = Axis{10, 3, 10, 1, -far, far, Rule::zero, Rule::edge, {}, {}};
    f.axis[1] = Axis{2, 1, 2, 1, 0, 1, Rule::zero, Rule::zero, {}, {}};
    f = of_type<float>(f);
    f.x = reinterpret_cast<const char*>(x.data());
    f.y = reinterpret_cast<char*>(y.data());
    f.taps[0] = taps;
    if (!direct(f, false)) return false;
    for (float value : y)
        if (value != 2) return false;
    const float factors[] = {1, 1, 1, 1, 1};
    f.taps[0] = factors;
    y.assign(20, 77);
    if (!separable(f, false)) return false;
    for (float value : y)
        if (value != 2) return false;
    return true;
}

}  // namespace

int main() {
    set_thread_count(3);
    int caught = 0;
    for (int number = 0; number < 600; ++number) {
        const Random r = random_filter(4);
        const bool parallel = number % 2;
        if (!right<float>(r, parallel) || !right<double>(r, parallel) || !right<int64_t>(r, parallel) ||
            !right<int16_t>(r, parallel) || !right<int16_t, int64_t, int32_t>(r, parallel) ||
            !right<int32_t, int16_t>(r, parallel) || !right<int32_t, int16_t, double>(r, parallel)) {
            std::printf("%s: filter %d is wrong\n", instruction_set(), number);
            return 1;
        }
        caught += !right<double>(r, false, true) && !right<int32_t, int16_t>(r, false, true);
    }
    if (caught < 300) {  // a wrong tap must show, unless nothing reads it
        std::printf("a wrong tap was seen only %d times\n", caught);
        return 1;
    }
    if (!strips_are_right(false) || strips_are_right(true))
        return std::printf("%s: strips are wrong\n", instruction_set()), 1;
    if (!sees_large_samples()) return std::printf("%s: large samples are not seen\n", instruction_set()), 1;
    if (!shares_long_rows()) return std::printf("%s: long rows are not shared\n", instruction_set()), 1;
    if (!skips_far_rows()) return std::printf("%s: taps far apart are wrong\n", instruction_set()), 1;
    std::printf("%s: 600 filters are right\n", instruction_set());
    return 0;
}
