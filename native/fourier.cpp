#include "fourier.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

#include "direct.h"
#include "scratch.h"

namespace tapwise {

#if defined(__x86_64__)
extern const Transforms transforms_v2, transforms_v3, transforms_v4;
#else
extern const Transforms transforms_base;
#endif

namespace {

const Transforms& transforms() {
#if defined(__x86_64__)
    static const Transforms& chosen = *[] {
        for (const Transforms* t : {&transforms_v4, &transforms_v3})
            if (!std::strcmp(t->name, instruction_set())) return t;
        return &transforms_v2;
    }();
    return chosen;
#else
    return transforms_base;
#endif
}

}  // namespace

// Correctly rounded but for one in a thousand: computed in long double.
const double* roots(int64_t n) {
    static std::atomic<const double*> tables[64];  // no lock, which a forked child might find held
    int bits = 0;
    while ((int64_t(1) << bits) < n) ++bits;
    std::atomic<const double*>& table = tables[bits];
    if (const double* known = table.load(std::memory_order_acquire)) return known;
    double* made = static_cast<double*>(std::malloc(2 * size_t(n) * sizeof(double)));
    if (!made) return nullptr;
    const long double step = 2 * std::acos(-1.0L) / (long double)n;
    const auto put = [&](int64_t k, double re, double im) {
        made[2 * (k & (n - 1))] = re;
        made[2 * (k & (n - 1)) + 1] = im;
    };
    for (int64_t j = 0; j <= n / 8; ++j) {  // an eighth of the circle; the others are its mirror images
        const double c = double(std::cos(step * (long double)j)), s = double(std::sin(step * (long double)j));
        const int64_t quarter = n / 4;
        put(j, c, -s);
        put(-j, c, s);
        if (n >= 2) {
            put(n / 2 - j, -c, -s);
            put(n / 2 + j, -c, s);
        }
        if (n >= 4) {
            put(quarter - j, s, -c);
            put(quarter + j, -s, -c);
            put(-quarter - j, -s, c);
            put(-quarter + j, s, c);
        }
    }
    const double* before = nullptr;
    if (table.compare_exchange_strong(before, made, std::memory_order_acq_rel)) return made;
    std::free(made);  // another thread was first
    return before;
}

bool has_transform(Type work, int axes, const int64_t* length, const int64_t* shape, const int64_t* skipped, bool folded) {
    if (axes < 1 || axes > max_transformed || !transforms().fits(work, axes, length)) return false;
    for (int a = 0; a < axes; ++a)
        if (shape[a] < 1 || shape[a] > (folded && a == 0 ? 2 : 1) * length[a] || skipped[a] < 0 || skipped[a] >= shape[a]) return false;
    return true;
}

Kernel* make_kernel(Type work, int axes, const int64_t* length, const double* taps, const int64_t* shape,
                    const int64_t* skipped, bool folded) {
    if (!has_transform(work, axes, length, shape, skipped, folded) || (folded && !roots(4 * length[0]))) return nullptr;
    for (int a = 0; a < axes; ++a)
        if (!roots(length[a])) return nullptr;
    Kernel* kernel = new (std::nothrow) Kernel{};
    if (!kernel) return nullptr;
    kernel->work = work;
    kernel->axes = axes;
    kernel->folded = folded;
    kernel->elements = 1;
    int64_t count = 1;
    for (int a = 0; a < axes; ++a) {
        kernel->length[a] = length[a];
        kernel->skipped[a] = skipped[a];
        kernel->elements *= length[a];
        count *= shape[a];
    }
    for (int64_t t = 0; t < count; ++t) kernel->complex = kernel->complex || taps[2 * t + 1] != 0;
    kernel->bytes = (transforms().bytes(*kernel) + 127) / 128 * 128;
    kernel->memory = std::aligned_alloc(128, kernel->bytes);
    if (!kernel->memory) {
        delete kernel;
        return nullptr;
    }
    transforms().fill(*kernel, taps, shape);
    return kernel;
}

void free_kernel(Kernel* kernel) {
    if (kernel) std::free(kernel->memory);
    delete kernel;
}

int64_t least_elements(Type work) {
    for (int64_t n = 1;; n *= 2)
        if (transforms().fits(work, 1, &n)) return n;
}

void settle(Tiling& t) {
    t.filter = forwards(t.filter);
    const int batch = t.filter.axes - t.kernel->axes;
    t.tiles = 1;
    for (int a = 0; a < t.filter.axes; ++a) {
        const int64_t m = t.filter.axis[a].m;
        if (a >= batch) t.count[a - batch] = (m + t.kept[a - batch] - 1) / t.kept[a - batch];
        t.tiles *= a < batch ? m : t.count[a - batch];
    }
}

bool fourier(Tiling& tiling, bool parallel) {
    for (int a = 0; a < tiling.filter.axes; ++a)
        if (tiling.filter.axis[a].m == 0) return true;
    const int64_t tasks = tiling.complex_result || tiling.kernel->folded ? tiling.tiles : (tiling.tiles + 1) / 2;
    const auto work = [](const void* context, int64_t task, void* memory) {
        transforms().run(*static_cast<const Tiling*>(context), task, memory);
    };
    return run_with_scratch(tasks, transforms().scratch(tiling), parallel, work, &tiling);
}

}  // namespace tapwise
