"""A convention: everything that must be said before 'slide a kernel over an array' means one thing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from tapwise.convention.anchor import Anchor
from tapwise.convention.arithmetic import Arithmetic
from tapwise.convention.boundary import Boundary
from tapwise.convention.size import Size
from tapwise.convention.words import one_of, whole
from tapwise.errors import ArgumentError

OPERATORS = ("convolution", "cross-correlation")
_OPERATOR_ALIASES = {
    "convolve": "convolution", "correlate": "cross-correlation", "correlation": "cross-correlation",
    "cross correlation": "cross-correlation", "crosscorrelation": "cross-correlation",
}  # fmt: skip
ORDERS = ("forward", "reversed")
DIRECTIONS = ("forward", "transposed")
OPERANDS = ("as-given", "exchanged", "longer-first")


@dataclass(frozen=True, slots=True)
class AxisConvention:
    """What is meant along one axis; see `Convention.of` for the words."""

    operator: str
    output: str = "forward"
    size: Size = field(default_factory=lambda: Size("valid"))
    anchor: Anchor = field(default_factory=lambda: Anchor("low"))
    below: Boundary = field(default_factory=lambda: Boundary("zero"))
    above: Boundary = field(default_factory=lambda: Boundary("zero"))
    stride: int = 1
    dilation: int = 1
    spread: int = 1
    length: int | None = None
    output_padding: int = 0

    @property
    def flipped(self) -> bool:
        """Whether the kernel is flipped along this axis: convolution."""
        return self.operator == "convolution"

    @property
    def boundary(self) -> str:
        """Both sides' rules as text, the one word where they agree."""
        return str(self.below) if self.below == self.above else f"{self.below} | {self.above}"


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention, normalised: one `AxisConvention` for all axes, or one each.

    Make it with `Convention.of`, which takes every spelling and answers bad ones at once.

    Examples
    --------
    >>> c = Convention.of(operator="convolution", size="same", boundary="reflect101", stride=(2, 1))
    >>> c
    Convention.of(operator='convolution', size='same', boundary='reflect101', stride=(2, 1))
    >>> Convention.from_json(c.to_json()) == c
    True
    """

    axes: tuple[AxisConvention, ...]
    direction: str = "forward"
    operands: str = "as-given"
    arithmetic: Arithmetic = field(default_factory=Arithmetic)

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", one_of("direction", self.direction, DIRECTIONS))
        object.__setattr__(self, "operands", one_of("operands", self.operands, OPERANDS))
        if len(set(self.axes)) == 1:
            object.__setattr__(self, "axes", self.axes[:1])  # one spelling for 'the same along every axis'
        for axis in self.axes:
            if axis.length is not None and axis.output_padding:
                raise ArgumentError(
                    "output_padding", axis.output_padding, f"length={axis.length} says the length already",
                    "leave out one of the two",
                )  # fmt: skip
        if self.direction == "forward":
            for axis in self.axes:
                if axis.length is not None or axis.output_padding:
                    name = "length" if axis.length is not None else "output_padding"
                    raise ArgumentError(
                        name, getattr(axis, name), "belongs to the transposed direction",
                        "write direction='transposed', or choose the length by size=",
                    )  # fmt: skip

    @classmethod
    def of(
        cls,
        *,
        operator: object,
        output: object = "forward",
        size: object = "valid",
        anchor: object = None,
        boundary: object = "zero",
        stride: object = 1,
        dilation: object = 1,
        spread: object = 1,
        length: object = None,
        output_padding: object = 0,
        direction: str = "forward",
        operands: str = "as-given",
        **arithmetic: Any,
    ) -> Convention:
        """Return the convention for these words. Each of the axis fields takes one value, or a tuple with one an axis.

        Parameters
        ----------
        operator : {"convolution", "cross-correlation"}
            Whether the kernel is flipped (convolution) or not.
        output : {"forward", "reversed"}
            The order of the output samples.
        size : str or Size
            See `Size`.
        anchor : int, str or Anchor, optional
            See `Anchor`; by default "low" for convolution and "high" for cross-correlation, NumPy's and SciPy's.
        boundary : str or Boundary
            See `Boundary`; two sides as "zero | edge".
        stride, dilation, spread : int
            Steps between outputs, between taps, and between the input's samples (1: none left out or put between).
        length, output_padding : int, optional
            Of a transposed operator: the length of its output, or how much longer than the shortest possible it is.
        direction : {"forward", "transposed"}
            The operator, or its transpose.
        operands : {"as-given", "exchanged", "longer-first"}
            Which of the two arrays is the signal: the first, the second, or for `size="valid"` the longer.
        **arithmetic
            The fields of `Arithmetic`.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            Naming the argument, its value, the rule and the way out.
        """
        unknown = set(arithmetic) - {f.name for f in fields(Arithmetic)}
        if unknown:
            name = min(unknown)
            near = get_close_matches(name, FIELDS, n=1)
            guess = f"did you mean {near[0]}? " if near else ""
            rule, remedy = "is not a field of a convention", f"{guess}the fields are {', '.join(FIELDS)}"
            raise ArgumentError(name, arithmetic[name], rule, remedy)
        given = {
            "operator": operator, "output": output, "size": size, "anchor": anchor, "boundary": boundary,
            "stride": stride, "dilation": dilation, "spread": spread, "length": length,
            "output_padding": output_padding,
        }  # fmt: skip
        count = _axis_count(given)
        axes = tuple(
            _axis(**{name: value[k] if isinstance(value, (tuple, list)) else value for name, value in given.items()})
            for k in range(count)
        )
        return cls(axes, direction, operands, Arithmetic(**arithmetic))

    def axis(self, index: int, ndim: int) -> AxisConvention:
        """Return what is meant along axis `index` of `ndim`."""
        if len(self.axes) not in (1, ndim):
            name, values = next((n, tuple(v)) for n, v in self.to_dict().items() if isinstance(v, list))
            raise ArgumentError(
                name, values, f"has {len(values)} values, and the operator works along {ndim} "
                f"{'axis' if ndim == 1 else 'axes'}", "give one value for all axes, or a tuple with one each",
            )  # fmt: skip
        return self.axes[index if len(self.axes) > 1 else 0]

    def but(self, **changes: Any) -> Convention:
        """Return this convention with some fields changed, spelled as for `of`."""
        return Convention.of(**{**self.to_dict(), **changes})

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: words, numbers, and lists of them where axes differ."""
        plain: dict[str, Any] = {}
        for name in _AXIS_FIELDS:
            values = [_plain(getattr(axis, name)) for axis in self.axes]
            plain[name] = values[0] if len(set(values)) == 1 else values
        plain |= {"direction": self.direction, "operands": self.operands}
        return plain | {name: _plain(value) for name, value in asdict(self.arithmetic).items()}

    def to_json(self) -> str:
        """Return the convention as a JSON object, with the fields of `of`."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Convention:
        """Return the convention that `to_json` wrote."""
        try:
            plain = json.loads(text)
        except ValueError:
            plain = None
        if not isinstance(plain, dict) or "operator" not in plain:
            raise ArgumentError("convention", text, "is not a convention in JSON", "write what Convention.to_json gave")
        return cls.of(**plain)

    def __repr__(self) -> str:
        plain = self.to_dict()
        usual = Convention.of(operator=plain["operator"]).to_dict()
        words = [
            f"{name}={tuple(value) if isinstance(value, list) else value!r}"
            for name, value in plain.items()
            if name == "operator" or value != usual[name]
        ]
        return f"Convention.of({', '.join(words)})"


_AXIS_FIELDS = (
    "operator", "output", "size", "anchor", "boundary", "stride", "dilation", "spread", "length", "output_padding",
)  # fmt: skip
#: Every word that `Convention.of` takes.
FIELDS = (*_AXIS_FIELDS, "direction", "operands", *(f.name for f in fields(Arithmetic)))


def _axis_count(given: dict[str, object]) -> int:
    counts = {name: len(value) for name, value in given.items() if isinstance(value, (tuple, list))}
    if 0 in counts.values():
        name = next(name for name, count in counts.items() if not count)
        raise ArgumentError(name, given[name], "has no value", "give one value for all axes, or a tuple with one each")
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in counts.items())
        name = next(iter(counts))
        raise ArgumentError(name, given[name], f"the numbers of axes differ: {told}", "give one value an axis to each")
    return next(iter(counts.values()), 1)


def _axis(
    *,
    operator: object,
    output: object,
    size: object,
    anchor: object,
    boundary: object,
    stride: object,
    dilation: object,
    spread: object,
    length: object,
    output_padding: object,
) -> AxisConvention:
    word = one_of("operator", operator, OPERATORS, _OPERATOR_ALIASES)
    below, above = Boundary.parse(boundary)
    return AxisConvention(
        operator=word,
        output=one_of("output", output, ORDERS),
        size=Size.parse(size),
        anchor=Anchor("low" if word == "convolution" else "high") if anchor is None else Anchor.parse(anchor),
        below=below,
        above=above,
        stride=whole("stride", stride, least=1),
        dilation=whole("dilation", dilation, least=1),
        spread=whole("spread", spread, least=1),
        length=None if length is None else whole("length", length, least=0),
        output_padding=whole("output_padding", output_padding, least=0),
    )


def _plain(value: object) -> Any:
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def with_arithmetic(convention: Convention, **changes: Any) -> Convention:
    """Return the convention with some fields of its arithmetic changed."""
    return replace(convention, arithmetic=replace(convention.arithmetic, **changes))
