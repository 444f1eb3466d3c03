"""The two operators by name, and the transposed form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.engines import recalled
from tapwise.operators.apply import operate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.operators.arrays import Array


def convolve(
    x: Any,
    h: Any,
    *,
    size: Any = "valid",
    boundary: Any = "zero",
    anchor: Any = "low",
    stride: Any = 1,
    dilation: Any = 1,
    axes: Any = None,
    dtype: Any = None,
    out: Array | None = None,
    engine: str = "auto",
    accuracy: str = "normwise",
    progress: Callable[[int, int], None] | None = None,
    **words: Any,
) -> Any:
    """Convolve `x` with `h`: the kernel is flipped, then slid over the signal.

    Along each axis, with N samples and K taps,

        y[m] = Σ_t h[t] · x[m - t],   0 <= t < K,

    for the m that `size` names: K-1 <= m < N for "valid", 0 <= m < N+K-1 for "full".

    Parameters
    ----------
    x : array_like, N-D
        The signal; any number type (booleans count as 0 and 1), any memory layout. It is never changed.
    h : array_like
        The kernel, with as many axes as `x`, or fewer together with `axes`.
    size : str, default "valid"
        "valid" (N-K+1 outputs: no data are invented), "same" (N), "full" (N+K-1), "pads(lo,hi)", "same-upper",
        "same-lower", "longest" or "lags(first,last)"; a tuple gives one an axis. See `Size`.
    boundary : str, default "zero"
        What stands outside the signal, as far as needed: "zero", "constant(7)", "edge", "symmetric", "reflect101",
        "wrap", a picture such as "d c b a | a b c d | d c b a", another library's word such as "numpy:reflect", or two
        sides as "zero | edge"; a tuple gives one an axis. See `Boundary`.
    anchor : int or str, default "low"
        For `size="same"`, the tap (of `h` as it is given) that sits on the output sample: an index, or "first", "low"
        = (K-1)//2, "high" = K//2, "last", each with a shift such as "high+1". "low" is `numpy.convolve`'s.
    stride, dilation : int, default 1
        Steps between outputs (every stride-th, starting with the first) and between taps; a tuple gives one an axis.
    axes : int or tuple of int, optional
        The axes of `x` that the axes of `h` slide along; the rest is batch. A colour image stored as rows, columns,
        channels is filtered by a 2-D kernel with ``axes=(0, 1)``.
    dtype : dtype, optional
        The dtype of the result; see `apply` for the default.
    out : ndarray, optional
        Where to put the result; it may overlap the inputs.
    engine : {"auto", "reference", "numpy", "direct", "fourier"}
        What computes it; `tapwise.choose` tells which "auto" takes, and why.
    accuracy : {"normwise", "elementwise"}
        "elementwise" rules out Fourier transforms.
    progress : callable, optional
        Called as ``progress(done, total)``.
    **words
        Further fields of `Convention.of`: `output`, `spread`, `conjugate`, `normalize`, `gain`, `offset`, `overflow`,
        `rounding` and the like.

    Returns
    -------
    array
        Of the kind of `x`.

    Raises
    ------
    ShapeError
        If no window fits (a kernel longer than the signal with `size="valid"`), or the axes do not match.
    ArgumentError, ArgumentTypeError
        If an argument is none of its words; the message says what to write.
    IntegerOverflow
        If an exact integer result does not fit its dtype.

    See Also
    --------
    correlate : the same with the kernel as it is given.
    apply : any convention, and other libraries' functions by name.

    Notes
    -----
    The same from other libraries, for 1-D and real data: ``numpy.convolve(x, h, "valid")``,
    ``scipy.signal.convolve(x, h, "valid")``; with ``size="same"`` and N >= K ``numpy.convolve(x, h, "same")``; with
    ``size="same", boundary="symmetric", anchor="high"`` ``scipy.ndimage.convolve(x, h)``. `cv2.filter2D` and
    `torch.nn.functional.conv1d` are cross-correlations: flip the kernel to get this from them.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.convolve([2, 1, 3, 5, 4], [1, -1])
    array([-1,  2,  2, -1])
    >>> tw.convolve([2, 1, 3, 5, 4], [1, 2, 0], size="full")
    array([ 2,  5,  5, 11, 14,  8,  0])
    """
    if not words and progress is None:
        y = recalled(
            x, h, out, "convolution", size, boundary, anchor, stride, dilation, axes, dtype, engine, accuracy
        )  # fmt: skip
        if y is not None:
            return y
    given = {"size": size, "boundary": boundary, "anchor": anchor, "stride": stride, "dilation": dilation}
    return _operate(
        x, h, words, {"operator": "convolution", **given}, axes=axes, dtype=dtype, out=out, engine=engine,
        accuracy=accuracy, progress=progress,
    )  # fmt: skip


def correlate(
    x: Any,
    h: Any,
    *,
    size: Any = "valid",
    boundary: Any = "zero",
    anchor: Any = "high",
    stride: Any = 1,
    dilation: Any = 1,
    axes: Any = None,
    dtype: Any = None,
    out: Array | None = None,
    engine: str = "auto",
    accuracy: str = "normwise",
    progress: Callable[[int, int], None] | None = None,
    **words: Any,
) -> Any:
    """Cross-correlate `x` with `h`: the kernel is slid over the signal as it is given.

    Along each axis, with N samples and K taps,

        y[m] = Σ_t conj(h[t]) · x[m + t],   0 <= t < K,

    for the m that `size` names: 0 <= m <= N-K for "valid", -(K-1) <= m < N for "full".

    Parameters
    ----------
    x, h, size, boundary, stride, dilation, axes, dtype, out, engine, accuracy, progress, **words
        As for `convolve`.
    anchor : int or str, default "high"
        As for `convolve`. "high" is `numpy.correlate`'s, so that ``correlate(x, h) == convolve(x, conj(flip(h)))`` for
        every kernel length and size (but "longest" where N < K is even: there NumPy's two differ, and so do these);
        PyTorch's "same" and `scipy.signal.correlate2d` are "low".

    Returns
    -------
    array
        Of the kind of `x`.

    Raises
    ------
    ShapeError, ArgumentError, ArgumentTypeError, IntegerOverflow
        As for `convolve`.

    See Also
    --------
    convolve : the same with the kernel flipped.
    lags : the label m of every output.

    Notes
    -----
    For complex kernels the conjugate is taken, as in NumPy and SciPy; ``conjugate="none"`` leaves it. The same from
    other libraries, for 1-D and real data: ``numpy.correlate(x, h, "valid")``,
    ``scipy.signal.correlate(x, h, "valid")``, ``torch.nn.functional.conv1d`` and ``tf.nn.conv1d`` (on one channel);
    with ``size="same", boundary="reflect101"`` and an odd 2-D kernel ``cv2.filter2D(x, -1, h)``.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.correlate([2, 1, 3, 5, 4], [1, -1])
    array([ 1, -2, -2,  1])
    >>> tw.correlate([2, 1, 3, 5, 4], [1, 2, 0], size="full")
    array([ 0,  4,  4,  7, 13, 13,  4])
    """
    if not words and progress is None:
        y = recalled(
            x, h, out, "cross-correlation", "kernel", size, boundary, anchor, stride, dilation, axes, dtype, engine,
            accuracy,
        )  # fmt: skip
        if y is not None:
            return y
    given = {"size": size, "boundary": boundary, "anchor": anchor, "stride": stride, "dilation": dilation}
    return _operate(
        x, h, words, {"operator": "cross-correlation", "conjugate": "kernel", **given}, axes=axes, dtype=dtype,
        out=out, engine=engine, accuracy=accuracy, progress=progress,
    )  # fmt: skip


def transposed(
    x: Any,
    h: Any,
    *,
    operator: Any = "cross-correlation",
    size: Any = "valid",
    boundary: Any = "zero",
    anchor: Any = None,
    stride: Any = 1,
    dilation: Any = 1,
    length: Any = None,
    output_padding: Any = 0,
    axes: Any = None,
    dtype: Any = None,
    out: Array | None = None,
    engine: str = "auto",
    accuracy: str = "normwise",
    progress: Callable[[int, int], None] | None = None,
    **words: Any,
) -> Any:
    """Apply the transpose of an operator: its matrix turned, each input spread onto the outputs it would be made from.

    If ``y = A x`` is the operator that these arguments mean in the forward direction, this is ``Aᵀ x``, with

        z[i] = Σ h[t] · x[o]   over all (o, t) that meet input i: u·i = s·o + c + d·t.

    The transpose of a cross-correlation is a convolution of the spread signal, and the other way round. What a
    boundary other than zero reads again is added to the sample it was read from. Nothing is conjugated.

    Parameters
    ----------
    x : array_like
        What the forward operator's outputs look like.
    operator : {"cross-correlation", "convolution"}
        The operator that is transposed.
    length, output_padding : int, optional
        The length of the result, where several lengths give as many outputs as `x` has samples; or how much longer
        than the shortest of them it is. A tuple gives one an axis.
    h, size, boundary, anchor, stride, dilation, axes, dtype, out, engine, accuracy, progress, **words
        As for `convolve`, of the forward operator.

    Returns
    -------
    array
        Of the kind of `x`.

    Raises
    ------
    ShapeError, ArgumentError, ArgumentTypeError, IntegerOverflow
        As for `convolve`; also if no signal of the length asked for gives as many outputs as `x` has.

    Notes
    -----
    ``torch.nn.functional.conv_transpose1d(x, h, stride=s, padding=p, output_padding=q)`` on one channel is
    ``transposed(x, h, size="pads(p,p)", stride=s, output_padding=q)``.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.transposed([1, 0, 2], [1, 2, 3], stride=2)
    array([1, 2, 3, 0, 2, 4, 6])
    """
    given = {
        "direction": "transposed", "operator": operator, "size": size, "boundary": boundary, "anchor": anchor,
        "stride": stride, "dilation": dilation, "length": length, "output_padding": output_padding,
    }  # fmt: skip
    return _operate(
        x, h, words, given, axes=axes, dtype=dtype, out=out, engine=engine, accuracy=accuracy, progress=progress
    )


def _operate(
    x: Any, h: Any, words: dict[str, Any], given: dict[str, Any], *, axes: Any, dtype: Any, out: Array | None,
    engine: str, accuracy: str, progress: Callable[[int, int], None] | None,
) -> Any:  # fmt: skip
    # The first of these tells the functions apart, and what is said to `recalled` before is in the same order.
    said = (*given.values(), axes, dtype, engine, accuracy, *words, *words.values())
    return operate(
        x, h, None, like=None, axes=axes, dtype=dtype, out=out, engine=engine, accuracy=accuracy, progress=progress,
        words=words, defaults=given, said=said,
    )  # fmt: skip
