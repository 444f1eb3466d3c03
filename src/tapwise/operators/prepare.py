"""`prepare`: an operator whose words, shapes and kernel are settled once, for any number of signals."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import one_of
from tapwise.engines import ENGINES, Ready, beside, chosen, recalled, remember
from tapwise.engines import choose as choose_engine
from tapwise.engines import error_bound as bound_error
from tapwise.engines.separable import separable
from tapwise.engines.timing import interleaved
from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, Shown
from tapwise.operators.apply import posed
from tapwise.operators.arrays import giver, take
from tapwise.operators.axes import back, last
from tapwise.operators.problem import Problem, check_out, pose, taps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.convention import Convention
    from tapwise.engines import Choice
    from tapwise.operators.arrays import Array

#: Seconds that `measure=True` takes, unless three rounds take longer; and how many times as slow as the fastest an
#: engine may be predicted to be and still be measured.
SECONDS, HOPELESS = 0.3, 20.0

_serial = itertools.count()


def prepare(
    x: Any,
    h: Any,
    convention: Convention | None = None,
    *,
    like: str | None = None,
    axes: Any = None,
    dtype: Any = None,
    engine: str = "auto",
    accuracy: str = "normwise",
    measure: bool = False,
    **words: Any,
) -> Prepared:
    """Return an operator that is ready for signals like `x`: its engine chosen, its kernel laid out or transformed.

    ``prepare(x, h, ...)(x)`` is ``apply(x, h, ...)``: the same sums, the same errors for what cannot be, the same
    promises. What depends on words, shapes, number types and the kernel alone is done once.

    Parameters
    ----------
    x : array_like
        An example of the signals to come. Only its shape and dtype count, and of whole numbers how large they are,
        unless `measure` is true: then it is what is timed.
    h : array_like
        The kernel. Its values are kept; changing `h` afterwards changes nothing.
    convention, like, axes, dtype, engine, accuracy, **words
        As for `apply`.
    measure : bool, default False
        Time the engines that can do the case on `x`, in turn, for a third of a second (or three rounds), and take the
        fastest by the median: the transform too, however little it saves, where `accuracy` allows one. By default the
        choice is made by predicted times, as `choose` makes it.

    Returns
    -------
    Prepared
        To be called with a signal, from any threads.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ShapeError, EngineError
        As `apply` does.

    See Also
    --------
    apply : the same for one signal.
    choose : the choice alone.

    Notes
    -----
    A prepared FFT convolution of FFTW or `scipy.fft` fixes the transform; this fixes the whole operator. PyTorch's
    ``torch.nn.Conv1d`` keeps its kernel, and fixes neither shape nor algorithm.

    Examples
    --------
    >>> import numpy as np, tapwise as tw
    >>> blur = tw.prepare(np.empty(6), [0.25, 0.5, 0.25], operator="convolution", size="same", boundary="edge")
    >>> blur(np.array([0.0, 0.0, 4.0, 0.0, 0.0, 8.0]))
    array([0., 1., 2., 1., 2., 6.])
    >>> blur.engine, blur.output_shape, blur.dtype
    ('direct', (6,), dtype('float64'))
    >>> blur(np.arange(7.0))
    Traceback (most recent call last):
    tapwise.errors.ShapeError: x=shape (7,): this was prepared for shape (6,); prepare another, or write tapwise.apply
    """
    problem, meant = posed(
        x, h, convention, like=like, axes=axes, dtype=dtype, out=None, accuracy=accuracy, words=words, defaults={}
    )
    if meant.operands == "exchanged":
        raise ArgumentError(
            "operands", meant.operands, "x is then the kernel, and a kernel is prepared once",
            "exchange x and h, and write operands='as-given'",
        )  # fmt: skip
    return Prepared(problem, meant, take("h", h), engine, problem.signal if measure else None)


@dataclass(frozen=True, slots=True)
class _Settled:
    """Number types, and the engine ready for them."""

    problem: Problem
    ready: Ready


class Prepared:
    """An operator that is ready for signals of one shape and dtype; `prepare` makes it.

    Call it with a signal: ``p(x, out=None, progress=None)``. The result is of the kind of that `x`.

    Where signal, kernel and result are whole numbers, the type that they are summed in depends on how large they are.
    It is settled at each call, and the kernel is laid out again for a signal that is larger than those before.

    Attributes
    ----------
    engine : str
        What computes it. A tile that a transform would spoil (see `apply`), and whole numbers too large for the engine,
        go to another, unless the engine was named.
    reason : str
        Why this engine; with `measure=True` what was measured.
    milliseconds, measured : dict of str to float
        The predicted time of every engine that can do the case; and the median of those that `measure=True` timed.
    refused : dict of str to str
        Why the others cannot.
    memory : int
        The bytes, about, that a call takes beside signal and result.
    error : str
        The promise on the error of a float result; `bound` gives it in numbers.
    convention : Convention
        What is meant.
    input_shape, kernel_shape, output_shape : tuple of int
        The shapes of signal, kernel and result.
    input_dtype, dtype : dtype
        The dtypes of signal and result.
    """

    def __init__(self, problem: Problem, meant: Convention, h: Array, engine: str, example: Array | None) -> None:
        case = problem.case
        self.convention = meant
        self.axes = problem.axes
        self.input_shape: tuple[int, ...] = back(problem.signal, problem.axes).shape
        self.kernel_shape = h.shape
        self.output_shape = problem.shape
        self.input_dtype, self.dtype = case.signal, problem.numbers.result
        self._kernel = h.copy()
        self._taps = taps(problem.arithmetic, self._kernel)
        choice = choose_engine(case, engine)
        self._named = one_of("engine", engine, ("auto", *ENGINES)) != "auto"
        self.milliseconds, self.refused = choice.milliseconds, choice.refused
        self.measured: dict[str, float] = {}
        if example is not None:
            choice, self.measured = _measured(problem, choice, named=self._named)
        self.engine, self.reason, self.error = choice.engine, choice.reason, choice.error
        kept = replace(problem, signal=np.empty(0, case.signal))  # without the example
        self._settled = _Settled(kept, Ready(case, self.engine, self._named))
        self._settled.ready.compute  # noqa: B018  made once, now
        self.memory = beside(self._settled.ready, problem.arithmetic, problem.numbers)
        self._said = ("prepared", next(_serial))

    def __call__(self, x: Any, out: Array | None = None, progress: Callable[[int, int], None] | None = None) -> Any:
        """Return the operator's result for `x`, in `out` if there is one (which may overlap `x`).

        Raises
        ------
        ShapeError, ArgumentTypeError
            If `x` is of another shape or dtype than was prepared for.
        IntegerOverflow
            If an integer result does not fit its dtype.
        """
        if progress is None and (y := recalled(x, self._kernel, out, *self._said)) is not None:
            return y
        signal = self._taken(x)
        if progress is None and (y := recalled(signal, self._kernel, out, *self._said)) is not None:  # lists, tensors
            return y if out is not None else giver(x)(y)
        problem, ready = (settled := self._for(signal)).problem, settled.ready
        if out is not None:
            check_out(out, self.output_shape, self.dtype)
        y = problem.solve(ready, out=out, progress=progress, inputs=(signal,))
        if progress is None and ready.engine == self.engine:
            remember(
                self._said, signal, self._kernel, ready, problem.arithmetic, problem.numbers, axes=self.axes,
                shape=self.output_shape, placed=out is not None, settled=True,
            )  # fmt: skip
        return y if out is not None else giver(x)(y)

    def bound(self, x: Any) -> Array:
        """Return, for every output, how far at most it is from the exact sum; see `error_bound`.

        Examples
        --------
        >>> import numpy as np, tapwise as tw
        >>> p = tw.prepare(np.empty(3), [0.1, 0.2], operator="convolution")
        >>> bool(p.bound(np.array([1.0, 2.0, 3.0]))[1] < 1e-15)
        True
        """
        settled = self._for(self._taken(x))
        problem, name = settled.problem, settled.ready.engine
        engine = name if self._named else "auto"
        return back(bound_error(problem.case, problem.numbers, problem.signal, engine, taken=name), problem.axes)

    def _taken(self, x: Any) -> Array:
        """Return the signal, refused if it is not what was prepared for."""
        signal = take("x", x)
        if signal.shape != self.input_shape:
            raise ShapeError(
                "x", Shown(f"shape {signal.shape}"), f"this was prepared for shape {self.input_shape}",
                "prepare another, or write tapwise.apply",
            )  # fmt: skip
        if signal.dtype != self.input_dtype:
            raise ArgumentTypeError(
                "x", Shown(f"array of dtype {signal.dtype}"), f"this was prepared for {self.input_dtype}",
                f"write x.astype({self.input_dtype.str!r}), or prepare another",
            )  # fmt: skip
        return signal

    def _for(self, signal: Array) -> _Settled:
        """Return the problem of this signal with what is ready for it, made anew where its numbers are too large."""
        problem, case = self._settled.problem, self._settled.problem.case
        if signal.dtype.kind in "fc":
            return replace(self._settled, problem=replace(problem, signal=last(signal, problem.axes)))
        now = pose(
            case.plan, problem.arithmetic, signal, self._taps, problem.axes, accuracy=case.accuracy,
            conjugate_signal=case.conjugate_signal,
        )  # fmt: skip
        if now.numbers.bound <= problem.numbers.bound and replace(now.numbers, bound=case.bound) == problem.numbers:
            return _Settled(replace(now, case=case, numbers=problem.numbers), self._settled.ready)
        engine = choose_engine(now.case, self.engine).engine if self._named else self.engine
        if ENGINES[engine].refusal(now.case):
            engine = chosen(now.case)
        made = _Settled(now, Ready(now.case, engine, self._named))
        if now.numbers.integers and engine == self.engine:
            self._settled = replace(made, problem=replace(now, signal=problem.signal))
        return made

    def __repr__(self) -> str:
        return f"<Prepared {self.input_dtype} {self.input_shape} by {self.engine}: {self.convention!r}>"

    def __str__(self) -> str:
        lines = [
            f"{self.engine}: {self.reason}",
            f"  {'x':<10} {self.input_dtype} {self.input_shape}",
            f"  {'h':<10} {self._kernel.dtype} {self.kernel_shape}",
            f"  {'result':<10} {self.dtype} {self.output_shape}",
            *(
                f"  {name:<10} about {time:.3g} ms"
                + (f", took {self.measured[name]:.3g} ms" if name in self.measured else "")
                for name, time in self.milliseconds.items()
            ),
            *(f"  {name:<10} cannot: {why}" for name, why in self.refused.items()),
            f"  {'memory':<10} {_bytes(self.memory)} beside x and result",
            f"  {'error':<10} {self.error}",
        ]
        return "\n".join(lines)


def _measured(problem: Problem, predicted: Choice, *, named: bool) -> tuple[Choice, dict[str, float]]:
    """Return the engine that is fastest on the problem's own signal, with the times; a named one is timed alone."""
    times = {name: time for name, time in predicted.milliseconds.items() if name != "reference"}
    if "separable" in times and not separable.exact(problem.case):
        del times["separable"]
    tried = [name for name, time in times.items() if time <= HOPELESS * min(times.values())]
    tried = [predicted.engine] if named else tried

    def call(name: str) -> Callable[[], object]:
        ready = Ready(problem.case, name, named)
        return lambda: problem.solve(ready, out=None, progress=None, inputs=())

    taken = interleaved({name: call(name) for name in tried}, SECONDS)
    medians = {name: median(each) * 1e3 for name, each in taken.items()}
    if named:
        return predicted, medians
    fastest, *others = sorted(medians, key=medians.__getitem__)
    than = ", ".join(f"{name} {medians[name]:.3g} ms" for name in others)
    reason = f"measured {medians[fastest]:.3g} ms" + (
        f", the fastest: {than}" if others else ", the only one worth trying"
    )
    return replace(choose_engine(problem.case, fastest), reason=reason), medians


def _bytes(count: float) -> str:
    """Return a number of bytes in a unit that keeps it short."""
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} GiB"
