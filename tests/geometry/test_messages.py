"""Every refusal of the geometry, by its whole text."""

from __future__ import annotations

from typing import Any

import pytest

from tapwise.convention import Convention
from tapwise.errors import ShapeError
from tapwise.geometry import forward, operator_plan

T = {"direction": "transposed"}
ON_IT = "write an anchor among them, or place the window with size='pads(lo,hi)'"

REFUSED: list[tuple[dict[str, Any], list[int], list[int], str]] = [
    ({}, [2], [3],
     "size='valid': no window fits along axis 0: h has 3 taps, x has 2 samples; write size='full' or size='same'"),
    ({}, [5, 1], [1, 2],
     "size='valid': no window fits along axis 1: h has 2 taps, x has 1 sample; write size='full' or size='same'"),
    ({}, [0], [1],
     "size='valid': no window fits along axis 0: h has 1 tap, x has 0 samples; write size='full' or size='same'"),
    ({"dilation": 3}, [6], [3],
     ("size='valid': no window fits along axis 0: h has 3 taps that span 7 samples, x has 6 samples; write size='full' "
      "or size='same'")),
    ({"spread": 2}, [2], [4],
     ("size='valid': no window fits along axis 0: h has 4 taps, x has 2 samples spread to 3; write size='full' or "
      "size='same'")),
    ({"size": "pads(1,-3)"}, [4], [3],
     "size='pads(1,-3)': no window fits along axis 0: h has 3 taps, x has 4 samples; write larger pads"),
    ({}, [4], [0], "h=0 taps along axis 0: a kernel needs a tap; give it one or more"),
    ({"size": "same"}, [4, 4], [2, 0], "h=0 taps along axis 1: a kernel needs a tap; give it one or more"),
    (T, [4], [0], "h=0 taps along axis 0: a kernel needs a tap; give it one or more"),
    ({"size": "same", "anchor": 3}, [5], [3],
     f"anchor='first+3': is 3 where h has taps 0 to 2 along axis 0; {ON_IT}"),
    ({"size": "same", "anchor": ("low", "high+1")}, [5, 5], [3, 2],
     f"anchor='high+1': is 2 where h has taps 0 to 1 along axis 1; {ON_IT}"),
    ({"size": "same", "anchor": "first-1 in samples", "dilation": 2}, [5], [3],
     f"anchor='first-1 in samples': is -1 where h has samples 0 to 4 along axis 0; {ON_IT}"),
    ({"size": "longest", "anchor": "first+3"}, [2], [5],
     f"anchor='first+3': is 3 where x has samples 0 to 1 along axis 0; {ON_IT}"),
    ({"size": "longest", "anchor": "last+1 in samples"}, [2], [5],
     f"anchor='last+1 in samples': is 2 where x has samples 0 to 1 along axis 0; {ON_IT}"),
    ({"size": "pads(3,3)", "boundary": "edge"}, [0], [2],
     ("boundary='edge': there is no sample along axis 0 to extend; write boundary='zero', or give a signal with "
      "samples")),
    ({"size": "lags(0,1)", "boundary": ("zero", "zero | wrap")}, [3, 0], [1, 2],
     ("boundary='zero | wrap': there is no sample along axis 1 to extend; write boundary='zero', or give a signal with "
      "samples")),
    ({**T, "length": 9}, [4], [3],
     ("length=9: 9 samples would give 7 outputs along axis 0, and x has 4; write a length that gives as many, or leave "
      "it out")),
    ({**T, "length": (None, 1)}, [4, 4], [3, 3],
     ("length=1: 1 sample would give 0 outputs along axis 1, and x has 4; write a length that gives as many, or leave "
      "it out")),
    ({**T, "output_padding": 1}, [4], [3],
     ("output_padding=1: must be below the stride 1 or the dilation 1 along axis 0; write a smaller one, or length=")),
    ({**T, "output_padding": 3, "stride": 2, "dilation": 3}, [4], [3],
     ("output_padding=3: must be below the stride 2 or the dilation 3 along axis 0; write a smaller one, or length=")),
    ({**T, "size": "longest"}, [4], [3],
     ("length: size='longest' gives as many outputs for several lengths along axis 0; write the length of "
      "the transposed output")),
    ({**T, "size": ("same", "lags(-1,1)")}, [4, 3], [3, 3],
     ("length: size='lags(-1,1)' gives as many outputs for several lengths along axis 1; write the length of "
      "the transposed output")),
    ({**T, "size": "full"}, [1], [3],
     ("x=1 sample along axis 0: no signal gives as many outputs with size='full' and 3 taps; the transpose takes what "
      "the forward operator makes")),
    ({**T, "size": "same", "spread": 2}, [2], [1],
     ("x=2 samples along axis 0: no signal gives as many outputs with size='same' and 1 tap; the transpose takes what "
      "the forward operator makes")),
    ({**T, "size": "pads(5,5)"}, [1], [3],
     ("size='pads(5,5)': leaves a length of -7 along axis 0, for 3 taps and 1 sample of x; write smaller pads, or a "
      "larger output_padding=")),
    (T, [0], [3],
     "size='valid': no window fits along axis 0: h has 3 taps, x has 0 samples; write size='full' or size='same'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "signal", "kernel", "message"), REFUSED, ids=[f"{words} {n} {k}" for words, n, k, _ in REFUSED]
)
def test_message(words: dict[str, Any], signal: list[int], kernel: list[int], message: str) -> None:
    meant = Convention.of(**{"operator": "cross-correlation", **words})
    with pytest.raises(ShapeError) as caught:
        operator_plan(meant, signal, kernel)
    assert str(caught.value) == message


def test_a_flipped_kernel_counts_its_anchor_the_same_way() -> None:
    for operator in ("convolution", "cross-correlation"):
        with pytest.raises(ShapeError, match="is 3 where h has taps 0 to 2"):
            forward(Convention.of(operator=operator, size="same", anchor=3), [5], [3])
