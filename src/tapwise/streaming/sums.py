"""The sums of a stream: the engine's own, on the window of samples that some outputs read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.engines import ENGINES, Case, Choice, Corner, Numbers, choose, settle, store, stored
from tapwise.engines.case import Lost
from tapwise.engines.choice import GAIN
from tapwise.engines.fourier import Unfit
from tapwise.engines.partition import blocks
from tapwise.engines.storing import stores_nothing
from tapwise.operators.problem import check_kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.convention import Arithmetic
    from tapwise.engines.case import Block
    from tapwise.geometry import AxisPlan, Plan
    from tapwise.operators.arrays import Array

#: Engines whose outputs have the same bits whatever is computed together with them.
CONSTANT = ("reference", "direct")
#: Outputs of a tile of the others, and the least samples of one of the `fourier` engine.
TILE, LEAST = 256, 1024
#: Windows that are kept ready.
READY = 64


@dataclass(frozen=True, slots=True)
class _Ready:
    """What windows of one kind need, found once."""

    numbers: Numbers
    compute: Callable[[Array, Block, Array | None], Array]
    otherwise: Callable[[Array, Block, Array | None], Array]
    blocks: tuple[Block, ...]
    in_place: bool


class Sums:
    """The sums of signals whose blocks have the dtype and, but for its length, the shape of `sample`.

    `plan` is that of a long signal, `index` the streamed axis among its axes, and `places` are those axes of a block;
    `taps` is the kernel as it is multiplied.
    """

    def __init__(
        self, plan: Plan, index: int, arithmetic: Arithmetic, taps: Array, sample: Array, places: tuple[int, ...],
        engine: str,
    ) -> None:  # fmt: skip
        self._plan, self._index, self._arithmetic, self._taps = plan, index, arithmetic, taps
        self._places, self._signal = places, sample.dtype
        rest = tuple(axis for axis in range(sample.ndim) if axis not in places)
        self._order, self._lead = rest + places, len(rest)
        self._batch = tuple(sample.shape[axis] for axis in rest)
        self._numbers = settle(arithmetic, _largest(sample.dtype, taps.size), taps, plan)
        self._ready: dict[object, _Ready] = {}
        lengths = self._batch + tuple(axis.m for axis in plan.axes)
        self._shape = [n for _, n in sorted(zip(self._order, lengths, strict=True))]
        # A transform four times as long as the window is nearly as good as a longer one, and is waited for less long.
        axis, others = plan.axes[index], prod(lengths) // max(plan.axes[index].m, 1)
        span = abs(axis.d) * (axis.k - 1) + 1
        tile = (_power(max(4 * span, LEAST // max(others, 1))) - span) // axis.s + 1
        usual = self._case(replace(axis, m=tile), settle(arithmetic, sample, taps, plan))
        self.choice = _chosen(usual, engine)
        self._engine = ENGINES[self.choice.engine]
        self.tile = 1
        if self.choice.engine == "fourier":
            self.tile = tile
        elif self.choice.engine not in CONSTANT and usual.work.char in "fdFD" and not usual.integers:
            self.tile = TILE

    def empty(self, outputs: int) -> Array:
        """Return an array for so many outputs along the streamed axis."""
        self._shape[self._places[self._index]] = outputs
        return np.empty(self._shape, self._numbers.result)

    def fill(self, out: Array, window: Array, first: int, shift: int, ending: AxisPlan | None) -> None:
        """Compute the outputs from number `first` on, as many as `out` has, from the samples that they read.

        `window` holds those from number `shift` on; `ending` is the streamed axis of the whole signal, at its end.
        """
        x, y = window.transpose(self._order), out.transpose(self._order)
        ready = self._made_ready(x, y, first, shift, ending)
        for block in ready.blocks:
            part = y[block.slices] if len(ready.blocks) > 1 else y
            with np.errstate(over="ignore", invalid="ignore"):
                try:
                    sums = ready.compute(x, block, part if ready.in_place else None)
                except Lost:  # a result has no place in its type, which is said of it below
                    sums = ready.compute(x, block, None)
                except Unfit:  # a tile that a transform would spoil
                    sums = ready.otherwise(x, block, None)
                if sums is not part:
                    corner = [s.start for s in block.slices]
                    corner[self._lead + self._index] += first
                    part[...] = store(self._arithmetic, ready.numbers, sums, Corner(tuple(corner), self._places))

    def _made_ready(self, x: Array, y: Array, first: int, shift: int, ending: AxisPlan | None) -> _Ready:
        numbers = self._numbers if self._numbers.work != object else self._settled(x)
        axis = ending or self._plan.axes[self._index]
        n, m = x.shape[self._lead + self._index], y.shape[self._lead + self._index]
        c = axis.c + axis.s * first - axis.u * shift
        inside = ending is None and shift > 0
        key = (n, m, c, numbers)
        if inside and key in self._ready:
            return self._ready[key]
        case = self._case(replace(axis, n=n, m=m, c=c), numbers)
        engine = ENGINES["numpy"] if self._engine.refusal(case) else self._engine
        spare = ENGINES[_sums(case)]
        largest = tuple(max(step, 1) for step in engine.block(case))
        ready = _Ready(
            numbers, engine.worker(case), spare.worker(case), tuple(blocks(case.outputs, self._lead, largest)),
            stores_nothing(self._arithmetic, numbers, case) or (case.stored is not None and engine.stores),
        )  # fmt: skip
        if inside:
            if len(self._ready) == READY:
                self._ready.clear()
            self._ready[key] = ready
        return ready

    def _settled(self, x: Array) -> Numbers:
        """Return number types for these samples, where those for any samples would be Python's own.

        Which they are makes no difference to whole numbers, which are exact in all of them.
        """
        numbers = settle(self._arithmetic, x, self._taps, self._plan)
        if numbers.work == object:
            check_kinds(self._plan, self._arithmetic, numbers, x, self._taps, "block and h")
        return replace(numbers, bound=(1 << numbers.bound.bit_length()) - 1)  # few kinds of windows

    def _case(self, axis: AxisPlan, numbers: Numbers) -> Case:
        axes = (*self._plan.axes[: self._index], axis, *self._plan.axes[self._index + 1 :])
        with np.errstate(over="ignore"):
            kernel = self._taps.astype(numbers.work, order="C")
        case = Case(
            replace(self._plan, axes=axes), kernel, self._batch, self._signal, numbers.work,
            self._arithmetic.conjugate == "signal", numbers.integers, numbers.bound,
        )  # fmt: skip
        return replace(case, stored=stored(self._arithmetic, numbers, case))


def _largest(dtype: np.dtype[Any], count: int) -> Array:
    """Return the largest samples that an integer dtype has, as many as a window reads; of other dtypes none."""
    if dtype.kind not in "iu":
        return np.zeros(0, dtype)
    limits = np.iinfo(dtype)
    return np.resize(np.array([limits.min, limits.max], dtype), 2 * count)


def _power(least: int) -> int:
    """Return the first power of two that is not below `least`."""
    return 1 << (least - 1).bit_length()


def _chosen(tile: Case, engine: str) -> Choice:
    """Return the choice for a stream, from a tile of it: direct sums, unless another engine is named."""
    if engine != "auto":
        return choose(tile, engine)
    choice = choose(tile, _sums(tile))
    reason = "direct sums wait for no more samples than they read"
    gain = choice.milliseconds[choice.engine] / choice.milliseconds.get("fourier", inf)
    if gain > GAIN:
        reason += f"; engine='fourier' is predicted {gain:.1f} times as fast, and waits for its tiles"
    return replace(choice, reason=reason)


def _sums(case: Case) -> str:
    """Return the engine for direct sums: compiled where that can be."""
    return "numpy" if ENGINES["direct"].refusal(case) else "direct"
