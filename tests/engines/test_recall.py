"""Recalled calls: the bits of the general way, its errors, and nothing answered that was not asked before."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines import forget, remember, suspended
from tapwise.engines import recall as room
from tapwise.engines.direct import prepared
from tapwise.errors import ArgumentError, ArgumentTypeError, IntegerOverflow
from tests.engines.test_direct import in_a_process
from tests.needs import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Array = np.ndarray[Any, np.dtype[Any]]

native = compiled()

LETTERS = "?bBhHiIlLefdFD"


@pytest.fixture(autouse=True)
def _begin_with_nothing() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def recalls(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each call from here on was recalled, as the operators see it; but for what was remembered just before."""
    seen: list[bool] = []
    new = False

    def watched(*arguments: Any) -> Any:
        nonlocal new
        y = native.recall(*arguments)
        if not new:
            seen.append(y is not None)
        new = False
        return y

    def remembered(*arguments: Any, **words: Any) -> bool:
        nonlocal new
        new = remember(*arguments, **words)
        return new

    for name in ("apply", "named"):
        monkeypatch.setattr(importlib.import_module(f"tapwise.operators.{name}"), "recalled", watched)
    monkeypatch.setattr(importlib.import_module("tapwise.operators.apply"), "remember", remembered)
    return seen


def drawn(rng: np.random.Generator, shape: tuple[int, ...], letter: str) -> Array:
    """Return numbers that round when they are summed; whole ones for whole types."""
    if letter in "FD":
        return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(letter)
    if letter in "efd":
        return rng.standard_normal(shape).astype(letter)
    return rng.integers(0, 2 if letter == "?" else 100, shape).astype(letter)


def asked(rng: np.random.Generator) -> tuple[Callable[..., Any], tuple[int, ...], tuple[int, ...], dict[str, Any]]:
    ndim = int(rng.integers(1, 4))
    words: dict[str, Any] = {
        "size": ["valid", "same", "full", "pads(2,1)"][rng.integers(4)],
        "boundary": ["zero", "edge", "symmetric", "reflect101", "wrap", "constant(3)", "zero | edge"][rng.integers(7)],
        "stride": (1, 2, 3)[rng.integers(3)],
        "dilation": (1, 2)[rng.integers(2)],
    }
    if rng.integers(3) == 0:
        words["conjugate"] = ["none", "kernel", "signal"][rng.integers(3)]
    if rng.integers(2):
        words["dtype"] = ["float64", np.float32, np.dtype(np.complex64)][rng.integers(3)]
    batch = int(rng.integers(0, 3)) if ndim < 3 else 0
    x = tuple(int(n) for n in rng.integers(7, 12, ndim + batch))
    if batch:
        words["axes"] = tuple(int(a) for a in rng.permutation(ndim + batch)[:ndim])
    h = tuple(int(k) for k in rng.integers(1, 4, ndim))
    return (tw.convolve, tw.correlate)[rng.integers(2)], x, h, words


def strided(array: Array, rng: np.random.Generator) -> Array:
    """Return the values in another layout."""
    choice = rng.integers(4)
    if choice == 1:
        return np.asfortranarray(array)
    if choice == 2:
        return array[..., ::-1].copy()[..., ::-1]
    if choice == 3:
        wide = np.zeros((*array.shape, 2), array.dtype)
        wide[..., 1] = array
        return wide[..., 1]
    return array


def compare(call: Callable[[Array, Array], Array], rng: np.random.Generator, make: Callable[[], Any]) -> int:
    """Compare recalled calls with the general way, for other data of the same kinds; return how often they differ."""
    differ, data = 0, [make() for _ in range(3)]
    call(*data[0])
    recalled = [call(*(strided(a, rng) for a in arrays)) for arrays in data]
    with suspended():
        general = [call(*arrays) for arrays in data]
    for y, expected in zip(recalled, general, strict=True):
        differ += not (y.dtype == expected.dtype and y.shape == expected.shape and y.tobytes() == expected.tobytes())
    return differ


