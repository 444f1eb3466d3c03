"""Storing: how sums of products become results of the dtype that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, trunc
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines.case import Stored
from tapwise.engines.numbers import EXACT_IN_DOUBLE
from tapwise.errors import IntegerOverflow, Shown

if TYPE_CHECKING:
    from tapwise.convention import Arithmetic
    from tapwise.engines.case import Array, Case
    from tapwise.engines.numbers import DType, Numbers


@dataclass(frozen=True, slots=True)
class Corner:
    """Where a block's first element stands, and which axes of the result are filtered: in a block they are the last."""

    first: tuple[int, ...]
    axes: tuple[int, ...]

    def name(self, place: tuple[int, ...]) -> str:
        """Return the element of the result that stands at `place` of the block, as the caller would write it."""
        index = [a + b for a, b in zip(self.first, place, strict=True)]
        rest = [axis for axis in range(len(index)) if axis not in self.axes]
        return f"y[{', '.join(str(i) for _, i in sorted(zip((*rest, *self.axes), index, strict=True)))}]"


def stores_nothing(arithmetic: Arithmetic, numbers: Numbers, case: Case) -> bool:
    """Return whether sums of products are results as they are, or become so by one rounding to a float's precision."""
    if arithmetic.gain != 1 or arithmetic.offset != 0:
        return False
    if not numbers.integers:
        same = numbers.result == numbers.work or numbers.result.char in "efdFD"
        return same and numbers.result.kind == numbers.work.kind and numbers.result.kind in "fc"
    least, most = _limits(numbers.result) if numbers.result.kind in "iu" else (0, 0)
    never_negative = case.signal.kind in "bu" and not (case.kernel < 0).any() and not any(
        side.value.real < 0 for axis in case.plan.axes for side in (axis.below, axis.above)
    )  # fmt: skip
    return numbers.bound <= most and (numbers.bound <= -least or never_negative)


def stored(arithmetic: Arithmetic, numbers: Numbers, case: Case) -> Stored | None:
    """Return the rule by which compiled code stores these sums as `store` does; None where it cannot or need not."""
    gain, offset = arithmetic.gain, arithmetic.offset
    whole = isinstance(gain, int) and isinstance(offset, int)
    if not isinstance(gain, (int, float)) or not isinstance(offset, (int, float)):
        return None
    if max(abs(gain), abs(offset)) > EXACT_IN_DOUBLE or not (numbers.work.char in "fd" or whole):
        return None
    if numbers.result.char not in "bBhHiIlLqQefd" or stores_nothing(arithmetic, numbers, case):
        return None
    if any(case.plan.folds) or any(axis.u > 1 for axis in case.plan.axes):
        return None
    rounds = numbers.work.kind == "f" and numbers.result.kind in "iu" and not numbers.integers
    return Stored(float(gain), float(offset), arithmetic.rounding if rounds else "none", arithmetic.overflow)


def store(arithmetic: Arithmetic, numbers: Numbers, y: Array, where: Corner) -> Array:
    """Return sums of products as results: scaled, offset, rounded, and checked, wrapped or saturated.

    Raises
    ------
    IntegerOverflow
        If a result does not fit and `overflow` is "raise".
    """
    if arithmetic.gain != 1:
        y = y * _scalar(arithmetic.gain, y.dtype)
    if arithmetic.offset != 0:
        y = y + _scalar(arithmetic.offset, y.dtype)
    result = numbers.result
    if result.kind not in "iub":
        return y.astype(result, copy=False)
    if result.kind == "b":
        return (_rounded(arithmetic.rounding, y) if y.dtype.kind == "f" else y).astype(bool)
    if y.dtype.kind == "O":
        return _store_objects(arithmetic, result, y, where)
    if y.dtype.kind == "f":
        y = _rounded(arithmetic.rounding, y) if not numbers.integers else y
        return _store_floats(arithmetic, result, y, where)
    return _store_whole(arithmetic, result, y, where)


def _store_whole(arithmetic: Arithmetic, result: DType, y: Array, where: Corner) -> Array:
    least, most = _limits(result)
    if y.dtype == result or arithmetic.overflow == "wrap":
        return y.astype(result, copy=False)
    kept = np.clip(y, max(least, _limits(y.dtype)[0]), min(most, _limits(y.dtype)[1]))
    if arithmetic.overflow == "raise" and not np.array_equal(kept, y):
        raise _overflow(result, y, kept != y, where)
    return kept.astype(result)


