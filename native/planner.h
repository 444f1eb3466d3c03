// What is made of a kernel once: the passes of its transform, and its spectrum.
#pragma once

#include <cstring>

#include "held.h"

namespace {

template <class T>
struct Planner {
    static constexpr int L = lanes<T>;

    static size_t bytes(const Kernel& given) {
        Kernel kernel = given;
        return size_t(plan_passes<T, L>(kernel, nullptr) + given.elements * 2 * int64_t(sizeof(T)));
    }

    static void fill(Kernel& kernel, const double* taps, const int64_t* shape) {
        const int64_t used = plan_passes<T, L>(kernel, static_cast<char*>(kernel.memory));
        T* spectrum = reinterpret_cast<T*>(static_cast<char*>(kernel.memory) + used);
        std::memset(spectrum, 0, size_t(kernel.elements) * 2 * sizeof(T));
        lay_out(kernel, spectrum, taps, shape, 0, 0);
        const int64_t vectors = kernel.elements / L;
        auto* tile = reinterpret_cast<TileOf<T>*>(spectrum);
        Transform<T, L>(kernel.pass, kernel.passes).analyse(tile, vectors);
        const T scale = T(1) / T(kernel.elements);  // exact
        for (int64_t v = 0; v < vectors; ++v) tile[v] = {tile[v].re * scale, tile[v].im * -scale};
        kernel.spectrum = spectrum;
    }

    // The window reads forwards: the spectrum is the conjugate of that of the conjugate taps.
    static const double* lay_out(const Kernel& kernel, T* tile, const double* taps, const int64_t* shape, int a, int64_t row) {
        for (int64_t t = 0; t < shape[a]; ++t) {
            const int64_t at = row * kernel.length[a] + t;
            if (a + 1 < kernel.axes && a + 1 < max_transformed) {
                taps = lay_out(kernel, tile, taps, shape, a + 1, at);
            } else {
                tile[at / L * 2 * L + at % L] = T(*taps++);
                tile[at / L * 2 * L + L + at % L] = T(-*taps++);
            }
        }
        return taps;
    }
};

}  // namespace
