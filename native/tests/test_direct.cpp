// Random filters against plain loops, on every instruction set that the processor has, whole and in many threads.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "direct.h"
#include "pool.h"
#include "random_filter.h"

namespace {

template <class T>
bool right(Random& r, Type type, const std::vector<T>& x, bool parallel, bool spoil) {
    Filter f = of_type(r.f, type, sizeof(T));
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
        Random r = random_filter(4);
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
