"""JAX: its numpy, scipy and lax functions, in 64 bits that last for the call only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import signal

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, agree_often, agree_within, caught, shapes, transform_bound
from tests.needs import needs
from tests.peers.same import same, whole_numbers
from tests.peers.test_faults import formula

jax = needs("jax")
MODES = ["full", "same", "valid"]
Options = dict[str, Any]


def some(rng: np.random.Generator, least: int, most: int, count: int) -> tuple[int, ...]:
    return tuple(int(v) for v in rng.integers(least, most + 1, count))


def pairs(rng: np.random.Generator, ndim: int, most: int = 3) -> list[tuple[int, int]]:
    return [(int(rng.integers(0, most + 1)), int(rng.integers(0, most + 1))) for _ in range(ndim)]


@pytest.mark.parametrize("name", ["numpy.convolve", "numpy.correlate"])
@pytest.mark.parametrize("mode", MODES)
def test_numpy(name: str, mode: str) -> None:
    agree_often(f"jax.{name}", shapes(1, 9, signal=5, kernel=5), ["float32", "complex128"],
                lambda rng, x, h: {"mode": mode}, least=18)  # fmt: skip


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_scipy(name: str, mode: str, ndim: int) -> None:
    agree_often(f"jax.scipy.signal.{name}", shapes(ndim, 6, signal=5, kernel=4), ["complex128"],
                lambda rng, x, h: {"mode": mode}, least=2)  # fmt: skip


@pytest.mark.parametrize("name", ["convolve2d", "correlate2d"])
@pytest.mark.parametrize("mode", MODES)
def test_scipy_2d(name: str, mode: str) -> None:
    agree_often(f"jax.scipy.signal.{name}", shapes(2, 12, signal=5, kernel=4), ["float64"],
                lambda rng, x, h: {"mode": mode}, least=4)  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_fftconvolve_to_a_bound(mode: str) -> None:
    rng = np.random.default_rng(1)
    for n, k in [((7,), (4,)), ((4,), (7,)), ((5, 6), (3, 2)), ((4, 5, 3), (2, 5, 1))]:
        x, h = whole_numbers(rng, n, "complex128"), whole_numbers(rng, k, "complex128")
        agree_within("jax.scipy.signal.fftconvolve", x, h, transform_bound(x, h), mode=mode)


def strided(rng: np.random.Generator, x: Any, h: Any) -> Options:
    return {"window_strides": some(rng, 1, 3, x.ndim), "padding": str(rng.choice(["SAME", "SAME_LOWER", "VALID"]))}


def general(rng: np.random.Generator, x: Any, h: Any) -> Options:
    options = {**strided(rng, x, h), "rhs_dilation": some(rng, 1, 3, x.ndim)}
    if rng.integers(2):
        options |= {"padding": pairs(rng, x.ndim), "lhs_dilation": some(rng, 1, 3, x.ndim)}
    return options


def transposed(rng: np.random.Generator, x: Any, h: Any) -> Options:
    options: Options = {"rhs_dilation": some(rng, 1, 3, x.ndim), "transpose_kernel": bool(rng.integers(2))}
    padding = rng.choice(["SAME", "VALID", "numbers"])
    if padding == "VALID":
        return {**options, "padding": "VALID"}
    strides = {"strides": some(rng, 1, 3, x.ndim)}
    return {**options, **strides, "padding": "SAME" if padding == "SAME" else pairs(rng, x.ndim)}


@pytest.mark.parametrize(("name", "draw"), [
    ("conv", strided), ("conv_with_general_padding", general), ("conv_general_dilated", general),
    ("conv_transpose", transposed),
])  # fmt: skip
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_lax(name: str, draw: Any, ndim: int) -> None:
    compiled = 5 if name == "conv_general_dilated" else 3  # every shape is compiled: few shapes
    for seed, dtype in enumerate(("float32", "float64", "complex128", "int32")):
        lengths = shapes(ndim, compiled, kernel=4, seed=seed)
        agree_often(f"jax.lax.{name}", lengths, [dtype], draw, least=1, seed=seed)


@pytest.mark.parametrize("name", ["conv", "conv_with_general_padding", "conv_general_dilated", "conv_transpose"])
def test_our_defaults_are_steps_of_one_and_no_padding(name: str) -> None:
    rng = np.random.default_rng(2)
    x, h = whole_numbers(rng, (5, 6), "float64"), whole_numbers(rng, (2, 3), "float64")
    assert agree(f"jax.lax.{name}", x, h)


def test_negative_padding_crops_integers() -> None:
    rng = np.random.default_rng(3)
    x, h = whole_numbers(rng, 9, "int32"), whole_numbers(rng, 3, "int32")
    for pad in [(-2, 1), (1, -3), (-1, -2)]:
        assert agree("jax.lax.conv_general_dilated", x, h, padding=[pad])


def test_the_adapter_calls_the_function_and_leaves_the_setting_alone() -> None:
    x, h = np.array([2.0, 1, 3, 5, 4]), np.array([1.0, 2, 0])
    before = jax.config.jax_enable_x64
    same(libraries.call("jnp.convolve", x, h, mode="same"), np.convolve(x, h, "same"))
    assert jax.config.jax_enable_x64 == before
    assert jax.numpy.convolve(x, h).dtype == (np.float64 if before else np.float32)


def test_integers_become_floats_in_numpy_and_stay_integers_in_lax() -> None:
    x, h = np.array([2, 1, 3]), np.array([1, 2])
    assert libraries.call("jax.numpy.convolve", x, h).dtype == np.float64
    assert agree("jax.numpy.convolve", x, h)
    assert agree("lax.conv", x, h)


@pytest.mark.parametrize(("n", "k"), [((2, 3), (4, 4)), ((1, 1), (2, 3)), ((3, 5), (3, 6))])
def test_correlate2d_conjugates_the_wrong_operand_when_it_exchanges_them(n: Any, k: Any) -> None:
    """As SciPy's, whose formula both give."""
    rng = np.random.default_rng(4)
    x, y = whole_numbers(rng, n, "complex128"), whole_numbers(rng, k, "complex128")
    right = formula(x, y)
    same(tw.apply(x, y, like="jax.scipy.signal.correlate2d", mode="valid"), right)
    same(libraries.call("jax.scipy.signal.correlate2d", x, y, mode="valid"), right.conj())
    same(signal.correlate2d(x, y, "valid"), right.conj())


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("conv", {"padding": "FULL"},
         "padding='FULL': is not a word of this option; write 'VALID', 'SAME' or 'SAME_LOWER'"),
        ("conv_general_dilated", {"padding": "SAME", "lhs_dilation": (2,)},
         "padding='SAME': JAX refuses it with lhs_dilation; write pairs of numbers"),
        ("conv_transpose", {"padding": "VALID", "strides": (2,)},
         ("padding='VALID': with a stride the output is longer if the kernel is shorter than the stride; write "
          "pairs of numbers")),
    ],
    ids=lambda v: str(v)[:20],
)  # fmt: skip
def test_messages(name: str, options: Options, message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        tw.apply([1.0, 2, 3], [1.0], like=f"jax.lax.{name}", **options)
    assert str(refused.value) == message


WRONG: list[tuple[str, Options, Options]] = [
    ("jax.numpy.convolve", {"mode": "same"}, {"operator": "cross-correlation"}),
    ("jax.numpy.convolve", {"mode": "same"}, {"anchor": "high"}),
    ("jax.numpy.correlate", {"mode": "same"}, {"anchor": "low"}),
    ("jax.numpy.correlate", {"mode": "same"}, {"boundary": "edge"}),
    ("jax.lax.conv", {"padding": "SAME"}, {"operator": "convolution"}),
    ("jax.lax.conv", {"padding": "SAME"}, {"size": "same-lower"}),
    ("jax.lax.conv", {"padding": "SAME"}, {"boundary": "edge"}),
    ("jax.lax.conv_general_dilated", {"padding": [(3, 1)], "lhs_dilation": (3,)}, {"spread": 2}),
    ("jax.lax.conv_transpose", {"padding": "SAME", "strides": (2,)}, {"operator": "cross-correlation"}),
    ("jax.lax.conv_transpose", {"padding": "SAME", "strides": (2,)}, {"size": "same-lower"}),
    ("jax.lax.conv_transpose", {"padding": [(1, 2)], "strides": (2,)}, {"operator": "convolution"}),
]


@pytest.mark.parametrize(("name", "options", "change"), WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, options: Options, change: Options) -> None:
    rng = np.random.default_rng(5)
    x, h = whole_numbers(rng, 7, "float64"), whole_numbers(rng, 4 if "transpose" not in name else 5, "float64")
    caught(monkeypatch, name, lambda: same(agree(name, x, h, **options), True), **change)
