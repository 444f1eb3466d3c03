"""Kernels that answer the sum of the second derivatives, the same in every direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tapwise.kernels._check import axis_count, per_axis, positive, three_an_axis, truth
from tapwise.kernels._taps import Floats, flips, oriented, outer, radii
from tapwise.kernels.derivatives import curvature_line
from tapwise.kernels.smoothing import gaussian_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def laplacian(ndim: int = 2, diagonal: bool = False, *, operator: str = "cross-correlation") -> NDArray[np.int64]:
    """Add up the second differences along all axes.

    For -1 <= i_k <= 1 along every axis k, h[i] = 1 where exactly one i_k is not 0 (with `diagonal`, where any is not),
    h[0] = -(the sum of the others), and h[i] = 0 elsewhere.

    Parameters
    ----------
    ndim : int, optional
        Number of axes; with 1 the kernel is the second difference (1, -2, 1).
    diagonal : bool, optional
        Whether the diagonal neighbours count too. The answer is then 3**(ndim - 1) times the Laplacian: 3 in an image.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        int64, 3 taps along every axis; they sum to 0.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: point-symmetric, so the kernel and the answer are the same for both operators. The sign is that of the
    second derivative: positive in a valley, negative on a hill.

    Source: the five-point and nine-point stencils of R. C. Gonzalez and R. E. Woods, "Digital Image Processing".
    ``scipy.ndimage.laplace``, ``cv2.Laplacian(x, ddepth, ksize=1)`` and MATLAB's ``fspecial("laplacian", 0)`` have the
    same taps; ``skimage.filters.laplace`` has the opposite sign.

    Examples
    --------
    >>> from tapwise.kernels import laplacian
    >>> laplacian()
    array([[ 0,  1,  0],
           [ 1, -4,  1],
           [ 0,  1,  0]])
    >>> laplacian(diagonal=True)[1]
    array([ 1, -8,  1])
    """
    flip, everywhere = flips(operator), truth("diagonal", diagonal)
    count = three_an_axis(ndim)
    centre = (1,) * count
    kernel = np.full((3,) * count, int(everywhere), dtype=np.int64)
    for axis in range(count):
        kernel[tuple(slice(None) if k == axis else 1 for k in range(count))] = 1
    kernel[centre] = 0
    kernel[centre] = -kernel.sum()
    return oriented(kernel, flip)


def log(
    sigma: float | Sequence[float],
    *,
    radius: int | Sequence[int] | None = None,
    truncate: float = 4.0,
    ndim: int | None = None,
    operator: str = "cross-correlation",
) -> Floats:
    """Answer the Laplacian of the image smoothed by a Gaussian (LoG).

    With g_k the line of `gaussian` along axis k and d_k the second derivative of `gaussian_derivative`, for
    -r_k <= i_k <= r_k,

        h[i] = sum over axes k of d_k[i_k] * product over j != k of g_j[i_j]

    which for the same sigma along all axes is a function of the distance alone: for two axes,
    h[i, j] = c (i**2 + j**2 - 2 m) g[i] g[j], with m = sum of i**2 g[i] in the place of sigma**2. The taps sum to 0 and
    the answer to a parabola x = i_k**2 / 2 is 1, both up to rounding, for every sigma and radius.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation in samples, above 0: one number, or one an axis.
    radius : int or sequence of int, optional
        The r above, at least 1. By default int(truncate * sigma + 0.5), and no less than 1.
    truncate : float, optional
        Where the kernel is cut, in standard deviations; not used when `radius` is given.
    ndim : int, optional
        Number of axes. By default as many as `sigma` has entries, and 2 for a single number.
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
    Orientation: point-symmetric, so the kernel and the answer are the same for both operators, bit for bit. The sign is
    that of the second derivative: the centre tap is negative, the answer positive in a valley and negative on a hill (a
    "Mexican hat" is this kernel times -1).

    Source: D. Marr and E. Hildreth, "Theory of edge detection", 1980. Departure: the formula with sigma**2,
    sampled, does not sum to 0; MATLAB's ``fspecial("log")`` subtracts the mean afterwards and
    ``scipy.ndimage.gaussian_laplace`` leaves it. Where sigma is above 1 and the cut is far out all three agree.

    Examples
    --------
    >>> from tapwise.kernels import log
    >>> log(0.5, radius=1).round(2)
    array([[ 0.21,  0.57,  0.21],
           [ 0.57, -3.15,  0.57],
           [ 0.21,  0.57,  0.21]])
    """
    flip = flips(operator)
    count = axis_count(ndim, "sigma", sigma, default=2)
    sigmas = per_axis("sigma", sigma, count, positive)
    reach = radii(sigmas, radius, truncate, ("sigma", sigma), least=[1] * count)
    smooth = [gaussian_line(s, r) for s, r in zip(sigmas, reach, strict=True)]
    kernel = np.zeros([2 * r + 1 for r in reach])
    for axis in range(count):
        curved = curvature_line(sigmas[axis], reach[axis])
        kernel += outer([*smooth[:axis], curved, *smooth[axis + 1 :]])
    return oriented(kernel, flip)
