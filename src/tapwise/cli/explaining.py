"""`tapwise explain`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from tapwise import explorer
from tapwise.cli import figures
from tapwise.cli import options as o
from tapwise.cli.asked import Asked
from tapwise.cli.values import array_of
from tapwise.convention.words import one_of
from tapwise.errors import ArgumentError, FileError, Shown
from tapwise.explanation.written import LEVELS
from tapwise.files.atomic import check_place, replacing

FORMATS = ("text", "markdown", "latex", "mathml", "json")
_BY_SUFFIX = {".txt": "text", ".md": "markdown", ".tex": "latex", ".json": "json"}
_WHAT, _LABELS = "What is explained", "How indices are called"
_WRITING, _INTO = "How it is written", "Into a file, a figure, a page"


def _what(*names: str, help: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, rich_help_panel=_WHAT)


def _label(*names: str, help: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, rich_help_panel=_LABELS)


def _writing(*names: str, help: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, rich_help_panel=_WRITING)


def _into(*names: str, help: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, rich_help_panel=_INTO)


def explain(
    x: Annotated[str, typer.Argument(metavar="X", help="the signal: 2,1,3,5,4 or '1 2;3 4' or a file")],
    h: Annotated[str, typer.Argument(metavar="H", help="the kernel, spelled the same way; a leading minus is fine")],
    operator: o.Operator = None,
    like: Annotated[str | None, typer.Option("--like", help="as this function would: scipy.ndimage.convolve")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", help="an option of that function: mode=nearest")] = None,
    size: o.Size = None,
    boundary: o.Boundary = None,
    anchor: o.Anchor = None,
    stride: o.Stride = None,
    dilation: o.Dilation = None,
    spread: o.Spread = None,
    output: o.Output = None,
    direction: o.Direction = None,
    conjugate: o.Conjugate = None,
    at: Annotated[str | None, _what("--at", help="only this output, by its label: 3, or 1,2")] = None,
    everything: Annotated[bool, _what("--all", help="every output, however many")] = False,
    feeds: Annotated[str | None, _what("--feeds", help="instead, the outputs that this input feeds: 3, or 1,2")] = None,
    upstream: Annotated[
        str | None, _what("--upstream", help="instead, the gradients by X and H, of this gradient by the output")
    ] = None,
    tap: Annotated[
        str | None, _what("--tap", help="with --upstream: only this tap's gradient; --at then names an input")
    ] = None,
    origin: Annotated[
        str, _label("--origin", help="where index 0 lies: corner, textbook, centre, or positions: 'x=3 h=1 y=0'")
    ] = "corner",
    columns_first: Annotated[bool, _label("--columns-first", help="write the column before the row")] = False,
    lag: Annotated[
        bool, _label("--lag", help=r"label outputs by the lag: y\[m] = sum of x\[i]·h\[m + i] for cross-correlation")
    ] = False,
    letters: Annotated[bool, _label("--letters", help="show the taps as letters: a, b, c, …")] = False,
    names: Annotated[str | None, _label("--names", help="of signal, kernel and output: f,g,y")] = None,
    level: Annotated[
        list[str] | None, _writing("--level", help="of the formula: symbols, indices or numbers; may be repeated")
    ] = None,
    over: Annotated[str | None, _writing("--over", help="sum over the taps, or the inputs")] = None,
    worked: Annotated[bool, _writing("--worked", help="each pair on a line, its indices before and after solving")] = (
        False
    ),
    around: Annotated[int, _writing("--around", help="show so many inputs beside the window, which meet no tap")] = 0,
    wording: Annotated[
        str | None, _writing("--wording", help="for readers of signal (so by default), or of learning")
    ] = None,
    form: Annotated[
        str | None, _writing("--format", help=f"{', '.join(FORMATS)}; without it as the file's ending says")
    ] = None,
    target: Annotated[
        str | None, _into("-o", "--to", help="a file: .txt, .md, .tex, .json; with --figure .svg, .png, .pdf, .gif")
    ] = None,
    figure: Annotated[
        str | None, _into("--figure", help=f"draw it: {', '.join(figures.NAMES)}; without -o, say what is on it")
    ] = None,
    page: Annotated[
        str | None, _into("--html", help="write a page to explore these numbers in a browser, offline")
    ] = None,
    view: Annotated[bool, _into("--open", help="with --html: open it")] = False,
    force: Annotated[bool, _into("--force", "-f", help="replace a file that exists")] = False,
) -> None:
    """Explain an operator index by index: as text, as a figure, or as a page to explore."""
    words = o.words(
        operator=operator, size=size, boundary=boundary, anchor=anchor, stride=stride, dilation=dilation, spread=spread,
        output=output, direction=direction, conjugate=conjugate,
    ) | o.settings(setting or [])  # fmt: skip
    labels: dict[str, Any] = {
        "origin": o.origin(origin), "axis_order": "column, row" if columns_first else "row, column",
        "output_labels": "lag" if lag else "offset", "letters": letters,
        "names": ("x", "h", "y") if names is None else tuple(name.strip() for name in names.split(",")),
    }  # fmt: skip
    asked = Asked(array_of("X", x), array_of("H", h), like, words, labels, at, feeds, upstream, tap, around, everything)
    indices = {"origin": origin != "corner", "columns-first": columns_first, "lag": lag, "letters": letters,
               "names": names}  # fmt: skip
    shaped = {"level": level, "worked": worked}
    read = {"over": over, "wording": wording, "around": around}
    turned = {"upstream": upstream, "tap": tap}
    choices: dict[str, Any] = {}
    if page is not None:
        other = {"figure": figure, "to": target, "format": form, "feeds": feeds, "all": everything, "tap": tap}
        _go_not_with("html", other | shaped | read | {"letters": letters, "names": names})
        explorer.save(page, asked.x, asked.h, like=like, force=force, view=view, **asked.view(), **words)
        return
    if view:
        raise ArgumentError("open", Shown("given"), "there is no page to open", "write --html page.html --open")
    if figure is not None:
        name = figures.check(figure, target)
        _go_not_with("figure", {"feeds": feeds, "format": form, "wording": wording} | shaped)
        _go_not_with(f"figure {name}", indices | read if name == "gradients" else turned)
        _check_place(target, force=force)
        said = figures.make(name, asked, over or "inputs", target, force=force)
        if said is not None:
            typer.echo(said)
        return
    kind = _format(form, target)
    _check_place(target, force=force)
    found: Any
    if feeds is not None:
        _go_not_with("feeds", {"at": at} | shaped | read | turned)
        found = asked.fed()
    elif upstream is not None:
        _go_not_with("upstream", indices | read)
        found, choices = asked.gradients(), {"levels": level or LEVELS, "worked": worked}
    elif tap is not None:
        raise ArgumentError("tap", tap, "is one of the gradients", "write --upstream too")
    else:
        found, choices = asked.steps(), {"levels": level or LEVELS, "worked": worked}
        choices |= {"wording": wording or "signal", "over": over or "taps"}
    _put(_written(found, kind, choices), target, force=force)


def _go_not_with(option: str, given: dict[str, Any]) -> None:
    """Refuse options that mean nothing beside another."""
    for name, value in given.items():
        if value:
            told = Shown("given") if value is True else value
            raise ArgumentError(name, told, f"means nothing with --{option}", "leave out one of the two")


def _check_place(target: str | None, *, force: bool) -> None:
    if target is not None:
        check_place(target, force=force)


def _format(form: str | None, target: str | None) -> str:
    """Return how it is written: as is said, or as the file's ending has it."""
    if form is not None:
        return one_of("format", form, FORMATS)
    ending = "" if target is None else Path(target).suffix.lower()
    if ending in (".html", ".htm"):
        rule = "a page to explore and formulas for a page of your own are two things"
        raise FileError(str(target), rule, f"write --html {target} for the first, --format mathml for the second")
    if ending in (*figures.PICTURES, *figures.MOVING):
        raise FileError(str(target), "which figure is not said", f"write --figure {', '.join(figures.NAMES)}")
    return _BY_SUFFIX.get(ending, "text")


def _written(found: Any, form: str, choices: dict[str, Any]) -> str:
    if form == "json":
        return json.dumps(found.to_dict(), default=str, ensure_ascii=False)
    if form == "text":
        text = str(found.text(**choices))
        return text if _shows(text) else str(found.text(plain=True, **choices))
    return str(getattr(found, {"mathml": "html"}.get(form, form))(**choices))


def _put(text: str, target: str | None, *, force: bool) -> None:
    if target is None:
        shown = Text(text)
        shown.highlight_regex(r"(?m)^ {4}[^ =]+\[[^\]]*\](?= = )", "dim")  # y[0]
        shown.highlight_regex(r"(?m)^ {4}.* = (?P<bold>[^ =]+)$")  # and what it is
        Console(highlight=False).print(shown, soft_wrap=True)
    else:
        with replacing(target, force=force) as file:
            file.write(f"{text.rstrip()}\n".encode())


def _shows(text: str) -> bool:
    """Whether the terminal's encoding has the signs of the text."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
