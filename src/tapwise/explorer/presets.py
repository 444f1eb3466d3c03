"""The page's presets: the catalogued functions, each with the choices of options that change its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.catalogue import entry, meaning, names
from tapwise.convention import Arithmetic, Convention
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The words of a convention that the page's own controls have.
WORDS = ("operator", "output", "size", "anchor", "boundary", "stride", "dilation", "spread", "operands")


def presets() -> list[dict[str, Any]]:
    """Return the presets as plain data: the call, the function, its axes (None: one or two) and the words it means.

    Left out is what the page does not compute: other numbers of axes, transposed operators, gains, offsets and
    normalised kernels. Of choices that mean the same the first is kept.
    """
    return [preset for name in names() for preset in _of(name)]


def _of(name: str) -> Iterator[dict[str, Any]]:
    found = entry(name)
    if found.ndim not in (None, 1, 2):
        return
    seen: list[dict[str, Any]] = []
    for options in ({}, *found.cases):
        try:
            convention, axes = meaning(name, options)
        except ArgumentError:
            continue  # it asks for more than these options, such as a length
        words = {word: value for word, value in convention.to_dict().items() if word in WORDS}
        if words in seen or not shows(convention) or (axes is not None and "axes" in options):
            continue
        seen.append(words)
        call = _call(name, options, found.options)
        # Words that differ from axis to axis fix how many there are.
        ndim = found.ndim or (len(convention.axes) if len(convention.axes) > 1 else None)
        yield {"call": call, "function": name, "ndim": ndim, "words": words}


def shows(convention: Convention) -> bool:
    """Whether the page can show a convention: plain sums, forward, one operator along all axes."""
    plain = Arithmetic()
    summed = all(
        getattr(convention.arithmetic, field) == getattr(plain, field)
        for field in ("normalize", "gain", "offset", "borders")
    )
    kinds = {(axis.operator, axis.output) for axis in convention.axes}
    known = len(kinds) == 1 and kinds != {("convolution", "reversed")} and len(convention.axes) < 3
    return summed and known and convention.direction == "forward" and convention.operands != "exchanged"


def _call(name: str, options: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    said = options or {option: defaults[option] for option in ("mode",) if option in defaults}
    words = [f'{option}="{value}"' if isinstance(value, str) else f"{option}={value}" for option, value in said.items()]
    return f"{name}({', '.join(['x', 'h', *words])})"
