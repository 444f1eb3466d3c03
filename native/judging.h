// What a tile's samples are like, and whether it may go through a transform.
#pragma once

#include "held.h"

namespace {

// What a tile's samples are like.
template <class T>
struct Sizes {
    Vector<T> squares{}, most{};

    void add(Vector<T> v) {
        const Vector<T> size = magnitude(v);
        squares = multiply_add<T>(v, v, squares);
        most = size > most ? size : most;
    }

    static Vector<T> magnitude(Vector<T> v) {
        using Index = typename Pack<T, lanes<T>>::index;
        using Number = typename Pack<T, lanes<T>>::Number;
        constexpr Number all = sizeof(T) == 4 ? Number(0x7fffffff) : Number(0x7fffffffffffffffLL);
        return (Vector<T>)((Index)v & (Index{} + all));
    }
};

// What is found of a tile.
struct Judged {
    double norm;
    Fate fate;
    bool empty;  // all its samples are 0
    bool done() const { return fate == Fate::done; }
};

inline double upward(double value) { return value * (1 + 1e-3); }  // beyond any rounding of the sums of squares

// Whether at least half of the magnitudes that are not 0 are at most `small`, in this part; in both of a folded tile.
template <class T>
bool spreads(Held<T>& h, int part, T small) {
    using Index = typename Pack<T, lanes<T>>::index;
    Index some{}, large{};
    const Vector<T> limit = Vector<T>{} + small;
    for (int64_t v = 0; v < h.rows * h.vectors; ++v)
        for (int p = part; p <= (h.kernel.folded ? 1 : part); ++p) {
            const Vector<T> size = Sizes<T>::magnitude(h.half(v, p));
            some -= (Index)(size > Vector<T>{});
            large -= (Index)(size > limit);
        }
    int64_t counted = 0, above = 0;
    for (int l = 0; l < lanes<T>; ++l) {
        counted += int64_t(some[l]);
        above += int64_t(large[l]);
    }
    return counted > 0 && 2 * above <= counted;
}

template <class T>
Judged judged(Held<T>& h, const Sizes<T>& sizes, int part) {
    double squares = 0, most = 0;
    bool finite = true;
    for (int l = 0; l < lanes<T>; ++l) {
        squares += double(sizes.squares[l]);
        finite = finite && sizes.squares[l] - sizes.squares[l] == 0;
        most = double(sizes.most[l]) > most ? double(sizes.most[l]) : most;
    }
    const int first = h.both() ? 0 : part, last = h.both() ? 1 : part;
    if (!finite)  // or its squares are too large
        for (int64_t v = 0; v < h.rows * h.vectors; ++v)
            for (int p = first; p <= last; ++p)
                for (int l = 0; l < lanes<T>; ++l)
                    if (h.half(v, p)[l] - h.half(v, p)[l] != 0) return {squares, Fate::not_finite, false};
    const double tiny = sizeof(T) == 4 ? 1e-15 : 1e-140;
    const double n = double(h.kernel.elements) * (h.both() ? 2 : 1);
    const double norm = finite && (most > tiny || most == 0) ? upward(__builtin_sqrt(squares)) : most * __builtin_sqrt(n);
    if (norm > h.tiling.most || (norm < h.tiling.least && norm > 0)) return {norm, Fate::out_of_range, false};
    for (int p = first; p <= last; p += h.kernel.folded ? 2 : 1)
        if (h.tiling.spread > 0 && most > 0 && spreads(h, p, T(most / h.tiling.spread))) return {norm, Fate::spread, false};
    return {norm, Fate::done, most == 0};
}

}  // namespace
