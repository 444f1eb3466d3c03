"""Where SciPy is wrong: our answer is the formula's, and SciPy's is what it was, so that a repair there is noticed."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import signal

import tapwise as tw
from tests.peers.same import same, whole_numbers


def formula(x: Any, y: Any) -> Any:
    """scipy.signal.correlate2d's own: z[k] = Σ_l x[l]·conj(y[l-k]), for the k at which the larger y holds all of x."""
    ks = [range(n - m, 1) for n, m in zip(x.shape, y.shape, strict=True)]
    z = np.zeros([len(r) for r in ks], np.result_type(x, y))
    for (a, p), (b, q) in itertools.product(enumerate(ks[0]), enumerate(ks[1])):
        for i, j in np.ndindex(x.shape):
            z[a, b] += x[i, j] * np.conj(y[i - p, j - q])
    return z


@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
def test_correlate2d_conjugates_the_wrong_operand_when_it_exchanges_them(boundary: str) -> None:
    rng = np.random.default_rng(3)
    for n, k in [((2, 3), (4, 4)), ((1, 1), (2, 3)), ((3, 5), (3, 6)), ((2, 2), (5, 2))]:
        x, y = whole_numbers(rng, n, "complex128"), whole_numbers(rng, k, "complex128")
        right = formula(x, y)
        assert (right != right.conj()).any()
        same(tw.apply(x, y, like="signal.correlate2d", mode="valid", boundary=boundary), right)
        same(signal.correlate2d(x, y, "valid", boundary), right.conj())


def test_correlate2d_follows_its_formula_for_real_data() -> None:
    rng = np.random.default_rng(2)
    x, y = whole_numbers(rng, (2, 3)), whole_numbers(rng, (4, 5))
    same(signal.correlate2d(x, y, "valid"), formula(x, y))


def test_convolve_of_integers_by_transform_rounds_and_ours_does_not() -> None:
    """faults.md 27: the guard leaves the transform's own rounding no room, so `auto` takes it and is wrong."""
    a = np.full(4096, 2**20 - 1)
    meeting = np.minimum(np.arange(1, 8192), np.arange(8191, 0, -1))  # pairs that meet in each output
    exact = meeting * (2**20 - 1) ** 2
    same(tw.convolve(a, a, size="full"), exact)
    same(tw.apply(a, a, like="scipy.signal.convolve"), exact)
    assert signal.choose_conv_method(a, a) == "fft"
    assert (signal.convolve(a, a) != exact).any()


def test_convolve_with_the_most_negative_integer_slips_through_the_guard() -> None:
    """faults.md 28: abs(-128) is -128 in int8, so the guard sees small numbers."""
    x = np.full(5000, -128, np.int8)
    h = np.full(5000, 2**39)
    exact = -np.minimum(np.arange(1, 10000), np.arange(9999, 0, -1)) * 2**46
    same(tw.convolve(x, h, size="full"), exact)
    same(tw.apply(x, h, like="scipy.signal.convolve"), exact)
    assert signal.choose_conv_method(x, h) == "fft"
    assert (signal.convolve(x, h) != exact).any()


def test_correlation_lags_of_same_are_one_off_for_odd_signals_and_even_kernels() -> None:
    for n, k in itertools.product(range(1, 9), range(1, 9)):
        ours = tw.lags(n, k, like="signal.correlate", mode="same")
        pulse = np.zeros(n, int)
        pulse[0] = 1
        y = np.arange(1, k + 1)
        read = [y[-m] if 0 <= -m < k else 0 for m in ours]  # z[m] = Σ_l x[l]·y[l-m] with x a pulse at 0
        same(signal.correlate(pulse, y, "same"), read, n, k)
        assert np.array_equal(signal.correlation_lags(n, k, "same"), ours + (n % 2 and not k % 2)), (n, k)
