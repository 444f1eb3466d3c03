"""Steps: every (input, tap) pair that an output looks at, its values, and what became of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError, ShapeError, Shown
from tapwise.explanation.feeds import Feed, Feeds
from tapwise.explanation.labels import Labels, labels_of
from tapwise.explanation.pairs import plain, term_of
from tapwise.explanation.terms import Index, Step, Term
from tapwise.explanation.written import Written
from tapwise.geometry import operator_plan
from tapwise.operators import apply
from tapwise.operators.arrays import take
from tapwise.operators.meaning import understand
from tapwise.operators.problem import taps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapwise.convention import Convention
    from tapwise.geometry import Plan


@dataclass(frozen=True)
class Explanation(Written):
    """The steps of an operator on given numbers, what they are steps of, and how their indices are called.

    It is written down by `text`, `markdown`, `latex` and `html`, and shown as HTML in a notebook.
    """

    convention: Convention
    plan: Plan
    labels: Labels
    x: np.ndarray[Any, np.dtype[Any]]
    h: np.ndarray[Any, np.dtype[Any]]
    y: np.ndarray[Any, np.dtype[Any]]
    steps: tuple[Step, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def to_dict(self) -> dict[str, Any]:
        """Return the steps as plain data: words, numbers and lists."""
        return {
            "convention": self.convention.to_dict(),
            "y": self.y.tolist(),
            "steps": [
                {
                    "output": list(step.output),
                    "label": step.label and list(step.label),
                    "terms": [term.to_dict() for term in step.terms],
                    "total": step.total,
                    "result": step.result,
                    **({"missed": [term.to_dict() for term in step.missed]} if step.missed else {}),
                }
                for step in self.steps
            ],
        }

    def fed_by(self, sample: int | Index) -> Feeds:
        """Return the outputs that a sample feeds, itself or through the boundary, in the order of the outputs.

        What is returned can be gone through, and is written down by `text`, `markdown`, `latex` and `html`.

        Parameters
        ----------
        sample : int or tuple of int
            The sample, by its label.

        Raises
        ------
        ArgumentError
            If there is no such sample.

        Examples
        --------
        >>> steps = explain([2, 1, 3, 5, 4], [1, -1], operator="convolution")
        >>> [(feed.output, feed.tap) for feed in steps.fed_by(1)]
        [((0,), (0,)), ((1,), (1,))]
        >>> print(steps.fed_by(1).text(plain=True))
        x[1] feeds 2 outputs, by this law:
            y[m] = sum over i of x[i]*h[m - i + 1]
            x[1]*h[0 - 1 + 1]   x[1]*h[0]   1*1      goes into y[0]
            x[1]*h[1 - 1 + 1]   x[1]*h[1]   1*(-1)   goes into y[1]
        """
        label = _label("sample", sample, self.x.ndim)
        found = self.labels.input(label)
        if not all(0 <= i < n for i, n in zip(found, self.x.shape, strict=True)):
            rule = f"{self.labels.names[0]} has no such sample, its shape is {self.x.shape}"
            raise ArgumentError("sample", sample, rule, "write the index of one of its samples, as it is labelled")
        axes = [_readers(self.plan, number, i) for number, i in enumerate(found)]
        feeds = [
            Feed(tuple(o for o, _, _ in path), tuple(t for _, t, _ in path), tuple(p for _, _, p in path))
            for path in itertools.product(*axes)
        ]
        feeds.sort(key=lambda feed: feed.output)
        weights, conjugate = taps(self.convention.arithmetic, self.h), _conjugates(self.convention)
        terms = (
            term_of(self.plan.axes, feed.tap, list(feed.position), self.x, weights[feed.tap], conjugate=conjugate)
            for feed in feeds
        )
        return Feeds(self, found, tuple(feeds), tuple(terms))


def explain(
    x: Any,
    h: Any,
    convention: Convention | None = None,
    *,
    like: str | None = None,
    at: Any = None,
    most: int | None = None,
    around: int = 0,
    origin: Any = "corner",
    axis_order: str = "row, column",
    output_labels: str = "offset",
    names: Sequence[str] = ("x", "h", "y"),
    letters: bool | Sequence[str] = False,
    **words: Any,
) -> Explanation:
    """Return the steps by which outputs are made, as data that can be written down in four formats.

    Parameters
    ----------
    x, h : array_like
        Signal and kernel, with as many axes each.
    convention, like, **words
        What is meant, as for `tapwise.apply`.
    at : tuple of int, list of tuples, or None
        The outputs to explain, by their labels, which are their indices in the result unless an origin is given; all
        by default. In one dimension an int will do.
    most : int, optional
        With more outputs than this, explain only the first and the last half of as many.
    around : int
        Look also at this many inputs beside the window, along each axis, which meet no tap of the kernel.
    origin : {"corner", "textbook", "centre"} or mapping
        Where index 0 lies in signal, kernel and output; changes labels and no number. "corner": the first element of
        each. "textbook": the first of signal and kernel, and the output where the index law has no constant: y[m] is
        the sum of x[i]·h[m - i], so a valid convolution begins at m = K-1. "centre": the middle of the signal, the tap
        on the output sample, and the output again where the law has no constant. Or positions: {"x": 3, "h": 1}.
    axis_order : {"row, column", "column, row"}
        The order in which indices are written. NumPy's is the first; x[m, n] with m to the right is the second.
    output_labels : {"offset", "lag"}
        "lag" reverses the labels of the outputs: y[m] = sum of x[i]·h[m + i] for a cross-correlation.
    names : three str
        The names of signal, kernel and output.
    letters : bool or sequence of str
        Show the taps as letters (a, b, c, …) instead of numbers.

    Returns
    -------
    Explanation
        Whose steps' totals are the outputs of `tapwise.apply`: integers and exact numbers exactly, floats summed in
        double precision in the order of the terms.

    Raises
    ------
    ArgumentError, ShapeError
        If there is no such output; if the arrays have not as many axes; and as for `tapwise.apply`.

    Examples
    --------
    >>> step = explain([2, 1, 3, 5, 4], [1, -1], operator="convolution", at=0).steps[0]
    >>> [(term.tap, term.sample, term.product) for term in step.used], step.total
    ([((1,), (0,), -2), ((0,), (1,), 1)], -1)
    >>> steps = explain([2, 1, 3, 5, 4], [1, -1], operator="convolution", origin="textbook", at=1)
    >>> print(steps.text(levels=["symbols", "numbers"], over="inputs", plain=True))
    Convolution: the kernel is flipped before it slides over the signal.
    Size valid, stride 1.
        y[m] = sum over i of x[i]*h[m - i]
    x, the signal: 5 elements, index [i] from [0] to [4]
    h, the kernel: 2 elements, index [k] from [0] to [1]
    y, the output: 4 elements, index [m] from [1] to [4]
        y[1] = 2*(-1) + 1*1 = -2 + 1 = -1
    """
    signal, kernel = take("x", x), take("h", h)
    if signal.ndim != kernel.ndim:
        told, rule = Shown(f"array of shape {signal.shape}"), f"has {signal.ndim} axes and h has {kernel.ndim}"
        raise ShapeError("x", told, rule, "give both as many; of a colour image take one channel")
    meant, _ = understand(convention, like, words, ndim=kernel.ndim, defaults={})
    ring = whole("around", around, least=0)
    y = np.asarray(apply(signal, kernel, meant))
    if meant.operands == "exchanged":
        signal, kernel = kernel, signal
    plan, _ = operator_plan(meant, signal.shape, kernel.shape)
    labels = labels_of(
        meant, plan, origin=origin, axis_order=axis_order, output_labels=output_labels, names=names, letters=letters
    )
    weights = taps(meant.arithmetic, kernel)
    steps = tuple(
        _step(meant, plan, signal, weights, y, output, ring) for output in _outputs(at, y.shape, most, labels)
    )
    return Explanation(meant, plan, labels, signal, kernel, y, steps)


def _outputs(at: Any, shape: Index, most: int | None, labels: Labels) -> list[Index]:
    if at is None:
        total = prod(shape)
        if most is None or total <= most:
            return list(np.ndindex(shape))
        flat = [*range(most - most // 2), *range(total - most // 2, total)]
        return [tuple(int(i) for i in np.unravel_index(place, shape)) for place in flat]
    outputs = []
    for item in at if isinstance(at, list) else [at]:
        index = labels.output(_label("at", item, len(shape)))
        if not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
            told = f"the result has shape {shape}"
            if 0 not in shape:
                last = labels.of_output(tuple(n - 1 for n in shape))
                told += f", labelled from {list(labels.of_output((0,) * len(shape)))} to {list(last)}"
            raise ArgumentError("at", item, told, "write the index of one of its outputs")
        outputs.append(index)
    return outputs


def _label(argument: str, given: Any, ndim: int) -> Index:
    label = tuple(whole(argument, i) for i in (given if isinstance(given, tuple) else (given,)))
    if len(label) != ndim:
        raise ArgumentError(argument, given, f"there are {ndim} axes", "write one index for each")
    return label


def _step(meant: Convention, plan: Plan, x: Any, weights: Any, y: Any, output: Index, ring: int) -> Step:
    conjugate = _conjugates(meant)
    terms = []
    for pairs in itertools.product(*(_looked_at(plan, number, o) for number, o in enumerate(output))):
        tap = tuple(t for t, _ in pairs)
        terms.append(term_of(plan.axes, tap, [i for _, i in pairs], x, weights[tap], conjugate=conjugate))
    total: Any = 0
    for term in terms:
        total = total if term.product is None else total + term.product
    label = None
    if meant.direction == "forward":
        label = tuple(
            (axis.s * o + axis.c) * (1 if axis.s > 0 else -1) for axis, o in zip(plan.axes, output, strict=True)
        )
    missed = tuple(_missed(plan, output, x, ring, conjugate=conjugate)) if ring else ()
    return Step(output, label, tuple(terms), total, plain(y[output]), missed)


def _conjugates(meant: Convention) -> bool:
    """Whether samples are conjugated before they are multiplied."""
    return meant.arithmetic.conjugate == "signal"


def _missed(plan: Plan, output: Index, x: Any, ring: int, *, conjugate: bool) -> Iterator[Term]:
    """Yield the samples in and around the window that meet no tap, with the tap that the equation asks for."""
    axes = []
    for number, o in enumerate(output):
        axis, fold = plan.axes[number], plan.folds[number]
        at = axis.s * (o + (fold.lead if fold else 0)) + axis.c
        read = [i for _, i in _looked_at(plan, number, o) if i is not None]
        nearby = range(max(min(read) - ring, 0), min(max(read) + ring + 1, axis.n)) if read else range(0)
        axes.append([(i, divmod(axis.u * i - at, axis.d), axis.k) for i in nearby])
    for path in itertools.product(*axes):
        asked = [(tap if not between else None, k) for _, (tap, between), k in path]
        if all(tap is not None and 0 <= tap < k for tap, k in asked):
            continue
        position = tuple(i for i, _, _ in path)
        tap = None if any(t is None for t, _ in asked) else tuple(t for t, _ in asked if t is not None)
        value = plain(x[position])
        yield Term(tap, position, position, "no tap", None, value.conjugate() if conjugate else value, None)


def _readers(plan: Plan, number: int, sample: int) -> list[tuple[int, int, int]]:
    """Return the (output, tap, position) along one axis at which a sample is read, in the order of the outputs."""
    axis, fold = plan.axes[number], plan.folds[number]
    length = fold.n if fold else axis.m
    return [
        (o, t, i) for o in range(length) for t, i in _looked_at(plan, number, o)
        if i is not None and axis.source(i) == sample
    ]  # fmt: skip


def _looked_at(plan: Plan, number: int, output: int) -> list[tuple[int, int | None]]:
    """Return the (tap, position) pairs of one output along one axis; of a folded one, all that fold onto it."""
    axis, fold = plan.axes[number], plan.folds[number]
    places = [output]
    if fold:
        places = sorted([fold.lead + output, *(e for e, sample in fold.pairs() if sample == output)])
    return [(t, axis.input(o, t)) for o in places for t in axis.window()]
