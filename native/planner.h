// What is made of a kernel once: the passes of its transform, and its spectrum.
#pragma once

#include <cstring>

#include "held.h"

namespace {

// Turns the places of a folded tile's first axis, or turns them back.
template <bool forward, class T>
void turn(const Kernel& kernel, TileOf<T>* tile) {
    constexpr int L = lanes<T>;
    const auto* turns = static_cast<const TileOf<T>*>(kernel.turns);
    const int64_t n = kernel.length[0], each = kernel.elements / n / L;
    if (kernel.axes == 1) {
        for (int64_t v = 0; v < n / L; ++v) tile[v] = product<forward, T>(tile[v], turns[v]);
        return;
    }
    for (int64_t j = 0; j < n; ++j) {
        const TileOf<T> w{broadcast(turns[j / L].re[j % L]), broadcast(turns[j / L].im[j % L])};
        for (int64_t v = j * each; v < (j + 1) * each; ++v) tile[v] = product<forward, T>(tile[v], w);
    }
}

template <class T>
struct Planner {
    static constexpr int L = lanes<T>;

    static size_t bytes(const Kernel& given) {
        Kernel kernel = given;
        return size_t(plan_passes<T, L>(kernel, nullptr) + (given.elements + turns(given)) * 2 * int64_t(sizeof(T)));
    }

    // How many places of a tile are turned by angles of their own.
    static int64_t turns(const Kernel& kernel) { return kernel.folded ? rounded_up(kernel.length[0], L) : 0; }

    static void fill(Kernel& kernel, const double* taps, const int64_t* shape) {
        const int64_t used = plan_passes<T, L>(kernel, static_cast<char*>(kernel.memory));
        T* spectrum = reinterpret_cast<T*>(static_cast<char*>(kernel.memory) + used);
        std::memset(spectrum, 0, size_t(kernel.elements) * 2 * sizeof(T));
        lay_out(kernel, spectrum, taps, shape, 0, 0);
        const int64_t vectors = kernel.elements / L;
        auto* tile = reinterpret_cast<TileOf<T>*>(spectrum);
        if (kernel.folded) {
            T* angles = spectrum + 2 * kernel.elements;
            const double* circle = tapwise::roots(4 * kernel.length[0]);
            for (int64_t j = 0; j < kernel.length[0]; ++j) {
                angles[j / L * 2 * L + j % L] = T(circle[2 * j]);
                angles[j / L * 2 * L + L + j % L] = T(-circle[2 * j + 1]);
            }
            kernel.turns = angles;
            turn<true, T>(kernel, tile);
        }
        Transform<T, L>(kernel.pass, kernel.passes).analyse(tile, vectors);
        const T scale = T(1) / T(kernel.elements);  // exact
        for (int64_t v = 0; v < vectors; ++v) tile[v] = {tile[v].re * scale, tile[v].im * -scale};
        kernel.spectrum = spectrum;
    }

    // The window reads forwards: the spectrum is the conjugate of that of the conjugate taps.
    static const double* lay_out(const Kernel& kernel, T* tile, const double* taps, const int64_t* shape, int a, int64_t row,
                                 bool second = false, bool negative = false) {
        const int64_t n = kernel.length[a];
        const bool folds = kernel.folded && a == 0;
        for (int64_t t = 0; t < shape[a]; ++t) {
            const int64_t place = (t - kernel.skipped[a]) & (folds ? 2 * n - 1 : n - 1), at = row * n + (place & (n - 1));
            if (folds) {
                second = place >= n;
                negative = t < kernel.skipped[a];
            }
            if (a + 1 < kernel.axes && a + 1 < max_transformed) {
                taps = lay_out(kernel, tile, taps, shape, a + 1, at, second, negative);
                continue;
            }
            T* to = tile + at / L * 2 * L + at % L;
            if (kernel.folded) {
                to[second ? L : 0] = T(negative ? -*taps : *taps);
            } else {
                to[0] = T(taps[0]);
                to[L] = T(-taps[1]);
            }
            taps += 2;
        }
        return taps;
    }
};

}  // namespace
