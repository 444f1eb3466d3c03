"""The separable engine: the oracle's whole numbers, bounds by exact fractions, the rank test, locality, bits."""

from __future__ import annotations

import functools
import itertools
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines import native
from tapwise.engines.rank import Factors, factors
from tapwise.errors import EngineError
from tests import oracle
from tests.engines.test_direct import in_a_process, same_bits

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = np.ndarray[Any, np.dtype[Any]]

RULES = ["zero", "constant(5)", "edge", "symmetric", "reflect101", "wrap"]
OPERATORS = ["convolution", "cross-correlation"]


def outer(*parts: Any) -> Any:
    """The products of one element of each."""
    return functools.reduce(np.multiply.outer, parts, np.ones((), int))


def filtered(x: Any, h: Any, engine: str = "separable", **words: Any) -> Array:
    y: Array = tw.apply(x, h, engine=engine, **{"operator": "cross-correlation", **words})
    return y


def by_oracle(x: Array, h: Array, words: dict[str, Any]) -> Array:
    """The sums of the oracle: sizes full or valid, boundaries by side, a constant of 5."""
    pairs = [
        oracle.axis(n, k, operator=operator, size=(words["size"],), stride=stride, dilation=dilation, below=below,
                    above=above)
        for n, k, operator, stride, dilation, (below, above) in zip(
            x.shape, h.shape, words["operator"], words["stride"], words["dilation"],
            [side.replace("(5)", "").split(" | ") for side in words["boundary"]], strict=True,
        )
    ]  # fmt: skip
    made = oracle.apply(dict(np.ndenumerate(x)), dict(np.ndenumerate(h)), pairs, constant=5)
    y = np.zeros([len(p) for p in pairs], np.int64)
    for place, value in made.items():
        y[place] = value
    return y


def drawn(count: int, seed: int) -> Iterator[tuple[Array, Array, dict[str, Any]]]:
    rng = np.random.default_rng(seed)

    def pick(options: list[Any]) -> Any:
        return options[rng.integers(len(options))]

    for _ in range(count):
        ndim = int(rng.choice([2, 2, 3, 4]))
        shape = rng.integers(4, {2: 11, 3: 7, 4: 6}[ndim], ndim)
        lengths = [int(k) for k in rng.permutation([2, 3, 1, 2] if ndim == 4 else [2, 3, 4])[:ndim]]
        if sum(k > 1 for k in lengths) < 2:
            lengths[:2] = [2, 3]
        parts = [rng.integers(-4, 5, k) if rng.random() < 0.8 else np.full(k, 3) for k in lengths]
        h = outer(*parts)
        if not h.any():
            continue
        each = range(ndim)
        yield (
            rng.integers(-99, 100, shape),
            h,
            {
                "operator": tuple(pick(OPERATORS) for _ in each),
                "size": pick(["valid", "full"]),
                "boundary": tuple(f"{pick(RULES)} | {pick(RULES)}" for _ in each),
                "stride": tuple(int(rng.integers(1, 4)) for _ in each),
                "dilation": tuple(int(rng.integers(1, 3)) if k < 4 else 1 for k in lengths),
            },
        )


@pytest.fixture(scope="module")
def cases() -> list[tuple[Array, Array, dict[str, Any], Array]]:
    made = [(x, h, words) for x, h, words in drawn(150, 1) if (np.array(x.shape) > 3).all()]
    fitting = []
    for x, h, words in made:
        try:
            fitting.append((x, h, words, by_oracle(x, h, words)))
        except ValueError:  # a kernel longer than the signal
            continue
    return fitting


def test_whole_numbers_are_the_oracle(cases: list[tuple[Array, Array, dict[str, Any], Array]]) -> None:
    """Ranks 2 to 4, mixed boundaries and constants, strides, dilations; float64 and int64 products are exact too."""
    caught = compared = 0
    for x, h, words, y in cases:
        if 0 in y.shape:
            continue
        for big in (1, 2**30, 2**45):  # float32, float64, and int64 inside
            if big > 1 and "constant" in str(words["boundary"]):
                continue
            result = filtered(x * big, h, **words)
            assert result.dtype == np.int64
            assert np.array_equal(result, y * big), (x.shape, h.shape, words)
        assert np.array_equal(filtered(x.astype(float), h.astype(float), **words), y)
        nudged = h * np.where(np.arange(h.shape[-1]) == 0, 2, 1)
        caught += not np.array_equal(filtered(x, nudged, **words), y)
        compared += 1
    assert compared > 100
    assert caught > compared // 2, "a wrong factor shows, unless its tap is zero or reads zeros"


