"""The two operators as one: flipping the kernel and the operator together changes nothing, not even a bit."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import signal

import tapwise as tw
from tests.engines.forced import ANY_WAY, forced
from tests.needs import needs

SIZES = ["valid", "same", "full", "longest", "pads(2,1)", "pads(-1,3)", "same-upper", "same-lower", "lags(-2,2)"]
MIRRORED = {"low": "high", "high": "low", "first": "last", "last": "first", "low+1": "high-1"}


def numbers(seed: int, shape: Any, dtype: str) -> Any:
    rng = np.random.default_rng(seed)
    values = rng.standard_normal(shape)
    return (values + 1j * rng.standard_normal(shape) if dtype.startswith("c") else values).astype(dtype)


def whole(seed: int, shape: Any, dtype: str = "float64") -> Any:
    """Floats that are small whole numbers, whose sums are exact."""
    return np.rint(numbers(seed, shape, "complex128" if dtype.startswith("c") else "float64") * 9).astype(dtype)


def same(ours: Any, right: Any, engine: str) -> bool:
    """Equality; a transform's errors are far below one half."""
    return np.array_equal(np.rint(ours) if engine == "fourier" else ours, right)


@ANY_WAY
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128"])
def test_correlate_is_convolve_with_the_flipped_conjugate(way: str, dtype: str) -> None:
    """With the default anchors, for every kernel length and size; lags of a convolution count from tap 0."""
    for n, k, size in product((1, 2, 5, 8), range(1, 7), SIZES):
        if k > n + {"valid": 0, "pads(2,1)": 3, "pads(-1,3)": 2}.get(size, 9):
            continue
        if size == "longest" and n < k and n % 2 == 0:
            continue  # NumPy's own two differ here, and test_numpys_sizes holds ours to them
        x, h = numbers(n, n, dtype), numbers(k, k, dtype)
        other = f"lags({-2 + k - 1},{2 + k - 1})" if size == "lags(-2,2)" else size
        for boundary, stride in (("zero", 1), ("wrap", 2), ("edge | zero", 1)):
            words: dict[str, Any] = {"boundary": boundary, "stride": stride}
            with forced(way) as engine:
                y = tw.correlate(x, h, size=size, engine=engine, **words)
                z = tw.convolve(x, np.conj(h[::-1]), size=other, engine=engine, **words)
            assert y.tobytes() == z.tobytes(), (n, k, size)


@ANY_WAY
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_the_kernel_and_the_operator_flipped_together(way: str, dtype: str) -> None:
    x, h = numbers(1, (9, 11), dtype), numbers(2, (4, 5), dtype)
    words: dict[str, Any] = {"boundary": ("wrap", "symmetric"), "stride": (1, 2), "dilation": (2, 1)}
    for size, (anchor, mirrored), small in product(["same", "full"], MIRRORED.items(), [False, True]):
        with forced(way, small=small) as engine:
            more: dict[str, Any] = {"size": size, "engine": engine, **words}
            y = tw.apply(x, h, operator="convolution", anchor=anchor, **more)
            z = tw.apply(x, h[::-1, ::-1], operator="cross-correlation", anchor=mirrored, **more)
            rows = tw.apply(
                x, h[::-1], operator=("cross-correlation", "convolution"), anchor=(mirrored, anchor), **more
            )
        assert y.tobytes() == z.tobytes() == rows.tobytes()


@ANY_WAY
def test_gradients_flip_with_the_kernel(way: str) -> None:
    x, h, dy = whole(1, (6, 7)), whole(2, (3, 2)), whole(3, (6, 7))
    words: dict[str, Any] = {"size": "same", "boundary": "reflect101"}
    with forced(way) as engine:
        one = tw.kernel_gradient(dy, x, shape=(3, 2), operator="convolution", engine=engine, **words)
        two = tw.kernel_gradient(dy, x, shape=(3, 2), operator="cross-correlation", engine=engine, **words)
        assert same(one, np.rint(two[::-1, ::-1]), engine)
        one = tw.input_gradient(dy, h, shape=(6, 7), operator="convolution", engine=engine, **words)
        two = tw.input_gradient(dy, h[::-1, ::-1], shape=(6, 7), operator="cross-correlation", engine=engine, **words)
        assert one.tobytes() == two.tobytes()


