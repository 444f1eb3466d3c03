"""Whole numbers in compiled sums: exact up to the last sum that a type holds, in whatever type they are computed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines.case import Case
from tapwise.engines.direct import work_type
from tapwise.engines.numbers import settle
from tapwise.geometry import forward
from tests import oracle
from tests.needs import compiled

native = compiled()

Array = np.ndarray[Any, np.dtype[Any]]
SIGNALS = ["bool", "uint8", "int8", "uint16", "int16", ">i2", "uint32", "int32", "int64"]


def extremes(dtype: str, shape: tuple[int, ...], seed: int) -> Array:
    """Return a signal full of the ends of its type, of a million where the type is wide."""
    kind = np.dtype(dtype)
    rng = np.random.default_rng(seed)
    if kind.kind == "b":
        return rng.integers(0, 2, shape).astype(kind)
    info = np.iinfo(kind)
    least, most = max(int(info.min), -1_000_000), min(int(info.max), 1_000_000)
    return rng.choice([least, most, least, most, 1], shape).astype(kind)


def sums(x: Array, h: Array, stride: int = 1, dilation: int = 1, boundary: str = "zero") -> Array:
    """Cross-correlate two axes in Python's integers, size "same", by drawing each axis and sliding over it."""
    low = [dilation * (k // 2) for k in h.shape]
    high = [dilation * (k - 1) - before for k, before in zip(h.shape, low, strict=True)]
    padded = x.astype(object)
    for axis, n in enumerate(x.shape):
        far = max(low[axis], high[axis])
        labels = oracle.extended(n, boundary, boundary, far)[far - low[axis] : far + n + high[axis]]
        zero = np.zeros_like(padded.take([0], axis))
        lines = [padded.take([i], axis) if isinstance(i, int) else zero for i in labels]
        padded = np.concatenate(lines, axis)
    y = np.zeros(x.shape, object)
    for place, tap in np.ndenumerate(h):
        rows, columns = (slice(dilation * t, dilation * t + n) for t, n in zip(place, x.shape, strict=True))
        y += int(tap) * padded[rows, columns]
    return y[::stride, ::stride]


def kernels() -> list[tuple[str, Array]]:
    """Return kernels whose sums of bytes and of 16-bit samples take each type in turn; some are products of factors."""
    rng = np.random.default_rng(5)
    return [
        ("laplacian", np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])),
        ("sobel", np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])),
        ("box", np.ones((5, 25), int)),
        ("medium", rng.integers(-99, 100, (4, 7))),
        ("large", rng.integers(-32_767, 32_768, (3, 4))),
        ("larger", rng.integers(32_768, 40_000, (2, 3))),
        ("row", rng.integers(-20, 21, (1, 37))),
    ]


@pytest.mark.parametrize("dtype", SIGNALS)
@pytest.mark.parametrize(("name", "h"), kernels())
def test_sums_of_the_largest_samples_are_exact(dtype: str, name: str, h: Array) -> None:
    x = extremes(dtype, (23, 131), 3)
    for stride, dilation, boundary in ((1, 1, "edge"), (2, 1, "zero"), (1, 3, "reflect101"), (3, 2, "wrap")):
        words: dict[str, Any] = {"size": "same", "stride": stride, "dilation": dilation, "boundary": boundary}
        expected = sums(x, h, stride, dilation, boundary)
        product = name in ("sobel", "box")
        for engine in ("direct", *(("separable",) if product else ())):
            for turned in (x, np.ascontiguousarray(x.T).T, np.repeat(x, 2, axis=1)[:, ::2]):
                y = tw.correlate(turned, h, anchor="high", engine=engine, **words)
                assert y.dtype == np.int64
                assert (y == expected).all(), (engine, words)


