"""Scenes drawn with matplotlib, and files of them: SVG, PDF, PNG with their text for readers who do not see them."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwise.draw.measure import FAMILY, MATHS, is_maths
from tapwise.draw.needed import need
from tapwise.draw.scene import PAPER, Badge, Line, Picture, Rect, Words
from tapwise.draw.style import readable_on
from tapwise.errors import ArgumentTypeError

if TYPE_CHECKING:
    from tapwise.draw.scene import Item, Scene

#: The side of a cell of a figure of its own, in inches; the white around it, in cells; dots an inch of a PNG.
CELL, MARGIN, DOTS = 0.42, 0.35, 200
POINTS = 72
#: The same figure makes the same file, and letters keep the widths that were measured, whatever the dots an inch.
SETTINGS = {"svg.hashsalt": "tapwise", "text.hinting": "none"}


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure: what matplotlib holds of it, and its text. A notebook shows it as SVG.

    Attributes
    ----------
    figure, ax : matplotlib.figure.Figure, matplotlib.axes.Axes
        Where it is drawn.
    scene : Scene
        The cells, boxes and texts that were drawn, as data.
    """

    figure: Any
    ax: Any
    scene: Scene

    @property
    def title(self) -> str:
        """What the figure is called."""
        return self.scene.title

    @property
    def alt(self) -> str:
        """What the figure shows, in words."""
        return self.scene.alt

    def savefig(self, target: Any, **options: Any) -> None:
        """Write the figure as matplotlib's `savefig` does, with its title and its text in the file's metadata.

        Parameters
        ----------
        target : path or binary file
            Where to: `.svg`, `.pdf`, `.png`, or whatever matplotlib writes.
        **options
            Passed on to `matplotlib.figure.Figure.savefig`.
        """
        named = isinstance(target, (str, Path))
        kind = str(options.get("format") or (Path(target).suffix[1:] if named else "png")).lower()
        if kind == "svg":
            data = self._svg(options).encode()
            if named:
                Path(target).write_bytes(data)
            else:
                target.write(data)
            return
        known = {
            "pdf": {"Title": self.title, "Subject": self.alt, "CreationDate": None},
            "png": {"Title": self.title, "Description": self.alt},
        }
        options = {"dpi": DOTS, "facecolor": PAPER, "metadata": known.get(kind), **options, "format": kind}
        with need("matplotlib").rc_context(SETTINGS):
            self.figure.savefig(target, **options)

    def _svg(self, options: dict[str, Any]) -> str:
        """Return the figure as SVG that a screen reader can announce, the same for the same figure."""
        buffer = io.StringIO()
        with need("matplotlib").rc_context(SETTINGS):
            self.figure.savefig(
                buffer,
                **{"facecolor": PAPER, "metadata": {"Title": self.title, "Date": None}, **options, "format": "svg"},
            )
        head, body = re.split(r"<title>.*?</title>\s*", buffer.getvalue(), maxsplit=1, flags=re.DOTALL)
        head = head.rstrip().removesuffix(">") + ' role="img" aria-labelledby="title desc">'
        body = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), body)  # hundredths will do
        told = f'<title id="title">{escape(self.title)}</title>\n <desc id="desc">{escape(self.alt)}</desc>\n '
        return f"{head}\n {told}{body}"

    def _repr_svg_(self) -> str:
        return self._svg({})


def drawn(scene: Scene, ax: Any = None) -> Drawing:
    """Draw a scene, on a figure of its own or on the axes given."""
    left, top, right, bottom = scene.bounds()
    left, top, right, bottom = left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN
    if ax is None:
        figure = need("matplotlib.figure").Figure(figsize=((right - left) * CELL, (bottom - top) * CELL))
        ax, unit = figure.add_axes((0, 0, 1, 1)), CELL * POINTS
    else:
        if not hasattr(ax, "add_patch"):
            raise ArgumentTypeError(
                "ax", ax, "is not an Axes of matplotlib", "give one, as fig, ax = plt.subplots() does"
            )
        figure = ax.get_figure()
        room = ax.get_window_extent()
        unit = min(room.width / (right - left), room.height / (bottom - top)) * POINTS / figure.dpi
    render(scene, ax, unit)
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.set_axis_off()
    return Drawing(figure, ax, scene)


def render(scene: Scene, ax: Any, unit: float) -> None:
    """Put a scene's items on axes whose cell is `unit` points wide."""
    seen: Counter[str] = Counter()
    for order, item in enumerate(scene.items):
        for artist in _artists(item, ax, unit):
            artist.set(zorder=order + 1, clip_on=False)
            name = "" if isinstance(item, Line) else item.name.replace(" ", "")
            if name:
                seen[name] += 1
                artist.set_gid(name if seen[name] == 1 else f"{name}.{seen[name]}")


def _artists(item: Item, ax: Any, unit: float) -> list[Any]:
    patches = need("matplotlib.patches")
    match item:
        case Rect():
            style = {"facecolor": item.fill or "none", "edgecolor": item.edge or "none", "joinstyle": "miter"}
            box = patches.Rectangle((item.x, item.y), item.width, item.height, **style, **_stroke(item, unit))
            return [ax.add_patch(box)]
        case Words():
            return [_text(ax, item.x, item.y, item.text, item, unit)]
        case Line():
            if not item.head:
                across, down = zip(*item.points, strict=True)
                stroke = _stroke(item, unit)
                return ax.plot(across, down, color=item.colour, solid_capstyle="butt", dash_capstyle="butt", **stroke)  # type: ignore[no-any-return]
            arrow = patches.FancyArrowPatch(
                item.points[0], item.points[-1], arrowstyle="-|>", mutation_scale=0.4 * unit, shrinkA=0, shrinkB=0,
                color=item.colour, connectionstyle=f"arc3,rad={item.bend}", **_stroke(item, unit),
            )  # fmt: skip
            return [ax.add_patch(arrow)]
        case Badge():
            disc = patches.Circle(
                (item.x, item.y), item.radius, facecolor=item.fill, edgecolor=PAPER, linewidth=0.02 * unit
            )
            letter = Words(0, 0, item.letter, item.radius * 1.35, readable_on(item.fill), bold=True)
            ax.add_patch(disc).set_zorder(0)
            return [disc, _text(ax, item.x, item.y, item.letter, letter, unit)]
        case Picture():
            frame = (item.x, item.x + item.width, item.y + item.height, item.y)
            colours = "PuOr" if item.signed else "gray"
            return [
                ax.imshow(
                    item.pixels, extent=frame, cmap=colours, vmin=item.low, vmax=item.high, interpolation="nearest"
                )
            ]


def _text(ax: Any, x: float, y: float, text: str, like: Words, unit: float) -> Any:
    down = {"center": "center_baseline"}.get(like.down, like.down) if not is_maths(text) else like.down
    return ax.text(
        x, y, text, fontsize=like.size * unit, color=like.colour, weight="bold" if like.bold else "normal",
        ha=like.across, va=down, family=FAMILY, math_fontfamily=MATHS, parse_math=is_maths(text),
    )  # fmt: skip


def _stroke(item: Rect | Line, unit: float) -> dict[str, Any]:
    """Return a line's width, and its dashes in line widths, as matplotlib counts them."""
    dash = (0, tuple(part / item.line for part in item.dash)) if item.dash else "solid"
    return {"linewidth": item.line * unit, "linestyle": dash}