def _store_floats(arithmetic: Arithmetic, result: DType, y: Array, where: Corner) -> Array:
    """Store floats that are whole numbers; a float does not hold every limit of an integer, so compare with care."""
    least, most = _limits(result)
    lost = ~((y >= float(least)) & (y <= _below(most, y.dtype)))
    if not lost.any():
        return y.astype(result)
    endless = np.isnan(y) if arithmetic.overflow == "saturate" else ~np.isfinite(y)
    if endless.any():
        raise _overflow(result, y, endless, where)
    if arithmetic.overflow == "raise":
        raise _overflow(result, y, lost, where)
    if arithmetic.overflow == "saturate":
        kept = np.where(lost, 0.0, y).astype(result)
        return np.where(lost, np.where(y > 0, most, least).astype(result), kept)
    wrapped = np.fmod(y, 2.0**64)  # exact; then into the range of int64, two's complement
    wrapped = np.where(
        wrapped >= 2.0**63, wrapped - 2.0**64, np.where(wrapped < -(2.0**63), wrapped + 2.0**64, wrapped)
    )
    return wrapped.astype(np.int64).astype(result)


def _store_objects(arithmetic: Arithmetic, result: DType, y: Array, where: Corner) -> Array:
    least, most = _limits(result)
    stored = np.empty(y.shape, dtype=result)
    for place, value in np.ndenumerate(y):
        try:
            whole = _WHOLE[arithmetic.rounding](value)
        except (ValueError, OverflowError):  # a NaN or an infinity
            raise _refused(result, value, place, where) from None
        if not least <= whole <= most:
            if arithmetic.overflow == "raise":
                raise _refused(result, whole, place, where)
            span = most - least + 1
            whole = (
                min(max(whole, least), most) if arithmetic.overflow == "saturate" else (whole - least) % span + least
            )
        stored[place] = whole
    return stored


def _away(value: Any) -> int:
    whole = int(value)
    further = 1 if value > 0 else -1
    return whole + further if abs(value - whole) >= 0.5 else whole


#: How an exact number of Python's becomes whole.
_WHOLE: dict[str, Callable[[Any], int]] = {
    "nearest-even": round, "nearest-away": _away, "truncate": trunc, "floor": floor,
}  # fmt: skip


def _rounded(rounding: str, y: Array) -> Array:
    if rounding == "nearest-even":
        return np.rint(y)
    if rounding == "truncate":
        return np.trunc(y)
    if rounding == "floor":
        return np.floor(y)
    whole = np.trunc(y)  # nearest-away; adding a half first would itself be rounded
    return np.where(np.abs(y - whole) >= 0.5, whole + np.sign(y), whole)


def _overflow(result: DType, y: Array, lost: Array, where: Corner) -> IntegerOverflow:
    place = tuple(int(i) for i in np.argwhere(lost)[0])
    value = y[place]
    return _refused(result, int(value) if np.isfinite(value) else value, place, where)


def _refused(result: DType, value: Any, place: tuple[int, ...], where: Corner) -> IntegerOverflow:
    least, most = _limits(result)
    wider = "object for integers of any size" if result.itemsize == 8 else "'int64'"
    remedy = f"write dtype={wider}, or overflow='wrap' or overflow='saturate'"
    if not isinstance(value, int):
        remedy = "write dtype=float"
    return IntegerOverflow(where.name(place), Shown(value), f"does not fit {result}, {least} to {most}", remedy)


def _scalar(value: Any, dtype: DType) -> Any:
    """Return a gain or offset as a number that keeps the sums' type: exact beside exact numbers, else a float."""
    if dtype == object or isinstance(value, (int, complex)):
        return value
    return float(value)


def _limits(dtype: DType) -> tuple[int, int]:
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)


def _below(most: int, dtype: DType) -> Any:
    """Return the largest number of a float dtype that is not above `most`."""
    value = dtype.type(most)
    return value if int(value) <= most else np.nextafter(value, dtype.type(0))
