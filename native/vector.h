// Vectors of the widest registers of the instruction set that this file is compiled for.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include <cstdint>

namespace {

#if defined(__AVX512F__) && defined(__AVX512DQ__)
constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

template <class T>
struct VectorOf {
    typedef T type __attribute__((vector_size(vector_bytes)));
    typedef T unaligned __attribute__((vector_size(vector_bytes), aligned(sizeof(T)), may_alias));
    static constexpr int lanes = vector_bytes / sizeof(T);
};

template <class T>
using Vector = typename VectorOf<T>::type;

template <class T>
constexpr int lanes = VectorOf<T>::lanes;

template <class T>
inline Vector<T> load(const T* p) {
    return *reinterpret_cast<const typename VectorOf<T>::unaligned*>(p);
}

template <class T>
inline void store(T* p, Vector<T> v) {
    *reinterpret_cast<typename VectorOf<T>::unaligned*>(p) = v;
}

// Keeps a loaded vector in a register: GCC would rather load it again for each of its uses, and loads are what is scarce.
template <class T>
inline void hold([[maybe_unused]] Vector<T>& v) {
#if defined(__AVX512F__)
    asm("" : "+v"(v));
#elif defined(__x86_64__)
    asm("" : "+x"(v));
#elif defined(__aarch64__)
    asm("" : "+w"(v));
#endif
}

// Minus 0, which changes no number, so that it compiles to one load; plus 0 turns -0 into 0, and so is an addition.
template <class T>
inline Vector<T> broadcast(T value) {
    return value - Vector<T>{};
}

// a * b + c with one rounding, where the instruction set has it.
template <class T>
inline Vector<T> multiply_add(Vector<T> a, Vector<T> b, Vector<T> c) {
    return a * b + c;
}

#if defined(__AVX512F__) && defined(__AVX512DQ__)
template <>
inline Vector<float> multiply_add<float>(Vector<float> a, Vector<float> b, Vector<float> c) {
    return (Vector<float>)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
template <>
inline Vector<double> multiply_add<double>(Vector<double> a, Vector<double> b, Vector<double> c) {
    return (Vector<double>)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}
#elif defined(__AVX2__) && defined(__FMA__)
template <>
inline Vector<float> multiply_add<float>(Vector<float> a, Vector<float> b, Vector<float> c) {
    return (Vector<float>)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
template <>
inline Vector<double> multiply_add<double>(Vector<double> a, Vector<double> b, Vector<double> c) {
    return (Vector<double>)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
#elif defined(__aarch64__)
template <>
inline Vector<float> multiply_add<float>(Vector<float> a, Vector<float> b, Vector<float> c) {
    return (Vector<float>)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
template <>
inline Vector<double> multiply_add<double>(Vector<double> a, Vector<double> b, Vector<double> c) {
    return (Vector<double>)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}
#endif

// Whole numbers wrap around, as unsigned ones do.
template <class T, class U>
inline Vector<T> wrapped_multiply_add(Vector<T> a, Vector<T> b, Vector<T> c) {
    return (Vector<T>)((Vector<U>)a * (Vector<U>)b + (Vector<U>)c);
}
template <>
inline Vector<int64_t> multiply_add<int64_t>(Vector<int64_t> a, Vector<int64_t> b, Vector<int64_t> c) {
    return wrapped_multiply_add<int64_t, uint64_t>(a, b, c);
}
template <>
inline Vector<int16_t> multiply_add<int16_t>(Vector<int16_t> a, Vector<int16_t> b, Vector<int16_t> c) {
    return wrapped_multiply_add<int16_t, uint16_t>(a, b, c);
}

// Two samples of 16 bits each, which are multiplied by two taps; the products are added in 32 bits.
template <>
inline Vector<int32_t> multiply_add<int32_t>(Vector<int32_t> a, Vector<int32_t> b, Vector<int32_t> c) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
    return (Vector<int32_t>)_mm512_add_epi32(_mm512_madd_epi16((__m512i)a, (__m512i)b), (__m512i)c);
#elif defined(__AVX2__)
    return (Vector<int32_t>)_mm256_add_epi32(_mm256_madd_epi16((__m256i)a, (__m256i)b), (__m256i)c);
#elif defined(__x86_64__)
    return (Vector<int32_t>)_mm_add_epi32(_mm_madd_epi16((__m128i)a, (__m128i)b), (__m128i)c);
#else
    using Raised = Vector<uint32_t>;  // the low half is raised to the top, so that its sign fills the rest on the way back
    const Vector<int32_t> low = (Vector<int32_t>)((Raised)a << 16) >> 16, tap = (Vector<int32_t>)((Raised)b << 16) >> 16;
    return low * tap + (a >> 16) * (b >> 16) + c;
#endif
}

}  // namespace
