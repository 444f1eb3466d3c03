"""What figures read from an explanation: steps by label, windows, what stands beside the signal, and names of cells."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, Shown
from tapwise.explanation import Explanation
from tapwise.explanation.formula import At, Num, Text, spelled

if TYPE_CHECKING:
    from tapwise.explanation import Labels, Step, Term

Index = tuple[int, ...]

#: More cells than this nobody reads one by one.
MOST = 1600


def drawable(steps: Explanation) -> Explanation:
    """Return an explanation that can be drawn cell by cell; refuse what cannot.

    Raises
    ------
    ArgumentTypeError, ShapeError
        If it is no explanation, has more than two axes, more cells than can be read, or an array without any.
    """
    if not isinstance(steps, Explanation):
        raise ArgumentTypeError("steps", steps, "is not an explanation", "write steps = tapwise.explain(x, h, ...)")
    x = steps.labels.names[0]
    if steps.x.ndim > 2:
        told, rule = Shown(f"an explanation of {steps.x.ndim} axes"), "a figure shows one axis or two"
        raise ShapeError("steps", told, rule, f"explain a slice, such as {x}[0] with a kernel of two axes")
    for name, shape in zip(steps.labels.names, (steps.x.shape, steps.h.shape, steps.y.shape), strict=True):
        if not 1 <= prod(shape) <= MOST:
            told, rule = Shown(f"{name} of shape {shape}"), f"is drawn cell by cell, from 1 cell to {MOST}"
            raise ShapeError("steps", told, rule, "explain a part of it; tapwise.draw.filtered shows whole images")
    return steps


def step_at(steps: Explanation, at: int | Index | None) -> Step:
    """Return the step of the output labelled `at`; of the only one explained where it is None."""
    if at is None:
        if len(steps.steps) == 1:
            return steps.steps[0]
        raise ArgumentError(
            "at", at, f"{len(steps.steps)} outputs are explained", "write at=, the label of the output to draw"
        )
    label = at if isinstance(at, tuple) else (at,)
    for step in steps:
        if steps.labels.of_output(step.output) == label:
            return step
    raise ArgumentError("at", at, "no output with this label is explained", "explain it, with at= or all outputs")


def window(step: Step) -> dict[Index, list[Term]]:
    """Return the positions that an output reads, in the order in which it reads them, each with its terms."""
    read: dict[Index, list[Term]] = {}
    for term in step.terms:
        if term.position is not None:
            read.setdefault(term.position, []).append(term)
    return read


def outside(steps: Explanation, only: Step | None = None) -> dict[Index, Term]:
    """Return the positions beside the signal that are read, each with a term that says what stands there."""
    terms = (term for step in ([only] if only else steps.steps) for term in step.terms)
    return {
        term.position: term for term in terms
        if term.position is not None and term.status in ("boundary", "constant", "outside")
    }  # fmt: skip


def number(value: Any) -> str:
    """Return a number as it stands in a cell: exact where that is short, else with three digits."""
    text = spelled(value)
    if len(text) > 7 and isinstance(value, (float, complex)):
        text = f"{value:.3g}"
    return Text().write(Num(value)) if text == spelled(value) else text.replace("-", "−")


def weight(term: Term, labels: Labels) -> str:
    """Return a tap's letter where it has one, else its number."""
    if labels.taps is not None and term.tap is not None:
        return labels.taps[term.tap]
    return number(term.weight)


def times(terms: list[Term], labels: Labels) -> str:
    """Return what a cell is multiplied by: "×2", "×(−1)", "×a"."""
    factors = [f"({text})" if (text := weight(term, labels)).startswith("−") else text for term in terms]
    return "×" + "+".join(factors)


def standing(term: Term) -> str:
    """Return what a term reads, in brackets where a boundary put it there; 0 where nothing is read."""
    if term.value is None:
        return "0"
    return f"[{number(term.value)}]" if term.status in ("boundary", "constant") else number(term.value)


def called(role: str, position: Index, labels: Labels) -> str:
    """Return an element's name by its label: "x[−1, 2]"."""
    label = {"x": labels.of_input, "h": labels.of_tap, "y": labels.of_output}[role](position)
    return Text().write(At(labels.names["xhy".index(role)], tuple(Num(i) for i in label)))


def bracketed(role: str, position: Index, labels: Labels) -> str:
    """Return an element's label in brackets: "[−1, 2]"."""
    name = called(role, position, labels)
    return name[len(labels.names["xhy".index(role)]) :]


def along(role: str, axis: int, place: int, labels: Labels) -> int:
    """Return the label that a place along one axis of the array carries."""
    position = tuple(place if number == axis else 0 for number in range(len(labels.axes)))
    label = {"x": labels.of_input, "h": labels.of_tap, "y": labels.of_output}[role](position)
    return label[labels.axes.index(axis)]


def marked(role: str, shape: Index, labels: Labels) -> Index | None:
    """Return the position of the element labelled 0 along all axes, if the array has it."""
    position = {"x": labels.x, "h": labels.h, "y": labels.y}[role]
    return position if all(0 <= p < n for p, n in zip(position, shape, strict=True)) else None
