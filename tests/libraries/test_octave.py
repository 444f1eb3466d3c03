"""Octave's functions, which are MATLAB's: every shape, boundary and operation, several dtypes and dimensions."""

from __future__ import annotations

import os
import signal
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tapwise.libraries import octave
from tests.libraries.agree import agree, agree_often, caught, shapes
from tests.needs import needs_function
from tests.peers.same import lengths, same, whole_numbers

needs_function("octave.conv")
DTYPES = ["float32", "float64", "complex64", "complex128", "uint8", "int16"]
SHAPES = ["full", "same", "valid"]
Options = dict[str, Any]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("name", "ndim"), [("conv", 1), ("conv2", 2), ("filter2", 2), ("convn", 1), ("convn", 3)])
def test_shaped(name: str, ndim: int, shape: str) -> None:
    agree_often(f"octave.{name}", shapes(ndim, 14), DTYPES, lambda rng, x, h: {"shape": shape}, least=15)


def test_filter() -> None:
    agree_often("octave.filter", shapes(1, 14), DTYPES[:4], lambda rng, x, h: {}, least=40)


def test_xcorr2() -> None:
    agree_often("octave.xcorr2", shapes(2, 14), DTYPES[:4], lambda rng, x, h: {}, least=40)


@pytest.mark.parametrize("boundary", [0, 7, "symmetric", "replicate", "circular"])
@pytest.mark.parametrize("operation", ["corr", "conv"])
def test_imfilter(boundary: Any, operation: str) -> None:
    rng = np.random.default_rng(1)
    for dtype in ["uint8", "int16", "float32", "float64"] * 6:
        x, h = whole_numbers(rng, lengths(rng, 2, 1, 7), dtype), rng.integers(-9, 10, lengths(rng, 2, 1, 6)) / 2
        agree("octave.imfilter", x, h, boundary=boundary, operation=operation)  # which refuses some of one sample
        assert agree("octave.imfilter", np.pad(x, 3), h, boundary=boundary, operation=operation)


def test_xcorr_to_a_bound() -> None:
    """It multiplies transforms of 2^ceil(log2(N + maxlag)) samples."""
    rng = np.random.default_rng(2)
    for dtype in ["float64", "complex128"] * 10:
        x, h = (whole_numbers(rng, int(rng.integers(2, 12)), dtype) for _ in range(2))
        most = int(rng.integers(0, 14))
        theirs = libraries.call("octave.xcorr", x, h, maxlag=most)
        ours = tw.apply(x, h, like="octave.xcorr", maxlag=most)
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        n = max(x.size, h.size) + most
        bound = 10 * 2.3e-16 * np.log2(2 * n + 2) * np.linalg.norm(x) * np.linalg.norm(h)
        assert (abs(ours - theirs) <= bound).all()


def test_the_middle_of_matlabs_convolution_is_not_numpys() -> None:
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([1.0, 2, 0, 7])
    assert libraries.call("octave.conv", x, h, shape="same").tolist() == np.convolve(x, h)[2:7].tolist()
    assert np.convolve(x, h, "same").tolist() == np.convolve(x, h)[1:6].tolist()


def test_full_of_imfilter_is_one_sample_off_for_even_kernels_and_refused() -> None:
    x, h = np.array([[2.0, 1, 3, 5, 4]]), np.array([[1.0, 2, 0, 7]])
    theirs = libraries.call("octave.imfilter", x, h, size="full")
    full = tw.apply(x, h, like="octave.filter2", shape="full")
    same(theirs[0], np.append(full[0, 1:], 0))
    with pytest.raises(ArgumentError) as refused:
        tw.apply(x, h, like="octave.imfilter", size="full")
    assert str(refused.value) == (
        "size='full': zeros follow the boundary there, and an even kernel is one sample off; take octave.filter2 with "
        "shape='full'"
    )


def test_lags_are_asked_for() -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply([1.0, 2], [1.0, 2], like="octave.xcorr")
    assert str(refused.value) == (
        "maxlag=None: the lags then reach as far as the longer operand both ways; write its length less 1"
    )
    same(libraries.call("octave.xcorr", [1.0, 2, 4], [1.0, 8]).round(),
         tw.apply([1.0, 2, 4], [1.0, 8], like="octave.xcorr", maxlag=2))  # fmt: skip


def test_one_tap_would_be_the_greatest_lag() -> None:
    with pytest.raises(ArgumentError) as refused:
        libraries.call("octave.xcorr", [1.0, 2, 4], [1.0])
    assert str(refused.value) == (
        "h=array([1.]): Octave takes a single number for the greatest lag; give two taps or more"
    )


def test_what_octave_refuses_is_said_and_the_next_call_works() -> None:
    with pytest.raises(RuntimeError, match=r"^Octave says: .*SHAPE"):
        libraries.call("octave.conv", [1.0, 2], [1.0, 2], shape="some")
    assert libraries.call("octave.conv", [1.0, 2], [1.0, 2]).tolist() == [1, 4, 4]


def test_one_process_serves_and_a_new_one_follows_one_that_ended() -> None:
    libraries.call("octave.conv", [1.0], [1.0])
    first = octave._sessions[0].process.pid
    libraries.call("octave.conv", [1.0], [1.0])
    assert octave._sessions[0].process.pid == first
    os.kill(first, signal.SIGKILL)
    octave._sessions[0].process.wait(10)
    assert libraries.call("octave.conv", [1.0, 2], [1.0]).tolist() == [1, 2]
    assert octave._sessions[0].process.pid != first


WRONG: list[tuple[str, Options, Options]] = [
    ("conv2", {"shape": "same"}, {"operator": "cross-correlation"}), ("conv2", {"shape": "same"}, {"anchor": "low"}),
    ("filter2", {}, {"anchor": "high"}), ("filter2", {}, {"operator": "convolution"}),
    ("imfilter", {"boundary": "symmetric"}, {"boundary": "reflect101"}), ("imfilter", {}, {"anchor": "high"}),
    ("imfilter", {"operation": "conv"}, {"anchor": "low"}), ("xcorr2", {}, {"operator": "convolution"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "change"), WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, options: Options, change: Options) -> None:
    x, h = np.arange(42.0).reshape(6, 7) ** 2 % 17, np.array([[1.0, 2, 0, 7], [3, 0, 0, 5]])
    full = f"octave.{name}"
    caught(monkeypatch, full, lambda: same(agree(full, x, h, **options), True), **change)
