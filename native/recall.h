// Calls that were answered before: what was asked, in the user's own words, and what answers it.
//
// This is the one file of the module that reads Python's objects by its C interface, because a call on a few samples
// must cost little more than its sums. All but the sums of large calls runs with the interpreter's lock held.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <memory>
#include <optional>

#include "overlap.h"
#include "prepared.h"

namespace tapwise {

// The elements of an array, which cannot be resized while this lives.
class Held {
  public:
    explicit Held(PyObject* array, bool writable = false)
        : held_(PyObject_GetBuffer(array, &view_, writable ? PyBUF_STRIDES | PyBUF_WRITABLE : PyBUF_STRIDES) == 0) {}
    ~Held() {
        if (held_) PyBuffer_Release(&view_);
    }
    Held(const Held&) = delete;
    explicit operator bool() const { return held_; }
    const Py_buffer& view() const { return view_; }
    Elements elements() const;

  private:
    Py_buffer view_;
    bool held_;
};

// recall(x, h, out, *words): the answer, None where the general way must be gone. It never raises.
PyObject* recall(PyObject*, PyObject* const* arguments, Py_ssize_t count);

// What answers a call: sums of products with the taps, whatever they are; or, for the very taps it was made for, with their
// factors, or tiles and sums of what these leave out (without sums: nothing).
struct Answer {
    std::optional<Prepared> sums;
    PyObject* factors = nullptr;
    std::shared_ptr<const OverlapSave> tiles;
    size_t bytes = 0;  // that it holds, about
};

// Remembers what answers these words for arrays of the dtypes and shapes of x and h; `shape` and `dtype` are those of the
// result, and `products` is how many there are. `placed` says whether it was for results in an `out`.
void remember(PyObject* words, PyObject* x, PyObject* h, Answer answer, PyObject* shape, PyObject* dtype, int64_t products,
              bool parallel, bool placed);

void forget();

}  // namespace tapwise
