"""What is on a figure, read back from matplotlib's artists; and what should be there, by loops of its own."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np

from tests.needs import needs

needs("matplotlib")

import matplotlib as mpl  # noqa: E402
from matplotlib.patches import Rectangle  # noqa: E402
from matplotlib.text import Text  # noqa: E402

mpl.use("Agg")

Index = tuple[int, ...]
RNG = np.random.default_rng(5)
X, H = RNG.integers(-9, 10, (7, 7)), RNG.integers(-9, 10, (3, 3))
#: The letters that stand for the nine taps, row by row.
LETTERS = "abcdefgop"


def whole(text: str) -> int:
    """A number as figures write it."""
    return int(text.replace("−", "-").strip("[]()×"))


def label(text: str) -> Index:
    """The label in "x[−1, 2]" or "[−1,2]"."""
    inside = re.fullmatch(r"\w*\[(.*)\]", text.replace(" ", ""))
    assert inside, text
    return tuple(whole(part) for part in inside[1].split(","))


def shown(drawing: Any) -> list[str]:
    """Every text on the figure."""
    return [text.get_text() for text in drawing.ax.findobj(Text) if text.get_text()]


def cells(drawing: Any, name: str) -> dict[Index, list[str]]:
    """The lines of text in the cells of an array, by label; of several panels the first."""
    found: dict[Index, dict[int, str]] = {}
    for text in drawing.ax.findobj(Text):
        if match := re.fullmatch(rf"{name}(\[[^]]*\]):(\d+)", text.get_gid() or ""):
            found.setdefault(label(match[1]), {}).setdefault(int(match[2]), text.get_text())
    return {at: [lines[number] for number in sorted(lines)] for at, lines in found.items()}


def box(drawing: Any, name: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of a named rectangle."""
    (found,) = [patch for patch in drawing.ax.findobj(Rectangle) if patch.get_gid() == name]
    return (*found.get_xy(), found.get_width(), found.get_height())


def enclosed(drawing: Any, name: str, array: str) -> set[Index]:
    """The labels of an array's cells whose middles lie inside a named rectangle."""
    left, top, width, height = box(drawing, name)
    inside = set()
    for patch in drawing.ax.findobj(Rectangle):
        if match := re.fullmatch(rf"{array}(\[[^]]*\])", patch.get_gid() or ""):
            x, y = patch.get_xy()
            x, y = x + patch.get_width() / 2, y + patch.get_height() / 2
            if left < x < left + width and top < y < top + height:
                inside.add(label(match[1]))
    return inside


def met(form: str, m: Index, reach: int = 1) -> dict[Index, Index]:
    """Which tap each sample meets at output m, by the three laws in centred labels: k = m - i, i - m or m + i."""
    sign = {"conv": (1, -1), "corr": (-1, 1), "lag": (1, 1)}[form]
    taps = {}
    for i in itertools.product(range(-9, 10), repeat=len(m)):
        k = tuple(sign[0] * a + sign[1] * b for a, b in zip(m, i, strict=True))
        if all(abs(part) <= reach for part in k):
            taps[i] = k
    return taps