@pytest.mark.parametrize("dtype", ["?", "u1", "i1", "u2", ">i2", "i4", ">u4", "i8", "f2", "f4", ">f4", "f8", ">f8"])
def test_stored_types_and_layouts(dtype: str) -> None:
    """Any type, byte order, strides, colours beside each other or apart, batches before."""
    rng = np.random.default_rng(2)
    x = rng.integers(0, 2 if dtype == "?" else 9, (2, 23, 31, 3)).astype(dtype)
    h = outer([1, 2, 1], [-1, 0, 1, 3]).astype(int if np.dtype(dtype).kind in "?iub" else "f4")
    words: dict[str, Any] = {"size": "same", "boundary": "reflect101", "axes": (1, 2)}
    right = filtered(x, h, "numpy", **words)
    strided = np.zeros((4, 46, 62, 6), dtype)[::2, ::2, ::2, ::2]
    strided[...] = x
    turned = np.ascontiguousarray(x.transpose(3, 2, 1, 0)).transpose(3, 2, 1, 0)
    backwards = np.ascontiguousarray(x[:, ::-1, ::-1])[:, ::-1, ::-1]
    for layout in (x, strided, turned, backwards):
        before = layout.copy()
        assert same_bits(filtered(layout, h, **words), right)
        assert np.array_equal(layout, before)


def test_complex_signals_with_real_taps() -> None:
    rng = np.random.default_rng(3)
    x = (rng.integers(-9, 9, (20, 37)) + 1j * rng.integers(-9, 9, (20, 37))).astype(np.complex64)
    h = outer([1.0, 2, 4], np.arange(1.0, 20)).astype(np.float32)
    for words in ({}, {"conjugate": "signal"}, {"boundary": "constant(1+2j)", "size": "same"}):
        y = filtered(x, h, **words)
        assert same_bits(y, filtered(x, h, "numpy", **words).astype(np.complex64))


