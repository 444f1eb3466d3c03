"""Ctrl-C in a long compiled call: heard within a tenth of a second, while other threads run; nothing half written."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.needs import compiled

compiled()

#: Seconds: five times what is promised, since other processes may have the processor meanwhile. On an idle machine 0.04
#: is usual for the delay, and 0.02 for the stall.
LONGEST = 0.5


def stopped(*words: str) -> Any:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.safety.stopped", *words], capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("dtype", "ndim"), [("float32", "2"), ("complex128", "1"), ("complex64", "3"), ("uint8", "3"), ("int64", "1")]
)
def test_a_long_call_can_be_stopped(dtype: str, ndim: str) -> None:
    told = stopped("direct", dtype, ndim)
    assert told["ended"] == "stopped"
    assert told["delay"] < LONGEST
    assert told["stall"] < LONGEST, "another thread ran meanwhile"
    assert told["untouched"] == (dtype in ("uint8", "int64")), "integers that may not fit are filled in at the end"
    assert told["works"]


def test_who_does_not_listen_is_seen() -> None:
    """The twin: the whole call in one block. The interpreter is free meanwhile all the same."""
    told = stopped("direct", "float32", "1", "whole")
    assert told["ended"] == "by itself" or told["delay"] > LONGEST
    assert told["stall"] < LONGEST
