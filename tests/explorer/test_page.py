"""What Python makes of the page: one file, deterministic, valid, and refusals in whole sentences."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapwise import Convention, explorer
from tapwise.errors import ArgumentError, FileError, TapwiseError
from tapwise.explorer import joining
from tests.explorer.node import PAGE


def start(text: str) -> Any:
    """The fields that the page starts with."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert found
    return json.loads(found[1])["start"]


def test_one_file_that_names_nothing_outside() -> None:
    text = explorer.page([2, 1, 3], [1, 2])
    assert text == explorer.page([2, 1, 3], [1, 2])
    assert not re.search(r"https?://|src=|href=|@import|url\(", text)
    assert not re.search(r"\{\{[A-Z]+\}\}", text)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script
    assert base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode() in policy[1]


def test_the_start_is_the_users_words() -> None:
    text = explorer.page(
        np.array([[1, 2.5], [3, -4]]), [[Fraction(1, 2), 1]], operator="cross-correlation", size=("same", "pads(1,2)"),
        boundary="numpy:reflect", anchor=("high", "low"), stride=(1, 2),
    )  # fmt: skip
    assert start(text) == {
        "x": "1,2.5;3,-4", "h": "0.5,1", "ndim": "2", "op": "correlation", "operands": "as-given",
        "size": "same;pads(1,2)", "boundary": "reflect101", "anchor": "default;low", "stride": "1;2", "dilation": "1",
        "spread": "1",
    }  # fmt: skip
    assert start(explorer.page([1, 2], [3], like="numpy.convolve", mode="same"))["size"] == "longest"
    assert start(explorer.page([1, 2], [3], Convention.of(operator="correlate", output="reversed")))["op"] == "lag"
    assert start(explorer.page([1, 2], [3], operands="exchanged"))["x"] == "3"
    assert start(explorer.page()) == {}


@pytest.mark.parametrize(("arguments", "words", "message"), [
    (([1, 2], None), {}, "h: is not given; give both arrays, or neither for an example"),
    (([1, 2], [[1]]), {}, "h=array of shape (1, 1): has 2 axes and x has 1; give both as many"),
    ((np.zeros((1, 1, 1)), np.zeros((1, 1, 1))), {},
     "x=array of shape (1, 1, 1): the page shows one or two axes; take a part of it"),
    ((np.zeros(65), [1]), {},
     "x=array of shape (65,): the page shows 1 to 64 numbers along each axis; take a part of it, such as x[:32]"),
    (([1], []), {},
     "h=array of shape (0,): the page shows 1 to 64 numbers along each axis; take a part of it, such as h[:32]"),
    (([1j], [1]), {}, "x=array of shape (1,): the page shows real numbers; take x.real or x.imag"),
    (([np.inf], [1]), {}, "x=array of shape (1,): the page shows finite numbers; replace the others"),
    (([2**53 + 1], [1]), {}, (
        "x=array of shape (1,): the page computes in double precision, which does not hold all of these numbers; give "
        "whole numbers below 2**53"
    )),
    (([1], [1]), {"mode": "same"}, (
        "mode='same': means size in scipy.signal and boundary in scipy.ndimage; write size='same' or "
        "boundary='reflect101'"
    )),
])  # fmt: skip
def test_refusals(arguments: Any, words: dict[str, Any], message: str) -> None:
    with pytest.raises(TapwiseError, match=f"^{re.escape(message)}$"):
        explorer.page(*arguments, **words)


@pytest.mark.parametrize("words", [
    {"direction": "transposed"}, {"gain": 2}, {"normalize": "sum"}, {"output": "reversed"},
    {"operator": ("convolution", "cross-correlation")},
])  # fmt: skip
def test_conventions_that_the_page_does_not_compute(words: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match="holds what the page does not compute"):
        explorer.page([[1, 2]], [[1]], **{"operator": "convolution", **words})


def test_saving_is_whole_or_not_at_all(tmp_path: Path) -> None:
    place = explorer.save(tmp_path / "page.html", [1, 2], [1])
    assert place.read_text(encoding="utf-8") == explorer.page([1, 2], [1])
    with pytest.raises(FileError, match="it exists already"):
        explorer.save(place, [1, 2, 3], [1], force=False)
    with pytest.raises(ArgumentError):
        explorer.save(place, [1, 2, 3], [])
    assert place.read_text(encoding="utf-8") == explorer.page([1, 2], [1])


@pytest.mark.parametrize(("text", "message"), [
    ('import { a } from "./b.js";\n', "the modules import each other in a circle: a -> b -> a"),
    ("export default 1;\n", "a.js: 'export default 1;' is not understood by the joiner"),
    ('import * as b from "./b.js";\n', "is not understood by the joiner"),
])  # fmt: skip
def test_what_the_joiner_refuses(monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    sources = {"a.js": text, "b.js": 'import { x } from "./a.js";\n'}
    monkeypatch.setattr(joining, "source", sources.__getitem__)
    with pytest.raises(ValueError, match=re.escape(message)):
        joining.joined("a")


def test_modules_keep_their_length() -> None:
    """One idea a file."""
    long = {path.name: n for path in PAGE.glob("*.js") if (n := len(path.read_text("utf-8").splitlines())) > 400}
    assert not long
