"""Rates that are known come back from the times they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tapwise.engines.fitting import fit

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Powers of two, nine decades apart, as rates are.
KNOWN = {"call": 2.0**14, "product": 2.0**-7, "byte": 2.0**-5, "row": 2.0**4}


def works(count: int = 40) -> list[dict[str, float]]:
    """Amounts of work over many magnitudes, whole numbers of units."""
    rng = np.random.default_rng(5)
    return [
        {"call": 1.0, **{name: float(2 ** rng.integers(0, 24)) for name in ("product", "byte", "row")}}
        for _ in range(count)
    ]


def times(of: list[dict[str, float]], rates: Mapping[str, float] = KNOWN) -> list[float]:
    return [sum(rates[name] * amount for name, amount in work.items()) for work in of]


def recovered(rates: Mapping[str, float], *, within: float = 1e-9) -> bool:
    """Whether these are the known rates; a rounding of each sum is all that may be lost, times the condition."""
    return rates.keys() == KNOWN.keys() and all(abs(rates[n] / KNOWN[n] - 1) < within for n in KNOWN)


def test_known_rates_come_back() -> None:
    assert recovered(fit(works(), times(works())))


def test_the_checker_sees_a_wrong_rate() -> None:
    for name in KNOWN:
        slower = {**KNOWN, name: KNOWN[name] * 1.001}
        assert not recovered(fit(works(), times(works(), slower)))


def test_times_that_were_disturbed_count_for_less() -> None:
    taken = times(works())
    for place in (3, 11, 17, 29):
        taken[place] *= 8
    # least squares of logarithms would put an error of mean log(8) / 10, a fifth, on every prediction
    assert recovered(fit(works(), taken), within=0.06)


def test_no_rate_is_negative() -> None:
    few = [{"call": 1.0, "product": 1.0}, {"call": 1.0, "product": 100.0}]
    assert fit(few, [8.0, 2.0])["product"] == 0.0


def test_what_no_time_tells_of_stays() -> None:
    both = [{"call": 1.0, "row": 2.0**k, "byte": 2.0**k} for k in range(8)]
    taken = [3 + 4 * 2.0**k for k in range(8)]
    rates = fit(both, taken, {"call": 3.0, "row": 1.0, "byte": 3.0})
    assert rates["row"] == pytest.approx(1.0)
    assert rates["byte"] == pytest.approx(3.0)
    assert fit([{"call": 1.0, "row": 0.0}], [2.0], {"call": 2.0, "row": 5.0})["row"] == pytest.approx(5.0)
