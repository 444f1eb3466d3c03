"""Definitions: their sources' words, the functions they document, and relations found by computing."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal

import tapwise as tw
from tapwise.explanation import DEFINITIONS, Definition, relations
from tapwise.explanation.definitions import computed
from tapwise.explanation.formula import At, Chain, Linear, Product, Sigma
from tests.draw.reading_back import shown

A, V = np.array([2 + 1j, 1 - 3j, 5, 7j, 4]), np.array([3 - 1j, 1 + 2j, 4 + 5j])


def named(part: str) -> Definition:
    return next(found for found in DEFINITIONS if part in found.source)


@pytest.mark.parametrize(("part", "function", "formula"), [
    ("numpy.convolve", np.convolve, r"(a * v)_n = \sum_{m = -\infty}^{\infty} a_m v_{n - m}"),
    ("numpy.correlate", np.correlate, r"c_k = \sum_n a_{n+k} \cdot \overline{v}_n"),
    ("other definition", np.correlate, r"c'_k = \sum_n a_{n} \cdot \overline{v_{n+k}}"),
    ("signal.correlate", scipy.signal.correlate, r"z[k] = \sum_{l=0}^{N-1} x_l \, y_{l-k}^{*}"),
    ("ndimage.convolve", scipy.ndimage.convolve, r"C_i = \sum_j{I_{i+k-j} W_j}"),
])  # fmt: skip
def test_the_sources_say_so(part: str, function: Any, formula: str) -> None:
    assert re.sub(r"\s+", " ", formula) in re.sub(r"\s+", " ", inspect.getdoc(function) or "")
    assert named(part).url.startswith("https://")


def test_the_functions_do_so() -> None:
    def outputs(part: str, first: int, count: int) -> list[Any]:
        made = computed(named(part), A, V)
        return [made.get((n,), 0) for n in range(first, first + count)]

    assert outputs("numpy.convolve", 0, 7) == np.convolve(A, V).tolist()
    full = np.correlate(A, V, "full").tolist()
    assert outputs("NumPy, numpy.correlate", -2, 7) == full
    assert outputs("other definition", -4, 7) == full[::-1]
    assert outputs("signal.correlate", -2, 7) == scipy.signal.correlate(A, V, method="direct").tolist()
    real, kernel = np.array([2, 1, 3, 5, 4]), np.array([1, 2, 0])
    found = computed(named("ndimage.convolve"), real, kernel)
    assert [found.get((n,), 0) for n in range(5)] == scipy.ndimage.convolve(real, kernel, mode="constant").tolist()


RELATIONS = {
    "Oppenheim": ["our convolution"],
    "Wikipedia, Convolution": ["our convolution"],
    "numpy.convolve": ["our convolution"],
    "ndimage.convolve": ["our convolution, origin moved by c"],
    "9.4": ["our convolution"],
    "Song Ho Ahn": ["our convolution"],
    "9.6": ["our cross-correlation"],
    "TensorFlow": ["our cross-correlation"],
    "NumPy, numpy.correlate": ["our cross-correlation, second operand conjugated"],
    "other definition": [
        "our cross-correlation, labels reflected, second operand conjugated",
        "our cross-correlation, arguments swapped, second operand conjugated",
    ],
    "signal.correlate": ["our cross-correlation, second operand conjugated"],
    "Wikipedia, Cross-correlation": [
        "our cross-correlation, labels reflected, first operand conjugated",
        "our cross-correlation, arguments swapped, first operand conjugated",
    ],
    "Glass Box": ["our cross-correlation, labels reflected", "our cross-correlation, arguments swapped"],
}


def test_all_relations() -> None:
    assert len(RELATIONS) == len(DEFINITIONS)
    assert {part: [str(found) for found in relations(named(part))] for part in RELATIONS} == RELATIONS


def test_a_definition_with_another_sign_has_another_relation() -> None:
    wrong = named("Oppenheim")
    made, sigma = wrong.formula.sides
    assert isinstance(made, At)
    assert isinstance(sigma, Sigma)
    assert isinstance(sigma.body, Product)
    x, h = sigma.body.factors
    assert isinstance(h, At)
    (index,) = h.index
    assert isinstance(index, Linear)
    turned = replace(index, terms=tuple((-factor, letter) for factor, letter in index.terms))
    law = Chain((made, Sigma(sigma.letters, Product((x, replace(h, index=(turned,)))))))
    assert [str(found) for found in relations(replace(wrong, formula=law))] == ["our cross-correlation"]


def test_the_table_says_what_was_found() -> None:
    figure = tw.draw.definitions()
    texts = shown(figure)
    assert [text for text in texts if text in {found.source for found in DEFINITIONS}] == [
        d.source for d in DEFINITIONS
    ]
    assert texts.count("our convolution") == 6
    assert texts.count("our cross-correlation") == 7
    assert texts.count("labels reflected, or arguments swapped") == 3
    assert texts.count("origin moved by c") == 1
    assert r"$y[m, n] = \sum_{i}\,\sum_{j}\,x[i, j] \cdot h[m + i, n + j]$" in texts
    assert r"(f∗g)[n] = Σ_m f[n − m]·g[m] is our convolution." in figure.alt
