"""Astropy: arrays as they are."""

from __future__ import annotations

from tapwise.libraries.library import Library, plainly

LIBRARY = Library({"astropy": "astropy"}, plainly("astropy.convolution.convolve", "astropy.convolution.convolve_fft"))
