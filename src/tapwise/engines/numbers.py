"""Number types: what to multiply and sum in, and what to store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import ArgumentTypeError, Shown

if TYPE_CHECKING:
    from tapwise.convention import Arithmetic
    from tapwise.engines.case import Array
    from tapwise.geometry import Plan

DType = np.dtype[Any]
#: Whole numbers up to this magnitude are exact in float64, where products go through fast matrix routines.
EXACT_IN_DOUBLE = 1 << 53


@dataclass(frozen=True, slots=True)
class Numbers:
    """The number types of one call.

    Attributes
    ----------
    work : dtype
        Products are formed and summed in it.
    result : dtype
        Results are stored in it.
    integers : bool
        Whether signal, kernel and result are whole numbers, and the sums come out exact.
    bound : int
        For integers, the magnitude that no sum of products exceeds.
    """

    work: DType
    result: DType
    integers: bool
    bound: int


def settle(arithmetic: Arithmetic, x: Array, h: Array, plan: Plan) -> Numbers:
    """Return the number types for these operands.

    Raises
    ------
    ArgumentTypeError
        For operands that are no numbers, or a result that cannot hold them.
    """
    for name, array in (("x", x), ("h", h)):
        if array.dtype.kind not in "biufcO":
            raise ArgumentTypeError(
                name, Shown(f"array of dtype {array.dtype}"), "must hold numbers", f"convert it: {name}.astype(float)"
            )
    whole = (
        x.dtype.kind in "biu"
        and h.dtype.kind in "biu"
        and arithmetic.normalize == "none"
        and all(isinstance(value, int) for value in (arithmetic.gain, arithmetic.offset))
        and _constants(plan).kind == "b"
    )
    promoted = np.result_type(x.dtype, h.dtype)
    if promoted.kind in "biu" and not whole:
        promoted = np.dtype(np.float64)
    if promoted != object:
        promoted = np.result_type(promoted, _constants(plan))
    result = _result(arithmetic, x.dtype, h.dtype, promoted, whole=whole)
    if promoted == object or result == object:
        return Numbers(np.dtype(object), result, integers=False, bound=0)
    if arithmetic.accumulator is not None or not whole or result.kind not in "biu":
        work = promoted
        if arithmetic.accumulator is not None:
            work = _named(arithmetic.accumulator)
            work = np.result_type(work, np.complex64) if promoted.kind == "c" else work
        if work.kind in "biu" and result.kind not in "biu":
            work = np.result_type(work, result)
        if work.kind == "c" and result.kind != "c":
            remedy = "write dtype='complex128'"
            raise ArgumentTypeError("dtype", str(result), "cannot hold complex results", remedy)
        return Numbers(np.dtype(np.float32) if work.char == "e" else work, result, integers=False, bound=0)
    bound = _bound(x, h, plan) * abs(int(arithmetic.gain.real)) + abs(int(arithmetic.offset.real))
    if bound < EXACT_IN_DOUBLE:
        work = np.dtype(np.float64)
    elif bound < 1 << 63 or arithmetic.overflow == "wrap":
        work = np.dtype(np.int64)
    elif bound < 1 << 64 and x.dtype.kind in "bu" and h.dtype.kind in "bu":
        work = np.dtype(np.uint64)
    else:
        work = np.dtype(object)  # it may not fit: Python's integers hold whatever it is, and are checked one by one
    return Numbers(work, result, integers=work != object, bound=bound)


def _result(arithmetic: Arithmetic, x: DType, h: DType, promoted: DType, *, whole: bool) -> DType:
    if arithmetic.result == "promote":
        return promoted
    if arithmetic.result == "signal":
        kept = x.newbyteorder("=")
        return np.result_type(kept, np.complex64) if promoted.kind == "c" else kept
    if arithmetic.result != "exact":
        return _named(arithmetic.result)
    if not whole:
        return promoted
    unsigned = x.kind in "bu" and h.kind in "bu"
    return np.dtype(np.uint64 if unsigned and np.uint64 in (x, h) else np.int64)


def _bound(x: Array, h: Array, plan: Plan) -> int:
    """Return min(max|x|·Σ|h|, max|h|·Σ|x|); the second only where no sample can be read twice for one output."""
    constants = [abs(int(side.value.real)) for axis in plan.axes for side in (axis.below, axis.above)]
    largest = max([_magnitude(x), *constants])
    taps = sum(abs(int(v)) for v in h.ravel().tolist())
    bound = largest * taps
    if bound < 1 << 63 or any(constants) or any(axis.reads_samples_outside() for axis in plan.axes):
        return bound
    samples = sum(abs(int(v)) for v in x.ravel().tolist())
    return min(bound, _magnitude(h) * samples)


def _magnitude(values: Array) -> int:
    """Return the largest magnitude; Python's abs, since NumPy's of the most negative integer is negative."""
    if values.dtype.kind == "b" or not values.size:
        return 1
    if values.dtype.itemsize < 4:
        limits = np.iinfo(values.dtype)
        return max(abs(int(limits.min)), int(limits.max))
    return max(abs(int(values.max())), abs(int(values.min())))


def _named(word: str) -> DType:
    return np.dtype({"longdouble": np.longdouble, "clongdouble": np.clongdouble}.get(word, word))


def _constants(plan: Plan) -> DType:
    """Return the least dtype kind that the boundaries' constants ask for."""
    kind: DType = np.dtype(bool)
    for axis in plan.axes:
        for side in (axis.below, axis.above):
            if isinstance(side.value, complex):
                return np.dtype(np.complex64)
            if side.value != int(side.value.real):
                kind = np.dtype(np.float16)
    return kind
