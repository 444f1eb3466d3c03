"""`tapwise explain`: text in every form, labels, gradients, feeds, figures, the page; and what does not go together."""

from __future__ import annotations

import json
import re
import webbrowser
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import Ran
from tests.needs import needs

import tapwise as tw
from tapwise.cli.figures import NAMES

Run = Callable[..., Ran]
X, H = "2,1,3,5,4", "1,2,0"
CONV = ("--operator", "convolution")
IMAGE, TAPS = "3 1 4 1;5 9 2 6;5 3 5 8", "1 2;0 3"


def told(tapwise: Run, *words: str) -> str:
    ran = tapwise("explain", *words)
    assert ran.code == 0, ran.err
    return ran.out.rstrip("\n")


def refused(tapwise: Run, *words: str) -> str:
    ran = tapwise("explain", *words)
    assert (ran.code, ran.out) == (2, "")
    return ran.err.strip()


def test_the_text(tapwise: Run) -> None:
    steps = tw.explain([2, 1, 3, 5, 4], [1, 2, 0], operator="convolution")
    assert told(tapwise, X, H, *CONV) == steps.text()
    assert told(tapwise, X, H, *CONV).splitlines()[-1] == (
        "    y[2] = h[2]·x[2] + h[1]·x[3] + h[0]·x[4] = 0·3 + 2·5 + 1·4 = 0 + 10 + 4 = 14"
    )
    for form in ("markdown", "latex"):
        assert told(tapwise, X, H, *CONV, "--format", form) == getattr(steps, form)().rstrip()
    assert told(tapwise, X, H, *CONV, "--format", "mathml") == steps.html()
    assert json.loads(told(tapwise, X, H, *CONV, "--format", "json")) == json.loads(json.dumps(steps.to_dict()))


def test_how_it_is_written(tapwise: Run) -> None:
    lines = told(tapwise, X, H, *CONV, "--level", "numbers", "--over", "inputs", "--at", "1").splitlines()
    assert lines[-1] == "    y[1] = 1·0 + 3·2 + 5·1 = 0 + 6 + 5 = 11"
    assert len(lines) == 3  # no formula in letters, no other output
    both = told(tapwise, X, H, *CONV, "--level", "symbols", "--level", "indices", "--at", "0").splitlines()
    assert both[2] == "    y[m] = Σ_k h[k]·x[m − k + 2]"
    assert both[-1] == "    y[0] = h[2]·x[0] + h[1]·x[1] + h[0]·x[2]"
    worked = told(tapwise, X, H, *CONV, "--worked", "--around", "1", "--at", "0")
    assert re.search(r"h\[2\]·x\[0 − 2 \+ 2\] +h\[2\]·x\[0\] +0·2", worked)
    assert "h has no such tap" in worked
    assert told(tapwise, X, H, *CONV, "--wording", "learning").startswith("Convolution in the mathematical sense")
    many = ",".join(map(str, range(60)))
    assert told(tapwise, many, "1", *CONV).count("\n    y[") == 25
    assert told(tapwise, many, "1", *CONV, "--all").count("\n    y[") == 61


def test_how_indices_are_called(tapwise: Run) -> None:
    centred = told(tapwise, IMAGE, TAPS, "--operator", "cross-correlation", "--origin", "textbook", "--lag",
                   "--columns-first", "--letters", "--level", "symbols", "--level", "indices")  # fmt: skip
    assert "y[m, n] = Σ_k Σ_l h[k, l]·x[k − m, l − n]" in centred
    assert "4 × 3, index [i, j] from [0, 0] to [3, 2]" in centred
    assert "    y[−2, −1] = h[0, 0]·x[2, 1]" in centred
    assert told(tapwise, IMAGE, TAPS, *CONV, "--letters", "--at", "0,0").endswith("= d·3 + c·1 + b·5 + a·9")
    named = told(tapwise, X, H, *CONV, "--origin", "x=2 h=1 y=0", "--names", "f,g,z", "--at", "0")
    assert "f, the signal: 5 elements, index [i] from [-2] to [2]" in named
    assert "    z[0] = g[1]·f[−2] + g[0]·f[−1] + g[−1]·f[0] = 0·2 + 2·1 + 1·3 = 0 + 2 + 3 = 5" in named


