"""What goes wrong, in one place: every message names the argument, its value, the rule and the way out.

Each class refines the builtin that callers would catch anyway, and carries the facts as attributes.
"""

from __future__ import annotations


class TapwiseError(Exception):
    """Base of all errors that tapwise raises on purpose."""


def _sentence(argument: str, value: str, rule: str, remedy: str) -> str:
    head = f"{argument}={value}" if value else argument
    return f"{head}: {rule}; {remedy}" if remedy else f"{head}: {rule}"


class ArgumentError(TapwiseError, ValueError):
    """An argument has a value that cannot be.

    Attributes
    ----------
    argument, value, rule, remedy : str
        The argument as the user wrote it, its value as text, the rule it breaks, and what to write instead.
    """

    def __init__(self, argument: str, value: object, rule: str, remedy: str = "") -> None:
        self.argument = argument
        self.value = value if isinstance(value, Shown) else Shown(_short(value))
        self.rule = rule
        self.remedy = remedy
        super().__init__(_sentence(argument, str(self.value), rule, remedy))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.argument, self.value, self.rule, self.remedy)


class ArgumentTypeError(ArgumentError, TypeError):
    """An argument is of a kind that cannot be used (attributes as in `ArgumentError`)."""


class ShapeError(ArgumentError):
    """The shapes of the arrays do not go together (attributes as in `ArgumentError`)."""


class EngineError(ArgumentError):
    """The engine that was asked for cannot do this case (attributes as in `ArgumentError`)."""


class IntegerOverflow(ArgumentError, OverflowError):
    """An exact result does not fit the dtype (attributes as in `ArgumentError`)."""


class FileError(TapwiseError, OSError):
    """A file cannot be read or written.

    Attributes
    ----------
    path, rule, remedy : str
        The path as the user wrote it, what is wrong with it, and the way out.
    """

    def __init__(self, path: object, rule: str, remedy: str = "") -> None:
        self.path = str(path)
        self.rule = rule
        self.remedy = remedy
        super().__init__(_sentence(self.path, "", rule, remedy))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.path, self.rule, self.remedy)


class MissingLibrary(TapwiseError, ImportError):
    """An optional library is needed and not installed.

    Attributes
    ----------
    library, purpose, remedy : str
        The library, what it is needed for, and the command that installs it.
    """

    def __init__(self, library: str, purpose: str, remedy: str) -> None:
        self.library = library
        self.purpose = purpose
        self.remedy = remedy
        super().__init__(f"{purpose} needs {library}, which is not installed; {remedy}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.library, self.purpose, self.remedy)


class Shown(str):
    """Text that stands in a message as it is, where the value's own repr would mislead or be too long."""

    __slots__ = ()


def _short(value: object, limit: int = 120) -> str:
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python refuses to print integers of thousands of digits
        text = f"a {type(value).__name__} too long to print"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
