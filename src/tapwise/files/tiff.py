"""TIFF, one page at a time, by tifffile (and imagecodecs where it is compressed)."""

from __future__ import annotations

import logging
import math
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from tapwise.files.exif import ORIENTATION
from tapwise.files.optional import need
from tapwise.files.sample import Array, Info, Sample
from tapwise.files.tiff_checks import JPEG, check_chain, check_segments, check_tags

if TYPE_CHECKING:
    from tapwise.files.source import Source

# Numbers of the TIFF 6.0 specification.
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _YCBCR = 0, 1, 2, 3, 6
_READABLE = frozenset({_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE})
_WITHOUT_IMAGECODECS = frozenset({1, 8, 32773, 32946})  # none, deflate, packbits, deflate
# Also CCITT (2, 3, 4), LZW, JPEG, LZMA and Zstandard. Image formats inside a TIFF (JPEG 2000, WebP, PNG, JPEG XL)
# have sizes of their own, which may be any: they would fill the memory behind the back of the page's header.
_COMPRESSIONS = _WITHOUT_IMAGECODECS | {2, 3, 4, 5, JPEG, 34925, 50000}
_PREMULTIPLIED, _STRAIGHT = 1, 2
_REDUCED = 1  # a smaller copy of another page


def read_tiff(source: Source) -> Sample:
    """Read one page of a TIFF.

    A page is refused, rather than chosen, where there are several: a stack is filtered page by page or as a volume,
    and only its owner knows which. ``file.tif:3`` reads the page with index 3.

    Returns
    -------
    Sample
        Any number dtype, (rows, columns) or (rows, columns, channels).
    """
    tifffile = need("tifffile", "reading TIFF")
    check_chain(source)
    source.file.seek(0)
    notes: list[str] = []
    with source.decoding("TIFF"), _remarks(notes), tifffile.TiffFile(source.file) as tif:
        page = _page(source, tif)
        bits, colour, alpha_kind = _check_page(source, page)
        data: Array = page.asarray()
        if page.axes == "SYX":
            data = np.moveaxis(data, 0, -1)
        orientation = _tag(page, ORIENTATION, 1)
        icc: bytes | None = page.iccprofile
        if colour == _PALETTE:
            data = _expand(page.colormap, data)
            notes.append("The palette was expanded to RGB; the output has no palette.")
        else:
            data = _levels(data, bits, white_is_zero=colour == _WHITE_IS_ZERO, notes=notes)
    alpha: Array | None = None
    if alpha_kind:
        data, alpha = data[..., :-1], np.ascontiguousarray(data[..., -1])
        data = data[..., 0] if data.shape[-1] == 1 else data
        notes.append("Alpha is left as it is; the colours of transparent pixels take part in the filter.")
    info = Info(
        mode="rgb" if colour in {_RGB, _PALETTE, _YCBCR} else "grey" if data.ndim == 2 else "bands",
        orientation=orientation if 1 <= orientation <= 8 else 1,
        icc=icc,
        premultiplied=alpha_kind == _PREMULTIPLIED,
    )
    data = np.ascontiguousarray(data, data.dtype.newbyteorder("="))
    return Sample(data, "image", "tiff", (0, 1), info, alpha, tuple(notes))


def write_tiff(file: BinaryIO, planes: Array, info: Info, *, alpha: bool) -> None:
    """Write samples of any real dtype, (rows, columns) or (rows, columns, channels), alpha last, uncompressed."""
    tifffile = need("tifffile", "writing TIFF")
    layout: dict[str, Any] = {}
    channels = planes.shape[2] if planes.ndim == 3 else 1
    colour = channels - alpha == 3 or (info.mode == "rgb" and channels - alpha > 3)
    extra = channels - (3 if colour else 1)
    if extra:
        kinds = ["unspecified"] * extra
        if alpha:
            kinds[-1] = "assocalpha" if info.premultiplied else "unassalpha"
        layout["extrasamples"] = kinds
    if planes.ndim == 3:
        layout["planarconfig"] = "contig"
    if info.orientation != 1:
        layout["extratags"] = [(ORIENTATION, "H", 1, info.orientation, True)]
    photometric = "rgb" if colour else "minisblack"
    tifffile.imwrite(
        file, planes, photometric=photometric, metadata=None, software=False, iccprofile=info.icc, **layout
    )


