#include "scratch.h"

#include <atomic>
#include <cstdlib>

#include "pool.h"

namespace tapwise {
namespace {

constexpr size_t alignment = 128;

struct Scratch {
    void* memory = nullptr;
    size_t size = 0;
    ~Scratch() { std::free(memory); }
    void* of(size_t wanted) {
        if (wanted > size) {
            std::free(memory);
            memory = std::aligned_alloc(alignment, (wanted + alignment - 1) / alignment * alignment);
            size = memory ? wanted : 0;
        }
        return memory;
    }
};

thread_local Scratch scratch;

struct Call {
    size_t bytes;
    void (*work)(const void*, int64_t, void*);
    const void* context;
    std::atomic<bool> failed{false};
};

void work(void* context, int64_t task, int) {
    Call& call = *static_cast<Call*>(context);
    if (void* memory = scratch.of(call.bytes))
        call.work(call.context, task, memory);
    else
        call.failed = true;
}

}  // namespace

bool run_with_scratch(int64_t tasks, size_t bytes, bool parallel, void (*each)(const void*, int64_t, void*),
                      const void* context) {
    Call call{bytes, each, context};
    if (parallel)
        run_tasks(tasks, work, &call);
    else
        for (int64_t task = 0; task < tasks; ++task) work(&call, task, 0);
    return !call.failed;
}

}  // namespace tapwise
