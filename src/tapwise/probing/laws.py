"""Why a function is no convolution and no cross-correlation: the first law it breaks, with the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tapwise.probing.refusal import Counterexample, NotAnOperator
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from tapwise.probing.reception import Reception
    from tapwise.probing.subject import Array, Subject

Call = tuple["Array", "Array", "Array"]


def check_repeats(subject: Subject, reception: Reception, times: int = 1) -> None:
    """Raise if the same input does not give the same answer again."""
    rng = np.random.default_rng(3)
    for _ in range(times):
        x, h = _pair(rng, reception)
        try:
            first = subject.ask(x, h)
        except Refused:  # more than its result holds
            x, h = (np.minimum(np.abs(a), 1).astype(a.dtype) for a in (x, h))
            h.reshape(-1)[1:] = 0
            first = subject.ask(x, h)
        second = subject.ask(x, h)
        if first.shape != second.shape or not np.array_equal(first, second, equal_nan=first.dtype.kind in "fc"):
            raise NotAnOperator(
                "deterministic", f"the same input gives different answers{_at(first, second)}",
                "fix its random seed, or its state",
                _example([(x, h, first), (x, h, second)], first),
            )  # fmt: skip


def diagnose(subject: Subject, reception: Reception, *, normalized: bool = False) -> NotAnOperator | None:
    """Return the law that is broken, None if none of these is."""
    try:
        return (
            _of_either(subject, reception, normalized=normalized)
            or _nothing_without_taps(subject, reception)
            or _shift_invariant(subject, reception)
            or _one_output_a_tap(subject, reception)
        )
    except NotAnOperator as broken:
        return broken
    except Refused:
        return None


def diagnose_either(subject: Subject, reception: Reception) -> NotAnOperator | None:
    """Return the law that is broken whichever operand is the signal, None if none of these is.

    None as well where answers are whole numbers, which overflow more easily if the second operand is the signal.
    """
    x, h = _pair(np.random.default_rng(4), reception, least=1)
    try:
        y = subject.ask(x, h)
        if y.dtype.kind not in "fc" or _close(y, subject.ask(x * np.array(2, x.dtype), h), 1.0):
            return None  # the first operand may be a kernel that is normalised
        return _of_either(subject, reception, normalized=False)
    except NotAnOperator as broken:
        return broken
    except Refused:
        return None


def _of_either(subject: Subject, reception: Reception, *, normalized: bool) -> NotAnOperator | None:
    check_repeats(subject, reception, 5)
    return (
        _normalised_correlation(subject, reception)
        or _linear_in_x(subject, reception)
        or _linear_in_h(subject, reception, normalized=normalized)
        or _separable(subject, reception)
    )


def _normalised_correlation(subject: Subject, reception: Reception) -> NotAnOperator | None:
    rng = np.random.default_rng(4)
    x, h = _pair(rng, reception, least=1, shifted=False)
    y = subject.ask(x, h)
    if y.dtype.kind != "f" or not y.any() or np.nanmax(np.abs(y)) > 1.001 or np.nanmax(np.abs(x)) < 2:
        return None
    twice = subject.ask(x * np.array(2, x.dtype), h), subject.ask(x, h * np.array(2, h.dtype))
    if not all(_close(y, other, 1.0) for other in twice):
        return None
    return NotAnOperator(
        "scale", "it is a normalised cross-correlation (template matching): doubling the signal or the kernel changes "
        "nothing, and no answer is beyond 1", "compare sums of products with tapwise.correlate",
        _example([(x, h, y), (x * np.array(2, x.dtype), h, twice[0]), (x, h * np.array(2, h.dtype), twice[1])], y),
    )  # fmt: skip


def _linear_in_x(subject: Subject, reception: Reception) -> NotAnOperator | None:
    rng = np.random.default_rng(5)
    for _ in range(3):
        one, h = _pair(rng, reception)
        two, _ = _pair(rng, reception)
        calls = [(x, h, subject.ask(x, h)) for x in (one, two, one + two, one * 0)]
        formula = "f(x1 + x2, h) - f(0, h) is not f(x1, h) + f(x2, h) - 2 f(0, h)"
        broken = _not_additive(calls, "linear in x", formula, 2.5 if calls[0][2].dtype.kind in "iu" else 0.0)
        if broken:
            return broken
    return None


def _linear_in_h(subject: Subject, reception: Reception, *, normalized: bool) -> NotAnOperator | None:
    rng = np.random.default_rng(6)
    for _ in range(3):
        x, one = _pair(rng, reception, least=1)
        _, two = _pair(rng, reception, least=1)
        kernels = (one, two, one + two)
        doubled = one * np.array(2, one.dtype)
        answers = [subject.ask(x, h) for h in kernels]
        room = 2.5 if answers[0].dtype.kind in "iu" else 0.0
        if normalized:  # then the kernel's sum times the answer is what must be linear
            room *= float(kernels[2].sum().real)
            answers = [y * float(h.sum().real) for y, h in zip(answers, kernels, strict=True)]
            rest = answers[0] * 0
        else:
            # Without a kernel of zeros the offset comes from f(x, 2h) = 2 f(x, h) - f(x, 0).
            rest = 2 * _wide(answers[0]) - _wide(subject.ask(x, doubled))
        calls = [(x, h, y) for h, y in zip(kernels, answers, strict=True)] + [(x, one * 0, rest)]
        formula = "f(x, h1 + h2) - f(x, 0) is not f(x, h1) + f(x, h2) - 2 f(x, 0)"
        broken = _not_additive(calls, "linear in h", formula, room)
        if broken and not normalized:
            calls[3] = (x, doubled, 2 * _wide(answers[0]) - rest)  # f(x, 0) is 2 f(x, h1) - f(x, 2 h1)
            both, expected = _wide(answers[2]), _wide(answers[0]) + _wide(answers[1]) - rest
            broken = NotAnOperator(broken.law, broken.rule, broken.remedy, _example(calls, both, expected))
        if broken:
            return broken
    return None


def _nothing_without_taps(subject: Subject, reception: Reception) -> NotAnOperator | None:
    """Whether a kernel of zeros gives an answer that still follows the signal."""
    x, h = _pair(np.random.default_rng(8), reception, least=1)
    try:
        moved, still = subject.ask(x, h * 0), subject.ask(x * 0, h * 0)
    except Refused:
        return None
    follows = moved != still if moved.shape == still.shape else np.ones(moved.shape, bool)
    if not np.isfinite(moved).all() or not follows.any():
        return None
    if moved.shape == x.shape and not follows.all() and np.array_equal(moved[follows], x[follows]):
        return None  # borders that are left untouched
    return NotAnOperator(
        "linear in h", "with a kernel of zeros its answer still follows the signal: f(x, 0) is not f(0, 0)"
        f"{_at(moved, still)}", "an operator adds nothing but products of taps and samples",
        _example([(x, h * 0, moved), (x * 0, h * 0, still)], moved, still),
    )  # fmt: skip


def _one_output_a_tap(subject: Subject, reception: Reception) -> NotAnOperator | None:
    """Whether one sample reaches one output through each tap, far from the borders."""
    _, k = reception.first
    shapes = reception.shapes.of(0, (41 if reception.ndim == 1 else 17) + 8 * k, k)
    middle = tuple((n - 1) // 2 for n in shapes[0])
    silent = []
    for t in range(k):
        x, h = np.zeros(shapes[0], reception.signal), np.zeros(shapes[1], reception.kernel)
        h[(t, *((v - 1) // 2 for v in shapes[1][1:]))] = 1
        ones: Array = np.ones_like(x)
        x[middle] = 8
        try:
            still, y, every = subject.ask(x * 0, h), subject.ask(x, h), subject.ask(ones, h)
        except Refused:
            return None
        if y.shape != still.shape or every.shape != still.shape:
            return None
        reached = np.argwhere(np.abs(_wide(y) - _wide(still)) > 1e-6)
        if len(reached) > 1:
            shown = ", ".join(f"y[{', '.join(map(str, place))}]" for place in reached[:4].tolist())
            return NotAnOperator(
                "taps", f"one sample through one tap reaches {len(reached)} outputs ({shown}): another filter is at "
                "work beside the kernel", "an operator moves a sample to one output through each tap",
                _example([(x * 0, h, still), (x, h, y)], y, still),
            )  # fmt: skip
        if np.array_equal(every, still):
            silent.append((t, ones, h, every))
    if silent and len(silent) < k:
        t, ones, h, every = silent[0]
        return NotAnOperator(
            "taps", f"tap h[{', '.join(str(int(i)) for i in np.argwhere(h)[0])}] is never read", "an operator reads "
            "every tap", _example([(ones, h, every)], every),
        )  # fmt: skip
    return None


def _not_additive(calls: list[Call], law: str, formula: str, whole: float) -> NotAnOperator | None:
    one, two, both, rest = (_wide(y) for _, _, y in calls)
    if len({y.shape for y in (one, two, both, rest)}) > 1:
        return NotAnOperator(law, "the shape of its answer depends on the values", "", _example(calls, both))
    expected = one + two - rest
    if _close(both, expected, 1.0, room=whole):
        return None
    rule = f"{formula}{_at(both, expected)}"
    return NotAnOperator(law, rule, "an operator is linear in both", _example(calls, both, expected))


def _shift_invariant(subject: Subject, reception: Reception) -> NotAnOperator | None:
    _, k = reception.first
    for axis in range(reception.ndim):
        n, shift = (41 + 8 * k, 60) if reception.ndim == 1 else (17 + 2 * k, 12)
        shapes = reception.shapes.of(axis, n + shift, k)
        rng = np.random.default_rng(7)
        h = rng.integers(1, 5, shapes[1]).astype(reception.kernel)
        calls: list[Call] = []
        for place in (n // 2, n // 2 + shift // 2, n // 2 + shift):
            x: Array = np.zeros(shapes[0], reception.signal)
            x[(slice(None),) * axis + (place,)] = 8
            try:
                calls.append((x, h, subject.ask(x, h)))
            except Refused:
                break
        if len(calls) < 3:
            continue
        rest = subject.ask(calls[0][0] * 0, h)
        seen = [np.moveaxis(_wide(y) - _wide(rest), axis, 0) for *_, y in calls]
        first, *others = ([line for line in y if np.abs(line).max(initial=0) > 1e-6] for y in seen)
        for number, other in enumerate(others, start=1):
            if len(first) != len(other) or not all(_close(a, b, 8.0) for a, b in zip(first, other, strict=True)):
                return NotAnOperator(
                    "shift-invariant", f"one sample gives other answers where it stands elsewhere along axis {axis}, "
                    "far from the borders", "an operator slides one kernel over the signal",
                    _example([calls[0], calls[number]], calls[number][2]),
                )  # fmt: skip
    return None


def _separable(subject: Subject, reception: Reception) -> NotAnOperator | None:
    """Whether moving a sample along one axis moves the answer along others."""
    if reception.ndim < 2:
        return None
    h: Array = np.zeros(reception.shapes.of(0, *reception.first)[1], reception.kernel)
    h[tuple((k - 1) // 2 for k in h.shape)] = 1
    shape = reception.cube().shapes.of(0, *reception.first)[0]
    for axis in range(reception.ndim):
        found = []
        calls: list[Call] = []
        for place in (shape[axis] // 3, 2 * shape[axis] // 3):
            x: Array = np.zeros(shape, reception.signal)
            x[tuple(place if a == axis else n // 2 for a, n in enumerate(shape))] = 8
            calls.append((x, h, subject.ask(x, h)))
            moved = np.abs(_wide(calls[-1][2]) - _wide(subject.ask(x * 0, h)))
            found.append([set(where.tolist()) for where in np.nonzero(moved > 1e-6)])
        for other in range(reception.ndim):
            if other != axis and found[0][other] != found[1][other] and all(len(f[other]) == 1 for f in found):
                return NotAnOperator(
                    "axis-separable", f"moving a sample along axis {axis} moves the answer along axis {other}",
                    "an operator takes one index an axis; transpose the answer", _example(calls, calls[1][2]),
                )  # fmt: skip
    return None


def _pair(
    rng: np.random.Generator, reception: Reception, *, least: int | None = None, shifted: bool = True
) -> tuple[Array, Array]:
    x_shape, h_shape = reception.shapes.of(0, *reception.first)
    narrow = np.dtype(reception.signal).itemsize == 1
    top = 6 if narrow and shifted else 60
    low = (0 if np.dtype(reception.signal).kind in "bu" else -top) if least is None else least
    x = rng.integers(low, top, x_shape).astype(reception.signal)
    positive = np.dtype(reception.kernel).kind in "bu" or narrow or least is not None
    h = rng.integers(1 if positive else -4, 3 if narrow else 5, h_shape).astype(reception.kernel)
    return x, h


def _wide(y: Array) -> Array:
    return y.astype(np.complex128 if y.dtype.kind == "c" else np.float64)


def _close(one: Array, other: Array, scale: float, room: float = 0.0) -> bool:
    if one.shape != other.shape:
        return False
    single = one.dtype.itemsize == 4
    size = max(np.abs(one).max(initial=0), np.abs(other).max(initial=0), scale)
    apart = np.abs(_wide(one) - _wide(other))
    return bool(np.all(np.isnan(apart) | (apart <= room + (1e-3 if single else 1e-4) * size)))


def _at(one: Array, other: Array) -> str:
    if one.shape != other.shape:
        return ""
    apart = np.abs(_wide(one) - _wide(other))
    place = tuple(int(i) for i in np.unravel_index(int(np.nanargmax(apart)), apart.shape)) if apart.size else ()
    return f" at y[{', '.join(map(str, place))}]: {one[place]:.6g}, not {other[place]:.6g}" if place else ""


def _example(calls: list[Call], found: Array, expected: Array | None = None) -> Counterexample:
    where = None
    if expected is not None and expected.shape == found.shape:
        where = tuple(int(i) for i in np.unravel_index(int(np.nanargmax(np.abs(_wide(found) - _wide(expected)))),
                                                       found.shape))  # fmt: skip
    return Counterexample(
        tuple((x.tolist(), h.tolist()) for x, h, _ in calls), tuple(y.tolist() for *_, y in calls),
        None if expected is None else expected.tolist(), where,
    )  # fmt: skip
