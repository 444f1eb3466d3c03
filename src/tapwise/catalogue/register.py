"""All catalogued functions, by name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from tapwise.catalogue import (
    astropy,
    cv2,
    dask_image,
    imagemagick,
    jax,
    keras,
    kornia,
    mahotas,
    numpy,
    octave,
    onnx,
    pillow,
    pyvips,
    scipy_further,
    scipy_ndimage,
    scipy_signal,
    simpleitk,
    skimage,
    tensorflow,
    torch,
    torch_grad,
)
from tapwise.convention import Convention
from tapwise.convention.words import listed
from tapwise.errors import ArgumentError, ArgumentTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapwise.catalogue.entry import Entry

_ROOMS = (
    numpy, scipy_signal, scipy_ndimage, torch, torch_grad, scipy_further, cv2, skimage, pillow, astropy, jax, onnx,
    tensorflow, keras, kornia, simpleitk, mahotas, dask_image, pyvips, octave, imagemagick,
)  # fmt: skip
_ENTRIES: dict[str, Entry] = {entry.name: entry for room in _ROOMS for entry in room.ENTRIES}
_SHORT = {"np.": "numpy.", "F.": "torch.nn.functional.", "nn.": "torch.nn.", "ndimage.": "scipy.ndimage.",
          "signal.": "scipy.signal.", "jnp.": "jax.numpy.", "lax.": "jax.lax.", "tf.": "tensorflow."}  # fmt: skip


def names() -> list[str]:
    """Return the names of all catalogued functions.

    Examples
    --------
    >>> names()[:2]
    ['numpy.convolve', 'numpy.correlate']
    >>> "cv2.filter2D" in names()
    True
    """
    return list(_ENTRIES)


def entry(name: str) -> Entry:
    """Return the entry of a function; common short forms such as "np.convolve" are understood.

    Raises
    ------
    ArgumentError
        If no function of that name is catalogued.
    """
    if not isinstance(name, str):
        raise ArgumentTypeError("like", name, "must be a function's name", "write 'numpy.convolve' or the like")
    full = next((long + name.removeprefix(short) for short, long in _SHORT.items() if name.startswith(short)), name)
    if full in _ENTRIES:
        return _ENTRIES[full]
    near = get_close_matches(full, _ENTRIES, n=3, cutoff=0.5)
    guess = f"did you mean {listed(near)}?" if near else "tapwise.catalogue.names() lists them"
    raise ArgumentError("like", name, "is not a catalogued function", guess)


def meaning(name: str, options: Mapping[str, Any] | None = None, *, ndim: int | None = None) -> tuple[Convention, Any]:
    """Return the convention that a function follows with these options, and the axes it filters (None: all).

    Parameters
    ----------
    name : str
        The function, such as "scipy.ndimage.convolve".
    options : mapping, optional
        Its options, as its own callers write them.
    ndim : int, optional
        The axes that are to be filtered, checked where the function works in fixed dimensions.

    Examples
    --------
    >>> meaning("numpy.correlate", {"mode": "same"})[0].axes[0].size.rule
    'longest'
    """
    found = entry(name)
    settled = found.settled(options or {})
    axes = found.axes(settled) if found.axes else None
    if found.ndim is not None and ndim not in (None, found.ndim):
        count = "1 axis" if found.ndim == 1 else f"{found.ndim} axes"
        raise ArgumentError(
            "like", name, f"filters {count}, and h has {ndim}", f"give h {count}, or take the function for {ndim}"
        )  # fmt: skip
    return Convention.of(**found.words(settled)), axes
