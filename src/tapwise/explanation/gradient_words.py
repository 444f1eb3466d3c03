"""Sentences about gradients: what each is, the truth behind "correlation forward, convolution backward", its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.convention.words import counted
from tapwise.explanation.text import row
from tapwise.geometry.extension import SAMPLELESS

if TYPE_CHECKING:
    from tapwise.explanation.gradient_steps import GradientSteps
    from tapwise.explanation.terms import Term
    from tapwise.geometry import AxisPlan

#: Arrays with no more values than this are shown whole.
SHOWN = 64
_OTHER = {"convolution": "cross-correlation", "cross-correlation": "convolution"}


def input_words(found: GradientSteps) -> str:
    """Return what the input gradient is."""
    operators = _operators(found)
    along = " along the other axes" if len(operators) > 1 else ""
    others = " and ".join(_OTHER[operator] for operator in operators)
    return f"the other operator: a {others}{along} of g{_spread_words(found)} with h, full size"


def kernel_words(found: GradientSteps) -> str:
    """Return what the kernel gradient is."""
    backwards = [str(number) for number, axis in enumerate(found.plan.axes) if axis.flipped]
    if not backwards:
        return "a cross-correlation of x with g"
    along = "" if len(backwards) == len(found.plan.axes) else f" along axis {', '.join(backwards)}"
    return f"a cross-correlation of x with g, its output backwards{along}"


def truth(found: GradientSteps) -> list[str]:
    """Return the statement, as it is for this operator."""
    operators = _operators(found)
    if operators == ["cross-correlation"]:
        first = "Forward is a cross-correlation, so dx is a convolution: h meets g flipped."
    elif operators == ["convolution"]:
        first = (
            "Here forward is a convolution, so it is the other way round: dx is a cross-correlation of g with h. "
            "The saying speaks of libraries whose layers cross-correlate."
        )
    else:
        first = "Here the axes differ: along each, dx goes by the other operator than forward."
    second = (
        "It speaks of dx only. dh is a cross-correlation of x with g under either operator; for a convolution its "
        "output comes out backwards."
    )
    return [
        first, second, "dx is the transpose of the forward matrix applied to g, not its inverse: nothing is undone."
    ]  # fmt: skip


def limits(found: GradientSteps) -> list[str]:
    """Return what the statement leaves out, as far as it matters here."""
    axes, said = found.plan.axes, []
    if any(abs(axis.s) > 1 for axis in axes):
        said.append("With a stride the other operator slides over g with zeros between its values, not over g.")
    if any(axis.s < 0 for axis in axes):
        said.append("The outputs are reversed: g is taken backwards before it is slid over.")
    if any(abs(axis.d) > 1 for axis in axes):
        said.append("The dilation stays with h; in dh it is the step of the output, and the stride dilates g.")
    said += [words for number, axis in enumerate(axes) if (words := _range_words(axis, number, len(axes)))]
    if any(found.input_plan.folds):
        said.append("The boundary reads samples again, so their gradients are folded back; neither operator does that.")
    if any(side.rule == "constant" for axis in axes for side in (axis.below, axis.above)):
        said.append("The boundary's constant gets no gradient, but takes part in dh.")
    if found.layer is not None:
        groups = f" within each of the {found.layer.groups} groups" if found.layer.groups > 1 else ""
        said.append(f"dx sums over the outputs' channels{groups}, dh over the batch: h's O and I trade places in dx.")
    if _symmetric(found):
        said.append("h is symmetric here, so both operators would give these same numbers for dx.")
    return said


def status_words(term: Term, *, by_input: bool) -> str:
    """Return what became of a pair, in words; nothing for one that is simply used."""
    if by_input:
        return {
            "sample": "",
            "outside": "there is no such output",
            "between": "between two outputs: the stride puts a zero there",
        }[term.status]
    if term.status == "boundary" and term.sample is not None:
        return f"outside: the boundary reads x{list(term.sample)}"
    return {
        "sample": "",
        "constant": f"outside: the boundary puts {term.value} there",
        "outside": "outside: nothing is read",
        "between": "between two samples: nothing is read",
    }[term.status]


def _operators(found: GradientSteps) -> list[str]:
    """Return the forward operator, or those of the axes where they differ."""
    return list(dict.fromkeys("convolution" if axis.flipped else "cross-correlation" for axis in found.plan.axes))


def _spread_words(found: GradientSteps) -> str:
    zeros = [abs(axis.s) - 1 for axis in found.plan.axes]
    if not any(zeros):
        return ""
    many = counted(zeros[0], "zero") if len(zeros) == 1 else f"{' × '.join(map(str, zeros))} zeros"
    shown = f": {row(found.spread)}" if found.spread.size <= SHOWN and found.layer is None else ""
    return f" (spread by the stride, {many} between its values{shown})"


def _range_words(axis: AxisPlan, number: int, ndim: int) -> str:
    """Return where the full result lies beside the signal: what is dropped, and what no output reads."""
    low, high = axis.reach()
    if high < low:
        return ""
    beside = [
        _span(first, last)
        for first, last, side in ((low, min(high, -1), axis.below), (max(low, axis.n), high, axis.above))
        if first <= last and side.rule in SAMPLELESS
    ]
    unread = [
        _span(*ends) for ends in ((0, min(low, axis.n) - 1), (max(high + 1, 0), axis.n - 1)) if ends[0] <= ends[1]
    ]
    words = []
    if beside:
        words.append(f"what it has at {' and '.join(beside)}, beside the signal, is dropped")
    if unread:
        words.append(f"no window reaches the samples at {' and '.join(unread)}, which get 0")
    where = f" along axis {number}" if ndim > 1 else ""
    return f"Full size{where} is positions {low} to {high} of the signal; {'; '.join(words)}." if words else ""


def _span(first: int, last: int) -> str:
    return f"{first} to {last}" if first != last else str(first)


def _symmetric(found: GradientSteps) -> bool:
    spatial = range(found.h.ndim)
    if found.layer is not None:
        spatial = [axis for axis, letter in enumerate(found.layer.kernel_layout) if letter not in "OI"]  # type: ignore[assignment]
    backwards = found.h[tuple(slice(None, None, -1 if axis in spatial else 1) for axis in range(found.h.ndim))]
    return bool((found.h == backwards).all()) and any(found.h.shape[axis] > 1 for axis in spatial)
