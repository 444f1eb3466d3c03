"""What becomes of numbers: conjugates, result dtypes, accumulators, rounding and overflow, by elimination."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.arithmetic import RESULTS, WORDS
from tapwise.engines import settle
from tapwise.errors import TapwiseError
from tapwise.geometry import operator_plan
from tapwise.operators import apply
from tapwise.probing.coding import name_of
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.convention import Convention
    from tapwise.probing.reception import Reception
    from tapwise.probing.subject import Array, Subject

Input = tuple["Array", "Array"]
Answer = tuple["Array", "Array", "Array | None"]
Names = tuple[str, str, str]

#: Dtypes of signal and kernel that are offered to find the rule for the dtype of the result.
PAIRS = (
    ("float64", "float64"), ("float32", "float32"), ("int64", "int64"), ("uint8", "uint8"), ("int16", "int32"),
    ("uint8", "float64"), ("float64", "uint8"), ("float32", "float64"), ("float16", "float16"),
    ("complex64", "complex64"),
)  # fmt: skip
#: Accumulators that can be told from the widest; of them those of integers only where results are integers.
_ACCUMULATORS = (
    "float64", "float32", "int32", "int16", "int8", "uint8", "uint16", "uint32", "int64", "uint64",
)  # fmt: skip

#: Inputs on which an accumulator must round as the function does.
_ROUNDED = 3


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
        self.middle = tuple((k - 1) // 2 for k in self.h_shape)

    def find(self) -> Arithmetics:
        """Return the arithmetic that explains most answers, and of those the most usual."""
        answers = self._result()
        whole = [names for names in self.known.dtypes if np.dtype(names[2]).kind in "iu"]
        for x, h in itertools.chain(self._complex(), self._exact(), self._large(whole), self._fractions(whole)):
            answers += self._asked(x, h)
        words = {
            "conjugate": WORDS["conjugate"] if any("c" in (x.dtype.kind, h.dtype.kind) for x, h, _ in answers) else (),
            "overflow": ("raise", "wrap", "saturate") if whole else (),
            "rounding": ("nearest-even", "truncate", "floor", "nearest-away") if whole else (),
            "accumulator": (None, *_ACCUMULATORS[: None if whole else 2]),
        }
        best = self._best({name: choices for name, choices in words.items() if choices}, answers)
        self._set(**best)
        self._accumulator()
        others = [word for word in words["overflow"] if word != best.get("overflow")]
        if any(self._explains({**best, "overflow": word}, answers[::-1]) for word in others):
            self.known.undetermined.append("what becomes of integers that do not fit was not seen")
        return self.known

    def _best(self, words: dict[str, tuple[Any, ...]], answers: list[Answer]) -> dict[str, Any]:
        """Return the words that explain most answers; the usual words, and few that are unusual, are tried first."""
        ranks = sorted(itertools.product(*(range(len(w)) for w in words.values())), key=lambda r: (_unusual(r), r))
        best, most = ranks[0], -1
        left = [(answer, self._touched(answer)) for answer in answers]
        told: dict[tuple[int, ...], bool] = {}
        for places in ranks:
            chosen = {name: w[place] for (name, w), place in zip(words.items(), places, strict=True)}
            missed = 0
            for number, (answer, touched) in enumerate(left):
                key = (id(answer), *(place for name, place in zip(words, places, strict=True) if name in touched))
                if key not in told:
                    told[key] = self._explains(chosen, [answer])
                if not told[key]:
                    missed += 1
                    left.insert(0, left.pop(number))  # what tells most is compared first
                    if len(left) - missed <= most:
                        break
            else:
                best, most = places, len(left) - missed
                if not missed:
                    break
        return {name: w[place] for (name, w), place in zip(words.items(), best, strict=True)}

    def _touched(self, answer: Answer) -> set[str]:
        """Return the words that an answer may depend on."""
        x, h, y = answer
        kinds, arithmetic = x.dtype.kind + h.dtype.kind, self.known.convention.arithmetic
        touched = {"accumulator", "conjugate"} if "c" in kinds else {"accumulator"}
        if y is not None and y.dtype.kind not in "iu":
            return touched
        whole = arithmetic.normalize == "none" and all(isinstance(v, int) for v in (arithmetic.gain, arithmetic.offset))
        return touched | ({"overflow"} if whole and not kinds.strip("biu") else {"overflow", "rounding"})

    def _explains(self, words: dict[str, Any], answers: list[Answer]) -> bool:
        convention = self._with(**words)
        return all(_agree(predicted(x, h, convention), y, max(eps(x), eps(h))) for x, h, y in answers)

    def _asked(self, x: Array, h: Array) -> list[Answer]:
        """Return the answer, None for a refusal where smaller numbers of these dtypes are taken."""
        try:
            return [(x, h, self.subject.ask(x, h))]
        except Refused:
            taken = any((x.dtype.name, h.dtype.name) == names[:2] for names in self.known.dtypes)
            return [(x, h, None)] if taken else []

    def _pair(self, signal: str, kernel: str, largest: int = 3, least: int = 0) -> Input:
        x = self.rng.integers(least, largest + 1, self.x_shape).astype(signal)
        h = self.rng.integers(least, largest + 1, self.h_shape).astype(kernel)
        h[self.middle] = 1  # never all zeros
        return x, h

    def _tap(self, kernel: str, value: float = 1) -> Array:
        h: Array = np.zeros(self.h_shape, kernel)
        h[self.middle] = value
        return h

    def _result(self) -> list[Answer]:
        """Find the rule for the dtype of the result, and return the answers that tell it."""
        answers: list[tuple[Array, Array, Array]] = []
        own = (self.reception.signal, self.reception.kernel)
        for signal, kernel in dict.fromkeys((own, *PAIRS)):
            x, h = self._pair(signal, kernel, 1)[0], self._tap(kernel)
            try:
                y = self.subject.ask(x, h)
            except Refused:
                continue
            answers.append((x, h, y))
            self.known.dtypes.append((signal, kernel, name_of(y.dtype)))
        if not answers:
            return []
        names = dict.fromkeys(found for *_, found in self.known.dtypes)
        words = [*RESULTS, *(name for name in names if name != "object")]
        right = {word: [self._dtype(x, h, word) == name_of(y.dtype) for x, h, y in answers] for word in words}
        best = max(words, key=lambda word: (right[word][0], sum(right[word])))  # the first of equals
        self._set(result=best)
        if not all(right[best]):
            wrong = [answer for answer, told in zip(answers, right[best], strict=True) if not told]
            shown = ", ".join(f"{x.dtype} with {h.dtype} gives {y.dtype}" for x, h, y in wrong)
            self.known.undetermined.append(f"the dtype of the result follows no one rule: {shown}, unlike {best!r}")
        return [*answers]

    def _dtype(self, x: Array, h: Array, word: str) -> str:
        convention = self._with(result=word, overflow="wrap")
        try:
            plan, _ = operator_plan(convention, x.shape, h.shape)
            return name_of(settle(convention.arithmetic, x, h, plan).result)
        except TapwiseError:
            return ""

    def _complex(self) -> Iterator[Input]:
        taken = [s for s, *_ in self.known.dtypes if np.dtype(s).kind == "c"]
        for dtype in ["complex128", *taken][-1:]:
            x, h = self._pair(dtype, dtype)
            yield x + 1j * self._pair("int64", "int64")[0], (h + 2j * self._pair("int64", "int64")[1]).astype(dtype)

    def _exact(self) -> Iterator[Input]:
        """Yield numbers that narrow accumulators cannot hold, through one tap."""
        for signal, kernel, result in self.known.dtypes:
            kind, room = np.dtype(signal).kind, np.dtype(result)
            if kind == "f" and np.dtype(signal).itemsize < 8:
                continue
            most = int(np.iinfo(room).max) if room.kind in "iu" else 1 << 62
            most = min(most, int(np.iinfo(np.dtype(signal)).max)) if kind in "iu" else most
            steps = (*(1 << b for b in (5, 7, 8, 15, 16, 24, 31, 32, 53)), most - 1)
            values = [value + 1 for value in steps if value < most]
            if np.dtype(signal).itemsize == 1 and np.dtype(kernel).kind != "u":
                for value in (-1, 257, (1 << 24) + 1):  # where the samples are too small to tell
                    if np.dtype(kernel).kind == "f" or value <= np.iinfo(np.dtype(kernel)).max:
                        yield np.resize(np.array([1, 2, 255]), self.x_shape).astype(signal), self._tap(kernel, value)
            # Numbers that all accumulators of some width hold go apart from the others, which may be refused.
            for group in ([v for v in values if v < 1 << 25], values):
                signs = (1, -1) if kind in "if" and room.kind != "u" and len(group) == len(values) else (1,)
                for sign in signs:
                    x = np.resize(np.array(group or [1]), self.x_shape).astype(signal)
                    yield x * np.array(sign, signal), self._tap(kernel)

    def _large(self, whole: list[Names]) -> Iterator[Input]:
        """Yield inputs whose sums are beyond either end of the result's range, normalised or not."""
        narrow = sorted([names for names in whole if np.dtype(names[2]).itemsize < 8] or whole, key=_roomy)
        for signal, kernel, result in {names[2]: names for names in narrow}.values():
            x, h = self._pair(signal, kernel, 3, 1)
            high = np.full_like(x, min(_reach(signal), int(np.iinfo(np.dtype(result)).max)))
            # Taps large enough that the sums leave the range, where the samples alone are not.
            room = np.iinfo(np.dtype(kernel)).max // 8 if np.dtype(kernel).kind in "iu" else 1 << 24
            gain = max(abs(complex(self.known.convention.arithmetic.gain)), 1e-3)
            h = h * np.array(min(max(int(np.iinfo(np.dtype(result)).max / int(high.max()) / gain), 2), room), h.dtype)
            yield high, h
            if np.dtype(kernel).kind == "u":
                continue
            yield high, -h
            for _ in range(2):
                x, h = self._pair(signal, kernel, 3, -3)
                h[self.middle] += max(1 - int(h.sum().real), 0)
                yield np.where(self.rng.integers(0, 2, x.shape) > 0, high, 0 * high), h

    def _fractions(self, whole: list[Names]) -> Iterator[Input]:
        """Yield inputs whose sums lie between whole numbers, or become so by the gain, on both sides of 0."""
        gain = Fraction(abs(complex(self.known.convention.arithmetic.gain).real)).limit_denominator(1000) or Fraction(1)
        most = min(9 + 8 * round(abs(complex(self.known.convention.arithmetic.offset))), 100)  # beyond the offset
        for real in (True, False):
            pairs = [names for names in whole if (np.dtype(names[1]).kind == "f") == real]
            for signal, kernel, result in pairs[:3]:
                x, h = self._pair(signal, kernel, most, -most if np.dtype(signal).kind == "i" else 0)
                yield x, self._tap(kernel, float(0.25 / gain)) if real else h
                if not real and gain.denominator > 1:
                    yield x, self._tap(kernel, gain.denominator // 2)  # halves
                if real and np.dtype(result).kind == "i":
                    yield x, self._tap(kernel, float(-0.25 / gain))

    def _accumulator(self) -> None:
        """Choose the accumulator whose rounding is the function's, where two explain all exact answers."""
        arithmetic = self.known.convention.arithmetic
        if arithmetic.accumulator is not None or ("float32",) * 3 not in self.known.dtypes or arithmetic.gain != 1:
            return
        left: list[str | None] = [None, "float64"]
        for _ in range(_ROUNDED):
            x, h = (np.asarray(self.rng.standard_normal(s)).astype("float32") for s in (self.x_shape, self.h_shape))
            for _, _, y in self._asked(x, h):
                left = [w for w in left if y is not None and same(predicted(x, h, self._with(accumulator=w)), y)]
        if None not in left and left:  # neither, if the sums are taken in another order
            self._set(accumulator=left[0])

    def _with(self, **words: Any) -> Convention:
        return replace(self.known.convention, arithmetic=replace(self.known.convention.arithmetic, **words))

    def _set(self, **words: Any) -> None:
        self.known.convention = self._with(**words)


def _roomy(names: Names) -> tuple[int, bool]:
    """Return a key that sorts dtypes by how far beyond a result's range their sums may go, and whether at both ends."""
    return _reach(names[0]), np.dtype(names[1]).kind != "u"


def _reach(signal: str) -> int:
    """Return the largest whole number that a signal may hold here."""
    kind = np.dtype(signal)
    return int(np.iinfo(kind).max) if kind.kind in "iu" else 1 << 40


def _unusual(places: tuple[int, ...]) -> int:
    return sum(place > 0 for place in places)


def eps(y: Array) -> float:
    """Return the spacing of a dtype's numbers after 1, 0 for integers."""
    return float(np.finfo(y.dtype).eps) if y.dtype.kind in "fc" else 0.0


def _agree(meant: Array | None, y: Array | None, given: float) -> bool:
    """Whether an answer is the one that is meant, to the rounding of its own numbers and of those `given`."""
    if meant is None or y is None:
        return meant is y
    if same(meant, y):
        return True
    if meant.shape != y.shape or y.dtype.kind not in "fc" or not y.size:
        return False
    size = max(float(np.abs(y).max()), float(np.abs(meant).max()))
    return bool(np.abs(y - meant).max() <= 64 * max(eps(y), given) * size)


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
