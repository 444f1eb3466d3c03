"""A layer met with shapes: channels and groups checked, the plan made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapwise.channels.layout import Index, Layout, kernel_layout, signal_layout, spatial
from tapwise.convention.words import counted
from tapwise.errors import ShapeError, Shown
from tapwise.geometry import Plan, input_turn, linear, operator_plan

if TYPE_CHECKING:
    from tapwise.convention import Convention
    from tapwise.engines import Array


@dataclass(frozen=True, slots=True)
class Setting:
    """A layer for arrays of known shapes.

    Attributes
    ----------
    plan, base : Plan
        The plan solved for the output, and the forward plan whose turn it is (itself, but for a transposed layer).
    signal, kernel : Layout
        The layouts of the two arrays.
    outputs : tuple of int
        The shape of the result.
    groups, fed : int
        The groups, and the output channels of all of them.
    turned : bool
        Whether the layer is transposed.
    """

    plan: Plan
    base: Plan
    signal: Layout
    kernel: Layout
    outputs: Index
    groups: int
    fed: int
    turned: bool

    @property
    def input_plan(self) -> Plan:
        """The plan of the input gradient: the relation solved for the input."""
        return linear(self.base) if self.turned else input_turn(self.base)

    def sorted(self, x: Array) -> Array:
        """Return a signal or result as (batch, *spatial, channels)."""
        return x.transpose(self.signal.order)

    def matrices(self, h: Array) -> Array:
        """Return the kernel as (*taps, groups, inputs, outputs): a matrix for each tap and group."""
        taps = h.transpose(self.kernel.order)
        *lengths, outputs, inputs = taps.shape
        if self.turned:
            split = taps.reshape(*lengths, outputs, self.groups, inputs // self.groups)
            return split.swapaxes(-2, -3).swapaxes(-1, -2)
        return taps.reshape(*lengths, self.groups, outputs // self.groups, inputs).swapaxes(-1, -2)

    def taps(self, matrices: Array) -> Array:
        """Return what `matrices` made as (*taps, outputs, inputs)."""
        *lengths, groups, inputs, outputs = matrices.shape
        if self.turned:
            return matrices.swapaxes(-1, -2).swapaxes(-2, -3).reshape(*lengths, outputs, groups * inputs)
        return matrices.swapaxes(-1, -2).reshape(*lengths, groups * outputs, inputs)


def setting(convention: Convention, layout: str, taps_layout: str, groups: int, x: Index, h: Index) -> Setting:
    """Return a layer's setting for a signal of shape `x` and a kernel of shape `h`.

    Raises
    ------
    ShapeError
        Where the shapes do not go together.
    """
    for name, shape, word, letters in (("x", x, "layout", layout), ("h", h, "kernel_layout", taps_layout)):
        if len(shape) != len(letters):
            raise ShapeError(
                name, Shown(f"shape {shape}"), f"has {len(shape)} axes, and {word}={letters!r} names {len(letters)}",
                f"give it as many, or write another {word}=",
            )  # fmt: skip
    along = spatial(layout)
    signal, kernel = signal_layout(layout), kernel_layout(taps_layout, along)
    *whole_batch, channels = signal.sorted(x)
    batch, positions = whole_batch[: -len(along)], whole_batch[-len(along) :]
    *lengths, outputs, inputs = kernel.sorted(h)
    turned = convention.direction == "transposed"
    taken, fed, divided = inputs * groups, outputs, outputs
    if turned:
        taken, fed, divided = inputs, outputs * groups, inputs
    if taken != channels:
        each = "" if turned or groups == 1 else f" for each of {groups} groups"
        raise ShapeError(
            "h", Shown(f"shape {h}"), f"takes {counted(inputs, 'channel')}{each} (I in kernel_layout="
            f"{taps_layout!r}), and x has {channels} (C in layout={layout!r})",
            "give them the same channels, or write groups= or the layouts as they are",
        )  # fmt: skip
    if divided % groups:
        letter = "I" if turned else "O"
        raise ShapeError(
            "h", Shown(f"shape {h}"), f"{divided} channels ({letter} in kernel_layout={taps_layout!r}) do not "
            f"divide into {groups} groups", "write groups= that divides them",
        )  # fmt: skip
    try:
        plan, base = operator_plan(convention, positions, lengths)
    except ShapeError as why:
        rule = re.sub(r"axis (\d+)", lambda found: f"axis {along[int(found[1])]}", why.rule)
        raise ShapeError(why.argument, why.value, rule, why.remedy) from None
    result = signal.own((*batch, *plan.output_shape, fed))
    return Setting(plan, base, signal, kernel, result, groups, fed, turned)
