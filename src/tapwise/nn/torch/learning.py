"""Training the kernel of one layer by gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tapwise.errors import ShapeError, Shown
from tapwise.nn.torch.layers import Conv

#: The search ends when the gradient is so much shorter than it was at the start.
FLAT = 1e-14


def learn(
    x: Any, y: Any, lengths: tuple[int, ...], options: dict[str, Any], steps: int
) -> tuple[Any, tuple[float, ...]]:
    """Return the kernel that makes y of x with the least squared error, and the mean squared errors on the way.

    The layer is linear in its kernel, so conjugate gradients need as many steps as there are taps, but for rounding:
    each step goes down along a direction made of the gradient and the last direction, as far as the error falls.
    """
    layer = Conv(1, 1, lengths, bias=False, dtype=torch.float64, **options)
    signal, target = (torch.tensor(array, dtype=torch.float64)[None] for array in (x, y))
    _check(layer, signal, target)

    def made(kernel: Any) -> Any:
        return torch.func.functional_call(layer, {"weight": kernel}, (signal,))

    def downhill(error: Any) -> Any:
        """Minus the gradient of half the squared error, by autograd."""
        return torch.autograd.grad(made(kernel.requires_grad_()), kernel, error)[0]

    kernel = torch.zeros_like(layer.weight)
    error = target.clone()
    losses = [_mean_square(error)]
    slope = direction = downhill(error)
    first = float(slope.square().sum())
    for _ in range(steps):
        effect, length = made(direction).detach(), float(slope.square().sum())
        reach = float(effect.square().sum())
        if length <= FLAT**2 * first or reach == 0:
            break
        kernel = (kernel + length / reach * direction).detach()
        error = error - length / reach * effect
        losses.append(_mean_square(error))
        slope = downhill(error)
        direction = slope + float(slope.square().sum()) / length * direction
    return kernel.detach()[0, 0].numpy().copy(), tuple(losses)


def _check(layer: Any, signal: Any, target: Any) -> None:
    try:
        shape = tuple(layer(signal).shape[1:])
    except RuntimeError as error:
        shown = Shown(f"shape {tuple(signal.shape[1:])}")
        raise ShapeError("x", shown, f"the layer has no output ({error})", "give a longer signal") from None
    if shape != tuple(target.shape[1:]):
        rule = f"the layer's output has shape {shape}"
        remedy = "choose shape, stride, padding and dilation to match"
        raise ShapeError("y", Shown(f"shape {tuple(target.shape[1:])}"), rule, remedy)


def _mean_square(error: Any) -> float:
    return float(np.mean(error.numpy() ** 2))
