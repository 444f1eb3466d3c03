// The module tapwise.engines._native: checks what Python hands over, releases the interpreter, calls.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>

#include "direct.h"
#include "fourier.h"
#include "pool.h"
#include "prepared.h"
#include "recall.h"

namespace nb = nanobind;
using namespace tapwise;

namespace {

// n, k, m, s, c, d, below, above, below's value (re, im), above's value (re, im)
using AxisNumbers = std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int, int, double, double, double, double>;

bool is_complex(const std::string& type) { return type == "F" || type == "D"; }

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

// Fills in all but the type that is computed in.
Filter filter_of(uintptr_t x, const std::string& x_type, bool x_swapped, const std::vector<int64_t>& x_strides, uintptr_t y,
                 const std::string& y_type, const std::vector<int64_t>& y_strides, const std::vector<AxisNumbers>& axes,
                 bool conjugate) {
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
    f.complex = is_complex(x_type);
    f.conjugate_signal = conjugate;
    f.inner = 1;
    f.x = reinterpret_cast<const char*>(x);
    f.x_type = type_of(x_type.at(0));
    f.x_swapped = x_swapped;
    f.y = reinterpret_cast<char*>(y);
    f.y_type = type_of(y_type.at(0));
    return f;
}

// The numbers of a filter without its arrays. Types are NumPy's letters; `order` says which axis of signal and result
// each axis is, the first `batch` of them not filtered.
Prepared prepare(const std::string& x_type, bool x_swapped, const std::string& y_type, const std::string& taps_type,
                 const std::string& work, const std::vector<AxisNumbers>& axes, int batch, const std::vector<int>& order,
                 bool conjugate_signal, bool conjugate_taps, bool needs_imaginary, double exact_below, bool factors, bool unless_product,
                 const std::optional<std::tuple<double, double, int, int>>& stored) {
    if (axes.empty() || axes.size() > size_t(max_axes) || order.size() != axes.size() || batch < 0 ||
        size_t(batch) >= axes.size())
        throw std::invalid_argument("the axes do not go together");
    Prepared p;
    Filter& f = p.filter;
    f.axes = int(axes.size());
    for (size_t a = 0; a < axes.size(); ++a) {
        const auto& [n, k, m, s, c, d, below, above, br, bi, ar, ai] = axes[a];
        f.axis[a] = Axis{n, k, m, s, c, d, Rule(below), Rule(above), {br, bi}, {ar, ai}};
        if (order[a] < 0 || size_t(order[a]) >= axes.size()) throw std::invalid_argument("the order names no axis");
        p.order[a] = order[a];
    }
    f.complex = is_complex(x_type);
    f.work = type_of(work.at(0));
    f.conjugate_signal = conjugate_signal;
    f.inner = 1;
    f.x_type = type_of(x_type.at(0));
    f.x_swapped = x_swapped;
    f.y_type = type_of(y_type.at(0));
    p.batch = batch;
    p.y_complex = is_complex(y_type);
    p.taps_type = type_of(taps_type.at(0));
    p.taps_complex = is_complex(taps_type);
    p.conjugate_taps = conjugate_taps;
    p.needs_imaginary = needs_imaginary;
    p.exact_below = exact_below;
    p.factors = factors;
    p.unless_product = unless_product;
    if (stored) {
        const auto& [gain, offset, rounding, overflow] = *stored;
        f.storing = Storing{false, gain, offset, Rounding(rounding), Overflow(overflow), nullptr};
    }
    return p;
}

// Fills y; the arrays have the types and lengths that were said before. False if a result has no place in its type.
bool fill(const Prepared& prepared, nb::handle x, nb::handle taps, nb::handle y, bool parallel) {
    const Held signal(x.ptr()), weights(taps.ptr()), result(y.ptr(), true);
    if (!signal || !weights || !result) throw nb::python_error();
    const int axes = prepared.filter.axes;
    const int taps_axes = prepared.factors ? 1 : axes - prepared.batch;
    if (signal.view().ndim != axes || result.view().ndim != axes || weights.view().ndim != taps_axes)
        throw std::invalid_argument("the arrays have other axes than were prepared for");
    for (int a = 0; a < axes; ++a) {
        const Axis& axis = prepared.filter.axis[a];
        const int place = prepared.order[a];
        if (signal.view().shape[place] != axis.n || result.view().shape[place] != axis.m ||
            (a >= prepared.batch && !prepared.factors && weights.view().shape[a - prepared.batch] != axis.k))
            throw std::invalid_argument("the arrays have other lengths than were prepared for");
    }
    if (prepared.factors && weights.view().len != packed_bytes(prepared))
        throw std::invalid_argument("the factors have other lengths than were prepared for");
    const Elements from = signal.elements(), with = weights.elements(), to = result.elements();
    Outcome outcome;
    {
        nb::gil_scoped_release released;
        outcome = run(prepared, from, with, to, parallel);
    }
    if (outcome == Outcome::no_memory) throw std::bad_alloc();
    if (outcome == Outcome::unfit) throw std::invalid_argument("a tap is infinite or NaN");
    return outcome == Outcome::done;
}

// The transform of a kernel, for any number of calls from any threads.
class Transformed {
  public:
    Transformed(const std::string& work, const std::vector<int64_t>& lengths, uintptr_t taps,
                const std::vector<int64_t>& shape, const std::vector<int64_t>& skipped, bool folded) {
        if (lengths.size() != shape.size() || skipped.size() != shape.size()) throw std::invalid_argument("lengths and shape do not go together");
        const Type type = type_of(work.at(0));
        const int count = int(lengths.size());
        if (!has_transform(type, count, lengths.data(), shape.data(), skipped.data(), folded))
            throw std::invalid_argument("no transform has these lengths");
        kernel_ = make_kernel(type, count, lengths.data(), reinterpret_cast<const double*>(taps), shape.data(),
                              skipped.data(), folded);
        if (!kernel_) throw std::bad_alloc();
    }
    Transformed(const Transformed&) = delete;
    ~Transformed() { free_kernel(kernel_); }

