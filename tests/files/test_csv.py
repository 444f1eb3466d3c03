"""CSV."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tapwise.files import read, write


@pytest.mark.parametrize(
    ("text", "values", "dtype"),
    [
        ("1,2,3\n", [1, 2, 3], "int64"),
        ("1\n2\n3\n", [1, 2, 3], "int64"),
        ("1,2\n3,-4", [[1, 2], [3, -4]], "int64"),
        ("7", [7], "int64"),
        ("1, 2.5 ,3e2\n", [1, 2.5, 300], "float64"),
        ("\ufeff1,2\r\n3,4\r\n\r\n", [[1, 2], [3, 4]], "int64"),
        ('"1","2"\n', [1, 2], "int64"),
        ("+1,-0\n", [1, 0], "int64"),
        ("inf,-INF\n", [math.inf, -math.inf], "float64"),
        ("1+2j,3\n", [1 + 2j, 3], "complex128"),
        ("9223372036854775808,0\n", [2**63, 0], "uint64"),
        ("-9223372036854775808,9223372036854775807\n", [-(2**63), 2**63 - 1], "int64"),
        ("1.0,2.0\n", [1, 2], "float64"),
        ("100000000000000000000000000000\n", [1e29], "float64"),
    ],
)
def test_what_is_written_is_what_is_read(text: str, values: list[complex], dtype: str) -> None:
    Path("t.csv").write_text(text, encoding="utf-8", newline="")
    sample = read("t.csv")
    assert sample.data.tolist() == values
    assert sample.data.dtype == dtype
    assert (sample.kind, sample.format) == ("array", "csv")
    assert sample.axes == tuple(range(sample.data.ndim))


@pytest.mark.parametrize(
    ("dtype", "back"),
    [
        ("int8", "int64"), ("uint16", "int64"), ("int64", "int64"), ("uint64", "uint64"), ("bool", "int64"),
        ("float16", "float64"), ("float32", "float64"), ("float64", "float64"), (">f8", "float64"),
        ("complex64", "complex128"), ("complex128", "complex128"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shape", [(7,), (3, 4)])
def test_values_come_back_from_every_dtype(
    dtype: str, back: str, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    data = (rng.random(shape) * 100).astype(dtype)
    if dtype == "uint64":
        data[0] = 2**64 - 1
    if dtype.startswith("complex"):
        data = data * np.asarray(1 - 0.3j, dtype)
    report = write("t.csv", data)
    same = np.dtype(dtype) == np.dtype(back)
    note = f"CSV does not keep the dtype {np.dtype(dtype)}: the same numbers come back as {back}."
    assert report.notes == (() if same else (note,))
    sample = read("t.csv")
    assert sample.data.dtype == back
    assert sample.data.shape == shape
    assert (sample.data == data).all()


@settings(deadline=None)
@given(st.lists(st.floats(), min_size=1, max_size=8))
def test_floats_come_back_bit_for_bit(values: list[float]) -> None:
    data = np.array(values)
    write("f.csv", data, force=True)
    found = read("f.csv").data
    assert found.dtype == np.float64
    assert np.where(np.isnan(found), 0, found).tobytes() == np.where(np.isnan(data), 0, data).tobytes()
    assert (np.isnan(found) == np.isnan(data)).all()


@settings(deadline=None)
@given(st.lists(st.complex_numbers(), min_size=1, max_size=8))
def test_complex_numbers_come_back_with_their_signs(values: list[complex]) -> None:
    write("c.csv", np.array(values), force=True)
    assert list(map(repr, read("c.csv").data.tolist())) == list(map(repr, values))


@settings(deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=8))
def test_integers_come_back_exactly(values: list[int]) -> None:
    write("i.csv", np.array(values, np.int64), force=True)
    assert read("i.csv").data.tolist() == values


def test_the_text_is_plain() -> None:
    write("a.csv", np.array([[1, 2, 3], [4, 5, 6]]))
    assert Path("a.csv").read_bytes() == b"1,2,3\n4,5,6\n"
    write("b.csv", np.array([0.5, -2.0]))
    assert Path("b.csv").read_bytes() == b"0.5\n-2.0\n"
    write("z.csv", np.array([1 + 2j, -0.5j]))
    assert Path("z.csv").read_bytes() == b"1+2j\n-0-0.5j\n"
    report = write("c.csv", np.array([[1, 2, 3]]))
    assert report.notes == ("CSV does not keep the shape (1, 3): a single row or column comes back as 1-D.",)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1,2\n3\n", "line 2 has 1 numbers, and the lines above have 2; give every line as many"),
        ("1,2\n\n3,4\n", "line 2 has 0 numbers, and the lines above have 2; give every line as many"),
        ("time,value\n1,2\n", "line 1, column 1 holds 'time', which is not a number; take headings out"),
        (
            "1,2\n3,4 cm\n",
            "line 2, column 2 holds '4 cm', which is not a number; separate numbers by commas",
        ),
        ("1;2;3\n", "line 1, column 1 holds '1;2;3', which is not a number; separate numbers by commas"),
        (
            "1\n2\n3m\n",
            "line 3, column 1 holds '3m', which is not a number; write a number there, with a point and no unit",
        ),
        ("1,,3\n", "line 1, column 2 is empty; write a number there, or nan"),
        ("1_000\n", "line 1, column 1 holds '1_000', which is not a number; take headings out"),
        ("\u0661\n", "line 1, column 1 holds '\u0661', which is not a number; take headings out"),
        ("x" * 60, f"line 1, column 1 holds '{'x' * 39}…', which is not a number; take headings out"),
        ('1,"2\n', "line 1 is not CSV (unexpected end of data); separate numbers by commas"),
        ("\n \n", "it holds no numbers; write numbers separated by commas, one row a line"),
        (
            "18446744073709551616,1\n",
            "whole numbers from 1 to 18446744073709551616 fit no 64-bit dtype; write them with a decimal point",
        ),
        (
            "-1,9223372036854775808\n",
            "whole numbers from -1 to 9223372036854775808 fit no 64-bit dtype; write them with a decimal point",
        ),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(text: str, rule: str, refusal: Callable[..., str]) -> None:
    Path("t.csv").write_text(text, encoding="utf-8")
    assert refusal(read, "t.csv") == f"t.csv: {rule}"


def test_other_encodings_are_refused(refusal: Callable[..., str]) -> None:
    Path("l.csv").write_bytes("1,2\n3,é\n".encode("latin-1"))
    assert refusal(read, "l.csv") == "l.csv: it is not text in UTF-8 (byte 6); save it as CSV in UTF-8"
    Path("u.csv").write_bytes("1,2\n".encode("utf-16"))
    assert refusal(read, "u.csv") == (
        "u.csv: the name says CSV, but the content is not text in UTF-8; save it as CSV in UTF-8"
    )


def test_a_table_too_large_is_refused(refusal: Callable[..., str]) -> None:
    Path("t.csv").write_text("1,2\n" * 25)
    assert read("t.csv", max_bytes=1600).data.shape == (25, 2)
    assert refusal(read, "t.csv", max_bytes=1599) == (
        "t.csv: the 100 bytes of the file take 1600 bytes in memory, more than the limit max_bytes=1599; "
        "raise the limit if you trust the file"
    )


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (2, 3, 4)])
def test_other_shapes_are_refused(shape: tuple[int, ...], refusal: Callable[..., str]) -> None:
    assert refusal(write, "t.csv", np.zeros(shape)) == (
        f"t.csv: CSV holds 1-D or 2-D data that are not empty, not the shape {shape}; write .npy"
    )


@pytest.mark.skipif(np.dtype("g").itemsize == 8, reason="long double is double here")
def test_long_doubles_are_refused(refusal: Callable[..., str]) -> None:
    assert refusal(write, "t.csv", np.zeros(3, "g")) == (
        f"t.csv: CSV cannot hold every digit of {np.dtype('g')}; write .npy"
    )
