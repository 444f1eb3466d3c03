"""`write`: one door for every format, and the check that can be made before the work."""

from __future__ import annotations

import os
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from tapwise.errors import FileError
from tapwise.files.arrays import write_npy, write_npz
from tapwise.files.atomic import check_place, replacing
from tapwise.files.formats import IMAGES, path_text
from tapwise.files.jpeg import write_jpeg
from tapwise.files.levels import fit, fit_alpha
from tapwise.files.png import write_png
from tapwise.files.sample import Array, Sample, Written
from tapwise.files.sound import write_wav
from tapwise.files.table import comes_back, write_csv
from tapwise.files.target import Target, aim, left_out, locate
from tapwise.files.tiff import write_tiff


def check_target(
    path: str | os.PathLike[str],
    *,
    force: bool = False,
    like: Sample | None = None,
    shape: tuple[int, ...] | None = None,
    data_dtype: npt.DTypeLike = np.float64,
    dtype: npt.DTypeLike | None = None,
    rate: int | None = None,
) -> None:
    """Refuse, before any work, an output that `write` would refuse after it.

    Parameters
    ----------
    path : str or path-like
        Where the output will go.
    force : bool
        Whether an existing file may be replaced.
    like : Sample, optional
        What was read.
    shape, data_dtype : tuple of int and dtype, optional
        Of the data that will be written. Without a shape, only the place and the extension are checked.
    dtype, rate
        As in `write`.

    Raises
    ------
    FileError
        If the extension is unknown, the directory is missing or cannot be written, the file exists and `force` is
        False, or the format cannot hold such data.
    MissingLibrary
        If a library for the format is not installed.
    """
    text = path_text(path)
    place, _, _ = locate(text)
    check_place(place, force=force)
    if shape is not None:
        aim(text, shape, np.dtype(data_dtype), like, dtype, rate)


def stored_dtype(
    path: str | os.PathLike[str],
    shape: tuple[int, ...],
    data_dtype: npt.DTypeLike = np.float64,
    *,
    like: Sample | None = None,
    dtype: npt.DTypeLike | None = None,
    rate: int | None = None,
) -> np.dtype[Any]:
    """Return the dtype that `write` would convert data of a shape and a dtype to (errors as in `check_target`).

    `scale_signed` takes it.
    """
    return aim(path_text(path), shape, np.dtype(data_dtype), like, dtype, rate).dtype


def write(
    path: str | os.PathLike[str],
    data: npt.ArrayLike,
    like: Sample | None = None,
    *,
    force: bool = False,
    dtype: npt.DTypeLike | None = None,
    rate: int | None = None,
) -> Written:
    """Write an image, a sound or an array, whole or not at all.

    The format is that of the extension. Images and sound are converted to `dtype`; without one, to what `like` is
    stored as; without `like`, to the dtype of the data as far as the format has it (PNG and JPEG: 8 bits unless the
    data are uint16). Conversion to integers rounds halves to even and saturates; `Written` counts both. Float TIFF and
    float WAV keep values as they are, as .npy, .npz and .csv do; CSV gives the values back, and as dtypes int64,
    uint64, float64 and complex128 only.

    Parameters
    ----------
    path : str or path-like
        A .png, .jpg, .tif, .wav, .npy, .npz (``file.npz:name`` names its array) or .csv file.
    data : array_like
        Image: (rows, columns) or (rows, columns, channels) without alpha. Sound: (frames,) or (frames, channels), in
        the integers of the file (24 bits: -2**23 to 2**23 - 1; 8 bits: -128 to 127). Array: any shape.
    like : Sample, optional
        What was read. Its depth, sample rate, alpha, orientation and colour profile go into the output where the
        format has a place for them; `notes` names those that it has not.
    force : bool
        Whether an existing file may be replaced.
    dtype : dtype, optional
        What images and sound are stored as, such as "float32" for a TIFF of results.
    rate : int, optional
        Sound: frames per second, if `like` does not say.

    Returns
    -------
    Written
        What was clipped, rounded and left out.

    Raises
    ------
    FileError
        As `check_target`; or if NaN or infinity is to become an integer, or the system refuses to write.
    MissingLibrary
        If a library for the format is not installed.
    """
    text, values = path_text(path), np.asarray(data)
    target = aim(text, values.shape, values.dtype, like, dtype, rate)
    check_place(target.place, force=force)
    notes = left_out(target, like)
    if target.format in {"npy", "npz"}:
        with replacing(target.place, force=force) as file:
            if target.format == "npy":
                write_npy(file, values)
            else:
                write_npz(file, values, str(target.info.member))
        return Written(text, target.format, values.dtype, notes=tuple(notes))
    if target.format == "csv":
        notes += _csv_notes(values)
        with replacing(target.place, force=force) as file:
            write_csv(file, values)
        return Written(text, target.format, values.dtype, notes=tuple(notes))

    _check_finite(target, values)
    fitted = fit(values, target.dtype, target.bits)
    with replacing(target.place, force=force) as file:
        if target.format in IMAGES:
            notes += _write_image(file, target, fitted.data, like)
        else:
            write_wav(file, fitted.data, rate=int(target.info.rate or 0), subtype=str(target.info.subtype))
    return Written(text, target.format, target.dtype, target.info.subtype, fitted.clipped, fitted.rounded, tuple(notes))


def _write_image(file: BinaryIO, target: Target, data: Array, like: Sample | None) -> list[str]:
    """Put alpha back, write, and return what there is to say about it."""
    planes = data[..., 0] if data.ndim == 3 and data.shape[2] == 1 else data
    alpha = like is not None and like.alpha is not None and target.format != "jpeg"
    if alpha and like is not None and like.alpha is not None:
        planes = np.dstack([planes, fit_alpha(like.alpha, target.dtype)])
    planes = np.ascontiguousarray(planes)
    if target.format == "tiff":
        write_tiff(file, planes, target.info, alpha=alpha)
    elif target.format == "jpeg":
        write_jpeg(file, planes, target.info)
        return ["JPEG changes the numbers when it stores them; PNG and TIFF do not."]
    else:
        write_png(file, planes, target.info)
        if not alpha and planes.ndim == 3 and planes.shape[2] in {2, 4}:
            return ["The last channel was written as alpha."]
    return []


def _check_finite(target: Target, values: Array) -> None:
    if target.dtype.kind not in "iu" or values.dtype.kind != "f":
        return
    bad = values.size - int(np.count_nonzero(np.isfinite(values)))
    if bad:
        rule = f"the data hold {bad} NaN or infinite values, and {target.dtype} samples cannot"
        way = "WAV" if target.format == "wav" else "TIFF (.tif)"
        raise FileError(target.path, rule, f"write a float {way} with dtype=float32, or .npy")


def _csv_notes(values: Array) -> list[str]:
    notes = []
    back = comes_back(values)
    if back != values.dtype:
        notes.append(f"CSV does not keep the dtype {values.dtype}: the same numbers come back as {back}.")
    if values.ndim == 2 and 1 in values.shape:
        notes.append(f"CSV does not keep the shape {values.shape}: a single row or column comes back as 1-D.")
    return notes
