"""What `tapwise explain` is asked about: arrays, a convention, labels; and the steps, made when they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tapwise.cli import options as o
from tapwise.cli.comparing import STEPS
from tapwise.cli.values import array_of
from tapwise.errors import ArgumentError
from tapwise.explanation import explain, explain_gradient

if TYPE_CHECKING:
    from tapwise.explanation import Explanation, Feeds, GradientExplanation


@dataclass(frozen=True)
class Asked:
    """The arrays, and what the options say of them; `words` and `like` are the convention, `labels` the indices."""

    x: Any
    h: Any
    like: str | None
    words: dict[str, Any]
    labels: dict[str, Any]
    at: str | None
    feeds: str | None
    upstream: str | None
    tap: str | None
    around: int
    everything: bool

    @property
    def output(self) -> tuple[int, ...] | None:
        """The output of `--at`."""
        return o.index("at", self.at)

    def steps(self, *, drawn: bool = False) -> Explanation:
        """Return the steps of the outputs that are asked for; figures are `drawn` from all of them."""
        self._check_operator()
        at, most = (None, None) if drawn else (self.output, None if self.everything else STEPS)
        return explain(
            self.x, self.h, like=self.like, at=at, most=most, around=self.around, **self.labels, **self.words
        )

    def operators(self) -> list[Explanation]:
        """Return the steps of the operator that is named; or of both, and of the one that is labelled by the lag."""
        if self._has_operator:
            return [self.steps(drawn=True)]
        forms = [("convolution", "offset"), ("cross-correlation", "offset")]
        forms += [("cross-correlation", "lag")] if self.labels["output_labels"] == "lag" else []
        return [
            explain(self.x, self.h, around=self.around, operator=operator, **self.labels | {"output_labels": form},
                    **self.words)
            for operator, form in forms
        ]  # fmt: skip

    def fed(self) -> Feeds:
        """Return the outputs that the input of `--feeds` feeds."""
        self._check_operator()
        steps = explain(self.x, self.h, like=self.like, most=1, **self.labels, **self.words)
        return steps.fed_by(o.index("feeds", self.feeds) or ())

    def gradients(self) -> GradientExplanation:
        """Return the gradients of the input of `--at` and of `--tap`, or of all."""
        if self.upstream is None:
            raise ArgumentError("upstream", None, "the gradient by the output is not given", "write --upstream 1,2,3")
        self._check_operator()
        return explain_gradient(
            self.x, self.h, array_of("upstream", self.upstream), like=self.like, at=self.output,
            taps=o.index("tap", self.tap), most=None if self.everything else STEPS, **self.words,
        )  # fmt: skip

    def view(self) -> dict[str, Any]:
        """Return what a page shows first: how indices are called, the output of `--at`, the gradient that arrives."""
        labels = {name: self.labels[name] for name in ("origin", "axis_order", "output_labels")}
        upstream = None if self.upstream is None else array_of("upstream", self.upstream)
        return labels | {"at": self.output, "upstream": upstream}

    @property
    def _has_operator(self) -> bool:
        return self.like is not None or "operator" in self.words

    def _check_operator(self) -> None:
        if not self._has_operator:
            rule, remedy = (
                "which operator is not said",
                "write --operator convolution, or see both with tapwise compare",
            )
            raise ArgumentError("operator", None, rule, remedy)
