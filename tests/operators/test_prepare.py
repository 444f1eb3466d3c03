"""Prepared operators: what `apply` gives, for any signal of the shape and dtype, and what they say of themselves."""

from __future__ import annotations

import importlib
import threading
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines import ENGINES, suspended
from tapwise.engines.direct import Direct
from tapwise.engines.fourier import Fourier
from tapwise.errors import ArgumentError, ArgumentTypeError, EngineError, IntegerOverflow, ShapeError
from tests.needs import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray[Any, np.dtype[Any]]

#: The room: its name in the package is the function's.
room = importlib.import_module("tapwise.operators.prepare")

DTYPES = ["bool", "uint8", "int16", "int64", "uint64", "float16", "float32", "float64", "complex64", ">f4", "object"]


def drawn(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    kind = np.dtype(dtype).kind
    if kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if kind in "iuO":
        return rng.integers(0, 100, shape).astype(dtype)
    x = rng.standard_normal(shape)
    return (x + 1j * rng.standard_normal(shape) if kind == "c" else x).astype(dtype)


def differ(prepared: Any, x: Array, h: Array, words: dict[str, Any]) -> bool:
    """Return whether the prepared operator gives other bits than `apply` by the same engine."""
    with suspended():
        expected = tw.apply(x, h, **words)
    y = prepared(x)
    return not (y.dtype == expected.dtype and y.shape == expected.shape and y.tolist() == expected.tolist())


@pytest.mark.parametrize("dtype", DTYPES)
def test_it_gives_what_apply_gives(dtype: str) -> None:
    rng = np.random.default_rng(3)
    for shape, taps, words in (
        ((50,), (5,), {"operator": "convolution"}),
        (
            (50,),
            (4,),
            {"operator": "cross-correlation", "size": "same", "boundary": "reflect101", "conjugate": "kernel"},
        ),
        ((9, 11), (2, 3), {"operator": "convolution", "size": "full", "stride": (2, 1), "boundary": "edge"}),
        ((9, 11, 3), (2, 3), {"operator": "convolution", "axes": (1, 0)}),
        ((12,), (3,), {"operator": "cross-correlation", "direction": "transposed", "stride": 2}),
        ((12,), (3,), {"like": "scipy.ndimage.correlate", "mode": "mirror"}),
        ((12,), (3,), {"operator": "convolution", "dtype": "complex128", "gain": 2, "engine": "numpy"}),
    ):
        if dtype == "object" and "like" in words:
            continue
        h = drawn(rng, taps, "float64" if np.dtype(dtype).kind in "fc" else dtype)
        p = tw.prepare(drawn(rng, shape, dtype), h, **words)
        for _ in range(3):
            x = drawn(rng, shape, dtype)
            assert not differ(p, x, h, words)
        assert p.output_shape == p(x).shape
        assert p.dtype == p(x).dtype
        out = np.empty(p.output_shape, p.dtype)
        assert p(x, out=out) is out
        assert out.tolist() == p(x).tolist()


def test_the_comparison_catches_another_kernel() -> None:
    x, h = np.arange(9.0), np.array([1.0, 2.0, 4.0])
    assert differ(tw.prepare(x, h[::-1], operator="convolution"), x, h, {"operator": "convolution"})


def test_the_kernel_is_kept() -> None:
    x, h = np.arange(9.0), np.array([1.0, 2.0, 4.0])
    p = tw.prepare(x, h, operator="convolution")
    expected = np.convolve(x, h, "valid").tolist()
    h[:] = np.nan
    assert p(x).tolist() == p(x).tolist() == expected


def test_whole_numbers_of_another_size_are_settled_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Direct.worker
    h = np.array([3, -5, 7])
    p = tw.prepare(np.ones(5, np.int64), h, operator="convolution")
    for magnitude in (10, 1 << 24, 1 << 40, 1 << 55, 1 << 60, 10):
        x = np.array([magnitude, 1 - magnitude, magnitude + 1, -magnitude, 5])
        exact = [int(x[m + 2]) * 3 - int(x[m + 1]) * 5 + int(x[m]) * 7 for m in range(3)]
        if all(abs(y) < 1 << 63 for y in exact):
            assert p(x).tolist() == exact
        else:
            with pytest.raises(IntegerOverflow):
                p(x)
    made: list[str] = []

    def worker(self: Direct, case: Any) -> Any:
        made.append(self.name)
        return right(self, case)

    monkeypatch.setattr(Direct, "worker", worker)
    with suspended():
        for magnitude in (1 << 30, 1 << 20, 1 << 30, 5):
            assert p(np.full(5, magnitude)).tolist() == [5 * magnitude] * 3
    assert len(made) <= 1
    named = tw.prepare(np.ones(5, np.int64), h, operator="convolution", engine="direct")
    assert named(np.full(5, 1 << 40)).tolist() == [5 << 40] * 3
    with pytest.raises(EngineError, match="it has no products"):
        named(np.full(5, 1 << 60))


def test_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine makes what it needs of the kernel when it is prepared, and not again."""
    made: list[str] = []
    for engine in ENGINES.values():
        right = type(engine).worker

        def worker(self: Any, case: Any, right: Any = right, **words: Any) -> Any:
            made.append(self.name)
            return right(self, case, **words)

        monkeypatch.setattr(type(engine), "worker", worker)
    rng = np.random.default_rng(1)
    for name in ("direct", "numpy", "fourier"):
        made.clear()
        p = tw.prepare(np.empty(500), rng.standard_normal(20), operator="convolution", engine=name)
        with suspended():
            for _ in range(3):
                p(rng.standard_normal(500))
        assert made == [name]


@pytest.mark.parametrize("engine", ["auto", "direct", "numpy", "fourier"])
def test_a_spoilt_tile_goes_to_the_sums_unless_the_transform_was_named(engine: str) -> None:
    x, h = np.ones(20_000), np.ones(2_000)
    p = tw.prepare(x, h, operator="convolution", engine=engine)
    spoilt = x.copy()
    spoilt[0] = np.inf
    if engine == "fourier":
        with pytest.raises(EngineError, match="NaN or an infinity"):
            p(spoilt)
    else:
        assert p(spoilt)[-1] == 2_000


def faster(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the clock say that an engine is the fastest."""

    def interleaved(calls: dict[str, Callable[[], object]], _: float) -> dict[str, list[float]]:
        for call in calls.values():
            call()
        return {other: [0.001, 0.002, 0.009] if other == name else [0.004, 0.005, 0.006] for other in calls}

    monkeypatch.setattr(room, "interleaved", interleaved)


def test_the_measured_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    x, h = np.ones(20_000), np.ones(200)
    monkeypatch.setattr(room, "HOPELESS", 1e9)
    for name in ("fourier", "numpy"):
        faster(monkeypatch, name)
        p = tw.prepare(x, h, operator="convolution", measure=True)
        assert p.engine == name
        assert p.measured[name] == 2.0
        assert p.reason.startswith("measured 2 ms, the fastest: ")
        assert "numpy 5 ms" in p.reason or name == "numpy"
        assert np.abs(p(x) - 200.0).max() <= p.bound(x).max()
    faster(monkeypatch, "fourier")
    p = tw.prepare(x, h, operator="convolution", measure=True, accuracy="elementwise")
    assert "fourier" not in {p.engine, *p.measured}
    p = tw.prepare(x, h, operator="convolution", measure=True, engine="numpy")
    assert (p.engine, set(p.measured), p.reason) == ("numpy", {"numpy"}, "it was named")
    spike = x.copy()
    spike[5] = np.nan
    measured = tw.prepare(spike, h, operator="convolution", measure=True)
    assert measured.engine == "fourier"
    assert measured(spike)[6] == 200.0  # a tile that a transform would spoil is still summed


def test_measuring_takes_the_time_that_is_said() -> None:
    p = tw.prepare(np.ones(64), np.ones(3), operator="convolution", measure=True)
    assert p.engine in p.measured
    assert p.measured[p.engine] == min(p.measured.values()) > 0
    assert f"took {p.measured[p.engine]:.3g} ms" in str(p)


def test_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, engine in ENGINES.items():
        monkeypatch.setattr(type(engine), "nanoseconds", lambda _, case, name=name: len(name) * 1e4)
        monkeypatch.setattr(type(engine), "memory", lambda _, case, name=name: len(name) * 1024)
    p = tw.prepare(np.ones(8, np.float32), np.ones(3), operator="convolution", engine="numpy", accuracy="elementwise")
    told = str(p).splitlines()
    assert told[:4] == ["numpy: it was named", "  x          float32 (8,)", "  h          float64 (3,)",
                        "  result     float64 (6,)"]  # fmt: skip
    assert "  numpy      about 0.05 ms" in told
    why = "accuracy='elementwise' is asked for, and a transform's error is relative to its whole tile"
    assert f"  fourier    cannot: {why}" in told
    assert told[-2:] == ["  memory     5 KiB beside x and result", f"  error      {p.error}"]
    assert repr(p) == "<Prepared float32 (8,) by numpy: Convention.of(operator='convolution')>"
    assert (p.input_shape, p.kernel_shape, p.output_shape) == ((8,), (3,), (6,))
    assert (p.input_dtype, p.dtype) == (np.dtype("float32"), np.dtype("float64"))
    assert p.convention == tw.Convention.of(operator="convolution")
    assert set(p.milliseconds) | set(p.refused) == set(ENGINES)


def test_its_bound_is_the_operators() -> None:
    rng = np.random.default_rng(2)
    x, h = rng.standard_normal((7, 30)), rng.standard_normal(5)
    for engine in ("auto", "numpy", "fourier"):
        p = tw.prepare(x, h, operator="convolution", axes=0, engine=engine)
        assert p.bound(x).tolist() == tw.error_bound(x, h, operator="convolution", axes=0, engine=engine).tolist()
    assert not tw.prepare([1, 2], [1], operator="convolution").bound([3, 4]).any()


@pytest.mark.parametrize("engine", ["numpy", "direct", "fourier"])
def test_memory_is_about_what_is_said(engine: str) -> None:
    """Within a factor of two of what Python's allocations were, where those are what the engine takes."""
    x, h = np.ones((300, 400)), np.ones((9, 9))
    p = tw.prepare(x, h, operator="convolution", engine=engine)
    out = np.empty(p.output_shape)
    with suspended():
        p(x, out=out)
        tracemalloc.start()
        p(x, out=out)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak <= 2 * p.memory
    if engine == "numpy":  # the memory of compiled code Python does not see
        assert p.memory <= 4 * peak
    assert p.memory <= (32 << 20)


def test_errors_name_what_was_prepared_for() -> None:
    p = tw.prepare(np.ones((4, 5)), np.ones((2, 2)), operator="convolution")
    with pytest.raises(ShapeError) as caught:
        p(np.ones((5, 4)))
    assert str(caught.value) == (
        "x=shape (5, 4): this was prepared for shape (4, 5); prepare another, or write tapwise.apply"
    )
    with pytest.raises(ArgumentTypeError) as told:
        p(np.ones((4, 5), np.float32))
    assert str(told.value) == (
        "x=array of dtype float32: this was prepared for float64; write x.astype('<f8'), or prepare another"
    )
    with pytest.raises(ArgumentError, match="the result has shape"):
        p(np.ones((4, 5)), out=np.empty((4, 5)))
    with pytest.raises(ArgumentTypeError, match="must be a NumPy array"):
        p(np.ones((4, 5)), out=[1, 2])  # type: ignore[arg-type]
    with pytest.raises(ArgumentError) as exchanged:
        tw.prepare(np.ones(4), np.ones(4), operator="convolution", operands="exchanged")
    assert str(exchanged.value) == (
        "operands='exchanged': x is then the kernel, and a kernel is prepared once; exchange x and h, and write "
        "operands='as-given'"
    )
    with pytest.raises(ArgumentError, match="is not a word"):
        tw.prepare(np.ones(4), np.ones(2), operator="convolution", engine="drect")
    with pytest.raises(ArgumentTypeError, match="means size in"):
        tw.prepare(np.ones(4), np.ones(2), operator="convolution", mode="same")


def test_progress_and_overlap() -> None:
    p = tw.prepare(np.ones(10), np.ones(3), operator="convolution", size="same", engine="reference")
    told: list[tuple[int, int]] = []
    x = np.arange(10.0)
    expected = np.convolve(x, np.ones(3), "same").tolist()
    assert p(x, progress=lambda *done: told.append(done)).tolist() == expected
    assert told == [(1, 1)]
    assert p(x, out=x) is x
    assert x.tolist() == expected


def test_the_example_is_not_kept() -> None:
    tracemalloc.start()
    p = tw.prepare(np.ones(1_000_000), np.ones(3), operator="convolution")
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < 1 << 20
    assert p.input_shape == (1_000_000,)


def test_lists_and_tensors_come_back_as_they_are() -> None:
    p = tw.prepare([1, 2, 3, 4], [1, -1], operator="convolution")
    assert p([4, 2, 9, 1]).tolist() == [-2, 7, -8]
    torch = needs("torch")
    for _ in range(2):
        y = p(torch.tensor([4, 2, 9, 1]))
        assert type(y) is torch.Tensor
        assert y.tolist() == [-2, 7, -8]


def test_threads_may_share_one() -> None:
    rng = np.random.default_rng(4)
    h = rng.standard_normal(40)
    wrong: list[str] = []
    for engine in ("direct", "numpy", "fourier"):
        p = tw.prepare(np.empty((3, 4000)), h, operator="convolution", axes=1, engine=engine)
        signals = [rng.standard_normal((3, 4000)) for _ in range(4)]
        expected = [p(x).tobytes() for x in signals]

        def ask(x: Array, y: bytes, p: Any = p, engine: str = engine) -> None:
            wrong.extend(engine for _ in range(20) if p(x).tobytes() != y)

        threads = [threading.Thread(target=ask, args=pair) for pair in zip(signals, expected, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_elementwise_accuracy_is_never_transformed(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> Any:
        raise AssertionError

    monkeypatch.setattr(Fourier, "worker", never)
    tw.prepare(np.ones(100_000), np.ones(9_000), operator="convolution", accuracy="elementwise")
