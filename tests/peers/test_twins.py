"""The comparison can fail: a catalogue entry that is wrong in one word does not pass the tests of its peer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import tests.peers.test_numpy as of_numpy
import tests.peers.test_scipy_ndimage as of_ndimage
import tests.peers.test_scipy_signal as of_signal
import tests.peers.test_scipy_signal_2d as of_signal_2d
from tapwise.catalogue import entry, register
from tapwise.engines import forget
from tapwise.errors import ArgumentError, TapwiseError
from tests.needs import needs
from tests.peers.same import same

X = np.array([1, 2, 3])


@pytest.mark.parametrize("wrong", [X + X, X[:2], X[None], X.astype(float), X.astype("int32"), X[::-1], -X], ids=repr)
def test_every_difference_is_seen(wrong: Any) -> None:
    same(X, X.copy())
    with pytest.raises(AssertionError):
        same(X, wrong)


def numpy_same(name: str) -> None:
    of_numpy.test_equal_for_all_small_lengths(name, "same", "complex128")
    of_numpy.test_integers_wrap_as_numpy_lets_them(name, "int8")


def numpy_valid(name: str) -> None:
    of_numpy.test_equal_for_all_small_lengths(name, "valid", "float64")


def signal_2d(name: str) -> None:
    of_signal_2d.test_equal(name, "same", "symm")


def ndimage_correlate(name: str) -> None:
    of_ndimage.test_equal_for_every_mode_and_origin(name, "mirror", 2)
    of_ndimage.test_equal_for_every_mode_and_origin(name, "constant", 2)
    of_ndimage.test_fractions_are_cut_off_towards_zero("int16")
    of_ndimage.test_uint8_wraps_around()


WRONG: list[tuple[str, Callable[[str], None], dict[str, Any]]] = [
    ("numpy.convolve", numpy_same, {"operator": "cross-correlation"}),
    ("numpy.convolve", numpy_same, {"size": "same"}),
    ("numpy.convolve", numpy_same, {"anchor": "high"}),
    ("numpy.convolve", numpy_same, {"result": "exact"}),
    ("numpy.convolve", numpy_same, {"overflow": "saturate"}),
    ("numpy.convolve", numpy_valid, {"operands": "as-given"}),
    ("numpy.correlate", numpy_same, {"operator": "convolution"}),
    ("numpy.correlate", numpy_same, {"conjugate": "none"}),
    ("numpy.correlate", numpy_same, {"conjugate": "signal"}),
    ("numpy.correlate", numpy_same, {"anchor": "low"}),
    ("numpy.correlate", numpy_same, {"output": "reversed"}),
    ("scipy.signal.convolve2d", signal_2d, {"anchor": "high"}),
    ("scipy.signal.convolve2d", signal_2d, {"boundary": "reflect101"}),
    ("scipy.signal.correlate2d", signal_2d, {"anchor": "high"}),
    ("scipy.signal.correlate2d", signal_2d, {"anchor": ("low", "high")}),
    ("scipy.signal.correlate2d", signal_2d, {"conjugate": "none"}),
    ("scipy.ndimage.convolve", ndimage_correlate, {"operator": "cross-correlation"}),
    ("scipy.ndimage.convolve", ndimage_correlate, {"anchor": "high"}),
    ("scipy.ndimage.convolve", ndimage_correlate, {"boundary": "symmetric"}),
    ("scipy.ndimage.convolve", ndimage_correlate, {"rounding": "floor"}),
    ("scipy.ndimage.convolve", ndimage_correlate, {"rounding": "nearest-even"}),
    ("scipy.ndimage.convolve", ndimage_correlate, {"overflow": "saturate"}),
    ("scipy.ndimage.correlate", ndimage_correlate, {"conjugate": "none"}),
    ("scipy.ndimage.correlate", ndimage_correlate, {"result": "promote"}),
]


def make_wrong(monkeypatch: pytest.MonkeyPatch, name: str, change: Mapping[str, Any]) -> None:
    """Exchange a catalogue entry for one with some words changed, and forget what was understood of it before."""
    right = entry(name)
    monkeypatch.setattr(sys.modules["tapwise.operators.meaning"], "_recent", {})
    monkeypatch.setattr(sys.modules["tapwise.engines.recall"], "_remembering", False)
    forget()
    monkeypatch.setitem(register._ENTRIES, name, replace(right, words=lambda o: {**right.words(o), **change}))


@pytest.mark.parametrize(("name", "check", "change"), WRONG, ids=lambda v: getattr(v, "__name__", str(v)))
def test_a_wrong_entry_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str, check: Callable[[str], None], change: dict[str, Any]
) -> None:
    check(name.rpartition(".")[2])
    make_wrong(monkeypatch, name, change)
    with pytest.raises((AssertionError, TapwiseError)):
        check(name.rpartition(".")[2])


def test_a_wrong_mode_is_caught() -> None:
    with pytest.raises(AssertionError):
        same(np.convolve(X, [1, 2], "same"), np.convolve(X, [1, 2], "full"))
    with pytest.raises(ArgumentError):
        of_signal.test_the_labels_are_scipys_lags("circular")


@pytest.mark.parametrize(
    "change",
    [
        {"operator": "convolution"}, {"stride": 1}, {"dilation": 1}, {"size": "valid"}, {"boundary": "edge"},
        {"output": "reversed"}, {"conjugate": "kernel"}, {"stride": (3, 1)}, {"dilation": (1, 2)},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_entry_of_pytorch_is_caught(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    needs("torch")
    import tests.peers.test_torch as of_torch
    import tests.peers.test_torch_gradients as of_gradients

    for check, name in [(of_torch.test_functional, "conv2d"), (of_gradients.test_forward, "conv2d")]:
        with monkeypatch.context() as patch:
            make_wrong(patch, f"torch.nn.functional.{name}", change)
            with pytest.raises((AssertionError, TapwiseError)):
                check(2, "complex128")


@pytest.mark.parametrize(
    "change",
    [
        {"operator": "convolution"}, {"stride": 1}, {"dilation": 1}, {"output_padding": 0}, {"conjugate": "kernel"},
        {"direction": "forward", "output_padding": 0}, {"size": "valid"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_entry_of_pytorch_transposed_is_caught(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    needs("torch")
    import tests.peers.test_torch_gradients as of_gradients
    import tests.peers.test_torch_transposed as of_transposed

    for check in (of_transposed.test_functional, of_gradients.test_transposed):
        with monkeypatch.context() as patch:
            make_wrong(patch, "torch.nn.functional.conv_transpose2d", change)
            with pytest.raises((AssertionError, TapwiseError)):
                check(2, "complex128")
