"""Conventions: every field, its default, its spellings, and one value an axis."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tapwise.convention import FIELDS, Anchor, Arithmetic, AxisConvention, Boundary, Convention, Size
from tapwise.convention.convention import with_arithmetic
from tapwise.errors import ArgumentError

CONV = Convention.of(operator="convolution")

#: field -> spellings of one meaning, the first the canonical one of `to_dict`
SPELLINGS: dict[str, list[list[Any]]] = {
    "operator": [
        ["convolution", "Convolution", "convolve", " CONVOLVE "],
        ["cross-correlation", "cross_correlation", "Cross correlation", "crosscorrelation", "correlation", "correlate"],
    ],
    "output": [["forward", "FORWARD"], ["reversed", "Reversed"]],
    "size": [["same", "SAME", Size("same")], ["pads(1,-2)", "pads( 1 .. -2 )", Size("pads", 1, -2)]],
    "anchor": [["high+1", "HIGH + 1", Anchor("high", 1)], ["first+2", 2, "2", np.int8(2)]],
    "boundary": [
        ["edge", "ndimage:nearest", "a a | a b c d | d d", Boundary("edge"), " Edge | EDGE "],
        ["zero | constant(7)", "0 0|a b c d|7 7", (("zero", "constant(7)"),), [(Boundary("zero"), "constant(7)")]],
        ["constant(1/3)", Boundary("constant", Fraction(1, 3))],
    ],
    "stride": [[3, np.int64(3), (3,), [3, 3]]],
    "dilation": [[2, np.uint8(2), (2, 2, 2)]],
    "spread": [[2, (2, 2)]],
    "direction": [["transposed", " Transposed"]],
    "operands": [["longer-first", "longer_first"], ["exchanged", "EXCHANGED"]],
    "conjugate": [["kernel", "Kernel"], ["signal", "SIGNAL"]],
    "normalize": [["sum", "SUM"]],
    "gain": [[2, "2", np.int8(2), "4/2"], ["1/3", Fraction(1, 3)], [0.5, "0.5", np.float64(0.5)], ["1j", 1j, "0+1j"]],
    "offset": [[-1, "-1"], [0.25, "1/4", Fraction(1, 4)]],
    "accumulator": [["float64", "FLOAT64"]],
    "result": [["signal", "Signal"], ["uint8", "UINT8"]],
    "rounding": [["nearest-away", "nearest_away"]],
    "overflow": [["saturate", "Saturate"]],
    "borders": [["untouched", "Untouched"]],
}  # fmt: skip


def test_every_field_is_spelled_here() -> None:
    assert {*SPELLINGS, "length", "output_padding"} == set(FIELDS)


@pytest.mark.parametrize("name", SPELLINGS)
def test_all_spellings_mean_the_same(name: str) -> None:
    for spellings in SPELLINGS[name]:
        made = [Convention.of(**{"operator": "convolution", name: spelling}) for spelling in spellings]
        assert all(one == made[0] for one in made), spellings
        assert all(repr(one) == repr(made[0]) or name in ("gain", "offset") for one in made), spellings
        assert made[0].to_dict()[name] == spellings[0]
    assert len({Convention.of(**{"operator": "convolution", name: s[0]}) for s in SPELLINGS[name]} | {CONV}) >= 2


def test_the_defaults() -> None:
    assert CONV.to_dict() == {
        "operator": "convolution", "output": "forward", "size": "valid", "anchor": "low", "boundary": "zero",
        "stride": 1, "dilation": 1, "spread": 1, "length": None, "output_padding": 0, "direction": "forward",
        "operands": "as-given", "conjugate": "none", "normalize": "none", "gain": 1, "offset": 0, "accumulator": None,
        "result": "exact", "rounding": "nearest-even", "overflow": "raise", "borders": "computed",
    }  # fmt: skip
    assert repr(CONV) == "Convention.of(operator='convolution')"
    assert repr(Convention.of(operator="correlate")) == "Convention.of(operator='cross-correlation')"


def test_the_default_anchors_are_numpys() -> None:
    assert CONV.axes[0].anchor == Anchor("low")
    assert Convention.of(operator="correlate").axes[0].anchor == Anchor("high")
    both = Convention.of(operator=("convolution", "cross-correlation"))
    assert [axis.anchor.rule for axis in both.axes] == ["low", "high"]
    assert repr(both) == "Convention.of(operator=('convolution', 'cross-correlation'))"


@pytest.mark.parametrize("anchor", ["low", "high", ("low", "low"), ("high", "low")])
def test_an_anchor_beside_two_operators_is_shown_unless_it_is_the_default(anchor: Any) -> None:
    for operators in (("convolution", "correlate"), ("correlate", "convolution")):
        convention = Convention.of(operator=operators, anchor=anchor)
        assert eval(repr(convention)) == convention


def test_a_tuple_gives_one_value_an_axis() -> None:
    convention = Convention.of(
        operator=("convolution", "cross-correlation"), size=("same", "pads(1,2)"), anchor=[1, None], stride=(2, 1),
        boundary=("zero", "edge | wrap"), direction="transposed", length=(None, 9), output="reversed",
    )  # fmt: skip
    first, second = convention.axes
    assert first == AxisConvention("convolution", "reversed", Size("same"), Anchor("first", 1), stride=2)
    assert second == AxisConvention(
        "cross-correlation", "reversed", Size("pads", 1, 2), Anchor("high"), Boundary("edge"), Boundary("wrap"),
        length=9,
    )  # fmt: skip
    assert [first.boundary, second.boundary] == ["zero", "edge | wrap"]
    assert [first.flipped, second.flipped] == [True, False]
    assert [convention.axis(k, 2) for k in (0, 1)] == [first, second]
    assert convention.to_dict()["length"] == [None, 9]
    assert convention.to_dict()["output"] == "reversed"


def test_axes_that_are_alike_are_one() -> None:
    assert Convention.of(operator=("convolution",) * 3, stride=(2, 2, 2)) == Convention.of(
        operator="convolution", stride=2
    )
    assert len(CONV.axes) == 1
    assert CONV.axis(4, 5) == CONV.axes[0]


def test_nothing_can_be_changed_afterwards() -> None:
    for target, name in [(CONV, "direction"), (CONV.axes[0], "stride"), (CONV.arithmetic, "gain")]:
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(target, name, 2)


def test_with_arithmetic_keeps_the_rest() -> None:
    convention = Convention.of(operator="convolution", size="same", gain=2)
    changed = with_arithmetic(convention, offset=3)
    assert changed == convention.but(offset=3)
    assert changed.arithmetic == Arithmetic(gain=2, offset=3)


def test_what_from_json_reads_is_checked_like_anything_else() -> None:
    assert Convention.from_json('{"operator": "convolve", "size": ["same", "full"]}') == Convention.of(
        operator="convolution", size=("same", "full")
    )
    with pytest.raises(ArgumentError, match="size='sam'"):
        Convention.from_json('{"operator": "convolve", "size": "sam"}')
