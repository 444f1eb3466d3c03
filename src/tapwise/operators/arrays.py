"""The door for arrays: what comes in, honoured or refused, never half understood; and the same kind out again."""

from __future__ import annotations

import array
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import ArgumentError, ArgumentTypeError, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, np.dtype[Any]]


def take(name: str, value: Any) -> Array:
    """Return the argument `name` as a plain NumPy array, without a copy where there is one already.

    Taken are NumPy arrays, sequences of numbers, buffers, tensors of PyTorch on the CPU, and arrays of libraries that
    follow the array API standard. What carries more than numbers (a mask, a unit, labels) is refused.
    """
    kind = type(value)
    if kind is np.ndarray or isinstance(value, np.memmap):
        result: Array = np.asarray(value)
    elif isinstance(value, np.ndarray):
        raise _refusal(name, value)
    elif isinstance(value, (list, tuple, range, int, float, complex, np.generic, memoryview, array.array)):
        result = _from_sequence(name, value)
    elif _is_torch(value):
        result = _from_torch(name, value)
    elif hasattr(value, "__array_namespace__"):
        result = np.asarray(value)
    else:
        raise _refusal(name, value)
    if not result.ndim:
        raise ArgumentError(name, value, "has no axis", "give an array of one dimension or more")
    if result.dtype.kind not in "biufcO":
        shown = Shown(f"array of dtype {result.dtype}")
        raise ArgumentTypeError(name, shown, "must hold numbers", f"write np.asarray({name}, float)")
    if result.dtype == object:
        for item in result.ravel():
            if item is None or isinstance(item, (str, bytes, list, tuple, dict)):
                raise ArgumentTypeError(
                    name, Shown(f"[... {item!r} ...]"), "must hold numbers only", "leave out the rest"
                )
    return result


def giver(value: Any) -> Callable[[Array], Any]:
    """Return the function that makes a NumPy array the kind of array that `value` is."""
    if _is_torch(value):
        return lambda y: sys.modules["torch"].from_numpy(y)
    if not isinstance(value, (np.ndarray, np.generic)) and hasattr(value, "__array_namespace__"):
        return lambda y: value.__array_namespace__().asarray(y)
    return lambda y: y


def _from_sequence(name: str, value: Any) -> Array:
    try:
        result: Array = np.asarray(value)
    except ValueError:
        rule = "its rows differ in length"
        raise ArgumentError(name, value, rule, "give every row the same number of values") from None
    if result.dtype.kind == "f":
        # NumPy turns whole numbers of which some need uint64 and some are negative into floats, and rounds them.
        exact = np.asarray(value, dtype=object)
        if exact.size and all(isinstance(item, int) for item in exact.ravel()):
            return exact
        if not exact.size:
            return result.astype(np.int64)
    return result


def _is_torch(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _from_torch(name: str, value: Any) -> Array:
    where = str(value.device)
    if where != "cpu":
        raise ArgumentTypeError(name, Shown(f"tensor on {where}"), "must be on the CPU", f"write {name}.cpu()")
    if value.requires_grad:
        raise ArgumentTypeError(
            name, Shown("tensor with requires_grad=True"), "its gradient would be lost", f"write {name}.detach()"
        )
    try:
        result: Array = value.resolve_conj().resolve_neg().numpy()
    except TypeError:
        kind = Shown(f"tensor of {value.dtype}")
        raise ArgumentTypeError(name, kind, "NumPy has no such dtype", f"write {name}.float()") from None
    return result


def _refusal(name: str, value: Any) -> ArgumentTypeError:
    kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    shown = Shown(f"object of type {kind}")
    if isinstance(value, np.ma.MaskedArray):
        return ArgumentTypeError(
            name, shown, "a mask would be lost: a sum over a window with missing samples has no one meaning",
            f"write {name}.filled(0) for missing samples that add nothing",
        )  # fmt: skip
    if hasattr(value, "unit") or hasattr(value, "units"):
        attribute = "value" if hasattr(value, "unit") else "magnitude"
        return ArgumentTypeError(
            name, shown, "its unit would be lost", f"write {name}.{attribute}, and give the result its unit"
        )
    if hasattr(value, "__array__"):
        return ArgumentTypeError(
            name, shown, "what it holds besides numbers would be lost", f"write np.asarray({name})"
        )
    return ArgumentTypeError(name, shown, "is not an array", "give a NumPy array or a list of numbers")
