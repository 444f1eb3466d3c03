// The transform against the definition in long double, for every number of lanes, length and radix; and its convolution.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "transform.h"

namespace {

using Number = std::complex<long double>;

std::mt19937 random_bits(1);

struct Shape {
    std::vector<int64_t> length;
    int64_t elements() const {
        int64_t n = 1;
        for (int64_t l : length) n *= l;
        return n;
    }
};

// Places along each axis.
std::vector<int64_t> place(const Shape& shape, int64_t at) {
    std::vector<int64_t> p(shape.length.size());
    for (size_t a = p.size(); a-- > 0; at /= shape.length[a]) p[a] = at % shape.length[a];
    return p;
}

std::vector<Number> definition(const Shape& shape, const std::vector<Number>& x) {
    std::vector<Number> y(x.size());
    const long double turn = 2 * std::acos(-1.0L);
    const int64_t n = shape.elements();  // which every length divides
    std::vector<Number> roots;
    for (int64_t j = 0; j < n; ++j) roots.push_back(std::polar(1.0L, -turn * (long double)j / (long double)n));
    for (int64_t k = 0; k < n; ++k) {
        const auto f = place(shape, k);
        for (int64_t i = 0; i < n; ++i) {
            int64_t phase = 0, at = i;
            for (size_t a = f.size(); a-- > 0; at /= shape.length[a]) phase += f[a] * (at % shape.length[a]) * (n / shape.length[a]);
            y[size_t(k)] += x[size_t(i)] * roots[size_t(phase % n)];
        }
    }
    return y;
}

template <class T, int L>
struct Plan {
    using V = Transform<T, L>;
    using Element = typename V::Element;
    Kernel kernel{};
    void* memory;

    explicit Plan(const Shape& shape) {
        kernel.axes = int(shape.length.size());
        std::copy(shape.length.begin(), shape.length.end(), kernel.length);
        kernel.elements = shape.elements();
        const int64_t bytes = plan_passes<T, L>(kernel, nullptr);
        memory = std::aligned_alloc(aligned, size_t(rounded_up(bytes + 1, aligned)));
        plan_passes<T, L>(kernel, static_cast<char*>(memory));
    }
    ~Plan() { std::free(memory); }

    // A tile whose memory the caller frees.
    Element* tile(const std::vector<Number>& x) const {
        void* made = std::aligned_alloc(aligned, size_t(rounded_up(kernel.elements * 2 * int64_t(sizeof(T)), aligned)));
        T* values = static_cast<T*>(made);
        for (int64_t i = 0; i < kernel.elements; ++i) {
            values[i / L * 2 * L + i % L] = T(x[size_t(i)].real());
            values[i / L * 2 * L + L + i % L] = T(x[size_t(i)].imag());
        }
        return static_cast<Element*>(made);
    }

    static std::vector<Number> numbers(const Element* tile, int64_t elements) {
        const T* values = reinterpret_cast<const T*>(tile);
        std::vector<Number> x;
        for (int64_t i = 0; i < elements; ++i)
            x.push_back({values[i / L * 2 * L + i % L], values[i / L * 2 * L + L + i % L]});
        return x;
    }
};

long double norm(const std::vector<Number>& x) {
    long double sum = 0;
    for (const Number& v : x) sum += std::norm(v);
    return std::sqrt(sum);
}

// 3.95 u for each binary digit of the length, relative to the Euclidean norm.
template <class T>
long double rounding(int64_t elements) {
    return 3.95L * std::log2((long double)elements) * std::numeric_limits<T>::epsilon() / 2;
}

template <class T, int L>
bool right(const Shape& shape, bool spoil) {
    const Plan<T, L> plan(shape);
    const Transform<T, L> transform(plan.kernel.pass, plan.kernel.passes);
    std::vector<Number> x, h;
    std::uniform_real_distribution<float> any(-1, 1);
    for (int64_t i = 0; i < shape.elements(); ++i) {
        x.push_back({any(random_bits), any(random_bits)});
        h.push_back({any(random_bits), any(random_bits)});
    }
    auto* spectrum = plan.tile(h);
    transform.analyse(spectrum, shape.elements() / L);
    if (spoil) spectrum[0].re[1] *= T(1.001);
    // Each number of the definition occurs once, wherever it stands.
    std::vector<Number> ours = Plan<T, L>::numbers(spectrum, shape.elements()), theirs = definition(shape, h);
    const long double far = rounding<T>(shape.elements()) * norm(theirs);
    bool good = true;
    for (const Number& value : ours) {
        size_t nearest = 0;
        for (size_t k = 1; k < theirs.size(); ++k)
            if (std::abs(theirs[k] - value) < std::abs(theirs[nearest] - value)) nearest = k;
        good = good && std::abs(theirs[nearest] - value) <= far;
        theirs.erase(theirs.begin() + std::ptrdiff_t(nearest));
    }
    // Circular convolution, times the number of elements.
    auto* tile = plan.tile(x);
    transform.filter(tile, spectrum);
    const std::vector<Number> y = Plan<T, L>::numbers(tile, shape.elements());
    const long double n = (long double)shape.elements();
    const long double bound = (3 * rounding<T>(shape.elements()) + 2 * std::numeric_limits<T>::epsilon()) * n * norm(x) * norm(h);
    for (int64_t o = 0; o < shape.elements(); ++o) {
        Number sum = 0;
        const auto at = place(shape, o);
        for (int64_t t = 0; t < shape.elements(); ++t) {
            const auto tap = place(shape, t);
            int64_t i = 0;
            for (size_t a = 0; a < at.size(); ++a)
                i = i * shape.length[a] + (at[a] - tap[a] + shape.length[a]) % shape.length[a];
            sum += h[size_t(t)] * x[size_t(i)];
        }
        good = good && std::abs(sum * n - y[size_t(o)]) <= bound;
    }
    std::free(spectrum);
    std::free(tile);
    return good;
}

template <class T, int L>
bool all_right(const char* type) {
    const std::vector<Shape> shapes{{{256}}, {{512}}, {{1024}}, {{16, 16}}, {{32, 16}}, {{2, 128}}, {{1, 512}}, {{4, 8, 16}}, {{2, 2, 128}}};
    for (const Shape& shape : shapes) {
        if (!right<T, L>(shape, false)) {
            std::printf("%s, %d lanes: %zu axes, %lld elements: wrong\n", type, L, shape.length.size(), (long long)shape.elements());
            return false;
        }
    }
    if (right<T, L>(shapes[0], true)) {
        std::printf("%s, %d lanes: a wrong number was not seen\n", type, L);
        return false;
    }
    return true;
}

}  // namespace

int main() {
    if (!all_right<float, 4>("float") || !all_right<float, 8>("float") || !all_right<float, 16>("float")) return 1;
    if (!all_right<double, 2>("double") || !all_right<double, 4>("double") || !all_right<double, 8>("double")) return 1;
    std::printf("every transform is right\n");
    return 0;
}
