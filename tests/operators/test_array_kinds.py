"""Promise 6 for kinds of arrays: taken for what they are, given back as what they were, or refused with the way out."""

from __future__ import annotations

import array
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import ArgumentError, ArgumentTypeError
from tests.needs import needs

if TYPE_CHECKING:
    from collections.abc import Callable


def test_sequences_and_buffers() -> None:
    x = [2, 1, 3, 5, 4]
    sequences: list[Any] = [x, tuple(x), range(2, 7), memoryview(bytes(x)), array.array("i", x), np.array(x)]
    for same in sequences:
        right = tw.convolve(np.array(list(same)), [1, -1])
        y = tw.convolve(same, (1, -1))
        assert type(y) is np.ndarray
        assert y.dtype == np.int64
        assert y.tolist() == right.tolist()
    assert tw.convolve([True, False, True], [True]).tolist() == [1, 0, 1]
    assert tw.convolve([1, 2.5], [2]).tolist() == [2.0, 5.0]
    assert tw.convolve([1, 2j], [2]).tolist() == [2, 4j]


def test_lists_of_large_integers_are_exact() -> None:
    """NumPy makes floats of a list that needs both uint64 and a sign."""
    for x in ([2**63, -1], [2**64, 1], [2**63 + 1, True, -3], [[2**70], [1]]):
        y = tw.convolve(x, np.ones((1,) * np.ndim(x), int))
        assert y.tolist() == [[int(v) for v in row] if isinstance(row, list) else int(row) for row in x]
        assert y.dtype == object
    assert tw.convolve([2**63], [1], dtype="uint64").tolist() == [2**63]


def test_pythons_exact_numbers() -> None:
    third = Fraction(1, 3)
    for engine in ("reference", "numpy", "auto"):
        y = tw.convolve([third, 2, Fraction(-1, 7)], [Fraction(1, 2), 3], size="full", engine=engine)
        assert y.tolist() == [Fraction(1, 6), 2, Fraction(83, 14), Fraction(-3, 7)]
        y = tw.correlate([Decimal("0.1"), Decimal("0.2")], [Decimal(3), 1], size="same", boundary="edge", engine=engine)
        assert y.tolist() == [Decimal("0.4"), Decimal("0.5")]
        y = tw.convolve([third, third], [1, 1], size="full", boundary="constant(1/3)", engine=engine)
        assert y.tolist() == [Fraction(2, 3)] * 3
    y = tw.convolve([third, 2 * third], [1, 1], size="full", normalize="sum", gain=Fraction(3, 1))
    assert y.tolist() == [Fraction(1, 2), Fraction(3, 2), 1]


def test_the_dtype_of_a_result() -> None:
    for x, h, result in [
        ("float16", "float16", "float16"), ("float32", "float16", "float32"), ("float32", "float32", "float32"),
        ("float32", "float64", "float64"), ("int8", "float32", "float32"), ("int64", "float32", "float64"),
        ("bool", "float16", "float16"), ("complex64", "float64", "complex128"), ("float32", "complex64", "complex64"),
        ("longdouble", "int64", "longdouble"), ("longdouble", "complex64", "clongdouble"), ("bool", "bool", "int64"),
        ("object", "int8", "object"), ("uint8", "uint64", "uint64"), ("int8", "uint64", "int64"),
    ]:  # fmt: skip
        for first, second in ((x, h), (h, x)):
            for engine in ("reference", "numpy"):
                assert tw.convolve(np.ones(3, first), np.ones(2, second), engine=engine).dtype == result


def test_no_digit_is_lost_on_the_way() -> None:
    """The smallest number beyond 1, times 1, in every precision."""
    for dtype in ("float16", "float32", "float64", "longdouble"):
        x = np.nextafter(np.ones(3, dtype), np.array(2, dtype))
        for engine in ("reference", "numpy"):
            assert (tw.convolve(x, np.ones(1, dtype), engine=engine) == x).all()
            assert (tw.convolve(x + 0j, np.ones(1, dtype), engine=engine) == x).all()


