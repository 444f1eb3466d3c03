// Rows of the signal, copied out as the tiles read them: extended by the boundary, converted to the type that is
// computed in, and parted by the stride, so that every tap finds its samples beside each other.
#pragma once

#include <cstring>
#include <type_traits>

#include "filter.h"

namespace {

using namespace tapwise;

// Positions [low, low + count) of a row; position low + s*a + phase lies at element (phase * pitch + a) * each.
struct RowLayout {
    int64_t low, count, step, pitch, each;
};

template <class T, class S>
inline T converted(S value) {
    return static_cast<T>(value);
}

// A number whose bytes stand in the other order.
template <class S>
struct Swapped {
    unsigned char bytes[sizeof(S)];
    explicit operator S() const {
        unsigned char turned[sizeof(S)];
        for (size_t b = 0; b < sizeof(S); ++b) turned[b] = bytes[sizeof(S) - 1 - b];
        S value;
        std::memcpy(&value, turned, sizeof(S));
        return value;
    }
};

template <class T, class S>
inline T converted(Swapped<S> value) {
    return static_cast<T>(static_cast<S>(value));
}

// Calls f with a null pointer of the C++ type that `type` names.
template <class F>
inline void with_type(Type type, F&& f) {
    switch (type) {
        case Type::u8: return f((uint8_t*)nullptr);
        case Type::i8: return f((int8_t*)nullptr);
        case Type::u16: return f((uint16_t*)nullptr);
        case Type::i16: return f((int16_t*)nullptr);
        case Type::u32: return f((uint32_t*)nullptr);
        case Type::i32: return f((int32_t*)nullptr);
        case Type::u64: return f((uint64_t*)nullptr);
        case Type::i64: return f((int64_t*)nullptr);
        case Type::f16: return f((_Float16*)nullptr);
        case Type::f32: return f((float*)nullptr);
        case Type::f64: return f((double*)nullptr);
    }
}

// Bytes of a number.
inline int64_t size_of(Type type) {
    int64_t bytes = 0;
    with_type(type, [&](auto* none) { bytes = sizeof(*none); });
    return bytes;
}

// Calls f with a null pointer of the type that a filter is computed in, but for pairs.
template <class F>
inline auto with_work(const Filter& filter, F&& f) {
    switch (filter.work) {
        case Type::f32: return f((float*)nullptr);
        case Type::f64: return f((double*)nullptr);
        case Type::i16: return f((int16_t*)nullptr);
        default: return f((int64_t*)nullptr);
    }
}

template <class T, class S>
inline void copy_sample(T* to, const char* from, int64_t each) {
    const S* p = reinterpret_cast<const S*>(from);
    for (int64_t e = 0; e < each; ++e) to[e] = converted<T>(p[e]);
}

template <class T>
inline T* place(T* to, const RowLayout& layout, int64_t position) {
    const int64_t ahead = position - layout.low;
    return to + (ahead % layout.step * layout.pitch + ahead / layout.step) * layout.each;
}

template <class T>
inline void fill_sample(T* to, int64_t each, bool complex, const double* value) {
    for (int64_t e = 0; e < each; ++e) to[e] = converted<T>(value[complex ? e & 1 : 0]);
}

// A row whose samples all have one value, where the plane or the row before it is a constant of the boundary.
template <class T>
void fill_row(T* to, const RowLayout& layout, const Axis& axis, bool complex, const double* value) {
    const double nothing[2] = {0, 0};
    for (int64_t i = layout.low; i < layout.low + layout.count; ++i) {
        const double* here = value;
        const Rule rule = i < 0 ? axis.below : i >= axis.n ? axis.above : Rule::edge;
        if (rule == Rule::zero) here = nothing;
        if (rule == Rule::constant) here = i < 0 ? axis.below_value : axis.above_value;
        fill_sample(place(to, layout, i), layout.each, complex, here);
    }
}

template <class T, class S>
void copy_row(T* to, const RowLayout& layout, const Axis& axis, bool complex, const char* from, int64_t stride) {
    const double nothing[2] = {0, 0};
    const int64_t end = layout.low + layout.count;
    const int64_t first = layout.low < 0 ? (end < 0 ? end : 0) : layout.low;
    const int64_t last = end > axis.n ? (layout.low > axis.n ? layout.low : axis.n) : end;
    for (int64_t i = layout.low; i < end; i = i + 1 == first && first < last ? last : i + 1) {
        if (i >= first && i < last) {
            i = last - 1;
            continue;
        }
        const int64_t j = source(axis, i);
        if (j >= 0)
            copy_sample<T, S>(place(to, layout, i), from + j * stride, layout.each);
        else
            fill_sample(place(to, layout, i), layout.each, complex,
                        j == -1 ? nothing : i < 0 ? axis.below_value : axis.above_value);
    }
    if (first >= last) return;
    const char* p = from + first * stride;
    const int64_t each = layout.each;
    if (layout.step == 1) {
        T* q = place(to, layout, first);
        if (stride == each * int64_t(sizeof(S))) {
            const S* values = reinterpret_cast<const S*>(p);
            if constexpr (std::is_same_v<T, S>)
                std::memcpy(q, values, size_t((last - first) * each) * sizeof(T));
            else
                for (int64_t e = 0; e < (last - first) * each; ++e) q[e] = converted<T>(values[e]);
        } else {
            for (int64_t i = first; i < last; ++i, p += stride, q += each) copy_sample<T, S>(q, p, each);
        }
        return;
    }
    for (int64_t phase = 0; phase < layout.step; ++phase) {
        const int64_t ahead = first - layout.low;
        int64_t i = first + ((phase - ahead) % layout.step + layout.step) % layout.step;
        T* q = i < last ? place(to, layout, i) : nullptr;
        for (p = from + i * stride; i < last; i += layout.step, p += stride * layout.step, q += each)
            copy_sample<T, S>(q, p, each);
    }
}

// A row that begins at `from` as the filter's signal stores it, or one of a constant.
template <class T>
void read_row(T* to, const RowLayout& layout, const Filter& f, const char* from, const double* constant) {
    const Axis& columns = f.axis[f.axes - 1];
    if (constant) return fill_row(to, layout, columns, f.complex, constant);
    const int64_t stride = f.x_stride[f.axes - 1];
    with_type(f.x_type, [&](auto* type) {
        using S = std::remove_pointer_t<decltype(type)>;
        if (f.x_swapped)
            copy_row<T, Swapped<S>>(to, layout, columns, f.complex, from, stride);
        else
            copy_row<T, S>(to, layout, columns, f.complex, from, stride);
    });
}

// Complex samples times i, for the imaginary parts of the taps; conjugation of the samples themselves.
template <class T>
inline void conjugate_row(T* row, int64_t elements) {
    for (int64_t e = 1; e < elements; e += 2) row[e] = -row[e];
}

template <class T>
inline void rotated_row(T* to, const T* from, int64_t elements) {
    for (int64_t e = 0; e < elements; e += 2) {
        to[e] = -from[e + 1];
        to[e + 1] = from[e];
    }
}

// A number in a type that holds it. Floats become short integers by way of int32, for which there is an instruction.
template <class Y, class T>
inline Y whole(T value) {
    if constexpr (std::is_floating_point_v<T> && std::is_integral_v<Y> && sizeof(Y) <= 2)
        return static_cast<Y>(static_cast<int32_t>(value));
    else
        return static_cast<Y>(value);
}

template <class T, class Y>
inline void emit(char* to, int64_t stride, const T* from, int64_t samples, int64_t each) {
    if (stride == each * int64_t(sizeof(Y))) {
        Y* q = reinterpret_cast<Y*>(to);
        for (int64_t e = 0; e < samples * each; ++e) q[e] = whole<Y>(from[e]);
        return;
    }
    for (int64_t i = 0; i < samples; ++i, to += stride, from += each)
        for (int64_t e = 0; e < each; ++e) reinterpret_cast<Y*>(to)[e] = whole<Y>(from[e]);
}

}  // namespace
