"""Terms and steps: the pairs that an output looks at, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Index = tuple[int, ...]

#: What can become of a pair: its sample is used; the boundary put a sample, or a constant there; nothing is there; the
#: tap falls between two samples of a spread signal; the input meets no tap of the kernel.
STATUSES = ("sample", "boundary", "constant", "outside", "between", "no tap")


@dataclass(frozen=True, slots=True)
class Term:
    """One pair of a tap and what it reads. Indices count from the arrays' first elements.

    Attributes
    ----------
    tap : tuple of int or None
        The tap's index in the kernel as it is given. With status "no tap" the index that the equation asks for, which
        the kernel does not have; None where it asks for none, between two taps of a dilated kernel.
    position : tuple of int or None
        The input position that the tap reads, before any boundary; None between two samples.
    sample : tuple of int or None
        The sample that stands there, if one does.
    status : str
        "sample", "boundary", "constant", "outside", "between" or "no tap".
    weight, value, product : number or None
        The tap as it is multiplied (conjugated and normalised if so meant), what it reads, and their product; None
        where there is none.
    """

    tap: Index | None
    position: Index | None
    sample: Index | None
    status: str
    weight: Any
    value: Any
    product: Any

    def to_dict(self) -> dict[str, Any]:
        """Return the term as plain data: words, numbers and lists."""
        return {
            "tap": self.tap and list(self.tap),
            "position": self.position and list(self.position),
            "sample": self.sample and list(self.sample),
            "status": self.status,
            "weight": self.weight,
            "value": self.value,
            "product": self.product,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One output: all its terms, in the order in which they are summed.

    Attributes
    ----------
    output : tuple of int
        Its index in the result.
    label : tuple of int or None
        The label m it carries in the textbooks (see `tapwise.lags`); None for a transposed operator.
    terms : tuple of Term
        Every pair looked at.
    total : number
        The sum of the products.
    result : number
        What the operator returns there: the total, scaled, rounded and stored.
    missed : tuple of Term
        Inputs around the window which meet no tap, where they were asked for.
    """

    output: Index
    label: Index | None
    terms: tuple[Term, ...]
    total: Any
    result: Any
    missed: tuple[Term, ...] = ()

    @property
    def used(self) -> tuple[Term, ...]:
        """The terms that have a product."""
        return tuple(term for term in self.terms if term.product is not None)
