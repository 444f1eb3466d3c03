"""JPEG."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

from tapwise.files import read, write
from tapwise.files.exif import orientation_of

ROCKET = Path(skimage.__file__).parent / "data" / "rocket.jpg"


@pytest.mark.parametrize("photo", ["rocket", "retina", "hubble_deep_field"])
def test_photographs_are_what_pillow_reads(photo: str) -> None:
    path = ROCKET.with_name(f"{photo}.jpg")
    sample = read(path)
    with Image.open(path) as image:
        assert (sample.data == np.array(image)).all()
        assert sample.info.icc == image.info.get("icc_profile")
    assert (sample.kind, sample.format, sample.axes, sample.alpha) == ("image", "jpeg", (0, 1), None)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_what_decides_the_colours_reaches_the_decoder(progressive: bool, subsampling: int) -> None:
    photo = read(ROCKET).data[:64, :96]
    Image.fromarray(photo).save(
        "made.jpg", progressive=progressive, subsampling=subsampling, comment=b"\xff\xd8 comment"
    )
    with Image.open("made.jpg") as image:
        assert (read("made.jpg").data == np.array(image)).all()
    Image.fromarray(photo).save("rgb.jpg", keep_rgb=True)
    with Image.open("rgb.jpg") as image:
        assert (read("rgb.jpg").data == np.array(image)).all()


def test_the_adobe_segment_reaches_the_decoder() -> None:
    whole = io.BytesIO()
    Image.fromarray(read(ROCKET).data[:32, :48]).save(whole, "JPEG")
    blob = whole.getvalue()
    assert blob[2:4] == b"\xff\xe0"
    adobe = b"\xff\xee" + struct.pack(">H5sHHHB", 14, b"Adobe", 100, 0, 0, 0)  # transform 0: the channels are RGB
    rest = blob[4 + int.from_bytes(blob[4:6], "big") :]
    Path("ycc.jpg").write_bytes(blob)
    Path("rgb.jpg").write_bytes(blob[:2] + adobe + rest)
    with Image.open("rgb.jpg") as image:
        assert (read("rgb.jpg").data == np.array(image)).all()
    assert (read("rgb.jpg").data != read("ycc.jpg").data).any()


def test_grey_is_two_dimensional() -> None:
    grey = np.arange(0, 160, 2, dtype=np.uint8).reshape(8, 10)
    report = write("g.jpeg", grey)
    assert report.notes == ("JPEG changes the numbers when it stores them; PNG and TIFF do not.",)
    again = read("g.jpeg").data
    assert again.shape == (8, 10)
    assert np.abs(again.astype(int) - grey).max() <= 4


def test_orientation_and_profile_survive_and_the_rest_of_exif_does_not() -> None:
    exif = Image.Exif()
    exif[274], exif[271] = 8, "a camera"
    Image.new("RGB", (20, 10), (200, 30, 40)).save("in.jpg", exif=exif, icc_profile=b"profile" * 20000)
    sample = read("in.jpg")
    assert sample.data.shape == (10, 20, 3)  # not turned
    assert (sample.info.orientation, sample.info.icc) == (8, b"profile" * 20000)
    assert sample.notes == ("Of the EXIF data only the orientation is kept.",)
    write("out.jpg", sample.data, sample)
    with Image.open("out.jpg") as image:
        assert dict(image.getexif()) == {274: 8}
        assert image.info["icc_profile"] == b"profile" * 20000
    write("out.png", sample.data, sample)
    assert read("out.png").info == sample.info


def test_a_second_picture_is_noted() -> None:
    first, second = Image.new("L", (4, 4), 10), Image.new("L", (4, 4), 20)
    first.save("two.mpo", save_all=True, append_images=[second])
    Path("two.mpo").rename("two.jpg")
    sample = read("two.jpg")
    assert sample.data[0, 0] == 10
    assert "The file holds further pictures behind the first (MPF); only the first was read." in sample.notes


def test_cmyk_is_refused(refusal: Callable[..., str]) -> None:
    Image.new("CMYK", (4, 3), (1, 2, 3, 4)).save("print.jpg")
    assert refusal(read, "print.jpg") == (
        "print.jpg: it is CMYK, amounts of ink, for which a filter has no one meaning; "
        "convert it to RGB, by its colour profile, first"
    )


def test_a_bomb_is_refused_from_its_header(refusal: Callable[..., str]) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (8, 8)).save(whole, "JPEG")
    blob = whole.getvalue()
    at = blob.index(b"\xff\xc0") + 5
    Path("bomb.jpg").write_bytes(blob[:at] + struct.pack(">HH", 60000, 60001) + blob[at + 4 :])
    assert refusal(read, "bomb.jpg") == (
        "bomb.jpg: 60001 x 60000 pixels take 10800180000 bytes in memory, more than the limit max_bytes=2147483648; "
        "raise the limit if you trust the file"
    )


def test_twelve_bits_are_refused(refusal: Callable[..., str]) -> None:
    whole = io.BytesIO()
    Image.new("L", (8, 8)).save(whole, "JPEG")
    blob = bytearray(whole.getvalue())
    blob[blob.index(b"\xff\xc0") + 4] = 12
    Path("deep.jpg").write_bytes(blob)
    assert refusal(read, "deep.jpg") == (
        "deep.jpg: it has 1 channels of 12 bits, and only 1 or 3 channels of 8 bits can be read; "
        "convert it to PNG or TIFF first"
    )


def test_every_cut_is_noticed(refusal: Callable[..., str]) -> None:
    whole = io.BytesIO()
    Image.fromarray(read(ROCKET).data[:32, :48]).save(whole, "JPEG")
    blob = whole.getvalue()
    for length in range(1, len(blob)):
        Path("cut.jpg").write_bytes(blob[:length])
        refusal(read, "cut.jpg")
    Path("cut.jpg").write_bytes(blob[:100])
    assert refusal(read, "cut.jpg") == (
        "cut.jpg: the file is cut short: it ends before its pixels; get it again from where it came"
    )


def test_rubbish_between_segments_is_refused(refusal: Callable[..., str]) -> None:
    Path("bad.jpg").write_bytes(b"\xff\xd8\xff\xfe\0\2rubbish")
    assert refusal(read, "bad.jpg") == (
        "bad.jpg: the file is damaged: at byte 6 a JPEG segment should begin; get it again from where it came"
    )
    Path("bad.jpg").write_bytes(b"\xff\xd8\xff\xd9rubbish")
    assert refusal(read, "bad.jpg") == (
        "bad.jpg: the file is damaged: it ends before its pixels; get it again from where it came"
    )


def test_an_impossible_orientation_is_none() -> None:
    for value, found in [(0, 1), (1, 1), (8, 8), (9, 1)]:
        block = struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, 274, 3, 1, value, 0, 0)
        assert orientation_of(block) == found
        assert orientation_of(b"MM" + block[2:]) == 1  # the wrong byte order leads nowhere


def test_exif_may_end_anywhere() -> None:
    tags = struct.pack(">HHIHH", 271, 3, 1, 5, 0) + struct.pack(">HHIHH", 274, 3, 1, 6, 0)
    block = struct.pack(">2sHIH", b"MM", 42, 8, 2) + tags
    assert orientation_of(block) == 6
    for length in range(len(block)):
        assert orientation_of(block[:length]) == 1


def test_broken_exif_is_no_obstacle() -> None:
    Image.new("L", (4, 4)).save("e.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert read("e.jpg").info.orientation == 1
    Image.new("L", (4, 4)).save("e.jpg", exif=b"Exif\0\0rub")
    assert read("e.jpg").info.orientation == 1


def test_writing_is_refused_where_jpeg_cannot_hold_it(refusal: Callable[..., str]) -> None:
    assert refusal(write, "x.jpg", np.zeros((4, 4), np.uint16)) == (
        "x.jpg: JPEG holds 8 bits, and the image has 16; write .png or .tif, or ask for dtype=uint8"
    )
    assert refusal(write, "x.jpg", np.zeros((1, 65501), np.uint8)) == (
        "x.jpg: JPEG holds at most 65500 pixels a side, and the shape is (1, 65501); write .png"
    )
    assert refusal(write, "x.jpg", np.zeros((4, 4, 4), np.uint8)) == (
        "x.jpg: JPEG holds grey or RGB, 1 or 3 channels in the last axis, and the shape is (4, 4, 4); "
        "write .tif or .npy"
    )
    assert not Path("x.jpg").exists()
