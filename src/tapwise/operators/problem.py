"""From arguments to a case: the one way that every operator goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import one_of
from tapwise.engines import ENGINES, Case, Corner, Numbers, Ready, chosen, run, settle, store, stored
from tapwise.errors import ArgumentError, ArgumentTypeError, Shown
from tapwise.operators.axes import last

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tapwise.convention import Arithmetic
    from tapwise.geometry import Plan
    from tapwise.operators.arrays import Array


@dataclass(frozen=True, slots=True)
class Problem:
    """A case with the signal it is about: axes moved, number types settled, nothing computed."""

    case: Case
    arithmetic: Arithmetic
    numbers: Numbers
    signal: Array
    axes: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result, its axes where the signal's were."""
        moved = self.case.batch + self.case.plan.output_shape
        if self.axes == tuple(range(len(self.case.batch), len(moved))):
            return moved
        rest = [axis for axis in range(len(moved)) if axis not in self.axes]
        return tuple(length for _, length in sorted(zip((*rest, *self.axes), moved, strict=True)))

    def ready(self, engine: str, out: Array | None) -> Ready:
        """Return the engine for the word `engine`, ready; before it is made, an `out` that does not fit is refused."""
        if out is not None:
            check_out(out, self.shape, self.numbers.result)
        word = one_of("engine", engine, ("auto", *ENGINES))
        return Ready(self.case, chosen(self.case, word), word != "auto")

    def solve(
        self, ready: Ready, *, out: Array | None, progress: Callable[[int, int], None] | None, inputs: tuple[Array, ...]
    ) -> Array:
        """Compute the result by what is ready, in `out` if there is one, which fits."""
        # An overflow may show late, and out may be an input: then it is filled only when all is well.
        certain = self.numbers.result.kind not in "iu" or (
            self.numbers.integers and self.numbers.result == np.int64 and self.numbers.bound < 1 << 63
        )
        direct = out is not None and certain and not any(np.may_share_memory(out, a) for a in inputs)
        y = out if direct and out is not None else _empty(self.shape, self.numbers.result)
        moved = last(y, self.axes)
        run(ready, self.arithmetic, self.numbers, self.signal, moved, axes=self.axes, progress=progress)
        if self.arithmetic.borders == "untouched":
            self._restore_borders(moved)
        if out is not None and not direct:
            out[...] = y
            return out
        return y

    def _restore_borders(self, y: Array) -> None:
        """Put the signal's own values where a window left it."""
        as_is = replace(self.arithmetic, gain=1, offset=0)
        signal = self.signal.astype(np.int8) if self.signal.dtype == bool else self.signal
        for box in _borders(self.case.plan, y.ndim):
            corner = Corner(tuple(part.start or 0 for part in box), self.axes)
            y[box] = store(as_is, self.numbers, signal[box], corner)


def pose(
    plan: Plan,
    arithmetic: Arithmetic,
    x: Array,
    h: Array,
    axes: tuple[int, ...],
    *,
    accuracy: str = "normwise",
    conjugate_signal: bool = False,
) -> Problem:
    """Return the problem of a plan on the signal `x`, filtered along `axes`, with the taps `h` ready for use."""
    accuracy = one_of("accuracy", accuracy, ("normwise", "elementwise"))
    numbers = settle(arithmetic, x, h, plan)
    if numbers.work == object:
        check_kinds(plan, arithmetic, numbers, x, h)
    signal = last(x, axes)
    batch = signal.shape[: signal.ndim - len(axes)]
    case = Case(
        plan, as_work(h, numbers.work), batch, x.dtype, numbers.work, conjugate_signal, numbers.integers, numbers.bound,
        accuracy,
    )  # fmt: skip
    if (rule := stored(arithmetic, numbers, case)) is not None:
        case = replace(case, stored=rule)
    return Problem(case, arithmetic, numbers, signal, axes)


def as_work(taps: Array, work: np.dtype[Any]) -> Array:
    """Return a copy of the taps in the type that products are formed in; what is too large for it becomes infinite."""
    if taps.dtype == work:
        return taps.copy()
    with np.errstate(over="ignore"):
        return taps.astype(work, order="C")


def check_kinds(
    plan: Plan, arithmetic: Arithmetic, numbers: Numbers, x: Array, h: Array, names: str = "x and h"
) -> None:
    """Refuse numbers of Python's own that do not go together, such as a Decimal and a float, or with the result."""
    sides = [side.value for axis in plan.axes for side in (axis.below, axis.above) if side.rule == "constant"]
    first, second = _kinds(x), _kinds(h)
    try:
        total = sum(b * a for a in (*first.values(), *sides) for b in second.values())
        total = total if arithmetic.gain == 1 else total * arithmetic.gain
        total = total if arithmetic.offset == 0 else total + arithmetic.offset
    except TypeError as why:
        raise _mixed(names, {**first, **second}, why) from None
    if isinstance(total, (complex, np.complexfloating)) and numbers.result.kind not in "cO":
        raise ArgumentTypeError("dtype", str(numbers.result), "cannot hold complex results", "write dtype='complex128'")


