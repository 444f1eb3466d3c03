"""Strips, sliding windows, contact sheets and animations: the numbers on them, and the answer's four examples."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tapwise as tw
from tapwise import draw
from tapwise.errors import ArgumentError, FileError, MissingLibrary
from tests.draw.reading_back import cells, label, shown, whole
from tests.needs import program

F = [2, 1, 3, 5, 4]
GREEN = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
YELLOW = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
EXAMPLES = {
    ("convolution", (1, -1)): [-1, 2, 2, -1],
    ("cross-correlation", (1, -1)): [1, -2, -2, 1],
    ("convolution", (-1, 2, -1)): [-3, 0, 3],
    ("cross-correlation", (-1, 2, -1)): [-3, 0, 3],
}


@pytest.mark.parametrize(("operator", "kernel"), EXAMPLES)
def test_the_four_examples(operator: str, kernel: tuple[int, ...]) -> None:
    figure = draw.strips(tw.explain(F, kernel, operator=operator))
    texts = shown(figure)
    placed = kernel[::-1] if operator == "convolution" else kernel
    for m, result in enumerate(EXAMPLES[operator, kernel]):
        (line,) = [text for text in texts if text.startswith(f"$y[{m}]")]
        first, *_, last = [side.strip("$ ") for side in line.split("=")[1:]]
        window = F[m : m + len(kernel)]
        assert products(first) == list(zip(placed, window, strict=True))
        assert int(last) == result
    slides = [whole(lines[1]) for lines in drawn_taps(figure, 0)]
    assert slides == list(placed)
    assert {at[0]: whole(lines[0]) for at, lines in cells(figure, "y").items()} == dict(
        enumerate(EXAMPLES[operator, kernel])
    )
    assert [whole(lines[0]) for lines in cells(figure, "x").values()] == F


def products(text: str) -> list[tuple[int, int]]:
    """The factors in "({-1}) \\cdot 2 + 1 \\cdot 1"."""
    found = re.findall(r"\(?{?(-?\d+)}?\)? \\cdot \(?{?(-?\d+)}?\)?", text)
    return [(int(a), int(b)) for a, b in found]


def drawn_taps(figure: Any, m: int) -> list[list[str]]:
    """The lines in the kernel's cells under output m, from left to right."""
    found: dict[float, dict[str, str]] = {}
    for text in figure.ax.texts:
        if match := re.fullmatch(rf"tapy\[{m}\]:(\d)(\.\d+)?", text.get_gid() or ""):
            found.setdefault(text.get_position()[0], {})[match[1]] = text.get_text()
    return [[lines[number] for number in sorted(lines)] for _, lines in sorted(found.items())]


def test_the_borrowed_animation() -> None:
    """Its kernel hides the flip: both operators give the same nine numbers."""
    for operator in ("convolution", "cross-correlation"):
        figure = draw.sliding(tw.explain(GREEN, YELLOW, operator=operator), (2, 2))
        outputs = cells(figure, "y")
        assert [[whole(outputs[i, j][0]) for j in range(3)] for i in range(3)] == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
        assert operator in figure.title


def total(figure: Any) -> int:
    """The sum of what stands in the window's cells times the taps written into them."""
    values = {at: whole(lines[0]) for at, lines in cells(figure, "x").items()}
    result = 0
    for text in figure.ax.texts:
        if (text.get_gid() or "").startswith("times"):
            x, y = text.get_position()
            (at,) = [
                label(patch.get_gid()) for patch in figure.ax.patches
                if re.fullmatch(r"x\[[^]]*\]", patch.get_gid() or "")
                and 0 < x - patch.get_x() < 1 and 0 < y - patch.get_y() < 1
            ]  # fmt: skip
            result += values[at] * whole(text.get_text())
    return result


