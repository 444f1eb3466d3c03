"""The verdict put to the test: random inputs of sizes that were not used before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tapwise.probing.numbers import eps, predicted, same
from tapwise.probing.refusal import Counterexample
from tapwise.probing.subject import Refused

if TYPE_CHECKING:
    from tapwise.convention import Convention
    from tapwise.probing.reception import Reception
    from tapwise.probing.subject import Array, Subject

#: Inputs that must be compared, and that may be tried to find as many that are taken.
ENOUGH, TRIES = 12, 60
#: How far real results may be apart, in units of eps·log2(size)·‖x‖·‖h‖: room for a Fourier transform.
ROOM = 16.0
#: How close to the turn of the rounding the order of a sum may decide.
TIE = 1e-4


@dataclass(frozen=True, slots=True)
class Trial:
    """How well a convention reproduces a function on random inputs.

    Attributes
    ----------
    inputs : int
        Inputs that were compared.
    exact : bool
        Whether all results on whole numbers were equal, bit for bit.
    bound : float
        A bound on |f - apply| / (‖x‖·‖h‖); 0 if all results were equal.
    failed : Counterexample or None
        An input on which they differ by more than rounding.
    ties : bool
        Whether whole results differed by one where the sum lies within `TIE` of where the rounding turns.
    """

    inputs: int
    exact: bool
    bound: float
    failed: Counterexample | None
    ties: bool = False


def verify(
    subject: Subject,
    convention: Convention,
    reception: Reception,
    kernels: list[list[int]],
    *,
    longer: bool = True,
    seed: int = 0,
) -> Trial:
    """Compare `convention` with the function on random inputs.

    Parameters
    ----------
    kernels : list of list of int
        For each axis the lengths of kernels that the function takes.
    longer : bool
        Whether kernels longer than the signal are compared as well.
    """
    rng = np.random.default_rng(seed)
    compared, exact, ties, worst = 0, True, False, 0.0
    accumulated = eps(np.zeros(0, convention.arithmetic.accumulator or "int64"))
    for attempt in range(TRIES):
        if compared == ENOUGH:
            break
        x, h = _random(rng, reception, kernels, attempt, longer=longer)
        try:
            y = subject.ask(x, h)
        except Refused:
            continue
        meant = predicted(x, h, convention)
        if meant is None and not y.size:
            continue  # where no window fits, some raise and some return nothing
        compared += 1
        if same(meant, y):
            continue
        if y.dtype.kind in "iu" and _beside_ties(x, h, y, convention):
            exact, ties = False, True
            continue
        gap = None if meant is None or meant.shape != y.shape else _gap(x, h, y, meant, convention)
        fine = max(eps(y), eps(x), eps(h), accumulated) if y.dtype.kind in "fc" else 0.0
        if gap is None or not gap <= ROOM * fine * np.log2(x.size + h.size + 2):
            return Trial(compared, False, 0.0, _counterexample(x, h, y, meant))
        exact = exact and attempt % 2 == 1
        worst = max(worst, gap, fine)
    return Trial(compared, exact, 4 * worst, None, ties=ties)


def _random(
    rng: np.random.Generator, reception: Reception, kernels: list[list[int]], attempt: int, *, longer: bool
) -> tuple[Array, Array]:
    most = {1: 40, 2: 14}.get(reception.ndim, 8)
    k = [int(rng.choice(lengths)) for lengths in kernels]
    if attempt % 4 > 1:
        k = [k[0]] * len(k) if all(k[0] in lengths for lengths in kernels) else k
    least = 1 if longer and attempt % 6 == 0 else max(k)
    if attempt % 3 == 2:
        more = {1: 30, 2: 16}.get(reception.ndim, 6)  # where dilated taps span much
        least, most = least + more // 2, most + more
    n = [int(rng.integers(least, max(most, least) + 2)) for _ in k]
    if attempt % 8 > 5:
        n = [n[0]] * len(n)
    return _numbers(rng, tuple(n), reception.signal, attempt), _numbers(rng, tuple(k), reception.kernel, attempt)


def _numbers(rng: np.random.Generator, shape: tuple[int, ...], dtype: str, attempt: int) -> Array:
    """Return whole numbers, and every second time, where the dtype has them, others."""
    kind = np.dtype(dtype).kind
    if kind in "fc" and attempt % 2:
        real = rng.standard_normal(shape)
        return (real + 1j * rng.standard_normal(shape) if kind == "c" else real).astype(dtype)
    top = (3, 99, 9, 99, 1, 99)[attempt % 6]
    whole = rng.integers(0 if kind == "u" else -top, top + 1, shape)
    if not whole.any() or not whole.sum():
        whole.reshape(-1)[0] += 1
    numbers: Array = (whole + 1j * rng.integers(-top, top, shape) if kind == "c" else whole).astype(dtype)
    return numbers


def _beside_ties(x: Array, h: Array, y: Array, convention: Convention) -> bool:
    """Whether whole results are those of sums moved by a hair."""
    arithmetic = convention.arithmetic
    moved = [replace(arithmetic, offset=float(arithmetic.offset.real) + hair) for hair in (-TIE, TIE)]
    low, high = (predicted(x, h, replace(convention, arithmetic=a)) for a in moved)
    if low is None or high is None or low.shape != y.shape:
        return False
    return bool(((y == low) | (y == high)).all())


def _gap(x: Array, h: Array, y: Array, meant: Array, convention: Convention) -> float:
    """Return the largest difference in units of ‖x‖·‖h‖, the gain, the constants and the offset counted in."""
    if y.dtype.kind not in "fc":
        return float("inf")
    arithmetic = convention.arithmetic
    taps = h / h.sum() if arithmetic.normalize == "sum" else h
    sides = [side for axis in convention.axes for side in (axis.below, axis.above) if side.rule == "constant"]
    constant = max([abs(complex(side.value)) for side in sides], default=0.0)
    size = np.hypot(np.linalg.norm(x.ravel()), constant * np.sqrt(h.size)) * np.linalg.norm(taps.ravel())
    size = size * abs(complex(arithmetic.gain)) + abs(complex(arithmetic.offset))
    with np.errstate(all="ignore"):
        apart = np.abs(y.astype(np.complex128) - meant.astype(np.complex128)).max(initial=0)
    return float(apart / size) if size else (0.0 if not apart else float("inf"))


def _counterexample(x: Array, h: Array, y: Array, meant: Array | None) -> Counterexample:
    where = None
    if meant is not None and meant.shape == y.shape:
        apart = np.argwhere(~np.isclose(meant, y, rtol=1e-5))
        where = tuple(int(i) for i in apart[0]) if len(apart) else None
    return Counterexample(((x.tolist(), h.tolist()),), (y.tolist(),), None if meant is None else meant.tolist(), where)
