"""From computed numbers to those that a file can hold: rounding, saturation, and the signed scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tapwise.errors import ArgumentError, ArgumentTypeError

if TYPE_CHECKING:
    from tapwise.files.sample import Array


@dataclass(frozen=True, eq=False)
class Fitted:
    """Data in the dtype of the target, and how many samples that changed.

    Attributes
    ----------
    data : ndarray
        In the dtype of the target.
    clipped, rounded : int
        Samples that lay outside the range; other samples whose value changed.
    """

    data: Array
    clipped: int
    rounded: int


def fit(data: Array, dtype: np.dtype[Any], bits: int | None = None) -> Fitted:
    """Round half to even and saturate.

    Parameters
    ----------
    data : ndarray
        Real numbers; finite ones where the target is an integer dtype.
    dtype : dtype
        What they become.
    bits : int, optional
        Of a signed integer target, how many bits count (24 in an int32, for sound).

    Returns
    -------
    Fitted
        To an integer dtype, values are first rounded to the nearest whole number, halves to the even one, and then
        saturated. To a float dtype, they are rounded to nearest, and saturated at the largest finite number;
        infinities and NaN stay.
    """
    if data.dtype == dtype and bits is None:
        return Fitted(data, 0, 0)
    if data.dtype.kind == "b":
        data = data.view(np.uint8)
    if dtype.kind == "f":
        return _fit_float(data, dtype)
    info = np.iinfo(dtype)
    low, high = (info.min, info.max) if bits is None else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if data.dtype.kind != "f":
        below, above = data < low, data > high
        out = data.astype(dtype)
        rounded = 0
    else:
        whole = np.rint(data.astype(np.float64, copy=False))
        # 2**63 - 1 is no float: the largest float below it is the last that fits.
        top = float(high) if int(float(high)) == high else np.nextafter(float(high), 0)
        below, above = whole < low, whole > top
        out = np.clip(whole, low, top).astype(dtype)
        rounded = int(np.count_nonzero((whole != data) & ~below & ~above))
    out[below], out[above] = low, high
    return Fitted(out, int(np.count_nonzero(below) + np.count_nonzero(above)), rounded)


def _fit_float(data: Array, dtype: np.dtype[Any]) -> Fitted:
    high = np.finfo(dtype).max
    with np.errstate(over="ignore"):
        out = data.astype(dtype)
    clipped = np.isinf(out) & np.isfinite(data)
    out[clipped] = np.copysign(high, out[clipped])
    # Integers are compared as integers: converting them to compare would round them the same way.
    same = out.astype(np.longdouble) == data.astype(np.longdouble) if data.dtype.kind in "iu" else out == data
    changed = ~same & ~clipped & ~np.isnan(out)
    return Fitted(out, int(np.count_nonzero(clipped)), int(np.count_nonzero(changed)))


def fit_alpha(alpha: Array, dtype: np.dtype[Any]) -> Array:
    """Express opacity in another dtype: full is the largest integer, or 1.0."""
    if alpha.dtype == dtype:
        return alpha
    scaled = alpha.astype(np.float64) / full_scale(alpha.dtype) * full_scale(dtype)
    return fit(scaled, dtype).data


def full_scale(dtype: np.dtype[Any]) -> float:
    """Return what full opacity is in a dtype."""
    return float(np.iinfo(dtype).max) if dtype.kind in "iu" else 1.0


def scale_signed(data: npt.ArrayLike, dtype: npt.DTypeLike) -> tuple[Array, float]:
    """Scale signed results so that they can be seen: 0 to mid-grey, the largest magnitude to the end of the range.

    With ``peak = max|data|``, the result is ``mid + factor * data``, ``factor = half / peak``, rounded half to even
    where `dtype` is an integer one, and so never clipped:

    ==================  =============  ==============
    dtype               mid            half
    ==================  =============  ==============
    unsigned, b bits    2**(b-1)       2**(b-1) - 1
    signed, b bits      0              2**(b-1) - 1
    float               0.5            0.5
    ==================  =============  ==============

    In uint8: 0 becomes 128, the largest magnitude 255 if it is positive and 1 if it is negative.

    Parameters
    ----------
    data : array_like
        Finite real numbers of any shape.
    dtype : dtype
        Of the result: an integer one of at most 32 bits, or a float one.

    Returns
    -------
    scaled : ndarray
        In `dtype`, of the shape of `data`.
    factor : float
        ``half / peak``, or 1.0 where all data are zero; infinity where `peak` is too small for it.

    Raises
    ------
    ArgumentError
        If data hold NaN or infinity.
    ArgumentTypeError
        If data are not real, or the dtype is of another kind.

    Examples
    --------
    >>> scaled, factor = scale_signed([-2, 0, 1, 4], "uint8")
    >>> scaled
    array([ 64, 128, 160, 255], dtype=uint8)
    >>> factor
    31.75
    """
    values, target = np.asarray(data), np.dtype(dtype)
    if values.dtype.kind not in "biuf":
        raise ArgumentTypeError("data", values.dtype, "only real numbers can be scaled", "take their real part first")
    if target.kind not in "iuf" or (target.kind != "f" and target.itemsize > 4):
        raise ArgumentTypeError("dtype", target, "it must be an integer dtype of at most 32 bits, or a float dtype")
    values = values.astype(np.float64)
    if not np.isfinite(values).all():
        raise ArgumentError("data", values, "NaN and infinity have no place in a scale", "replace them first")
    bits = 8 * target.itemsize
    half = 0.5 if target.kind == "f" else 2.0 ** (bits - 1) - 1
    mid = {"f": 0.5, "i": 0.0, "u": 2.0 ** (bits - 1)}[target.kind]
    peak = float(np.abs(values).max(initial=0.0))
    if not peak:
        return np.full(values.shape, mid, target), 1.0
    scaled = mid + half * (values / peak)  # dividing first: half / peak may overflow
    return scaled.astype(target) if target.kind == "f" else np.rint(scaled).astype(target), half / peak
