"""Definitions from books and libraries in a table, each with what it is in the terms of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.maths import maths
from tapwise.draw.scene import FAINT, INK, SMALL, Badge, Line, Scene, Words
from tapwise.draw.style import BLUE, VERMILLION
from tapwise.explanation import DEFINITIONS, relations
from tapwise.explanation.formula import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.explanation import Definition

#: Where what we call it begins, from the left and from the top of its row; width and height of a row.
_BESIDE, _BELOW = (9.3, 0.95, 17.0, 2.35), (0.0, 2.75, 10.2, 4.15)


def definitions(found: Sequence[Definition] = DEFINITIONS, *, narrow: bool = False, ax: Any = None) -> Drawing:
    """Draw definitions as their sources have them, and beside each how it relates to ours: found by computing both.

    Parameters
    ----------
    found : sequence of Definition
        Of `tapwise.explanation.definitions`; all that are collected there by default.
    narrow : bool
        Put what it is in our terms below each, for a narrow column or a phone.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> from tapwise.explanation import DEFINITIONS
    >>> print(tw.draw.definitions([found for found in DEFINITIONS if "other" in found.source]).alt)
    NumPy, numpy.correlate, its other definition: c′[k] = Σ_n a[n]·conj(v[n + k]) is our cross-correlation, labels
    reflected, second operand conjugated; or our cross-correlation, arguments swapped, second operand conjugated.
    """
    scene, told = Scene(), []
    left, top, width, height = _BELOW if narrow else _BESIDE
    for number, definition in enumerate(found):
        y = number * height
        ours = relations(definition)
        scene.add(Line(((0, y), (width, y)), "#bdbdbd", 0.02))
        scene.add(_left(0, y + 0.62, definition.source, SMALL, FAINT))
        scene.add(_left(0, y + 1.45, maths(definition.formula), 0.36))
        scene.add(_left(0, y + 2.1, f"called {definition.called}; sum {definition.limits}", 0.23, FAINT))
        flipped = bool(ours) and ours[0].operator == "convolution"
        letter, colour = ("∗", VERMILLION) if flipped else ("★", BLUE)
        scene.add(Badge(left + 0.3, y + top + 0.35, letter, colour, 0.28))
        for line, text in enumerate(_lines(definition)):
            scene.add(_left(left + 0.8, y + top + 0.46 * line, text, 0.29, bold=line == 0))
        told.append(f"{definition.source}: {Text().write(definition.formula)} is {'; or '.join(map(str, ours))}")
    scene.title = "Definitions found in books and libraries, and how each relates to ours"
    scene.alt = ". ".join(told) + "."
    return drawn(scene, ax)


def _lines(definition: Definition) -> list[str]:
    ours = relations(definition)
    if not ours:
        return ["no relation found"]
    lines = [f"our {ours[0].operator}"]
    changes = [" and ".join(relation.changes) for relation in ours]
    lines.append(", or ".join(changes) if any(changes) else "the same")
    whose = {"none": "", "kernel": "second operand conjugated", "signal": "first operand conjugated"}
    lines.append(", or ".join(dict.fromkeys(whose[relation.conjugate] for relation in ours)))
    return [line for line in lines if line]


def _left(x: float, y: float, text: str, size: float, colour: str = INK, *, bold: bool = False) -> Words:
    return Words(x, y, text, size, colour, bold, "left", "baseline")
