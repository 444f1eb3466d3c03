"""From the user's arrays and words to the page that shows them."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwise.errors import ArgumentError, ShapeError, Shown
from tapwise.explorer.joining import html
from tapwise.explorer.numbers import held, written
from tapwise.explorer.presets import presets, shows
from tapwise.explorer.view import USUAL, view_of
from tapwise.files.atomic import replacing
from tapwise.operators.meaning import understand

if TYPE_CHECKING:
    import os

    from tapwise.convention import Convention

#: The words that are said axis by axis.
_WORDS = ("size", "boundary", "stride", "dilation", "spread")


def page(
    x: Any = None, h: Any = None, convention: Convention | None = None, *, like: str | None = None, **words: Any
) -> str:
    """Return a page, as the text of one HTML file, on which every product of x and h can be looked at and changed.

    It shows y[o] = Σ_t h[t]·x[i], u·i = s·o + c + d·t, under convolution, cross-correlation and reflected lag side by
    side, its gradients, and the same as code. It works from a file, without a server, and asks for nothing.

    Parameters
    ----------
    x, h : array_like of real numbers, of one or two axes, optional
        Signal and kernel, at most 64 numbers long, or 40 by 40. Without them the page shows an example.
    convention, like, **words
        What is meant, as for `tapwise.apply`; the operator is the one that is in view at first. By default convolution.
        Also what else is in view at first, as `tapwise.explain` has it: `at`, one output by its label; `origin`,
        `axis_order` and `output_labels`, how indices are called; and `upstream`, the gradient by the outputs.

    Returns
    -------
    str

    Raises
    ------
    ArgumentError, ArgumentTypeError, ShapeError
        If the arrays cannot be shown, or the convention holds what the page does not compute: a transposed operator,
        a gain, an offset, a normalised kernel; or if outputs would have labels that the page does not give.

    Examples
    --------
    >>> import tapwise.explorer
    >>> text = tapwise.explorer.page([2, 1, 3, 5, 4], [1, 2, 0], operator="cross-correlation", size="same")
    >>> text.startswith("<!doctype html>"), "://" in text
    (True, False)
    """
    if (x is None) != (h is None):
        name = "x" if x is None else "h"
        raise ArgumentError(name, Shown(""), "is not given", "give both arrays, or neither for an example")
    start = {} if x is None else fields_of(x, h, convention, like, words)
    return html("tapwise explorer: convolution and cross-correlation", {"start": start, "presets": presets()})


def save(
    path: str | os.PathLike[str],
    x: Any = None,
    h: Any = None,
    convention: Convention | None = None,
    *,
    like: str | None = None,
    force: bool = True,
    view: bool = False,
    **words: Any,
) -> Path:
    """Write the page of `tapwise.explorer.page` to a file, whole or not at all, and return where it is.

    Parameters
    ----------
    path : path
        The file.
    x, h, convention, like, **words
        As for `page`.
    force : bool
        Replace an existing file.
    view : bool
        Open it in the browser.

    Raises
    ------
    FileError
        If the file cannot be written; and as for `page`.

    Examples
    --------
    >>> import tapwise.explorer
    >>> path = tapwise.explorer.save("page.html", [2, 1, 3, 5, 4], [1, 2, 0])  # doctest: +SKIP
    """
    text = page(x, h, convention, like=like, **words)
    place = Path(path)
    with replacing(str(place), force=force) as file:
        file.write(text.encode("utf-8"))
    if view:
        webbrowser.open(place.resolve().as_uri())
    return place


def fields_of(
    x: Any, h: Any, convention: Convention | None, like: str | None = None, words: dict[str, Any] | None = None
) -> dict[str, str]:
    """Return the fields of an address of the page, as its own state module reads them."""
    given = dict(words or {})
    asked = {name: given.pop(name, usual) for name, usual in USUAL.items()}
    signal, kernel = held("x", x), held("h", h)
    if signal.ndim != kernel.ndim:
        shape = Shown(f"array of shape {kernel.shape}")
        raise ShapeError("h", shape, f"has {kernel.ndim} axes and x has {signal.ndim}", "give both as many")
    usual_operator = "cross-correlation" if asked["output_labels"] == "lag" else "convolution"
    meant, _ = understand(convention, like, given, ndim=kernel.ndim, defaults={"operator": usual_operator})
    if meant.operands == "exchanged":
        signal, kernel = kernel, signal
        meant = meant.but(operands="as-given")
    if not shows(meant):
        raise ArgumentError(
            "convention", Shown(repr(meant)), "holds what the page does not compute: it shows one operator along all "
            "axes, forward, as plain sums of products", "leave out direction, gain, offset, normalize and borders",
        )  # fmt: skip
    axes = [meant.axis(index, kernel.ndim) for index in range(kernel.ndim)]
    flipped, reflected = axes[0].flipped, axes[0].output == "reversed"
    fields = {name: [str(getattr(axis, name)) for axis in axes] for name in _WORDS}
    usual = "low" if flipped else "high"
    fields["anchor"] = ["default" if str(axis.anchor) == usual else str(axis.anchor) for axis in axes]
    return {
        "x": written(signal), "h": written(kernel), "ndim": str(kernel.ndim), "operands": meant.operands,
        "op": "convolution" if flipped else "lag" if reflected else "correlation",
        **{name: values[0] if len(set(values)) == 1 else ";".join(values) for name, values in fields.items()},
        **view_of(signal, kernel, meant, asked),
    }  # fmt: skip
