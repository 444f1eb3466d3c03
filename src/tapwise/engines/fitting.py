"""Fitting rates to measured times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tapwise.engines.rates import Features

#: Errors of a prediction, as logarithms, beyond which a time counts for less: one that is off by a third is no rule.
ROBUST = 0.3
ROUNDS = 30
#: What a rate's likeness to the one before counts, beside a measured time.
TRUST = 0.1


def fit(
    works: Sequence[Features], times: Sequence[float], before: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the rates, none below 0, for which work times rates comes closest to the times.

    What is made small is Σ ρ(log(predicted / measured)), with Huber's ρ: squares up to `ROBUST`, then straight lines.
    Each round solves a linear problem: log(p / t) is (p - t) / m, m the logarithmic mean of the last p and t.

    Parameters
    ----------
    works : sequence of mappings
        The features of each run.
    times : sequence of float
        What it took, above 0, in the unit that the rates shall have.
    before : mapping of str to float, optional
        Rates to stay near to, as far as the times leave it open.

    Returns
    -------
    dict of str to float
        A rate for each name that occurs in `works`; 0 for one that no time asks for.

    Examples
    --------
    >>> rates = fit([{"call": 1}, {"call": 1, "product": 8}, {"call": 1, "product": 64}], [4.0, 8.0, 36.0])
    >>> {name: round(rate, 9) for name, rate in rates.items()}
    {'call': 4.0, 'product': 0.5}
    """
    from scipy.optimize import nnls

    names = list(dict.fromkeys(name for work in works for name in work))
    amounts = np.array([[float(work.get(name, 0.0)) for name in names] for work in works])
    measured = np.asarray(times, float)
    units = amounts.max(axis=0, initial=1e-300)  # amounts of 1 and of 1e9 stand beside each other
    known = np.array([before.get(name, 0.0) if before else 0.0 for name in names])
    likeness = np.diag(TRUST / np.where(known > 0, known * units, np.inf))
    alike = np.where(known > 0, TRUST, 0.0)
    means, weights = measured, np.ones_like(measured)
    rates = np.zeros(len(names))
    for _ in range(ROUNDS):
        scales = weights / means
        rows = np.concatenate([amounts / units * scales[:, None], likeness])
        rates = nnls(rows, np.concatenate([measured * scales, alike]))[0] / units
        predicted = np.maximum(amounts @ rates, 1e-9 * measured)
        errors = np.log(predicted / measured)
        near = np.abs(errors) < 1e-6
        means = np.where(near, measured, (predicted - measured) / np.where(near, 1.0, errors))
        weights = np.sqrt(np.minimum(1.0, ROBUST / np.maximum(np.abs(errors), ROBUST)))
    return {name: float(rate) for name, rate in zip(names, rates, strict=True)}
