"""A layer with a kernel of its own, as a function of a signal and a kernel. Nothing in the layer is written.

Both libraries can call a layer with other weights than it holds (`torch.func.functional_call`, Keras'
`stateless_call`), so there is nothing to restore: not after an error, and not after Ctrl-C.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import listed
from tapwise.errors import ArgumentError, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.probing.subject import Array


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer, and how to call it with another kernel.

    Attributes
    ----------
    call : callable of (signal, kernel)
        Of arrays with batch and channels, as the layer has them; what it adds (its bias) is left out.
    shape : tuple of int
        Of its kernel, channels included.
    dtype : str
        The only one it takes.
    """

    call: Callable[[Array, Array], Array]
    shape: tuple[int, ...]
    dtype: str

    @property
    def ndim(self) -> int:
        """The number of axes it filters."""
        return len(self.shape) - 2


def layer_of(f: object) -> Layer | None:
    """Return the layer that `f` is, None if it is no PyTorch module and no Keras layer.

    Raises
    ------
    ArgumentError
        If it is one, and its kernel is not there yet or cannot be told.
    """
    keras, torch = (sys.modules.get(name) for name in ("keras", "torch"))
    if keras is not None and isinstance(f, keras.layers.Layer):  # first: with the torch backend it is a module too
        return _keras_layer(keras, f)
    if torch is not None and isinstance(f, torch.nn.Module):
        return _torch_module(torch, f)
    return None


def _torch_module(torch: Any, module: Any) -> Layer:
    held = dict(module.named_parameters())
    if any(isinstance(value, torch.nn.parameter.UninitializedParameter) for value in held.values()):
        raise ArgumentError("f", _shown(module), "its weights are not made yet", "call it once on a signal")
    kernels = _kernels(held) or _kernels(held := dict(module.named_buffers()))
    name = _only(module, kernels)
    weight = held[name]
    dtype = str(weight.dtype).removeprefix("torch.")
    bias = f"{name.rpartition('.')[0]}.bias".lstrip(".")

    def call(x: Array, h: Array) -> Array:
        _check_dtype(x, dtype)
        # Buffers too: a layer in training may write its statistics to them.
        given = {key: value.clone() for key, value in module.named_buffers()}
        given[name] = torch.from_numpy(h).to(weight.device)
        if bias in held:
            given[bias] = torch.zeros_like(held[bias])
        with torch.no_grad():
            y = torch.func.functional_call(module, given, (torch.from_numpy(x).to(weight.device),))
        return np.asarray(y.cpu())

    return Layer(call, tuple(weight.shape), dtype)


def _keras_layer(keras: Any, layer: Any) -> Layer:
    if not layer.built:
        raise ArgumentError("f", _shown(layer), "its weights are not made yet", "call it once on a signal")
    weights, others = layer.trainable_variables, layer.non_trainable_variables
    if not _kernels({v.path: v for v in weights}):
        weights = [*weights, *others]  # a frozen layer
    held = {v.path: v for v in weights}
    name = _only(layer, _kernels(held))
    bias, dtype = f"{name.rpartition('/')[0]}/bias", str(held[name].dtype)

    def call(x: Array, h: Array) -> Array:
        _check_dtype(x, dtype)

        def value(variable: Any) -> Any:
            if variable.path == name:
                return h
            numbers = keras.ops.convert_to_numpy(variable.value)
            return np.zeros_like(numbers) if variable.path == bias else numbers

        _check_channels(x, layer.input_spec)
        given = [[value(v) for v in each] for each in (layer.trainable_variables, layer.non_trainable_variables)]
        y, _ = layer.stateless_call(*given, x)
        return np.asarray(keras.ops.convert_to_numpy(y))

    return Layer(call, tuple(held[name].shape), dtype)


def _check_dtype(x: Array, dtype: str) -> None:
    if x.dtype.name != dtype:
        raise TypeError(f"its kernel is of {dtype}, and the signal of {x.dtype}")


def _check_channels(x: Array, spec: Any) -> None:
    """Refuse another number of channels than the layer was built for, which TensorFlow would take for groups."""
    for axis, length in (getattr(spec, "axes", None) or {}).items():
        if x.shape[axis] != length:
            raise ValueError(f"it was built for {length} channels, and the signal has {x.shape[axis]}")


def _kernels(held: dict[str, Any]) -> list[str]:
    """Return the names of what has one to three axes besides two of channels."""
    return [name for name, value in held.items() if 3 <= len(value.shape) <= 5]


def _only(layer: object, kernels: list[str]) -> str:
    if len(kernels) != 1:
        many = f"holds {len(kernels)} kernels, {listed(kernels)}" if kernels else "holds no kernel of 3 to 5 axes"
        raise ArgumentError("f", _shown(layer), many, "give a layer with one, or a function of a signal and a kernel")
    return kernels[0]


def _shown(layer: object) -> Shown:
    return Shown(type(layer).__name__)
