"""A small network for small pictures, with one layer of every kind that a flip must survive."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from tapwise.errors import ArgumentError, Shown
from tapwise.nn.torch.conversion import operator_of
from tapwise.nn.torch.layers import Conv2d
from tapwise.nn.torch.operator import CONVOLUTION
from tapwise.nn.torch.refusals import layers_of


def small_network(sample: tuple[int, ...], classes: int) -> Any:
    """Return a network for pictures of this shape (channels, height, width).

    Its layers have even, odd and oblong kernels, groups, padding that differs from side to side, a stride and a
    dilation. They have no bias: before a batch norm its gradient is 0, and Adam would take rounding for a direction.
    """
    if len(sample) != 3 or min(sample[1:]) < 8:
        shown = Shown(f"samples of shape {sample}")
        raise ArgumentError("data", shown, "the network made here takes pictures of 8 by 8 or more", "give a model=")
    return nn.Sequential(
        Conv2d(sample[0], 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
        Conv2d(8, 16, (2, 4), padding=((0, 1), (1, 2)), groups=2, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Dropout(0.2),
        Conv2d(16, 16, (3, 2), stride=2, dilation=(1, 2), bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(144, classes),
    )  # fmt: skip


def check_fits(model: Any, images: Any, classes: int) -> None:
    """Refuse a model that convolves already, or that does not give one number for each class."""
    shown = Shown(type(model).__name__)
    for name, layer in layers_of(model).items():
        if operator_of(layer) == CONVOLUTION:
            rule = f"its layer {name!r} convolves, and the experiment starts from a network that correlates"
            raise ArgumentError("model", shown, rule, "give that one; tapwise.twin turns a network round")
    try:
        shape = tuple(evaluated(model, images).shape)
    except Exception as error:
        rule = f"does not give a tensor for samples of shape {tuple(images.shape[1:])} ({error})"
        raise ArgumentError("model", shown, rule, "give one that fits the data") from error
    if len(shape) != 2 or shape[1] < classes:
        rule = f"gives an output of shape {shape} for {len(images)} samples"
        raise ArgumentError("model", shown, rule, f"give one that gives a number for each of {classes} classes")


def begin_again(model: Any) -> None:
    """Draw new parameters for every module that knows how."""
    for module in model.modules():
        if callable(getattr(module, "reset_parameters", None)):
            module.reset_parameters()


def measured(model: Any, images: Any, labels: Any) -> float:
    """Return the share of images that the model classifies right, in evaluation mode."""
    return float((evaluated(model, images).argmax(1) == labels).double().mean())


def evaluated(model: Any, images: Any) -> Any:
    """Return what the model makes of the images in evaluation mode."""
    was = model.training
    model.eval()
    with torch.no_grad():
        made = model(images)
    model.train(was)
    return made
