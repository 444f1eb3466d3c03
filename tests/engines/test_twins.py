"""The checker catches engines that are wrong on purpose: each fault of the field, in every way of computing."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.convention import Boundary
from tapwise.engines.direct import Direct
from tapwise.engines.fourier import Fourier
from tapwise.engines.reference import Reference
from tapwise.engines.sliding import Sliding
from tests.engines.cases import Case as Tried
from tests.engines.cases import drawn, wrong
from tests.engines.forced import EVERY_WAY, forced

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.engines import Case
    from tapwise.geometry import AxisPlan, Plan


@cache
def tried() -> list[Tried]:
    return drawn(5, 1, 200) + drawn(6, 2, 60)


def axes(case: Case, change: Callable[[AxisPlan], AxisPlan]) -> Case:
    return replace(case, plan=replace(case.plan, axes=tuple(change(axis) for axis in case.plan.axes)))


def flipped_kernel(case: Case) -> Case:
    return replace(case, kernel=np.flip(case.kernel).copy())


def dropped_last_tap(case: Case) -> Case:
    kernel = case.kernel.copy()
    kernel[..., -1] = 0
    return replace(case, kernel=kernel)


def shifted_by_one(case: Case) -> Case:
    return axes(case, lambda axis: replace(axis, c=axis.c + 1))


def wrong_order(case: Case) -> Case:
    return axes(case, lambda axis: replace(axis, s=-axis.s, c=axis.c + axis.s * (axis.m - 1)))


def boundary_taken_for_zero(case: Case) -> Case:
    return axes(case, lambda axis: replace(axis, below=Boundary("zero"), above=Boundary("zero")))


def last_sample_lost(case: Case) -> Case:
    return axes(case, lambda axis: replace(axis, n=axis.n - 1) if axis.n > 1 else axis)


def mirror_off_by_one(case: Case) -> Case:
    def other(side: Boundary) -> Boundary:
        return Boundary({"symmetric": "reflect101", "reflect101": "symmetric"}.get(side.rule, side.rule), side.value)

    return axes(case, lambda axis: replace(axis, below=other(axis.below), above=other(axis.above)))


def sides_exchanged(case: Case) -> Case:
    return axes(case, lambda axis: replace(axis, below=axis.above, above=axis.below))


def axes_exchanged(case: Case) -> Case:
    """PaddlePaddle's and tinygrad's: one axis' dilation used for the other (faults.md 47)."""
    plan: Plan = case.plan
    steps = [axis.d for axis in plan.axes][::-1]
    changed = tuple(replace(axis, d=d) for axis, d in zip(plan.axes, steps, strict=True))
    return replace(case, plan=replace(plan, axes=changed))


TWINS = [
    flipped_kernel, dropped_last_tap, shifted_by_one, wrong_order, boundary_taken_for_zero, last_sample_lost,
    mirror_off_by_one, sides_exchanged, axes_exchanged,
]  # fmt: skip


@EVERY_WAY
@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.__name__)
def test_a_wrong_engine_is_caught(twin: Callable[[Case], Case], way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for engine in (Reference, Sliding, Direct, Fourier):
        right: Any = engine.worker
        monkeypatch.setattr(engine, "worker", lambda self, case, right=right, **words: right(self, twin(case), **words))
    assert caught(way)


def caught(way: str) -> bool:
    try:
        return bool(wrong(tried(), way))
    except ValueError:  # its blocks are of the wrong shape
        return True


@EVERY_WAY
def test_a_right_engine_is_not(way: str) -> None:
    assert not caught(way)


def test_one_wrong_number_is_caught() -> None:
    case = next(case for case in tried() if case.y.size)
    last = np.arange(case.y.size) == case.y.size - 1
    for change in (case.y + last.reshape(case.y.shape), case.y[:-1]):
        assert wrong([replace(case, y=change)], "reference")


@EVERY_WAY
def test_small_blocks_are_many_blocks(way: str) -> None:
    x, h = np.arange(60).reshape(5, 12), np.ones((2, 3), np.int64)
    totals = []
    for small in (False, True):
        with forced(way, small=small) as engine:
            tw.apply(x, h, operator="convolution", engine=engine, progress=lambda _, total: totals.append(total))
    assert totals[-1] > 5


def spy(called: list[str], name: str, right: Callable[..., Any]) -> Callable[..., Any]:
    def function(*arguments: Any) -> Any:
        called.append(name)
        return right(*arguments)

    return function


def test_bands_are_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    module: Any = sys.modules["tapwise.engines.sliding"]
    for name in ("_by_taps", "_by_bands"):
        monkeypatch.setattr(module, name, spy(called, name, getattr(module, name)))
    for way in ("taps", "bands"):
        with forced(way) as engine:
            tw.apply(np.arange(9), [1, 2], operator="convolution", engine=engine)
    assert called == ["_by_taps", "_by_bands"]
