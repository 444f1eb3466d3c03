"""Functions that are no operators: each is refused with the law it breaks, and with numbers that show it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal
from tests.needs import needs

from tapwise.probing import Counterexample, NotAnOperator, probe

Array = np.ndarray[Any, np.dtype[Any]]


class Stateful:
    """A filter that remembers its last answer."""

    last = 0.0

    def __call__(self, x: Array, h: Array) -> Array:
        y = np.convolve(x, h)
        y = y + self.last
        self.last = float(np.abs(y).max()) + 1
        return y


def dropout(x: Array, h: Array) -> Array:
    y = np.convolve(x, h, "same")
    return np.asarray(y * (np.random.default_rng().random(y.shape) > 0.5))


def two_passes(x: Array, h: Array) -> Array:
    """Rows, rounded to whole numbers, then columns."""
    rows = np.floor(ndimage.correlate(x.astype(float), h[:1].astype(float)) / 4)
    return np.asarray(np.floor(ndimage.correlate(rows, h[:, :1].astype(float)) / 4))


def bug_at_the_first_output(x: Array, h: Array) -> Array:
    y = np.convolve(x, h)
    y[0] = 2 * y[0]
    return y


def bug_at_the_last_row(x: Array, h: Array) -> Array:
    y = ndimage.convolve(x, h, mode="mirror")
    y[-1] = y[-2]
    return np.asarray(y)


def position_dependent(x: Array, h: Array) -> Array:
    return np.convolve(x * np.arange(len(x)), h)


def bilateral(x: Array, h: Array) -> Array:
    k = len(h)
    y = np.zeros(len(x) - k + 1)
    for o in range(len(y)):
        window = x[o : o + k].astype(float)
        weights = h / (1 + (window - window[k // 2]) ** 2)
        y[o] = (weights * window).sum()
    return y


def equalised(x: Array, h: Array) -> Array:
    y = np.convolve(x, h, "same")
    return np.searchsorted(np.sort(y), y).astype(float)


def recursive(x: Array, h: Array) -> Array:
    return np.asarray(signal.lfilter(h, [1, -0.5], x))


def normalised_by_the_signal(x: Array, h: Array) -> Array:
    return np.asarray(np.convolve(x, h, "same") / (np.convolve(np.abs(x), np.ones(len(h)), "same") + 1))


def same_order(x: Array, h: Array) -> Array:
    return np.convolve(x, np.sort(h))


#: Name, function, axes, and the law that it breaks.
IMPOSTORS: list[tuple[str, Any, int, str]] = [
    ("median", lambda x, h: signal.medfilt(x, 3), 1, "linear in x"),
    ("maximum", lambda x, h: ndimage.maximum_filter(x, len(h)), 1, "linear in x"),
    ("minimum", lambda x, h: ndimage.minimum_filter(x, len(h)), 1, "linear in x"),
    ("squared signal", lambda x, h: np.convolve(x**2, h), 1, "linear in x"),
    ("squared response", lambda x, h: np.convolve(x, h) ** 2, 1, "linear in x"),
    ("absolute response", lambda x, h: np.abs(np.convolve(x, h)), 1, "linear in x"),
    ("threshold", lambda x, h: np.maximum(np.convolve(x, h), 0), 1, "linear in x"),
    ("bilateral", bilateral, 1, "linear in x"),
    ("histogram equalisation", equalised, 1, "linear in x"),
    ("normalised by the signal", normalised_by_the_signal, 1, "linear in x"),
    ("rounded between two passes", two_passes, 2, "linear in x"),
    ("constant", lambda x, h: x * 0, 1, "linear in x"),
    ("squared taps", lambda x, h: np.convolve(x, h**2), 1, "linear in h"),
    ("sorted taps", same_order, 1, "linear in h"),
    ("residual", lambda x, h: np.convolve(x, h, "same")[: len(x)] + x, 1, "linear in h"),
    ("dropout", dropout, 1, "deterministic"),
    ("state between calls", Stateful(), 1, "deterministic"),
    ("position-dependent", position_dependent, 1, "shift-invariant"),
    ("transposed answer", lambda x, h: signal.convolve2d(x, h, "same").T, 2, "axis-separable"),
    ("recursive", recursive, 1, "taps"),
    ("symmetrised kernel", lambda x, h: np.convolve(x, h + h[::-1]), 1, "taps"),
    ("a fixed filter before", lambda x, h: np.convolve(np.convolve(x, [1, 2, 1]), h), 1, "taps"),
    ("all but the last tap", lambda x, h: np.convolve(x, np.append(h[:-1], 0)), 1, "taps"),
    ("a bug at the first output", bug_at_the_first_output, 1, "borders"),
    ("a bug at the last row", bug_at_the_last_row, 2, "borders"),
]


@pytest.mark.parametrize(("f", "ndim", "law"), [case[1:] for case in IMPOSTORS], ids=[case[0] for case in IMPOSTORS])
def test_an_impostor_is_refused_with_the_law_that_it_breaks(f: Any, ndim: int, law: str) -> None:
    with pytest.raises(NotAnOperator) as refused:
        probe(f, ndim=ndim)
    assert refused.value.law == law, str(refused.value)
    found = refused.value.counterexample
    assert found is not None
    assert len(found.inputs) == len(found.answers)
    if law != "deterministic":  # asked again, it gives the same answers
        for (x, h), y in zip(found.inputs, found.answers, strict=True):
            assert np.array_equal(f(np.array(x), np.array(h)), y, equal_nan=True)
    _check_that_it_shows_the_law(law, found)


def _check_that_it_shows_the_law(law: str, found: Counterexample) -> None:
    answers = [np.array(y, dtype=float) for y in found.answers]
    if law == "deterministic":
        assert found.inputs[0] == found.inputs[1]
        assert not np.array_equal(answers[0], answers[1])
    elif law in ("linear in x", "linear in h") and len(answers) == 4:
        one, two, both, rest = answers
        rest = rest if law == "linear in x" else 2 * one - rest  # the fourth kernel is twice the first
        assert not np.allclose(both, one + two - rest)
        which = 0 if law == "linear in x" else 1
        parts = [np.array(pair[which]) for pair in found.inputs]
        assert np.array_equal(parts[0] + parts[1], parts[2])
    elif law == "borders":
        assert found.where is not None
        wrong = np.argwhere(~np.isclose(answers[0], np.array(found.expected)))
        assert tuple(wrong[0]) == found.where


@pytest.mark.parametrize(
    ("f", "ndim", "words"),
    [
        (bug_at_the_first_output, 1, "it is convolution inside, Convention.of(operator='convolution', size='full'"),
        (bug_at_the_first_output, 1, "except at the first output: y[0] is"),
        (bug_at_the_last_row, 2, "except at the last output along axis 0"),
        (bug_at_the_last_row, 2, "boundary='reflect101"),
    ],
)
def test_a_bug_at_a_border_is_said_to_be_one(f: Any, ndim: int, words: str) -> None:
    with pytest.raises(NotAnOperator) as refused:
        probe(f, ndim=ndim)
    assert words in str(refused.value)


def test_template_matching_is_named() -> None:
    match_template = needs("skimage.feature").match_template
    with pytest.raises(NotAnOperator, match=r"normalised cross-correlation \(template matching\)"):
        probe(lambda x, h: match_template(x, h), ndim=2)


def test_what_gives_no_answer_is_refused() -> None:
    with pytest.raises(NotAnOperator) as refused:
        probe(lambda x, h: 1 / 0, ndim=1)
    assert refused.value.law == "answers"


def spread_by_transposing(x: Array, h: Array) -> Array:
    """Twice as many outputs as samples, but for a single tap one fewer."""
    spread = np.zeros(2 * len(x) - 1)
    spread[::2] = x
    y = np.convolve(spread, h)
    first = max(len(h) - 2, 0) // 2
    return y[first : first + 2 * len(x)]


def all_lags(x: Array, h: Array) -> Array:
    """The shorter one is padded, as MATLAB's xcorr does."""
    n = max(len(x), len(h))
    return np.correlate(np.pad(x, (0, n - len(x))), np.pad(h, (0, n - len(h))), "full")


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (spread_by_transposing, "it is convolution, Convention.of(operator='cross-correlation'"),
        (spread_by_transposing, "but not for kernels of 1 tap: 6 samples and 1 tap give 11 outputs"),
        (all_lags, "it is cross-correlation inside, but no size and anchor of the vocabulary"),
        (lambda x, h: np.convolve(x, np.rint(h)), "does not reproduce it: on numbers that are not whole y["),
    ],
)
def test_an_operator_that_no_convention_says_is_named(f: Any, words: str) -> None:
    with pytest.raises(NotAnOperator) as refused:
        probe(f, ndim=1)
    assert refused.value.law == "vocabulary"
    assert words in str(refused.value)
