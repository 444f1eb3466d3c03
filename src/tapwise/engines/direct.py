"""The `direct` engine: the definition's sums in compiled code, every output one chain of multiply-adds.

The order of each sum is set by the plan and the number type alone, so its bits depend on no thread, block or layout.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from math import gcd, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines.case import Lost
from tapwise.engines.inuse import current
from tapwise.engines.native import native
from tapwise.engines.numbers import EXACT_IN_DOUBLE, largest
from tapwise.engines.partition import blocks, trailing
from tapwise.engines.rates import instruction_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tapwise.engines.case import Array, Block, Case, Stored
    from tapwise.geometry import AxisPlan


#: Whole numbers below these magnitudes are exact in float32, int16 and int32.
EXACT_IN_SINGLE, EXACT_IN_SHORT, EXACT_IN_PAIRS = 1 << 24, 1 << 15, 1 << 31
#: The type that is computed in, by its letter: its name among the units, and the bytes of an element.
KINDS = {"f": ("single", 4), "d": ("double", 8), "h": ("short", 2), "i": ("paired", 4)}
#: Multiply-adds of one block, in float32: about a twentieth of a second, after which Ctrl-C is heard.
BLOCK = 1 << 30
#: Multiply-adds below which one thread is faster than two.
ALONE = 1 << 18
#: What the rates of this engine are for; all but the last three are shared by the threads.
UNITS = {
    "single": "a multiply-add in float32",
    "double": "a multiply-add in float64",
    "long": "a multiply-add in int64",
    "short": "a multiply-add in int16",
    "paired": "two multiply-adds of 16 bits in int32",
    "load": "a byte that is loaded to be multiplied",
    "convert": "a number converted as it is copied out",
    "part": "a number copied out by a stride",
    "store": "a number converted as it is stored",
    "row": "a row of the signal",
    "tile": "a row that a tile of outputs passes over",
    "byte": "a byte of the signal and of the result",
    "call": "a call",
    "wake": "a call that wakes the other threads",
}
#: Of tiles (native/tile.h): bytes of a vector, by instruction set; rows; vectors beside each other; taps that are taken
#: together stand so far apart. Columns of a task of a single row.
VECTOR, TILE_ROWS, TILE_VECTORS, PHASE, TASK = {"v4": 64, "v3": 32}, 4, 6, 16, 4096
#: Of strips (native/strip.h), for few rows of taps: taps at most, rows at least, registers, by instruction set.
STRIP_TAPS, STRIP_ROWS, REGISTERS = 11, 16, {"v4": 32}
RULES = {"zero": 0, "constant": 1, "edge": 2, "symmetric": 3, "reflect101": 4, "wrap": 5}
ROUNDINGS = {"none": 0, "nearest-even": 1, "nearest-away": 2, "truncate": 3, "floor": 4}
OVERFLOWS = {"raise": 0, "wrap": 1, "saturate": 2}
MOST_AXES = 16
#: Strides, and spans of a kernel in taps, beyond which rows are not copied out whole; and whole numbers beyond which
#: sums of them might not fit 64 bits.
FAR, FARTHEST = 64, 1 << 40


class Direct:
    """The engine for numbers that the processor adds and multiplies itself."""

    name = "direct"
    units = UNITS
    stores = True

    def refusal(self, case: Case) -> str:
        """Refuse number types and taps that the compiled code does not have, and everything where it was not built."""
        if native is None:
            return "tapwise was installed without a C++ compiler"
        if case.work.char not in "fdFDlq" or case.signal.char not in "?bBhHiIlLqQefdFD":
            return f"it has no products of {case.signal} in {case.work}"
        if len(case.outputs) > MOST_AXES:
            return f"it has no more than {MOST_AXES} axes"
        axes = case.plan.axes
        if constants := [side.value for a in axes for side in (a.below, a.above) if side.rule == "constant"]:
            if case.integers and any(abs(complex(value)) > EXACT_IN_DOUBLE for value in constants):
                return "a constant of the boundary is too large"
            if case.signal.kind != "c" and any(isinstance(value, complex) for value in constants):
                return "a constant of the boundary is complex and the signal is not"
        if _far_apart(axes[-1]) or [a for a in axes if max(abs(a.s), abs(a.c), abs(a.d)) > FARTHEST]:
            return "taps or outputs lie so far apart that it would copy more of the signal than it reads"
        if not np.isfinite(case.kernel).all():
            return "a tap is infinite or NaN, and zeros beside the signal would be multiplied with it"
        return ""

    def nanoseconds(self, case: Case) -> float:
        """Predict from its work."""
        return current().time(self.name, self.features(case))

    def features(self, case: Case) -> dict[str, float]:
        """Return its work: that of tiles, rows by columns of outputs, times the outputs and taps of the other axes."""
        work, axes, lead = work_type(case), case.plan.axes, len(case.batch)
        kind, size = KINDS.get(work.char.lower(), ("long", 8))
        parts = 2 if case.signal.kind == "c" else 1
        turns = 2 if case.kernel.dtype.kind == "c" and case.kernel.imag.any() else 1
        *outer, rows, columns = (1, *case.outputs)
        *planes, row_taps, column_taps = (1,) * (lead + 1) + case.kernel.shape
        if kind == "paired":
            column_taps = -(-column_taps // 2)
        step, last = abs(axes[-2].s) if len(axes) > 1 else 1, axes[-1]
        around, passes = prod(outer), prod(outer) * prod(planes) * turns
        # A tile: rows that share what is loaded, or one whose taps 16 apart do, and vectors beside each other.
        vector = VECTOR.get(instruction_set(), 16) // size
        across = -(-columns * parts // vector)
        together, beside = min(TILE_ROWS, max(rows, 1)) if row_taps > 1 else 1, TILE_VECTORS
        registers = REGISTERS.get(instruction_set(), 0) if kind == "single" and prod(planes) == step == 1 else 0
        if registers and 1 < row_taps <= min(STRIP_TAPS, rows - 1):
            together = -(-STRIP_ROWS // row_taps) * row_taps
            beside = min(TILE_VECTORS, (registers - 1) // (row_taps + 1))
        passed = -(-rows // together) * (row_taps + together - 1)
        in_phases = row_taps == 1 and column_taps >= PHASE and last.d * last.s in (1, -1) and parts == 1
        in_phases = in_phases and kind != "short"
        shared = min(-(-column_taps // PHASE), 4) if in_phases else 1
        loads = (1 + PHASE / vector * (shared - 1) / (2 * TILE_VECTORS)) / shared
        products = vector * across * column_taps * passes / prod(axis.u for axis in axes)
        # Rows: fetched, and converted or parted by a stride where they are not as they are needed.
        fetched = passes * (step * rows + row_taps - 1)
        read = fetched * (abs(last.s) * columns + column_taps - 1) * parts
        parted = abs(last.s) > 1
        converted = case.signal.char.lower() != work.char.lower() and not parted
        emitted = prod(case.outputs) * parts if case.integers else 0
        tasks = around * rows if around * rows > 1 else columns / TASK
        speed = min(current().together(), max(tasks, 1.0)) if prod(case.outputs) * case.kernel.size > ALONE else 1.0
        samples = prod(case.batch) * prod(case.plan.input_shape)
        return {
            kind: products * row_taps * rows / speed,
            "load": products * passed * loads * size / speed,
            "convert": (read if converted else 0.0) / speed,
            "part": (read if parted else 0.0) / speed,
            "store": emitted / speed,
            "row": fetched / speed,
            "tile": passes * passed * -(-across // beside) / speed,
            "byte": samples * case.signal.itemsize + prod(case.outputs) * case.work.itemsize,
            "call": 1.0,
            "wake": float(speed > 1.0),
        }

    def memory(self, case: Case) -> int:
        """Return the bytes of the rows that all threads keep, and of copies of the taps."""
        kernel = np.ascontiguousarray(case.kernel, work_type(case))
        copied = 0 if kernel is case.kernel else kernel.nbytes
        first = next(blocks(case.outputs, len(case.batch), self.block(case)), None)
        if first is None:
            return copied
        shape = tuple(part.stop - part.start for part in first.slices)
        filters = _filters(case, kernel, first, shape, case.work, None)
        parallel = prod(shape) * kernel.size > ALONE
        return copied + max(one.prepared.memory(parallel) if one.prepared else 0 for one in filters)

    def block(self, case: Case) -> tuple[int, ...]:
        """Return blocks of a twentieth of a second, as long as multiply-adds of the number type take."""
        each = case.work.itemsize // 4 * (1 if case.work.kind == "f" else 2)
        return trailing(case.outputs, max(BLOCK // max(case.kernel.size * each, 1), 1))

    def worker(self, case: Case) -> Callable[[Array, Block, Array | None], Array]:
        """Return the function that computes a block."""
        kernel = np.ascontiguousarray(case.kernel, work_type(case))
        last: tuple[object, list[_Filter]] = (None, [])

        def compute(x: Array, block: Block, out: Array | None) -> Array:
            nonlocal last
            part = np.require(x[block.batch], requirements="A")
            shape = (*part.shape[: len(block.batch)], *(b - a for a, b in block.bounds))
            y = np.empty(shape, case.work) if out is None else out
            stored = None if out is None else case.stored
            known, filters = last  # read at once: other threads may compute other blocks
            if known != (block, y.dtype.char, stored):
                filters = _filters(case, kernel, block, shape, y.dtype, stored)
                last = (block, y.dtype.char, stored), filters
            parallel = prod(shape) * kernel.size > ALONE
            for one in filters:
                if one.prepared is None:
                    y[one.outputs] = 0
                elif not one.prepared.fill(part, one.taps, y[one.outputs], parallel):
                    raise Lost
            return y

        return compute


@dataclass(frozen=True, slots=True)
class _Filter:
    """Outputs of a block, and what fills them; nothing where no tap reaches them."""

    outputs: tuple[slice, ...]
    taps: Array
    prepared: Any


def _filters(
    case: Case, kernel: Array, block: Block, shape: tuple[int, ...], y: np.dtype[Any], stored: Stored | None
) -> list[_Filter]:
    """Return the filters that fill a block of this shape: one, or one for each class of outputs of a spread signal."""
    lead = len(block.batch)
    axes = [shifted(axis, start, stop) for axis, (start, stop) in zip(case.plan.axes, block.bounds, strict=True)]
    filters = []
    for choice in itertools.product(*(_unspread(axis) for axis in axes)):
        outputs = (slice(None),) * lead + tuple(c.outputs for c in choice)
        taps = kernel[tuple(c.taps for c in choice)]
        plan = [c.axis for c in choice]
        made = prepared(case, plan, shape[:lead], y, kernel.dtype.char, stored=stored) if taps.size else None
        filters.append(_Filter(outputs, taps, made))
    return filters


def prepared(
    case: Case, axes: Sequence[AxisPlan], batch: tuple[int, ...], y: np.dtype[Any], taps: str, *,
    work: np.dtype[Any] | None = None, order: Sequence[int] | None = None, conjugate_taps: bool = False,
    needs_imaginary: bool = False, exact_below: float = 0.0, factors: bool = False,
    unless_product: bool = False, stored: Stored | None = None,
) -> Any:  # fmt: skip
    """Return the compiled filter for results of dtype `y` and taps of the type whose letter is `taps`.

    `order` says which axis of signal and result each axis is, the `batch` axes first; by default they stand so. Taps
    that it must not take as they are, it refuses: see native/prepared.h. `factors` are taps packed one after the other.
    `work` is the type that is computed in, by default that of `work_type`.
    """
    numbers = [batch_numbers(n) for n in batch] + [axis_numbers(axis) for axis in axes]
    return native.prepare(
        case.signal.char, not case.signal.isnative, y.char, taps, (work or work_type(case)).char, numbers, len(batch),
        list(range(len(numbers)) if order is None else order), case.conjugate_signal, conjugate_taps, needs_imaginary,
        exact_below, largest(case.signal), factors, unless_product,
        stored and (stored.gain, stored.offset, ROUNDINGS[stored.rounding], OVERFLOWS[stored.overflow]),
    )  # fmt: skip


def _far_apart(axis: AxisPlan) -> bool:
    return abs(axis.s) > FAR or abs(axis.d) * (axis.k - 1) > FAR * max(axis.k, FAR)


def _complex(case: Case) -> bool:
    return case.work.kind == "c"


def exact_below(case: Case, work: np.dtype[Any] | None = None) -> float:
    """Return what no sum of whole numbers may reach in the type that is computed in; 0 where all are exact anyway."""
    limits = {"f": EXACT_IN_SINGLE, "d": EXACT_IN_DOUBLE, "h": EXACT_IN_SHORT, "i": EXACT_IN_PAIRS}
    limit = float(limits.get((work or work_type(case)).char, 0))
    if case.stored is not None:  # scaled in the same type
        limit = (limit - abs(case.stored.offset)) / max(abs(case.stored.gain), 1.0)
    return max(limit, 0.0) if case.integers else 0.0


def work_type(case: Case, *, pairs: bool = True) -> np.dtype[Any]:
    """Return the type that is computed in: for whole numbers the fastest that holds every sum exactly.

    That may be int32, into which `pairs` of samples and taps of 16 bits are multiplied and summed.
    """
    if not case.integers:
        return case.work
    short = 0 < largest(case.signal) <= EXACT_IN_SHORT
    if short and case.bound < EXACT_IN_SHORT:
        return np.dtype(np.int16)
    if case.bound < EXACT_IN_SINGLE:
        return np.dtype(np.float32)
    if pairs and short and case.bound < EXACT_IN_PAIRS and (np.abs(case.kernel) < EXACT_IN_SHORT).all():
        return np.dtype(np.int32)
    return np.dtype(np.float64) if case.bound < EXACT_IN_DOUBLE else case.work


def shifted(axis: AxisPlan, start: int, stop: int) -> AxisPlan:
    """Return the axis of outputs [start, stop) alone."""
    whole = (start, stop) == (0, axis.m)
    return axis if whole else replace(axis, m=stop - start, c=axis.c + axis.s * start)


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


def batch_numbers(n: int) -> tuple[Any, ...]:
    """Return the numbers of an axis that is not filtered, as compiled code takes them."""
    return (n, 1, n, 1, 0, 1, 0, 0, 0.0, 0.0, 0.0, 0.0)


def axis_numbers(axis: AxisPlan) -> tuple[Any, ...]:
    """Return the numbers of a filtered axis, as compiled code takes them."""
    below, above = complex(axis.below.value), complex(axis.above.value)
    rules = (RULES[axis.below.rule], RULES[axis.above.rule])
    return (axis.n, axis.k, axis.m, axis.s, axis.c, axis.d, *rules, below.real, below.imag, above.real, above.imag)


direct = Direct()
