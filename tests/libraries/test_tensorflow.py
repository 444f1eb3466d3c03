"""TensorFlow's convolutions: both paddings in words, explicit ones, strides, dilations; the transposed ones.

In float32, through oneDNN, 2.21 answers with memory that nobody wrote where no window fits, and `conv3d` is wrong for
strides of 1 along the second axis and more along the third; in float64 its SAME starts at another sample where a stride
is longer than the kernel. The adapters refuse all three, and the tests below say when TensorFlow no longer does so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, agree_often, caught, shapes
from tests.needs import needs
from tests.peers.same import same, whole_numbers

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
Options = dict[str, Any]


@pytest.fixture(scope="module")
def tf() -> Any:
    return needs("tensorflow")


def some(rng: np.random.Generator, least: int, most: int, count: int) -> list[int]:
    return [int(v) for v in rng.integers(least, most + 1, count)]


def both(ndim: int, count: int, **most: int) -> list[tuple[str, list[tuple[Any, Any]]]]:
    """Shapes of all kinds for float64; for float32 those that leave room for windows."""
    kernels = shapes(ndim, count, kernel=3)
    return [("float64", shapes(ndim, count, **most)), ("float32", [(tuple(n + 7 for n in x), h) for x, h in kernels])]


def steps(rng: np.random.Generator, ndim: int) -> tuple[list[int], list[int]]:
    """Strides or dilations: TensorFlow does not take both at once."""
    ones = [1] * ndim
    return (some(rng, 1, 3, ndim), ones) if rng.integers(2) else (ones, some(rng, 1, 3, ndim))


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_conv1d(tf: Any, padding: str) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> Options:
        (stride,), (dilation,) = steps(rng, 1)
        return {"stride": stride, "dilations": dilation, "padding": padding}

    for dtype, lengths in both(1, 80, signal=9):
        agree_often("tensorflow.nn.conv1d", lengths, [dtype], draw, least=40)


@pytest.mark.parametrize("padding", ["SAME", "VALID", "explicit"])
def test_conv2d(tf: Any, padding: str) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> Options:
        pads = [some(rng, 0, 3, 2), some(rng, 0, 3, 2)]
        options = {"padding": pads if padding == "explicit" else padding}
        return {**options, "strides": some(rng, 1, 3, 2), "dilations": some(rng, 1, 3, 2)}

    for dtype, lengths in both(2, 80, signal=9, kernel=4):
        agree_often("tensorflow.nn.conv2d", lengths, [dtype], draw, least=20)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_conv3d(tf: Any, padding: str, dtype: str) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> Options:
        strides = some(rng, 1, 3, 3)
        if dtype == "float64":
            strides = [min(s, k) for s, k in zip(strides, h.shape, strict=True)]
        elif strides[1] == 1:
            strides[2] = 1
        return {"strides": strides, "padding": padding}

    lengths = dict(both(3, 80, kernel=5))[dtype]
    agree_often("tensorflow.nn.conv3d", lengths, [dtype], draw, least=20)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("ndim", [1, 2])
def test_convolution(tf: Any, padding: str, ndim: int) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> Options:
        strides, dilations = steps(rng, ndim)
        return {"strides": strides, "dilations": dilations, "padding": padding}

    for dtype, lengths in both(ndim, 60, signal=9, kernel=4):
        agree_often("tensorflow.nn.convolution", lengths, [dtype], draw, least=20)


@pytest.mark.parametrize("padding", ["SAME", "VALID", "explicit"])
def test_depthwise_conv2d(tf: Any, padding: str) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> Options:
        (stride, _), dilations = steps(rng, 2)  # one stride for both axes
        pads = [some(rng, 0, 3, 2), some(rng, 0, 3, 2)]
        options = {"padding": pads if padding == "explicit" else padding}
        return {**options, "strides": [stride, stride], "dilations": dilations}

    for dtype, lengths in both(2, 60, signal=9, kernel=4):
        agree_often("tensorflow.nn.depthwise_conv2d", lengths, [dtype], draw, least=20)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_transposed(tf: Any, padding: str, ndim: int) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> Options:
        strides = some(rng, 1, 3, ndim)
        shortest = [(n - 1) * s + (k if padding == "VALID" else 1)
                    for n, s, k in zip(x.shape, strides, h.shape, strict=True)]  # fmt: skip
        lengths = [n + int(rng.integers(0, s)) for n, s in zip(shortest, strides, strict=True)]
        return {"strides": strides, "padding": padding, "output_shape": lengths}

    agree_often(f"tensorflow.nn.conv{ndim}d_transpose", shapes(ndim, 50), ["float32", "float64"], draw, least=100)


def test_the_adapters_call_the_functions(tf: Any) -> None:
    x, h = np.array([[2.0, 1, 3, 5, 4]] * 3), np.array([[1.0, 2, 0], [0, 1, 3]])
    wide, taps = x[None, ..., None], h[..., None, None]
    theirs = np.asarray(tf.nn.conv2d(wide, taps, [1, 1, 2, 1], "SAME"))[0, ..., 0]
    same(libraries.call("tf.nn.conv2d", x, h, strides=[1, 2], padding="SAME"), theirs)
    theirs = np.asarray(tf.nn.conv2d_transpose(wide, taps, [1, 6, 10, 1], 2))[0, ..., 0]
    same(libraries.call("tf.nn.conv2d_transpose", x, h, output_shape=[6, 10], strides=2), theirs)


@pytest.mark.parametrize("name", ["conv1d", "conv2d", "conv3d", "convolution", "depthwise_conv2d"])
def test_our_defaults_are_steps_of_one_and_no_padding(tf: Any, name: str) -> None:
    ndim = {"conv1d": 1, "conv3d": 3}.get(name, 2)
    rng = np.random.default_rng(2)
    x, h = whole_numbers(rng, (5, 6, 7)[:ndim], "float64"), whole_numbers(rng, (2, 3, 4)[:ndim], "float64")
    assert agree(f"tensorflow.nn.{name}", x, h)
    if "conv" in name and name[-1] == "d" and "wise" not in name:
        assert agree(f"tensorflow.nn.{name}_transpose", x, h, output_shape=x.shape)


def test_seed_000() -> None:
    """A kernel as it is given slides over the signal: TensorFlow's convolution is a cross-correlation."""
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([1.0, 2, 0])
    needs("tensorflow")
    assert libraries.call("tf.nn.conv1d", x, h).tolist() == [4, 7, 13]
    assert tw.correlate(x, h).tolist() == [4, 7, 13]
    assert tw.convolve(x, h).tolist() == [5, 11, 14]


