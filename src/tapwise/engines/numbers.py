"""Number types: what to multiply and sum in, and what to store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import ArgumentTypeError

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
        For a result or an accumulator that cannot hold what arises.
    """
    others = _others(arithmetic, plan)
    whole = (
        x.dtype.kind in "biu"
        and h.dtype.kind in "biu"
        and arithmetic.normalize == "none"
        and all(isinstance(value, int) for value in (arithmetic.gain, arithmetic.offset))
        and others.kind == "b"
    )
    promoted = _promoted(arithmetic.result, x.dtype, h.dtype)
    if promoted.kind in "biu" and not whole:
        promoted = np.dtype(np.float64)
    if promoted != object:
        promoted = np.result_type(promoted, others)
    result = _result(arithmetic, x.dtype, h.dtype, promoted, whole=whole)
    if promoted == object or result == object:
        return Numbers(np.dtype(object), result, integers=False, bound=0)
    if arithmetic.accumulator is not None or not whole or result.kind not in "biu":
        work = promoted
        if arithmetic.accumulator is not None:
            work = _named(arithmetic.accumulator)
            if work.kind in "iu" and promoted.kind == "f":
                raise ArgumentTypeError("accumulator", arithmetic.accumulator, f"cannot hold operands in {promoted}",
                                        "write accumulator='float64'")  # fmt: skip
            work = np.result_type(work, np.complex64) if promoted.kind == "c" else work
        if work.kind in "biu" and result.kind not in "biu":
            work = np.result_type(work, result)
        if work.kind == "c" and result.kind != "c":
            remedy = "write dtype='complex128'"
            raise ArgumentTypeError("dtype", str(result), "cannot hold complex results", remedy)
        return Numbers(np.dtype(np.float32) if work.char == "e" else work, result, integers=False, bound=0)
    gain, offset = int(arithmetic.gain.real), int(arithmetic.offset.real)
    bound = _bound(x, h, plan) * abs(gain) + abs(offset)
    beside = [gain, offset, *_outside(plan)]
    if bound < EXACT_IN_DOUBLE:
        work = np.dtype(np.float64)
    elif bound < 1 << 63 or (arithmetic.overflow == "wrap" and all(-(1 << 63) <= v < 1 << 63 for v in beside)):
        work = np.dtype(np.int64)
    elif bound < 1 << 64 and x.dtype.kind in "bu" and h.dtype.kind in "bu" and min(beside) >= 0:
        work = np.dtype(np.uint64)
    else:
        work = np.dtype(object)  # it may not fit: Python's integers hold whatever it is, and are checked one by one
    return Numbers(work, result, integers=work != object, bound=bound)


def _promoted(rule: str, x: DType, h: DType) -> DType:
    """Return the dtype of a product by the rule of a promotion; by NumPy's where the rule is none."""
    if rule == "promote-float64":
        return np.result_type(_floating(x, "float64"), _floating(h, "float64"), np.float32)
    if rule == "promote-float32":
        return np.result_type(x, h, np.float32)
    if rule == "promote-jax":
        if floats := [dtype for dtype in (x, h) if dtype.kind not in "biu"]:
            return np.result_type(*floats)
        return np.dtype(np.float64 if np.result_type(x, h).itemsize == 8 else np.float32)
    return np.result_type(x, h)


def _floating(dtype: DType, whole: str) -> DType:
    """Return the dtype, or for integers the one named `whole`."""
    return np.dtype(whole) if dtype.kind in "biu" else dtype.newbyteorder("=")


def _result(arithmetic: Arithmetic, x: DType, h: DType, promoted: DType, *, whole: bool) -> DType:
    if arithmetic.result.startswith("promote"):
        return promoted
    if arithmetic.result.startswith("signal"):
        _, _, floating = arithmetic.result.partition("-")
        kept = _floating(x, floating) if floating else x.newbyteorder("=")
        return np.result_type(kept, np.complex64) if promoted.kind == "c" else kept
    if arithmetic.result != "exact":
        return _named(arithmetic.result)
    if not whole:
        return promoted
    unsigned = x.kind in "bu" and h.kind in "bu"
    return np.dtype(np.uint64 if unsigned and max(x.itemsize, h.itemsize) == 8 else np.int64)


def _bound(x: Array, h: Array, plan: Plan) -> int:
    """Return min(max|x|·Σ|h|, max|h|·Σ|x|); the second only where no sample can be read twice for one output."""
    constants = _outside(plan)
    bound = max([_magnitude(x), *map(abs, constants)]) * _heaviest(h, len(plan.axes)) * gathered(plan)
    again = any(plan.folds) or any(axis.reads_samples_outside() for axis in plan.axes)
    if bound < 1 << 63 or any(constants) or again:
        return bound
    return min(bound, _magnitude(h) * _total(x))


def _outside(plan: Plan) -> list[int]:
    """Return the whole numbers that stand outside the signal."""
    return [int(side.value.real) for axis in plan.axes for side in (axis.below, axis.above)]


def gathered(plan: Plan) -> int:
    """Return how many sums of products are added up, at most, where the plan folds."""
    return prod(1 + max(Counter(j for _, j in fold.pairs()).values()) for fold in plan.folds if fold)


def _heaviest(h: Array, ndim: int) -> int:
    """Return the largest sum of tap magnitudes that one output meets.

    With channels a tap is a stack of matrices, from the channels of a group to its outputs; each output has its column.
    """
    if h.ndim == ndim:
        return _total(h)
    return max((_total(h[..., group, :, o]) for group, o in np.ndindex(h.shape[-3], h.shape[-1])), default=0)


def _total(values: Array) -> int:
    """Return the sum of the magnitudes, exactly and without a copy: the high and the low halves of 64 bits apart."""
    total = 0
    for part in np.nditer(values, ["buffered", "external_loop", "zerosize_ok"]):
        wide = np.asarray(part).astype(np.uint64 if values.dtype.kind == "u" else np.int64)
        size = np.abs(wide).view(np.uint64)  # the magnitude of the most negative integer is right when unsigned
        total += (int((size >> 32).sum()) << 32) + int((size & 0xFFFFFFFF).sum())
    return total


def _magnitude(values: Array) -> int:
    """Return the largest magnitude; Python's abs, since NumPy's of the most negative integer is negative."""
    if held := largest(values.dtype):
        return held
    return max(abs(int(values.max())), abs(int(values.min()))) if values.size else 1


def largest(dtype: DType) -> int:
    """Return the largest magnitude of whole numbers of up to 16 bits; 0 for others, whose values are looked at."""
    if dtype.kind == "b":
        return 1
    if dtype.kind not in "iu" or dtype.itemsize > 2:
        return 0
    limits = np.iinfo(dtype)
    return max(abs(int(limits.min)), int(limits.max))


def _named(word: str) -> DType:
    return np.dtype({"longdouble": np.longdouble, "clongdouble": np.clongdouble}.get(word, word))


def _others(arithmetic: Arithmetic, plan: Plan) -> DType:
    """Return the least dtype kind that gain, offset and the boundaries' constants ask for."""
    sides = [side.value for axis in plan.axes for side in (axis.below, axis.above)]
    values = [arithmetic.gain, arithmetic.offset, *sides]
    if {type(value) for value in values} == {int}:
        return np.dtype(bool)
    if any(isinstance(value, complex) for value in values):
        return np.dtype(np.complex64)
    fractional = any(value % 1 != 0 for value in values if not isinstance(value, complex))  # or infinite, or NaN
    return np.dtype(np.float16 if fractional else bool)
