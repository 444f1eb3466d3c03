"""Arithmetic: what happens to numbers besides the sum of products."""

from __future__ import annotations

from dataclasses import dataclass

from tapwise.convention.words import Number, number, one_of
from tapwise.errors import ArgumentError

WORDS = {
    "conjugate": ("none", "kernel", "signal"),
    "normalize": ("none", "sum"),
    "rounding": ("nearest-even", "nearest-away", "truncate", "floor"),
    "overflow": ("raise", "wrap", "saturate"),
    "borders": ("computed", "untouched"),
}
RESULTS = (
    "exact", "promote", "promote-float64", "promote-float32", "promote-jax", "signal", "signal-float64",
    "signal-float32",
)  # fmt: skip
DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "longdouble", "complex64", "complex128", "clongdouble", "object",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How products are formed, summed, scaled and stored: y = store(gain · Σ h x + offset).

    Attributes
    ----------
    conjugate : {"none", "kernel", "signal"}
        The operand whose complex conjugate is taken.
    normalize : {"none", "sum"}
        With "sum" the kernel is divided by the sum of its taps, unless that is 0.
    gain, offset : number
        Applied to each sum before it is stored.
    accumulator : str or None
        The dtype that both operands are converted to before they are multiplied; None is the widest that is needed
        (exact for integers, float32 for float16).
    result : str
        The dtype of the result, by name or by a rule:

        - "exact": int64 or uint64 for integers, floats as NumPy promotes them
        - "promote": NumPy's promotion of the two dtypes, also for integers
        - "promote-float64": the same after integers became float64, and float16 float32, as in `scipy.fft`
        - "promote-float32": NumPy's promotion of the two dtypes and float32
        - "promote-jax": JAX's promotion with 64 bits on; integers become float64 if they need 64 bits, else float32
        - "signal": the signal's dtype, complex if need be
        - "signal-float64", "signal-float32": the same after integers became float64 or float32
    rounding : {"nearest-even", "nearest-away", "truncate", "floor"}
        How a sum that is no whole number becomes an integer.
    overflow : {"raise", "wrap", "saturate"}
        What happens to an integer that its dtype cannot hold.
    borders : {"computed", "untouched"}
        "untouched": outputs whose window leaves the signal keep the signal's value.
    """

    conjugate: str = "none"
    normalize: str = "none"
    gain: Number = 1
    offset: Number = 0
    accumulator: str | None = None
    result: str = "exact"
    rounding: str = "nearest-even"
    overflow: str = "raise"
    borders: str = "computed"

    def __post_init__(self) -> None:
        for field, words in WORDS.items():
            object.__setattr__(self, field, one_of(field, getattr(self, field), words))
        for field in ("gain", "offset"):
            value = number(field, getattr(self, field))
            if value - value != 0:
                raise ArgumentError(field, value, "must be finite", "write a finite number")
            object.__setattr__(self, field, value)
        if self.accumulator is not None:
            object.__setattr__(self, "accumulator", one_of("accumulator", self.accumulator, DTYPES))
            if self.accumulator in {"bool", "object"}:
                raise ArgumentError("accumulator", self.accumulator, "sums nothing", "write 'int64' or 'float64'")
        object.__setattr__(self, "result", one_of("result", self.result, (*RESULTS, *DTYPES)))
