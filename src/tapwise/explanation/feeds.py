"""The other direction: the outputs that one sample feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tapwise.convention.words import counted
from tapwise.explanation.formula import At, Num, Text
from tapwise.explanation.terms import Step
from tapwise.explanation.written import Block, Formula, Sentence, Worked, Writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.explanation.terms import Index, Term
    from tapwise.explanation.written import Written


@dataclass(frozen=True, slots=True)
class Feed:
    """An output that a sample feeds, through which tap, and where it is read: at its own position or a boundary's."""

    output: Index
    tap: Index
    position: Index


@dataclass(frozen=True)
class Feeds(Writable):
    """The outputs that a sample feeds, in their order, and what it is worth to each; written down in four formats."""

    steps: Written
    sample: Index
    feeds: tuple[Feed, ...]
    terms: tuple[Term, ...]

    def __iter__(self) -> Iterator[Feed]:
        return iter(self.feeds)

    def __len__(self) -> int:
        return len(self.feeds)

    def to_dict(self) -> dict[str, Any]:
        """Return the sample's label and, for each output that it feeds, the output's label and the pair."""
        labels = self.steps.labels
        return {
            "sample": list(labels.of_input(self.sample)),
            "feeds": [
                {"output": list(labels.of_output(feed.output)), **term.to_dict()}
                for feed, term in zip(self.feeds, self.terms, strict=True)
            ],
        }

    def blocks(self, **choices: Any) -> tuple[Block, ...]:
        """Return them as blocks: the index law, and a line for each output. There are no choices."""
        if choices:
            raise TypeError(f"there are no choices, but {', '.join(choices)} is given")
        labels = self.steps.labels
        name = Text().write(At(labels.names[0], tuple(Num(i) for i in labels.of_input(self.sample))))
        outputs = len({feed.output for feed in self.feeds})
        result: list[Block] = [Sentence(f"{name} feeds {counted(outputs, 'output')}, by this law:")]
        result.append(Formula(self.steps.definition("inputs")))
        rows = []
        for feed, term in zip(self.feeds, self.terms, strict=True):
            put_in, solved, numbers, told = self.steps.pair(
                Step(feed.output, None, (term,), term.product, None), term, "inputs"
            )
            output = Text().write(At(labels.names[2], tuple(Num(i) for i in labels.of_output(feed.output))))
            rows.append((put_in, solved, numbers, f"goes into {output}" + (f" ({told})" if told else "")))
        if rows:
            result.append(Worked(tuple(rows)))
        return tuple(result)
