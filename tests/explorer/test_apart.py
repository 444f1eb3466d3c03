"""What the page cannot tell apart, the least change, even and odd part: against Python, and in the browser."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np

import tapwise as tw
from tapwise import Convention
from tapwise.errors import TapwiseError
from tapwise.explanation.readings import readings
from tests.explorer.browser import check, opened
from tests.explorer.node import script

GIF = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
CROSS = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]


def drawn(seed: int) -> tuple[Any, Any, dict[str, Any]]:
    """A random case, its kernel symmetric, antisymmetric or neither."""
    rng = random.Random(seed)
    ndim = 1 + seed % 2
    x = np.array([rng.randint(-1, 2) for _ in range(30)]).reshape((30,) if ndim == 1 else (6, 5))
    x = x[: rng.randint(1, 7)] if ndim == 1 else x[: rng.randint(1, 6), : rng.randint(1, 5)]
    h = np.array([rng.randint(-1, 2) for _ in range(9)]).reshape((9,) if ndim == 1 else (3, 3))
    h = h[: rng.randint(1, 4)] if ndim == 1 else h[: rng.randint(1, 3), : rng.randint(1, 3)]
    h = rng.choice([h, h + np.flip(h), h - np.flip(h)])
    words = {
        "size": rng.choice(["valid", "same", "full"]), "boundary": rng.choice(["zero", "edge", "constant(7)", "wrap"]),
        "stride": rng.choice([1, 1, 2]), "dilation": rng.choice([1, 1, 2]),
    }  # fmt: skip
    return x, h, words


def fields(x: Any, h: Any, words: dict[str, Any]) -> dict[str, str]:
    def spelled(a: Any) -> str:
        return ";".join(",".join(map(str, row)) for row in np.atleast_2d(a).tolist())

    return {"x": spelled(x), "h": spelled(h), "ndim": str(np.ndim(x)), **{k: str(v) for k, v in words.items()}}


def array(numbers: dict[str, Any]) -> Any:
    return np.array(numbers["data"]).reshape(numbers["shape"])


def test_against_python() -> None:
    cases = [drawn(seed) for seed in range(72)]
    alike = changes = parts = 0
    for (x, h, words), got in zip(cases, script("apart.mjs", given=[fields(*case) for case in cases]), strict=True):
        meant = Convention.of(operator="convolution", **words)
        wanted = dict(readings(x, h, meant))
        assert list(wanted) == [name for name, _ in got["readings"]]
        for name, numbers in got["readings"]:
            np.testing.assert_array_equal(array(numbers), wanted[name], err_msg=name)
        report = tw.ambiguity(x, h, meant)
        if report.alike:
            alike += 1
            found = report.change and [
                {"array": e.array, "index": list(e.index), "old": e.old, "new": e.new} for e in report.change.edits
            ]
            assert got["change"] == found
            changes += found is not None
            if wanted["convolution"].size:
                assert got["remarks"] or all(second.startswith("minus") for _, second in report.alike)
        else:
            assert got["remarks"] == []
        try:
            parity = tw.parity(x, h, **words)
        except TapwiseError:
            continue
        parts += 1
        np.testing.assert_array_equal(array(got["parity"]["kernel"]["even"]), parity.even.astype(float))
        np.testing.assert_array_equal(array(got["parity"]["kernel"]["odd"]), parity.odd.astype(float))
        for name, y in zip(("whole", "even", "odd"), parity.convolution, strict=True):
            np.testing.assert_array_equal(array(got["parity"]["results"][name]), y.astype(float))
    assert min(alike, changes, parts) > 15


def test_in_the_browser(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, GIF, CROSS)
    panel = page.page.locator(".apart")
    assert panel.locator(".remarks li").first.inner_text() == (
        "Convolution and cross-correlation give the same numbers here."
    )
    assert "Convolution gives the same as convolution with the kernel transposed." in (
        panel.locator(".remarks li").all_inner_texts()
    )
    panel.get_by_role("button").click()
    assert panel.get_by_role("status").inner_text() == (
        "Changed, positions from 0: h[0,0] is 2 instead of 1, and h[0,1] is 1 instead of 0."
    )
    assert panel.locator(".remarks li").all_inner_texts() == ["Yes: no other reading gives these numbers."]
    assert not panel.get_by_role("button").is_visible()
    check(page, GIF, [[2, 1, 1], [0, 1, 0], [1, 0, 1]])
    tables = dict(
        zip(panel.locator("caption").all_inner_texts(), panel.locator("table").all_inner_texts(), strict=True)
    )
    assert " ".join(tables["even part of h"].split()) == "even part of h 1.5 0.5 1 0 1 0 1 0.5 1.5"
    assert " ".join(tables["odd part of h"].split()) == "odd part of h 0.5 0.5 0 0 0 0 0 −0.5 −0.5"
    a, b = (np.array([float(v.replace("−", "-")) for v in tables[name].split()[-9:]]).reshape(3, 3)
            for name in ("A, of the even part", "B, of the odd part"))  # fmt: skip
    np.testing.assert_array_equal(a + b, page.outputs("Convolution"))
    np.testing.assert_array_equal(a - b, page.outputs("Cross-correlation"))
    page.page.get_by_label("h as text").fill("1 0 0; 0 0 0; 0 0 2")
    page.page.get_by_label("h as text").blur()
    assert panel.get_by_role("status").inner_text() == ""
    assert page.complaints == []


def test_windows_on_different_samples_are_told(context: Any, tmp_path: Path) -> None:
    page = opened(context, tmp_path, [2, 1, 3, 5, 4], [1, 2, 0], size="lags(-1,2)")
    assert "windows lie on different samples" in page.page.locator(".apart > p").last.inner_text()