def test_as_another_function_would(tapwise: Run) -> None:
    out = told(tapwise, X, H, "--like", "scipy.ndimage.convolve", "--set", "mode=nearest", "--format", "json")
    assert (
        json.loads(out)["y"]
        == tw.apply([2, 1, 3, 5, 4], [1, 2, 0], like="scipy.ndimage.convolve", mode="nearest").tolist()
    )


def test_the_convention(tapwise: Run) -> None:
    words = ("--size", "same", "--boundary", "edge", "--stride", "2", "--dilation", "2", "--anchor", "0")
    out = json.loads(told(tapwise, X, H, *CONV, *words, "--format", "json"))
    assert (
        out["y"]
        == tw.convolve(
            [2, 1, 3, 5, 4], [1, 2, 0], size="same", boundary="edge", stride=2, dilation=2, anchor=0
        ).tolist()
    )
    assert [sum(term["product"] for term in step["terms"]) for step in out["steps"]] == out["y"]
    turned = json.loads(told(tapwise, X, H, *CONV, "--output-order", "reversed", "--format", "json"))
    assert turned["y"] == [14, 11, 5]
    spread = json.loads(told(tapwise, "2,1", "1,3", *CONV, "--direction", "transposed", "--format", "json"))
    assert spread["y"] == tw.transposed([2, 1], [1, 3], operator="convolution").tolist()


