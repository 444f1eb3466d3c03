"""Random conventions as opaque functions, made from the oracle's lists: nothing of tapwise computes here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from tests import oracle

Array = np.ndarray[Any, np.dtype[Any]]
BOUNDARIES = ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"]
RULES = ["first", "low", "high", "last"]


@dataclass(frozen=True)
class Hidden:
    """One axis, in words; `apply` of several makes a function of a signal and a kernel."""

    operator: str
    size: tuple[Any, ...]
    anchor: tuple[str, int] = ("low", 0)
    order: str = "forward"
    stride: int = 1
    dilation: int = 1
    spread: int = 1
    below: str = "zero"
    above: str = "zero"
    constant: int = 0
    padding: int = 0

    def words(self) -> dict[str, Any]:
        """The words of `Convention.of`."""
        size = f"{self.size[0]}({self.size[1]},{self.size[2]})" if len(self.size) > 1 else self.size[0]
        sides = [side if side != "constant" else f"constant({self.constant})" for side in (self.below, self.above)]
        return {
            "operator": self.operator, "size": size, "anchor": f"{self.anchor[0]}{self.anchor[1]:+d}",
            "output": self.order, "stride": self.stride, "dilation": self.dilation, "spread": self.spread,
            "boundary": " | ".join(sides), "output_padding": self.padding,
        }  # fmt: skip

    def table(self, n: int, k: int, *, swap: bool = False) -> Array:
        """Outputs × taps × (samples and one place for the constant): 1 where they meet."""
        at, short = self.at(k), self.at(n) if n else None
        span, length = self.dilation * (k - 1) + 1, (n - 1) * self.spread + 1
        if self.size[0] == "same" and not 0 <= at < k:
            raise ValueError("anchor")
        if self.size[0] == "longest":
            longer = length >= span
            if not (0 <= at < k if longer else short is not None and 0 <= short < n):
                raise ValueError("anchor")
        rows = oracle.axis(
            n, k, operator=self.operator, size=self.size, anchor=at, short_anchor=short, order=self.order,
            stride=self.stride, dilation=self.dilation, spread=self.spread, below=self.below, above=self.above,
            swap=swap,
        )  # fmt: skip
        if not rows and self.size[0] in ("valid", "pads"):
            raise ValueError("no window")
        table = np.zeros((len(rows), k, n + 1))
        for o, pairs in enumerate(rows):
            for t, label in pairs:
                if label != oracle.ZERO:
                    table[o, t, label if isinstance(label, int) else n] = 1
        return table

    def at(self, count: int) -> int:
        rule, shift = self.anchor
        return {"first": 0, "low": (count - 1) // 2, "high": count // 2, "last": count - 1}[rule] + shift


@dataclass(frozen=True)
class Opaque:
    """A function of a signal and a kernel."""

    axes: tuple[Hidden, ...]
    operands: str = "as-given"
    direction: str = "forward"

    def words(self) -> dict[str, Any]:
        each = [axis.words() for axis in self.axes]
        words: dict[str, Any] = {name: tuple(one[name] for one in each) for name in each[0]}
        return words | {"operands": self.operands, "direction": self.direction}

    def __call__(self, x: Array, h: Array) -> Array:
        if x.ndim != len(self.axes) or h.ndim != x.ndim:
            raise ValueError("axes")
        if self.operands == "exchanged":
            x, h = h, x
        swap = False
        if self.operands == "longer-first":
            lengths = [(n - 1) * a.spread + 1 for a, n in zip(self.axes, x.shape, strict=True)]
            spans = [a.dilation * (k - 1) + 1 for a, k in zip(self.axes, h.shape, strict=True)]
            swap = any(n < k for n, k in zip(lengths, spans, strict=True))
            valid = any(a.size == ("valid",) for a in self.axes)
            if swap and valid and any(n > k for n, k in zip(lengths, spans, strict=True)):
                raise ValueError("neither is the longer")
        if self.direction == "transposed":
            tables = [self.turned(a, n, k) for a, n, k in zip(self.axes, x.shape, h.shape, strict=True)]
        else:
            tables = [a.table(n, k, swap=swap) for a, n, k in zip(self.axes, x.shape, h.shape, strict=True)]
        full = x.astype(float)
        for number, axis in enumerate(self.axes):
            full = np.pad(full, [(0, int(a == number)) for a in range(x.ndim)], constant_values=axis.constant)
        pairs = full
        for table in tables:  # (..., samples, rest) becomes (rest, outputs, taps): the axes come round in turn
            pairs = np.moveaxis(np.tensordot(table, pairs, (2, 0)), (0, 1), (-2, -1))
        pairs = pairs.transpose([*range(0, 2 * x.ndim, 2), *range(1, 2 * x.ndim, 2)])
        y: Array = np.tensordot(pairs, h.astype(float), x.ndim)
        return y.astype(np.result_type(x, h))

    def turned(self, axis: Hidden, m: int, k: int) -> Array:
        """The table of the transpose: the shortest signal that makes m outputs, and the padding more."""
        for n in range(1, 3 * m + 30):
            try:
                if len(axis.table(n, k)) == m:
                    break
            except ValueError:
                continue
        else:
            raise ValueError("no length")
        longer = axis.table(n + axis.padding, k)
        if len(longer) != m:
            raise ValueError("length")
        return np.pad(longer[:, :, :-1].transpose(2, 1, 0), [(0, 0), (0, 0), (0, 1)])


def random_axis(rng: np.random.Generator, plain: bool = False) -> Hidden:
    """Any axis of the vocabulary."""

    def pick(*words: Any) -> Any:
        return words[int(rng.integers(len(words)))]

    size = pick(
        ("valid",), ("valid",), ("same",), ("same",), ("same",), ("full",), ("same-upper",), ("same-lower",),
        ("longest",),
        ("pads", int(rng.integers(-1, 4)), int(rng.integers(-1, 4))),
        ("lags", int(rng.integers(-4, 3)), int(rng.integers(3, 8))),
    )  # fmt: skip
    below = pick(*BOUNDARIES)
    above = below if rng.random() < 0.7 else pick(*BOUNDARIES)
    if size == ("valid",):
        below = above = "zero"
    s, d, u = (1, 1, 1) if plain or rng.random() < 0.4 else (int(v) for v in rng.integers(1, 4, 3))
    rule = pick(*RULES)
    shift = {"first": pick(0, 0, 1), "last": pick(0, 0, -1)}.get(rule, pick(0, 0, 0, 1, -1))
    return Hidden(
        pick("convolution", "cross-correlation"), size, (rule, int(shift)),
        pick("forward", "forward", "forward", "reversed"), s, d, min(u, 2) if s == 1 else 1,
        below, above, int(rng.integers(1, 6)) if "constant" in (below, above) else 0,
    )  # fmt: skip
