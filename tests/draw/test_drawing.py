"""Axes of one's own, files with their text, what is refused, and that nothing is imported before it is needed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import tapwise as tw
from tapwise import draw
from tapwise.draw.scene import Words
from tapwise.draw.style import MARKS, readable_on, tint
from tapwise.errors import ArgumentError, ArgumentTypeError, MissingLibrary, ShapeError
from tests.draw.reading_back import shown

STEPS = tw.explain([2, 1, 3, 5, 4], [1, 2, 0], operator="convolution")
SQUARE = tw.explain(np.arange(16).reshape(4, 4), [[1, 2], [3, 4]], operator="convolution")


def test_importing_the_room_imports_no_matplotlib() -> None:
    code = "import tapwise.draw, sys; print([m for m in sys.modules if m.split('.')[0] == 'matplotlib'])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_without_matplotlib_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for name in [name for name in sys.modules if name.startswith("matplotlib.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(
        MissingLibrary,
        match=r"^drawing a figure needs matplotlib, which is not installed; pip install 'tapwise\[draw\]'$",
    ):
        draw.signal(tw.explain([17, 18], [1], operator="convolution"))


def test_axes_of_ones_own() -> None:
    figure = Figure(figsize=(6, 3))
    left, right = figure.subplots(1, 2)
    drawing = draw.signal(STEPS, ax=right)
    assert (drawing.figure, drawing.ax) == (figure, right)
    assert not left.texts
    figure.canvas.draw()
    for text in right.texts:  # letters shrink with the axes, and stay on them
        extent = text.get_window_extent()
        assert right.get_window_extent().padded(1).containsx(extent.x0)
        assert right.get_window_extent().padded(1).containsx(extent.x1)
    with pytest.raises(ArgumentTypeError, match=r"ax=3: is not an Axes of matplotlib; give one"):
        draw.signal(STEPS, ax=3)


@pytest.mark.parametrize("figure", [
    lambda ax: draw.kernel(SQUARE, ax=ax), lambda ax: draw.signal(SQUARE, ax=ax),
    lambda ax: draw.zoom(SQUARE, (1, 1), ax=ax),
    lambda ax: draw.equations(SQUARE, ax=ax), lambda ax: draw.worked_example(SQUARE, (0, 0), ax=ax),
    lambda ax: draw.placement(SQUARE, (0, 0), ax=ax), lambda ax: draw.windows(SQUARE, at=(0, 0), ax=ax),
    lambda ax: draw.output_map(SQUARE, ax=ax), lambda ax: draw.strips(STEPS, ax=ax),
    lambda ax: draw.sliding(SQUARE, (0, 0), ax=ax), lambda ax: draw.contact_sheet(SQUARE, most=2, ax=ax),
    lambda ax: draw.parity([1, 2, 3], [1, 2], ax=ax), lambda ax: draw.filtered(np.eye(5), [[1, 2]], ax=ax),
    lambda ax: draw.definitions([], ax=ax),
    lambda ax: draw.gradients(tw.explain_gradient([1, 2, 3], [1, 2], [1, 1], operator="convolution"), 0, 0, ax=ax),
])  # fmt: skip
def test_every_figure_takes_axes_and_has_its_text(figure: Any) -> None:
    ax = Figure().add_subplot()
    drawing = figure(ax)
    assert drawing.ax is ax
    assert drawing.title
    assert drawing.alt
    assert shown(drawing) == drawing.scene.texts


def test_files_carry_title_and_text(tmp_path: Path) -> None:
    drawing = draw.strips(STEPS)
    for kind in ("svg", "pdf", "png"):
        drawing.savefig(tmp_path / f"a.{kind}")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert f'<title id="title">{drawing.title}</title>' in svg
    assert "y[0] = h[2]·x[0] + h[1]·x[1] + h[0]·x[2] = 0·2 + 2·1 + 1·3 = 0 + 2 + 3 = 5" in svg
    assert re.search(r'<svg [^>]*role="img" aria-labelledby="title desc">', svg)
    assert svg.count("<title") == 1
    with Image.open(tmp_path / "a.png") as image:
        assert (image.info["Title"], image.info["Description"]) == (drawing.title, drawing.alt)
    assert b"/Subject" in (tmp_path / "a.pdf").read_bytes()
    buffer = io.BytesIO()
    drawing.savefig(buffer, format="svg")
    assert buffer.getvalue().decode() == svg == drawing._repr_svg_()  # the same figure, the same file
    ids = re.findall(r' id="([^"]*)"', svg)
    assert len(ids) == len(set(ids))


def test_what_cannot_be_drawn_is_refused() -> None:
    box = tw.explain(np.ones((3, 3, 3)), np.ones((2, 2, 2)), operator="convolution")
    with pytest.raises(
        ShapeError,
        match=r"^steps=an explanation of 3 axes: a figure shows one axis or two; explain a slice, such as x\[0\]",
    ):
        draw.signal(box)
    large = tw.explain(np.ones((50, 50)), [[1]], operator="convolution", at=(0, 0))
    with pytest.raises(
        ShapeError, match=r"^steps=x of shape \(50, 50\): is drawn cell by cell, from 1 cell to 1600; explain a part"
    ):
        draw.zoom(large)
    with pytest.raises(
        ArgumentTypeError, match=r"^steps=5: is not an explanation; write steps = tapwise.explain\(x, h, ...\)$"
    ):
        draw.kernel(5)  # type: ignore[arg-type]
    with pytest.raises(
        ArgumentError, match=r"^at=None: 3 outputs are explained; write at=, the label of the output to draw$"
    ):
        draw.placement(STEPS)
    with pytest.raises(ArgumentError, match=r"^at=7: no output with this label is explained"):
        draw.placement(STEPS, 7)
    with pytest.raises(ArgumentError, match=r"^margin=-1: must be 0 or more"):
        draw.zoom(STEPS, 0, margin=-1)
    with pytest.raises(ArgumentError, match=r"^explanations=of different signals: are drawn on one"):
        draw.windows(STEPS, tw.explain([1, 2, 3, 4, 5], [1, 2, 0], operator="convolution"), at=0)
    with pytest.raises(ArgumentError, match=r"^explanations=none: there is nothing to draw"):
        draw.equations()
    with pytest.raises(ArgumentError, match=r"^at=\[\]: one to 8 outputs can be told apart"):
        draw.output_map(STEPS, at=[])
    with pytest.raises(
        ShapeError, match=r"^image=float64 of shape \(2, 2, 3\): must be real numbers along two axes; give one channel"
    ):
        draw.filtered(np.ones((2, 2, 3)), [[1]])
    with pytest.raises(ShapeError, match=r"^h=array of shape \(1, 1, 1\): a figure shows one axis or two"):
        draw.parity([[[1]]], [[[1]]])
    for both in (draw.parity, draw.filtered):
        with pytest.raises(ArgumentTypeError, match=r"^operator='convolution': both are (drawn|shown); leave it out$"):
            both([[1]], [[1]], operator="convolution")


def test_marks_differ_without_their_colours() -> None:
    assert len({mark.letter for mark in MARKS}) == len(MARKS)
    assert len({(mark.dash, mark.letter) for mark in MARKS}) == len(MARKS)
    assert len({mark.dash for mark in MARKS[:5]}) == 5  # the five outputs of a map
    for mark in MARKS:
        assert contrast(readable_on(mark.colour), mark.colour) > 4.5  # WCAG 2, AA
        assert contrast("#1a1a1a", tint(mark.colour, 0.3)) > 7


def contrast(first: str, second: str) -> float:
    """WCAG's contrast of two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    low, high = sorted((light(first), light(second)))
    return (high + 0.05) / (low + 0.05)


def test_names_with_signs_of_their_own() -> None:
    steps = tw.explain([1, 2], [3], operator="convolution", names=("my_x", "h$", "out"))
    figure = draw.equations(steps)
    figure.savefig(io.BytesIO(), format="png")
    assert any(r"\mathrm{my}\_x[" in item.text for item in figure.scene.items if isinstance(item, Words))
