"""`tapwise bench`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
QUICK = ("--seconds", "0.02", "--threads", "1")


def test_a_table(tapwise: Run) -> None:
    ran = tapwise("bench", "24x32", "5x5", *QUICK)
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0] == (
        "cross-correlation, 24×32 float32 with 5×5 float32, size same, boundary zero, result float32, 1 thread, "
        "warm caches"
    )
    assert lines[1].startswith("tapwise takes direct: ") or lines[1].startswith("tapwise takes numpy: ")
    rows = {line[:40].strip().split("  ")[0]: line for line in lines[4:] if line.endswith("yes")}
    assert {"tapwise", "tapwise numpy", "scipy.signal.fftconvolve", "scipy.ndimage.correlate"} <= rows.keys()
    assert " 1.00  yes" in rows["tapwise"]
    assert "nothing here does this: " in ran.out


def test_as_json_times_and_ratios_are_told(tapwise: Run) -> None:
    ran = tapwise("bench", "4096", "-1,2,-1", "--dtype", "int16", "--size", "valid", "--json", *QUICK)
    told = json.loads(ran.out)
    assert told["threads"] == 1
    assert told["title"].startswith("cross-correlation, 4096 int16 with 3 int64, size valid, result int64")
    assert told["versions"].keys() >= {"tapwise", "numpy", "scipy"}
    rows = {row["name"]: row for row in told["rows"]}
    assert rows["numpy.convolve"]["verdict"]["status"] == "same"
    seconds, ratio = rows["tapwise"]["timing"]["seconds"], rows["numpy.convolve"]["timing"]["ratio"]
    assert 0 < seconds["low"] <= seconds["high"] < 1
    assert 0 < ratio["low"] <= ratio["median"] <= ratio["high"]
    assert told["left_out"]["scipy.signal.convolve2d"] == "it takes 2 axes"


def test_a_named_kernel_for_bytes(tapwise: Run) -> None:
    ran = tapwise("bench", "24x32", "gaussian:sigma=1", "--dtype", "uint8", "--result", "uint8", "--boundary", "edge",
                  *QUICK)  # fmt: skip
    assert ran.code == 0, ran.err
    assert "24×32 uint8 with 9×9 float32, size same, boundary edge, result uint8" in ran.out
    assert "scipy.ndimage.gaussian_filter" in ran.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("24x", "3"), "error: shape='24x': is no shape; write 1000000, 480x1024 or 128x128x128"),
        (("0x4", "3x3"), "error: shape='0x4': holds nothing; write lengths of 1 and more"),
        (("24x32", "3"), "error: kernel='3': has 1 axes and the signal 2; give both as many"),
        (("24", "3", "--dtype", "float33"), "error: dtype='float33': is not a dtype to time; write float32"),
        (("24", "3", "--threads", "0"), "error: threads=0: must be at least 1"),
        (("24", "3", "--seconds", "0"), "error: seconds=0.0: must be more than 0; write 3"),
        (("4", "9", "--size", "valid"), "error: size='valid': no window fits along axis 0"),
        (("24", "3", "--boundary", "reflect"), "error: boundary='reflect': means c d c b | a b c d | c b a b"),
    ],
)
def test_errors_come_before_the_work(tapwise: Run, words: tuple[str, ...], message: str) -> None:
    ran = tapwise("bench", *words)
    assert ran.code == 2
    assert ran.err.startswith(message)