@ANY_WAY
def test_numpys_sizes(way: str) -> None:
    rng = np.random.default_rng(0)
    with forced(way) as engine:
        for n, k in product(range(1, 9), range(1, 9)):
            x, h = rng.integers(-9, 9, n), rng.integers(-9, 9, k)
            assert np.array_equal(tw.convolve(x, h, size="full", engine=engine), np.convolve(x, h, "full"))
            assert np.array_equal(tw.correlate(x, h, size="full", engine=engine), np.correlate(x, h, "full"))
            if n >= k:
                for size in ("same", "valid"):
                    assert np.array_equal(tw.convolve(x, h, size=size, engine=engine), np.convolve(x, h, size))
                    assert np.array_equal(tw.correlate(x, h, size=size, engine=engine), np.correlate(x, h, size))
            assert np.array_equal(tw.convolve(x, h, size="longest", engine=engine), np.convolve(x, h, "same"))
            assert np.array_equal(tw.correlate(x, h, size="longest", engine=engine), np.correlate(x, h, "same"))


def test_lags_are_scipys() -> None:
    """Those of its `correlate`: its `correlation_lags` is one off for "same" where N is odd and K even."""
    for n, k, mode in product(range(1, 9), range(1, 9), ("full", "same", "valid")):
        if mode == "valid" and k > n:
            continue
        ours = tw.lags(n, k, size=mode, operator="cross-correlation")
        theirs = signal.correlation_lags(n, k, mode)
        assert np.array_equal(ours + (mode == "same" and n % 2 == 1 and k % 2 == 0), theirs), (n, k, mode)
        ramp = np.arange(1, n + 1)
        for t in range(k):  # a lone tap at t shows which sample each output has under tap 0
            y = signal.correlate(ramp, np.eye(k, dtype=int)[t], mode, method="direct")
            under = ours + t
            assert np.array_equal(y, np.where((under >= 0) & (under < n), under + 1, 0))


def test_labels_are_where_the_products_are() -> None:
    """A lone sample meets a lone tap at the output whose label says so."""
    for operator, output, size in product(["convolution", "cross-correlation"], ["forward", "reversed"], SIZES):
        words: dict[str, Any] = {"operator": operator, "output": output, "size": size}
        labels, places = tw.lags(6, 3, **words), tw.offsets(6, 3, **words)
        assert labels.dtype == places.dtype == np.int64
        assert (np.diff(labels) == 1).all()
        for i, t in product(range(6), range(3)):
            y = tw.apply(np.eye(6, dtype=int)[i], np.eye(3, dtype=int)[t], **words)
            label = i + t if operator == "convolution" else i - t
            assert np.array_equal(y == 1, labels == (label if output == "forward" else -label))
            assert np.array_equal(y == 1, places == label)
    assert [lags.tolist() for lags in tw.lags((3, 2), (1, 2), **words | {"size": "full"})] == [[-2, -1, 0], [-1, 0, 1]]


@ANY_WAY
def test_a_delta_is_the_identity_and_order_does_not_matter(way: str) -> None:
    rng = np.random.default_rng(4)
    x, h, g = (rng.integers(-99, 99, shape) for shape in ((5, 6), (2, 3), (3, 1)))
    with forced(way) as engine:

        def full(a: Any, b: Any) -> Any:
            return tw.convolve(a, b, size="full", engine=engine)

        assert np.array_equal(full(x, [[1]]), x)
        assert np.array_equal(full(x, h), full(h, x))
        assert np.array_equal(full(full(x, h), g), full(x, full(h, g)))
        assert np.array_equal(
            full(x, h + np.pad(g, ((0, 0), (0, 2)))[:2]), full(x, h) + full(x, np.pad(g, ((0, 0), (0, 2)))[:2])
        )
        assert np.array_equal(full(x, np.outer(h[0, :2], h[1])), full(full(x, h[:1, :2].T), h[1:]))
        assert np.array_equal(
            tw.correlate(x, h, size="full", engine=engine), tw.correlate(h, x, size="full", engine=engine)[::-1, ::-1]
        )


