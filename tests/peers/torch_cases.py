"""Random options of PyTorch's convolutions, different numbers on every axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.needs import needs
from tests.peers.same import lengths, whole_numbers

torch = needs("torch")
torch.set_num_threads(1)  # on arrays this small, threads only wait for one another


@dataclass(frozen=True)
class Case:
    """One channel of data and the options of one call."""

    x: Any
    h: Any
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    output_padding: tuple[int, ...]

    @property
    def ndim(self) -> int:
        return len(self.stride)

    @property
    def forward(self) -> dict[str, Any]:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}

    @property
    def transposed(self) -> dict[str, Any]:
        return {**self.forward, "output_padding": self.output_padding}

    @property
    def fits(self) -> bool:
        """Whether PyTorch has a window for the forward direction."""
        return all(s > 0 for s in self._lengths(self.x.shape))

    @property
    def spreads(self) -> bool:
        """Whether the transposed direction leaves a sample."""
        spans = [d * (k - 1) + 1 for d, k in zip(self.dilation, self.h.shape, strict=True)]
        made = zip(self.x.shape, self.stride, self.padding, spans, self.output_padding, strict=True)
        return all((n - 1) * s - 2 * p + span + q > 0 for n, s, p, span, q in made)

    def _lengths(self, shape: tuple[int, ...]) -> list[int]:
        sides = zip(shape, self.padding, self.dilation, self.h.shape, strict=True)
        return [n + 2 * p - d * (k - 1) for n, p, d, k in sides]


def cases(ndim: int, count: int, dtype: str = "float64", seed: int = 1) -> list[Case]:
    """Return random cases."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        stride, dilation = lengths(rng, ndim, 1, 3), lengths(rng, ndim, 1, 3)
        longest = [max(s, d) for s, d in zip(stride, dilation, strict=True)]
        output_padding = tuple(int(rng.integers(0, m)) for m in longest)
        x, h = (whole_numbers(rng, lengths(rng, ndim, *ends), dtype) for ends in ((3, 8), (1, 5)))
        found.append(Case(x, h, stride, lengths(rng, ndim, 0, 3), dilation, output_padding))
    return found


def upstream(shape: Any, dtype: str = "float64") -> Any:
    """Return a gradient of the outputs."""
    return whole_numbers(np.random.default_rng(sum(shape)), shape, dtype)


def channel(array: Any) -> Any:
    """Return the array as a tensor with one sample and one channel."""
    return torch.from_numpy(array)[None, None]
