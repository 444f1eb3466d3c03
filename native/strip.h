// Few rows of taps: a strip of outputs, a few vectors wide, computed from its first row to its last.
//
// A row of the signal feeds as many rows of outputs as there are rows of taps. All their sums are held in registers, so
// every vector of the signal is loaded once for each place it has below the taps of a row, never again for another row.
// The order of a sum is that of a tile.
#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>

#include "arena.h"
#include "tile.h"

namespace {

// Registers that vectors are held in; where they are fewer, tiles were measured to be as fast, and so they are in float64.
constexpr int registers = vector_bytes == 64 ? 32 : 0;
constexpr int64_t most_strip_rows = registers ? 11 : 0;
template <class T>
constexpr bool has_strips = registers && std::is_same_v<T, float>;

// Vectors beside each other: the sums of k rows of them, one row of the signal and one tap fill the registers.
constexpr int strip_width(int64_t k) { return int(std::min<int64_t>(6, (registers - 1) / (k + 1))); }

// Rows that come after: while strips run down those at hand, their lines are asked for, a few at a time, each row from its
// first to its last, as the processor's own foresight expects it. It does not foresee the way of a strip.
class Ahead {
  public:
    // Rows of the signal and of outputs, null where there is none; the bytes of a row, and of a row of a strip.
    Ahead(const char* const* in, const char* const* out, int64_t rows, int64_t bytes_in, int64_t step_in, int64_t step_out)
        : in_(in), out_(out), rows_(rows), bytes_in_(bytes_in), step_in_(step_in), step_out_(step_out) {}

    __attribute__((always_inline)) void step() {
        if (row_ >= rows_) return;
        ask<0>(in_[row_], at_in_, step_in_);
        ask<1>(out_[row_], at_out_, step_out_);
        at_in_ += step_in_;
        at_out_ += step_out_;
        if (at_in_ < bytes_in_) return;
        at_in_ = at_out_ = 0;
        ++row_;
    }

  private:
    template <int ToWrite>
    __attribute__((always_inline)) static void ask(const char* row, int64_t at, int64_t bytes) {
        if (!row) return;
        for (int64_t b = 0; b < bytes; b += line) __builtin_prefetch(row + at + b, ToWrite, 2);
    }

    const char *const *in_, *const *out_;
    int64_t rows_, bytes_in_, step_in_, step_out_, row_ = 0, at_in_ = 0, at_out_ = 0;
};

template <class T>
struct Strip {
    const Job<T>* jobs;  // of each row of the signal, `parts` of them; both of its rows are null if it is not read
    const T* taps[2];    // of each part, column by column: those of one column stand beside each other
    int parts;
    int64_t rows;  // of outputs, a multiple of K
    const int64_t* offsets;
    int64_t row_taps, x;
    bool inside;
    T* const* out;
    Ahead* ahead;
};

// The sums of row o of outputs stand at [o % K].
template <class T, int K, int C>
struct Falling {
    Vector<T> at[K][C];

    // Row i of the signal feeds the outputs i - t whose taps t, First <= t < Last, there are; Phase is i % K.
    template <int Phase, int First, int Last>
    __attribute__((always_inline)) void feed(const Strip<T>& s, int64_t i) {
        for (int part = 0; part < s.parts; ++part) {
            const Job<T>& job = s.jobs[i * s.parts + part];
            const T* row = s.inside ? job.inside : job.extended;
            if (!row) return;
            row += s.x;
            const T* taps = s.taps[part];
            for (int64_t k = 0; k < s.row_taps; ++k, taps += K) {
                const T* p = row + s.offsets[k];
                Vector<T> v[C];
#pragma GCC unroll 8
                for (int c = 0; c < C; ++c) {
                    v[c] = load(p + c * lanes<T>);
                    if (Last - First > 1) hold<T>(v[c]);
                }
#pragma GCC unroll 16
                for (int t = First; t < Last; ++t) {
                    const Vector<T> w = broadcast(taps[t]);
#pragma GCC unroll 8
                    for (int c = 0; c < C; ++c) {
                        Vector<T>& sum = at[(Phase - t + K) % K][c];
                        sum = multiply_add<T>(v[c], w, sum);
                    }
                }
            }
        }
    }

    // Row o of outputs is complete; its sums begin anew.
    template <int Slot>
    __attribute__((always_inline)) void finish(const Strip<T>& s, int64_t o) {
        T* out = s.out[o] + s.x;
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) {
            store(out + c * lanes<T>, at[Slot][c]);
            at[Slot][c] = Vector<T>{};
        }
        s.ahead->step();
    }

    // Rows of the signal that all rows of taps meet: K of them.
    template <int... Phase>
    __attribute__((always_inline)) void turn(const Strip<T>& s, int64_t i, std::integer_sequence<int, Phase...>) {
        ((feed<Phase, 0, K>(s, i + Phase), finish<(Phase + 1) % K>(s, i + Phase - (K - 1))), ...);
    }

    // The first K - 1, which only rows of taps above meet.
    template <int... Phase>
    __attribute__((always_inline)) void begin(const Strip<T>& s, std::integer_sequence<int, Phase...>) {
        (feed<Phase, 0, Phase + 1>(s, Phase), ...);
    }

    // The last K - 1, which only rows of taps below meet.
    template <int... Phase>
    __attribute__((always_inline)) void end(const Strip<T>& s, std::integer_sequence<int, Phase...>) {
        ((feed<Phase, Phase + 1, K>(s, s.rows + Phase), finish<Phase + 1>(s, s.rows + Phase - (K - 1))), ...);
    }
};

template <class T, int K>
__attribute__((noinline)) void strip(const Strip<T>& s) {
    Falling<T, K, strip_width(K)> sums{};
    constexpr auto but_one = std::make_integer_sequence<int, K - 1>{};
    sums.begin(s, but_one);
    sums.template feed<K - 1, 0, K>(s, K - 1);
    sums.template finish<0>(s, 0);
    for (int64_t i = K; i < s.rows; i += K) sums.turn(s, i, std::make_integer_sequence<int, K>{});
    sums.end(s, but_one);
}

}  // namespace
