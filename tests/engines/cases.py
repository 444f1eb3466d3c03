"""Random small cases with what the oracle says of them: every factor of the equation, different on every axis."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

import tapwise as tw
from tests import oracle
from tests.engines.forced import forced

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = np.ndarray[Any, np.dtype[Any]]

CONSTANT = 5
FACTORS: dict[str, list[Any]] = {
    "operator": ["convolution", "cross-correlation"],
    "size": [
        ("valid",), ("same",), ("full",), ("longest",), ("pads", 0, 3), ("pads", 2, 1), ("pads", -1, 2),
        ("pads", 7, -2), ("same-upper",), ("same-lower",), ("lags", -2, 3), ("lags", -9, -4),
    ],
    "anchor": ["first", "low", "high", "last", "first+1", "last-1"],
    "output": ["forward", "reversed"],
    "stride": [1, 2, 3],
    "dilation": [1, 2, 3],
    "spread": [1, 2, 3],
    "below": ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"],
    "above": ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"],
}  # fmt: skip


@dataclass(frozen=True)
class Axis:
    """One axis: two lengths, and a value of every factor."""

    n: int
    k: int
    operator: str
    size: tuple[Any, ...]
    anchor: str
    output: str
    stride: int
    dilation: int
    spread: int
    below: str
    above: str

    @property
    def words(self) -> dict[str, Any]:
        """The axis in the words of `Convention.of`."""
        rule, *numbers = self.size
        size = f"{rule}({numbers[0]},{numbers[1]})" if numbers else rule
        sides = f"{self.below} | {self.above}".replace("constant", f"constant({CONSTANT})")
        same = {f: getattr(self, f) for f in ("operator", "anchor", "output", "stride", "dilation", "spread")}
        return {**same, "size": size, "boundary": sides}

    def pairs(self) -> list[list[tuple[int, oracle.Label]]] | None:
        """What the oracle pairs; None where there is nothing to compute."""
        shorter = (self.n - 1) * self.spread < self.dilation * (self.k - 1)
        least = self.n if self.size[0] == "longest" and shorter else self.k
        if self.size[0] in ("same", "longest") and not 0 <= taken(self.anchor, least) < least:
            return None
        if not self.n and not {self.below, self.above} <= {"zero", "constant"}:
            return None
        return oracle.axis(
            self.n, self.k, operator=self.operator, size=self.size, anchor=taken(self.anchor, self.k),
            short_anchor=taken(self.anchor, self.n), order=self.output, stride=self.stride, dilation=self.dilation,
            spread=self.spread, below=self.below, above=self.above,
        ) or None  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Axes with a signal, a kernel, and the right result; the filtered axes of the signal are `places`."""

    axes: tuple[Axis, ...]
    places: tuple[int, ...]
    x: Array
    h: Array
    y: Array

    @property
    def words(self) -> dict[str, Any]:
        """The case in the words of `tw.apply`."""
        each = [axis.words for axis in self.axes]
        return {name: tuple(words[name] for words in each) for name in each[0]} | {"axes": self.places}


def wrong(cases: list[Case], way: str, *, small: bool = False) -> list[Case]:
    """Return the cases that a way of computing gets wrong: the checker, which test_twins.py proves."""
    with forced(way, small=small) as engine:
        return [case for case in cases if not equal(tw.apply(case.x, case.h, engine=engine, **case.words), case.y)]


def equal(ours: Array, right: Array) -> bool:
    """Whether two whole-number arrays agree in shape, dtype and every element."""
    return ours.shape == right.shape and ours.dtype == np.int64 and bool((ours == right).all())


def taken(rule: str, count: int) -> int:
    """The anchor rule, from its words."""
    base, shift = rule[:5].rstrip("+-1"), 1 if "+" in rule else -1 if "-" in rule else 0
    return {"first": 0, "low": (count - 1) // 2, "high": count // 2, "last": count - 1}[base] + shift


def drawn(seed: int, ndim: int, count: int, *, batch: int = 0) -> list[Case]:
    """Return `count` cases of `ndim` filtered axes, with up to `batch` axes between, before or after them."""
    rng = np.random.default_rng(seed)
    cases: list[Case] = []
    while len(cases) < count:
        axes = tuple(_axis(rng, most=(7, 4, 3)[ndim - 1]) for _ in range(ndim))
        pairs = [pairs for axis in axes if (pairs := axis.pairs()) is not None]
        if len(pairs) == ndim:
            cases.append(_case(rng, axes, pairs, int(rng.integers(0, batch + 1))))
    return cases


def _axis(rng: np.random.Generator, most: int) -> Axis:
    values = {name: options[rng.integers(len(options))] for name, options in FACTORS.items()}
    return Axis(n=int(rng.integers(0 if most == 7 else 1, most + 1)), k=int(rng.integers(1, most)), **values)


def _case(rng: np.random.Generator, axes: tuple[Axis, ...], pairs: list[Any], batch: int) -> Case:
    order = [int(p) for p in rng.permutation(len(axes) + batch)]
    places = tuple(order[: len(axes)])
    extra = {place: int(rng.integers(1, 4)) for place in order[len(axes) :]}
    lengths = {place: axis.n for place, axis in zip(places, axes, strict=True)} | extra
    x = rng.integers(-99, 100, [lengths[p] for p in sorted(lengths)])
    h = rng.integers(-99, 100, [axis.k for axis in axes])
    rows = np.moveaxis(x, places, range(-len(axes), 0))
    y = np.zeros((*rows.shape[:batch], *(len(p) for p in pairs)), np.int64)
    for row in np.ndindex(rows.shape[:batch]):
        for place, value in oracle.apply(_plain(rows[row]), _plain(h), pairs, constant=CONSTANT).items():
            y[row + place] = value
    return Case(axes, places, x, h, np.moveaxis(y, range(-len(axes), 0), places))


def _plain(values: Array) -> dict[tuple[int, ...], int]:
    return {place: int(value) for place, value in np.ndenumerate(values)}


def values(cases: list[Case]) -> Iterator[tuple[str, Any]]:
    """Yield every (factor, value) that occurs."""
    for case in cases:
        for axis in case.axes:
            yield from ((field.name, getattr(axis, field.name)) for field in fields(axis))
