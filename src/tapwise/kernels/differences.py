"""Kernels that differentiate by whole numbers: a central difference along one axis, smoothed along the others."""

from __future__ import annotations

import numpy as np

from tapwise.kernels._check import axis_index, three_an_axis, truth
from tapwise.kernels._taps import Kernel, flips, oriented, outer


def sobel(axis: int = -1, ndim: int = 2, *, normalize: bool = False, operator: str = "cross-correlation") -> Kernel:
    """Differentiate along one axis, smoothing by (1, 2, 1) along the others.

    With d = (-1, 0, 1) and w = (1, 2, 1), for -1 <= i_k <= 1 along every axis k,

        h[i] = d[i_axis] * product over k != axis of w[i_k]

    Parameters
    ----------
    axis : int, optional
        The axis that is differentiated; by default the last. In an image, axis 0 counts rows downwards and axis 1
        counts columns to the right.
    ndim : int, optional
        Number of axes; with 1 the kernel is the central difference (-1, 0, 1).
    normalize : bool, optional
        Whether to divide by 2 * 4**(ndim - 1), so that a ramp of slope 1 is answered by 1. By default the taps stay
        whole numbers, and the answer is that many times the slope: 8 in an image.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        int64, or float64 when normalised; 3 taps along every axis.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: antisymmetric. Used with its own operator the answer is positive where the image grows along `axis`,
    for both operators; used with the other one it is negative there.
    ``sobel(operator="convolution") == np.flip(sobel()) == -sobel()``.

    Source: I. Sobel and G. Feldman, "A 3x3 isotropic gradient operator for image processing", 1968.
    ``cv2.Sobel(x, ddepth, 1, 0)`` correlates with ``sobel(axis=1)``. ``scipy.ndimage.sobel(x, axis)`` gives the same
    answer as ``sobel(axis)`` used with its operator. scikit-image's ``sobel_v`` and ``sobel_h`` differ by a factor:
    they divide by 4, not by 8. MATLAB's ``fspecial("sobel")`` is ``-sobel(axis=0)``: positive where the image grows
    upwards.

    Examples
    --------
    >>> from tapwise.kernels import sobel
    >>> sobel(axis=1)
    array([[-1,  0,  1],
           [-2,  0,  2],
           [-1,  0,  1]])
    >>> sobel(axis=1, operator="convolution")
    array([[ 1,  0, -1],
           [ 2,  0, -2],
           [ 1,  0, -1]])
    """
    return _smoothed_difference((1, 2, 1), axis, ndim, normalize, operator)


def prewitt(axis: int = -1, ndim: int = 2, *, normalize: bool = False, operator: str = "cross-correlation") -> Kernel:
    """Differentiate along one axis, smoothing by (1, 1, 1) along the others.

    With d = (-1, 0, 1), for -1 <= i_k <= 1 along every axis k, h[i] = d[i_axis].

    Parameters
    ----------
    axis : int, optional
        The axis that is differentiated; by default the last. In an image, axis 0 counts rows downwards and axis 1
        counts columns to the right.
    ndim : int, optional
        Number of axes; with 1 the kernel is the central difference (-1, 0, 1).
    normalize : bool, optional
        Whether to divide by 2 * 3**(ndim - 1), so that a ramp of slope 1 is answered by 1 (up to rounding). By default
        the taps stay whole numbers, and the answer is that many times the slope: 6 in an image.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        int64, or float64 when normalised; 3 taps along every axis.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: antisymmetric. Used with its own operator the answer is positive where the image grows along `axis`,
    for both operators; used with the other one it is negative there.
    ``prewitt(operator="convolution") == np.flip(prewitt()) == -prewitt()``.

    Source: J. M. S. Prewitt, "Object enhancement and extraction", in Picture Processing and Psychopictorics, 1970.
    ``scipy.ndimage.prewitt(x, axis)`` gives the same answer as ``prewitt(axis)`` used with its operator. scikit-image's
    ``prewitt_v`` and ``prewitt_h`` divide by 3, not by 6. MATLAB's ``fspecial("prewitt")`` is ``-prewitt(axis=0)``.

    Examples
    --------
    >>> from tapwise.kernels import prewitt
    >>> prewitt(axis=0)
    array([[-1, -1, -1],
           [ 0,  0,  0],
           [ 1,  1,  1]])
    """
    return _smoothed_difference((1, 1, 1), axis, ndim, normalize, operator)


def scharr(axis: int = -1, ndim: int = 2, *, normalize: bool = False, operator: str = "cross-correlation") -> Kernel:
    """Differentiate along one axis, smoothing by (3, 10, 3) along the others.

    With d = (-1, 0, 1) and w = (3, 10, 3), for -1 <= i_k <= 1 along every axis k,

        h[i] = d[i_axis] * product over k != axis of w[i_k]

    The direction of the gradient (the angle from two such answers) is nearer to the truth than with `sobel`.

    Parameters
    ----------
    axis : int, optional
        The axis that is differentiated; by default the last. In an image, axis 0 counts rows downwards and axis 1
        counts columns to the right.
    ndim : int, optional
        Number of axes; with 1 the kernel is the central difference (-1, 0, 1).
    normalize : bool, optional
        Whether to divide by 2 * 16**(ndim - 1), so that a ramp of slope 1 is answered by 1. By default the taps stay
        whole numbers, and the answer is that many times the slope: 32 in an image.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        int64, or float64 when normalised; 3 taps along every axis.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the argument, its value, the rule and the way out.

    Notes
    -----
    Orientation: antisymmetric. Used with its own operator the answer is positive where the image grows along `axis`,
    for both operators; used with the other one it is negative there.
    ``scharr(operator="convolution") == np.flip(scharr()) == -scharr()``.

    Source: H. Scharr, "Optimale Operatoren in der digitalen Bildverarbeitung", thesis, Heidelberg, 2000, in the whole
    numbers that OpenCV and scikit-image use. ``cv2.Scharr(x, ddepth, 1, 0)`` correlates with ``scharr(axis=1)``.
    scikit-image's ``scharr_v`` and ``scharr_h`` divide by 16, not by 32.

    Examples
    --------
    >>> from tapwise.kernels import scharr
    >>> scharr(axis=1)
    array([[ -3,   0,   3],
           [-10,   0,  10],
           [ -3,   0,   3]])
    """
    return _smoothed_difference((3, 10, 3), axis, ndim, normalize, operator)


def _smoothed_difference(
    weights: tuple[int, int, int], axis: object, ndim: object, normalize: object, operator: object
) -> Kernel:
    flip, divide = flips(operator), truth("normalize", normalize)
    count = three_an_axis(ndim)
    along = axis_index(axis, count)
    lines = [np.array(weights, dtype=np.int64) for _ in range(count)]
    lines[along] = np.array([-1, 0, 1], dtype=np.int64)
    kernel = outer(lines)
    return oriented(kernel / (2 * sum(weights) ** (count - 1)), flip) if divide else oriented(kernel, flip)
