"""Checks at the door: each returns the canonical value, or raises an error that says which argument and why."""

from __future__ import annotations

import math
from difflib import get_close_matches
from numbers import Integral, Real
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tapwise.errors import ArgumentError, ArgumentTypeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

MOST_TAPS = 2**26  # half a GiB of float64: a kernel above it is a slip, not a wish
MOST_AXES = 64  # NumPy's own limit
MOST_AMOUNT = 2**32  # times the taps of any kernel here this still fits int64


def number(argument: str, value: object) -> int | float:
    """Return a finite plain number: an int as an int, any other real number as a float."""
    if isinstance(value, (bool, np.bool_)):
        raise ArgumentTypeError(argument, value, "must be a number", "a truth value is not one")
    if not isinstance(value, Real):
        raise ArgumentTypeError(argument, value, "must be a number", "write an int or a float")
    try:
        finite = math.isfinite(value)
    except OverflowError:  # an int or a fraction beyond the largest float
        finite = False
    if not finite:
        raise ArgumentError(
            argument, value, "must be finite", "write an int or a float that is neither NaN nor infinite"
        )
    return int(value) if isinstance(value, Integral) else float(value)


def positive(argument: str, value: object) -> float:
    """Return a float above zero."""
    plain = float(number(argument, value))
    if plain <= 0:
        raise ArgumentError(argument, value, "must be above 0", "write a positive number")
    return plain


def at_least(least: float, argument: str, value: object) -> float:
    """Return a float that is not below `least`."""
    plain = float(number(argument, value))
    if plain < least:
        raise ArgumentError(argument, value, f"must be at least {least}", f"write {least} or more")
    return plain


def amount(argument: str, value: object) -> int | float:
    """Return a strength: of either sign, an int as an int, small enough for integer taps to be exact."""
    plain = number(argument, value)
    if abs(plain) > MOST_AMOUNT:
        raise ArgumentError(argument, value, f"must be at most {MOST_AMOUNT} in size", "write a number nearer to 1")
    return plain


def whole(argument: str, value: object, least: int | None = None, most: int | None = None) -> int:
    """Return an int between `least` and `most`; a float is refused even where it is whole."""
    if isinstance(value, (bool, np.bool_)):
        raise ArgumentTypeError(argument, value, "must be a whole number", "a truth value is not one")
    if not isinstance(value, Integral):
        raise ArgumentTypeError(argument, value, "must be a whole number", "write an int")
    plain = int(value)
    if least is not None and plain < least:
        raise ArgumentError(argument, value, f"must be at least {least}", f"write {least} or more")
    if most is not None and plain > most:
        raise ArgumentError(argument, value, f"must be at most {most}", f"write {most} or less")
    return plain


def truth(argument: str, value: object) -> bool:
    """Return True or False; 0 and 1 are numbers."""
    if not isinstance(value, (bool, np.bool_)):
        raise ArgumentTypeError(argument, value, "must be True or False", "write one of the two")
    return bool(value)


def one_of(argument: str, value: object, words: Iterable[str]) -> str:
    """Return the word as it stands in `words`, or raise an error that lists them and guesses what was meant."""
    known = list(words)
    if not isinstance(value, str):
        raise ArgumentTypeError(argument, value, "must be a word", f"write {listed(known)}")
    word = value.strip().lower().replace("_", "-")
    if word not in known:
        raise ArgumentError(
            argument, value, "is not a word of this argument", f"{guess(word, known)}write {listed(known)}"
        )
    return word


def axis_count(ndim: object, argument: str, value: object, default: int) -> int:
    """Return how many axes the kernel has: `ndim`, or else as many as `value` has entries, or else `default`."""
    if ndim is not None:
        return whole("ndim", ndim, 1, MOST_AXES)
    entries = _entries(value)
    if entries is None:
        return default
    if not 1 <= len(entries) <= MOST_AXES:
        raise ArgumentError(argument, value, f"must have 1 to {MOST_AXES} entries, one an axis", "or write one number")
    return len(entries)


def per_axis(argument: str, value: object, count: int, check: Callable[[str, object], T]) -> tuple[T, ...]:
    """Return one checked value for each of `count` axes, from one for all or a sequence with one each."""
    entries = _entries(value)
    if entries is None:
        return (check(argument, value),) * count
    if len(entries) != count:
        raise ArgumentError(
            argument,
            value,
            f"has {len(entries)} entries for ndim={count}",
            "write one number, or one an axis",
        )
    return tuple(check(f"{argument}[{k}]", entry) for k, entry in enumerate(entries))


def axis_index(axis: object, ndim: int) -> int:
    """Return `axis` counted from the front; a negative one counts from the back."""
    plain = whole("axis", axis)
    if not -ndim <= plain < ndim:
        raise ArgumentError("axis", axis, f"is out of range for ndim={ndim}", f"write {-ndim} to {ndim - 1}")
    return plain % ndim


def three_an_axis(ndim: object) -> int:
    """Return the number of axes of a kernel that has three taps along each."""
    count = whole("ndim", ndim, 1)
    limit_taps("ndim", ndim, [3] * min(count, MOST_AXES), "write a smaller ndim")  # whatever the int, a short product
    return count


def limit_taps(argument: str, value: object, shape: Iterable[int], remedy: str) -> None:
    """Refuse a kernel of more than `MOST_TAPS` taps, before anything of that size is made."""
    taps = math.prod(shape)
    if taps > MOST_TAPS:
        shown = str(taps) if taps < 10**18 else "more than 10**18"
        raise ArgumentError(argument, value, f"makes a kernel of {shown} taps, above the limit of {MOST_TAPS}", remedy)


def guess(word: str, known: Iterable[str]) -> str:
    """Return a question that names the nearest known word, to stand before the list; nothing if none is near."""
    near = get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]!r}? " if near else ""


def listed(words: Iterable[str]) -> str:
    """Return the words as a readable list: 'a', 'b' or 'c'."""
    shown = [repr(word) for word in words]
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _entries(value: object) -> list[object] | None:
    """Return the entries of a sequence, None for anything else."""
    plain = value.tolist() if isinstance(value, np.ndarray) else value  # an array without axes is one number
    return list(plain) if isinstance(plain, (tuple, list)) else None
