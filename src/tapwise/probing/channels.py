"""Batch and channels: which axes they are, and whether channels are summed or kept, from different numbers in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tapwise.probing.subject import Refused, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.probing.reception import Reception
    from tapwise.probing.subject import Array

_SPATIAL = {1: "W", 2: "HW", 3: "DHW"}
#: Kernels with two axes of channels, as their letters around the others (*): O outputs, I inputs, M outputs an input.
#: Of several groups, a forward kernel has all outputs and the inputs of one group, a transposed one the reverse.
_KERNELS = (("OI*", "forward"), ("*IO", "forward"), ("*IM", "kept"), ("IO*", "transposed"), ("*OI", "transposed"))
_SIGNALS = ("NC*", "N*C")
_GROUPS = range(1, 9)


@dataclass(frozen=True, slots=True)
class Channels:
    """What a function does with the axes beside those that it filters.

    Attributes
    ----------
    mixing : {"summed", "grouped", "kept", "filtered"}
        "summed": each output channel is a sum over all input channels, each with a kernel of its own. "grouped": a sum
        over those of its group. "kept": each output channel is made of one input channel. "filtered": the kernel
        slides along the channels as along any other axis.
    layout, kernel_layout : str
        The axes of signal and kernel, such as "NCHW" with "OIHW", or "HWC" with "HW": N batch, C channels, O output and
        I input channels of the kernel (of one group), M output channels for each input channel, D H W those that are
        filtered. As in `tapwise.Layer`, which has no M.
    groups : int
        Of channels that do not meet.
    batch : {"independent", "none"}
        "independent": each item of a batch gives the answer that it gives alone. "none": there is no axis for it.
    """

    mixing: str
    layout: str
    kernel_layout: str
    groups: int = 1
    batch: str = "none"

    def __str__(self) -> str:
        groups = f" in {self.groups} groups" if self.mixing == "grouped" else ""
        return f"{self.mixing}{groups}, signal {self.layout}, kernel {self.kernel_layout}"


@dataclass(frozen=True, slots=True)
class Arranged:
    """A function of arrays with batch and channels, as one of a signal and a kernel without: the first of each.

    Attributes
    ----------
    subject : Subject
        Of arrays with batch and channels.
    ndim : int
        The number of axes it filters.
    signal, kernel, kind : str
        Where batch and channels stand, and what the kernel's two axes of channels are.
    counts : (int, int)
        The lengths of the kernel's axes of channels, in its order.
    groups : int
    """

    subject: Subject
    ndim: int
    signal: str
    kernel: str
    kind: str
    counts: tuple[int, int]
    groups: int

    def __call__(self, x: Array, h: Array) -> Array:
        """Return the first output channel for `x` in the first input channel, and `h` from one to the other."""
        signal: Array = np.zeros((1, self.inputs, *x.shape), x.dtype)
        kernel: Array = np.zeros((*self.counts, *h.shape), h.dtype)
        signal[0, 0], kernel[0, 0] = x, h
        y: Array = self.ask(signal, kernel)[0, 0]
        return y

    def ask(self, signal: Array, kernel: Array) -> Array:
        """Return the answer, its batch and channels in front as those of the two arguments are."""
        x = np.moveaxis(signal, 1, -1) if self.signal == "N*C" else signal
        h = np.moveaxis(kernel, (0, 1), (-2, -1)) if self.kernel.startswith("*") else kernel
        y = self.subject.answer(np.ascontiguousarray(x), np.ascontiguousarray(h))
        if y.ndim != self.ndim + 2:
            raise Refused(f"its answer has shape {y.shape}")
        return np.moveaxis(y, -1, 1) if self.signal == "N*C" else y

    @property
    def inputs(self) -> int:
        """The number of channels of a signal."""
        inputs = self.counts[self.kernel.strip("*").index("I")]
        return inputs * self.groups if self.kind == "forward" else inputs

    @property
    def outputs(self) -> int:
        """The number of channels of an answer."""
        first, second = self.counts
        outputs = first * second if self.kind == "kept" else self.counts[self.kernel.strip("*").find("O")]
        return outputs * self.groups if self.kind == "transposed" else outputs

    def route(self, place: tuple[int, int]) -> tuple[int, int]:
        """Return the input and the output channel of one place of the kernel's two axes of channels."""
        if self.kind == "kept":
            return place[0], place[0] * self.counts[1] + place[1]
        letters = self.kernel.strip("*")
        i, o = place[letters.index("I")], place[letters.index("O")]
        if self.kind == "forward":
            return o // (self.outputs // self.groups) * (self.inputs // self.groups) + i, o
        return i, i // (self.inputs // self.groups) * (self.outputs // self.groups) + o

    def holds(self, x: tuple[int, ...], h: tuple[int, ...], dtype: str) -> bool:
        """Whether every answer is the sum that this arrangement says, for different numbers in every channel."""
        rng = np.random.default_rng(11)
        signal: Array = rng.integers(1, 9, (2, self.inputs, *x)).astype(dtype)
        kernel: Array = np.zeros((*self.counts, *h), dtype)
        last = self.counts[0] - 1, self.counts[1] - 1
        places = dict.fromkeys([(0, 0), last, (0, last[1]), (last[0], 0), (last[0] // 2, last[1] // 2)])
        for place in places:
            kernel[place] = rng.integers(1, 9, h)
        try:
            y = self.ask(signal, kernel)
            if y.shape[:2] != (2, self.outputs):
                return False
            meant: Array = np.zeros(y.shape)
            for place in places:
                c, o = self.route(place)
                for n in range(2):
                    meant[n, o] += self(signal[n, c], kernel[place])
        except (Refused, ValueError):  # a ValueError: answers of other lengths, which no sum explains
            return False
        return bool(np.abs(y - meant).max(initial=0) <= 1e-5 * np.abs(meant).max(initial=0))

    def channels(self) -> Channels:
        """Return what was found."""
        inputs = self.inputs // self.groups
        kept = self.kind == "kept" or (self.groups > 1 and inputs == 1)
        mixing = "kept" if kept else "grouped" if self.groups > 1 else "summed"
        groups = self.inputs if self.kind == "kept" else self.groups
        letters = [word.replace("*", _SPATIAL[self.ndim]) for word in (self.signal, self.kernel)]
        return Channels(mixing, letters[0], letters[1], groups, "independent")


def arrange(subject: Subject, ndim: int) -> Arranged | None:
    """Return how a function of arrays with batch and channels is called, None if that cannot be told."""
    h = (3, 3, 3)[:ndim]
    for x, dtype in (((17, 18, 19), "float64"), ((9, 8, 7), "float64"), ((17, 18, 19), "float32")):
        for found in _arrangements(subject, ndim, None):
            if found.holds(x[:ndim], h, dtype):
                return found
    return None


def arrange_layer(subject: Subject, shape: tuple[int, ...], dtype: str) -> tuple[Arranged, tuple[int, ...]] | None:
    """Return how a layer with a kernel of this shape is called, and that shape without channels."""
    ndim = len(shape) - 2
    for found in _arrangements(subject, ndim, shape):
        h = shape[:ndim] if found.kernel.startswith("*") else shape[2:]
        for more in (5, 60):
            if found.holds(tuple(4 * k + more + axis for axis, k in enumerate(h)), h, dtype):
                return found, h
    return None


def _arrangements(subject: Subject, ndim: int, shape: tuple[int, ...] | None) -> Iterator[Arranged]:
    """Yield the arrangements there are, for a kernel of this shape or for kernels of any."""
    for groups in _GROUPS if shape is None else range(1, max(shape) + 1):
        for signal in _SIGNALS:
            for kernel, kind in _KERNELS:
                if kind == "kept" and groups > 1:
                    continue
                if shape is not None:
                    counts = (shape[-2], shape[-1]) if kernel.startswith("*") else (shape[0], shape[1])
                else:
                    # The axis that has the channels of all groups is as many times as long.
                    lengths = {"I": 2, "O": 3, "M": 3}
                    lengths["O" if kind == "forward" else "I"] *= groups
                    letters = kernel.strip("*")
                    counts = (lengths[letters[0]], lengths[letters[1]])
                whole = counts[kernel.strip("*").index("O" if kind == "forward" else "I")]
                if whole % groups == 0:
                    yield Arranged(subject, ndim, signal, kernel, kind, counts, groups)


def beside(subject: Subject, reception: Reception) -> Channels | None:
    """Return what a function does with one more axis of the signal, None if it does not take one, or not so.

    Each channel holds other numbers. They are kept if every channel of the answer is that of the channel alone.
    """
    ndim = reception.ndim
    if ndim >= 3:
        return None
    lengths = [reception.first, *[(9, 3)] * (ndim - 1)]
    if reception.shapes.signal is None:
        lengths = [reception.first] * ndim
    n, k = (tuple(pair[side] for pair in lengths) for side in (0, 1))
    rng = np.random.default_rng(12)
    h = rng.integers(1, 5, k).astype(reception.kernel)
    spatial = _SPATIAL[ndim]
    for place, signal in ((-1, f"{spatial}C"), (0, f"C{spatial}")):
        x = rng.integers(0, 9, (3, *n)).astype(reception.signal)
        try:
            y = subject.answer(np.moveaxis(x, 0, place), h)
            alone = np.stack([subject.answer(channel, h) for channel in x])
        except (Refused, ValueError):
            continue
        for mixing, meant in (("kept", np.moveaxis(alone, 0, place)), ("summed", alone.sum(axis=0))):
            if y.shape == meant.shape and np.allclose(y, meant, rtol=1e-5, atol=1e-5 * np.abs(meant).max(initial=1)):
                return Channels(mixing, signal, spatial)
    return _filtered(subject, reception, n, k)


def _filtered(subject: Subject, reception: Reception, n: tuple[int, ...], k: tuple[int, ...]) -> Channels | None:
    """Return that channels are filtered, if a kernel with an axis for them lets them meet."""
    rng = np.random.default_rng(13)
    x = rng.integers(1, 9, (*n, 4)).astype(reception.signal)
    h = rng.integers(1, 5, (*k, 3)).astype(reception.kernel)
    other = x.copy()
    other[..., 1] = 0
    try:
        y, z = subject.answer(x, h), subject.answer(other, h)
    except Refused:
        return None
    if y.ndim != x.ndim or y.shape != z.shape or not (y != z).any(axis=tuple(range(len(n)))).sum() > 1:
        return None
    letters = f"{_SPATIAL[len(n)]}C"
    return Channels("filtered", letters, letters)
