// How sums become results that are not stored as they are: scaled, rounded, and kept within the limits of their type.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "filter.h"
#include "rows.h"

namespace {

inline float to_even(float v) { return __builtin_nearbyintf(v); }
inline double to_even(double v) { return __builtin_nearbyint(v); }

// A half added first would itself be rounded.
template <class T>
inline T away_from_zero(T v) {
    const T whole = std::trunc(v), rest = v - whole;
    return rest >= T(0.5) ? whole + 1 : rest <= T(-0.5) ? whole - 1 : whole;
}

template <class T, class F>
inline void for_all(T* row, int64_t elements, F&& f) {
    for (int64_t e = 0; e < elements; ++e) row[e] = f(row[e]);
}

// Scales and rounds sums where they are.
template <class T>
void scale_and_round(T* row, int64_t elements, const Storing& storing) {
    if constexpr (std::is_integral_v<T>) {
        using U = std::conditional_t<sizeof(T) < 4, uint32_t, std::make_unsigned_t<T>>;
        const U gain = U(int64_t(storing.gain)), offset = U(int64_t(storing.offset));
        if (gain != 1 || offset != 0) for_all(row, elements, [&](T v) { return T(U(v) * gain + offset); });
    } else {
        const T gain = T(storing.gain), offset = T(storing.offset);
        if (storing.gain != 1) for_all(row, elements, [&](T v) { return v * gain; });
        if (storing.offset != 0) for_all(row, elements, [&](T v) { return v + offset; });
        switch (storing.rounding) {
            case Rounding::none: break;
            case Rounding::nearest_even: for_all(row, elements, [](T v) { return to_even(v); }); break;
            case Rounding::nearest_away: for_all(row, elements, [](T v) { return away_from_zero(v); }); break;
            case Rounding::truncate: for_all(row, elements, [](T v) { return std::trunc(v); }); break;
            case Rounding::floor: for_all(row, elements, [](T v) { return std::floor(v); }); break;
        }
    }
}

// The largest number of T that is not above the limit of Y.
template <class T, class Y>
inline T highest() {
    constexpr Y most = std::numeric_limits<Y>::max();
    if constexpr (std::is_integral_v<T>) {
        constexpr bool wider = sizeof(Y) > sizeof(T) || (sizeof(Y) == sizeof(T) && !std::is_signed_v<Y>);
        return wider ? std::numeric_limits<T>::max() : T(most);
    } else {
        constexpr int spare = std::numeric_limits<Y>::digits - std::numeric_limits<T>::digits;
        return T(spare > 0 ? most >> (spare > 0 ? spare : 0) << (spare > 0 ? spare : 0) : most);
    }
}

template <class T, class Y>
inline T lowest() {
    if constexpr (std::is_integral_v<T> && std::is_signed_v<Y> && sizeof(Y) > sizeof(T))
        return std::numeric_limits<T>::min();
    return T(std::numeric_limits<Y>::min());
}

// Converts whole numbers, which it changes; returns whether one had no place in Y, so that this row does not hold what it
// should. To bring all within the limits first keeps both loops in vectors.
template <class Y, Overflow O, class T>
bool convert(Y* to, T* from, int64_t elements) {
    const T low = lowest<T, Y>(), high = highest<T, Y>();
    int lost = 0;
    if constexpr (O == Overflow::wrap && std::is_integral_v<T>) {
        for (int64_t e = 0; e < elements; ++e) to[e] = Y(from[e]);
    } else if constexpr (O == Overflow::wrap) {
        for (int64_t e = 0; e < elements; ++e) {
            const bool fits = from[e] > T(-0x1p63) && from[e] < T(0x1p63);
            lost |= !fits;
            to[e] = Y(int64_t(fits ? from[e] : T(0)));
        }
    } else if constexpr (std::is_integral_v<T> || sizeof(Y) < sizeof(T)) {
        for (int64_t e = 0; e < elements; ++e) {
            const T v = from[e], below = v < high ? v : high, kept = below > low ? below : low;
            lost |= O == Overflow::raise ? kept != v : v != v;
            from[e] = kept;
        }
        for (int64_t e = 0; e < elements; ++e) to[e] = whole<Y>(from[e]);
    } else {  // a float that may not hold the limits
        for (int64_t e = 0; e < elements; ++e) {
            const T v = from[e];
            const bool fits = (v >= low) & (v <= high);
            lost |= O == Overflow::raise ? !fits : v != v;
            const Y kept = Y(fits ? v : T(0));
            to[e] = O == Overflow::raise || fits ? kept
                    : v > high                   ? std::numeric_limits<Y>::max()
                                                 : std::numeric_limits<Y>::min();
        }
    }
    return lost != 0;
}

template <class Y, class T>
bool convert(Y* to, T* from, int64_t elements, Overflow overflow) {
    if constexpr (!std::is_integral_v<Y>) {
        for (int64_t e = 0; e < elements; ++e) to[e] = static_cast<Y>(from[e]);
        return false;
    } else {
        switch (overflow) {
            case Overflow::wrap: return convert<Y, Overflow::wrap>(to, from, elements);
            case Overflow::raise: return convert<Y, Overflow::raise>(to, from, elements);
            default: return convert<Y, Overflow::saturate>(to, from, elements);
        }
    }
}

// Stores a row of sums, which it changes. Returns whether one was lost.
template <class Y, class T>
bool store_row(char* to, int64_t stride, T* from, int64_t samples, int64_t each, const Storing& storing) {
    scale_and_round(from, samples * each, storing);
    if (stride == each * int64_t(sizeof(Y)))
        return convert(reinterpret_cast<Y*>(to), from, samples * each, storing.overflow);
    bool lost = false;
    for (int64_t i = 0; i < samples; ++i, to += stride, from += each)
        lost |= convert(reinterpret_cast<Y*>(to), from, each, storing.overflow);
    return lost;
}

}  // namespace
