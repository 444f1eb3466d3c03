"""What every layer here adds to PyTorch's own: an operator, and padding that may differ from side to side."""

from __future__ import annotations

from typing import Any, ClassVar

from tapwise.convention.convention import OPERATORS
from tapwise.convention.words import one_of
from tapwise.nn.torch.padding import Pairs, outwards, read

CONVOLUTION, CORRELATION = "convolution", "cross-correlation"


def operator_word(operator: object) -> str:
    """Return the canonical name of an operator."""
    return one_of("operator", operator, OPERATORS, {"correlation": CORRELATION})


class WithOperator:
    """The part that all layers share; it stands before the PyTorch layer that it refines."""

    ndim: ClassVar[int]
    operator: str
    kernel_size: tuple[int, ...]
    padding: Any

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        *args: Any,
        operator: str = CORRELATION,
        **words: Any,
    ) -> None:
        word = operator_word(operator)
        plain, pairs = read(padding, self.ndim)
        super().__init__(in_channels, out_channels, kernel_size, stride, plain, *args, **words)  # type: ignore[call-arg]
        self.operator = word
        if pairs is not None:
            self.padding = pairs
            self._reversed_padding_repeated_twice = outwards(pairs)

    @property
    def pairs(self) -> Pairs | None:
        """The padding of every side, where the two sides of some axis differ."""
        return self.padding if isinstance(self.padding[0], tuple) else None

    def slid(self, weight: Any) -> Any:
        """Return the weight as PyTorch's kernels take it: as it is, or flipped along every spatial axis.

        A flip moves values and rounds nothing, so both operators run through one and the same kernel of PyTorch.
        """
        if self.operator == CORRELATION:
            return weight
        axes = [axis for axis, length in enumerate(self.kernel_size, 2) if length > 1]
        return weight.flip(axes) if axes else weight

    def extra_repr(self) -> str:
        """Return PyTorch's words, and the operator."""
        said = super().extra_repr()  # type: ignore[misc]
        return f"{said}, operator={self.operator!r}"
