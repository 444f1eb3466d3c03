"""From the user's arrays and words to the page that shows them."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, Shown
from tapwise.explorer.joining import html
from tapwise.explorer.presets import presets, shows
from tapwise.files.atomic import replacing
from tapwise.operators.arrays import take
from tapwise.operators.meaning import understand

if TYPE_CHECKING:
    import os

    from tapwise.convention import Convention
    from tapwise.operators.arrays import Array

#: What one side of an array may measure, by the number of axes: a screen holds no more cells.
MOST = {1: 64, 2: 40}
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

    Returns
    -------
    str

    Raises
    ------
    ArgumentError, ArgumentTypeError, ShapeError
        If the arrays cannot be shown, or the convention holds what the page does not compute: a transposed operator,
        a gain, an offset, a normalised kernel.

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
    signal, kernel = _shown("x", x), _shown("h", h)
    if signal.ndim != kernel.ndim:
        shape = Shown(f"array of shape {kernel.shape}")
        raise ShapeError("h", shape, f"has {kernel.ndim} axes and x has {signal.ndim}", "give both as many")
    meant, _ = understand(convention, like, words or {}, ndim=kernel.ndim, defaults={"operator": "convolution"})
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
        "x": _text(signal), "h": _text(kernel), "ndim": str(kernel.ndim), "operands": meant.operands,
        "op": "convolution" if flipped else "lag" if reflected else "correlation",
        **{name: values[0] if len(set(values)) == 1 else ";".join(values) for name, values in fields.items()},
    }  # fmt: skip


def _shown(name: str, value: Any) -> Array:
    """Return the array as the page can hold it: one or two axes, finite real numbers, in double precision exactly."""
    array = take(name, value)
    shape = Shown(f"array of shape {array.shape}")
    if array.ndim not in MOST:
        raise ShapeError(name, shape, "the page shows one or two axes", "take a part of it")
    if not array.size or max(array.shape) > MOST[array.ndim]:
        rule = f"the page shows 1 to {MOST[array.ndim]} numbers along each axis"
        raise ShapeError(name, shape, rule, f"take a part of it, such as {name}[:32]")
    if array.dtype.kind == "c":
        raise ArgumentTypeError(name, shape, "the page shows real numbers", f"take {name}.real or {name}.imag")
    plain = array.astype(float)
    if not np.isfinite(plain).all():
        raise ArgumentError(name, shape, "the page shows finite numbers", "replace the others")
    if array.dtype.kind in "iuO" and any(
        int(given) != int(held) for given, held in zip(array.flat, plain.flat, strict=True) if held == int(held)
    ):
        rule = "the page computes in double precision, which does not hold all of these numbers"
        raise ArgumentError(name, shape, rule, "give whole numbers below 2**53")
    return plain


def _text(array: Array) -> str:
    rows = array if array.ndim == 2 else array[None]
    return ";".join(",".join(repr(int(v)) if v == int(v) else repr(float(v)) for v in row) for row in rows)
