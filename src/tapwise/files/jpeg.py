"""JPEG: the segments before the pixels are read here, the pixels by Pillow."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from tapwise.files.exif import orientation_block, orientation_of
from tapwise.files.sample import Array, Info, Sample

if TYPE_CHECKING:
    from tapwise.files.source import Source

LONGEST_SIDE = 65500  # what libjpeg writes

_EXIF, _ICC, _MULTI = b"Exif\0\0", b"ICC_PROFILE\0", b"MPF\0"
_SCAN, _END, _APP1, _APP2 = 0xDA, 0xD9, 0xE1, 0xE2
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Of the application segments only JFIF (0xE0) and Adobe (0xEE) tell a decoder what the components are. The others,
# and comments, can hold anything; Pillow would parse them.
_LEFT_OUT = frozenset({0xFE, *range(0xE0, 0xF0)}) - {0xE0, 0xEE}


def read_jpeg(source: Source) -> Sample:
    """Read a greyscale or RGB JPEG of 8 bits.

    Returns
    -------
    Sample
        uint8, (rows, columns) or (rows, columns, 3).
    """
    blob = source.whole()
    notes = []
    kept = [b"\xff\xd8"]
    profile: dict[int, bytes] = {}
    orientation, frame = 1, b""
    for marker, payload in _segments(source, blob):
        if marker == _APP1 and payload.startswith(_EXIF):
            orientation = orientation_of(payload[len(_EXIF) :])
            notes.append("Of the EXIF data only the orientation is kept.")
        elif marker == _APP2 and payload.startswith(_ICC) and len(payload) > 14:
            profile[payload[12]] = payload[14:]
        elif marker == _APP2 and payload.startswith(_MULTI):
            notes.append("The file holds further pictures behind the first (MPF); only the first was read.")
        elif marker in _FRAMES:
            frame = payload
        if marker == _SCAN:
            kept.append(payload)  # from here to the end of the file
        elif marker not in _LEFT_OUT:
            kept.append(struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload)
    channels = _check_frame(source, frame)

    from PIL.JpegImagePlugin import JpegImageFile  # not Image.open: the size was checked, in bytes, already

    with source.decoding("JPEG"):
        data = np.array(JpegImageFile(io.BytesIO(b"".join(kept))))
    info = Info(
        mode="grey" if channels == 1 else "rgb",
        orientation=orientation,
        icc=b"".join(part for _, part in sorted(profile.items())) or None,
    )
    return Sample(data, "image", "jpeg", (0, 1), info, notes=tuple(notes))


def write_jpeg(file: BinaryIO, planes: Array, info: Info) -> None:
    """Write uint8 samples, (rows, columns) or (rows, columns, 3), at quality 95 with full colour resolution."""
    from PIL import Image

    extra = {}
    if info.icc is not None:
        extra["icc_profile"] = info.icc
    if info.orientation != 1:
        extra["exif"] = _EXIF + orientation_block(info.orientation)
    stream = io.BytesIO()
    Image.fromarray(planes).save(stream, "JPEG", quality=95, subsampling=0, **extra)
    file.write(stream.getbuffer())


def frame_size(source: Source, blob: bytes) -> tuple[int, int, int]:
    """Return width, height and channels that a JPEG stream says."""
    frame = next((payload for marker, payload in _segments(source, blob) if marker in _FRAMES), b"")
    if len(frame) < 6:
        raise source.damaged("it has no frame header, which says the size")
    height, width, channels = struct.unpack_from(">HHB", frame, 1)
    return width, height, channels


def _segments(source: Source, blob: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and payload of each segment; the last is the first scan, with all that follows as it stands."""
    at = 2
    while at + 4 <= len(blob):
        if blob[at] != 0xFF:
            raise source.damaged(f"at byte {at} a JPEG segment should begin")
        marker = blob[at + 1]
        if marker == _END:
            raise source.damaged("it ends before its pixels")
        if marker == _SCAN:
            yield marker, blob[at:]
            return
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            end = at + 2 + int.from_bytes(blob[at + 2 : at + 4], "big")
            if end > len(blob):
                break
            yield marker, blob[at + 4 : end]
            at = max(end, at + 4)
    raise source.truncated("it ends before its pixels")


def _check_frame(source: Source, frame: bytes) -> int:
    """Return the number of channels that the frame header says, having checked that we can read them."""
    if len(frame) < 6:
        raise source.damaged("it has no frame header, which says the size")
    bits, height, width, channels = struct.unpack_from(">BHHB", frame)
    source.afford(width * height * channels, f"{width} x {height} pixels")
    if channels == 4:
        what = "it is CMYK, amounts of ink, for which a filter has no one meaning"
        raise source.error(what, "convert it to RGB, by its colour profile, first")
    if channels not in {1, 3} or bits != 8:
        what = f"it has {channels} channels of {bits} bits, and only 1 or 3 channels of 8 bits can be read"
        raise source.error(what, "convert it to PNG or TIFF first")
    return int(channels)
