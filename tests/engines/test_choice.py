"""Which engine is taken, why, and what is told of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines.fourier import Fourier
from tapwise.errors import EngineError

LONG, TAPS = np.ones(200_000), np.ones(20_000)
REMEDY = "write engine='auto' or engine='numpy'"


def test_compiled_sums_are_taken_where_they_can_be() -> None:
    assert tw.choose(np.ones(9), np.ones(3), operator="convolution").engine == "direct"
    assert tw.choose(np.ones(9, np.longdouble), np.ones(3), operator="convolution").engine == "numpy"
    infinite = tw.choose(np.ones(9), [1, np.inf], operator="convolution")
    assert infinite.engine == "numpy"
    assert infinite.refused["direct"] == (
        "a tap is infinite or NaN, and zeros beside the signal would be multiplied with it"
    )


@pytest.mark.usefixtures("interpreted")
def test_small_cases_are_direct_and_large_ones_transformed() -> None:
    assert tw.choose(np.ones(9), np.ones(3), operator="convolution").engine == "numpy"
    choice = tw.choose(LONG, TAPS, operator="convolution")
    assert choice.engine == "fourier"
    assert choice.milliseconds["fourier"] < choice.milliseconds["numpy"] < choice.milliseconds["reference"]
    assert choice.error == "normwise, per tile: C·eps·log2(n)·‖x_tile‖·‖h‖"


def test_a_choice_is_printed_with_its_reason() -> None:
    choice = tw.choose([Fraction(1)], [1], operator="convolution", engine="reference")
    assert str(choice) == (
        "reference: it was named\n"
        "  reference  about 0.001 ms\n"
        f"  numpy      about {choice.milliseconds['numpy']:.3g} ms\n"
        "  direct     cannot: it has no products of object in object\n"
        "  separable  cannot: its kernel has fewer than two axes of more than one tap\n"
        "  fourier    cannot: there is no transform for dtype object\n"
        "  error      none: these numbers add and multiply by their own rules"
    )
    assert tw.choose([1], [1], operator="convolution").error == "none: whole numbers are exact"


@pytest.mark.usefixtures("interpreted")
def test_elementwise_accuracy_never_transforms(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> Any:
        raise AssertionError

    monkeypatch.setattr(Fourier, "worker", never)
    assert tw.choose(LONG, TAPS, operator="convolution", accuracy="elementwise").engine == "numpy"
    with pytest.raises(AssertionError):
        tw.convolve(LONG, TAPS)
    few = LONG[:40_000]
    assert tw.choose(few, TAPS, operator="convolution").engine == "fourier"
    assert tw.convolve(few, TAPS, accuracy="elementwise")[0] == 20_000
    with pytest.raises(EngineError) as caught:
        tw.convolve(few, TAPS, accuracy="elementwise", engine="fourier")
    assert str(caught.value) == (
        "engine='fourier': accuracy='elementwise' is asked for, and a transform's error is relative to its whole "
        f"tile; {REMEDY}"
    )


A = np.full(4096, 2**20 - 1)
REFUSED: list[tuple[Any, Any, str]] = [
    ([Fraction(1)], [1], "there is no transform for dtype object"),
    ([1.0], [np.nan], "h has a NaN or an infinity, which a transform would spread over every output"),
    ([1.0], [-np.inf], "h has a NaN or an infinity, which a transform would spread over every output"),
    ([1.0, np.nan], [1.0], "x has a NaN or an infinity, which a transform would spread over its whole tile"),
    ([1e200, 1.0], [1e200], "the sums inside a transform of a tile may exceed the largest number"),
]
INTERPRETED: list[tuple[Any, Any, str]] = [
    (A, A, "the error bound of a tile is not below 0.5, which exact integers need"),
    ([2**62], [4], "the error bound of a tile is not below 0.5, which exact integers need"),
]


@pytest.mark.parametrize(("x", "h", "why"), REFUSED, ids=range(len(REFUSED)))
def test_a_named_transform_refuses_what_it_would_spoil(x: Any, h: Any, why: str) -> None:
    with pytest.raises(EngineError) as caught:
        tw.convolve(x, h, engine="fourier", overflow="wrap")
    assert str(caught.value) == f"engine='fourier': {why}; {REMEDY}"
    tw.convolve(x, h, overflow="wrap")


@pytest.mark.parametrize(("x", "h", "why"), INTERPRETED, ids=range(len(INTERPRETED)))
@pytest.mark.usefixtures("interpreted")
def test_one_transform_does_not_hold_every_integer(x: Any, h: Any, why: str) -> None:
    test_a_named_transform_refuses_what_it_would_spoil(x, h, why)


@pytest.mark.parametrize(("x", "h"), [case[:2] for case in INTERPRETED], ids=range(len(INTERPRETED)))
def test_compiled_tiles_do_in_pieces(x: Any, h: Any) -> None:
    right = tw.convolve(x, h, engine="numpy", overflow="wrap")
    assert np.array_equal(tw.convolve(x, h, engine="fourier", overflow="wrap"), right)
