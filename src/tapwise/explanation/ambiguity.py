"""What an input cannot tell apart: the other readings of 'slide a kernel over it' that give the same numbers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.explanation.pairs import plain
from tapwise.explanation.readings import readings
from tapwise.operators.arrays import take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention import Convention

Array = np.ndarray[Any, np.dtype[Any]]

#: Signals and kernels that tell all readings apart wherever they fit, simplest first.
CLEAR_KERNELS: dict[int, list[Any]] = {
    1: [[1, 2, 0], [1, 2], [1, 3, 0, 2]],
    2: [[[1, 2, 0], [0, 0, 3]], [[1, 2], [0, 3]], [[1, 2], [0, 0], [3, 0]]],
    3: [[[[1, 2, 0], [0, 0, 3]], [[0, 4, 0], [5, 0, 0]]]],
}
CLEAR_SIGNALS: dict[int, list[Any]] = {
    1: [[2, 1, 3, 5, 4], [1, 4, 9, 16, 25, 37]],
    2: [
        [[2, 1, 3, 5], [4, 7, 1, 0], [6, 2, 8, 3]],
        [[1, 4, 9, 2, 7], [3, 8, 0, 5, 1], [6, 2, 11, 4, 9], [5, 0, 3, 1, 8]],
    ],
}
#: By how much a number is changed to tell readings apart; how many changes of one number, and of two, are tried at
#: most; and how many products may be spent on that.
STEPS, TRIES, WORK = (1, -1, 2), 400, 10**7


@dataclass(frozen=True, slots=True)
class Clearer:
    """An input on which all readings differ, and what the two operators make of it, as nested lists."""

    x: Any
    h: Any
    convolution: Any
    correlation: Any


@dataclass(frozen=True, slots=True)
class Edit:
    """A number of the signal or of the kernel, and what would stand in its place."""

    array: str
    index: tuple[int, ...]
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """The fewest numbers to change so that all readings differ, and what the two operators then make of the input."""

    edits: tuple[Edit, ...]
    convolution: Any
    correlation: Any


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Which readings give the numbers of the two operators on this input, and an input that separates them.

    Attributes
    ----------
    alike : tuple of (str, str)
        Pairs of readings with equal results; the first is always one of the two operators.
    remarks : tuple of str
        The same in words, with the reason where one is known.
    change : Change or None
        The smallest change of the input that tells all readings apart: of one number, of a tap rather than of a
        sample, or else of two. None where nothing is alike, or where no such change was found.
    clearer : Clearer or None
        A signal and a kernel on which all readings differ.
    """

    alike: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    change: Change | None
    clearer: Clearer | None


def ambiguity(x: Any, h: Any, convention: Convention) -> Ambiguity:
    """Return what `x` and `h` cannot tell apart under a convention, whichever operator it names.

    The readings are the two operators, each with its kernel flipped along some axes only, with the kernel transposed,
    with a minus sign, with the output in reversed order, and moved by one sample.

    Examples
    --------
    >>> from tapwise import Convention
    >>> report = ambiguity([2, 1, 3, 5, 4], [1, -1], Convention.of(operator="convolution"))
    >>> ("convolution", "minus cross-correlation") in report.alike
    True
    >>> report.change.edits
    (Edit(array='h', index=(0,), old=1, new=2),)
    >>> report.clearer.h, report.clearer.convolution, report.clearer.correlation
    ([1, 2, 0], [5, 11, 14], [4, 7, 13])
    """
    signal, kernel = take("x", x), take("h", h)
    alike = _alike(signal, kernel, convention)
    clearer = next(_clearer(signal, kernel, convention), None) if alike else None
    change = next(_changes(signal, kernel, convention), None) if alike else None
    return Ambiguity(tuple(alike), tuple(_remarks(kernel, alike)), change, clearer)


