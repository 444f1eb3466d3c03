"""Gradients explained: their steps, written down."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.channels import Layer
from tapwise.convention.convention import with_arithmetic
from tapwise.convention.words import whole
from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, Shown
from tapwise.explanation.gradient_steps import GradientSteps, Maker, Places
from tapwise.explanation.gradient_written import GradientText
from tapwise.explanation.written import Block, Writable
from tapwise.operators.arrays import take
from tapwise.operators.axes import resolve
from tapwise.operators.meaning import understand

if TYPE_CHECKING:
    from tapwise.convention import Convention
    from tapwise.explanation.terms import Index


@dataclass(frozen=True)
class GradientExplanation(GradientSteps, Writable):
    """Gradients and their steps, which can be written down; see `GradientSteps` for what it holds."""

    def blocks(self, **choices: Any) -> tuple[Block, ...]:
        """Return the explanation as blocks, which every format writes in its own way.

        Parameters
        ----------
        levels : sequence of {"symbols", "indices", "numbers"}
            Which levels of the formulas: with letters; with the indices put in; with the numbers put in. All by
            default.
        worked : bool, default False
            Show each step as a worked example too, one line a pair, the indices before and after solving.
        """
        return GradientText(self).blocks(**choices)


def explain_gradient(
    x: Any,
    h: Any,
    gradient: Any,
    convention: Convention | None = None,
    *,
    layer: Layer | None = None,
    like: str | None = None,
    at: Any = None,
    taps: Any = None,
    most: int | None = None,
    **words: Any,
) -> GradientExplanation:
    """Return the steps by which the gradients of an operator or a layer are made.

    With y[m] = Σ_k h[k]·x[i] over all (k, i) that meet output m, u·i = s·m + c + d·k, and g = dL/dy,

        dx[i] = Σ_k conj(h[k])·g[m]   over all (k, m) that meet input i: the other operator,
        dh[k] = Σ_m conj(x[i])·g[m]   over all (m, i) that meet tap k: a cross-correlation.

    Parameters
    ----------
    x, h : array_like
        Signal and kernel, with as many axes each; with `layer`, with the axes of its layouts.
    gradient : array_like
        g = dL/dy, of the shape of the outputs.
    convention, like, **words
        What the forward operator is, as for `tapwise.apply`.
    layer : Layer, optional
        Instead, a layer with batch, channels and groups.
    at, taps : int, tuple of int, list of tuples, or None
        The samples of `x` and the taps of `h` whose gradients are wanted as steps; all by default.
    most : int, optional
        With more samples or taps than this, explain only the first and the last half of as many.

    Returns
    -------
    GradientExplanation
        The totals of its steps are those of `tapwise.input_gradient`, `tapwise.kernel_gradient` or of the layer's:
        whole and exact numbers exactly.

    Raises
    ------
    ShapeError
        If `gradient` has not the shape of the outputs.
    ArgumentError, ArgumentTypeError
        For samples or taps that are not there; as for `tapwise.apply` and `Layer`.

    Notes
    -----
    ``torch.autograd.grad(y, (x, h), gradient)`` gives the same numbers, without the steps.

    Examples
    --------
    >>> import tapwise as tw
    >>> x, h, g = [2, 1, 3, 5, 4], [1, -1], [1, 10, 100, 1000]
    >>> found = tw.explain_gradient(x, h, g, operator="cross-correlation", at=1, taps=0)
    >>> found.input_gradient, found.kernel_gradient
    (array([    1,     9,    90,   900, -1000]), array([5312, 4531]))
    >>> [(term.tap, term.position, term.product) for term in found.input_steps[0].used]
    [((1,), (0,), -1), ((0,), (1,), 10)]
    >>> print(found.text(levels=["indices", "numbers"]).splitlines()[3].strip())
    dx[1] = h[1]·g[0] + h[0]·g[1] = (−1)·1 + 1·10 = −1 + 10 = 9
    """
    signal, kernel, upstream = take("x", x), take("h", h), take("gradient", gradient)
    shown = None if most is None else whole("most", most, least=0)
    if layer is None:
        resolve(None, signal.shape, kernel.ndim)
        single, _ = understand(convention, like, words, ndim=kernel.ndim, defaults={})
        if not np.iscomplexobj(signal) and not np.iscomplexobj(kernel):
            single = with_arithmetic(single, conjugate="none")  # nothing to conjugate
        along = "".join(str(axis) for axis in range(kernel.ndim))
        meant = Layer.of(single, layout=f"C{along}")
        met = meant.setting((1, *signal.shape), (1, 1, *kernel.shape))
        places, outputs = Places(), met.outputs[1:]
    else:
        if not isinstance(layer, Layer):
            raise ArgumentTypeError("layer", layer, "must be a tapwise.Layer", "write tapwise.Layer.of(operator=...)")
        given = {"convention": convention, "like": like, **words}
        if said := next((name for name, value in given.items() if value is not None), ""):
            raise ArgumentError(said, given[said], "a layer is given, which says it", "leave out one of the two")
        meant, met = layer, layer.setting(signal.shape, kernel.shape)
        taken = kernel.shape[layer.kernel_layout.index("I")]
        places, outputs = Places(met.signal, met.kernel, taken, met.fed // met.groups), met.outputs
    if met.turned:
        raise ArgumentError(
            "direction", "transposed", "a transposed operator is itself an input gradient",
            "explain the gradients of the forward operator",
        )  # fmt: skip
    if upstream.shape != outputs:
        raise ShapeError(
            "gradient", Shown(f"shape {upstream.shape}"), f"the outputs have shape {outputs}",
            "give one value for each output",
        )  # fmt: skip
    maker = Maker(meant, met, places, signal, kernel, upstream)
    inputs = _chosen("at", at, signal.shape, shown)
    input_steps, folds = maker.input_steps(inputs)
    return GradientExplanation(
        meant.convention, layer, places, met.base, met.input_plan, maker.kernel_plan, signal, kernel,
        upstream, maker.dx, maker.dh, None if layer is None else np.asarray(layer.bias_gradient(upstream)),
        maker.spread(), input_steps, folds, maker.kernel_steps(_chosen("taps", taps, kernel.shape, shown)),
    )  # fmt: skip


def _chosen(argument: str, given: Any, shape: Index, most: int | None) -> list[Index]:
    """Return the indices that are wanted of an array."""
    if given is None:
        count = prod(shape)
        flat = list(range(count))
        if most is not None and count > most:
            flat = [*flat[: most - most // 2], *flat[count - most // 2 :]]
        return [tuple(int(i) for i in np.unravel_index(place, shape)) for place in flat]
    wanted = []
    for item in given if isinstance(given, list) else [given]:
        index = tuple(whole(argument, i) for i in (item if isinstance(item, tuple) else (item,)))
        if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
            name = "x" if argument == "at" else "h"
            raise ArgumentError(argument, item, f"{name} has shape {shape}", "write the index of one of its elements")
        wanted.append(index)
    return wanted
