"""Memory, threads, and the state of the process around a call."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import tapwise as tw
from tapwise.engines import native
from tests.faults.everywhere import FAST, everywhere
from tests.needs import compiled


def test_a_result_beyond_memory_is_refused_at_once_with_its_size() -> None:
    message = "the result, of shape (200000, 200000) and dtype float64, would take 320000000000 bytes"
    with pytest.raises(MemoryError, match=re.escape(message)):
        tw.convolve(np.ones((1, 200_000)), np.ones((200_000, 1)), size="full")


def test_a_mirror_far_longer_than_the_image() -> None:
    y = tw.correlate(np.ones((30, 30), np.float32), np.ones((1, 70_000), np.float32), size="same", boundary="symmetric")
    assert (y == 70_000).all()


def resident() -> int:
    """KiB of memory that the process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux' account of resident memory")
def test_calls_in_a_loop_keep_no_memory() -> None:
    rng = np.random.default_rng(1)

    def calls(count: int) -> None:
        for _ in range(count):
            n = int(rng.integers(200, 300))
            for engine, _y in everywhere(np.ones((n, 90)), np.ones((3, 5)), engines=FAST, size="same", boundary="edge"):
                assert engine

    calls(40)
    before = resident()
    calls(150)
    assert resident() - before < 4096


def test_strided_signals_in_many_threads() -> None:
    x = np.random.default_rng(1).standard_normal((600, 800))[::2, ::-2]
    h = np.random.default_rng(2).standard_normal((7, 9))
    for engine in ("direct", "numpy") if native is not None else ("numpy",):
        expected = tw.correlate(x, h, engine=engine)
        with ThreadPoolExecutor(12) as pool:
            for y in pool.map(lambda _, engine=engine: tw.correlate(x, h, engine=engine), range(36)):
                assert np.array_equal(y, expected), engine


def test_gradients_have_the_same_bits_for_any_number_of_threads() -> None:
    compiled()
    rng = np.random.default_rng(3)
    x, h = rng.standard_normal((300, 410)), rng.standard_normal((5, 4))
    gy = rng.standard_normal((296, 407))
    before, found = tw.threads(), set()
    try:
        for count in (1, 2, 3, 8):
            tw.set_threads(count)
            kernel = tw.kernel_gradient(gy, x, shape=(5, 4), operator="convolution", engine="direct")
            signal = tw.input_gradient(gy, h, shape=(300, 410), operator="convolution", engine="direct")
            found.add(kernel.tobytes() + signal.tobytes())
    finally:
        tw.set_threads(before)
    assert len(found) == 1


def test_the_compiled_module_brings_no_threads_of_another_library() -> None:
    library = Path(compiled().__file__).read_bytes()
    assert b"pthread" in library
    for name in (b"libgomp", b"libomp", b"libiomp", b"GOMP_", b"__kmpc"):
        assert name not in library, name


def test_small_numbers_are_left_alone() -> None:
    """The processor's modes are its user's: subnormal numbers are numbers, before, in and after a call."""
    tiny = np.array([5e-324, 1e-310, -2e-320])
    for engine, y in everywhere(tiny, [1.0], engines=("direct", "numpy", "reference")):
        assert y.tolist() == tiny.tolist(), engine
        assert (tiny * np.float64(1)).tolist() == tiny.tolist()
    with ThreadPoolExecutor(2) as pool:
        large = np.full((500, 600), 1e-310)
        assert list(pool.map(lambda _: bool((tw.correlate(large, [[2.0]]) == 2e-310).all()), range(4))) == [True] * 4


def test_a_gradient_in_a_forked_child() -> None:
    code = """
import os, numpy as np, tapwise as tw
tw.set_threads(2)
x, gy = np.ones((400, 400)), np.ones((396, 396))
words = dict(shape=(5, 5), operator="convolution")
right = tw.kernel_gradient(gy, x, **words)
child = os.fork()
if not child:
    os._exit(0 if np.array_equal(tw.kernel_gradient(gy, x, **words), right) else 1)
print(os.waitpid(child, 0)[1])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "0"
