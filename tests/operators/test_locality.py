"""Promise 2: a NaN or an infinity reaches exactly the outputs whose windows read it, and changes no other."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines.sliding import Sliding
from tests.engines.cases import Case, drawn
from tests.engines.forced import forced

Array = np.ndarray[Any, np.dtype[Any]]
NAMED = pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
WAYS = pytest.mark.parametrize("way", ["reference", "taps", "bands", "auto"])


@cache
def cases() -> list[Case]:
    return drawn(11, 1, 250) + drawn(12, 2, 40)


def computed(case: Case, x: Array, h: Array, way: str, monkeypatch: pytest.MonkeyPatch) -> Array:
    """The result in float64; "auto" is made to take the transform wherever it is allowed to."""
    with monkeypatch.context() as patch, forced(way, small=True) as engine:
        if way == "auto":
            patch.setattr(Sliding, "nanoseconds", lambda *_: 1e99)
        return np.asarray(tw.apply(x, h, engine=engine, **case.words))


def read_by(case: Case, *, sample: tuple[int, ...] | None = None, tap: tuple[int, ...] | None = None) -> Array:
    """Where outputs read this sample, or read anything through this tap, says the oracle."""
    axes = [axis.pairs() or [] for axis in case.axes]
    touched = np.zeros([len(axis) for axis in axes], bool)
    for output in np.ndindex(touched.shape):
        for pairs in product(*(axis[o] for axis, o in zip(axes, output, strict=True))):
            taps, labels = tuple(t for t, _ in pairs), tuple(x for _, x in pairs)
            if "zero" not in labels and (taps == tap or labels == sample):
                touched[output] = True
    return np.moveaxis(touched, range(touched.ndim), case.places)


@NAMED
@WAYS
def test_a_sample_that_is_not_finite(way: str, value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    met = 0
    for case in cases():
        if not case.x.size:
            continue
        place = tuple(int(rng.integers(n)) for n in case.x.shape)
        x = case.x.astype(float)
        x[place] = value
        touched = read_by(case, sample=tuple(place[p] for p in case.places))
        y = computed(case, x, case.h.astype(float), way, monkeypatch)
        assert np.array_equal(~np.isfinite(y), touched), (case, place)
        assert np.array_equal(np.rint(y[~touched]), case.y[~touched])
        if way != "auto":
            assert np.array_equal(y[~touched], case.y[~touched])
        met += int(touched.any() and not touched.all())
    assert met > 50


@NAMED
@WAYS
def test_a_tap_that_is_not_finite(way: str, value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero boundaries are skipped, not multiplied: an infinite tap outside the signal adds nothing (faults.md 68)."""
    rng = np.random.default_rng(0)
    met = 0
    for case in cases():
        tap = tuple(int(rng.integers(k)) for k in case.h.shape)
        h = case.h.astype(float)
        h[tap] = value
        touched = read_by(case, tap=tap)
        y = computed(case, case.x.astype(float), h, way, monkeypatch)
        assert np.array_equal(~np.isfinite(y), touched), (case, tap)
        assert np.array_equal(y[~touched], case.y[~touched])
        met += int(touched.any() and not touched.all())
    assert met > 50


@NAMED
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128"])
@pytest.mark.usefixtures("interpreted")
def test_sizes_across_the_switch_to_transforms(dtype: str, value: float) -> None:
    """faults.md 64: one NaN in 100000 samples makes SciPy's result NaN everywhere."""
    engines = set()
    for n, k in product((30, 1000, 40_000), (5, 60, 2000)):
        rng = np.random.default_rng(k)
        x, h = (rng.standard_normal(count).astype(dtype) for count in (n, k))
        clean = tw.convolve(x, h, size="full")
        bound = tw.error_bound(x, h, operator="convolution", size="full")
        places = [0, n // 2, n - 1]
        x[places] = value
        y = tw.convolve(x, h, size="full")
        engines.add(tw.choose(x, h, operator="convolution", size="full").engine)
        touched = np.zeros(n + k - 1, bool)
        for place in places:
            touched[place : place + k] = True
        assert np.array_equal(~np.isfinite(y), touched)
        spoilt = tw.error_bound(x, h, operator="convolution", size="full")
        assert np.array_equal(np.isinf(spoilt), touched)
        assert (np.abs(y - clean)[~touched] <= (bound + spoilt)[~touched]).all()
    assert engines == {"numpy", "fourier"}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.usefixtures("interpreted")
def test_a_spike_leaves_its_neighbours_exact(dtype: str) -> None:
    rng = np.random.default_rng(1)
    x, h = rng.standard_normal(100_000).astype(dtype), rng.standard_normal(3000).astype(dtype)
    x[40_000] = 1e17
    assert tw.choose(x, h, operator="convolution", size="full").engine == "fourier"
    y = tw.convolve(x, h, size="full")
    bound = tw.error_bound(x, h, operator="convolution", size="full")
    fine = tw.convolve(x, h, size="full", accuracy="elementwise")
    closely = tw.error_bound(x, h, operator="convolution", size="full", accuracy="elementwise")
    touched = np.zeros(y.size, bool)
    touched[40_000:43_000] = True
    unit = np.finfo(dtype).eps
    assert bound[~touched].max() < 1e7 * unit
    assert bound[touched].max() > 1e17 * unit
    assert (np.abs(y.astype(float) - fine) <= bound + closely).all()


def test_large_numbers_whose_transform_would_overflow() -> None:
    """Every output is finite, and so must the computation be."""
    x, h = np.r_[np.full(100, 1e200), np.zeros(20_000)], np.r_[1e107, np.zeros(5000)]
    assert tw.choose(x, h, operator="convolution", size="full").engine == "fourier"
    y = tw.convolve(x, h, size="full")
    assert np.array_equal(y[:100], np.full(100, 1e200 * 1e107))
    assert not y[100:].any()
