"""The oracle: convolution and cross-correlation by the most literal means there is. It imports nothing of tapwise.

A signal is laid out as a list of labels, its boundary is drawn sample by sample, gaps are put between samples, the
kernel's labels are written out with its own gaps and reversed for convolution, and the one list is slid along the
other. No index equation, no modulo, no closed form for any size.
"""

from __future__ import annotations

import itertools
from typing import Any

GAP, ZERO, CONSTANT = "gap", "zero", "constant"
Label = int | str


def extended(n: int, below: str, above: str, far: int) -> list[Label]:
    """The labels of `far` samples below, the n samples, and `far` samples above."""
    return side(n, below, far, True)[::-1] + list(range(n)) + side(n, above, far, False)


def side(n: int, rule: str, far: int, low: bool) -> list[Label]:
    """The labels outside one side, from the signal outwards."""
    inwards: list[Label] = [*range(n)]
    inwards = inwards if low else inwards[::-1]  # from this side's edge into the signal
    if rule in (ZERO, CONSTANT) or not n:
        return [rule] * far
    if rule == "edge":
        return [inwards[0]] * far
    if rule == "wrap":
        return (inwards[::-1] * (far + 1))[:far]
    if n == 1:
        return [0] * far
    there_and_back = inwards + inwards[::-1] if rule == "symmetric" else inwards[1:] + inwards[-2::-1]
    return (there_and_back * (far + 1))[:far]


def axis(
    n: int,
    k: int,
    *,
    operator: str,
    size: tuple[Any, ...],
    anchor: int | None = None,
    short_anchor: int | None = None,
    order: str = "forward",
    stride: int = 1,
    dilation: int = 1,
    spread: int = 1,
    below: str = ZERO,
    above: str = ZERO,
    swap: bool = False,
) -> list[list[tuple[int, Label]]]:
    """For each output along one axis, its (tap, label) pairs from left to right, gaps left out.

    `anchor` is a tap; `short_anchor` a sample, for size ("longest",) where the signal is the shorter one.
    """
    taps: list[Label] = []
    for t in range(k):
        taps += [t] + [GAP] * (dilation - 1 if t < k - 1 else 0)
    if operator == "convolution":
        taps.reverse()
    span = len(taps)
    far = 6 * (n + 2) * spread + 3 * span + 20
    samples = extended(n, below, above, far)
    laid: list[Label] = []
    for label in samples:
        laid += [label] + [GAP] * (spread - 1)
    home = far * spread  # where sample 0 lies
    length = (n - 1) * spread + 1 if n else 0

    starts = window_starts(length, span, taps, operator, size, anchor, short_anchor, order, stride, spread, swap)
    if order == "reversed":
        starts = starts[::-1]
    result = []
    for start in starts[::stride]:
        window = laid[home + start : home + start + span]
        assert len(window) == span
        result.append([(t, x) for t, x in zip(taps, window, strict=True) if GAP not in (t, x) and isinstance(t, int)])
    return result


def window_starts(
    length: int, span: int, taps: list[Label], operator: str, size: tuple[Any, ...], anchor: int | None,
    short_anchor: int | None, order: str, stride: int, spread: int, swap: bool,
) -> list[int]:  # fmt: skip
    """Where the window starts, relative to sample 0, in ascending order, before any stride."""
    rule = size[0]
    every = range(-(length + span) * 3 - 50, (length + span) * 3 + 50)
    touching = [w for w in every if w < length and w + span > 0 and length]
    inside = [w for w in every if w >= 0 and w + span <= length]
    if rule == "valid":
        around = [w for w in every if w <= 0 and w + span >= length]
        return around if swap and span > length else inside
    if rule == "full":
        return touching
    if rule == "pads":
        return [w for w in every if w >= -size[1] and w + span <= length + size[2]]
    if rule == "same" or (rule == "longest" and length >= span):
        return [p - taps.index(anchor) for p in range(length)]  # type: ignore[arg-type]
    if rule == "longest":
        # the j-th output has the chosen sample under the j-th label from the far end of the window
        return [short_anchor * spread - (span - 1 - j) for j in range(span)] if length else []  # type: ignore[operator]
    if rule == "lags":
        wanted = range(size[1], size[2] + 1)
        if order == "reversed":
            wanted = range(-size[2], -size[1] + 1)
        first_tap = taps.index(0)
        return [w for w in every if w + first_tap in wanted]
    outputs = 0
    while outputs * stride < length:
        outputs += 1
    before = after = 0
    while outputs and length + before + after < (outputs - 1) * stride + span:
        if (before == after) == (rule == "same-upper"):
            after += 1
        else:
            before += 1
    return [w for w in every if w >= -before and w + span <= length + after] if length else []


def apply(
    x: dict[tuple[int, ...], Any], h: dict[tuple[int, ...], Any], axes: list[list[list[tuple[int, Label]]]],
    constant: Any = 0, zero: Any = 0,
) -> dict[tuple[int, ...], Any]:  # fmt: skip
    """The N-D result: for each output the sum over all combinations of the axes' pairs."""
    result = {}
    for output in itertools.product(*(range(len(a)) for a in axes)):
        total = zero
        for pairs in itertools.product(*(a[o] for a, o in zip(axes, output, strict=True))):
            labels = [label for _, label in pairs]
            if ZERO in labels:
                continue
            value = constant if CONSTANT in labels else x[tuple(labels)]  # type: ignore[arg-type]
            total = total + h[tuple(t for t, _ in pairs)] * value
        result[output] = total
    return result
