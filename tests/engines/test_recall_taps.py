"""Recalled transforms and products of factors: for the very taps that were seen, with the bits of the general way."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines import choice, forget, suspended, tiles
from tapwise.engines import recall as room
from tapwise.engines.inuse import current, using
from tests.engines.test_recall import _begin_with_nothing as _begin_with_nothing
from tests.engines.test_recall import drawn, resident, strided
from tests.engines.test_recall import recalls as recalls
from tests.needs import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tapwise.engines.case import Case

    Array = np.ndarray[Any, np.dtype[Any]]

native = compiled()

ENGINES = ("fourier", "separable")


@pytest.fixture
def transforms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let "auto" take transforms however small the case is: rates say that sums take long."""
    monkeypatch.setattr(choice, "FEW", 1)
    rates = current()
    slow = {name: dict.fromkeys(each, 1e6) for name, each in rates.nanoseconds.items() if name != "fourier"}
    with using(replace(rates, nanoseconds={**rates.nanoseconds, **slow})):
        yield


def outcome(call: Callable[[], Array]) -> object:
    """Return all that tells one answer from another: dtype, shape and bits, or the error."""
    try:
        y = call()
    except tw.errors.TapwiseError as error:
        return type(error), str(error)
    return y.dtype, y.shape, y.tobytes()


def differ(operator: Callable[..., Array], signals: list[Array], h: Array, words: dict[str, Any]) -> int:
    """Return how many signals are answered otherwise by a recalled call than by the general way."""
    outcome(lambda: operator(signals[0], h, **words))
    recalled = [outcome(lambda x=x: operator(x, h, **words)) for x in signals]  # type: ignore[misc]
    with suspended():
        general = [outcome(lambda x=x: operator(x, h, **words)) for x in signals]  # type: ignore[misc]
    return sum(a != b for a, b in zip(recalled, general, strict=True))


