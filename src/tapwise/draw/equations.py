"""The operators' equations, one below the other, the sign that differs marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.maths import formula
from tapwise.draw.reading import drawable
from tapwise.draw.scene import FAINT, SMALL, below, words
from tapwise.draw.style import MARKS, operator_name
from tapwise.errors import ArgumentError, Shown
from tapwise.explanation.formula import Text
from tapwise.explanation.wording import array_sentence

if TYPE_CHECKING:
    from tapwise.explanation import Explanation


def equations(*explanations: Explanation, over: str = "inputs", legend: bool = True, ax: Any = None) -> Drawing:
    """Draw the equation of each explanation, the signs inside its indices marked.

    Parameters
    ----------
    *explanations : Explanation
        Of `tapwise.explain`, one or more.
    over : {"inputs", "taps"}
        Sum over the inputs, y[m] = sum of x[i]·h[m - i], or over the taps, y[m] = sum of h[k]·x[m - k].
    legend : bool
        Say below what the letters are and where they run.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> conv, corr = (tw.explain([1, 2, 3], [1, 2], operator=operator, origin="textbook")
    ...               for operator in ("convolution", "cross-correlation"))
    >>> print(tw.draw.equations(conv, corr).alt)
    convolution: y[m] = Σ_i x[i]·h[m − i]; cross-correlation: y[m] = Σ_i x[i]·h[i − m].
    """
    if not explanations:
        raise ArgumentError("explanations", Shown("none"), "there is nothing to draw", "give one explanation or more")
    lines, told = [], []
    for mark, steps in zip(MARKS, explanations, strict=False):
        definition = drawable(steps).definition(over)
        name = operator_name(steps)
        lines.append(below([words(name, SMALL, colour=FAINT), formula(definition, 0.46, colour=mark.colour)], 0.2))
        told.append(f"{name}: {Text().write(definition)}")
    scene = below(lines, 0.55)
    if legend:
        first = explanations[0]
        arrays = (("x", first.x.shape), ("h", first.h.shape), ("y", first.y.shape))
        notes = [
            words(array_sentence(r, s, first.labels, "signal").replace("-", "−"), SMALL, colour=FAINT)
            for r, s in arrays
        ]
        scene = below([scene, below(notes, 0.12)], 0.5)
    scene.title = (
        "The equation" + ("s" if len(explanations) > 1 else "") + " of " + ", ".join(map(operator_name, explanations))
    )
    scene.alt = "; ".join(told) + "."
    return drawn(scene, ax)
