// Fourier transforms of tiles, without reordering: forward by decimation in frequency, inverse by decimation in time.
//
// A tile of lengths N0 x N1 x ... is a row of vectors, each of L neighbours along the last axis, real parts and then
// imaginary parts: 2 * N0 * N1 * ... / L of them. A pass parts a block of vectors into 2, 4 or 8, whose transforms are then
// independent; after the last pass each vector is, and the L elements of one are transformed across L transposed
// vectors. Every pass runs along memory, and a block that fits a cache is finished before the next one is begun. The
// spectrum stays in the order in which this leaves it, which is the kernel's, too.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "arena.h"
#include "fourier.h"
#include "vector.h"

namespace {

using tapwise::Kernel;
using tapwise::Pass;

template <class T, int L>
struct Pack {
    typedef T type __attribute__((vector_size(L * sizeof(T))));
    using Number = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;
    typedef Number index __attribute__((vector_size(L * sizeof(T))));
};

template <class V, class F, int... l>
inline V shuffled(V a, V b, F, std::integer_sequence<int, l...>) {
    return __builtin_shufflevector(a, b, F{}(l)...);
}

// Lane l of the result is lane(l) of the L lanes of a and the L lanes of b.
template <int L, class V, class F>
inline V shuffled(V a, V b, F lane) {
    return shuffled(a, b, lane, std::make_integer_sequence<int, L>());
}

// a * b + c, rounded once where the instruction set can.
template <class T, class V>
inline V fused(V a, V b, V c) {
    if constexpr (std::is_same_v<V, Vector<T>>)
        return multiply_add<T>(a, b, c);
    else
        return a * b + c;
}

template <class V>
struct Complex {
    V re, im;
};

template <class V>
inline Complex<V> operator+(Complex<V> a, Complex<V> b) {
    return {a.re + b.re, a.im + b.im};
}
template <class V>
inline Complex<V> operator-(Complex<V> a, Complex<V> b) {
    return {a.re - b.re, a.im - b.im};
}

// A forward transform turns by -i where an inverse one turns by i.
template <bool forward, class V>
inline Complex<V> turned(Complex<V> a) {
    return forward ? Complex<V>{a.im, -a.re} : Complex<V>{-a.im, a.re};
}

// By w, or by its conjugate in an inverse transform.
template <bool forward, class T, class V>
inline Complex<V> product(Complex<V> a, Complex<V> w) {
    if (forward) return {fused<T>(-a.im, w.im, a.re * w.re), fused<T>(a.re, w.im, a.im * w.re)};
    return {fused<T>(a.im, w.im, a.re * w.re), fused<T>(-a.re, w.im, a.im * w.re)};
}

// The transform of R elements, in order.
template <int R, bool forward, class T, class V>
__attribute__((always_inline)) inline void butterfly(Complex<V>* x) {
    if constexpr (R == 2) {
        const Complex<V> a = x[0] + x[1], b = x[0] - x[1];
        x[0] = a;
        x[1] = b;
    } else if constexpr (R == 4) {
        const Complex<V> a = x[0] + x[2], b = x[0] - x[2], c = x[1] + x[3], d = turned<forward>(x[1] - x[3]);
        x[0] = a + c;
        x[1] = b + d;
        x[2] = a - c;
        x[3] = b - d;
    } else {
        constexpr T root = T(0.70710678118654752440L);
        Complex<V> even[4], odd[4];
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) {
            even[q] = x[q] + x[q + 4];
            odd[q] = x[q] - x[q + 4];
        }
        const Complex<V> one = odd[1], three = odd[3];
        odd[2] = turned<forward>(odd[2]);
        if (forward) {
            odd[1] = {(one.re + one.im) * root, (one.im - one.re) * root};
            odd[3] = {(three.im - three.re) * root, -(three.re + three.im) * root};
        } else {
            odd[1] = {(one.re - one.im) * root, (one.re + one.im) * root};
            odd[3] = {-(three.re + three.im) * root, (three.re - three.im) * root};
        }
        butterfly<4, forward, T>(even);
        butterfly<4, forward, T>(odd);
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) {
            x[2 * q] = even[q];
            x[2 * q + 1] = odd[q];
        }
    }
}

