"""Every convention survives its own text, its JSON, and pickling; equal ones look equal."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tapwise.convention import FIELDS, Anchor, Boundary, Convention, Size
from tests.strategies import anchors, boundaries, conventions, numbers, sizes


@given(anchors)
def test_an_anchor_is_read_from_its_text(anchor: Anchor) -> None:
    assert Anchor.parse(str(anchor)) == anchor
    assert eval(repr(anchor)) == anchor


@given(sizes)
def test_a_size_is_read_from_its_text(size: Size) -> None:
    assert Size.parse(str(size)) == size
    assert eval(repr(size)) == size


@given(boundaries, boundaries)
def test_boundaries_are_read_from_their_text(low: Boundary, high: Boundary) -> None:
    assert Boundary.parse(str(low)) == (low, low)
    assert Boundary.parse(f"{low} | {high}") == (low, high)
    assert Boundary.parse((str(low), high)) == (low, high)


@given(conventions())
@settings(max_examples=300)
def test_a_convention_is_read_from_its_repr(convention: Convention) -> None:
    again = eval(repr(convention))
    assert again == convention
    assert repr(again) == repr(convention)
    assert hash(again) == hash(convention)


@given(conventions())
@settings(max_examples=300)
def test_a_convention_is_read_from_its_json(convention: Convention) -> None:
    text = convention.to_json()

    def refuse(name: str) -> Any:
        raise AssertionError(f"{name} is no JSON")

    plain = json.loads(text, parse_constant=refuse)
    assert plain == convention.to_dict()
    assert tuple(plain) == FIELDS
    assert Convention.from_json(text) == convention
    assert Convention.of(**plain) == convention


@given(conventions())
def test_a_convention_is_copied_and_pickled(convention: Convention) -> None:
    assert copy.deepcopy(convention) == convention
    assume("nan" not in repr(convention))  # a NaN from elsewhere equals none, in Python
    assert pickle.loads(pickle.dumps(convention)) == convention


@given(conventions(), st.data())
def test_but_changes_the_named_field_alone(convention: Convention, data: st.DataObject) -> None:
    stride = data.draw(st.integers(1, 9))
    changed = convention.but(stride=stride)
    assert {**convention.to_dict(), "stride": stride} == changed.to_dict() or len(changed.axes) < len(convention.axes)
    assert convention.but() == convention


@given(conventions(), numbers)
def test_conventions_differ_where_their_texts_do(convention: Convention, gain: Any) -> None:
    changed = convention.but(gain=gain)
    assert (changed == convention) == (gain == convention.arithmetic.gain)
