"""Boundaries: what stands outside the signal, one rule a side, in our words, other libraries' words, or a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import nan

from tapwise.convention.words import Number, listed, number, one_of
from tapwise.errors import ArgumentError, ArgumentTypeError

#: Each rule's picture around the four samples a b c d: what is repeated outwards, below and above.
PICTURES = {
    "zero": ("0", "0"),
    "constant": ("k", "k"),
    "edge": ("a", "d"),
    "symmetric": ("abcddcba", "dcbaabcd"),
    "reflect101": ("bcdcba", "cbabcd"),
    "wrap": ("dcba", "abcd"),
}
_WORDS = ["constant(7)" if rule == "constant" else rule for rule in PICTURES]

#: What other libraries call them. A bare outside name is refused: the same word means two things.
OUTSIDE = {
    "numpy": {"constant": "zero", "edge": "edge", "symmetric": "symmetric", "reflect": "reflect101", "wrap": "wrap"},
    "ndimage": {
        "reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect101", "nearest": "edge",
        "constant": "zero", "grid-constant": "zero", "wrap": "wrap", "grid-wrap": "wrap",
    },
    "signal": {"fill": "zero", "symm": "symmetric", "wrap": "wrap"},
    "cv2": {
        "border-constant": "zero", "border-replicate": "edge", "border-reflect": "symmetric",
        "border-reflect-101": "reflect101", "border-default": "reflect101", "border-wrap": "wrap",
    },
    "torch": {"zeros": "zero", "constant": "zero", "reflect": "reflect101", "replicate": "edge", "circular": "wrap"},
    "tensorflow": {"constant": "zero", "reflect": "reflect101", "symmetric": "symmetric"},
    "matlab": {"symmetric": "symmetric", "replicate": "edge", "circular": "wrap"},
    "astropy": {"fill": "zero", "extend": "edge", "wrap": "wrap"},
    "vips": {"black": "zero", "copy": "edge", "repeat": "wrap", "mirror": "symmetric"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Boundary:
    """What one side of an axis is extended with, as far as needed.

    ============== ===============================  =========================================
    rule           four samples a b c d             other names
    ============== ===============================  =========================================
    `zero`         0 0 0 0 | a b c d | 0 0 0 0      never read: a tap outside adds nothing
    `constant(k)`  k k k k | a b c d | k k k k      read: the tap multiplies k
    `edge`         a a a a | a b c d | d d d d      ndimage:nearest, torch:replicate
    `symmetric`    d c b a | a b c d | d c b a      ndimage:reflect, numpy:symmetric
    `reflect101`   c d c b | a b c d | c b a b      numpy:reflect, ndimage:mirror
    `wrap`         a b c d | a b c d | a b c d      torch:circular
    ============== ===============================  =========================================

    Examples
    --------
    >>> Boundary.parse("d c b a | a b c d | d c b a")
    (Boundary(rule='symmetric', value=0), Boundary(rule='symmetric', value=0))
    >>> Boundary.parse("numpy:reflect")[0].picture()
    'c d c b | a b c d | c b a b'
    >>> [str(side) for side in Boundary.parse("zero | constant(7)")]
    ['zero', 'constant(7)']
    """

    rule: str
    value: Number = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", one_of("boundary", self.rule, PICTURES))
        value = number("boundary", self.value)
        object.__setattr__(self, "value", nan if value != value else value)  # one NaN, which equals itself in a field
        if self.rule == "constant" and self.value == 0:
            object.__setattr__(self, "rule", "zero")  # one spelling: what adds nothing is skipped
        if self.rule != "constant":
            object.__setattr__(self, "value", 0)

    @classmethod
    def parse(cls, value: object) -> tuple[Boundary, Boundary]:
        """Return the rules below and above for a rule, a pair, our words, another library's, or a picture."""
        if isinstance(value, Boundary):
            return value, value
        if isinstance(value, (tuple, list)) and len(value) == 2:
            (low, _), (_, high) = cls.parse(value[0]), cls.parse(value[1])
            return low, high
        if isinstance(value, str):
            sides = value.split("|")
            if len(sides) == 3:
                return _from_picture(value, *sides)
            if len(sides) == 2:
                return _from_word(sides[0].strip()), _from_word(sides[1].strip())
            if len(sides) == 1:
                return _from_word(value), _from_word(value)
        raise ArgumentTypeError(
            "boundary",
            value,
            "is not a boundary",
            f"write {', '.join(map(repr, _WORDS))}, or two sides as 'zero | edge'",
        )

    def picture(self, samples: int = 4) -> str:
        """Return the rule drawn around the four samples a b c d."""
        below, above = (_outwards(self.rule, side, samples) for side in (0, 1))
        return f"{' '.join(below[::-1])} | a b c d | {' '.join(above)}"

    def __str__(self) -> str:
        return f"constant({self.value})" if self.rule == "constant" else self.rule


