"""`apply`: any convention, or any catalogued function's, on a signal and a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.engines import Choice, recalled, remember
from tapwise.engines import choose as choose_engine
from tapwise.engines import error_bound as bound_error
from tapwise.operators.arrays import giver, take
from tapwise.operators.axes import back
from tapwise.operators.meaning import met
from tapwise.operators.problem import Problem, pose, taps, with_dtype

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.convention import Convention
    from tapwise.operators.arrays import Array


def apply(
    x: Any,
    h: Any,
    convention: Convention | None = None,
    *,
    like: str | None = None,
    axes: Any = None,
    dtype: Any = None,
    out: Array | None = None,
    engine: str = "auto",
    accuracy: str = "normwise",
    progress: Callable[[int, int], None] | None = None,
    **words: Any,
) -> Any:
    """Apply the kernel `h` to the signal `x` as a convention says, or as another library's function would.

    Per axis, y[o] = Σ_t h[t]·x[i] over the taps 0 <= t < K for which u·i = s·o + c + d·t; an i outside 0 <= i < N is
    answered by the boundary.

    Parameters
    ----------
    x : array_like, N-D
        The signal: booleans (0 and 1), integers, floats, complex or exact Python numbers (int, Fraction, Decimal).
    h : array_like
        The kernel, with as many axes as `x`, or fewer together with `axes`.
    convention : Convention, optional
        What is meant. Instead, its fields can be written as keywords: ``operator="convolution", size="same"``.
    like : str, optional
        The name of a catalogued function, such as "scipy.ndimage.convolve"; further keywords are then that function's
        options. `tapwise.catalogue.names()` lists them.
    axes : int or tuple of int, optional
        The axes of `x` that the axes of `h` slide along; the rest of `x` is batch. By default all of them.
    dtype : dtype, optional
        The dtype of the result. By default integers give int64 (uint64 if both are unsigned and one is uint64),
        float16 is summed in float32 and returned as float16, and other types are promoted as NumPy does.
    out : ndarray, optional
        Where to put the result; it may overlap `x` or `h`.
    engine : {"auto", "reference", "numpy", "direct", "separable", "fourier"}
        What computes it; see `tapwise.choose`. "separable" is for kernels that are products of one factor for each
        axis. "auto" takes it only where no tap is further from the product than rounding put it, 2 eps of itself;
        named, it takes taps up to 9.5e-7 of themselves off, and `tapwise.error_bound` says what that costs.
    accuracy : {"normwise", "elementwise"}
        "elementwise" keeps every error relative to its own output's products, which rules out Fourier transforms.
    progress : callable, optional
        Called as ``progress(done, total)`` after each block of outputs.
    **words
        The fields of `Convention.of`, or the options of the function named by `like`.

    Returns
    -------
    array
        Of the kind of `x`: a NumPy array, or a tensor of its library.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ShapeError
        Before any work, naming the argument, its value, the rule and the way out.
    IntegerOverflow
        If an integer result does not fit its dtype.
    EngineError
        If a named engine cannot do the case.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.apply([2, 1, 3, 5, 4], [1, -1], operator="convolution")
    array([-1,  2,  2, -1])
    >>> tw.apply([[1, 2], [3, 4]], [[0, 0, 1]], like="scipy.ndimage.convolve", mode="nearest")
    array([[1, 1],
           [3, 3]])
    """
    said = ("apply", convention, like, axes, dtype, engine, accuracy, *words, *words.values())
    if progress is None and (y := recalled(x, h, out, *said)) is not None:
        return y
    return operate(
        x, h, convention, like=like, axes=axes, dtype=dtype, out=out, engine=engine, accuracy=accuracy,
        progress=progress, words=words, defaults={}, said=said,
    )  # fmt: skip


def operate(
    x: Any, h: Any, convention: Convention | None, *, like: str | None, axes: Any, dtype: Any, out: Array | None,
    engine: str, accuracy: str, progress: Callable[[int, int], None] | None, words: dict[str, Any],
    defaults: dict[str, Any], said: tuple[Any, ...],
) -> Any:  # fmt: skip
    """Return what the arguments mean, computed; the same words, `said` again, may be recalled the next time."""
    signal, kernel = take("x", x), take("h", h)
    if progress is None and (y := recalled(signal, kernel, out, *said)) is not None:  # lists, tensors, further words
        return y if out is not None else giver(x)(y)
    problem, meant = posed(
        signal, kernel, convention, like=like, axes=axes, dtype=dtype, out=out, accuracy=accuracy, words=words,
        defaults=defaults,
    )  # fmt: skip
    ready = problem.ready(engine, out)
    y = None
    if progress is None and meant.operands != "exchanged" and remember(
        said, signal, kernel, ready, problem.arithmetic, problem.numbers, axes=problem.axes, shape=problem.shape,
        placed=out is not None, settled=ready.named,
    ):  # fmt: skip
        y = recalled(signal, kernel, out, *said)
    if y is None:
        y = problem.solve(ready, out=out, progress=progress, inputs=(problem.signal,))
    return y if out is not None else giver(x)(y)


def choose(
    x: Any,
    h: Any,
    convention: Convention | None = None,
    *,
    like: str | None = None,
    axes: Any = None,
    dtype: Any = None,
    engine: str = "auto",
    accuracy: str = "normwise",
    **words: Any,
) -> Choice:
    """Return which engine `apply` would take for these arguments, and why; the arguments are those of `apply`.

    Examples
    --------
    >>> import numpy as np, tapwise as tw
    >>> tw.choose(np.ones(9), np.ones(3), operator="convolution").engine
    'direct'
    >>> tw.choose(np.ones(2_000_000), np.ones(200_000), operator="convolution").engine
    'fourier'
    """
    problem, _ = posed(
        x, h, convention, like=like, axes=axes, dtype=dtype, out=None, accuracy=accuracy, words=words, defaults={}
    )
    return choose_engine(problem.case, engine)


def error_bound(
    x: Any,
    h: Any,
    convention: Convention | None = None,
    *,
    like: str | None = None,
    axes: Any = None,
    dtype: Any = None,
    engine: str = "auto",
    accuracy: str = "normwise",
    **words: Any,
) -> Array:
    """Return, for every output of `apply` with these arguments, how far at most it is from the exact sum.

    Returns
    -------
    ndarray of float64, of the shape of the result
        0 for integers. For sums of K products it is γ·Σ|h||x|, γ = k·u/(1 - k·u) with k = K + 2 roundings (2K + 2 for
        complex) and u the unit roundoff of the dtype that is summed in, plus the underflow, and one rounding where the
        result is narrower; infinite where a result may overflow. For the `separable` engine K counts the taps of all
        factors, and what a tap differs from their product is added. For outputs of the `fourier` engine it is
        C·eps·log2(n)·‖x_tile‖·‖h‖ of their tile, of the form of Percival (2003, theorem 5.1). A gain
        other than 1 is not covered.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.error_bound([1, 2, 3], [1, 1], operator="convolution")
    array([0., 0.])
    >>> bool(tw.error_bound([1.0, 2.0, 3.0], [0.1, 0.2], operator="convolution")[1] < 1e-15)
    True
    """
    problem, _ = posed(
        x, h, convention, like=like, axes=axes, dtype=dtype, out=None, accuracy=accuracy, words=words, defaults={}
    )
    return back(bound_error(problem.case, problem.numbers, problem.signal, engine), problem.axes)


def posed(
    x: Any,
    h: Any,
    convention: Convention | None,
    *,
    like: str | None,
    axes: Any,
    dtype: Any,
    out: Array | None,
    accuracy: str,
    words: dict[str, Any],
    defaults: dict[str, Any],
) -> tuple[Problem, Convention]:
    """Return the problem these arguments pose, and the convention they mean."""
    signal, kernel = take("x", x), take("h", h)
    meant, places, plan = met(convention, like, words, defaults, axes, signal.shape, kernel.shape)
    if meant.operands == "exchanged":
        signal, kernel = kernel, signal
    arithmetic = with_dtype(meant.arithmetic, dtype, out)
    problem = pose(
        plan, arithmetic, signal, taps(arithmetic, kernel), places, accuracy=accuracy,
        conjugate_signal=arithmetic.conjugate == "signal",
    )  # fmt: skip
    return problem, meant
