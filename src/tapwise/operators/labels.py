"""The labels of outputs: at which shift of the kernel each one was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError
from tapwise.geometry import forward
from tapwise.operators.meaning import understand

if TYPE_CHECKING:
    from tapwise.convention import Convention
    from tapwise.geometry import AxisPlan
    from tapwise.operators.arrays import Array


def offsets(
    x_shape: Any, h_shape: Any, convention: Convention | None = None, *, like: str | None = None, **words: Any
) -> Any:
    """Return, for every output, the position of the signal that meets tap 0: s·o + c.

    For a cross-correlation output o is Σ_t h[t]·x[offset + d·t], for a convolution Σ_t h[t]·x[offset - d·t].

    Parameters
    ----------
    x_shape, h_shape : int or tuple of int
        The lengths of signal and kernel along the filtered axes.
    convention, like, **words
        What the operator is, as for `apply`.

    Returns
    -------
    ndarray of int64, or a tuple of them, one an axis
        In the order of the outputs, so they descend where the output is reversed. Counted in the spread signal.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.offsets(5, 3, operator="cross-correlation", size="same")
    array([-1,  0,  1,  2,  3])
    """
    axes = _forward_axes(x_shape, h_shape, convention, like, words)
    return _given([_offsets(axis) for axis in axes], x_shape)


def lags(
    x_shape: Any, h_shape: Any, convention: Convention | None = None, *, like: str | None = None, **words: Any
) -> Any:
    """Return the label m of every output, as the textbooks print it.

    Where output m of a cross-correlation is Σ_t h[t]·x[m + t], the label is the lag m = i - t; of a convolution,
    m = i + t. Reversed outputs are labelled by m = t - i, as in y[m] = Σ_i x[i]·h[m + i], so that labels always ascend.

    Parameters
    ----------
    x_shape, h_shape : int or tuple of int
        The lengths of signal and kernel along the filtered axes.
    convention, like, **words
        What the operator is, as for `apply`.

    Returns
    -------
    ndarray of int64, or a tuple of them, one an axis

    Notes
    -----
    ``scipy.signal.correlation_lags(N, K, mode)`` for a cross-correlation with ``size=mode``; for "same" with N odd and
    K even SciPy 1.17's are one more than the lags of what ``scipy.signal.correlate`` returns, which are these.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.lags(5, 2, operator="cross-correlation", size="full")
    array([-1,  0,  1,  2,  3,  4])
    >>> tw.lags(5, 2, operator="cross-correlation", size="full", output="reversed")
    array([-4, -3, -2, -1,  0,  1])
    """
    axes = _forward_axes(x_shape, h_shape, convention, like, words)
    return _given([_offsets(axis) if axis.s > 0 else -_offsets(axis) for axis in axes], x_shape)


def _forward_axes(
    x_shape: Any, h_shape: Any, convention: Convention | None, like: str | None, words: dict[str, Any]
) -> tuple[AxisPlan, ...]:
    signal, kernel = (
        tuple(whole(name, n, least=0) for n in (shape if isinstance(shape, (tuple, list)) else (shape,)))
        for name, shape in (("x_shape", x_shape), ("h_shape", h_shape))
    )
    if len(signal) != len(kernel):
        raise ArgumentError(
            "h_shape", h_shape, f"has {len(kernel)} axes and x_shape has {len(signal)}", "give one length an axis"
        )
    meant, _ = understand(convention, like, words, ndim=len(kernel), defaults={})
    if meant.direction != "forward":
        raise ArgumentError("direction", meant.direction, "its outputs are samples, labelled 0 to N-1", "leave it out")
    return forward(meant, signal, kernel).axes


def _offsets(axis: AxisPlan) -> Array:
    return axis.s * np.arange(axis.m, dtype=np.int64) + axis.c


def _given(labels: list[Array], shape: object) -> Any:
    return tuple(labels) if isinstance(shape, (tuple, list)) else labels[0]
