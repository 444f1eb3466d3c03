"""Results that compiled code scales, rounds and keeps within their type: the same as those that NumPy's sums become."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import IntegerOverflow
from tests.needs import compiled

compiled()

WHOLE = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
ROUNDINGS = ("nearest-even", "nearest-away", "truncate", "floor")
OVERFLOWS = ("raise", "wrap", "saturate")


def outcome(x: Any, h: Any, engine: str, **words: Any) -> tuple[str, Any]:
    """Return the results, or what is said of the one that has no place."""
    try:
        return "results", tw.apply(x, h, operator="cross-correlation", engine=engine, **words)
    except IntegerOverflow as why:
        return "error", str(why)


def same(x: Any, h: Any, **words: Any) -> bool:
    """Whether compiled code and NumPy's sums give the same results or say the same, twice: the second is recalled."""
    told, y = outcome(x, h, "numpy", **words)
    for _ in range(2):
        told_here, here = outcome(x, h, "auto", **words)
        if told != told_here or not np.array_equal(y, here, equal_nan=told == "results" and y.dtype.kind == "f"):
            return False
        if told == "results" and (y.dtype != here.dtype or y.tobytes() != here.tobytes()):
            return False
    return True


def dyadic(rng: np.random.Generator, dtype: str, size: tuple[int, ...], top: float) -> Any:
    """Return multiples of 1/4 up to `top`: a few of them add up without rounding."""
    return (np.round(rng.uniform(-top, top, size) * 4) / 4).astype(dtype)


@pytest.mark.parametrize("result", WHOLE)
@pytest.mark.parametrize("overflow", OVERFLOWS)
def test_floats_become_whole_numbers(result: str, overflow: str) -> None:
    rng = np.random.default_rng(1)
    told = set()
    for number in range(60):
        work = ("float32", "float64")[number % 2]
        top = min(float(np.iinfo(result).max) * (0.25, 1.0, 1.5)[number % 3], 2.0**20 if work == "float32" else 2.0**44)
        x, h = dyadic(rng, work, (5, 37), top), np.asarray([[1, 0.5]], work)
        if result.startswith("u") and number % 2:
            x = np.abs(x)
        words: dict[str, Any] = {"dtype": result, "overflow": overflow, "rounding": ROUNDINGS[number % 4]}
        if number % 5 == 0:
            words |= {"gain": 2, "offset": -0.5}
        assert same(x, h, **words), (number, words)
        told.add(outcome(x, h, "direct", **words)[0])
    assert told == ({"results", "error"} if overflow == "raise" and result != "int64" else {"results"})


@pytest.mark.parametrize("overflow", OVERFLOWS)
def test_whole_numbers_stay_within_their_type(overflow: str) -> None:
    rng = np.random.default_rng(2)
    for number in range(120):
        kind, result = rng.choice(WHOLE, 2)
        limits = np.iinfo(kind)
        x = rng.integers(limits.min, limits.max, (4, 29), dtype=kind, endpoint=True)
        x >>= int(rng.integers(0, limits.bits // 2))
        h = rng.integers(-3, 4, (1, 3))
        words: dict[str, Any] = {"dtype": result, "overflow": overflow, "boundary": "wrap", "size": "same"}
        if number % 3 == 0:
            words |= {"gain": int(rng.integers(-4, 5)), "offset": int(rng.integers(-9, 9))}
        assert same(x, h, **words), (number, kind, words)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 2.0**63, -(2.0**63), 2.0**64, 2.0**70, 255.5, -0.5, 127.5])
@pytest.mark.parametrize("result", ["uint8", "int8", "int32", "int64", "uint64"])
def test_extreme_values(value: float, result: str) -> None:
    x = np.array([1.0, value, 3.0])
    for overflow in OVERFLOWS:
        for rounding in ROUNDINGS:
            assert same(x, np.array([1.0]), dtype=result, overflow=overflow, rounding=rounding), (overflow, rounding)


@pytest.mark.parametrize(("work", "result"), [("float32", "float16"), ("float64", "float32"), ("float64", "float16")])
def test_floats_scaled_and_narrowed(work: str, result: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        x = dyadic(rng, work, (3, 40), 1e5 if result == "float16" else 1e30)
        assert same(x, np.asarray([[0.5, 0.25]], work), dtype=result, gain=0.25, offset=3)


def test_strided_places_and_batches() -> None:
    rng = np.random.default_rng(4)
    image = rng.integers(0, 256, (31, 17, 3)).astype(np.uint8)
    h = np.full((3, 5), 1 / 16, np.float32)
    words: dict[str, Any] = {
        "axes": (0, 1), "dtype": "uint8", "overflow": "saturate", "rounding": "nearest-even", "size": "same",
    }  # fmt: skip
    assert same(image, h, **words)
    assert same(image[:, ::-1], h, **words)
    assert same(np.asfortranarray(image), h, **words)
    whole = tw.apply(image, h, operator="cross-correlation", **words)
    room = np.zeros((62, 17, 3), np.uint8)
    tw.apply(image, h, operator="cross-correlation", out=room[::2], overflow="saturate", size="same", axes=(0, 1))
    assert np.array_equal(room[::2], whole)
    assert not room[1::2].any()


def test_a_wrong_rounding_would_show() -> None:
    x, h = np.array([0.5, 1.5, 2.5]), np.array([1.0])
    found = {rounding: outcome(x, h, "direct", dtype="int8", rounding=rounding)[1].tolist() for rounding in ROUNDINGS}
    assert found == {
        "nearest-even": [0, 2, 2], "nearest-away": [1, 2, 3], "truncate": [0, 1, 2], "floor": [0, 1, 2],
    }  # fmt: skip
