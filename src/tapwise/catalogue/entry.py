"""One catalogued function: its name, its options, and the convention that a choice of options means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tapwise.convention.words import listed, whole
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Entry:
    """A function of another library.

    Attributes
    ----------
    name : str
        Where the function is imported from.
    formula : str
        What it computes, in the notation of its own documentation where that is right.
    ndim : int or None
        How many axes it filters; None for any number.
    options : mapping of str to value
        Its options that matter here, with their defaults.
    words : callable
        From options to the words of `Convention.of`.
    axes : callable or None
        From options to the axes that are filtered, where the function has an option for that.
    cases : tuple of mapping
        Choices of options that, beside the defaults, show what it can mean; each is probed for the printed catalogue.
    note : str
        Where its own documentation says otherwise, or leaves out what matters. What stands in “quotation marks” stands
        there too.
    arguments : str
        How the function itself takes the signal x and the kernel h.
    """

    name: str
    formula: str
    ndim: int | None
    options: Mapping[str, Any]
    words: Callable[[Mapping[str, Any]], dict[str, Any]]
    axes: Callable[[Mapping[str, Any]], Any] | None = field(default=None)
    cases: tuple[Mapping[str, Any], ...] = ()
    note: str = ""
    arguments: str = "x, h"

    def settled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all options, the given ones over the defaults; refuse what is no option of this function."""
        for name, value in given.items():
            if name not in self.options:
                known = f"its options here are {', '.join(self.options)}" if self.options else "it has no options here"
                raise ArgumentError(name, value, f"is not an option of {self.name}", known)
        return {**self.options, **given}


def chosen(name: str, value: Any, meanings: Mapping[str, str]) -> str:
    """Return what the option's value means, or refuse it with the list of its words."""
    if not isinstance(value, str) or value not in meanings:
        raise ArgumentError(name, value, "is not a word of this option", f"write {listed(meanings)}")
    return meanings[value]


def coded(name: str, value: Any, meanings: Mapping[int, str]) -> str:
    """Return what one of the library's numbers means, or refuse it with the list of them."""
    if whole(name, value) not in meanings:
        words = listed(f"{code}: {meaning}" for code, meaning in meanings.items())
        raise ArgumentError(name, value, "is not a number of this option", f"write {words}".replace("'", ""))
    return meanings[value]


def each(option: str, words: Iterable[Any], **more: Any) -> tuple[dict[str, Any], ...]:
    """Return one choice of options for each word of an option."""
    return tuple({option: word, **more} for word in words)


def per_axis(name: str, value: Any, ndim: int) -> list[Any]:
    """Return one value an axis, from a number or a sequence of one or `ndim` numbers."""
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    if len(values) not in (1, ndim):
        raise ArgumentError(name, value, f"has {len(values)} values, not 1 or {ndim}", "write one, or one an axis")
    return values if len(values) == ndim else values * ndim


def constant(value: Any) -> str:
    """Return the boundary that reads `value`."""
    return f"constant({value})" if value else "zero"
