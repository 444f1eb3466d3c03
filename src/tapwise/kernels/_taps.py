"""What all kernels are made of: radii, lines and their outer product, directions, and the turn for the operator."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tapwise.errors import ArgumentError
from tapwise.kernels._check import limit_taps, one_of, per_axis, positive, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Kernel = NDArray[np.int64 | np.float64]
Scalar = TypeVar("Scalar", bound=np.int64 | np.float64)

OPERATORS = ("cross-correlation", "convolution")


def flips(operator: object) -> bool:
    """Return whether the operator needs the kernel, which is made for cross-correlation, flipped: convolution does."""
    return one_of("operator", operator, OPERATORS) == "convolution"


def oriented(kernel: NDArray[Scalar], flip: bool) -> NDArray[Scalar]:
    """Return the kernel, contiguous, and flipped along all axes if so asked.

    Point-symmetric kernels take this way as well; the flip then changes no bit.
    """
    return np.ascontiguousarray(np.flip(kernel) if flip else kernel)


def outer(lines: Sequence[NDArray[Scalar]]) -> NDArray[Scalar]:
    """Return the product kernel: kernel[i, j, ...] = lines[0][i] * lines[1][j] * ..."""
    product: NDArray[Scalar] = reduce(np.multiply.outer, lines)
    return product


def impulse_minus(strength: float, taps: Kernel, gain: float = 1) -> NDArray[Any]:
    """Return gain * impulse - strength * taps, the impulse being 1 at the centre; int64 if all of these are whole."""
    kernel: NDArray[Any] = np.subtract(0, np.multiply(strength, taps))  # 0 - 0.0 is 0.0, where a negation gives -0.0
    kernel[tuple(n // 2 for n in kernel.shape)] += gain
    return kernel


def radii(
    reaches: Sequence[float], radius: object, truncate: object, source: tuple[str, object], least: Sequence[int]
) -> tuple[int, ...]:
    """Return the radius along every axis: `radius` if given, else int(truncate * reach + 0.5) but not below `least`.

    `source` names the argument that the reaches come from, and its value, for the error about kernels that are too big.
    """
    factor = positive("truncate", truncate)
    if radius is None:
        chosen = tuple(max(_rounded(factor, reach), low) for reach, low in zip(reaches, least, strict=True))
    else:
        chosen = per_axis("radius", radius, len(reaches), lambda name, value: whole(name, value, 0))
        source = ("radius", radius)
        for axis, (given, low) in enumerate(zip(chosen, least, strict=True)):
            if given < low:
                raise ArgumentError(
                    "radius", radius, f"must be at least {low} along axis {axis}", f"write {low} or more"
                )
    limit_taps(*source, [2 * r + 1 for r in chosen], "write a smaller one, or a smaller radius=")
    return chosen


def unit(angle: float) -> tuple[float, float]:
    """Return (cos, sin) of an angle in degrees, exact at multiples of 90, equal in size at odd multiples of 45."""
    turn = math.fmod(angle, 360)
    rest = math.remainder(turn, 90)  # -45 to 45, exact
    if abs(rest) == 45:
        c, s = math.sqrt(0.5), math.copysign(math.sqrt(0.5), rest)
    else:
        c, s = math.cos(math.radians(rest)), math.sin(math.radians(rest))
    quarter = round((turn - rest) / 90) % 4
    return ((c, s), (-s, c), (-c, -s), (s, -c))[quarter]


def _rounded(factor: float, reach: float) -> int:
    return int(min(factor * reach + 0.5, 2.0**62))  # the product of two finite numbers need not be finite
