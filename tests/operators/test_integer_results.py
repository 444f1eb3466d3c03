"""Promise 1, asked otherwise: other result dtypes, wrapping, saturating, integers of any size, and what errors say."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import IntegerOverflow
from tests.engines.forced import ANY_WAY, forced
from tests.operators import exact

RESULTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
RNG = np.random.default_rng(8)
SIGNALS: list[Any] = [
    RNG.integers(-128, 128, 20, np.int8), RNG.integers(0, 2**16, 20, np.uint16), RNG.integers(-(2**63), 2**63 - 1, 20),
    RNG.integers(0, 2**64 - 1, 20, np.uint64), np.array([2**64, -(2**70), 3], object), np.array([True, False, True]),
]  # fmt: skip


@ANY_WAY
@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("overflow", ["wrap", "saturate", "raise"])
def test_every_result_dtype(result: str, overflow: str, way: str) -> None:
    least, most = int(np.iinfo(result).min), int(np.iinfo(result).max)
    for x, h in itertools.product(SIGNALS, [np.array([3, -2, 1]), np.array([2**63 + 1, 5], np.uint64), np.array([1])]):
        if way == "fourier" and (x.dtype.itemsize == 8 or h.dtype == np.uint64):
            continue
        right = exact.integers(x, h)
        lost = [(k, v) for k, v in enumerate(right) if not least <= v <= most]
        words: dict[str, Any] = {"size": "full", "dtype": result, "overflow": overflow}
        with forced(way) as engine:
            if lost and overflow == "raise":
                with pytest.raises(IntegerOverflow) as caught:
                    tw.convolve(x, h, engine=engine, **words)
                wider = "object for integers of any size" if result in ("int64", "uint64") else "'int64'"
                assert str(caught.value) == (
                    f"y[{lost[0][0]}]={lost[0][1]}: does not fit {result}, {least} to {most}; write dtype={wider}, or "
                    "overflow='wrap' or overflow='saturate'"
                )
                continue
            y = tw.convolve(x, h, engine=engine, **words)
        kept = [min(max(v, least), most) if overflow == "saturate" else (v - least) % 2 ** (8 * y.itemsize) + least
                for v in right]  # fmt: skip
        assert y.dtype == result
        assert y.tolist() == kept


@pytest.mark.parametrize("way", ["reference", "taps"])
def test_integers_of_any_size(way: str) -> None:
    with forced(way) as engine:
        for x in SIGNALS:
            h = np.array([2**63 + 1, 5], np.uint64)
            y = tw.convolve(x, h, size="full", dtype=object, engine=engine)
            assert y.dtype == object
            assert y.tolist() == exact.integers(x, h)
            assert all(type(value) is int for value in y)


@ANY_WAY
def test_an_overflow_is_named_by_its_place_in_the_result(way: str) -> None:
    """The filtered axes need not be the last."""
    x = np.zeros((3, 4, 5), np.uint8)
    x[1, 3, 2] = 200
    for axes in [(0,), (1,), (2,), (0, 1), (2, 0), (1, 2), (2, 1, 0)]:
        h = np.full((1,) * len(axes), 2)
        with forced(way) as engine, pytest.raises(IntegerOverflow, match=r"^y\[1, 3, 2\]=400: does not fit uint8, "):
            tw.convolve(x, h, axes=axes, dtype="uint8", engine=engine)


def test_an_overflow_is_named_in_every_block() -> None:
    x = np.zeros(70, np.int64)
    x[64] = 2**62
    for way in ("reference", "taps", "bands"):
        with forced(way, small=True) as engine, pytest.raises(IntegerOverflow, match=r"^y\[64\]=9223372036854775808: "):
            tw.convolve(x, [2], engine=engine)


def test_the_signals_own_values_are_checked_where_borders_stay_untouched() -> None:
    words: dict[str, Any] = {"operator": "convolution", "size": "same", "borders": "untouched", "dtype": "uint8"}
    assert tw.apply([255, 7, 8, 9], [1, 0, 0], **words).tolist() == [255, 8, 9, 9]
    with pytest.raises(IntegerOverflow, match=r"^y\[0\]=300: does not fit uint8, "):
        tw.apply([300, 7, 8, 9], [1, 0, 0], **words)
    with pytest.raises(IntegerOverflow, match=r"^y\[1, 3\]=256: does not fit uint8, "):
        tw.apply([[1, 7, 8, 9], [1, 2, 3, 256]], [0, 0, 1], axes=1, **words)
    assert tw.apply([300, 7, 8, -9], [0, 1, 0], **words | {"overflow": "saturate"}).tolist() == [255, 7, 8, 0]
