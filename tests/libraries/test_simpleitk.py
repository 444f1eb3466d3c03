"""SimpleITK's convolutions: boundaries, regions, normalised kernels; every pixel type; and two faults of theirs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, agree_often, agree_within, caught, shapes, transform_bound
from tests.needs import needs
from tests.peers.same import INTEGERS, lengths, same, whole_numbers

sitk = needs("SimpleITK")
DIRECT, FFT = "SimpleITK.Convolution", "SimpleITK.FFTConvolution"
Options = dict[str, Any]


def options(rng: np.random.Generator, x: Any, h: Any) -> Options:
    far = any(k // 2 > n for n, k in zip(x.shape, h.shape, strict=True))  # for which periods are refused: see below
    return {"boundaryCondition": int(rng.integers(0, 2 if far else 3)), "outputRegionMode": int(rng.integers(0, 2))}


@pytest.mark.parametrize("ndim", [2, 3])
def test_equal(ndim: int) -> None:
    agree_often(DIRECT, shapes(ndim, 20), [*INTEGERS, "float32", "float64"], options, least=100)


def test_equal_with_a_normalised_kernel() -> None:
    rng = np.random.default_rng(1)
    for dtype in ("uint16", "int16", "float64") * 10:
        x, h = whole_numbers(rng, (4, 7), dtype), whole_numbers(rng, lengths(rng, 2, 1, 4), dtype)
        h.flat[0] = 256 + int(h.flat[0]) - int(h.sum())  # quotients are exact
        assert agree(DIRECT, x, h, normalize=True)


@pytest.mark.parametrize("ndim", [2, 3])
def test_by_transform_to_a_bound(ndim: int) -> None:
    rng, compared = np.random.default_rng(ndim), 0
    for n, k in shapes(ndim, 40):
        x, h = whole_numbers(rng, n, "float64"), whole_numbers(rng, k, "float64")
        chosen = {"boundaryCondition": int(rng.integers(0, 3)), "outputRegionMode": int(rng.integers(0, 2))}
        if chosen["outputRegionMode"] and any(a < b for a, b in zip(n, k, strict=True)):
            continue
        padded = np.pad(x, [(b, b) for b in k], constant_values=9)  # it transforms the extended image
        agree_within(FFT, x, h, 4 * transform_bound(padded, h), **chosen)
        compared += 1
    assert compared > 20


def test_a_transform_of_integers_cuts_off_what_is_just_below_a_whole_number() -> None:
    rng, below = np.random.default_rng(2), 0
    for _ in range(20):
        x, h = whole_numbers(rng, (5, 6), "int16"), whole_numbers(rng, (3, 4), "int16")
        theirs, ours = libraries.call(FFT, x, h).astype(int), tw.apply(x, h, like=DIRECT).astype(int)
        assert (abs(theirs - ours) <= 1).all()
        assert (abs(theirs) <= abs(ours)).all()
        below += bool((theirs != ours).any())
    assert below


def test_axes_are_not_exchanged() -> None:
    x, h = np.arange(12.0).reshape(3, 4) ** 2, np.array([[1.0, 2, 0, 7]])
    image, kernel = sitk.GetImageFromArray(x), sitk.GetImageFromArray(h)
    assert image.GetSize() == (4, 3)
    same(libraries.call(DIRECT, x, h), sitk.GetArrayFromImage(sitk.Convolution(image, kernel)))
    same(tw.apply(x, h, like=DIRECT)[0], tw.apply(x[0], h[0], like=DIRECT))


@pytest.mark.parametrize(("n", "k"), [(1, 4), (2, 6), (3, 9)])
def test_periods_are_counted_once_and_more_is_refused(n: int, k: int) -> None:
    """There a kernel of more than 2 n + 1 taps reads memory beside the image."""
    x, h = np.ones((n, 3)), np.ones((k, 1))
    with pytest.raises(ArgumentError) as refused:
        libraries.call(DIRECT, x, h, boundaryCondition=2)
    assert str(refused.value) == (
        f"boundaryCondition=2: SimpleITK reads beside the image where a kernel of {k} reaches beyond {n} samples, "
        "along axis 0; give it a larger image"
    )
    assert agree(DIRECT, x, h[:-1] if k % 2 == 0 else h[:-2], boundaryCondition=2)


@pytest.mark.parametrize(("chosen", "message"), [
    ({"boundaryCondition": 3},
     "boundaryCondition=3: is not a number of this option; write 0: zero, 1: edge or 2: wrap"),
    ({"outputRegionMode": 2}, "outputRegionMode=2: is not a number of this option; write 0: same or 1: valid"),
    ({"normalize": 1}, "normalize=1: must be True or False; write True or False"),
])  # fmt: skip
def test_messages(chosen: Options, message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply(np.ones((3, 3)), np.ones((3, 3)), like=DIRECT, **chosen)
    assert str(refused.value) == message


WRONG: list[Options] = [
    {"operator": "cross-correlation"}, {"anchor": "low"}, {"boundary": "zero"}, {"boundary": "symmetric"},
    {"size": "full"},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: Options) -> None:
    x, h = np.arange(30.0).reshape(5, 6) ** 2 % 17, np.array([[1.0, 2, 0, 7]])
    caught(monkeypatch, DIRECT, lambda: same(agree(DIRECT, x, h), True), **change)
