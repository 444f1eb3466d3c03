"""Gradients as steps: which upstream gradients reach each sample and each tap."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tapwise.explanation.pairs import plain, term_of
from tapwise.explanation.terms import Index, Step, Term
from tapwise.geometry import Plan, kernel_turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.channels import Layer
    from tapwise.channels.layout import Layout
    from tapwise.channels.setting import Setting
    from tapwise.convention import Convention

Array = np.ndarray[Any, np.dtype[Any]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Places:
    """Where an index has its batch, channel and spatial parts: by the layouts of a layer, or spatial parts alone.

    `taken` and `fed` are the input and the output channels of a group.
    """

    signal: Layout | None = None
    kernel: Layout | None = None
    taken: int = 1
    fed: int = 1

    def channel(self, output: int, within: int) -> int:
        """Return the input channel that an output channel reads by its tap number `within` the group."""
        return output // self.fed * self.taken + within

    def of_signal(self, batch: T, channel: T, at: tuple[T, ...]) -> tuple[T, ...]:
        """Return the index of a signal, or of an output."""
        if self.signal is None:
            return at
        return self.signal.own((*((batch,) if "N" in self.signal.letters else ()), *at, channel))

    def of_kernel(self, output: T, channel: T, at: tuple[T, ...]) -> tuple[T, ...]:
        """Return the index of a tap."""
        return at if self.kernel is None else self.kernel.own((*at, output, channel))

    def in_signal(self, index: Index) -> tuple[int, int, Index]:
        """Return (batch, channel, spatial part) of a signal's index."""
        if self.signal is None:
            return 0, 0, index
        *at, channel = self.signal.sorted(index)
        batch = at.pop(0) if "N" in self.signal.letters else 0
        return batch, channel, tuple(at)

    def in_kernel(self, index: Index) -> tuple[int, int, Index]:
        """Return (output channel, input channel, spatial part) of a tap's index."""
        if self.kernel is None:
            return 0, 0, index
        *at, output, channel = self.kernel.sorted(index)
        return output, channel, tuple(at)


