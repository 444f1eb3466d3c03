"""Whatever else there is: random conventions, shapes, dtypes and values, every engine against the exact sums."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tapwise as tw
from tapwise.errors import ArgumentError, EngineError, IntegerOverflow
from tests.engines.cases import Case, drawn
from tests.operators.exact import fraction

if TYPE_CHECKING:
    from collections.abc import Callable

TRIED = settings(deadline=None, derandomize=True, max_examples=150)
ENGINES = st.sampled_from(["auto", "reference", "numpy", "fourier"])
CASES = st.builds(lambda seed, ndim, batch: drawn(seed, ndim, 1, batch=batch)[0],
                  st.integers(0, 2**32), st.integers(1, 2), st.integers(0, 1))  # fmt: skip
INTEGERS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64", "longdouble", "complex64", "complex128"]


def exactly(case: Case, x: Any, h: Any) -> Any:
    """The right sums in Python's own numbers, by the reference engine, which the oracle has checked."""
    return tw.apply(objects(x), objects(h), engine="reference", dtype=object, **case.words)


def objects(values: Any) -> Any:
    if values.dtype.kind in "biu":
        return values.astype(object) if values.dtype != bool else values.astype(int).astype(object)
    result = np.empty(values.shape, object)
    for place, value in np.ndenumerate(values):
        result[place] = fraction(value)
    return result


@TRIED
@given(CASES, st.sampled_from(INTEGERS), st.sampled_from(INTEGERS), ENGINES, st.data())
def test_integers(case: Case, a: str, b: str, engine: str, data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    shift = data.draw(st.integers(0, 63))
    x, h = (whole(rng, shape, dtype, shift) for shape, dtype in ((case.x.shape, a), (case.h.shape, b)))
    right = exactly(case, x, h)
    unsigned = "u" in (a[0], b[0]) and "i" not in (a[0], b[0]) and "uint64" in (a, b)
    limits = np.iinfo(np.uint64 if unsigned else np.int64)
    try:
        y = tw.apply(x, h, engine=engine, **case.words)
    except IntegerOverflow as error:
        caught = error
    except EngineError:
        assert engine == "fourier"
        return
    else:
        assert y.dtype == limits.dtype
        assert y.shape == right.shape
        assert (y == right).all()
        return
    place = tuple(int(i) for i in caught.argument.removeprefix("y[").removesuffix("]").split(","))
    assert str(right[place]) == caught.value
    assert not limits.min <= right[place] <= limits.max


def whole(rng: np.random.Generator, shape: Any, dtype: str, shift: int) -> Any:
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype, endpoint=True) >> np.array(
        min(shift, limits.bits - 1), dtype
    )


