"""The golden plans are what the code gives now, and what the oracle says; the latter without any of our code."""

from __future__ import annotations

import ast
import copy
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests import oracle

PLACE = Path(__file__).parents[1] / "golden" / "plans.json"
CASES: list[dict[str, Any]] = json.loads(PLACE.read_text(encoding="utf-8"))
SIDES = ("below", "above")


def test_the_file_is_what_the_generator_makes() -> None:
    from tests.golden import make

    assert PLACE.read_text(encoding="utf-8") == make.text(), (
        "run python -m tests.golden.make and look at the difference"
    )


def test_the_file_is_small_with_a_case_on_each_line() -> None:
    lines = PLACE.read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", len(CASES) + 2)
    assert [json.loads(line.removesuffix(",")) for line in lines[1:-1]] == CASES
    assert PLACE.stat().st_size < 600_000


def test_the_cases_are_varied() -> None:
    seen = Counter(
        f"{name} {word}".split("(")[0]
        for case in CASES
        for name, words in case["convention"].items()
        for word in (words if isinstance(words, list) else str(words).split(" | "))
    )
    wanted = {
        "operator": ["convolution", "cross-correlation"], "output": ["forward", "reversed"], "stride": "123",
        "size": ["valid", "full", "same", "same-upper", "same-lower", "longest", "pads", "lags"], "dilation": "123",
        "boundary": ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"], "spread": "123",
        "anchor": ["first", "low", "high", "last", "low in samples"], "direction": ["forward", "transposed"],
        "operands": ["as-given", "longer-first"], "output_padding": "012",
    }  # fmt: skip
    for name, words in wanted.items():
        for word in words:
            assert seen[f"{name} {word}"] >= 4, (name, word)
    turns = Counter(case["turn"] for case in CASES)
    assert min(turns[turn] for turn in ("none", "transposed", "input", "kernel")) >= 30
    assert sum(fold is not None for case in CASES for fold in case["folds"]) >= 40
    assert Counter(len(case["axes"]) for case in CASES).keys() == {1, 2, 3}


# What follows reads the file as a stranger would: the words of a convention and the oracle, and nothing of tapwise.


def size_of(text: str) -> tuple[Any, ...]:
    name, _, numbers = text.partition("(")
    return (name, *(int(number) for number in numbers.rstrip(")").split(",") if number))