    size_t bytes() const { return kernel_->bytes; }

    // Returns, for each tile, the norm of what went through its transform, and what became of it.
    std::vector<std::pair<double, int>> apply(
        uintptr_t x, const std::string& x_type, bool x_swapped, const std::vector<int64_t>& x_strides, uintptr_t y,
        const std::string& y_type, const std::vector<int64_t>& y_strides, const std::vector<AxisNumbers>& axes,
        bool conjugate, const std::vector<int64_t>& kept, std::tuple<double, double, double> limits, bool whole,
        std::tuple<int, int, bool, int64_t, int> digits, bool survey, bool parallel) const {
        if (kept.size() != size_t(kernel_->axes) || axes.size() < kept.size())
            throw std::invalid_argument("axes and tiles do not go together");
        Tiling t{};
        t.kernel = kernel_;
        t.filter = filter_of(x, x_type, x_swapped, x_strides, y, y_type, y_strides, axes, conjugate);
        t.filter.work = kernel_->work;
        t.complex_result = is_complex(y_type);
        if (kernel_->folded && (t.complex_result || t.filter.complex || kernel_->complex))
            throw std::invalid_argument("only real tiles are folded");
        for (size_t a = 0; a < kept.size(); ++a) {
            const Axis& axis = t.filter.axis[t.filter.axes - kernel_->axes + int(a)];
            // Where zeros are skipped, one tile holds all outputs, and its ends meet.
            const int64_t taps = kernel_->skipped[a] || kept[a] == axis.m ? 0 : std::abs(axis.d) * (axis.k - 1);
            if (kept[a] < 1 || std::abs(axis.s) * (kept[a] - 1) + taps >= kernel_->length[a] * (kernel_->folded && a == 0 ? 2 : 1)) throw std::invalid_argument("a tile does not hold its outputs");
            t.kept[a] = kept[a];
        }
        std::tie(t.least, t.most, t.spread) = limits;
        std::tie(t.digits, t.digit_shift, t.top, t.bias, t.add_shift) = digits;
        t.whole = whole;
        t.survey = survey;
        settle(t);
        std::vector<Report> reports(size_t(t.tiles), Report{});
        t.reports = reports.data();
        bool done;
        {
            nb::gil_scoped_release released;
            done = fourier(t, parallel);
        }
        if (!done) throw std::bad_alloc();
        std::vector<std::pair<double, int>> told;
        for (const Report& report : reports) told.emplace_back(report.norm, int(report.fate));
        return told;
    }

  private:
    Kernel* kernel_;
};

PyMethodDef methods[] = {
    {"recall", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&recall)), METH_FASTCALL,
     "recall(x, h, out, *words): the result if the same was asked before of arrays like these, else None."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

NB_MODULE(_native, m) {
    m.doc() = "Direct sums, and sums by Fourier transforms, in compiled code.";
    nb::class_<Prepared>(m, "Prepared")
        .def("fill", &fill, nb::arg("x"), nb::arg("taps"), nb::arg("y"), nb::arg("parallel"))
        .def("memory", &memory, nb::arg("parallel"));
    m.def("prepare", &prepare, nb::arg("x_type"), nb::arg("x_swapped"), nb::arg("y_type"), nb::arg("taps_type"),
          nb::arg("work"), nb::arg("axes"), nb::arg("batch"), nb::arg("order"), nb::arg("conjugate_signal"),
          nb::arg("conjugate_taps"), nb::arg("needs_imaginary"), nb::arg("exact_below"), nb::arg("factors"), nb::arg("unless_product"),
          nb::arg("stored").none());
    if (PyModule_AddFunctions(m.ptr(), methods) != 0) throw nb::python_error();
    m.def("remember", [](nb::tuple words, nb::handle x, nb::handle h, const Prepared& prepared, nb::tuple shape,
                         nb::handle dtype, int64_t products, bool parallel, bool placed) {
        remember(words.ptr(), x.ptr(), h.ptr(), prepared, shape.ptr(), dtype.ptr(), products, parallel, placed);
    });
    m.def("forget", &forget);
    nb::class_<Transformed>(m, "Transformed")
        .def(nb::init<const std::string&, const std::vector<int64_t>&, uintptr_t, const std::vector<int64_t>&,
                      const std::vector<int64_t>&, bool>(),
             nb::arg("work"), nb::arg("lengths"), nb::arg("taps"), nb::arg("shape"), nb::arg("skipped"), nb::arg("folded"))
        .def_prop_ro("bytes", &Transformed::bytes)
        .def("apply", &Transformed::apply, nb::arg("x"), nb::arg("x_type"), nb::arg("x_swapped"), nb::arg("x_strides"),
             nb::arg("y"), nb::arg("y_type"), nb::arg("y_strides"), nb::arg("axes"), nb::arg("conjugate"), nb::arg("kept"),
             nb::arg("limits"), nb::arg("whole"), nb::arg("digits"), nb::arg("survey"), nb::arg("parallel"));
    m.def("least_elements", [](const std::string& work) { return least_elements(type_of(work.at(0))); });
    m.def("instruction_set", &instruction_set);
    m.def("instruction_sets", &instruction_sets);
    m.def("threads", &thread_count);
    m.def("set_threads", [](int count) {
        nb::gil_scoped_release released;
        set_thread_count(count);
    });
}
