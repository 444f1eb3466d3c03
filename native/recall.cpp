#include "recall.h"

#include <memory>
#include <utility>
#include <vector>

namespace tapwise {
namespace {

// Products above which other Python threads may run meanwhile: ten microseconds of them at most.
constexpr int64_t few = 1 << 16;

struct Reference {
    PyObject* object = nullptr;
    Reference() = default;
    explicit Reference(PyObject* borrowed) : object(borrowed) { Py_XINCREF(object); }
    Reference(Reference&& other) noexcept : object(other.object) { other.object = nullptr; }
    ~Reference() { Py_XDECREF(object); }
};

struct Known {
    std::vector<Reference> words;
    Reference x_dtype, h_dtype, shape, dtype;
    bool placed;  // in an `out`, whose dtype is then the result's
    std::vector<Py_ssize_t> x_shape, h_shape, y_shape;
    Prepared prepared;
    int64_t products;
    bool parallel;
};

// A table of fixed size: a new entry takes the place of the one that stood there. It is never destroyed, since Python
// may have ended before.
constexpr size_t places = 512;
std::shared_ptr<const Known>* table = nullptr;

// Words are one and the same if they are of one type and equal; others than text, whole numbers and tuples of such are
// compared by identity, and the table keeps them alive.
bool same(PyObject* a, PyObject* b) {
    if (a == b) return true;
    if (Py_TYPE(a) != Py_TYPE(b)) return false;
    if (PyUnicode_CheckExact(a)) return PyUnicode_Compare(a, b) == 0;
    if (PyLong_CheckExact(a)) return PyObject_RichCompareBool(a, b, Py_EQ) == 1;
    if (!PyTuple_CheckExact(a) || PyTuple_GET_SIZE(a) != PyTuple_GET_SIZE(b)) return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(a); ++i)
        if (!same(PyTuple_GET_ITEM(a, i), PyTuple_GET_ITEM(b, i))) return false;
    return true;
}

class Hash {
  public:
    void add(size_t value) { hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15u; }
    void add(const Py_buffer& view) {
        for (int a = 0; a < view.ndim; ++a) add(size_t(view.shape[a]));
    }
    void add(PyObject* word) {
        if (PyUnicode_CheckExact(word) || PyLong_CheckExact(word)) {
            add(size_t(PyObject_Hash(word)));
        } else if (PyTuple_CheckExact(word)) {
            for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(word); ++i) add(PyTuple_GET_ITEM(word, i));
        } else {
            add(reinterpret_cast<size_t>(word) >> 4);
        }
    }
    size_t place() const { return (hash_ >> 32) % places; }

  private:
    size_t hash_ = 0;
};

size_t place_of(PyObject* const* words, Py_ssize_t count, PyObject* x_dtype, PyObject* h_dtype, const Py_buffer& x,
                const Py_buffer& h, PyObject* placed) {
    Hash hash;
    hash.add(reinterpret_cast<size_t>(placed));
    for (Py_ssize_t i = 0; i < count; ++i) hash.add(words[i]);
    hash.add(x_dtype);
    hash.add(h_dtype);
    hash.add(x);
    hash.add(h);
    return hash.place();
}

bool has_shape(const Py_buffer& view, const std::vector<Py_ssize_t>& shape) {
    if (size_t(view.ndim) != shape.size()) return false;
    for (int a = 0; a < view.ndim; ++a)
        if (view.shape[a] != shape[size_t(a)]) return false;
    return true;
}

bool answers(const Known& known, PyObject* const* words, Py_ssize_t count, PyObject* x_dtype, PyObject* h_dtype,
             const Py_buffer& x, const Py_buffer& h) {
    if (size_t(count) != known.words.size() || x_dtype != known.x_dtype.object || h_dtype != known.h_dtype.object ||
        !has_shape(x, known.x_shape) || !has_shape(h, known.h_shape))
        return false;
    for (Py_ssize_t i = 0; i < count; ++i)
        if (!same(words[i], known.words[size_t(i)].object)) return false;
    return true;
}

// Whether elements can be read where they lie.
bool aligned(const Py_buffer& view) {
    const size_t mask = size_t(view.itemsize > 8 ? view.itemsize / 2 : view.itemsize) - 1;
    size_t bits = reinterpret_cast<size_t>(view.buf);
    for (int a = 0; a < view.ndim; ++a) bits |= size_t(view.strides[a]);
    return (bits & mask) == 0;
}

struct Extent {
    const char *low, *high;
    explicit Extent(const Py_buffer& view) : low(static_cast<const char*>(view.buf)), high(low + view.itemsize) {
        for (int a = 0; a < view.ndim; ++a) {
            const Py_ssize_t reach = view.strides[a] * (view.shape[a] - 1);
            (reach < 0 ? low : high) += reach;
        }
    }
    bool meets(const Extent& other) const { return low < other.high && other.low < high; }
};

// Whether a result may have no place in its type. A float may be NaN, which no whole number stands for; sums of whole
// numbers are finite.
bool may_lose(const Prepared& p) {
    const Storing& storing = p.filter.storing;
    const bool whole = p.filter.y_type <= Type::i64;
    return !storing.as_they_are && whole && (storing.overflow == Overflow::raise || p.exact_below == 0);
}