@pytest.mark.parametrize("ending", ["txt", "md", "tex", "json"])
def test_into_a_file(tapwise: Run, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"steps.{ending}"
    form = {"txt": "text", "md": "markdown", "tex": "latex"}.get(ending, ending)
    assert told(tapwise, X, H, *CONV, "-o", str(path)) == ""
    assert path.read_text(encoding="utf-8").rstrip() == told(tapwise, X, H, *CONV, "--format", form)
    assert refused(tapwise, X, H, *CONV, "-o", str(path)).endswith("choose another name, or force it to be replaced")
    assert told(tapwise, X, H, *CONV, "-o", str(path), "--force") == ""


def test_the_outputs_that_an_input_feeds(tapwise: Run) -> None:
    words = (*CONV, "--size", "same", "--boundary", "symmetric", "--feeds", "0")
    assert told(tapwise, X, "1,-1,3", *words).splitlines() == [
        "x[0] feeds 2 outputs, by this law:",
        "    y[m] = Σ_i x[i]·h[m − i + 1]",
        "    x[−1]·h[0 − (−1) + 1]   x[−1]·h[2]   [2]·3    goes into y[0] (outside: the boundary reads x[0])",
        "    x[0]·h[0 − 0 + 1]       x[0]·h[1]    2·(−1)   goes into y[0]",
        "    x[0]·h[1 − 0 + 1]       x[0]·h[2]    2·3      goes into y[1]",
    ]
    found = json.loads(told(tapwise, IMAGE, TAPS, "--operator", "cross-correlation", "--feeds", "1,1", "--format",
                            "json"))  # fmt: skip
    assert [(feed["output"], feed["tap"]) for feed in found["feeds"]] == [
        ([0, 0], [1, 1]), ([0, 1], [1, 0]), ([1, 0], [0, 1]), ([1, 1], [0, 0])
    ]  # fmt: skip
    assert sum(feed["weight"] for feed in found["feeds"]) == 6
    assert refused(tapwise, X, H, *CONV, "--feeds", "9").startswith("error: sample=(9,): x has no such sample")


def test_gradients(tapwise: Run) -> None:
    out = told(tapwise, X, H, "--operator", "cross-correlation", "--upstream", "1,10,100", "--at", "1", "--tap", "0",
               "--level", "numbers")  # fmt: skip
    lines = [line.strip() for line in out.splitlines()]
    assert "dx[1] = 2·1 + 1·10 = 2 + 10 = 12" in lines
    assert "dh[0] = 1·2 + 10·1 + 100·3 = 2 + 10 + 300 = 312" in lines
    assert len([line for line in lines if line.startswith(("dx[", "dh["))]) == 2
    data = json.loads(told(tapwise, X, H, *CONV, "--upstream", "1,10,100", "--format", "json"))
    assert data["input_gradient"] == np.correlate([1, 10, 100], [1, 2, 0], "full").tolist()
    assert refused(tapwise, X, H, *CONV, "--upstream", "1,2").startswith("error: gradient=shape (2,): the outputs have")
    assert refused(tapwise, X, H, *CONV, "--tap", "1") == (
        "error: tap='1': is one of the gradients; write --upstream too"
    )


def of(name: str) -> tuple[str, ...]:
    """What a figure needs beside the arrays."""
    return {
        "gradients": (*CONV, "--upstream", "1,10,100", "--at", "1", "--tap", "0"), "parity": (), "definitions": (),
        "equations": (), "filtered": (), "windows": ("--at", "1"),
        "placement": (*CONV, "--at", "1"), "sliding": (*CONV, "--at", "1"), "zoom": (*CONV, "--at", "1"),
        "worked-example": (*CONV, "--at", "1"),
    }.get(name, CONV)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_figure(tapwise: Run, tmp_path: Path, name: str) -> None:
    needs("matplotlib")
    x, h = ("1 2 3;4 5 7;6 8 8", "1 2;0 3") if name == "filtered" else (X, H)
    path = tmp_path / ("a.gif" if name == "animation" else "a.svg")
    assert told(tapwise, x, h, "--figure", name, *of(name), "-o", str(path)) == ""
    data = path.read_bytes()
    if name == "animation":
        assert data.startswith(b"GIF89a")
        return
    title, _, text = told(tapwise, x, h, "--figure", name, *of(name)).partition("\n\n")
    svg = data.decode()
    assert f'<title id="title">{title.replace("&", "&amp;")}</title>' in svg
    assert len(text) > 20
    assert [path.name for path in tmp_path.iterdir()] == [path.name]


def test_every_figure_of_the_room_has_a_name() -> None:
    figures = {name.replace("_", "-") for name in tw.draw.__all__ if name != "Drawing"}
    assert figures == set(NAMES)


def test_figures_of_both_operators_and_of_the_lag(tapwise: Run) -> None:
    needs("matplotlib")
    words = ("--size", "same", "--origin", "centre", "--at", "1")
    out = told(tapwise, X, H, "--figure", "windows", *words, "--lag")
    assert out.splitlines()[2] == (
        "A, convolution: y[1] reads x[0], x[1], x[2]. B, cross-correlation: y[1] reads x[0], x[1], x[2]. "
        "C, cross-correlation, labelled by lag: y[1] reads x[−2], x[−1], x[0]."
    )
    assert ". B," not in told(tapwise, X, H, "--figure", "windows", *words, *CONV)
    taps = told(tapwise, X, H, "--figure", "worked-example", *CONV, "--at", "0", "--over", "taps")
    assert "y[m] = Σ_k h[k]·x[m − k + 2]" in taps


def test_pictures_of_each_kind(tapwise: Run, tmp_path: Path) -> None:
    needs("matplotlib")
    for ending, magic in (("png", b"\x89PNG"), ("pdf", b"%PDF"), ("PDF", b"%PDF")):
        path = tmp_path / f"a.{ending}"
        told(tapwise, X, H, *CONV, "--figure", "strips", "-o", str(path))
        assert path.read_bytes().startswith(magic)


def test_the_page(tapwise: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    path = tmp_path / "page.html"
    assert told(tapwise, X, H, "--html", str(path)) == ""
    assert path.read_text(encoding="utf-8") == tw.explorer.page([2, 1, 3, 5, 4], [1, 2, 0])
    assert opened == []
    assert refused(tapwise, X, H, "--html", str(path)).endswith("choose another name, or force it to be replaced")
    words = ("--like", "scipy.ndimage.correlate", "--set", "mode=nearest", "--stride", "1")
    told(tapwise, X, H, "--html", str(path), "--force", "--open", "--operator", "cross-correlation", "--size", "same")
    assert opened == [path.resolve().as_uri()]
    assert path.read_text(encoding="utf-8") == tw.explorer.page(
        [2, 1, 3, 5, 4], [1, 2, 0], operator="cross-correlation", size="same"
    )
    told(tapwise, X, H, "--html", str(path), "--force", *words[:4])
    assert path.read_text(encoding="utf-8") == tw.explorer.page(
        [2, 1, 3, 5, 4], [1, 2, 0], like="scipy.ndimage.correlate", mode="nearest"
    )
    view = ("--size", "full", "--lag", "--origin", "x=3 h=1", "--at", "2", "--upstream", "1,2,3,4,5,6,7")
    told(tapwise, X, H, "--html", str(path), "--force", *view)
    assert path.read_text(encoding="utf-8") == tw.explorer.page(
        [2, 1, 3, 5, 4], [1, 2, 0], size="full", output_labels="lag", origin={"x": 3, "h": 1}, at=2,
        upstream=range(1, 8),
    )  # fmt: skip
    image, taps = "1 2 3;4 5 6", "1 0;0 2"
    told(tapwise, image, taps, "--html", str(path), "--force", "--columns-first", "--at", "1,0")
    assert path.read_text(encoding="utf-8") == tw.explorer.page(
        [[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 2]], axis_order="column, row", at=(1, 0)
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "operator=None: which operator is not said; write --operator convolution, or see both"),
        (
            ("-o", "a.html"),
            (
                "a.html: a page to explore and formulas for a page of your own are two things; "
                "write --html a.html for the first, --format mathml for the second"
            ),
        ),
        (("-o", "a.svg"), "a.svg: which figure is not said; write --figure animation, contact-sheet, "),
        (("--figure", "stripes"), "figure='stripes': is not a word of this argument; did you mean 'strips'?"),
        (("--figure", "strips", "-o", "a.gif"),
         "a.gif: its ending names no picture; write one of .svg, .png, .pdf, or --figure animation"),
        (("--figure", "animation", "-o", "a.svg"), "a.svg: its ending names no animation; write one of .gif, .mp4"),
        (("--figure", "animation"), "figure='animation': is written into a file, which is not named; write -o "),
        (("--figure", "gradients"), "upstream=None: the gradient by the output is not given; write --upstream 1,2,3"),
        (("--figure", "strips", "--upstream", "1"), "upstream='1': means nothing with --figure strips; leave out one"),
        (("--figure", "strips", "--worked"), "worked=given: means nothing with --figure; leave out one of the two"),
        (("--html", "a.html", "--level", "numbers"), "level=['numbers']: means nothing with --html; leave out one"),
        (("--html", "a.html", "--letters"), "letters=given: means nothing with --html; leave out one of the two"),
        (("--html", "a.html", "--upstream", "1", "--tap", "0"), "tap='0': means nothing with --html; leave out one"),
        (("--html", "a.html", "--at", "7"), "at=(7,): the result has shape (3,), labelled from [0] to [2]; write "),
        (("--html", "a.html", "--figure", "strips"), "figure='strips': means nothing with --html; leave out one"),
        (("--html", "nowhere/a.html"), "nowhere/a.html: there is no directory nowhere; make it first"),
        (("--open",), "open=given: there is no page to open; write --html page.html --open"),
        (("--feeds", "1", "--at", "1"), "at='1': means nothing with --feeds; leave out one of the two"),
        (("--upstream", "1", "--lag"), "lag=given: means nothing with --upstream; leave out one of the two"),
        (("--origin", "x=q"), "origin='x=q': is not name=position; write 'x=3 h=1', or 'x=3,3 h=1,1'"),
        ((*CONV, "--names", "f,g"), "names=('f', 'g'): must be three different names; "),
        (("--format", "html"), "format='html': is not a word of this argument; "),
    ],
)  # fmt: skip
def test_what_does_not_go(
    tapwise: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(tapwise, X, H, *words).startswith(f"error: {message}")
    assert not list(tmp_path.iterdir())


def test_arrays_of_different_axes(tapwise: Run) -> None:
    assert refused(tapwise, "1 2;3 4", "1,2", *CONV) == (
        "error: x=array of shape (2, 2): has 2 axes and h has 1; give both as many; of a colour image take one channel"
    )


def test_help_shows_brackets(tapwise: Run) -> None:
    """Square brackets are markup where help is printed in colours."""
    out = re.sub(r"[│\s]+", " ", tapwise("explain", "--help").out)
    assert "y[m] = sum of x[i]·h[m + i]" in out
    for option in ("--html", "--open", "--figure", "--feeds", "--upstream", "--tap", "--names"):
        assert option in out