@pytest.mark.parametrize("engine", ["numpy", "fourier"])
@pytest.mark.parametrize("dtype", ["float64", "complex128"])
@pytest.mark.parametrize("conjugate", ["none", "kernel", "signal"])
@pytest.mark.parametrize("direction", ["forward", "transposed"])
def test_gradients_are_torchs(direction: str, conjugate: str, dtype: str, engine: str) -> None:
    """Automatic differentiation of the operator's own sum, written out by the matrix of every tap alone."""
    torch = needs("torch")
    for operator, size, boundary, stride in product(
        ["convolution", "cross-correlation"], ["full", "pads(3,2)"], ["zero", "edge", "wrap"], [1, 2]
    ):
        words: dict[str, Any] = {"operator": operator, "size": size, "boundary": boundary, "stride": stride}
        gain = 2 - 1j if dtype == "complex128" else 2
        count = 7
        if direction == "transposed":
            words |= {"direction": direction, "length": count}
        outputs = tw.matrix([1, 1, 1], count if direction == "forward" else _outputs(words, count), **words).shape
        h, x, dy = (whole(s, c, dtype) for s, c in ((1, 3), (2, outputs[1]), (3, outputs[0])))
        each = np.stack([tw.matrix(np.eye(3, dtype=int)[t], outputs[1], **words).toarray() for t in range(3)])
        signal_, kernel = (torch.tensor(a, requires_grad=True) for a in (x, h))
        a = torch.einsum(
            "t,toi->oi", kernel.conj() if conjugate == "kernel" else kernel, torch.tensor(each).to(kernel.dtype)
        )
        y = gain * (a @ (signal_.conj() if conjugate == "signal" else signal_))
        y.backward(torch.tensor(dy))
        words |= {"conjugate": conjugate, "gain": gain}
        ours = tw.apply(x, h, engine=engine, **words)
        assert same(ours, y.detach().numpy(), engine)
        dx = tw.input_gradient(dy, h, shape=x.shape, engine=engine, **words)
        dh = tw.kernel_gradient(dy, x, shape=h.shape, engine=engine, **words)
        assert same(dx, signal_.grad.resolve_conj().numpy(), engine), (operator, size, boundary, stride)
        assert same(dh, kernel.grad.resolve_conj().numpy(), engine), (operator, size, boundary, stride)


def _outputs(words: dict[str, Any], count: int) -> int:
    forward = {name: value for name, value in words.items() if name not in ("direction", "length")}
    return int(tw.matrix([1, 1, 1], count, **forward).shape[0])


def test_gradients_of_batches_are_torchs() -> None:
    torch = needs("torch")
    x, h, dy = whole(1, (3, 8, 9)), whole(2, (2, 3)), whole(3, (3, 5, 4))
    signal_, kernel = (torch.tensor(a, requires_grad=True) for a in (x, h))
    y = torch.nn.functional.conv2d(signal_[:, None], kernel[None, None], stride=(2, 2), padding=(1, 1), dilation=(1, 2))
    y.backward(torch.tensor(dy[:, None]))
    words: dict[str, Any] = {
        "operator": "cross-correlation", "size": "pads(1,1)", "stride": 2, "dilation": (1, 2), "axes": (1, 2)
    }  # fmt: skip
    for engine in ("reference", "numpy", "fourier"):
        words["engine"] = engine
        assert same(tw.apply(x, h, **words), y.detach().numpy()[:, 0], engine)
        assert same(tw.input_gradient(dy, h, shape=x.shape, **words), signal_.grad.numpy(), engine)
        assert same(tw.kernel_gradient(dy, x, shape=h.shape, **words), kernel.grad.numpy(), engine)
