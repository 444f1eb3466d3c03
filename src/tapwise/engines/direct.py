"""The `direct` engine: the definition's sums in compiled code, every output one chain of multiply-adds.

The order of each sum is set by the plan and the number type alone, so its bits depend on no thread, block or layout.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from math import gcd, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines.native import native
from tapwise.engines.numbers import EXACT_IN_DOUBLE
from tapwise.engines.partition import trailing
from tapwise.engines.rates import current, instruction_set

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.convention import Boundary
    from tapwise.engines.case import Array, Block, Case
    from tapwise.geometry import AxisPlan


#: Whole numbers up to this magnitude are exact in float32.
EXACT_IN_SINGLE = 1 << 24
#: Multiply-adds of one block: about a twentieth of a second, after which Ctrl-C is heard.
BLOCK = 1 << 30
#: Multiply-adds below which one thread is faster than two.
ALONE = 1 << 18
#: What the rates of this engine are for; all but the last three are shared by the threads.
UNITS = {
    "single": "a multiply-add in float32",
    "double": "a multiply-add in float64",
    "long": "a multiply-add in int64",
    "load": "a byte that is loaded to be multiplied",
    "copy": "a byte copied out into a row",
    "convert": "a number converted as it is copied out or stored",
    "row": "a row copied out",
    "tile": "a row that a tile of outputs passes over",
    "byte": "a byte of the signal and of the result",
    "call": "a call",
    "wake": "a call that wakes the other threads",
}
#: Of tiles: bytes of a vector, by instruction set; rows; vectors beside each other.
VECTOR, TILE_ROWS, TILE_VECTORS = {"v4": 64, "v3": 32}, 4, 6
RULES = {"zero": 0, "constant": 1, "edge": 2, "symmetric": 3, "reflect101": 4, "wrap": 5}
MOST_AXES = 16
#: Strides, and spans of a kernel in taps, beyond which rows are not copied out whole; and whole numbers beyond which
#: sums of them might not fit 64 bits.
FAR, FARTHEST = 64, 1 << 40


class Direct:
    """The engine for numbers that the processor adds and multiplies itself."""

    name = "direct"
    units = UNITS

    def refusal(self, case: Case) -> str:
        """Refuse number types and taps that the compiled code does not have, and everything where it was not built."""
        if native is None:
            return "tapwise was installed without a C++ compiler"
        if case.work.char not in "fdFDlq" or case.signal.char not in "?bBhHiIlLqQefdFD":
            return f"it has no products of {case.signal} in {case.work}"
        if len(case.outputs) > MOST_AXES:
            return f"it has no more than {MOST_AXES} axes"
        if case.integers and any(abs(complex(side.value)) > EXACT_IN_DOUBLE for side in _sides(case)):
            return "a constant of the boundary is too large"
        if case.signal.kind != "c" and any(isinstance(side.value, complex) for side in _sides(case)):
            return "a constant of the boundary is complex and the signal is not"
        if _far_apart(case.plan.axes[-1]) or any(max(abs(a.s), abs(a.c), abs(a.d)) > FARTHEST for a in case.plan.axes):
            return "taps or outputs lie so far apart that it would copy more of the signal than it reads"
        if not np.isfinite(case.kernel).all():
            return "a tap is infinite or NaN, and zeros beside the signal would be multiplied with it"
        return ""

    def nanoseconds(self, case: Case) -> float:
        """Predict from its work."""
        return current().time(self.name, self.features(case))

    def features(self, case: Case) -> dict[str, float]:
        """Return its work: that of the rows and columns of tiles, times what stands around them."""
        work, axes, lead = _work(case), case.plan.axes, len(case.batch)
        lengths, taps = case.outputs, (1,) * lead + case.kernel.shape
        kind, size = {"f": ("single", 4), "d": ("double", 8)}.get(work.char.lower(), ("long", 8))
        parts = 2 if case.signal.kind == "c" else 1
        turns = 2 if case.kernel.dtype.kind == "c" and case.kernel.imag.any() else 1
        spread = prod(axis.u for axis in axes)
        # The last two axes are rows and columns of tiles; the others are loops around them.
        columns, column_taps, last = lengths[-1], taps[-1], axes[-1]
        rows, row_taps = (lengths[-2], taps[-2]) if len(lengths) > 1 else (1, 1)
        step = abs(axes[-2].s) if len(axes) > 1 else 1
        outer, planes = prod(lengths[:-2]), prod(taps[:-2])
        vector = VECTOR.get(instruction_set(), 16) // size
        across = -(-columns * parts // vector)
        together = min(TILE_ROWS, rows) if row_taps > 1 else 1
        jobs = outer * planes * turns * (-(-rows // together)) * (row_taps + together - 1)
        products = vector * across * column_taps * row_taps * rows * outer * planes * turns / spread
        if row_taps > 1:
            loads = products * (row_taps + together - 1) / (row_taps * together)
        else:
            loads = products * (0.3 if column_taps >= 16 and abs(last.d * last.s) == 1 and parts == 1 else 1.0)
        fetched = outer * planes * (step * rows + row_taps - 1)
        read = fetched * (abs(last.s) * columns + column_taps - 1) * parts
        converts = case.signal.char.lower() != work.char.lower()
        emitted = prod(lengths) * parts if work.char != case.work.char or case.integers else 0
        shared = current().together() if prod(lengths) * case.kernel.size > ALONE else 1.0
        samples = prod(case.batch) * prod(case.plan.input_shape)
        return {
            kind: products / shared,
            "load": loads * size / shared,
            "copy": 0.0 if converts else read * size / shared,
            "convert": ((read if converts else 0.0) + emitted) / shared,
            "row": fetched / shared,
            "tile": jobs * -(-across // TILE_VECTORS) / shared,
            "byte": samples * case.signal.itemsize + prod(lengths) * case.work.itemsize,
            "call": 1.0,
            "wake": float(shared > 1.0),
        }

    def block(self, case: Case) -> tuple[int, ...]:
        """Return blocks of a twentieth of a second."""
        return trailing(case.outputs, max(BLOCK // max(case.kernel.size, 1), 1))

    def worker(self, case: Case) -> Callable[[Array, Block, Array | None], Array]:
        """Return the function that computes a block."""
        work = _work(case)
        kernel = case.kernel.astype(work)

        def compute(x: Array, block: Block, out: Array | None) -> Array:
            part = np.require(x[block.batch], requirements="A")
            shape = (*part.shape[: len(block.batch)], *(b - a for a, b in block.bounds))
            y = np.empty(shape, case.work) if out is None else out
            parallel = prod(shape) * kernel.size > ALONE
            axes = [
                _shifted(axis, start, stop) for axis, (start, stop) in zip(case.plan.axes, block.bounds, strict=True)
            ]
            lead = (slice(None),) * len(block.batch)
            for choice in itertools.product(*(_unspread(axis) for axis in axes)):
                outputs, taps = lead + tuple(c.outputs for c in choice), tuple(c.taps for c in choice)
                if any(c.axis.k == 0 for c in choice):
                    y[outputs] = 0
                else:
                    plan = [c.axis for c in choice]
                    for target, weights in _parts(part, y[outputs], kernel[taps]):
                        _filter(part, target, weights, plan, conjugate=case.conjugate_signal, parallel=parallel)
            return y

        return compute


def _far_apart(axis: AxisPlan) -> bool:
    return abs(axis.s) > FAR or abs(axis.d) * (axis.k - 1) > FAR * max(axis.k, FAR)


def _sides(case: Case) -> list[Boundary]:
    return [side for axis in case.plan.axes for side in (axis.below, axis.above)]


def _complex(case: Case) -> bool:
    return case.work.kind == "c"


def _work(case: Case) -> np.dtype[Any]:
    """Return the type that is computed in: for whole numbers the fastest that holds every sum exactly."""
    if case.integers and case.bound < EXACT_IN_SINGLE:
        return np.dtype(np.float32)
    if case.integers and case.bound < EXACT_IN_DOUBLE:
        return np.dtype(np.float64)
    return case.work


def _shifted(axis: AxisPlan, start: int, stop: int) -> AxisPlan:
    """Return the axis of outputs [start, stop) alone."""
    return replace(axis, m=stop - start, c=axis.c + axis.s * start)


@dataclass(frozen=True, slots=True)
class _Class:
    """Outputs that lie a step apart, the taps that reach samples from there, and the axis that joins the two."""

    outputs: slice
    taps: slice
    axis: AxisPlan


def _unspread(axis: AxisPlan) -> list[_Class]:
    """Part the outputs of a spread signal into classes: in each, some taps meet samples and the others never do."""
    if axis.u == 1:
        return [_Class(slice(None), slice(None), axis)]
    step, tap_step = axis.u // gcd(axis.s, axis.u), axis.u // gcd(axis.d, axis.u)
    classes = []
    for first in range(min(step, axis.m)):
        start = axis.s * first + axis.c
        count = -(-(axis.m - first) // step)
        tap = next((t for t in range(min(tap_step, axis.k)) if (start + axis.d * t) % axis.u == 0), axis.k)
        met = replace(
            axis, u=1, m=count, k=-(-(axis.k - tap) // tap_step), s=axis.s * step // axis.u,
            c=(start + axis.d * tap) // axis.u, d=axis.d * tap_step // axis.u,
        )  # fmt: skip
        classes.append(_Class(slice(first, None, step), slice(tap, None, tap_step), met))
    return classes


def _parts(x: Array, y: Array, kernel: Array) -> list[tuple[Array, Array]]:
    """Return what is to be filled with which taps: for a real signal and complex taps, one part after the other."""
    if kernel.dtype.kind == "c" and x.dtype.kind != "c":
        return [(y.real, kernel.real), (y.imag, kernel.imag)]
    return [(y, kernel)]


def _filter(x: Array, y: Array, kernel: Array, axes: list[AxisPlan], *, conjugate: bool, parallel: bool) -> None:
    """Fill y with the sums; x and y have their batch axes first."""
    taps = kernel[tuple(slice(None, None, 1 if axis.d > 0 else -1) for axis in axes)]
    real = np.ascontiguousarray(taps.real)
    imaginary = np.ascontiguousarray(taps.imag) if taps.dtype.kind == "c" and taps.imag.any() else None
    batch = list(range(x.ndim - len(axes)))
    inner = 1
    beside = _beside(x, y, batch)
    if beside is not None:
        batch.remove(beside)
        inner = x.shape[beside]
    order = [*batch, *range(x.ndim - len(axes), x.ndim)]
    numbers = [(x.shape[b], 1, x.shape[b], 1, 0, 1, 0, 0, 0.0, 0.0, 0.0, 0.0) for b in batch]
    native.filter(
        x.ctypes.data, x.dtype.char, not x.dtype.isnative, [x.strides[a] for a in order], y.ctypes.data, y.dtype.char,
        [y.strides[a] for a in order], real.ctypes.data, 0 if imaginary is None else imaginary.ctypes.data,
        kernel.dtype.char, [*numbers, *(_numbers(axis) for axis in axes)], inner, conjugate, parallel,
    )  # fmt: skip


def _beside(x: Array, y: Array, batch: list[int]) -> int | None:
    """Return the batch axis whose elements lie beside each other within each sample of the last axis: colours."""
    for axis in batch:
        n = x.shape[axis]
        if 1 < n <= 64 and all(a.strides[axis] == a.itemsize and a.strides[-1] == n * a.itemsize for a in (x, y)):
            return axis
    return None


def _numbers(axis: AxisPlan) -> tuple[Any, ...]:
    below, above = complex(axis.below.value), complex(axis.above.value)
    rules = (RULES[axis.below.rule], RULES[axis.above.rule])
    return (axis.n, axis.k, axis.m, axis.s, axis.c, axis.d, *rules, below.real, below.imag, above.real, above.imag)


direct = Direct()