@pytest.mark.parametrize(
    ("dtype", "taps", "taken"),
    [
        ("uint8", [128], "int16"),  # 255 · 128 = 2^15 - 128
        ("uint8", [129], "float32"),
        ("int8", [-255], "int16"),
        ("int8", [-128, 128], "float32"),
        ("bool", [1] * 32_767, "int16"),
        ("int16", [511], "float32"),
        ("int16", [512], "int32"),  # -2^15 · 512 = -2^24
        ("int16", [32_767, 32_767], "int32"),
        ("int16", [32_767, 32_767, 1], "int32"),
        ("int16", [32_767, 32_767, 2], "float64"),
        ("int16", [32_768], "float64"),
        ("uint16", [300], "float64"),
        ("uint16", [255], "float32"),
        ("int64", [1], "float32"),
    ],
)
def test_the_type_that_is_computed_in(dtype: str, taps: list[int], taken: str) -> None:
    x, h = extremes(dtype, (7,), 1), np.array(taps)
    meant = tw.Convention.of(operator="cross-correlation", size="same", boundary="zero")
    plan = forward(meant, x.shape, h.shape)
    numbers = settle(meant.arithmetic, x, h, plan)
    case = Case(plan, h.astype(numbers.work), (), x.dtype, numbers.work, integers=numbers.integers, bound=numbers.bound)
    assert work_type(case) == taken
    flat = np.resize(extremes(dtype, (2,), 2), (150,))
    flat[:] = flat.max() if abs(int(flat.max())) > abs(int(flat.min())) else flat.min()
    for signal in (flat, extremes(dtype, (150,), 9)):  # the bound itself is met
        y = tw.correlate(signal, h, size="same", boundary="edge", engine="direct")
        padded = np.pad(signal.astype(np.int64), (h.size // 2, h.size - 1 - h.size // 2), "edge")
        assert (y == np.correlate(padded, h.astype(np.int64), "valid")).all()


@pytest.mark.parametrize("dtype", ["uint8", "int16"])
@pytest.mark.parametrize("result", ["int8", "uint8", "int16", "uint16", "int32", "uint64", "float64"])
def test_results_of_other_types(dtype: str, result: str) -> None:
    x = extremes(dtype, (20, 90), 4)
    for _, h in kernels()[:4]:
        exact = sums(x, h)
        if result == "float64":
            assert (tw.correlate(x, h, size="same", anchor="high", dtype=result) == exact).all()
            continue
        info = np.iinfo(result)
        kept = np.clip(exact, int(info.min), int(info.max))
        for engine in ("direct", "auto"):
            words: dict[str, Any] = {"size": "same", "anchor": "high", "dtype": result, "engine": engine}
            assert (tw.correlate(x, h, overflow="saturate", **words) == kept).all()
            wrapped = tw.correlate(x, h, overflow="wrap", **words)
            assert (wrapped == exact.astype(np.int64).astype(result)).all()
            scaled = tw.correlate(x, h, overflow="wrap", gain=3, offset=-7, **words)
            assert (scaled == (3 * exact - 7).astype(np.int64).astype(result)).all()


def test_a_call_that_is_recalled_looks_at_every_sample_and_tap() -> None:
    small, h = np.arange(100) % 7, np.array([3, -2, 5])
    for x in (small, small.astype(np.int32), small.astype(np.int16), small.astype(bool)):
        for taps in (h, h * 100, h * 30_000, h * 40_000, h):
            for _ in range(3):
                y = tw.correlate(x, taps)
                assert (y == np.correlate(x.astype(np.int64), taps, "valid")).all()
        if x.dtype.itemsize < 4:
            continue
        large = x.copy()
        large[57] = 2_000_000_011
        out = np.full(98, -1)
        for signal in (x, large, x):
            for _ in range(3):
                assert (tw.correlate(signal, h) == np.correlate(signal.astype(np.int64), h, "valid")).all()
                assert tw.correlate(signal, h, out=out) is out
                assert (out == np.correlate(signal.astype(np.int64), h, "valid")).all()
    huge = small.copy()
    huge[57] = 1 << 62
    out = np.full(98, -1)
    tw.correlate(small, h, out=out)
    out[:] = -1
    with pytest.raises(OverflowError):
        tw.correlate(huge, h, out=out)
    assert (out == -1).all()  # filled only if all is well


def test_every_instruction_set_gives_them() -> None:
    words = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "largest and (int16 or uint8)", __file__]
    for isa in native.instruction_sets()[1:]:
        environment = {**os.environ, "TAPWISE_ISA": isa}
        told = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout
