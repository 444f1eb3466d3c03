"""Numbers on the command line: `2,1,3,5,4`, `[2, 1, 3]`, `"1 2;3 4"`, or a file."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from tapwise.convention.words import number
from tapwise.errors import ArgumentError
from tapwise.files import read

_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]*(:.*)?$")


def array_of(name: str, text: str) -> np.ndarray[Any, np.dtype[Any]]:
    """Return the array that the argument `name` spells or names.

    Rows are parted by semicolons, line ends or brackets, numbers by commas or spaces. Fractions such as 1/3 stay exact.
    """
    if is_file(text):
        return read(text.strip()).data
    rows = [row for row in re.split(r"[;\n]|\]\s*,?\s*\[", _unwrapped(name, text)) if row.strip()]
    values = [[_number(name, text, word) for word in re.split(r"[,\s]+", row.strip(" ,\t")) if word] for row in rows]
    if not values or not all(values):
        raise ArgumentError(name, text, "holds no number", "write numbers as 2,1,3 or rows as '1 2;3 4'")
    if len({len(row) for row in values}) > 1:
        told = ", ".join(str(len(row)) for row in values)
        raise ArgumentError(name, text, f"its rows have {told} numbers", "give every row as many")
    exact = any(isinstance(value, Fraction) for row in values for value in row)
    array = np.array(values, dtype=object if exact else None)
    if array.dtype.kind == "f" and all(isinstance(value, int) for row in values for value in row):
        array = np.array(values, dtype=object)  # whole numbers beyond 64 bits stay whole
    return array if len(rows) > 1 or text.strip().startswith("[[") else array[0]


def is_file(text: str) -> bool:
    """Whether the text names a file: it has an extension, or something of that name exists."""
    words = text.strip()
    if not words or "\n" in words:
        return False
    return bool(_SUFFIX.search(words)) or (len(words) < 4096 and "\0" not in words and Path(words).is_file())


def _unwrapped(name: str, text: str) -> str:
    """Return the text without the brackets around everything."""
    words = text.strip()
    if words.count("[") != words.count("]"):
        raise ArgumentError(name, text, "its brackets do not match", "write [1, 2, 3] or [[1, 2], [3, 4]]")
    while words.startswith("[") and words.endswith("]"):
        words = words[1:-1].strip()
    return words


def _number(name: str, text: str, word: str) -> Any:
    try:
        return number(name, word)
    except ArgumentError:
        raise ArgumentError(
            name, text, f"{word!r} is not a number", "write numbers as 2,1,3 or rows as '1 2;3 4', or name a file"
        ) from None
