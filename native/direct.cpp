#include "direct.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "pool.h"
#include "scratch.h"

namespace tapwise {

#if defined(__x86_64__)
extern const Kernels kernels_v2, kernels_v3, kernels_v4, separable_v2, separable_v3, separable_v4;
#else
extern const Kernels kernels_base, separable_base;
#endif

namespace {

// What one instruction set offers for whole kernels, and for factors.
struct Isa {
    const Kernels &direct, &separable;
};

#if defined(__x86_64__) && defined(__clang__) && __clang_major__ < 18
// It does not know these levels by name: no processor has the features that are asked for without the others of its level.
bool has_v3() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("fma");
}
bool has_v4() {
    return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#elif defined(__x86_64__)
bool has_v3() { return __builtin_cpu_supports("x86-64-v3"); }
bool has_v4() { return __builtin_cpu_supports("x86-64-v4"); }
#endif

// What the processor has, best first.
std::vector<Isa> present() {
    std::vector<Isa> found;
#if defined(__x86_64__)
    if (has_v4()) found.push_back({kernels_v4, separable_v4});
    if (has_v3()) found.push_back({kernels_v3, separable_v3});
    found.push_back({kernels_v2, separable_v2});
#else
    found.push_back({kernels_base, separable_base});
#endif
    return found;
}

Isa choose() {
    const std::vector<Isa> found = present();
    if (const char* asked = std::getenv("TAPWISE_ISA"))
        for (const Isa& one : found)
            if (!std::strcmp(one.direct.name, asked)) return one;
    return found.front();
}

const Isa& isa() {
    static const Isa chosen = choose();
    return chosen;
}

struct Call {
    const Kernels& kernels;
    const Filter& filter;
    Tasks tasks;
};

bool compute(const Kernels& kernels, const Filter& filter, bool parallel) {
    for (int a = 0; a < filter.axes; ++a)
        if (filter.axis[a].m == 0) return true;
    const Call call{kernels, filter, kernels.tasks(filter, parallel ? thread_count() : 1)};
    const auto work = [](const void* context, int64_t task, void* memory) {
        const Call& c = *static_cast<const Call*>(context);
        c.kernels.run(c.filter, c.tasks, task, memory);
    };
    return run_with_scratch(call.tasks.count(), kernels.scratch(filter, call.tasks), parallel, work, &call);
}

}  // namespace

std::vector<std::string> instruction_sets() {
    std::vector<std::string> names;
    for (const Isa& one : present()) names.push_back(one.direct.name);
    return names;
}

const char* instruction_set() { return isa().direct.name; }

bool direct(const Filter& filter, bool parallel) { return compute(isa().direct, filter, parallel); }

bool separable(const Filter& filter, bool parallel) { return compute(isa().separable, filter, parallel); }

int64_t task_count(const Filter& filter, bool parallel) {
    return isa().direct.tasks(filter, parallel ? thread_count() : 1).count();
}

size_t scratch_bytes(const Filter& filter, bool parallel) {
    const int threads = parallel ? thread_count() : 1;
    const Tasks tasks = isa().direct.tasks(filter, threads);
    return isa().direct.scratch(filter, tasks) * size_t(std::min<int64_t>(threads, tasks.count()));
}

}  // namespace tapwise
