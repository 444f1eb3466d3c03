"""Large transforms: exact wherever ends meet, in the number type that the samples are fit for, within their bound."""

from __future__ import annotations

import random
import tracemalloc
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.convention import Boundary, Convention
from tapwise.engines import Case, large, native, tiles
from tapwise.engines.case import Block
from tapwise.engines.reference import reference
from tapwise.engines.sizes import sizes, spreads
from tapwise.engines.spans import Span, held, reach, whole
from tapwise.geometry import AxisPlan, Plan, forward
from tests.needs import compiled

Array = np.ndarray[Any, np.dtype[Any]]
ZERO = Boundary.parse("zero")[0]


def drawn_axis(rng: random.Random, longest: int) -> AxisPlan:
    rules = ["zero", "zero", "zero", "constant(5)", "edge", "wrap", "reflect101"]
    sides = (Boundary.parse(rng.choice(rules))[0] for _ in range(2))
    u = rng.choice([1, 1, 1, 2, 3])
    s, d = (rng.choice([-3, -2, -1, 1, 1, 2]) for _ in range(2))
    n, k, m = (rng.randint(1, longest) for _ in range(3))
    return AxisPlan(n, k, m, u, s, rng.randint(-40, 40), d, *(sides if u == 1 else (ZERO, ZERO)))


def numbers(case: Case, seed: int) -> Array:
    values = np.random.default_rng(seed).integers(-9, 10, (2, *case.batch, *case.plan.input_shape))
    return np.asarray(values[0] + 1j * values[1] if case.signal.kind == "c" else values[0]).astype(case.signal)


def drawn_case(rng: random.Random, number: int) -> Case:
    ndim = rng.choice([1, 1, 2, 2, 3])
    plan = Plan(tuple(drawn_axis(rng, (60, 12, 6)[ndim - 1]) for _ in range(ndim)), (None,) * ndim)
    dtype = np.dtype(["float32", "float64", "complex64", "complex128", "longdouble"][number % 5])
    h = np.random.default_rng(-number % 997).integers(-9, 10, (2, *plan.kernel_shape))
    kernel = (h[0] + 1j * h[1] if dtype.kind == "c" else h[0]).astype(dtype)
    return Case(plan, kernel, (2, 3)[: rng.randint(0, 2)], dtype, dtype, conjugate_signal=rng.random() < 0.5)


def everything(case: Case) -> Block:
    return Block(tuple(slice(0, n) for n in case.batch), tuple((0, axis.m) for axis in case.plan.axes))


def transformed(case: Case, x: Array) -> Array:
    y, left = large.Large(case, cautious=False).compute(x, everything(case), None)
    assert not left
    return np.asarray(np.rint(y.real) + 1j * np.rint(y.imag) if case.work.kind == "c" else np.rint(y))


def test_whole_numbers_are_exact_wherever_ends_meet() -> None:
    """All outputs in one transform, as short as it may be: any boundary, spread, stride, dilation, offset, batch."""
    rng, seen, caught = random.Random(3), 0, 0
    for number in range(400):
        case = drawn_case(rng, number)
        x, right = numbers(case, number), None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(large, "lengths_of", lambda c: tuple(whole(axis) for axis in c.plan.axes))
            right = reference.worker(case)(x, everything(case), None)
            assert np.array_equal(transformed(case, x), right), case
            seen += any(Span.of(axis, 0, axis.m).skipped for axis in case.plan.axes)
            # The twin: where it is one shorter, what wraps around shows, unless it is 0.
            patch.setattr(large, "lengths_of", lambda c: tuple(max(whole(a) - 1, reach(a)) for a in c.plan.axes))
            caught += not np.array_equal(transformed(case, x), right)
    assert seen > 150
    assert caught > 250


def test_ends_meet_in_fewer_elements() -> None:
    """n + K - 1 for all sums, and half of the taps less for as many outputs as samples."""

    def lengths(size: str, boundary: str = "zero") -> list[int]:
        meant = Convention.of(operator="convolution", size=size, boundary=boundary)
        return [whole(axis) for axis in forward(meant, (512, 1000), (511, 700)).axes]

    assert lengths("full") == [512 + 510, 1000 + 699]
    assert lengths("same") == [512 + 255, 1000 + 350]
    assert lengths("same", "edge") == [512 + 510, 1000 + 699]
    assert [large._smooth(n) for n in (1, 7, 767, 1023, 1350, 1699, 131_073)] == [1, 8, 768, 1024, 1350, 1728, 131_220]
    axis = AxisPlan(1000, 30, 1000, 1, 1, -15, 1, ZERO, ZERO)
    assert [held(axis, n) for n in (30, 100, whole(axis) - 1, whole(axis))] == [1, 71, whole(axis) - 30, 1000]


def case_of(x: Array, h: Array, size: str = "full") -> Case:
    plan = forward(Convention.of(operator="convolution", size=size, boundary="zero"), x.shape, h.shape)
    work = np.result_type(x, h)
    return Case(plan, h.astype(work), (), x.dtype, work)


@pytest.mark.parametrize("dtype", ["float32", "complex64"])
def test_single_precision_where_it_is_fit(dtype: str) -> None:
    rng = np.random.default_rng(5)
    x, h = rng.standard_normal(300).astype(dtype), rng.standard_normal(80).astype(dtype)
    case = case_of(x, h)
    block = everything(case)

    def letters(x: Array, h: Array = h, *, cautious: bool = True) -> list[str]:
        made = large.Large(replace(case, kernel=h), cautious=cautious)
        made.compute(x, block, None)
        return list(made.spectra)

    spiked, spoilt, small = x.copy(), x.copy(), np.full_like(x, 1e-42)
    spiked[7] = 1e4
    spoilt[7] = np.inf
    assert letters(x) == ["f"]
    assert letters(spiked) == ["d"]
    assert letters(small) == letters(x, h * np.float32(1e37)) == ["d"]
    assert letters(spoilt) == []
    spiked[7] = 1e9
    assert letters(spiked) == []
    assert letters(spiked, cautious=False) == ["d"]


