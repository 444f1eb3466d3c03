// Random filters whose taps are products, against plain loops over all taps, whole and in many threads.
#include <cstdio>
#include <type_traits>
#include <vector>

#include "direct.h"
#include "pool.h"
#include "random_filter.h"

namespace {

struct Factors {
    std::vector<double> of[3];  // planes, rows, columns, as the kernel is given
};

// Replaces the taps by products of factors; some factors have equal taps, so that sums are shared.
Factors factored(Random& r) {
    Factors made;
    int64_t sizes[3] = {1, 1, r.f.axis[r.f.axes - 1].k};
    if (r.f.axes > 1) sizes[1] = r.f.axis[r.f.axes - 2].k;
    for (int a = 0; a < r.f.axes - 2; ++a) sizes[0] *= r.f.axis[a].k;
    for (int part = 0; part < 3; ++part) {
        const bool equal = drawn(0, 1), alone = part < 2 && sizes[part] == 1;
        for (int64_t t = 0; t < sizes[part]; ++t) made.of[part].push_back(alone ? 1 : equal ? 2 : double(drawn(-3, 3)));
    }
    r.taps.clear();
    for (double p : made.of[0])
        for (double q : made.of[1])
            for (double c : made.of[2]) r.taps.push_back(p * q * c);
    return made;
}

// The factors one after the other, each in the order of the positions it reads.
template <class T>
std::vector<T> packed(const Filter& f, const Factors& factors) {
    std::vector<T> taps;
    for (size_t t = 0; t < factors.of[0].size(); ++t)
        taps.push_back(T(factors.of[0][size_t(tap_at(f.axis, f.axes - 2, int64_t(t)))]));
    for (int part = 1; part < 3; ++part) {
        const auto& given = factors.of[part];
        const int a = f.axes - 3 + part;
        const bool turned = a >= 0 && f.axis[a].d < 0;
        for (size_t t = 0; t < given.size(); ++t) taps.push_back(T(given[turned ? given.size() - 1 - t : t]));
    }
    return taps;
}

template <class T>
bool right(const Random& r, const Factors& factors, bool parallel, bool spoil = false) {
    Filter f = of_type<T>(r.f);
    const std::vector<T> x(r.x.begin(), r.x.end());
    std::vector<T> taps = packed<T>(f, factors), y(size_t(r.outputs), T(77));
    if (spoil) taps.back() += 1;
    f.x = reinterpret_cast<const char*>(x.data());
    f.y = reinterpret_cast<char*>(y.data());
    f.taps[0] = taps.data();
    if (!separable(f, parallel)) return false;
    for (int64_t o = 0; o < r.outputs; ++o) {
        const double sum = expected(r, o);
        if (double(y[size_t(o)]) != (std::is_same_v<T, int16_t> ? double(int16_t(int64_t(sum))) : sum)) return false;
    }
    return true;
}

}  // namespace

int main() {
    set_thread_count(3);
    int caught = 0;
    for (int number = 0; number < 600; ++number) {
        Random r = random_filter();
        if (number % 3 == 0 && r.f.axes > 1) {  // many rows of taps
            Axis& rows = r.f.axis[r.f.axes - 2];
            if (r.outputs * int64_t(r.taps.size()) / rows.k * 30 < 150'000) rows.k = drawn(9, 30);
        }
        const Factors factors = factored(r);
        const bool parallel = number % 2;
        if (!right<float>(r, factors, parallel) || !right<double>(r, factors, parallel) ||
            !right<int64_t>(r, factors, parallel) || !right<int16_t>(r, factors, parallel)) {
            std::printf("%s: filter %d is wrong\n", instruction_set(), number);
            return 1;
        }
        caught += !right<double>(r, factors, false, true);
    }
    if (caught < 300) {  // a wrong tap must show, unless nothing reads it
        std::printf("a wrong tap was seen only %d times\n", caught);
        return 1;
    }
    std::printf("%s: 600 filters are right\n", instruction_set());
    return 0;
}
