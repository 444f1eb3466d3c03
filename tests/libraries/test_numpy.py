"""NumPy through its adapter; the entries themselves are compared in tests/peers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from tapwise import libraries
from tests.libraries.agree import agree, caught
from tests.peers.same import same, whole_numbers

X, H = np.array([2, 1, 3, 5, 4]), np.array([1, 2, 0, -1])
MODES = ["full", "same", "valid"]


@pytest.mark.parametrize("mode", MODES)
def test_the_adapter_calls_the_function(mode: Any) -> None:
    same(libraries.call("numpy.convolve", X, H, mode=mode), np.convolve(X, H, mode))
    same(libraries.call("numpy.correlate", X, H, mode=mode), np.correlate(X, H, mode))


@pytest.mark.parametrize("name", ["numpy.convolve", "numpy.correlate"])
def test_equal(name: str) -> None:
    rng = np.random.default_rng(1)
    for n, k, mode, dtype in itertools.product(range(1, 6), range(1, 7), MODES, ["int16", "complex128"]):
        assert agree(name, whole_numbers(rng, n, dtype), whole_numbers(rng, k, dtype), mode=mode)
    assert agree(name, X, H)


@pytest.mark.parametrize(
    "change", [{"operator": "cross-correlation"}, {"anchor": "high"}, {"boundary": "edge"}], ids=str
)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    caught(monkeypatch, "numpy.convolve", lambda: same(agree("numpy.convolve", X, H, mode="same"), True), **change)
