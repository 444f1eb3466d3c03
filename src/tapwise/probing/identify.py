"""From data alone: every convention that makes `y` of `x` and `h`."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from tapwise.convention import Anchor, Arithmetic, Convention
from tapwise.convention.words import counted
from tapwise.errors import ArgumentError, ShapeError, Shown
from tapwise.operators.arrays import take
from tapwise.probing.catalogued import catalogued
from tapwise.probing.likeness import apart, likenesses
from tapwise.probing.naming import named
from tapwise.probing.sliding import EXTENTS, reads, search
from tapwise.probing.telling import Separator, behaviour, differences, separator
from tapwise.probing.usual import computed, rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention import AxisConvention
    from tapwise.geometry import AxisPlan
    from tapwise.probing.likeness import Likeness
    from tapwise.probing.subject import Array

#: Explanations that are kept where the data leave many.
_MOST = 24


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
class Identification:
    """What explains the data.

    Attributes
    ----------
    explanations : tuple of Explanation
        The most usual first. Where several agree on all inputs of small shapes, only the most usual is listed.
    separator : Separator or None
        The smallest input found on which the first explanation and others differ; None if there is but one.
    undetermined : tuple of str
        In what the explanations differ, such as "operator: convolution or cross-correlation".
    """

    explanations: tuple[Explanation, ...]
    separator: Separator | None = None
    undetermined: tuple[str, ...] = ()

    @property
    def operator(self) -> str | list[str] | None:
        """The operator, if all explanations have the same; a list where axes differ; None if it cannot be told.

        A transposed cross-correlation counts as the convolution that it is.
        """
        found = [computed(item.convention) for item in self.explanations]
        distinct = {tuple(dict.fromkeys(words)) if len(set(words)) == 1 else tuple(words) for words in found}
        if len(distinct) != 1:
            return None
        words = list(distinct.pop())
        return words[0] if len(words) == 1 else words

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
        apart = None if told is None else asdict(told)
        return {"operator": self.operator, "explanations": each, "separator": apart,
                "undetermined": list(self.undetermined)}  # fmt: skip

    def __str__(self) -> str:
        if not self.explanations:
            return "No convention makes y of x and h."
        many = len(self.explanations)
        lines = [f"{counted(many, 'convention')} {'makes' if many == 1 else 'make'} y of x and h:"]
        for item in self.explanations:
            how = "" if item.exact else f", to {item.bound:.2g}·‖x‖·‖h‖"
            named = f"  ({', '.join(item.names)})" if item.names else ""
            lines.append(f"    {item.convention!r}{how}{named}")
        if self.separator is not None:
            told = self.separator
            lines += [
                f"This input cannot tell them apart: {'; '.join(self.undetermined)}. This one would:",
                f"    x = {told.x}, h = {told.h}: {told.first} by the first, {told.second} by another",
            ]
        return "\n".join(lines)


def identify(x: Any, h: Any, y: Any) -> Identification:
    """Find the conventions that make `y` of the signal `x` and the kernel `h`.

    Along each axis by itself: operator, output order, size, anchor, boundary, strides and spreads up to 4. Where none
    of these makes `y`, dilations up to 4 (fewer for large kernels of several axes), results cropped or padded further,
    and exchanged operands. Where no sums of products do, complex conjugates, integers that were rounded, wrapped or
    saturated, and usual gains. What the catalogued functions do is named. Pads in numbers, which say any size of one
    pair of lengths, are given only where no word says the same.

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
    for likeness in likenesses(signal, kernel, answer):
        found = _distinct(_explained(signal, kernel, answer, likeness))
        if found:
            conventions = [item.convention for item in found]
            return Identification(tuple(found), separator(conventions, signal.ndim), differences(conventions))
    return Identification(())


