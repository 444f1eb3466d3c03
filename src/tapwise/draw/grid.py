"""Arrays of one or two axes as grids: cells with lines of text, headers with labels, the origin, what lies outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tapwise.draw.measure import fitted
from tapwise.draw.reading import along, called, marked
from tapwise.draw.scene import FAINT, INK, NORMAL, PAPER, SMALL, Line, Rect, Scene, Words
from tapwise.draw.style import OUTSIDE
from tapwise.explanation.formula import Num, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tapwise.draw.scene import Item
    from tapwise.draw.style import Mark
    from tapwise.explanation import Labels, Term

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of text in a cell."""

    text: str
    size: float = NORMAL
    colour: str = INK
    bold: bool = False


def corner(position: Index, size: float = 1.0) -> tuple[float, float]:
    """Return the upper left corner of the cell of a position: the last axis runs to the right, the other down."""
    return position[-1] * size, (position[0] if len(position) > 1 else 0) * size


def cell(
    position: Index,
    layers: Sequence[Layer],
    *,
    size: float = 1.0,
    fill: str = PAPER,
    name: str = "",
    lent: bool = False,
) -> list[Item]:
    """Return a cell with its lines of text; a `lent` one, beside the signal, is hatched."""
    x, y = corner(position, size)
    items: list[Item] = [Rect(x, y, size, size, fill, INK, 0.025, name=name)]
    if lent:
        items = [Rect(x, y, size, size, OUTSIDE if fill == PAPER else fill, FAINT, 0.025, (0.1, 0.07), name=name)]
        items += [
            Line(((x + near * size, y + far * size), (x + far * size, y + near * size)), "#b5b5b5", 0.02)
            for near, far in ((0.0, 0.5), (0.0, 1.0), (0.5, 1.0))
        ]
    for number, layer in enumerate(layers):
        if not layer.text:
            continue
        room = fitted(layer.text, layer.size, 0.88 * size, bold=layer.bold)
        middle = y + size * (number + 0.5 + _spread(len(layers), number)) / len(layers)
        items.append(
            Words(x + size / 2, middle, layer.text, room, layer.colour, layer.bold, name=name and f"{name}:{number}")
        )
    return items


def _spread(count: int, number: int) -> float:
    """Return by how much a line moves from its third of the cell towards the middle, in lines."""
    return 0.0 if count == 1 else 0.16 * (1 - 2 * number / (count - 1))


def array(
    role: str,
    shape: Index,
    labels: Labels,
    layers: Callable[[Index], Sequence[Layer]],
    *,
    size: float = 1.0,
    fill: str | Callable[[Index], str] = PAPER,
    beside: dict[Index, Term] | None = None,
    only: Collection[Index] | None = None,
    headers: bool = True,
    origin: bool = True,
) -> Scene:
    """Return an array as a grid, with what stands beside it; of its positions `only` some, where they are given."""
    scene, beside = Scene(), beside or {}
    shown = [position for position in np.ndindex(shape) if only is None or position in only]
    for position in [*beside, *shown]:
        colour = fill if isinstance(fill, str) else fill(position)
        name, lent = called(role, position, labels), position in beside
        scene.items += cell(position, layers(position), size=size, fill=colour, name=name, lent=lent)
    if shown:
        scene.add(frame(shown, size))
    zero = marked(role, shape, labels)
    if origin and zero in shown:
        x, y = corner(zero, size)
        scene.add(Rect(x + 0.09, y + 0.09, size - 0.18, size - 0.18, None, INK, 0.06, name=f"origin of {role}"))
    if headers:
        scene.items += header(role, labels, [*shown, *beside], size)
    return scene


def frame(positions: Collection[Index], size: float = 1.0, line: float = 0.06) -> Rect:
    """Return the outline of the block of cells that holds some positions, as wide outside whatever its line."""
    x, y, width, height = block(positions, size)
    inset = (line - 0.06) / 2
    return Rect(x + inset, y + inset, width - 2 * inset, height - 2 * inset, None, INK, line)


def block(positions: Collection[Index], size: float = 1.0) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the block of cells that holds some positions."""
    across, down = zip(*(corner(position, size) for position in positions), strict=True)
    return min(across), min(down), max(across) - min(across) + size, max(down) - min(down) + size


def outline(positions: Collection[Index], mark: Mark, name: str, inset: float = 0.0, size: float = 1.0) -> Rect:
    """Return a mark's box around the block that holds some positions."""
    x, y, width, height = block(positions, size)
    return Rect(
        x + inset, y + inset, width - 2 * inset, height - 2 * inset, None, mark.colour, 0.11, mark.dash, name=name
    )


def header(role: str, labels: Labels, positions: Collection[Index], size: float) -> list[Item]:
    """Return the labels along the upper and the left side of a block of cells, 0 in bold, and the axes' letters."""
    left, top, width, height = block(positions, size)
    last = len(labels.axes) - 1
    letters = [labels.letters(role)[labels.axes.index(axis)].name for axis in range(last + 1)]
    items: list[Item] = []
    for place in sorted({position[-1] for position in positions}):
        label = along(role, last, place, labels)
        items.append(
            Words((place + 0.5) * size, top - 0.36, _label(label), SMALL, FAINT, label == 0, name=f"column {label}")
        )
    items.append(Words(left + width / 2, top - 0.92, f"${letters[last]} \\rightarrow$", NORMAL, FAINT))
    name = labels.names["xhy".index(role)]
    down = top - 0.36 if last else top + size / 2
    items.append(Words(left - 0.25, down, name, NORMAL, INK, bold=True, across="right", name=f"name of {role}"))
    if last:
        for place in sorted({position[0] for position in positions}):
            label = along(role, 0, place, labels)
            items.append(
                Words(left - 0.4, (place + 0.5) * size, _label(label), SMALL, FAINT, label == 0, name=f"row {label}")
            )
        items.append(Words(left - 1.0, top + height / 2 - 0.25, f"${letters[0]}$", NORMAL, FAINT))
        items.append(Words(left - 1.0, top + height / 2 + 0.25, "$\\downarrow$", NORMAL, FAINT))
    return items


def _label(label: int) -> str:
    return Text().write(Num(label))
