"""Random conventions over the whole vocabulary, and functions that hide them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from tests.probing.hidden import Hidden
from tests.probing.opaque import Opaque

BOUNDARIES = ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"]
RULES = ["first", "low", "high", "last"]
_OF_ANY = ("uint8 signals", "uint8", "float32", "integers", "list", "odd kernels", "square kernels", "square signals")


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