@dataclass(frozen=True)
class GradientSteps:
    """Both gradients of an operator or a layer on given numbers, and the steps that made them.

    Attributes
    ----------
    convention : Convention
        The forward operator.
    layer : Layer or None
        The layer, where there are channels.
    plan, input_plan, kernel_plan : Plan
        The relation solved for the outputs, for the input and for the kernel.
    x, h, gradient : ndarray
        Signal, kernel, and dL/dy, as they were given.
    input_gradient, kernel_gradient : ndarray
        dL/dx and dL/dh.
    bias_gradient : ndarray or None
        dL/dbias of a layer.
    spread : ndarray
        The upstream gradient with the stride's zeros between its values: what the other operator slides over.
    input_steps : tuple of Step
        One for each sample, and for each position outside that the boundary reads from a sample: its terms pair a tap
        (`tap`, `weight`) with an output (`position`, `value`), "outside" where there is no such output and "between"
        where the stride put a zero.
    folds : tuple of Step
        Where positions outside are read from samples: each sample's gradient as the sum of its positions'; the terms
        have no tap and weight 1.
    kernel_steps : tuple of Step
        One for each tap: its terms pair an output (`tap`, `weight`: the gradient has the kernel's place) with the input
        (`position`, `sample`, `value`) that it reads through this tap.
    """

    convention: Convention
    layer: Layer | None
    places: Places
    plan: Plan
    input_plan: Plan
    kernel_plan: Plan
    x: Array
    h: Array
    gradient: Array
    input_gradient: Array
    kernel_gradient: Array
    bias_gradient: Array | None
    spread: Array
    input_steps: tuple[Step, ...]
    folds: tuple[Step, ...]
    kernel_steps: tuple[Step, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the gradients and their steps as plain data: words, numbers and lists."""

        def listed(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
            return [{"index": list(s.output), "terms": [t.to_dict() for t in s.terms], "total": s.total} for s in steps]

        return {
            "convention": self.convention.to_dict(),
            "input_gradient": self.input_gradient.tolist(),
            "kernel_gradient": self.kernel_gradient.tolist(),
            "bias_gradient": None if self.bias_gradient is None else self.bias_gradient.tolist(),
            "spread": self.spread.tolist(),
            "input_steps": listed(self.input_steps),
            "folds": listed(self.folds),
            "kernel_steps": listed(self.kernel_steps),
        }


class Maker:
    """What makes the steps: the plans and the arrays, batch first and channels last."""

    def __init__(self, layer: Layer, met: Setting, places: Places, x: Array, h: Array, g: Array) -> None:
        single = places.signal is None
        self.met, self.places = met, places
        self.kernel_plan = kernel_turn(met.base)
        x, h, g = (x[None], h[None, None], g[None]) if single else (x, h, g)
        dx, dh = layer.input_gradient(g, h, shape=x.shape), layer.kernel_gradient(g, x, shape=h.shape)
        self.dx, self.dh = (dx[0], dh[0, 0]) if single else (dx, dh)
        self.x, self.g = (a if "N" in met.signal.letters else a[None] for a in (met.sorted(x), met.sorted(g)))
        self.h = h.transpose(met.kernel.order)

    def input_steps(self, samples: list[Index]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Return the steps of the positions at which these samples are read, and of their sums if there are more."""
        folded = any(self.met.input_plan.folds)
        steps: dict[Index, Step] = {}
        folds = []
        for sample in samples:
            batch, channel, at = self.places.in_signal(sample)
            result = plain(self.dx[sample])
            parts = []
            for position in self._read_at(at):
                index = self.places.of_signal(batch, channel, position)
                terms = tuple(self._fed(batch, channel, position))
                total = _sum(terms)
                steps[index] = Step(index, None, terms, total, total if folded else result)
                status = "sample" if position == at else "boundary"
                parts.append(Term(None, index, sample, status, 1, total, total))
            if folded:
                folds.append(Step(sample, None, tuple(parts), _sum(parts), result))
        return tuple(steps[index] for index in sorted(steps)), tuple(folds)

    def kernel_steps(self, taps: list[Index]) -> tuple[Step, ...]:
        """Return the steps of these taps."""
        steps = []
        for tap in taps:
            output, channel, at = self.places.in_kernel(tap)
            terms = tuple(self._met(output, channel, at))
            steps.append(Step(tap, None, terms, _sum(terms), plain(self.dh[tap])))
        return tuple(steps)

    def spread(self) -> Array:
        """Return the upstream gradient with the stride's zeros, in the order of the positions it was made from."""
        axes = self.met.base.axes
        lengths = [(axis.m - 1) * abs(axis.s) + 1 if axis.m else 0 for axis in axes]
        wide = np.zeros((self.g.shape[0], *lengths, self.g.shape[-1]), self.g.dtype)
        wide[(slice(None), *(slice(None, None, abs(axis.s)) for axis in axes))] = self.g[
            (slice(None), *(slice(None, None, -1 if axis.s < 0 else 1) for axis in axes))
        ]
        if self.places.signal is None:
            return wide[0, ..., 0]
        own = wide if "N" in self.met.signal.letters else wide[0]
        return np.ascontiguousarray(own.transpose(self.met.signal.back))

    def _read_at(self, sample: Index) -> list[Index]:
        """Return the positions at which a sample is read: its own first, then those where the boundary reads it."""
        axes = []
        for i, fold in zip(sample, self.met.input_plan.folds, strict=True):
            axes.append([i, *([e - fold.lead for e, j in fold.pairs() if j == i] if fold else [])])
        return list(itertools.product(*axes))

    def _fed(self, batch: int, channel: int, position: Index) -> Iterator[Term]:
        """Yield the pairs of taps and outputs that a position of the signal meets."""
        plan, fed = self.met.input_plan, self.places.fed
        group, within = divmod(channel, self.places.taken)
        extended = [p + (fold.lead if fold else 0) for p, fold in zip(position, plan.folds, strict=True)]
        pairs = [[(t, axis.input(e, t)) for t in axis.window()] for axis, e in zip(plan.axes, extended, strict=True)]
        for o in range(group * fed, (group + 1) * fed):
            for pair in itertools.product(*pairs):
                tap = tuple(t for t, _ in pair)
                weight = self.h[(*tap, o, within)].conjugate()
                term = term_of(plan.axes, tap, [m for _, m in pair], self.g[batch, ..., o], weight, conjugate=False)
                at = None if term.position is None else self.places.of_signal(batch, o, term.position)
                sample = at if term.sample is not None else None
                yield replace(term, tap=self.places.of_kernel(o, within, tap), position=at, sample=sample)

    def _met(self, output: int, within: int, tap: Index) -> Iterator[Term]:
        """Yield the pairs of outputs and inputs that a tap meets."""
        plan, channel = self.kernel_plan, self.places.channel(output, within)
        pairs = [[(m, axis.input(t, m)) for m in axis.window()] for axis, t in zip(plan.axes, tap, strict=True)]
        for batch in range(self.x.shape[0]):
            for pair in itertools.product(*pairs):
                at = tuple(m for m, _ in pair)
                weight, x = self.g[(batch, *at, output)], self.x[batch, ..., channel]
                term = term_of(plan.axes, at, [i for _, i in pair], x, weight, conjugate=True)
                position, sample = (
                    None if part is None else self.places.of_signal(batch, channel, part)
                    for part in (term.position, term.sample)
                )  # fmt: skip
                yield replace(term, tap=self.places.of_signal(batch, output, at), position=position, sample=sample)


def _sum(terms: tuple[Term, ...] | list[Term]) -> Any:
    total: Any = 0
    for term in terms:
        total = total if term.product is None else total + term.product
    return total
