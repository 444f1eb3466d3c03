"""The page in a real browser: keys, links between outputs and inputs, code, addresses, the quiz."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tests.explorer.browser import IMAGE, TAPS, TITLES, H, Opened, X, check, expected, opened
from tests.explorer.node import script
from tests.explorer.test_answers import executed


def test_the_keyboard_alone(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, IMAGE, TAPS)
    keys = page.page.keyboard
    focused = "document.activeElement.ariaLabel || document.activeElement.textContent"
    for _ in range(40):
        keys.press("Tab")
        if page.page.evaluate("document.activeElement.closest('[role=grid]')?.ariaLabel") == "Convolution, outputs":
            break
    page.settle()
    assert page.page.evaluate(focused) == f"y[0,0] = {tw.convolve(IMAGE, TAPS)[0, 0]}"
    keys.press("ArrowDown")
    keys.press("ArrowRight")
    steps = tw.explain(IMAGE, TAPS, operator="convolution", at=(1, 1)).steps[0]

    def place(index: tuple[int, ...] | None) -> str:
        return ",".join(map(str, index or ()))

    assert page.page.evaluate(focused) == f"y[1,1] = {steps.total}"
    page.settle()
    products = " + ".join(f"{t.value}·{t.weight if t.weight >= 0 else f'(−{-t.weight})'}" for t in steps.used)
    assert page.status() == f"Convolution: y[1,1] = {products} = {steps.total}"
    window = page.page.locator('[aria-label="The signal x"] .window').evaluate_all(
        "cells => cells.map(c => c.ariaLabel)"
    )
    assert sorted(window) == sorted(
        f"x[{place(t.sample)}] = {t.value} times h[{place(t.tap)}] = {t.weight}".replace("-", "−") for t in steps.used
    )  # fmt: skip
    for key, name in (
        ("End", "y[1,3]"),
        ("Control+End", "y[2,3]"),
        ("Home", "y[2,0]"),
        ("Control+Home", "y[0,0]"),
        ("ArrowUp", "y[0,0]"),
    ):
        keys.press(key)
        assert page.page.evaluate(focused).startswith(name)
    stops = page.page.locator('[aria-label="Convolution, outputs"] [tabindex="0"]').count()
    assert stops == 1
    page.page.get_by_role("tab", name="NumPy").focus()
    keys.press("ArrowRight")
    assert page.page.get_by_role("tab", name="SciPy").get_attribute("aria-selected") == "true"


def test_links_both_ways(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, IMAGE, TAPS, size="same", boundary="wrap")
    page.cell("Cross-correlation, outputs", 2, 1).hover()
    page.settle()
    steps = tw.explain(IMAGE, TAPS, operator="cross-correlation", size="same", boundary="wrap", at=(2, 1)).steps[0]
    weights = page.page.locator('[aria-label="The signal x"] .window').evaluate_all(
        "cells => cells.map(c => c.dataset.weight)"
    )
    assert sorted(weights) == sorted(f"×{t.weight}".replace("-", "−") for t in steps.used)
    for box, letter in (("convolution", "A"), ("correlation", "B"), ("lag", "C")):
        assert page.page.locator(f".box.{box}").is_visible()
        assert page.page.locator(f".box.{box}").text_content() == letter
    page.page.get_by_role("gridcell", name="x[0,1] = 1", exact=True).hover()
    page.settle()
    everything = tw.explain(IMAGE, TAPS, operator="convolution", size="same", boundary="wrap")
    fed = {step.output for step in everything for term in step.used if term.sample == (0, 1)}
    names = page.page.locator('[aria-label="Convolution, outputs"] .window').evaluate_all(
        "cells => cells.map(c => c.ariaLabel)"
    )
    assert {tuple(int(n) for n in name[2:5].split(",")) for name in names} == fed
    assert all(", receives x[0,1] times h[" in name for name in names)
    page.cell("Convolution, outputs", 1, 1).click()  # pinned: pointing elsewhere changes nothing
    page.cell("Convolution, outputs", 0, 0).hover()
    page.settle()
    assert page.status().startswith("Convolution: y[1,1]")


def test_copied_code_gives_the_numbers_shown(context: Any, tmp_path: Path) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened(context, tmp_path, IMAGE, TAPS, size="same", boundary="edge", stride=2)
    for title in TITLES:
        page.cell(f"{title}, outputs", 0, 0).click()
        page.settle()
        for library in ("NumPy", "SciPy", "PyTorch", "tapwise"):
            page.page.get_by_role("tab", name=library).click()
            page.page.evaluate("navigator.clipboard.writeText('')")
            page.page.locator(".code .row > button").click()
            code = page.page.evaluate("navigator.clipboard.readText()")
            np.testing.assert_array_equal(executed(code), page.outputs(title), err_msg=code)
    page.page.locator(".code .row > button").click()
    page.page.get_by_role("button", name="Copied").wait_for()
    page.page.get_by_role("button", name="Copy the code").wait_for()


def test_the_address_tells_everything(context: Any, tmp_path: Path) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened(context, tmp_path, IMAGE, TAPS, size="same", boundary="zero | edge", stride=(1, 2), like=None)
    page.cell("Reflected lag, outputs", 1, 2).click()
    page.page.get_by_role("button", name="Copy the link").click()
    page.page.get_by_role("button", name="Copied").wait_for()
    address = page.page.evaluate("navigator.clipboard.readText()")
    assert address == page.page.url
    other = Opened(context.new_page())
    other.page.goto(address)
    for title in TITLES:
        np.testing.assert_array_equal(other.outputs(title), page.outputs(title))
    other.rest()
    assert other.status() == page.status()
    assert other.page.url == address
    other.page.evaluate("location.hash = '#x=1,2,3&h=4,5'")
    other.rest()
    check(other, [1, 2, 3], [4, 5])


@pytest.mark.parametrize("address", [
    "#x=<img src=x onerror=alert(1)>", "#x=1,2&h=1&size=pads(99,99999999)", "#x=1&h=1&stride=0", "#" + "x=1," * 900,
    "#x=1e999&h=1",
    "#op=__proto__", "#boundary=constant()", "#anchor=low%2B9&size=same&h=1,2", "#%E0%A4%A", "#at=99,99",
])  # fmt: skip
def test_a_hostile_address_is_answered(context: Any, tmp_path: Path, address: str) -> None:
    page = opened(context, tmp_path, X, H, address=address)
    page.rest()
    assert page.complaints == []
    assert page.page.locator("img").count() == 0
    assert page.outputs("Convolution").size or page.page.locator(".refusal:not(:empty)").count()


def test_the_quiz_is_right(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, X, H)
    for _ in range(5):
        x, h, y = ([[int(c.replace("−", "-")) for c in row.split()] for row in table.split("\n")[1:]]
                   for table in page.page.locator(".quiz table").all_inner_texts())  # fmt: skip
        makers = [title for title in TITLES if np.array_equal(expected(x[0], h[0], title), y[0])]
        assert len(makers) == 1
        page.page.locator(".quiz").get_by_role("button", name=makers[0]).click()
        assert page.page.locator(".verdict").inner_text().startswith(f"Right: it is the {makers[0].lower()}.")
        page.page.get_by_role("button", name="Another one").click()
    wrong = "Convolution" if makers[0] != "Convolution" else "Reflected lag"
    x, h, y = ([[int(c.replace("−", "-")) for c in row.split()] for row in table.split("\n")[1:]]
               for table in page.page.locator(".quiz table").all_inner_texts())  # fmt: skip
    wrong = next(title for title in TITLES if not np.array_equal(expected(x[0], h[0], title), y[0]))
    page.page.locator(".quiz").get_by_role("button", name=wrong).click()
    assert page.page.locator(".verdict").inner_text().startswith("No: it is the ")
    page.page.get_by_role("button", name="Look at it in the page").click()
    check(page, x[0], h[0])


def test_quiz_questions_have_one_answer() -> None:
    asked = script("questions.mjs")
    assert len(asked) == 200
    for question in asked:
        x, h, y = (np.array(question[name]["data"]).reshape(question[name]["shape"]) for name in "xhy")
        makers = [title for title in TITLES if np.array_equal(expected(x, h, title), y)]
        assert makers == [
            {"convolution": "Convolution", "correlation": "Cross-correlation", "lag": "Reflected lag"}[
                question["answer"]
            ]
        ]
        total = int(question["why"][list(TITLES).index(makers[0])].rsplit("= ", 1)[1].replace("−", "-"))
        assert total in y.tolist() or total in y.ravel().tolist()
    assert {question["answer"] for question in asked} == {"convolution", "correlation", "lag"}
