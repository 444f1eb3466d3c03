"""Steps: every (input, tap) pair that an output looks at, its values, and what became of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError
from tapwise.geometry import operator_plan
from tapwise.operators import apply
from tapwise.operators.arrays import take
from tapwise.operators.axes import resolve
from tapwise.operators.meaning import understand
from tapwise.operators.problem import taps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention import Convention
    from tapwise.geometry import AxisPlan, Plan

Index = tuple[int, ...]

#: What can become of a pair: its sample is used; the boundary put a sample, or a constant there; nothing is there; the
#: tap falls between two samples of a spread signal.
STATUSES = ("sample", "boundary", "constant", "outside", "between")


@dataclass(frozen=True, slots=True)
class Term:
    """One pair of a tap and what it reads.

    Attributes
    ----------
    tap : tuple of int
        The tap's index in the kernel as it is given.
    position : tuple of int or None
        The input position that the tap reads, before any boundary; None between two samples.
    sample : tuple of int or None
        The sample that stands there, if one does.
    status : str
        "sample", "boundary", "constant", "outside" or "between".
    weight, value, product : number or None
        The tap as it is multiplied (conjugated and normalised if so meant), what it reads, and their product; None
        where nothing is read.
    """

    tap: Index
    position: Index | None
    sample: Index | None
    status: str
    weight: Any
    value: Any
    product: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One output: all its terms, in the order in which they are summed.

    Attributes
    ----------
    output : tuple of int
        Its index in the result.
    label : tuple of int or None
        The label m it carries in the textbooks (see `tapwise.lags`); None for a transposed operator.
    terms : tuple of Term
        Every pair looked at.
    total : number
        The sum of the products.
    result : number
        What the operator returns there: the total, scaled, rounded and stored.
    """

    output: Index
    label: Index | None
    terms: tuple[Term, ...]
    total: Any
    result: Any

    @property
    def used(self) -> tuple[Term, ...]:
        """The terms that have a product."""
        return tuple(term for term in self.terms if term.product is not None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps of an operator on given numbers, and what they are steps of."""

    convention: Convention
    plan: Plan
    x: np.ndarray[Any, np.dtype[Any]]
    h: np.ndarray[Any, np.dtype[Any]]
    y: np.ndarray[Any, np.dtype[Any]]
    steps: tuple[Step, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)


def explain(
    x: Any,
    h: Any,
    convention: Convention | None = None,
    *,
    like: str | None = None,
    at: Any = None,
    most: int | None = None,
    **words: Any,
) -> Explanation:
    """Return the steps by which outputs are made, as data.

    Parameters
    ----------
    x, h : array_like
        Signal and kernel, with as many axes each.
    convention, like, **words
        What is meant, as for `tapwise.apply`.
    at : tuple of int, list of tuples, or None
        The outputs to explain, by their index in the result; all by default. In one dimension an int will do.
    most : int, optional
        With more outputs than this, explain only the first and the last half of as many.

    Returns
    -------
    Explanation
        Whose steps' totals are the outputs of `tapwise.apply`: integers and exact numbers exactly, floats summed in
        double precision in the order of the terms.

    Raises
    ------
    ArgumentError
        If there is no such output; and as for `tapwise.apply`.

    Examples
    --------
    >>> step = explain([2, 1, 3, 5, 4], [1, -1], operator="convolution", at=0).steps[0]
    >>> [(term.tap, term.sample, term.product) for term in step.used], step.total
    ([((1,), (0,), -2), ((0,), (1,), 1)], -1)
    """
    signal, kernel = take("x", x), take("h", h)
    meant, _ = understand(convention, like, words, ndim=kernel.ndim, defaults={})
    y = np.asarray(apply(signal, kernel, meant))
    if meant.operands == "exchanged":
        signal, kernel = kernel, signal
    resolve(None, signal.shape, kernel.ndim)
    plan, _ = operator_plan(meant, signal.shape, kernel.shape)
    weights = taps(meant.arithmetic, kernel)
    steps = tuple(_step(meant, plan, signal, weights, y, output) for output in _outputs(at, y.shape, most))
    return Explanation(meant, plan, signal, kernel, y, steps)


def _outputs(at: Any, shape: Index, most: int | None) -> list[Index]:
    if at is None:
        total = prod(shape)
        if most is None or total <= most:
            return list(np.ndindex(shape))
        flat = [*range(most - most // 2), *range(total - most // 2, total)]
        return [tuple(int(i) for i in np.unravel_index(place, shape)) for place in flat]
    wanted = at if isinstance(at, list) else [at]
    outputs = []
    for item in wanted:
        index = tuple(whole("at", i) for i in (item if isinstance(item, tuple) else (item,)))
        if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
            raise ArgumentError("at", item, f"the result has shape {shape}", "write the index of one of its outputs")
        outputs.append(index)
    return outputs


def _step(meant: Convention, plan: Plan, x: Any, weights: Any, y: Any, output: Index) -> Step:
    conjugate = meant.arithmetic.conjugate == "signal"
    terms = []
    for pairs in itertools.product(*(_looked_at(plan, number, o) for number, o in enumerate(output))):
        tap = tuple(t for t, _ in pairs)
        terms.append(_term(plan.axes, tap, [i for _, i in pairs], x, weights[tap], conjugate=conjugate))
    total: Any = 0
    for term in terms:
        total = total if term.product is None else total + term.product
    label = None
    if meant.direction == "forward":
        label = tuple(
            (axis.s * o + axis.c) * (1 if axis.s > 0 else -1) for axis, o in zip(plan.axes, output, strict=True)
        )
    return Step(output, label, tuple(terms), total, _plain(y[output]))


def _looked_at(plan: Plan, number: int, output: int) -> list[tuple[int, int | None]]:
    """Return the (tap, position) pairs of one output along one axis; of a folded one, all that fold onto it."""
    axis, fold = plan.axes[number], plan.folds[number]
    places = [output]
    if fold:
        places = sorted([fold.lead + output, *(e for e, sample in fold.pairs() if sample == output)])
    return [(t, axis.input(o, t)) for o in places for t in axis.window()]


def _term(
    axes: tuple[AxisPlan, ...], tap: Index, positions: list[int | None], x: Any, weight: Any, *, conjugate: bool
) -> Term:
    weight = _plain(weight)
    if None in positions:
        return Term(tap, None, None, "between", weight, None, None)
    position = tuple(i for i in positions if i is not None)
    sides = [side for axis, i in zip(axes, position, strict=True) if (side := axis.side(i))]
    if any(side.rule == "zero" for side in sides):
        return Term(tap, position, None, "outside", weight, None, None)
    constants = [side.value for side in sides if side.rule == "constant"]
    sample = None
    if constants:
        status, value = "constant", constants[-1]
    else:
        sample = tuple(axis.source(i) or 0 for axis, i in zip(axes, position, strict=True))
        status, value = "boundary" if sides else "sample", _plain(x[sample])
    value = value.conjugate() if conjugate else value
    return Term(tap, position, sample, status, weight, value, weight * value)


def _plain(value: Any) -> Any:
    """Return a NumPy scalar as the plain Python number it is; booleans as 0 and 1."""
    value = value.item() if isinstance(value, np.generic) and value.dtype.char not in "gG" else value
    return int(value) if isinstance(value, bool) else value
