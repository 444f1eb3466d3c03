"""A kernel's even and odd part: where the two operators agree, and where they differ in sign."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from tapwise.convention import Convention
from tapwise.errors import ArgumentError, ArgumentTypeError
from tapwise.explanation.formula import Num, Text
from tapwise.explanation.readings import mirrored
from tapwise.geometry import operator_plan
from tapwise.operators import apply
from tapwise.operators.arrays import take
from tapwise.operators.meaning import check_words

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Parity:
    """A kernel as the sum of its even and its odd part, and what each operator makes of them.

    Attributes
    ----------
    kernel, even, odd : ndarray
        kernel = even + odd; fractions where the kernel's numbers are whole.
    convolution, correlation : tuple of ndarray
        The result for the whole kernel, for its even part, for its odd part.
    """

    kernel: Array
    even: Array
    odd: Array
    convolution: tuple[Array, Array, Array]
    correlation: tuple[Array, Array, Array]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as nested lists."""
        parts = ("whole", "even", "odd")
        return {
            "h": self.kernel.tolist(), "even": self.even.tolist(), "odd": self.odd.tolist(),
            "convolution": dict(zip(parts, (y.tolist() for y in self.convolution), strict=True)),
            "cross-correlation": dict(zip(parts, (y.tolist() for y in self.correlation), strict=True)),
        }  # fmt: skip

    def text(self) -> str:
        """Return it in three lines of text."""
        told = [f"h = {_row(self.kernel)} is its even part {_row(self.even)} and its odd part {_row(self.odd)}."]
        for name, results in (("convolution", self.convolution), ("cross-correlation", self.correlation)):
            whole, even, odd = map(_row, results)
            told.append(f"{name}: {whole} = {even} + {odd}.")
        return "\n".join(told)


def parity(x: Any, h: Any, **words: Any) -> Parity:
    """Return a kernel's even and odd part, and what each operator makes of them.

    With h~ the kernel reversed along all axes, even = (h + h~)/2 and odd = (h - h~)/2. Both operators give the same for
    the even part, A, and opposite signs for the odd one, B: convolution = A + B, cross-correlation = A - B.

    Parameters
    ----------
    x, h : array_like
        Signal and kernel; whole numbers are halved exactly.
    **words
        Fields of `tapwise.Convention.of` other than `operator`, for the convolution; an anchor is mirrored for the
        cross-correlation, so that both windows lie on the same samples.

    Returns
    -------
    Parity

    Raises
    ------
    ArgumentTypeError
        For `operator`, since both are meant.
    ArgumentError
        If the size puts the two operators' windows on different samples; and as for `tapwise.apply`.

    Notes
    -----
    ``(h + np.flip(h)) / 2`` and ``(h - np.flip(h)) / 2`` in NumPy, in double precision.

    Examples
    --------
    >>> found = parity([2, 1, 3, 5, 4], [1, 2, 0])
    >>> print(found.text())
    h = [1 2 0] is its even part [1/2 2 1/2] and its odd part [1/2 0 −1/2].
    convolution: [5 11 14] = [9/2 9 27/2] + [1/2 2 1/2].
    cross-correlation: [4 7 13] = [9/2 9 27/2] + [−1/2 −2 −1/2].
    """
    check_words(words)
    if "operator" in words:
        raise ArgumentTypeError("operator", words["operator"], "both are shown", "leave it out")
    signal, kernel = _exact(take("x", x)), _exact(take("h", h))
    meant = Convention.of(operator="convolution", **words)
    other = meant.but(operator="cross-correlation", anchor=mirrored(meant, "cross-correlation"))
    _check_windows(meant, other, signal.shape, kernel.shape)
    even, odd = (kernel + np.flip(kernel)) / 2, (kernel - np.flip(kernel)) / 2
    made = [tuple(np.asarray(apply(signal, part, by)) for part in (kernel, even, odd)) for by in (meant, other)]
    return Parity(kernel, even, odd, *made)  # type: ignore[arg-type]


def _check_windows(first: Convention, second: Convention, x: tuple[int, ...], h: tuple[int, ...]) -> None:
    """Refuse a size by which the flipped kernel lies elsewhere than the kernel as it is given."""
    plans = [operator_plan(meant, x, h)[0].axes for meant in (first, second)]
    for a, b in zip(*plans, strict=True):
        places = [{axis.s * o + axis.c + axis.d * t for o in (0, axis.m - 1) for t in range(axis.k)} for axis in (a, b)]
        if a.m and places[0] != places[1]:
            size = first.axes[0].size if len(first.axes) == 1 else tuple(map(str, (axis.size for axis in first.axes)))
            rule = "puts the two operators' windows on different samples, so their results have no common part"
            raise ArgumentError("size", str(size), rule, "write valid, same, full or pads(1,2)")


def _exact(values: Array) -> Array:
    """Return whole numbers as fractions, others as they are."""
    if values.dtype.kind not in "iub":
        return values
    exact = np.empty(values.shape, object)
    exact.ravel()[:] = [Fraction(int(value)) for value in values.ravel()]
    return exact


def _row(values: Array) -> str:
    parts = (_row(part) if part.ndim else Text().write(Num(part.item())) for part in map(np.asarray, values))
    return f"[{' '.join(parts)}]"
