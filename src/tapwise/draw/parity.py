"""A kernel's even and odd part: where the two operators agree, and where they differ in sign."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import Layer, cell, frame
from tapwise.draw.reading import drawable, number
from tapwise.draw.scene import FAINT, LARGE, NORMAL, SMALL, Rect, Scene, Words, below, beside
from tapwise.draw.style import GREEN, KERNEL, NOW, PURPLE, tint
from tapwise.errors import ArgumentTypeError
from tapwise.explanation import explain


def parity(x: Any, h: Any, *, ax: Any = None, **words: Any) -> Drawing:
    """Draw a kernel as the sum of its even and its odd part, and what each operator makes of the two.

    With h~ the kernel reversed along all axes, even = (h + h~)/2 and odd = (h - h~)/2. Both operators give the same for
    the even part, and opposite signs for the odd one: convolution = A + B, cross-correlation = A - B.

    Parameters
    ----------
    x, h : array_like
        Signal and kernel of one axis or two; whole numbers are halved exactly.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    **words
        Fields of `tapwise.Convention.of` other than `operator`.

    Examples
    --------
    >>> import tapwise as tw
    >>> print(tw.draw.parity([2, 1, 3, 5, 4], [1, 2, 0]).alt.splitlines()[0])
    h = [1 2 0] is its even part [1/2 2 1/2] and its odd part [1/2 0 −1/2].
    """
    if "operator" in words:
        raise ArgumentTypeError("operator", words["operator"], "both are drawn", "leave it out")
    whole = explain(x, h, operator="convolution", **words)
    signal, kernel = _exact(drawable(whole).x), _exact(whole.h)
    even, odd = (kernel + np.flip(kernel)) / 2, (kernel - np.flip(kernel)) / 2
    names = ("convolution", "cross-correlation")
    made = {name: [explain(signal, part, operator=name, **words).y for part in (even, odd, kernel)] for name in names}
    lines = [_line(("h", "even part", "odd part"), (kernel, even, odd), ("=", "+"), KERNEL)]
    for name in names:
        a, b, y = made[name]
        lines.append(Scene([Words(0, 0, name, NORMAL, bold=True, across="left", down="top")]))
        lines.append(_line(("whole kernel", "of the even part", "of the odd part"), (y, a, b), ("=", "+"), NOW))
    scene = below(lines, 0.45)
    scene.title = "The even part of a kernel, where the operators agree, and its odd part, where they differ in sign"
    told = [f"h = {_row(kernel)} is its even part {_row(even)} and its odd part {_row(odd)}."]
    told += [f"{name}: {_row(made[name][2])} = {_row(made[name][0])} + {_row(made[name][1])}." for name in names]
    scene.alt = "\n".join(told)
    return drawn(scene, ax)


def _exact(values: Any) -> Any:
    """Return whole numbers as fractions, others as they are."""
    if values.dtype.kind not in "iub":
        return values
    exact = np.empty(values.shape, object)
    exact.ravel()[:] = [Fraction(int(value)) for value in values.ravel()]
    return exact


def _line(names: tuple[str, ...], arrays: tuple[Any, ...], signs: tuple[str, ...], fill: str) -> Scene:
    fills = (fill, tint(GREEN, 0.2), tint(PURPLE, 0.2))
    parts: list[Scene] = []
    for name, values, sign, colour in zip(names, arrays, ("", *signs), fills, strict=True):
        if sign:
            height = float(values.shape[0] if values.ndim == 2 else 1)
            parts.append(Scene([Words(0, height / 2, sign, LARGE), Rect(0, 0, 0, height, None, None)]))
        parts.append(_cells(name, values, colour))
    return beside(parts, 0.4, "bottom")


def _cells(name: str, values: Any, fill: str) -> Scene:
    scene, positions = Scene(), list(np.ndindex(values.shape))
    for position in positions:
        scene.items += cell(position, [Layer(number(values[position]))], fill=fill, name=f"{name}{list(position)}")
    scene.add(frame(positions))
    scene.add(Words(0, -0.3, name, SMALL, FAINT, across="left", down="bottom"))
    return scene


def _row(values: Any) -> str:
    if values.ndim == 1:
        return f"[{' '.join(number(v) for v in values)}]"
    return f"[{' '.join(_row(part) for part in values)}]"