def picked(anchor: str, count: int) -> int:
    """The index that an anchor picks among `count`."""
    rule, shift = re.fullmatch(r"([a-z]+)([+-]\d+)?(?: in samples)?", anchor).groups()  # type: ignore[union-attr]
    return {"first": 0, "low": (count - 1) // 2, "high": count // 2, "last": count - 1}[rule] + int(shift or 0)


def in_samples(anchor: str) -> bool:
    return anchor.endswith("in samples")


def word(case: dict[str, Any], name: str, axis: int) -> Any:
    """One axis' word."""
    value = case["convention"][name]
    return value[axis] if isinstance(value, list) else value


def sides(case: dict[str, Any], axis: int) -> list[str]:
    rules = word(case, "boundary", axis).split(" | ")
    return [rules[0].partition("(")[0], rules[-1].partition("(")[0]]


def expected(case: dict[str, Any], axis: int, n: int) -> list[list[tuple[int, oracle.Label]]]:
    """What the oracle says of one axis of the forward operator on `n` samples."""
    k, dilation, spread = case["kernel"][axis], word(case, "dilation", axis), word(case, "spread", axis)
    anchor, size = word(case, "anchor", axis), size_of(word(case, "size", axis))
    below, above = sides(case, axis)
    length, span = (n - 1) * spread + 1 if n else 0, dilation * (k - 1) + 1
    words = {name: word(case, name, axis) for name in ("operator", "stride", "dilation", "spread")}
    swap = case["convention"]["operands"] == "longer-first" and kernel_is_longer(case)
    if swap and size[0] == "valid":
        below = above = "zero"  # nothing beside the signal belongs to it
    at, short = picked(anchor, k), picked(anchor, n)
    if in_samples(anchor):
        # the oracle counts taps: give it a kernel and a signal without gaps, in which the same sample is chosen
        on_span, short = picked(anchor, span), picked(anchor, length)
        if size[0] == "same" or (size[0] == "longest" and length >= span):
            left = on_span if words["operator"] == "cross-correlation" else span - 1 - on_span
            size = ("pads", left, span - 1 - left)
        elif size[0] == "longest":
            size = ("pads", span - 1 - short, span - length + short)
    return oracle.axis(
        n, k, **words, size=size, anchor=at, short_anchor=short, order=word(case, "output", axis), below=below,
        above=above, swap=swap,
    )  # fmt: skip


def kernel_is_longer(case: dict[str, Any]) -> bool:
    axes = range(len(case["kernel"]))
    lengths = [(n - 1) * word(case, "spread", a) + 1 if n else 0 for a, n in enumerate(case["signal"])]
    spans = [word(case, "dilation", a) * (k - 1) + 1 for a, k in enumerate(case["kernel"])]
    return any(lengths[a] < spans[a] for a in axes)


def label(axis: dict[str, Any], i: int, source: int | None) -> oracle.Label:
    """A position and its source in the oracle's words."""
    return source if source is not None else str(axis[SIDES[i >= 0]]).partition("(")[0]


@pytest.mark.parametrize("case", CASES, ids=[f"line {line}" for line in range(2, len(CASES) + 2)])
def test_a_case_is_what_the_oracle_says(case: dict[str, Any]) -> None:
    for number, axis in enumerate(case["axes"]):
        check_integers(case, number, axis)
        check_equation(axis)
        CHECKS[case["turn"]](case, number, axis, case["folds"][number])


def check_integers(case: dict[str, Any], number: int, axis: dict[str, Any]) -> None:
    """Spread, stride and dilation with the signs of output order and operator, as the turn places them."""
    u, s, d = (word(case, name, number) for name in ("spread", "stride", "dilation"))
    s = -s if word(case, "output", number) == "reversed" else s
    d = -d if word(case, "operator", number) == "convolution" else d
    if case["turn"] in ("transposed", "input"):
        u, s, d = (s, u, -d) if s > 0 else (-s, -u, d)
    if case["turn"] == "kernel":
        s, d = d, s
    assert (axis["u"], axis["s"], axis["d"]) == (u, s, d)


def check_equation(axis: dict[str, Any]) -> None:
    """The pairs are all that meet by the axis' own integers, inside their ranges, in the order of positions."""
    assert [pair[:3] for pair in axis["pairs"]] == [pair[:3] for pair in met(axis)]
    for _, _, i, source in axis["pairs"]:
        inside = 0 <= i < axis["n"]
        reads = axis[SIDES[i >= axis["n"]]].partition("(")[0] not in ("zero", "constant")
        assert source == i if inside else (source is not None) == reads


def check_forward(case: dict[str, Any], number: int, axis: dict[str, Any], fold: Any) -> None:
    n = case["signal"][number]
    found: list[list[tuple[int, oracle.Label]]] = [[] for _ in range(axis["m"])]
    for o, t, i, source in axis["pairs"]:
        found[o].append((t, label(axis, i, source)))
    assert (axis["n"], axis["k"], fold) == (n, case["kernel"][number], None)
    assert found == expected(case, number, n)


def check_spread(case: dict[str, Any], number: int, axis: dict[str, Any], fold: Any) -> None:
    """Each (output, tap, sample) of the forward operator, and no other, comes out at its sample."""
    n = fold["n"] if fold else axis["m"]
    if case["turn"] == "transposed":
        check_length(case, number, n)
    else:
        assert n == case["signal"][number]
    forward = expected(case, number, n)
    forward = forward[: axis["n"]]  # an output padding beyond the stride makes more outputs than there are
    assert (axis["n"], axis["k"]) == (len(forward), case["kernel"][number])
    lead = fold["lead"] if fold else 0
    home = dict(fold["pairs"]) if fold else {}
    spread = sorted((o, t, home.get(e, e - lead)) for e, t, o, _ in axis["pairs"] if 0 <= o < axis["n"])
    assert spread == sorted((o, t, x) for o, pairs in enumerate(forward) for t, x in pairs if isinstance(x, int))
    if fold:
        assert axis["m"] == fold["lead"] + n + fold["trail"]
        outside = [*range(lead), *range(lead + n, axis["m"])]
        assert [e for e, _ in fold["pairs"]] == [e for e in outside if side_reads(case, number, e < lead)]
        below, above = sides(case, number)
        far = max(lead, fold["trail"])
        labels = oracle.extended(n, below, above, far)
        assert all(labels[far - lead + e] == j for e, j in fold["pairs"])


def side_reads(case: dict[str, Any], number: int, low: bool) -> bool:
    return sides(case, number)[0 if low else 1] not in ("zero", "constant")


def check_length(case: dict[str, Any], number: int, n: int) -> None:
    """The length is the one asked for, or the shortest that gives as many outputs, with the output padding."""
    outputs, length = case["signal"][number], word(case, "length", number)
    if length is not None:
        assert n == length
        assert len(expected(case, number, n)) == outputs
        return
    padding = word(case, "output_padding", number)
    assert len(expected(case, number, n - padding)) == outputs
    assert n - padding == 0 or len(expected(case, number, n - padding - 1)) != outputs


def check_kernel(case: dict[str, Any], number: int, axis: dict[str, Any], fold: Any) -> None:
    """Each (output, tap, source) of the forward operator, with output and tap in each other's places."""
    n = case["signal"][number]
    found = sorted((o, t, str(label(axis, i, source))) for t, o, i, source in axis["pairs"])
    wanted = expected(case, number, n)
    assert found == sorted((o, t, str(read)) for o, pairs in enumerate(wanted) for t, read in pairs)
    assert (axis["n"], axis["m"], axis["k"], fold) == (n, case["kernel"][number], len(wanted), None)


CHECKS = {"none": check_forward, "transposed": check_spread, "input": check_spread, "kernel": check_kernel}


def refused(case: dict[str, Any]) -> bool:
    """Whether the checks find fault with a case."""
    try:
        test_a_case_is_what_the_oracle_says(case)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("name", ["n", "k", "m", "u", "s", "c", "d"])
def test_a_wrong_integer_is_caught(name: str) -> None:
    for case in CASES:
        if case["axes"][0]["pairs"]:
            wrong = copy.deepcopy(case)
            wrong["axes"][0][name] += 7
            assert refused(wrong), (name, case)


@pytest.mark.parametrize("place", range(4))
def test_a_wrong_pair_is_caught(place: int) -> None:
    for case in CASES:
        if case["axes"][-1]["pairs"]:
            wrong = copy.deepcopy(case)
            pair = wrong["axes"][-1]["pairs"][-1]
            pair[place] = 0 if pair[place] is None else pair[place] + 1
            assert refused(wrong), (place, case)


@pytest.mark.parametrize("change", [{"c": 1}, {"c": -1}, {"c": 2, "m": -1}, {"m": 1}, {"m": -1}, {"k": -1}], ids=str)
def test_a_plan_that_is_wrong_in_itself_is_caught(change: dict[str, Any]) -> None:
    """The integers changed together with their pairs, so that only the oracle can know."""
    looked_at = 0
    for case in CASES:
        axis = case["axes"][0]
        reads = sum(source is not None for *_, source in axis["pairs"])
        if case["turn"] in ("none", "input") and axis["k"] > 1 and axis["m"] > 1 and axis["n"] > 1 and reads > 1:
            wrong = copy.deepcopy(case)
            changed = wrong["axes"][0]
            for name, by in change.items():
                changed[name] += by
            changed["below"] = changed["above"] = "zero"
            changed["pairs"] = met(changed)
            assert refused(wrong), (change, case)
            looked_at += 1
    assert looked_at > 80


def met(axis: dict[str, Any]) -> list[list[int | None]]:
    """The pairs of a plan with zeros around its signal."""
    u, s, c, d, n = (axis[name] for name in "uscdn")
    met = [
        (o, t, (s * o + c + d * t) // u)
        for o in range(axis["m"])
        for t in (range(axis["k"]) if d > 0 else reversed(range(axis["k"])))
        if (s * o + c + d * t) % u == 0
    ]
    return [[o, t, i, i if 0 <= i < n else None] for o, t, i in met]


def test_the_file_can_be_checked_without_tapwise() -> None:
    """This module and the oracle import nothing of ours, the test of the generator apart."""
    for path in (Path(__file__), Path(oracle.__file__)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        names = [alias.name for node in top for alias in node.names]
        names += [node.module or "" for node in top if isinstance(node, ast.ImportFrom)]
        assert not any("tapwise" in name or "golden" in name for name in names)


def test_the_oracle_loads_without_tapwise() -> None:
    code = "import sys, tests.oracle; sys.exit('tapwise' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=PLACE.parents[2]).returncode == 0
