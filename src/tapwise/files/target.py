"""What will be written: everything about the output that can be decided, and refused, before any work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt

from tapwise.errors import ArgumentError, ArgumentTypeError, FileError
from tapwise.files.arrays import NUMBERS
from tapwise.files.formats import ARRAYS, IMAGES, WRITTEN, format_of, split_member
from tapwise.files.jpeg import LONGEST_SIDE
from tapwise.files.levels import full_scale
from tapwise.files.optional import need
from tapwise.files.sample import Info, Sample
from tapwise.files.sound import MOST_CHANNELS, SUBTYPES

_WORDS = {"png": "PNG", "jpeg": "JPEG", "tiff": "TIFF", "wav": "WAV"}
_SOUND_OF = {str(dtype): name for name, (_, _, dtype) in SUBTYPES.items() if name != "PCM_24"}


@dataclass(frozen=True, eq=False)
class Target:
    """A file to be written.

    Attributes
    ----------
    path, place : str
        As the caller wrote it; without the ``:name`` of an array in an .npz file.
    format : str
        As in `Sample`.
    dtype : dtype
        Of the samples that are stored.
    bits : int or None
        How many bits of a 24-bit sample count.
    info : Info
        What goes into the file beside the samples.
    """

    path: str
    place: str
    format: str
    dtype: np.dtype[Any]
    bits: int | None
    info: Info


def locate(path: str) -> tuple[str, str, str | None]:
    """Return the place, the format and the member name of an output path."""
    place, member = split_member(path)
    fmt = format_of(place)
    if fmt is None:
        suffix = PurePath(place).suffix
        rule = (
            f"the extension {suffix!r} is none of {WRITTEN}" if suffix else "it has no extension, which says the format"
        )
        raise FileError(path, rule, f"choose one of {WRITTEN}" if not suffix else "choose one of them")
    if fmt == "mat":
        raise FileError(path, "MAT files are only read", "write .npy, and scipy.io.savemat makes a MAT file of it")
    if member is not None and fmt != "npz":
        raise FileError(path, "one page cannot be written into a TIFF", "write a file of its own")
    if fmt == "tiff":
        need("tifffile", "writing TIFF")
    elif fmt == "wav":
        need("soundfile", "writing WAV")
    return place, fmt, member


def aim(
    path: str,
    shape: tuple[int, ...],
    given: np.dtype[Any],
    like: Sample | None,
    dtype: npt.DTypeLike | None,
    rate: int | None,
) -> Target:
    """Decide how data of a shape and a dtype (`given`) are stored, or say why they cannot be."""
    place, fmt, member = locate(path)
    if given.kind not in NUMBERS:
        raise FileError(path, f"the data have dtype {given}, and only numbers can be written", "convert them first")
    asked = None if dtype is None else _dtype(dtype)
    if fmt in ARRAYS:
        _check_array(path, fmt, shape, given, asked)
        name = member or (like.info.member if like else None) or "arr_0"
        return Target(path, place, fmt, given, None, Info(member=name))
    if given.kind == "c":
        raise FileError(path, f"{_WORDS[fmt]} cannot hold complex numbers", "write .npy, or their real part")
    kind = "image" if fmt in IMAGES else "sound"
    if like is not None and like.kind not in {kind, "array"}:
        what = f"{_article(like.kind)} cannot be written as {_WORDS[fmt]}, {_article(kind)} format"
        raise FileError(path, what, "write .npy, or the format that was read")
    if fmt == "wav":
        subtype, stored = _subtype(path, given, like, asked)
        _check_sound(path, shape)
        info = Info(rate=_rate(path, like, rate), subtype=subtype)
        return Target(path, place, fmt, stored, 24 if subtype == "PCM_24" else None, info)
    stored = _depth(path, fmt, given, like, asked)
    _check_image(path, fmt, shape, stored, like)
    return Target(path, place, fmt, stored, None, _image_info(fmt, len(shape), like))


def left_out(target: Target, like: Sample | None) -> list[str]:
    """Return a sentence for each thing that `like` has and the target cannot keep."""
    if like is None:
        return []
    notes, fmt = [], target.format.upper()
    if target.format in ARRAYS:
        if like.info.rate is not None:
            notes.append(f"The sample rate, {like.info.rate} Hz, is not kept: {fmt} has no place for it.")
        if like.info.orientation != 1:
            notes.append(f"The orientation, {like.info.orientation}, is not kept: {fmt} has no place for it.")
    if like.alpha is not None and target.format in ARRAYS | {"jpeg"}:
        notes.append(f"The alpha channel is not kept: {fmt} has no place for it.")
    if like.info.icc is not None and target.info.icc is None:
        notes.append("The colour profile is not kept.")
    colour = [name.decode("ascii") for name, _ in like.info.chunks if name != b"pHYs"]
    if colour and not target.info.chunks:
        notes.append(f"What the PNG says about its colours ({', '.join(colour)}) is not kept.")
    return notes


def _dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    try:
        return np.dtype(dtype).newbyteorder("=")
    except TypeError as error:
        raise ArgumentTypeError(
            "dtype", dtype, "there is no such dtype", "write one such as uint16 or float32"
        ) from error


def _check_array(
    path: str, fmt: str, shape: tuple[int, ...], given: np.dtype[Any], asked: np.dtype[Any] | None
) -> None:
    if asked is not None and asked != given.newbyteorder("="):
        rule = f"{fmt.upper()} keeps the dtype of the data, {given}, and dtype={asked} was asked for"
        raise FileError(path, rule, "convert the data first")
    if fmt != "csv":
        return
    if len(shape) not in {1, 2} or 0 in shape:
        raise FileError(path, f"CSV holds 1-D or 2-D data that are not empty, not the shape {shape}", "write .npy")
    if given.kind in "fc" and given.itemsize > (8 if given.kind == "f" else 16):
        raise FileError(path, f"CSV cannot hold every digit of {given}", "write .npy")


def _subtype(
    path: str, given: np.dtype[Any], like: Sample | None, asked: np.dtype[Any] | None
) -> tuple[str, np.dtype[Any]]:
    """Return how a WAV stores its samples: as asked, else as in the sound that was read, else as the data are."""
    if asked is None and like is not None and like.info.subtype is not None:
        name: str | None = like.info.subtype
    else:
        name = _SOUND_OF.get(str((given if asked is None else asked).newbyteorder("=")))
    if name is None:
        rule = f"WAV has no samples of {given if asked is None else asked}"
        raise FileError(path, rule, f"ask for a dtype of {', '.join(_SOUND_OF)}")
    return name, SUBTYPES[name][2]


def _check_sound(path: str, shape: tuple[int, ...]) -> None:
    if len(shape) not in {1, 2} or (len(shape) == 2 and not 1 <= shape[1] <= MOST_CHANNELS):
        rule = f"WAV holds (frames,) or (frames, channels) with 1 to {MOST_CHANNELS} channels, not the shape {shape}"
        raise FileError(path, rule, "write .npy")


def _rate(path: str, like: Sample | None, rate: Any) -> int:
    if rate is None and like is not None:
        rate = like.info.rate
    if rate is None:
        raise FileError(path, "WAV needs a sample rate, and the input has none", "give one, as in rate=44100")
    if not isinstance(rate, int | np.integer) or not 1 <= rate < 2**31:
        raise ArgumentError("rate", rate, "it must be a whole number of frames per second, at least 1")
    return int(rate)


def _depth(
    path: str, fmt: str, given: np.dtype[Any], like: Sample | None, asked: np.dtype[Any] | None
) -> np.dtype[Any]:
    """Return the dtype of an image's samples: as asked, else as in the image that was read, else as the data are."""
    choice = given
    if asked is not None:
        choice = asked
    elif like is not None and (like.kind == "image" or like.data.dtype.newbyteorder("=") in (np.uint8, np.uint16)):
        choice = like.data.dtype
    choice = choice.newbyteorder("=")
    if fmt == "tiff":
        if choice.char in "?g":
            choice = np.dtype(np.uint8 if choice.char == "?" else np.float64)
        if choice.kind not in "iuf":
            raise FileError(path, f"TIFF has no samples of {choice}", "ask for a dtype such as float32")
        return choice
    wide = choice == np.uint16
    if asked is not None and not wide and asked != np.uint8:
        rule = f"{_WORDS[fmt]} holds 8 bits{'' if fmt == 'jpeg' else ' or 16 bits'}, and dtype={asked} was asked for"
        raise FileError(path, rule, "write .tif or .npy")
    if wide and fmt == "jpeg":
        raise FileError(path, "JPEG holds 8 bits, and the image has 16", "write .png or .tif, or ask for dtype=uint8")
    return np.dtype(np.uint16 if wide else np.uint8)


