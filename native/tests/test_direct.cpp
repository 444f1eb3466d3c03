// Random filters against plain loops, on every instruction set that the processor has, whole and in many threads.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "direct.h"
#include "pool.h"

using namespace tapwise;

namespace {

std::mt19937 random_bits(1);

int64_t drawn(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random_bits); }

struct Random {
    Filter f{};
    std::vector<double> x;
    std::vector<float> x_single;
    std::vector<double> taps;  // as the kernel is given
    std::vector<float> packed;
    std::vector<int64_t> taps_step;
    int64_t outputs = 1;
};

Random random_filter() {
    Random r;
    r.f.axes = int(drawn(1, 4));
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
        axis.below_value[0] = double(drawn(-9, 9));
        axis.above_value[0] = double(drawn(-9, 9));
        samples *= axis.n;
        taps *= axis.k;
        r.outputs *= axis.m;
    }
    for (int64_t i = 0; i < samples; ++i) r.x.push_back(double(drawn(-9, 9)));
    for (int64_t t = 0; t < taps; ++t) r.taps.push_back(double(drawn(-9, 9)));
    if (r.outputs * taps > 150'000) return random_filter();  // the loops below are slow
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

template <class T>
bool right(Random& r, Type type, const std::vector<T>& x, bool parallel, bool spoil) {
    Filter f = r.f;
    f.work = f.x_type = f.y_type = type;
    f.inner = 1;
    std::vector<T> packed(r.taps.size()), y(size_t(r.outputs), T(77));
    for (size_t t = 0; t < r.taps.size(); ++t) {
        int64_t rest = int64_t(t), from = 0, step = 1;
        for (int a = f.axes - 1; a >= 0; --a) {
            const int64_t k = rest % f.axis[a].k;
            rest /= f.axis[a].k;
            from += step * (f.axis[a].d > 0 ? k : f.axis[a].k - 1 - k);
            step *= f.axis[a].k;
        }
        packed[t] = T(r.taps[size_t(from)]);
    }
    if (spoil) packed[0] += 1;
    int64_t x_step = sizeof(T), y_step = sizeof(T);
    for (int a = f.axes - 1; a >= 0; --a) {
        f.x_stride[a] = x_step;
        f.y_stride[a] = y_step;
        x_step *= f.axis[a].n;
        y_step *= f.axis[a].m;
    }
    f.x = reinterpret_cast<const char*>(x.data());
    f.y = reinterpret_cast<char*>(y.data());
    f.taps[0] = packed.data();
    if (!direct(f, parallel)) return false;
    for (int64_t o = 0; o < r.outputs; ++o)
        if (double(y[size_t(o)]) != expected(r, o)) return false;
    return true;
}

}  // namespace

int main() {
    set_thread_count(3);
    int caught = 0;
    for (int number = 0; number < 600; ++number) {
        Random r = random_filter();
        if (!right(r, Type::f32, r.x_single, number % 2, false) || !right(r, Type::f64, r.x, number % 2, false)) {
            std::printf("%s: filter %d is wrong\n", instruction_set(), number);
            return 1;
        }
        caught += !right(r, Type::f64, r.x, false, true);
    }
    if (caught < 300) {  // a wrong tap must show, unless nothing reads it
        std::printf("a wrong tap was seen only %d times\n", caught);
        return 1;
    }
    std::printf("%s: 600 filters are right\n", instruction_set());
    return 0;
}
