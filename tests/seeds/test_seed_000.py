"""Every number of the first seed, an answer to "Does a CNN perform the convolution or cross-correlation operation?".

The numbers stand here as the answer prints them, with the words beside which it does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.convention import Convention
from tapwise.geometry import forward
from tests.needs import needs

F = [2, 1, 3, 5, 4]  # "f = [2, 1, 3, 5, 4]"
H = [1, -1]  # example 1: "h = [1, -1]"
H2 = [-1, 2, -1]  # example 2: "h_2 = [-1, 2, -1]"
OPERATORS = ["convolution", "cross-correlation"]


def products(h: list[int], operator: str) -> list[list[tuple[int, int]]]:
    """For each output its (tap's value, sample) pairs from left to right, as the answer writes them."""
    (axis,) = forward(Convention.of(operator=operator), [len(F)], [len(h)]).axes
    lines: list[list[tuple[int, int]]] = [[] for _ in range(axis.m)]
    for o, t, i in axis.pairs():
        lines[o].append((h[t], F[i]))
    return lines


def test_example_1_convolution_line_by_line() -> None:
    # "[(-1)*2 + 1*1, (-1)*1 + 1*3, (-1)*3 + 1*5, (-1)*5+1*4]"
    lines = [[(-1, 2), (1, 1)], [(-1, 1), (1, 3)], [(-1, 3), (1, 5)], [(-1, 5), (1, 4)]]
    assert products(H, "convolution") == lines
    # "[-2 + 1, -1 + 3, -3 + 5, -5 + 4]"
    assert [[a * b for a, b in line] for line in lines] == [[-2, 1], [-1, 3], [-3, 5], [-5, 4]]
    # "[-1, 2, 2, -1]"
    assert tw.convolve(F, H).tolist() == [-1, 2, 2, -1]


def test_example_1_correlation_line_by_line() -> None:
    # "[1*2 + (-1)*1, 1*1 + (-1)*3, 1*3 + (-1)*5, 1*5 + (-1)*4]"
    lines = [[(1, 2), (-1, 1)], [(1, 1), (-1, 3)], [(1, 3), (-1, 5)], [(1, 5), (-1, 4)]]
    assert products(H, "cross-correlation") == lines
    # "[2 - 1, 1 - 3, 3 - 5, 5 - 4]"
    assert [[a * b for a, b in line] for line in lines] == [[2, -1], [1, -3], [3, -5], [5, -4]]
    # "[1, -2, -2, 1]"
    assert tw.correlate(F, H).tolist() == [1, -2, -2, 1]


def test_remark_1_the_flipped_kernel() -> None:
    # "the horizontally flipped kernel h, i.e. [-1, 1]"
    assert H[::-1] == [-1, 1]
    assert tw.convolve(F, H).tolist() == tw.correlate(F, [-1, 1]).tolist()


@pytest.mark.parametrize(("taps", "outputs"), [(2, 4), (1, 5), (3, 3)])
def test_remark_2_the_sizes(taps: int, outputs: int) -> None:
    # "a 1 × 4 vector ... with a 1 × 1 vector ... 1 × 5 ... with a 1 × 3, the result would have been a 1 × 3 vector"
    for operator in OPERATORS:
        assert tw.apply(F, [1] * taps, operator=operator).shape == (outputs,)


def test_remark_3_one_is_the_negated_version_of_the_other() -> None:
    assert (tw.convolve(F, H) == -tw.correlate(F, H)).all()
    # which is so because h is antisymmetric, and is not so in general
    assert (tw.convolve(F, [1, 2, 0]) != -tw.correlate(F, [1, 2, 0])).all()


@pytest.mark.parametrize("operator", OPERATORS)
def test_example_2_symmetric_kernel(operator: str) -> None:
    # "[(-1)*2 + 1*2 + (-1) * 3, (-1)*1 + 2*3 + (-1) * 5, (-1)*3 + 2*5 + (-1) * 4]"; its second factor is x·h, 1·2
    lines = [[(-1, 2), (2, 1), (-1, 3)], [(-1, 1), (2, 3), (-1, 5)], [(-1, 3), (2, 5), (-1, 4)]]
    assert products(H2, operator) == lines
    # "[-2 + 2 + -3, -1 + 6 + -5, -3 + 10 + -4]"
    assert [[a * b for a, b in line] for line in lines] == [[-2, 2, -3], [-1, 6, -5], [-3, 10, -4]]
    # "[-3, 0, 3]"
    assert tw.apply(F, H2, operator=operator).tolist() == [-3, 0, 3]


def test_symmetric_kernels_make_no_difference_in_any_dimension() -> None:
    rng = np.random.default_rng(0)
    for shape in [(3,), (4,), (3, 4), (2, 3, 3)]:
        x, h = rng.integers(-9, 10, [n + 3 for n in shape]), rng.integers(-9, 10, shape)
        symmetric = h + np.flip(h)  # around its middle: turned by 180 degrees
        for size in ("valid", "full"):
            assert np.array_equal(tw.convolve(x, symmetric, size=size), tw.correlate(x, symmetric, size=size))
    gaussian = np.outer([1, 2, 1], [1, 2, 1])  # "the 2d Gaussian kernel (a centric-symmetric kernel)"
    image = rng.integers(0, 256, (6, 7))
    assert np.array_equal(tw.convolve(image, gaussian), tw.correlate(image, gaussian))


def test_symmetric_does_not_mean_equal_to_its_transpose() -> None:
    x, h = np.arange(25).reshape(5, 5) ** 2, np.array([[1, 2, 3], [2, 4, 5], [3, 5, 7]])
    assert np.array_equal(h, h.T)
    assert (tw.convolve(x, h) != tw.correlate(x, h)).any()


def test_the_numpy_listing() -> None:
    f = np.array([2.0, 1.0, 3.0, 5.0, 4.0])
    h = np.array([1.0, -1.0])
    g1 = tw.apply(f, h, like="np.convolve", mode="valid")
    g2 = tw.apply(f, h, like="np.correlate", mode="valid")
    assert f"g1 = {g1}" == "g1 = [-1.  2.  2. -1.]"  # print("g1 =", g1) # g1 = [-1.  2.  2. -1.]
    assert f"g2 = {g2}" == "g2 = [ 1. -2. -2.  1.]"  # print("g2 =", g2) # g2 = [ 1. -2. -2.  1.]
    assert np.array_equal(g1, np.convolve(f, h, mode="valid"))
    assert np.array_equal(g2, np.correlate(f, h, mode="valid"))


def test_the_listing_has_another_h2_than_the_text_and_it_is_not_symmetric() -> None:
    h2 = np.array([-1.0, 2.0, 1.0])  # the listing; the text has [-1, 2, -1], and the listing never uses it
    assert h2.tolist() != H2
    g3 = tw.apply([2.0, 1.0, 3.0, 5.0, 4.0], h2, like="np.convolve", mode="valid")
    g4 = tw.apply([2.0, 1.0, 3.0, 5.0, 4.0], h2, like="np.correlate", mode="valid")
    assert (g3.tolist(), g4.tolist()) == ([1, 2, 9], [3, 10, 11])


def test_the_tensorflow_listing() -> None:
    f = np.array([2, 1, 3, 5, 4], np.float32).reshape(1, 5, 1)
    h = np.array([1, -1], np.float32)
    g = tw.correlate(f, h, axes=1)  # tf.nn.conv1d(f, h, stride=1, padding="VALID"): batch, samples, channels
    assert g.ravel().tolist() == [1, -2, -2, 1]  # print("g =", g) # [1, -2, -2, 1]
    # what it really prints: g = tf.Tensor(..., shape=(1, 4, 1), dtype=float32)
    assert str(g) == "[[[ 1.]\n  [-2.]\n  [-2.]\n  [ 1.]]]"
    assert (g.shape, g.dtype) == ((1, 4, 1), np.float32)


def test_what_the_tensorflow_listing_really_prints() -> None:
    tf = needs("tensorflow")
    f, h = tf.constant([2.0, 1, 3, 5, 4]), tf.constant([1.0, -1])
    g = tf.nn.conv1d(tf.reshape(f, (1, 5, 1)), tf.reshape(h, (2, 1, 1)), stride=1, padding="VALID")
    assert f"g = {g!s}" == "g = tf.Tensor(\n[[[ 1.]\n  [-2.]\n  [-2.]\n  [ 1.]]], shape=(1, 4, 1), dtype=float32)"
    assert g.numpy().ravel().tolist() == tw.apply([2.0, 1, 3, 5, 4], [1.0, -1], like="tensorflow.nn.conv1d").tolist()


def test_pytorch_performs_cross_correlations_too() -> None:
    # "TensorFlow's and PyTorch's functions to build the convolutional layers actually perform cross-correlations"
    torch = needs("torch")
    f, h = torch.tensor([2.0, 1, 3, 5, 4]), torch.tensor([1.0, -1])
    assert torch.nn.functional.conv1d(f[None, None], h[None, None])[0, 0].tolist() == [1, -2, -2, 1]
    assert tw.apply(f, h, like="torch.nn.functional.conv1d").tolist() == [1, -2, -2, 1]


def test_correlation_forward_convolution_backward() -> None:
    """The second answer; it holds for the signal's gradient, and for the kernel's there is more to say."""
    rng = np.random.default_rng(1)
    x, w, g = (rng.integers(-9, 10, n) for n in (7, 3, 5))
    forward_is: dict[str, Any] = {"operator": "cross-correlation"}
    assert np.array_equal(tw.input_gradient(g, w, shape=7, **forward_is), np.convolve(g, w, "full"))
    assert np.array_equal(tw.kernel_gradient(g, x, shape=3, **forward_is), np.correlate(x, g, "valid"))
    # "The opposite is true if a convolution is used on the forward pass"
    forward_is = {"operator": "convolution"}
    assert np.array_equal(tw.input_gradient(g, w, shape=7, **forward_is), np.correlate(g, w, "full"))
    # yet the kernel's gradient is a correlation again: the gradient's lag is counted the other way round
    assert np.array_equal(tw.kernel_gradient(g, x, shape=3, **forward_is), np.correlate(g, x, "valid"))
    assert np.array_equal(tw.kernel_gradient(g, x, shape=3, **forward_is), np.correlate(x, g, "valid")[::-1])


@pytest.mark.parametrize("h", [H, H2], ids=["antisymmetric", "symmetric"])
def test_what_the_examples_cannot_tell_apart(h: list[int]) -> None:
    """A flip looks like a sign, or like nothing; and both results of example 1 read the same backwards."""
    conv, corr = tw.convolve(F, h), tw.correlate(F, h)
    assert np.array_equal(abs(conv), abs(corr))
    if h == H:
        assert conv.tolist() == conv.tolist()[::-1]
        assert corr.tolist() == corr.tolist()[::-1]


def test_a_clearer_case() -> None:
    conv, corr = tw.convolve(F, [1, 2, 0]).tolist(), tw.correlate(F, [1, 2, 0]).tolist()
    assert (conv, corr) == ([5, 11, 14], [4, 7, 13])
    assert len({str(y) for y in (conv, conv[::-1], corr, corr[::-1])}) == 4


def test_other_examples_that_are_often_copied() -> None:
    """The animation of most pages, and Song Ho Ahn's, cannot tell the operators apart; d2l's can."""
    image = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]])
    cross = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert (
        tw.convolve(image, cross).tolist() == tw.correlate(image, cross).tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    )
    nine, sobel = np.arange(1, 10).reshape(3, 3), [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    conv = tw.convolve(nine, sobel, size="same")
    assert conv.tolist() == [[-13, -20, -17], [-18, -24, -18], [13, 20, 17]]
    assert np.array_equal(tw.correlate(nine, sobel, size="same"), -conv)
    x, k = np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2)
    assert tw.correlate(x, k).tolist() == [[19, 25], [37, 43]]
    assert tw.convolve(x, k).tolist() == [[5, 11], [23, 29]]
