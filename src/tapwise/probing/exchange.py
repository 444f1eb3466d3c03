"""The function with its operands exchanged: if the second is the signal, this is asked as if the first were."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from tapwise.probing.subject import Refused, Subject

if TYPE_CHECKING:
    from tapwise.probing.subject import Array


class Exchanged(Subject):
    """A subject that is called with signal and kernel in the other order; what it refuses is told as it was called."""

    @classmethod
    def of(cls, subject: Subject) -> Exchanged:
        """Return the subject exchanged, which counts on from its calls and its refusals."""
        return cls(**{field.name: getattr(subject, field.name) for field in fields(Subject)})

    def answer(self, x: Array, h: Array) -> Array:
        """Return the answer to `h` first and `x` second."""
        return super().answer(h, x)

    def _refused(self, x: Array, h: Array, reason: str) -> Refused:
        return super()._refused(h, x, reason)
