"""Folding: what a transposed operator gave to positions outside the signal goes to the samples that stood there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tapwise.engines.case import Array
    from tapwise.geometry import Plan


def fold(plan: Plan, y: Array, batch: int) -> Array:
    """Return the folded output of a plan, in the memory of `y`; its first `batch` axes are left alone."""
    for number, rule in enumerate(plan.folds):
        if rule is None:
            continue
        ends = np.moveaxis(y, batch + number, 0)
        middle = ends[rule.lead : rule.lead + rule.n]
        for outside, sample in rule.pairs():
            middle[sample] += ends[outside]
        y = np.moveaxis(middle, 0, batch + number)
    return y
