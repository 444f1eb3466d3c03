"""Every refusal of the catalogue, by its whole text."""

from __future__ import annotations

from typing import Any

import pytest

from tapwise import catalogue
from tapwise.errors import ArgumentError, ArgumentTypeError

MEANINGS: list[tuple[Any, dict[str, Any], int | None, str]] = [
    ("np.convolv", {}, 1,
     ("like='np.convolv': is not a catalogued function; did you mean 'numpy.convolve', "
      "'jax.numpy.convolve' or 'numpy.correlate'?")),
    ("excel.SUM", {}, 2,
     "like='excel.SUM': is not a catalogued function; tapwise.catalogue.names() lists them"),
    (len, {}, 2,
     "like=<built-in function len>: must be a function's name; write 'numpy.convolve' or the like"),
    ("np.convolve", {"mode": "circular"}, 1,
     "mode='circular': is not a word of this option; write 'full', 'same' or 'valid'"),
    ("np.convolve", {"mode": 1}, 1,
     "mode=1: is not a word of this option; write 'full', 'same' or 'valid'"),
    ("np.convolve", {"boundary": "wrap"}, 1,
     "boundary='wrap': is not an option of numpy.convolve; its options here are mode"),
    ("np.convolve", {}, 2,
     "like='np.convolve': filters 1 axis, and h has 2; give h 1 axis, or take the function for 2"),
    ("F.conv3d", {}, 2,
     "like='F.conv3d': filters 3 axes, and h has 2; give h 3 axes, or take the function for 2"),
    ("signal.convolve", {"method": "quick"}, 1,
     "method='quick': is not a word of this option; write 'auto', 'direct' or 'fft'"),
    ("signal.convolve2d", {"boundary": "reflect"}, 2,
     "boundary='reflect': is not a word of this option; write 'fill', 'wrap' or 'symm'"),
    ("ndimage.convolve", {"mode": "symmetric"}, 2,
     ("mode='symmetric': is not a word of this option; write 'reflect', 'grid-mirror', 'mirror', 'nearest', 'wrap', "
      "'grid-wrap', 'constant' or 'grid-constant'")),
    ("ndimage.convolve", {"origin": 0.5}, 2,
     "origin=0.5: must be a whole number; write an int"),
    ("ndimage.convolve", {"output": "floating"}, 2,
     ("output='floating': is not a word of this argument; did you mean 'float64'? write 'bool', 'int8', 'int16', "
      "'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float16', 'float32', 'float64', 'longdouble', "
      "'complex64', 'complex128', 'clongdouble' or 'object'")),
    ("F.conv2d", {"padding": "reflect"}, 2,
     "padding='reflect': is not a word of this option; write 'same', 'valid' or numbers"),
    ("F.conv2d", {"padding": -1}, 2,
     "padding=-1: must be at least 0; write 0 or more"),
    ("F.conv2d", {"padding": (1, 2, 3)}, 2,
     "padding=(1, 2, 3): has 3 values, not 1 or 2; write one, or one an axis"),
    ("F.conv2d", {"stride": (1, 1, 1)}, 2,
     "stride=(1, 1, 1): has 3 values, not 1 or 2; write one, or one an axis"),
    ("F.conv2d", {"stride": 0}, 2,
     "stride=0: must be at least 1; write 1 or more"),
    ("F.conv1d", {"dilation": True}, 1,
     "dilation=True: must be a whole number; a truth value is not one"),
    ("F.conv2d", {"padding": "same", "stride": (1, 2)}, 2,
     "padding='same': PyTorch refuses it with a stride; write the padding as numbers"),
    ("nn.Conv2d", {"padding_mode": "wrap"}, 2,
     "padding_mode='wrap': is not a word of this option; write 'zeros', 'reflect', 'replicate' or 'circular'"),
    ("nn.ConvTranspose2d", {"padding_mode": "zeros"}, 2,
     ("padding_mode='zeros': is not an option of torch.nn.ConvTranspose2d; its options here are stride, padding, "
      "output_padding, dilation")),
    ("F.conv_transpose2d", {"output_padding": (1, 0, 1)}, 2,
     "output_padding=(1, 0, 1): has 3 values, not 1 or 2; write one, or one an axis"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "ndim", "message"), MEANINGS, ids=[m[3][:40] for m in MEANINGS])
def test_message(name: Any, options: dict[str, Any], ndim: int | None, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        catalogue.meaning(name, options, ndim=ndim)
    assert str(caught.value) == message


def test_a_name_that_is_no_text_is_a_type_error_too() -> None:
    wrong: Any = 3
    with pytest.raises(ArgumentTypeError):
        catalogue.entry(wrong)
