"""Kernels of an image that have a direction: light from a side, a smear along a line, a wave.

Rows grow downwards and columns to the right, so "north" is towards row 0; angles are in degrees, counter-clockwise
as the image is seen, from the direction of growing columns.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tapwise.errors import ArgumentError
from tapwise.kernels._check import amount as checked_amount
from tapwise.kernels._check import at_least, limit_taps, number, one_of, positive
from tapwise.kernels._taps import Floats, Kernel, flips, impulse_minus, oriented, radii, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMPASS = {
    "north": (-1, 0), "north-east": (-1, 1), "east": (0, 1), "south-east": (1, 1),
    "south": (1, 0), "south-west": (1, -1), "west": (0, -1), "north-west": (-1, -1),
}  # fmt: skip


def emboss(direction: str = "north-west", amount: float = 1, *, operator: str = "cross-correlation") -> Kernel:
    """Show the image as a relief, lit from one side.

    With (a, b) the step in (rows, columns) towards the light, each -1, 0 or 1, for -1 <= i, j <= 1,

        h[i, j] = impulse[i, j] - amount * (a i + b j)

    where the impulse is 1 at the centre tap and 0 elsewhere.

    Parameters
    ----------
    direction : str, optional
        Where the light comes from: "north" (from above: the side of row 0), "north-east", "east", "south-east",
        "south", "south-west", "west" or "north-west".
    amount : float, optional
        How deep the relief is; 0 changes nothing, a negative number turns hills into hollows. At most 2**32 in size.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        int64 for an int `amount`, float64 for a float; 3 rows and 3 columns. The taps sum to 1, so even areas stay
        as they are.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: antisymmetric but for the centre tap. Used with its own operator, whichever it is, the answer is
    brighter than the image where the image grows away from the light (the lit slope of a bright hill) and darker
    where it grows towards it; used with the other one the light comes from the opposite side.

    Source: the matrix (-2 -1 0, -1 1 1, 0 1 2) of the convolution matrix examples of GIMP and others, written as a
    formula. For "north" the relief is ``prewitt(axis=0)``, for "west" ``prewitt(axis=1)``.

    Examples
    --------
    >>> from tapwise.kernels import emboss
    >>> emboss("north-west")
    array([[-2, -1,  0],
           [-1,  1,  1],
           [ 0,  1,  2]])
    >>> emboss("north")
    array([[-1, -1, -1],
           [ 0,  1,  0],
           [ 1,  1,  1]])
    """
    flip = flips(operator)
    strength = checked_amount("amount", amount)
    down, right = _COMPASS[one_of("direction", direction, _COMPASS)]
    i, j = np.ogrid[-1:2, -1:2]
    return oriented(impulse_minus(strength, down * i + right * j), flip)


def motion(length: float, angle: float = 0.0, *, operator: str = "cross-correlation") -> Floats:
    """Smear along a straight line, as a moving camera does.

    With D(i, j) the distance of tap (i, j) from the segment of length `length` - 1 through the centre in the direction
    `angle`, for -r_0 <= i <= r_0 (rows) and -r_1 <= j <= r_1 (columns),

        h[i, j] = w[i, j] / sum of w,    w[i, j] = max(0, 1 - D(i, j))

    The radii hold all taps that are nearer than 1. Along a row (angle 0) the weights add up to `length` exactly; an odd
    length gives that many equal taps, an even one a half at both ends.

    Parameters
    ----------
    length : float
        How far the camera moves, in samples, at least 1; 1 changes nothing.
    angle : float, optional
        In degrees, counter-clockwise as the image is seen, with row 0 on top: 0 along a row, 45 from the lower left
        to the upper right, 90 along a column.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        float64, two axes of odd sizes; the taps sum to 1 (up to rounding).

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: point-symmetric, so the kernel and the answer are the same for both operators, bit for bit: the
    smear lies to both sides of each sample, and moving to and fro is the same. Mirroring rows is not the same:
    `angle` becomes -angle.

    Source: MATLAB's ``fspecial("motion", len, theta)``, same parameters and size, and same taps at multiples of 90.
    Departure: MATLAB measures some taps beside the ends of the segment from its end point though they are nearer to
    its inside (for length 3 at 45 degrees its centre tap is 0.32, not 0.30); here it is the distance from the segment
    everywhere.

    Examples
    --------
    >>> from tapwise.kernels import motion
    >>> motion(4)
    array([[0.125, 0.25 , 0.25 , 0.25 , 0.125]])
    >>> motion(3, angle=45).round(2)
    array([[0.  , 0.09, 0.18],
           [0.09, 0.3 , 0.09],
           [0.18, 0.09, 0.  ]])
    """
    flip = flips(operator)
    long = at_least(1, "length", length)
    cosine, sine = unit(float(number("angle", angle)))
    half = (long - 1) / 2
    # A tap at distance 1 has no weight; the epsilon keeps rounding from making room for it.
    rows, columns = (int(half * abs(extent) + 1 - long * np.finfo(float).eps) for extent in (sine, cosine))
    limit_taps("length", length, (2 * rows + 1, 2 * columns + 1), "write a smaller length")
    along, across = _rotated(rows, columns, cosine, sine)
    beyond = np.maximum(np.abs(along) - half, 0)
    weights = np.maximum(1 - np.hypot(beyond, across), 0)
    return oriented(weights / weights.sum(), flip)


def gabor(
    wavelength: float,
    angle: float = 0.0,
    *,
    phase: float = 0.0,
    sigma: float | None = None,
    bandwidth: float = 1.0,
    aspect: float = 1.0,
    radius: int | Sequence[int] | None = None,
    truncate: float = 3.0,
    operator: str = "cross-correlation",
) -> Floats:
    """Answer a wave of one length and direction, nearby: a cosine under a Gaussian.

    With u the position along `angle` and v the one across it, for -r_0 <= i <= r_0 (rows, downwards) and
    -r_1 <= j <= r_1 (columns),

        u = j cos(angle) - i sin(angle),    v = -j sin(angle) - i cos(angle)
        e[i, j] = exp(-(u**2 + aspect**2 v**2) / (2 sigma**2))
        h[i, j] = cos(2 pi u / wavelength + phase) e[i, j] / sum of e

    Parameters
    ----------
    wavelength : float
        Length of the wave in samples, at least 2 (a shorter one looks like a longer one between the samples).
    angle : float, optional
        The direction in which the wave runs, across its stripes, in degrees, counter-clockwise as the image is
        seen, with row 0 on top: 0 for upright stripes, 90 for stripes along the rows.
    phase : float, optional
        In degrees: 0 for a bright line in the centre (a cosine), -90 for an edge (a sine).
    sigma : float, optional
        Standard deviation of the Gaussian along the wave, in samples; by default the one that `bandwidth` asks for.
    bandwidth : float, optional
        Width b of the answered band of frequencies, in octaves at half the height, at least 1e-6; not used when `sigma`
        is given:
        sigma = wavelength / pi * sqrt(log(2) / 2) * (2**b + 1) / (2**b - 1).
    aspect : float, optional
        Standard deviation along the wave divided by the one across it; below 1 the stripes are long.
    radius : int or sequence of int, optional
        The r above: one number, or (rows, columns). By default int(truncate * s + 0.5), where s is the half height
        or half width of the box around the ellipse with half axes sigma and sigma / aspect.
    truncate : float, optional
        Where the kernel is cut, in standard deviations; not used when `radius` is given.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        float64, two axes of odd sizes.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: with phase 0 or 180 point-symmetric, so the kernel and the answer are the same for both operators,
    bit for bit. With phase -90 antisymmetric: used with its own operator, whichever it is, the answer on an edge is
    positive where the image grows towards `angle`; used with the other one it is negative there. With phase 90 the
    other way round.

    An even wave answers a constant a little: the taps do not sum to 0 exactly unless the phase is 90 or -90.

    Source: J. G. Daugman, "Uncertainty relation for resolution in space, spatial frequency, and orientation
    optimized by two-dimensional visual cortical filters", 1985; sigma from the bandwidth as in N. Petkov and P.
    Kruizinga, 1997. With ``theta = -angle`` in radians (its rows grow downwards as well, but its angle follows
    them), phases 0 and -90 are the real and imaginary parts of
    ``skimage.filters.gabor_kernel(1 / wavelength, theta)``. Departures: that one and
    ``cv2.getGaborKernel`` (``lambd, theta, psi, sigma, gamma``) cut at other radii, and divide by
    2 pi sigma**2 / aspect, or not at all; here the samples of the Gaussian sum to 1.

    Examples
    --------
    >>> from tapwise.kernels import gabor
    >>> gabor(4, phase=-90, radius=(0, 1)).round(3)
    array([[-0.322,  0.   ,  0.322]])
    >>> gabor(4, angle=90).shape
    (15, 15)
    """
    flip = flips(operator)
    wave = at_least(2, "wavelength", wavelength)
    cosine, sine = unit(float(number("angle", angle)))
    even, odd = unit(float(number("phase", phase)))
    octaves, squeeze = at_least(1e-6, "bandwidth", bandwidth), positive("aspect", aspect)
    spread = _sigma_of_band(wave, octaves) if sigma is None else positive("sigma", sigma)
    across_spread = spread / squeeze
    if not (math.isfinite(spread) and 0 < across_spread < math.inf):
        raise ArgumentError("aspect", aspect, f"makes a Gaussian of {spread:g} by {across_spread:g} samples", "write 1")
    reaches = (
        math.hypot(spread * sine, across_spread * cosine),
        math.hypot(spread * cosine, across_spread * sine),
    )
    source = ("wavelength", wavelength) if sigma is None else ("sigma", sigma)
    rows, columns = radii(reaches, radius, truncate, source, least=(0, 0))
    along, across = _rotated(rows, columns, cosine, sine)
    with np.errstate(over="ignore", under="ignore"):
        envelope = np.exp(-0.5 * ((along / spread) ** 2 + (across / across_spread) ** 2))
    turn = 2 * np.pi / wave * along
    carrier = even * np.cos(turn) - odd * np.sin(turn)  # cos(turn + phase), exactly even or odd where it should be
    return oriented(carrier * (envelope / envelope.sum()), flip)


def _sigma_of_band(wavelength: float, octaves: float) -> float:
    return wavelength / math.pi * math.sqrt(math.log(2) / 2) / math.tanh(octaves * math.log(2) / 2)  # no overflow


def _rotated(rows: int, columns: int, cosine: float, sine: float) -> tuple[Floats, Floats]:
    """Return how far each tap lies along the direction and across it, counter-clockwise with row 0 on top."""
    i, j = np.mgrid[-rows : rows + 1, -columns : columns + 1]
    return j * cosine - i * sine, -j * sine - i * cosine
