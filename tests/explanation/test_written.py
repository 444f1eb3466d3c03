"""What is written down, read back: every formula's indices and numbers, in every format."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from fractions import Fraction
from html import unescape
from typing import Any

import numpy as np
import pytest
from tests import oracle
from tests.explanation.test_steps import drawn

from tapwise.errors import ArgumentError, ShapeError
from tapwise.explanation import Explanation, explain

Reader = Callable[[Explanation, str], list[str]]


def of_text(steps: Explanation, over: str) -> list[str]:
    return [line.strip() for line in steps.text(over=over).splitlines() if line.startswith("    ")]


def of_plain_text(steps: Explanation, over: str) -> list[str]:
    text = steps.text(over=over, plain=True)
    assert text.isascii()
    return [line.strip() for line in text.splitlines() if line.startswith("    ")]


def of_latex(steps: Explanation, over: str) -> list[str]:
    return [linear(line) for line in re.findall(r"\\\[\n  (.*)\n\\\]", steps.latex(over=over))]


def of_markdown(steps: Explanation, over: str) -> list[str]:
    return [linear(line) for line in re.findall(r"\$\$\n(.*)\n\$\$", steps.markdown(over=over))]


def linear(latex: str) -> str:
    latex = latex.replace(r"\left", "").replace(r"\right", "").replace(r" \cdot ", "*")
    latex = re.sub(r"_\{(\w+)\}", r"\1", latex)
    latex = re.sub(r"\\boxed\{([^}]*)\}", r"[\1]", latex)
    latex = re.sub(r"\\tfrac\{(\d+)\}\{(\d+)\}", r"\1/\2", latex)
    return re.sub(r"\\tfrac\{([^}]*)\}\{([^}]*)\}", r"(\1)/\2", latex)


def of_html(steps: Explanation, over: str) -> list[str]:
    lines = []
    for math in re.findall(r'<math display="block"[^>]*>(.*?)</math>', steps.html(over=over)):
        plain = re.sub(r"<mfrac><mrow>(.*?)</mrow><mn>(\d+)</mn></mfrac>", r"(\1)/\2", math)
        plain = re.sub(r"<mo>([=+−])</mo>", r" \1 ", plain).replace("<mo>,</mo>", ", ")
        lines.append(unescape(re.sub(r"<[^>]*>", "", plain)).replace(" − ", " - "))
    return lines


READERS = {
    "text": of_text, "plain text": of_plain_text, "LaTeX": of_latex, "Markdown": of_markdown, "HTML": of_html,
}  # fmt: skip


def plainly(text: str) -> str:
    return text.replace("−", "-").replace("·", "*")


def evaluated(text: str) -> Any:
    """The value of a written side, computed by Python."""
    return eval(re.sub(r"\[([^]]*)\]", r"(\1)", plainly(text)))


def elements(side: str) -> list[tuple[str, tuple[int, ...]]]:
    """The array elements that a side names, in their order."""
    found = re.findall(r"([a-z])\[([^]]*)\]", plainly(side))
    return [(name, tuple(int(part) for part in index.split(","))) for name, index in found]


def random_labels(rng: random.Random, ndim: int) -> dict[str, Any]:
    return {
        "origin": {name: tuple(rng.randint(-2, 3) for _ in range(ndim)) for name in "xhy"},
        "axis_order": rng.choice(["row, column", "column, row"]),
        "output_labels": rng.choice(["offset", "lag"]),
    }


def check_against(axes: list[Any], lines: list[str], steps: Explanation, labels: dict[str, Any], over: str) -> None:
    """Compare the written steps with the oracle's pairs, the labels undone by hand, and with the results."""
    turn = -1 if labels["axis_order"] == "column, row" else 1
    origin = {name: np.array(position) for name, position in labels["origin"].items()}
    sign = -1 if labels["output_labels"] == "lag" else 1
    law, *written = lines
    assert len(written) == len(steps.steps)
    for step, line in zip(steps, written, strict=True):
        name, indices, *numbers = plainly(line).split(" = ")
        ((_, label),) = elements(name)
        assert tuple((sign * np.array(label)[::turn] + origin["y"]).tolist()) == step.output
        pairs = [axis[o] for axis, o in zip(axes, step.output, strict=True)]
        meant = {
            tuple(t for t, _ in path) for path in oracle_product(pairs) if all(answer != "zero" for _, answer in path)
        }
        found = elements(indices)
        taps = [index for array, index in found if array == "h"]
        reads = [index for array, index in found if array == "x"]
        assert {tuple((np.array(t)[::turn] + origin["h"]).tolist()) for t in taps} == meant
        for tap, read in zip(taps, reads, strict=True):
            assert solved(law, label, tap, read, over), (law, label, tap, read)
        assert all(evaluated(side) == step.total for side in numbers)


