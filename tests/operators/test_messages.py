"""Promise 6: every refusal by its whole text: the argument as it was written, its value, the rule and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import ArgumentError, ArgumentTypeError, EngineError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

X, H = [2, 1, 3, 5, 4], [1, -1]
PHOTO, KERNEL = np.zeros((5, 6, 3)), np.zeros((3, 3))
CONVOLUTION: dict[str, Any] = {"operator": "convolution"}
NO_CONVENTION: Any = CONVOLUTION
SIZES = "'valid', 'same', 'full', 'same-upper', 'same-lower', 'longest', 'pads(lo,hi)' or 'lags(first,last)'"

SHAPES: list[tuple[Callable[[], object], str]] = [
    (
        lambda: tw.convolve(PHOTO, KERNEL),
        (
            "x=shape (5, 6, 3): has 3 axes and h has 2; name the axes to slide along, with the rest as batch: "
            "axes=(0, 1) for a colour image stored as rows, columns, channels; axes=(-2, -1) for channels first"
        ),
    ),
    (
        lambda: tw.convolve(KERNEL, [1, 2]),
        (
            "x=shape (3, 3): has 2 axes and h has 1; name the axes to slide along, with the rest as batch: "
            "axes=(-1,) for the last"
        ),
    ),
    (
        lambda: tw.convolve(PHOTO, KERNEL[0]),
        (
            "x=shape (5, 6, 3): has 3 axes and h has 1; name the axes to slide along, with the rest as batch: "
            "axes=(-1,) for the last"
        ),
    ),
    (lambda: tw.convolve(X, KERNEL), "x=shape (5,): has 1 axis and h has 2; give h as many axes as x, or fewer"),
    (
        lambda: tw.apply(X, KERNEL, operands="exchanged", **CONVOLUTION),
        (
            "h=shape (3, 3): has 2 axes and x has 1; name the axes to slide along, with the rest as batch: "
            "axes=(-1,) for the last"
        ),
    ),
    (
        lambda: tw.convolve([1, 2], [1, 2, 3]),
        "size='valid': no window fits along axis 0: h has 3 taps, x has 2 samples; write size='full' or size='same'",
    ),
    (
        lambda: tw.convolve(PHOTO, np.zeros((2, 3)), axes=(0, 2), dilation=(1, 2)),
        (
            "size='valid': no window fits along axis 1: h has 3 taps that span 5 samples, x has 3 samples; write "
            "size='full' or size='same'"
        ),
    ),
    (
        lambda: tw.convolve([1], [1, 2, 3], size="pads(0,1)"),
        "size='pads(0,1)': no window fits along axis 0: h has 3 taps, x has 1 sample; write larger pads",
    ),
    (lambda: tw.convolve(X, []), "h=0 taps along axis 0: a kernel needs a tap; give it one or more"),
    (
        lambda: tw.convolve([], H, size="pads(2,2)", boundary="edge"),
        (
            "boundary='edge': there is no sample along axis 0 to extend; write boundary='zero', or give a signal "
            "with samples"
        ),
    ),
    (
        lambda: tw.convolve(X, H, size="same", anchor="high+1"),
        (
            "anchor='high+1': is 2 where h has taps 0 to 1 along axis 0; write an anchor among them, or place "
            "the window with size='pads(lo,hi)'"
        ),
    ),
    (
        lambda: tw.input_gradient([1.0], H, shape=5, **CONVOLUTION),
        "gradient=shape (1,): the outputs have shape (4,); give one value for each output",
    ),
    (
        lambda: tw.kernel_gradient([1.0], X, shape=2, **CONVOLUTION),
        "gradient=shape (1,): the outputs have shape (4,); give one value for each output",
    ),
    (
        lambda: tw.kernel_gradient(X, X, shape=0, **CONVOLUTION),
        "h=0 taps along axis 0: a kernel needs a tap; give it one or more",
    ),
]  # fmt: skip

ARGUMENTS: list[tuple[Callable[[], object], str]] = [
    (lambda: tw.convolve(X, H, axes=1), "axes=1: x has 1 axis; write 0"),
    (lambda: tw.convolve(PHOTO, H, axes=-4), "axes=-4: x has 3 axes; write 0 to 2"),
    (lambda: tw.convolve(PHOTO, KERNEL, axes=(1, -2)), "axes=(1, -2): names an axis twice; name each axis once"),
    (lambda: tw.convolve(PHOTO, KERNEL, axes=0), "axes=0: h has 2 axes; name as many axes of x"),
    (lambda: tw.convolve(PHOTO, H, axes=()), "axes=(): h has 1 axis; name as many axes of x"),
    (lambda: tw.convolve(X, H, axes=0.0), "axes=0.0: must be a whole number; write an int"),
    (
        lambda: tw.convolve(X, H, size="some"),
        f"size='some': is not a word of this argument; did you mean 'same'? write {SIZES}",
    ),
    (
        lambda: tw.convolve(X, H, engine="fft"),
        (
            "engine='fft': is not a word of this argument; write 'auto', 'reference', 'numpy', 'direct', 'separable' "
            "or 'fourier'"
        ),
    ),
    (
        lambda: tw.convolve(X, H, accuracy="high"),
        "accuracy='high': is not a word of this argument; write 'normwise' or 'elementwise'",
    ),
    (lambda: tw.convolve(X, H, dtype="float12"), "dtype='float12': is not a dtype; write float, 'uint8' or the like"),
    (
        lambda: tw.convolve(X, H, dtype="M8[s]"),
        "dtype='datetime64[s]': holds no numbers; write float, 'uint8' or the like",
    ),
    (
        lambda: tw.convolve(X, [1j], dtype=float),
        "dtype='float64': cannot hold complex results; write dtype='complex128'",
    ),
    (
        lambda: tw.convolve(X, H, boundary="reflect"),
        (
            "boundary='reflect': means c d c b | a b c d | c b a b in numpy, torch, tensorflow and d c b a | a b "
            "c d | d c b a in ndimage; write 'reflect101' (numpy:reflect) or 'symmetric' (ndimage:reflect)"
        ),
    ),
    (
        lambda: tw.apply(X, [1, -1], normalize="sum", **CONVOLUTION),
        "normalize='sum': the taps of h sum to 0; write normalize='none'",
    ),
    (
        lambda: tw.apply(X, H, borders="untouched", **CONVOLUTION),
        (
            "borders='untouched': 5 samples give 4 outputs along axis 0, so none is its own output; write "
            "size='same', without stride or reversal"
        ),
    ),
    (
        lambda: tw.apply(X, H, tw.Convention.of(**CONVOLUTION), like="numpy.convolve"),
        "like='numpy.convolve': a convention is given as well; leave out one of the two",
    ),
    (
        lambda: tw.apply(X, H, tw.Convention.of(**CONVOLUTION), size="full"),
        "size='full': a convention is given, which says it; write convention.but(size=...)",
    ),
    (
        lambda: tw.kernel_gradient(X, X, shape=1, normalize="sum", **CONVOLUTION),
        (
            "normalize='sum': divides by the sum of the taps, so the gradient depends on them; normalise the "
            "kernel beforehand"
        ),
    ),
    (
        lambda: tw.input_gradient(X, H, shape=5, operands="exchanged", **CONVOLUTION),
        "operands='exchanged': a gradient has its own operands; write operands='as-given'",
    ),
    (
        lambda: tw.input_gradient(X, H, shape=5, borders="untouched", **CONVOLUTION),
        "borders='untouched': has no gradient here; write borders='computed'",
    ),
    (lambda: tw.input_gradient(X, H, shape=-1, **CONVOLUTION), "shape=-1: must be at least 0; write 0 or more"),
    (lambda: tw.matrix(H, (2, 2), **CONVOLUTION), "shape=(2, 2): has 2 axes and h has 1; give one length an axis"),
    (
        lambda: tw.matrix(H, 3, boundary="constant(2)", size="same", **CONVOLUTION),
        "boundary='constant(2)': adds a constant, which no matrix does; write boundary='zero'",
    ),
    (lambda: tw.matrix(H, 3, offset=1, **CONVOLUTION), "offset=1: is not part of a matrix; leave it out"),
    (
        lambda: tw.matrix(H, 3, conjugate="signal", **CONVOLUTION),
        "conjugate='signal': is not linear in the signal; write conjugate='none'",
    ),
    (
        lambda: tw.matrix(np.ones(20_000), 200_000, size="full", **CONVOLUTION),
        (
            "shape=200000: the matrix would have 4000000000 entries, more than 268435456; use apply, which needs "
            "no matrix"
        ),
    ),
    (
        lambda: tw.lags(5, (2, 2), **CONVOLUTION),
        "h_shape=(2, 2): has 2 axes and x_shape has 1; give one length an axis",
    ),
    (
        lambda: tw.lags(5, 2, direction="transposed", **CONVOLUTION),
        "direction='transposed': its outputs are samples, labelled 0 to N-1; leave it out",
    ),
]  # fmt: skip

TYPES: list[tuple[Callable[[], object], str]] = [
    (
        lambda: tw.apply(X, H),
        (
            "operator: is not given; write operator='convolution' or 'cross-correlation', or like= with a "
            "function's name"
        ),
    ),
    (
        lambda: tw.kernel_gradient(X, X, shape=1),
        (
            "operator: is not given; write operator='convolution' or 'cross-correlation', or like= with a "
            "function's name"
        ),
    ),
    (
        lambda: tw.apply(X, H, NO_CONVENTION),
        (
            "convention={'operator': 'convolution'}: must be a Convention; write Convention.of(operator=...), or "
            "like='numpy.convolve'"
        ),
    ),
    (lambda: tw.convolve(X, H, size=3), f"size=3: must be a size rule; write {SIZES}"),
    (lambda: tw.convolve(X, H, axes=True), "axes=True: must be a whole number; a truth value is not one"),
]  # fmt: skip

FOREIGN = {
    "mode": "means size in scipy.signal and boundary in scipy.ndimage; write size='same' or boundary='reflect101'",
    "padding": "means pads in PyTorch, and a size rule in TensorFlow; write size='pads(1,1)', 'same-upper' or 'valid'",
    "pad": "means pads in some libraries and a boundary in others; write size='pads(1,1)' and boundary='zero'",
    "padding_mode": "is PyTorch's word for the boundary; write boundary='zero', 'reflect101', 'edge' or 'wrap'",
    "cval": "is scipy.ndimage's word for a constant boundary; write boundary='constant(7)'",
    "fillvalue": "is scipy.signal's word for a constant boundary; write boundary='constant(7)'",
    "origin": "is scipy.ndimage's word for the anchor, counted from the middle; write anchor='high+1' for origin=1",
    "method": "is scipy.signal's word for the engine; write engine='fourier' or engine='numpy'",
    "axis": "is the word of functions of one axis; write axes=0",
    "borderType": "is OpenCV's word for the boundary; write boundary='cv2:BORDER_REFLECT_101'",
    "strides": "is TensorFlow's word for the stride; write stride=2",
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), SHAPES, ids=range(len(SHAPES)))
def test_shapes(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(("call", "message"), ARGUMENTS, ids=range(len(ARGUMENTS)))
def test_arguments(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(("call", "message"), TYPES, ids=range(len(TYPES)))
def test_types(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("word", FOREIGN)
def test_words_of_other_libraries_are_caught(word: str) -> None:
    calls: list[Callable[..., Any]] = [tw.convolve, tw.correlate, tw.transposed]
    for call in calls:
        with pytest.raises(ArgumentTypeError) as caught:
            call(X, H, **{word: "same"})
        assert str(caught.value) == f"{word}='same': {FOREIGN[word]}"


def test_a_word_of_nobody_is_told_the_fields() -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        tw.convolve(X, H, sice="same")
    assert str(caught.value) == (
        "sice='same': is not an argument; the fields of a convention are operator, output, size, anchor, boundary, "
        "stride, dilation, spread, length, output_padding, direction, operands, conjugate, normalize, gain, offset, "
        "accumulator, result, rounding, overflow, borders"
    )


def test_the_length_of_a_transposed_result() -> None:
    calls: list[tuple[Callable[[], object], str]] = [
        (
            lambda: tw.transposed([1, 2], [1, 2, 3], length=9),
            (
                "length=9: 9 samples would give 7 outputs along axis 0, and x has 2; write a length that gives "
                "as many, or leave it out"
            ),
        ),
        (
            lambda: tw.transposed([1, 2], [1, 2, 3], output_padding=3),
            (
                "output_padding=3: must be below the stride 1 or the dilation 1 along axis 0; write a smaller "
                "one, or length="
            ),
        ),
        (
            lambda: tw.transposed([1, 2], [1, 2, 3], size="longest"),
            (
                "length: size='longest' gives as many outputs for several lengths along axis 0; write the length "
                "of the transposed output"
            ),
        ),
    ]
    for call, message in calls:
        with pytest.raises(ShapeError) as caught:
            call()
        assert str(caught.value) == message


def test_errors_are_what_callers_catch() -> None:
    with pytest.raises(ValueError, match="no window fits"):
        tw.convolve([1], [1, 2])
    with pytest.raises(TypeError, match="must hold numbers"):
        tw.convolve([1], ["a"])
    with pytest.raises(OverflowError, match="does not fit"):
        tw.convolve([300], [1], dtype="uint8")
    with pytest.raises(EngineError, match="there is no transform"):
        tw.convolve(np.array([1], object), [1], engine="fourier")
