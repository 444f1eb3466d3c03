"""Both operators on the same numbers, side by side."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tapwise.convention import Convention
from tapwise.errors import ArgumentTypeError
from tapwise.explanation.ambiguity import Ambiguity, ambiguity
from tapwise.explanation.peers import same_from
from tapwise.explanation.steps import Explanation, explain
from tapwise.operators.meaning import check_words


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two operators' steps on one input, what computes the same elsewhere, and what the input cannot tell apart."""

    convolution: Explanation
    correlation: Explanation
    ambiguity: Ambiguity
    convolution_from: tuple[str, ...]
    correlation_from: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        return {
            "x": self.convolution.x.tolist(),
            "h": self.convolution.h.tolist(),
            "convolution": {**self.convolution.to_dict(), "same_from": list(self.convolution_from)},
            "cross-correlation": {**self.correlation.to_dict(), "same_from": list(self.correlation_from)},
            "alike": [list(pair) for pair in self.ambiguity.alike],
            "remarks": list(self.ambiguity.remarks),
            "change": self.ambiguity.change and asdict(self.ambiguity.change),
            "clearer": self.ambiguity.clearer and asdict(self.ambiguity.clearer),
        }


def compare(x: Any, h: Any, *, at: Any = None, most: int | None = None, **words: Any) -> Comparison:
    """Return both operators' steps on the same signal and kernel.

    Parameters
    ----------
    x, h : array_like
        Signal and kernel.
    at : tuple of int, list of tuples, or None
        The outputs whose steps are wanted; all by default.
    most : int, optional
        With more outputs than this, only the first and the last half of them get steps.
    **words
        Fields of `Convention.of` other than `operator`. An anchor is each operator's own default unless it is given.

    Examples
    --------
    >>> both = compare([2, 1, 3, 5, 4], [1, -1])
    >>> both.convolution.y, both.correlation.y
    (array([-1,  2,  2, -1]), array([ 1, -2, -2,  1]))
    """
    check_words(words)
    if "operator" in words:
        raise ArgumentTypeError("operator", words["operator"], "both are compared", "leave it out")
    convolution = explain(x, h, Convention.of(operator="convolution", **words), at=at, most=most)
    words = {"conjugate": "kernel", **words}
    correlation = explain(x, h, Convention.of(operator="cross-correlation", **words), at=at, most=most)
    return Comparison(
        convolution,
        correlation,
        ambiguity(x, h, convolution.convention),
        tuple(same_from(convolution.convention, convolution.x.shape, convolution.h.shape)),
        tuple(same_from(correlation.convention, correlation.x.shape, correlation.h.shape)),
    )
