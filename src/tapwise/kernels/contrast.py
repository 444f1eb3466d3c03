"""Kernels that raise the contrast of detail: the image plus what a smoother one lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.kernels._check import amount as checked_amount
from tapwise.kernels._check import axis_count
from tapwise.kernels._taps import Floats, Kernel, flips, impulse_minus, oriented
from tapwise.kernels.laplacians import laplacian
from tapwise.kernels.smoothing import gaussian

if TYPE_CHECKING:
    from collections.abc import Sequence


def sharpen(amount: float = 1, ndim: int = 2, diagonal: bool = False, *, operator: str = "cross-correlation") -> Kernel:
    """Sharpen by taking the Laplacian away from the image.

    h = impulse - amount * laplacian(ndim, diagonal), where the impulse is 1 at the centre tap and 0 elsewhere.

    Parameters
    ----------
    amount : float, optional
        How much; 0 changes nothing, a negative number smooths. At most 2**32 in size.
    ndim : int, optional
        Number of axes.
    diagonal : bool, optional
        Whether the diagonal neighbours count too.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        int64 for an int `amount`, float64 for a float; 3 taps along every axis. The taps sum to 1, so even areas
        stay as they are.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: point-symmetric, so the kernel and the answer are the same for both operators.

    Source: R. C. Gonzalez and R. E. Woods, "Digital Image Processing", sharpening by the Laplacian.
    ``PIL.ImageFilter.SHARPEN`` is ``sharpen(1 / 8, diagonal=True)`` (there as whole numbers divided by 16, with
    twice the weights).

    Examples
    --------
    >>> from tapwise.kernels import sharpen
    >>> sharpen()
    array([[ 0, -1,  0],
           [-1,  5, -1],
           [ 0, -1,  0]])
    """
    flip = flips(operator)
    strength = checked_amount("amount", amount)
    return oriented(impulse_minus(strength, laplacian(ndim, diagonal)), flip)


def unsharp(
    sigma: float | Sequence[float],
    amount: float = 1.0,
    *,
    radius: int | Sequence[int] | None = None,
    truncate: float = 4.0,
    ndim: int | None = None,
    operator: str = "cross-correlation",
) -> Floats:
    """Sharpen by an unsharp mask: add what a Gaussian takes away.

    h = impulse + amount * (impulse - gaussian(sigma, ...)), where the impulse is 1 at the centre tap and 0 elsewhere.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation of the Gaussian in samples, above 0: one number, or one an axis.
    amount : float, optional
        How much; 0 changes nothing, a negative number smooths (-1 is the Gaussian). At most 2**32 in size.
    radius : int or sequence of int, optional
        The kernel has 2 * radius + 1 taps along an axis. By default int(truncate * sigma + 0.5).
    truncate : float, optional
        Where the Gaussian is cut, in standard deviations; not used when `radius` is given.
    ndim : int, optional
        Number of axes. By default as many as `sigma` has entries, and 2 for a single number.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        float64, 2 * radius + 1 taps along every axis. They sum to 1 (up to rounding), so even areas stay as they are.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: point-symmetric, so the kernel and the answer are the same for both operators, bit for bit.

    Source: the definition of ``skimage.filters.unsharp_mask``, which calls sigma ``radius``, without its clipping;
    there is no threshold, which would not be a kernel. MATLAB's ``fspecial("unsharp", alpha)`` is a `sharpen` by
    another name, not this kernel.

    Examples
    --------
    >>> from tapwise.kernels import unsharp
    >>> unsharp(1, amount=2, radius=1, ndim=1).round(3)
    array([-0.548,  2.096, -0.548])
    """
    flip = flips(operator)
    strength = checked_amount("amount", amount)
    count = axis_count(ndim, "sigma", sigma, default=2)
    smooth = gaussian(sigma, radius=radius, truncate=truncate, ndim=count)
    return oriented(impulse_minus(strength, smooth, gain=1 + strength), flip)
