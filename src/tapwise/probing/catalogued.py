"""What the catalogued functions mean, for each value of their options that is a word or a small number."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tapwise.catalogue import entry, names
from tapwise.convention import Convention
from tapwise.errors import ArgumentError
from tapwise.geometry import operator_plan
from tapwise.probing.sliding import reads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

_VALUES: dict[str, list[Any]] = {
    "mode": ["full", "same", "valid", "reflect", "mirror", "nearest", "wrap", "constant"],
    "boundary": ["fill", "wrap", "symm"], "padding": [0, 1, 2, "same", "SAME", "VALID"], "stride": [1, 2, 3],
    "strides": [1, 2, 3], "dilation": [1, 2], "output_padding": [0, 1],
}  # fmt: skip


def catalogued(
    signal: Sequence[int], kernel: Sequence[int], made: Collection[object]
) -> Iterator[tuple[Convention, tuple[str, ...], object]]:
    """Yield the conventions of functions that read, for arrays of these shapes, what one of `made` reads, and which."""
    for convention, callers in _meant(len(signal)).items():
        try:
            plan, _ = operator_plan(convention, signal, kernel)
        except ArgumentError:
            continue
        key = tuple(map(reads, plan.axes))
        if not any(plan.folds) and key in made:
            yield convention, callers, key


@lru_cache(maxsize=3)
def _meant(ndim: int) -> Mapping[Convention, tuple[str, ...]]:
    """Return all conventions of functions of so many axes, with the functions as they are called."""
    found: dict[Convention, list[str]] = {}
    for name in names():
        meant = entry(name)
        if meant.ndim in (None, ndim):
            for convention, options in _chosen(name):
                found.setdefault(convention, []).append(f"{name}(x, h{options})")
    return {convention: tuple(callers) for convention, callers in found.items()}


def _chosen(name: str) -> Iterator[tuple[Convention, str]]:
    meant = entry(name)
    choices = {
        option: [usual, *(value for value in _VALUES[option] if value != usual)]
        for option, usual in meant.options.items()
        if option in _VALUES
    }
    for values in itertools.product(*choices.values()):
        options = dict(zip(choices, values, strict=True))
        try:
            convention = Convention.of(**meant.words(meant.settled(options)))
        except (ArgumentError, TypeError, ValueError):
            continue  # no value of this option, or not beside the others
        shown = [f", {key}={value!r}" for key, value in options.items() if value != meant.options[key]]
        yield convention, "".join(shown)
