// The samples of a tile, from wherever they are to where they are transformed.
#pragma once

#include "held.h"
#include "judging.h"
#include "rows.h"

namespace {

template <class T>
class Gatherer {
  public:
    explicit Gatherer(Held<T>& held) : h_(held) {}

    // Copies the tile's samples into the real (0) or imaginary parts, or both where they are complex, and judges them.
    Judged operator()(int64_t tile, int part) {
        Sizes<T> sizes;
        Place p = h_.place(tile);
        const int64_t beyond = h_.kernel.folded ? p.read[0] - h_.kernel.length[0] : 0;
        if (beyond > 0) p.read[0] = h_.kernel.length[0];
        gather(p, 0, 0, p.x, nullptr, part, sizes);
        if (beyond > 0) {
            p.low[0] += h_.kernel.length[0];
            p.read[0] = beyond;
            gather(p, 0, 0, p.x, nullptr, 1, sizes);
        } else if (h_.kernel.folded) {
            h_.clear(1);
        }
        return judged(h_, sizes, part);
    }

  private:
    static constexpr int L = lanes<T>;
    using V = Vector<T>;

    // The rows of one place along the axes before `a`.
    void gather(const Place& p, int a, int64_t row, const char* from, const double* constant, int part, Sizes<T>& sizes) {
        if (a >= h_.kernel.axes - 1 || a >= max_transformed - 1) return fetch(p, row, from, constant, part, sizes);
        const Axis& axis = h_.filter.axis[h_.batch + a];
        for (int64_t at = 0; at < h_.kernel.length[a]; ++at) {
            const int64_t position = p.low[a] + at, i = source(axis, position), next = row * h_.kernel.length[a] + at;
            if (at >= p.read[a])
                return nothing(a, row, at, h_.kernel.length[a], part);
            if (i == -1)
                nothing(a, row, at, at + 1, part);
            else if (i == -2)  // in this order the last axis' constant stays
                gather(p, a + 1, next, from, position < 0 ? axis.below_value : axis.above_value, part, sizes);
            else
                gather(p, a + 1, next, from + i * h_.filter.x_stride[h_.batch + a], constant, part, sizes);
        }
    }

    // Zeros, where nothing is read.
    void nothing(int a, int64_t row, int64_t from, int64_t to, int part) {
        int64_t each = h_.vectors;
        for (int b = a + 1; b < h_.kernel.axes - 1; ++b) each *= h_.kernel.length[b];
        for (int64_t v = (row * h_.kernel.length[a] + from) * each; v < (row * h_.kernel.length[a] + to) * each; ++v) {
            h_.half(v, part) = V{};
            if (h_.tiling.complex_result) h_.tile[v].im = V{};
        }
    }

    void fetch(const Place& p, int64_t row, const char* from, const double* constant, int part, Sizes<T>& sizes) {
        const Axis& axis = h_.filter.axis[h_.filter.axes - 1];
        const int64_t stride = h_.filter.x_stride[h_.filter.axes - 1], each = h_.filter.complex ? 2 : 1;
        const int64_t low = p.low[h_.kernel.axes - 1], count = p.read[h_.kernel.axes - 1];
        const T* samples = h_.row;
        if (!constant && h_.filter.x_type == h_.kernel.work && !h_.filter.x_swapped && !h_.filter.complex && !h_.tiling.digits && stride == sizeof(T) &&
            low >= 0 && low + count <= axis.n) {
            samples = reinterpret_cast<const T*>(from) + low;
        } else if (h_.tiling.digits) {
            read_row(reinterpret_cast<int64_t*>(h_.samples), RowLayout{low, count, 1, count, 1}, h_.filter, from, constant);
            digits(count);
        } else if (h_.filter.complex) {
            const T* pairs = reinterpret_cast<const T*>(h_.samples);
            if (!constant && h_.filter.x_type == h_.kernel.work && !h_.filter.x_swapped && stride == 2 * sizeof(T) && low >= 0 && low + count <= axis.n)
                pairs = reinterpret_cast<const T*>(from) + 2 * low;
            else
                read_row(reinterpret_cast<T*>(h_.samples), RowLayout{low, count, 1, count, each}, h_.filter, from, constant);
            part_pairs(pairs, count);
            pour(row, 1, h_.row + h_.last, count, sizes);
            part = 0;
        } else {
            read_row(h_.row, RowLayout{low, count, 1, count, 1}, h_.filter, from, constant);
        }
        if (h_.tiling.complex_result && !h_.filter.complex)
            for (int64_t v = 0; v < h_.vectors; ++v) h_.tile[row * h_.vectors + v].im = V{};
        pour(row, part, samples, count, sizes);
    }

    // The real parts of pairs into the first half of h_.row, the imaginary ones, conjugated if need be, into the second.
    void part_pairs(const T* pairs, int64_t count) {
        const V sign = (h_.filter.conjugate_signal ? T(-1) : T(1)) - V{};
        T *real = h_.row, *imaginary = h_.row + h_.last;
        int64_t i = 0;
        for (; i + L <= count; i += L) {
            const V a = load(pairs + 2 * i), b = load(pairs + 2 * i + L);
            store(real + i, shuffled<L>(a, b, [](int l) { return 2 * l; }));
            store(imaginary + i, shuffled<L>(a, b, [](int l) { return 2 * l + 1; }) * sign);
        }
        for (; i < count; ++i) {
            real[i] = pairs[2 * i];
            imaginary[i] = pairs[2 * i + 1] * sign[0];
        }
    }

    // Some of the binary digits of whole numbers, balanced around 0.
    void digits(int64_t count) {
        const int64_t* values = reinterpret_cast<const int64_t*>(h_.samples);
        const int64_t mask = (int64_t(1) << h_.tiling.digits) - 1, middle = int64_t(1) << (h_.tiling.digits - 1);
        for (int64_t i = 0; i < count; ++i) {
            const int64_t value = int64_t(uint64_t(values[i]) + uint64_t(h_.tiling.bias)) >> h_.tiling.digit_shift;
            h_.row[i] = T(h_.tiling.top ? value : (value & mask) - middle);
        }
    }

    // A row of samples into the tile; what lies beyond them is 0.
    void pour(int64_t row, int part, const T* samples, int64_t count, Sizes<T>& sizes) {
        TileOf<T>* to = h_.tile + row * h_.vectors;
        T* at = reinterpret_cast<T*>(to) + part * L;
        const int64_t whole = count / L, vectors = h_.vectors;
        Sizes<T> mine = sizes;
        for (int64_t v = 0; v < whole; ++v) {
            const V value = load(samples + v * L);
            mine.add(value);
            store(at + v * 2 * L, value);
        }
        for (int64_t v = whole; v < vectors; ++v) {
            V value{};
            for (int64_t i = v * L; i < count && i < (v + 1) * L; ++i) value[i - v * L] = samples[i];
            mine.add(value);
            store(at + v * 2 * L, value);
        }
        sizes = mine;
    }

    Held<T>& h_;
};

}  // namespace
