"""PNG, with files made by hand from the specification."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import skimage
from PIL import Image

from tapwise.files import read, write

PHOTOS = Path(skimage.__file__).parent / "data"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(
    width: int,
    height: int,
    bits: int,
    colour: int,
    rows: bytes,
    before: Iterable[tuple[bytes, bytes]] = (),
    interlace: int = 0,
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlace)
    chunks = [(b"IHDR", header), *before, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in chunks)


@pytest.mark.parametrize("photo", ["camera", "chelsea", "astronaut", "logo", "horse", "page", "motorcycle_left"])
def test_photographs_are_what_pillow_reads(photo: str) -> None:
    sample = read(PHOTOS / f"{photo}.png")
    with Image.open(PHOTOS / f"{photo}.png") as image:
        whole = np.array(image)
    if sample.alpha is not None:
        assert (whole[..., -1] == sample.alpha).all()
        whole = whole[..., :-1]
    assert (sample.data == whole).all()
    assert (sample.kind, sample.format, sample.axes) == ("image", "png", (0, 1))


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_depth_and_number_of_channels_goes_round(dtype: str, channels: int, rng: np.random.Generator) -> None:
    whole = rng.integers(0, np.iinfo(dtype).max, (5, 7, channels), endpoint=True).astype(dtype)
    Path("made.png").write_bytes(imagecodecs.png_encode(whole.squeeze()))
    sample = read("made.png")
    alpha = channels in {2, 4}
    colour = whole[..., : channels - alpha]
    assert sample.data.dtype == dtype
    assert sample.data.shape == ((5, 7) if channels < 3 else (5, 7, 3))
    assert (sample.data == colour.squeeze()).all()
    assert (sample.alpha is not None) == alpha
    assert sample.data.flags.writeable

    report = write("again.png", sample.data, sample)
    assert (report.clipped, report.rounded, report.notes, str(report.dtype)) == (0, 0, (), dtype)
    assert (imagecodecs.png_decode(Path("again.png").read_bytes()) == whole.squeeze()).all()
    again = read("again.png")
    assert (again.data == sample.data).all()
    assert again.data.dtype == dtype


def test_sixteen_bit_colour_is_not_read_as_pillow_reads_it() -> None:
    write("deep.png", np.array([[[1, 258, 65535]]], np.uint16))
    with Image.open("deep.png") as image:
        assert np.asarray(image).dtype == np.uint8  # the trap
    assert read("deep.png").data.tolist() == [[[1, 258, 65535]]]


def test_palette_becomes_rgb() -> None:
    palette = (b"PLTE", bytes([10, 20, 30, 40, 50, 60, 70, 80, 90]))
    Path("p.png").write_bytes(png(3, 2, 8, 3, bytes([0, 0, 1, 2, 0, 2, 2, 1]), [palette]))
    sample = read("p.png")
    a, b, c = [10, 20, 30], [40, 50, 60], [70, 80, 90]
    assert sample.data.tolist() == [[a, b, c], [c, c, b]]
    assert sample.alpha is None
    assert sample.notes == ("The palette was expanded to RGB; the output has no palette.",)


def test_palette_with_transparency_becomes_rgb_and_alpha() -> None:
    before = [(b"PLTE", bytes([10, 20, 30, 40, 50, 60])), (b"tRNS", b"\x07")]
    Path("p.png").write_bytes(png(2, 1, 1, 3, bytes([0, 0b01000000]), before))
    sample = read("p.png")
    assert sample.data.tolist() == [[[10, 20, 30], [40, 50, 60]]]
    assert sample.alpha is not None
    assert sample.alpha.tolist() == [[7, 255]]
    assert sample.notes == (
        "The palette was expanded to RGB; the output has no palette.",
        "Alpha is left as it is; the colours of transparent pixels take part in the filter.",
    )


@pytest.mark.parametrize(
    ("bits", "row", "values"),
    [(1, 0b10110000, [255, 0, 255, 255]), (2, 0b00011011, [0, 85, 170, 255])],
)
def test_few_bits_are_stretched_to_eight(bits: int, row: int, values: list[int]) -> None:
    Path("g.png").write_bytes(png(4, 1, bits, 0, bytes([0, row])))
    sample = read("g.png")
    assert sample.data.tolist() == [values]
    assert sample.data.dtype == np.uint8
    assert sample.notes == (f"The {bits}-bit samples were scaled to 0...255; the output has 8 bits.",)


@pytest.mark.parametrize(("bits", "key", "alpha"), [(2, 1, [255, 0, 255, 255]), (8, 27, [0, 255, 255, 255])])
def test_a_transparent_grey_becomes_alpha(bits: int, key: int, alpha: list[int]) -> None:
    rows = bytes([0, 0b00011011]) if bits == 2 else bytes([0, 27, 28, 29, 30])
    Path("g.png").write_bytes(png(4, 1, bits, 0, rows, [(b"tRNS", struct.pack(">H", key))]))
    sample = read("g.png")
    assert sample.alpha is not None
    assert sample.alpha.tolist() == [alpha]
    assert "The one transparent colour was read as an alpha channel." in sample.notes


@pytest.mark.parametrize("bits", [8, 16])
def test_a_transparent_colour_becomes_alpha(bits: int) -> None:
    letter = "B" if bits == 8 else "H"
    rows = b"\0" + struct.pack(f">6{letter}", 1, 2, 3, 7, 8, 9)
    Path("c.png").write_bytes(png(2, 1, bits, 2, rows, [(b"tRNS", struct.pack(">3H", 7, 8, 9))]))
    sample = read("c.png")
    assert sample.data.tolist() == [[[1, 2, 3], [7, 8, 9]]]
    assert sample.alpha is not None
    assert sample.alpha.tolist() == [[2**bits - 1, 0]]


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 4), (9, 11)])
def test_interlaced_files_are_read(size: tuple[int, int], rng: np.random.Generator) -> None:
    width, height = size
    pixels = rng.integers(0, 256, (height, width), dtype=np.uint8)
    rows = b""
    for x, y, dx, dy in [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]:
        part = pixels[y::dy, x::dx]
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    Path("i.png").write_bytes(png(width, height, 8, 0, rows, interlace=1))
    assert (read("i.png").data == pixels).all()
    Path("i.png").write_bytes(png(width, height, 8, 0, rows[:-1], interlace=1))
    with pytest.raises(OSError, match="cut short"):
        read("i.png")


def test_colour_profile_orientation_and_colour_chunks_survive() -> None:
    exif = struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, 274, 3, 1, 6, 0, 0)
    before = [
        (b"gAMA", struct.pack(">I", 45455)),
        (b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
        (b"iCCP", b"mine\0\0" + zlib.compress(b"profile" * 30)),
        (b"eXIf", exif),
        (b"tEXt", b"Title\0not kept"),
    ]
    Path("in.png").write_bytes(png(2, 1, 8, 0, bytes([0, 3, 4]), before))
    sample = read("in.png")
    assert sample.data.tolist() == [[3, 4]]  # not turned
    assert (sample.info.orientation, sample.info.icc) == (6, b"profile" * 30)
    write("out.png", sample.data, sample)
    again = read("out.png")
    assert again.info == sample.info
    assert [name for name, _ in again.info.chunks] == [b"gAMA", b"pHYs"]
    with Image.open("out.png") as image:
        image.load()
        assert image.getexif()[274] == 6
        assert image.info["icc_profile"] == b"profile" * 30
        assert image.info["gamma"] == 0.45455
        assert "Title" not in image.info


def test_a_damaged_colour_profile_is_left_out() -> None:
    Path("in.png").write_bytes(png(1, 1, 8, 0, b"\0\5", [(b"iCCP", b"mine\0\0rubbish")]))
    sample = read("in.png")
    assert sample.info.icc is None
    assert sample.notes == ("The colour profile is damaged and was left out.",)


def test_a_bomb_is_refused_from_its_header(refusal: Callable[..., str]) -> None:
    Path("bomb.png").write_bytes(png(60000, 60000, 8, 2, bytes(1000)))
    assert Path("bomb.png").stat().st_size < 200
    assert refusal(read, "bomb.png") == (
        "bomb.png: 60000 x 60000 pixels take 10800000000 bytes in memory, more than the limit max_bytes=2147483648; "
        "raise the limit if you trust the file"
    )
    # And where the limit is raised, missing pixels are still noticed before memory is asked for.
    assert refusal(read, "bomb.png", max_bytes=2**40) == (
        "bomb.png: the file is cut short: its pixel data should unpack to 10800060000 bytes, and 1000 came out; "
        "get it again from where it came"
    )


def test_the_limit_is_exact(refusal: Callable[..., str]) -> None:
    write("g.png", np.zeros((40, 50, 3), np.uint8))
    assert read("g.png", max_bytes=6000).data.shape == (40, 50, 3)
    assert "50 x 40 pixels take 6000 bytes" in refusal(read, "g.png", max_bytes=5999)


def test_every_cut_is_noticed(refusal: Callable[..., str]) -> None:
    whole = png(3, 2, 8, 0, bytes([0, 1, 2, 3, 0, 4, 5, 6]))
    for length in range(1, len(whole)):
        Path("cut.png").write_bytes(whole[:length])
        message = refusal(read, "cut.png")
        assert message.startswith("cut.png: the file is cut short: ") or length < 8
    Path("cut.png").write_bytes(whole[:20])
    assert refusal(read, "cut.png") == (
        "cut.png: the file is cut short: a PNG begins with 33 bytes of header, and there are 20 bytes; "
        "get it again from where it came"
    )
    Path("cut.png").write_bytes(whole[:-14])
    assert refusal(read, "cut.png") == (
        "cut.png: the file is cut short: its IDAT chunk should have 16 bytes, and 18 are left; "
        "get it again from where it came"
    )


@pytest.mark.parametrize("bits", [8, 16])
def test_missing_rows_are_noticed(bits: int, refusal: Callable[..., str]) -> None:
    row = bytes([0, *range(9 * bits // 8)])
    Path("short.png").write_bytes(png(3, 3, bits, 2, row * 2))
    assert refusal(read, "short.png") == (
        f"short.png: the file is cut short: its pixel data should unpack to {3 * len(row)} bytes, and "
        f"{2 * len(row)} came out; get it again from where it came"
    )


def test_a_flipped_bit_is_noticed_anywhere(refusal: Callable[..., str]) -> None:
    whole = png(3, 2, 8, 0, bytes([0, 1, 2, 3, 0, 4, 5, 6]))
    for at in range(8, len(whole)):
        Path("bad.png").write_bytes(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
        refusal(read, "bad.png")
    at = whole.index(b"IDAT") + 6
    Path("bad.png").write_bytes(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
    assert refusal(read, "bad.png") == (
        "bad.png: the file is damaged: the checksum of its IDAT chunk is wrong; get it again from where it came"
    )


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ((0, 1, 8, 0), "0 x 1 pixels, depth 8, colour type 0, methods [0, 0, 0]"),
        ((1, 1, 3, 0), "1 x 1 pixels, depth 3, colour type 0, methods [0, 0, 0]"),
        ((1, 1, 8, 5), "1 x 1 pixels, depth 8, colour type 5, methods [0, 0, 0]"),
    ],
)
def test_impossible_headers_are_refused(
    header: tuple[int, int, int, int], what: str, refusal: Callable[..., str]
) -> None:
    Path("h.png").write_bytes(png(*header, rows=bytes(2)))
    assert refusal(read, "h.png") == (
        f"h.png: the file is damaged: its header cannot be ({what}); get it again from where it came"
    )


def test_animations_are_refused(refusal: Callable[..., str]) -> None:
    frames = [Image.fromarray(np.full((3, 4), level, np.uint8)) for level in (0, 40, 80)]
    frames[0].save("a.png", save_all=True, append_images=frames[1:])
    assert refusal(read, "a.png") == (
        "a.png: it is an animation of 3 frames; save the frame you mean as a PNG of its own"
    )


def test_a_palette_image_without_palette_is_refused(refusal: Callable[..., str]) -> None:
    Path("p.png").write_bytes(png(1, 1, 8, 3, b"\0\0"))
    assert refusal(read, "p.png") == (
        "p.png: the file is damaged: its palette (PLTE) is missing; get it again from where it came"
    )


def test_broken_pixel_data_is_refused(refusal: Callable[..., str]) -> None:
    body = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", b"rubbish!"), (b"IEND", b"")]
    Path("z.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in body))
    assert refusal(read, "z.png").startswith("z.png: the file is damaged: its PNG data cannot be decoded (")
    Path("f.png").write_bytes(png(1, 1, 8, 0, b"\x09\x05"))  # there is no row filter 9
    refusal(read, "f.png")
