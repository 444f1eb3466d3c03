"""Two networks trained in step: the same batches, the same dropout, compared after every step."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tapwise.errors import ArgumentTypeError
from tapwise.nn.recipe import OPTIMIZERS, Recipe
from tapwise.nn.run import Curve, TwinRun
from tapwise.nn.torch.conversion import converted, flip_kernels, kernels_of, spatial_axes
from tapwise.nn.torch.network import begin_again, check_fits, measured, small_network
from tapwise.nn.torch.refusals import layers_of

#: One part in this many is held out.
HELD_OUT = 5


def train(
    recipe: Recipe, images: Any, labels: Any, model: Any, progress: Callable[[int, int], None]
) -> TwinRun:  # fmt: skip
    """Train a network and its twin as the recipe says; PyTorch's random generators are left as they were."""
    if model is not None and not isinstance(model, torch.nn.Module):
        raise ArgumentTypeError("model", model, "must be a torch.nn.Module", "give one, or leave it out")
    shuffled = np.random.default_rng(recipe.seed).permutation(len(labels))
    x = torch.tensor(images[shuffled], dtype=getattr(torch, recipe.dtype))
    target = torch.tensor(labels[shuffled], dtype=torch.int64)
    start = len(target) // HELD_OUT
    classes = int(target.max()) + 1
    with torch.random.fork_rng():
        pair = _pair(recipe, model, x.shape[1:], classes)
        if model is not None:
            check_fits(pair[0], x[:2], classes)
        ways = [_Way(network, recipe) for network in pair]
        found = [difference(*pair)]
        for step, chosen in enumerate(_batches(recipe, start, len(target))):
            for way in ways:
                way.step(x[chosen], target[chosen], seed=recipe.seed + (0 if recipe.one_batch else step))
            found.append(difference(*pair))
            progress(step + 1, recipe.steps)
    bits = [step for step, (_, same) in enumerate(found) if not same]
    losses = zip(ways[0].losses, ways[1].losses, strict=True)
    bits += [step for step, (one, other) in enumerate(losses, 1) if one != other]
    curves = [_curve(way, measured(way.model, x[:start], target[:start])) for way in ways]
    return TwinRun(recipe, curves[0], curves[1], tuple(far for far, _ in found), min(bits, default=None), start)


def _pair(recipe: Recipe, model: Any, sample: tuple[int, ...], classes: int) -> tuple[Any, Any]:
    """Return the network that correlates, and the one that convolves, each at its start."""
    torch.manual_seed(recipe.seed)
    first = small_network(tuple(sample), classes) if model is None else copy.deepcopy(model)
    first = first.to(getattr(torch, recipe.dtype)).train()
    second = converted(first, None)
    if recipe.start == "same":
        flip_kernels(second)
    elif recipe.start == "random":
        torch.manual_seed(recipe.seed + 1)
        begin_again(second)
    if recipe.weight_norm:
        for network in (first, second):
            for layer in layers_of(network).values():
                torch.nn.utils.parametrizations.weight_norm(layer)
    return first, second


def _batches(recipe: Recipe, start: int, stop: int) -> Any:
    """Yield the numbers of the samples of each step: every sample once, then anew; or the same ones every time."""
    rng = np.random.default_rng(recipe.seed)
    size = min(recipe.batch, stop - start)
    waiting = rng.permutation(np.arange(start, stop))
    for _ in range(recipe.steps):
        if len(waiting) < size:
            waiting = rng.permutation(np.arange(start, stop))
        yield torch.from_numpy(waiting[:size])
        if not recipe.one_batch:
            waiting = waiting[size:]


class _Way:
    """One network, its optimizer, and the losses so far."""

    def __init__(self, model: Any, recipe: Recipe) -> None:
        name, settings = OPTIMIZERS[recipe.optimizer]
        self.model, self.clip_norm = model, recipe.clip_norm
        self.optimizer = getattr(torch.optim, name)([p for p in model.parameters() if p.requires_grad], **settings)
        self.losses: list[float] = []

    def step(self, x: Any, target: Any, *, seed: int) -> None:
        """Take one step; the seed makes dropout the same in both networks, and in every look at one batch."""

        def closure() -> Any:
            torch.manual_seed(seed)
            self.optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(self.model(x), target)
            loss.backward()
            if self.clip_norm is not None:
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip_norm)
            return loss

        self.losses.append(self.optimizer.step(closure).item())


def difference(first: Any, second: Any) -> tuple[float, bool]:
    """Return the largest difference between the two networks, kernels flipped, and whether every bit is the same.

    What is no number differs from everything, itself too: by infinity.
    """
    kernels = {name for name, _ in kernels_of(first)}
    others = second.state_dict()
    largest, same = 0.0, True
    for name, one in first.state_dict().items():
        expected = one.flip(spatial_axes(one)) if name in kernels else one
        same = same and torch.equal(expected, others[name])
        if one.numel() and one.is_floating_point():
            apart = float((expected - others[name]).abs().max())
            largest = max(largest, math.inf if math.isnan(apart) else apart)
    return largest, same


def _curve(way: _Way, accuracy: float) -> Curve:
    kernels = {name: layer.weight.detach().numpy().copy() for name, layer in layers_of(way.model).items()}
    return Curve(tuple(way.losses), accuracy, kernels, way.model)