def asked(tf: Any, name: str, x: Any, h: Any, strides: list[int], padding: str) -> Any:
    """What TensorFlow itself answers, whatever the adapter refuses."""
    y = getattr(tf.nn, name)(x[None, ..., None], h[..., None, None], [1, *strides, 1], padding)
    return np.asarray(y)[0, ..., 0]


def refusal(name: str, x: Any, h: Any, **options: Any) -> str:
    with pytest.raises(ArgumentError) as refused:
        libraries.call(f"tensorflow.nn.{name}", x, h, **options)
    return str(refused.value)


def test_conv3d_same_leaves_out_the_first_sample_where_the_stride_skips_two(tf: Any) -> None:
    """Windows of one sample, stride 3, over six: SAME pads nothing and starts at the first. There it starts at 1."""
    x, h = np.arange(1.0, 7).reshape(1, 1, 6), np.ones((1, 1, 1))
    options: Options = {"strides": [1, 1, 3], "padding": "SAME"}
    assert asked(tf, "conv3d", x, h, **options).ravel().tolist() == [2, 5]
    assert tw.apply(x, h, like="tf.nn.conv3d", **options).ravel().tolist() == [1, 4]
    assert libraries.call("tf.nn.conv2d", x[0], h[0], strides=[1, 3], padding="SAME").ravel().tolist() == [1, 4]
    assert refusal("conv3d", x, h, **options) == (
        "strides=[1, 1, 3]: longer than the kernel, and TensorFlow's SAME starts at another sample; give float32, or "
        "pad the signal and write padding='VALID'"
    )
    assert agree("tensorflow.nn.conv3d", x.astype("float32"), h.astype("float32"), strides=[2, 2, 3], padding="SAME")


