"""What the same output reads under each operator: one box each on the signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.draw.arrays import signal_cells
from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import block, outline
from tapwise.draw.reading import called, drawable, outside, step_at, window
from tapwise.draw.scene import NORMAL, Badge, Line, Scene, Words, below
from tapwise.draw.style import MARKS, operator_name
from tapwise.errors import ArgumentError, Shown

if TYPE_CHECKING:
    from tapwise.draw.reading import Index
    from tapwise.draw.style import Mark
    from tapwise.explanation import Explanation


def windows(*explanations: Explanation, at: int | Index | None = None, ax: Any = None) -> Drawing:
    """Draw on one signal what the output with the same label reads under each explanation.

    Parameters
    ----------
    *explanations : Explanation
        Of `tapwise.explain`, of the same signal; up to eight.
    at : int or tuple of int, optional
        The output, by its label; may be left out where one is explained.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> conv, corr = (tw.explain([5, 7, 9, 4], [1, 2, 3], operator=operator, origin="centre", at=0)
    ...               for operator in ("convolution", "cross-correlation"))
    >>> print(tw.draw.windows(conv, corr).alt)
    A, convolution: y[0] reads x[−1], x[0], x[1]. B, cross-correlation: y[0] reads x[−1], x[0], x[1].
    """
    first = _alike(explanations)
    picture = signal_cells(first, origin=False)
    legend, told = Scene(), []
    for number, (mark, steps) in enumerate(zip(MARKS, explanations, strict=False)):
        step = step_at(steps, at)
        read = window(step)
        inset = 0.07 * (number + 1) if len(explanations) > 1 else 0.0
        box = outline(read, mark, f"window {mark.letter}", inset)
        picture.add(box)
        x, y, width, _ = block(read)
        picture.add(Badge(x + 0.5 * (number + 1) if width > 1 else x, y, mark.letter, mark.colour))
        told.append(
            f"{mark.letter}, {operator_name(steps)}: {called('y', step.output, steps.labels)} reads "
            + ", ".join(called("x", p, steps.labels) for p in read)
        )
        _entry(legend, number, mark, f"{called('y', step.output, steps.labels)} of the {operator_name(steps)}")
    scene = below([picture, legend], 0.5)
    scene.title = "What the output with the same label reads under each operator"
    scene.alt = ". ".join(told) + "."
    return drawn(scene, ax)


def _alike(explanations: tuple[Explanation, ...]) -> Explanation:
    """Return the explanation on whose signal all are drawn: the one that reads most beside it."""
    if not 1 <= len(explanations) <= len(MARKS):
        told = Shown(f"{len(explanations)} of them")
        raise ArgumentError(
            "explanations", told, f"one to {len(MARKS)} can be told apart", "give fewer, or more than none"
        )
    for steps in explanations:
        if drawable(steps).x.shape != explanations[0].x.shape or (steps.x != explanations[0].x).any():
            raise ArgumentError(
                "explanations", Shown("of different signals"), "are drawn on one", "explain the same signal"
            )
    return max(explanations, key=lambda steps: len(outside(steps)))


def _entry(legend: Scene, number: int, mark: Mark, text: str) -> None:
    y = 0.62 * number
    legend.add(Badge(0, y, mark.letter, mark.colour))
    legend.add(Line(((0.4, y), (1.6, y)), mark.colour, 0.11, mark.dash))
    legend.add(Words(1.85, y, text, NORMAL, across="left"))
