"""An open file on its way to a reader, with the limits that hold for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from tapwise.errors import FileError, TapwiseError


@dataclass(frozen=True)
class Source:
    """A regular, non-empty file whose first bytes fit its name.

    Attributes
    ----------
    path : str
        As the user wrote it; every message begins with it.
    file : file object
        Open for reading, at its beginning.
    size : int
        Bytes in the file.
    max_bytes : int
        How much the decoded numbers may take.
    member : str or None
        What stood behind the colon in ``file.npz:name`` or ``file.tif:page``.
    """

    path: str
    file: BinaryIO
    size: int
    max_bytes: int
    member: str | None = None

    def error(self, rule: str, remedy: str = "") -> FileError:
        """Return the error for this file."""
        return FileError(self.path, rule, remedy)

    def truncated(self, what: str) -> FileError:
        """Return the error for a file that ends too early."""
        return self.error(f"the file is cut short: {what}", "get it again from where it came")

    def damaged(self, what: str) -> FileError:
        """Return the error for a file that contradicts itself."""
        return self.error(f"the file is damaged: {what}", "get it again from where it came")

    def afford(self, nbytes: int, what: str) -> None:
        """Refuse, before anything is decoded, what would not fit in `max_bytes`."""
        if nbytes > self.max_bytes:
            rule = f"{what} take {nbytes} bytes in memory, more than the limit max_bytes={self.max_bytes}"
            raise self.error(rule, "raise the limit if you trust the file")

    def whole(self, *, factor: int = 1) -> bytes:
        """Return all bytes of the file, which take `factor` times their number while they are decoded."""
        self.afford(self.size * factor, f"the {self.size} bytes of the file")
        return self.file.read()

    @contextmanager
    def decoding(self, label: str) -> Iterator[None]:
        """Turn whatever a library raises on broken data into one clear error."""
        try:
            yield
        except (TapwiseError, MemoryError):
            raise
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise self.damaged(f"its {label} data cannot be decoded ({reason})") from error
