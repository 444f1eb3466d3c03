"""Layers from their definition: the forward pass by SciPy's functions, the gradients pair by pair. Nothing of ours."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.signal

Array = np.ndarray[Any, np.dtype[Any]]
PAD = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@dataclass(frozen=True)
class Case:
    """One layer, its numbers, and a gradient from above."""

    operator: str
    x: Array
    w: Array
    b: Array
    g: Array
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int
    pads: tuple[tuple[int, int], ...]
    mode: str

    @property
    def ndim(self) -> int:
        return len(self.stride)

    def positions(self, tap: tuple[int, ...]) -> tuple[slice, ...]:
        """Where the windows read under a tap: one sample of the padded input for each output."""
        lengths = self.w.shape[2:]
        turned = (
            tap if self.operator == "cross-correlation" else tuple(k - 1 - t for k, t in zip(lengths, tap, strict=True))
        )
        outputs = self.g.shape[2:]
        every = zip(turned, self.dilation, self.stride, outputs, strict=True)
        return tuple(slice(d * t, d * t + s * (m - 1) + 1, s) for t, d, s, m in every)


def padded(case: Case) -> Array:
    return np.pad(case.x, [(0, 0), (0, 0), *case.pads], mode=PAD[case.mode])  # type: ignore[call-overload,no-any-return]


def forward(case: Case) -> Array:
    """scipy.signal.convolve or correlate on each pair of channels, every stride-th output kept."""
    slide = {"convolution": scipy.signal.convolve, "cross-correlation": scipy.signal.correlate}[case.operator]
    xp, wide = padded(case), spread(case.w, case.dilation)
    out, per_group = case.w.shape[:2]
    y = np.zeros((len(xp), *case.g.shape[1:]), case.x.dtype)
    for n, o, c in itertools.product(range(len(xp)), range(out), range(per_group)):
        channel = o // (out // case.groups) * per_group + c
        full = slide(xp[n, channel], wide[o, c], "valid", method="direct")
        y[n, o] += full[tuple(slice(None, None, s) for s in case.stride)]
    return y + case.b.reshape(-1, *[1] * case.ndim)


def spread(w: Array, dilation: tuple[int, ...]) -> Array:
    wide = np.zeros(w.shape[:2] + tuple(d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:], strict=True)), w.dtype)
    gaps: Any = (..., *(slice(None, None, d) for d in dilation))
    wide[gaps] = w
    return wide


def gradients(case: Case) -> tuple[Array, Array, Array]:
    """The gradients of <g, y> for input, kernel and bias: every tap with every output, as they met."""
    xp = padded(case)
    gxp, gw = np.zeros_like(xp), np.zeros_like(case.w)
    out, per_group = case.w.shape[:2]
    size = out // case.groups
    for tap in np.ndindex(case.w.shape[2:]):
        read: Any = (..., *case.positions(tap))
        for group in range(case.groups):
            outs, ins = slice(group * size, group * size + size), slice(group * per_group, (group + 1) * per_group)
            weights: Any = (outs, slice(None), *tap)
            g = case.g[:, outs].reshape(len(xp), size, -1)
            part = xp[:, ins][read]
            gw[weights] = np.einsum("bom,bcm->oc", g, part.reshape(len(xp), per_group, -1))
            spreads = np.einsum("bom,oc->bcm", g, case.w[weights])
            gxp[:, ins][read] += spreads.reshape(part.shape)
    return unpadded(case, gxp), gw, case.g.sum(axis=(0, *range(2, case.g.ndim)))


def unpadded(case: Case, gxp: Array) -> Array:
    """Each padded sample's gradient, added to the sample that it was read from."""
    for axis, (below, above) in enumerate(case.pads, 2):
        length = case.x.shape[axis]
        if case.mode == "zeros":
            gxp = np.take(gxp, range(below, below + length), axis)
            continue
        source = np.pad(np.arange(length), (below, above), mode=PAD[case.mode])  # type: ignore[call-overload]
        gathered = np.zeros((length, *np.moveaxis(gxp, axis, 0).shape[1:]), gxp.dtype)
        np.add.at(gathered, source, np.moveaxis(gxp, axis, 0))
        gxp = np.moveaxis(gathered, 0, axis)
    return gxp


def cases(count: int, seed: int, *, whole: bool) -> list[Case]:
    """Random layers with different lengths on every axis; small integers, or normal numbers."""
    rng = np.random.default_rng(seed)

    def draw(shape: tuple[int, ...]) -> Array:
        return rng.integers(-4, 5, shape).astype(float) if whole else rng.normal(size=shape)

    found = []
    for number in range(count):
        ndim = 1 + number % 3
        groups, ins, outs = (int(n) for n in rng.integers(1, 3, 3))
        kernel, stride, dilation = (
            tuple(int(n) for n in rng.integers(1, most + 1, ndim)) for most in (4 if ndim < 3 else 3, 3, 2)
        )
        mode = str(rng.choice(list(PAD)))
        pads = tuple((int(a), int(b)) for a, b in rng.integers(0, 4, (ndim, 2)))
        spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
        x = tuple(max(4, span - sum(pad)) + int(rng.integers(0, 5)) for span, pad in zip(spans, pads, strict=True))
        y = tuple((n + sum(p) - span) // s + 1 for n, p, span, s in zip(x, pads, spans, stride, strict=True))
        operator = ("convolution", "cross-correlation")[number // 3 % 2]
        batch = int(rng.integers(1, 3))
        numbers = (
            draw((batch, groups * ins, *x)), draw((groups * outs, ins, *kernel)), draw((groups * outs,)),
            draw((batch, groups * outs, *y)),
        )  # fmt: skip
        found.append(Case(operator, *numbers, stride, dilation, groups, pads, mode))
    return found


def bound(terms: int, magnitudes: Array) -> Array:
    """How far two float64 sums of so many products may lie apart, in any order: 2·γ_terms·Σ|a||b|."""
    unit = 2.0**-53
    return 2 * terms * unit / (1 - terms * unit) * magnitudes