def _alike(x: Array, h: Array, convention: Convention) -> list[tuple[str, str]]:
    found = dict(readings(x, h, convention))
    pairs: list[tuple[str, str]] = []
    operators = [name for name in ("convolution", "cross-correlation") if name in found]
    for first in operators:
        for second, y in found.items():
            after = second not in operators or operators.index(second) > operators.index(first)
            mirrored = second.startswith("minus ") and first == "cross-correlation" and second.endswith(" convolution")
            if first != second and after and not mirrored and np.array_equal(found[first], y):
                pairs.append((first, second))
    return pairs


def _remarks(h: Array, alike: list[tuple[str, str]]) -> Iterator[str]:
    reversed_h = h[(slice(None, None, -1),) * h.ndim]
    said: set[str] = set()
    if ("convolution", "cross-correlation") in alike:
        why = "h is symmetric, so" if np.array_equal(h, reversed_h) else "on this input"
        yield f"{why} convolution and cross-correlation give the same numbers"
        said |= {second for _, second in alike if second.startswith(("minus", "flipping"))}
    if ("convolution", "minus cross-correlation") in alike:
        why = "h is antisymmetric, so the flip" if np.array_equal(h, -reversed_h) else "on this input the flip"
        yield f"{why} looks like a minus sign"
        said.add("minus cross-correlation")
    backwards = [first for first, second in alike if second == f"{first} read backwards"]
    if backwards:
        yield f"{'both results read' if len(backwards) == 2 else f'the {backwards[0]} reads'} the same backwards"
        said |= {f"{first} read backwards" for first in backwards}
    transposed = [second for first, second in alike if second == f"{first} with the kernel transposed"]
    if transposed and np.array_equal(h, h.T):
        yield "h equals its transpose, so rows cannot be told from columns"
        said |= {second for _, second in alike if second.endswith("transposed")}
    for first, second in alike:
        if second not in said and second not in ("convolution", "cross-correlation"):
            yield f"{first} cannot be told from {second}"


def _clearer(x: Array, h: Array, convention: Convention) -> Iterator[Clearer]:
    """Yield inputs on which all readings differ: this signal with another kernel first, then others."""
    signals = [x, *(np.array(s) for s in CLEAR_SIGNALS.get(h.ndim, []))]
    for signal, kernel in itertools.product(signals, CLEAR_KERNELS.get(h.ndim, [])):
        taps = np.array(kernel)
        if any(k > n for k, n in zip(taps.shape, signal.shape, strict=True)):
            continue
        if results := _told_apart(signal, taps, convention):
            yield Clearer(
                signal.tolist(), kernel, results["convolution"].tolist(), results["cross-correlation"].tolist()
            )


def _changes(x: Array, h: Array, convention: Convention) -> Iterator[Change]:
    """Yield changes after which all readings differ, those of the fewest numbers first."""
    if h.size < 2 or not x.size:
        return  # one tap has nothing to flip
    arrays = {name: a.astype(np.int64) if a.dtype.kind in "iub" else a for name, a in (("h", h), ("x", x))}
    places = [(name, index) for name, values in arrays.items() for index in np.ndindex(values.shape)]
    steps = [*itertools.product(places, STEPS)]
    one = (((place, step),) for step in STEPS for place in places)
    two = (pair for pair in itertools.combinations(steps, 2) if pair[0][0] != pair[1][0])
    tries = max(8, min(TRIES, WORK // (x.size * h.size)))
    for edits in itertools.chain(itertools.islice(one, tries), itertools.islice(two, tries)):
        changed = {name: values.copy() for name, values in arrays.items()}
        for (name, index), step in edits:
            changed[name][index] = changed[name][index] + step
        if results := _told_apart(changed["x"], changed["h"], convention):
            told = (Edit(n, i, plain(arrays[n][i]), plain(changed[n][i])) for (n, i), _ in edits)
            yield Change(tuple(told), results["convolution"].tolist(), results["cross-correlation"].tolist())


def _told_apart(x: Array, h: Array, convention: Convention) -> dict[str, Array]:
    """Return all readings where no two are equal, else none."""
    found: dict[str, Array] = {}
    for name, y in readings(x, h, convention):
        if any(np.array_equal(y, other) for other in found.values()):
            return {}
        found[name] = y
    return found if len(found) > 3 else {}
