"""The figures of the article, with its indices: texts in cells, and boxes, against loops over the laws."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

import tapwise as tw
from tapwise import draw
from tests.draw.reading_back import LETTERS, H, Index, X, cells, enclosed, label, met, shown, whole

FORMS: dict[str, dict[str, Any]] = {
    "conv": {"operator": "convolution"},
    "corr": {"operator": "cross-correlation"},
    "lag": {"operator": "cross-correlation", "output_labels": "lag"},
}
INSIDE = range(-2, 3)


def steps(form: str, **choices: Any) -> Any:
    return tw.explain(X, H, origin="centre", axis_order="column, row", **FORMS[form], **choices)


def sample(at: Index) -> int:
    """x[column, row]."""
    return int(X[at[1] + 3, at[0] + 3])


def tap(at: Index) -> str:
    return LETTERS[(at[1] + 1) * 3 + at[0] + 1]


def test_the_kernel_with_indices_and_letters() -> None:
    figure = draw.kernel(steps("conv", letters=True))
    assert cells(figure, "h") == {
        at: [f"[{at[0]}, {at[1]}]".replace("-", "−")] for at in itertools.product((-1, 0, 1), repeat=2)
    }
    assert [text for text in shown(figure) if text in set(LETTERS)] == list(LETTERS)


def test_the_image_indexed_from_minus_3_to_3() -> None:
    figure = draw.signal(steps("conv"))
    assert {at: whole(lines[0]) for at, lines in cells(figure, "x").items()} == {
        at: sample(at) for at in itertools.product(range(-3, 4), repeat=2)
    }
    headers = {
        text.get_gid(): text.get_text() for text in figure.ax.texts if (text.get_gid() or "")[:3] in ("col", "row")
    }
    assert len(headers) == 14
    assert all(whole(shown) == int(name.removeprefix("column").removeprefix("row")) for name, shown in headers.items())
    assert enclosed(figure, "originofx", "x") == {(0, 0)}


def test_the_lower_right_part() -> None:
    found = cells(draw.zoom(steps("conv"), (1, 1)), "x")
    near = {at: lines for at, lines in found.items() if lines}
    assert set(near) == set(itertools.product(range(-1, 4), repeat=2))
    assert all(label(lines[0]) == at for at, lines in near.items())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("m", [(1, 1), (-1, -1), (-2, 1)])
def test_the_kernel_in_place(form: str, m: Index) -> None:
    figure = draw.placement(steps(form, letters=True), m)
    wrong_places(figure, form, m, expected=0)


def wrong_places(figure: Any, form: str, m: Index, *, expected: int | None = None) -> int:
    """How many cells do not show what the law asks for."""
    taps, wrong = met(form, m), 0
    for at, lines in cells(figure, "x").items():
        wanted = [str(list(at))] + ([f"h{list(taps[at])}", tap(taps[at])] if at in taps else [])
        wrong += lines != [line.replace("-", "−") for line in wanted]
    assert set(taps) <= set(cells(figure, "x"))
    if expected is not None:
        assert wrong == expected
    return wrong


def test_a_wrong_operator_is_caught() -> None:
    assert wrong_places(draw.placement(steps("conv", letters=True), (1, 1)), "corr", (1, 1)) == 8  # all but the centre
    figure = draw.windows(steps("corr"), at=(1, 1))
    assert enclosed(figure, "windowA", "x") != set(met("lag", (1, 1)))


def test_the_two_drawings_read_as_in_the_article() -> None:
    patch = list(itertools.product(range(3), range(3)))
    for form, m, wanted in (
        ("conv", (1, 1), "pogfedcba"),
        ("lag", (-1, -1), "abcdefgop"),
        ("corr", (1, 1), "abcdefgop"),
    ):
        found = cells(draw.placement(steps(form, letters=True), m), "x")
        assert "".join(found[column, row][2] for row, column in patch) == wanted
    assert "rotated by 180°" in shown(draw.placement(steps("conv", letters=True), (1, 1)))
    assert "put in place as it is" in shown(draw.placement(steps("lag", letters=True), (1, 1)))


def test_the_boxes_of_the_same_output() -> None:
    figure = draw.windows(steps("conv"), steps("corr"), steps("lag"), at=(1, 1))
    red, green = set(itertools.product((0, 1, 2), repeat=2)), set(itertools.product((-2, -1, 0), repeat=2))
    assert enclosed(figure, "windowA", "x") == enclosed(figure, "windowB", "x") == red
    assert enclosed(figure, "windowC", "x") == green
    assert [text for text in shown(figure) if text in "ABC"] == [*"ABC", *"ABC"]


@pytest.mark.parametrize("form", FORMS)
def test_the_output_maps(form: str) -> None:
    chosen = [*itertools.product((-2, 2), repeat=2), (0, 1)]
    figure = draw.output_map(steps(form), at=chosen)
    outputs = cells(figure, "y")
    assert set(outputs) == set(itertools.product(INSIDE, repeat=2))
    for letter, m in zip("ABCDE", chosen, strict=True):
        assert enclosed(figure, f"window{letter}", "x") == set(met(form, m))
        assert enclosed(figure, f"output{letter}", "y") == {m}
    for m, lines in outputs.items():
        assert whole(lines[0]) == sum(sample(i) * int(H[k[1] + 1, k[0] + 1]) for i, k in met(form, m).items())


def test_the_worked_examples() -> None:
    """The nine lines of y[1, 1] by convolution, and of the same patch by the article's correlation."""
    texts = shown(draw.worked_example(steps("conv", letters=True, around=1), (1, 1), most=16))
    solved = [
        "h[1, 1]",
        "h[0, 1]",
        "h[{-1}, 1]",
        "h[1, 0]",
        "h[0, 0]",
        "h[{-1}, 0]",
        "h[1, {-1}]",
        "h[0, {-1}]",
        "h[{-1}, {-1}]",
    ]
    for (row, column), element, letter in zip(
        itertools.product(range(3), range(3)), solved, reversed(LETTERS), strict=True
    ):
        assert rf"$x[{column}, {row}] \cdot {element}$" in texts
        assert rf"$x[{column}, {row}] \cdot h[1 - {column}, 1 - {row}]$" in texts
        value = sample((column, row))
        assert rf"${value} \cdot {letter}$" in texts or rf"$({{{value}}}) \cdot {letter}$" in texts
    assert texts.count("h has no such tap") == 16
    assert r"$x[3, 0] \cdot h[{-2}, 1]$" in texts  # not the (1, 2) of the article
    wide, narrow = (draw.worked_example(steps("conv", letters=True, around=1), (1, 1), narrow=n) for n in (False, True))
    pairs = [sorted(text for text in shown(figure) if "x[" in text or " tap" in text) for figure in (wide, narrow)]
    assert pairs[0] == pairs[1]
    assert narrow.scene.bounds()[2] < 9 < 12 < wide.scene.bounds()[2]
    lag = shown(draw.worked_example(steps("lag", letters=True, around=1), (-1, -1), most=16))
    assert r"$x[3, 3] \cdot h[2, 2]$" in lag
    offset = shown(draw.worked_example(steps("corr", letters=True, around=1), (1, 1), most=0))
    assert "… and 16 more that meet no tap" in offset
    assert written_sum(lag) == written_sum(offset)


def written_sum(texts: list[str]) -> str:
    """The right side of the sum below the lines, however it is broken."""
    (start,) = [n for n, text in enumerate(texts) if text.startswith("$y[") and r"\sum" not in text]
    joined = re.sub(r"\\,|\\quad|[$ ]", "", "".join(texts[start:]))
    return joined.partition("=")[2]


def test_the_equations() -> None:
    figure = draw.equations(steps("conv"), steps("lag"), steps("corr"))
    signs = [text.get_text() for text in figure.ax.texts if (text.get_gid() or "").startswith("sign")]
    assert signs == ["${-}$", "${-}$", "${+}$", "${+}$", "${-}$", "${-}$"]
    assert "convolution: y[m, n] = Σ_i Σ_j x[i, j]·h[m − i, n − j]" in figure.alt
    assert "labelled by lag: y[m, n] = Σ_i Σ_j x[i, j]·h[m + i, n + j]" in figure.alt
    assert "cross-correlation: y[m, n] = Σ_i Σ_j x[i, j]·h[i − m, j − n]" in figure.alt
