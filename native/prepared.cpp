#include "prepared.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "direct.h"
#include "rows.h"

namespace tapwise {
namespace {

// Taps are packed with their imaginary parts where these may be asked for.
int tap_parts(const Prepared& p) { return p.taps_complex || p.y_complex ? 2 : 1; }

// Taps in the type that is computed in, each axis in the order of the positions it reads.
template <class T>
struct Packed {
    static constexpr int64_t few = 128;
    T beside[2 * few];
    T* real = beside;
    T* imaginary = beside + few;
    void* memory = nullptr;
    bool finite = true, any_imaginary = false;
    double size = 0;  // the sum of all magnitudes, of real taps

    ~Packed() { std::free(memory); }

    bool holds(int64_t taps, int parts) {
        if (taps <= few) return true;
        memory = std::malloc(size_t(parts * taps) * sizeof(T));
        if (!memory) return false;
        real = static_cast<T*>(memory);
        imaginary = real + taps;
        return true;
    }

    template <class S>
    void fill(const Prepared& p, const Elements& taps) {
        const int axes = p.filter.axes - p.batch;
        const Axis* axis = p.filter.axis + p.batch;
        const char* from = taps.at;
        int64_t step[max_axes], at[max_axes] = {};
        for (int a = 0; a < axes; ++a) {
            step[a] = axis[a].d > 0 ? taps.stride[a] : -taps.stride[a];
            if (axis[a].d < 0) from += taps.stride[a] * (axis[a].k - 1);
        }
        const int last = axes - 1;
        for (int64_t t = 0;;) {
            for (int64_t k = 0; k < axis[last].k; ++k, ++t) take<S>(p, from + k * step[last], t);
            int a = last - 1;
            for (; a >= 0; --a) {
                from += step[a];
                if (++at[a] < axis[a].k) break;
                from -= step[a] * axis[a].k;
                at[a] = 0;
            }
            if (a < 0) return;
        }
    }

