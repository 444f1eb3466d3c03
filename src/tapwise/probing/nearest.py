"""A convention that is followed everywhere but at some outputs beside a border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tapwise.convention import Arithmetic, Convention
from tapwise.convention.words import counted
from tapwise.probing.axis import FORWARD
from tapwise.probing.numbers import Arithmetician, predicted
from tapwise.probing.refusal import Counterexample, NotAnOperator
from tapwise.probing.subject import Refused
from tapwise.probing.usual import computed

if TYPE_CHECKING:
    from tapwise.convention import AxisConvention
    from tapwise.probing.axis import Prober
    from tapwise.probing.reception import Reception
    from tapwise.probing.scale import Scale
    from tapwise.probing.solving import Attempt
    from tapwise.probing.subject import Array, Subject

#: How many outputs at the first and at the last border may be left out.
TRIMS = sorted(((a, b) for a in range(5) for b in range(5)), key=lambda ends: (sum(ends), ends[::-1]))
_INPUTS = 6


def nearest(subject: Subject, reception: Reception, made: Attempt, seed: int = 9) -> NotAnOperator | None:
    """Return that the function follows a convention but for some outputs at its borders, None if it does not."""
    if made.scale is None:
        return None
    axes, trims = [], []
    for prober in made.probers:
        found = _trimmed(prober)
        if found is None:
            return None
        axes.append(found[0])
        trims.append(found[1])
    convention = _convention(subject, reception, Convention(tuple(axes)), made.scale)
    rng = np.random.default_rng(seed)
    x_shape, h_shape = reception.shapes.of(0, *reception.first)
    shown: tuple[Array, Array, Array, Array] | None = None
    for _ in range(_INPUTS):
        x = rng.integers(1, 10, x_shape).astype(reception.signal)
        h = rng.integers(1, 4, h_shape).astype(reception.kernel)
        try:
            y = subject.ask(x, h)
        except Refused:
            return None
        meant = predicted(x, h, convention)
        if meant is None or meant.shape != y.shape:
            return None
        wrong = np.argwhere(~np.isclose(y, meant, rtol=1e-4, atol=1e-4))
        if not all(_at_border(place, y.shape, trims) for place in wrong.tolist()):
            return None
        if len(wrong) and shown is None:
            shown = x, h, y, meant
    if shown is None:
        return None
    x, h, y, meant = shown
    where = tuple(int(i) for i in np.argwhere(~np.isclose(y, meant, rtol=1e-4, atol=1e-4))[0])
    place = ", ".join(map(str, where))
    words = ", ".join(dict.fromkeys(computed(convention)))
    return NotAnOperator(
        "borders", f"it is {words} inside, {convention!r}, except at {_named(trims)}: y[{place}] is "
        f"{y[where]:.6g}, not {meant[where]:.6g}", "look at how that border is handled",
        Counterexample(((x.tolist(), h.tolist()),), (y.tolist(),), meant.tolist(), where),
    )  # fmt: skip


def _trimmed(prober: Prober) -> tuple[AxisConvention, tuple[int, int]] | None:
    """Return what explains an axis without as few outputs at its ends as possible."""
    cases = [case for case in prober.finding.cases if case.n >= case.k and case.m > 4]
    for first, last in TRIMS:
        readings = prober.fit([case.without(first, last) for case in cases], FORWARD)
        readings = [r for r in readings if r.operands == "as-given"]
        if readings:
            return readings[0].axis, (first, last)
    return None


def _convention(subject: Subject, reception: Reception, convention: Convention, scale: Scale) -> Convention:
    arithmetic = Arithmetic(
        normalize="sum" if scale.normalized else "none", gain=scale.gain, offset=scale.offset, borders=scale.borders
    )
    whole = Convention(convention.axes, arithmetic=arithmetic)
    return Arithmetician(subject, reception, whole, 0).find().convention


def _at_border(place: list[int], shape: tuple[int, ...], trims: list[tuple[int, int]]) -> bool:
    return any(i < first or m - 1 - i < last for i, m, (first, last) in zip(place, shape, trims, strict=True))


def _named(trims: list[tuple[int, int]]) -> str:
    """Return the outputs that are left out, in words."""
    parts = []
    for axis, ends in enumerate(trims):
        for count, word in zip(ends, ("first", "last"), strict=True):
            if count:
                outputs = f"the {word} output" if count == 1 else f"the {word} {counted(count, 'output')}"
                parts.append(outputs + (f" along axis {axis}" if len(trims) > 1 else ""))
    return " and ".join(parts)
