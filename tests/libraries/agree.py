"""Two answers to one question: a function's own, through its adapter, and ours by its catalogue entry."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.catalogue import entry, register
from tapwise.engines import suspended
from tapwise.errors import ShapeError, TapwiseError
from tests.peers.same import lengths, same, whole_numbers

Options = Mapping[str, Any]


def agree(name: str, x: Any, h: Any, **options: Any) -> bool:
    """Assert that both answers are equal; False where the function itself takes no such input."""
    try:
        theirs = libraries.call(name, x, h, **options)
    except TapwiseError:
        raise
    except Exception:
        return False
    if not theirs.size:  # no window fits: some libraries answer with nothing, we with an error
        with pytest.raises(ShapeError):
            tw.apply(x, h, like=name, **options)
        return False
    same(tw.apply(x, h, like=name, **options), theirs, name, x.shape, x.dtype, h.shape, h.dtype, options)
    return True


def agree_within(name: str, x: Any, h: Any, bound: Any, **options: Any) -> None:
    """Assert equal shapes and dtypes, and values that differ by no more than `bound`."""
    theirs, ours = libraries.call(name, x, h, **options), tw.apply(x, h, like=name, **options)
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype), (name, x.shape, h.shape, options)
    assert (abs(ours - theirs) <= bound).all(), (name, x.shape, h.shape, options)


def transform_bound(x: Any, h: Any) -> float:
    """Return C·eps·log2(n)·‖x‖·‖h‖, n the length of the whole transform: what rounding can do there (Percival 2003)."""
    n = np.prod([a + b - 1 for a, b in zip(x.shape, h.shape, strict=True)])
    single = np.result_type(x, h) in (np.float32, np.complex64)
    eps = float(np.finfo(np.float32 if single else np.float64).eps)
    return float(10 * eps * np.log2(n + 2) * np.linalg.norm(np.abs(x).ravel()) * np.linalg.norm(np.abs(h).ravel()))


def agree_often(
    name: str,
    shapes: Iterable[tuple[Any, Any]],
    dtypes: Iterable[str],
    draw: Callable[[np.random.Generator, Any, Any], Options],
    *,
    least: int,
    seed: int = 1,
) -> None:
    """Assert equal answers for data of every shape and dtype with options drawn for it, at least `least` of them."""
    rng, compared, kinds = np.random.default_rng(seed), 0, list(dtypes)
    for n, k in shapes:
        for dtype in kinds:
            x, h = whole_numbers(rng, n, dtype), whole_numbers(rng, k, dtype)
            compared += agree(name, x, h, **draw(rng, x, h))
    assert compared >= least, (name, compared)


def shapes(ndim: int, count: int, *, signal: int = 7, kernel: int = 6, seed: int = 1) -> list[tuple[Any, Any]]:
    """Return random lengths of signals and kernels, from 1 up to these."""
    rng = np.random.default_rng((seed, ndim))
    return [(lengths(rng, ndim, 1, signal), lengths(rng, ndim, 1, kernel)) for _ in range(count)]


def caught(monkeypatch: pytest.MonkeyPatch, name: str, check: Callable[[], None], **change: Any) -> None:
    """Assert that `check` passes, and fails when the entry's convention has other words."""
    check()
    right = entry(name)
    with suspended(), monkeypatch.context() as patch:  # what was understood before is recalled otherwise
        patch.setattr(sys.modules["tapwise.operators.meaning"], "_recent", {})
        patch.setitem(register._ENTRIES, name, replace(right, words=lambda o: {**right.words(o), **change}))
        with pytest.raises((AssertionError, TapwiseError)):
            check()
