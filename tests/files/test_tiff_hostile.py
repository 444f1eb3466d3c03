"""TIFF that is broken, or made to do harm."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile

from tapwise.files import read


@pytest.mark.parametrize("compression", [None, "lzw", "zlib"])
def test_every_cut_is_noticed(compression: str | None, rng: np.random.Generator, refusal: Callable[..., str]) -> None:
    data = rng.integers(0, 256, (8, 9), dtype=np.uint8)
    tifffile.imwrite("whole.tif", data, compression=compression, metadata=None)
    whole = Path("whole.tif").read_bytes()
    for length in range(1, len(whole)):
        Path("cut.tif").write_bytes(whole[:length])
        refusal(read, "cut.tif")
    Path("cut.tif").write_bytes(whole[:-1])
    assert refusal(read, "cut.tif") == (
        f"cut.tif: the file is cut short: its pixel data reaches to byte {len(whole)}, and it has {len(whole) - 1} "
        "bytes; get it again from where it came"
    )


def patched(name: str, tag: int, value: int) -> None:
    """Change the value of one tag, in a little-endian file."""
    blob = bytearray(Path(name).read_bytes())
    (at,) = struct.unpack_from("<I", blob, 4)
    (count,) = struct.unpack_from("<H", blob, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        if struct.unpack_from("<H", blob, entry)[0] == tag:
            struct.pack_into("<I", blob, entry + 8, value)
    Path(name).write_bytes(blob)


def test_a_bomb_is_refused_from_its_header(refusal: Callable[..., str]) -> None:
    tifffile.imwrite("bomb.tif", np.zeros((8, 9), np.uint8), compression="zlib", metadata=None)
    patched("bomb.tif", 256, 60000)
    patched("bomb.tif", 257, 60001)
    assert refusal(read, "bomb.tif") == (
        "bomb.tif: 60000 x 60001 pixels take 3600060000 bytes in memory, more than the limit max_bytes=2147483648; "
        "raise the limit if you trust the file"
    )


def test_a_tag_that_cannot_be_read_is_no_default(refusal: Callable[..., str]) -> None:
    # tifffile would take 1 bit per sample for granted.
    tifffile.imwrite("t.tif", np.zeros((8, 9), np.uint8), metadata=None)
    blob = bytearray(Path("t.tif").read_bytes())
    at = blob.index(struct.pack("<HH", 258, 3))
    struct.pack_into("<H", blob, at + 2, 999)  # there is no such type
    Path("t.tif").write_bytes(blob)
    assert refusal(read, "t.tif") == (
        "t.tif: the file is damaged: its tag 258 cannot be read; get it again from where it came"
    )


def test_missing_strips_are_no_zeros(refusal: Callable[..., str]) -> None:
    tifffile.imwrite("s.tif", np.ones((8, 9), np.uint8), rowsperstrip=8, metadata=None)
    patched("s.tif", 257, 80)
    assert refusal(read, "s.tif") == (
        "s.tif: the file is cut short: its pixels are in 10 parts, and 1 are there; get it again from where it came"
    )


def test_a_list_of_pages_beyond_the_end_is_refused(refusal: Callable[..., str]) -> None:
    # tifffile would take whatever bytes come last for the next link, perhaps for ever.
    with tifffile.TiffWriter("s.tif") as tif:
        for _ in range(2):
            tif.write(np.eye(4, dtype=np.uint8), metadata=None, contiguous=False)
    at = read_pages("s.tif")[1]
    blob = bytearray(Path("s.tif").read_bytes())
    struct.pack_into("<H", blob, at, 3000)
    Path("s.tif").write_bytes(blob)
    assert refusal(read, "s.tif:0") == (
        "s.tif:0: the file is cut short: it ends within its list of pages; get it again from where it came"
    )


@pytest.mark.parametrize(("pages", "back_to"), [(1, 0), (3, 1), (250, 0), (250, 40)])
@pytest.mark.parametrize("big", [False, True])
def test_a_ring_of_pages_is_refused(pages: int, back_to: int, big: bool, refusal: Callable[..., str]) -> None:
    # tifffile looks for a ring at its hundredth page only, and would run around a longer one.
    with tifffile.TiffWriter("ring.tif", bigtiff=big) as tif:
        for _ in range(pages):
            tif.write(np.eye(4, dtype=np.uint8), metadata=None, contiguous=False)
    assert len(read_pages("ring.tif")) == pages
    blob = bytearray(Path("ring.tif").read_bytes())
    starts = read_pages("ring.tif")
    count = struct.unpack_from("<Q" if big else "<H", blob, starts[-1])[0]
    link = starts[-1] + (8 + 20 * count if big else 2 + 12 * count)
    struct.pack_into("<Q" if big else "<I", blob, link, starts[back_to])
    Path("ring.tif").write_bytes(blob)
    for path in ("ring.tif", "ring.tif:0"):
        assert refusal(read, path) == (
            f"{path}: the file is damaged: its pages are linked in a ring; get it again from where it came"
        )


def read_pages(name: str) -> list[int]:
    with tifffile.TiffFile(name) as tif:
        return [page.offset for page in tif.pages]


def test_a_bomb_of_jpeg_inside_is_refused(refusal: Callable[..., str]) -> None:
    tifffile.imwrite("j.tif", np.zeros((64, 64, 3), np.uint8), compression="jpeg", photometric="rgb", metadata=None)
    blob = bytearray(Path("j.tif").read_bytes())
    struct.pack_into(">HH", blob, blob.index(b"\xff\xc0") + 5, 30000, 30001)
    Path("j.tif").write_bytes(blob)
    assert refusal(read, "j.tif") == (
        "j.tif: the file is damaged: a part of it is a JPEG of 30001 x 30000 pixels of 3 channels, which does not fit "
        "the page; "
        "get it again from where it came"
    )


def test_jpeg_inside_has_the_channels_of_the_page(refusal: Callable[..., str]) -> None:
    # tifffile would repeat the channel that is there.
    tifffile.imwrite("j.tif", np.zeros((64, 48), np.uint8), compression="jpeg", metadata=None)
    patched("j.tif", 277, 5)
    assert refusal(read, "j.tif") == (
        "j.tif: the file is damaged: a part of it is a JPEG of 48 x 64 pixels of 1 channels, which does not fit "
        "the page; get it again from where it came"
    )


@pytest.mark.parametrize("compression", ["jpeg2000", "webp", "png", "jpegxl"])
def test_other_image_formats_inside_are_refused(compression: str, refusal: Callable[..., str]) -> None:
    data = np.zeros((64, 64, 3), np.uint8)
    tifffile.imwrite("c.tif", data, compression=compression, photometric="rgb", metadata=None)
    assert refusal(read, "c.tif") == (
        f"c.tif: it is compressed with {compression.upper()}, which cannot be read; save it with LZW, or uncompressed"
    )


@pytest.mark.parametrize("compression", ["zlib", "lzw", "zstd", "lzma", "packbits"])
def test_a_bomb_of_bytes_inside_takes_no_memory(compression: str) -> None:
    if compression == "packbits":
        packed = b"\x81\0" * 400_000  # "128 times 0"; the encoder is slow on long runs
    else:
        packed = getattr(imagecodecs, f"{compression}_encode")(bytes(50_000_000))
    options = {"shape": (8, 9), "dtype": np.uint8, "rowsperstrip": 8, "compression": compression, "metadata": None}
    tifffile.imwrite("b.tif", iter([packed]), photometric="minisblack", **options)
    tracemalloc.start()
    try:
        assert not read("b.tif").data.any()
    except OSError as error:
        assert "cannot be decoded" in str(error)  # noqa: PT017
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_odd_files_speak_in_notes_and_not_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    tifffile.imwrite("odd.tif", np.eye(4, dtype=np.uint8), metadata=None)
    blob = bytearray(Path("odd.tif").read_bytes())
    (at,) = struct.unpack_from("<I", blob, 4)
    (count,) = struct.unpack_from("<H", blob, at)
    struct.pack_into("<I", blob, at + 2 + 12 * count, 10**6)  # the next page is outside the file
    Path("odd.tif").write_bytes(blob)
    sample = read("odd.tif")
    assert (sample.data == np.eye(4)).all()
    assert len(sample.notes) == 1
    assert sample.notes[0].startswith("tifffile remarks: ")
    assert "invalid page offset 1000000" in sample.notes[0]
    assert capfd.readouterr().err == ""


def test_no_other_file_is_opened(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    # An OME-TIFF may say that its pixels are in another file.
    data = rng.integers(0, 256, (6, 8), dtype=np.uint8)
    xml = (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">'
        '<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint8" SizeX="8" SizeY="6" SizeZ="1" SizeC="1" SizeT="2">'
        '<Channel ID="Channel:0:0" SamplesPerPixel="1"/>'
        '<TiffData IFD="0" FirstT="0" PlaneCount="1"><UUID FileName="here.ome.tif">urn:uuid:1</UUID></TiffData>'
        '<TiffData IFD="0" FirstT="1" PlaneCount="1"><UUID FileName="../secret.tif">urn:uuid:2</UUID></TiffData>'
        "</Pixels></Image></OME>"
    )
    tifffile.imwrite("here.ome.tif", data, description=xml, metadata=None)
    opened: list[str] = []
    start = tifffile.FileHandle.open

    def note(handle: Any) -> None:
        opened.append(str(handle.path))
        start(handle)

    monkeypatch.setattr(tifffile.FileHandle, "open", note)
    assert (read("here.ome.tif").data == data).all()
    assert len(opened) == 1


def test_damaged_pixels_are_refused(refusal: Callable[..., str]) -> None:
    tifffile.imwrite("z.tif", np.zeros((8, 9), np.uint8), compression="zlib", metadata=None)
    blob = Path("z.tif").read_bytes()
    Path("z.tif").write_bytes(blob[:-6] + b"rubbsh")
    assert refusal(read, "z.tif").startswith("z.tif: the file is damaged: its TIFF data cannot be decoded (")
