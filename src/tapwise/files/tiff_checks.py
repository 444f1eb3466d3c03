"""What must hold in a TIFF before tifffile may decode it: links, tags and pixel data that are all there.

tifffile reads on where a file contradicts itself: it takes defaults for tags that it cannot read, fills parts that
are missing with zeros, and may follow pages that are linked in a ring for ever.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

from tapwise.files.jpeg import frame_size

if TYPE_CHECKING:
    from tapwise.files.source import Source

JPEG = 7

_SEPARATE = 2  # planes one after the other
# Size, bits, compression, colours, strips, samples, planes, predictor, colour map, tiles, extra samples, sample format.
_ESSENTIAL = frozenset({256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339})


class _Directory:
    """How a file writes its directories of tags: a count, that many tags, and a link to the next directory."""

    def __init__(self, source: Source) -> None:
        source.file.seek(0)
        head = source.file.read(4)
        order = "<" if head[:2] == b"II" else ">"
        big = 43 in head[2:4]
        self.source = source
        self.order = order
        self.link = struct.Struct(f"{order}{'Q' if big else 'I'}")
        self.count = struct.Struct(f"{order}{'Q' if big else 'H'}")
        self.tag_size = 20 if big else 12
        self.first_link = 8 if big else 4

    def number(self, at: int, kind: struct.Struct) -> int:
        self.source.file.seek(at)
        raw = self.source.file.read(kind.size)
        if len(raw) < kind.size:
            raise self.source.truncated("it ends within its list of pages")
        return int(kind.unpack(raw)[0])


def check_chain(source: Source) -> None:
    """Refuse pages that are linked in a ring, and a list of pages that runs over the end of the file."""
    directory = _Directory(source)
    seen: set[int] = set()
    at = directory.number(directory.first_link, directory.link)
    while 0 < at < source.size:  # tifffile reports a link to elsewhere
        if at in seen:
            raise source.damaged("its pages are linked in a ring")
        seen.add(at)
        tags = directory.number(at, directory.count)
        at = directory.number(at + directory.count.size + tags * directory.tag_size, directory.link)


def check_tags(source: Source, page: Any) -> None:
    """Refuse a page with a tag that decides about its pixels and that tifffile could not read."""
    directory = _Directory(source)
    start = page.offset + directory.count.size
    code = struct.Struct(f"{directory.order}H")
    for entry in range(directory.number(page.offset, directory.count)):
        tag = directory.number(start + entry * directory.tag_size, code)
        if tag in _ESSENTIAL and tag not in page.tags:
            raise source.damaged(f"its tag {tag} cannot be read")


def check_segments(source: Source, page: Any) -> None:
    """Make sure that all strips or tiles are there, and that JPEG streams among them are what the page says."""
    wanted = math.prod(page.chunked)
    segments = [(start, length) for start, length in zip(page.dataoffsets, page.databytecounts, strict=False) if length]
    if len(segments) < wanted:
        raise source.truncated(f"its pixels are in {wanted} parts, and {len(segments)} are there")
    end = max(start + length for start, length in segments)
    if end > source.size:
        raise source.truncated(f"its pixel data reaches to byte {end}, and it has {source.size} bytes")
    if int(page.compression) != JPEG:
        return
    largest = math.prod(page.chunks)
    expected = 1 if int(page.planarconfig) == _SEPARATE else page.samplesperpixel
    for start, length in segments:
        source.file.seek(start)
        width, height, channels = frame_size(source, source.file.read(length))
        if channels != expected or width * height * channels > largest:
            what = f"{width} x {height} pixels of {channels} channels"
            raise source.damaged(f"a part of it is a JPEG of {what}, which does not fit the page")
