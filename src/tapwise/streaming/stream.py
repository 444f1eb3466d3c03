"""`stream`: a kernel that waits for a signal, takes it in blocks of any lengths, and gives its outputs in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention.words import one_of, whole
from tapwise.engines import ENGINES
from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, Shown
from tapwise.geometry import operator_plan
from tapwise.operators.arrays import giver, take
from tapwise.operators.axes import resolve
from tapwise.operators.meaning import understand
from tapwise.operators.problem import taps, with_dtype
from tapwise.streaming.buffer import Buffer
from tapwise.streaming.sums import Sums
from tapwise.streaming.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tapwise.convention import Convention
    from tapwise.geometry import AxisPlan
    from tapwise.operators.arrays import Array


def stream(
    h: Any,
    convention: Convention | None = None,
    *,
    like: str | None = None,
    axes: Any = None,
    along: int | None = None,
    dtype: Any = None,
    engine: str = "auto",
    **words: Any,
) -> Stream:
    """Return a stream: an object that takes blocks of a signal and returns the outputs that they settle.

    Put together, the outputs are those of ``apply(x, h, ...)`` for the whole signal x: for integers and exact numbers
    always, and for floats bit by bit when the engine is `direct` (``apply(..., engine="direct")``). However the signal
    is cut into blocks, the bits are the same.

    Parameters
    ----------
    h : array_like
        The kernel.
    convention, like, dtype, **words
        As for `apply`. Refused is what a stream cannot know: a boundary "wrap" along the streamed axis, outputs in
        reversed order, and sizes whose first window depends on the length of the signal.
    axes : int or tuple of int, optional
        The axes of a block that the axes of `h` slide along; the rest is batch, such as channels. By default all.
    along : int, optional
        The axis of a block along which the signal goes on, written as in `axes`. By default the first of `axes`:
        ``axes=0`` for sound stored as (samples, channels), ``axes=-1`` for (channels, samples); for films stored as
        (frames, rows, columns) and a kernel of three axes, the frames.
    engine : {"auto", "direct", "numpy", "reference", "separable", "fourier"}
        "auto" takes direct sums, which wait for no more samples than their window. "fourier", for long kernels, waits
        for whole tiles, whose places are fixed from the signal's beginning; so does "numpy" for floats. Tiles that a
        transform would spoil (see `apply`) are summed directly.

    Returns
    -------
    Stream

    Raises
    ------
    ArgumentError, ArgumentTypeError, ShapeError
        Naming the argument, its value, the rule and the way out.

    See Also
    --------
    apply : the same for a signal that is there as a whole.

    Notes
    -----
    For a causal filter, ``scipy.signal.lfilter(h, 1, block, zi=zi)`` keeps the same state from block to block; here it
    is ``size="full"`` with a convolution, less the last K-1 outputs, which `finish` gives.

    Examples
    --------
    >>> import numpy as np, tapwise as tw
    >>> s = tw.stream([1, 2, 0], operator="convolution", size="full")
    >>> s.latency
    0
    >>> s.push([2, 1])
    array([2, 5])
    >>> s.push([3, 5, 4])
    array([ 5, 11, 14])
    >>> s.finish()
    array([8, 0])
    >>> tw.convolve([2, 1, 3, 5, 4], [1, 2, 0], size="full")
    array([ 2,  5,  5, 11, 14,  8,  0])
    """
    return Stream(h, convention, like=like, axes=axes, along=along, dtype=dtype, engine=engine, words=words)


class Stream:
    """A filter in the middle of a signal; made by `stream`.

    The first block sets the number type and the lengths of the other axes. If a method raises, the stream is as it was
    before, and the block may be given again. Blocks are copied; a stream is used by one thread at a time.

    Attributes
    ----------
    received, given : int
        How many samples came in and how many outputs went out.
    """

    received: int
    given: int
    _finished: bool
    _shape: tuple[int, ...]
    _place: int
    _dtype: np.dtype[Any]
    _buffer: Buffer
    _giver: Callable[[Array], Any]

    def __init__(
        self, h: Any, convention: Convention | None, *, like: str | None, axes: Any, along: int | None, dtype: Any,
        engine: str, words: dict[str, Any],
    ) -> None:  # fmt: skip
        kernel = take("h", h).copy()
        self._meant, own_axes = understand(convention, like, words, ndim=kernel.ndim, defaults={})
        self._axes = own_axes if axes is None else axes
        self._arithmetic = with_dtype(self._meant.arithmetic, dtype, None)
        self._kernel, self._taps = kernel, taps(self._arithmetic, kernel)
        self._named = one_of("engine", engine, ("auto", *ENGINES))
        self._index = _index(along, self._axes, kernel.ndim)
        self._line = timeline(self._meant, kernel.shape, self._index)
        self._sums: Sums | None = None
        self.reset()

    @property
    def latency(self) -> int:
        """How many samples after its own an output is given at the latest, along the streamed axis.

        Output o, whose own sample is s·o/u for stride s and spread u, is returned by the push that brings sample
        s·o/u + latency, if not before: K-1 for "valid", 0 for "full", the taps on the far side of the anchor for
        "same". A mirror at the beginning must see what it shows, and "fourier" waits for whole tiles, which are known
        after the first block.
        """
        return self._line.latency(1 if self._sums is None else self._sums.tile)

    @property
    def engine(self) -> str:
        """The engine; "auto" or the one that was named before the first block."""
        return self._named if self._sums is None else self._sums.choice.engine

    @property
    def reason(self) -> str:
        """Why it is this engine."""
        return "the first block decides" if self._sums is None else self._sums.choice.reason

    def push(self, block: Any) -> Any:
        """Take the next samples and return the outputs that they settle, possibly none.

        Parameters
        ----------
        block : array_like
            Any number of samples along the streamed axis, 0 among them; otherwise of the shape of the first block, and
            of a dtype that fits its dtype.

        Returns
        -------
        array
            Of the kind of `block`.

        Raises
        ------
        ShapeError, ArgumentTypeError
            If the block does not go with the first one.
        IntegerOverflow
            If an exact result does not fit its dtype.
        ArgumentError
            After `finish`.
        """
        if self._finished:
            raise ArgumentError("block", Shown(""), "the stream is finished", "write s.reset() to begin another")
        samples = take("block", block)
        sums = self._sums or self._begin(samples)
        self._giver = giver(block)
        self._check(samples)
        count = samples.shape[self._place]
        received = self.received + count
        settled = max(self._line.settled(received) // sums.tile * sums.tile, self.given)
        self._buffer.write(samples)
        y = self._outputs(sums, settled, received, None)
        self._buffer.take(count, self._line.oldest(settled, received))
        self.received, self.given = received, settled
        return self._giver(y)

    def finish(self) -> Any:
        """Return the outputs that the end of the signal settles; afterwards only `reset` is possible.

        Raises
        ------
        ShapeError
            If the signal is too short, as from `apply`; or if no block was pushed.
        """
        sums = self._sums
        if sums is None:
            raise ShapeError("block", Shown(""), "none was pushed, so the dtype of the outputs is not known",
                             "push an empty one")  # fmt: skip
        if self._finished:
            raise ArgumentError("finish", Shown(""), "the stream is finished", "write s.reset() to begin another")
        plan, _ = operator_plan(self._meant, self._lengths(self.received), self._kernel.shape)
        ending = plan.axes[self._index]
        y = self._outputs(sums, max(ending.m, self.given), self.received, ending)
        self._finished = True
        self.given += y.shape[self._place]
        return self._giver(y)

    def over(self, blocks: Iterable[Any]) -> Iterator[Any]:
        """Push every block and finish, yielding what each gives.

        Examples
        --------
        >>> import tapwise as tw
        >>> s = tw.stream([1, -1], operator="cross-correlation")
        >>> [y.tolist() for y in s.over([[2, 1], [3], [5, 4]])]
        [[1], [-2], [-2, 1], []]
        """
        for block in blocks:
            yield self.push(block)
        yield self.finish()

    def reset(self) -> None:
        """Forget the signal, and begin another of the same dtype and shape."""
        self.received = self.given = 0
        self._finished = False
        if self._sums is not None:
            self._buffer = Buffer(self._shape, self._place, self._dtype)

    def __repr__(self) -> str:
        return f"<Stream: {self._meant!r}, engine={self.engine!r}, {self.received} in, {self.given} out>"

    def _begin(self, samples: Array) -> Sums:
        places = resolve(self._axes, samples.shape, self._kernel.ndim, ("block", "h"))
        self._shape, self._place = samples.shape, places[self._index]
        self._lead = (slice(None),) * self._place
        self._others = [samples.shape[p] for p in places]
        self._dtype = samples.dtype.newbyteorder("=")
        plan, _ = operator_plan(self._meant, self._lengths(self._line.long), self._kernel.shape)
        self._buffer = Buffer(samples.shape, self._place, self._dtype)
        sample = self._buffer.samples(0, 0)
        self._sums = Sums(plan, self._index, self._arithmetic, self._taps, sample, places, self._named)
        return self._sums

    def _lengths(self, samples: int) -> list[int]:
        return [samples if i == self._index else n for i, n in enumerate(self._others)]

    def _check(self, samples: Array) -> None:
        wanted, place = self._shape, self._place
        if samples.ndim != len(wanted) or any(
            n != m for axis, (n, m) in enumerate(zip(samples.shape, wanted, strict=True)) if axis != place
        ):
            shown = tuple("any" if axis == place else n for axis, n in enumerate(wanted))
            raise ShapeError("block", Shown(f"shape {samples.shape}"), f"the first block had shape {wanted}, and only "
                             f"axis {place} goes on", f"give one of shape {shown}".replace("'", ""))  # fmt: skip
        if samples.size and not np.can_cast(samples.dtype, self._dtype, "safe"):
            raise ArgumentTypeError("block", Shown(f"array of dtype {samples.dtype}"), f"the first block was of dtype "
                                    f"{self._dtype}", f"write block.astype({str(self._dtype)!r})")  # fmt: skip

    def _outputs(self, sums: Sums, end: int, received: int, ending: AxisPlan | None) -> Array:
        """Return the outputs up to number `end`; `ending` is the streamed axis of the whole signal, at its end."""
        y = sums.empty(end - self.given)
        step = sums.tile if sums.tile > 1 else max(end - self.given, 1)
        for first in range(self.given, end, step):
            stop = min(first + step, end)
            start = self._line.lowest(first) if ending is None else self._buffer.first
            window = self._buffer.samples(start, self._line.needed(stop - 1) if ending is None else received)
            part = (*self._lead, slice(first - self.given, stop - self.given))
            sums.fill(y[part], window, first, start, ending)
        return y


def _index(along: int | None, axes: Any, ndim: int) -> int:
    """Return which of the kernel's axes is the streamed one."""
    named = list(range(ndim)) if axes is None else list(axes) if isinstance(axes, (tuple, list)) else [axes]
    if along is None:
        return 0
    along = whole("along", along)
    if axes is None and -ndim <= along < 0:
        along += ndim
    if along not in named:
        raise ArgumentError("along", along, f"is none of the axes that h slides along, {named}",
                            "name one of them; blocks along another axis do not touch: apply h to each")  # fmt: skip
    return named.index(along)
