"""One kernel learned from a signal and what a filter made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tapwise.convention.convention import OPERATORS
from tapwise.convention.words import one_of, whole
from tapwise.errors import ArgumentError, ArgumentTypeError, Shown
from tapwise.nn.needed import need
from tapwise.operators.arrays import take

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Learned:
    """A kernel that was learned.

    Attributes
    ----------
    operator : str
        The operator that it was learned for.
    kernel : array
        The kernel, float64.
    losses : tuple of float
        The mean squared error before the search, and after each of its steps.
    """

    operator: str
    kernel: Array
    losses: tuple[float, ...]


def learn_kernel(
    x: Any,
    y: Any,
    shape: Any,
    *,
    operator: str = "cross-correlation",
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    steps: int = 100,
) -> Learned:
    """Train the kernel of one layer until it makes `y` of `x`: 'the kernels are learnable', seen.

    A layer that correlates learns the flip of what a layer that convolves learns; neither can tell which one it is.

    Parameters
    ----------
    x, y : array_like
        A signal of one to three axes, and the output of the filter that is to be found.
    shape : int or tuple of int
        The shape of the kernel.
    operator : {"cross-correlation", "convolution"}
        What the layer does with it.
    stride, padding, dilation
        Of the layer, as for `tapwise.nn.torch.Conv`.
    steps : int
        The search (conjugate gradients from zeros, each gradient from PyTorch's autograd) ends after so many steps,
        or when the gradient has vanished.

    Returns
    -------
    Learned
        The kernel and the losses. Where `x` does not determine it (a constant signal, say), it is the
        shortest of many.

    Raises
    ------
    ArgumentError
        If the layer's output would not have the shape of `y`, or a value is not finite, or complex.
    MissingLibrary
        If torch is not installed.

    Notes
    -----
    The least-squares problem is linear: ``scipy.linalg.lstsq`` on the windows of `x` gives the same kernel at once.

    Examples
    --------
    >>> import numpy as np, tapwise as tw
    >>> x = np.random.default_rng(0).normal(size=200)
    >>> y = np.correlate(x, [1, 2, 0], "valid")
    >>> tw.learn_kernel(x, y, 3).kernel.round(6) + 0.0
    array([1., 2., 0.])
    >>> tw.learn_kernel(x, y, 3, operator="convolution").kernel.round(6) + 0.0
    array([0., 2., 1.])
    """
    word = one_of("operator", operator, OPERATORS, {"correlation": "cross-correlation"})
    signal, output = (_finite(name, value) for name, value in (("x", x), ("y", y)))
    lengths = tuple(whole("shape", n, least=1) for n in (shape if isinstance(shape, (tuple, list)) else (shape,)))
    if not 1 <= signal.ndim <= 3 or len(lengths) != signal.ndim:
        rule = f"x has {signal.ndim} axes; a kernel has as many, one to three"
        raise ArgumentError("shape", lengths, rule, "give one length an axis")
    count = whole("steps", steps, least=1)
    need("torch", "learn_kernel", "torch")
    from tapwise.nn.torch.learning import learn

    options = {"operator": word, "stride": stride, "padding": padding, "dilation": dilation}
    kernel, losses = learn(signal, output, lengths, options, count)
    return Learned(word, kernel, losses)


def _finite(name: str, value: Any) -> Array:
    array = take(name, value)
    if array.dtype.kind == "c":
        shown = Shown(f"array of dtype {array.dtype}")
        raise ArgumentTypeError(name, shown, "must hold real numbers", f"write {name}.real, then {name}.imag")
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise ArgumentError(name, Shown(f"array of shape {array.shape}"), "holds a NaN or an infinity", "leave it out")
    return array
