"""Every refusal of a convention, by its whole text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapwise.convention import FIELDS, Convention, Size
from tapwise.convention.arithmetic import DTYPES, RESULTS
from tapwise.convention.words import listed
from tapwise.errors import ArgumentError, ArgumentTypeError

SIZES = "write 'valid', 'same', 'full', 'same-upper', 'same-lower', 'longest', 'pads(lo,hi)' or 'lags(first,last)'"
BOUNDARIES = "write 'zero', 'constant(7)', 'edge', 'symmetric', 'reflect101' or 'wrap'"
ANCHORS = "write 'first', 'low', 'high' or 'last'"
NO_WORD = "is not a word of this argument"
EACH = "give one value for all axes, or a tuple with one each"
NEGATIVE = (
    "a negative tap is not counted from anywhere (OpenCV's -1 is the centre, Python's the last); write 'high' for the "
    "centre or 'last' for the last tap"
)
TRANSPOSED = "belongs to the transposed direction; write direction='transposed', or choose the length by size="
SYMMETRIC, REFLECT = "d c b a | a b c d | d c b a", "c d c b | a b c d | c b a b"

VALUES: list[tuple[dict[str, Any], str]] = [
    ({"operator": "filter"}, f"operator='filter': {NO_WORD}; write 'convolution' or 'cross-correlation'"),
    ({"operator": "convolutoin"},
     f"operator='convolutoin': {NO_WORD}; did you mean 'convolution'? write 'convolution' or 'cross-correlation'"),
    ({"operator": ()}, f"operator=(): has no value; {EACH}"),
    ({"output": "backwards"}, f"output='backwards': {NO_WORD}; write 'forward' or 'reversed'"),
    ({"size": "smae"}, f"size='smae': {NO_WORD}; did you mean 'same'? {SIZES}"),
    ({"size": "pad(1,1)"}, f"size='pad(1,1)': {NO_WORD}; did you mean 'pads(lo,hi)'? {SIZES}"),
    ({"size": "pads(1)"}, "size='pads(1)': 'pads' needs two whole numbers; write 'pads(1,2)'"),
    ({"size": "lags"}, "size='lags': 'lags' needs two whole numbers; write 'lags(1,2)'"),
    ({"size": "lags(3,-3)"}, "size='lags(3,-3)': the first lag is beyond the last; write the smaller one first"),
    ({"anchor": -1}, f"anchor=-1: {NEGATIVE}"),
    ({"anchor": "-1"}, f"anchor='-1': {NEGATIVE}"),
    ({"anchor": "centre"}, f"anchor='centre': {NO_WORD}; {ANCHORS}"),
    ({"anchor": "hihg+1"}, f"anchor='hihg': {NO_WORD}; did you mean 'high'? {ANCHORS}"),
    ({"anchor": "2.5"},
     "anchor='2.5': is not an anchor; write a tap's index, or 'low', 'high+1', 'last-1' and the like"),
    ({"boundary": "mirorr"}, f"boundary='mirorr': {NO_WORD}; {BOUNDARIES}"),
    ({"boundary": "reflect_101"}, f"boundary='reflect_101': {NO_WORD}; did you mean 'reflect101'? {BOUNDARIES}"),
    ({"boundary": "constant"}, "boundary='constant': needs its value; write 'constant(7)', or 'zero'"),
    ({"boundary": "constant(x)"}, "boundary='x': is not a number; write it as 7, 0.5, 1/3 or 1+2j"),
    ({"boundary": "reflect"},
     (f"boundary='reflect': means {REFLECT} in numpy, torch, tensorflow and {SYMMETRIC} in ndimage; "
     "write 'reflect101' (numpy:reflect) or 'symmetric' (ndimage:reflect)")),
    ({"boundary": "mirror"},
     (f"boundary='mirror': means {REFLECT} in ndimage and {SYMMETRIC} in vips; "
     "write 'reflect101' (ndimage:mirror) or 'symmetric' (vips:mirror)")),
    ({"boundary": "zero | nearest"},
     "boundary='nearest': means a a a a | a b c d | d d d d in ndimage; write 'edge' (ndimage:nearest)"),
    ({"boundary": "scipy:wrap"},
     ("boundary='scipy:wrap': 'scipy' is not a library known here; write 'numpy', 'ndimage', 'signal', 'cv2', 'torch', "
     "'tensorflow', 'matlab', 'astropy' or 'vips'")),
    ({"boundary": "numpy:mirror"},
     "boundary='numpy:mirror': numpy has no such boundary; write 'constant', 'edge', 'symmetric', 'reflect' or 'wrap'"),
    ({"boundary": "a a | w x y z | z z"},
     ("boundary='a a | w x y z | z z': a picture shows the samples a b c d in its middle; "
     f"write for example '{SYMMETRIC}'")),
    ({"boundary": "a | a b c d | d"},
     ("boundary='a | a b c d | d': below the samples this picture fits 'edge' or 'symmetric'; draw more samples, or "
     "write the name")),
    ({"boundary": "a a | a b c d | d a"},
     f"boundary='a a | a b c d | d a': above the samples this picture fits no rule; {BOUNDARIES}"),
    ({"stride": 0}, "stride=0: must be at least 1; write 1 or more"),
    ({"dilation": (1, -2)}, "dilation=-2: must be at least 1; write 1 or more"),
    ({"spread": -1}, "spread=-1: must be at least 1; write 1 or more"),
    ({"stride": (1, 2), "size": ("same", "full", "same")},
     ("size=('same', 'full', 'same'): the numbers of axes differ: size has 3, stride has 2; give one value an axis to "
     "each")),
    ({"stride": []}, f"stride=[]: has no value; {EACH}"),
    ({"length": 9}, f"length=9: {TRANSPOSED}"),
    ({"output_padding": 1}, f"output_padding=1: {TRANSPOSED}"),
    ({"length": -1, "direction": "transposed"}, "length=-1: must be at least 0; write 0 or more"),
    ({"length": 9, "output_padding": 1, "direction": "transposed"},
     "output_padding=1: length=9 says the length already; leave out one of the two"),
    ({"direction": "transpose"},
     f"direction='transpose': {NO_WORD}; did you mean 'transposed'? write 'forward' or 'transposed'"),
    ({"operands": "swapped"}, f"operands='swapped': {NO_WORD}; write 'as-given', 'exchanged' or 'longer-first'"),
    ({"conjugate": "x"}, f"conjugate='x': {NO_WORD}; write 'none', 'kernel' or 'signal'"),
    ({"normalize": "max"}, f"normalize='max': {NO_WORD}; write 'none' or 'sum'"),
    ({"gain": "two"}, "gain='two': is not a number; write it as 7, 0.5, 1/3 or 1+2j"),
    ({"gain": "1 2"}, "gain='1 2': is not a number; write it as 7, 0.5, 1/3 or 1+2j"),
    ({"gain": float("nan")}, "gain=nan: must be finite; write a finite number"),
    ({"offset": "-inf"}, "offset=-inf: must be finite; write a finite number"),
    ({"accumulator": "object"}, "accumulator='object': sums nothing; write 'int64' or 'float64'"),
    (
        {"result": "flaot32"},
        f"result='flaot32': {NO_WORD}; did you mean 'float32'? write {listed((*RESULTS, *DTYPES))}",
    ),
    ({"rounding": "up"},
     f"rounding='up': {NO_WORD}; write 'nearest-even', 'nearest-away', 'truncate' or 'floor'"),
    ({"overflow": "clip"}, f"overflow='clip': {NO_WORD}; write 'raise', 'wrap' or 'saturate'"),
    ({"borders": "kept"}, f"borders='kept': {NO_WORD}; write 'computed' or 'untouched'"),
    ({"sise": "same"},
     f"sise='same': is not a field of a convention; did you mean size? the fields are {', '.join(FIELDS)}"),
    ({"mode": "same"}, f"mode='same': is not a field of a convention; the fields are {', '.join(FIELDS)}"),
]  # fmt: skip

KINDS: list[tuple[dict[str, Any], str]] = [
    ({"operator": None}, "operator=None: must be a word; write 'convolution' or 'cross-correlation'"),
    ({"size": 5}, f"size=5: must be a size rule; {SIZES}"),
    ({"anchor": 1.0}, f"anchor=1.0: must be a tap's index or a rule; {ANCHORS}"),
    ({"anchor": True}, f"anchor=True: must be a tap's index or a rule; {ANCHORS}"),
    ({"boundary": 0},
     f"boundary=0: is not a boundary; {BOUNDARIES.replace(' or ', ', ')}, or two sides as 'zero | edge'"),
    ({"stride": True}, "stride=True: must be a whole number; a truth value is not one"),
    ({"stride": 2.0}, "stride=2.0: must be a whole number; write an int"),
    ({"dilation": "2"}, "dilation='2': must be a whole number; write an int"),
    ({"output_padding": None, "direction": "transposed"}, "output_padding=None: must be a whole number; write an int"),
    ({"direction": ("forward", "transposed")},
     "direction=('forward', 'transposed'): must be a word; write 'forward' or 'transposed'"),
    ({"gain": True}, "gain=True: must be a number; a truth value is not one"),
    ({"gain": np.bool_(True)}, "gain=True: must be a number; a truth value is not one"),
    ({"gain": np.array([1, 2])}, "gain=array([1, 2]): must be a number; write an int, float, complex or Fraction"),
    ({"offset": None}, "offset=None: must be a number; write an int, float, complex or Fraction"),
    ({"overflow": 3}, "overflow=3: must be a word; write 'raise', 'wrap' or 'saturate'"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), VALUES, ids=[str(words) for words, _ in VALUES])
def test_value(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        Convention.of(**{"operator": "convolution", **words})
    assert str(caught.value) == message
    assert not isinstance(caught.value, ArgumentTypeError)


@pytest.mark.parametrize(("words", "message"), KINDS, ids=[str(words) for words, _ in KINDS])
def test_kind(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        Convention.of(**{"operator": "convolution", **words})
    assert str(caught.value) == message


@pytest.mark.parametrize("ndim", [1, 3])
def test_the_wrong_number_of_axes(ndim: int) -> None:
    convention = Convention.of(operator="convolution", stride=(2, 1), boundary=("zero", "wrap"))
    with pytest.raises(ArgumentError) as caught:
        convention.axis(0, ndim)
    axes = "1 axis" if ndim == 1 else "3 axes"
    assert str(caught.value) == f"boundary=('zero', 'wrap'): has 2 values, and the operator works along {axes}; {EACH}"


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"size": "same"}'])
def test_what_is_no_convention_in_json(text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        Convention.from_json(text)
    assert str(caught.value) == f"convention={text!r}: is not a convention in JSON; write what Convention.to_json gave"


def test_a_plain_size_takes_no_numbers() -> None:
    with pytest.raises(ArgumentError) as caught:
        Size("same", 1, 2)
    assert str(caught.value) == "size='same': 'same' takes no numbers; write 'same'"
