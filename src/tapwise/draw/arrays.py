"""The arrays by themselves: a kernel with its indices and its taps, a signal with its headers, a corner of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import Layer, array, frame
from tapwise.draw.reading import bracketed, called, drawable, marked, number, outside, standing, step_at, window
from tapwise.draw.scene import FAINT, LARGE, PAPER, SMALL, Scene, Words, beside
from tapwise.draw.style import KERNEL, WINDOW
from tapwise.errors import ArgumentError
from tapwise.explanation.wording import array_sentence

if TYPE_CHECKING:
    from tapwise.draw.reading import Index
    from tapwise.explanation import Explanation


def kernel(steps: Explanation, *, ax: Any = None) -> Drawing:
    """Draw the kernel twice: with the index of each tap, and with the taps themselves, numbers or letters.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`, whose labels and letters are shown.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([[1, 2, 3], [4, 5, 6]], [[1, 2], [3, 4]], operator="convolution", letters=True)
    >>> tw.draw.kernel(steps).scene.texts[-4:]
    ['a', 'b', 'c', 'd']
    """
    steps = drawable(steps)
    indices = array("h", steps.h.shape, steps.labels, lambda tap: [Layer(bracketed("h", tap, steps.labels))], size=1.25)
    scene = beside([indices, kernel_cells(steps, 1.25)], gap=0.9, align="bottom")
    scene.title = f"The kernel {steps.labels.names[1]}: the index of each tap, and the taps"
    taps = "; ".join(f"{called('h', tap, steps.labels)} = {tap_text(steps, tap)}" for tap in np.ndindex(steps.h.shape))
    scene.alt = f"{array_sentence('h', steps.h.shape, steps.labels, 'signal')}: {taps}."
    return drawn(scene, ax)


def kernel_cells(steps: Explanation, size: float = 1.0) -> Scene:
    """Return the kernel as it is given, with its taps."""
    return array(
        "h", steps.h.shape, steps.labels, lambda tap: [Layer(tap_text(steps, tap), LARGE)], size=size,
        fill=KERNEL, headers=False, origin=False,
    )  # fmt: skip


def tap_text(steps: Explanation, tap: Index) -> str:
    """Return a tap's letter where it has one, else its number as it is given."""
    letters = steps.labels.taps
    return number(steps.h[tap]) if letters is None else letters[tap]


def signal(steps: Explanation, *, values: bool = True, ax: Any = None) -> Drawing:
    r"""Draw the signal with the labels of its axes and its origin marked, and what the boundary puts beside it.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`. The cells beside the signal are those that its steps read.
    values : bool
        Show the samples, or empty cells.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([5, 7, 9], [1, 1], operator="convolution", origin="centre")
    >>> tw.draw.signal(steps).scene.texts
    ['5', '7', '9', '−1', '0', '1', '$i \\rightarrow$', 'x', 'thick frame: x[0]']
    """
    steps = drawable(steps)
    scene = signal_cells(steps, values=values)
    zero = marked("x", steps.x.shape, steps.labels)
    if zero is not None:
        scene.add(
            Words(
                steps.x.shape[-1] / 2,
                scene.bounds()[3] + 0.5,
                f"thick frame: {called('x', zero, steps.labels)}",
                SMALL,
                FAINT,
            )
        )
    scene.title = f"The signal {steps.labels.names[0]} and its indices"
    scene.alt = f"{array_sentence('x', steps.x.shape, steps.labels, 'signal')}."
    return drawn(scene, ax)


def signal_cells(steps: Explanation, *, values: bool = True, only: Any = None, **options: Any) -> Scene:
    """Return the signal's cells with their samples, and those beside it that are read."""
    lent = outside(steps)

    def layers(position: Index) -> list[Layer]:
        if position in lent:
            return [Layer(standing(lent[position]), colour=FAINT)]
        return [Layer(number(steps.x[position]))] if values else []

    return array("x", steps.x.shape, steps.labels, layers, beside=lent, only=only, **options)


def zoom(steps: Explanation, at: int | Index | None = None, *, margin: int = 1, ax: Any = None) -> Drawing:
    """Draw the part of the signal around one output's window, each cell with its index, and where that part lies.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`.
    at : int or tuple of int, optional
        The output, by its label; may be left out where one is explained.
    margin : int
        How many samples around the window to show, as far as the signal has them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain(range(9), [1, 1], operator="convolution", at=7)
    >>> tw.draw.zoom(steps).scene.texts[:3]
    ['[6]', '[7]', '[8]']
    """
    steps = drawable(steps)
    step = step_at(steps, at)
    read = window(step)
    part = around(steps, read, margin)
    lent = outside(steps, step)
    near = array(
        "x", steps.x.shape, steps.labels, lambda position: [Layer(bracketed("x", position, steps.labels), SMALL)],
        size=1.3, fill=lambda position: WINDOW if position in read else PAPER, beside=lent, only=part,
    )  # fmt: skip
    near.add(frame(read, 1.3, 0.12))
    scene = beside([near, _map(steps, part)], gap=1.2, align="middle")
    name = called("y", step.output, steps.labels)
    scene.title = f"The part of {steps.labels.names[0]} around what {name} reads"
    positions = ", ".join(called("x", position, steps.labels) for position in read)
    scene.alt = f"{name} reads {positions}."
    return drawn(scene, ax)


def around(steps: Explanation, read: Any, margin: int) -> set[Index]:
    """Return the signal's positions in the block that holds what is read, and `margin` samples around it."""
    if margin < 0:
        raise ArgumentError("margin", margin, "must be 0 or more", "write margin=1")
    sides = [(min(places) - margin, max(places) + margin) for places in zip(*read, strict=True)]
    return {
        position for position in np.ndindex(steps.x.shape)
        if all(low <= p <= high for p, (low, high) in zip(position, sides, strict=True))
    }  # fmt: skip


def _map(steps: Explanation, part: set[Index]) -> Scene:
    """Return the whole signal in small, with a part of it marked."""
    size = min(0.36, 4 / max(steps.x.shape))
    small = array("x", steps.x.shape, steps.labels, lambda _: [], size=size, headers=False, origin=False,
                  fill=lambda position: WINDOW if position in part else PAPER)  # fmt: skip
    left, _, right, bottom = small.bounds()
    if part:
        small.add(frame(part, size, 0.08))
    small.add(Words((left + right) / 2, bottom + 0.45, f"all of {steps.labels.names[0]}", SMALL, FAINT))
    return small
