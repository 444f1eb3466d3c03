"""Why a function is refused: a law that it breaks, a convention that it follows in part, or what it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.probing.laws import diagnose
from tapwise.probing.nearest import nearest
from tapwise.probing.partial import partial
from tapwise.probing.refusal import NotAnOperator

if TYPE_CHECKING:
    from tapwise.probing.reception import Reception
    from tapwise.probing.solving import Attempt
    from tapwise.probing.subject import Subject


def explain(subject: Subject, reception: Reception, made: Attempt) -> NotAnOperator:
    """Return the refusal of a function that no convention explains."""
    normalized = made.scale is not None and made.scale.normalized
    broken = diagnose(subject, reception, normalized=normalized)
    if broken is not None:
        return broken
    return nearest(subject, reception, made) or partial(made) or made.refusal or NotAnOperator("vocabulary", "")
