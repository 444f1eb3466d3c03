"""Layouts: the letters that name the axes of signals and kernels, and the one order of axes in which sums are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tapwise.errors import ArgumentError, ArgumentTypeError

Index = tuple[int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Layout:
    """The letters of an array's axes, and where each stands.

    Attributes
    ----------
    letters : str
        One an axis, in the array's own order.
    order : tuple of int
        The array's axes in the order of the sums.
    """

    letters: str
    order: Index

    @property
    def back(self) -> Index:
        """The order that undoes `order`."""
        return tuple(int(axis) for axis in np.argsort(self.order))

    def sorted(self, values: tuple[T, ...]) -> tuple[T, ...]:
        """Return what belongs to the array's axes, such as its lengths, in the order of the sums."""
        return tuple(values[axis] for axis in self.order)

    def own(self, values: tuple[T, ...]) -> tuple[T, ...]:
        """Return what is in the order of the sums in the array's own."""
        return tuple(values[axis] for axis in self.back)


def checked(argument: str, value: object, needed: str, optional: str, shown: str) -> str:
    """Return the letters of a layout, capital; `needed` and at least one more, for a spatial axis, are among them."""
    if not isinstance(value, str):
        raise ArgumentTypeError(argument, value, "must be a word of letters", f"write {shown}")
    letters = value.strip().upper()
    if not letters.isalnum():
        raise ArgumentError(argument, value, "names axes by letters and digits only", f"write {shown}")
    if twice := next((c for c in letters if letters.count(c) > 1), ""):
        raise ArgumentError(argument, value, f"has the letter {twice} twice", "name each axis once")
    if missing := next((c for c in needed if c not in letters), ""):
        raise ArgumentError(argument, value, f"has no {missing}", f"write {shown}")
    if not spatial(letters, needed + optional):
        raise ArgumentError(argument, value, "has no axis for the kernel to slide along", f"write {shown}")
    return letters


def spatial(letters: str, others: str = "NC") -> str:
    """Return the letters of the axes that the kernel slides along."""
    return "".join(c for c in letters if c not in others)


def signal_layout(letters: str) -> Layout:
    """Return a signal's layout, to be sorted into (batch, *spatial, channels)."""
    order = ("N" if "N" in letters else "") + spatial(letters) + "C"
    return Layout(letters, tuple(letters.index(c) for c in order))


def kernel_layout(letters: str, along: str) -> Layout:
    """Return a kernel's layout, to be sorted into (*spatial, outputs, inputs), spatial axes as in the signal."""
    return Layout(letters, tuple(letters.index(c) for c in along + "OI"))
