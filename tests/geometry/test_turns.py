"""The three turns of one relation: each is undone by itself, and all of them meet at the same triples."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from tapwise.convention import Boundary, Convention
from tapwise.errors import ShapeError
from tapwise.geometry import AxisPlan, Plan, forward, input_turn, kernel_turn, linear
from tests.strategies import conventions

ZERO = Boundary("zero")


def small_plans() -> Iterator[Plan]:
    sizes = ["valid", "full", "same", "pads(2,-1)", "lags(-2,1)"]
    for operator, output, size in itertools.product(
        ["convolution", "cross-correlation"], ["forward", "reversed"], sizes
    ):
        for stride, dilation, spread in itertools.product([1, 2, 3], repeat=3):
            meant = Convention.of(
                operator=operator, output=output, size=size, stride=stride, dilation=dilation, spread=spread
            )
            for n, k in itertools.product([1, 4, 5], [1, 2, 3]):
                try:
                    yield forward(meant, [n], [k])
                except ShapeError:
                    continue


def test_turning_twice_gives_back_the_plan() -> None:
    count = 0
    for plan in small_plans():
        assert input_turn(input_turn(plan)) == plan
        assert kernel_turn(kernel_turn(plan)) == plan
        count += 1
    assert count > 1000


def test_the_turns_trade_the_integers_as_the_design_says() -> None:
    for plan in small_plans():
        (a,), (x,), (h,) = plan.axes, input_turn(plan).axes, kernel_turn(plan).axes
        expected = (a.s, a.u, -a.c, -a.d) if a.s > 0 else (-a.s, -a.u, a.c, a.d)
        assert (x.u, x.s, x.c, x.d) == expected
        assert (x.n, x.k, x.m) == (a.m, a.k, a.n)
        assert (h.u, h.s, h.c, h.d) == (a.u, a.d, a.c, a.s)
        assert (h.n, h.k, h.m) == (a.n, a.m, a.k)
        assert x.flipped != a.flipped if a.s > 0 else x.flipped == a.flipped


def triples(plan: Plan) -> list[tuple[int, int, int]]:
    """Every (output, tap, sample) of one axis."""
    (axis,) = plan.axes
    return sorted((o, t, i) for o, t, i in axis.pairs() if 0 <= i < axis.n)


def test_all_turns_meet_at_the_same_triples() -> None:
    for plan in small_plans():
        met = triples(plan)
        assert sorted((o, t, i) for i, t, o in triples(input_turn(plan))) == met
        assert sorted((o, t, i) for t, o, i in triples(kernel_turn(plan))) == met
        both = kernel_turn(input_turn(plan))  # solved for the kernel, with the outputs as the signal
        assert sorted((o, t, i) for t, i, o in triples(both)) == met


def test_a_turned_plan_reads_nothing_outside() -> None:
    plan = forward(Convention.of(operator="convolution", size="same", boundary="wrap"), [5], [3])
    turned = input_turn(plan)
    assert {side for axis in turned.axes for side in (axis.below, axis.above)} == {ZERO}
    assert turned.output_shape == plan.input_shape
    assert turned.unfolded_shape == (7,)
    (fold,) = turned.folds
    assert fold is not None
    assert fold.pairs() == [(0, 4), (6, 0)]


def test_a_fold_is_the_boundary_turned() -> None:
    for below, above in itertools.product(["zero", "constant(7)", "edge", "symmetric", "reflect101", "wrap"], repeat=2):
        for n, k in itertools.product([1, 2, 5], [4, 9]):
            boundary = f"{below} | {above}"
            plan = forward(Convention.of(operator="convolution", size="full", boundary=boundary), [n], [k])
            (axis,), turned = plan.axes, input_turn(plan)
            read = {i for _, _, i in axis.pairs() if not 0 <= i < n and axis.source(i) is not None}
            fold = turned.folds[0]
            lead = fold.lead if fold else 0
            assert {(e - lead, j) for e, j in (fold.pairs() if fold else [])} == {(i, axis.source(i)) for i in read}


@given(conventions(2), st.integers(1, 5), st.integers(1, 5), st.integers(1, 4), st.integers(1, 4))
def test_the_linear_part_has_no_constants(convention: Convention, n: int, m: int, k: int, j: int) -> None:
    try:
        plan = forward(convention.but(direction="forward", length=None, output_padding=0), [n, m], [k, j])
    except ShapeError:
        return
    still = linear(plan)
    for axis, same in zip(plan.axes, still.axes, strict=True):
        for side, kept in ((axis.below, same.below), (axis.above, same.above)):
            assert kept == (ZERO if side.rule == "constant" else side)
        assert list(axis.pairs()) == list(same.pairs())


def test_an_axis_says_the_same_in_every_way() -> None:
    """`input`, `pairs`, `run`, `fed`, `reach` and `window` of one axis agree."""
    for plan in small_plans():
        (axis,) = plan.axes
        pairs = list(axis.pairs())
        assert pairs == [(o, t, i) for o in range(axis.m) for t in axis.window() if (i := axis.input(o, t)) is not None]
        inside = sorted((o, t, i) for o, t, i in pairs if axis.side(i) is None)
        runs = []
        for t in range(axis.k):
            run = axis.run(t)
            outputs, inputs = range(axis.m)[run.outputs], range(axis.n)[run.inputs()]
            assert len(outputs) == len(inputs) == run.count
            runs += [(o, t, i) for o, i in zip(outputs, inputs, strict=True)]
        assert sorted(runs) == inside
        assert sorted((o, t, i) for i in range(axis.n) for o, t in axis.fed(i)) == inside
        low, high = axis.reach()
        assert all(low <= i <= high for _, _, i in pairs)


def test_a_part_of_the_outputs_is_a_part_of_the_runs() -> None:
    axis = AxisPlan(n=9, k=4, m=12, u=2, s=-3, c=20, d=-1)
    for start, stop, t in itertools.product(range(12), range(13), range(4)):
        run = axis.run(t, start, stop)
        whole = {(o, axis.input(o, t)) for o in range(start, stop)}
        wanted = {(o, i) for o, i in whole if i is not None and 0 <= i < 9}
        steps = range(run.count)
        assert {(run.output + j * run.output_step, run.input + j * run.input_step) for j in steps} == wanted
