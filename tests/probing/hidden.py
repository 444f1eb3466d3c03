"""One axis of a convention that a function hides, as a table from the oracle: nothing of tapwise computes here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from tests import oracle

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Hidden:
    """One axis, in words; `apply` of several makes a function of a signal and a kernel."""

    operator: str
    size: tuple[Any, ...]
    anchor: tuple[str, int, str] = ("low", 0, "taps")
    order: str = "forward"
    stride: int = 1
    dilation: int = 1
    spread: int = 1
    below: str = "zero"
    above: str = "zero"
    constants: tuple[Any, Any] = (0, 0)
    padding: int = 0
    length: int | None = None

    def words(self) -> dict[str, Any]:
        """The words of `Convention.of`."""
        size = f"{self.size[0]}({self.size[1]},{self.size[2]})" if len(self.size) > 1 else self.size[0]
        sides = [
            side if side != "constant" else f"constant({value})"
            for side, value in zip((self.below, self.above), self.constants, strict=True)
        ]
        return {
            "operator": self.operator, "size": size,
            "anchor": f"{self.anchor[0]}{self.anchor[1]:+d} in {self.anchor[2]}",
            "output": self.order, "stride": self.stride, "dilation": self.dilation, "spread": self.spread,
            "boundary": " | ".join(sides), "output_padding": self.padding, "length": self.length,
        }  # fmt: skip

    def at(self, count: int) -> int:
        rule, shift, _ = self.anchor
        return {"first": 0, "low": (count - 1) // 2, "high": count // 2, "last": count - 1}[rule] + shift

    def anchors(self, n: int, k: int) -> tuple[int | None, int | None]:
        """The tap on the output, and for a kernel that is longer the sample."""
        span, length = self.dilation * (k - 1) + 1, (n - 1) * self.spread + 1
        samples = self.anchor[2] == "samples"
        tap, step = (self.at(span), self.dilation) if samples else (self.at(k), 1)
        short, gap = (self.at(length), self.spread) if samples else (self.at(n), 1)
        if self.size[0] == "same" or (self.size[0] == "longest" and length >= span):
            if not 0 <= tap < (span if samples else k):
                raise ValueError("anchor")
            return (tap // step if tap % step == 0 else None), None
        if self.size[0] == "longest":
            if not 0 <= short < (length if samples else n):
                raise ValueError("anchor")
            return None, (short // gap if short % gap == 0 else None)
        return 0, 0


@lru_cache(maxsize=1 << 12)
def table(axis: Hidden, n: int, k: int, swap: bool = False) -> Array:
    """Outputs × taps × (samples and one place for each side's constant): 1 where they meet."""
    at, short = axis.anchors(n, k)
    moved = 0
    if at is None and short is None:  # the anchor lies between two taps: the tap before it, and then along
        span, length = axis.dilation * (k - 1) + 1, (n - 1) * axis.spread + 1
        if axis.size[0] == "same" or length >= span:
            at, moved = divmod(axis.at(span), axis.dilation)
        else:
            short, moved = divmod(axis.at(length), axis.spread)
    found: Array = np.zeros((0, k, n + 2))
    for place, (below, above) in enumerate(((axis.below, "zero"), ("zero", axis.above))):
        rows = _rows(axis, n, k, at, short, moved, below, above, swap)
        if not rows and axis.size[0] in ("valid", "pads"):
            raise ValueError("no window")
        if place == 0:
            found = np.zeros((len(rows), k, n + 2))
        for o, pairs in enumerate(rows):
            for t, label in pairs:
                if label != oracle.ZERO:
                    found[o, t, label if isinstance(label, int) else n + place] = 1
    return found


def _rows(
    axis: Hidden, n: int, k: int, at: int | None, short: int | None, moved: int, below: str, above: str, swap: bool
) -> list[list[tuple[int, oracle.Label]]]:
    words: dict[str, Any] = {
        "operator": axis.operator, "order": axis.order, "stride": axis.stride, "dilation": axis.dilation,
        "spread": axis.spread, "below": below, "above": above, "swap": swap,
    }  # fmt: skip
    if moved == 0:
        return oracle.axis(n, k, size=axis.size, anchor=at, short_anchor=short, **words)
    # Written as pads: the oracle's anchors are taps, and this one lies `moved` samples beside one.
    span, length = axis.dilation * (k - 1) + 1, (n - 1) * axis.spread + 1
    if short is None:
        before = axis.at(span) if axis.operator == "cross-correlation" else span - 1 - axis.at(span)
        lo, count = before, length
    else:
        lo, count = span - 1 - axis.at(length), span
    return oracle.axis(n, k, size=("pads", lo, count - 1 + span - length - lo), **words)


def turned(axis: Hidden, m: int, k: int) -> Array:
    """The table of the transpose: the shortest signal that makes m outputs, and the padding more.

    Where even no sample makes them, it is refused.
    """
    if axis.length is not None:
        whole = table(axis, axis.length, k)
        if len(whole) != m:
            raise ValueError("length")
    else:
        low, high = 0, 3 * m + 40
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if _count(axis, middle, k) >= m else (middle + 1, high)
        if not low or _count(axis, low, k) != m:
            raise ValueError("no length")
        whole = table(axis, low + axis.padding, k)
        if axis.padding < axis.stride and len(whole) != m:
            raise ValueError("length")
    return np.pad(whole[:m, :, :-2].transpose(2, 1, 0), [(0, 0), (0, 0), (0, 2)])


def _count(axis: Hidden, n: int, k: int) -> int:
    try:
        return len(table(axis, n, k))
    except ValueError:
        return 0
