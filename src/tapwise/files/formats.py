"""Which format a file is: what its name says, and what its first bytes say."""

from __future__ import annotations

import os
import re
from pathlib import PurePath

from tapwise.errors import ArgumentTypeError, FileError

SUFFIXES = {
    ".png": "png",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".wav": "wav",
    ".npy": "npy",
    ".npz": "npz",
    ".csv": "csv",
    ".mat": "mat",
}
IMAGES = frozenset({"png", "tiff", "jpeg"})
ARRAYS = frozenset({"npy", "npz", "csv"})
KNOWN = ", ".join(SUFFIXES)
WRITTEN = KNOWN.removesuffix(", .mat")  # .mat is read only

# The formats that are not ours are here so that a message can name what was found.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"II[*+]\x00|MM\x00[*+]", "TIFF"),
    (rb"(?:RIFF|RF64)....WAVE", "WAV"),
    (rb"\x93NUMPY", "NPY"),
    (rb"PK(?:\x03\x04|\x05\x06)", "NPZ"),
    (rb"MATLAB [57]\.", "MAT"),
    (rb"GIF8[79]a", "GIF"),
    (rb"RIFF....WEBP", "WebP"),
    (rb"BM....\x00\x00\x00\x00", "BMP"),
    (rb"....ftyp(?:avi|hei|mif)", "HEIF"),
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "JPEG 2000"),
    (rb"fLaC", "FLAC"),
    (rb"OggS", "Ogg"),
    (rb"ID3[\x02-\x04]\x00|\xff[\xfb\xf3\xf2]", "MP3"),
    (rb"FORM....AIF[FC]", "AIFF"),
    (rb"\x89HDF\r\n\x1a\n", "HDF5"),
    (rb"%PDF-", "PDF"),
    (rb"\x1f\x8b", "gzip"),
)
_CONTENT = tuple((re.compile(pattern, re.DOTALL), label) for pattern, label in _SIGNATURES)
_UNSIGNED = frozenset({"csv", "mat"})  # text has no signature, and neither have MAT files of version 4
_MEMBER = re.compile(r"(.*\.(?:npz|mat|tiff?)):(.+)", re.IGNORECASE | re.DOTALL)


def path_text(path: str | os.PathLike[str]) -> str:
    """Return the path as the user wrote it."""
    try:
        text: object = os.fspath(path)
    except TypeError:
        text = None
    if not isinstance(text, str):
        raise ArgumentTypeError("path", path, "it must be a path, as text or pathlib.Path")
    return text


def split_member(path: str) -> tuple[str, str | None]:
    """Split ``file.npz:name``, ``file.mat:name`` and ``file.tif:page``; a file that really has such a name wins."""
    match = None if os.path.lexists(path) else _MEMBER.fullmatch(path)
    return (match[1], match[2]) if match else (path, None)


def format_of(path: str) -> str | None:
    """Return the format that the name says, or None."""
    return SUFFIXES.get(PurePath(path).suffix.lower())


def content_of(head: bytes) -> str | None:
    """Return the label of the format that the first 16 bytes say, or None: CSV, like any text, has no signature."""
    return next((label for pattern, label in _CONTENT if pattern.match(head)), None)


def check_content(path: str, head: bytes) -> str:
    """Return the format that name and content agree on.

    Raises
    ------
    FileError
        If the extension is unknown, or the content is something else than it says.
    """
    suffix = PurePath(path).suffix
    stem = path.removesuffix(suffix)
    fmt = format_of(path)
    found = content_of(head)
    ours = found.lower() if found and found.lower() in SUFFIXES.values() else None
    if ours:
        rename = f"rename it to {stem}{next(s for s, f in SUFFIXES.items() if f == ours)}"
    else:
        rename = "convert it to a format that is known" if found else ""
    if fmt is None:
        rule = f"the extension {suffix!r} is none of {KNOWN}" if suffix else f"it has no extension ({KNOWN})"
        raise FileError(path, f"{rule}, and the content is {found}" if found else rule, rename)
    label = fmt.upper()
    if found and ours != fmt:
        raise FileError(path, f"the name says {label}, but the content is {found}", rename)
    if fmt == "csv" and b"\0" in head:
        raise FileError(path, "the name says CSV, but the content is not text in UTF-8", "save it as CSV in UTF-8")
    if fmt not in _UNSIGNED and not found:
        raise FileError(path, f"the name says {label}, but the content is not {label}", "it is damaged or misnamed")
    return fmt
