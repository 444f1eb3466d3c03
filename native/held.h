// A tile in a thread's memory, and where it stands in signal and result.
#pragma once

#include "fourier.h"
#include "transform.h"

namespace {

constexpr int64_t slack = 64;  // bytes beyond a row of samples that are read or written with it

template <class T>
using TileOf = Complex<Vector<T>>;

// Where a tile stands.
struct Place {
    const char* x;
    char* y;
    int64_t low[max_transformed];    // the first position read
    int64_t read[max_transformed];   // how many are
    int64_t outputs[max_transformed];
};

// What a thread works on, one tile after the other.
template <class T>
struct Held {
    static constexpr int L = lanes<T>;
    using V = Vector<T>;

    const Tiling& tiling;
    const Filter& filter;
    const Kernel& kernel;
    TileOf<T>* tile;
    int64_t last, vectors, rows;  // elements of a row, vectors of a row, rows
    char* samples;                // a row as it is read, where it is taken apart
    T* row;                       // a row of numbers, or twice as many
    int batch;                    // axes before those that are transformed

    static size_t bytes(const Tiling& t) {
        const int64_t last = t.kernel->length[t.kernel->axes - 1];
        return size_t(t.kernel->elements) * 2 * sizeof(T) + 2 * size_t(last * 16 + slack) + 4 * size_t(aligned);
    }

    Held(const Tiling& t, void* memory) : tiling(t), filter(t.filter), kernel(*t.kernel) {
        Arena arena(memory);
        tile = reinterpret_cast<TileOf<T>*>(arena.take<T>(kernel.elements * 2));
        last = kernel.length[kernel.axes - 1];
        vectors = last / L;
        rows = kernel.elements / last;
        samples = arena.take<char>(last * 16 + slack);
        row = reinterpret_cast<T*>(arena.take<char>(last * 16 + slack));
        batch = filter.axes - kernel.axes;
    }

    // The real (0) or imaginary parts of a vector.
    V& half(int64_t vector, int part) { return part ? tile[vector].im : tile[vector].re; }

    // Whether a tile takes both, and has no neighbour in them.
    bool both() const { return tiling.complex_result || kernel.folded; }

    // Whether the second half of this axis goes through the imaginary parts.
    bool folds(int a) const { return kernel.folded && a == 0; }

    void clear(int part) {
        for (int64_t v = 0; v < rows * vectors; ++v) half(v, part) = V{};
    }

    Place place(int64_t number) const {
        Place p{filter.x, filter.y, {}, {}, {}};
        for (int a = kernel.axes - 1; a >= 0; --a) {
            const Axis& axis = filter.axis[batch + a];
            const int64_t first = number % tiling.count[a] * tiling.kept[a];
            number /= tiling.count[a];
            p.outputs[a] = axis.m - first < tiling.kept[a] ? axis.m - first : tiling.kept[a];
            p.low[a] = axis.s * first + axis.c + kernel.skipped[a];
            p.read[a] = axis.s * (p.outputs[a] - 1) + axis.d * (axis.k - 1) + 1 - kernel.skipped[a];
            const int64_t length = kernel.length[a] * (folds(a) ? 2 : 1);
            if (p.read[a] > length) p.read[a] = length;  // zeros of the boundary above lie beyond
            p.y += first * filter.y_stride[batch + a];
        }
        for (int b = batch - 1; b >= 0; --b) {
            const int64_t at = number % filter.axis[b].m;
            number /= filter.axis[b].m;
            p.x += at * filter.x_stride[b];
            p.y += at * filter.y_stride[b];
        }
        return p;
    }
};

}  // namespace
