"""From data alone: what explains it, and what would tell the explanations apart."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal
from tests import oracle

import tapwise as tw
from tapwise.probing import identify

X, H = [2, 1, 3, 5, 4], [1, 2, 0]


@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
@pytest.mark.parametrize("size", ["valid", "same", "full"])
def test_a_clear_input_names_the_operator(operator: str, size: str) -> None:
    found = identify(X, H, tw.apply(X, H, operator=operator, size=size))
    best = found.explanations[0]
    assert best.exact
    assert best.convention.axes[0].operator == operator
    assert str(best.convention.axes[0].size) == size
    assert json.loads(json.dumps(found.to_dict()))["explanations"][0]["exact"] is True


@pytest.mark.parametrize("h", [[1, 0, 1], [1, 2, 1]])
def test_a_symmetric_kernel_leaves_the_operator_open(h: list[int]) -> None:
    found = identify(X, h, tw.correlate(X, h))
    assert found.operator is None
    told = found.separator
    assert told is not None
    assert told.first != told.second
    assert tw.apply(told.x, told.h, found.explanations[0].convention).tolist() == told.first
    assert "operator: cross-correlation or convolution" in found.undetermined
    assert "cannot tell them apart: operator: cross-correlation or convolution" in str(found)


def test_an_antisymmetric_kernel_tells_the_operators_apart_but_not_the_order() -> None:
    found = identify(X, [1, -1], tw.convolve(X, [1, -1]))
    assert found.operator == "convolution"
    assert {item.convention.axes[0].output for item in found.explanations} == {"forward", "reversed"}


def test_catalogued_functions_are_named() -> None:
    x, h = np.arange(30).reshape(5, 6) ** 2 % 23, np.array([[1, 2, 0], [0, 5, 3]])
    found = identify(x, h, ndimage.convolve(x, h, mode="mirror"))
    assert any("scipy.ndimage.convolve(x, h, mode='mirror')" in item.names for item in found.explanations)
    assert found.operator == "convolution"


def test_rounded_data_is_explained_to_a_bound() -> None:
    rng = np.random.default_rng(1)
    x, h = rng.normal(size=20), rng.normal(size=5)
    y = np.fft.irfft(np.fft.rfft(x, 24) * np.fft.rfft(h, 24), 24)
    best = identify(x, h, y).explanations[0]
    assert (best.convention.axes[0].operator, str(best.convention.axes[0].size)) == ("convolution", "full")
    assert not best.exact
    assert best.bound < 1e-15


def test_noise_is_not_explained() -> None:
    found = identify(X, H, [1, 2, 4])
    assert not found.explanations
    assert str(found) == "No convention makes y of x and h."


def test_bad_data_is_refused() -> None:
    with pytest.raises(tw.errors.ShapeError, match="give all three as many axes"):
        identify(X, H, [[1]])


def test_a_vector_of_one_number_each_leaves_nearly_everything_open() -> None:
    found = identify([2], [3], [6])
    assert found.operator is None
    assert found.explanations[0].convention == tw.Convention.of(operator="cross-correlation")
    told = found.separator
    assert told is not None
    assert told.first != told.second


RULES = ("zero", "edge", "symmetric", "reflect101", "wrap")


def random_axis(rng: np.random.Generator, n: int, k: int) -> dict[str, Any]:
    """The rules of one axis, in the oracle's words."""
    size = [("valid",), ("same",), ("full",), ("pads", 1, 2)][rng.integers(4)]
    side = RULES[rng.integers(5)]
    return {
        "operator": ("convolution", "cross-correlation")[rng.integers(2)], "size": size,
        "anchor": ((k - 1) // 2, k // 2)[rng.integers(2)] if size == ("same",) else None,
        "order": "reversed" if rng.integers(4) == 0 else "forward", "stride": int(rng.integers(1, 4)),
        "dilation": int(rng.integers(1, 3)), "below": side, "above": side,
    }  # fmt: skip


def made(x: np.ndarray, h: np.ndarray, rules: list[dict[str, Any]]) -> np.ndarray:
    """What the oracle makes of whole numbers."""
    axes = [oracle.axis(n, k, **words) for n, k, words in zip(x.shape, h.shape, rules, strict=True)]
    y = np.zeros([len(axis) for axis in axes], int)
    cells = oracle.apply(dict(np.ndenumerate(x.astype(object))), dict(np.ndenumerate(h.astype(object))), axes)
    for place, value in cells.items():
        y[place] = value
    return y


@pytest.mark.parametrize("seed", range(30))
def test_each_axis_has_its_own_rules(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ndim = 1 + seed % 3
    n, k = [(23,), (14, 17), (8, 9, 11)][ndim - 1], [(4,), (3, 4), (2, 3, 2)][ndim - 1]
    rules = [random_axis(rng, *lengths) for lengths in zip(n, k, strict=True)]
    x, h = rng.integers(-99, 100, n), rng.integers(-9, 10, k)
    y = made(x, h, rules)
    found = identify(x, h, y)
    assert found.explanations
    for item in found.explanations:
        assert item.exact
        assert np.array_equal(tw.apply(x, h, item.convention), y), item.convention
    if any(words["size"][0] == "pads" for words in rules):
        return  # a word may have been given for it, which says the same of these lengths only
    # One of them is what was meant: it makes the same of a longer signal too.
    longer = rng.integers(-99, 100, [a + 3 for a in n])
    meant = made(longer, h, rules)
    again = [tw.apply(longer, h, item.convention) for item in found.explanations]
    assert any(np.array_equal(meant, other) for other in again), rules


def test_the_random_rules_can_be_told_from_wrong_ones() -> None:
    """The twin: data of another operator, boundary or stride is not explained by the first's convention."""
    rng = np.random.default_rng(1)
    x, h = rng.integers(-99, 100, 23), rng.integers(-9, 10, 4)
    words: dict[str, Any] = {
        "operator": "convolution",
        "size": ("same",),
        "anchor": 1,
        "below": "edge",
        "above": "edge",
    }
    best = identify(x, h, made(x, h, [words])).explanations[0].convention
    for change in ({"operator": "cross-correlation"}, {"below": "wrap", "above": "wrap"}, {"stride": 2}, {"anchor": 2}):
        other = identify(x, h, made(x, h, [words | change]))
        assert other.explanations
        assert all(item.convention != best for item in other.explanations), change


def test_a_transposed_operator_with_a_stride() -> None:
    x, h = np.array([3, 1, 4, 1, 5, 9]), np.array([2, 7, 1])
    y = tw.transposed(x, h, operator="cross-correlation", stride=3)
    found = identify(x, h, y)
    best = found.explanations[0].convention
    assert (best.direction, best.axes[0].operator, best.axes[0].stride) == ("transposed", "cross-correlation", 3)
    assert found.operator == "convolution"
    assert any("torch.nn.functional.conv_transpose1d" in name for item in found.explanations for name in item.names)


def test_complex_data_name_what_is_conjugated() -> None:
    x, h = np.array([1 + 2j, 3 - 1j, 2j, 5, 1 - 4j, 2]), np.array([1 + 1j, 2 - 3j, 1j])
    best = identify(x, h, np.correlate(x, h, "full")).explanations[0]
    assert (best.convention.axes[0].operator, best.convention.arithmetic.conjugate) == ("cross-correlation", "kernel")
    assert "numpy.correlate(x, h, mode='full')" in best.names
    best = identify(x, h, np.convolve(x, h)).explanations[0]
    assert (best.convention.axes[0].operator, best.convention.arithmetic.conjugate) == ("convolution", "none")
    best = identify(x, h, np.convolve(x.conj(), h)).explanations[0]
    assert best.convention.arithmetic.conjugate == "signal"


@pytest.mark.parametrize(
    ("store", "overflow", "rounding"),
    [
        (lambda sums: np.clip(np.rint(sums), 0, 255), "saturate", "nearest-even"),
        (lambda sums: np.clip(np.floor(sums), 0, 255), "saturate", "truncate"),
        (lambda sums: np.mod(np.trunc(sums), 256), "wrap", "truncate"),
    ],
)
def test_integers_that_were_rounded_and_did_not_fit(store: Any, overflow: str, rounding: str) -> None:
    rng = np.random.default_rng(3)
    x, h = rng.integers(0, 256, (13, 16)).astype(np.uint8), np.array([[0.5, 1.25, 0.25], [0.75, 0.5, -0.25]])
    y = store(signal.correlate2d(x.astype(float), h, "valid")).astype(np.uint8)
    best = identify(x, h, y).explanations[0]
    assert best.exact
    assert best.convention.axes[0].operator == "cross-correlation"
    assert (best.convention.arithmetic.overflow, best.convention.arithmetic.rounding) == (overflow, rounding)
    assert best.convention.arithmetic.result == "uint8"


def test_narrow_integers_wrap() -> None:
    x, h = np.array([200, 100, 250, 3, 77], np.uint8), np.array([3, 1, 2], np.uint8)
    best = identify(x, h, np.convolve(x, h)).explanations[0]
    assert best.convention.arithmetic.overflow == "wrap"
    assert "numpy.convolve(x, h)" in best.names


@pytest.mark.parametrize(("gain", "normalize"), [(0.5, "none"), (-1, "none"), (None, "sum")])
def test_gains_and_normalised_kernels(gain: float | None, normalize: str) -> None:
    x, h = np.array([2.0, 1, 3, 5, 4, 7]), np.array([1.0, 3, 0])
    y = np.convolve(x, h / h.sum() if gain is None else h * gain, "valid")
    best = identify(x, h, y).explanations[0].convention
    assert best.axes[0].operator == "convolution"
    assert (best.arithmetic.gain, best.arithmetic.normalize) == (gain or 1, normalize)


def test_exchanged_operands_are_found() -> None:
    x, h = np.array([5, 1, 2]), np.array([3, 1, 4, 1, 5, 9, 2, 6])
    y = tw.apply(x, h, operator="cross-correlation", size="same", boundary="edge", operands="exchanged")
    found = identify(x, h, y)
    assert found.explanations[0].convention.operands == "exchanged"
    assert np.array_equal(tw.apply(x, h, found.explanations[0].convention), y)


def test_large_data_takes_little_memory_and_time() -> None:
    rng = np.random.default_rng(5)
    x, h = rng.standard_normal(30_000), rng.standard_normal(301)
    y = signal.fftconvolve(x, h, "same")
    assert identify(x, h, y).explanations[0].convention.but(anchor="high") == tw.Convention.of(
        operator="convolution", size="same", anchor="high"
    )
