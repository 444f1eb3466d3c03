"""What is known of an outside library or program: how it is installed, and how its functions are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from importlib.util import find_spec
from shutil import which
from subprocess import run
from typing import Any, Protocol

import numpy as np

from tapwise.errors import MissingLibrary

Array = np.ndarray[Any, np.dtype[Any]]
Call = Callable[..., Array]


class Outside(Protocol):
    """A library or a program whose functions can be called."""

    @property
    def name(self) -> str:
        """What a user would import or run."""

    @property
    def calls(self) -> Mapping[str, Call]:
        """By the function's name, how it is called with a signal, a kernel and its options."""

    def missing(self) -> list[str]:
        """Return what has to be installed."""

    def remedy(self) -> str:
        """Return what installs what is missing."""

    def version(self) -> str:
        """Return its version."""


def demand(outside: Outside, purpose: str) -> None:
    """Raise MissingLibrary if something is not installed."""
    if missing := outside.missing():
        raise MissingLibrary(missing[0], purpose, outside.remedy())


@dataclass(frozen=True, slots=True)
class Library:
    """A Python library.

    Attributes
    ----------
    distributions : mapping of str to str
        The modules that are imported, each with the name under which it is installed; the first is the library.
    calls : mapping of str to callable
        By the function's name, how it is called with a signal, a kernel and its options.
    """

    distributions: Mapping[str, str]
    calls: Mapping[str, Call]

    @property
    def name(self) -> str:
        """The module that a user would import."""
        return next(iter(self.distributions))

    def missing(self) -> list[str]:
        """Return the distributions that are not installed; nothing is imported."""
        return [distribution for module, distribution in self.distributions.items() if find_spec(module) is None]

    def remedy(self) -> str:
        """Return the command that installs what is missing."""
        return f"pip install {' '.join(self.missing())}"

    def version(self) -> str:
        """Return the installed version; OpenCV, for one, comes under several names."""
        try:
            return metadata.version(self.distributions[self.name].partition("[")[0])
        except metadata.PackageNotFoundError:
            return metadata.version(metadata.packages_distributions()[self.name][0])


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is run.

    Attributes
    ----------
    name : str
        Its name, as `--version` or `-version` has it.
    commands : tuple of str
        The names under which it may be found; the first that says to be it is taken.
    packages : str
        What Debian's packages of it are called.
    calls : mapping of str to callable
        By the function's name, how it is called with a signal, a kernel and its options.
    """

    name: str
    commands: tuple[str, ...]
    packages: str
    calls: Mapping[str, Call]

    def missing(self) -> list[str]:
        """Return the program's name if it is not installed."""
        return [] if self.command() else [self.name]

    def remedy(self) -> str:
        """Return what installs it."""
        return f"install it, on Debian as {self.packages}"

    def command(self) -> str:
        """Return the path of the program, "" if there is none."""
        return next((path for path, _ in _programs(self.name, self.commands)), "")

    def version(self) -> str:
        """Return the number after its name."""
        return _programs(self.name, self.commands)[0][1]


@cache
def _programs(name: str, commands: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return path and version of the commands that say to be this program: Windows, too, has a `convert`."""
    found = []
    for path in filter(None, map(which, commands)):
        said = run([path, "-version"], capture_output=True, text=True, check=False, timeout=60).stdout  # noqa: S603
        if match := re.search(rf"{name},?(?: version)? ([\w.-]+)", said):
            found.append((path, match[1]))
    return found


def found(name: str) -> Any:
    """Return what stands under a dotted name, importing the module it is in."""
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


def plain(name: str) -> Call:
    """Return the call of a function that takes two arrays as they are."""

    def call(x: Array, h: Array, **options: Any) -> Array:
        return np.asarray(found(name)(x, h, **options))

    return call


def plainly(*names: str) -> dict[str, Call]:
    """Return the calls of functions that take two arrays as they are."""
    return {name: plain(name) for name in names}


def each(value: Any, ndim: int) -> list[Any]:
    """Return one value an axis, from one value or a sequence."""
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    return values if len(values) == ndim else values * ndim
