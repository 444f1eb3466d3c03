"""Astropy's convolve and convolve_fft: every boundary, with and without dividing by the kernel's sum."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, agree_within, caught, transform_bound
from tests.needs import needs
from tests.peers.same import lengths, same, whole_numbers

convolution = needs("astropy.convolution")
DIRECT, FFT = "astropy.convolution.convolve", "astropy.convolution.convolve_fft"
KINDS = [
    ("uint8", "float64"),
    ("int64", "float64"),
    ("float32", "float32"),
    ("float64", "float64"),
    ("float64", "int16"),
]


def kernel(rng: np.random.Generator, k: Any, dtype: str, *, normalize: bool) -> Any:
    """Whole numbers; if they are divided by their sum, it is 64, so that quotients are exact."""
    h = whole_numbers(rng, k, dtype)
    if normalize:
        h.flat[int(rng.integers(h.size))] += 64 - h.sum()
    return h


@pytest.mark.parametrize("boundary", ["fill", "wrap", "extend"])
@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_equal(boundary: str, normalize: bool, ndim: int) -> None:
    rng = np.random.default_rng(ndim)
    for (one, other), nan in itertools.product(KINDS * 2, ["interpolate", "fill"]):
        n, k = lengths(rng, ndim, 1, 6), tuple(int(v) for v in rng.choice([1, 3, 5, 7], ndim))
        x, h = whole_numbers(rng, n, one), kernel(rng, k, other, normalize=normalize)
        options = {"boundary": boundary, "fill_value": float(rng.choice([0, 2, -3])), "nan_treatment": nan}
        assert agree(DIRECT, x, h, normalize_kernel=normalize, **options)


@pytest.mark.parametrize("boundary", ["fill", "wrap"])
@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_by_transform_to_a_bound(boundary: str, normalize: bool, ndim: int) -> None:
    rng = np.random.default_rng(ndim)
    for _ in range(30):
        k = lengths(rng, ndim, 1, 5)
        least = 0 if boundary == "wrap" else -4  # kernels that are longer wrap around themselves: see below
        n = tuple(max(a + b, 1) for a, b in zip(k, lengths(rng, ndim, least, 4), strict=True))
        x, h = whole_numbers(rng, n, "float64"), kernel(rng, k, "float64", normalize=normalize)
        fill = float(rng.choice([0, 2, -3])) if boundary == "fill" else 0.0
        bound = transform_bound(np.pad(x, 9, constant_values=9), h)
        nan = "interpolate" if normalize else "fill"  # interpolating, a sum of 0 is refused there
        options = {"boundary": boundary, "fill_value": fill, "nan_treatment": nan}
        agree_within(FFT, x, h, bound, normalize_kernel=normalize, **options)


def test_the_adapter_calls_the_function_with_its_defaults() -> None:
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([4.0, 8, 4])
    same(libraries.call(DIRECT, x, h), convolution.convolve(x, h))
    same(libraries.call(FFT, x, h), convolution.convolve_fft(x, h))
    assert agree(DIRECT, x, h)


def test_even_kernels_are_refused_but_by_transform() -> None:
    with pytest.raises(
        convolution.KernelSizeError if hasattr(convolution, "KernelSizeError") else Exception, match="odd"
    ):
        libraries.call(DIRECT, np.ones(5), np.ones(4))
    x, h = np.array([1.0, 2, 3, 4, 5]), np.array([1.0, 2, 5, 0])
    theirs = libraries.call(FFT, x, h, normalize_kernel=False)
    assert np.rint(theirs).tolist() == [12, 20, 28, 30, 25]  # the upper middle tap; NumPy's `same` has 4 12 20 28 30
    assert tw.apply(x, h, like=FFT, normalize_kernel=False).tolist() == [12, 20, 28, 30, 25]


def test_wrap_by_transform_is_no_wrap_for_a_kernel_longer_than_the_array() -> None:
    x, h = np.array([1.0, 2, 3]), np.array([1.0, 2, 3, 4, 5])
    right = [32, 32, 26]
    assert convolution.convolve(x, h, boundary="wrap", normalize_kernel=False).tolist() == right
    assert tw.apply(x, h, like=FFT, boundary="wrap", normalize_kernel=False).tolist() == right
    theirs = libraries.call(FFT, x, h, boundary="wrap", normalize_kernel=False)
    assert np.rint(theirs).tolist() == [10, 16, 22]


def test_a_negative_sum_is_called_close_to_zero_there() -> None:
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([-1.0, -2, -1])
    with pytest.raises(ValueError, match="close to zero"):
        libraries.call(DIRECT, x, h)
    assert tw.apply(x, h, like=DIRECT).tolist() == tw.apply(x, -h, like=DIRECT).tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"boundary": None},
            (
                "boundary=None: makes 0 of every output whose window leaves the array, which is no boundary; "
                "write 'fill', which reads zeros there"
            ),
        ),
        ({"normalize_kernel": np.max}, "normalize_kernel=<function max at"),
    ],
    ids=["boundary", "normalize_kernel"],
)
def test_what_has_no_meaning_here_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply([1.0, 2, 3], [1.0], like=DIRECT, **options)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    "change",
    [
        {"operator": "cross-correlation"}, {"normalize": "none"}, {"boundary": "zero"}, {"boundary": "reflect101"},
        {"anchor": "high+1"}, {"anchor": ("high", "high-1")}, {"result": "float32"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    rng = np.random.default_rng(5)
    x, h = whole_numbers(rng, (6, 7), "float64"), kernel(rng, (3, 5), "float64", normalize=True)
    caught(monkeypatch, DIRECT, lambda: same(agree(DIRECT, x, h, boundary="extend"), True), **change)
