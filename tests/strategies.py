"""Hypothesis strategies: whole conventions, and the parts that they are made of."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tapwise.convention import Anchor, Boundary, Convention, Size
from tapwise.convention.arithmetic import DTYPES, RESULTS, WORDS
from tapwise.convention.size import PLAIN

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

numbers: SearchStrategy[Any] = st.one_of(
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.fractions(max_denominator=10**6),
    st.complex_numbers(allow_nan=False, allow_infinity=False),
    st.just(Fraction(6, 3)),
)
anchors: SearchStrategy[Anchor] = st.builds(
    Anchor, st.sampled_from(["first", "low", "high", "last"]), st.integers(-9, 9), st.sampled_from(["taps", "samples"])
)
sizes: SearchStrategy[Size] = st.one_of(
    st.sampled_from(PLAIN).map(Size),
    st.builds(Size, st.just("pads"), st.integers(-99, 99), st.integers(-99, 99)),
    st.tuples(st.integers(-99, 99), st.integers(0, 99)).map(lambda pair: Size("lags", pair[0], pair[0] + pair[1])),
)
boundaries: SearchStrategy[Boundary] = st.one_of(
    st.sampled_from(["zero", "edge", "symmetric", "reflect101", "wrap"]).map(Boundary),
    numbers.map(lambda value: Boundary("constant", value)),
    st.sampled_from([float("inf"), float("nan")]).map(lambda value: Boundary("constant", value)),
)


def _one_or_one_an_axis(values: SearchStrategy[Any], ndim: int) -> SearchStrategy[Any]:
    return st.one_of(values, st.tuples(*[values] * ndim))


@st.composite
def conventions(draw: st.DrawFn, most_axes: int = 3) -> Convention:
    """Draw a whole convention: every field, in both directions, one value for all axes or one each."""
    ndim = draw(st.integers(1, most_axes))
    words: dict[str, Any] = {
        name: draw(_one_or_one_an_axis(values, ndim))
        for name, values in {
            "operator": st.sampled_from(["convolution", "cross-correlation"]),
            "output": st.sampled_from(["forward", "reversed"]),
            "size": sizes,
            "anchor": st.none() | anchors,
            "boundary": st.one_of(boundaries, st.tuples(boundaries, boundaries).map(list)),
            "stride": st.integers(1, 9),
            "dilation": st.integers(1, 9),
            "spread": st.integers(1, 9),
        }.items()
    }
    if isinstance(words["boundary"], list):  # two sides, for every axis
        words["boundary"] = " | ".join(map(str, words["boundary"]))
    if draw(st.booleans()):
        words["direction"] = "transposed"
        name, values = draw(
            st.sampled_from([("length", st.none() | st.integers(0, 99)), ("output_padding", st.integers(0, 9))])
        )
        words[name] = draw(_one_or_one_an_axis(values, ndim))
    for name, choices in WORDS.items():
        words[name] = draw(st.sampled_from(choices))
    return Convention.of(
        **words,
        operands=draw(st.sampled_from(["as-given", "exchanged", "longer-first"])),
        gain=draw(numbers),
        offset=draw(numbers),
        accumulator=draw(st.none() | st.sampled_from([d for d in DTYPES if d not in ("bool", "object")])),
        result=draw(st.sampled_from((*RESULTS, *DTYPES))),
    )