def _check_image(path: str, fmt: str, shape: tuple[int, ...], stored: np.dtype[Any], like: Sample | None) -> None:
    word = _WORDS[fmt]
    if len(shape) not in {2, 3} or 0 in shape:
        layouts = "(rows, columns) or (rows, columns, channels)"
        raise FileError(path, f"{word} holds {layouts}, not empty, and the shape is {shape}", "write .npy")
    channels = shape[2] if len(shape) == 3 else 1
    # Without a sample to say so, two and four channels can only mean that the last is alpha.
    allowed = {1, 2, 3, 4} if fmt == "png" and like is None else {1, 3}
    if fmt != "tiff" and channels not in allowed:
        rule = f"{word} holds grey or RGB, 1 or 3 channels in the last axis, and the shape is {shape}"
        raise FileError(path, rule, "write .tif or .npy")
    if fmt == "jpeg" and max(shape[:2]) > LONGEST_SIDE:
        raise FileError(
            path, f"JPEG holds at most {LONGEST_SIDE} pixels a side, and the shape is {shape}", "write .png"
        )
    if fmt == "png" and stored == np.uint16 and channels > 1:
        need("imagecodecs", "writing 16-bit colour PNG")
    if like is None or like.alpha is None:
        return
    if fmt == "jpeg" and like.alpha.min() < full_scale(like.alpha.dtype):
        raise FileError(path, "JPEG has no alpha channel, and the image has transparent pixels", "write .png or .tif")
    if fmt == "png" and like.info.premultiplied:
        raise FileError(path, "the colours are multiplied by alpha, which PNG cannot say", "write .tif")
    if fmt == "png" and stored == np.uint16:
        need("imagecodecs", "writing 16-bit colour PNG")
    if fmt != "jpeg" and like.alpha.shape != shape[:2]:
        rule = f"the alpha channel has the shape {like.alpha.shape}, and the result {shape[:2]}"
        raise FileError(path, rule, "keep the size (size='same'), or write .npy, which leaves alpha out")


def _image_info(fmt: str, ndim: int, like: Sample | None) -> Info:
    if like is None or like.kind != "image":
        return Info()
    return Info(
        mode=like.info.mode,
        orientation=like.info.orientation,
        icc=like.info.icc if ndim == like.data.ndim else None,  # a profile for RGB says nothing about grey
        chunks=like.info.chunks if fmt == "png" else (),
        premultiplied=like.info.premultiplied,
    )


def _article(kind: str) -> str:
    return f"{'an' if kind == 'image' else 'a'} {kind}"
