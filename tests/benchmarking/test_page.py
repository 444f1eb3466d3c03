"""The page on results that were made up: every number in it computed again here, by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from benchmarks import summary
from benchmarks.page import page
from benchmarks.results import FORMAT, read, write

from tests.needs import needs


def _timed(name: str, ms: float, **more: Any) -> dict[str, Any]:
    return {"name": name, "median": ms / 1e3, "low": ms / 1e3, "high": ms / 1e3, "rounds": 9, **more}


def _row(name: str, ms: float, status: str = "same", difference: float = 0.0) -> dict[str, Any]:
    library = "tapwise" if name.startswith("tapwise") else name.partition(".")[0]
    return _timed(name, ms, library=library, status=status, difference=difference)


def _cell(
    case: str, group: str, shape: list[int], taps: list[int], rows: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    samples = products = 1
    for n in shape:
        samples *= n
    for k in taps:
        products *= k
    peaks = more.pop("peaks", [])
    for row in rows + peaks:  # as if the machine had been as fast in all rounds
        row |= dict.fromkeys(("ratio", "ratio_low", "ratio_high"), row["median"] / rows[0]["median"])
    return {
        "case": case, "group": group, "threads": 2, "cold": False, "samples": samples, "shape": shape, "taps": taps,
        "dtype": "float32", "result": "float32", "operator": "convolution", "size": "same", "boundary": "zero",
        "products": samples * products, "bytes": 8 * samples, "engine": "direct", "reason": "", "rows": rows,
        "left_out": {}, "peaks": peaks, "binds": None, **more,
    }  # fmt: skip


CELLS = [
    _cell("won", "2-D float32", [480, 1024], [11, 11],
          [_row("tapwise", 1.0), _row("tapwise direct", 1.0), _row("tapwise fourier", 2.0), _row("cv2.filter2D", 4.0),
           _row("pyvips.Image.conv (integer)", 0.5, "approximate", 2.0)], binds="arithmetic",
          peaks=[_timed("torch.mm", 5.0, work=10**9), _timed("numpy.matmul", 8.0, work=10**9)]),
    _cell("won by more", "2-D float32", [2048, 2048], [5, 5],
          [_row("tapwise", 2.0), _row("tapwise direct", 2.0), _row("cv2.filter2D", 18.0)]),
    _cell("lost", "1-D float", [1 << 20], [31],
          [_row("tapwise", 4.0), _row("tapwise direct", 4.0), _row("tapwise fourier", 2.0), _row("cv2.filter2D", 3.0)]),
    _cell("alike", summary.ALIKE, [4096], [4096], [_row("tapwise", 9.0), _row("scipy.signal.fftconvolve", 3.0)]),
    _cell("64", "small", [64], [3], [_row("tapwise", 0.004), _row("numpy.convolve", 0.002)]),
    _cell("4K", "2-D float32", [2160, 3840], [3, 3],
          [_row("tapwise", 4.0), _row("tapwise direct", 4.0), _row("cv2.filter2D", 5.0)], binds="memory",
          peaks=[_timed("torch.Tensor.copy_", 2.5, work=66_355_200), _timed("numpy.copyto", 2.0, work=66_355_200)],
          left_out={"torch.nn.functional.convNd": "would take about 9.0 s"}),
]  # fmt: skip
RESULTS = {
    "format": FORMAT, "processor": "A Processor", "date": "2026-01-02", "versions": {"numpy": "2.0", "tapwise": "1.0"},
    "machine": {"cores": 2, "system": "Linux", "python": "3.11", "engines": ["direct (v3, 2 threads)", "fourier"]},
    "cells": CELLS,
}  # fmt: skip


def _line(text: str, start: str) -> list[str]:
    found = re.search(rf"^\| {re.escape(start)} \| (.*) \|$", text, re.MULTILINE)
    assert found, start
    return found[1].split(" | ")


def test_numbers_of_the_page() -> None:
    text = page(RESULTS, "picture.svg")
    assert (
        "A Processor, 2 cores, Linux, Python 3.11; measured on 2026-01-02. Engines: direct (v3, 2 threads), fourier."
        in text
    )
    assert (
        "Versions: numpy 2.0, tapwise 1.0. With 2 threads it does 200 GF/s in float32 (matrix products). "
        "With 2 threads it copies 33 GB/s (read and written)." in text
    )
    # large cells: 4 times, 9 times, 0.75 times, 1.25 times
    assert _line(text, "cells of 4096 samples and more won") == [">= 95 %", "75 %", "4"]
    assert _line(text, "of them below 0.8 of the fastest peer") == ["none", "1", "4"]
    assert _line(text, "geometric mean: 2-D float32, K = 5 to 31, 480×1024 and 2048×2048") == [">= 5", "6.00", "2"]
    assert _line(text, "geometric mean: exact integers") == [">= 8", "not measured", "0"]
    loss = _line(text, "geometric mean: 1-D float32 and float64, K = 31 to 1023, 2^20 samples")
    assert loss == [">= 3", "**0.75** ▼", "1"]
    # 2·480·1024·121 operations in 1 ms, 10^9 in 5; as many bytes in 4 ms as the faster copy moves in 2
    assert _line(text, "least share of the peak of multiply-adds, direct sums") == [">= 70 %", "59 %", "1"]
    assert _line(text, "least share of copying, 4K with 3×3") == [">= 70 %", "50 %", "1"]
    assert _line(text, "a call on 64 samples with 3 taps, in calls of numpy.convolve") == ["<= 3", "2.0", "1"]
    assert _line(text, "choice within 15 % of the best engine") == [">= 95 %", "83 %", "6"]


def test_losses_and_other_results_are_shown() -> None:
    text = page(RESULTS, "picture.svg")
    assert _line(text, "lost") == ["2", "4", "direct", "`cv2.filter2D`", "3", "**0.75** ▼"]
    assert _line(text, "won") == ["2", "1", "direct", "`cv2.filter2D`", "4", "4.00"]
    apart = text[text.index("## Shown apart") : text.index("## The choice")]
    assert _line(apart, "won") == ["2", "`pyvips.Image.conv (integer)`", "0.5", "**0.50** ▼", "approximate", "2"]
    choice = text[text.index("## The choice") :]
    assert "In 5 of 6 cells" in choice
    assert _line(choice, "lost") == ["2", "direct", "fourier", "2.00"]
    assert "`torch.nn.functional.convNd` in 1 of the cells" in text


def test_approximate_peers_are_never_the_one_to_beat() -> None:
    assert summary.ratio(CELLS[0]) == pytest.approx(4.0)
    near = {**CELLS[0], "rows": [row | {"status": "same"} for row in CELLS[0]["rows"]]}
    assert summary.ratio(near) == pytest.approx(0.5), "the twin: counted, it would be"


def test_ratios_and_shares_are_those_within_the_rounds() -> None:
    """A machine that was three times as slow in most rounds of one row: its median time says nothing."""
    won = CELLS[0]
    slow = {
        **won,
        "rows": [row | {"median": 3 * row["median"]} if row["name"] != "tapwise" else row for row in won["rows"]],
    }
    assert summary.ratio(slow) == summary.ratio(won) == pytest.approx(4.0)
    assert summary.loss_of_choice(slow) == summary.loss_of_choice(won)
    assert summary.shares([slow], "arithmetic") == summary.shares([won], "arithmetic")
    without = {**won, "rows": [row for row in won["rows"] if row["name"] != "tapwise direct"]}
    assert summary.shares([without], "arithmetic") == [], "another engine's time says nothing of direct sums"


def test_results_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "machine.json"
    empty = read(path)
    assert empty["cells"] == []
    write(path, {**empty, "cells": CELLS})
    assert read(path)["cells"] == CELLS
    assert [file.name for file in tmp_path.iterdir()] == ["machine.json"]
    write(path, {**empty, "cells": CELLS, "format": FORMAT - 1})
    assert read(path)["cells"] == [], "of another format"


def test_the_picture_shows_every_case(tmp_path: Path) -> None:
    needs("matplotlib")
    from benchmarks.plot import draw

    draw(CELLS, tmp_path / "picture.svg")
    drawn = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    for cell in CELLS:
        assert f"<!-- {cell['case']} -->" in drawn
    draw(CELLS, tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text(encoding="utf-8") == drawn
    draw([], tmp_path / "nothing.svg")
