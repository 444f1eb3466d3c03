// Tasks that need memory: each thread keeps what it took for the next call.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tapwise {

// Calls work(context, task, memory) for every task, each with so many bytes of its own, aligned to 128. False if a
// thread had none: then its tasks were not done.
bool run_with_scratch(int64_t tasks, size_t bytes, bool parallel,
                      void (*work)(const void* context, int64_t task, void* memory), const void* context);

}  // namespace tapwise
