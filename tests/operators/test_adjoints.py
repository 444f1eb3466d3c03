"""The transposed operator and both gradients in whole numbers, for every boundary, stride, order and batch."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import EngineError
from tests.engines.cases import CONSTANT, Case, drawn
from tests.engines.forced import ANY_WAY, forced
from tests.operators import dense

Array = np.ndarray[Any, np.dtype[Any]]


@cache
def cases() -> list[Case]:
    return drawn(21, 1, 150, batch=1) + drawn(22, 2, 30, batch=1) + drawn(23, 3, 8)


def upstream(case: Case) -> Array:
    return np.asarray(np.random.default_rng(case.y.size).integers(-99, 100, case.y.shape))


@ANY_WAY
@pytest.mark.parametrize("small", [False, True], ids=["whole", "blocks"])
def test_the_input_gradient_is_the_oracles_matrix_transposed(way: str, small: bool) -> None:
    with forced(way, small=small) as engine:
        for case in cases():
            dy = upstream(case)
            dx = tw.input_gradient(dy, case.h, shape=case.x.shape, engine=engine, **case.words)
            assert dx.dtype == np.int64
            assert dx.shape == case.x.shape
            expected = dense.flat(case, dy) @ dense.matrix(case)
            assert (dense.flat(case, dx) == expected).all(), case


@ANY_WAY
@pytest.mark.parametrize("small", [False, True], ids=["whole", "blocks"])
def test_the_kernel_gradient_is_the_sum_over_all_that_meets(way: str, small: bool) -> None:
    with forced(way, small=small) as engine:
        for case in cases():
            dy = upstream(case)
            dh = tw.kernel_gradient(dy, case.x, shape=case.h.shape, engine=engine, **case.words)
            assert dh.dtype == np.int64
            assert (dh == brute_kernel_gradient(case, dy)).all(), case


def brute_kernel_gradient(case: Case, dy: Array) -> Array:
    """dL/dh[t] = Σ x[i] dy[o], with the constants of the boundary, from the difference that one more of a tap makes."""
    changes = []
    for tap in np.ndindex(case.h.shape):
        one = np.zeros_like(case.h)
        one[tap] = 1
        changes.append(int((tw.apply(case.x, one, engine="reference", **case.words) * dy).sum()))
    return np.array(changes, object).reshape(case.h.shape)


@ANY_WAY
def test_inner_products_agree(way: str) -> None:
    """<A x, y> = <x, Aᵀ y>, where A is the linear part; and <A(x; h), y> = <h, dh>."""
    with forced(way) as engine:
        for case in cases():
            dy, words = upstream(case), case.words
            y = tw.apply(case.x, case.h, engine=engine, **words)
            nothing = tw.apply(np.zeros_like(case.x), case.h, engine=engine, **words)
            dx = tw.input_gradient(dy, case.h, shape=case.x.shape, engine=engine, **words)
            dh = tw.kernel_gradient(dy, case.x, shape=case.h.shape, engine=engine, **words)
            assert ((y - nothing) * dy).sum() == (case.x * dx).sum()
            assert (y * dy).sum() == (case.h * dh).sum()


@ANY_WAY
def test_the_transposed_operator(way: str) -> None:
    """`transposed` with the length is the input gradient, and its own gradients are the forward operator."""
    met = 0
    with forced(way) as engine:
        for case in cases():
            words = {**case.words, "length": tuple(axis.n for axis in case.axes)}
            dy = upstream(case)
            z = tw.transposed(dy, case.h, engine=engine, **words)
            assert z.shape == case.x.shape
            assert (dense.flat(case, z) == dense.flat(case, dy) @ dense.matrix(case)).all()
            words["direction"] = "transposed"
            back = tw.input_gradient(case.x, case.h, shape=dy.shape, engine=engine, **words)
            assert (dense.flat(case, back) == dense.flat(case, case.x) @ dense.matrix(case).T).all()
            dh = tw.kernel_gradient(case.x, dy, shape=case.h.shape, engine=engine, **words)
            assert (case.h * dh).sum() == (case.x * z).sum()
            met += 1
    assert met == len(cases())


def test_the_matrix_is_the_oracles() -> None:
    met = 0
    for case in cases():
        words = {name: value for name, value in case.words.items() if name != "axes"}
        if any(f"constant({CONSTANT})" in sides for sides in words["boundary"]):
            continue
        met += 1
        shape = tuple(axis.n for axis in case.axes)
        a = tw.matrix(case.h, shape, **words)
        assert a.dtype == np.int64
        assert (a.toarray() == dense.matrix(case)).all()
        turned = tw.matrix(case.h, tuple(len(axis.pairs() or []) for axis in case.axes), direction="transposed",
                           length=shape, **words)  # fmt: skip
        assert (turned.toarray() == dense.matrix(case).T).all()
        rows = np.moveaxis(case.x, case.places, range(-len(shape), 0)).reshape(-1, a.shape[1])
        assert np.array_equal(dense.flat(case, case.y), (a @ rows.T).T)
    assert met > 50


def test_the_matrix_of_other_numbers() -> None:
    words: dict[str, Any] = {"operator": "convolution", "size": "full"}
    for dtype, kept in [
        ("bool", "int64"), ("uint8", "int64"), ("int32", "int64"), ("uint64", "uint64"), ("float16", "float32"),
        ("float32", "float32"), ("longdouble", "longdouble"), ("complex64", "complex64"),
    ]:  # fmt: skip
        a = tw.matrix(np.ones(2, dtype), 3, **words)
        assert a.dtype == kept
        assert a.toarray().tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]]
    taps = np.array([200, 200], np.uint8)
    assert tw.matrix(taps, 1, boundary="edge", gain=300, **words).toarray().tolist() == [[120_000], [120_000]]
    assert tw.matrix([1j, 2], 1, conjugate="kernel", **words).toarray().tolist() == [[-1j], [2]]
    assert tw.matrix([1, 3], 1, normalize="sum", **words).toarray().tolist() == [[0.25], [0.75]]
    assert tw.matrix([1, 3], 0, **words).shape == (0, 0)
    assert tw.matrix([1, 3], 0, operator="convolution", size="pads(3,3)").toarray().shape == (5, 0)


def test_a_gradient_is_exact_at_any_size() -> None:
    """The three operands are all near 2^31, the sums beyond 2^63."""
    big = np.full(9, 2**31 - 1)
    words: dict[str, Any] = {"operator": "cross-correlation", "size": "full", "dtype": object}
    dy = np.full(17, 2**31 - 1)
    assert tw.kernel_gradient(dy, big, shape=9, **words).tolist() == [9 * (2**31 - 1) ** 2] * 9
    assert tw.input_gradient(dy, big, shape=9, **words).tolist() == [9 * (2**31 - 1) ** 2] * 9
    with pytest.raises(EngineError):
        tw.kernel_gradient(dy * 2**20, big, shape=9, engine="fourier", **{**words, "dtype": None})
