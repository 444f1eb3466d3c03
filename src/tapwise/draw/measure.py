"""How wide and high a text is, in the fonts that matplotlib brings along."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tapwise.draw.needed import need

FAMILY, MATHS = "DejaVu Sans", "dejavusans"
_POINTS = 100.0


def is_maths(text: str) -> bool:
    """Whether a text is a formula: all of it between two dollars."""
    return len(text) > 2 and text[0] == text[-1] == "$"


@lru_cache(maxsize=4096)
def extent(text: str, size: float, *, bold: bool = False) -> tuple[float, float, float]:
    """Return width, height above the baseline and depth below it of a text whose letters are `size` high.

    Plain text has the height and depth of the font, so that lines keep their distance whatever they say.
    """
    width, height, depth = _box(text, bold)
    if not is_maths(text):
        _, height, depth = _box("Hg[", bold)
    return tuple(part * size / _POINTS for part in (width, height - depth, depth))  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def _box(text: str, bold: bool) -> tuple[float, float, float]:
    font = need("matplotlib.font_manager").FontProperties(
        family=FAMILY, weight="bold" if bold else "normal", size=_POINTS, math_fontfamily=MATHS
    )
    measured: Any = need("matplotlib.textpath").text_to_path.get_text_width_height_descent(text, font, is_maths(text))
    width, height, depth = (float(part) for part in measured)
    return width, height, depth


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> float:
    """Return the size, at most `size`, at which a text is no wider than `room`."""
    width = extent(text, size, bold=bold)[0]
    return size if width <= room else size * room / width
