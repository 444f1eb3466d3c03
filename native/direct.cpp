#include "direct.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "pool.h"

namespace tapwise {

#if defined(__x86_64__)
extern const Kernels kernels_v2, kernels_v3, kernels_v4;
#else
extern const Kernels kernels_base;
#endif

namespace {

// What the processor has, best first.
std::vector<const Kernels*> present() {
    std::vector<const Kernels*> found;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
        found.push_back(&kernels_v4);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
        found.push_back(&kernels_v3);
    found.push_back(&kernels_v2);
#else
    found.push_back(&kernels_base);
#endif
    return found;
}

const Kernels& choose() {
    const std::vector<const Kernels*> found = present();
    if (const char* asked = std::getenv("TAPWISE_ISA"))
        for (const Kernels* one : found)
            if (!std::strcmp(one->name, asked)) return *one;
    return *found.front();
}

const Kernels& kernels() {
    static const Kernels& chosen = choose();
    return chosen;
}

struct Scratch {
    void* memory = nullptr;
    size_t size = 0;
    ~Scratch() { std::free(memory); }
    void* of(size_t wanted) {
        if (wanted > size) {
            std::free(memory);
            memory = std::aligned_alloc(64, (wanted + 63) / 64 * 64);
            size = memory ? wanted : 0;
        }
        return memory;
    }
};

thread_local Scratch scratch;

struct Call {
    const Filter& filter;
    const Tasks& tasks;
    size_t bytes;
    std::atomic<bool> failed{false};
};

void work(void* context, int64_t task, int) {
    Call& call = *static_cast<Call*>(context);
    void* memory = scratch.of(call.bytes);
    if (!memory) {
        call.failed = true;
        return;
    }
    kernels().run(call.filter, call.tasks, task, memory);
}

}  // namespace

std::vector<std::string> instruction_sets() {
    std::vector<std::string> names;
    for (const Kernels* one : present()) names.push_back(one->name);
    return names;
}

const char* instruction_set() { return kernels().name; }

bool direct(const Filter& filter, bool parallel) {
    for (int a = 0; a < filter.axes; ++a)
        if (filter.axis[a].m == 0) return true;
    const Tasks tasks = kernels().tasks(filter, parallel ? thread_count() : 1);
    Call call{filter, tasks, kernels().scratch(filter, tasks)};
    if (parallel)
        run_tasks(tasks.count(), work, &call);
    else
        for (int64_t task = 0; task < tasks.count(); ++task) work(&call, task, 0);
    return !call.failed;
}

size_t scratch_bytes(const Filter& filter, bool parallel) {
    const int threads = parallel ? thread_count() : 1;
    const Tasks tasks = kernels().tasks(filter, threads);
    return kernels().scratch(filter, tasks) * size_t(std::min<int64_t>(threads, tasks.count()));
}

}  // namespace tapwise
