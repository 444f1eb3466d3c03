"""An operator as a matrix of Python integers, made from the oracle's pairs alone."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.engines.cases import Case

Array = np.ndarray[Any, np.dtype[Any]]


def triples(case: Case) -> list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Every (output, tap, sample) that meets; constants are no part of the linear operator."""
    axes = [
        [(o, t, label) for o, pairs in enumerate(axis.pairs() or []) for t, label in pairs if isinstance(label, int)]
        for axis in case.axes
    ]
    return [tuple(zip(*met, strict=True)) for met in itertools.product(*axes)]  # type: ignore[misc]


def matrix(case: Case) -> Array:
    """The matrix from flat samples to flat outputs of the filtered axes."""
    outputs = [len(axis.pairs() or []) for axis in case.axes]
    samples = [axis.n for axis in case.axes]
    dense = np.zeros((int(np.prod(outputs)), int(np.prod(samples))), object)
    for o, t, i in triples(case):
        dense[np.ravel_multi_index(o, outputs), np.ravel_multi_index(i, samples)] += int(case.h[t])
    return dense


def flat(case: Case, values: Array) -> Array:
    """The rows of an array whose batch axes come first, as Python integers: one row an element of the batch."""
    rows = np.moveaxis(values, case.places, range(-len(case.places), 0))
    batch = rows.ndim - len(case.places)
    return rows.reshape(int(np.prod(rows.shape[:batch])), int(np.prod(rows.shape[batch:]))).astype(object)
