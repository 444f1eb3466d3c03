"""Rounding, saturation and the signed scale, against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tapwise.errors import ArgumentError, ArgumentTypeError
from tapwise.files import scale_signed
from tapwise.files.levels import fit

INTEGERS = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"]


@pytest.mark.parametrize("dtype", INTEGERS)
@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.floats(-600, 600), min_size=1))
def test_floats_round_half_to_even_and_saturate(dtype: str, values: list[float]) -> None:
    info = np.iinfo(dtype)
    whole = [round(Fraction(value)) for value in values]  # Python rounds halves to even, exactly
    fitted = fit(np.array(values), np.dtype(dtype))
    assert fitted.data.dtype == dtype
    assert fitted.data.tolist() == [min(max(w, int(info.min)), int(info.max)) for w in whole]
    assert fitted.clipped == sum(not info.min <= w <= info.max for w in whole)
    assert fitted.rounded == sum(info.min <= w <= info.max and w != v for w, v in zip(whole, values, strict=True))


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("given_dtype", [*INTEGERS, "bool"])
@settings(deadline=None)
@given(st.data())
def test_integers_saturate_exactly(dtype: str, given_dtype: str, data: st.DataObject) -> None:
    values = data.draw(hnp.arrays(given_dtype, 5))
    info = np.iinfo(dtype)
    fitted = fit(values, np.dtype(dtype))
    exact = [int(value) for value in values.tolist()]
    assert fitted.data.tolist() == [min(max(v, int(info.min)), int(info.max)) for v in exact]
    assert fitted.clipped == sum(not info.min <= v <= info.max for v in exact)
    assert fitted.rounded == 0


@pytest.mark.parametrize("top", [2**63, 2**64])
def test_the_end_of_64_bits_is_exact(top: int) -> None:
    dtype = np.dtype("int64" if top == 2**63 else "uint64")
    below = np.nextafter(float(top), 0)
    fitted = fit(np.array([float(top), below]), dtype)
    assert fitted.data.tolist() == [top - 1, int(below)]
    assert fitted.clipped == 1


def test_24_bits() -> None:
    fitted = fit(np.array([-(2**23) - 1, -(2**23), 2**23 - 1, 2**23], np.int32), np.dtype("int32"), 24)
    assert fitted.data.tolist() == [-(2**23), -(2**23), 2**23 - 1, 2**23 - 1]
    assert fitted.clipped == 2


def test_floats_keep_what_they_can() -> None:
    data = np.array([0.5, 0.1, 1e300, -1e300, np.inf, np.nan])
    fitted = fit(data, np.dtype("float32"))
    top = np.finfo("float32").max
    assert fitted.data.tolist()[:5] == [0.5, float(np.float32(0.1)), top, -top, np.inf]
    assert np.isnan(fitted.data[5])
    assert (fitted.clipped, fitted.rounded) == (2, 1)
    fitted = fit(np.array([2**53, 2**53 + 1, -5]), np.dtype("float64"))
    assert fitted.data.tolist() == [2**53, 2**53, -5]
    assert (fitted.clipped, fitted.rounded) == (0, 1)


def test_the_data_are_not_changed() -> None:
    data = np.array([-1.5, 300.5])
    data.flags.writeable = False
    fit(data, np.dtype("uint8"))
    assert data.tolist() == [-1.5, 300.5]


@pytest.mark.parametrize(
    ("dtype", "middle", "half"),
    [("uint8", 128, 127), ("uint16", 2**15, 2**15 - 1), ("uint32", 2**31, 2**31 - 1), ("int8", 0, 127),
     ("int16", 0, 2**15 - 1), ("float32", 0.5, 0.5), ("float64", 0.5, 0.5)],
)  # fmt: skip
@pytest.mark.parametrize("peak", [-4.0, 4.0])
def test_the_signed_scale(dtype: str, middle: float, half: float, peak: float) -> None:
    scaled, factor = scale_signed(np.array([[0, peak], [-peak, peak / 2]]), dtype)
    sign = np.sign(peak)
    assert scaled.dtype == dtype
    assert factor == half / 4
    assert scaled[0].tolist() == [middle, middle + sign * half]
    assert scaled[1, 0] == middle - sign * half
    assert scaled[1, 1] == (np.rint(middle + sign * half / 2) if scaled.dtype.kind != "f" else middle + sign * half / 2)


@settings(deadline=None)
@given(hnp.arrays("float64", st.integers(0, 6), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_the_signed_scale_never_clips(data: Any) -> None:
    scaled, factor = scale_signed(data, "uint8")
    assert scaled.shape == data.shape
    assert factor > 0
    if data.any():
        ends = scaled[np.abs(data) == np.abs(data).max()]
        assert set(ends.tolist()) <= {1, 255}
        assert scaled.min() >= 1
    else:
        assert (scaled == 128).all()
        assert factor == 1.0
    assert (scaled[data == 0] == 128).all()


def test_the_smallest_and_largest_numbers_scale() -> None:
    tiny = 5e-324
    assert scale_signed([tiny, 0, -tiny], "uint8")[0].tolist() == [255, 128, 1]
    assert scale_signed([tiny], "uint8")[1] == np.inf
    assert scale_signed([1.7e308, -1.7e308, 0.85e308], "int16")[0].tolist() == [32767, -32767, 16384]


def test_integers_and_booleans_scale_too() -> None:
    assert scale_signed(np.array([-128, 127], np.int8), "uint8")[0].tolist() == [1, 254]
    assert scale_signed(np.array([False, True]), "uint8")[0].tolist() == [128, 255]


def test_what_cannot_be_scaled_is_refused() -> None:
    with pytest.raises(ArgumentError) as caught:
        scale_signed([1.0, np.nan], "uint8")
    assert str(caught.value) == (
        "data=array([ 1., nan]): NaN and infinity have no place in a scale; replace them first"
    )
    with pytest.raises(ArgumentTypeError) as wrong:
        scale_signed([1j], "uint8")
    assert str(wrong.value) == "data=dtype('complex128'): only real numbers can be scaled; take their real part first"
    for dtype in ("int64", "complex64", "bool"):
        with pytest.raises(ArgumentTypeError) as wrong:
            scale_signed([1.0], dtype)
        assert str(wrong.value) == (
            f"dtype={np.dtype(dtype)!r}: it must be an integer dtype of at most 32 bits, or a float dtype"
        )
