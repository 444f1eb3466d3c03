"""The worked example: one line a pair, its indices put in, solved, its numbers, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.maths import chain, formula, maths
from tapwise.draw.measure import extent, is_maths
from tapwise.draw.reading import called, drawable, step_at
from tapwise.draw.scene import FAINT, INK, NORMAL, SMALL, Line, Scene, Words
from tapwise.draw.style import BLUE, operator_name
from tapwise.explanation.formula import Chain
from tapwise.explanation.written import Formula, Worked, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapwise.draw.reading import Index
    from tapwise.explanation import Explanation

_PITCH, _GAP = 0.62, 0.7
#: Between rows that have several lines.
_BETWEEN = 0.25


def worked_example(
    steps: Explanation,
    at: int | Index | None = None,
    *,
    over: str = "inputs",
    most: int = 6,
    narrow: bool = False,
    ax: Any = None,
) -> Drawing:
    r"""Draw the lines by which one output is found.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`; with `around=1` the inputs beside the window that meet no tap are shown too.
    at : int or tuple of int, optional
        The output, by its label; may be left out where one is explained.
    over : {"inputs", "taps"}
        The order of the lines, and which index is solved for.
    most : int
        With more lines than this that meet no tap, the others are only counted.
    narrow : bool
        Write each line as two, the indices and below them the numbers, for a narrow column or a phone.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([5, 7, 9], [1, 2], operator="convolution", origin="textbook", at=1)
    >>> tw.draw.worked_example(steps).scene.texts[7:10]
    ['$x[0] \\cdot h[1 - 0]$', '$x[0] \\cdot h[1]$', '$5 \\cdot 2$']
    """
    one = replace(drawable(steps), steps=(step_at(steps, at),))
    (table,) = [b for b in one.blocks(levels=["symbols"], over=over, worked=True) if isinstance(b, Worked)]
    sums = [
        b.node
        for b in one.blocks(levels=["numbers"], over=over)
        if isinstance(b, Formula) and isinstance(b.node, Chain)
    ]
    used = [row for row in table.rows if row[2] is not None]
    missed = [row for row in table.rows if row[2] is None]
    heads = ("indices put in", "solved", "letters" if one.labels.taps else "numbers", "")
    rows = [[*("" if node is None else maths(node) for node in row[:3]), row[3]] for row in (*used, *missed[:most])]
    if narrow:  # the numbers stand below the solved indices, what became of the pair beside them
        heads, rows = (*heads[:2], *heads[:1:-1]), [[*row[:2], *row[:1:-1]] for row in rows]
    scene = _table(heads, rows, len(used), lines=2 if narrow else 1)
    if len(missed) > most:
        scene.add(_left(0, scene.bounds()[3] + 0.35, f"… and {len(missed) - most} more that meet no tap", SMALL, FAINT))
    bottom = scene.bounds()[3] + 0.25
    scene.add(Line(((0, bottom), (scene.bounds()[2], bottom)), INK, 0.03))
    for node in sums:
        scene.put(chain(node, scene.bounds()[2]), 0, bottom + 0.6)
    name = called("y", one.steps[0].output, one.labels)
    top = scene.bounds()[1]
    above = Scene([_left(0, top - 2.1, f"{name} by {operator_name(one)}", NORMAL, INK, bold=True)])
    above.put(formula(one.definition(over), 0.4, colour=BLUE), 0, top - 1.2)
    scene.items = [*above.items, *scene.items]
    scene.title = f"{name} worked out by {operator_name(one)}"
    scene.alt = as_text(one.blocks(over=over))
    return drawn(scene, ax)


def _left(x: float, y: float, text: str, size: float, colour: str, *, bold: bool = False) -> Words:
    return Words(x, y, text, size, colour, bold, "left", "baseline")


def _table(heads: tuple[str, ...], rows: list[list[str]], used: int, lines: int) -> Scene:
    """Return rows in columns, each row on one or more lines; the first `used` are in ink, the others faint."""
    columns = len(heads) // lines
    high, first = _PITCH * lines + (_BETWEEN if lines > 1 else 0), -_PITCH * (lines - 1)
    wide = [
        max(
            extent(text, NORMAL if number else SMALL)[0]
            for number, row in enumerate((heads, *rows))
            for text in row[c::columns]
        )
        for c in range(columns)
    ]
    lefts = [sum(wide[:c]) + _GAP * c for c in range(columns)]

    def cells(row: Sequence[str], y: float) -> Iterator[tuple[float, float, str]]:
        return ((lefts[c % columns], y + _PITCH * (c // columns), text) for c, text in enumerate(row) if text)

    scene = Scene([_left(x, y, head, SMALL, FAINT) for x, y, head in cells(heads, first)])
    for number, row in enumerate(rows):
        scene.items += [
            _left(x, y, text, NORMAL if is_maths(text) else SMALL, INK if number < used else FAINT)
            for x, y, text in cells(row, first + high * (number + 1))
        ]
    half = lefts[1] - _GAP / 2
    scene.add(Line(((half, first - 0.3), (half, len(rows) * high + 0.2)), BLUE, 0.05))
    return scene
