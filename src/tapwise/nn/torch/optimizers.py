"""The optimizer of a twin: the same settings, and a state that is flipped where the kernels are."""

from __future__ import annotations

import copy
import inspect
from typing import Any

import torch

from tapwise.errors import ArgumentError, Shown
from tapwise.nn.torch.conversion import kernels_of, operator_of, spatial_axes
from tapwise.nn.torch.refusals import layers_of


def converted_optimizer(optimizer: Any, model: Any, twin: Any) -> Any:
    """Return an optimizer for the twin's parameters that stands where `optimizer` stands."""
    partner, names, kernels = _partners(model, twin)
    if any(key not in partner for key in optimizer.state):
        rule = "has an entry that belongs to no parameter of model"
        raise ArgumentError("optimizer", Shown("its state"), rule, "make a fresh optimizer for twin.parameters()")
    groups = [_group(group, partner) for group in optimizer.param_groups]
    state = {
        partner[parameter]: _turned(held, parameter, names[parameter], flip=parameter in kernels)
        for parameter, held in optimizer.state.items()
    }
    takes = inspect.signature(type(optimizer)).parameters
    made = type(optimizer)(groups, **{word: value for word, value in optimizer.defaults.items() if word in takes})
    made.state.update(state)
    return made


def _partners(model: Any, twin: Any) -> tuple[dict[Any, Any], dict[Any, str], set[Any]]:
    """Return the twin's parameter for each of the model's, their names, and which of them are flipped."""
    ours, theirs = dict(model.named_parameters()), dict(twin.named_parameters())
    layers, turned = layers_of(model), layers_of(twin)
    alike = {n: p.shape for n, p in ours.items()} == {n: p.shape for n, p in theirs.items()}
    if not alike or layers.keys() != turned.keys():
        raise ArgumentError(
            "twin", Shown(type(twin).__name__), "is not the twin of model", "write twin=tapwise.twin(model)"
        )
    kernels = {
        p for n, layer in layers.items() if operator_of(layer) != operator_of(turned[n]) for _, p in kernels_of(layer)
    }
    return {p: theirs[n] for n, p in ours.items()}, {p: n for n, p in ours.items()}, kernels


def _group(group: dict[str, Any], partner: dict[Any, Any]) -> dict[str, Any]:
    if any(parameter not in partner for parameter in group["params"]):
        rule = "holds a parameter that is not one of model"
        raise ArgumentError("optimizer", Shown("its parameters"), rule, "give the optimizer of model.parameters()")
    kept = {word: copy.deepcopy(value) for word, value in group.items() if word not in ("params", "param_names")}
    partners = [partner[parameter] for parameter in group["params"]]
    named = group.get("param_names")
    return {**kept, "params": partners if named is None else list(zip(named, partners, strict=True))}


def _turned(held: dict[str, Any], parameter: Any, name: str, *, flip: bool) -> dict[str, Any]:
    """Return the state of one parameter: every value that is laid out like a kernel is flipped like it."""
    turned = {}
    for word, value in held.items():
        if isinstance(value, torch.Tensor) and value.numel() > 1:
            if not _laid_out_like(value, parameter):
                raise _refusal(name, word, f"of shape {tuple(value.shape)}")
            turned[word] = value.flip(spatial_axes(value)) if flip else value.clone()
        elif isinstance(value, (list, tuple)) and any(isinstance(item, torch.Tensor) for item in value):
            raise _refusal(name, word, "a list of tensors")
        else:
            turned[word] = copy.deepcopy(value)
    return turned


def _laid_out_like(value: Any, parameter: Any) -> bool:
    """Whether the axes are the parameter's; Adafactor keeps axes of length 1 where it has averaged."""
    return value.ndim == parameter.ndim and all(a in (1, b) for a, b in zip(value.shape, parameter.shape, strict=True))


def _refusal(name: str, word: str, what: str) -> ArgumentError:
    rule = f"keeps {word!r} ({what}) for {name!r}, which is not laid out like it, so what to flip is not known"
    return ArgumentError("optimizer", Shown("its state"), rule, "make a fresh optimizer for twin.parameters()")
