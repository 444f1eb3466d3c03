"""The backward pass, drawn: which upstream gradients reach one sample, and which make one tap's gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import Layer, array, corner, frame
from tapwise.draw.maths import chain
from tapwise.draw.measure import fitted
from tapwise.draw.reading import MOST, called, number, standing, times, window
from tapwise.draw.scene import FAINT, NORMAL, PAPER, SMALL, Line, Scene, Words, below, beside, words
from tapwise.draw.style import BLUE, NOW, WINDOW
from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, Shown
from tapwise.explanation import Labels
from tapwise.explanation.formula import At, Chain, Num, Product, Total
from tapwise.explanation.gradient import GradientExplanation

if TYPE_CHECKING:
    from tapwise.draw.reading import Index
    from tapwise.explanation import Step


def gradients(
    found: GradientExplanation, sample: int | Index | None = None, tap: int | Index | None = None, *, ax: Any = None
) -> Drawing:
    """Draw how one sample and one tap get their gradients from the outputs' gradient g = dL/dy.

    Above, g with the kernel as the sample meets it: for a cross-correlation it lies flipped, so this is a convolution,
    and the other way round. Below, the signal with those samples that the tap multiplied, each with its output's g.

    Parameters
    ----------
    found : GradientExplanation
        Of `tapwise.explain_gradient`, without channels.
    sample, tap : int or tuple of int, optional
        Whose gradients to draw, by their indices; may be left out where one is explained.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> found = tw.explain_gradient([2, 1, 3, 5, 4], [1, -1], [1, 10, 100, 1000], operator="cross-correlation")
    >>> print(tw.draw.gradients(found, sample=1, tap=0).alt)
    dx[1] = h[1]·g[0] + h[0]·g[1] = 9. dh[0] = g[0]·x[0] + g[1]·x[1] + g[2]·x[2] + g[3]·x[3] = 5312.
    """
    if not isinstance(found, GradientExplanation):
        raise ArgumentTypeError(
            "found", found, "is no explanation of gradients", "write found = tapwise.explain_gradient(x, h, g, ...)"
        )
    sizes = found.x.size, found.h.size, found.gradient.size
    if found.layer is not None or found.x.ndim > 2 or not 0 < min(sizes) <= max(sizes) <= MOST:
        raise ShapeError(
            "found", Shown(f"x of shape {found.x.shape}"),
            f"a figure shows one axis or two without channels, up to {MOST} cells", "explain one channel, or a part",
        )  # fmt: skip
    input_step, kernel_step = _named("sample", found.input_steps, sample), _named("tap", found.kernel_steps, tap)
    zero = (0,) * found.x.ndim
    labels = Labels(zero, zero, zero, tuple(range(found.x.ndim)), names=("x", "h", "g"))
    parts = [
        _panel("dx", "gradient by one sample", "y", found.gradient, "x", found.input_gradient, input_step, labels),
        _panel("dh", "gradient by one tap", "x", found.x, "h", found.kernel_gradient, kernel_step, labels),
    ]
    scene = below(parts, 0.9)
    scene.title = "The gradients of one sample and of one tap"
    scene.alt = f"{_told('dx', input_step, labels)}. {_told('dh', kernel_step, labels)}."
    return drawn(scene, ax)


def _named(argument: str, steps: tuple[Step, ...], index: int | Index | None) -> Step:
    wanted = index if isinstance(index, tuple) or index is None else (index,)
    for step in steps:
        if step.output == wanted or (wanted is None and len(steps) == 1):
            return step
    raise ArgumentError(argument, index, "is not one of those explained", "write the index of one that is")


def _panel(
    name: str, title: str, read_role: str, read: Any, made_role: str, made: Any, step: Step, labels: Labels
) -> Scene:
    """Return what is read with what it is multiplied by, and the gradient that is made."""
    cells = window(step)
    lent = {
        position: terms[0]
        for position, terms in cells.items()
        if terms[0].status in ("boundary", "constant", "outside")
    }

    def layers(position: Index) -> list[Layer]:
        return [Layer(standing(lent[position]), colour=FAINT) if position in lent else Layer(number(read[position]))]

    left = array(read_role, read.shape, labels, layers, beside=lent, origin=False,
                 fill=lambda position: WINDOW if position in cells else PAPER)  # fmt: skip
    for position, terms in cells.items():
        x, y = corner(position)
        text = times(terms, labels)
        left.add(Words(x + 0.9, y + 0.93, text, fitted(text, 0.25, 0.8), BLUE, True, "right", "bottom", name="times"))
    if cells:
        left.add(frame(cells, line=0.11))
    gradient = Labels(labels.x, labels.h, labels.y, labels.axes, names=("dx", "dh", "dy"))
    right = array(made_role, made.shape, gradient, lambda p: [Layer(number(made[p]))], origin=False,
                  fill=lambda p: NOW if p == step.output else PAPER)  # fmt: skip
    right.add(frame([step.output], line=0.11))
    arrow = Scene([Line(((0, 0), (1.0, 0)), head=True, line=0.07)])
    flat = read.ndim == 1
    panels = below([left, right], 0.5) if flat else beside([left, arrow, right], 0.5, "middle")
    made_name = called(made_role, step.output, gradient)
    across = "g, with the taps it meets" if name == "dx" else "x, with the g of the outputs it fed"
    heading = below([words(f"{made_name}: {title}", bold=True), words(across, SMALL, colour=FAINT)], 0.15)
    width = max(panels.bounds()[2] - panels.bounds()[0], 8)
    products = tuple(Product((Num(term.weight), Num(term.value, lent=term.status != "sample"))) for term in step.used)
    sums = Chain((At(name, tuple(Num(i) for i in step.output)), Total(products), Num(step.total)))
    return below([heading, panels, chain(sums, width, NORMAL)], 0.35)


def _told(name: str, step: Step, labels: Labels) -> str:
    """Return a gradient as a sum of named products: "dx[1] = h[1]·g[0] + h[0]·g[1] = 9"."""
    result = Labels(labels.x, labels.h, labels.y, labels.axes, names=("dx", "dh", "dy"))
    made = called("x" if name == "dx" else "h", step.output, result)
    first, second = ("h", "y") if name == "dx" else ("y", "x")
    products = [
        f"{called(first, term.tap, labels)}·{called(second, term.position, labels)}"
        for term in step.used if term.tap is not None and term.position is not None
    ]  # fmt: skip
    return f"{made} = {' + '.join(products) or '0'} = {number(step.total)}"