def _from_word(text: str) -> Boundary:
    if match := re.fullmatch(r"constant\s*\((.*)\)", text.strip().lower()):
        return Boundary("constant", number("boundary", match[1]))
    word = text.strip().lower().replace("_", "-")
    if word == "constant":
        raise ArgumentError("boundary", text, "needs its value", "write 'constant(7)', or 'zero'")
    if word in PICTURES:
        return Boundary(word)
    library, colon, name = word.partition(":")
    if colon and library in OUTSIDE:
        names = OUTSIDE[library]
        if name not in names:
            raise ArgumentError("boundary", text, f"{library} has no such boundary", f"write {listed(names)}")
        return Boundary(names[name])
    if colon:
        raise ArgumentError("boundary", text, f"{library!r} is not a library known here", f"write {listed(OUTSIDE)}")
    _refuse_bare(text, word)
    return Boundary(one_of("boundary", text, _WORDS))


def _refuse_bare(text: str, word: str) -> None:
    """Raise the error for a bare outside name: what it means where, and what to paste instead."""
    users: dict[str, list[str]] = {}
    for library, names in OUTSIDE.items():
        if word in names:
            users.setdefault(names[word], []).append(library)
    if not users:
        return
    meanings = " and ".join(
        f"{Boundary(rule).picture()} in {', '.join(libraries)}" for rule, libraries in users.items()
    )
    ways = " or ".join(f"{rule!r} ({libraries[0]}:{word})" for rule, libraries in users.items())
    raise ArgumentError("boundary", text, f"means {meanings}", f"write {ways}")


def _outwards(rule: str, side: int, samples: int) -> str:
    """Return the letters that a rule draws on one side, from the signal outwards."""
    period = PICTURES[rule][side]
    return (period * samples)[:samples]


def _from_picture(text: str, *parts: str) -> tuple[Boundary, Boundary]:
    """Return the two rules that draw the picture `text`, whose samples are the letters a b c d."""
    below, middle, above = (part.split() if " " in part.strip() else list(part.strip()) for part in parts)
    if middle != list("abcd"):
        raise ArgumentError("boundary", text, "a picture shows the samples a b c d in its middle",
                            f"write for example '{Boundary('symmetric').picture()}'")  # fmt: skip
    return _match_side(text, below[::-1], 0), _match_side(text, above, 1)


def _match_side(text: str, outwards: list[str], side: int) -> Boundary:
    found = [
        rule for rule in PICTURES
        if rule != "constant" and "".join(outwards) == _outwards(rule, side, len(outwards))
    ]  # fmt: skip
    where = ("below", "above")[side]
    if len(found) == 1:
        return Boundary(found[0])
    if outwards and not found and len(set(outwards)) == 1 and not outwards[0].isalpha():
        return Boundary("constant", number("boundary", outwards[0]))
    if found:
        raise ArgumentError("boundary", text, f"{where} the samples this picture fits {listed(found)}",
                            "draw more samples, or write the name")  # fmt: skip
    raise ArgumentError("boundary", text, f"{where} the samples this picture fits no rule", f"write {listed(_WORDS)}")
