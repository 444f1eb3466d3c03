"""What becomes of numbers: conjugates, result dtypes, accumulators, rounding and overflow, by elimination."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import TapwiseError
from tapwise.operators import apply
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention import Convention
    from tapwise.probing.reception import Reception
    from tapwise.probing.subject import Array, Subject

Input = tuple["Array", "Array"]

#: Dtypes of signal and kernel that are offered to find the rule for the dtype of the result.
PAIRS = (
    ("float64", "float64"), ("float32", "float32"), ("int64", "int64"), ("uint8", "uint8"), ("int16", "int32"),
    ("uint8", "float64"), ("float32", "float64"), ("uint8", "int64"), ("float64", "float32"),
    ("complex64", "complex64"),
)  # fmt: skip


@dataclass(slots=True)
class Arithmetics:
    """What is known of the arithmetic.

    Attributes
    ----------
    convention : Convention
        With the arithmetic that explains all answers.
    dtypes : list of (str, str, str)
        Signal, kernel and result, for all pairs that are taken.
    undetermined : list of str
        What could be otherwise.
    """

    convention: Convention
    dtypes: list[tuple[str, str, str]] = field(default_factory=list)
    undetermined: list[str] = field(default_factory=list)


class Arithmetician:
    """Finds the arithmetic of a function whose index rules are known."""

    def __init__(self, subject: Subject, reception: Reception, convention: Convention, seed: int) -> None:
        self.subject, self.reception = subject, reception
        self.known = Arithmetics(convention)
        self.rng = np.random.default_rng(seed)
        self.x_shape, self.h_shape = reception.shapes.of(0, *reception.first)

    def find(self) -> Arithmetics:
        """Return the arithmetic, one field after the other."""
        self._result()
        self._choose("conjugate", ("none", "kernel", "signal"), self._complex())
        if any(np.dtype(result).kind in "iu" for *_, result in self.known.dtypes):
            self._overflow()
            self._choose("rounding", ("nearest-even", "truncate", "floor", "nearest-away"), self._fractions())
        self._choose("accumulator", (None, "float64"), self._wide())
        return self.known

    def _pair(self, signal: str, kernel: str, largest: int = 3, least: int = 0) -> Input:
        x = self.rng.integers(least, largest + 1, self.x_shape).astype(signal)
        h = self.rng.integers(least, largest + 1, self.h_shape).astype(kernel)
        h.reshape(-1)[h.size // 2] = 1  # never all zeros
        return x, h

    def _result(self) -> None:
        answers: list[tuple[Array, Array, str]] = []
        own = (self.reception.signal, self.reception.kernel)
        for signal, kernel in dict.fromkeys((own, *PAIRS)):
            x, h = self._pair(signal, kernel, 2)
            try:
                found = self.subject.ask(x, h).dtype.name
            except Refused:
                continue
            answers.append((x, h, found))
            self.known.dtypes.append((signal, kernel, found))
        names = dict.fromkeys(found for *_, found in answers)
        words = ["exact", "promote", "signal", *(name for name in names if name != "object")]
        scores = {word: sum(self._dtype(x, h, word) == found for x, h, found in answers) for word in words}
        own_answer = answers[0]
        fit = [word for word in words if self._dtype(own_answer[0], own_answer[1], word) == own_answer[2]]
        best = max(fit or words, key=lambda word: scores[word])  # the first of equals
        self._set(result=best)
        if scores[best] < len(answers):
            shown = ", ".join(
                f"{x.dtype} with {h.dtype} gives {r}" for x, h, r in answers if self._dtype(x, h, best) != r
            )
            self.known.undetermined.append(f"the dtype of the result follows no one rule: {shown}, unlike {best!r}")

    def _dtype(self, x: Array, h: Array, word: str) -> str:
        arithmetic = replace(self.known.convention.arithmetic, result=word, overflow="wrap")
        y = predicted(x, h, replace(self.known.convention, arithmetic=arithmetic))
        return "" if y is None else y.dtype.name

    def _complex(self) -> Iterator[Input]:
        for dtype in ("complex128", "complex64"):
            if any(s == dtype for s, *_ in self.known.dtypes) or dtype == "complex128":
                x, h = self._pair(dtype, dtype)
                yield x + 1j * self._pair("int64", "int64")[0], (h + 2j * self._pair("int64", "int64")[1]).astype(dtype)
                return

    def _overflow(self) -> None:
        words = ["raise", "wrap", "saturate"]
        told = False
        for signal, kernel, result in sorted(self.known.dtypes, key=lambda names: np.dtype(names[2]).itemsize):
            if np.dtype(result).kind not in "iu":
                continue
            info = np.iinfo(np.dtype(result))
            reach = np.iinfo(np.dtype(signal)).max if np.dtype(signal).kind in "iu" else 2**40
            for x, h in self._large(signal, kernel, min(int(reach), int(info.max))):
                try:
                    y = self.subject.ask(x, h)
                except Refused:
                    words = [word for word in words if word == "raise"] or words
                    continue
                left = [w for w in words if same(predicted(x, h, self._with(overflow=w)), y)]
                if left and len(left) < len(words):
                    words, told = left, True
        self._set(overflow=words[0])
        if not told and len(words) > 1:
            self.known.undetermined.append("what becomes of integers that do not fit was not seen")

    def _large(self, signal: str, kernel: str, most: int) -> Iterator[Input]:
        """Yield inputs whose sums are beyond either end of the result's range, normalised or not."""
        x, h = self._pair(signal, kernel, 3, 1)
        high = np.full_like(x, most)
        yield high, h * np.array(2, h.dtype)
        if np.dtype(kernel).kind == "u":
            return
        yield high, h * np.array(-2, h.dtype)
        for _ in range(4):
            x, h = self._pair(signal, kernel, 3, -3)
            h.reshape(-1)[h.size // 2] += max(1 - int(h.sum().real), 0)
            yield np.where(self.rng.integers(0, 2, x.shape) > 0, high, 0 * high), h

    def _fractions(self) -> Iterator[Input]:
        halves = [0.5, 0.25, 0.75, 1.0]
        for signal, kernel, result in self.known.dtypes:
            if np.dtype(result).kind not in "iu":
                continue
            for number in range(3):
                x, h = self._pair(signal, kernel, 9, -9 if np.dtype(signal).kind == "i" else 0)
                if np.dtype(kernel).kind == "f":
                    h = np.zeros_like(h)
                    h[tuple((k - 1) // 2 for k in h.shape)] = halves[number]
                yield x, h
                if np.dtype(kernel).kind == "f" and np.dtype(result).kind == "i":
                    yield x, -h

    def _wide(self) -> Iterator[Input]:
        for signal, kernel, result in self.known.dtypes:
            if signal == kernel == "float32" == result and self.known.convention.arithmetic.gain == 1:
                for _ in range(2):
                    x, h = self._pair(signal, kernel)
                    real = [np.asarray(self.rng.standard_normal(a.shape)).astype(a.dtype) for a in (x, h)]
                    yield real[0], real[1]
            if signal == kernel == "int64" and np.dtype(result).kind == "i" and np.dtype(result).itemsize == 8:
                x, h = self._pair(signal, kernel)
                taps = np.zeros_like(h)
                taps[tuple((k - 1) // 2 for k in h.shape)] = 1
                yield np.full_like(x, (1 << 53) + 1), taps

    def _choose(self, name: str, words: tuple[Any, ...], inputs: Iterator[Input]) -> None:
        """Keep the first word with which every answer that some word explains is explained."""
        left = list(words)
        for x, h in inputs:
            try:
                y = self.subject.ask(x, h)
            except Refused:
                continue
            agree = [word for word in left if same(predicted(x, h, self._with(**{name: word})), y)]
            left = agree or left
        self._set(**{name: left[0]})

    def _with(self, **words: Any) -> Convention:
        return replace(self.known.convention, arithmetic=replace(self.known.convention.arithmetic, **words))

    def _set(self, **words: Any) -> None:
        self.known.convention = self._with(**words)


def predicted(x: Array, h: Array, convention: Convention) -> Array | None:
    """Return what `apply` makes of it, None where it refuses."""
    try:
        with np.errstate(all="ignore"):
            y: Array = np.asarray(apply(x, h, convention, engine="auto"))
    except (TapwiseError, ValueError, TypeError, OverflowError):
        return None
    return y


def same(one: Array | None, other: Array) -> bool:
    """Whether two answers are equal in shape and in every number, a NaN being equal to a NaN."""
    if one is None or one.shape != other.shape:
        return False
    kinds = one.dtype.kind + other.dtype.kind
    return bool(np.array_equal(one, other, equal_nan="f" in kinds or "c" in kinds))
