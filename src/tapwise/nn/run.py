"""What came of training two networks in step: the numbers, and what they say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tapwise.nn.recipe import Recipe

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Curve:
    """One network's way.

    Attributes
    ----------
    losses : tuple of float
        The loss of each step, on its own batch.
    accuracy : float
        The share of held-out samples that it gets right at the end.
    kernels : dict of str to array
        The kernels of each layer at the end, by the layer's name.
    model : torch.nn.Module
        The trained network.
    """

    losses: tuple[float, ...]
    accuracy: float
    kernels: dict[str, Array]
    model: Any


@dataclass(frozen=True)
class TwinRun:
    """Two networks trained in step on the same batches: one correlates, the other convolves.

    Attributes
    ----------
    recipe : Recipe
        How they were trained.
    correlation, convolution : Curve
        The two networks.
    distances : tuple of float
        After each step, the largest difference between a number of one network (parameter, running mean, ...) and its
        partner in the other, kernels flipped.
    first_difference : int or None
        The first step (from 0, the start) at which any bit differed, kernels flipped.
    held_out : int
        How many samples the accuracies are measured on.
    """

    recipe: Recipe
    correlation: Curve
    convolution: Curve
    distances: tuple[float, ...]
    first_difference: int | None
    held_out: int

    @property
    def largest(self) -> float:
        """The largest of the distances, and of the differences between the two losses of a step."""
        losses = np.subtract(self.correlation.losses, self.convolution.losses)
        return float(np.max([*self.distances, *np.abs(losses)]))

    @property
    def equal(self) -> str:
        """How equal the two ways are: 'to the bit', 'to rounding' (below √eps), or 'no' (as where one is a NaN)."""
        if self.first_difference is None:
            return "to the bit"
        return "to rounding" if self.largest < np.sqrt(np.finfo(self.recipe.dtype).eps) else "no"

    @property
    def lost(self) -> int | None:
        """The first step at which a loss was no finite number, if any: the training has failed."""
        pairs = zip(self.correlation.losses, self.convolution.losses, strict=True)
        return next((step for step, pair in enumerate(pairs, 1) if not np.isfinite(pair).all()), None)

    @property
    def apart(self) -> tuple[float, float]:
        """How far the convolution's kernels are from the correlation's flipped ones, and from them as they are.

        Both are relative: the length of the difference over the length of the correlation's kernels.
        """
        pairs = [(one, self.convolution.kernels[name]) for name, one in self.correlation.kernels.items()]
        size = sum(float((one**2).sum()) for one, _ in pairs)
        turned = sum(float(((flipped(one) - other) ** 2).sum()) for one, other in pairs)
        plain = sum(float(((one - other) ** 2).sum()) for one, other in pairs)
        return float(np.sqrt(turned / size)), float(np.sqrt(plain / size))

    @property
    def verdict(self) -> str:
        """One sentence: are the two ways equal."""
        if self.equal == "to the bit":
            return (
                f"equal to the bit: through {len(self.distances) - 1} steps every parameter, buffer and loss is the "
                "same, the convolution's kernels flipped"
            )
        if self.lost is not None:
            return f"nothing to compare: at step {self.lost} a loss is no finite number"
        since = f"first at step {self.first_difference}, at most {self.largest:.1e}"
        if self.equal == "to rounding":
            return f"equal to rounding, not to the bit: differences {since}"
        return f"different: {since}"

    @property
    def why(self) -> str:
        """The reason, from the recipe; and what to think if the numbers do not bear it out."""
        if self.lost is not None:
            return "the training itself has failed: look at the model and at the size of its numbers"
        if self.recipe.start != "flipped":
            turned, plain = self.apart
            return (
                "only a flipped start leads to flipped kernels. From this start the two compute different functions at "
                f"once and learn two sets of kernels: the convolution's are {turned:.2f} of their size away from the "
                f"flipped ones, {plain:.2f} from the unflipped ones. The accuracies say which does better"
            )
        if self.recipe.sums:
            expected = (
                f"{' and '.join(self.recipe.sums)} adds up over taps in the order they lie in memory, and a flip "
                "changes that order: equal in exact arithmetic, to rounding in floating point"
            )
            return expected + ("" if self.equal != "no" else ", and here the rounding has grown")
        expected = (
            "a flip moves numbers and rounds nothing, both operators run through the same kernel of PyTorch, and the "
            "optimizer treats each weight by itself; so the same numbers meet in the same order"
        )
        broken = "this should be equal to the bit and is not: a fault, or another algorithm on this machine"
        return expected if self.equal == "to the bit" else broken

    def __str__(self) -> str:
        one, other = self.correlation, self.convolution
        return "\n".join(
            [
                str(self.recipe),
                "",
                f"{'':16}{'cross-correlation':>20}{'convolution':>16}",
                f"{'loss, step 1':16}{one.losses[0]:20.4f}{other.losses[0]:16.4f}",
                f"{f'loss, step {len(one.losses)}':16}{one.losses[-1]:20.4f}{other.losses[-1]:16.4f}",
                f"{'accuracy':16}{one.accuracy:20.1%}{other.accuracy:16.1%}   of {self.held_out} held-out samples",
                "",
                f"verdict: {self.verdict}",
                f"why: {self.why}",
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the networks as plain data."""
        curves = {
            name: {
                "losses": list(curve.losses),
                "accuracy": curve.accuracy,
                "kernels": {layer: kernel.tolist() for layer, kernel in curve.kernels.items()},
            }
            for name, curve in (("cross-correlation", self.correlation), ("convolution", self.convolution))
        }
        return {
            "recipe": asdict(self.recipe), "equal": self.equal, "verdict": self.verdict, "why": self.why, **curves,
            "distances": list(self.distances), "first_difference": self.first_difference,
            "apart": dict(zip(("flipped", "unflipped"), self.apart, strict=True)), "held_out": self.held_out,
        }  # fmt: skip


def flipped(kernel: Array) -> Array:
    """Return a kernel reversed along its spatial axes, all but the first two."""
    return np.flip(kernel, tuple(range(2, kernel.ndim)))
