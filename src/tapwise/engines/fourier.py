"""The `fourier` engine: overlap-save tiles, with a bound on their error and guards for what they would spoil.

A tile of the signal and the kernel, laid out as the window reads it, are transformed, multiplied and transformed back;
only the outputs whose whole window lies in the tile are kept. An error of the transform spreads over its whole tile,
so tiles with a NaN or an infinity, and integer tiles whose bound is not below one half, are not computed here.

Most tiles are those of `tiles`, compiled. What they cannot do, and signals and kernels for which large transforms are
faster, goes to those of `large`.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tapwise.engines import large, tiles
from tapwise.engines.inuse import current
from tapwise.engines.rates import shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.engines.case import Array, Block, Case

#: What the rates of this engine are for: compiled tiles in float32, and scipy's transforms.
UNITS = {
    "digit": "a binary digit of a compiled tile's length, for each of its elements",
    "row": "a row of a compiled tile",
    "spectrum": "an element of a kernel's spectrum for them",
    "large digit": "a binary digit of a large transform's length, for each of its elements",
    "large element": "an element of a large transform, in what is done beside it",
    "large tile": "a block of such transforms",
    "large call": "a call of them",
    "call": "a call of compiled tiles",
}
#: Why tiles are left out.
REASONS = {
    tiles.Fate.NOT_FINITE: "x has a NaN or an infinity, which a transform would spread over its whole tile",
    tiles.Fate.SPREAD: "a spike in x would drown its neighbours",
    tiles.Fate.OUT_OF_RANGE: "the sums inside a transform of a tile may exceed the largest number",
}


class Unfit(Exception):
    """Outputs of a block that the transform would spoil, and why.

    Attributes
    ----------
    y : ndarray
        The block; its other outputs are right.
    boxes : list of Block
        Where these stand in the whole output.
    """

    def __init__(self, why: str, y: Array, boxes: list[Block]) -> None:
        super().__init__(why)
        self.y, self.boxes = y, boxes

    def mended(self, block: Block, compute: Callable[[Array, Block, Array | None], Array], x: Array) -> Array:
        """Return the block, with these outputs computed by another engine."""
        for box in self.boxes:
            self.y[tiles.within(box, block)] = compute(x, box, None)
        return self.y


class Fourier:
    """The engine for long kernels."""

    name = "fourier"
    stores = False
    units = UNITS

    def refusal(self, case: Case) -> str:
        """Refuse number types without a transform, and kernels that are not finite."""
        if not case.integers and case.work.char not in "fdgFDG":
            return f"there is no transform for dtype {case.work}"
        if case.accuracy == "elementwise":
            return "accuracy='elementwise' is asked for, and a transform's error is relative to its whole tile"
        if not case.kernel.size:
            return "the kernel has no taps"
        span = prod(abs(axis.d) * (axis.k - 1) + 1 for axis in case.plan.axes)
        if span > large.LARGEST:
            return f"the dilated kernel spans {span} samples, more than {large.LARGEST}"
        if not np.isfinite(case.kernel).all():
            return "h has a NaN or an infinity, which a transform would spread over every output"
        return ""

    def nanoseconds(self, case: Case) -> float:
        """Predict from its work."""
        return current().time(self.name, self.features(case))

    def features(self, case: Case) -> dict[str, float]:
        """Return the work of the fastest tiling, of the kind that is faster."""
        return _kind(case).features(case, current().together())

    def memory(self, case: Case) -> int:
        """Return the bytes of the kernel's spectra, and of a tile as it is read, transformed and transformed back."""
        return _kind(case).memory(case)

    def block(self, case: Case) -> tuple[int, ...]:
        """Return as many tiles as a twentieth of a second allows, or one large transform."""
        return _kind(case).block(case)

    def worker(self, case: Case, *, cautious: bool = False) -> Callable[[Array, Block, Array | None], Array]:
        """Return the function that computes a block; it raises `Unfit`, if cautious also for spiky tiles."""
        return Transformed(_made(case, cautious=cautious))


class Transformed:
    """The worker of a kernel that is transformed."""

    def __init__(self, made: tiles.Tiles | large.Large) -> None:
        self.made = made

    def __call__(self, x: Array, block: Block, out: Array | None) -> Array:
        """Return the outputs of a block, or raise `Unfit`."""
        y, left = self.made.compute(x, block, out)
        if not left:
            return y
        why = REASONS[left[0][1]]
        if self.made.case.integers:
            why = "the error bound of a tile is not below 0.5, which exact integers need"
        raise Unfit(why, y, [box for box, _ in left])


def block_bound(case: Case, x: Array, block: Block, bound: Array, *, cautious: bool = False) -> None:
    """Fill in the bound on the error of every output of a block, but for those that are not transformed."""
    bounds, unfit = _made(case, cautious=cautious).bounds(x, block)
    for box, _ in unfit:
        bounds[tiles.within(box, block)] = bound[tiles.within(box, block)]
    bound[...] = bounds


def _made(case: Case, *, cautious: bool) -> tiles.Tiles | large.Large:
    return (tiles.Tiles if _compiled(case) else large.Large)(case, cautious=cautious)


class _Kind(Protocol):
    """What `tiles` and `large` have."""

    def features(self, case: Case, speed: float) -> dict[str, float]: ...
    def memory(self, case: Case) -> int: ...
    def block(self, case: Case) -> tuple[int, ...]: ...


def _kind(case: Case) -> _Kind:
    return tiles if _compiled(case) else large


def _compiled(case: Case) -> bool:
    """Whether compiled tiles can do the case, and are not predicted to be slower than large transforms.

    Whole numbers go to them whenever they can: they part them as their bound asks. The shipped rates and two threads
    decide, whatever a machine's own are: they set the bits.
    """
    if tiles.refusal(case) or case.integers:
        return not tiles.refusal(case)
    rates = shipped()
    work = tiles.features(case, large.USUAL), large.features(case, large.USUAL)
    return rates.time("fourier", work[0]) <= rates.time("fourier", work[1])


fourier = Fourier()
