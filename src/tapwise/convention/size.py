"""Size rules: which outputs exist, and where the first one sits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tapwise.convention.words import listed, one_of, whole
from tapwise.errors import ArgumentError, ArgumentTypeError

#: Rules without numbers. `pads(lo,hi)` and `lags(first,last)` are the two with numbers.
PLAIN = ("valid", "same", "full", "same-upper", "same-lower", "longest")
NUMBERED = ("pads", "lags")
_WORDS = (*PLAIN, "pads(lo,hi)", "lags(first,last)")


@dataclass(frozen=True, slots=True)
class Size:
    """How many outputs there are along one axis.

    With N the input's length (spread: (N-1)·u + 1) and D = d·(K-1) the reach of the taps:

    ============== =====================================================================================
    rule           outputs
    ============== =====================================================================================
    `valid`        windows that lie inside the input: N - D
    `same`         one per input sample, the anchor tap on it: N
    `full`         windows that touch the input: N + D
    `pads(lo,hi)`  windows inside the input extended by lo and hi samples (negative: cropped): N + lo + hi - D
    `same-upper`   ceil(N / stride), padding split evenly, the odd sample at the end (TensorFlow `SAME`)
    `same-lower`   the same, the odd sample at the start (ONNX `SAME_LOWER`)
    `longest`      max(N, D + 1), the anchor rule applied to the shorter operand (NumPy's `same`)
    `lags(a,b)`    the outputs labelled a to b: i - t for cross-correlation, i + t for convolution
                   (t - i when the output is reversed)
    ============== =====================================================================================

    A stride keeps every stride-th of them, starting with the first.

    Examples
    --------
    >>> Size.parse("pads(1, 2)")
    Size(rule='pads', first=1, last=2)
    >>> str(Size("lags", -3, 3))
    'lags(-3,3)'
    """

    rule: str
    first: int = 0
    last: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", one_of("size", self.rule, (*PLAIN, *NUMBERED)))
        if self.rule in NUMBERED:
            object.__setattr__(self, "first", whole("size", self.first))
            object.__setattr__(self, "last", whole("size", self.last))
        elif self.first or self.last:
            raise ArgumentError("size", str(self), f"{self.rule!r} takes no numbers", f"write {self.rule!r}")
        if self.rule == "lags" and self.first > self.last:
            raise ArgumentError("size", str(self), "the first lag is beyond the last", "write the smaller one first")

    @classmethod
    def parse(cls, value: object) -> Size:
        """Return the size rule for a `Size` or its text."""
        if isinstance(value, Size):
            return value
        if not isinstance(value, str):
            raise ArgumentTypeError("size", value, "must be a size rule", f"write {listed(_WORDS)}")
        text = value.strip().lower()
        if match := re.fullmatch(r"(pads|lags)\s*\(\s*([+-]?\d+)\s*(?:,|\.\.)\s*([+-]?\d+)\s*\)", text):
            return cls(match[1], int(match[2]), int(match[3]))
        if text.startswith(NUMBERED):
            raise ArgumentError("size", value, f"{text[:4]!r} needs two whole numbers", f"write '{text[:4]}(1,2)'")
        return cls(one_of("size", value, _WORDS))

    def __str__(self) -> str:
        return f"{self.rule}({self.first},{self.last})" if self.rule in NUMBERED else self.rule