// Lists the passes; returns the bytes of their twiddles, which are written if there is memory for them.
template <class T, int L>
int64_t plan_passes(Kernel& kernel, char* memory) {
    int64_t block = kernel.elements / L, used = 0;
    kernel.passes = 0;
    for (int a = 0; a < kernel.axes; ++a) {
        const bool last = a == kernel.axes - 1;
        int64_t n = kernel.length[a];
        while (n > (last ? L : 1)) {
            const int64_t left = last ? n / L : n;
            int bits = 0;
            while ((int64_t(1) << bits) < left) ++bits;
            const int radix = bits == 1 ? 2 : bits == 2 || bits == 4 ? 4 : 8;  // fewest passes, none of two
            const int64_t inner = last ? 0 : block / n;
            const bool twiddled = last || n > radix;
            const int64_t each = last ? L : 1, groups = last ? n / radix / L : n / radix;
            kernel.pass[kernel.passes++] = Pass{radix, block, inner, twiddled ? memory + used : nullptr};
            if (twiddled && memory) {
                T* to = reinterpret_cast<T*>(memory + used);
                const int64_t turn = kernel.length[a] / n;
                const double* roots = tapwise::roots(kernel.length[a]);
                const auto root = [&](int64_t j, int64_t q, int part) {
                    return roots[2 * ((j * q * turn) & (kernel.length[a] - 1)) + part];
                };
                for (int64_t g = 0; g < groups; ++g)
                    for (int64_t q = 1; q < radix; ++q)
                        for (int part = 0; part < 2; ++part)
                            for (int64_t e = 0; e < each; ++e) *to++ = T(root(g * each + e, q, part));
            }
            if (twiddled) used += rounded_up(groups * (radix - 1) * 2 * each * int64_t(sizeof(T)), aligned);
            block /= radix;
            n /= radix;
        }
    }
    return used;
}

template <class T, int L>
class Transform {
  public:
    using V = typename Pack<T, L>::type;
    using Element = Complex<V>;

    Transform(const Pass* passes, int count) : passes_(passes), count_(count) {}

    // Replaces a tile by its circular convolution with the kernel whose spectrum this is.
    void filter(Element* tile, const Element* spectrum) const { descend(0, tile, spectrum); }

    // The spectrum of a tile, in the order in which `filter` meets it.
    void analyse(Element* tile, int64_t vectors) const {
        for (int p = 0; p < count_; ++p)
            for (int64_t b = 0; b < vectors; b += passes_[p].block) run<true>(passes_[p], tile + b);
        for (int64_t g = 0; g < vectors; g += L) {
            Lanes lanes;
            lanes.load(tile + g);
            lanes.transform();
            for (int v = 0; v < L; ++v) tile[g + v] = lanes.element(v);
        }
    }

  private:
    // The elements of L vectors, transposed, so that what was in a vector is across them.
    struct Lanes {
        V re[L], im[L];

        void load(const Element* from) {
#pragma GCC unroll 16
            for (int v = 0; v < L; ++v) re[v] = from[v].re;
            transpose(re);
#pragma GCC unroll 16
            for (int v = 0; v < L; ++v) im[v] = from[v].im;
            transpose(im);
        }

        void store(Element* to) {
            transpose(re);
#pragma GCC unroll 16
            for (int v = 0; v < L; ++v) to[v].re = re[v];
            transpose(im);
#pragma GCC unroll 16
            for (int v = 0; v < L; ++v) to[v].im = im[v];
        }

        Element element(int v) const { return {re[v], im[v]}; }

        // The first half of a transform of 16: four transforms of four elements that lie four apart, and their twiddles.
        template <bool forward>
        __attribute__((always_inline)) void cross(int j) {
            Element x[4];
#pragma GCC unroll 4
            for (int q = 0; q < 4; ++q) {
                x[q] = element(4 * q + j);
                if (!forward && q && j) x[q] = product<false, T>(x[q], twiddle(q * j));
            }
            butterfly<4, forward, T>(x);
#pragma GCC unroll 4
            for (int q = 0; q < 4; ++q) {
                if (forward && q && j) x[q] = product<true, T>(x[q], twiddle(q * j));
                re[4 * q + j] = x[q].re;
                im[4 * q + j] = x[q].im;
            }
        }

        static Element twiddle(int k) {  // exp(-2 pi i k / 16)
            constexpr long double c[] = {1, 0.923879532511286756128183189396788287L, 0.707106781186547524400844362104849039L,
                                         0.382683432365089771728459984030398866L, 0};
            const auto cosine = [&](int t) {
                t = t & 15;
                t = t > 8 ? 16 - t : t;
                return t <= 4 ? T(c[t]) : -T(c[8 - t]);
            };
            return {cosine(k) - V{}, -cosine(k - 4) - V{}};
        }

        template <bool forward, int R>
        __attribute__((always_inline)) void rows(int first) {
            Element x[R];
#pragma GCC unroll 8
            for (int q = 0; q < R; ++q) x[q] = element(first + q);
            butterfly<R, forward, T>(x);
#pragma GCC unroll 8
            for (int q = 0; q < R; ++q) {
                re[first + q] = x[q].re;
                im[first + q] = x[q].im;
            }
        }

        void transform() {
            if constexpr (L == 16) {
#pragma GCC unroll 4
                for (int j = 0; j < 4; ++j) cross<true>(j);
            }
            constexpr int R = L == 16 ? 4 : L;
            for (int first = 0; first < L; first += R) rows<true, R>(first);
        }

