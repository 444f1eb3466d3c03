"""Anchors: which tap sits on the output sample."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tapwise.convention.words import one_of, whole
from tapwise.errors import ArgumentError, ArgumentTypeError

RULES = ("first", "low", "high", "last")
UNITS = ("taps", "samples")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The tap, counted in the kernel as it is given, that sits on the output sample.

    Rules for K taps: `first` = 0, `low` = (K-1)//2, `high` = K//2, `last` = K-1, each plus `shift`. With
    `unit="samples"` the rule counts samples of the dilated span, D + 1 = d·(K-1) + 1 of them, as PyTorch's
    `padding="same"` does. Anchors must fall on the kernel; a window that lies beside its output sample is
    written `size="pads(lo,hi)"`.

    Examples
    --------
    >>> Anchor.parse("high+1").of(4)
    3
    >>> Anchor.parse(2)
    Anchor(rule='first', shift=2, unit='taps')
    """

    rule: str
    shift: int = 0
    unit: str = "taps"

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", one_of("anchor", self.rule, RULES))
        object.__setattr__(self, "shift", whole("anchor", self.shift))
        object.__setattr__(self, "unit", one_of("anchor", self.unit, UNITS))

    @classmethod
    def parse(cls, value: object) -> Anchor:
        """Return the anchor for an `Anchor`, its text, or a tap's index."""
        if isinstance(value, Anchor):
            return value
        if isinstance(value, str):
            text = value.strip().lower()
            match = re.fullmatch(r"([a-z]+)\s*([+-]\s*\d+)?(?:\s+in\s+(taps|samples))?", text)
            if match:
                shift = int(match[2].replace(" ", "")) if match[2] else 0
                return cls(match[1], shift, match[3] or "taps")
            if not re.fullmatch(r"[+-]?\d+", text):
                raise ArgumentError(
                    "anchor",
                    value,
                    "is not an anchor",
                    "write a tap's index, or 'low', 'high+1', 'last-1' and the like",
                )
        try:
            index = int(value) if isinstance(value, str) else whole("anchor", value)
        except ArgumentTypeError:
            raise ArgumentTypeError(
                "anchor", value, "must be a tap's index or a rule", "write 'first', 'low', 'high' or 'last'"
            ) from None
        if index < 0:
            raise ArgumentError(
                "anchor", value, "a negative tap is not counted from anywhere (OpenCV's -1 is the centre, Python's the "
                "last)", "write 'high' for the centre or 'last' for the last tap"
            )  # fmt: skip
        return cls("first", index)

    def of(self, count: int) -> int:
        """Return the anchor's index among `count` taps (or samples of the span)."""
        base = {"first": 0, "low": (count - 1) // 2, "high": count // 2, "last": count - 1}[self.rule]
        return base + self.shift

    def __str__(self) -> str:
        shift = f"{self.shift:+d}" if self.shift else ""
        return f"{self.rule}{shift}" + (" in samples" if self.unit == "samples" else "")