def asked(rng: np.random.Generator, engine: str) -> tuple[Callable[..., Array], list[Array], Array, dict[str, Any]]:
    ndim = int(rng.integers(1 if engine != "separable" else 2, 4))
    lengths = [int(n) for n in rng.integers(9, 30 if ndim == 3 else 60, ndim)]
    words: dict[str, Any] = {
        "engine": engine,
        "size": ["valid", "same", "full"][rng.integers(3)],
        "boundary": ["zero", "edge", "reflect101", "wrap", "constant(3)", "zero | edge"][rng.integers(6)],
        "stride": (1, 1, 2)[rng.integers(3)],
        "dilation": (1, 1, 2)[rng.integers(3)],
        "output": ["forward", "reversed"][rng.integers(2)],
    }
    if rng.integers(3) == 0 and ndim < 3:
        lengths.append(int(rng.integers(2, 4)))
        words["axes"] = tuple(int(a) for a in rng.permutation(ndim + 1)[:ndim])
    letters = "?BhilfdFD" if engine != "separable" else "?Bhilfd"
    x_letter, h_letter = letters[rng.integers(len(letters))], letters[rng.integers(len(letters))]
    factors = [drawn(rng, (int(k),), h_letter) for k in rng.integers(2, 5, ndim)]
    h = factors[0]
    for factor in factors[1:]:
        h = np.multiply.outer(h, factor).astype(h_letter)
    if x_letter in "fd" and rng.integers(3) == 0:
        words["dtype"] = "float32"
    if x_letter == "B" and h_letter in "fd":
        words |= {"dtype": "uint8", "overflow": "saturate"}
    signals = [strided(drawn(rng, tuple(lengths), x_letter), rng) for _ in range(4)]
    if x_letter in "fdFD":
        for x, spoils in zip(signals, (1, 2.0**12, 2.0**40, np.nan), strict=True):
            x[tuple(n // 2 for n in lengths)] *= spoils
    if x_letter in "il":
        signals[3] <<= 20
    operator: Callable[..., Array] = (tw.convolve, tw.correlate)[rng.integers(2)]
    return operator, signals, h, words


@pytest.mark.parametrize("engine", ENGINES)
def test_recalled_calls_have_the_bits_of_the_general_way(engine: str, recalls: list[bool]) -> None:
    rng = np.random.default_rng(7)
    for _ in range(100):
        operator, signals, h, words = asked(rng, engine)
        assert differ(operator, signals, h, words) == 0, (operator, signals[0].dtype, h, words)
    assert 150 < sum(recalls) < len(recalls)


def test_what_a_transform_leaves_out_has_the_bits_of_the_general_way(recalls: list[bool], transforms: None) -> None:
    rng = np.random.default_rng(8)
    for _ in range(100):
        operator, signals, h, words = asked(rng, "auto")
        assert differ(operator, signals, h, words) == 0, (operator, signals[0].dtype, h, words)
    assert 200 < sum(recalls) < len(recalls)


def test_the_comparison_catches_taps_that_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    def remember_for_others(words: Any, x: Array, h: Array, *rest: Any) -> None:
        native.remember(words, x, h[::-1].copy(), *rest)

    rng = np.random.default_rng(9)
    x, h = drawn(rng, (64, 64), "f"), np.outer(drawn(rng, (14,), "f"), drawn(rng, (13,), "f"))
    for engine in ENGINES:
        words: dict[str, Any] = {"engine": engine}
        with monkeypatch.context() as patch:
            patch.setattr(room, "native", SimpleNamespace(remember=remember_for_others))
            tw.convolve(x, h, **words)
        assert differ(tw.convolve, [x], h[::-1].copy(), words) == 1
        forget()
        assert differ(tw.convolve, [x], h[::-1].copy(), words) == 0


X = np.random.default_rng(1).integers(-99, 99, (40, 50)).astype("f4")
H = np.outer([1, -2, 4], [1, 3, 5, 7]).astype("f4")


def sums(h: Array) -> Array:
    y: Array = tw.convolve(X, h, engine="numpy")  # never recalled
    return y


@pytest.mark.parametrize("engine", ENGINES)
def test_changed_taps_change_the_result(engine: str, recalls: list[bool]) -> None:
    h = H.copy()
    for change in range(3):
        h[1] *= -1 if change else 1  # in the same memory
        expected = sums(h)
        recalls.clear()
        for taps in (h, h.copy(), np.asfortranarray(h), h[::-1].copy()[::-1]):  # the same values
            assert np.abs(tw.convolve(X, taps, engine=engine) - expected).max() < 0.02  # of sums below 2^17
        assert any(recalls[:2]) == (change == 2)  # as the taps were at first
        assert all(recalls[-3:])
    nothing = h.copy()
    nothing[nothing == 0] = -0.0
    nothing[0, 0] = np.nan
    if engine == "separable":
        with pytest.raises(tw.errors.EngineError):
            tw.convolve(X, nothing, engine=engine)


def test_each_kernel_of_a_bank_is_recalled(recalls: list[bool]) -> None:
    rng = np.random.default_rng(3)
    bank = [drawn(rng, (5, 5), "f") for _ in range(8)]
    first = [tw.correlate(X, h, engine="fourier") for h in bank]
    recalls.clear()
    again = [tw.correlate(X, h, engine="fourier") for h in bank]
    assert sum(recalls) >= 6  # two may have one place
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("engine", ENGINES)
def test_signals_in_any_layout(engine: str, recalls: list[bool]) -> None:
    words: dict[str, Any] = {"engine": engine, "size": "same", "boundary": "edge"}
    with suspended():
        expected = tw.convolve(X, H, **words)
    raw = np.zeros(X.nbytes + 1, np.uint8)
    unaligned = raw[1:].view("f4").reshape(X.shape)
    unaligned[...] = X
    for x in (X, X, np.asfortranarray(X), X[::-1].copy()[::-1], unaligned, X.astype(">f4"), X.astype(">f4")):
        assert tw.convolve(x, H, **words).tobytes() == expected.tobytes()
    assert sum(recalls) >= 3


@pytest.mark.parametrize("engine", ENGINES)
def test_results_in_out(engine: str) -> None:
    with suspended():
        expected = tw.convolve(X, H, engine=engine, size="same")
    y, same = np.empty_like(X), X.copy()
    for _ in range(2):
        assert tw.convolve(X, H, engine=engine, size="same", out=y) is y
        assert y.tobytes() == expected.tobytes()
        y[...] = 0
    tw.convolve(same, H, engine=engine, size="same", out=same)
    assert same.tobytes() == expected.tobytes()


@pytest.mark.parametrize("engine", ENGINES)
def test_whole_numbers_stay_exact_whatever_comes_after(engine: str, recalls: list[bool]) -> None:
    h = np.outer([3, -5, 7], [1, 2, -4])
    for magnitude in (10, 1 << 20, 1 << 24, 1 << 40, 10, 1 << 50, 1 << 56):
        x = np.array([[magnitude, 1 - magnitude, magnitude + 1, -magnitude, 5]] * 4)
        exact = [
            [sum(int(x[i + 2 - a, j + 2 - b]) * int(h[a, b]) for a in range(3) for b in range(3)) for j in range(3)]
            for i in range(2)
        ]
        assert tw.convolve(x, h, engine=engine).tolist() == exact
    assert any(recalls)


@pytest.mark.parametrize("letter", ["f", "d", "l"])
def test_a_tile_by_itself_has_the_same_bits(letter: str, recalls: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Folded, without the zeros of a boundary; and what is unfit for float32 goes through float64."""
    tiling, chosen = tiles.tiling, []

    def seen(case: Case) -> tiles.Tiling:
        chosen.append(tiling(case))
        return chosen[-1]

    monkeypatch.setattr(tiles, "tiling", seen)
    rng = np.random.default_rng(1)
    x, h = drawn(rng, (5000,), letter), drawn(rng, (4000,), letter)
    spiked, spoilt = x.copy(), x.copy()
    spiked[7] = 30_000
    spoilt[7] = np.nan if letter != "l" else 1 << 40
    assert not differ(tw.convolve, [x, spiked, spoilt, x], h, {"size": "same", "engine": "fourier"})
    assert recalls[2:7] == [True, True, False, False, True], "what is not recalled is asked for at two places"
    assert chosen[0].folded
    assert chosen[0].skipped == (2000,)


def test_other_threads_and_other_rates_choose_again(recalls: list[bool], transforms: None) -> None:
    tw.convolve(X, H + X[:3, :4])
    tw.convolve(X, H + X[:3, :4])
    assert recalls[-1]
    count = tw.threads()
    tw.set_threads(count + 1)
    recalls.clear()
    tw.convolve(X, H + X[:3, :4])
    tw.set_threads(count)
    assert not any(recalls)
    tw.convolve(X, H + X[:3, :4])
    rates = current()
    quick = dict.fromkeys(rates.nanoseconds["direct"], 1e-9)
    with using(replace(rates, nanoseconds={**rates.nanoseconds, "direct": quick})):
        recalls.clear()
        assert np.array_equal(tw.convolve(X, H + X[:3, :4]), sums(H + X[:3, :4]))  # small whole numbers
        assert not any(recalls)


def test_what_is_remembered_is_limited_and_holds_no_array() -> None:
    rng = np.random.default_rng(2)
    x = drawn(rng, (1 << 17,), "f")
    kept = []

    def many(count: int) -> None:
        for _ in range(count):
            h = drawn(rng, (1 << 15,), "f")
            tw.convolve(x, h, engine="fourier", dtype="float32")
            kept.append(weakref.ref(h))

    many(2)
    before = resident()
    many(100)  # of more than a megabyte each
    gc.collect()
    assert resident() - before < 32 << 20
    assert all(h() is None for h in kept)
