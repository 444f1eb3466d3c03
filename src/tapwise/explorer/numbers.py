"""The numbers that a page can hold, and how its address spells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, Shown
from tapwise.operators.arrays import take

if TYPE_CHECKING:
    from tapwise.operators.arrays import Array

#: What one side of an array may measure, by the number of axes: a screen holds no more cells.
MOST = {1: 64, 2: 40}


def held(name: str, value: Any) -> Array:
    """Return the array as the page can hold it: one or two axes, finite real numbers, in double precision exactly."""
    array = take(name, value)
    shape = Shown(f"array of shape {array.shape}")
    if array.ndim not in MOST:
        raise ShapeError(name, shape, "the page shows one or two axes", "take a part of it")
    if not array.size or max(array.shape) > MOST[array.ndim]:
        rule = f"the page shows 1 to {MOST[array.ndim]} numbers along each axis"
        raise ShapeError(name, shape, rule, f"take a part of it, such as {name}[:32]")
    if array.dtype.kind == "c":
        raise ArgumentTypeError(name, shape, "the page shows real numbers", f"take {name}.real or {name}.imag")
    plain = array.astype(float)
    if not np.isfinite(plain).all():
        raise ArgumentError(name, shape, "the page shows finite numbers", "replace the others")
    if array.dtype.kind in "iuO" and any(
        int(given) != int(kept) for given, kept in zip(array.flat, plain.flat, strict=True) if kept == int(kept)
    ):
        rule = "the page computes in double precision, which does not hold all of these numbers"
        raise ArgumentError(name, shape, rule, "give whole numbers below 2**53")
    return plain


def written(array: Array) -> str:
    """Return the numbers as an address has them: rows parted by semicolons."""
    rows = array if array.ndim == 2 else array[None]
    return ";".join(",".join(repr(int(v)) if v == int(v) else repr(float(v)) for v in row) for row in rows)
