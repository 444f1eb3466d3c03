"""Kernels by text, for a command line: "gaussian:sigma=2", "box:3x5", "sobel:axis=0"."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from tapwise.errors import ArgumentError, ArgumentTypeError, Shown
from tapwise.kernels._check import guess, whole
from tapwise.kernels.contrast import sharpen, unsharp
from tapwise.kernels.derivatives import gaussian_derivative
from tapwise.kernels.differences import prewitt, scharr, sobel
from tapwise.kernels.directional import emboss, gabor, motion
from tapwise.kernels.laplacians import laplacian, log
from tapwise.kernels.smoothing import box, gaussian

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.kernels._taps import Kernel

_FUNCTIONS: tuple[Callable[..., Kernel], ...] = (
    gaussian, box, sobel, prewitt, scharr, gaussian_derivative, laplacian, log, sharpen, unsharp, emboss, motion, gabor,
)  # fmt: skip
_KERNELS = {function.__name__: function for function in _FUNCTIONS}
_BESIDE = ("ndim", "operator")  # what the caller knows about the signal and the operator, not part of the text


def names() -> dict[str, str]:
    """Return the names that `by_name` knows, each with one line that says what the kernel does.

    Examples
    --------
    >>> from tapwise.kernels import names
    >>> names()["box"]
    'Smooth by the plain mean of a box, or sum it up.'
    """
    return {name: (function.__doc__ or "").partition("\n")[0] for name, function in _KERNELS.items()}


def by_name(text: str, ndim: int = 2, *, operator: str = "cross-correlation") -> Kernel:
    """Return the kernel that a text names.

    The text is `name`, or `name:parameter=value,...`, with the names of the functions of this room and of their
    parameters, in any case and with "-" as good as "_". The first value may go without its parameter, which is then the
    function's first. A value is a number, a tuple written 3x5, true or false, or a word.

    Parameters
    ----------
    text : str
        As "gaussian:sigma=2", "gaussian:2", "box:size=3x5" or "sobel:axis=0,normalize=true".
    ndim : int, optional
        Number of axes of the signal, and so of the kernel; "emboss", "motion" and "gabor" have two.
    operator : {"cross-correlation", "convolution"}, optional
        The operator the kernel is to be used with.

    Returns
    -------
    numpy.ndarray
        What the function of that name returns.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Naming the name, the parameter or its value, the rule and the way out.

    Examples
    --------
    >>> from tapwise.kernels import by_name
    >>> by_name("sobel:axis=0")
    array([[-1, -2, -1],
           [ 0,  0,  0],
           [ 1,  2,  1]])
    >>> by_name("box:3", ndim=1, operator="convolution").round(3)
    array([0.333, 0.333, 0.333])
    """
    if not isinstance(text, str):
        raise ArgumentTypeError("kernel", text, "must be text", "write it as 'gaussian:sigma=2'")
    count = whole("ndim", ndim, 1)
    head, _, tail = text.partition(":")
    name = _identifier(head)
    if name not in _KERNELS:
        raise ArgumentError(
            "kernel", head.strip(), "is not the name of a kernel",
            f"{guess(name, _KERNELS)}the names are {', '.join(_KERNELS)}",
        )  # fmt: skip
    function = _KERNELS[name]
    parameters = inspect.signature(function).parameters
    settable = [parameter for parameter in parameters if parameter not in _BESIDE]
    given = _given(name, tail, settable)
    for parameter in settable:
        if parameters[parameter].default is inspect.Parameter.empty and parameter not in given:
            raise ArgumentError("kernel", text, f"{name} needs {parameter}", f"write {name}:{parameter}=...")
    if "ndim" in parameters:
        return function(**given, ndim=count, operator=operator)
    if count != 2:
        others = [key for key, other in _KERNELS.items() if "ndim" in inspect.signature(other).parameters]
        raise ArgumentError(
            "ndim", ndim, f"{name} is a kernel of two axes", f"the kernels for any ndim are {', '.join(others)}"
        )
    return function(**given, operator=operator)


def _given(name: str, tail: str, settable: list[str]) -> dict[str, object]:
    """Return the parameters that the part after the colon sets, with their values."""
    given: dict[str, object] = {}
    for place, item in enumerate(tail.split(",") if tail.strip() else []):
        left, equals, right = (part.strip() for part in item.partition("="))
        if not equals and place > 0:
            raise ArgumentError(
                "kernel", f"{name}:{tail}", f"{left!r} is a value without its parameter, and not the first value",
                "write parameter=value, and tuples as 3x5",
            )  # fmt: skip
        parameter, value = (_identifier(left), right) if equals else (settable[0], left)
        if parameter in _BESIDE:
            raise ArgumentError(
                parameter, Shown(value), "is not part of a kernel's text", f"give {parameter} beside it, as an argument"
            )
        if parameter not in settable:
            raise ArgumentError(
                left, Shown(value), f"is not a parameter of {name}",
                f"{guess(parameter, settable)}its parameters are {', '.join(settable)}",
            )  # fmt: skip
        if parameter in given:
            raise ArgumentError(parameter, Shown(value), "is set twice", "write it once")
        given[parameter] = _value(value)
    return given


def _identifier(text: str) -> str:
    return text.strip().lower().replace("-", "_")


def _value(text: str) -> object:
    """Return what a text stands for; whether the parameter can take it is the function's business."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    numbers = [_number(part) for part in text.lower().split("x")]
    if None in numbers:
        return text
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None
