"""One dimension, drawn: the signal, the kernel below it at every output as it is placed, the sums, the result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tapwise.draw.arrays import kernel_cells, signal_cells
from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import Layer, array, cell
from tapwise.draw.maths import maths
from tapwise.draw.reading import called, drawable, number, times, window
from tapwise.draw.scene import FAINT, NORMAL, SMALL, Scene, Words, below, beside, words
from tapwise.draw.style import KERNEL, NOW, operator_name
from tapwise.errors import ShapeError, Shown
from tapwise.explanation.written import Formula, as_text

if TYPE_CHECKING:
    from tapwise.explanation import Explanation, Step


def strips(steps: Explanation, *, ax: Any = None) -> Drawing:
    """Draw a one-dimensional operator: the signal, the kernel placed under it for each output, sums and result.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain` in one dimension; a line is drawn for each of its steps.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([2, 1, 3, 5, 4], [1, -1], operator="convolution")
    >>> tw.draw.strips(steps).scene.texts[-10:-6]
    ['−1', '2', '2', '−1']
    """
    steps = drawable(steps)
    if steps.x.ndim != 1:
        told = Shown(f"an explanation of {steps.x.ndim} axes")
        raise ShapeError("steps", told, "strips have one axis", "draw it with tapwise.draw.sliding, or explain one row")
    names = steps.labels.names
    flipped = steps.plan.axes[0].flipped
    given = below([words(f"kernel {names[1]} as it is given", SMALL, colour=FAINT), kernel_cells(steps, 0.9)], 0.2)
    turned = Scene(
        [item for place, tap in enumerate(steps.plan.axes[0].window())
         for item in cell((place,), [Layer(_tap(steps, tap))], size=0.9, fill=KERNEL)]
    )  # fmt: skip
    how = f"{names[1]} reversed, as it slides" if flipped else f"{names[1]} as it slides: not reversed"
    kernels = beside([given, below([words(how, SMALL, colour=FAINT), turned], 0.2)], 1.5)
    slid = signal_cells(steps, origin=False)
    right = max(slid.bounds()[2], *(place[0] + 1 for step in steps for place in window(step)))
    for line, step in enumerate(steps):
        y = 1.35 + 1.2 * line
        slid.put(_placed(steps, step), 0, y)
        slid.items += [Words(right + 0.5, y + 0.5, text, NORMAL, across="left") for text in _sums(steps, step)]
    result = array("y", steps.y.shape, steps.labels, lambda o: [Layer(number(steps.y[o]))], fill=NOW, origin=False)
    scene = below([words(operator_name(steps), bold=True), kernels, slid, result], 0.55)
    scene.title = f"{operator_name(steps)} of {names[0]} with {names[1]}, output by output"
    scene.alt = as_text(steps.blocks())
    return drawn(scene, ax)


def _tap(steps: Explanation, tap: int) -> str:
    return steps.labels.taps[tap,] if steps.labels.taps else number(steps.h[tap])


def _placed(steps: Explanation, step: Step) -> Scene:
    """Return the taps where one output puts them."""
    scene = Scene()
    for position, terms in window(step).items():
        taps = ", ".join(called("h", term.tap, steps.labels) for term in terms if term.tap)
        layers = [Layer(taps, 0.22, FAINT), Layer(times(terms, steps.labels))]
        scene.items += cell(position, layers, fill=KERNEL, name=f"tap {called('y', step.output, steps.labels)}",
                            lent=any(term.status != "sample" for term in terms))  # fmt: skip
    return scene


def _sums(steps: Explanation, step: Step) -> list[str]:
    one = replace(steps, steps=(step,))
    return [maths(block.node) for block in one.blocks(levels=["numbers"]) if isinstance(block, Formula)]
