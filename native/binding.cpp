// The module tapwise.engines._native: checks what Python hands over, releases the interpreter, calls.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>

#include "direct.h"
#include "pool.h"

namespace nb = nanobind;
using namespace tapwise;

namespace {

// n, k, m, s, c, d, below, above, below's value (re, im), above's value (re, im)
using AxisNumbers = std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int, int, double, double, double, double>;

Type type_of(char c) {
    switch (c) {
        case '?': case 'B': return Type::u8;
        case 'b': return Type::i8;
        case 'H': return Type::u16;
        case 'h': return Type::i16;
        case 'I': return Type::u32;
        case 'i': return Type::i32;
        case 'L': case 'Q': return Type::u64;
        case 'l': case 'q': return Type::i64;
        case 'e': return Type::f16;
        case 'f': case 'F': return Type::f32;
        case 'd': case 'D': return Type::f64;
    }
    throw std::invalid_argument("a number type that the native engine does not have");
}

void filter(uintptr_t x, const std::string& x_type, bool x_swapped, const std::vector<int64_t>& x_strides, uintptr_t y,
            const std::string& y_type, const std::vector<int64_t>& y_strides, uintptr_t real, uintptr_t imaginary,
            const std::string& work, const std::vector<AxisNumbers>& axes, int64_t inner, bool conjugate,
            bool parallel, bool factors) {
    if (axes.empty() || axes.size() > size_t(max_axes) || x_strides.size() != axes.size() || y_strides.size() != axes.size())
        throw std::invalid_argument("axes and strides do not go together");
    Filter f{};
    f.axes = int(axes.size());
    for (size_t a = 0; a < axes.size(); ++a) {
        const auto& [n, k, m, s, c, d, below, above, br, bi, ar, ai] = axes[a];
        f.axis[a] = Axis{n, k, m, s, c, d, Rule(below), Rule(above), {br, bi}, {ar, ai}};
        f.x_stride[a] = x_strides[a];
        f.y_stride[a] = y_strides[a];
    }
    f.complex = x_type == "F" || x_type == "D" || work == "F" || work == "D";
    f.work = type_of(work.at(0));
    f.conjugate_signal = conjugate;
    f.inner = inner;
    f.x = reinterpret_cast<const char*>(x);
    f.x_type = type_of(x_type.at(0));
    f.x_swapped = x_swapped;
    f.y = reinterpret_cast<char*>(y);
    f.y_type = type_of(y_type.at(0));
    f.taps[0] = reinterpret_cast<const void*>(real);
    f.taps[1] = reinterpret_cast<const void*>(imaginary);
    bool done;
    {
        nb::gil_scoped_release released;
        done = factors ? separable(f, parallel) : direct(f, parallel);
    }
    if (!done) throw std::bad_alloc();
}

}  // namespace

NB_MODULE(_native, m) {
    m.doc() = "Direct sums in compiled code.";
    m.def("filter", &filter, nb::arg("x"), nb::arg("x_type"), nb::arg("x_swapped"), nb::arg("x_strides"), nb::arg("y"), nb::arg("y_type"),
          nb::arg("y_strides"), nb::arg("real"), nb::arg("imaginary"), nb::arg("work"), nb::arg("axes"),
          nb::arg("inner"), nb::arg("conjugate"), nb::arg("parallel"), nb::arg("factors"));
    m.def("instruction_set", &instruction_set);
    m.def("threads", &thread_count);
    m.def("set_threads", [](int count) {
        nb::gil_scoped_release released;
        set_thread_count(count);
    });
}