def test_recalled_calls_have_the_bits_of_the_general_way(recalls: list[bool]) -> None:
    rng = np.random.default_rng(5)
    for _ in range(300):
        operator, x, h, words = asked(rng)
        kinds = [LETTERS[rng.integers(len(LETTERS))] for _ in range(2)]
        try:
            operator(drawn(rng, x, kinds[0]), drawn(rng, h, kinds[1]), **words)
        except tw.errors.TapwiseError:
            continue
        make = lambda: (drawn(rng, x, kinds[0]), drawn(rng, h, kinds[1]))  # noqa: B023, E731
        assert compare(lambda a, b: operator(a, b, **words), rng, make) == 0, (operator, x, h, kinds, words)  # noqa: B023
    assert 300 < sum(recalls) < len(recalls)  # most were recalled


def test_the_comparison_catches_another_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    def conjugated(*arguments: Any, **words: Any) -> Any:
        return prepared(*arguments, **{**words, "conjugate_taps": True})

    monkeypatch.setattr(room, "prepared", conjugated)
    rng = np.random.default_rng(6)

    def make() -> tuple[Array, Array]:
        return drawn(rng, (9,), "D"), drawn(rng, (3,), "D")

    tw.convolve(*make())
    assert compare(tw.convolve, rng, make) == 3


X, H = np.arange(9.0), np.array([1.0, 2.0, 4.0])


def test_what_is_recalled_and_what_is_not(recalls: list[bool]) -> None:
    convention = tw.Convention.of(operator="convolution")
    fill = np.empty(7)
    calls: list[tuple[bool, Callable[[], Any]]] = [
        (True, lambda: tw.convolve(X, H)),
        (True, lambda: tw.correlate(X, H)),
        (True, lambda: tw.convolve(X, H, out=fill)),
        (True, lambda: tw.convolve(X, H, engine="direct", boundary="edge", size="SAME".lower())),
        (True, lambda: tw.convolve(X[::-1], H[::-1])),
        (True, lambda: tw.apply(X, H, convention)),
        (True, lambda: tw.apply(X, H, like="scipy.ndimage.convolve", mode="nearest")),
        (True, lambda: tw.convolve(X.astype(int), H.astype("u1"))),
        (True, lambda: tw.convolve(X.astype("f4"), H)),
        (True, lambda: tw.convolve(SWAPPED, H)),
        (True, lambda: tw.convolve(list(X), H)),
        (False, lambda: tw.convolve(X, H, engine="numpy")),
        (True, lambda: tw.convolve(X, H, dtype="uint8", rounding="floor")),
        (False, lambda: tw.convolve(X, H, stride=np.int64(1))),
    ]
    for recalled, call in calls:
        first = call()
        recalls.clear()
        assert np.array_equal(call(), first)
        assert any(recalls) == recalled


SWAPPED = X.astype(">f8")


def test_other_types_of_equal_words_are_other_words() -> None:
    """1, True and 1.0 are equal and hash alike; only the first is a stride."""
    for stride, refused in ((1, None), (True, ArgumentTypeError), (1.0, ArgumentTypeError)):
        for _ in range(2):
            if refused is None:
                assert tw.convolve(X, H, stride=stride).shape == (7,)
                assert tw.convolve(X, H, stride=(stride,)).shape == (7,)
            else:
                for spelled in (stride, (stride,)):
                    with pytest.raises(refused):
                        tw.convolve(X, H, stride=spelled)
    assert np.signbit(tw.convolve(np.zeros(3), np.ones(1), gain=-0.0)).all()
    assert not np.signbit(tw.convolve(np.zeros(3), np.ones(1), gain=0.0)).any()


def test_errors_stay_the_same_after_a_call_that_was_remembered() -> None:
    for _ in range(2):
        tw.convolve(X, H)
        with pytest.raises(ArgumentError, match="size"):
            tw.convolve(X[:2], H)
        with pytest.raises(ArgumentError, match="is not a word"):
            tw.convolve(X, H, engine="drect")
        with pytest.raises(tw.errors.ArgumentTypeError, match="mask"):
            tw.convolve(np.ma.masked_array(X), H)


