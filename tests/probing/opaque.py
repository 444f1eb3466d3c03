"""Hidden conventions as opaque functions, computed from the tables of their axes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.probing.hidden import Array, Hidden, table, turned

if TYPE_CHECKING:
    from collections.abc import Callable


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
