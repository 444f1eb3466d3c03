"""Colours, dashes and letters. Colours are those of Okabe and Ito, told apart by colour-blind readers as well.

A colour never stands alone: whatever it tells, a dash or a letter tells too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwise.explanation import Explanation

BLACK, ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip

#: Cells of the window, of the kernel, of the output that is being made, of outputs made before, and beside the signal.
WINDOW, KERNEL, NOW, DONE, OUTSIDE = "#FFF3C4", "#DCEBF7", "#FBD3B9", "#F1F1F1", "#E3E3E3"

SOLID: tuple[float, ...] = ()
DASHED, DOTTED, DASH_DOT, LONG = (0.22, 0.12), (0.05, 0.09), (0.26, 0.09, 0.05, 0.09), (0.42, 0.14)


@dataclass(frozen=True, slots=True)
class Mark:
    """How one of several things is told from the others."""

    letter: str
    colour: str
    dash: tuple[float, ...]


MARKS = (
    Mark("A", BLUE, SOLID),
    Mark("B", VERMILLION, DASHED),
    Mark("C", GREEN, DASH_DOT),
    Mark("D", PURPLE, LONG),
    Mark("E", BLACK, DOTTED),
    Mark("F", ORANGE, SOLID),
    Mark("G", SKY, DASHED),
    Mark("H", "#7A4B00", DASH_DOT),
)


def operator_name(steps: Explanation) -> str:
    """Return what the operator of an explanation is called, with the form of its labels where there are two."""
    names = list(dict.fromkeys(axis.operator for axis in steps.convention.axes))
    name = " and ".join(names)
    if steps.convention.direction == "transposed":
        name = f"transposed {name}"
    return f"{name}, labelled by lag" if steps.labels.reflected else name


def tint(colour: str, share: float = 0.25) -> str:
    """Return a colour mixed with white."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def readable_on(colour: str) -> str:
    """Return black or white, whichever is the easier to read on a colour (WCAG's relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#000000" if (light + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"
