"""Which outputs are settled when: as many as the definition allows, and not one more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Convention
from tapwise.errors import ArgumentError
from tapwise.streaming.timeline import Timeline, timeline
from tests.engines.cases import FACTORS, Axis

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Lengths that the signal may still come to have, beyond the samples that are known.
FURTHER = 9


def lines(count: int) -> Iterator[tuple[Axis, Timeline]]:
    """Yield random axes that can be streamed."""
    rng = np.random.default_rng(7)
    while count:
        factors: dict[str, Any] = {name: options[rng.integers(len(options))] for name, options in FACTORS.items()}
        axis = Axis(n=0, k=int(rng.integers(1, 5)), **factors | {"output": "forward"})
        try:
            line = timeline(Convention.of(**axis.words), [axis.k], 0)
        except ArgumentError:
            continue
        count -= 1
        yield axis, line


def settled(axis: Axis, received: int) -> int:
    """How many outputs are the same for every length that the signal may come to have, by the oracle."""
    if not received:
        return 0
    every = [replace(axis, n=n).pairs() or [] for n in range(received, received + FURTHER)]
    count = 0
    for outputs in zip(*every, strict=False):
        if any(pairs != outputs[0] for pairs in outputs) or any(
            i >= received for _, i in outputs[0] if isinstance(i, int)
        ):
            break
        count += 1
    return count


def wrong(axis: Axis, line: Timeline) -> bool:
    """Whether the timeline gives an output too early; or too late, where it claims not to."""
    told = [(line.settled(r), settled(axis, r)) for r in range(12)]
    return any(a > b or (a < b and axis.spread == 1 and axis.size != ("longest",)) for a, b in told)


def test_as_many_outputs_are_settled_as_can_be() -> None:
    """But where the signal is spread, those whose last taps fall between two samples might be given earlier.

    "longest" starts when the signal is the longer one, and some windows might stay where they are.
    """
    caught = 0
    for axis, line in lines(150):
        assert not wrong(axis, line), axis
        caught += wrong(axis, replace(line, top=line.top - axis.spread))
    assert caught > 90, "one sample less, and an output is given before it is known"


def test_needed_is_the_inverse_of_settled() -> None:
    for axis, line in lines(300):
        for o in range(20):
            assert line.settled(line.needed(o)) > o, axis
            assert line.needed(o) == 1 or line.settled(line.needed(o) - 1) <= o, axis


def test_no_sample_is_forgotten_that_is_read_later() -> None:
    caught = 0
    for axis, line in lines(250):
        for n in range(14):
            given = line.settled(n)
            later = (replace(axis, n=m).pairs() or [] for m in range(n, n + 4))
            read = [i for rows in later for o in range(given, len(rows)) for _, i in rows[o] if isinstance(i, int)]
            assert not read or min(read) >= line.oldest(given, n), (axis, n)
            caught += bool(read) and min(read) < replace(line, trail=line.trail - 1).oldest(given, n)
    assert caught > 50


def test_latency_is_what_is_waited_for() -> None:
    for axis, line in lines(300):
        for tile in (1, 4):
            waited = [line.needed((o // tile + 1) * tile - 1) - 1 - line.s * o // line.u for o in range(40)]
            assert line.latency(tile) == max(waited), axis
