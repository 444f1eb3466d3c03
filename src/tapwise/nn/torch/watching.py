"""A model watched while it runs on a sample: who convolves, and does its twin give the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch.nn.modules.conv import _ConvNd
from torch.utils._python_dispatch import TorchDispatchMode

from tapwise.errors import ArgumentError, Shown
from tapwise.nn.torch.refusals import Obstacle, refusal


class _Calls(TorchDispatchMode):  # type: ignore[misc]
    """Notes each convolution that runs outside of a layer that can be converted."""

    def __init__(self, running: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.running = running
        self.found: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, module = self.running[-1]
        convolves = func.overloadpacket.__name__.startswith("conv")
        if convolves and not isinstance(module, _ConvNd) and name not in self.found:
            self.found.append(name)
        return func(*args, **(kwargs or {}))


def check_watched(model: Any, sample: Any) -> None:
    """Refuse a model of which a part convolves by itself; `model` is a copy that may be thrown away."""
    running: list[tuple[str, Any]] = [(type(model).__name__, model)]
    for name, module in model.named_modules():
        place = (name or type(model).__name__, module)
        module.register_forward_pre_hook(lambda *_, place=place: running.append(place), prepend=True)
        module.register_forward_hook(lambda *_: void(running.pop()))
    with _Calls(running) as calls:
        try:
            run(model, sample)
        except Exception as error:
            shape = tuple(sample.shape) if isinstance(sample, torch.Tensor) else None
            shown = Shown(type(sample).__name__ if shape is None else f"tensor of shape {shape}")
            rule = f"the model does not run on it ({error})"
            raise ArgumentError("sample", shown, rule, "give what the model is called with") from error
    if calls.found:
        rule = "calls torch.nn.functional.conv* itself, outside of a layer"
        raise refusal([Obstacle(name, rule, "put the kernel into a layer, and call that") for name in calls.found])


def void(_: object) -> None:
    """Return nothing: what a hook returns would replace the module's output."""


def check_output(model: Any, twin: Any, sample: Any) -> None:
    """Refuse a twin that computes something else; both are copies that may be thrown away."""
    for one, other in zip(_tensors(run(model, sample)), _tensors(run(twin, sample)), strict=True):
        try:
            torch.testing.assert_close(other, one, equal_nan=True)
        except AssertionError as error:
            rule = f"gives another output when its kernels are flipped and its operator turned ({_first_line(error)})"
            remedy = "see which module reads a kernel by itself, and where its values lie"
            raise ArgumentError("model", Shown(type(model).__name__), rule, remedy) from None


def run(model: Any, sample: Any) -> Any:
    """Return what the model makes of the sample, whatever state the random generators are in."""
    words = sample if isinstance(sample, Mapping) else {}
    things = sample if isinstance(sample, tuple) else () if words else (sample,)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return model(*things, **words)


def _tensors(value: Any) -> Iterator[Any]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _tensors(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _tensors(item)
    elif hasattr(value, "__dict__"):
        yield from _tensors(vars(value))


def _first_line(error: AssertionError) -> str:
    lines = [line for line in str(error).splitlines() if line.startswith("Greatest absolute")]
    return (lines or str(error).splitlines())[0]
