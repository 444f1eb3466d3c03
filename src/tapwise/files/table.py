"""CSV: numbers separated by commas, one row a line.

One row or one column is read as 1-D, because that is how signals and kernels are written down; anything else is 2-D.
A table of whole numbers is int64 (uint64 where they need it), one with a complex number complex128, others float64.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from tapwise.files.sample import Array, Sample

if TYPE_CHECKING:
    from tapwise.files.source import Source

# A cell of two bytes ("1,") becomes a pointer, and often a number object, before it lands in an array.
_MEMORY_FACTOR = 16
_WHOLE = re.compile(r"[+-]?[0-9]{1,25}")


def read_csv(source: Source) -> Sample:
    """Read a table of numbers, without headings.

    Returns
    -------
    Sample
        int64, uint64, float64 or complex128; 1-D for a single row or column, else (rows, columns).
    """
    try:
        text = source.whole(factor=_MEMORY_FACTOR).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise source.error(f"it is not text in UTF-8 (byte {error.start})", "save it as CSV in UTF-8") from error
    rows: list[list[int | float | complex]] = []
    reader = csv.reader(io.StringIO(text.rstrip(), newline=""), strict=True)
    try:
        for cells in reader:
            row = [_number(source, reader.line_num, column, cell) for column, cell in enumerate(cells, 1)]
            if rows and len(row) != len(rows[0]):
                what = f"line {reader.line_num} has {len(row)} numbers, and the lines above have {len(rows[0])}"
                raise source.error(what, "give every line as many")
            rows.append(row)
    except csv.Error as error:
        raise source.error(f"line {reader.line_num} is not CSV ({error})", "separate numbers by commas") from error
    if not rows or not rows[0]:
        raise source.error("it holds no numbers", "write numbers separated by commas, one row a line")
    data = _table(source, rows)
    data = data.reshape(-1) if 1 in data.shape else data
    return Sample(data, "array", "csv", tuple(range(data.ndim)))


def write_csv(file: BinaryIO, data: Array) -> None:
    """Write 1-D data as one number a line, 2-D data as one row a line, with the digits that give each value back.

    Complex numbers are written as Python does, ``1+2j``.
    """
    text = io.TextIOWrapper(file, "ascii", newline="\n", write_through=True)
    for row in data if data.ndim == 2 else data[:, None]:
        text.write(",".join(_digits(value) for value in row.tolist()) + "\n")
    text.detach()


def comes_back(data: Array) -> np.dtype[np.generic]:
    """Return the dtype that `read_csv` gives the same numbers."""
    if data.dtype.kind in "fc":
        return np.dtype(np.float64 if data.dtype.kind == "f" else np.complex128)
    return np.dtype(np.uint64 if data.max() > np.iinfo(np.int64).max else np.int64)


def _digits(value: complex) -> str:
    return str(int(value)) if isinstance(value, bool) else repr(value).strip("()")


def _number(source: Source, line: int, column: int, cell: str) -> int | float | complex:
    text = cell.strip()
    # Python would also read 1_000 and the digits of other scripts.
    if text.isascii() and "_" not in text:
        if _WHOLE.fullmatch(text):
            return int(text)
        for kind in (float, complex):
            try:
                return kind(text)
            except ValueError:
                continue
    where = f"line {line}, column {column}"
    if not text:
        raise source.error(f"{where} is empty", "write a number there, or nan")
    shown = repr(text if len(text) <= 40 else text[:39] + "…")
    remedy = "take headings out" if line == 1 else "write a number there, with a point and no unit"
    remedy = "separate numbers by commas" if re.search(r"[;\t ]", text) else remedy
    raise source.error(f"{where} holds {shown}, which is not a number", remedy)


def _table(source: Source, rows: list[list[int | float | complex]]) -> Array:
    kinds = {type(value) for row in rows for value in row}
    if kinds != {int}:
        return np.array(rows, np.complex128 if complex in kinds else np.float64)
    low = min(min(row) for row in rows)  # type: ignore[type-var]
    high = max(max(row) for row in rows)  # type: ignore[type-var]
    for dtype in (np.int64, np.uint64):
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:  # type: ignore[operator]
            return np.array(rows, dtype)
    raise source.error(f"whole numbers from {low} to {high} fit no 64-bit dtype", "write them with a decimal point")
