"""Running a case: the engine's blocks, one after the other, stored as they come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines.case import Lost
from tapwise.engines.choice import ENGINES, elementwise
from tapwise.engines.fold import fold
from tapwise.engines.fourier import Unfit, fourier
from tapwise.engines.partition import blocks, count
from tapwise.engines.storing import Corner, store, stores_nothing
from tapwise.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tapwise.convention import Arithmetic
    from tapwise.engines.case import Array, Block, Case
    from tapwise.engines.numbers import Numbers


@dataclass(frozen=True)
class Ready:
    """An engine that can do the case; unless it was named, others do what it would spoil.

    Any threads may use it, for any signals.
    """

    case: Case
    engine: str
    named: bool

    @cached_property
    def largest(self) -> tuple[int, ...]:
        """The largest block."""
        return tuple([max(step, 1) for step in ENGINES[self.engine].block(self.case)])

    @cached_property
    def compute(self) -> Callable[[Array, Block, Array | None], Array]:
        """What the engine makes of the case once: packed taps, a spectrum."""
        taken = ENGINES[self.engine]
        with np.errstate(over="ignore", invalid="ignore"):
            return fourier.worker(self.case, cautious=not self.named) if taken is fourier else taken.worker(self.case)


@np.errstate(over="ignore", invalid="ignore")
def run(
    ready: Ready,
    arithmetic: Arithmetic,
    numbers: Numbers,
    x: Array,
    out: Array,
    *,
    axes: tuple[int, ...],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Compute every output of the case from `x`, whose batch axes come first, into `out`.

    `out` must not share memory with `x`. If a result cannot be stored it holds the blocks done so far; the error calls
    it by its index in the caller's result, whose filtered axes are `axes`. Infinities and NaN arise without a warning.
    """
    case = ready.case
    lead = len(case.batch)
    folds = any(case.plan.folds)
    unfolded = np.empty(case.outputs, case.work) if folds else out
    as_it_is = folds or stores_nothing(arithmetic, numbers, case)
    itself = case.stored is not None and ENGINES[ready.engine].stores
    for block, y in _computed(ready, x, unfolded if as_it_is or itself else None, progress):
        place = unfolded[block.slices]
        if as_it_is:
            place[...] = y
        else:
            place[...] = store(arithmetic, numbers, y, Corner(tuple(s.start for s in block.slices), axes))
    if folds:
        out[...] = store(arithmetic, numbers, fold(case.plan, unfolded, lead), Corner((0,) * out.ndim, axes))


def beside(ready: Ready, arithmetic: Arithmetic, numbers: Numbers) -> int:
    """Return the bytes that `run` takes beside input and output: the engine's, and sums that are still to be stored."""
    case = ready.case
    own = ENGINES[ready.engine].memory(case)
    if any(case.plan.folds):
        return own + prod(case.outputs) * case.work.itemsize
    if stores_nothing(arithmetic, numbers, case) or (case.stored is not None and ENGINES[ready.engine].stores):
        return own
    return own + prod(map(min, ready.largest, case.outputs)) * (case.work.itemsize + numbers.result.itemsize)


def _computed(
    ready: Ready, x: Array, out: Array | None, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[Block, Array]]:
    """Yield blocks and their sums of products, but those that the engine wrote into `out` as results."""
    case = ready.case
    total = count(case.outputs, ready.largest)
    otherwise = None
    for number, block in enumerate(blocks(case.outputs, len(case.batch), ready.largest)):
        place = None if out is None else out[block.slices]
        try:
            y = ready.compute(x, block, place)
        except Unfit as why:
            if ready.named:
                raise EngineError("engine", ready.engine, str(why), "write engine='auto' or engine='numpy'") from None
            otherwise = otherwise or elementwise(case).worker(case)
            y = why.mended(block, otherwise, x)
        except Lost:
            y = ready.compute(x, block, None)
        if y is not place:
            yield block, y
        if progress is not None:
            progress(number + 1, total)
