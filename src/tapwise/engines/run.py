"""Running a case: the engine's blocks, one after the other, stored as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines.choice import ENGINES, choose, elementwise
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


@np.errstate(over="ignore", invalid="ignore")
def run(
    case: Case,
    arithmetic: Arithmetic,
    numbers: Numbers,
    x: Array,
    out: Array,
    *,
    axes: tuple[int, ...],
    engine: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Compute every output of the case from `x`, whose batch axes come first, into `out`.

    `out` must not share memory with `x`. If a result cannot be stored it holds the blocks done so far; the error calls
    it by its index in the caller's result, whose filtered axes are `axes`. Infinities and NaN arise without a warning.
    """
    lead = len(case.batch)
    folds = any(case.plan.folds)
    unfolded = np.empty(case.outputs, case.work) if folds else out
    as_it_is = folds or stores_nothing(arithmetic, numbers, case)
    for block, y in _computed(case, x, unfolded if as_it_is else None, engine, progress):
        if not as_it_is:
            corner = Corner(tuple(s.start for s in block.slices), axes)
            unfolded[block.slices] = store(arithmetic, numbers, y, corner)
    if folds:
        out[...] = store(arithmetic, numbers, fold(case.plan, unfolded, lead), Corner((0,) * out.ndim, axes))


def _computed(
    case: Case, x: Array, out: Array | None, engine: str, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[Block, Array]]:
    """Yield blocks and their sums of products, written into `out` where there is one."""
    named = engine != "auto"
    chosen = ENGINES[choose(case, engine).engine]
    largest = tuple(max(step, 1) for step in chosen.block(case))
    total = count(case.outputs, largest)
    otherwise = None
    compute = fourier.worker(case, cautious=not named) if chosen is fourier else chosen.worker(case)
    for number, block in enumerate(blocks(case.outputs, len(case.batch), largest)):
        place = None if out is None else out[block.slices]
        try:
            y = compute(x, block, place)
        except Unfit as why:
            if named:
                raise EngineError("engine", engine, str(why), "write engine='auto' or engine='numpy'") from None
            otherwise = otherwise or elementwise(case).worker(case)
            y = why.mended(block, otherwise, x)
        if place is not None and y is not place:
            place[...] = y
        yield block, y
        if progress is not None:
            progress(number + 1, total)
