"""From any kind to any format: depths, counts, what is left out, and what is refused before the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import skimage
from PIL import Image

from tapwise.errors import ArgumentTypeError
from tapwise.files import Info, Sample, check_target, read, stored_dtype, write

PHOTO = Path(skimage.__file__).parent / "data" / "chelsea.png"


def image(dtype: npt.DTypeLike = np.uint8, *, colour: bool = False, alpha: npt.NDArray[Any] | None = None) -> Sample:
    shape = (3, 4, 3) if colour else (3, 4)
    data = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    return Sample(data, "image", "png", (0, 1), Info(mode="rgb" if colour else "grey"), alpha)


SOUND = Sample(np.arange(4, dtype=np.int16), "sound", "wav", (0,), Info(rate=8000, subtype="PCM_16"))
TABLE = Sample(np.arange(4.0), "array", "npy", (0,))


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_results_are_rounded_and_saturated_to_the_depth_that_was_read(dtype: str, name: str) -> None:
    top = int(np.iinfo(dtype).max)
    results = np.array([[-1, -0.5, 0.5, 1.5], [2.5, top, top + 0.5, top + 0.75], [1e300, -1e300, 7, 3.25]])
    report = write(name, results, image(dtype))
    assert report.dtype == dtype
    assert (report.clipped, report.rounded) == (5, 5)
    assert read(name).data.tolist() == [[0, 0, 0, 2], [2, top, top, top], [top, 0, 7, 3]]
    whole = np.array([[-1, 0, top, top + 1], [2**62, -(2**62), 5, 6]])
    report = write(name, whole, image(dtype), force=True)
    assert (report.clipped, report.rounded) == (4, 0)
    assert read(name).data.tolist() == [[0, 0, top, top], [top, 0, 5, 6]]


@pytest.mark.parametrize(
    ("name", "data", "like", "dtype", "stored"),
    [
        ("a.png", "float64", None, None, "uint8"),
        ("a.png", "int64", None, None, "uint8"),
        ("a.png", "uint16", None, None, "uint16"),
        ("a.png", ">u2", None, None, "uint16"),
        ("a.png", "float64", image("uint16"), None, "uint16"),
        ("a.png", "uint16", image("uint8"), None, "uint8"),
        ("a.png", "float64", image("uint8"), "uint16", "uint16"),
        ("a.png", "float64", image("float32"), None, "uint8"),
        ("a.png", "float64", replace(TABLE, data=np.zeros(4, np.uint16)), None, "uint16"),
        ("a.jpg", "float64", image("uint16"), "uint8", "uint8"),
        ("a.jpg", "float64", None, None, "uint8"),
        ("a.tif", "float64", None, None, "float64"),
        ("a.tif", "float64", image("uint8"), None, "uint8"),
        ("a.tif", "float64", image("float32"), None, "float32"),
        ("a.tif", "int64", image("float32"), None, "float32"),
        ("a.tif", "float64", image("uint8"), "float32", "float32"),
        ("a.tif", "float64", TABLE, None, "float64"),
        ("a.tif", "float32", TABLE, None, "float32"),
        ("a.tif", "bool", None, None, "uint8"),
        ("a.tif", "g", None, None, "float64"),
        ("a.npy", ">f4", image("uint8"), None, ">f4"),
    ],
)
def test_the_depth_of_the_output(name: str, data: str, like: Sample | None, dtype: str | None, stored: str) -> None:
    values = np.ones((3, 4), data)
    assert stored_dtype(name, (3, 4), data, like=like, dtype=dtype) == stored
    assert write(name, values, like, dtype=dtype).dtype == stored
    assert (read(name).data == 1).all()
    assert name == "a.jpg" or read(name).data.dtype == stored


def test_float_results_keep_their_values_in_tiff() -> None:
    results = np.array([[-1.5, 1e300, np.inf], [np.nan, 0.1, -0.0]])
    report = write("f.tif", results, image(), dtype="float64")
    assert (report.clipped, report.rounded) == (0, 0)
    assert read("f.tif").data.tobytes() == results.tobytes()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("name", "like"), [("a.png", None), ("a.jpg", None), ("a.tif", image())])
def test_nan_and_infinity_do_not_become_integers(
    bad: float, name: str, like: Sample | None, refusal: Callable[..., str]
) -> None:
    assert refusal(write, name, np.array([[0.5, bad, bad]]), like) == (
        f"{name}: the data hold 2 NaN or infinite values, and uint8 samples cannot; "
        "write a float TIFF (.tif) with dtype=float32, or .npy"
    )
    assert not Path(name).exists()


def test_alpha_is_put_back_unfiltered() -> None:
    alpha = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    like = image(colour=True, alpha=alpha)
    write("a.png", like.data * 2.0, like)
    with Image.open("a.png") as found:
        assert found.mode == "RGBA"
        assert (np.array(found)[..., 3] == alpha).all()
        assert (np.array(found)[..., :3] == like.data * 2).all()


def test_alpha_of_another_size_is_refused_before_the_work(refusal: Callable[..., str]) -> None:
    like = image(alpha=np.zeros((3, 4), np.uint8))
    message = (
        "a.png: the alpha channel has the shape (3, 4), and the result (1, 2); "
        "keep the size (size='same'), or write .npy, which leaves alpha out"
    )
    assert refusal(check_target, "a.png", like=like, shape=(1, 2)) == message
    assert refusal(write, "a.png", np.zeros((1, 2)), like) == message
    assert write("a.npy", np.zeros((1, 2)), like).notes == ("The alpha channel is not kept: NPY has no place for it.",)


def test_jpeg_takes_an_opaque_alpha_channel_and_says_so(refusal: Callable[..., str]) -> None:
    full = np.full((3, 4), 255, np.uint8)
    assert write("a.jpg", image().data, image(alpha=full)).notes == (
        "The alpha channel is not kept: JPEG has no place for it.",
        "JPEG changes the numbers when it stores them; PNG and TIFF do not.",
    )
    full[1, 2] = 254
    assert refusal(write, "b.jpg", image().data, image(alpha=full)) == (
        "b.jpg: JPEG has no alpha channel, and the image has transparent pixels; write .png or .tif"
    )


def test_two_and_four_channels_without_a_sample_are_grey_and_rgb_with_alpha(refusal: Callable[..., str]) -> None:
    for channels in (2, 4):
        data = np.arange(12 * channels, dtype=np.uint8).reshape(3, 4, channels)
        report = write("a.png", data, force=True)
        assert report.notes == ("The last channel was written as alpha.",)
        sample = read("a.png")
        assert sample.alpha is not None
        assert (sample.alpha == data[..., -1]).all()
        assert refusal(write, "b.png", data, image()) == (
            "b.png: PNG holds grey or RGB, 1 or 3 channels in the last axis, "
            f"and the shape is (3, 4, {channels}); write .tif or .npy"
        )


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
def test_one_channel_is_grey(name: str) -> None:
    write(name, np.full((3, 4, 1), 7, np.uint8))
    assert read(name).data.shape == (3, 4)


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
@pytest.mark.parametrize("shape", [(), (5,), (0, 3), (3, 0, 3), (2, 3, 4, 3)])
def test_other_shapes_are_no_images(name: str, shape: tuple[int, ...], refusal: Callable[..., str]) -> None:
    word = "PNG" if name == "a.png" else "JPEG"
    message = (
        f"{name}: {word} holds (rows, columns) or (rows, columns, channels), not empty, and the shape is {shape}; "
        "write .npy"
    )
    assert refusal(write, name, np.zeros(shape)) == message
    assert refusal(check_target, name, shape=shape) == message


def test_channels_first_are_refused(refusal: Callable[..., str]) -> None:
    assert refusal(write, "a.png", np.zeros((3, 20, 30))) == (
        "a.png: PNG holds grey or RGB, 1 or 3 channels in the last axis, and the shape is (3, 20, 30); "
        "write .tif or .npy"
    )


def test_kinds_do_not_mix(refusal: Callable[..., str]) -> None:
    assert refusal(check_target, "a.png", like=SOUND, shape=(4, 2)) == (
        "a.png: a sound cannot be written as PNG, an image format; write .npy, or the format that was read"
    )
    assert refusal(check_target, "a.wav", like=image(), shape=(4, 2)) == (
        "a.wav: an image cannot be written as WAV, a sound format; write .npy, or the format that was read"
    )
    write("a.wav", np.arange(4, dtype=np.int16), TABLE, rate=8000)
    write("a.png", np.eye(4), TABLE)


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.csv"])
def test_arrays_say_what_they_leave_out(name: str) -> None:
    report = write(name, SOUND.data.astype(np.int64), SOUND)
    word = name[2:].upper()
    assert report.notes == (f"The sample rate, 8000 Hz, is not kept: {word} has no place for it.",)
    info = Info(mode="grey", orientation=6, icc=b"profile", chunks=((b"gAMA", bytes(4)), (b"pHYs", bytes(9))))
    report = write(name, np.arange(12).reshape(3, 4), replace(image(), info=info), force=True)
    assert report.notes == (
        f"The orientation, 6, is not kept: {word} has no place for it.",
        "The colour profile is not kept.",
        "What the PNG says about its colours (gAMA) is not kept.",
    )


def test_a_profile_for_rgb_is_not_put_on_grey() -> None:
    like = replace(image(colour=True), info=Info(mode="rgb", icc=b"profile"))
    report = write("a.png", np.eye(4), like)
    assert report.notes == ("The colour profile is not kept.",)
    assert read("a.png").info.icc is None


def test_bad_depths_are_refused(refusal: Callable[..., str]) -> None:
    assert refusal(write, "a.png", np.eye(3), dtype="float32") == (
        "a.png: PNG holds 8 bits or 16 bits, and dtype=float32 was asked for; write .tif or .npy"
    )
    assert refusal(write, "a.jpg", np.eye(3), dtype="int8") == (
        "a.jpg: JPEG holds 8 bits, and dtype=int8 was asked for; write .tif or .npy"
    )
    assert refusal(write, "a.tif", np.eye(3), dtype="complex64") == (
        "a.tif: TIFF has no samples of complex64; ask for a dtype such as float32"
    )
    for name in ("a.png", "a.jpg", "a.tif"):
        word = {"a.png": "PNG", "a.jpg": "JPEG", "a.tif": "TIFF"}[name]
        assert refusal(write, name, np.eye(3) * 1j) == (
            f"{name}: {word} cannot hold complex numbers; write .npy, or their real part"
        )
    with pytest.raises(ArgumentTypeError) as caught:
        write("a.tif", np.eye(3), dtype="int99")
    assert str(caught.value) == "dtype='int99': there is no such dtype; write one such as uint16 or float32"
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.npy", "a.npz", "a.csv"])
def test_a_photograph_goes_through_every_lossless_format(name: str) -> None:
    sample = read(PHOTO)
    data = sample.data if name != "a.csv" else sample.data[..., 1]
    report = write(name, data, sample)
    assert (report.clipped, report.rounded, report.path) == (0, 0, name)
    assert (read(name).data == data).all()


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.wav", "a.npy", "a.csv"])
def test_any_memory_layout_is_written_and_none_is_changed(name: str) -> None:
    base = np.arange(120, dtype=np.int16).reshape(10, 12)
    for view in (base[::-1, ::3], base.T[2:8], np.asfortranarray(base), base[:, 5:6], base.astype(">i2")):
        before = view.copy()
        view.flags.writeable = False
        like = replace(SOUND, data=before) if name == "a.wav" else None
        write(name, view, like, force=True)
        assert (read(name).data.reshape(before.shape) == before).all()
        assert (view == before).all()


def test_lists_are_taken() -> None:
    write("a.csv", [1, 2, 3])
    assert read("a.csv").data.tolist() == [1, 2, 3]