def oracle_product(pairs: list[list[tuple[int, Any]]]) -> list[list[tuple[int, Any]]]:
    paths: list[list[tuple[int, Any]]] = [[]]
    for axis in pairs:
        paths = [[*path, pair] for path in paths for pair in axis]
    return paths


def solved(law: str, m: tuple[int, ...], k: tuple[int, ...], i: tuple[int, ...], over: str) -> bool:
    """Whether the law, with these labels put in, names the input (or the tap) that the step names."""
    values: dict[str, int] = {}
    for letters, index in (("mn", m), ("kl", k), ("ij", i)):
        if len(index) > 2:
            values |= {f"{letters[0]}{number}": v for number, v in enumerate(index, 1)}
        else:
            values |= dict(zip(letters, index, strict=False))
    array, wanted = ("x", i) if over == "taps" else ("h", k)
    index = re.findall(rf"{array}\[([^]]*)\]", plainly(law))[-1]
    made = [eval(re.sub(r"(\d|\))([a-z])", r"\1*\2", part.strip()), {}, values) for part in index.split(",")]
    return made == list(wanted)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_every_format_read_back_gives_the_pairs_and_the_sums(ndim: int) -> None:
    rng = random.Random(10 + ndim)
    done, cases = 0, 300
    while done < cases:
        meant, lengths, taps, axes = drawn(rng, ndim)
        if not all(axes):
            continue
        x = np.array([rng.randint(-9, 9) for _ in range(int(np.prod(lengths)))]).reshape(lengths)
        h = np.array([rng.randint(-9, 9) for _ in range(int(np.prod(taps)))]).reshape(taps)
        labels = random_labels(rng, ndim)
        steps = explain(x, h, meant, most=6, **labels)
        over, format_ = rng.choice(["taps", "inputs"]), list(READERS)[done % len(READERS)]
        check_against(axes, READERS[format_](steps, over), steps, labels, over)
        done += 1


def test_a_wrong_formula_would_be_seen() -> None:
    """The twin: another law, another number, another tap are each caught."""
    labels: dict[str, Any] = {"origin": {"x": (0,), "h": (0,), "y": (0,)}, "axis_order": "row, column",
                              "output_labels": "offset"}  # fmt: skip
    steps = explain([2, 1, 3], [1, 4], operator="convolution", **labels)
    axes = [oracle.axis(3, 2, operator="convolution", size=("valid",))]
    right = of_text(steps, "taps")
    check_against(axes, right, steps, labels, "taps")
    for old, new in (("m − k + 1", "m + k"), ("= 9", "= 10"), ("4·2", "2·2"), ("h[1]·x[0]", "h[0]·x[0]")):
        wrong = [line.replace(old, new) for line in right]
        assert wrong != right, old
        with pytest.raises(AssertionError):
            check_against(axes, wrong, steps, labels, "taps")


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_fractions_floats_and_complex_numbers_read_back_exactly(read: Reader) -> None:
    for x, h in (
        ([Fraction(1, 3), Fraction(-2, 7)], [Fraction(5, 2), Fraction(-1, 9)]),
        ([0.1, -2.5e-7, 3.0], [1 / 3, -1e21]),
        ([1 + 2j, -3j], [0.5 - 1j, 2]),
    ):
        steps = explain(x, h, operator="convolution")
        for line, step in zip(read(steps, "taps")[1:], steps, strict=True):
            shown = plainly(line).split(" = ")[2:]
            if read in (of_latex, of_markdown):
                shown = [re.sub(r"\*10\^\{(-?\d+)\}", r"e\1", side).replace(r"\mathrm{j}", "j") for side in shown]
            if read is of_html:
                shown = [re.sub(r"<[^>]*>", "", side) for side in shown]
            exact = isinstance(x[0], Fraction)
            sides = [re.sub(r"(\d+)/(\d+)", r"Fraction(\1, \2)", side) if exact else side for side in shown]
            if read is of_html and exact:
                continue  # a built-up fraction has no sign between its parts; its label is the text, read above
            for side in sides:
                assert eval(side, {"Fraction": Fraction}) == step.total, line