@pytest.mark.parametrize("seed", range(24))
def test_random_windows_hold_the_products_of_their_output(seed: int) -> None:
    """Read back from the figure, values times taps, summed, are the output that plain NumPy makes by padding."""
    rng = np.random.default_rng(seed)
    ndim = 1 + seed % 2
    x, h = rng.integers(-9, 10, (5, 6)[-ndim:]), rng.integers(-9, 10, (2, 3)[-ndim:])
    operator, stride, dilation = (
        ("convolution", "cross-correlation")[seed // 2 % 2],
        1 + seed // 4 % 2,
        1 + seed // 8 % 2,
    )
    boundary, mode = [("edge", "edge"), ("symmetric", "symmetric"), ("wrap", "wrap"), ("zero", "constant")][seed % 4]
    steps = tw.explain(x, h, operator=operator, size="pads(1,2)", boundary=boundary, stride=stride, dilation=dilation)
    wide = np.pad(x, [(1, 2)] * ndim, mode=mode)  # type: ignore[call-overload]
    kernel = h if operator == "cross-correlation" else np.flip(h)
    step = steps.steps[0 if seed % 3 else -1]
    window = wide[
        tuple(
            slice(o * stride, o * stride + dilation * (k - 1) + 1, dilation)
            for o, k in zip(step.output, h.shape, strict=True)
        )
    ]
    assert total(draw.sliding(steps, step.output)) == (window * kernel).sum()
    placed = cells(draw.placement(steps, step.output, values=True), "x")
    factors = [lines[2].split(" · ") for lines in placed.values() if len(lines) == 3]
    assert sorted((whole(a), whole(b)) for a, b in factors) == sorted(
        zip(window.ravel().tolist(), kernel.ravel().tolist(), strict=True)
    )


def test_the_wrong_operator_is_caught() -> None:
    steps = tw.explain(F, [1, 2, 0], operator="cross-correlation")
    assert total(draw.sliding(steps, 0)) == 4
    assert total(draw.sliding(steps, 0)) != np.convolve(F, [1, 2, 0], "valid")[0]


def test_contact_sheets() -> None:
    steps = tw.explain(GREEN, YELLOW, operator="convolution")
    texts = shown(draw.contact_sheet(steps))
    assert [text for text in texts if text.startswith("step")] == [
        f"step {3 * i + j + 1} of 9: y[{i}, {j}]" for i in range(3) for j in range(3)
    ]
    folded = draw.contact_sheet(steps, most=3, columns=1)
    assert [text.split(":")[0] for text in shown(folded) if text.startswith("step")] == [
        "step 1 of 9",
        "step 2 of 9",
        "step 9 of 9",
    ]
    assert folded.title == "convolution: 3 of 9 steps"


def test_an_animation_has_a_frame_for_each_output(tmp_path: Path) -> None:
    path = draw.animation(tw.explain(F, [1, -1], operator="convolution"), tmp_path / "a.gif", fps=2, dpi=40)
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) == 4
        assert image.info["duration"] == 500
        frames = []
        for number in range(4):
            image.seek(number)
            frames.append(np.asarray(image.convert("L")))
    assert all((a != b).any() for a, b in pairwise(frames))


def test_a_film_has_a_frame_for_each_output(tmp_path: Path) -> None:
    probe = program("ffprobe")
    steps = tw.explain(F, [1, -1], operator="convolution")
    path = draw.animation(steps, tmp_path / "a.mp4", fps=2, dpi=40)
    entries = "stream=codec_type,nb_read_frames,r_frame_rate"
    command = [probe, "-v", "error", "-count_frames", "-show_entries", entries, "-of", "json", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    (stream,) = json.loads(told.stdout)["streams"]
    assert stream == {"codec_type": "video", "r_frame_rate": "2/1", "nb_read_frames": str(len(steps.steps))}


def test_animations_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = tw.explain(F, [1, -1], operator="convolution")
    with pytest.raises(FileError, match=r"a\.avi: is neither \.gif nor \.mp4; write a name that ends in one of them"):
        draw.animation(steps, tmp_path / "a.avi")
    with pytest.raises(ArgumentError, match=r"fps=0: must be above 0; write fps=1\.5"):
        draw.animation(steps, tmp_path / "a.gif", fps=0)
    monkeypatch.setattr("matplotlib.animation.FFMpegWriter.isAvailable", lambda: False)
    with pytest.raises(
        MissingLibrary, match=r"an MP4 animation needs ffmpeg, which is not installed; install it, or write a \.gif"
    ):
        draw.animation(steps, tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())


def test_strips_are_for_one_axis() -> None:
    with pytest.raises(ArgumentError, match=r"steps=an explanation of 2 axes: strips have one axis"):
        draw.strips(tw.explain(GREEN, YELLOW, operator="convolution"))
