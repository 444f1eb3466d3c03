"""NumPy: arrays as they are."""

from __future__ import annotations

from tapwise.libraries.library import Library, plainly

LIBRARY = Library({"numpy": "numpy"}, plainly("numpy.convolve", "numpy.correlate"))