  private:
    template <class S>
    void take(const Prepared& p, const char* from, int64_t t) {
        S value[2] = {};
        std::memcpy(value, from, p.taps_complex ? sizeof value : sizeof value[0]);
        real[t] = static_cast<T>(value[0]);
        const double exact = static_cast<double>(value[0]);
        size += exact < 0 ? -exact : exact;
        finite &= real[t] - real[t] == T(0);
        if (tap_parts(p) == 1) return;
        imaginary[t] = p.conjugate_taps ? -static_cast<T>(value[1]) : static_cast<T>(value[1]);
        any_imaginary |= imaginary[t] != T(0);
        finite &= imaginary[t] - imaginary[t] == T(0);
    }
};

// The largest magnitude of the boundary's constants.
double largest_outside(const Prepared& p) {
    double most = 0;
    for (int a = p.batch; a < p.filter.axes; ++a)
        for (const double side : {p.filter.axis[a].below_value[0], p.filter.axis[a].above_value[0]})
            most = std::max(most, std::abs(side));
    return most;
}

// The largest magnitude in the signal.
double largest_inside(const Prepared& p, const Elements& x) {
    double most = 0;
    const Filter& f = p.filter;
    for (int a = 0; a < f.axes; ++a)
        if (f.axis[a].n == 0) return most;
    with_type(f.x_type, [&](auto* none) {
        using S = std::remove_pointer_t<decltype(none)>;
        int64_t at[max_axes] = {};
        const int last = f.axes - 1;
        const int64_t n = f.axis[last].n, step = x.stride[p.order[last]];
        S low = 0, high = 0;
        for (const char* row = x.at;;) {
            for (int64_t i = 0; i < n; ++i) {
                S value;
                std::memcpy(&value, row + i * step, sizeof value);
                low = std::min(low, value);
                high = std::max(high, value);
            }
            int a = last - 1;
            for (; a >= 0; --a) {
                row += x.stride[p.order[a]];
                if (++at[a] < f.axis[a].n) break;
                row -= x.stride[p.order[a]] * f.axis[a].n;
                at[a] = 0;
            }
            if (a < 0) break;
        }
        most = std::max(-static_cast<double>(low), static_cast<double>(high));
    });
    return most;
}

// Whether the taps may be a product of one factor for each axis: then rows of the last axis are multiples of one of
// them. What no tolerance of the `separable` engine would allow is told from it; doubt counts as a product.
template <class T>
bool near_product(const T* taps, int64_t count, int64_t row) {
    constexpr double tolerance = 0x1p-18;
    const auto size = [&](int64_t t) { return std::abs(static_cast<double>(taps[t])); };
    int64_t pivot = 0;
    for (int64_t t = 1; t < count; ++t)
        if (size(t) > size(pivot)) pivot = t;
    const int64_t pivot_row = pivot / row * row, pivot_column = pivot % row;
    for (int64_t r = 0; r < count; r += row) {
        for (int64_t k = 0; k < row; ++k) {
            const double a = static_cast<double>(taps[r + k]) * static_cast<double>(taps[pivot]);
            const double b = static_cast<double>(taps[r + pivot_column]) * static_cast<double>(taps[pivot_row + k]);
            if (std::abs(a - b) > tolerance * (std::abs(a) + std::abs(b))) return false;
        }
    }
    return true;
}

// Taps of 16 bits as sums in 32 bits take them: of each row the first half, each with one of the second half above it.
// False if one needs more bits.
bool pair_up(int32_t* taps, int64_t count, int64_t row) {
    const int64_t half = (row + 1) / 2;
    for (int64_t t = 0; t < count; ++t)
        if (taps[t] != int16_t(taps[t])) return false;
    int32_t* to = taps;  // no further than what is still to be read
    for (int64_t r = 0; r < count; r += row)
        for (int64_t k = r; k < r + half; ++k) {
            const uint32_t high = k + half < r + row ? uint32_t(taps[k + half]) << 16 : 0;
            *to++ = int32_t(uint32_t(uint16_t(taps[k])) | high);
        }
    return true;
}

// Batch elements that lie beside each other within each sample of the last axis, such as colours, are filtered alike.
void join_beside(Filter& f, int batch, int64_t x_bytes, int64_t y_bytes) {
    const int last = f.axes - 1;
    if (batch == 0) return;
    // Many taps of one row are summed in another order where samples of one row alone lie beside each other.
    if (!f.complex && f.axis[last - 1].k == 1 && f.axis[last].k >= 16) return;
    for (int a = 0; a < batch; ++a) {
        const int64_t n = f.axis[a].n;
        if (n < 2 || n > 64 || f.x_stride[a] != x_bytes || f.y_stride[a] != y_bytes) continue;
        if (f.x_stride[last] != n * x_bytes || f.y_stride[last] != n * y_bytes) continue;
        for (int b = a; b < last; ++b) {
            f.axis[b] = f.axis[b + 1];
            f.x_stride[b] = f.x_stride[b + 1];
            f.y_stride[b] = f.y_stride[b + 1];
        }
        f.axes -= 1;
        f.inner = n;
        return;
    }
}

// Whether samples stay below this by what is known of them; what is not known is seen at once, if a result must not be
// begun that could not be completed, or else as rows are copied out.
bool guard(Filter& f, const Prepared& p, const Elements& x, double samples_below, bool careful) {
    const double known = std::max({largest_outside(p), p.largest, careful && !p.largest ? largest_inside(p, x) : 0});
    if (!careful && !p.largest) f.samples_below = samples_below;
    return known < samples_below;
}

template <class T>
Outcome run_in(const Prepared& p, const Elements& x, const Elements& taps, const Elements& y, bool parallel, bool careful) {
    Filter f = p.filter;
    for (int a = 0; a < f.axes; ++a) {
        f.x_stride[a] = x.stride[p.order[a]];
        f.y_stride[a] = y.stride[p.order[a]];
    }
    f.x = x.at;
    f.y = y.at;
    int lost = 0, unfit = 0;
    f.storing.lost = &lost;
    f.unfit = &unfit;
    const int64_t part = size_of(f.y_type);
    const int64_t x_bytes = size_of(f.x_type) * (f.complex ? 2 : 1), y_bytes = part * (p.y_complex ? 2 : 1);
    if (p.factors) {
        if (p.exact_below > 0 && !guard(f, p, x, p.exact_below, careful)) return Outcome::unfit;
        f.taps[0] = taps.at;
        join_beside(f, p.batch, x_bytes, y_bytes);
        if (!separable(f, parallel)) return Outcome::no_memory;
        return unfit ? Outcome::unfit : lost ? Outcome::lost : Outcome::done;
    }
    int64_t count = 1;
    for (int a = p.batch; a < p.filter.axes; ++a) count *= p.filter.axis[a].k;
    Packed<T> packed;
    if (!packed.holds(count, tap_parts(p))) return Outcome::no_memory;
    with_type(p.taps_type, [&](auto* none) {
        packed.template fill<std::remove_pointer_t<decltype(none)>>(p, taps);
    });
    if (!packed.finite || (p.needs_imaginary && !packed.any_imaginary)) return Outcome::unfit;
    if (p.unless_product && near_product(packed.real, count, f.axis[f.axes - 1].k)) return Outcome::unfit;
    if (p.exact_below > 0 && !guard(f, p, x, p.exact_below / packed.size, careful)) return Outcome::unfit;
    if constexpr (std::is_same_v<T, int32_t>)
        if (!pair_up(packed.real, count, f.axis[f.axes - 1].k)) return Outcome::unfit;
    f.taps[0] = packed.real;
    if (p.y_complex && !f.complex) {  // a real signal and complex taps: one part after the other
        if (!direct(f, parallel)) return Outcome::no_memory;
        f.y += part;
        f.taps[0] = packed.imaginary;
    } else {
        f.taps[1] = f.complex && packed.any_imaginary ? packed.imaginary : nullptr;
        join_beside(f, p.batch, x_bytes, y_bytes);
    }
    if (!direct(f, parallel)) return Outcome::no_memory;
    return unfit ? Outcome::unfit : lost ? Outcome::lost : Outcome::done;
}

}  // namespace

void narrow(Filter& f, int batch, const int* order, const Box& whole, const Box& box, Elements& x, Elements& y) {
    for (int a = 0; a < f.axes; ++a) {
        Axis& axis = f.axis[a];
        const int64_t ahead = box.first[a] - whole.first[a];
        y.at += ahead * y.stride[order[a]];
        axis.m = box.end[a] - box.first[a];
        if (a < batch) {
            x.at += ahead * x.stride[order[a]];
            axis.n = axis.m;
        } else {
            axis.c += axis.s * box.first[a];
        }
    }
}

int64_t packed_bytes(const Prepared& prepared) {
    const Filter& f = prepared.filter;
    const int rows = f.axes - 2;
    int64_t planes = 1;
    for (int a = prepared.batch; a < rows; ++a) planes *= f.axis[a].k;
    const int64_t taps = planes + (rows >= 0 ? f.axis[rows].k : 1) + f.axis[f.axes - 1].k;
    return taps * size_of(f.work);
}

Outcome run(const Prepared& prepared, const Elements& x, const Elements& taps, const Elements& y, bool parallel,
            bool careful) {
    switch (prepared.filter.work) {
        case Type::f32: return run_in<float>(prepared, x, taps, y, parallel, careful);
        case Type::f64: return run_in<double>(prepared, x, taps, y, parallel, careful);
        case Type::i16: return run_in<int16_t>(prepared, x, taps, y, parallel, careful);
        case Type::i32: return run_in<int32_t>(prepared, x, taps, y, parallel, careful);
        default: return run_in<int64_t>(prepared, x, taps, y, parallel, careful);
    }
}

size_t memory(const Prepared& prepared, bool parallel) {
    int64_t taps = 1;
    for (int a = prepared.batch; a < prepared.filter.axes; ++a) taps *= prepared.filter.axis[a].k;
    return scratch_bytes(prepared.filter, parallel) +
           size_t(tap_parts(prepared) * taps * size_of(prepared.filter.work));
}

}  // namespace tapwise