def test_a_tap_that_is_not_finite_goes_the_general_way(recalls: list[bool]) -> None:
    for bad in (np.inf, np.nan):
        taps = np.array([1.0, bad])
        with suspended():
            expected = tw.convolve(X, taps, size="same")
        tw.convolve(X, np.array([1.0, 2.0]), size="same")
        assert tw.convolve(X, taps, size="same").tobytes() == expected.tobytes()
        tw.convolve(X, np.array([1.0, 2.0]), size="same")
        assert recalls[-3:] == [False, False, True]


def test_whole_numbers_stay_exact_whatever_comes_after(recalls: list[bool]) -> None:
    h = np.array([3, -5, 7])
    for magnitude in (10, 1 << 20, 1 << 24, 1 << 40, 1 << 55, 10, 1 << 40, 1 << 59):
        x = np.array([magnitude, 1 - magnitude, magnitude + 1, -magnitude, 5])
        exact = [int(x[m + 2]) * 3 - int(x[m + 1]) * 5 + int(x[m]) * 7 for m in range(3)]
        assert tw.convolve(x, h).tolist() == exact
    assert any(recalls)
    for _ in range(2):
        with pytest.raises(IntegerOverflow):
            tw.convolve(np.array([1 << 62] * 5), h)
    lowest = np.iinfo(np.int64).min
    assert tw.convolve(np.array([lowest, 0, 0]), np.array([1, 0])).tolist() == [0, 0]
    assert tw.convolve(np.array([lowest, 0, 0]), np.array([0, 1])).tolist() == [lowest, 0]


def test_results_that_are_scaled_and_may_not_fit() -> None:
    x, h = np.arange(1, 7), np.array([1, 2])
    for _ in range(2):
        assert tw.convolve(x, h, gain=1 << 23).tolist() == [int(y) << 23 for y in np.convolve(x, h, "valid")]
        for more in (1000, 2000, 50_000):  # results below and above 2^24, where float32 is no longer exact
            exact = [int(y) * 3001 + 6 for y in np.convolve(x + more, h, "valid")]
            assert tw.convolve(x + more, h, gain=3001, offset=6).tolist() == exact
    out = np.full(5, 99, np.uint8)
    assert tw.convolve(x, h, dtype="uint8").tolist() == np.convolve(x, h, "valid").tolist()
    for _ in range(2):
        with pytest.raises(IntegerOverflow):
            tw.convolve(x * 30, h, out=out)
        assert out.tolist() == [99] * 5  # filled only when all is well
        with pytest.raises(IntegerOverflow):
            tw.convolve(x * 30, h, dtype="uint8")
    assert tw.convolve(x, h, out=out).tolist() == np.convolve(x, h, "valid").tolist()


def test_complex_taps_without_an_imaginary_part(recalls: list[bool]) -> None:
    x = X + 1j
    for taps, recalled in ((H + 0j, False), (H * 1j, True)):
        with suspended():
            expected = tw.correlate(x, taps)
        tw.correlate(x, H + 2j)
        assert tw.correlate(x, taps).tobytes() == expected.tobytes()
        assert recalls[-1] == recalled


def test_out_that_overlaps_is_read_before_it_is_written() -> None:
    x, h = np.arange(12.0), np.array([1.0, -1.0, 2.0])
    with suspended():
        expected = tw.convolve(x, h, size="same")
    tw.convolve(x, h, size="same", out=np.empty(12))
    y = x.copy()
    assert tw.convolve(y, h, size="same", out=y) is y
    assert y.tobytes() == expected.tobytes()
    room_for_both = np.zeros(15)
    room_for_both[3:] = x
    tw.convolve(room_for_both[3:], h, size="same", out=room_for_both[:12])
    assert room_for_both[:12].tobytes() == expected.tobytes()
    frozen = np.empty(12)
    frozen.flags.writeable = False
    with pytest.raises(ArgumentError, match="read-only"):
        tw.convolve(x, h, size="same", out=frozen)


