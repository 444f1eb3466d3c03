"""SciPy through its adapters: the catalogued eight, and its other ways to one convolution."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal

import tapwise as tw
from tapwise import libraries
from tests.libraries.agree import agree, agree_often, agree_within, caught, shapes, transform_bound
from tests.peers.same import FLOATS, lengths, same, whole_numbers

MODES = ["full", "same", "valid"]
X, H = np.arange(20).reshape(4, 5) ** 2 % 17, np.array([[1, -2, 3], [0, 4, 5]])


@pytest.mark.parametrize("name", ["convolve", "correlate", "convolve2d", "correlate2d"])
@pytest.mark.parametrize("mode", MODES)
def test_signal(name: str, mode: str) -> None:
    same(libraries.call(f"scipy.signal.{name}", X, H, mode=mode), getattr(signal, name)(X, H, mode=mode))
    assert agree(f"scipy.signal.{name}", X, H, mode=mode)
    assert agree(f"scipy.signal.{name}", X, H)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "wrap", "constant"])
def test_ndimage(name: str, mode: str) -> None:
    options: dict[str, Any] = {"mode": mode, "cval": 3, "origin": (0, -1)}
    same(libraries.call(f"scipy.ndimage.{name}", X, H, **options), getattr(ndimage, name)(X, H, **options))
    assert agree(f"scipy.ndimage.{name}", X, H, **options)
    assert agree(f"scipy.ndimage.{name}1d", X, H[0], mode=mode, axis=0)


@pytest.mark.parametrize("name", ["fftconvolve", "oaconvolve"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_by_transform_to_a_bound(name: str, mode: str, ndim: int) -> None:
    rng = np.random.default_rng(ndim)
    for dtype, _ in itertools.product(FLOATS, range(15)):
        n, k = lengths(rng, ndim, 1, 9), lengths(rng, ndim, 1, 9)
        if mode == "valid":
            n, k = (tuple(f(a, b) for a, b in zip(n, k, strict=True)) for f in (max, min))
            n, k = (k, n) if rng.integers(2) else (n, k)
        x, h = whole_numbers(rng, n, dtype), whole_numbers(rng, k, dtype)
        agree_within(f"scipy.signal.{name}", x, h, transform_bound(x, h), mode=mode)


def test_a_long_signal_is_transformed_in_pieces() -> None:
    rng = np.random.default_rng(5)
    x, h = rng.normal(size=5000), rng.normal(size=40)
    agree_within("scipy.signal.oaconvolve", x, h, transform_bound(x, h))


def test_by_transform_integers_become_floats() -> None:
    exact = np.convolve(X[0], H[0])
    for name in ("fftconvolve", "oaconvolve"):
        same(tw.apply(X[0], H[0], like=f"scipy.signal.{name}"), exact.astype(float))
        theirs = libraries.call(f"scipy.signal.{name}", X[0], H[0])
        assert theirs.dtype == float
        assert (abs(theirs - exact) < 1e-12).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_upfirdn(dtype: str) -> None:
    def draw(rng: np.random.Generator, x: Any, h: Any) -> dict[str, int]:
        return {"up": int(rng.integers(1, 5)), "down": int(rng.integers(1, 5))}

    agree_often("scipy.signal.upfirdn", shapes(1, 180, signal=9, kernel=9), [dtype], draw, least=180)


@pytest.mark.parametrize("dtype", FLOATS)
def test_lfilter(dtype: str) -> None:
    agree_often("scipy.signal.lfilter", shapes(1, 60, signal=9, kernel=12), [dtype], lambda rng, x, h: {}, least=60)


def test_along_an_axis() -> None:
    x = whole_numbers(np.random.default_rng(6), (3, 4, 5), "float64")
    for axis in (0, 1, 2, -1, -2):
        assert agree("scipy.signal.lfilter", x, np.array([1.0, 2, 3]), axis=axis)
        assert agree("scipy.signal.upfirdn", x, np.array([1.0, 2, 3, 4]), axis=axis, up=3, down=2)


def test_the_filter_comes_first_there() -> None:
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([1.0, 2, -1])
    same(libraries.call("scipy.signal.upfirdn", x, h, up=2), signal.upfirdn(h, x, up=2))
    same(libraries.call("scipy.signal.lfilter", x, h), signal.lfilter(h, 1, x))


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("upfirdn", {"operator": "cross-correlation"}), ("upfirdn", {"size": "same"}), ("upfirdn", {"stride": 1}),
    ("upfirdn", {"spread": 3}), ("lfilter", {"anchor": 1}), ("lfilter", {"operator": "cross-correlation"}),
    ("lfilter", {"boundary": "edge"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change"), WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, change: dict[str, Any]) -> None:
    options = {"up": 2, "down": 3} if name == "upfirdn" else {}
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([1.0, 2, -1])
    caught(monkeypatch, f"scipy.signal.{name}", lambda: same(agree(f"scipy.signal.{name}", x, h, **options), True),
           **change)  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"operator": "cross-correlation"}, {"anchor": "high"}, {"boundary": "edge"}], ids=str
)
def test_a_wrong_entry_is_caught_to_a_bound(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([1.0, 2, 0, -1])
    name, bound = "scipy.signal.fftconvolve", transform_bound(x, h)
    caught(monkeypatch, name, lambda: agree_within(name, x, h, bound, mode="same"), **change)