def test_float16_is_summed_wider() -> None:
    """faults.md 73: 70000 ones are inf in torch."""
    ones = np.ones(70_000, np.float16)
    assert tw.correlate(ones, ones, dtype="float32").tolist() == [70_000]
    assert tw.correlate(ones[:5001], ones[:5001]).tolist() == [5000]  # rounded once
    assert (
        tw.convolve(ones[:2], np.full(400, 400, np.float16), size="same", normalize="sum", boundary="edge").max() == 1
    )


def test_tensors_of_torch() -> None:
    torch = needs("torch")
    x, h = torch.tensor([2, 1, 3, 5, 4]), torch.tensor([1, -1])
    for y in (tw.convolve(x, h), tw.convolve(x, [1, -1]), tw.apply(x, h, operator="convolution")):
        assert isinstance(y, torch.Tensor)
        assert y.dtype == torch.int64
        assert y.tolist() == [-1, 2, 2, -1]
    assert isinstance(tw.convolve([1, 2], h), np.ndarray)
    assert isinstance(tw.kernel_gradient(x, x, shape=1, operator="convolution"), torch.Tensor)
    assert isinstance(tw.input_gradient(x, h[:1], shape=5, operator="convolution"), torch.Tensor)
    assert isinstance(tw.transposed(x, h), torch.Tensor)
    plane = torch.arange(12.0).reshape(3, 4).T
    assert tw.convolve(plane, torch.ones(2, 2)).dtype == torch.float32
    assert tw.convolve(torch.tensor([1j]).conj(), [1]).tolist() == [-1j]
    assert tw.convolve(torch.tensor([1.0], dtype=torch.float16), [1.0]).dtype == torch.float64
    refused = {
        "tensor with requires_grad=True: its gradient would be lost; write x.detach()":
            torch.ones(3, requires_grad=True),
        "tensor of torch.bfloat16: NumPy has no such dtype; write x.float()": torch.ones(3, dtype=torch.bfloat16),
        "tensor on meta: must be on the CPU; write x.cpu()": torch.ones(3, device="meta"),
    }  # fmt: skip
    for message, tensor in refused.items():
        with pytest.raises(ArgumentTypeError) as caught:
            tw.convolve(tensor, [1])
        assert str(caught.value) == f"x={message}"


class Quantity(np.ndarray[Any, np.dtype[Any]]):
    """Like astropy's."""

    unit = "m"


class Pint:
    """Like pint's: no array, but with a magnitude."""

    units = "m"
    magnitude = 3

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise AssertionError


class Series:
    """Like pandas': an array with labels."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise AssertionError


class Standard:
    """An array of the array API standard."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    def __array__(self, *_: Any, **__: Any) -> Any:
        return self.values

    def __array_namespace__(self) -> Any:
        return type("namespace", (), {"asarray": Standard})


def test_arrays_of_the_standard_come_back_as_they_came() -> None:
    y = tw.convolve(Standard([1.0, 2.0]), Standard([2.0]))
    assert isinstance(y, Standard)
    assert y.values.tolist() == [2.0, 4.0]