@pytest.mark.parametrize("k", [11, 12, 23, 24, 31, 32, 33, 63, 64, 100])
@pytest.mark.parametrize("work", ["i8", "f4", "f8"])
def test_sums_that_neighbours_share(work: str, k: int) -> None:
    """Many equal taps, along either axis and along both, dilated or not."""
    rng = np.random.default_rng(k)
    x = rng.integers(0, 9, (k + 40, k + 50)).astype(work) * (2**50 if work == "i8" else 1)
    for rows, columns in ((k, 2), (2, k), (k, k)):
        h = outer(np.full(rows, 3), np.full(columns, 2)).astype(work)
        for words in ({}, {"size": "same", "boundary": "wrap"}, {"dilation": (1, 2), "size": "full"}):
            small = filtered(x // (2**50 if work == "i8" else 1), h, "numpy", **words)
            assert np.array_equal(
                filtered(x, h, **words, overflow="wrap"), (small * x.dtype.type(2**50 if work == "i8" else 1))
            )


def product(found: Factors) -> list[Fraction]:
    return [
        Fraction(p) * Fraction(r) * Fraction(c)
        for p, r, c in itertools.product(found.planes.tolist(), found.rows.tolist(), found.columns.tolist())
    ]


def apart(h: Array) -> Fraction:
    """How far the product is from the taps, exactly, as the largest part of a tap."""
    found = factors(h)
    assert found is not None
    return max(
        abs(a - Fraction(b)) / abs(Fraction(b)) for a, b in zip(product(found), h.ravel().tolist(), strict=True) if b
    )


def test_whole_kernels_are_factored_exactly() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        h = outer(*(rng.integers(-6, 7, k) for k in rng.integers(1, 6, rng.integers(2, 5))))
        found = factors(h)
        if not h.any():
            assert found is None
            continue
        assert found is not None
        assert product(found) == h.ravel().tolist()
        assert len(found.planes) != 1 or found.planes[0] == 1
        lengths = [k for k in h.shape if k > 1]
        nudged = h.copy()
        nudged[tuple(np.argwhere(h)[0])] += 1
        exact = all(
            nudged[i, j] * nudged[p, q] == nudged[i, q] * nudged[p, j]
            for i, p in itertools.product(range(h.shape[0]), repeat=2)
            for j, q in itertools.product(range(h.shape[1]), repeat=2)
        ) if h.ndim == 2 else None  # fmt: skip
        if h.ndim == 2 and len(lengths) == 2:
            assert (factors(nudged) is not None) == (exact and nudged.any())


def test_large_whole_kernels() -> None:
    """Products beyond 64 bits on the way to a refusal, and taps that only just fit."""
    assert factors(outer([2**31, 1], [2**31, 3])) is not None
    assert factors(np.array([[2**62, 1], [1, 2**62]])) is None
    assert factors(np.array([[2**62, 2**31], [2**31, 2]])) is None
    assert factors(np.array([[2**62, 2**31], [2**31, 1]])) is not None


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_products_that_were_rounded_once_are_found(dtype: str) -> None:
    rng = np.random.default_rng(6)
    eps = Fraction(float(np.finfo(dtype).eps))
    for lengths in ((2, 2), (3, 3), (3, 7), (31, 31), (2, 3, 4), (5, 1, 5)):
        for _ in range(20):
            parts = [rng.uniform(0.1, 1, k) * rng.choice([-1, 1], k) for k in lengths]
            h = outer(*(part.astype(dtype) for part in parts)).astype(dtype)
            found = factors(h)
            assert found is not None
            assert apart(h) <= Fraction(found.apart) <= 2 * eps
            for part in (found.planes, found.rows):
                assert len(part) == 1 or float(np.abs(part).sum()) <= 0.5


def test_dyadic_kernels_leave_nothing() -> None:
    for h in (outer([1.0, 2, 1], [-1.0, 0, 1]) / 8, np.full((5, 5), 1 / 25), outer([1.0, 3], [5.0, -7, 2.0**-30])):
        assert apart(h) == 0
        found = factors(h)
        assert found is not None
        assert found.apart == 0


def nudged(h: Array, ulps: int) -> Array:
    moved = h.copy()
    moved[1, 1] = moved[1, 1] * (1 + ulps * float(np.finfo(h.dtype).eps))
    return moved


def test_a_little_off_is_allowed_by_name_only() -> None:
    """One unit in the last place is the taps' own rounding; a thousand only where the engine is named; more never."""
    g = np.exp(-0.5 * (np.arange(21) - 10) ** 2 / 9)
    h = outer(g, g)
    x = np.ones((600, 800))

    def choose(h: Array, **words: Any) -> Any:
        return tw.choose(x, h, operator="convolution", **words)

    assert choose(h).engine == "separable"
    assert choose(nudged(h, 1)).engine == "separable"
    assert choose(nudged(h, 1000)).engine != "separable"
    assert choose(nudged(h, 1000), engine="separable").reason == "it was named"
    with pytest.raises(EngineError, match=r"its kernel is no product of factors, one for each axis, to 9\.5e-07 of"):
        choose(nudged(h, 2**34), engine="separable")
    plain, off = (
        tw.error_bound(x[:30, :30], k, operator="convolution", engine="separable") for k in (h, nudged(h, 1000))
    )
    assert (off > 10 * plain).all()


@pytest.mark.parametrize(
    ("h", "words", "why"),
    [
        (np.zeros((3, 3)), {}, "its kernel is no product of factors, one for each axis, to 9.5e-07 of each tap"),
        (np.array([[1, 2], [2, 5]]), {}, "its kernel is no product of factors, one for each axis"),
        (np.ones((1, 9)), {}, "its kernel has fewer than two axes of more than one tap"),
        (np.ones((3, 3)) * 1j, {}, "its taps are complex"),
        (np.ones((3, 3)), {"spread": 2, "size": "full"}, "the signal is spread"),
        (
            np.array([[1.0, np.inf], [1, np.inf]]), {},
            "a tap is infinite or NaN, and zeros beside the signal would be multiplied with it",
        ),
    ],
)  # fmt: skip
def test_refusals(h: Array, words: dict[str, Any], why: str) -> None:
    x = np.ones((9, 9), int) if h.dtype.kind == "i" else np.ones((9, 9))
    choice = tw.choose(x, h, operator="convolution", **words)
    assert choice.refused["separable"] == why
    assert choice.engine != "separable"


def test_rows_of_zeros_and_far_apart_factors() -> None:
    """Zero taps stay zero, negative ones negative; factors at the ends of the range still fit, or are refused."""
    x = np.random.default_rng(7).standard_normal((12, 13))
    h = outer([0.0, -1.3, 0.0, 2.1], [1.7, 0.0, -0.9])
    assert np.allclose(filtered(x, h), filtered(x, h, "numpy"), rtol=1e-14, atol=1e-14)
    for scale in (1e-290, 1e290):
        y = filtered(x, h * scale)
        assert np.isfinite(y).all()
        assert np.allclose(y / scale, filtered(x, h), rtol=1e-14, atol=1e-14)
    tails = outer([1.0, 1e-200], [1.0, 1e-200])  # a product that is no float64
    assert factors(tails) is None
    assert factors(outer([1.0, 1e-200], [1.0, 1e-100])) is not None


def exact_sums(x: Array, h: Array) -> list[Fraction]:
    """The exact full cross-correlation of two real arrays of rank 2."""
    n, m = (a + b - 1 for a, b in zip(x.shape, h.shape, strict=True))
    sums = [Fraction(0)] * (n * m)
    signal = [(i, j, Fraction(float(v))) for (i, j), v in np.ndenumerate(x)]
    taps = [(p, q, Fraction(float(v))) for (p, q), v in np.ndenumerate(h)]
    for i, j, a in signal:
        for p, q, b in taps:
            sums[(i - p + h.shape[0] - 1) * m + j - q + h.shape[1] - 1] += a * b
    return sums


def ratio(y: Array, right: list[Fraction], bound: Array) -> float:
    """The largest error as a part of its bound."""
    errors = [abs(Fraction(float(v)) - r) for v, r in zip(y.ravel(), right, strict=True)]
    return max(
        float(e / Fraction(float(b))) if b else float(e > 0) * 9 for e, b in zip(errors, bound.ravel(), strict=True)
    )


KERNELS: dict[str, Any] = {
    "gauss": lambda rng: outer(np.exp(-(np.linspace(-2, 2, 5) ** 2)), np.exp(-(np.linspace(-3, 3, 18) ** 2))),
    "signs": lambda rng: outer(rng.standard_normal(4), rng.standard_normal(7)),
    "box": lambda rng: outer(np.full(13, 0.1), np.full(40, 0.7)),
    "off": lambda rng: nudged(outer(rng.uniform(1, 2, 3), rng.uniform(1, 2, 5)), 700),
}


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("kind", KERNELS)
@pytest.mark.parametrize("data", ["normal", "wide", "subnormal", "large"])
def test_every_error_is_within_its_bound(kind: str, dtype: str, data: str) -> None:
    rng = np.random.default_rng(8)
    info = np.finfo(dtype)
    x = rng.standard_normal((7, 9)) * (10.0 ** rng.uniform(-8, 8, (7, 9)) if data == "wide" else 1)
    x = x * {"subnormal": 8 * float(info.smallest_subnormal), "large": float(info.max) / 1024}.get(data, 1.0)
    x, h = x.astype(dtype), KERNELS[kind](rng).astype(dtype)
    words: dict[str, Any] = {"operator": "cross-correlation", "size": "full", "engine": "separable"}
    y, bound = tw.apply(x, h, **words), tw.error_bound(x, h, **words)
    assert y.dtype == dtype
    assert np.isfinite(bound).all()
    worst = ratio(y, exact_sums(x, h), bound)
    assert worst <= 1
    if data == "normal":
        assert worst > 1e-3, "a bound that is not loose"
        nothing = np.full(bound.shape, float(info.eps) * 1e-3)
        assert ratio(y, exact_sums(x, h), nothing) > 1, "the checker sees errors"


def test_what_the_kernel_itself_lost_is_in_the_bound() -> None:
    """Taps a thousand units off, named: the error is that of another kernel, and the bound knows."""
    x, h = np.ones((9, 11)), nudged(outer([1.0, 2, 3], [1.0, 1 / 3, 1 / 7]), 2000)
    words: dict[str, Any] = {"operator": "cross-correlation", "size": "full", "engine": "separable"}
    y, bound = tw.apply(x, h, **words), tw.error_bound(x, h, **words)
    right = exact_sums(x, h)
    assert ratio(y, right, bound) <= 1
    direct = tw.error_bound(x, h, **{**words, "engine": "direct"})
    assert ratio(y, right, direct) > 1, "direct sums would be nearer"


@pytest.mark.parametrize("spoiler", [np.nan, np.inf, -np.inf, 1e30])
@pytest.mark.parametrize("taps", ["gauss", "box"])
def test_what_is_not_finite_spoils_its_own_windows_alone(spoiler: float, taps: str) -> None:
    rng = np.random.default_rng(9)
    x = rng.standard_normal((90, 110)).astype(np.float32)
    part = np.ones(35) / 35 if taps == "box" else np.exp(-(np.linspace(-2, 2, 35) ** 2))
    h = outer(part, part).astype(np.float32)
    clean = filtered(x, h, size="same")
    x[40, 50] = spoiler
    y = filtered(x, h, size="same")
    far = np.ones(x.shape, bool)
    far[40 - 17 : 40 + 18, 50 - 17 : 50 + 18] = False
    assert np.array_equal(y[far], clean[far])
    if not np.isfinite(spoiler):
        assert not np.isfinite(y[~far]).any()


def results() -> list[Any]:
    made: list[Any] = []
    rng = np.random.default_rng(10)
    for dtype in ("float32", "float64", "complex64"):
        for shape, parts, words in (
            ((300, 411), ((5,), (4,)), {"size": "same", "boundary": "reflect101"}),
            ((170, 210), ((19,), (23,)), {"size": "same", "boundary": "wrap", "stride": (2, 3), "dilation": (1, 2)}),
            ((200, 90, 3), ((3,), (17,)), {"size": "same", "boundary": "edge", "axes": (0, 1)}),
            ((20, 31, 142), ((3,), (4,), (35,)), {"size": "same-lower", "boundary": "symmetric"}),
            ((150, 260), (40, 50), {"size": "same", "boundary": "edge"}),
        ):
            h = outer(*(rng.uniform(0.5, 1, p) if isinstance(p, tuple) else np.full(p, 0.3) for p in parts))
            x = rng.standard_normal(shape)
            x = x + 1j * rng.standard_normal(shape) if dtype == "complex64" else x
            real = h.astype("float32" if dtype == "complex64" else dtype)
            made.append(filtered(x.astype(dtype), real, **words))
    return made


def digest() -> str:
    import hashlib

    return hashlib.sha256(b"".join(np.ascontiguousarray(y).tobytes() for y in results())).hexdigest()


def test_threads_and_blocks_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    before, whole = tw.threads(), results()
    try:
        for count in (1, 5):
            tw.set_threads(count)
            assert all(map(same_bits, results(), whole))
    finally:
        tw.set_threads(before)
    monkeypatch.setattr(sys.modules["tapwise.engines.separable"], "BLOCK", 100_000)
    assert all(map(same_bits, results(), whole))


def test_instruction_sets_with_multiply_add_change_no_bit() -> None:
    code = "from tests.engines.test_separable import digest; from tapwise.engines import native; "
    code += "print(native.instruction_set(), digest())"
    told = [in_a_process(code, TAPWISE_ISA=isa).split() for isa in ("v4", "v3")]
    if native.instruction_set() == "v4":
        assert [isa for isa, _ in told] == ["v4", "v3"]
    assert told[0][1] == told[1][1]


def test_the_choice_takes_it_where_it_is_faster() -> None:
    h = outer(np.ones(15), np.arange(1.0, 16)).astype(np.float32)
    x = np.ones((480, 1024), np.float32)
    choice = tw.choose(x, h, operator="convolution")
    assert choice.engine == "separable"
    assert choice.reason.endswith(" times as fast as direct")
    assert choice.milliseconds["separable"] < choice.milliseconds["direct"]
    assert tw.choose(x, h, operator="convolution", accuracy="elementwise").engine == "separable"
    assert tw.choose(x[:9, :9], h[:3, :3], operator="convolution").engine == "direct"
