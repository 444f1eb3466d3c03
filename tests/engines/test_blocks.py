"""Blocks cover every output once, and a result does not depend on where they are cut."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines.partition import blocks, count, trailing
from tests.engines.forced import EVERY_WAY, forced


def test_blocks_cover_every_output_once() -> None:
    for shape in itertools.product([0, 1, 3, 4], [1, 2, 5], [0, 1, 7]):
        for largest in itertools.product([1, 3], [1, 2, 9], [1, 4]):
            hits = np.zeros(shape, np.int64)
            number = 0
            for block in blocks(shape, 1, largest):
                hits[block.slices] += 1
                number += 1
                assert all(b - a <= most for (a, b), most in zip(block.bounds, largest[1:], strict=True))
            assert (hits == 1).all()
            assert number == count(shape, largest)


@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 1000), (7,), (0, 3), (2, 0), (1 << 40, 1 << 30)])
@pytest.mark.parametrize("limit", [1, 6, 20, 100])
def test_trailing_blocks_are_whole_along_the_last_axes(shape: tuple[int, ...], limit: int) -> None:
    block = trailing(shape, limit)
    assert 1 <= np.prod(block, dtype=object) <= limit
    seen_cut = False
    for n, step in zip(reversed(shape), reversed(block), strict=True):
        assert not seen_cut or step <= max(limit // 2, 1)
        seen_cut = seen_cut or step < n


@EVERY_WAY
def test_the_same_numbers_wherever_blocks_are_cut(way: str) -> None:
    rng = np.random.default_rng(0)
    x, h = rng.integers(-9, 9, (11, 40, 2)), rng.integers(-9, 9, (3, 5))
    results = []
    for small in (False, True):
        with forced(way, small=small) as engine:
            results.append(tw.convolve(x, h, axes=(0, 1), size="same", boundary="wrap", stride=(1, 2), engine=engine))
    assert np.array_equal(*results)


@pytest.mark.parametrize("way", ["reference", "taps"])  # matrix products and transforms order their sums by the block
def test_the_same_bits_wherever_blocks_are_cut(way: str) -> None:
    rng = np.random.default_rng(0)
    x, h = rng.standard_normal((11, 40)), rng.standard_normal((3, 5))
    results = []
    for small in (False, True):
        with forced(way, small=small) as engine:
            results.append(tw.convolve(x, h, size="full", engine=engine).tobytes())
    assert results[0] == results[1]


@EVERY_WAY
def test_progress_is_told_to_the_end(way: str) -> None:
    told: list[tuple[int, int]] = []
    with forced(way, small=True) as engine:
        tw.convolve(np.arange(30), [1, 2, 3], engine=engine, progress=lambda done, total: told.append((done, total)))
    assert told == [(k + 1, len(told)) for k in range(len(told))]
    assert len(told) > 2


@EVERY_WAY
def test_an_error_in_progress_stops_the_call(way: str) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with forced(way, small=True) as engine, pytest.raises(KeyboardInterrupt):
        tw.convolve(np.arange(30), [1, 2, 3], engine=engine, progress=stop)
