"""The operator as a sparse matrix."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError, ArgumentTypeError, Shown
from tapwise.geometry import cost, operator_plan
from tapwise.operators.arrays import take
from tapwise.operators.meaning import understand
from tapwise.operators.problem import taps

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from tapwise.convention import Convention
    from tapwise.geometry import AxisPlan
    from tapwise.operators.arrays import Array

#: Entries beyond which a matrix is refused: they would take several gigabytes.
MOST = 1 << 28


def matrix(
    h: Any, shape: Any, convention: Convention | None = None, *, like: str | None = None, **words: Any
) -> csr_array:
    """Return the matrix A of the operator, so that ``A @ x.ravel()`` is ``apply(x, h, …).ravel()``.

    Row o of A holds h[t] in column i for all (t, i) that output o meets, the sum of taps where a boundary reads a
    sample several times. Its transpose is the adjoint: ``A.T @ dy.ravel()`` is the input gradient for real kernels.

    Parameters
    ----------
    h : array_like
        The kernel.
    shape : int or tuple of int
        The shape of the signal, with as many axes as `h`.
    convention, like, **words
        What the operator is, as for `apply`.

    Returns
    -------
    scipy.sparse.csr_array of shape (number of outputs, number of samples)
        With the dtype of `h`; int64 for integers (uint64 stays), float32 for float16.

    Raises
    ------
    ArgumentError
        If a constant boundary or an offset makes the operator no matrix, or the matrix would exceed 2^28 entries.

    Notes
    -----
    In one dimension and for ``size="full"`` the same as ``scipy.linalg.convolution_matrix(h, n)``.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.matrix([1, 2, 3], 4, operator="convolution", size="same").toarray()
    array([[2, 1, 0, 0],
           [3, 2, 1, 0],
           [0, 3, 2, 1],
           [0, 0, 3, 2]])
    """
    from scipy.sparse import coo_array

    kernel = take("h", h)
    meant, _ = understand(convention, like, words, ndim=kernel.ndim, defaults={})
    lengths = tuple(whole("shape", n, least=0) for n in (shape if isinstance(shape, (tuple, list)) else (shape,)))
    if len(lengths) != kernel.ndim:
        raise ArgumentError(
            "shape", shape, f"has {len(lengths)} axes and h has {kernel.ndim}", "give one length an axis"
        )
    _, base = operator_plan(meant, lengths, kernel.shape)
    arithmetic = meant.arithmetic
    constants = [str(s) for a in base.axes for s in (a.below, a.above) if s.rule == "constant"]
    if constants:
        raise ArgumentError("boundary", constants[0], "adds a constant, which no matrix does", "write boundary='zero'")
    for name in ("offset", "borders"):
        if (value := getattr(arithmetic, name)) not in (0, "computed"):
            raise ArgumentError(name, value, "is not part of a matrix", "leave it out")
    if arithmetic.conjugate == "signal":
        raise ArgumentError("conjugate", "signal", "is not linear in the signal", "write conjugate='none'")
    entries = cost(base).multiplications
    if entries > MOST:
        raise ArgumentError("shape", shape, f"the matrix would have {entries} entries, more than {MOST}",
                            "use apply, which needs no matrix")  # fmt: skip
    values = taps(arithmetic, kernel)
    if values.dtype == object:
        raise ArgumentTypeError("h", Shown("array of dtype object"), "a sparse matrix holds no such numbers",
                                "write np.asarray(h, float)")  # fmt: skip
    if values.dtype.kind in "biu" and values.dtype != np.uint64:
        values = values.astype(np.int64)
    elif values.dtype.char == "e":
        values = values.astype(np.float32)
    if arithmetic.gain != 1:
        gain = float(arithmetic.gain) if isinstance(arithmetic.gain, Fraction) else arithmetic.gain
        with np.errstate(over="ignore", invalid="ignore"):
            values = values * gain
    rows = cols = tap = np.zeros(1, np.int64)
    for axis in base.axes:
        o, t, i = _triples(axis)
        rows, cols, tap = (
            (joint[:, None] * length + own).ravel()
            for joint, length, own in ((rows, axis.m, o), (cols, axis.n, i), (tap, axis.k, t))
        )
    size = prod(axis.m for axis in base.axes), prod(axis.n for axis in base.axes)
    forward = coo_array((values.ravel()[tap], (rows, cols)), shape=size).tocsr()
    return forward if meant.direction == "forward" else forward.T.tocsr()


def _triples(axis: AxisPlan) -> tuple[Array, Array, Array]:
    """Return the outputs, taps and samples that meet along one axis."""
    o, t = np.divmod(np.arange(axis.m * axis.k, dtype=np.int64), axis.k)
    i, between = np.divmod(axis.s * o + axis.c + axis.d * t, axis.u)
    positions, place = np.unique(i[between == 0], return_inverse=True)
    samples = np.array([-1 if (j := axis.source(int(p))) is None else j for p in positions], np.int64)[place]
    met = np.flatnonzero(between == 0)[samples >= 0]
    return o[met], t[met], samples[samples >= 0]
