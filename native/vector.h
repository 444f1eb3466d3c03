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
template <>
inline Vector<int64_t> multiply_add<int64_t>(Vector<int64_t> a, Vector<int64_t> b, Vector<int64_t> c) {
    using Wrapping = Vector<uint64_t>;
    return (Vector<int64_t>)((Wrapping)a * (Wrapping)b + (Wrapping)c);
}

}  // namespace
