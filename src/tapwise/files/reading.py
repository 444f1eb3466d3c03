"""`read`: one door for every format."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tapwise.errors import ArgumentError, FileError
from tapwise.files.arrays import read_npy, read_npz
from tapwise.files.formats import check_content, path_text, split_member
from tapwise.files.jpeg import read_jpeg
from tapwise.files.matlab import read_mat
from tapwise.files.png import read_png
from tapwise.files.sound import read_wav
from tapwise.files.source import Source
from tapwise.files.table import read_csv
from tapwise.files.tiff import read_tiff

if TYPE_CHECKING:
    from tapwise.files.sample import Sample

_READERS: dict[str, Callable[[Source], Sample]] = {
    "png": read_png,
    "tiff": read_tiff,
    "jpeg": read_jpeg,
    "wav": read_wav,
    "npy": read_npy,
    "npz": read_npz,
    "csv": read_csv,
    "mat": read_mat,
}


def read(path: str | os.PathLike[str], *, max_bytes: int = 2**31) -> Sample:
    """Read an image, a sound or an array, exactly as stored.

    The format is what the name says, and the content must agree. ``file.npz:name`` and ``file.mat:name`` read one array
    of several, ``file.tif:3`` one page. Nothing is unpickled, and what would take more memory than `max_bytes` is
    refused from its header, before it is decoded. Images are not turned, and alpha is kept apart from the colours.

    Parameters
    ----------
    path : str or path-like
        A .png, .jpg, .tif, .wav, .npy, .npz, .csv or .mat file.
    max_bytes : int
        The most that the decoded numbers may take in memory.

    Returns
    -------
    Sample
        The numbers, the axes that a filter works on, and what must survive to the output.

    Raises
    ------
    FileError
        If the file is missing, empty, no regular file, too large, damaged, cut short, not what its name says, or of a
        kind that cannot be read without guessing (animations, stacks of pages, CMYK).
    MissingLibrary
        If a library for the format is not installed.
    """
    text = path_text(path)
    if max_bytes < 1:
        raise ArgumentError("max_bytes", max_bytes, "it must be at least 1")
    place, member = split_member(text)
    try:
        with _open(text, Path(place)) as file:
            head = file.read(16)
            reader = _READERS[check_content(place, head)]
            file.seek(0)
            return reader(Source(text, file, os.fstat(file.fileno()).st_size, max_bytes, member))
    except FileNotFoundError as error:
        raise FileError(text, "there is no such file", "check the name and the directory") from error
    except FileError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise FileError(text, f"it cannot be read ({reason})", "check the name and its permissions") from error


def _open(text: str, place: Path) -> BinaryIO:
    """Open a regular file that is not empty; a pipe or a device would block or never end."""
    status = place.stat()
    if stat.S_ISDIR(status.st_mode):
        raise FileError(text, "it is a directory", "name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise FileError(text, "it is not a regular file", "copy its content into one")
    if not status.st_size:
        raise FileError(text, "the file is empty", "get it again from where it came")
    return place.open("rb")