def test_the_labels_of_math_are_the_text() -> None:
    steps = explain([2, 1, 3], [1, -1], operator="convolution")
    labels = [unescape(found) for found in re.findall(r'aria-label="([^"]*)"', steps.html())]
    assert labels == of_text(steps, "taps")


def test_levels_and_wordings() -> None:
    steps = explain([2, 1, 3, 5, 4], [1, -1], operator="cross-correlation", at=0)
    assert steps.text(levels=["indices"]).splitlines()[-1] == "    y[0] = h[0]·x[0] + h[1]·x[1]"
    assert steps.text(levels="numbers").splitlines()[-1] == "    y[0] = 1·2 + (−1)·1 = 2 − 1 = 1"
    signal, learning = steps.text(wording="signal"), steps.text(wording="learning")
    assert signal.startswith(
        "Cross-correlation: the kernel slides over the signal as it is given.\nSize valid, stride 1."
    )
    assert learning.startswith("Cross-correlation, which deep-learning libraries call convolution: the filter slides")
    assert "x, the input: 5 elements" in learning


def test_the_result_is_told_where_it_is_not_the_sum() -> None:
    steps = explain([2, 1, 3], [1, 1], operator="convolution", gain=0.5, at=0)
    assert "y[0] is returned as 1.5: scaled, rounded or stored as was asked." in steps.text()


def test_pairs_that_do_not_meet_are_told() -> None:
    steps = explain([2, 1, 3], [5, 7], operator="cross-correlation", size="full", dilation=2, at=0, around=1)
    text = steps.text(worked=True, plain=True)
    worked = [re.split(r"  +", line.strip()) for line in text.splitlines()]
    assert ["h[0]*x[0 + 2*0 - 2]", "h[0]*x[-2]", "outside: nothing is read"] in worked
    assert ["x[1]*h[(1 - 0 + 2)/2]", "h has no such tap"] in worked
    spread = explain([2, 1], [5, 7], operator="cross-correlation", size="full", spread=2, at=1)
    assert "between two samples: nothing is read" in spread.text(worked=True)


def test_letters_of_taps() -> None:
    steps = explain([[1, 2], [3, 4]], [[5, 6], [7, 8]], operator="convolution", letters=True)
    assert steps.text(levels="numbers").splitlines()[-1] == "    y[0, 0] = d·1 + c·2 + b·3 + a·4"
    assert "y[0, 0] = q·1 + r·2" in explain(
        [[1, 2], [3, 4]], [[5, 6], [7, 8]], operator="cross-correlation", letters="qrst"
    ).text(levels="numbers")


