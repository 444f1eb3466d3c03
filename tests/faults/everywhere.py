"""One call through every engine there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import tapwise as tw
from tapwise.engines import ENGINES
from tapwise.errors import EngineError
from tests import oracle

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = np.ndarray[Any, np.dtype[Any]]
#: The slowest of them is left out of large cases.
FAST = tuple(name for name in ENGINES if name != "reference")


def everywhere(x: Any, h: Any, *, engines: tuple[str, ...] = tuple(ENGINES), **words: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the result of "auto" and of each engine that can do it; more than one can."""
    done = 0
    for engine in ("auto", *engines):
        try:
            y = tw.apply(x, h, engine=engine, **{"operator": "cross-correlation", **words})
        except EngineError:
            continue
        done += 1
        yield engine, y
    assert done > 1


def right(x: Any, h: Any, size: tuple[Any, ...], boundary: str = "zero", **words: Any) -> Array:
    """The oracle's cross-correlation of whole numbers."""
    x, h = np.asarray(x), np.asarray(h)
    pairs = [
        oracle.axis(n, k, operator="cross-correlation", size=size, below=boundary, above=boundary, **words)
        for n, k in zip(x.shape, h.shape, strict=True)
    ]
    y = np.zeros([len(p) for p in pairs])
    for place, value in oracle.apply(dict(np.ndenumerate(x)), dict(np.ndenumerate(h)), pairs).items():
        y[place] = value
    return y


def equal(y: Array, expected: Any) -> bool:
    """Whether whole numbers are equal, where a transform may have rounded floats."""
    expected = np.asarray(expected)
    return y.shape == expected.shape and bool((np.abs(y - expected) < 1e-3).all())
