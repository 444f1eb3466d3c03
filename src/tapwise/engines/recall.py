"""Calls that were answered before: the compiled module recognises them, and goes the short way.

A call of the same words, on arrays of the same number types and shapes as before, needs nothing but a place for its
result and the sums. What a table in the compiled module holds for it is the prepared filter of the `direct` engine,
for any taps; or, for the very taps that were seen, their factors, or their transform. It answers only where nothing
else depends on the data but what is looked at each time: that taps are finite, that sums of whole numbers stay exact,
that no tile would be spoiled by its transform. All else, every error among it, goes the general way. The bits are the
same either way, since the sums are.
"""

from __future__ import annotations

from contextlib import contextmanager
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Convention
from tapwise.engines import tiles
from tapwise.engines.choice import ENGINES, soon
from tapwise.engines.direct import ALONE, direct, exact_below, prepared, work_type
from tapwise.engines.fourier import Transformed
from tapwise.engines.native import native
from tapwise.engines.partition import count
from tapwise.engines.separable import packed
from tapwise.engines.storing import stores_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention import Arithmetic
    from tapwise.engines.case import Array, Case
    from tapwise.engines.numbers import Numbers
    from tapwise.engines.run import Ready

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
    ready: Ready,
    arithmetic: Arithmetic,
    numbers: Numbers,
    *,
    axes: tuple[int, ...],
    shape: tuple[int, ...],
    placed: bool,
    settled: bool,
) -> bool:
    """Let `recalled` answer these words on arrays like these, if the engine alone is the whole answer: return whether.

    `axes` are those of `x` that are filtered, `shape` is the result's; `placed` says whether there was an `out`, since
    the dtype is then taken from it. `settled` says that the engine is taken whatever the taps are: if not, those that
    are a product of factors are left to `separable`, where direct sums take so long that it is asked.
    """
    case = ready.case
    if not (_remembering and _lasting(words) and _alone(ready, arithmetic, numbers, h)):
        return False
    order = [*(axis for axis in range(x.ndim) if axis not in axes), *axes]
    taps, factors, tiled, held, work = case.kernel.size, None, None, 0, work_type(case)
    letter, unless_product = h.dtype.char, False
    if ready.engine == "direct":
        unless_product = not settled and sum(axis.k > 1 for axis in case.plan.axes) > 1 and not soon(case)
    elif ready.engine == "separable":
        factors = packed(case)
        letter, taps, work = factors.dtype.char, factors.size, factors.dtype
    elif (
        isinstance(ready.compute, Transformed)
        and isinstance(ready.compute.made, tiles.Tiles)
        and ready.compute.made.whole
    ):
        tiled, held = ready.compute.made.compiled.placed(order, numbers.result.char), tiles.kept(case)
    else:
        return False
    sums, limit = None, exact_below(case, work)
    if factors is not None and limit:  # of a sample: the compiled code does not see the whole kernel
        limit /= float(np.abs(case.kernel).sum())
    if tiled is None or not (ready.named or direct.refusal(case)):
        sums = prepared(
            case, case.plan.axes, case.batch, numbers.result, letter, work=work, order=order,
            conjugate_taps=arithmetic.conjugate == "kernel", needs_imaginary=factors is None and h.dtype.kind == "c",
            exact_below=limit, factors=factors is not None, unless_product=unless_product, stored=case.stored,
        )  # fmt: skip
    native.remember(
        words, x, h, sums, factors, tiled, held, shape, numbers.result, prod(case.outputs) * case.kernel.size,
        prod(case.outputs) * taps > ALONE, placed,
    )  # fmt: skip
    return True


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


_LASTING = {type(None), str, int, bool, type, Convention}


def _lasting(words: tuple[object, ...]) -> bool:
    """Whether words stay what they are: compared by value or identity, they mean the same at every call."""
    for word in words:
        if type(word) in _LASTING or isinstance(word, np.dtype):
            continue
        if type(word) is not tuple or not _lasting(word):
            return False
    return True


def _as_they_are(arithmetic: Arithmetic, numbers: Numbers, case: Case) -> bool:
    """Whether sums are results for any data, not only for data that happen to fit."""
    return stores_nothing(arithmetic, numbers, case) and (not numbers.integers or numbers.result == np.int64)


def _alone(ready: Ready, arithmetic: Arithmetic, numbers: Numbers, h: Array) -> bool:
    """Whether what is ready is the whole answer, whatever the values of the signal are."""
    case, complex_taps = ready.case, h.dtype.kind == "c"
    stores = case.stored is not None and ENGINES[ready.engine].stores
    parted = case.kernel.dtype.kind == "c" and case.signal.kind != "c"  # into the two parts of the taps
    return (
        (not numbers.integers or exact_below(case) > 0)
        and (stores or _as_they_are(arithmetic, numbers, case))
        and arithmetic.normalize == "none"
        and arithmetic.borders == "computed"
        and h.dtype.isnative
        and h.dtype.char in COMPILED
        and numbers.result.char in COMPILED
        and (case.signal.isnative or not numbers.integers)  # their size is read
        and (not complex_taps or bool(h.imag.any()))
        and (not parted or complex_taps)
        and not [a for a, fold in zip(case.plan.axes, case.plan.folds, strict=True) if fold or a.u > 1 or not a.n * a.k]
        and 0 not in case.outputs
        and count(case.outputs, ready.largest) == 1
    )