        // Transforms, multiplies, transforms back.
        __attribute__((always_inline)) void filter(const Element* spectrum) {
            constexpr int R = L == 16 ? 4 : L;
            if constexpr (L == 16) {
#pragma GCC unroll 4
                for (int j = 0; j < 4; ++j) cross<true>(j);
            }
#pragma GCC unroll 4
            for (int first = 0; first < L; first += R) {
                Element x[R];
#pragma GCC unroll 8
                for (int q = 0; q < R; ++q) x[q] = element(first + q);
                butterfly<R, true, T>(x);
#pragma GCC unroll 8
                for (int q = 0; q < R; ++q) x[q] = product<true, T>(x[q], spectrum[first + q]);
                butterfly<R, false, T>(x);
#pragma GCC unroll 8
                for (int q = 0; q < R; ++q) {
                    re[first + q] = x[q].re;
                    im[first + q] = x[q].im;
                }
            }
            if constexpr (L == 16) {
#pragma GCC unroll 4
                for (int j = 0; j < 4; ++j) cross<false>(j);
            }
        }

        template <int S>
        __attribute__((always_inline)) static void exchange(V* a) {
#pragma GCC unroll 16
            for (int v = 0; v < L; ++v) {
                if (v & S) continue;
                const V low = a[v], high = a[v + S];
                a[v] = shuffled<L>(low, high, [](int l) { return l & S ? L + l - S : l; });
                a[v + S] = shuffled<L>(low, high, [](int l) { return l & S ? L + l : l + S; });
            }
        }

        __attribute__((always_inline)) static void transpose(V* a) {
            if constexpr (L > 8) exchange<8>(a);
            if constexpr (L > 4) exchange<4>(a);
            if constexpr (L > 2) exchange<2>(a);
            exchange<1>(a);
        }
    };

    __attribute__((noinline)) static void across_lanes(Element* tile, const Element* spectrum) {
        Lanes lanes;
        lanes.load(tile);
        lanes.filter(spectrum);
        lanes.store(tile);
    }

    void descend(int p, Element* tile, const Element* spectrum) const {
        const int64_t block = passes_[p].block, part = block / passes_[p].radix;
        if (part >= L) {
            run<true>(passes_[p], tile);
            for (int64_t b = 0; b < block; b += part) descend(p + 1, tile + b, spectrum + b);
            run<false>(passes_[p], tile);
            return;
        }
        for (int q = p; q < count_; ++q)
            for (int64_t b = 0; b < block; b += passes_[q].block) run<true>(passes_[q], tile + b);
        for (int64_t g = 0; g < block; g += L) across_lanes(tile + g, spectrum + g);
        for (int q = count_ - 1; q >= p; --q)
            for (int64_t b = 0; b < block; b += passes_[q].block) run<false>(passes_[q], tile + b);
    }

    template <bool forward>
    static void run(const Pass& pass, Element* tile) {
        if (pass.radix == 2) return run<forward, 2>(pass, tile);
        if (pass.radix == 4) return run<forward, 4>(pass, tile);
        return run<forward, 8>(pass, tile);
    }

    template <bool forward, int R>
    __attribute__((noinline)) static void run(const Pass& pass, Element* tile) {
        const int64_t part = pass.block / R;
        if (!pass.twiddles) {
            for (int64_t v = 0; v < part; ++v) one<forward, R, false>(tile + v, part, nullptr);
        } else if (!pass.inner) {
            const Element* w = static_cast<const Element*>(pass.twiddles);
            for (int64_t v = 0; v < part; ++v, w += R - 1) one<forward, R, true>(tile + v, part, w);
        } else {
            const T* roots = static_cast<const T*>(pass.twiddles);
            for (int64_t v = 0; v < part; roots += 2 * (R - 1)) {
                Element w[R - 1];
#pragma GCC unroll 8
                for (int q = 0; q < R - 1; ++q) w[q] = {roots[2 * q] - V{}, roots[2 * q + 1] - V{}};
                for (const int64_t end = v + pass.inner; v < end; ++v) one<forward, R, true>(tile + v, part, w);
            }
        }
    }

    template <bool forward, int R, bool twiddled>
    __attribute__((always_inline)) static void one(Element* tile, int64_t part, const Element* w) {
        Element x[R];
#pragma GCC unroll 8
        for (int q = 0; q < R; ++q) {
            x[q] = tile[q * part];
            if (twiddled && !forward && q) x[q] = product<false, T>(x[q], w[q - 1]);
        }
        butterfly<R, forward, T>(x);
#pragma GCC unroll 8
        for (int q = 0; q < R; ++q) {
            if (twiddled && forward && q) x[q] = product<true, T>(x[q], w[q - 1]);
            tile[q * part] = x[q];
        }
    }

    const Pass* passes_;
    int count_;
};

}  // namespace
