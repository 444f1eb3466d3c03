"""All libraries: which functions can be called, whether they are installed, and the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.catalogue import entry
from tapwise.libraries import (
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
    scipy,
    simpleitk,
    skimage,
    tensorflow,
    torch,
    torch_grad,
)
from tapwise.libraries.library import demand

if TYPE_CHECKING:
    from tapwise.libraries.library import Array, Outside

_ROOMS: tuple[Any, ...] = (
    numpy, scipy, torch, torch_grad, cv2, skimage, pillow, astropy, jax, onnx, tensorflow, keras, kornia, simpleitk,
    mahotas, dask_image, pyvips, octave, imagemagick,
)  # fmt: skip
_LIBRARIES: dict[str, Outside] = {name: room.LIBRARY for room in _ROOMS for name in room.LIBRARY.calls}


def names() -> list[str]:
    """Return the names of the functions that can be called, installed or not: all that are catalogued.

    Examples
    --------
    >>> names()[:2]
    ['numpy.convolve', 'numpy.correlate']
    """
    return list(_LIBRARIES)


def available(name: str) -> bool:
    """Return whether the library or program of a function is installed; nothing is imported.

    Examples
    --------
    >>> available("numpy.convolve")
    True
    """
    return not _library(name).missing()


def version(name: str) -> str:
    """Return the version of the library or program of a function.

    Raises
    ------
    MissingLibrary
        If it is not installed.
    """
    library = _library(name)
    demand(library, f"calling {name}")
    return library.version()


def call(name: str, x: Any, h: Any, **options: Any) -> Array:
    """Return what the function itself answers.

    Parameters
    ----------
    name : str
        A catalogued function, such as "torch.nn.functional.conv2d".
    x, h : array_like
        The signal and the kernel: spatial axes only. What the function wants beside them is added, and taken off its
        answer.
    **options
        Its options, as in the catalogue; those that are left out keep the library's own defaults.

    Returns
    -------
    ndarray
        Of the dtype that the function returns.

    Raises
    ------
    ArgumentError
        If no such function is catalogued, or it has no such option.
    MissingLibrary
        If its library is not installed.

    Notes
    -----
    What the function itself raises is passed on.

    Examples
    --------
    >>> call("numpy.convolve", [2, 1, 3], [1, -1], mode="valid")
    array([-1,  2])
    """
    meant = entry(name)
    meant.settled(options)
    library = _LIBRARIES[meant.name]
    demand(library, f"calling {meant.name}")
    return np.array(library.calls[meant.name](np.asarray(x), np.asarray(h), **options))  # some give what is read-only


def _library(name: str) -> Outside:
    return _LIBRARIES[entry(name).name]
