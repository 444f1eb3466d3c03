"""The two gradients of an operator: the relation turned for its input, and for its kernel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError, ShapeError, Shown
from tapwise.geometry import AxisPlan, Plan, input_turn, kernel_turn, linear, operator_plan
from tapwise.operators.arrays import giver, take
from tapwise.operators.axes import last, resolve
from tapwise.operators.meaning import understand
from tapwise.operators.problem import check_out, pose, taps, with_dtype

if TYPE_CHECKING:
    from tapwise.convention import Arithmetic, Convention
    from tapwise.operators.arrays import Array


def input_gradient(
    gradient: Any,
    h: Any,
    *,
    shape: Any,
    convention: Convention | None = None,
    like: str | None = None,
    axes: Any = None,
    dtype: Any = None,
    out: Array | None = None,
    engine: str = "auto",
    **words: Any,
) -> Any:
    """Return the gradient with respect to the signal, given the gradient with respect to the outputs.

    For y[o] = Σ_t h[t]·x[i], u·i = s·o + c + d·t, it is

        dx[i] = Σ conj(h[t]) · dy[o]   over all (o, t) that meet input i,

    the other operator: for a cross-correlation a convolution of `gradient`, spread by the stride, with the same
    kernel. What a boundary other than zero read again is folded back onto the sample it was read from.

    Parameters
    ----------
    gradient : array_like
        dL/dy, of the shape of the outputs.
    h : array_like
        The kernel.
    shape : tuple of int
        The shape of the signal `x`, batch axes included.
    convention, like, axes, **words
        What the forward operator was, as for `apply`.
    dtype, out, engine
        As for `apply`.

    Returns
    -------
    array, of shape `shape`
        For complex data the conjugate convention is PyTorch's: the direction of steepest ascent.

    Raises
    ------
    ShapeError
        If a signal of this shape does not give outputs of the shape of `gradient`.

    Notes
    -----
    ``torch.nn.grad.conv2d_input(x.shape, w, grad, stride, padding, dilation)`` on one channel.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.input_gradient([1, 10, 100, 1000], [1, -1], shape=(5,), operator="cross-correlation")
    array([    1,     9,    90,   900, -1000])
    """
    upstream, kernel = take("gradient", gradient), take("h", h)
    meant, own_axes = _meant(convention, like, words, kernel.ndim)
    signal_shape = _shape(shape)
    places = resolve(own_axes if axes is None else axes, signal_shape, kernel.ndim)
    lengths = [signal_shape[a] for a in places]
    plan, base = operator_plan(meant, lengths, kernel.shape)
    _check_gradient(upstream, signal_shape, places, plan)
    turned = input_turn(base) if meant.direction == "forward" else linear(base)
    conjugated = meant.arithmetic.conjugate == "signal"
    arithmetic = with_dtype(_linear(meant, turned_gain=not conjugated), dtype, out)
    effective = taps(meant.arithmetic, kernel)
    problem = pose(
        turned, arithmetic, upstream, effective if conjugated else effective.conj(), places, conjugate_signal=conjugated
    )
    ready = problem.ready(engine, out)
    y = problem.solve(ready, out=out, progress=None, inputs=(upstream, kernel))
    return y if out is not None else giver(gradient)(y)


def kernel_gradient(
    gradient: Any,
    x: Any,
    *,
    shape: Any,
    convention: Convention | None = None,
    like: str | None = None,
    axes: Any = None,
    dtype: Any = None,
    out: Array | None = None,
    engine: str = "auto",
    **words: Any,
) -> Any:
    """Return the gradient with respect to the kernel, given the gradient with respect to the outputs.

    For y[o] = Σ_t h[t]·x[i], u·i = s·o + c + d·t, it is

        dh[t] = Σ conj(x[i]) · dy[o]   over all (o, i) that meet tap t, summed over the batch,

    a cross-correlation of the signal with `gradient` in which stride and dilation have changed places; for a
    convolution its output comes out backwards.

    Parameters
    ----------
    gradient : array_like
        dL/dy, of the shape of the outputs.
    x : array_like
        The signal.
    shape : tuple of int
        The shape of the kernel.
    convention, like, axes, **words
        What the forward operator was, as for `apply`.
    dtype, out, engine
        As for `apply`.

    Returns
    -------
    array, of shape `shape`

    Raises
    ------
    ShapeError
        If a signal and a kernel of these shapes do not give outputs of the shape of `gradient`.

    Notes
    -----
    ``torch.nn.grad.conv2d_weight(x, w.shape, grad, stride, padding, dilation)`` on one channel.

    Examples
    --------
    >>> import tapwise as tw
    >>> tw.kernel_gradient([1, 10, 100, 1000], [2, 1, 3, 5, 4], shape=(2,), operator="cross-correlation")
    array([5312, 4531])
    >>> tw.kernel_gradient([1, 10, 100, 1000], [2, 1, 3, 5, 4], shape=(2,), operator="convolution")
    array([4531, 5312])
    """
    upstream, signal = take("gradient", gradient), take("x", x)
    lengths = _shape(shape)
    meant, own_axes = _meant(convention, like, words, len(lengths))
    if meant.arithmetic.normalize != "none":
        rule = "divides by the sum of the taps, so the gradient depends on them"
        raise ArgumentError("normalize", meant.arithmetic.normalize, rule, "normalise the kernel beforehand")
    places = resolve(own_axes if axes is None else axes, signal.shape, len(lengths))
    plan, base = operator_plan(meant, [signal.shape[a] for a in places], lengths)
    _check_gradient(upstream, signal.shape, places, plan)
    # The transposed operator's output has the forward operator's signal's place: the two arrays trade theirs.
    read, slid = (signal, upstream) if meant.direction == "forward" else (upstream, signal)
    turned = kernel_turn(base if meant.direction == "forward" else linear(base))
    conjugate = meant.arithmetic.conjugate
    read_conjugated = (conjugate == "none") == (meant.direction == "forward") and conjugate != "signal"
    slid_conjugated = (conjugate == "kernel") == (meant.direction == "forward") and conjugate != "signal"
    batch = signal.ndim - len(lengths)
    contracted = tuple(AxisPlan(n, n, 1, 1, 1, 0, 1) for n in last(read, places).shape[:batch])
    whole_plan = Plan(contracted + turned.axes, (None,) * batch + turned.folds)
    taken = last(slid, places)
    arithmetic = with_dtype(_linear(meant, turned_gain=conjugate != "kernel"), dtype, out)
    problem = pose(
        whole_plan, arithmetic, last(read, places), taken.conj() if slid_conjugated else taken,
        tuple(range(signal.ndim)), conjugate_signal=read_conjugated,
    )  # fmt: skip
    if out is not None:
        check_out(out, lengths, problem.numbers.result)
    ready = problem.ready(engine, None)
    if out is not None:
        problem.solve(ready, out=out[(None,) * batch], progress=None, inputs=(upstream, signal))
        return out
    return giver(x)(problem.solve(ready, out=None, progress=None, inputs=()).reshape(lengths))


def _meant(
    convention: Convention | None, like: str | None, words: dict[str, Any], ndim: int
) -> tuple[Convention, object]:
    """Return the forward operator's convention, and the axes that the function named by `like` filters by itself."""
    meant, own_axes = understand(convention, like, words, ndim=ndim, defaults={})
    if meant.operands == "exchanged":
        raise ArgumentError("operands", "exchanged", "a gradient has its own operands", "write operands='as-given'")
    if meant.arithmetic.borders != "computed":
        raise ArgumentError("borders", "untouched", "has no gradient here", "write borders='computed'")
    return meant, own_axes


def _shape(shape: object) -> tuple[int, ...]:
    given = shape if isinstance(shape, (tuple, list)) else (shape,)
    return tuple(whole("shape", length, least=0) for length in given)


def _check_gradient(upstream: Array, signal: tuple[int, ...], places: tuple[int, ...], plan: Plan) -> None:
    expected = list(signal)
    for place, length in zip(places, plan.output_shape, strict=True):
        expected[place] = length
    if upstream.shape != tuple(expected):
        raise ShapeError(
            "gradient", Shown(f"shape {upstream.shape}"), f"the outputs have shape {tuple(expected)}",
            "give one value for each output",
        )  # fmt: skip


def _linear(meant: Convention, *, turned_gain: bool) -> Arithmetic:
    """Return the arithmetic of a gradient: nothing but the gain, conjugated where the operand beside it is not."""
    gain = meant.arithmetic.gain
    gain = gain.conjugate() if turned_gain else gain
    return replace(meant.arithmetic, gain=gain, offset=0, conjugate="none", normalize="none")
