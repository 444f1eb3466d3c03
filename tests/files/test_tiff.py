"""TIFF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import skimage
import tifffile
from PIL import Image

from tapwise.files import Sample, read, write

DTYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 2), (5, 7, 6), (1, 9), (9, 1), (3, 4, 3)])
def test_every_dtype_and_layout_goes_round(dtype: str, shape: tuple[int, ...], rng: np.random.Generator) -> None:
    data = (rng.random(shape) * 250 - (0 if dtype[0] == "u" else 125)).astype(dtype)
    report = write("a.tif", data)
    assert (report.clipped, report.rounded, report.notes, str(report.dtype)) == (0, 0, (), dtype)
    peer = tifffile.imread("a.tif")
    assert peer.dtype == dtype
    assert (peer == data).all()
    sample = read("a.tif")
    assert sample.data.dtype == dtype
    assert sample.data.shape == shape
    assert (sample.data == data).all()
    assert (sample.kind, sample.format, sample.axes, sample.notes) == ("image", "tiff", (0, 1), ())
    assert sample.info.mode == ("grey" if len(shape) == 2 else "rgb" if shape[2] == 3 else "bands")


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_pillow_reads_what_is_written(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    data = rng.integers(0, 256, shape, dtype=np.uint8)
    write("a.tiff", data)
    with Image.open("a.tiff") as image:
        assert image.mode == ("L" if len(shape) == 2 else "RGB")
        assert (np.array(image) == data).all()
    with tifffile.TiffFile("a.tiff") as tif:
        assert not {270, 305} & {tag.code for tag in tif.pages[0].tags}  # neither description nor program


def test_float_samples_keep_nan_infinity_and_signed_zero() -> None:
    data = np.array([[np.nan, np.inf], [-np.inf, -0.0]])
    write("f.tif", data)
    assert read("f.tif").data.tobytes() == data.tobytes()


@pytest.mark.parametrize("compression", ["lzw", "zlib", "packbits", "lzma"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_compressed_tiled_and_foreign_byte_orders_are_read(
    compression: str, byteorder: str, rng: np.random.Generator
) -> None:
    data = rng.integers(0, 65536, (40, 50, 3), dtype=np.uint16)
    options = {"compression": compression, "byteorder": byteorder, "tile": (16, 32), "photometric": "rgb"}
    tifffile.imwrite("c.tif", data, metadata=None, **options)
    sample = read("c.tif")
    assert (sample.data == data).all()
    assert sample.data.dtype.isnative


def test_planes_are_moved_last(rng: np.random.Generator) -> None:
    planes = rng.integers(0, 256, (3, 5, 7), dtype=np.uint8)
    tifffile.imwrite("p.tif", planes, photometric="rgb", planarconfig="separate", metadata=None)
    assert (read("p.tif").data == planes.transpose(1, 2, 0)).all()


@pytest.mark.parametrize(("kind", "premultiplied"), [("unassalpha", False), ("assocalpha", True)])
@pytest.mark.parametrize("channels", [2, 4])
def test_alpha_is_kept_apart_and_put_back(
    kind: str, premultiplied: bool, channels: int, rng: np.random.Generator, refusal: Callable[..., str]
) -> None:
    whole = rng.integers(0, 256, (5, 7, channels), dtype=np.uint8)
    photometric = "rgb" if channels == 4 else "minisblack"
    tifffile.imwrite("a.tif", whole, photometric=photometric, planarconfig="contig", extrasamples=[kind], metadata=None)
    sample = read("a.tif")
    assert (sample.data == whole[..., :-1].squeeze()).all()
    assert sample.alpha is not None
    assert (sample.alpha == whole[..., -1]).all()
    assert sample.info.premultiplied == premultiplied
    write("b.tif", sample.data, sample)
    with tifffile.TiffFile("a.tif") as old, tifffile.TiffFile("b.tif") as new:
        assert new.pages[0].extrasamples == old.pages[0].extrasamples
        assert new.pages[0].photometric == old.pages[0].photometric
        assert (new.asarray() == whole).all()
    if premultiplied:
        assert refusal(write, "b.png", sample.data, sample) == (
            "b.png: the colours are multiplied by alpha, which PNG cannot say; write .tif"
        )
    else:
        write("b.png", sample.data, sample)
        assert (np.dstack([read("b.png").data, sample.alpha]) == whole).all()


def test_unspecified_channels_of_rgb_are_not_alpha(rng: np.random.Generator) -> None:
    whole = rng.integers(0, 256, (5, 7, 4), dtype=np.uint8)
    tifffile.imwrite("a.tif", whole, photometric="rgb", extrasamples=["unspecified"], metadata=None)
    sample = read("a.tif")
    assert sample.alpha is None
    assert (sample.data == whole).all()
    write("b.tif", sample.data, sample)
    with tifffile.TiffFile("b.tif") as tif:
        assert (int(tif.pages[0].photometric), [int(e) for e in tif.pages[0].extrasamples]) == (2, [0])


def test_alpha_changes_depth_with_the_colours() -> None:
    sample = replace(read_grey(np.array([[1, 2, 3]], np.uint8)), alpha=np.array([[0, 128, 255]], np.uint8))
    write("a.tif", sample.data, sample, dtype="uint16")
    assert tifffile.imread("a.tif")[..., 1].tolist() == [[0, 128 * 257, 65535]]
    write("f.tif", sample.data, sample, dtype="float64")
    assert tifffile.imread("f.tif")[..., 1].tolist() == [[0, 128 / 255, 1]]


def read_grey(data: npt.NDArray[np.uint8]) -> Sample:
    write("grey.png", data, force=True)
    return read("grey.png")


def test_one_bit_becomes_0_and_255() -> None:
    tifffile.imwrite("b.tif", np.array([[True, False, True]]), photometric="minisblack", metadata=None)
    sample = read("b.tif")
    assert sample.data.tolist() == [[255, 0, 255]]
    assert sample.data.dtype == np.uint8
    assert sample.notes == ("The 1-bit samples were scaled to 0...255; the output has 8 bits.",)


@pytest.mark.parametrize(
    ("dtype", "values"),
    [("bool", [255, 0]), ("uint8", [255, 254]), ("uint16", [65535, 65534]), ("uint32", [2**32 - 1, 2**32 - 2])],
)
def test_where_0_is_white_the_samples_are_turned_over(dtype: str, values: list[int]) -> None:
    data = np.array([[0, 1]]).astype(dtype)
    tifffile.imwrite("w.tif", data, photometric="miniswhite", metadata=None)
    sample = read("w.tif")
    assert sample.data.tolist() == [values]
    assert sample.notes[-1] == ("In this file 0 is white: the samples were turned over, so that larger is lighter.")


@pytest.mark.parametrize("factor", [256, 257])
def test_an_eight_bit_palette_becomes_eight_bit_rgb(factor: int) -> None:
    palette = np.zeros((3, 256), np.uint16)
    palette[:, :3] = np.array([[10, 40, 70], [20, 50, 80], [30, 60, 90]]) * factor
    tifffile.imwrite("p.tif", np.array([[0, 2, 1]], np.uint8), photometric="palette", colormap=palette, metadata=None)
    sample = read("p.tif")
    assert sample.data.tolist() == [[[10, 20, 30], [70, 80, 90], [40, 50, 60]]]
    assert sample.data.dtype == np.uint8
    assert sample.notes == ("The palette was expanded to RGB; the output has no palette.",)


def test_a_sixteen_bit_palette_keeps_its_digits() -> None:
    palette = np.arange(768, dtype=np.uint16).reshape(3, 256)
    tifffile.imwrite("p.tif", np.array([[0, 2]], np.uint8), photometric="palette", colormap=palette, metadata=None)
    sample = read("p.tif")
    assert sample.data.tolist() == [[[0, 256, 512], [2, 258, 514]]]
    assert sample.data.dtype == np.uint16


def test_orientation_and_profile_survive() -> None:
    extra = [(274, "H", 1, 6, True)]
    tifffile.imwrite("in.tif", np.eye(3, 5, dtype=np.uint8), extratags=extra, iccprofile=b"profile", metadata=None)
    sample = read("in.tif")
    assert (sample.info.orientation, sample.info.icc, sample.data.shape) == (6, b"profile", (3, 5))
    write("out.tif", sample.data, sample)
    with tifffile.TiffFile("out.tif") as tif:
        assert int(tif.pages[0].tags[274].value) == 6
        assert tif.pages[0].iccprofile == b"profile"
    for name in ("out.png", "out.jpg"):
        write(name, sample.data, sample)
        assert (read(name).info.orientation, read(name).info.icc) == (6, b"profile")


def test_pages_are_chosen_never_guessed(rng: np.random.Generator, refusal: Callable[..., str]) -> None:
    stack = rng.integers(0, 256, (4, 5, 7), dtype=np.uint8)
    tifffile.imwrite("s.tif", stack, photometric="minisblack")
    assert refusal(read, "s.tif") == (
        "s.tif: it holds 4 pages; name one, from s.tif:0 to s.tif:3, or save the stack as .npy"
    )
    for page in range(4):
        assert (read(f"s.tif:{page}").data == stack[page]).all()
    for wrong in ("4", "-1", "x", "²"):
        assert refusal(read, f"s.tif:{wrong}") == (
            f"s.tif:{wrong}: there is no page {wrong!r}: the pages are 0 to 3; name one of them"
        )


def test_a_stack_behind_one_header_is_refused(refusal: Callable[..., str]) -> None:
    tifffile.imwrite("s.tif", np.zeros((4, 5, 7), np.uint8), photometric="minisblack", truncate=True)
    assert refusal(read, "s.tif") == "s.tif: it holds 4 pages behind one header; save the stack as .npy"


def test_a_stack_of_imagej_behind_one_header_is_refused(refusal: Callable[..., str]) -> None:
    about = "ImageJ=1.54\nimages=5\nframes=5\n"
    tifffile.imwrite("ij.tif", np.zeros((5, 7), np.uint8), description=about, metadata=None)
    assert refusal(read, "ij.tif") == "ij.tif: it holds 5 pages behind one header; save the stack as .npy"


def test_a_volume_is_refused(refusal: Callable[..., str]) -> None:
    volume = np.zeros((16, 16, 16), np.uint8)
    tifffile.imwrite("v.tif", volume, photometric="minisblack", volumetric=True, tile=(16, 16, 16), metadata=None)
    assert refusal(read, "v.tif") == "v.tif: its page has axes ZYX: it is no flat image; save the volume as .npy"


def test_a_smaller_copy_is_not_a_page(rng: np.random.Generator) -> None:
    data = rng.integers(0, 256, (6, 8), dtype=np.uint8)
    with tifffile.TiffWriter("t.tif") as tif:
        tif.write(data, photometric="minisblack", metadata=None)
        tif.write(data[::2, ::2], photometric="minisblack", metadata=None, subfiletype=1)
    assert (read("t.tif").data == data).all()


def test_shipped_stacks_are_read_page_by_page() -> None:
    path = Path(skimage.__file__).parent / "data" / "multipage_rgb.tif"
    sample = read(f"{path}:1")
    assert (sample.data == tifffile.imread(path)[1].transpose(1, 2, 0)).all()
    assert sample.data.dtype == np.float64


@pytest.mark.parametrize("photometric", ["separated", "cielab"])
def test_other_colours_are_refused(photometric: str, refusal: Callable[..., str]) -> None:
    channels = 4 if photometric == "separated" else 3
    tifffile.imwrite("c.tif", np.zeros((4, 5, channels), np.uint8), photometric=photometric, metadata=None)
    assert refusal(read, "c.tif") == (
        f"c.tif: its colours are {photometric.upper()}, which cannot be read; convert it to greyscale or RGB first"
    )


def test_pages_of_imagej_are_read(rng: np.random.Generator, refusal: Callable[..., str]) -> None:
    stack = rng.integers(0, 65536, (4, 5, 7), dtype=np.uint16)
    tifffile.imwrite("ij.tif", stack, imagej=True)
    for page in range(4):
        assert (read(f"ij.tif:{page}").data == stack[page]).all()
    assert "it holds 4 pages" in refusal(read, "ij.tif")


@pytest.mark.parametrize("photometric", ["rgb", "minisblack"])
def test_jpeg_inside_is_read(photometric: str) -> None:
    photo = read(Path(skimage.__file__).parent / "data" / "rocket.jpg").data[:64, :80]
    data = photo if photometric == "rgb" else np.ascontiguousarray(photo[..., 0])
    tifffile.imwrite("j.tif", data, compression="jpeg", photometric=photometric, tile=(32, 48), metadata=None)
    sample = read("j.tif")
    assert sample.info.mode == ("rgb" if photometric == "rgb" else "grey")
    assert (sample.data == tifffile.imread("j.tif")).all()
    assert np.abs(sample.data.astype(int) - data).mean() < 3


def test_complex_pixels_are_read_and_not_written(refusal: Callable[..., str]) -> None:
    data = np.array([[1 + 2j, 3 - 4j]])
    tifffile.imwrite("c.tif", data, photometric="minisblack", metadata=None)
    assert (read("c.tif").data == data).all()
    assert refusal(write, "d.tif", data) == "d.tif: TIFF cannot hold complex numbers; write .npy, or their real part"


def test_a_page_cannot_be_written(refusal: Callable[..., str]) -> None:
    assert refusal(write, "d.tif:1", np.eye(3)) == (
        "d.tif:1: one page cannot be written into a TIFF; write a file of its own"
    )
