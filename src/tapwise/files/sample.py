"""What was read, and what was written: the two records that pass between this room and its callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Kind = Literal["image", "sound", "array"]
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Info:
    """What must survive from the file that was read to the file that is written.

    Attributes
    ----------
    mode : {"grey", "rgb", "bands"} or None
        What the channels of an image are; "bands" are channels that no colour is tied to. None for sound and arrays.
    orientation : int
        The EXIF orientation, 1 to 8. The pixels are never turned; the number travels with them.
    icc : bytes or None
        The ICC colour profile.
    chunks : tuple of (bytes, bytes)
        PNG chunks that say which colours the numbers mean (gAMA, cHRM, sRGB, cICP), and the pixel size (pHYs).
    premultiplied : bool
        Whether the colours of a TIFF have been multiplied by its alpha.
    rate : int or None
        Sound: frames per second.
    subtype : str or None
        Sound: how a sample is stored (PCM_U8, PCM_16, PCM_24, PCM_32, FLOAT or DOUBLE).
    member : str or None
        The name of the array inside an .npz or .mat file.
    """

    mode: Literal["grey", "rgb", "bands"] | None = None
    orientation: int = 1
    icc: bytes | None = None
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    premultiplied: bool = False
    rate: int | None = None
    subtype: str | None = None
    member: str | None = None


# Arrays have no single truth value for ==, so samples are compared by identity.
@dataclass(frozen=True, eq=False)
class Sample:
    """One array, image or sound, as stored in its file.

    Attributes
    ----------
    data : ndarray
        Image: (rows, columns) or (rows, columns, channels), never with alpha. Sound: (frames,) or (frames, channels),
        in the integer scale of the file. Array: any shape.
    kind : {"image", "sound", "array"}
        What the numbers are.
    format : str
        "png", "tiff", "jpeg", "wav", "npy", "npz", "csv" or "mat".
    axes : tuple of int
        The axes that a filter works on: (0, 1) for images, (0,) for sound, all of them for arrays.
    info : Info
        What must survive to the output.
    alpha : ndarray or None
        Image: the opacity, (rows, columns), kept apart because it is not filtered; `write` puts it back.
    notes : tuple of str
        What the reader did to the stored numbers, and what it left out, in plain sentences.
    """

    data: Array
    kind: Kind
    format: str
    axes: tuple[int, ...]
    info: Info = Info()
    alpha: Array | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """What writing did to the numbers.

    Attributes
    ----------
    path : str
        The file, as the caller wrote it.
    format : str
        As in `Sample`.
    dtype : dtype
        What the samples were converted to (24-bit sound: int32).
    subtype : str or None
        Sound: as in `Info`.
    clipped : int
        How many samples lay outside the range and were set to its nearest end.
    rounded : int
        How many other samples changed because the target holds fewer digits.
    notes : tuple of str
        What else the target could not hold, in plain sentences.
    """

    path: str
    format: str
    dtype: np.dtype[Any]
    subtype: str | None = None
    clipped: int = 0
    rounded: int = 0
    notes: tuple[str, ...] = ()