def test_textbook_labels_are_the_lags() -> None:
    import tapwise as tw

    for operator in ("convolution", "cross-correlation"):
        for size in ("valid", "same", "full"):
            steps = explain([3, 1, 4, 1, 5], [2, 7, 1], operator=operator, size=size, origin="textbook")
            labels = [steps.labels.of_output(step.output)[0] for step in steps]
            assert labels == tw.lags(5, 3, operator=operator, size=size).tolist()
            assert steps.labels.laws(steps.plan)[0].c == 0


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ({"origin": "center"}, ArgumentError, "origin='center': "),
        ({"origin": {"z": 1}}, ArgumentError, "origin={'z': 1}: has no array 'z'; give 'x', 'h' and 'y'"),
        ({"origin": {"x": (1, 2)}}, ShapeError, "origin={'x': (1, 2)}: x has 1 axes; give a position along each"),
        ({"letters": "abc"}, ArgumentError, "letters='abc': the kernel has 2 taps; "),
        ({"names": ("f", "f", "g")}, ArgumentError, "names=('f', 'f', 'g'): must be three different names; "),
        ({"axis_order": "xy"}, ArgumentError, "axis_order='xy': "),
        ({"output_labels": "no"}, ArgumentError, "output_labels='no': "),
        ({"at": (1, 2)}, ArgumentError, "at=(1, 2): there are 1 axes; write one index for each"),
        ({"around": -1}, ArgumentError, "around=-1: "),
    ],
)
def test_refusals(words: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        explain([2, 1, 3], [1, -1], operator="convolution", **words)
    assert str(caught.value).startswith(message)


def test_the_other_direction() -> None:
    """The outputs that a sample feeds are those in whose steps it is read, whatever the convention."""
    rng = random.Random(5)
    done = 0
    while done < 100:
        meant, lengths, taps, axes = drawn(rng, rng.randint(1, 2))
        if not all(axes):
            continue
        x, h = np.ones(lengths, int), np.ones(taps, int)
        labels = random_labels(rng, len(lengths))
        steps = explain(x, h, meant, **labels)
        sample = tuple(rng.randrange(n) for n in lengths)
        found = {(feed.output, feed.tap, feed.position) for feed in steps.fed_by(steps.labels.of_input(sample))}
        read = {
            (s.output, t.tap, t.position)
            for s in steps
            for t in s.used
            if t.sample == sample and t.status != "constant"
        }
        assert found == read
        done += 1


def test_a_sample_that_is_not_there() -> None:
    with pytest.raises(ArgumentError, match="x has no such sample"):
        explain([2, 1, 3], [1, -1], operator="convolution").fed_by(3)


def test_what_a_sample_is_worth_to_the_outputs() -> None:
    """Summed over all samples, the products that they give an output are that output; in every format."""
    steps = explain([[2, 1, 3], [5, 4, 7]], [[1, -1], [0, 2]], operator="convolution", size="same", boundary="wrap",
                    origin="centre", names=("f", "g", "z"))  # fmt: skip
    sums = dict.fromkeys(np.ndindex(steps.y.shape), 0)
    for sample in np.ndindex(steps.x.shape):
        label = steps.labels.of_input(sample)
        fed = steps.fed_by(label)
        rows = [line for line in fed.text().splitlines() if "goes into" in line]
        assert len(rows) == len(fed)
        for feed, term, row in zip(fed, fed.terms, rows, strict=True):
            sums[feed.output] += term.product
            numbers = re.search(r"  (\[?[-−]?\d+\]?·\(?[-−]?\d+\)?)  ", row)
            assert numbers, row
            a, b = (int(part.strip("[]()").replace("−", "-")) for part in numbers[1].split("·"))
            assert a * b == term.product
            assert f"goes into z{list(steps.labels.of_output(feed.output))}".replace("-", "−") in row
        assert fed.html().count("<tr>") == len(fed) + 1
        assert fed.markdown().count("goes into") == fed.latex().count("goes into") == len(fed)
    assert sums == {index: int(value) for index, value in np.ndenumerate(steps.y)}
    with pytest.raises(TypeError, match="there are no choices, but levels is given"):
        fed.text(levels="numbers")
