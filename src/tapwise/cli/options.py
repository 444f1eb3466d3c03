"""The fields of a convention as options, and how their texts become words."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from tapwise.convention.arithmetic import RESULTS
from tapwise.errors import ArgumentError

_GROUP = "The convention"


def _option(*names: str, help: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, rich_help_panel=_GROUP)


Operator = Annotated[
    str | None, _option("--operator", help="convolution (kernel flipped) or cross-correlation (kernel as given)")
]
Output = Annotated[str | None, _option("--output-order", help="forward, or reversed: the output read backwards")]
Size = Annotated[
    str | None,
    _option("--size", help="valid, same, full, pads(1,2), same-upper, same-lower, longest or lags(-3,3)"),
]
Boundary = Annotated[
    str | None,
    _option("--boundary", help="zero, constant(7), edge, symmetric, reflect101, wrap, or two sides: 'zero | edge'"),
]
Anchor = Annotated[
    str | None, _option("--anchor", help="the tap on the output sample: 0, 1, …, first, low, high, last, high+1")
]
Stride = Annotated[str | None, _option("--stride", help="keep every n-th output")]
Dilation = Annotated[str | None, _option("--dilation", help="samples from one tap to the next")]
Spread = Annotated[str | None, _option("--spread", help="steps from one input sample to the next")]
Direction = Annotated[str | None, _option("--direction", help="forward or transposed")]
Length = Annotated[str | None, _option("--length", help="of a transposed operator: the length of its output")]
Padding = Annotated[str | None, _option("--output-padding", help="of a transposed operator: how much longer it is")]
Operands = Annotated[str | None, _option("--operands", help="as-given, exchanged or longer-first")]
Conjugate = Annotated[str | None, _option("--conjugate", help="none, kernel or signal")]
Normalize = Annotated[str | None, _option("--normalize", help="sum: divide the kernel by the sum of its taps")]
Gain = Annotated[str | None, _option("--gain", help="multiply every result")]
Offset = Annotated[str | None, _option("--offset", help="add to every result")]
Accumulator = Annotated[str | None, _option("--accumulator", help="the dtype to multiply and sum in")]
Result = Annotated[str | None, _option("--result", help=f"{', '.join(RESULTS)}, or a dtype: what sums become")]
Rounding = Annotated[
    str | None, _option("--rounding", help="nearest-even, nearest-away, truncate or floor, for an integer result")
]
Overflow = Annotated[str | None, _option("--overflow", help="raise, wrap or saturate, for an integer result")]
Borders = Annotated[str | None, _option("--borders", help="untouched: keep the input where the window leaves it")]

#: Options that say what happens to numbers rather than where they are read; these take one value for all axes.
_SINGLE = {"direction", "operands", "conjugate", "normalize", "gain", "offset", "accumulator", "result", "rounding",
           "overflow", "borders"}  # fmt: skip


def words(**given: str | None) -> dict[str, Any]:
    """Return the options that were given as words of `Convention.of`; commas part one value an axis."""
    return {
        name: text if name in _SINGLE else _per_axis(name, text) for name, text in given.items() if text is not None
    }


def _per_axis(name: str, text: str) -> Any:
    parts = [part.strip() for part in re.split(r",(?![^(]*\))", text)]
    if name in ("stride", "dilation", "spread", "length", "output_padding"):
        numbers = [_whole(name, text, part) for part in parts]
        return numbers[0] if len(numbers) == 1 else tuple(numbers)
    return parts[0] if len(parts) == 1 else tuple(parts)


def _whole(name: str, text: str, part: str) -> int:
    try:
        return int(part)
    except ValueError:
        raise ArgumentError(name, text, "must be a whole number", "write 2, or 2,1 for one an axis") from None


def index(name: str, text: str | None) -> tuple[int, ...] | None:
    """Return the index that a text such as `1,2` spells."""
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.strip("() ").split(","))
    except ValueError:
        raise ArgumentError(name, text, "is not the index of an output", "write 3, or 1,2 in two dimensions") from None


def origin(text: str) -> str | dict[str, tuple[int, ...]]:
    """Return a rule for where index 0 lies, or the positions that a text such as `x=3,3 h=1,1` spells."""
    if "=" not in text:
        return text
    try:
        pairs = (part.split("=") for part in text.replace(";", " ").split())
        return {name: tuple(int(place) for place in places.split(",")) for name, places in pairs}
    except ValueError:
        raise ArgumentError("origin", text, "is not name=position", "write 'x=3 h=1', or 'x=3,3 h=1,1'") from None


def settings(texts: list[str]) -> dict[str, Any]:
    """Return the options of another library's function from texts such as `mode=nearest`."""
    result: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ArgumentError("set", text, "is not name=value", "write --set mode=nearest")
        result[name.strip()] = _plain(value.strip())
    return result


def _plain(text: str) -> Any:
    """Return a whole number, a float, a tuple of them, None, or the text."""
    if "," in text:
        return tuple(_plain(part.strip()) for part in text.strip("()[] ").split(",") if part.strip())
    if text == "None":
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
