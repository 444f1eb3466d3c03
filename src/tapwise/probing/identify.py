"""From data alone: every convention that makes `y` of `x` and `h`."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.catalogue import entry, names
from tapwise.convention import Anchor, Arithmetic, AxisConvention, Boundary, Convention, Size
from tapwise.convention.words import counted
from tapwise.errors import ArgumentError, ShapeError, Shown
from tapwise.geometry import operator_plan
from tapwise.operators.arrays import take
from tapwise.probing.numbers import predicted, same
from tapwise.probing.usual import rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.probing.subject import Array

OPERATORS = ("cross-correlation", "convolution")
BOUNDARIES = ("zero", "symmetric", "reflect101", "edge", "wrap")
#: How far real numbers may be apart, in units of eps·log2(size)·‖x‖·‖h‖: room for a Fourier transform.
ROOM = 16.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """A convention that makes `y`, or comes as close as rounding does.

    Attributes
    ----------
    convention : Convention
    exact : bool
        Whether every number is equal.
    bound : float
        The largest |y - apply(x, h)| / (‖x‖·‖h‖).
    names : tuple of str
        The catalogued functions that follow it, as they are called.
    """

    convention: Convention
    exact: bool
    bound: float
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Separator:
    """An input on which the first two explanations that differ give different answers.

    Attributes
    ----------
    x, h : nested lists
    first, second : nested lists
        What the two explanations make of it.
    """

    x: Any
    h: Any
    first: Any
    second: Any


@dataclass(frozen=True, slots=True)
class Identification:
    """What explains the data.

    Attributes
    ----------
    explanations : tuple of Explanation
        The most usual first. Where several agree on all inputs of small shapes, only the most usual is listed.
    separator : Separator or None
        The smallest input found on which the first explanation and another differ; None if there is but one.
    tried : int
        How many conventions were compared.
    """

    explanations: tuple[Explanation, ...]
    separator: Separator | None
    tried: int

    @property
    def operator(self) -> str | list[str] | None:
        """The operator, if all explanations have the same; a list where axes differ; None if it cannot be told.

        A transposed cross-correlation counts as the convolution that it is.
        """
        found = {
            tuple(_effective(axis, item.convention) for axis in item.convention.axes) for item in self.explanations
        }
        if len(found) != 1:
            return None
        words = list(found.pop())
        return words[0] if len(set(words)) == 1 else words

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        each = [
            {
                "convention": item.convention.to_dict(),
                "exact": item.exact,
                "bound": item.bound,
                "names": list(item.names),
            }
            for item in self.explanations
        ]
        told = self.separator
        apart = None if told is None else {"x": told.x, "h": told.h, "first": told.first, "second": told.second}
        return {"operator": self.operator, "explanations": each, "separator": apart, "tried": self.tried}

    def __str__(self) -> str:
        if not self.explanations:
            return f"None of {self.tried} conventions makes y of x and h."
        many = len(self.explanations)
        lines = [f"{counted(many, 'convention')} of {self.tried} {'makes' if many == 1 else 'make'} y of x and h:"]
        for item in self.explanations:
            how = "" if item.exact else f", to {item.bound:.2g}·‖x‖·‖h‖"
            named = f"  ({', '.join(item.names)})" if item.names else ""
            lines.append(f"    {item.convention!r}{how}{named}")
        if self.separator is not None:
            told = self.separator
            lines += [
                "This input cannot tell them apart; this one would:",
                f"    x = {told.x}, h = {told.h}: {told.first} by the first, {told.second} by another",
            ]
        return "\n".join(lines)


def _effective(axis: AxisConvention, convention: Convention) -> str:
    turned = convention.direction == "transposed"
    return OPERATORS[axis.flipped != turned]


def identify(x: Any, h: Any, y: Any) -> Identification:
    """Find the conventions that make `y` of the signal `x` and the kernel `h`.

    Compared are the conventions of all catalogued functions and the generic ones: operator, output order, size, anchor
    and boundary of each axis, strides and dilations up to 3, and who is the signal.

    Parameters
    ----------
    x, h, y : array_like
        Signal, kernel and answer, with as many axes.

    Returns
    -------
    Identification
        With the explanations, the most usual first, and an input that tells them apart.

    Raises
    ------
    ArgumentError, ShapeError
        If one is no array of numbers, or their axes differ in number.

    Examples
    --------
    >>> found = identify([2, 1, 3, 5, 4], [1, 2, 0], [5, 11, 14])
    >>> found.operator, str(found.explanations[0].convention.axes[0].size)
    ('convolution', 'valid')
    >>> identify([2, 1, 3, 5, 4], [1, 0, 1], [5, 6, 7]).operator is None     # h is symmetric
    True
    """
    signal, kernel, answer = take("x", x), take("h", h), take("y", y)
    if not signal.ndim == kernel.ndim == answer.ndim:
        shown = Shown(f"{answer.ndim} axes")
        raise ShapeError("y", shown, f"x has {signal.ndim} and h has {kernel.ndim}", "give all three as many axes")
    for name, array in (("x", signal), ("h", kernel), ("y", answer)):
        if not array.size:
            raise ArgumentError(name, Shown(f"shape {array.shape}"), "tells nothing", "give one with values")
    tried, found = 0, []
    named: dict[Convention, list[str]] = {}
    for convention, name in _candidates(signal, kernel, answer):
        named.setdefault(convention, []).extend([name] if name else [])
    for convention, callers in named.items():
        tried += 1
        apart = _apart(signal, kernel, answer, convention)
        if apart is not None:
            found.append(Explanation(convention, apart == 0, apart, tuple(callers)))
    explanations = _distinct(found)
    return Identification(tuple(explanations), _separator(explanations, signal.ndim), tried)


def _candidates(x: Array, h: Array, y: Array) -> Iterator[tuple[Convention, str]]:
    """Yield the generic conventions whose outputs are as many as `y` has, then those of the catalogue."""
    for operands in ("as-given", "exchanged"):
        signal, kernel = (h, x) if operands == "exchanged" else (x, h)
        yield from ((c, "") for c in _generic(signal, kernel, y, operands))
    for name in names():
        yield from _catalogued(name, x.ndim)


def _generic(x: Array, h: Array, y: Array, operands: str) -> Iterator[Convention]:
    """Yield conventions that give as many outputs; those of several axes differ in operator only."""
    each: list[list[AxisConvention]] = []
    for n, k, m in zip(x.shape, h.shape, y.shape, strict=True):
        fitting = []
        for axis in _axes(n, k, m):
            try:
                plan, _ = operator_plan(Convention((axis,)), (n,), (k,))
            except ArgumentError:
                continue
            if plan.output_shape == (m,):
                fitting.append(axis)
        each.append(fitting)
    if len(each) == 1:
        yield from (Convention((axis,), "forward", operands) for axis in each[0])
        return
    # Several axes: the same rules on all of them, with any operator on each.
    shared = [axis for axis in each[0] if all(_as(axis, OPERATORS[0]) in others for others in each[1:])]
    for axis in dict.fromkeys(_as(axis, OPERATORS[0]) for axis in shared):
        for words in itertools.product(OPERATORS, repeat=len(each)):
            yield Convention(tuple(_as(axis, word) for word in words), "forward", operands)


def _as(axis: AxisConvention, operator: str) -> AxisConvention:
    return replace(axis, operator=operator)


def _axes(n: int, k: int, m: int) -> Iterator[AxisConvention]:
    zero = Boundary("zero")
    for operator, output in itertools.product(OPERATORS, ("forward", "reversed")):
        default = Anchor("low" if operator == "convolution" else "high")
        steps = [(1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (2, 2)]
        for stride, dilation in steps:
            yield AxisConvention(operator, output, Size("valid"), default, zero, zero, stride, dilation)
        for rule in BOUNDARIES:
            side = Boundary(rule)
            for stride, dilation in steps if rule == "zero" else steps[:1]:
                sizes = [(Size("same"), Anchor(anchor)) for anchor in ("low", "high", "first", "last")]
                sizes += [(Size("full"), default), *((Size("pads", p, p), default) for p in (-2, -1, 1, 2, 3))]
                sizes += [(Size("same-upper"), default), (Size("same-lower"), default)] if stride > 1 else []
                sizes += [(Size("longest"), Anchor(anchor)) for anchor in ("low", "high") if n < k]
                for size, anchor in sizes:
                    yield AxisConvention(operator, output, size, anchor, side, side, stride, dilation)
            extra = m - (n - k + 1)
            for lo in range(-1, extra + 2):
                if lo != extra - lo:
                    yield AxisConvention(operator, output, Size("pads", lo, extra - lo), default, side, side)


def _catalogued(name: str, ndim: int) -> Iterator[tuple[Convention, str]]:
    """Yield what a catalogued function means, for each value of its options of words."""
    found = entry(name)
    if found.ndim not in (None, ndim):
        return
    words: dict[str, list[Any]] = {
        "mode": ["full", "same", "valid", "reflect", "mirror", "nearest", "wrap", "constant"],
        "boundary": ["fill", "wrap", "symm"], "padding": [0, 1, 2, "same", "SAME", "VALID"], "stride": [1, 2, 3],
        "dilation": [1, 2], "output_padding": [0, 1],
    }  # fmt: skip
    choices = {
        option: [usual, *(word for word in words[option] if word != usual)]
        for option, usual in found.options.items()
        if option in words
    }
    for values in itertools.product(*choices.values()):
        options = dict(zip(choices, values, strict=True))
        try:
            convention = Convention.of(**found.words(found.settled(options)))
        except (ArgumentError, TypeError, ValueError):
            continue  # no value of this option, or not beside the others
        shown = ", ".join(f"{key}={value!r}" for key, value in options.items() if value != found.options[key])
        yield convention, f"{name}(x, h{', ' + shown if shown else ''})"


def _apart(x: Array, h: Array, y: Array, convention: Convention) -> float | None:
    """Return how far `y` is from what the convention makes, None if farther than rounding explains."""
    meant = predicted(x, h, convention)
    if meant is None or meant.shape != y.shape:
        return None
    if same(meant, y):
        return 0.0
    if "f" not in meant.dtype.kind + y.dtype.kind and "c" not in meant.dtype.kind + y.dtype.kind:
        return None
    kinds = [a.dtype for a in (meant, y) if a.dtype.kind in "fc"]
    eps = max(float(np.finfo(kind).eps) for kind in kinds)
    size = float(np.linalg.norm(x.ravel()) * np.linalg.norm(h.ravel()))
    with np.errstate(all="ignore"):
        apart = float(np.abs(y.astype(np.complex128) - meant.astype(np.complex128)).max()) / size if size else np.inf
    return apart if apart <= ROOM * eps * np.log2(x.size + h.size + 2) else None


def _distinct(found: list[Explanation]) -> list[Explanation]:
    """Return the explanations that differ on some small input, the most usual first, with all their names."""
    plain = Arithmetic()
    groups: dict[object, Explanation] = {}
    for item in sorted(found, key=lambda e: _rank(e.convention)):
        key = _behaviour(replace(item.convention, arithmetic=plain))
        if key in groups:
            first = groups[key]
            groups[key] = replace(first, names=(*first.names, *(n for n in item.names if n not in first.names)))
        else:
            groups[key] = item
    return list(groups.values())


def _rank(convention: Convention) -> tuple[Any, ...]:
    each = [rank(axis, convention.operands, convention.direction) for axis in convention.axes]
    return len(convention.axes), max(each), each


def _behaviour(convention: Convention) -> tuple[object, ...]:
    """Return what a convention makes of some small inputs."""
    ndim = len(convention.axes)
    answers = []
    for n, k in _SIZES:
        y = predicted(*_input(n, k, ndim), convention)
        answers.append(None if y is None else (y.shape, y.tobytes()))
    return tuple(answers)


_SIZES = [(n, k) for n in (2, 3, 4, 5, 6, 7, 8) for k in (1, 2, 3, 4, 5) if k <= n or n == 3]


def _input(n: int, k: int, ndim: int) -> tuple[Array, Array]:
    """Return whole numbers without any symmetry."""
    x = np.array([(3 * i * i + 5 * i + 2) % 17 + i for i in range(n**ndim)]).reshape((n,) * ndim)
    h = np.array([(i * i + 1) % 7 + 2 * i for i in range(k**ndim)]).reshape((k,) * ndim)
    return x, h


def _separator(explanations: list[Explanation], ndim: int) -> Separator | None:
    """Return the smallest input on which the first explanation differs from every other, or from most of them."""
    if len(explanations) < 2:
        return None
    best: tuple[int, Separator] | None = None
    for n, k in sorted(_SIZES, key=sum):
        x, h = _input(n, k, ndim)
        first, *others = (predicted(x, h, item.convention) for item in explanations)
        if first is None:
            continue
        differing = [y for y in others if y is not None and not same(y, first)]
        if differing and (best is None or len(differing) > best[0]):
            best = len(differing), Separator(x.tolist(), h.tolist(), first.tolist(), differing[0].tolist())
        if best and best[0] == len(others):
            break
    return best[1] if best else None
