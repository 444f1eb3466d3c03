// The innermost loops: a tile of outputs, held in registers while every row and every tap passes.
//
// Each output is one chain of multiply-adds in an order that the plan alone sets: rows in the order of their positions,
// then taps in the order of theirs. Neither the tile's shape nor its place changes it, so the bits do not either.
#pragma once

#include <type_traits>

#include "vector.h"

namespace {

// Rows of outputs that a tile holds. A row of the signal that is loaded once feeds all of them.
constexpr int tile_rows = 4;

// One row of the signal, and the outputs it feeds: rows first <= r < last of the tile. Tiles that stay inside of the
// signal read `inside`, which may be the signal itself; the others the copy that is extended.
template <class T>
struct Job {
    const T* inside;
    const T* extended;
    const T* taps;        // those that output row 0 would use
    int64_t taps_step;    // from one output row's taps to the next one's
    int first, last;
};

// What a tile is computed from: R rows of C vectors at column x of all jobs.
template <class T>
struct Tile {
    const Job<T>* jobs;
    int64_t count;
    const int64_t* offsets;
    int64_t taps, x;
    bool inside;
    T* const* out;

    const T* row(const Job<T>& job) const { return (inside ? job.inside : job.extended) + x; }
};

template <class T, int R, int C>
struct Sums {
    Vector<T> at[R][C];
};

template <class T, int C, int First, int Last, int R>
__attribute__((always_inline)) inline void feed(Sums<T, R, C>& sums, const Job<T>& job, const T* row,
                                                const int64_t* offsets, int64_t taps) {
    const T* weights = job.taps;
    const int64_t step = job.taps_step;
    for (int64_t k = 0; k < taps; ++k) {
        const T* p = row + offsets[k];
        Vector<T> v[C];
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) v[c] = load(p + c * lanes<T>);
#pragma GCC unroll 8
        for (int r = First; r < Last; ++r) {
            if (std::is_integral_v<T> && weights[k + r * step] == 0) continue;  // 0 times a whole number is 0
            const Vector<T> w = broadcast(weights[k + r * step]);
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c) sums.at[r][c] = multiply_add<T>(v[c], w, sums.at[r][c]);
        }
    }
}

template <class T, int R, int C>
__attribute__((noinline)) void tile(const Tile<T>& t) {
    Sums<T, R, C> sums;
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) sums.at[r][c] = Vector<T>{};
    const int64_t* offsets = t.offsets;
    const int64_t taps = t.taps;
    for (int64_t j = 0; j < t.count; ++j) {
        const Job<T>& job = t.jobs[j];
        const T* row = t.row(job);
        if constexpr (R == 1) {
            feed<T, C, 0, 1>(sums, job, row, offsets, taps);
        } else {
            switch (job.first * 8 + job.last) {
                case 0 * 8 + 4: feed<T, C, 0, 4>(sums, job, row, offsets, taps); break;
                case 0 * 8 + 1: feed<T, C, 0, 1>(sums, job, row, offsets, taps); break;
                case 0 * 8 + 2: feed<T, C, 0, 2>(sums, job, row, offsets, taps); break;
                case 0 * 8 + 3: feed<T, C, 0, 3>(sums, job, row, offsets, taps); break;
                case 1 * 8 + 2: feed<T, C, 1, 2>(sums, job, row, offsets, taps); break;
                case 1 * 8 + 3: feed<T, C, 1, 3>(sums, job, row, offsets, taps); break;
                case 1 * 8 + 4: feed<T, C, 1, 4>(sums, job, row, offsets, taps); break;
                case 2 * 8 + 3: feed<T, C, 2, 3>(sums, job, row, offsets, taps); break;
                case 2 * 8 + 4: feed<T, C, 2, 4>(sums, job, row, offsets, taps); break;
                case 3 * 8 + 4: feed<T, C, 3, 4>(sums, job, row, offsets, taps); break;
            }
        }
    }
    T* out[R];  // read before anything is stored: the compiler must take it that results may lie anywhere
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) out[r] = t.out[r] + t.x;
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) store(out[r] + c * lanes<T>, sums.at[r][c]);
}

// Taps of a long row: 16 elements apart they are taken together, so that one loaded vector feeds several of them.
// The order of a sum is k0 + 16 m: blocks of 64 taps; in a block k0 = 0 ... 15; for each the m = 0 ... 3.
constexpr int phase = 16, phases_together = 4, block_taps = phase * phases_together;

template <class T, int J, int Together>
__attribute__((always_inline)) inline void long_block(Vector<T> (&sums)[J], const T* row, const T* taps, int first,
                                                      int last) {
    constexpr int apart = phase / lanes<T> > 0 ? phase / lanes<T> : 1;  // vectors between taps taken together
    for (int k0 = first; k0 < last; ++k0) {
        Vector<T> w[Together];
#pragma GCC unroll 4
        for (int m = 0; m < Together; ++m) w[m] = broadcast(taps[k0 + phase * m]);
        const T* p = row + k0;
#pragma GCC unroll 48
        for (int q = 0; q < J + apart * (Together - 1); ++q) {
            Vector<T> v = load(p + q * lanes<T>);
            if (Together > 1) hold<T>(v);
#pragma GCC unroll 4
            for (int m = 0; m < Together; ++m) {
                const int j = q - apart * m;
                if (j >= 0 && j < J) sums[j] = multiply_add<T>(v, w[m], sums[j]);
            }
        }
    }
}

// J vectors of outputs of one long row.
template <class T, int J>
__attribute__((noinline)) void long_row(const Tile<T>& t) {
    Vector<T> sums[J];
#pragma GCC unroll 32
    for (int j = 0; j < J; ++j) sums[j] = Vector<T>{};
    for (int64_t number = 0; number < t.count; ++number) {
        const T* row = t.row(t.jobs[number]);
        const T* w = t.jobs[number].taps;
        int64_t k = 0;
        for (; k + block_taps <= t.taps; k += block_taps) long_block<T, J, 4>(sums, row + k, w + k, 0, phase);
        const int rest = int(t.taps - k), full = rest / phase, more = rest % phase;
        row += k;
        w += k;
        switch (full) {  // phases with one tap more come first, as they do in a whole block
            case 0: long_block<T, J, 1>(sums, row, w, 0, more); break;
            case 1:
                long_block<T, J, 2>(sums, row, w, 0, more);
                long_block<T, J, 1>(sums, row, w, more, phase);
                break;
            case 2:
                long_block<T, J, 3>(sums, row, w, 0, more);
                long_block<T, J, 2>(sums, row, w, more, phase);
                break;
            case 3:
                long_block<T, J, 4>(sums, row, w, 0, more);
                long_block<T, J, 3>(sums, row, w, more, phase);
                break;
        }
    }
    T* const out = t.out[0] + t.x;
#pragma GCC unroll 32
    for (int j = 0; j < J; ++j) store(out + j * lanes<T>, sums[j]);
}

}  // namespace
