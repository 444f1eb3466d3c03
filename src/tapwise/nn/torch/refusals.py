"""What of a model cannot be converted, found before anything is touched."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.lazy import LazyModuleMixin

from tapwise.errors import ArgumentError, Shown
from tapwise.nn.torch.layers import LAYERS
from tapwise.nn.torch.operator import WithOperator
from tapwise.nn.torch.transposed import TRANSPOSED

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Each layer of PyTorch, and ours that refines it.
OURS: dict[type, type] = {
    getattr(torch.nn, layer.__name__): layer for layer in (*LAYERS.values(), *TRANSPOSED.values())
}
_FORWARDS = {layer.forward for pair in OURS.items() for layer in pair}  # type: ignore[attr-defined]
#: What our layers add to PyTorch's; a layer that has one of these names already would lose it.
_ADDED = ("operator", "ndim", "pairs", "slid")
_INNER = {layer._conv_forward for pair in OURS.items() for layer in pair}  # type: ignore[attr-defined] # noqa: SLF001


@dataclass(frozen=True)
class Obstacle:
    """One thing in the way: the module's name in the model, what is the matter with it, and the way out."""

    name: str
    rule: str
    remedy: str


def layers_of(model: Any) -> dict[str, Any]:
    """Return the layers with kernels by their names, each once."""
    return {name: module for name, module in model.named_modules() if isinstance(module, _ConvNd)}


def refuse(model: Any) -> None:
    """Raise an error that names what cannot be converted."""
    found = list(_obstacles(model))
    if found:
        raise refusal(found)
    if not layers_of(model):
        rule = "has no layer torch.nn.Conv* or ConvTranspose*, so there is nothing to convert"
        raise ArgumentError("model", Shown(type(model).__name__), rule, "give a model that has one")


def refusal(found: list[Obstacle]) -> ArgumentError:
    """Return the error for these obstacles: the first in full, the others by name."""
    first, others = found[0], [repr(obstacle.name) for obstacle in found[1:]]
    beside = f" (also in the way: {', '.join(others)})" if others else ""
    return ArgumentError("model", Shown(repr(first.name)), first.rule + beside, first.remedy)


def _obstacles(model: Any) -> Iterator[Obstacle]:
    scripted: list[str] = []
    for name, module in model.named_modules():
        shown = name or type(model).__name__
        if isinstance(module, torch.jit.ScriptModule):
            if not any(name.startswith(outer) for outer in scripted):
                scripted.append(name)
                yield Obstacle(shown, "is scripted or traced, so its layers are fixed", "convert first, then script")
        elif isinstance(module, LazyModuleMixin) and module.has_uninitialized_params():
            yield Obstacle(shown, "is lazy and has no kernel yet", "run the model once on a sample")
        elif isinstance(module, _ConvNd):
            yield from _of_layer(shown, module)
        elif "quantized" in type(module).__module__ and "Conv" in type(module).__name__:
            yield Obstacle(shown, f"is quantized ({type(module).__name__})", "convert the float model, then quantize")
        elif isinstance(module, torch.fx.GraphModule):
            yield from _of_graph(shown, module)
    yield from _of_parameters(model)


def _of_layer(name: str, layer: Any) -> Iterator[Obstacle]:
    kind = type(layer)
    if torch.nn.utils.parametrize.is_parametrized(layer) or "weight" not in layer._parameters:  # noqa: SLF001
        rule = "makes its kernel from other tensors (weight_norm, spectral_norm, pruning or another parametrization)"
        yield Obstacle(name, rule, "remove that, convert, and put it on both again")
    elif "forward" in vars(layer) or "_conv_forward" in vars(layer):
        yield Obstacle(name, "has a forward of its own, set on the object", "remove it, convert, and set it again")
    elif kind.forward not in _FORWARDS or kind._conv_forward not in _INNER:  # noqa: SLF001
        rule = f"is a {kind.__name__}, which has a forward of its own"
        yield Obstacle(name, rule, f"use torch.nn.{_base(kind).__name__}, or a subclass that inherits its forward")
    elif not isinstance(layer, WithOperator) and (own := next((n for n in _ADDED if hasattr(layer, n)), "")):
        rule = f"is a {kind.__name__} with {own!r} of its own, a name that the converted layer needs"
        yield Obstacle(name, rule, "rename it")


def _base(kind: type) -> type:
    return next((base for base in kind.__mro__ if base in OURS), kind)


def _of_graph(name: str, module: Any) -> Iterator[Obstacle]:
    for node in module.graph.nodes:
        if node.op == "call_function" and "conv" in getattr(node.target, "__name__", ""):
            rule = f"calls {node.target.__name__} itself (its node {node.name!r})"
            yield Obstacle(name, rule, "convert the model before it is exported")


def _of_parameters(model: Any) -> Iterator[Obstacle]:
    """Yield what stands against flipping the kernels in place, or would be lost by copying the parameters."""
    layers = layers_of(model)
    kernels = {id(layer._parameters.get("weight")) for layer in layers.values()}  # noqa: SLF001
    for name, module in model.named_modules():
        for own, parameter in module._parameters.items():  # noqa: SLF001
            if parameter is None or isinstance(parameter, torch.nn.parameter.UninitializedParameter):
                continue
            full = f"{name}.{own}" if name else own
            if id(parameter) in kernels and not (isinstance(module, _ConvNd) and own == "weight"):
                rule = "is the kernel of a layer too, and would be flipped here with it"
                yield Obstacle(full, rule, "give the two a parameter each")
            if parameter._backward_hooks or parameter._post_accumulate_grad_hooks:  # noqa: SLF001
                rule = "has a gradient hook, which a copy loses"
                yield Obstacle(full, rule, "remove the hook, convert, and register it on both")
    yield from _overlapping(model, kernels)


def _overlapping(model: Any, kernels: set[int]) -> Iterator[Obstacle]:
    """Yield kernels that share memory with another parameter."""
    spans = sorted(
        (parameter.data_ptr(), parameter.data_ptr() + parameter.numel() * parameter.element_size(), name, id(parameter))
        for name, parameter in model.named_parameters()
        if not isinstance(parameter, torch.nn.parameter.UninitializedParameter) and parameter.device.type != "meta"
    )
    for (_, end, name, one), (start, _, other, two) in itertools.pairwise(spans):
        if start < end and {one, two} & kernels:
            rule = f"shares its memory with {other!r}"
            yield Obstacle(name, rule, "give the two a memory each, or let both layers have one Parameter")
