"""Functions of known libraries: told by the object itself, and nothing is imported to tell."""

from __future__ import annotations

import sys
from typing import Any

from tapwise.catalogue import names


def name_of(f: object) -> str | None:
    """Return the catalogued name of a function of another library, None if it is none.

    Examples
    --------
    >>> import numpy as np
    >>> name_of(np.convolve), name_of(len)
    ('numpy.convolve', None)
    """
    # None is what is not loaded.
    return None if f is None else next((name for name in names() if loaded(name) is f), None)


def loaded(name: str) -> Any:
    """Return what stands under a dotted name in the modules that are imported already, None if nothing does."""
    words = name.split(".")
    for parts in range(len(words) - 1, 0, -1):
        place: Any = sys.modules.get(".".join(words[:parts]))
        for word in words[parts:]:
            # Not by getattr: a module may import another one when it is asked for it.
            place = None if place is None else getattr(place, "__dict__", {}).get(word)
        if place is not None:
            return place
    return None
