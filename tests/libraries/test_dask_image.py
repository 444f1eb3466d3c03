"""dask-image's two, on one chunk and on many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tests.libraries.agree import agree, agree_often, caught, shapes
from tests.needs import needs
from tests.peers.same import same, whole_numbers

ndfilters, da = needs("dask_image.ndfilters"), needs("dask.array")
MODES = ["reflect", "mirror", "nearest", "wrap", "constant"]
Options = dict[str, Any]


def draw(rng: np.random.Generator, x: Any, h: Any, mode: str) -> Options:
    origin = tuple(int(rng.integers(-(k // 2), (k + 1) // 2)) for k in h.shape)
    return {"mode": mode, "cval": float(rng.choice([0, 3])), "origin": origin}


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", MODES)
def test_equal(name: str, mode: str) -> None:
    agree_often(f"dask_image.ndfilters.{name}", [*shapes(1, 6), *shapes(2, 6)], ["uint8", "float64", "complex128"],
                lambda rng, x, h: draw(rng, x, h, mode), least=10)  # fmt: skip


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", MODES)
def test_equal_in_many_chunks(name: str, mode: str) -> None:
    rng = np.random.default_rng(1)
    x, h = whole_numbers(rng, (12, 15), "float64"), whole_numbers(rng, (4, 3), "float64")
    for origin in (0, (1, -1)):
        theirs = getattr(ndfilters, name)(da.from_array(x, chunks=(5, 4)), h, mode=mode, origin=origin)
        same(tw.apply(x, h, like=f"dask_image.ndfilters.{name}", mode=mode, origin=origin), theirs.compute())


WRONG: list[Options] = [{"operator": "cross-correlation"}, {"anchor": "low"}, {"boundary": "edge"}]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: Options) -> None:
    x, h = np.arange(8.0) ** 2 % 11, np.array([1.0, 2, 0, 7])
    name = "dask_image.ndfilters.convolve"
    caught(monkeypatch, name, lambda: same(agree(name, x, h), True), **change)