def _mixed(names: str, kinds: dict[type, Any], why: TypeError) -> ArgumentTypeError:
    shown = Shown(f"numbers of type {', '.join(sorted(kind.__name__ for kind in kinds))}")
    return ArgumentTypeError(names, shown, f"do not go together: {why}", "convert all to one kind")


def _kinds(values: Array) -> dict[type, Any]:
    """Return a value of each type, as Python would multiply it."""
    exact = values if values.dtype == object else values[tuple(slice(1) for _ in values.shape)].astype(object)
    return {type(value): value for value in exact.flat}


def taps(arithmetic: Arithmetic, h: Array) -> Array:
    """Return the kernel as it is multiplied: conjugated and normalised where the arithmetic says so."""
    if arithmetic.conjugate == "kernel":
        h = h.conj()
    if arithmetic.normalize == "sum":
        with np.errstate(over="ignore", invalid="ignore"):
            total = _sum(h)
            finite = total - total == 0
        if not total or not finite:
            raise ArgumentError("normalize", "sum", f"the taps of h sum to {total}", "write normalize='none'")
        h = h / float(total) if h.dtype.kind in "biu" else (h / total).astype(h.dtype)
    return h


def _sum(h: Array) -> Any:
    """Return the sum of the taps: of integers without a limit, of float16 as everywhere in float32."""
    try:
        return h.sum(dtype=object if h.dtype.kind in "iu" else np.float32 if h.dtype.char == "e" else None)
    except TypeError as why:
        raise _mixed("h", _kinds(h), why) from None


def with_dtype(arithmetic: Arithmetic, dtype: Any, out: Array | None) -> Arithmetic:
    """Return the arithmetic whose results are of `dtype`, or of the dtype of `out`."""
    if out is not None:
        _check_array(out)
    if dtype is None and out is None:
        return arithmetic
    try:
        asked = np.dtype(out.dtype if out is not None and dtype is None else dtype)
    except TypeError:
        raise ArgumentTypeError("dtype", dtype, "is not a dtype", "write float, 'uint8' or the like") from None
    if out is not None and asked != out.dtype:
        raise ArgumentError("dtype", str(asked), f"out has the dtype {out.dtype}", "leave out one of the two")
    if asked.kind not in "biufcO":
        raise ArgumentTypeError("dtype", str(asked), "holds no numbers", "write float, 'uint8' or the like")
    words = {"g": "longdouble", "G": "clongdouble"}
    return replace(arithmetic, result=words.get(asked.char, asked.name))


def _empty(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    try:
        return np.empty(shape, dtype)
    except (MemoryError, ValueError):  # NumPy's ValueError: more than can be addressed
        size = prod(shape) * dtype.itemsize
        raise MemoryError(f"the result, of shape {shape} and dtype {dtype}, would take {size} bytes") from None


def _check_array(out: object) -> None:
    if not isinstance(out, np.ndarray):
        raise ArgumentTypeError("out", Shown(f"object of type {type(out).__name__}"), "must be a NumPy array",
                                "write out=np.empty(shape, dtype)")  # fmt: skip


def check_out(out: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Refuse an `out` that cannot hold a result of this shape and dtype."""
    _check_array(out)
    if out.shape != shape:
        raise ArgumentError(
            "out", Shown(f"shape {out.shape}"), f"the result has shape {shape}", "give one of its shape"
        )
    if out.dtype != dtype:
        raise ArgumentError("out", Shown(f"dtype {out.dtype}"), f"the result is {dtype}", f"give one of dtype {dtype}")
    if not out.flags.writeable:
        raise ArgumentError("out", Shown("read-only array"), "cannot be written", "give a writable one")


def _borders(plan: Plan, ndim: int) -> Iterator[tuple[slice, ...]]:
    """Yield the boxes of an array with `ndim` axes, the plan's last, whose outputs have a window that leaves it."""
    whole = [slice(None)] * ndim
    for number, axis in enumerate(plan.axes, start=ndim - len(plan.axes)):
        if axis.m != axis.n or axis.u != 1 or axis.s != 1:
            raise ArgumentError(
                "borders", "untouched", f"{axis.n} samples give {axis.m} outputs along axis {number}, so none is its "
                "own output", "write size='same', without stride or reversal",
            )  # fmt: skip
        low, high = axis.reach(0, 1)
        first = min(max(-low, 0), axis.m)
        last = max(min(axis.n - high, axis.m), first)
        for part in (slice(0, first), slice(last, None)):
            yield (*whole[:number], part, *whole[number + 1 :])
