"""The page in a real browser: it asks for nothing, and each of its controls does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import Convention
from tapwise.errors import TapwiseError
from tapwise.explorer.presets import presets
from tests.explorer.browser import IMAGE, TAPS, TITLES, H, X, check, opened


def test_it_asks_for_nothing_and_complains_of_nothing(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, X, H)
    page.rest()
    assert [url.split("#")[0] for url in page.requests] == [(tmp_path / "page.html").as_uri()]
    assert page.complaints == []
    check(page, X, H)


def test_its_policy_forbids_it_to_ask(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, X, H)
    page.page.evaluate("new Image().src = 'https://example.invalid/a.png'")
    page.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.spoilt = 1'}))"
    )
    page.settle()
    assert len([line for line in page.complaints if "Content Security Policy" in line]) == 2
    assert page.page.evaluate("window.spoilt") is None


def test_every_word_of_the_convention(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, IMAGE, TAPS)
    field = page.page.get_by_label
    words: dict[str, Any] = {}
    for size in ("same", "full", "same-upper", "same-lower", "longest", "valid"):
        field("Size", exact=True).last.select_option(size)
        words["size"] = size
        check(page, IMAGE, TAPS, **words)
    field("Size", exact=True).last.select_option("pads")
    field("from", exact=True).fill("2")
    field("from", exact=True).blur()
    words["size"] = "pads(2,1)"
    for rule in ("edge", "symmetric", "reflect101", "wrap", "constant"):
        field("Boundary below", exact=True).select_option(rule)
        field("above", exact=True).select_option("zero")
        words["boundary"] = f"{'constant(7)' if rule == 'constant' else rule} | zero"
        check(page, IMAGE, TAPS, **words)
    field("the constant below").fill("-3")
    field("the constant below").blur()
    words["boundary"] = "constant(-3) | zero"
    for name, value in (("Stride", 2), ("Dilation", 2), ("Spread of x", 2)):
        field(name, exact=True).fill(str(value))
        field(name, exact=True).blur()
        words[name.split(" ", maxsplit=1)[0].lower()] = value
        check(page, IMAGE, TAPS, **words)
    field("Size", exact=True).last.select_option("same")
    words["size"] = "same"
    for anchor in ("low", "high", "first", "last"):
        field("Anchor").select_option(anchor)
        check(page, IMAGE, TAPS, **{**words, "anchor": anchor})
    field("each axis its own").check()
    field("Stride", exact=True).nth(1).fill("3")
    field("Stride", exact=True).nth(1).blur()
    check(page, IMAGE, TAPS, **{**words, "anchor": "last", "stride": (2, 3)})
    field("each axis its own").uncheck()
    check(page, IMAGE, TAPS, **{**words, "anchor": "last"})
    assert page.complaints == []


CHOOSE = """places => {
  const preset = [...document.querySelectorAll('label')].find(l => l.textContent === 'As a library does it').control;
  return places.map(place => {
    preset.value = place;
    preset.dispatchEvent(new Event('change'));
    const card = document.querySelector('.card.focus');
    const names = [...card.querySelectorAll('[role=grid] .cell')].map(cell => cell.ariaLabel.split('= ')[1]);
    return {chosen: preset.value, title: card.ariaLabel, refusal: card.querySelector('.refusal').textContent, names};
  });
}"""


@pytest.mark.parametrize("ndim", [1, 2])
def test_every_preset(context: Any, tmp_path: Path, ndim: int) -> None:
    x, h = ([*X, 7, 0, 6, 1], [1, 2, 0, 3]) if ndim == 1 else (IMAGE, [[1, 2, 0], [0, -1, 3]])
    page = opened(context, tmp_path, x, h)
    offered = {str(place): preset for place, preset in enumerate(presets()) if preset["ndim"] in (None, ndim)}
    assert len(offered) > 80
    for place, got in zip(offered, page.page.evaluate(CHOOSE, list(offered)), strict=True):
        preset = offered[place]
        assert got["chosen"] == place
        words = preset["words"]
        title = next(t for t, operator in TITLES.items() if operator == words["operator"])
        assert got["title"] == ("Reflected lag" if words["output"] == "reversed" else title), preset
        try:
            wanted = tw.apply(x, h, Convention.of(**words))
        except TapwiseError:
            assert got["refusal"], preset
            continue
        values = [float(name.replace("−", "-")) for name in got["names"]]
        np.testing.assert_array_equal(values, wanted.ravel(), err_msg=preset["call"])
    assert page.complaints == []


def test_numbers_are_edited_in_cells_and_as_text(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, X, H, size="same")
    cell = page.cell("The signal x", 0, 2)  # one cell of the boundary stands before
    cell.focus()
    page.page.keyboard.type("-7")
    page.page.keyboard.press("Enter")
    x = [2, -7, 3, 5, 4]
    check(page, x, H, size="same")
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    page.page.keyboard.type("99")
    page.page.keyboard.press("Escape")
    check(page, x, H, size="same")
    page.page.get_by_label("h as text").fill("1/2 -3; ")
    page.page.get_by_label("h as text").blur()
    check(page, x, [0.5, -3], size="same")
    page.page.get_by_label("columns of x").fill("3")
    page.page.get_by_label("columns of x").blur()
    check(page, x[:3], [0.5, -3], size="same")
    page.page.get_by_label("h as text").fill("1 two")
    page.page.get_by_label("h as text").blur()
    assert (
        page.page.get_by_role("alert").inner_text() == "h: “two” is not a number. Write numbers as 2, -1, 0.5 or 1/3."
    )
    check(page, x[:3], [0.5, -3], size="same")
    page.page.get_by_label("h as text").fill("1 2 3 4")
    page.page.get_by_label("h as text").blur()
    page.page.get_by_label("Size", exact=True).last.select_option("valid")
    assert (
        "No window fits along axis 0: h has 4 taps, x has 3 samples"
        in page.page.locator(".card.lag .refusal").inner_text()
    )
    page.page.get_by_label("Dimensions").select_option("2")
    assert page.outputs("Convolution").ndim == 2
    page.page.get_by_label("Dimensions").select_option("1")
    assert page.page.get_by_label("h as text").input_value() == "1 2 3 4"
    assert page.complaints == []


def test_labels_origins_and_axis_order(context: Any, tmp_path: Path) -> None:
    """The worked example of the 7x7 image with centred labels, column first."""
    x, h = np.arange(49).reshape(7, 7), [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    page = opened(context, tmp_path, x, h)
    page.page.get_by_label("Outputs are called by").select_option("textbook")
    for name in ("Index 0 of x", "Index 0 of h"):
        page.page.get_by_label(name).fill("centre")
        page.page.get_by_label(name).blur()
    page.page.get_by_label("Indices are").select_option("column")
    assert page.formulas(".card .law") == [
        "y[m,n]=∑i∑jx[i,j]·h[m−i,n−j]",
        "y[m,n]=∑i∑jx[i,j]·h[i−m,j−n]",
        "y[m,n]=∑i∑jx[i,j]·h[m+i,n+j]",
    ]
    page.page.get_by_role("grid", name="Convolution, outputs").get_by_role("gridcell", name="y[1,1]").hover()
    page.settle()
    first = page.formulas(".card.convolution .formula")[1]
    # the tap at [1,1] is the lower right one, and it lies on x[0,0]
    assert first.startswith("y[1,1]=x[0,0]·h[1,1]+x[1,0]·h[0,1]+x[2,0]·h[−1,1]")
    page.page.get_by_role("grid", name="Reflected lag, outputs").get_by_role("gridcell", name="y[−1,−1]").hover()
    page.settle()
    lag = page.formulas(".card.lag .formula")[1]
    assert lag.startswith("y[−1,−1]=x[0,0]·h[−1,−1]+x[1,0]·h[0,−1]")


def test_gradients(context: Any, tmp_path: Path) -> None:
    words: dict[str, Any] = {"size": "same", "boundary": "symmetric", "stride": (2, 1)}
    page = opened(context, tmp_path, IMAGE, TAPS, **words)
    arriving = "∂y, the gradient that arrives at the outputs"
    page.cell(arriving, 1, 2).focus()
    page.page.keyboard.type("50")
    page.page.keyboard.press("Enter")
    for title, operator in (("Convolution", "convolution"), ("Cross-correlation", "cross-correlation")):
        page.cell(f"{title}, outputs", 0, 0).click()
        page.settle()
        dy = page.grid(arriving)
        assert dy[1, 2] == 50
        dx = tw.input_gradient(dy, TAPS, shape=np.shape(IMAGE), operator=operator, **words)
        dh = tw.kernel_gradient(dy, IMAGE, shape=np.shape(TAPS), operator=operator, **words)
        np.testing.assert_array_equal(page.grid("∂x, the gradient of the input"), dx)
        np.testing.assert_array_equal(page.grid("∂h, the gradient of the kernel"), dh)
    other = page.page.locator(".gradients .part").nth(1).locator("p").first.inner_text()
    assert other.startswith("A convolution of ∂y")  # of the cross-correlation
    page.cell("Reflected lag, outputs", 0, 0).click()
    page.settle()
    texts = page.page.locator(".gradients .part p:not(.formula)").all_inner_texts()
    assert texts[1] == (
        "A cross-correlation of ∂y, spread by the stride, with the same h, its result read backwards; what the "
        "boundary read again is added to its sample."
    )
    assert texts[2] == "A convolution of x with ∂y."
    page.cell("∂h, the gradient of the kernel", 0, 1).hover()
    assert page.status().startswith("∂h[0,1] = ")
    assert page.page.locator(f'[aria-label="{arriving}"] .window').count() == dy.size


def test_steps_play_and_levels(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, X, H)
    page.page.get_by_role("button", name="Next output").click()
    page.settle()
    assert page.status().startswith("Convolution: y[1]")
    page.page.get_by_role("button", name="Last output").click()
    page.settle()
    assert page.status().startswith("Convolution: y[2]")
    page.page.get_by_role("button", name="Play").click()
    page.settle()
    assert page.status().startswith("Convolution: y[0]")
    page.page.locator(".status", has_text="Convolution: y[1]").wait_for()
    page.page.get_by_role("button", name="Pause").click()
    page.page.get_by_label("indices", exact=True).uncheck()
    assert page.page.locator(".card.convolution .formula").nth(1).inner_text() == ""


def test_colours_can_be_chosen(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, X, H)
    colour = "getComputedStyle(document.querySelector('.tapwise')).backgroundColor"
    page.page.get_by_label("Colours").select_option("dark")
    dark = page.page.evaluate(colour)
    page.page.get_by_label("Colours").select_option("light")
    assert dark != page.page.evaluate(colour)
