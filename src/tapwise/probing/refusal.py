"""What is not an operator: the law it breaks, and the numbers that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tapwise.errors import ArgumentError, Shown


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Inputs and answers at which a law fails, as nested lists, with the first output where it does.

    Attributes
    ----------
    inputs : tuple of (x, h)
        The inputs, in the order in which the law names them.
    answers : tuple
        The function's answers to them.
    expected : array as nested lists, or None
        What the law, or the nearest convention, makes of them.
    where : tuple of int, or None
        The first output that differs.
    """

    inputs: tuple[tuple[Any, Any], ...]
    answers: tuple[Any, ...]
    expected: Any = None
    where: tuple[int, ...] | None = None


class NotAnOperator(ArgumentError):
    """A function is no convolution and no cross-correlation (attributes as in `ArgumentError`, and two more).

    Attributes
    ----------
    law : str
        The law it breaks: "answers", "deterministic", "linear in x", "linear in h", "shift-invariant",
        "axis-separable", "taps" (one sample reaches one output through each tap), "borders" (an operator but for some
        outputs at its borders), "scale" (for a normalised correlation) or "vocabulary".
    counterexample : Counterexample or None
        Where it does.
    """

    def __init__(self, law: str, rule: str, remedy: str = "", counterexample: Counterexample | None = None) -> None:
        self.law = law
        self.counterexample = counterexample
        super().__init__("f", Shown(""), rule, remedy)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.law, self.rule, self.remedy, self.counterexample)
