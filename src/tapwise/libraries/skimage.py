"""scikit-image: arrays as they are."""

from __future__ import annotations

from tapwise.libraries.library import Library, plainly

LIBRARY = Library({"skimage": "scikit-image"}, plainly("skimage.filters.correlate_sparse"))
