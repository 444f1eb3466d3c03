"""Every case of the grid, once and small: its peers give tapwise's answer, and those that it is about can do it."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.cases import CASES, QUICK, Case, chosen
from benchmarks.results import add, cell_of

from tapwise.benchmarking import PEERS, compare, installed, limited
from tests.benchmarking.test_peers import NEAR
from tests.needs import needs

#: By group, who has to be among the peers on equal footing where it is installed.
WANTED = {
    "small": {"cv2"}, "1-D float": {"numpy", "scipy", "cv2", "torch", "jax", "astropy", "skimage"},
    "1-D complex": {"numpy", "scipy", "torch", "jax"}, "exact integers": {"scipy", "cv2", "jax"},
    "2-D float32": {"scipy", "cv2", "torch", "jax", "astropy", "skimage"}, "2-D complex": {"scipy", "torch", "jax"},
    "2-D float64": {"scipy", "cv2", "torch", "jax"}, "image filters": {"scipy", "cv2", "torch", "jax", "pyvips"},
    "3-D": {"scipy", "torch", "jax"}, "alike in length": {"scipy"}, "cold caches": {"scipy", "cv2"},
    "strided input": {"scipy", "cv2"},
}  # fmt: skip
#: The first case of each kind.
FIRST = list({(case.group, case.dtype, case.result): case for case in reversed(CASES)}.values())


def test_names_tell_cases_apart() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert set(QUICK) <= set(names)
    assert {case.group for case in CASES} == WANTED.keys()
    assert [case.name for case in chosen(only="complex")] == [
        "1048576 * 129 complex64", "480×1024 * 7×7 complex64",
    ]  # fmt: skip
    assert {case.group for case in chosen(quick=True)} >= WANTED.keys() - {"2-D complex"}


def test_numbers_are_the_same_every_time() -> None:
    case = CASES[0]
    assert np.array_equal(case.job().x, case.job().x)
    assert not np.array_equal(case.job().x[:3], CASES[1].job().x[:3])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(case: Case) -> None:
    job = case.job(small=True)
    assert job.x.ndim == len(case.shape)
    assert job.x.flags.c_contiguous is not case.strided
    others = [peer for peer in PEERS if case in FIRST or peer.library != "jax"]  # compiling takes long
    with limited(1):
        found = compare(job, seconds=0.0, peers=others)
    wrong = [row for row in found.rows if not row.verdict.equal and row.name not in NEAR]
    assert not wrong
    able = {peer.library for peer in others} & set(installed())
    assert {row.library for row in found.rows if row.counts} >= WANTED[case.group] & able
    cell = cell_of(case, job, 1, found, {})
    assert cell["rows"][0]["name"] == "tapwise"
    results = {"cells": [cell]}
    add(results, {**cell, "threads": 2})
    add(results, {**cell, "engine": "another"})
    assert [(c["threads"], c["engine"]) for c in results["cells"]] == [(1, "another"), (2, found.engine)]


def test_peaks_are_computed_as_said() -> None:
    needs("torch")
    from benchmarks.peaks import SIDE, peaks

    bound = {case.name: case.binds for case in CASES if case.binds}
    assert {name for name, what in bound.items() if what == "memory"} == {"2160×3840 * 3×3 float32"}
    assert {"1048576 * 101 float32", "480×1024 * 11×11 float32", "2160×3840 * 31×31 float32"} <= bound.keys()
    assert not {"1048576 * 31 float32", "1048576 * 65537 float32", "480×1024 * 9×9 float32"} & bound.keys()
    job = CASES[0].job(small=True)
    products, copies = peaks("arithmetic", job), peaks("memory", job)
    assert {peak.work for peak in products.values()} == {2 * SIDE**3}
    assert {peak.work for peak in copies.values()} == {2 * job.x.nbytes}
    for peak in (*products.values(), *copies.values()):
        first, second = peak.run(), peak.run()
        assert first is None or first is second, "into an array that is there before"
    assert peaks(None, job) == {}
