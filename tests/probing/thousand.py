"""Whether a verdict is equivalent to the function it was found for, on inputs that the probe did not see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import tapwise as tw

if TYPE_CHECKING:
    from tests.probing.hidden import Array
    from tests.probing.opaque import Opaque

    from tapwise.probing import Verdict

DTYPES = (
    ("float64", "float64"), ("int64", "int64"), ("uint8", "uint8"), ("complex128", "complex128"),
    ("uint8", "float64"), ("float32", "float32"), ("int16", "int32"),
)  # fmt: skip

#: Answers that are compared.
_ENOUGH = 25


def compare(f: Opaque, verdict: Verdict, seed: int) -> int:
    """Compare on random whole numbers of many shapes and dtypes; return how many answers were compared.

    Where no limit is set, both refuse the same shapes, or one of them returns nothing.
    """
    rng = np.random.default_rng(seed)
    ndim, compared = len(f.axes), 0
    limits = " ".join(f.limits)
    dtypes = [pair for pair in DTYPES if _allowed(limits, *pair)]
    for number in range(120):
        if compared == _ENOUGH:
            break
        n, k = _shapes(rng, f, ndim)
        signal, kernel = dtypes[number % len(dtypes) if number % 2 else 0]
        x, h = (_numbers(rng, shape, dtype, number) for shape, dtype in ((n, signal), (k, kernel)))
        theirs = _asked(lambda a, b: np.asarray(f(a, b)), x, h)
        if theirs is None and (
            f.limits or "accumulator" in dict(f.arithmetic) or f.direction == "transposed" or number % 2
        ):
            continue
        ours = _asked(lambda a, b: tw.apply(a, b, verdict.convention), x, h)
        if not (theirs is not None and theirs.size) and not (ours is not None and ours.size):
            continue
        assert theirs is not None, f"only ours answers {x.shape} {x.dtype}, {h.shape} {h.dtype}"
        assert ours is not None, f"only theirs answers {x.shape} {x.dtype}, {h.shape} {h.dtype}"
        assert theirs.shape == ours.shape, f"{theirs.shape} is not {ours.shape} for {x.shape}, {h.shape}"
        _check_equal(f, x, h, theirs, ours)
        compared += 1
    return compared


def _allowed(limits: str, signal: str, kernel: str) -> bool:
    if "list" in limits and {signal, kernel} & {"float32", "complex128"}:
        return False  # a list loses the dtype
    if "uint8 signals" in limits:
        return signal == "uint8"
    if "uint8" in limits or "float32" in limits:
        return signal == kernel == ("uint8" if "uint8" in limits else "float32")
    return "integers" not in limits or ("int" in signal and "int" in kernel)


def _check_equal(f: Opaque, x: Array, h: Array, theirs: Array, ours: Array) -> None:
    shown = f"{_told(x)}, {_told(h)}: {_told(theirs)} is not {_told(ours)}"
    if "list" not in f.limits and theirs.dtype != ours.dtype:
        raise AssertionError(shown)
    words = dict(f.arithmetic)
    plain = words.get("normalize") != "sum" and float(np.abs(words.get("gain", 1)) * 16) % 1 == 0
    if plain and words.get("result") != "float16" and words.get("accumulator") != "float32":
        assert (theirs == ours).all(), shown  # sums of small whole numbers are exact in any order
        return
    # Sums in other orders: K roundings of the sum, and one each of the gain, the offset, the division and the storing.
    eps = max(float(np.finfo(a.dtype).eps) if a.dtype.kind in "fc" else 0.0 for a in (theirs, ours, x, h))
    if words.get("accumulator") == "float32":
        eps = max(eps, float(np.finfo(np.float32).eps))
    size = np.abs(x.astype(complex)).max() * np.abs(h.astype(complex)).sum() + 200
    if words.get("normalize") == "sum":
        size = size / (abs(h.astype(complex).sum()) or 1) + 200
    bound = eps * (h.size + 4) * size * max(abs(words.get("gain", 1)), 1)
    assert np.abs(theirs.astype(complex) - ours.astype(complex)).max() <= bound, shown


def _told(a: Array) -> str:
    return f"{a.dtype}{a.tolist()}"


def _asked(f: Any, x: Array, h: Array) -> Array | None:
    try:
        return np.asarray(f(x.copy(), h.copy()))
    except (ValueError, OverflowError, tw.errors.TapwiseError):
        return None


def _shapes(rng: np.random.Generator, f: Opaque, ndim: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    n = [int(v) for v in rng.integers(1, {1: 30, 2: 12}.get(ndim, 8), ndim)]
    k = [int(v) for v in rng.integers(1, {1: 8, 2: 6}.get(ndim, 5), ndim)]
    limits = " ".join(f.limits)
    if "kernels of 3" in limits:
        k = [3 + 2 * int(rng.integers(0, 2))] * ndim if " or 5" in limits else [3] * ndim
    elif "odd" in limits:
        k = [v | 1 for v in k]
    elif "even" in limits:
        k = [2 * (v // 2) or 2 for v in k]
    elif "square kernels" in limits:
        k = k[:1] * ndim
    if f.operands == "exchanged" and rng.random() < 0.5:
        n = [int(v) for v in rng.integers(1, 9, ndim)]
        k = k if "kernels of" in limits else [v * 3 for v in k]
    if "signals of 8" in limits:
        n = [v + 7 for v in n]
    return tuple(n[:1] * ndim if "square signals" in limits else n), tuple(k)


def _numbers(rng: np.random.Generator, shape: tuple[int, ...], dtype: str, number: int) -> Array:
    high = 10 if number % 3 else 3  # small ones for narrow results
    low = 0 if dtype.startswith("u") else 1 - high
    whole = rng.integers(low, high, shape)
    return (whole + 1j * rng.integers(-9, 10, shape) if dtype.startswith("c") else whole).astype(dtype)
