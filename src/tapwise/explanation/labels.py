"""Labels: what indices are called. They change the words of an explanation and never a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tapwise.convention.words import one_of, whole
from tapwise.errors import ArgumentError, ShapeError
from tapwise.explanation.formula import Linear, Num, Sym

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.convention import Convention
    from tapwise.geometry import AxisPlan, Plan

Index = tuple[int, ...]

ORIGINS = ("corner", "textbook", "centre")
AXIS_ORDERS = ("row, column", "column, row")
OUTPUT_LABELS = ("offset", "lag")


@dataclass(frozen=True, slots=True)
class Law:
    """The relation along one axis in its labels: u·i = a·m + c + d·k, for input i, output m and tap k."""

    u: int
    a: int
    c: int
    d: int

    def input(self, m: Sym | Num, k: Sym | Num) -> Linear:
        """Return the label of the input that output `m` reads through tap `k`."""
        terms = ((self.a, m), (self.d, k))
        return Linear(terms[::-1] if self.a < 0 < self.d else terms, self.c, self.u)  # k - m rather than -m + k

    def tap(self, m: Sym | Num, i: Sym | Num) -> Linear:
        """Return the label of the tap at which output `m` meets input `i`: the relation solved for it."""
        sign = 1 if self.d > 0 else -1
        terms = ((sign * self.u, i), (-sign * self.a, m))
        return Linear(terms if terms[1][0] < 0 else terms[::-1], -sign * self.c, abs(self.d))


@dataclass(frozen=True, slots=True)
class Labels:
    """Where index 0 lies in each array, the order in which axes are written, and the letters.

    Attributes
    ----------
    x, h, y : tuple of int
        The position of index 0 in signal, kernel and output; it may lie outside the array.
    axes : tuple of int
        The arrays' axes in the order in which their indices are written.
    reflected : bool
        Outputs are labelled by the lag: against the order of the offsets.
    names : tuple of str
        The names of signal, kernel and output.
    taps : Mapping of tuple of int to str
        Letters that stand for the taps' values; empty: the values themselves are shown.
    """

    x: Index
    h: Index
    y: Index
    axes: Index
    reflected: bool = False
    names: tuple[str, str, str] = ("x", "h", "y")
    taps: Mapping[Index, str] | None = None

    def of_input(self, position: Index) -> Index:
        """Return the label of an input position."""
        return self._written([p - o for p, o in zip(position, self.x, strict=True)])

    def of_tap(self, tap: Index) -> Index:
        """Return the label of a tap."""
        return self._written([p - o for p, o in zip(tap, self.h, strict=True)])

    def of_output(self, output: Index) -> Index:
        """Return the label of an output."""
        return self._written([(o - p if self.reflected else p - o) for p, o in zip(output, self.y, strict=True)])

    def output(self, label: Index) -> Index:
        """Return the output that carries a label."""
        back: list[int] = [0] * len(label)
        for place, axis in enumerate(self.axes):
            back[axis] = self.y[axis] + (-label[place] if self.reflected else label[place])
        return tuple(back)

    def input(self, label: Index) -> Index:
        """Return the input position that carries a label."""
        back: list[int] = [0] * len(label)
        for place, axis in enumerate(self.axes):
            back[axis] = self.x[axis] + label[place]
        return tuple(back)

    def laws(self, plan: Plan) -> tuple[Law, ...]:
        """Return the relation in these labels, one law an axis, in the order of the axes as they are written."""
        sign = -1 if self.reflected else 1
        laws = []
        for place in self.axes:
            axis, lead = plan.axes[place], _lead(plan, place)
            offset = axis.c + axis.s * (lead + self.y[place]) + axis.d * self.h[place] - axis.u * self.x[place]
            laws.append(Law(axis.u, sign * axis.s, offset, axis.d))
        return tuple(laws)

    def letters(self, array: str) -> tuple[Sym, ...]:
        """Return the index letters of "x" (i, j), "h" (k, l) or "y" (m, n), numbered where there are more than two."""
        ndim = len(self.axes)
        first, second = {"x": ("i", "j"), "h": ("k", "l"), "y": ("m", "n")}[array]
        if ndim <= 2:
            return (Sym(first), Sym(second))[:ndim]
        return tuple(Sym(first, number) for number in range(1, ndim + 1))

    def _written(self, index: Sequence[int]) -> Index:
        return tuple(index[axis] for axis in self.axes)


def labels_of(
    convention: Convention,
    plan: Plan,
    *,
    origin: Any = "corner",
    axis_order: str = "row, column",
    output_labels: str = "offset",
    names: Sequence[str] = ("x", "h", "y"),
    letters: bool | Sequence[str] = False,
) -> Labels:
    """Return the labels for a plan.

    Parameters
    ----------
    origin : {"corner", "textbook", "centre"} or mapping
        Where index 0 lies. "corner": at the first element of each array. "textbook": at the first element of signal
        and kernel, and in the output where the relation has no constant, so that the outputs of a full convolution
        begin at 0 and those of a valid one at K-1. "centre": at the middle of the signal (n//2), at the tap on the
        output sample, and in the output again where the relation has no constant. A mapping gives a position, or a
        tuple of one an axis of the array, for "x", "h" and "y"; what it leaves out is at the corner, the output as for
        "textbook".
    axis_order : {"row, column", "column, row"}
        The order in which the indices are written.
    output_labels : {"offset", "lag"}
        "lag" reverses the output's labels: y[m] = sum of x[i]·h[m + i] for a cross-correlation.
    names : three str
        The names of signal, kernel and output.
    letters : bool or sequence of str
        Show the taps as letters, in the order of the kernel's elements: a, b, c, … without the letters that have
        another meaning, or those that are given.

    Raises
    ------
    ArgumentError, ShapeError
        Where a word is not one of those above, or numbers do not fit the arrays.
    """
    ndim = len(plan.axes)
    order = one_of("axis_order", axis_order, AXIS_ORDERS)
    shown = one_of("output_labels", output_labels, OUTPUT_LABELS)
    if len(names) != 3 or len(set(names)) != 3 or not all(names):
        raise ArgumentError("names", names, "must be three different names", "write names=('x', 'h', 'y')")
    x, h, y = _origins(convention, plan, origin)
    axes = tuple(range(ndim))
    axes = axes[::-1] if order == "column, row" else axes
    return Labels(x, h, y, axes, shown == "lag", (names[0], names[1], names[2]), _tap_letters(letters, plan, names))


def _origins(convention: Convention, plan: Plan, origin: Any) -> tuple[Index, Index, Index]:
    corner = (0,) * len(plan.axes)
    if isinstance(origin, Mapping):
        unknown = set(origin) - {"x", "h", "y"}
        if unknown:
            raise ArgumentError("origin", dict(origin), f"has no array {min(unknown)!r}", "give 'x', 'h' and 'y'")
        x, h = (_position(origin, name, len(corner)) or corner for name in ("x", "h"))
        return x, h, _position(origin, "y", len(corner)) or _without_constant(plan, x, h)
    word = one_of("origin", origin, ORIGINS)
    if word == "corner":
        return corner, corner, corner
    if word == "textbook":
        return corner, corner, _without_constant(plan, corner, corner)
    x = tuple(axis.n // 2 for axis in plan.axes)
    h = tuple(_middle_tap(convention, axis, number) for number, axis in enumerate(plan.axes))
    return x, h, _without_constant(plan, x, h)


def _position(origin: Mapping[str, Any], name: str, ndim: int) -> Index | None:
    if name not in origin:
        return None
    given = origin[name] if isinstance(origin[name], (tuple, list)) else (origin[name],) * ndim
    if len(given) != ndim:
        raise ShapeError("origin", dict(origin), f"{name} has {ndim} axes", "give a position along each")
    return tuple(whole("origin", value) for value in given)


def _middle_tap(convention: Convention, axis: AxisPlan, number: int) -> int:
    """Return the tap on the output sample: the kernel's centre, where it has one."""
    meant = convention.axes[number if len(convention.axes) > 1 else 0]
    if meant.anchor.unit == "taps" and 0 <= (tap := meant.anchor.of(axis.k)) < axis.k:
        return tap
    return (axis.k - 1) // 2


def _without_constant(plan: Plan, x: Index, h: Index) -> Index:
    """Return the output positions where u·i = s·o + c + d·t joins the origins, or the last before them."""
    return tuple(
        (axis.u * i - axis.c - axis.d * t) // axis.s - _lead(plan, number)
        for number, (axis, i, t) in enumerate(zip(plan.axes, x, h, strict=True))
    )


def _lead(plan: Plan, number: int) -> int:
    fold = plan.folds[number]
    return fold.lead if fold else 0


def _tap_letters(letters: bool | Sequence[str], plan: Plan, names: Sequence[str]) -> dict[Index, str] | None:
    if letters is False:
        return None
    count = 1
    for axis in plan.axes:
        count *= axis.k
    if letters is True:
        free = [c for c in "abcdefghijklmnopqrstuvwxyz" if c not in {*names, *"ijklmn"}]
        given = free[:count] if count <= len(free) else [f"w{number}" for number in range(1, count + 1)]
    else:
        given = list(letters)
        if len(given) != count or len(set(given)) != count:
            raise ArgumentError(
                "letters", letters, f"the kernel has {count} taps", "give as many different letters, or letters=True"
            )
    indices = [()]
    for axis in plan.axes:
        indices = [(*index, t) for index in indices for t in range(axis.k)]  # type: ignore[misc]
    return dict(zip(indices, given, strict=True))
