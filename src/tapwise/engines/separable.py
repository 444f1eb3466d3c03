"""The `separable` engine: a kernel of rank one as one pass along each axis, in compiled code, a few rows at a time.

The rows that one pass makes stay in a core's cache until the next has read them. Where all taps of a pass are equal,
and many, neighbours share their sums; each output still adds only what its own window holds.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines.case import Lost
from tapwise.engines.direct import KINDS, direct, prepared, shifted, work_type
from tapwise.engines.inuse import current
from tapwise.engines.native import threads
from tapwise.engines.partition import trailing
from tapwise.engines.rank import FURTHEST, Factors, factors

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.engines.case import Array, Block, Case

#: Multiply-adds of one block: about a twentieth of a second, after which Ctrl-C is heard.
BLOCK = 1 << 29
#: Multiply-adds below which one thread is faster than two.
ALONE = 1 << 18
#: What the rates of this engine are for; all but the last two go faster with more threads.
UNITS = {
    "single": "a multiply-add of a pass in float32",
    "double": "a multiply-add of a pass in float64",
    "long": "a multiply-add of a pass in int64",
    "short": "a multiply-add of a pass in int16",
    "fetch": "a sample fetched, for each plane of the kernel",
    "store": "an output stored",
    "tap": "a tap looked at to find the factors",
    "call": "a call",
}
#: Equal taps from which neighbours share their sums (native/separable.cpp).
MANY_EQUAL = {"single": 32, "double": 24, "long": 6, "short": 24}
#: Bytes of rows that each thread keeps, unless a few rows are larger (native/separable.cpp).
ROWS = 384 * 1024


class Separable:
    """The engine for kernels that are products of one factor for each axis."""

    name = "separable"
    stores = True
    units = UNITS

    def refusal(self, case: Case) -> str:
        """Refuse what the compiled code does not have, and kernels that are no product or gain nothing by it."""
        axes, kernel = case.plan.axes, case.kernel
        if kernel.ndim != len(axes):
            return "it has no channels"
        if sum(axis.k > 1 for axis in axes) < 2:
            return "its kernel has fewer than two axes of more than one tap"
        if why := direct.refusal(case):
            return why
        if any(axis.u > 1 for axis in axes):
            return "the signal is spread"
        if kernel.dtype.kind in "iu" and not case.integers:
            return "it sums whole numbers only where they come out exact"
        if kernel.dtype.kind == "c" and (case.signal.kind != "c" or kernel.imag.any()):
            return "its taps are complex"
        if _factors(case) is None:
            near = "" if case.integers else f", to {FURTHEST:.2g} of each tap"
            return f"its kernel is no product of factors, one for each axis{near}"
        return ""

    def exact(self, case: Case) -> bool:
        """Return whether the product of the factors is the kernel, up to the rounding that its taps carry themselves.

        Otherwise the engine, named, computes with a kernel that is a little different; the bound on the error says so.
        """
        return case.integers or _found(case).apart <= 2 * float(np.finfo(case.kernel.dtype).eps)

    def roundings(self, case: Case) -> float:
        """Return how many roundings, of half an eps each, account for the error of an output relative to Σ|x||h|."""
        found = _found(case)
        passes = float(found.planes.size + found.rows.size + found.columns.size)
        return passes + 2 * found.apart / float(np.finfo(case.kernel.dtype).eps)

    def enlarges(self, case: Case) -> float:
        """Return how much larger what underflows on the way may be in an output."""
        return 1.0 + float(np.abs(_found(case).columns).sum(dtype=np.float64))

    def nanoseconds(self, case: Case) -> float:
        """Predict from its work."""
        return current().time(self.name, self.features(case))

    def features(self, case: Case) -> dict[str, float]:
        """Return its work: a multiply-add for each tap of each factor, and the samples in between."""
        kind, _ = KINDS.get(_work_type(case).char, ("long", 8))
        parts = 2 if case.work.kind == "c" else 1
        found, outputs = _found(case), prod(case.outputs) * parts
        taps = sum(_adds(each, MANY_EQUAL[kind]) for each in (found.planes, found.rows, found.columns))
        speed = current().together() if outputs * taps > ALONE else 1.0
        samples = prod(case.batch) * prod(case.plan.input_shape) * parts
        return {
            kind: outputs * taps / speed,
            "fetch": samples * found.planes.size / speed,
            "store": outputs / speed,
            "tap": float(case.kernel.size),
            "call": 1.0,
        }

    def memory(self, case: Case) -> int:
        """Return the bytes above input and output: of rows for each thread."""
        *outer, columns = (axis.k for axis in case.plan.axes)
        rows = 3 * outer[-1] + prod(outer[:-1]) + 16
        return threads() * max(ROWS, 2 * rows * (2 * 96 + columns + 256) * case.work.itemsize)

    def block(self, case: Case) -> tuple[int, ...]:
        """Return blocks of a twentieth of a second."""
        return trailing(case.outputs, max(BLOCK // sum(axis.k for axis in case.plan.axes), 1))

    def worker(self, case: Case) -> Callable[[Array, Block, Array | None], Array]:
        """Return the function that computes a block."""
        taps = packed(case)

        def compute(x: Array, block: Block, out: Array | None) -> Array:
            part = np.require(x[block.batch], requirements="A")
            shape = (*part.shape[: len(block.batch)], *(b - a for a, b in block.bounds))
            y = np.empty(shape, case.work) if out is None else out
            axes = [shifted(axis, *bounds) for axis, bounds in zip(case.plan.axes, block.bounds, strict=True)]
            stored = None if out is None else case.stored
            batch = shape[: len(block.batch)]
            passes = prepared(case, axes, batch, y.dtype, taps.dtype.char, work=taps.dtype, factors=True, stored=stored)
            if not passes.fill(part, taps, y, prod(shape) * taps.size > ALONE):
                raise Lost
            return y

        return compute


def _work_type(case: Case) -> np.dtype[Any]:
    """Return the type of all parts of numbers that are computed with."""
    return np.dtype(work_type(case, pairs=False).char.lower())


def _adds(taps: Array, many: int) -> int:
    """Return the multiply-adds for one output, or the sums where neighbours share them."""
    if taps.size < many or (taps != taps.flat[0]).any():
        return taps.size
    return taps.size.bit_length() + taps.size.bit_count()


def _factors(case: Case) -> Factors | None:
    kernel = case.kernel.real
    return factors(kernel.astype(np.int64) if case.integers else kernel)


def _found(case: Case) -> Factors:
    if (found := _factors(case)) is None:
        msg = "the case is one that this engine refuses"
        raise ValueError(msg)
    return found


def packed(case: Case) -> Array:
    """Return the factors one after the other, each in the order of the positions it reads, in the type computed in."""
    found, axes = _found(case), case.plan.axes
    turned = [slice(None, None, 1 if axis.d > 0 else -1) for axis in axes]
    planes = found.planes.reshape(tuple(axis.k for axis in axes[:-2]))[tuple(turned[:-2])]
    parts = [planes.ravel(), found.rows[turned[-2]], found.columns[turned[-1]]]
    return np.concatenate(parts).astype(_work_type(case))


separable = Separable()
