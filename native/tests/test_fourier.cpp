// Random filters by transforms against plain loops, on every instruction set that the processor has: whole numbers, which
// must come out exact, whatever the tiles, the threads, and the digits that samples are parted into.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "direct.h"
#include "fourier.h"
#include "pool.h"
#include "random_filter.h"

namespace {

// Lengths that hold at least one output and are long enough, and how many outputs are kept.
struct Cut {
    int64_t length[max_transformed], kept[max_transformed], skipped[max_transformed];
    bool folded;
};

// One tile for all outputs of an axis, in which zeros of a boundary are left out and its ends meet.
void hold_all(Cut& cut, int a, const Axis& axis) {
    const int64_t beyond = std::abs(axis.d) * (axis.k - 1), outputs = std::abs(axis.s) * (axis.m - 1) + 1;
    const int64_t low = std::min(axis.s * (axis.m - 1), int64_t(0)) + axis.c + std::min(axis.d * (axis.k - 1), int64_t(0));
    int64_t end = low + outputs + beyond;
    if (axis.above == Rule::zero) end = std::min(end, axis.n);
    if (axis.below == Rule::zero) cut.skipped[a] = std::min(std::max(-low, int64_t(0)), beyond);
    const int64_t needed = std::max({beyond + 1, beyond - cut.skipped[a] + outputs, end - low});
    while (cut.length[a] < needed) cut.length[a] *= 2;
    cut.kept[a] = axis.m;
}

Cut random_cut(const Filter& f, int axes, Type work) {
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

std::vector<double> laid_out(const Random& r, int axes, int64_t* shape, bool spoil) {
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

template <class T>
bool right(Random& r, int axes, Type type, const std::vector<T>& x, bool parallel, bool spoil, int digits) {
    int64_t shape[max_transformed];
    const std::vector<double> taps = laid_out(r, axes, shape, spoil);
    const Cut cut = random_cut(r.f, axes, type);
    Kernel* kernel = make_kernel(type, axes, cut.length, taps.data(), shape, cut.skipped, cut.folded);
    if (!kernel) return false;
    std::vector<T> y(size_t(r.outputs), T(77));
    std::vector<int64_t> sums(size_t(r.outputs), 0);
    bool done = true;
    for (int piece = 0; piece < (digits ? 2 : 1); ++piece) {  // two pieces hold every sample
        Tiling t{};
        t.kernel = kernel;
        t.filter = of_type(r.f, type, sizeof(T));
        t.filter.x = reinterpret_cast<const char*>(x.data());
        t.filter.y = digits ? reinterpret_cast<char*>(sums.data()) : reinterpret_cast<char*>(y.data());
        for (int a = 0; digits && a < r.f.axes; ++a) t.filter.y_stride[a] *= int64_t(sizeof(int64_t) / sizeof(T));
        std::memcpy(t.kept, cut.kept, sizeof t.kept);
        t.most = 1e30;
        t.whole = true;
        t.add_shift = -1;
        if (digits) {
            t.digits = digits;
            t.digit_shift = t.add_shift = piece * digits;
            t.top = piece == 1;
            t.bias = int64_t(1) << (digits - 1);
        }
        settle(t);
        std::vector<Report> reports(size_t(t.tiles), Report{});
        t.reports = reports.data();
        done = done && fourier(t, parallel);
        for (const Report& report : reports) done = done && report.fate == Fate::done;
    }
    free_kernel(kernel);
    for (int64_t o = 0; done && o < r.outputs; ++o)
        done = (digits ? double(sums[size_t(o)]) : double(y[size_t(o)])) == expected(r, o);
    return done;
}

}  // namespace

int main() {
    set_thread_count(3);
    int caught = 0;
    for (int number = 0; number < 300; ++number) {
        Random r = random_filter(3, true);
        int axes = r.f.axes;
        while (axes > 1 && r.f.axis[r.f.axes - axes].k == 1 && r.f.axis[r.f.axes - axes].m == r.f.axis[r.f.axes - axes].n &&
               r.f.axis[r.f.axes - axes].s == 1 && r.f.axis[r.f.axes - axes].c == 0)
            --axes;  // a batch
        if (axes > max_transformed) continue;
        const bool parallel = number % 2;
        if (!right(r, axes, Type::f32, r.x_single, parallel, false, 0) || !right(r, axes, Type::f64, r.x, parallel, false, 0) ||
            !right(r, axes, Type::f64, r.x, parallel, false, 2)) {
            std::printf("%s: filter %d is wrong\n", instruction_set(), number);
            return 1;
        }
        caught += !right(r, axes, Type::f64, r.x, parallel, true, 0);
    }
    if (caught < 150) {  // a wrong tap must show, unless nothing reads it
        std::printf("a wrong tap was seen only %d times\n", caught);
        return 1;
    }
    std::printf("%s: 300 filters are right\n", instruction_set());
    return 0;
}
