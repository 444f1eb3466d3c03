"""PNG: the chunks are checked here; Pillow decodes them, and imagecodecs where colour has 16 bits.

Pillow silently reads 16-bit colour as 8-bit, fills rows that are missing with zeros, and reads the text and profile
chunks of any file that it opens. So the walk below finds out what the file holds, and the decoders see only the
chunks that make the pixels.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from tapwise.files.exif import orientation_block, orientation_of
from tapwise.files.optional import need
from tapwise.files.sample import Array, Info, Sample

if TYPE_CHECKING:
    from tapwise.files.source import Source

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {_GREY: 1, _RGB: 3, _PALETTE: 1, _GREY_ALPHA: 2, _RGB_ALPHA: 4}
_DEPTHS = {_GREY: {1, 2, 4, 8, 16}, _PALETTE: {1, 2, 4, 8}, _RGB: {8, 16}, _GREY_ALPHA: {8, 16}, _RGB_ALPHA: {8, 16}}
_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_KEPT = frozenset({b"gAMA", b"cHRM", b"sRGB", b"cICP", b"pHYs"})
_ICC_LIMIT = 2**24
# First column, first row, step between columns and between rows of each Adam7 pass.
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_WHOLE = ((0, 0, 1, 1),)


@dataclass(frozen=True)
class _Header:
    width: int
    height: int
    bits: int
    colour: int
    interlaced: bool

    @property
    def inflated(self) -> int:
        """Bytes that the compressed pixel data must yield: rows padded to bytes, one filter byte before each."""
        total = 0
        for x, y, dx, dy in _ADAM7 if self.interlaced else _WHOLE:
            columns, rows = -(-(self.width - x) // dx), -(-(self.height - y) // dy)
            if columns > 0 and rows > 0:
                total += rows * (1 + (columns * self.bits * _CHANNELS[self.colour] + 7) // 8)
        return total


def read_png(source: Source) -> Sample:
    """Read a PNG of any kind but an animation.

    Returns
    -------
    Sample
        uint8 or uint16, (rows, columns) or (rows, columns, 3). Palettes are expanded to RGB, 1-, 2- and 4-bit greys
        to 0...255, and a colour that is marked transparent becomes an alpha channel; `notes` says so.
    """
    header = _header(source, source.file.read(33))
    source.file.seek(0)
    blob = source.whole()
    chunks = _chunks(source, blob)
    found = dict(chunks)
    if b"acTL" in found:
        frames = int.from_bytes(found[b"acTL"][:4], "big")
        raise source.error(f"it is an animation of {frames} frames", "save the frame you mean as a PNG of its own")
    if header.colour == _PALETTE and b"PLTE" not in found:
        raise source.damaged("its palette (PLTE) is missing")
    _check_inflated(source, header, [data for name, data in chunks if name == b"IDAT"])

    transparency = bytes(found.get(b"tRNS", b""))
    bare = _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks if name in _PIXELS)
    planes = _decode(source, header, bare, expand_alpha=bool(transparency))
    notes = []
    alpha: Array | None = None
    if header.colour == _PALETTE:
        notes.append("The palette was expanded to RGB; the output has no palette.")
    elif header.bits < 8:
        notes.append(f"The {header.bits}-bit samples were scaled to 0...255; the output has 8 bits.")
    if header.colour in {_GREY_ALPHA, _RGB_ALPHA} or (header.colour == _PALETTE and transparency):
        alpha = np.ascontiguousarray(planes[..., -1])
        planes = planes[..., 0] if header.colour == _GREY_ALPHA else planes[..., :-1]
    elif transparency:
        alpha = _keyed(source, header, planes, transparency)
        notes.append("The one transparent colour was read as an alpha channel.")
    if alpha is not None and alpha.min() < np.iinfo(alpha.dtype).max:
        notes.append("Alpha is left as it is; the colours of transparent pixels take part in the filter.")

    icc = _profile(found.get(b"iCCP"))
    if b"iCCP" in found and icc is None:
        notes.append("The colour profile is damaged and was left out.")
    info = Info(
        mode="grey" if planes.ndim == 2 else "rgb",
        orientation=orientation_of(bytes(found.get(b"eXIf", b""))),
        icc=icc,
        chunks=tuple((name, bytes(data)) for name, data in chunks if name in _KEPT),
    )
    return Sample(np.ascontiguousarray(planes), "image", "png", (0, 1), info, alpha, tuple(notes))


def write_png(file: BinaryIO, planes: Array, info: Info) -> None:
    """Write uint8 or uint16 samples, (rows, columns) or (rows, columns, 1...4), alpha last."""
    if planes.ndim == 3 and planes.dtype == np.uint16:
        blob = bytes(need("imagecodecs", "writing 16-bit colour PNG").png_encode(planes))
    else:
        from PIL import Image

        stream = io.BytesIO()
        Image.fromarray(planes).save(stream, "PNG")
        blob = stream.getvalue()
    extra = list(info.chunks)
    if info.icc is not None:
        extra.append((b"iCCP", b"ICC profile\0\0" + zlib.compress(info.icc)))
    if info.orientation != 1:
        extra.append((b"eXIf", orientation_block(info.orientation)))
    after_header = 33
    file.write(blob[:after_header])
    file.writelines(_chunk(name, data) for name, data in extra)
    file.write(memoryview(blob)[after_header:])


def _header(source: Source, head: bytes) -> _Header:
    if len(head) < 33:
        raise source.truncated(f"a PNG begins with 33 bytes of header, and there are {len(head)} bytes")
    length, name, width, height, bits, colour, *methods = struct.unpack(">I4sIIBBBBB", head[8:29])
    if (length, name) != (13, b"IHDR"):
        raise source.damaged("it does not begin with a PNG header (IHDR)")
    if not width or not height or bits not in _DEPTHS.get(colour, ()) or methods not in ([0, 0, 0], [0, 0, 1]):
        what = f"{width} x {height} pixels, depth {bits}, colour type {colour}, methods {methods}"
        raise source.damaged(f"its header cannot be ({what})")
    each = (4 if colour == _PALETTE else _CHANNELS[colour]) * (2 if bits == 16 else 1)
    source.afford(width * height * each, f"{width} x {height} pixels")
    return _Header(width, height, bits, colour, methods[2] == 1)


def _chunks(source: Source, blob: bytes) -> list[tuple[bytes, memoryview]]:
    """Return all chunks up to IEND, their lengths and checksums verified."""
    chunks, view, at = [], memoryview(blob), len(_SIGNATURE)
    while True:
        if at + 12 > len(blob):
            raise source.truncated("the end mark (IEND) is missing")
        length, name = struct.unpack_from(">I4s", blob, at)
        end = at + 12 + length
        shown = name.decode("ascii", "replace")
        if end > len(blob):
            raise source.truncated(f"its {shown} chunk should have {length} bytes, and {len(blob) - at - 8} are left")
        if zlib.crc32(view[at + 4 : end - 4]) != struct.unpack_from(">I", blob, end - 4)[0]:
            raise source.damaged(f"the checksum of its {shown} chunk is wrong")
        chunks.append((name, view[at + 8 : end - 4]))
        if name == b"IEND":
            return chunks
        at = end


def _check_inflated(source: Source, header: _Header, parts: list[memoryview]) -> None:
    """Make sure that there is pixel data for every row; unpacking it twice is the price."""
    inflate, total = zlib.decompressobj(), 0
    with source.decoding("PNG"):
        for part in parts:
            left: bytes | memoryview = part
            while left and total < header.inflated:
                total += len(inflate.decompress(left, 2**20))
                left = inflate.unconsumed_tail
    if total < header.inflated:
        raise source.truncated(f"its pixel data should unpack to {header.inflated} bytes, and {total} came out")


def _decode(source: Source, header: _Header, bare: bytes, *, expand_alpha: bool) -> Array:
    """Return the pixels of a checked PNG, (rows, columns) or (rows, columns, channels)."""
    if header.bits == 16 and header.colour != _GREY:
        decode = need("imagecodecs", "reading 16-bit colour PNG").png_decode
        with source.decoding("PNG"):
            planes: Array = decode(bare)[..., : _CHANNELS[header.colour]]  # libpng adds alpha for a keyed colour
            return planes
    from PIL.PngImagePlugin import PngImageFile  # not Image.open: the size was checked, in bytes, already

    with source.decoding("PNG"):
        image = PngImageFile(io.BytesIO(bare))
        image.load()
        if header.colour == _PALETTE:
            return np.array(image.convert("RGBA" if expand_alpha else "RGB"))
        return np.array(image.convert("L") if header.bits == 1 else image)


def _keyed(source: Source, header: _Header, planes: Array, transparency: bytes) -> Array:
    """Return alpha that is 0 where the colour is the transparent one, and full elsewhere."""
    channels = _CHANNELS[header.colour]
    if len(transparency) != 2 * channels:
        raise source.damaged("its transparent colour (tRNS) does not fit its colour type")
    scale = 255 // (2**header.bits - 1) if header.bits < 8 else 1
    key = np.frombuffer(transparency, ">u2").astype(np.int64) * scale
    hidden = (planes.reshape(*planes.shape[:2], channels) == key).all(axis=-1)
    return np.where(hidden, 0, np.iinfo(planes.dtype).max).astype(planes.dtype)


def _profile(chunk: memoryview | None) -> bytes | None:
    """Return the ICC profile of an iCCP chunk (name, 0, method 0, zlib stream), or None."""
    if chunk is None:
        return None
    _, _, packed = bytes(chunk).partition(b"\0")
    inflate = zlib.decompressobj()
    try:
        icc = inflate.decompress(packed[1:], _ICC_LIMIT)
    except zlib.error:
        return None
    return icc if inflate.eof else None


def _chunk(name: bytes, data: bytes | memoryview) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(name))
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)
