"""A thousand random conventions over the whole vocabulary, each hidden in a function, some of which take little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.probing.maker import Maker, described
from tests.probing.opaque import Opaque
from tests.probing.thousand import compare

import tapwise as tw
from tapwise.probing import probe

if TYPE_CHECKING:
    from tests.probing.hidden import Array

#: Conventions in a block, and blocks; the first is quick.
BLOCK, BLOCKS = 50, 20


@pytest.mark.parametrize("block", range(BLOCKS))
def test_each_is_found_again_or_what_is_found_is_equal_on_all_it_takes(block: int) -> None:
    for seed in range(BLOCK * block, BLOCK * (block + 1)):
        f = Maker(seed).function()
        try:
            verdict = probe(f, ndim=len(f.axes))
        except tw.probing.NotAnOperator as refused:
            pytest.fail(f"seed {seed}: {described(f)}: {str(refused)[:500]}")
        try:
            compare(f, verdict, seed)
        except AssertionError as apart:
            pytest.fail(f"seed {seed}: {described(f)}: {verdict.convention}: {str(apart)[:500]}")


def test_they_are_drawn_from_the_whole_vocabulary() -> None:
    drawn = [Maker(seed).function() for seed in range(BLOCK * BLOCKS)]
    words = [f.words() for f in drawn]
    plain: dict[str, set[Any]] = {}
    for each in words:
        for name, value in each.items():
            plain.setdefault(name, set()).update(value if isinstance(value, tuple) else [value])
    assert {size.partition("(")[0] for size in plain["size"]} == {
        "valid", "same", "full", "same-upper", "same-lower", "longest", "pads", "lags",
    }  # fmt: skip
    assert plain["operands"] == {"as-given", "exchanged", "longer-first"}
    assert plain["direction"] == {"forward", "transposed"}
    assert {1, 2, 3} <= plain["stride"] & plain["dilation"]
    assert plain["conjugate"] >= {"kernel", "signal"}
    assert plain["rounding"] == {"nearest-even", "nearest-away", "truncate", "floor"}
    assert plain["overflow"] == {"raise", "wrap", "saturate"}
    assert {len(f.axes) for f in drawn} == {1, 2, 3}
    assert sum(bool(f.limits) for f in drawn) > BLOCK * BLOCKS / 3


def test_the_comparison_catches_a_wrong_verdict() -> None:
    f = Opaque((Maker(0).axis(1, "forward", untouched=False),))
    verdict = probe(f)
    compare(f, verdict, 1)

    class Wrong:
        convention = verdict.convention.but(gain=2)

    with pytest.raises(AssertionError):
        compare(f, Wrong(), 1)  # type: ignore[arg-type]


def test_few_calls() -> None:
    calls = []
    for f, ndim in [
        (lambda x, h: np.convolve(x, h), 1), (lambda x, h: np.correlate(x, h, "same"), 1), (only_uint8, 2),
    ]:  # fmt: skip
        calls.append(probe(f, ndim=ndim).calls)
    assert calls[0] <= 100, calls
    assert calls[1] <= 100, calls
    assert calls[2] <= 500, calls


def only_uint8(x: Array, h: Array) -> Array:
    if x.dtype != np.uint8 or h.shape != (3, 3):
        raise TypeError("uint8 images and kernels of 3×3 only")
    return np.asarray(tw.correlate(x, h, size="same", boundary="edge", dtype=np.uint8, overflow="saturate"))


def test_progress_is_told_and_can_stop_the_probe() -> None:
    told: list[tuple[int, int]] = []
    verdict = probe(lambda x, h: np.convolve(x, h), progress=lambda done, expected: told.append((done, expected)))
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert all(done < expected for done, expected in told)
    assert len(told) <= verdict.calls

    def stop(done: int, expected: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        probe(lambda x, h: np.convolve(x, h), progress=stop)
