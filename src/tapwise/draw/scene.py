"""Scenes: what a figure shows, as plain data in units of one cell, the vertical axis pointing down.

Figures build scenes and only `drawing` turns them into matplotlib objects, so a figure never measures a point and the
drawing never sees an index.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tapwise.draw.measure import extent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Bounds = tuple[float, float, float, float]

INK, FAINT, PAPER = "#1a1a1a", "#595959", "#ffffff"
#: Height of letters, in cells: of values, of words beside them, of indices.
LARGE, NORMAL, SMALL = 0.40, 0.33, 0.27


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; `name` says what it stands for, as in "x[1, 0]"."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    edge: str | None = INK
    line: float = 0.03
    dash: tuple[float, ...] = ()
    name: str = ""

    def moved(self, dx: float, dy: float) -> Rect:
        """Return it elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def bounds(self) -> Bounds:
        """Return left, top, right and bottom."""
        half = self.line / 2 if self.edge else 0
        return self.x - half, self.y - half, self.x + self.width + half, self.y + self.height + half


@dataclass(frozen=True, slots=True)
class Words:
    """Text at a point: plain, or a formula where all of it stands between two dollars.

    `across` is "left", "center" or "right" of the point, `down` "center", "top", "bottom" or "baseline".
    """

    x: float
    y: float
    text: str
    size: float = NORMAL
    colour: str = INK
    bold: bool = False
    across: str = "center"
    down: str = "center"
    name: str = ""

    def moved(self, dx: float, dy: float) -> Words:
        """Return it elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def bounds(self) -> Bounds:
        """Return left, top, right and bottom."""
        width, above, below = extent(self.text, self.size, bold=self.bold)
        left = self.x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[self.across]
        height = above + below
        top = {
            "top": self.y,
            "center": self.y - height / 2,
            "bottom": self.y - height,
            "baseline": self.y - above,
        }[self.down]
        return left, top, left + width, top + height


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, with an arrow's head at its end or not; bent to an arc where `bend` is not 0."""

    points: tuple[tuple[float, float], ...]
    colour: str = INK
    line: float = 0.04
    dash: tuple[float, ...] = ()
    head: bool = False
    bend: float = 0.0

    def moved(self, dx: float, dy: float) -> Line:
        """Return it elsewhere."""
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))

    def bounds(self) -> Bounds:
        """Return left, top, right and bottom."""
        across, down = [x for x, _ in self.points], [y for _, y in self.points]
        return min(across), min(down), max(across), max(down)


@dataclass(frozen=True, slots=True)
class Badge:
    """A letter on a disc, which says which box or output is meant, where colours do not."""

    x: float
    y: float
    letter: str
    fill: str
    radius: float = 0.21
    name: str = ""

    def moved(self, dx: float, dy: float) -> Badge:
        """Return it elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def bounds(self) -> Bounds:
        """Return left, top, right and bottom."""
        r = self.radius
        return self.x - r, self.y - r, self.x + r, self.y + r


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An image of numbers in shades, from `low` (dark) to `high`; `signed` ones in two colours around 0."""

    x: float
    y: float
    width: float
    height: float
    pixels: Any
    low: float
    high: float
    signed: bool = False
    name: str = ""

    def moved(self, dx: float, dy: float) -> Picture:
        """Return it elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def bounds(self) -> Bounds:
        """Return left, top, right and bottom."""
        return self.x, self.y, self.x + self.width, self.y + self.height


Item = Rect | Words | Line | Badge | Picture


@dataclass
class Scene:
    """Items, later ones above earlier ones; a title and a text for those who do not see them."""

    items: list[Item] = field(default_factory=list)
    title: str = ""
    alt: str = ""

    def add(self, *items: Item) -> None:
        """Put items on top."""
        self.items += items

    def put(self, scene: Scene, x: float = 0, y: float = 0) -> None:
        """Put another scene's items on top, moved."""
        self.items += [item.moved(x, y) for item in scene.items]

    def bounds(self) -> Bounds:
        """Return left, top, right and bottom of all items."""
        sides = [item.bounds() for item in self.items] or [(0.0, 0.0, 0.0, 0.0)]
        left, top, right, bottom = zip(*sides, strict=True)
        return min(left), min(top), max(right), max(bottom)

    @property
    def texts(self) -> list[str]:
        """Every text in the scene, in the order in which it is drawn."""
        shown = (item for item in self.items if isinstance(item, (Words, Badge)))
        return [item.text if isinstance(item, Words) else item.letter for item in shown]


def beside(scenes: Sequence[Scene], gap: float = 1.0, align: str = "top") -> Scene:
    """Return scenes in a row, their tops, middles or bottoms on one line."""
    return _joined(scenes, gap, align, across=True)


def below(scenes: Sequence[Scene], gap: float = 0.6, align: str = "left") -> Scene:
    """Return scenes in a column, their left sides or their middles on one line."""
    return _joined(scenes, gap, align, across=False)


def _joined(scenes: Iterable[Scene], gap: float, align: str, *, across: bool) -> Scene:
    whole, at = Scene(), 0.0
    for scene in scenes:
        left, top, right, bottom = scene.bounds()
        if across:
            line = {"top": top, "middle": (top + bottom) / 2, "bottom": bottom}[align]
            whole.put(scene, at - left, -line)
            at += right - left + gap
        else:
            whole.put(scene, -(left + right) / 2 if align == "middle" else -left, at - top)
            at += bottom - top + gap
    return whole


def words(text: str, size: float = NORMAL, *, colour: str = INK, bold: bool = False) -> Scene:
    """Return one line of text as a scene of its own."""
    return Scene([Words(0, 0, text, size, colour, bold, "left", "top")])
