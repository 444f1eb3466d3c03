"""Kernels that smooth: weighted means of the neighbourhood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tapwise.kernels._check import axis_count, limit_taps, per_axis, positive, truth, whole
from tapwise.kernels._taps import Floats, Kernel, flips, oriented, outer, radii

if TYPE_CHECKING:
    from collections.abc import Sequence


def gaussian(
    sigma: float | Sequence[float],
    *,
    radius: int | Sequence[int] | None = None,
    truncate: float = 4.0,
    ndim: int | None = None,
    operator: str = "cross-correlation",
) -> Floats:
    """Smooth by a Gaussian of standard deviation sigma.

    Along each axis, for -r <= i <= r,

        g[i] = exp(-i**2 / (2 sigma**2)) / sum over k = -r .. r of exp(-k**2 / (2 sigma**2))

    and the kernel is the product of these lines. The Gaussian is sampled at the taps and divided by the sum of its
    samples, so the taps sum to 1 (up to rounding) for every sigma and radius.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation in samples, above 0: one number, or one an axis.
    radius : int or sequence of int, optional
        The r above; the kernel has 2 r + 1 taps along an axis. By default int(truncate * sigma + 0.5).
    truncate : float, optional
        Where the kernel is cut, in standard deviations; not used when `radius` is given.
    ndim : int, optional
        Number of axes. By default as many as `sigma` has entries, and 1 for a single number: the kernel is separable,
        and a line applied along each axis does the work of the N-D kernel with far fewer products.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        float64, 2 r + 1 taps along every axis.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: point-symmetric, so the kernel and the answer are the same for both operators, bit for bit.

    Source: the definition of ``scipy.ndimage.gaussian_filter`` (same radius rule), of ``cv2.getGaussianKernel`` and of
    MATLAB's ``fspecial("gaussian")``. OpenCV's and MATLAB's kernel size is 2 * radius + 1. ``sigma = 0``, which SciPy
    takes for "do nothing", is refused.

    Examples
    --------
    >>> from tapwise.kernels import gaussian
    >>> gaussian(1, radius=2).round(4)
    array([0.0545, 0.2442, 0.4026, 0.2442, 0.0545])
    >>> gaussian((1, 2)).shape
    (9, 17)
    """
    flip = flips(operator)
    count = axis_count(ndim, "sigma", sigma, default=1)
    sigmas = per_axis("sigma", sigma, count, positive)
    reach = radii(sigmas, radius, truncate, ("sigma", sigma), least=[0] * count)
    return oriented(outer([gaussian_line(s, r) for s, r in zip(sigmas, reach, strict=True)]), flip)


def box(
    size: int | Sequence[int],
    *,
    normalize: bool = True,
    ndim: int | None = None,
    operator: str = "cross-correlation",
) -> Kernel:
    """Smooth by the plain mean of a box, or sum it up.

    h[i, j, ...] = 1 / (K_0 K_1 ...) for 0 <= i < K_0, 0 <= j < K_1, ...; without normalisation h = 1.

    Parameters
    ----------
    size : int or sequence of int
        Number of taps K, at least 1: one number, or one an axis. Even sizes are allowed; which of their taps sits
        on the output sample is the anchor's business, not the kernel's.
    normalize : bool, optional
        Whether the taps sum to 1 (the mean, float64) or are all 1 (the sum, int64).
    ndim : int, optional
        Number of axes. By default as many as `size` has entries, and 1 for a single number.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        float64, or int64 without normalisation.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: all taps are equal, so the kernel is the same for both operators. With an even size the answer still
    depends on the anchor, whose default differs between the operators.

    Source: the definition of ``cv2.boxFilter`` (whose size is written columns first), of
    ``scipy.ndimage.uniform_filter`` and of MATLAB's ``fspecial("average")``.

    Examples
    --------
    >>> from tapwise.kernels import box
    >>> box(4)
    array([0.25, 0.25, 0.25, 0.25])
    >>> box((2, 3), normalize=False)
    array([[1, 1, 1],
           [1, 1, 1]])
    """
    flip, mean = flips(operator), truth("normalize", normalize)
    count = axis_count(ndim, "size", size, default=1)
    shape = per_axis("size", size, count, lambda name, value: whole(name, value, 1))
    limit_taps("size", size, shape, "write a smaller size")
    ones = np.ones(shape, dtype=np.int64)
    return oriented(ones / ones.size, flip) if mean else oriented(ones, flip)


@np.errstate(over="ignore", under="ignore")  # far beyond a tiny sigma the exponential is 0, which is what is meant
def gaussian_line(sigma: float, radius: int) -> Floats:
    """Return the 1-D Gaussian of these canonical values."""
    i = np.arange(-radius, radius + 1)
    samples = np.exp(-0.5 * (i / sigma) ** 2)
    line: Floats = samples / samples.sum()
    return line
