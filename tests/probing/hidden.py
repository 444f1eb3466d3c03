"""Random conventions as opaque functions, made from the oracle's lists: nothing of tapwise computes here."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from tests import oracle

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, np.dtype[Any]]
BOUNDARIES = ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"]
RULES = ["first", "low", "high", "last"]


@dataclass(frozen=True)
class Hidden:
    """One axis, in words; `apply` of several makes a function of a signal and a kernel."""

    operator: str
    size: tuple[Any, ...]
    anchor: tuple[str, int, str] = ("low", 0, "taps")
    order: str = "forward"
    stride: int = 1
    dilation: int = 1
    spread: int = 1
    below: str = "zero"
    above: str = "zero"
    constants: tuple[Any, Any] = (0, 0)
    padding: int = 0
    length: int | None = None

    def words(self) -> dict[str, Any]:
        """The words of `Convention.of`."""
        size = f"{self.size[0]}({self.size[1]},{self.size[2]})" if len(self.size) > 1 else self.size[0]
        sides = [
            side if side != "constant" else f"constant({value})"
            for side, value in zip((self.below, self.above), self.constants, strict=True)
        ]
        return {
            "operator": self.operator, "size": size,
            "anchor": f"{self.anchor[0]}{self.anchor[1]:+d} in {self.anchor[2]}",
            "output": self.order, "stride": self.stride, "dilation": self.dilation, "spread": self.spread,
            "boundary": " | ".join(sides), "output_padding": self.padding, "length": self.length,
        }  # fmt: skip

    def at(self, count: int) -> int:
        rule, shift, _ = self.anchor
        return {"first": 0, "low": (count - 1) // 2, "high": count // 2, "last": count - 1}[rule] + shift

    def anchors(self, n: int, k: int) -> tuple[int | None, int | None]:
        """The tap on the output, and for a kernel that is longer the sample."""
        span, length = self.dilation * (k - 1) + 1, (n - 1) * self.spread + 1
        samples = self.anchor[2] == "samples"
        tap, step = (self.at(span), self.dilation) if samples else (self.at(k), 1)
        short, gap = (self.at(length), self.spread) if samples else (self.at(n), 1)
        if self.size[0] == "same" or (self.size[0] == "longest" and length >= span):
            if not 0 <= tap < (span if samples else k):
                raise ValueError("anchor")
            return (tap // step if tap % step == 0 else None), None
        if self.size[0] == "longest":
            if not 0 <= short < (length if samples else n):
                raise ValueError("anchor")
            return None, (short // gap if short % gap == 0 else None)
        return 0, 0


@lru_cache(maxsize=1 << 12)
def table(axis: Hidden, n: int, k: int, swap: bool = False) -> Array:
    """Outputs × taps × (samples and one place for each side's constant): 1 where they meet."""
    at, short = axis.anchors(n, k)
    moved = 0
    if at is None and short is None:  # the anchor lies between two taps: the tap before it, and then along
        span, length = axis.dilation * (k - 1) + 1, (n - 1) * axis.spread + 1
        if axis.size[0] == "same" or length >= span:
            at, moved = divmod(axis.at(span), axis.dilation)
        else:
            short, moved = divmod(axis.at(length), axis.spread)
    found: Array = np.zeros((0, k, n + 2))
    for place, (below, above) in enumerate(((axis.below, "zero"), ("zero", axis.above))):
        rows = _rows(axis, n, k, at, short, moved, below, above, swap)
        if not rows and axis.size[0] in ("valid", "pads"):
            raise ValueError("no window")
        if place == 0:
            found = np.zeros((len(rows), k, n + 2))
        for o, pairs in enumerate(rows):
            for t, label in pairs:
                if label != oracle.ZERO:
                    found[o, t, label if isinstance(label, int) else n + place] = 1
    return found


def _rows(
    axis: Hidden, n: int, k: int, at: int | None, short: int | None, moved: int, below: str, above: str, swap: bool
) -> list[list[tuple[int, oracle.Label]]]:
    words: dict[str, Any] = {
        "operator": axis.operator, "order": axis.order, "stride": axis.stride, "dilation": axis.dilation,
        "spread": axis.spread, "below": below, "above": above, "swap": swap,
    }  # fmt: skip
    if moved == 0:
        return oracle.axis(n, k, size=axis.size, anchor=at, short_anchor=short, **words)
    # Written as pads: the oracle's anchors are taps, and this one lies `moved` samples beside one.
    span, length = axis.dilation * (k - 1) + 1, (n - 1) * axis.spread + 1
    if short is None:
        before = axis.at(span) if axis.operator == "cross-correlation" else span - 1 - axis.at(span)
        lo, count = before, length
    else:
        lo, count = span - 1 - axis.at(length), span
    return oracle.axis(n, k, size=("pads", lo, count - 1 + span - length - lo), **words)


def turned(axis: Hidden, m: int, k: int) -> Array:
    """The table of the transpose: the shortest signal that makes m outputs, and the padding more.

    Where even no sample makes them, it is refused.
    """
    if axis.length is not None:
        whole = table(axis, axis.length, k)
        if len(whole) != m:
            raise ValueError("length")
    else:
        low, high = 0, 3 * m + 40
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if _count(axis, middle, k) >= m else (middle + 1, high)
        if not low or _count(axis, low, k) != m:
            raise ValueError("no length")
        whole = table(axis, low + axis.padding, k)
        if axis.padding < axis.stride and len(whole) != m:
            raise ValueError("length")
    return np.pad(whole[:m, :, :-2].transpose(2, 1, 0), [(0, 0), (0, 0), (0, 2)])


def _count(axis: Hidden, n: int, k: int) -> int:
    try:
        return len(table(axis, n, k))
    except ValueError:
        return 0


@dataclass(frozen=True)
class Opaque:
    """A function of a signal and a kernel."""

    axes: tuple[Hidden, ...]
    operands: str = "as-given"
    direction: str = "forward"
    arithmetic: tuple[tuple[str, Any], ...] = ()
    limits: tuple[str, ...] = ()

    def words(self) -> dict[str, Any]:
        """The words of `Convention.of`."""
        each = [axis.words() for axis in self.axes]
        words: dict[str, Any] = {name: tuple(one[name] for one in each) for name in each[0]}
        return words | {"operands": self.operands, "direction": self.direction} | dict(self.arithmetic)

    def __call__(self, x: Array, h: Array) -> Any:
        if x.ndim != len(self.axes) or h.ndim != x.ndim:
            raise ValueError("axes")
        for limit in self.limits:
            if not LIMITS[limit](x, h):
                raise ValueError(f"{limit} only")
        if self.operands == "exchanged":
            x, h = h, x
        y = Computed(self, dict(self.arithmetic), x, h).answer()
        return y.tolist() if "list" in self.limits else y


LIMITS: dict[str, Callable[[Array, Array], bool]] = {
    "uint8 signals": lambda x, h: x.dtype == np.uint8,
    "uint8": lambda x, h: x.dtype == h.dtype == np.uint8,
    "float32": lambda x, h: x.dtype == h.dtype == np.float32,
    "integers": lambda x, h: x.dtype.kind in "iu" and h.dtype.kind in "iu",
    "odd kernels": lambda x, h: all(k % 2 for k in h.shape),
    "even kernels": lambda x, h: not any(k % 2 for k in h.shape),
    "kernels of 3": lambda x, h: all(k == 3 for k in h.shape),
    "kernels of 3 or 5": lambda x, h: h.shape in {(k,) * h.ndim for k in (3, 5)},
    "square kernels": lambda x, h: len(set(h.shape)) == 1,
    "square signals": lambda x, h: len(set(x.shape)) == 1,
    "signals of 8 or more": lambda x, h: min(x.shape) >= 8,
    "signals up to 16": lambda x, h: max(x.shape) <= 16,
    "kernels no longer than the signal": lambda x, h: all(k <= n for k, n in zip(h.shape, x.shape, strict=True)),
    "list": lambda x, h: True,
}


_OF_ANY = ("uint8 signals", "uint8", "float32", "integers", "list", "odd kernels", "square kernels", "square signals")


@dataclass
class Computed:
    """One answer: sums of products over the oracle's tables, and then the arithmetic, in words."""

    f: Opaque
    words: dict[str, Any]
    x: Array
    h: Array
    whole: bool = field(init=False)

    def __post_init__(self) -> None:
        given = [self.words.get("gain", 1), self.words.get("offset", 0), *self._constants()]
        self.whole = (
            self.x.dtype.kind in "biu" and self.h.dtype.kind in "biu" and self.words.get("normalize") != "sum"
            and all(isinstance(value, int) for value in given)
        )  # fmt: skip
        self.complex = (
            any(isinstance(value, complex) for value in given) or "c" in self.x.dtype.kind + self.h.dtype.kind
        )

    def _constants(self) -> list[Any]:
        return [v for a in self.f.axes for side, v in zip((a.below, a.above), a.constants, strict=True)
                if side == "constant"]  # fmt: skip

    def answer(self) -> Array:
        result = self._dtype()
        if self.complex and result.kind != "c":
            raise ValueError("complex")
        x, h = self.x, self.h
        h = h.conj() if self.words.get("conjugate") == "kernel" else h
        if self.words.get("normalize") == "sum":
            total = h.sum() if h.dtype.kind in "fc" else int(h.sum(dtype=object))
            if not total:
                raise ValueError("sum")
            h = h / total
        accumulator = self.words.get("accumulator")
        if accumulator is not None:
            if np.dtype(accumulator).kind in "iu" and (x.dtype.kind + h.dtype.kind).strip("iu"):
                raise ValueError("accumulator")
            if self.complex:
                accumulator = np.result_type(accumulator, np.complex64)
            x, h = x.astype(accumulator), h.astype(accumulator)
        tables = self._tables()
        y = self._sums(tables, x, h)
        if accumulator is not None:
            y = _wrapped(y, np.dtype(accumulator)) if np.dtype(accumulator).kind in "iu" else y.astype(accumulator)
        y = y * self.words.get("gain", 1) + self.words.get("offset", 0)
        y = self._stored(y, result)
        if self.words.get("borders") == "untouched":
            y = self._untouched(y, result)
        return y

    def _dtype(self) -> np.dtype[Any]:
        rule = self.words.get("result", "exact")
        promoted = np.result_type(self.x, self.h)
        if promoted.kind in "biu" and not self.whole:
            promoted = np.dtype(float)
        if self.complex:
            promoted = np.result_type(promoted, np.complex64)
        if rule == "promote":
            return promoted
        if rule == "signal":
            return np.result_type(self.x.dtype, np.complex64) if self.complex else self.x.dtype
        if rule != "exact":
            return np.dtype(str(rule))
        if not self.whole:
            return promoted
        wide = {self.x.dtype.kind, self.h.dtype.kind} == {"u"} and np.uint64 in (self.x.dtype, self.h.dtype)
        return np.dtype(np.uint64 if wide else np.int64)

    def _tables(self) -> list[Array]:
        f, x, h = self.f, self.x, self.h
        if f.direction == "transposed":
            return [turned(a, n, k) for a, n, k in zip(f.axes, x.shape, h.shape, strict=True)]
        swap = False
        if f.operands == "longer-first":
            lengths = [(n - 1) * a.spread + 1 for a, n in zip(f.axes, x.shape, strict=True)]
            spans = [a.dilation * (k - 1) + 1 for a, k in zip(f.axes, h.shape, strict=True)]
            swap = any(n < k for n, k in zip(lengths, spans, strict=True))
            valid = any(a.size == ("valid",) for a in f.axes)
            if swap and valid and any(n > k for n, k in zip(lengths, spans, strict=True)):
                raise ValueError("neither is the longer")
        return [table(a, n, k, swap) for a, n, k in zip(f.axes, x.shape, h.shape, strict=True)]

    def _sums(self, tables: list[Array], x: Array, h: Array) -> Array:
        kind: Any = complex if self.complex or any(isinstance(v, complex) for v in self._constants()) else float
        if self.whole:
            most = max([abs(int(v)) for v in (x.max(), x.min(), *self._constants())]) + 1
            kind = object if most * (int(np.abs(h.astype(object)).sum()) + 1) > 1 << 50 else float
        full = x.astype(object).astype(kind)
        if self.words.get("conjugate") == "signal":
            full = full.conj()
        for number, axis in enumerate(self.f.axes):
            below, above = (np.conj(v) if self.words.get("conjugate") == "signal" else v for v in axis.constants)
            layers = [np.full_like(np.take(full, [0], number), value, dtype=kind) for value in (below, above)]
            full = np.concatenate([full, *layers], number)
        pairs = full
        for each in tables:  # (..., samples, rest) becomes (rest, outputs, taps): the axes come round in turn
            pairs = np.moveaxis(
                np.tensordot(each.astype(int) if kind is object else each, pairs, (2, 0)), (0, 1), (-2, -1)
            )
        pairs = pairs.transpose([*range(0, 2 * x.ndim, 2), *range(1, 2 * x.ndim, 2)])
        sums: Array = np.tensordot(pairs, h.astype(object).astype(kind), x.ndim)
        return sums

    def _stored(self, y: Array, result: np.dtype[Any]) -> Array:
        if result.kind not in "iu":
            return y.astype(result)
        if y.dtype != object and y.dtype.kind == "f":
            y = _ROUNDED[self.words.get("rounding", "nearest-even")](y)
        exact = y if y.dtype == object else _exact(y)
        least, most = int(np.iinfo(result).min), int(np.iinfo(result).max)
        overflow = self.words.get("overflow", "raise")
        if overflow == "raise" and ((exact < least) | (exact > most)).any():
            raise ValueError("overflow")
        if overflow == "saturate":
            return np.clip(exact, least, most).astype(result)
        return _wrapped(exact, result).astype(result)

    def _untouched(self, y: Array, result: np.dtype[Any]) -> Array:
        if y.shape != self.x.shape:
            raise ValueError("borders")
        for number, axis in enumerate(self.f.axes):
            drawn = replace(axis, below="constant", above="constant")
            outside = table(drawn, self.x.shape[number], self.h.shape[number])[:, :, -2:].any(axis=(1, 2))
            where = np.flatnonzero(outside)
            y[(slice(None),) * number + (where,)] = self._stored(np.take(self.x, where, number), result)
        return y


def _away(y: Array) -> Array:
    return np.sign(y) * np.floor(np.abs(y) + 0.5)


_ROUNDED: dict[str, Callable[[Array], Array]] = {
    "nearest-even": np.round, "truncate": np.trunc, "floor": np.floor, "nearest-away": _away,
}  # fmt: skip


def _exact(y: Array) -> Array:
    """Whole numbers as integers that are wide enough."""
    if np.abs(y).max(initial=0) < 1 << 53:
        return y.astype(np.int64)
    return np.array([int(v) for v in y.ravel()], dtype=object).reshape(y.shape)


def _wrapped(y: Array, dtype: np.dtype[Any]) -> Array:
    """Whole numbers in two's complement."""
    bits = 8 * dtype.itemsize
    exact = y if y.dtype == object else _exact(y)
    if bits == 64:
        exact = exact.astype(object)
    low: Array = exact & ((1 << bits) - 1)
    if dtype.kind == "i":
        low = np.where(low >= 1 << (bits - 1), low - (1 << bits), low)
    return low


class Maker:
    """Makes random conventions over the whole vocabulary, and functions that hide them."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def pick(self, *words: Any) -> Any:
        return words[int(self.rng.integers(len(words)))]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def function(self) -> Opaque:
        ndim = self.pick(1, 1, 1, 1, 1, 2, 2, 2, 3)
        direction = "transposed" if self.chance(0.15) else "forward"
        limits = self._limits(ndim) if self.chance(0.45) else ()
        words = self._arithmetic(limits) if self.chance(0.5) else {"result": self.pick("promote", "exact")}
        if {"overflow", "accumulator"} & set(words):
            limits = tuple(limit for limit in limits if limit != "list")  # which loses the dtype
        untouched = direction == "forward" and self.chance(0.06)
        axes = tuple(self.axis(ndim, direction, untouched=untouched) for _ in range(ndim))
        if ndim > 1 and self.chance(0.4):
            axes = axes[:1] * ndim
        if untouched:
            words["borders"] = "untouched"
        operands = "as-given"
        if direction == "forward" and not untouched:
            operands = self.pick("as-given", "as-given", "as-given", "exchanged", "longer-first")
        if {"uint8", "uint8 signals"} & set(limits) and words.get("overflow") == "raise":
            words["overflow"] = "saturate"  # or hardly an answer would fit
        if {"uint8", "uint8 signals"} & set(limits):  # a negative constant would leave hardly an answer that fits
            axes = tuple(replace(a, constants=(abs(a.constants[0]), abs(a.constants[1]))) for a in axes)
        if operands == "exchanged":  # the limits of lengths are those of a kernel and of a signal in the usual order
            limits = tuple(limit for limit in limits if limit in _OF_ANY)
        return Opaque(axes, operands, direction, tuple(words.items()), limits)

    def axis(self, ndim: int, direction: str, *, untouched: bool) -> Hidden:
        pick, numbers = self.pick, self.rng.integers
        size = pick(
            ("valid",), ("valid",), ("same",), ("same",), ("same",), ("full",), ("same-upper",), ("same-lower",),
            ("longest",),
            ("pads", int(numbers(-1, 4)), int(numbers(-1, 4))),
            ("lags", int(numbers(-4, 1)), int(numbers(3, 8))),
        )  # fmt: skip
        below = pick(*BOUNDARIES)
        above = below if self.chance(0.7) else pick(*BOUNDARIES)
        if size == ("valid",):
            below = above = "zero"
        s, d, u = (1, 1, 1) if self.chance(0.4) else (int(v) for v in numbers(1, 4, 3))
        u = min(u, 2) if s == 1 else 1
        if ndim == 3 and s * d * u > 4:
            d = 1
        rule = pick(*RULES)
        shift = {"first": pick(0, 0, 1), "last": pick(0, 0, -1)}.get(rule, pick(0, 0, 0, 1, -1))
        first = int(numbers(1, 6)) * pick(1, 1, -1)
        constants = (first, first if below == above and self.chance(0.5) else int(numbers(1, 6)))
        axis = Hidden(
            pick("convolution", "cross-correlation"), size, (rule, int(shift), pick("taps", "taps", "samples")),
            pick("forward", "forward", "forward", "reversed"), s, d, u, below, above,
            constants if "constant" in (below, above) else (0, 0),
        )  # fmt: skip
        if untouched:
            return replace(axis, size=("same",), stride=1, spread=1, order="forward", constants=(0, 0),
                           below="zero", above="zero")  # fmt: skip
        if direction == "transposed":
            if size[0] in ("longest", "lags"):
                axis = replace(axis, size=("same",))
            return replace(axis, padding=int(numbers(0, max(s, d))) if self.chance(0.3) else 0)
        return axis

    def _limits(self, ndim: int) -> tuple[str, ...]:
        numbers = self.pick((), ("uint8 signals",), ("uint8",), ("float32",), ("integers",), ("list",))
        taps = self.pick((), ("odd kernels",), ("kernels of 3",), ("kernels of 3 or 5",), ("square kernels",),
                         ("even kernels",))  # fmt: skip
        samples = self.pick((), (), ("square signals",), ("signals of 8 or more",), ("signals up to 16",),
                            ("kernels no longer than the signal",))  # fmt: skip
        return (*numbers, *taps, *samples)

    def _arithmetic(self, limits: tuple[str, ...]) -> dict[str, Any]:
        pick = self.pick
        words = ("gain", "complex", "integers", "integers", "normalize", "accumulator", "result")
        kind = pick(*(words if "float32" not in limits else ("gain", "integers", "normalize", "result")))
        if kind == "complex" and not {"uint8", "uint8 signals", "float32", "integers"} & set(limits):
            gain = pick(1, complex(0, 1), complex(2, -1), -2, 0.5)
            return {"conjugate": pick("none", "kernel", "signal"), "gain": gain, "offset": pick(0, 0, 3, complex(1, 2)),
                    "result": "promote"}  # fmt: skip
        if kind == "integers":
            result = pick("int8", "uint8", "int16", "uint16", "int32", "int64", "signal", "promote")
            gain = pick(1, 1, 1, 2, 3, 0.5, 0.25, 0.0625)
            return {"result": result, "gain": gain, "offset": pick(0, 0, 5),
                    "rounding": pick("nearest-even", "nearest-away", "truncate", "floor"),
                    "overflow": pick("raise", "wrap", "saturate")}  # fmt: skip
        if kind == "normalize":
            return {"normalize": "sum", "gain": pick(1, 1, 2), "result": pick("promote", "exact", "float64")}
        if kind == "accumulator":
            return {"accumulator": pick("float32", "float64", "int8", "int16", "int32", "uint8", "uint16", "int64"),
                    "result": pick("exact", "promote", "int64"), "overflow": pick("wrap", "saturate")}  # fmt: skip
        if kind == "result":
            return {"result": pick("float32", "float64", "exact", "promote", "signal", "complex128", "longdouble")}
        return {"gain": pick(2, -3, 0.5, -0.25, 1 / 3, float(self.rng.normal())), "offset": pick(0, 0, 1, -2.5, 100),
                "result": pick("promote", "exact")}  # fmt: skip


def described(f: Opaque) -> str:
    """The function in words, for a failing test."""
    plain = Hidden("", ("valid",))
    axes = [{f.name: v for f in fields(a) if (v := getattr(a, f.name)) != getattr(plain, f.name)} for a in f.axes]
    return f"{axes} {f.operands} {f.direction} {dict(f.arithmetic)} {f.limits}"
