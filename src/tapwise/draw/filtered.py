"""A whole image under both operators, and their difference."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.draw.drawing import Drawing, drawn
from tapwise.draw.grid import Layer, cell, frame
from tapwise.draw.reading import number
from tapwise.draw.scene import FAINT, SMALL, Picture, Rect, Scene, Words, below, beside
from tapwise.draw.style import KERNEL
from tapwise.errors import ArgumentTypeError, ShapeError, Shown
from tapwise.operators import convolve, correlate
from tapwise.operators.arrays import take

_WIDE = 6.4


def filtered(image: Any, h: Any, *, ax: Any = None, **words: Any) -> Drawing:
    """Draw an image, what convolution and cross-correlation make of it, and where the two differ.

    Each picture says which numbers its darkest and its lightest shade stand for; the two results share theirs. The
    difference is drawn around 0, its sign in two colours.

    Parameters
    ----------
    image : array_like
        Of two axes; of a colour image choose a channel, `image[..., 1]`.
    h : array_like
        The kernel, of two axes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    **words
        Fields of `tapwise.Convention.of` other than `operator`, as for `tapwise.convolve`; size "same" and boundary
        "reflect101" by default.

    Examples
    --------
    >>> import numpy as np, tapwise as tw
    >>> figure = tw.draw.filtered(np.arange(64.0).reshape(8, 8) % 5, tw.kernels.sobel(axis=1))
    >>> len([item for item in figure.scene.items if type(item).__name__ == "Picture"])
    4
    """
    pixels, kernel = take("image", image), take("h", h)
    for name, values in (("image", pixels), ("h", kernel)):
        if values.ndim != 2 or not values.size or values.dtype.kind not in "biuf":
            told, rule = Shown(f"{values.dtype} of shape {values.shape}"), "must be real numbers along two axes"
            raise ShapeError(
                name, told, rule, "give one channel of a colour image, as image[..., 1]" if name == "image" else ""
            )
    if "operator" in words:
        raise ArgumentTypeError("operator", words["operator"], "both are drawn", "leave it out")
    words = {"size": "same", "boundary": "reflect101", "dtype": np.float64, **words}
    flipped, plain = np.asarray(convolve(pixels, kernel, **words)), np.asarray(correlate(pixels, kernel, **words))
    if not flipped.size:
        raise ShapeError("image", Shown(f"shape {pixels.shape}"), "leaves no output to draw", "write size='same'")
    low, high = float(min(flipped.min(), plain.min())), float(max(flipped.max(), plain.max()))
    difference = flipped - plain
    most = float(np.abs(difference).max())
    panels = [
        _panel("image", pixels, float(pixels.min()), float(pixels.max())),
        _panel("convolution", flipped, low, high),
        _panel("cross-correlation", plain, low, high),
        _panel("convolution − cross-correlation", difference, -most, most, signed=True),
    ]
    rows = [beside(panels[:2], 0.6), beside(panels[2:], 0.6)]
    scene = below([*rows, _kernels(kernel)], 0.6)
    scene.title = "An image under both operators, and their difference"
    scene.alt = (
        f"An image of {pixels.shape[0]} × {pixels.shape[1]} pixels filtered by a kernel of "
        f"{kernel.shape[0]} × {kernel.shape[1]} taps. "
        f"Both results lie from {number(low)} to {number(high)}; they differ by {number(most)} at most."
    )
    return drawn(scene, ax)


def _panel(name: str, pixels: Any, low: float, high: float, *, signed: bool = False) -> Scene:
    height = _WIDE * pixels.shape[0] / pixels.shape[1]
    colours = "orange to violet" if signed else "black to white"
    return Scene(
        [
            Picture(0, 0, _WIDE, height, pixels, low, high, signed, name),
            Rect(0, 0, _WIDE, height, None),
            Words(0, -0.2, name, 0.31, bold=True, across="left", down="bottom"),
            Words(
                0, height + 0.15, f"{colours}: {number(low)} to {number(high)}", SMALL, FAINT, across="left", down="top"
            ),
        ]
    )


def _kernels(kernel: Any) -> Scene:
    """Return the kernel as each operator puts it on the image; in words where it has too many taps."""
    if kernel.size > 49:
        return Scene(
            [Words(0, 0, f"kernel of {kernel.shape[0]} × {kernel.shape[1]} taps", SMALL, FAINT, across="left")]
        )
    parts = []
    for name, values in (
        ("kernel in place, convolution", np.flip(kernel)),
        ("kernel in place, cross-correlation", kernel),
    ):
        part, positions = Scene(), list(np.ndindex(values.shape))
        for position in positions:
            part.items += cell(
                position, [Layer(number(values[position]))], size=0.9, fill=KERNEL, name=f"{name}{list(position)}"
            )
        part.add(frame(positions, 0.9))
        part.add(Words(0, -0.25, name, SMALL, FAINT, across="left", down="bottom"))
        part.add(Rect(0, 0, _WIDE, 0.01, None, None))
        parts.append(part)
    return beside(parts, 0.6)
