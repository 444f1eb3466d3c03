"""The checkers of these tests see what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tapwise.engines.sliding import Sliding
from tests.faults.everywhere import equal, everywhere, right

if TYPE_CHECKING:
    import pytest


def test_one_wrong_number_or_shape_is_seen() -> None:
    y = right([2, 1, 3, 5, 4], [1, 2, 0], ("valid",))
    assert y.tolist() == [4, 7, 13]
    assert equal(y + 1e-6, y)
    assert not equal(y + np.array([0, 0, 1]), y)
    assert not equal(y[:, None], y)
    assert not equal(np.array([4, np.nan, 13]), y)
    assert not equal(y, y[:1])


def test_one_wrong_engine_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sliding, "worker", lambda _, case: lambda x, block, out: np.ones(case.outputs))
    agree = {engine: equal(y, [4, 7, 13]) for engine, y in everywhere([2, 1, 3, 5, 4], [1, 2, 0])}
    assert [engine for engine, fine in agree.items() if not fine] == ["numpy"]
