// The pool: every task is done once, in a forked child too, and where the system gives no more threads.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "pool.h"

using namespace tapwise;

namespace {

constexpr int64_t tasks = 1000;

bool all_done() {
    std::atomic<int> done[tasks] = {};
    run_tasks(
        tasks, [](void* context, int64_t task, int) { ++static_cast<std::atomic<int>*>(context)[task]; }, done);
    for (const auto& times : done)
        if (times != 1) return false;
    return true;
}

template <class F>
bool in_a_child(F&& f) {
    const pid_t child = fork();
    if (child == 0) _exit(f() ? 0 : 1);
    int status = 1;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#if !defined(__SANITIZE_ADDRESS__)  // which needs all addresses for itself
bool without_threads() {
    const rlimit few{256u << 20, 256u << 20};  // of addresses, of which each thread takes megabytes
    if (setrlimit(RLIMIT_AS, &few) != 0) return false;
    set_thread_count(500);
    return all_done() && all_done();
}
#endif

}  // namespace

int main() {
    set_thread_count(4);
    for (int round = 0; round < 100; ++round)
        if (!all_done()) return std::printf("a task was not done once\n"), 1;
    if (!in_a_child(all_done)) return std::printf("a forked child does not do its tasks\n"), 1;
#if !defined(__SANITIZE_ADDRESS__)
    if (!in_a_child(without_threads)) return std::printf("tasks are not done where there are too few threads\n"), 1;
#endif
    std::printf("every task is done once\n");
    return 0;
}