def _explained(x: Array, h: Array, y: Array, likeness: Likeness) -> Iterator[Explanation]:
    """Yield the conventions that make `y` if this is what became of the sums; those of the catalogue have names.

    Unusual ways are tried only where no usual one explains `y`, and the kernel for the signal after that.
    """
    made: set[object] = set()
    for operands, extent in itertools.product(("as-given", "exchanged"), EXTENTS):
        one, two = (likeness.h, likeness.x) if operands == "exchanged" else (likeness.x, likeness.h)
        for plans in search(one, two, likeness.y, likeness.near, extent):
            conventions = [Convention(axes, direction, operands) for axes, direction in _conventions(plans)]
            arithmetic, gap = _fitting(x, h, y, conventions, likeness)
            if gap is not None:
                made.add(tuple(reads(group[0]) for group in plans))
                yield from (Explanation(replace(c, arithmetic=arithmetic), gap == 0, gap) for c in conventions)
        if made:
            break
    gaps: dict[object, float | None] = {}
    for convention, callers, key in catalogued(x.shape, h.shape, made):
        way = key, convention.arithmetic
        gap = gaps[way] if way in gaps else gaps.setdefault(way, apart(x, h, y, convention))
        if gap is not None:
            yield Explanation(convention, gap == 0, gap, callers)


def _fitting(
    x: Array, h: Array, y: Array, conventions: list[Convention], likeness: Likeness
) -> tuple[Arithmetic, float | None]:
    """Return the first arithmetic with which conventions that read the same make `y`, and how closely."""
    for arithmetic in likeness.arithmetics if conventions else ():
        gap = apart(x, h, y, replace(conventions[0], arithmetic=arithmetic))
        if gap is not None:
            return arithmetic, gap
    return likeness.arithmetics[0], None


def _conventions(plans: tuple[list[AxisPlan], ...]) -> Iterator[tuple[tuple[AxisConvention, ...], str]]:
    """Yield the conventions of all axes: with the same rules on every axis first, then those of each axis."""
    spread = any(group[0].u > 1 for group in plans)
    for direction in ("transposed", "forward") if spread else ("forward",):
        each = [_behaving(named(group, direction), direction) for group in plans]
        ruled = [{_rules(axis): axis for axis in reversed(axes)} for axes in each]
        shared = [rules for rules in ruled[0] if all(rules in others for others in ruled[1:])]
        together = [tuple(axes[rules] for axes in ruled) for rules in reversed(shared)]
        apart = itertools.islice(itertools.product(*each), _MOST)
        yield from ((axes, direction) for axes in dict.fromkeys([*together, *apart]))


def _rules(axis: AxisConvention) -> AxisConvention:
    """Return the rules of one axis apart from its operator, and the anchor that goes with it."""
    return replace(
        axis, operator="cross-correlation", anchor=Anchor("high") if axis.size.rule != "same" else axis.anchor
    )


def _behaving(axes: list[AxisConvention], direction: str) -> list[AxisConvention]:
    """Return the most usual of those that behave alike."""
    found: dict[object, AxisConvention] = {}
    for axis in axes:
        found.setdefault(behaviour(axis, direction), axis)
    return list(found.values())


def _distinct(found: Iterator[Explanation]) -> list[Explanation]:
    """Return the explanations that differ on some small input, the most usual first, with all their names."""
    groups: dict[object, Explanation] = {}
    for item in sorted(found, key=lambda each: _rank(each.convention)):
        meant = item.convention
        each = [behaviour(axis, meant.direction, meant.operands) for axis in meant.axes]
        key = tuple(each * (1 if len(each) > 1 else 3))  # one for all axes
        first = groups.setdefault(key, item)
        names = (*first.names, *(name for name in item.names if name not in first.names))
        groups[key] = replace(first, names=names)
    return list(groups.values())[:_MOST]


def _rank(convention: Convention) -> tuple[Any, ...]:
    each = [rank(axis, convention.operands, convention.direction) for axis in convention.axes]
    return len(convention.axes), max(each), each
