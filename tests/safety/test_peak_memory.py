"""Direct sums take at most 1 MiB a thread beside their arrays; measured as the process' largest resident memory."""

from __future__ import annotations

import subprocess
import sys
from math import prod

import numpy as np
import pytest

from tests.needs import compiled
from tests.safety.peak import CASES

compiled()
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux' account of resident memory")

KIB_A_THREAD = 1024


def peak(*words: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.safety.peak", *words], capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


def copies_of_the_kernel(case: str) -> float:
    """KiB of the taps in the types that they are converted to, one after the other: at most two of float64."""
    _, taps, dtype, _ = CASES[case]
    return prod(taps) * (16 if np.dtype(dtype).kind == "c" else 8) * 2 / 1024


@pytest.mark.parametrize("case", CASES)
def test_direct_sums_take_little_memory(case: str) -> None:
    for threads in (1, 2) if case in ("photo", "wide volume") else (2,):
        assert peak("direct", str(threads), case) <= threads * KIB_A_THREAD + copies_of_the_kernel(case), threads


@pytest.mark.parametrize("case", ["signal", "photo of bytes", "volume"])
def test_a_copy_of_the_signal_would_be_seen(case: str) -> None:
    """The twin."""
    assert peak("direct", "2", case, "copy") > 2 * KIB_A_THREAD + copies_of_the_kernel(case)
