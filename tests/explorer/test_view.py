"""What is in view when a page opens: labels, output and gradient are those of an explanation in the same words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import explorer
from tapwise.errors import TapwiseError
from tests.explorer.browser import IMAGE, TAPS, H, X, opened

VIEWS: list[tuple[Any, Any, dict[str, Any]]] = [
    (X, H, {"operator": "convolution", "size": "full", "origin": "textbook", "at": 4}),
    (X, H, {"operator": "convolution", "size": "same", "origin": "centre", "at": -2}),
    (X, H, {"operator": "cross-correlation", "size": "full", "origin": {"x": 3, "h": 1}, "at": 2}),
    (X, H, {"operator": "cross-correlation", "size": "full", "origin": "textbook", "output_labels": "lag", "at": 2}),
    (X, H, {"operator": "cross-correlation", "size": "same", "origin": {"x": 4, "h": -1}, "output_labels": "lag",
            "at": 4}),
    (IMAGE, TAPS, {"operator": "convolution", "size": "full", "axis_order": "column, row", "at": (5, 1)}),
    (IMAGE, TAPS, {"operator": "cross-correlation", "origin": {"x": (1, 2), "h": (0, 1)}, "at": (0, 1),
                   "axis_order": "column, row", "output_labels": "lag"}),
    (IMAGE, TAPS, {"operator": "convolution", "stride": 2, "at": (1, 0)}),
]  # fmt: skip
CARD = {"convolution": "Convolution", "cross-correlation": "Cross-correlation"}


def written(label: Any) -> str:
    return ",".join(map(str, label)).replace("-", "−")


@pytest.mark.parametrize(("x", "h", "words"), VIEWS)
def test_labels_and_the_output_in_view(context: Any, tmp_path: Path, x: Any, h: Any, words: dict[str, Any]) -> None:
    everything = tw.explain(x, h, **{**words, "at": None})
    page = opened(context, tmp_path, x, h, **words)
    title = "Reflected lag" if "output_labels" in words else CARD[words["operator"]]
    names = page.page.locator(f'[aria-label="{title}, outputs"] .cell').evaluate_all("c => c.map(c => c.ariaLabel)")
    assert sorted(names) == sorted(
        f"y[{written(everything.labels.of_output(step.output))}] = {int(step.result)}".replace("-", "−")
        for step in everything
    )
    (step,) = tw.explain(x, h, **words).steps
    said = page.status()
    at = words["at"] if isinstance(words["at"], tuple) else (words["at"],)
    assert said.startswith(f"{title}: y[{written(at)}] = "), said
    assert re.search(r"= ([−\d]+)(,|$)", said)[1].replace("−", "-") == str(step.result)  # type: ignore[index]


@pytest.mark.parametrize("words", [{}, {"output_labels": "lag"}])
def test_the_gradient_that_arrives(context: Any, tmp_path: Path, words: dict[str, Any]) -> None:
    upstream = np.array([3, -1, 2])
    page = opened(context, tmp_path, X, H, operator="cross-correlation", upstream=upstream, **words)
    expected = tw.explain_gradient(X, H, upstream, operator="cross-correlation")
    arriving = page.grid("∂y, the gradient that arrives at the outputs")
    assert arriving.tolist() == (upstream[::-1] if words else upstream).tolist()
    assert page.grid("∂x, the gradient of the input").tolist() == expected.input_gradient.tolist()
    assert page.grid("∂h, the gradient of the kernel").tolist() == expected.kernel_gradient.tolist()


@pytest.mark.parametrize(("words", "message"), [
    ({"at": 9}, "at=9: the result has shape (3,), labelled from [0] to [2]; write the index of one of its outputs"),
    ({"origin": "textbook", "stride": 2}, "origin='textbook': the page counts positions from 0, or calls outputs so"),
    ({"output_labels": "lag", "size": "full"}, "origin='corner': the page counts positions from 0, or calls"),
    ({"output_labels": "lag", "operator": "convolution"},
     "output_labels='lag': the page reflects the labels of a cross-correlation alone; write"),
    ({"origin": {"x": 300}}, "origin={'x': 300}: the page lets index 0 lie at most 99 from the corner; choose nearer"),
    ({"upstream": [1]}, "upstream=array of shape (1,): the output has shape (3,); give one number for each output"),
])  # fmt: skip
def test_what_the_page_does_not_show(words: dict[str, Any], message: str) -> None:
    with pytest.raises(TapwiseError, match=f"^{re.escape(message)}"):
        explorer.page(X, H, **words)
