// Random filters by transforms against plain loops, on every instruction set that the processor has: whole numbers, which
// must come out exact, whatever the tiles, the threads, and the digits that samples are parted into.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "direct.h"
#include "fourier.h"
#include "pool.h"
#include "random_tiles.h"

namespace {

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
        t.filter = of_type<T>(r.f);
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
        const int axes = transformed_axes(r.f);
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
