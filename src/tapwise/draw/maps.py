"""Where outputs come from: chosen outputs on the output's grid, and the window of each on the signal."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tapwise.draw.arrays import signal_cells
from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import Layer, array, block, outline
from tapwise.draw.reading import bracketed, called, drawable, number, step_at, window
from tapwise.draw.scene import NORMAL, PAPER, Badge, Line, Scene, below, beside, words
from tapwise.draw.style import MARKS, operator_name, tint
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.draw.reading import Index
    from tapwise.explanation import Explanation, Step


def output_map(
    steps: Explanation, at: Sequence[int | Index] | None = None, *, narrow: bool = False, ax: Any = None
) -> Drawing:
    """Draw the signal and the output side by side, chosen outputs and their windows in matching marks.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`, with the outputs to draw among its steps.
    at : list of int or tuple of int, optional
        Outputs by their labels, up to eight; the corners and the middle by default.
    narrow : bool
        Put the output below the signal, for a narrow column or a phone.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([5, 7, 9, 4], [1, 2], operator="cross-correlation", origin="textbook", output_labels="lag")
    >>> print(tw.draw.output_map(steps, at=[-2, 0]).alt)
    cross-correlation, labelled by lag. A: y[−2] = 17 reads x[2], x[3]. B: y[0] = 19 reads x[0], x[1].
    """
    steps = drawable(steps)
    chosen = _corners(steps) if at is None else [step_at(steps, label) for label in at]
    if not 1 <= len(chosen) <= len(MARKS):
        raise ArgumentError(
            "at", at, f"one to {len(MARKS)} outputs can be told apart", "choose fewer, or more than none"
        )
    signal, told = signal_cells(steps, origin=False), []
    marks = {step.output: mark for mark, step in zip(MARKS, chosen, strict=False)}
    for place, step in enumerate(chosen):
        mark, read = marks[step.output], window(step)
        signal.add(outline(read, mark, f"window {mark.letter}", 0.05 + 0.06 * (place % 3)))
        told.append(
            f"{mark.letter}: {called('y', step.output, steps.labels)} = {number(step.total)} reads "
            + ", ".join(called("x", p, steps.labels) for p in read)
        )
    for step in chosen:
        x, y, width, height = block(window(step))
        signal.add(
            Badge(x + width / 2 - 0.27, y + height / 2 - 0.27, marks[step.output].letter, marks[step.output].colour)
        )
    made = {step.output for step in steps}
    output = array(
        "y", steps.y.shape, steps.labels, lambda o: [Layer(""), Layer(_shown(steps, o) if o in made else "")],
        size=1.25, origin=False,
        fill=lambda o: tint(marks[o].colour, 0.3) if o in marks else PAPER,
    )  # fmt: skip
    for index, mark in marks.items():
        output.add(outline([index], mark, f"output {mark.letter}", 0.08, 1.25))
        x, y, _, _ = block([index], 1.25)
        output.add(Badge(x + 0.32, y + 0.32, mark.letter, mark.colour))
    arrow = Scene([Line(((0, 0), (1.2, 0)), head=True, line=0.07)])
    panels = below([signal, output], 0.6) if narrow else beside([signal, arrow, output], 0.5, "middle")
    scene = below([words(operator_name(steps), NORMAL, bold=True), panels], 0.45)
    scene.title = (
        f"Which part of {steps.labels.names[0]} makes which part of {steps.labels.names[2]}: {operator_name(steps)}"
    )
    scene.alt = f"{operator_name(steps)}. " + ". ".join(told) + "."
    return drawn(scene, ax)


def _shown(steps: Explanation, output: Index) -> str:
    """Return what stands in an output's cell: its label where taps are letters, which have no sum, else the number."""
    return bracketed("y", output, steps.labels) if steps.labels.taps else number(steps.y[output])


def _corners(steps: Explanation) -> list[Step]:
    """Return the steps of the corners and of the middle, those that are explained, each once."""
    shape = steps.y.shape
    places = [*itertools.product(*((0, n - 1) for n in shape)), tuple((n - 1) // 2 for n in shape)]
    explained = {step.output: step for step in steps}
    return [explained[place] for place in dict.fromkeys(places) if place in explained]
