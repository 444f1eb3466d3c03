// Memory that is handed out piece by piece, each piece aligned for every vector.
#pragma once

#include <cstdint>

namespace {

constexpr int64_t line = 64;      // bytes of a cache line
constexpr int64_t aligned = 128;  // bytes to which pieces are

inline int64_t rounded_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

class Arena {
  public:
    explicit Arena(void* memory) : next_(static_cast<char*>(memory)) {}
    template <class U>
    U* take(int64_t count) {
        next_ += -reinterpret_cast<uintptr_t>(next_) % aligned;
        U* taken = reinterpret_cast<U*>(next_);
        next_ += count * int64_t(sizeof(U));
        return taken;
    }

  private:
    char* next_;
};

}  // namespace
