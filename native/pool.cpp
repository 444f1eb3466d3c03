#include "pool.h"

#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace tapwise {
namespace {

struct Batch {
    int64_t tasks;
    void (*work)(void*, int64_t, int);
    void* context;
    std::atomic<int64_t> next{0};
    std::atomic<int> helpers{0};  // threads that may still touch this batch

    void take(int thread) {
        for (int64_t task; (task = next.fetch_add(1, std::memory_order_relaxed)) < tasks;) work(context, task, thread);
    }
};

inline void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

// Threads wait for the number of the batch to change: first spinning, for calls that follow each other closely.
class Pool {
  public:
    explicit Pool(int helpers) {
        try {
            threads_.reserve(size_t(helpers));
            for (int i = 0; i < helpers; ++i) threads_.emplace_back([this, i] { serve(i + 1); });
        } catch (...) {  // the system gives no more: those that there are do the work
        }
    }

    ~Pool() {
        {
            std::lock_guard lock(mutex_);
            stop_ = true;
            number_.fetch_add(1);
        }
        wake_.notify_all();
        for (auto& thread : threads_) thread.join();
    }

    void run(Batch& batch) {
        {
            std::lock_guard lock(mutex_);
            batch.helpers.store(int(threads_.size()), std::memory_order_relaxed);
            current_ = &batch;
            number_.fetch_add(1, std::memory_order_release);
        }
        if (sleeping_.load() > 0) wake_.notify_all();
        batch.take(0);
        while (batch.helpers.load(std::memory_order_acquire) > 0) pause();
    }

  private:
    void serve(int thread) {
        for (int64_t seen = 0;;) {
            wait(seen);
            seen = number_.load(std::memory_order_acquire);
            if (stop_) return;
            Batch* batch = current_;
            batch->take(thread);
            batch->helpers.fetch_sub(1, std::memory_order_release);
        }
    }

    void wait(int64_t seen) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(200);
        while (std::chrono::steady_clock::now() < until) {
            for (int i = 0; i < 32; ++i) {
                if (number_.load(std::memory_order_acquire) != seen) return;
                pause();
            }
        }
        std::unique_lock lock(mutex_);
        sleeping_.fetch_add(1);
        wake_.wait(lock, [&] { return number_.load() != seen; });
        sleeping_.fetch_sub(1);
    }

    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<int64_t> number_{0};
    std::atomic<int> sleeping_{0};
    bool stop_ = false;
    Batch* current_ = nullptr;
};

int processors() {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    const int count = int(std::thread::hardware_concurrency());
    return count > 0 ? count : 1;
}

int wanted_at_start() {
    if (const char* text = std::getenv("TAPWISE_NUM_THREADS")) {
        const int count = std::atoi(text);
        if (count > 0) return count;
    }
    return processors();
}

std::mutex pool_mutex;  // one batch at a time; a second caller computes alone
Pool* pool = nullptr;
std::atomic<int> wanted{0};

// The threads are gone in a forked child, and the mutex may be held by one of them: begin anew.
void forget_pool() {
    new (&pool_mutex) std::mutex;
    pool = nullptr;
}

[[maybe_unused]] const int watch_forks = pthread_atfork(nullptr, nullptr, forget_pool);

}  // namespace

int thread_count() {
    int count = wanted.load();
    if (count == 0) {
        count = wanted_at_start();
        wanted.store(count);
    }
    return count;
}

void set_thread_count(int count) {
    std::lock_guard lock(pool_mutex);
    if (count != wanted.exchange(count)) {
        delete pool;
        pool = nullptr;
    }
}

void run_tasks(int64_t tasks, void (*work)(void*, int64_t, int), void* context) {
    Batch batch{tasks, work, context};
    std::unique_lock lock(pool_mutex, std::defer_lock);
    if (tasks < 2 || thread_count() < 2 || !lock.try_lock()) return batch.take(0);
    if (!pool) pool = new (std::nothrow) Pool(thread_count() - 1);
    if (!pool) return batch.take(0);
    pool->run(batch);
}

}  // namespace tapwise
