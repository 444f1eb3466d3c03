"""The samples of a stream that may still be read, in one piece of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tapwise.operators.arrays import Array


class Buffer:
    """Samples from number `first` on, along one axis of an array in which they move to the front when it is full.

    It has room for what is held and as much again, or for the block where that is longer: no sample is moved twice
    before as many have come, and a long block takes its own length.
    """

    def __init__(self, shape: tuple[int, ...], axis: int, dtype: np.dtype[np.generic]) -> None:
        self._axis = axis
        self._lead = (slice(None),) * axis
        self._memory: Array = np.empty((*shape[:axis], 0, *shape[axis + 1 :]), dtype)
        self._start = self._stop = 0
        self.first = 0

    def __len__(self) -> int:
        return self._stop - self._start

    def samples(self, start: int, stop: int) -> Array:
        """Return the samples numbered [start, stop), those that were written and not yet taken among them."""
        shift = self._start - self.first
        return self._memory[(*self._lead, slice(start + shift, stop + shift))]

    def write(self, block: Array) -> None:
        """Write a block behind the samples; until `take` counts it, the next one overwrites it."""
        held, count = len(self), block.shape[self._axis]
        if self._stop + count > self._memory.shape[self._axis]:
            memory, room = self._memory, held + max(held, count)
            if room > memory.shape[self._axis] or self._start < held:
                shape = (*memory.shape[: self._axis], room, *memory.shape[self._axis + 1 :])
                memory = np.empty(shape, memory.dtype)
            memory[(*self._lead, slice(held))] = self._memory[(*self._lead, slice(self._start, self._stop))]
            self._memory, self._start, self._stop = memory, 0, held
        self._memory[(*self._lead, slice(self._stop, self._stop + count))] = block

    def take(self, count: int, first: int) -> None:
        """Count `count` written samples as held, and forget those before number `first`."""
        self._stop += count
        self._start += first - self.first
        self.first = first
