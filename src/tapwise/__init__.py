"""Convolution and cross-correlation, tap by tap: compute both exactly as meant, see every product.

Rooms and names are imported when they are first used, so that importing the package costs little.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tapwise import catalogue as catalogue
    from tapwise import draw as draw
    from tapwise import errors as errors
    from tapwise import explorer as explorer
    from tapwise import files as files
    from tapwise import kernels as kernels
    from tapwise import libraries as libraries
    from tapwise import nn as nn
    from tapwise.channels import Layer as Layer
    from tapwise.convention import Anchor as Anchor
    from tapwise.convention import Boundary as Boundary
    from tapwise.convention import Convention as Convention
    from tapwise.convention import Size as Size
    from tapwise.engines import set_threads as set_threads
    from tapwise.engines import threads as threads
    from tapwise.explanation import ambiguity as ambiguity
    from tapwise.explanation import compare as compare
    from tapwise.explanation import explain as explain
    from tapwise.explanation import explain_gradient as explain_gradient
    from tapwise.explanation import parity as parity
    from tapwise.nn import learn_kernel as learn_kernel
    from tapwise.nn import train_twins as train_twins
    from tapwise.nn import twin as twin
    from tapwise.nn import twin_optimizer as twin_optimizer
    from tapwise.operators import Prepared as Prepared
    from tapwise.operators import apply as apply
    from tapwise.operators import choose as choose
    from tapwise.operators import convolve as convolve
    from tapwise.operators import correlate as correlate
    from tapwise.operators import error_bound as error_bound
    from tapwise.operators import input_gradient as input_gradient
    from tapwise.operators import kernel_gradient as kernel_gradient
    from tapwise.operators import lags as lags
    from tapwise.operators import matrix as matrix
    from tapwise.operators import offsets as offsets
    from tapwise.operators import prepare as prepare
    from tapwise.operators import transposed as transposed
    from tapwise.probing import identify as identify
    from tapwise.probing import probe as probe

_HOMES = {
    "engines": ("set_threads", "threads"),
    "channels": ("Layer",),
    "convention": ("Anchor", "Boundary", "Convention", "Size"),
    "explanation": ("ambiguity", "compare", "explain", "explain_gradient", "parity"),
    "nn": ("learn_kernel", "train_twins", "twin", "twin_optimizer"),
    "operators": (
        "Prepared", "apply", "choose", "convolve", "correlate", "error_bound", "input_gradient", "kernel_gradient",
        "lags", "matrix", "offsets", "prepare", "transposed",
    ),
    "probing": ("identify", "probe"),
}  # fmt: skip
_ROOMS = ("catalogue", "draw", "errors", "explorer", "files", "kernels", "libraries", "nn")

__all__ = sorted([*_ROOMS, *(name for names in _HOMES.values() for name in names)])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("tapwise")
    if name in _ROOMS:
        return importlib.import_module(f"tapwise.{name}")
    for room, names in _HOMES.items():
        if name in names:
            value = getattr(importlib.import_module(f"tapwise.{room}"), name)
            globals()[name] = value  # so that it is looked up once
            return value
    msg = f"module 'tapwise' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