class _Notes(logging.Handler):
    """What one thread logs, as notes."""

    def __init__(self, notes: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.notes, self.reader = notes, threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Add a note."""
        if record.thread == self.reader:
            self.notes.append(f"tifffile remarks: {record.getMessage()}")


@contextmanager
def _remarks(notes: list[str]) -> Iterator[None]:
    """Collect what tifffile logs about an odd file, which would otherwise go to the terminal, as notes."""
    handler, logger = _Notes(notes), logging.getLogger("tifffile")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _page(source: Source, tif: Any) -> Any:
    """Return the one page that is meant."""
    pages = [page for page in tif.pages if not page.subfiletype & _REDUCED]
    count = len(pages)
    if not count:
        raise source.damaged("it has no page")
    if source.member is None:
        if count > 1:
            last = f"{source.path}:{count - 1}"
            remedy = f"name one, from {source.path}:0 to {last}, or save the stack as .npy"
            raise source.error(f"it holds {count} pages", remedy)
        behind = _behind_one_header(tif, pages[0])
        if behind > 1:
            raise source.error(f"it holds {behind} pages behind one header", "save the stack as .npy")
        return pages[0]
    if not (re.fullmatch("[0-9]{1,9}", source.member) and int(source.member) < count):
        pages_are = "page is 0" if count == 1 else f"pages are 0 to {count - 1}"
        raise source.error(f"there is no page {source.member!r}: the {pages_are}", "name one of them")
    return pages[int(source.member)]


def _behind_one_header(tif: Any, page: Any) -> int:
    """Return how many pages ImageJ or tifffile say that they keep behind one header.

    tifffile's own series would tell, too, but may open other files, whose paths this file names.
    """
    if tif.is_imagej:
        return int(tif.imagej_metadata.get("images", 1))
    shapes = [entry.get("shape") or () for entry in tif.shaped_metadata or ()]
    return math.prod(shapes[0]) // page.size if shapes and page.size else 1


def _check_page(source: Source, page: Any) -> tuple[int, int, int]:
    """Return bits per sample, photometric interpretation and kind of alpha (0: none) of a page that we can read."""
    colour, compression, extra = int(page.photometric), int(page.compression), [int(kind) for kind in page.extrasamples]
    name = getattr(page.photometric, "name", str(page.photometric))
    check_tags(source, page)
    if colour not in _READABLE and not (colour == _YCBCR and compression == JPEG):
        raise source.error(f"its colours are {name}, which cannot be read", "convert it to greyscale or RGB first")
    if page.dtype is None or not isinstance(page.bitspersample, int):
        what = f"bits per sample {page.bitspersample}, sample format {page.sampleformat}"
        raise source.error(f"its samples are of a kind that cannot be read ({what})", "convert it first")
    if page.axes not in {"YX", "YXS", "SYX"}:
        raise source.error(f"its page has axes {page.axes}: it is no flat image", "save the volume as .npy")
    if colour == _WHITE_IS_ZERO and page.dtype.kind not in "bu":
        raise source.error(f"0 is white and the samples are {page.dtype}: which number is black?", "convert it first")
    height, width = (page.shape[i] for i in (page.axes.index("Y"), page.axes.index("X")))
    each = 6 if colour == _PALETTE else page.dtype.itemsize
    source.afford(page.size * each, f"{width} x {height} pixels")

    alphas = [kind for kind in extra if kind in {_PREMULTIPLIED, _STRAIGHT}]
    if alphas and (len(extra) > 1 or colour == _PALETTE):
        raise source.error("it has alpha among other extra channels", "take the channels apart first")
    packing = getattr(page.compression, "name", str(compression))
    if compression not in _COMPRESSIONS:
        raise source.error(
            f"it is compressed with {packing}, which cannot be read", "save it with LZW, or uncompressed"
        )
    if compression not in _WITHOUT_IMAGECODECS:
        need("imagecodecs", f"reading TIFF compressed with {packing}")
    check_segments(source, page)
    return page.bitspersample, colour, alphas[0] if alphas else 0


def _tag(page: Any, code: int, default: int) -> int:
    tag = page.tags.get(code)
    return int(tag.value) if tag is not None else default


def _levels(data: Array, bits: int, *, white_is_zero: bool, notes: list[str]) -> Array:
    """Stretch samples of less than 8 bits to 0...255, as PNG readers do, and let larger be lighter."""
    if bits < 8:
        notes.append(f"The {bits}-bit samples were scaled to 0...255; the output has 8 bits.")
        data = data.astype(np.uint8) * np.uint8(255 // (2**bits - 1))
    elif bits != data.dtype.itemsize * 8:
        notes.append(f"The {bits}-bit samples are kept as they are, in {data.dtype}.")
    if white_is_zero:
        notes.append("In this file 0 is white: the samples were turned over, so that larger is lighter.")
        data = (2 ** max(bits, 8) - 1) - data
    return data


def _expand(colormap: Array, data: Array) -> Array:
    """Look colours up; to 8 bits where the 16-bit colour map says nothing more (its low bytes are 0, or repeats)."""
    low, high = colormap & 255, colormap >> 8
    if not low.any() or (low == high).all():
        colormap = high.astype(np.uint8)
    return np.moveaxis(colormap[:, data], 0, -1)
