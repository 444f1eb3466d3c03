"""A result has the dtype that the function itself gives, for every pair of dtypes that the function takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import catalogue, libraries
from tests.needs import needs_function

DTYPES = ["bool", "uint8", "int8", "int16", "uint16", "int32", "int64", "uint64", "float16", "float32", "float64",
          "longdouble", "complex64", "complex128"]  # fmt: skip
#: JAX compiles anew for every pair.
FEWER = ["int16", "int64", "float32", "complex64"]
#: What is meant is said for operands of one dtype there.
ALIKE = ("octave.", "tensorflow.", "keras.", "onnx.", "torch.", "SimpleITK.")
#: What has no rule: longdouble and float16 are reduced by some, imaginary parts are dropped by others, truth values
#: become integers where a program stores them.
EXCEPT = {
    "skimage.filters.correlate_sparse": ("float16", "longdouble", "complex64", "complex128"),
    "astropy.convolution.convolve": ("complex64", "complex128"),
    "astropy.convolution.convolve_fft": ("complex64", "complex128"),
    **dict.fromkeys(("mahotas.convolve", "mahotas.convolve1d"), ("complex64", "complex128")),
    **dict.fromkeys(("kornia.filters.filter2d", "kornia.filters.filter3d"), ("complex64", "complex128")),
    **{name: ("float16", "longdouble") for name in catalogue.names() if name.startswith("octave.")},
    "octave.imfilter": ("bool", "float16", "longdouble", "complex64", "complex128"),
}
#: Those that are left out have the rules of their namesakes.
NAMES = [
    name
    for name in catalogue.names()
    if "transpose" not in name.lower()
    and ".grad." not in name
    and not name.startswith(("jax.scipy", "imagemagick", "dask_image"))
]
pytestmark = pytest.mark.filterwarnings("ignore")


def pairs(name: str) -> list[tuple[str, str]]:
    kinds = FEWER if name.startswith("jax.") else DTYPES
    left = [kind for kind in kinds if kind not in EXCEPT.get(name, ())]
    return [(one, other) for one in left for other in left if one == other or not name.startswith(ALIKE)]


def differing(name: str) -> tuple[list[Any], int]:
    """Return the pairs for which another dtype comes out, and how many were compared."""
    ndim = catalogue.entry(name).ndim or (2 if name.startswith("SimpleITK") else 1)
    options: dict[str, Any] = (
        {"maxlag": 2} if name == "octave.xcorr" else {"scale": 1} if name.startswith("PIL") else {}
    )
    found, compared = [], 0
    for one, other in pairs(name):
        x, h = np.ones((5,) * ndim, one), np.ones((3,) * ndim, other)
        try:
            theirs = libraries.call(name, x, h, **options).dtype
        except Exception:  # not every function takes every dtype
            continue
        ours = tw.apply(x, h, like=name, **options).dtype
        compared += 1
        if ours != theirs:
            found.append((one, other, theirs.name, ours.name))
    return found, compared


@pytest.mark.parametrize("name", NAMES)
def test_the_dtype_is_the_functions(name: str) -> None:
    needs_function(name)
    found, compared = differing(name)
    assert not found
    assert compared >= 2


def test_a_wrong_rule_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.libraries.agree import caught

    def check() -> None:
        assert not differing("scipy.signal.upfirdn")[0]

    caught(monkeypatch, "scipy.signal.upfirdn", check, result="promote-float64")


RULES = [
    ("promote", "int8", "uint8", "int16"), ("promote", "float16", "float16", "float16"),
    ("promote-float64", "int8", "uint8", "float64"), ("promote-float64", "float16", "float16", "float32"),
    ("promote-float64", "int8", "float32", "float64"), ("promote-float64", "complex64", "int8", "complex128"),
    ("promote-float32", "int8", "int16", "float32"), ("promote-float32", "int32", "int8", "float64"),
    ("promote-float32", "complex64", "float64", "complex128"), ("promote-jax", "int32", "int32", "float32"),
    ("promote-jax", "int64", "int8", "float64"), ("promote-jax", "int64", "float16", "float16"),
    ("signal", "int8", "float64", "int8"), ("signal-float64", "int8", "float32", "float64"),
    ("signal-float64", "float32", "float64", "float32"), ("signal-float64", "float32", "complex64", "complex64"),
    ("signal-float32", "int32", "float64", "float32"), ("signal-float32", "float64", "int8", "float64"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "signal", "kernel", "result"), RULES)
def test_the_rules(rule: str, signal: str, kernel: str, result: str) -> None:
    x, h = np.array([1, 2, 3], signal), np.array([2, 1], kernel)
    y = tw.apply(x, h, operator="convolution", result=rule, overflow="wrap")
    assert y.dtype == result
    assert y.tolist() == [5, 8]
    turned = tw.apply(x, h, tw.Convention.from_json(tw.Convention.of(operator="convolution", result=rule).to_json()))
    assert turned.dtype == result


def test_a_gain_of_no_whole_number_makes_floats_of_integers_under_every_rule_of_promotion() -> None:
    for rule in ("promote", "promote-float64", "promote-float32"):
        y = tw.apply(np.array([2, 4]), np.array([1]), operator="convolution", result=rule, gain=0.25)
        assert y.dtype == np.float64
        assert y.tolist() == [0.5, 1]
