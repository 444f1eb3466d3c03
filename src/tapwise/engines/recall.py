"""Calls that were answered before: the compiled module recognises them, and goes the short way.

A call of the same words, on arrays of the same number types and shapes as before, needs nothing but a place for its
result and the sums. What a table in the compiled module holds for it is the prepared filter of the `direct` engine. It
answers only where nothing depends on the data but what the filter itself sees: that the taps are finite, and that sums
of whole numbers stay exact. All else, every error among it, goes the general way. The bits are the same either way,
since the sums are.
"""

from __future__ import annotations

from contextlib import contextmanager
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Convention
from tapwise.engines.choice import soon
from tapwise.engines.direct import ALONE, direct, exact_below, prepared
from tapwise.engines.native import native
from tapwise.engines.partition import count
from tapwise.engines.storing import stores_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention import Arithmetic
    from tapwise.engines.case import Array, Case
    from tapwise.engines.numbers import Numbers

#: NumPy's letters of the number types that compiled code reads and stores.
COMPILED = "?bBhHiIlLqQefdFD"
_remembering = native is not None


def _nothing(*_: Any) -> Any:
    """Return None: without the compiled module no call is recalled."""


#: recalled(x, h, out, *words) is the result if the same was asked before of arrays like these, else None.
recalled = _nothing if native is None else native.recall


def remember(
    words: tuple[Any, ...],
    x: Array,
    h: Array,
    case: Case,
    arithmetic: Arithmetic,
    numbers: Numbers,
    *,
    axes: tuple[int, ...],
    shape: tuple[int, ...],
    placed: bool,
) -> None:
    """Let `recalled` answer these words on arrays like these, if the compiled filter alone is the whole answer.

    `axes` are those of `x` that are filtered, `shape` is the result's; `placed` says whether there was an `out`, since
    the dtype is then taken from it. The `direct` engine was taken for the case, and would be whatever the values of
    signal and taps are; or unless the taps are a product of factors, where the sums take so long that this is asked.
    """
    if not (_remembering and _lasting(words) and _alone(case, arithmetic, numbers, h)):
        return
    unless_product = sum(axis.k > 1 for axis in case.plan.axes) > 1 and not soon(case)
    order = [*(axis for axis in range(x.ndim) if axis not in axes), *axes]
    filled = prepared(
        case, case.plan.axes, case.batch, numbers.result, h.dtype.char, order=order,
        conjugate_taps=arithmetic.conjugate == "kernel", needs_imaginary=h.dtype.kind == "c",
        exact_below=exact_below(case), unless_product=unless_product, stored=case.stored,
    )  # fmt: skip
    products = prod(case.outputs) * case.kernel.size
    native.remember(words, x, h, filled, shape, numbers.result, products, products > ALONE, placed)


def forget() -> None:
    """Forget every call."""
    if native is not None:
        native.forget()


@contextmanager
def suspended() -> Iterator[None]:
    """Forget every call, and remember none inside: for tests that change how engines compute."""
    global _remembering
    before, _remembering = _remembering, False
    forget()
    try:
        yield
    finally:
        _remembering = before


def _lasting(word: object) -> bool:
    """Whether a word stays what it is: compared by value or identity, it means the same at every call."""
    if type(word) is tuple:
        return all(_lasting(item) for item in word)
    return word is None or type(word) in (str, int, bool, type, Convention) or isinstance(word, np.dtype)


def _as_they_are(arithmetic: Arithmetic, numbers: Numbers, case: Case) -> bool:
    """Whether sums are results for any data, not only for data that happen to fit."""
    return stores_nothing(arithmetic, numbers, case) and (not numbers.integers or numbers.result == np.int64)


def _alone(case: Case, arithmetic: Arithmetic, numbers: Numbers, h: Array) -> bool:
    """Whether one compiled filter is the whole answer, whatever the values of the signal and of the taps are."""
    parted = case.kernel.dtype.kind == "c" and case.signal.kind != "c"  # into the two parts of the taps
    return (
        (not numbers.integers or exact_below(case) > 0)
        and (case.stored is not None or _as_they_are(arithmetic, numbers, case))
        and arithmetic.normalize == "none"
        and arithmetic.borders == "computed"
        and not any(case.plan.folds)
        and all(axis.u == 1 for axis in case.plan.axes)
        and h.dtype.isnative
        and h.dtype.char in COMPILED
        and numbers.result.char in COMPILED
        and (case.signal.isnative or not numbers.integers)  # their size is read
        and (h.dtype.kind != "c" or bool(h.imag.any()))
        and 0 not in (*case.outputs, *case.plan.input_shape, *case.plan.kernel_shape)
        and count(case.outputs, direct.block(case)) == 1
        and (not parted or h.dtype.kind == "c")
    )
