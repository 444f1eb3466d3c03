"""Derivatives of Gaussians, scaled so that polynomials are differentiated exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tapwise.errors import ArgumentError
from tapwise.kernels._check import axis_count, axis_index, per_axis, positive, whole
from tapwise.kernels._taps import Floats, flips, oriented, outer, radii
from tapwise.kernels.smoothing import gaussian_line

if TYPE_CHECKING:
    from collections.abc import Sequence


def gaussian_derivative(
    sigma: float | Sequence[float],
    axis: int = -1,
    order: int = 1,
    *,
    radius: int | Sequence[int] | None = None,
    truncate: float = 4.0,
    ndim: int | None = None,
    operator: str = "cross-correlation",
) -> Floats:
    """Differentiate along one axis, smoothing by a Gaussian along all.

    With g the line of `gaussian` and m = sum of i**2 g[i], along the axis that is differentiated, for -r <= i <= r,

        order 0:    h[i] = g[i]
        order 1:    h[i] = i g[i] / m
        order 2:    h[i] = 2 (i**2 - m) g[i] / sum over k = -r .. r of (k**2 - m)**2 g[k]

    and along the others h = g; the kernel is the product of these lines. Up to rounding, order 1 answers a ramp
    x[i] = i by 1 and a constant by 0, order 2 answers x[i] = i**2 / 2 by 1 and a ramp or a constant by 0, for every
    sigma and radius.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation in samples, above 0: one number, or one an axis.
    axis : int, optional
        The axis that is differentiated; by default the last.
    order : {1, 0, 2}, optional
        How many times.
    radius : int or sequence of int, optional
        The r above, at least 1 along `axis` unless order is 0. By default int(truncate * sigma + 0.5), and no less.
    truncate : float, optional
        Where the kernel is cut, in standard deviations; not used when `radius` is given.
    ndim : int, optional
        Number of axes. By default as many as `sigma` has entries, and 1 for a single number.
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
    Orientation: order 1 is antisymmetric. Used with its own operator the answer is positive where the image grows along
    `axis`, for both operators; used with the other one it is negative there. Orders 0 and 2 are point-symmetric and the
    same for both operators; order 2 is positive in a valley and negative on a hill.

    Source: the taps are those of the derivative of a parabola (order 2; a line for order 1) fitted to the samples by
    least squares with the weights g (A. Savitzky and M. J. E. Golay, "Smoothing and differentiation of data by
    simplified least squares procedures", 1964, there with equal weights).
    ``scipy.ndimage.gaussian_filter1d(order=...)`` samples the derivative of the continuous Gaussian instead, with taps
    i g[i] / sigma**2 and (i**2 - sigma**2) g[i] / sigma**4; where sigma is above 1 and the cut is far out (m near
    sigma**2) the two agree, elsewhere SciPy's answer to a ramp is not its slope.

    Examples
    --------
    >>> from tapwise.kernels import gaussian_derivative
    >>> gaussian_derivative(1, radius=2).round(4)
    array([-0.1179, -0.2642,  0.    ,  0.2642,  0.1179])
    >>> gaussian_derivative(1, radius=2, operator="convolution").round(4)
    array([ 0.1179,  0.2642,  0.    , -0.2642, -0.1179])
    >>> gaussian_derivative((1, 2), axis=0).shape
    (9, 17)
    """
    flip = flips(operator)
    times = whole("order", order)
    if times not in (0, 1, 2):
        raise ArgumentError("order", order, "must be 0, 1 or 2", "for a higher one, differentiate the answer again")
    count = axis_count(ndim, "sigma", sigma, default=1)
    along = axis_index(axis, count)
    sigmas = per_axis("sigma", sigma, count, positive)
    least = [int(times > 0 and k == along) for k in range(count)]
    reach = radii(sigmas, radius, truncate, ("sigma", sigma), least)
    lines = [gaussian_line(s, r) for s, r in zip(sigmas, reach, strict=True)]
    if times:
        lines[along] = (slope_line if times == 1 else curvature_line)(sigmas[along], reach[along])
    return oriented(outer(lines), flip)


def slope_line(sigma: float, radius: int) -> Floats:
    """Return the first derivative of these canonical values."""
    n, weights = _half(sigma, radius)
    half = n * weights / (2 * (n**2 * weights).sum())
    return np.concatenate([-half[::-1], [0.0], half])


def curvature_line(sigma: float, radius: int) -> Floats:
    """Return the second derivative of these canonical values."""
    n, weights = _half(sigma, radius)
    g = gaussian_line(sigma, radius)[radius + 1 :]
    half = (n**2 - 2 * (n**2 * g).sum()) * weights
    half /= (n**2 * half).sum()
    return np.concatenate([half[::-1], [-2 * half.sum()], half])  # the formula's centre tap, as what makes the sum 0


def _half(sigma: float, radius: int) -> tuple[Floats, Floats]:
    """Return the positions 1 .. radius, and the Gaussian there divided by its value at 1.

    Every formula here divides by a sum of such weights; as the first one is 1, a tiny sigma does not make it 0 / 0,
    and the taps go to those of the plain differences (-1/2, 0, 1/2) and (1, -2, 1).
    """
    n = np.arange(1.0, radius + 1)
    with np.errstate(over="ignore", under="ignore"):
        return n, np.exp((n - 1) * (n + 1) / sigma / sigma * -0.5)
