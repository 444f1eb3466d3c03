"""A convention's index law as a formula: which sample meets which tap, and how many outputs there are.

Every expression is one of Python's in N (samples), K (taps) and L (a given length), so that a test can compare it with
the plans themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwise.convention import AxisConvention, Convention


@dataclass(frozen=True, slots=True)
class Law:
    """u·i = s·o + c + d·t for 0 <= t < K, 0 <= o < m; c and m are expressions, for K <= N where operands exchange."""

    u: int
    s: int
    c: str
    d: int
    m: str

    def __str__(self) -> str:
        o, t = _times(self.s, "o"), _times(abs(self.d), "t")
        place = o if self.c == "0" else f"{o} - {self.c[1:]}" if self.c[0] == "-" else f"{o} + {self.c}"
        place = f"{place} {'-' if self.d < 0 else '+'} {t}"
        read = f"x[{place}]" if self.u == 1 else f"x[i], {self.u}·i = {place}"
        read = re.sub(r"(?<!\*)\((\([^()]*\)|\w+|max\([^()]*\([^()]*\)[^()]*\)|max\([^()]*\))//2\)", r"\1//2", read)
        return f"y[o] = Σ_t h[t]·{read}, 0 ≤ t < K, 0 ≤ o < {self.m}".replace("*", "·")


def laws(convention: Convention) -> list[Law]:
    """Return the law of every axis, one where all are alike."""
    return [_transposed(axis) if convention.direction == "transposed" else _forward(axis) for axis in convention.axes]


class _Sum(Counter[str]):
    """Whole multiples of symbols; "1" is the number."""

    def __str__(self) -> str:
        terms = [(self[s], s) for s in sorted(self, key=lambda s: (s == "1", self[s] < 0, s != "N", s)) if self[s]]
        text = ""
        for times, symbol in terms:
            shown = str(abs(times)) if symbol == "1" else _times(abs(times), symbol)
            text += (" - " if times < 0 else " + ") + shown if text else ("-" if times < 0 else "") + shown
        return text or "0"

    def plus(self, other: _Sum, times: int = 1) -> _Sum:
        return _Sum({s: self[s] + times * other[s] for s in {*self, *other}})


def _forward(axis: AxisConvention) -> Law:
    length = _Sum({"N": axis.spread, "1": 1 - axis.spread})
    reach = _reach(axis)
    low, high = _extent(axis, length, reach, outputs=None)
    windows = length.plus(low).plus(high).plus(reach, -1)
    c = reach.plus(low, -1) if axis.flipped else _Sum().plus(low, -1)
    m = length if axis.size.rule in ("same", "longest", "same-upper", "same-lower") else windows
    return Law(axis.spread, axis.stride, str(c), -axis.dilation if axis.flipped else axis.dilation,
               _divided(m, axis.stride))  # fmt: skip


def _transposed(axis: AxisConvention) -> Law:
    """Return the law of the transpose: the forward pass makes the N samples that it is given."""
    reach = _reach(axis)
    least = _Sum({"N": axis.stride, "1": 1 - axis.stride + axis.output_padding})
    if axis.length is not None:
        length = _Sum({"L": 1})
    elif axis.size.rule.startswith("same"):
        length = least
    else:
        low, high = _extent(axis, _Sum(), reach, outputs=None)
        length = least.plus(reach).plus(low, -1).plus(high, -1)
    low, _ = _extent(axis, length, reach, outputs=_Sum({"N": 1}))
    c = low.plus(reach, -1) if axis.flipped else low
    return Law(axis.stride, axis.spread, str(c), axis.dilation if axis.flipped else -axis.dilation, str(length))


def _extent(axis: AxisConvention, length: _Sum, reach: _Sum, outputs: _Sum | None) -> tuple[_Sum, _Sum]:
    """Return by how much the windows' range exceeds the signal at its two ends."""
    rule = axis.size.rule
    if rule == "valid":
        return _Sum(), _Sum()
    if rule == "pads":
        return _Sum({"1": axis.size.first}), _Sum({"1": axis.size.last})
    if rule == "full":
        return reach, reach
    if rule == "lags":
        low = reach.plus(_number(axis.size.first), -1) if axis.flipped else _number(-axis.size.first)
        windows = _number(axis.size.last - axis.size.first + 1)
        return low, windows.plus(length, -1).plus(low, -1).plus(reach)
    if rule in ("same", "longest"):
        at = _anchor(axis)
        low = reach.plus(at, -1) if axis.flipped else at
        return low, reach.plus(low, -1)
    total = reach
    if axis.stride > 1:  # (the last window's end) - (the signal's end)
        last = outputs or _Sum({f"ceil({_part(length)}/{axis.stride})": 1})
        windows = _Sum({s: axis.stride * times for s, times in last.items()}).plus(_number(1 - axis.stride))
        total = windows.plus(reach).plus(length, -1)
        total = _Sum({f"max({total}, 0)": 1})
    elif outputs is not None and axis.length is not None:
        total = _Sum({f"max({outputs.plus(reach).plus(length, -1)}, 0)": 1})
    low = _halved(total if rule == "same-upper" else total.plus(_number(1)))
    return low, total.plus(low, -1)


def _anchor(axis: AxisConvention) -> _Sum:
    """Return where the anchor lies in the dilated span, in samples."""
    step, shift = axis.dilation, axis.anchor.shift
    if axis.anchor.unit == "samples":
        reach = _reach(axis)
        span = {"first": _Sum(), "low": _halved(reach), "high": _halved(reach.plus(_number(1))), "last": reach}
        return span[axis.anchor.rule].plus(_number(shift))
    taps = {"first": {}, "low": {"((K - 1)//2)": 1}, "high": {"(K//2)": 1}, "last": {"K": 1, "1": -1}}
    return _Sum({s: step * n for s, n in taps[axis.anchor.rule].items()}).plus(_number(step * shift))


def _reach(axis: AxisConvention) -> _Sum:
    return _Sum({"K": axis.dilation, "1": -axis.dilation})


def _number(value: int) -> _Sum:
    return _Sum({"1": value})


def _halved(total: _Sum) -> _Sum:
    if all(n % 2 == 0 for n in total.values()):
        return _Sum({s: n // 2 for s, n in total.items()})
    return _Sum({f"({_part(total)}//2)": 1})


def _divided(windows: _Sum, stride: int) -> str:
    return str(windows) if stride == 1 else f"ceil({_part(windows)}/{stride})"


def _part(total: _Sum) -> str:
    """Return a sum as one factor."""
    text = str(total)
    return text if text.isalnum() or (text.startswith("max(") and text.endswith(")")) else f"({text})"


def _times(times: int, symbol: str) -> str:
    return symbol if times == 1 else f"{times}*{symbol}"