// Python's names that every call uses.
struct Names {
    PyObject *dtype, *array, *empty;
};

Names names{};

std::vector<Py_ssize_t> shape_of(const Py_buffer& view) { return {view.shape, view.shape + view.ndim}; }

// Null if anything is other than it was.
PyObject* answer(PyObject* x, PyObject* h, PyObject* out, PyObject* const* words, Py_ssize_t count) {
    if (!table || Py_TYPE(x) != reinterpret_cast<PyTypeObject*>(names.array) || Py_TYPE(h) != Py_TYPE(x)) return nullptr;
    if (out != Py_None && Py_TYPE(out) != Py_TYPE(x)) return nullptr;
    Reference x_dtype, h_dtype;
    x_dtype.object = PyObject_GetAttr(x, names.dtype);
    h_dtype.object = PyObject_GetAttr(h, names.dtype);
    Reference placed;
    if (out != Py_None) placed.object = PyObject_GetAttr(out, names.dtype);
    const Held signal(x), taps(h);
    if (!signal || !taps) return nullptr;
    const size_t place =
        place_of(words, count, x_dtype.object, h_dtype.object, signal.view(), taps.view(), placed.object);
    const std::shared_ptr<const Known> known = table[place];  // whatever comes to stand there meanwhile
    if (!known || !answers(*known, words, count, x_dtype.object, h_dtype.object, signal.view(), taps.view()))
        return nullptr;
    if (known->placed ? placed.object != known->dtype.object : placed.object != nullptr) return nullptr;
    if (!aligned(signal.view())) return nullptr;

    Reference y(out == Py_None ? nullptr : out);
    if (!y.object) {
        PyObject* asked[] = {known->shape.object, known->dtype.object};
        y.object = PyObject_Vectorcall(names.empty, asked, 2, nullptr);
        if (!y.object) return nullptr;
    }
    const Held result(y.object, true);
    if (!result) return nullptr;
    if (out != Py_None) {
        const Extent filled(result.view());
        if (may_lose(known->prepared)) return nullptr;  // it is filled only if all is well
        if (!has_shape(result.view(), known->y_shape) || !aligned(result.view()) || filled.meets(Extent(signal.view())) ||
            filled.meets(Extent(taps.view())))
            return nullptr;
    }
    const Elements from = signal.elements(), weights = taps.elements(), to = result.elements();
    Outcome outcome;
    if (known->products <= few) {
        outcome = run(known->prepared, from, weights, to, false, known->placed);
    } else {
        Py_BEGIN_ALLOW_THREADS
        outcome = run(known->prepared, from, weights, to, known->parallel, known->placed);
        Py_END_ALLOW_THREADS
    }
    if (outcome != Outcome::done) return nullptr;
    PyObject* filled = y.object;
    y.object = nullptr;
    return filled;
}

}  // namespace

Elements Held::elements() const {
    Elements found{static_cast<char*>(view_.buf), {}};
    for (int a = 0; a < view_.ndim; ++a) found.stride[a] = view_.strides[a];
    return found;
}

PyObject* recall(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
    if (count >= 3)
        if (PyObject* y = answer(arguments[0], arguments[1], arguments[2], arguments + 3, count - 3)) return y;
    PyErr_Clear();  // the general way says what is wrong
    Py_RETURN_NONE;
}

void remember(PyObject* words, PyObject* x, PyObject* h, const Prepared& prepared, PyObject* shape, PyObject* dtype,
              int64_t products, bool parallel, bool placed) {
    if (!names.empty) {
        PyObject* numpy = PyImport_ImportModule("numpy");
        if (!numpy) return PyErr_Clear();
        names.dtype = PyUnicode_InternFromString("dtype");
        names.array = PyObject_GetAttrString(numpy, "ndarray");
        names.empty = PyObject_GetAttrString(numpy, "empty");
        Py_DECREF(numpy);
    }
    if (!table) table = new std::shared_ptr<const Known>[places];
    const Held signal(x), taps(h);
    if (!signal || !taps) return PyErr_Clear();
    auto known = std::make_shared<Known>();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(words); ++i) known->words.emplace_back(PyTuple_GET_ITEM(words, i));
    known->x_dtype.object = PyObject_GetAttr(x, names.dtype);
    known->h_dtype.object = PyObject_GetAttr(h, names.dtype);
    known->shape.object = Py_NewRef(shape);
    known->dtype.object = Py_NewRef(dtype);
    known->x_shape = shape_of(signal.view());
    known->h_shape = shape_of(taps.view());
    for (Py_ssize_t a = 0; a < PyTuple_GET_SIZE(shape); ++a)
        known->y_shape.push_back(PyLong_AsSsize_t(PyTuple_GET_ITEM(shape, a)));
    known->prepared = prepared;
    known->products = products;
    known->parallel = parallel;
    known->placed = placed;
    const Py_ssize_t count = PyTuple_GET_SIZE(words);
    const size_t place = place_of(&PyTuple_GET_ITEM(words, 0), count, known->x_dtype.object, known->h_dtype.object,
                                  signal.view(), taps.view(), placed ? dtype : nullptr);
    const std::shared_ptr<const Known> before = std::exchange(table[place], std::move(known));
}

void forget() {
    auto* old = table;
    table = nullptr;
    delete[] old;
}

}  // namespace tapwise
