"""What an input cannot tell apart: the other readings of 'slide a kernel over it' that give the same numbers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import TapwiseError
from tapwise.operators import apply
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


@dataclass(frozen=True, slots=True)
class Clearer:
    """An input on which all readings differ, and what the two operators make of it, as nested lists."""

    x: Any
    h: Any
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
    clearer : Clearer or None
        A signal and a kernel on which all readings differ.
    """

    alike: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
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
    >>> report.clearer.h, report.clearer.convolution, report.clearer.correlation
    ([1, 2, 0], [5, 11, 14], [4, 7, 13])
    """
    signal, kernel = take("x", x), take("h", h)
    alike = _alike(signal, kernel, convention)
    clearer = next(_clearer(signal, kernel, convention), None) if alike else None
    return Ambiguity(tuple(alike), tuple(_remarks(kernel, alike)), clearer)


def _readings(x: Array, h: Array, convention: Convention) -> dict[str, Array]:
    ndim = h.ndim
    results: dict[str, Array] = {}

    def add(name: str, kernel: Array, **changes: Any) -> None:
        try:
            results[name] = np.asarray(apply(x, kernel, convention.but(**changes)))
        except TapwiseError:
            return  # a reading that these shapes rule out

    for operator in ("convolution", "cross-correlation"):
        anchor = _mirrored(convention, operator)
        add(operator, h, operator=operator, anchor=anchor)
    for flips in itertools.product((True, False), repeat=ndim):
        if len(set(flips)) == 2:
            words = ["convolution" if flip else "cross-correlation" for flip in flips]
            flipped = ", ".join(str(a) for a, flip in enumerate(flips) if flip)
            anchor = [_mirrored(convention, word) for word in words]
            add(f"flipping along axis {flipped} only", h, operator=words, anchor=anchor)
    for operator in ("convolution", "cross-correlation"):
        anchor = _mirrored(convention, operator)
        if ndim > 1 and len(set(h.shape)) == 1:
            add(f"{operator} with the kernel transposed", h.T, operator=operator, anchor=anchor)
        if operator in results:
            y = results[operator]
            results[f"minus {operator}"] = -y
            results[f"{operator} read backwards"] = y[(slice(None, None, -1),) * ndim]
            if y.size > 1 and y.shape == x.shape:
                for axis in range(ndim):
                    results[f"{operator} moved by one sample along axis {axis}"] = _moved(y, axis)
    return results


def _mirrored(convention: Convention, operator: str) -> Any:
    """Return the anchor that keeps the window in place when a convention's operator is changed to `operator`."""
    anchors = []
    for axis in convention.axes:
        anchor = axis.anchor
        if axis.operator != operator:
            opposite = {"first": "last", "last": "first", "low": "high", "high": "low"}[anchor.rule]
            anchors.append(f"{opposite}{-anchor.shift:+d} in {anchor.unit}")
        else:
            anchors.append(str(anchor))
    return anchors[0] if len(anchors) == 1 else tuple(anchors)


def _moved(y: Array, axis: int) -> Array:
    """Return y moved by one along an axis, as an even kernel's other anchor would, the new end empty."""
    moved = np.roll(y, 1, axis)
    moved[(slice(None),) * axis + (0,)] = 0
    return moved


def _alike(x: Array, h: Array, convention: Convention) -> list[tuple[str, str]]:
    readings = _readings(x, h, convention)
    pairs: list[tuple[str, str]] = []
    operators = [name for name in ("convolution", "cross-correlation") if name in readings]
    for first in operators:
        for second, y in readings.items():
            after = second not in operators or operators.index(second) > operators.index(first)
            mirrored = second.startswith("minus ") and first == "cross-correlation" and second.endswith(" convolution")
            if first != second and after and not mirrored and np.array_equal(readings[first], y):
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
        readings = _readings(signal, taps, convention)
        results = list(readings.values())
        if len(readings) > 3 and not any(np.array_equal(a, b) for a, b in itertools.combinations(results, 2)):
            yield Clearer(
                signal.tolist(), kernel, readings["convolution"].tolist(), readings["cross-correlation"].tolist()
            )