def test_conv3d_in_single_precision_is_wrong_for_some_strides(tf: Any) -> None:
    x, h = np.arange(21, dtype="float32").reshape(1, 7, 3), np.ones((1, 2, 2), "float32")
    options: Options = {"strides": [1, 1, 2], "padding": "VALID"}
    exact = tw.apply(x, h, like="tf.nn.conv3d", **options)
    theirs = asked(tf, "conv3d", x, h, **options)
    assert theirs.shape == exact.shape
    assert not np.array_equal(theirs, exact)
    assert refusal("conv3d", x, h, **options) == (
        "strides=[1, 1, 2]: TensorFlow's sums in float32 are wrong for strides (any, 1, more than 1); give 64 bits"
    )
    assert agree("tensorflow.nn.conv3d", x.astype(float), h.astype(float), **options)


@pytest.mark.parametrize(("name", "ndim"), [("conv1d", 1), ("conv2d", 2), ("conv3d", 3), ("depthwise_conv2d", 2)])
def test_in_single_precision_outputs_without_a_window_are_refused(tf: Any, name: str, ndim: int) -> None:
    """What is returned there changes from call to call; that there is something to return is wrong already."""
    x, h = np.ones((4, 5, 6)[:ndim], "float32"), np.ones((6, 2, 3)[:ndim], "float32")
    message = (
        "padding='VALID': no window fits, and TensorFlow answers with memory that nobody wrote; give a longer signal, "
        "or 64 bits"
    )
    assert refusal(name, x, h) == message
    if name != "conv1d":
        assert asked(tf, name, x, h, [3] * ndim, "VALID").size
    assert not agree(f"tensorflow.nn.{name}", x.astype(float), h.astype(float))


def test_depthwise_conv2d_takes_a_stride_with_a_dilation_and_answers_with_another_shape(tf: Any) -> None:
    """Its text: where a dilation is greater than 1, all strides must be 1."""
    x, h = np.ones((3, 5)), np.ones((2, 2))
    options: Options = {"strides": [2, 2], "dilations": [2, 3]}
    with pytest.warns(UserWarning, match="all values of strides must be 1"):
        assert libraries.call("tf.nn.depthwise_conv2d", x, h, **options).shape == (1, 2)
    with pytest.raises(ArgumentError) as refused:
        tw.apply(x, h, like="tf.nn.depthwise_conv2d", **options)
    assert str(refused.value) == (
        "dilations=[2, 3]: TensorFlow's text asks for strides of 1 with it; leave out one of the two"
    )


def test_an_output_shape_is_asked_for(tf: Any) -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply([1.0, 2], [1.0], like="tf.nn.conv1d_transpose")
    assert str(refused.value) == "output_shape=None: TensorFlow asks for it; write the lengths of the spatial axes"


WRONG: list[tuple[str, Options]] = [
    ("conv2d", {"operator": "convolution"}), ("conv2d", {"size": "same-lower"}), ("conv2d", {"boundary": "edge"}),
    ("conv2d", {"stride": (1, 2)}), ("conv2d_transpose", {"operator": "convolution"}),
    ("conv2d_transpose", {"size": "same-lower"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change"), WRONG, ids=str)
def test_a_wrong_entry_is_caught(tf: Any, monkeypatch: pytest.MonkeyPatch, name: str, change: Options) -> None:
    rng = np.random.default_rng(3)
    x, h = whole_numbers(rng, (6, 8), "float64"), whole_numbers(rng, (3, 4), "float64")
    options: Options = {"padding": "SAME", "strides": [2, 1]}
    if "transpose" in name:
        options["output_shape"] = [12, 8]
    full = f"tensorflow.nn.{name}"
    caught(monkeypatch, full, lambda: same(agree(full, x, h, **options), True), **change)
