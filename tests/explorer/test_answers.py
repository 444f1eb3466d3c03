"""The page's arithmetic against the golden plans, and against Python; its code, executed; each with a twin."""

from __future__ import annotations

import contextlib
import io
import random
import subprocess
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import TapwiseError
from tapwise.explorer.presets import presets
from tests.explorer.node import PAGE, script, tool
from tests.needs import needs

OPERATORS = (("convolution", "forward"), ("cross-correlation", "forward"), ("cross-correlation", "reversed"))


def test_types() -> None:
    told = subprocess.run([tool("tsc"), "--project", str(PAGE)], capture_output=True, text=True, check=False)
    assert not told.returncode, told.stdout


def test_golden_plans() -> None:
    assert script("golden.mjs") == {"cases": 300, "bad": []}


def test_a_wrong_arithmetic_is_caught_by_the_golden_plans() -> None:
    assert len(script("golden.mjs", "--spoil")["bad"]) > 250


def drawn(seed: int) -> tuple[dict[str, str], dict[str, Any]]:
    """A random case: the fields of the page, and the words of Python."""
    rng = random.Random(seed)
    ndim = rng.choice([1, 1, 2])
    x = np.array([rng.randint(-4, 9) for _ in range(rng.randint(1, 6) * (rng.randint(1, 5) if ndim == 2 else 1))])
    rows = [n for n in range(1, 7) if x.size % n == 0]
    x = x.reshape(-1, rng.choice(rows)) if ndim == 2 else x
    h = np.array([[rng.randint(-3, 4) for _ in range(3)] for _ in range(4)])
    h = h[: rng.randint(1, 4), : rng.randint(1, 3)] if ndim == 2 else h.ravel()[: rng.randint(1, 5)]
    count = ndim if rng.random() < 0.4 else 1
    choices: dict[str, list[Any]] = {
        "size": ["valid", "same", "same", "full", "full", "same-upper", "same-lower", "longest", "pads(1,1)",
                 "pads(0,2)", "pads(3,-1)", "lags(-2,2)"],
        "boundary": ["zero", "zero", "constant(7)", "edge", "symmetric", "reflect101", "wrap", "zero | edge",
                     "wrap | constant(2)", "reflect101 | symmetric"],
        "anchor": ["default", "default", "low", "high", "first", "last", "low in samples"],
        "stride": [1, 1, 1, 2, 3], "dilation": [1, 1, 2], "spread": [1, 1, 1, 1, 2],
    }  # fmt: skip
    words: dict[str, Any] = {name: [rng.choice(values) for _ in range(count)] for name, values in choices.items()}
    fields = {name: ";".join(map(str, values)) for name, values in words.items()}
    fields |= {
        "x": ";".join(",".join(map(str, row)) for row in np.atleast_2d(x).tolist()),
        "h": ";".join(",".join(map(str, row)) for row in np.atleast_2d(h).tolist()),
        "ndim": str(ndim), "operands": rng.choice(["as-given", "as-given", "longer-first"]),
    }  # fmt: skip
    return fields, {**words, "operands": fields["operands"], "x": x, "h": h}


CASES = [drawn(seed) for seed in range(300)]


@pytest.fixture(scope="module")
def answers() -> Any:
    return script("answers.mjs", given={"cases": [fields for fields, _ in CASES], "presets": presets()})


def python(words: dict[str, Any], operator: str, output: str) -> tuple[dict[str, Any], Any]:
    """The words of Python for one of the page's operators, and its steps; None where Python refuses."""
    plain = {name: value for name, value in words.items() if name not in ("x", "h")}
    usual = "low" if operator == "convolution" else "high"
    plain["anchor"] = [usual if anchor == "default" else anchor for anchor in words["anchor"]]
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    plain |= {"operator": operator, "output": output}
    try:
        return plain, tw.explain(words["x"], words["h"], **plain)
    except TapwiseError:
        return plain, None


def array(numbers: dict[str, Any]) -> Any:
    return np.array(numbers["data"]).reshape(numbers["shape"])


def test_steps_equal_those_of_python(answers: Any) -> None:
    shown = refused = 0
    for (_, words), answer in zip(CASES, answers, strict=True):
        assert answer["again"]  # the address says all of the state
        for (operator, output), got in zip(OPERATORS, answer["operators"], strict=True):
            plain, wanted = python(words, operator, output)
            if wanted is None:
                assert got["stack"] == "Refusal", got
                refused += 1
                continue
            shown += 1
            np.testing.assert_array_equal(array(got["y"]), wanted.y)
            terms = [
                [[list(t.tap), t.position and list(t.position), t.sample and list(t.sample), t.status] for t in s.terms]
                for s in wanted.steps
            ]
            assert got["terms"] == terms
            labels = [",".join(str(n).replace("-", "−") for n in step.label) for step in wanted.steps]
            assert got["labels"] == labels
            fed: dict[tuple[int, ...], list[Any]] = {index: [] for index in np.ndindex(words["x"].shape)}
            for step in wanted.steps:
                for term in step.terms:
                    if term.sample is not None:
                        fed[term.sample].append([list(step.output), list(term.tap)])
            for feeds, own in zip(got["feeds"], fed.values(), strict=True):
                assert sorted(feeds) == sorted(own)
            dy = array(got["dy"])
            if words["operands"] == "as-given" and dy.size:
                dx = tw.input_gradient(dy, words["h"], shape=words["x"].shape, **plain)
                dh = tw.kernel_gradient(dy, words["x"], shape=words["h"].shape, **plain)
                np.testing.assert_array_equal(array(got["dx"]), dx)
                np.testing.assert_array_equal(array(got["dh"]), dh)
    assert shown > 600
    assert refused > 30


def executed(code: str) -> Any:
    space: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, space)
    return np.asarray(space["y"])


@pytest.mark.parametrize("name", ["NumPy", "SciPy", "PyTorch", "tapwise"])
def test_code_gives_this_result(answers: Any, name: str) -> None:
    needs({"PyTorch": "torch"}.get(name, "scipy"))
    ran = 0
    for answer in answers:
        for got in answer["operators"]:
            for listing in got.get("code", []):
                if listing["name"] == name:
                    ran += 1
                    y = executed(listing["code"])
                    assert y.shape == tuple(got["y"]["shape"]), listing["code"]
                    np.testing.assert_array_equal(y, array(got["y"]), err_msg=listing["code"])
    assert ran > 500


def test_direct_calls_are_offered(answers: Any) -> None:
    codes = [listing["code"] for answer in answers for got in answer["operators"] for listing in got.get("code", [])]
    for call in ("np.convolve(x, h", "np.correlate(x, h", 'signal.convolve(x, h, mode="full")', "ndimage.", "padding="):
        assert sum(call in code for code in codes) >= 3, call
    assert sum("np.pad" in code for code in codes) > 50
    assert sum("# the sample that stands at each position" in code for code in codes) > 20


def test_what_is_said_of_the_gradients_of_the_reflected_lag() -> None:
    """∂x is the correlation of ∂y with h read backwards, ∂h the convolution of x with ∂y."""
    x, h, dy = np.array([2, 1, 3, 5, 4]), np.array([1, 2, 0]), np.array([1, 3, 7])
    words: dict[str, Any] = {"operator": "cross-correlation", "output": "reversed"}
    dx = tw.input_gradient(dy, h, shape=x.shape, **words)
    dh = tw.kernel_gradient(dy, x, shape=h.shape, **words)
    np.testing.assert_array_equal(dx, np.correlate(dy, h, "full")[::-1])
    np.testing.assert_array_equal(dh, np.convolve(x, dy, "valid"))