def test_the_dtype_of_out_is_no_ones_else() -> None:
    for _ in range(2):
        assert tw.convolve(X, H, out=np.empty(7, np.float32)).dtype == np.float32
        assert tw.convolve(X, H).dtype == np.float64
        assert tw.convolve(X, H, out=np.empty(7, np.uint8)).dtype == np.uint8
        assert tw.convolve(X, H, out=np.empty(7)).dtype == np.float64


def test_unaligned_samples(recalls: list[bool]) -> None:
    raw = np.zeros(9 * 8 + 1, np.uint8)
    x = raw[1:].view(np.float64)
    x[:] = X
    assert tw.convolve(x, H).tolist() == tw.convolve(X, H).tolist() == tw.convolve(x, H).tolist()


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def test_many_calls_take_no_memory() -> None:
    def call() -> Array:
        y: Array = tw.convolve(X, H)
        return y

    call()
    counted = (X, H, X.dtype, "convolution", (7,), 0, call())
    before = [sys.getrefcount(thing) for thing in counted]
    start = 0
    for number in range(100_000):
        call()
        if number == 1000:
            start = resident()
    assert resident() - start < 1 << 20
    assert all(abs(sys.getrefcount(thing) - count) < 1000 for thing, count in zip(counted, before, strict=True))


def test_many_different_calls_take_no_memory() -> None:
    """The table is of a fixed size; what it lets go, it lets go wholly."""
    x = np.arange(5000.0)
    for start in range(2):
        for n in range(10, 3000):
            tw.convolve(x[:n], H)
        if not start:
            before = resident()
    assert resident() - before < 2 << 20
    dtype = np.dtype(">f8")
    held = sys.getrefcount(dtype)
    tw.convolve(np.ones(5, dtype), H)
    assert sys.getrefcount(dtype) > held
    forget()
    gc.collect()
    assert sys.getrefcount(dtype) == held


def test_threads_that_ask_alike_and_differently() -> None:
    """Calls large enough to let others run, small ones, and a table that is emptied all the while."""
    x, h = np.arange(30_000.0) % 97, np.arange(7.0)
    with suspended():
        expected = {n: tw.convolve(x[:n], h) for n in (50, 20_000, 29_000)}
    wrong: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            for n, y in expected.items():
                if tw.convolve(x[:n], h).tobytes() != y.tobytes():
                    wrong.append(n)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(300):
        forget()
        tw.convolve(x[:50], h)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


FORKS = """
import os
import numpy as np, tapwise as tw
x, h = np.arange(9.0), np.array([1.0, 2.0, 4.0])
tw.convolve(x, h)
child = os.fork()
if not child:
    os._exit(0 if tw.convolve(x, h).tolist() == np.convolve(x, h, "valid").tolist() else 1)
print(os.waitpid(child, 0)[1])
"""


def test_a_forked_child_recalls() -> None:
    assert in_a_process(FORKS) == "0"  # other libraries here have threads of their own


def test_where_the_module_was_not_built_nothing_is_recalled() -> None:
    assert room._nothing(X, H, None, "convolution") is None


def test_products_are_left_to_the_engine_for_them(recalls: list[bool]) -> None:
    """Sums that take a while are recalled, but not for taps that another engine would do as a product of factors."""
    rng = np.random.default_rng(5)
    x = rng.standard_normal((480, 1024)).astype("f4")
    factor = rng.standard_normal(9).astype("f4")
    product, other = np.outer(factor, factor), np.outer(factor, factor)
    other[4, 4] += 0.25
    assert tw.choose(x, product, operator="convolution").engine == "separable"
    assert tw.choose(x, other, operator="convolution").engine == "direct"
    tw.convolve(x, other)
    for taps, recalled in ((other, True), (product, False), (np.zeros_like(other), False)):
        recalls.clear()
        assert np.array_equal(tw.convolve(x, taps), tw.apply(x, taps, operator="convolution"))
        assert recalls[0] is recalled
    nearly = product.copy()
    nearly[0, 0] = np.nextafter(nearly[0, 0], np.float32(9))  # within what counts as a product
    assert tw.choose(x, nearly, operator="convolution").engine == "separable"
    recalls.clear()
    tw.convolve(x, nearly)
    assert recalls[0] is False
