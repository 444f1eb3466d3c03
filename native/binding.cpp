// The module tapwise.engines._native: checks what Python hands over, releases the interpreter, calls.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>

#include "direct.h"
#include "overlap.h"
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

void take_order(const std::vector<int>& order, int axes, int* place) {
    if (order.size() != size_t(axes)) throw std::invalid_argument("the axes do not go together");
    for (size_t a = 0; a < order.size(); ++a) {
        if (order[a] < 0 || order[a] >= axes) throw std::invalid_argument("the order names no axis");
        place[a] = order[a];
    }
}

void take_axes(Filter& f, const std::vector<AxisNumbers>& axes, int batch, const std::vector<int>& order, int* place) {
    if (axes.empty() || axes.size() > size_t(max_axes) || batch < 0 || size_t(batch) >= axes.size())
        throw std::invalid_argument("the axes do not go together");
    take_order(order, int(axes.size()), place);
    f.axes = int(axes.size());
    f.inner = 1;
    for (size_t a = 0; a < axes.size(); ++a) {
        const auto& [n, k, m, s, c, d, below, above, br, bi, ar, ai] = axes[a];
        f.axis[a] = Axis{n, k, m, s, c, d, Rule(below), Rule(above), {br, bi}, {ar, ai}};
    }
}

// The numbers of a filter without its arrays. Types are NumPy's letters; `order` says which axis of signal and result
// each axis is, the first `batch` of them not filtered.
Prepared prepare(const std::string& x_type, bool x_swapped, const std::string& y_type, const std::string& taps_type,
                 const std::string& work, const std::vector<AxisNumbers>& axes, int batch, const std::vector<int>& order,
                 bool conjugate_signal, bool conjugate_taps, bool needs_imaginary, double exact_below, double largest, bool factors, bool unless_product,
                 const std::optional<std::tuple<double, double, int, int>>& stored) {
    Prepared p;
    Filter& f = p.filter;
    take_axes(f, axes, batch, order, p.order);
    f.complex = is_complex(x_type);
    f.work = type_of(work.at(0));
    f.conjugate_signal = conjugate_signal;
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
    p.largest = largest;
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

// The number type that is computed in; the least and the largest norm, the spread: see Tiling; and pieces: taps as
// pairs, and the digits that they meet.
using Digits = std::tuple<int, int, bool, int64_t, int>;
using StageNumbers = std::tuple<std::string, double, std::vector<std::tuple<nb::object, double, double, Digits>>>;

std::shared_ptr<const Spectrum> spectrum_of(const std::string& work, const std::vector<int64_t>& lengths, nb::handle taps,
                                            const std::vector<int64_t>& skipped, bool folded) {
    const Held held(taps.ptr());
    if (!held) throw nb::python_error();
    const Py_buffer& view = held.view();
    const std::vector<int64_t> shape(view.shape, view.shape + view.ndim);
    const Type type = type_of(work.at(0));
    if (lengths.size() != shape.size() || view.itemsize != 16 || !PyBuffer_IsContiguous(&view, 'C'))
        throw std::invalid_argument("lengths and taps do not go together");
    if (!has_transform(type, int(lengths.size()), lengths.data(), shape.data(), skipped.data(), folded))
        throw std::invalid_argument("no transform has these lengths");
    const double* pairs = static_cast<const double*>(view.buf);
    return std::make_shared<const Spectrum>(type, lengths, std::vector<double>(pairs, pairs + view.len / 8), shape, skipped,
                                            folded);
}

OverlapSave overlap_save(const std::string& x_type, bool x_swapped, const std::vector<AxisNumbers>& axes, int batch,
                         const std::vector<int>& order, bool conjugate, bool complex_result, bool whole,
                         const std::vector<int64_t>& kept, const std::vector<int64_t>& lengths,
                         const std::vector<int64_t>& skipped, bool folded, const std::vector<StageNumbers>& stages) {
    OverlapSave made;
    Filter& f = made.filter;
    take_axes(f, axes, batch, order, made.order);
    f.complex = is_complex(x_type);
    f.conjugate_signal = conjugate;
    f.x_type = type_of(x_type.at(0));
    f.x_swapped = x_swapped;
    made.batch = batch;
    made.complex_result = complex_result;
    made.whole = whole;
    if (kept.size() != axes.size() - size_t(batch) || kept.size() > size_t(max_transformed) || kept.size() != lengths.size() ||
        kept.size() != skipped.size())
        throw std::invalid_argument("axes and tiles do not go together");
    if (folded && (complex_result || f.complex)) throw std::invalid_argument("only real tiles are folded");
    for (size_t a = 0; a < kept.size(); ++a) {
        const Axis& axis = f.axis[size_t(batch) + a];
        const int64_t length = lengths[a] * (folded && a == 0 ? 2 : 1);
        // Where one tile holds all outputs its ends may meet.
        const int64_t beside = kept[a] == axis.m ? 0 : std::abs(axis.d) * (axis.k - 1);
        if (kept[a] < 1 || std::abs(axis.s) * (kept[a] - 1) + beside >= length || (skipped[a] && kept[a] != axis.m))
            throw std::invalid_argument("a tile does not hold its outputs");
        made.kept[a] = kept[a];
        made.skipped[a] = skipped[a];
    }
    for (const auto& [work, spread, pieces] : stages) {
        Stage stage{spread, {}};
        nb::object before;  // neighbours may share a spectrum
        for (const auto& [taps, least, most, digits] : pieces) {
            const auto& [count, shift, top, bias, add] = digits;
            const bool again = !stage.pieces.empty() && taps.is(before);
            const auto spectrum = again ? stage.pieces.back().spectrum : spectrum_of(work, lengths, taps, skipped, folded);
            stage.pieces.push_back({spectrum, least, most, count, shift, top, bias, add});
            before = taps;
        }
        made.stages.push_back(std::move(stage));
    }
    return made;
}

using BoxNumbers = std::vector<std::pair<int64_t, int64_t>>;

// Fills y with a box of outputs; returns boxes, each with its stage, the norm of what went through its transform, and
// what became of it: see `run`.
std::vector<std::tuple<BoxNumbers, int, double, int>> fill_tiles(const OverlapSave& tiles, nb::handle x, nb::handle y,
                                                                 const std::string& y_type, const BoxNumbers& box,
                                                                 bool survey) {
    const Held signal(x.ptr()), result(y.ptr(), !survey);
    if (!signal || !result) throw nb::python_error();
    const int axes = tiles.filter.axes;
    if (signal.view().ndim != axes || result.view().ndim != axes || box.size() != size_t(axes))
        throw std::invalid_argument("the arrays have other axes than were prepared for");
    Box whole{};
    for (int a = 0; a < axes; ++a) {
        const auto& [first, end] = box[size_t(a)];
        const int place = tiles.order[a];
        const Axis& axis = tiles.filter.axis[a];
        if (first < 0 || end < first || end > axis.m || result.view().shape[place] != end - first ||
            signal.view().shape[place] != (a < tiles.batch ? end - first : axis.n))
            throw std::invalid_argument("the arrays have other lengths than were prepared for");
        if (a >= tiles.batch && tiles.skipped[a - tiles.batch] && end - first != axis.m)
            throw std::invalid_argument("a tile that skips zeros holds all outputs");
        whole.first[a] = first;
        whole.end[a] = end;
    }
    if (is_complex(y_type) != tiles.complex_result) throw std::invalid_argument("the result has another kind of numbers");
    const Elements from = signal.elements(), to = result.elements();
    std::vector<Told> told;
    bool done;
    {
        nb::gil_scoped_release released;
        done = run(tiles, from, to, type_of(y_type.at(0)), whole, survey, told);
    }
    if (!done) throw std::bad_alloc();
    std::vector<std::tuple<BoxNumbers, int, double, int>> all;
    for (const Told& one : told) {
        BoxNumbers ends;
        for (int a = 0; a < axes; ++a) ends.emplace_back(one.box.first[a], one.box.end[a]);
        all.emplace_back(std::move(ends), one.stage, one.norm, int(one.fate));
    }
    return all;
}

// The same for results of one type, in arrays whose axes stand in another order.
OverlapSave placed(OverlapSave made, const std::vector<int>& order, const std::string& y_type) {
    made.filter.y_type = type_of(y_type.at(0));
    take_order(order, made.filter.axes, made.order);
    return made;
}

// The bytes of all spectra, which are made.
size_t spectra_bytes(const OverlapSave& tiles) {
    size_t bytes = 0;
    for (const Stage& stage : tiles.stages)
        for (const Piece& piece : stage.pieces)
            if (const Kernel* kernel = piece.spectrum->made()) bytes += kernel->bytes;
    return bytes;
}

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
          nb::arg("conjugate_taps"), nb::arg("needs_imaginary"), nb::arg("exact_below"), nb::arg("largest"), nb::arg("factors"), nb::arg("unless_product"),
          nb::arg("stored").none());
    if (PyModule_AddFunctions(m.ptr(), methods) != 0) throw nb::python_error();
    m.def("remember", [](nb::tuple words, nb::handle x, nb::handle h, std::optional<Prepared> sums, nb::handle factors,
                         const OverlapSave* tiles, size_t bytes, nb::tuple shape, nb::handle dtype,
                         int64_t products, bool parallel, bool placed) {
        Answer answer{std::move(sums), factors.is_none() ? nullptr : factors.ptr(),
                      tiles ? std::make_shared<const OverlapSave>(*tiles) : nullptr, bytes};
        remember(words.ptr(), x.ptr(), h.ptr(), std::move(answer), shape.ptr(), dtype.ptr(), products, parallel, placed);
    }, nb::arg("words"), nb::arg("x"), nb::arg("h"), nb::arg("sums").none(), nb::arg("factors").none(),
       nb::arg("tiles").none(), nb::arg("bytes"), nb::arg("shape"), nb::arg("dtype"), nb::arg("products"),
       nb::arg("parallel"), nb::arg("placed"));
    m.def("forget", &forget);
    nb::class_<OverlapSave>(m, "OverlapSave")
        .def_prop_ro("bytes", &spectra_bytes)
        .def("placed", &placed, nb::arg("order"), nb::arg("y_type"))
        .def("fill", &fill_tiles, nb::arg("x"), nb::arg("y"), nb::arg("y_type"), nb::arg("box"), nb::arg("survey"));
    m.def("overlap_save", &overlap_save, nb::arg("x_type"), nb::arg("x_swapped"), nb::arg("axes"), nb::arg("batch"),
          nb::arg("order"), nb::arg("conjugate"), nb::arg("complex_result"), nb::arg("whole"), nb::arg("kept"),
          nb::arg("lengths"), nb::arg("skipped"), nb::arg("folded"), nb::arg("stages"));
    m.def("least_elements", [](const std::string& work) { return least_elements(type_of(work.at(0))); });
    m.def("instruction_set", &instruction_set);
    m.def("instruction_sets", &instruction_sets);
    m.def("threads", &thread_count);
    m.def("set_threads", [](int count) {
        nb::gil_scoped_release released;
        set_thread_count(count);
    });
}
