""".mat: all numeric classes of versions 4 and 5, chosen by name; 7.3 and damaged files refused with the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import io, sparse

from tapwise.files import read, write

DTYPES = ["f8", "f4", "c16", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "?"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("compressed", [False, True])
def test_every_class_keeps_its_dtype(dtype: str, compressed: bool, rng: np.random.Generator) -> None:
    data = (rng.random((3, 4, 2)) * 200).astype(dtype)
    io.savemat("a.mat", {"x": data}, do_compression=compressed)
    sample = read("a.mat")
    assert sample.data.dtype == data.dtype
    assert (sample.data == data).all()
    assert (sample.kind, sample.format, sample.axes, sample.info.member) == ("array", "mat", (0, 1, 2), "x")


def test_a_double_that_is_stored_as_bytes_is_a_double() -> None:
    # As MATLAB stores whole numbers to save room: a version 5 file with a double matrix whose data are of miUINT8.
    io.savemat("a.mat", {"x": np.array([[1.0, 2.0, 3.0]])})
    raw = Path("a.mat").read_bytes()
    wide = bytes([9, 0, 0, 0, 24, 0, 0, 0]) + np.array([1.0, 2.0, 3.0]).tobytes()
    place = raw.index(wide)
    narrow = bytes([2, 0, 3, 0, 1, 2, 3, 0])  # a small element: type 2, 3 bytes
    size = int.from_bytes(raw[132:136], "little") - len(wide) + len(narrow)
    Path("a.mat").write_bytes(raw[:132] + size.to_bytes(4, "little") + raw[136:place] + narrow)
    assert read("a.mat").data.dtype == np.float64
    assert read("a.mat").data.tolist() == [[1, 2, 3]]


def test_version_4_and_a_variable_by_its_name() -> None:
    io.savemat("old.mat", {"h": np.array([[1.0, 2.0]]), "x": np.eye(3), "note": "text"}, format="4")
    assert read("old.mat:h").data.tolist() == [[1, 2]]
    assert read("old.mat:x").data.tolist() == np.eye(3).tolist()


def test_what_cannot_be_told_or_read_is_refused(refusal: Callable[..., str]) -> None:
    io.savemat("two.mat", {"h": np.eye(2), "x": np.eye(3), "note": "text"})
    assert refusal(read, "two.mat") == (
        "two.mat: it holds 2 arrays: 'h' (double), 'x' (double), 'note' (char); name one, as in two.mat:h"
    )
    assert refusal(read, "two.mat:note") == (
        "two.mat:note: it holds no array of numbers 'note'; it holds 'h' (double), 'x' (double), 'note' (char); "
        "name one that is"
    )
    io.savemat("none.mat", {"s": sparse.eye_array(3).tocsc()})
    assert refusal(read, "none.mat") == "none.mat: it holds no array of numbers; it holds 's' (sparse)"
    Path("new.mat").write_bytes(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512) + b"\x89HDF\r\n\x1a\n")
    assert refusal(read, "new.mat") == (
        "new.mat: its version is 7.3, which is HDF5; in MATLAB, save it with '-v7'; or read it with h5py"
    )
    Path("not.mat").write_bytes(b"no such file, but long enough to have a version" * 9)
    assert refusal(read, "not.mat").startswith("not.mat: the file is damaged: its MAT data cannot be decoded (")
    whole = Path("two.mat").read_bytes()
    Path("cut.mat").write_bytes(whole[: len(whole) // 3])
    assert refusal(read, "cut.mat:x").startswith("cut.mat:x: the file is damaged: its MAT data cannot be decoded (")
    assert "max_bytes=10" in refusal(lambda: read("two.mat:x", max_bytes=10))
    assert refusal(write, "y.mat", np.eye(2)) == (
        "y.mat: MAT files are only read; write .npy, and scipy.io.savemat makes a MAT file of it"
    )
    np.save("y.npy", np.eye(2))
    Path("y.npy").rename("y.mat")
    assert refusal(read, "y.mat") == "y.mat: the name says MAT, but the content is NPY; rename it to y.npy"
