"""The kernel in place: in each cell of a window its index, the tap that meets it, and what is multiplied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.draw.arrays import around, kernel_cells
from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import Layer, array, frame
from tapwise.draw.reading import bracketed, called, drawable, outside, standing, step_at, weight, window
from tapwise.draw.scene import FAINT, LARGE, NORMAL, PAPER, SMALL, Line, Scene, Words, below, beside
from tapwise.draw.style import BLUE, KERNEL, VERMILLION, operator_name

if TYPE_CHECKING:
    from tapwise.draw.reading import Index
    from tapwise.explanation import Explanation


def placement(
    steps: Explanation,
    at: int | Index | None = None,
    *,
    margin: int = 1,
    values: bool = False,
    narrow: bool = False,
    ax: Any = None,
) -> Drawing:
    """Draw the kernel where one output puts it on the signal, beside the kernel as it is given.

    Each cell of the window has three lines: the index of the sample, the index of the tap, and the tap itself.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`.
    at : int or tuple of int, optional
        The output, by its label; may be left out where one is explained.
    margin : int
        How many samples around the window to show, as far as the signal has them.
    values : bool
        Write the product into the third line, sample times tap, instead of the tap alone.
    narrow : bool
        Put the kernel as it is given below, for a narrow column or a phone.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([5, 7, 9], [1, 2], operator="convolution", at=1, letters=True)
    >>> tw.draw.placement(steps, margin=0).scene.texts[:6]
    ['[1]', 'h[1]', 'b', '[2]', 'h[0]', 'a']
    """
    steps = drawable(steps)
    step, labels = step_at(steps, at), steps.labels
    read, lent, size = window(step), outside(steps, step), 1.7

    def layers(position: Index) -> list[Layer]:
        index = Layer(bracketed("x", position, labels), SMALL, FAINT)
        terms = read.get(position, [])
        if not terms:
            return [index]
        taps = ", ".join(called("h", term.tap, labels) for term in terms if term.tap is not None)
        factors = " + ".join(
            f"{standing(term)} · {weight(term, labels)}" if values else weight(term, labels) for term in terms
        )
        return [index, Layer(taps, SMALL, BLUE), Layer(factors, LARGE, bold=True)]

    part = around(steps, read, margin)
    place = array("x", steps.x.shape, labels, layers, size=size, fill=lambda p: KERNEL if p in read else PAPER,
                  beside=lent, only=part, origin=False)  # fmt: skip
    place.add(frame(read, size, 0.12))
    given = kernel_cells(steps, 0.9)
    _, top, right, _ = given.bounds()
    given.add(Words(right / 2, top - 0.3, f"{labels.names[1]} as it is given", NORMAL, down="bottom"))
    given = _turned(steps, given)
    scene = below([place, given], 0.7) if narrow else beside([place, given], 0.9, "middle")
    name = called("y", step.output, labels)
    scene.title = f"{name} by {operator_name(steps)}: where each tap of {labels.names[1]} falls"
    pairs = (
        f"{called('x', p, labels)} meets {called('h', t.tap, labels)} = {weight(t, labels)}"
        for p, ts in read.items()
        for t in ts
        if t.tap
    )
    scene.alt = f"{scene.title}. {_how(steps)}. " + ", ".join(pairs) + "."
    return drawn(scene, ax)


def _turned(steps: Explanation, given: Scene) -> Scene:
    """Return the kernel as given with the arrow that says how it comes into place."""
    left, _, right, bottom = given.bounds()
    colour = VERMILLION if any(_flips(steps)) else BLUE
    arrow = Line(((right, bottom + 0.55), (left, bottom + 0.55)), colour, 0.09, head=True)
    said = Words((left + right) / 2, bottom + 0.85, _how(steps), NORMAL, colour, True, down="top")
    return Scene([*given.items, arrow, said])


def _flips(steps: Explanation) -> list[bool]:
    return [axis.flipped for axis in steps.plan.axes]


def _how(steps: Explanation) -> str:
    flips = _flips(steps)
    if not any(flips):
        return "put in place as it is"
    if not all(flips):
        return f"flipped along axis {flips.index(True)} only"
    return "rotated by 180°" if len(flips) == 2 else "flipped"
