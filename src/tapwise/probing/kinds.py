"""The kinds of thing that can be probed, each as a function of a signal and a kernel.

A callable is called as it is; a function of a known library, given or named, by that library's adapter; a layer with
other kernels than its own; and what takes batch and channels beside, with one of each.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise import libraries
from tapwise.catalogue import entry
from tapwise.errors import ArgumentError, ArgumentTypeError, Shown
from tapwise.probing.channels import Arranged, Channels, arrange, arrange_layer, beside
from tapwise.probing.known import loaded, name_of
from tapwise.probing.layer import layer_of
from tapwise.probing.reception import Reception, receive, takes
from tapwise.probing.refusal import NotAnOperator
from tapwise.probing.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tapwise.probing.layer import Layer
    from tapwise.probing.subject import Array


@dataclass(slots=True)
class Taken:
    """What is probed, and how it takes its input.

    Attributes
    ----------
    subject : Subject
        Of spatial arrays.
    reception : Reception
        What it was found to take.
    whole : Subject or Arranged
        The same as its own callers call it, where that is known.
    """

    subject: Subject
    reception: Reception
    whole: Arranged | Subject | None = field(default=None)

    def channels(self) -> Channels | None:
        """Return what is done with batch and channels, None if there are none, or it cannot be told."""
        if isinstance(self.whole, Arranged):
            return self.whole.channels()
        if self.whole is not None and not takes(self.whole, self.reception):  # it wants more than its adapter shows
            arranged = arrange(self.whole, self.reception.ndim)
            if arranged is not None:
                return arranged.channels()
        return beside(self.subject, self.reception)


def take(f: Any, ndim: int | None, options: Mapping[str, Any]) -> Taken:
    """Return what `f` is as a function of a signal and a kernel.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If it is nothing that can be called, has no such option, or is a layer without one kernel.
    NotAnOperator
        If it takes none of the inputs that are tried.
    """
    while isinstance(f, partial) and not f.args:
        f, options = f.func, {**f.keywords, **options}
    if isinstance(f, str):
        return _known(_entered(f), ndim, options)
    layer = layer_of(f)
    if layer is not None:
        return _layer(f, layer, options)
    if not callable(f):
        kind = Shown(f"object of type {type(f).__name__}")
        raise ArgumentTypeError("f", kind, "must be callable", "give a function of a signal and a kernel")
    name = name_of(f)
    if name is None:
        return _function(partial(f, **options) if options else f, ndim)
    return _known(name, ndim, options)


def _entered(name: str) -> str:
    try:
        return entry(name).name
    except ArgumentError as error:
        raise ArgumentError("f", name, error.rule, error.remedy) from None


def _known(name: str, ndim: int | None, options: Mapping[str, Any]) -> Taken:
    """Take a known function by its adapter; with options that the adapter does not know, by itself."""
    meant = entry(name)
    try:
        settled = meant.settled(options)
    except ArgumentError as unknown:
        try:
            return _function(_on_arrays(name, partial(loaded(name), **options)), meant.ndim if ndim is None else ndim)
        except (NotAnOperator, TypeError):
            raise unknown from None
    subject = Subject(lambda x, h: libraries.call(name, x, h, **options))
    reception = receive(subject, meant.ndim if ndim is None else ndim)
    whole = loaded(name)  # now imported
    if not callable(whole) or isinstance(whole, type):
        return Taken(subject, reception)
    return Taken(subject, reception, Subject(_in_any_form(name, whole, options, settled, reception.ndim)))


def _in_any_form(
    name: str, f: Callable[..., Any], given: Mapping[str, Any], settled: Mapping[str, Any], ndim: int
) -> Callable[[Array, Array], Any]:
    """Return the function called with its own defaults, or those of the catalogue: a number, or one an axis."""
    each, every = (
        {key: (*rest, *(value,) * ndim, *rest) if isinstance(value, int) else value for key, value in settled.items()}
        for rest in ((), (1,))
    )

    def call(x: Array, h: Array) -> Any:
        for options in (given, settled, each):
            with suppress(Exception):
                return _on_arrays(name, partial(f, **options))(x, h)
        return _on_arrays(name, partial(f, **every))(x, h)

    return call


def _on_arrays(name: str, f: Callable[..., Any]) -> Callable[[Array, Array], Any]:
    """Return the function on NumPy's arrays; only PyTorch's does not take them."""
    if not name.startswith("torch."):
        return f
    torch = sys.modules["torch"]
    return lambda x, h: np.asarray(f(torch.from_numpy(x), torch.from_numpy(h)))


def _layer(f: Any, layer: Layer, options: Mapping[str, Any]) -> Taken:
    if options:
        option, value = next(iter(options.items()))
        raise ArgumentError(option, value, "a layer has its options already", "leave it out")
    found = arrange_layer(Subject(layer.call), layer.shape, layer.dtype)
    if found is None:
        shown = Shown(f"{type(f).__name__} with a kernel of shape {layer.shape}")
        rule = "its answers are no sums over the kernel's channels"
        raise ArgumentError("f", shown, rule, "give a function of a signal and a kernel")
    arranged, kernel = found
    subject = Subject(arranged, kernel=kernel)
    return Taken(subject, receive(subject, layer.ndim), arranged)


def _function(f: Callable[[Array, Array], Any], ndim: int | None) -> Taken:
    """Take a function of arrays as they are, or else of arrays with batch and channels."""
    subject = Subject(f)
    plain = (1, 2) if ndim is None else (ndim,)
    refused = None
    for axes in plain:
        try:
            return Taken(subject, receive(subject, axes))
        except NotAnOperator as error:
            refused = refused or error
    for axes in (1, 2, 3) if ndim is None else plain:
        arranged = arrange(Subject(f), axes)
        if arranged is not None:
            lone = Subject(arranged)
            return Taken(lone, receive(lone, axes), arranged)
    if ndim is None:
        return Taken(subject, receive(subject, 3))
    assert refused is not None  # noqa: S101 - some number of axes was tried
    raise refused
