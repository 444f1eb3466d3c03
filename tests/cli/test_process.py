"""The command as a process: both ways to start it, versions, Ctrl-C, and what importing costs."""

from __future__ import annotations

import json
import re
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np


def start(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m tapwise`."""
    return subprocess.run([sys.executable, "-m", "tapwise", *words], capture_output=True, text=True, check=False)


def test_both_names_start_it() -> None:
    script = Path(sys.executable).parent / "tapwise"
    installed = subprocess.run([script, "--version"], capture_output=True, text=True, check=True).stdout
    assert start("--version").stdout == installed
    assert installed.startswith("tapwise 0.")
    assert re.search(
        r"\(engines: reference, numpy, direct \((v\d|base), \d+ threads\), separable, fourier\)", installed
    )


def test_a_leading_minus_from_a_real_shell() -> None:
    assert json.loads(start("compare", "2,1,3,5,4", "-1,2,-1", "--json").stdout)["convolution"]["y"] == [-3, 0, 3]


def test_lists() -> None:
    assert set(json.loads(start("list", "kernels", "--json").stdout)) >= {"gaussian", "sobel", "gabor"}
    assert "numpy.convolve" in start("list", "functions").stdout
    assert "d c b a | a b c d | d c b a" in start("list", "boundaries").stdout


def test_ctrl_c_stops_at_once_and_writes_nothing(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((1500, 1500)))
    np.save(tmp_path / "h.npy", np.ones((200, 200)))
    words = ["filter", str(tmp_path / "x.npy"), "-k", str(tmp_path / "h.npy"), "-o", str(tmp_path / "y.npy")]
    with subprocess.Popen(
        [sys.executable, "-m", "tapwise", *words, "--engine", "reference"], stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stopped; nothing was written" in err
    assert time.monotonic() - begin < 3  # interpreter exit included; the machine may be busy
    assert sorted(p.name for p in tmp_path.iterdir()) == ["h.npy", "x.npy"]


def test_importing_costs_little_more_than_numpy() -> None:
    """`import tapwise` takes at most 1.3 times as long as `import numpy`: medians of interleaved processes."""
    code = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    times: dict[str, list[float]] = {"numpy": [], "tapwise": []}
    for _ in range(15):
        for name, taken in times.items():
            told = subprocess.run([sys.executable, "-c", code.format(name)], capture_output=True, text=True, check=True)
            taken.append(float(told.stdout))
    ratio = statistics.median(times["tapwise"]) / statistics.median(times["numpy"])
    assert ratio < 1.3, f"import tapwise takes {ratio:.2f} times as long as import numpy"


def test_importing_brings_nothing_unasked() -> None:
    code = (
        "import sys, tapwise\n"
        "tapwise.convolve([1.0, 2.0], [1.0])\n"
        "print([m for m in ('scipy', 'torch', 'typer', 'rich', 'PIL', 'tifffile', 'soundfile') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
