"""Storing: how sums of products become results of the dtype that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import IntegerOverflow, Shown

if TYPE_CHECKING:
    from tapwise.convention import Arithmetic
    from tapwise.engines.case import Array
    from tapwise.engines.numbers import DType, Numbers


def store(arithmetic: Arithmetic, numbers: Numbers, y: Array, where: tuple[int, ...]) -> Array:
    """Return sums of products as results: scaled, offset, rounded, and checked, wrapped or saturated.

    Raises
    ------
    IntegerOverflow
        If a result does not fit and `overflow` is "raise"; `where` is the index of the block's first element.
    """
    if arithmetic.gain != 1:
        y = y * _scalar(arithmetic.gain, y.dtype)
    if arithmetic.offset != 0:
        y = y + _scalar(arithmetic.offset, y.dtype)
    result = numbers.result
    if result.kind not in "iub":
        with np.errstate(over="ignore"):
            return y.astype(result, copy=False)
    if result.kind == "b":
        return y.astype(bool)
    if y.dtype.kind == "O":
        return _store_objects(arithmetic, result, y, where)
    if y.dtype.kind == "f":
        y = _rounded(arithmetic.rounding, y) if not numbers.integers else y
        return _store_floats(arithmetic, result, y, where)
    return _store_whole(arithmetic, result, y, where)


def _store_whole(arithmetic: Arithmetic, result: DType, y: Array, where: tuple[int, ...]) -> Array:
    least, most = _limits(result)
    if y.dtype == result or arithmetic.overflow == "wrap":
        return y.astype(result, copy=False)
    kept = np.clip(y, max(least, _limits(y.dtype)[0]), min(most, _limits(y.dtype)[1]))
    if arithmetic.overflow == "raise" and not np.array_equal(kept, y):
        raise _overflow(result, y, kept != y, where)
    return kept.astype(result)


def _store_floats(arithmetic: Arithmetic, result: DType, y: Array, where: tuple[int, ...]) -> Array:
    """Store floats that are whole numbers; a float64 does not hold every limit of int64, so compare with care."""
    least, most = _limits(result)
    lost = ~((y >= float(least)) & ((y < float(most)) | (y <= _below(most))))
    if not lost.any():
        return y.astype(result)
    if np.isnan(y).any() or (arithmetic.overflow != "saturate" and np.isinf(y).any()):
        raise _overflow(result, y, ~np.isfinite(y), where)
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


def _store_objects(arithmetic: Arithmetic, result: DType, y: Array, where: tuple[int, ...]) -> Array:
    least, most = _limits(result)
    flat = np.empty(y.size, dtype=result)
    for number, value in enumerate(y.ravel()):
        whole = int(value)
        if not least <= whole <= most:
            if arithmetic.overflow == "raise":
                mask = np.zeros(y.size, bool)
                mask[number] = True
                raise _overflow(result, y, mask.reshape(y.shape), where)
            span = most - least + 1
            whole = (
                min(max(whole, least), most) if arithmetic.overflow == "saturate" else (whole - least) % span + least
            )
        flat[number] = whole
    return flat.reshape(y.shape)


def _rounded(rounding: str, y: Array) -> Array:
    if rounding == "nearest-even":
        return np.rint(y)
    if rounding == "truncate":
        return np.trunc(y)
    if rounding == "floor":
        return np.floor(y)
    return np.copysign(np.floor(np.abs(y) + 0.5), y)  # nearest-away


def _overflow(result: DType, y: Array, lost: Array, where: tuple[int, ...]) -> IntegerOverflow:
    place = tuple(int(i) for i in np.argwhere(lost)[0])
    value = y[place]
    index = ", ".join(str(a + b) for a, b in zip(place, where, strict=True))
    shown = int(value) if y.dtype.kind in "iuO" or np.isfinite(value) else value
    least, most = _limits(result)
    wider = "dtype=object for integers of any size" if result.itemsize == 8 else "dtype='int64'"
    return IntegerOverflow(
        "y", Shown(f"[{index}] = {shown}"), f"does not fit {result}, {least} to {most}",
        f"write {wider}, or overflow='wrap' or overflow='saturate'",
    )  # fmt: skip


def _scalar(value: Any, dtype: DType) -> Any:
    """Return a gain or offset as a number that keeps the sums' type: exact beside exact numbers, else a float."""
    if dtype == object or isinstance(value, (int, complex)):
        return value
    return float(value)


def _limits(dtype: DType) -> tuple[int, int]:
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)


def _below(most: int) -> float:
    """Return the largest float64 that is not above `most`."""
    value = float(most)
    return value if int(value) <= most else float(np.nextafter(value, 0.0))