def exact(x: Array, h: Array) -> list[Fraction]:
    y = [Fraction(0)] * (len(x) + len(h) - 1)
    samples, taps = ([Fraction(float(v)) for v in values] for values in (x, h))
    for i, sample in enumerate(samples):
        for t, tap in enumerate(taps):
            y[i + t] += sample * tap
    return y


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_bound_holds_against_exact_sums(dtype: str) -> None:
    """For lengths with all the radices that are used, and data of one sign, of alternating ones, of many sizes."""
    rng, nearest = np.random.default_rng(2), 0.0
    for n, k in [(200, 57), (243, 13), (400, 86), (375, 251), (512, 129)]:
        for values in (np.ones, lambda n: (-1.0) ** np.arange(n) * 0.3, rng.standard_normal,
                       lambda n: rng.standard_normal(n) * 2.0 ** rng.integers(-5, 5, n)):  # fmt: skip
            x, h = (0.1 * values(length).astype(dtype) for length in (n, k))
            case = case_of(x.astype(dtype), h.astype(dtype))
            made = large.Large(case, cautious=True)
            y, left = made.compute(x.astype(dtype), everything(case), None)
            bounds, unbound = made.bounds(x.astype(dtype), everything(case))
            assert not left
            assert not unbound
            assert list(made.spectra) == ["f" if dtype == "float32" else "d"]
            right = exact(x.astype(dtype), h.astype(dtype))
            far = np.array([abs(float(Fraction(float(a)) - b)) for a, b in zip(y, right, strict=True)])
            assert (far <= bounds).all()
            nearest = max(nearest, float((far / bounds).max()))
    assert 1e-3 < nearest < 0.5, "the bound says something, and leaves the margin that its constant was given"


@pytest.mark.parametrize(("shape", "taps", "dtype"), [
    ((200_000,), (150_000,), "float32"), ((400, 300), (399, 150), "float32"), ((50, 60, 70), (50, 30, 70), "float64"),
    ((500, 400), (300, 301), "complex64"),
])  # fmt: skip
def test_the_predicted_memory_is_what_is_taken(shape: tuple[int, ...], taps: tuple[int, ...], dtype: str) -> None:
    x, h = (np.random.default_rng(k).standard_normal(n).astype(dtype) for k, n in enumerate((shape, taps)))
    case, spiked = case_of(x, h, "same"), x.copy()
    spiked.flat[0] = 1e4  # what follows is transformed in double
    large.Large(case, cautious=True).compute(x, everything(case), None)  # what is imported and kept comes first
    tracemalloc.start()
    try:
        made = large.Large(case, cautious=True)
        for signal in (x, spiked):
            assert made.compute(signal, everything(case), None)[0].shape == shape
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert taken < large.memory(case) < 2.5 * taken


def test_threads_change_no_bit() -> None:
    x, h = (np.random.default_rng(k).standard_normal((90, 80 + k)).astype(np.float32) for k in range(2))
    case, before, made = case_of(x, h), tw.threads(), set()
    try:
        for count in (1, 2, 3) if native else (1,):
            tw.set_threads(count)
            made.add(large.Large(case, cautious=True).compute(x, everything(case), None)[0].tobytes())
    finally:
        tw.set_threads(before)
    assert len(made) == 1


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "longdouble", "int16"])
def test_norms_of_numbers_of_all_sizes(dtype: str) -> None:
    """Against exact sums of squares, for lengths around those of the chunks."""
    rng = np.random.default_rng(1)
    for count, scale in [(1, 1), (1023, 1), (1024, 1e-30), (1025, 1e30), (5000, 1e-12), (3000, 1e17)]:
        values = np.asarray(rng.standard_normal((2, count)) * (1000 if dtype == "int16" else scale)).astype(dtype)
        top, norm = sizes(values, 1)
        exactly = max(sum(Fraction(float(part)) ** 2 for part in (*row.real, *row.imag)) for row in values)
        assert exactly <= Fraction(norm) ** 2 <= exactly * Fraction(1001, 1000)
        assert top == max(np.abs(values.real).max(), np.abs(values.imag).max())
    assert sizes(np.zeros((0, 5)), 1)[1] == 0.0
    assert np.isnan(sizes(np.array([1.0, np.nan, -3]), 1)[1])
    assert sizes(np.array([1.0, -np.inf]), 1)[1] == np.inf


def test_half_of_the_numbers_that_are_not_0_are_small() -> None:
    x = np.zeros(100)
    x[:10] = [9, -9, 9, -9, 9, 1, -1, 1, -1, 1]
    assert spreads(x, np.float64(1))
    assert spreads(np.r_[x, 1j * x], np.float64(1))
    x[5] = -2
    assert not spreads(x, np.float64(1))


def test_compiled_tiles_leave_out_zeros_of_a_boundary_too() -> None:
    compiled()
    x, h = np.ones(1 << 17, np.float32), np.ones(1 << 17, np.float32)
    full, same = case_of(x, h), case_of(x, h[:-1], "same")
    assert tiles.tiling(full) == tiles.Tiling((1 << 18,), ((1 << 18) - 1,), 1, ((1 << 17) - 1,), folded=True)
    assert tiles.tiling(same).skipped == ((1 << 16) - 1,)
    with pytest.raises(ValueError, match="a tile that skips zeros holds all outputs"):
        tiles.Tiles(same, cautious=True).compute(x, Block((), ((5, 50),)), None)
