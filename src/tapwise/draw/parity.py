"""A kernel's even and odd part: where the two operators agree, and where they differ in sign."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import Layer, cell, frame
from tapwise.draw.reading import MOST, number
from tapwise.draw.scene import FAINT, LARGE, NORMAL, SMALL, Rect, Scene, Words, below, beside
from tapwise.draw.style import GREEN, KERNEL, NOW, PURPLE, tint
from tapwise.errors import ShapeError, Shown
from tapwise.explanation import parity as explained


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
        As for `tapwise.parity`, which gives the same as data.

    Examples
    --------
    >>> import tapwise as tw
    >>> print(tw.draw.parity([2, 1, 3, 5, 4], [1, 2, 0]).alt.splitlines()[0])
    h = [1 2 0] is its even part [1/2 2 1/2] and its odd part [1/2 0 −1/2].
    """
    signal, kernel = np.asarray(x), np.asarray(h)
    if not 1 <= kernel.ndim <= 2 or not 1 <= min(signal.size, kernel.size) <= max(signal.size, kernel.size) <= MOST:
        told, rule = Shown(f"array of shape {kernel.shape}"), f"a figure shows one axis or two, from 1 cell to {MOST}"
        raise ShapeError("h", told, rule, "take a part of it")
    found = explained(x, h, **words)
    lines = [_line(("h", "even part", "odd part"), (found.kernel, found.even, found.odd), ("=", "+"), KERNEL)]
    for name, results in (("convolution", found.convolution), ("cross-correlation", found.correlation)):
        lines.append(Scene([Words(0, 0, name, NORMAL, bold=True, across="left", down="top")]))
        lines.append(_line(("whole kernel", "of the even part", "of the odd part"), results, ("=", "+"), NOW))
    scene = below(lines, 0.45)
    scene.title = "The even part of a kernel, where the operators agree, and its odd part, where they differ in sign"
    scene.alt = found.text()
    return drawn(scene, ax)


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
