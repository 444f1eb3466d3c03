"""Every refusal: the argument as it was written, its value, the rule, the way out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tapwise import Layer
from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError

X, H = np.zeros((2, 4, 6, 5)), np.zeros((6, 2, 3, 2))


def layer(**words: Any) -> Layer:
    return Layer.of(**{"operator": "convolution", "groups": 2, **words})


@pytest.mark.parametrize(
    ("words", "kind", "message"),
    [
        ({"layout": "NHW"}, ArgumentError,
         "layout='NHW': has no C; write layout='NCHW', 'NHWC', 'NCL' or the like"),
        ({"layout": "NCHH"}, ArgumentError, "layout='NCHH': has the letter H twice; name each axis once"),
        ({"layout": "NC"}, ArgumentError,
         "layout='NC': has no axis for the kernel to slide along; write layout='NCHW', 'NHWC', 'NCL' or the like"),
        ({"layout": "N,C,H"}, ArgumentError,
         "layout='N,C,H': names axes by letters and digits only; write layout='NCHW', 'NHWC', 'NCL' or the like"),
        ({"layout": 4}, ArgumentTypeError,
         "layout=4: must be a word of letters; write layout='NCHW', 'NHWC', 'NCL' or the like"),
        ({"kernel_layout": "IHW"}, ArgumentError,
         "kernel_layout='IHW': has no O; write kernel_layout='OIHW', 'HWIO' or the like"),
        ({"kernel_layout": "OIDW"}, ArgumentError,
         ("kernel_layout='OIDW': its spatial axes are not those of layout='NCHW'; write kernel_layout='OIHW' or "
         "another order of these letters")),
        ({"groups": 0}, ArgumentError, "groups=0: must be at least 1; write 1 or more"),
        ({"gain": 2}, ArgumentError, "gain=2: has no place in a layer; multiply the kernel and the bias"),
        ({"borders": "untouched"}, ArgumentError, "borders='untouched': has no place in a layer; leave it out"),
        ({"stride": (1, 2, 3)}, ArgumentError,
         ("stride=(1, 2, 3): has 3 values, and the operator works along 2 axes; give one value for all axes, or a "
         "tuple with one each")),
    ],
)  # fmt: skip
def test_layers(words: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        layer(**words)
    assert str(caught.value) == message


def test_an_operator_must_be_named() -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        Layer.of()
    assert str(caught.value) == (
        "operator: is not given; write operator='convolution' or 'cross-correlation', or like= with a function's name"
    )


@pytest.mark.parametrize(
    ("x", "h", "message"),
    [
        (X[0], H, ("x=shape (4, 6, 5): has 3 axes, and layout='NCHW' names 4; give it as many, or write another "
                   "layout=")),
        (X, H[0], ("h=shape (2, 3, 2): has 3 axes, and kernel_layout='OIHW' names 4; give it as many, or write another "
                  "kernel_layout=")),
        (X[:, :3], H, ("h=shape (6, 2, 3, 2): takes 2 channels for each of 2 groups (I in kernel_layout='OIHW'), and x "
                      "has 3 (C in layout='NCHW'); give them the same channels, or write groups= or the layouts as "
                      "they are")),
        (X, H[:5], ("h=shape (5, 2, 3, 2): 5 channels (O in kernel_layout='OIHW') do not divide into 2 groups; write "
                   "groups= that divides them")),
        (X[..., :1], H, ("size='valid': no window fits along axis W: h has 2 taps, x has 1 sample; write size='full' "
                        "or size='same'")),
    ],
)  # fmt: skip
def test_shapes(x: Any, h: Any, message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        layer().forward(x, h)
    assert str(caught.value) == message


def test_biases_and_gradients() -> None:
    with pytest.raises(ShapeError) as caught:
        layer().forward(X, H, [1, 2, 3])
    assert str(caught.value) == "bias=shape (3,): the result has 6 channels; give one number for each"
    wrong = np.zeros((2, 6, 4, 5))
    for method, other in ((layer().input_gradient, H), (layer().kernel_gradient, X)):
        with pytest.raises(ShapeError) as caught:
            method(wrong, other, shape=X.shape if other is H else H.shape)
        assert str(caught.value) == (
            "gradient=shape (2, 6, 4, 5): the outputs have shape (2, 6, 4, 4); give one value for each output"
        )
    for method, other, letters in ((layer().input_gradient, H, "layout='NCHW'"),
                                   (layer().kernel_gradient, X, "kernel_layout='OIHW'")):  # fmt: skip
        with pytest.raises(ShapeError) as caught:
            method(wrong, other, shape=8)
        assert str(caught.value) == f"shape=8: {letters} names 4 axes; give one length for each"
    with pytest.raises(ShapeError) as caught:
        layer().bias_gradient([1, 2])
    assert str(caught.value) == (
        "gradient=shape (2,): layout='NCHW' names 4 axes; give one value for each output"
    )  # fmt: skip


def test_numbers_that_do_not_go_together() -> None:
    plain = Layer.of(operator="convolution", layout="CL")
    with pytest.raises(ArgumentTypeError) as caught:
        plain.forward(np.array([[Decimal(1)]]), np.array([[[1.5]]]))
    assert str(caught.value) == (
        "x and h=numbers of type Decimal, float: do not go together: unsupported operand type(s) for *: 'float' and "
        "'decimal.Decimal'; convert all to one kind"
    )
    with pytest.raises(ArgumentTypeError) as caught:
        plain.forward(np.array([[Decimal(1)]]), np.array([[[1]]]), [1.5])
    assert str(caught.value).startswith("x, h and bias=numbers of type Decimal, float")
