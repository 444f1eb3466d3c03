"""A model with the other operator: a copy whose layers change their class, and whose kernels are flipped."""

from __future__ import annotations

import copy
import functools
from typing import Any

import torch

from tapwise.errors import ArgumentError, Shown
from tapwise.nn.torch.operator import CONVOLUTION, CORRELATION, WithOperator
from tapwise.nn.torch.refusals import OURS, layers_of, refuse
from tapwise.nn.torch.watching import check_output, check_watched


def operator_of(layer: Any) -> str:
    """Return the operator of a layer, ours or PyTorch's."""
    return layer.operator if isinstance(layer, WithOperator) else CORRELATION


def converted(model: Any, sample: Any) -> Any:
    """Return the twin of a model, after refusing what cannot be converted."""
    refuse(model)
    if sample is not None:
        check_watched(_copied(model), sample)
    twin = _copied(model)
    _carry_gradients(model, twin)
    for layer in layers_of(twin).values():
        turned = CORRELATION if operator_of(layer) == CONVOLUTION else CONVOLUTION
        if not isinstance(layer, WithOperator):
            layer.__class__ = class_for(type(layer))  # type: ignore[arg-type]
        layer.operator = turned
    flip_kernels(twin)
    if sample is not None:
        check_output(_copied(model), _copied(twin), sample)
    return twin


def spatial_axes(kernel: Any) -> list[int]:
    """Return the axes of a kernel along which it is flipped: all but the two of channels."""
    return list(range(2, kernel.ndim))


def flip_kernels(model: Any) -> None:
    """Flip every kernel of the model, and its gradient, in place; a kernel that layers share, once."""
    with torch.no_grad():
        for kernel in {id(kernel): kernel for _, kernel in kernels_of(model)}.values():
            kernel.copy_(kernel.flip(spatial_axes(kernel)))
            if kernel.grad is not None:
                kernel.grad = kernel.grad.flip(spatial_axes(kernel))


def kernels_of(model: Any) -> list[tuple[str, Any]]:
    """Return the kernels of layers, or the parameters with spatial axes that they are made from.

    Each comes with its name; one that layers share, with each of its names.
    """
    found = {id(p) for layer in layers_of(model).values() for p in _sources(layer) if p.ndim > 2}
    return [(name, p) for name, p in model.named_parameters(remove_duplicate=False) if id(p) in found]


def _sources(layer: Any) -> list[Any]:
    """Return what a layer's kernel is, or is made from; a parameter that a subclass adds is neither."""
    made = torch.nn.utils.parametrize.is_parametrized(layer, "weight")
    return list(layer.parametrizations["weight"].parameters()) if made else [layer.weight]


def _copied(model: Any) -> Any:
    try:
        return copy.deepcopy(model)
    except Exception as error:
        rule = f"cannot be copied ({error})"
        raise ArgumentError(
            "model", Shown(type(model).__name__), rule, "give a model that copy.deepcopy takes"
        ) from error


def _carry_gradients(model: Any, twin: Any) -> None:
    """Copy the gradients, which copying a parameter leaves behind."""
    for parameter, other in zip(model.parameters(), twin.parameters(), strict=True):
        if parameter.grad is not None:
            other.grad = parameter.grad.detach().clone()


@functools.cache
def class_for(kind: Any) -> Any:
    """Return our layer for PyTorch's; for a subclass of the user's, a class that is both."""
    if kind in OURS:
        return OURS[kind]
    ours = next(OURS[base] for base in kind.__mro__ if base in OURS)

    def reduce(self: Any, _protocol: Any) -> Any:  # this class has no module to be found in by name
        return _empty, (kind,), self.__getstate__()

    return type(kind.__name__, (ours, kind), {"__reduce_ex__": reduce, "__module__": kind.__module__})


def _empty(kind: Any) -> Any:
    made = class_for(kind)
    return made.__new__(made)
