"""A layer by its definition, in plain loops; it imports nothing of tapwise.

    y[b, o, n] = bias[o] + Σ_c Σ_k w[o, c, k]·xp[b, c, s·n + d·k]         cross-correlation
    y[b, o, n] = bias[o] + Σ_c Σ_k w[o, c, k]·xp[b, c, s·n + d·(K-1-k)]   convolution, in the same window

with xp the signal padded by zeros, c over the inputs of o's group. Each product w·x gives g·w to the gradient of its x,
and g·x to the gradient of its w: the definition of both gradients.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Layer:
    """One random layer and its numbers, batch first, channels second."""

    x: Any
    w: Any
    bias: Any
    operator: str
    stride: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths of the output."""
        sides = zip(self.x.shape[2:], self.w.shape[2:], self.stride, self.pads, self.dilation, strict=True)
        return tuple((n + lo + hi - d * (k - 1) - 1) // s + 1 for n, k, s, (lo, hi), d in sides)

    @property
    def remainders(self) -> tuple[int, ...]:
        """The padded samples that no window reaches."""
        sides = zip(self.x.shape[2:], self.w.shape[2:], self.stride, self.pads, self.dilation, strict=True)
        return tuple((n + lo + hi - d * (k - 1) - 1) % s for n, k, s, (lo, hi), d in sides)

    @property
    def words(self) -> dict[str, Any]:
        """The same in tapwise's words."""
        return {
            "operator": self.operator, "stride": self.stride, "dilation": self.dilation,
            "size": tuple(f"pads({lo},{hi})" for lo, hi in self.pads),
        }  # fmt: skip


def computed(layer: Layer, g: Any = None) -> tuple[Any, Any, Any, Any]:
    """The outputs, and the gradients of signal, kernel and bias for the upstream gradient `g` (zeros without one)."""
    w, per_group, fed = layer.w, layer.w.shape[1], layer.w.shape[0] // layer.groups
    x = np.pad(layer.x, [(0, 0), (0, 0), *layer.pads])
    y = np.zeros((x.shape[0], w.shape[0], *layer.lengths), x.dtype)
    g = np.zeros_like(y) if g is None else g
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(layer.bias)
    for b, o in itertools.product(range(x.shape[0]), range(w.shape[0])):
        for n in itertools.product(*map(range, layer.lengths)):
            here = (b, o, *n)
            y[here] += layer.bias[o]
            db[o] += g[here]
            for c, k in itertools.product(range(per_group), list(itertools.product(*map(range, w.shape[2:])))):
                at = [
                    s * m + d * (t if layer.operator == "cross-correlation" else K - 1 - t)
                    for s, m, d, t, K in zip(layer.stride, n, layer.dilation, k, w.shape[2:], strict=True)
                ]
                read, tap = (b, o // fed * per_group + c, *at), (o, c, *k)
                y[here] += w[tap] * x[read]
                dx[read] += g[here] * w[tap]
                dw[tap] += g[here] * x[read]
    inside = tuple(slice(lo, lo + n) for (lo, _), n in zip(layer.pads, layer.x.shape[2:], strict=True))
    return y, dx[(slice(None), slice(None), *inside)], dw, db


def drawn(rng: np.random.Generator, ndim: int) -> Layer:
    """A random layer that has a window, different lengths on every axis."""

    def many(least: int, most: int) -> tuple[int, ...]:
        return tuple(int(n) for n in rng.integers(least, most + 1, ndim))

    while True:
        groups = int(rng.integers(1, 4))
        per_group, fed = int(rng.integers(1, 3)), int(rng.integers(1, 3))
        lengths, taps = (
            many(1, 8 if ndim == 1 else 6 if ndim == 2 else 4),
            many(1, 5 if ndim == 1 else 4 if ndim == 2 else 3),
        )
        operator = str(rng.choice(["cross-correlation", "convolution"]))
        layer = Layer(
            rng.integers(-9, 10, (int(rng.integers(1, 3)), groups * per_group, *lengths)),
            rng.integers(-9, 10, (groups * fed, per_group, *taps)),
            rng.integers(-9, 10, groups * fed), operator, many(1, 3),
            tuple(zip(many(0, 3), many(0, 3), strict=True)), many(1, 2), groups,
        )  # fmt: skip
        if all(n > 0 for n in layer.lengths):
            return layer