MASK = "a mask would be lost: a sum over a window with missing samples has no one meaning"
HERE = "tests.operators.test_array_kinds."
REFUSED: list[tuple[Any, str]] = [
    (
        np.ma.masked_array([1.0, 99.0], [False, True]),
        f"object of type numpy.ma.MaskedArray: {MASK}; write x.filled(0) for missing samples that add nothing",
    ),
    (
        np.arange(3.0).view(Quantity),
        f"object of type {HERE}Quantity: its unit would be lost; write x.value, and give the result its unit",
    ),
    (Pint(), f"object of type {HERE}Pint: its unit would be lost; write x.magnitude, and give the result its unit"),
    (Series(), f"object of type {HERE}Series: what it holds besides numbers would be lost; write np.asarray(x)"),
    (
        np.rec.array([1.0, 2.0]),
        "object of type numpy.rec.recarray: what it holds besides numbers would be lost; write np.asarray(x)",
    ),
    ("abc", "object of type str: is not an array; give a NumPy array or a list of numbers"),
    (b"abc", "object of type bytes: is not an array; give a NumPy array or a list of numbers"),
    ({1, 2}, "object of type set: is not an array; give a NumPy array or a list of numbers"),
    (None, "object of type NoneType: is not an array; give a NumPy array or a list of numbers"),
    (np.array(["2020"], "M8[D]"), "array of dtype datetime64[D]: must hold numbers; write np.asarray(x, float)"),
    (np.array(["a"]), "array of dtype <U1: must hold numbers; write np.asarray(x, float)"),
    (["a"], "array of dtype <U1: must hold numbers; write np.asarray(x, float)"),
    (np.zeros(2, "V8"), "array of dtype |V8: must hold numbers; write np.asarray(x, float)"),
    ([1, None], "[... None ...]: must hold numbers only; leave out the rest"),
    (np.array([1, "a"], object), "[... 'a' ...]: must hold numbers only; leave out the rest"),
    ([[1], [1, 2]], "[[1], [1, 2]]: its rows differ in length; give every row the same number of values"),
    (3, "3: has no axis; give an array of one dimension or more"),
    (np.float64(3.0), "np.float64(3.0): has no axis; give an array of one dimension or more"),
    (np.array(3), "array(3): has no axis; give an array of one dimension or more"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_carries_more_than_numbers_is_refused(value: Any, message: str) -> None:
    with pytest.raises((ArgumentError, ArgumentTypeError)) as caught:
        tw.convolve(value, [1])
    assert str(caught.value) == f"x={message}"
    of_kernel = f"h={message}".replace("x.", "h.").replace("asarray(x", "asarray(h")
    calls: list[Callable[[], Any]] = [
        lambda: tw.convolve([1], value),
        lambda: tw.correlate([1], value),
        lambda: tw.apply([1], value, operator="convolution", normalize="sum"),
        lambda: tw.transposed([1], value),
        lambda: tw.input_gradient([1], value, shape=1, operator="convolution"),
        lambda: tw.matrix(value, 1, operator="convolution"),
        lambda: tw.choose([1], value, operator="convolution"),
        lambda: tw.error_bound([1], value, operator="convolution"),
    ]
    for call in calls:
        with pytest.raises((ArgumentError, ArgumentTypeError)) as caught:
            call()
        assert str(caught.value) == of_kernel
    with pytest.raises((ArgumentError, ArgumentTypeError)) as caught:
        tw.input_gradient(value, [1], shape=1, operator="convolution")
    assert str(caught.value) == f"gradient={message}".replace("x.", "gradient.").replace(
        "asarray(x", "asarray(gradient"
    )


def test_a_kernel_without_a_sum_is_not_normalised() -> None:
    for taps, total in [
        ([1, -1], "0"),
        ([np.inf, 1], "inf"),
        ([1e308] * 2, "inf"),
        ([np.nan], "nan"),
        ([1j, -1j], "0j"),
    ]:
        with pytest.raises(ArgumentError) as caught:
            tw.apply([1.0, 2.0], taps, operator="convolution", normalize="sum")
        assert str(caught.value) == f"normalize='sum': the taps of h sum to {total}; write normalize='none'"
    huge = np.full(2, 2**63, np.uint64)
    assert tw.apply([1.0, 2.0], huge, operator="convolution", normalize="sum").tolist() == [1.5]


def test_exact_numbers_that_do_not_go_together() -> None:
    words: dict[str, Any] = {"operator": "convolution"}
    calls: list[tuple[Callable[[], Any], str]] = [
        (
            lambda: tw.apply([Decimal(1)], [1.5], **words),
            "x and h=numbers of type Decimal, float: do not go together: unsupported operand type(s) for *: ",
        ),
        (
            lambda: tw.apply([Decimal(1)], [Fraction(1)], **words),
            "x and h=numbers of type Decimal, Fraction: do not go together: unsupported operand type(s) for *: ",
        ),
        (
            lambda: tw.apply([Decimal(1)], [1], gain=0.5, **words),
            "x and h=numbers of type Decimal, int: do not go together: unsupported operand type(s) for *: ",
        ),
        (
            lambda: tw.apply([1], [Decimal(1), Fraction(1)], size="full", normalize="sum", **words),
            "h=numbers of type Decimal, Fraction: do not go together: unsupported operand type(s) for +: ",
        ),
    ]
    for call, message in calls:
        with pytest.raises(ArgumentTypeError) as caught:
            call()
        assert str(caught.value).startswith(message)
        assert str(caught.value).endswith("; convert all to one kind")
