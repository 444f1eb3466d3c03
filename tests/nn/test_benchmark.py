"""The benchmark of the layers runs, and its table is made of what it measured."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from tests.needs import needs

needs("torch")
PATH = Path(__file__).parents[2] / "benchmarks" / "layers.py"


@pytest.fixture(scope="module")
def layers() -> Any:
    spec = importlib.util.spec_from_file_location("benchmark_layers", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_runs(layers: Any) -> None:
    times = layers.measure(batch=1, rounds=2, steps=1, side=4)
    assert set(times) == set(layers.CONTENDERS)
    assert all(len(values) == 2 and min(values) > 0 for values in times.values())
    page = layers.page([layers.table(1, 2, 1, layers.summary(times))])
    assert page.startswith("# Time of a layer")
    assert all(f"| {name} |" in page for name in layers.CONTENDERS)


def test_the_numbers_of_a_table(layers: Any) -> None:
    base, slow = [1.0, 2.0, 1.0, 4.0], [1.5, 2.0, 1.5, 8.0]
    found = layers.summary({"torch": base, "ours": slow})
    assert found["torch"]["ratio"] == 1
    assert found["ours"]["ratio"] == 1.5, "the median of the ratios of each round: 1, 1.5, 1.5, 2"
    assert (found["ours"]["ratio_low"], found["ours"]["ratio_high"]) == (1, 2)
    assert found["ours"]["median"] == 1.75
