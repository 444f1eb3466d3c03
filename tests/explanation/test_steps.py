"""Steps against the oracle's pairs, and their sums against the operators."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests import oracle

import tapwise as tw
from tapwise.convention import Convention
from tapwise.errors import ArgumentError
from tapwise.explanation import explain

SIZES: list[tuple[Any, ...]] = [
    ("valid",),
    ("full",),
    ("pads", 2, 1),
    ("pads", 4, -1),
    ("same-upper",),
    ("lags", -1, 2),
]
RULES = ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"]


def drawn(rng: random.Random, ndim: int) -> tuple[Convention, list[int], list[int], list[Any]]:
    """A random convention with different numbers on every axis, and the oracle's pairs for it."""
    words: dict[str, Any] = {n: [] for n in ("operator", "size", "output", "stride", "dilation", "boundary")}
    lengths, taps, axes = [], [], []
    for _ in range(ndim):
        n, k, size = rng.randint(3, 6), rng.randint(1, 3), rng.choice(SIZES)
        operator, order = rng.choice(["convolution", "cross-correlation"]), rng.choice(["forward", "reversed"])
        stride, dilation = rng.randint(1, 2), 1 if size == ("valid",) else rng.randint(1, 3)
        below, above = rng.choice(RULES), rng.choice(RULES)
        axes.append(
            oracle.axis(
                n,
                k,
                operator=operator,
                size=size,
                order=order,
                stride=stride,
                dilation=dilation,
                below=below,
                above=above,
            )
        )
        lengths.append(n)
        taps.append(k)
        words["operator"].append(operator)
        words["size"].append(f"{size[0]}({size[1]},{size[2]})" if len(size) > 1 else size[0])
        words["output"].append(order)
        words["stride"].append(stride)
        words["dilation"].append(dilation)
        words["boundary"].append(f"{below} | {above}".replace("constant", "constant(7)"))
    return Convention.of(**words), lengths, taps, axes


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_every_used_pair_is_the_oracles_and_totals_are_the_operators(ndim: int) -> None:
    rng = random.Random(ndim)
    done = 0
    while done < 300:
        meant, lengths, taps, axes = drawn(rng, ndim)
        if not all(axes):
            continue
        x = np.array([rng.randint(-9, 9) for _ in range(int(np.prod(lengths)))]).reshape(lengths)
        h = np.array([rng.randint(-9, 9) for _ in range(int(np.prod(taps)))]).reshape(taps)
        steps = explain(x, h, meant)
        y = tw.apply(x, h, meant)
        expected = oracle.apply(dict(np.ndenumerate(x)), dict(np.ndenumerate(h)), axes, constant=7)
        assert [step.output for step in steps] == list(expected)
        for step in steps:
            assert step.total == expected[step.output] == y[step.output] == step.result
            assert step.total == sum(term.weight * term.value for term in step.used)
            pairs = [axis[o] for axis, o in zip(axes, step.output, strict=True)]
            count = int(np.prod([sum(label != "zero" for _, label in p) for p in pairs]))
            assert len(step.used) == count
            for term in step.terms:
                labels = [dict(p)[t] for p, t in zip(pairs, term.tap or (), strict=True)]
                if term.status in ("sample", "boundary"):
                    assert list(term.sample or ()) == labels
                    inside = all(0 <= i < n for i, n in zip(term.position or (), lengths, strict=True))
                    assert (term.status == "sample") == inside
                else:
                    assert term.status == ("outside" if "zero" in labels else "constant")
        done += 1


def test_a_wrong_total_would_be_seen() -> None:
    """The twin of the comparison above: the other operator's plan gives other totals."""
    steps = explain([2, 1, 3, 5, 4], [1, 2, 0], operator="convolution")
    assert [step.total for step in steps] != tw.correlate([2, 1, 3, 5, 4], [1, 2, 0]).tolist()


@pytest.mark.parametrize("boundary", RULES[:1] + RULES[2:])
@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
def test_steps_of_transposed_operators_fold_what_the_boundary_read_again(operator: str, boundary: str) -> None:
    words: dict[str, Any] = {
        "operator": operator,
        "direction": "transposed",
        "boundary": boundary,
        "size": "same",
        "stride": 2,
    }
    x, h = [1, -2, 5], [3, 1, 4, 2]
    steps = explain(x, h, length=6, **words)
    assert [s.total for s in steps] == tw.apply(x, h, length=6, **words).tolist()
    assert any(t.status == "between" for s in steps for t in s.terms)


def test_exact_numbers_stay_exact() -> None:
    step = explain([Fraction(1, 3), Fraction(1, 7)], [Fraction(2, 5), 3], operator="convolution").steps[0]
    assert step.total == Fraction(1, 3) * 3 + Fraction(1, 7) * Fraction(2, 5)
    assert isinstance(step.total, Fraction)


def test_labels_are_the_lags() -> None:
    for output in ("forward", "reversed"):
        words: dict[str, Any] = {"operator": "cross-correlation", "size": "full", "output": output}
        labels = [step.label for step in explain([1, 2, 3], [4, 5], **words)]
        assert labels == [(int(m),) for m in tw.lags(3, 2, **words)]


def test_at_selects_outputs() -> None:
    steps = explain([[1, 2], [3, 4]], [[1]], operator="convolution", at=[(1, 0), (0, 1)])
    assert [(s.output, s.total) for s in steps] == [((1, 0), 3), ((0, 1), 2)]
    first_and_last = explain(list(range(100)), [1], operator="convolution", most=4)
    assert [s.output[0] for s in first_and_last] == [0, 1, 98, 99]


def test_an_output_that_is_not_there() -> None:
    with pytest.raises(ArgumentError) as caught:
        explain([1, 2, 3], [1, 1], operator="convolution", at=2)
    assert (
        str(caught.value)
        == "at=2: the result has shape (2,), labelled from [0] to [1]; write the index of one of its outputs"
    )
