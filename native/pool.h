// A pool of threads that lasts as long as the process. It survives a fork: the child starts threads of its own.
#pragma once

#include <cstdint>

namespace tapwise {

int thread_count();
void set_thread_count(int count);

// Calls work(context, task, thread) for every task; the calling thread takes its share. Threads beyond the first are
// used only when there is more than one task.
void run_tasks(int64_t tasks, void (*work)(void* context, int64_t task, int thread), void* context);

}  // namespace tapwise
