"""The figures of `tapwise.draw` by their names on the command line."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tapwise import draw
from tapwise.convention.words import one_of
from tapwise.errors import ArgumentError, FileError
from tapwise.files.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.cli.asked import Asked

PICTURES, MOVING = (".svg", ".png", ".pdf"), (".gif", ".mp4")
MOVES = "animation"

#: What draws each; the second argument is what is summed over.
FIGURES: dict[str, Callable[[Asked, str], draw.Drawing]] = {
    "contact-sheet": lambda asked, _: draw.contact_sheet(asked.steps(drawn=True)),
    "definitions": lambda _asked, _over: draw.definitions(),
    "equations": lambda asked, over: draw.equations(*asked.operators(), over=over),
    "filtered": lambda asked, _: draw.filtered(asked.x, asked.h, **asked.words),
    "gradients": lambda asked, _: draw.gradients(asked.gradients()),
    "kernel": lambda asked, _: draw.kernel(asked.steps(drawn=True)),
    "output-map": lambda asked, _: draw.output_map(
        asked.steps(drawn=True), at=None if asked.output is None else [asked.output]
    ),
    "parity": lambda asked, _: draw.parity(asked.x, asked.h, **asked.words),
    "placement": lambda asked, _: draw.placement(asked.steps(drawn=True), asked.output),
    "signal": lambda asked, _: draw.signal(asked.steps(drawn=True)),
    "sliding": lambda asked, _: draw.sliding(asked.steps(drawn=True), asked.output),
    "strips": lambda asked, _: draw.strips(asked.steps(drawn=True)),
    "windows": lambda asked, _: draw.windows(*asked.operators(), at=asked.output),
    "worked-example": lambda asked, over: draw.worked_example(asked.steps(drawn=True), asked.output, over=over),
    "zoom": lambda asked, _: draw.zoom(asked.steps(drawn=True), asked.output),
}
NAMES = (MOVES, *FIGURES)


def check(name: str, target: str | None) -> str:
    """Return the figure's name; refuse a file that cannot hold it."""
    name = one_of("figure", name, NAMES)
    if target is None:
        if name == MOVES:
            raise ArgumentError("figure", name, "is written into a file, which is not named", "write -o sliding.gif")
        return name
    ending, endings = Path(target).suffix.lower(), MOVING if name == MOVES else PICTURES
    if ending not in endings:
        kind = "animation" if name == MOVES else "picture"
        other = ", or --figure animation" if ending in MOVING else ""
        raise FileError(target, f"its ending names no {kind}", f"write one of {', '.join(endings)}{other}")
    return name


def make(name: str, asked: Asked, over: str, target: str | None, *, force: bool) -> str | None:
    """Write a figure into a file; without one, return what is on it as text."""
    if target is None:
        drawing = FIGURES[name](asked, over)
        return f"{drawing.title}\n\n{drawing.alt}"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, f"made{Path(target).suffix.lower()}")
        if name == MOVES:
            draw.animation(asked.steps(drawn=True), made)
        else:
            FIGURES[name](asked, over).savefig(made)
        with replacing(target, force=force) as file:
            file.write(made.read_bytes())
    return None
