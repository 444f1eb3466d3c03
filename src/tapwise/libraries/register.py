"""All libraries: which functions can be called, whether they are installed, and the call."""

from __future__ import annotations

from importlib.metadata import packages_distributions
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.catalogue import entry
from tapwise.errors import MissingLibrary
from tapwise.libraries import (
    astropy,
    cv2,
    jax,
    keras,
    kornia,
    numpy,
    onnx,
    pillow,
    scipy,
    skimage,
    tensorflow,
    torch,
)

if TYPE_CHECKING:
    from tapwise.libraries.library import Array, Library

_LIBRARIES: dict[str, Library] = {
    name: room.LIBRARY
    for room in (numpy, scipy, torch, cv2, skimage, pillow, astropy, jax, onnx, tensorflow, keras, kornia)
    for name in room.LIBRARY.calls
}  # fmt: skip


def names() -> list[str]:
    """Return the names of the functions that can be called, installed or not: all that are catalogued.

    Examples
    --------
    >>> names()[:2]
    ['numpy.convolve', 'numpy.correlate']
    """
    return list(_LIBRARIES)


def available(name: str) -> bool:
    """Return whether the library of a function is installed; nothing is imported.

    Examples
    --------
    >>> available("numpy.convolve")
    True
    """
    return not _missing(_library(name))


def version(name: str) -> str:
    """Return the version of the library of a function.

    Raises
    ------
    MissingLibrary
        If it is not installed.
    """
    library = _library(name)
    _demand(library, name)
    return installed_version(packages_distributions()[library.name][0])  # OpenCV, for one, comes under several names


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
    _demand(library, meant.name)
    return np.array(library.calls[meant.name](np.asarray(x), np.asarray(h), **options))  # some give what is read-only


def _library(name: str) -> Library:
    return _LIBRARIES[entry(name).name]


def _missing(library: Library) -> list[str]:
    return [distribution for module, distribution in library.distributions.items() if find_spec(module) is None]


def _demand(library: Library, name: str) -> None:
    if missing := _missing(library):
        raise MissingLibrary(missing[0], f"calling {name}", f"pip install {' '.join(missing)}")
