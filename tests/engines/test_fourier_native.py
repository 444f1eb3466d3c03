"""Compiled tiles: exact in whole numbers whatever their place, the same bits in any threads, guarded, and bounded."""

from __future__ import annotations

import itertools
import random
import sys
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.convention import Boundary
from tapwise.engines import Case, digits, tiles
from tapwise.engines.case import Block
from tapwise.engines.direct import direct
from tapwise.errors import EngineError
from tapwise.geometry import AxisPlan, Plan
from tests.engines.forced import forced

Array = np.ndarray[Any, np.dtype[Any]]


def drawn(dtype: str, shape: tuple[int, ...], seed: int) -> Array:
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind in "iu":
        return rng.integers(0, 100, shape).astype(dtype)
    x = rng.standard_normal(shape)
    return (x + 1j * rng.standard_normal(shape) if np.dtype(dtype).kind == "c" else x).astype(dtype)


def whole(plan: Plan, batch: tuple[int, ...] = ()) -> Block:
    return Block(tuple(slice(0, n) for n in batch), tuple((0, axis.m) for axis in plan.axes))


def of(case: Case, lengths: tuple[int, ...], kept: tuple[int, ...], *, folded: bool = False) -> tiles.Tiles:
    """The case in tiles of these lengths, each by itself if they are folded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiles, "tiling", lambda _: tiles.Tiling(lengths, kept, folded=folded))
        return tiles.Tiles(case, cautious=True)


def plan_of(rng: random.Random, ndim: int) -> Plan:
    rules = ["zero", "constant(5)", "edge", "wrap", "symmetric", "reflect101"]
    axes = tuple(
        AxisPlan(
            rng.randint(1, 90 // ndim**2),
            rng.randint(1, 12 // ndim),
            rng.randint(1, 90 // ndim**2),
            1,
            rng.choice([-3, -2, -1, 1, 1, 2, 3]),
            rng.randint(-30, 30),
            rng.choice([-3, -2, -1, 1, 1, 2, 3]),
            *(Boundary.parse(rng.choice(rules))[0] for _ in range(2)),
        )
        for _ in range(ndim)
    )
    return Plan(axes, (None,) * ndim)


DTYPES = ["?", "i1", "u1", ">i2", "u2", "i4", ">u4", "i8", "u8", "f2", ">f4", "f4", "f8", ">f8", "c8", ">c8", "c16"]


def stored(rng: random.Random, values: Array, dtype: str) -> Array:
    """Whole numbers in this type and a layout drawn at random: steps, orders of axes, reversed axes."""
    kind = np.dtype(dtype).kind
    if kind in "bu":
        values = np.abs(values) & 1 if kind == "b" else np.abs(values)
    x: Array = (values + 1j * values[..., ::-1] if kind == "c" else values).astype(dtype)
    order = rng.sample(range(x.ndim), x.ndim)
    spaced = np.zeros(tuple(2 * x.shape[a] for a in order), dtype)
    view = spaced[tuple(slice(rng.randint(0, 1), None, 2) for _ in order)].transpose(np.argsort(order))
    view = view[tuple(slice(None, None, rng.choice([1, -1])) for _ in order)]
    view[...] = x
    return view


def test_whole_numbers_are_exact_wherever_they_stand() -> None:
    """Lengths, places in a tile, strides, dilations, boundaries, types, byte orders, layouts, batches: at random."""
    rng, seen, caught = random.Random(7), set(), 0
    for number in range(1500):
        ndim = rng.choice([1, 1, 2, 2, 3])
        plan, batch = plan_of(rng, ndim), tuple(rng.randint(1, 4) for _ in range(rng.randint(0, 2)))
        dtype = DTYPES[number % len(DTYPES)]
        values = np.random.default_rng(number).integers(-9, 10, (*batch, *plan.input_shape))
        x = stored(rng, values, dtype)
        h = np.random.default_rng(-number % 997).integers(-9, 10, plan.kernel_shape)
        work = np.dtype({"b": "f8", "i": "f8", "u": "f8"}.get(x.dtype.kind, x.dtype.newbyteorder("=")))
        work = np.dtype("f4") if dtype == "f2" else work
        if work.kind == "c" or (work.char == "d" and rng.random() < 0.2 and x.dtype.kind not in "iub"):
            h = h + 1j * h[..., ::-1]
            work = np.result_type(work, np.complex64)
        integers = x.dtype.kind in "iub"
        case = Case(plan, h.astype(work), batch, x.dtype, work, conjugate_signal=rng.random() < 0.5, integers=integers,
                    bound=10_000)  # fmt: skip
        lengths, kept = [], []
        for axis in plan.axes:
            reach = abs(axis.d) * (axis.k - 1) + 1
            length = max(1 << (reach + abs(axis.s) * rng.randint(0, 9) - 1).bit_length(), 1)
            length = max(length, 16 if axis is plan.axes[-1] else 1, 256 if axis is plan.axes[-1] and ndim == 1 else 1)
            lengths.append(length)
            kept.append(rng.randint(1, (length - reach) // abs(axis.s) + 1))
        lengths[-1] *= max(256 // int(np.prod(lengths)), 1)
        if folded := work.kind != "c" and rng.random() < 0.5:
            lengths[0] *= 2
        block = whole(plan, batch)
        right = direct.worker(case)(x, block, None)
        y, left = of(case, tuple(lengths), tuple(kept), folded=folded).compute(x, block, None)
        assert not left
        assert np.array_equal(np.rint(y) if y.dtype.kind != "c" else np.rint(y.real) + 1j * np.rint(y.imag), right), (
            case
        )
        seen.add((ndim, dtype, len(batch)))
        nudged = case.kernel.copy()
        nudged.flat[0] += 1
        if number % 10 == 0:
            other = of(replace(case, kernel=nudged), tuple(lengths), tuple(kept), folded=folded)
            wrong, _ = other.compute(x, block, None)
            caught += not np.allclose(wrong, right, atol=0.5)
    assert len(seen) > 100
    assert caught > 70, "one wrong tap shows, unless nothing, or only zeros, are read through it"


WORDS: list[tuple[str, tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ("float32", (30_000,), (300,), {"size": "same", "boundary": "wrap"}),
    ("float64", (400, 311), (17, 20), {"size": "full"}),
    ("complex64", (300, 200), (9, 12), {"size": "same", "boundary": "reflect101", "stride": (2, 1)}),
    ("float32", (40, 50, 60), (5, 4, 7), {"size": "same"}),
    ("float32", (90, 64, 3), (9, 9), {"size": "same", "axes": (0, 1)}),
    ("int32", (300, 200), (20, 21), {"size": "same"}),
]


@pytest.mark.parametrize(("dtype", "shape", "taps", "words"), WORDS)
def test_threads_and_layouts_change_no_bit(
    dtype: str, shape: tuple[int, ...], taps: tuple[int, ...], words: dict[str, Any]
) -> None:
    x, h, before, made = drawn(dtype, shape, 1), drawn(dtype, taps, 2), tw.threads(), set()
    try:
        for count in (1, 2, 3):
            tw.set_threads(count)
            for layout in (x, np.asfortranarray(x), x.astype(x.dtype.newbyteorder(">")), np.repeat(x, 2, -1)[..., ::2]):
                with forced("fourier") as engine:
                    made.add(tw.convolve(layout, h, engine=engine, **words).tobytes())
    finally:
        tw.set_threads(before)
    assert len(made) == 1


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_what_a_transform_would_spoil_spoils_only_its_windows(dtype: str, value: float) -> None:
    """Outputs beside it are, to the bit, what they are without it, or direct sums."""
    x, h = drawn(dtype, (300, 400), 1), drawn(dtype, (21, 30), 2)
    clean = tw.error_bound(x, h, operator="convolution", size="same")
    with forced("fourier"), pytest.MonkeyPatch.context() as patch:
        _prefer(patch)
        before = tw.convolve(x, h, size="same")
        spoilt = x.copy()
        spoilt[100, 200] = value
        after = tw.convolve(spoilt, h, size="same")
    summed = tw.convolve(spoilt, h, size="same", engine="direct")
    touched = np.zeros(x.shape, bool)
    touched[90:111, 185:216] = True
    assert tw.choose(x, h, operator="convolution", size="same").engine in ("direct", "fourier")
    assert (touched | (np.abs(after - before) <= 4 * clean + 1e-30) | (after == summed)).all()
    assert np.isfinite(after[~touched]).all()
    assert (after == before).mean() > 0.5
    assert not np.array_equal(before, tw.convolve(x, h, size="same", engine="direct"))


def _prefer(patch: pytest.MonkeyPatch) -> None:
    """Let auto take transforms."""
    module: Any = sys.modules["tapwise.engines.fourier"]
    patch.setattr(module.Fourier, "nanoseconds", lambda *_: 1.0)
    patch.setattr(direct.__class__, "nanoseconds", lambda *_: 1e9)


def test_a_named_transform_refuses_what_is_not_finite() -> None:
    x = np.ones((100, 100))
    x[50, 50] = np.nan
    with pytest.raises(EngineError, match="x has a NaN or an infinity"):
        tw.convolve(x, np.ones((20, 20)), engine="fourier")


def test_a_spike_is_transformed_in_double() -> None:
    """float32 data whose samples spread beyond 2^8: the neighbours keep the accuracy of direct sums."""
    x, h = drawn("float32", (20_000,), 1), drawn("float32", (150,), 2)
    x[7000] = 1e6
    y, closely = tw.convolve(x, h, engine="fourier"), tw.convolve(x.astype(float), h.astype(float), engine="direct")
    touched = np.zeros(y.size, bool)
    touched[7000 - 149 : 7001] = True
    assert np.abs(y - closely)[~touched].max() < 1e-5
    bound = tw.error_bound(x, h, operator="convolution", engine="fourier")
    assert (np.abs(y - closely) <= bound).all()


def test_tiles_that_share_a_transform_do_not_drown_each_other() -> None:
    """One tile is a billion times smaller than its neighbour."""
    x, h = drawn("float64", (4000,), 1), drawn("float64", (60,), 2)
    x[1970:] *= 1e-9  # from the first sample of a tile on: tiles are fit, and differ
    case, block = _case(x, h)
    y, left = of(case, (256,), (197,)).compute(x, block, None)
    assert not left
    exact = tw.correlate(x.astype(np.longdouble), h.astype(np.longdouble), engine="reference")
    far = np.abs(y - exact).astype(float)
    assert far[2300:].max() < 1e-22
    assert far.max() < 1e-12


def _case(x: Array, h: Array, **words: Any) -> tuple[Case, Block]:
    axes = tuple(AxisPlan(n, k, n - k + 1, 1, 1, 0, 1) for n, k in zip(x.shape, h.shape, strict=True))
    plan = Plan(axes, (None,) * len(axes))
    work = np.result_type(x, h) if x.dtype.kind in "fc" else np.dtype(np.int64)
    return Case(plan, h.astype(work), (), x.dtype, work, **words), whole(plan)


LIMITS = [
    ("int64", "int64"),
    ("uint64", "uint64"),
    ("int32", "int32"),
    ("uint32", "int16"),
    ("int64", "int8"),
    ("int8", "int64"),
]


@pytest.mark.parametrize(("x_type", "h_type"), LIMITS)
def test_whole_numbers_at_their_limits(x_type: str, h_type: str) -> None:
    """Every product as large as it can be; sums beyond 64 bits wrap, as direct sums do."""
    for seed in range(3):
        rng = np.random.default_rng(seed)
        x, h = (
            np.array([info.min, info.max, info.min + 1, info.max - 1, 1], dtype)[rng.integers(5, size=count)]
            for count, dtype in ((3000, x_type), (500, h_type))
            for info in [np.iinfo(dtype)]
        )
        exact = np.array([int(v) for v in x], object)
        taps = np.array([int(v) for v in h], object)[::-1]
        places = [0, 1, 1234, 2499, 2500]
        y = tw.convolve(x, h, engine="fourier", overflow="wrap")
        for o in places:
            value = int((exact[o : o + 500] * taps).sum())
            assert (int(y[o]) - value) % (1 << 64) == 0
        assert np.array_equal(y, tw.convolve(x, h, engine="numpy", overflow="wrap"))


def test_digits_are_parted_only_where_one_bound_is_not_enough() -> None:
    for bits, pieces in ((8, 1), (16, 1), (31, 2), (62, 5)):
        x, h = np.full(5000, (1 << bits) - 1), np.full(200, (1 << bits) - 1)
        case, _ = _case(x, h, integers=True, bound=int(x[0]) * int(h[0]) * 200)
        limbs = digits.limbs(case, tiles.tiling(case).elements, tiles.C)
        assert (limbs.samples * limbs.taps == 1) == (pieces == 1)
        assert max(limbs.samples, limbs.taps) <= pieces


def exactly(x: Array, h: Array) -> list[Fraction]:
    taps = [Fraction(float(v)) for v in h]
    samples = [Fraction(float(v)) for v in x]
    return [sum((t * samples[o + k] for k, t in enumerate(taps)), Fraction(0)) for o in range(len(x) - len(h) + 1)]


def hostile(dtype: str) -> list[tuple[Array, Array]]:
    """Signals and kernels that would show a bound too small: one-sided, alternating, sparse, of many sizes."""
    rng = np.random.default_rng(0)
    n, k = 700, 40
    made = [
        (np.ones(n) * 0.1, np.ones(k) * 0.7),
        ((-1.0) ** np.arange(n) * 0.3, (-1.0) ** np.arange(k) * 0.9),
        (np.cos(np.arange(n) * 2 * np.pi * 3 / 256), np.cos(np.arange(k) * 2 * np.pi * 3 / 256)),
        (np.where(np.arange(n) % 97, 1e-3, 0.77), rng.standard_normal(k)),
        (
            rng.standard_normal(n) * 2.0 ** rng.integers(-3, 4, n),
            rng.standard_normal(k) * 2.0 ** rng.integers(-9, 9, k),
        ),
        (np.abs(rng.standard_normal(n)) + 100, np.abs(rng.standard_normal(k)) + 5),
    ]
    return [(x.astype(dtype), h.astype(dtype)) for x, h in made]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_bound_holds_against_exact_sums(dtype: str) -> None:
    nearest = 0.0
    for x, h in hostile(dtype):
        right = exactly(x, h)
        for length, folded in itertools.product((512, 1024), (False, True)):
            case, block = _case(x, h)
            transformed = of(case, (length,), (length - 39,), folded=folded)
            y, left = transformed.compute(x, block, None)
            bounds, unbound = transformed.bounds(x, block)
            assert not left
            assert not unbound
            far = np.array([abs(float(Fraction(float(a)) - b)) for a, b in zip(y, right, strict=True)])
            bounds = bounds + np.finfo(dtype).eps / 2 * np.abs(y)  # what is transformed in double is stored in float32
            assert (far <= bounds).all()
            nearest = max(nearest, float((far / bounds).max()))
            spoilt = y.astype(float)
            spoilt[300] += 2.5 * bounds[300]
            wrong = np.array([abs(float(Fraction(float(a)) - b)) for a, b in zip(spoilt, right, strict=True)])
            assert not (wrong <= bounds).all()
    assert nearest > 1e-3, "the bound says something"


def test_the_predicted_memory_is_what_is_taken() -> None:
    for shape, taps, dtype in (
        ((480, 1024), (15, 15), "f4"),
        ((100_000,), (700,), "f8"),
        ((64, 64, 64), (7, 7, 7), "f4"),
    ):
        x, h = drawn(dtype, shape, 1), drawn(dtype, taps, 2)
        case, _ = _case(x, h)
        made = tiles.Tiles(case, cautious=False)
        taken = made.compiled.bytes
        assert taken < tiles.memory(case) < 3 * taken + (4 << 20)


def test_every_length_is_planned_within_its_tile() -> None:
    for n, k, s, d in itertools.product([1, 50, 3000], [1, 7, 300], [1, 3], [1, 2]):
        axis = AxisPlan(n, k, n, 1, s, 0, d)
        for single in (False, True):
            chosen = tiles._best((axis,), 1, False, single)
            assert s * (chosen.kept[0] - 1) + d * (k - 1) + 1 <= chosen.lengths[0]