@TRIED
@given(CASES, st.sampled_from(FLOATS[:4]), ENGINES, st.data())
def test_floats_within_their_bound(case: Case, dtype: str, engine: str, data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    spread = data.draw(st.sampled_from([0, 3, 30, 250])) if dtype in ("float64", "longdouble") else 3
    x, h = ((rng.standard_normal(s) * 10.0 ** rng.uniform(-spread, spread, s)).astype(dtype)
            for s in (case.x.shape, case.h.shape))  # fmt: skip
    try:
        y = tw.apply(x, h, engine=engine, **case.words)
    except EngineError:
        assert engine == "fourier"
        return
    bound = tw.error_bound(x, h, engine=engine, **case.words)
    assert y.dtype == dtype
    assert y.shape == bound.shape
    right = exactly(case, x, h)
    for place in np.ndindex(y.shape):
        if np.isfinite(bound[place]):
            assert abs(fraction(y[place]) - right[place]) <= Fraction(float(bound[place]))


@TRIED
@given(CASES, st.sampled_from([*FLOATS, "int64", "object"]), ENGINES)
def test_a_batch_is_its_rows(case: Case, dtype: str, engine: str) -> None:
    """Every row of a batch alone gives the same numbers, and a batch axis may stand anywhere."""
    if engine == "fourier" and dtype == "object":
        return
    x, h = case.x.astype(dtype), case.h.astype(dtype)
    y = tw.apply(np.stack([x, -x, x[...]], axis=0), h, engine=engine, **shifted(case))
    for row, sign in zip(y, (1, -1, 1), strict=True):
        alone = tw.apply(x * sign, h, engine=engine, **case.words)
        assert alone.dtype == row.dtype == dtype
        assert np.array_equal(
            np.rint(row) if engine == "fourier" else row, np.rint(alone) if engine == "fourier" else alone
        )


def shifted(case: Case) -> dict[str, Any]:
    return {**case.words, "axes": tuple(place + 1 for place in case.places)}


WORDS: dict[str, st.SearchStrategy[Any]] = {
    "size": st.sampled_from(["valid", "same", "full", "pads(-1,2)", "lags(-2,2)", "longest", "some", 3, None]),
    "boundary": st.sampled_from(["zero", "wrap", "constant(nan)", "constant(1j)", "constant(1/3)", "reflect", 7, None]),
    "anchor": st.sampled_from([0, 1, 5, -1, "high+1", "low", "middle", 0.5, None]),
    "stride": st.sampled_from([1, 2, 0, -1, 2.0, True, (1, 2), "2"]),
    "dilation": st.sampled_from([1, 3, 0, None]),
    "axes": st.sampled_from([None, 0, 1, -1, (0, 1), (0, 0), (), "0"]),
    "dtype": st.sampled_from([None, int, float, "uint8", "object", "float16", complex, "datetime64", "nonsense", bool]),
    "engine": st.sampled_from(["auto", "reference", "numpy", "direct", "fourier", "fft", None]),
    "accuracy": st.sampled_from(["normwise", "elementwise", "high"]),
    "gain": st.sampled_from([1, 0, 0.5, Fraction(1, 3), 2j, float("inf"), "1/3", True, None]),
    "offset": st.sampled_from([0, -1, 0.5]),
    "normalize": st.sampled_from(["none", "sum", "max"]),
    "conjugate": st.sampled_from(["none", "kernel", "signal"]),
    "overflow": st.sampled_from(["raise", "wrap", "saturate"]),
    "rounding": st.sampled_from(["nearest-even", "nearest-away", "truncate", "floor"]),
    "accumulator": st.sampled_from([None, "int8", "float32", "float64", "complex64", "bool"]),
    "borders": st.sampled_from(["computed", "untouched"]),
    "mode": st.just("same"),
    "length": st.sampled_from([None, 4]),
    "operands": st.sampled_from(["as-given", "exchanged", "longer-first"]),
    "direction": st.sampled_from(["forward", "transposed"]),
}  # fmt: skip
ARRAYS = st.sampled_from([
    [], [3], [1, 2, 3], [[1, 2], [3, 4]], [1.5, -2.5], [1j, 2], [True, False], [2**62, 2**62], [2**64, 1], "abc", None,
    [Fraction(1, 3), 2], [Decimal("0.1"), 1], [Decimal(1), Fraction(1)], np.ones((2, 0, 3)), np.ones(2, np.float16),
    np.array([2**63], np.uint64), np.ones(2, np.longdouble), np.zeros((2, 3, 4), np.uint8), [1e308, 1e-320], ["a"],
    [float("nan"), float("inf")], [None], np.ma.ones(3), 3,
])  # fmt: skip


SHAPES = st.sampled_from([0, 1, 2, 3, (2, 2), (2, 3, 4), (2, 0, 3), -1, 1.0, None])
CALLS: dict[str, Callable[..., Any]] = {
    "apply": lambda x, h, shape, **words: tw.apply(x, h, **words),
    "transposed": lambda x, h, shape, **words: tw.transposed(x, h, **words),
    "input_gradient": tw.input_gradient,
    "kernel_gradient": tw.kernel_gradient,
    "error_bound": lambda x, h, shape, **words: tw.error_bound(x, h, **words),
    "choose": lambda x, h, shape, **words: tw.choose(x, h, **words),
    "matrix": lambda x, h, shape, **words: tw.matrix(h, shape, **words),
    "lags": lambda x, h, shape, **words: tw.lags(shape, np.shape(x), **words),
}


@pytest.mark.parametrize("name", CALLS)
@settings(TRIED, max_examples=500)
@given(ARRAYS, ARRAYS, SHAPES, st.sampled_from(["convolution", "cross-correlation", "both"]), st.data())
def test_any_call_gives_an_answer_or_a_clear_error(
    name: str, x: Any, h: Any, shape: Any, operator: str, data: st.DataObject
) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(WORDS)), max_size=4, unique=True))
    words = {name: data.draw(WORDS[name]) for name in names}
    try:
        CALLS[name](x, h, shape=shape, operator=operator, **words)
    except ArgumentError as error:
        caught = error
    else:
        return
    assert caught.rule
    assert str(caught).startswith(caught.argument)
    assert "\n" not in str(caught)


def test_the_engines_named_in_the_signature_are_all_there_are() -> None:
    with pytest.raises(ArgumentError, match="write 'auto', 'reference', 'numpy', 'direct', 'separable' or 'fourier'"):
        tw.convolve([1], [1], engine="none")
