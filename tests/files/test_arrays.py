""".npy and .npz."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage

from tapwise.files import read, write

DTYPES = [
    "?", "i1", "u1", "<i2", ">i2", "<u4", ">i8", "<u8", "<f2", "<f4", ">f4", "<f8", ">f8", "<c8", ">c16", "g", "G",
]  # fmt: skip
SHAPES: list[tuple[int, ...]] = [(), (1,), (7,), (0,), (2, 3), (3, 0, 2), (2, 3, 4), (1, 2, 1, 3)]


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_dtype_and_shape_goes_round(
    name: str, dtype: str, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    data = np.asarray(rng.random(shape) * 200).astype(dtype)
    report = write(name, data)
    assert (report.clipped, report.rounded, report.notes, report.dtype) == (0, 0, (), np.dtype(dtype))
    peer: Any = np.load(name, allow_pickle=False)
    peer = peer["arr_0"] if name.endswith("z") else peer
    sample = read(name)
    for found in (peer, sample.data):
        assert found.dtype == np.dtype(dtype)
        assert found.shape == shape
        assert (found == data).all()
    assert sample.data.flags.writeable
    assert (sample.kind, sample.format, sample.axes) == ("array", name[-3:], tuple(range(len(shape))))


def test_fortran_order_and_strides_go_round(rng: np.random.Generator) -> None:
    data = np.asfortranarray(rng.random((3, 5, 2)))
    np.save("f.npy", data)
    sample = read("f.npy")
    assert (sample.data == data).all()
    assert sample.data.flags.f_contiguous
    write("g.npy", data[::-1, ::2])
    assert (np.load("g.npy") == data[::-1, ::2]).all()


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_both_header_versions_are_read(version: tuple[int, int]) -> None:
    with Path("v.npy").open("wb") as file:
        np.lib.format.write_array(file, np.arange(3), version)
    assert read("v.npy").data.tolist() == [0, 1, 2]


@pytest.mark.parametrize("compressed", [False, True])
def test_one_of_several_arrays_is_named_never_guessed(compressed: bool, refusal: Callable[..., str]) -> None:
    save = np.savez_compressed if compressed else np.savez
    save("m.npz", x=np.arange(3), y=np.arange(4.0).reshape(2, 2))
    assert refusal(read, "m.npz") == "m.npz: it holds 2 arrays: 'x', 'y'; name one, as in m.npz:x"
    assert refusal(read, "m.npz:z") == "m.npz:z: it holds no array 'z'; it holds 'x', 'y'; name one of them"
    sample = read("m.npz:y")
    assert sample.data.tolist() == [[0, 1], [2, 3]]
    write("out.npz", sample.data, sample)
    with np.load("out.npz") as archive:
        assert list(archive) == ["y"]
    write("named.npz:file", sample.data)
    with np.load("named.npz") as archive:
        assert archive["file"].tolist() == [[0, 1], [2, 3]]


def test_a_file_that_really_has_a_colon_wins() -> None:
    Path("m.npz").mkdir()
    np.savez("x.npz", np.arange(2))
    Path("x.npz").rename("m.npz:x.npz")
    assert read("m.npz:x.npz").data.tolist() == [0, 1]


def test_a_shipped_disparity_map_is_read() -> None:
    path = Path(skimage.__file__).parent / "data" / "motorcycle_disp.npz"
    with np.load(path) as archive:
        (only,) = archive.values()
    assert read(path).data.tobytes() == only.tobytes()


def test_same_data_same_bytes() -> None:
    for name in ("a.npz", "b.npz"):
        write(name, np.arange(5))
    assert Path("a.npz").read_bytes() == Path("b.npz").read_bytes()


class Trap:
    """What a pickle runs when it is loaded."""

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("sprung"),)


def test_pickles_are_refused_and_never_loaded(refusal: Callable[..., str]) -> None:
    trap = np.array([Trap()], dtype=object)
    np.save("p.npy", trap, allow_pickle=True)
    np.savez("p.npz", trap)
    for name in ("p.npy", "p.npz"):
        assert refusal(read, name) == (
            f"{name}: it holds Python objects (pickled), and loading them could run any code; "
            "save plain numbers, as in np.save(path, np.asarray(x, dtype=float))"
        )
    assert not Path("sprung").exists()
    np.load("p.npy", allow_pickle=True)
    assert Path("sprung").exists()  # the trap works
    assert refusal(write, "q.npy", trap) == (
        "q.npy: the data have dtype object, and only numbers can be written; convert them first"
    )


@pytest.mark.parametrize("dtype", ["U3", "M8[s]", [("a", "f8"), ("b", "i4")]])
def test_what_is_no_number_is_refused(dtype: Any, refusal: Callable[..., str]) -> None:
    np.save("n.npy", np.zeros(2, dtype))
    assert refusal(read, "n.npy") == (
        f"n.npy: its dtype is {np.dtype(dtype)}, and only numbers can be read; save one field or column as numbers"
    )


def header(text: str) -> bytes:
    body = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(body)) + body


def test_a_header_that_claims_too_much_is_refused(refusal: Callable[..., str]) -> None:
    Path("big.npy").write_bytes(header("{'descr': '<f8', 'fortran_order': False, 'shape': (131072, 131072)}"))
    assert refusal(read, "big.npy") == (
        "big.npy: the shape (131072, 131072) and the dtype float64 take 137438953472 bytes in memory, more than the "
        "limit max_bytes=2147483648; raise the limit if you trust the file"
    )
    assert refusal(read, "big.npy", max_bytes=2**62) == (
        "big.npy: the file is cut short: the shape (131072, 131072) and the dtype float64 need 137438953472 bytes, "
        "and 0 are there; get it again from where it came"
    )
    # A product that wraps to 0 in 64 bits.
    Path("wrap.npy").write_bytes(header("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296)}"))
    assert "take 18446744073709551616 bytes" in refusal(read, "wrap.npy")


@pytest.mark.parametrize(
    "text",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2.5,)}",
        "{'descr': '<f8', 'fortran_order': False}",
        "{'descr': 'rubbish', 'fortran_order': False, 'shape': (1,)}",
        "__import__('os').system('touch sprung')",
        "(" * 100,
    ],
)
def test_broken_headers_are_refused(text: str, refusal: Callable[..., str]) -> None:
    Path("h.npy").write_bytes(header(text) + bytes(100))
    assert refusal(read, "h.npy").startswith("h.npy: the file is damaged: ")
    assert not Path("sprung").exists()


def test_every_cut_of_npy_is_noticed(refusal: Callable[..., str]) -> None:
    np.save("whole.npy", np.arange(3, dtype=np.int16))
    whole = Path("whole.npy").read_bytes()
    for length in range(1, len(whole)):
        Path("cut.npy").write_bytes(whole[:length])
        refusal(read, "cut.npy")
    Path("cut.npy").write_bytes(whole[:-1])
    assert refusal(read, "cut.npy") == (
        "cut.npy: the file is cut short: the shape (3,) and the dtype int16 need 6 bytes, and 5 are there; "
        "get it again from where it came"
    )


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_cut_of_npz_is_noticed(compression: int, refusal: Callable[..., str]) -> None:
    body = io.BytesIO()
    np.save(body, np.arange(3, dtype=np.int16))
    with zipfile.ZipFile("whole.npz", "w", compression) as archive:
        archive.writestr("x.npy", body.getvalue())
    whole = Path("whole.npz").read_bytes()
    for length in range(1, len(whole)):
        Path("cut.npz").write_bytes(whole[:length])
        refusal(read, "cut.npz")


def test_bytes_behind_the_array_are_noted() -> None:
    np.save("t.npy", np.arange(3))
    with Path("t.npy").open("ab") as file:
        file.write(b"more")
    assert read("t.npy").notes == ("4 bytes behind the array were left out.",)


def test_a_zip_bomb_is_refused_before_it_unpacks(refusal: Callable[..., str]) -> None:
    zeros = header("{'descr': '|u1', 'fortran_order': False, 'shape': (80000000,)}") + bytes(80_000_000)
    with zipfile.ZipFile("bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", zeros)
        packed = archive.infolist()[0].compress_size
    assert packed < 10**5
    assert refusal(read, "bomb.npz") == (
        f"bomb.npz: its member 'x.npy' would grow from {packed} to 80000128 bytes, more than 100 to 1; "
        "if you trust it, unzip it and read the .npy"
    )
    assert refusal(read, "bomb.npz", max_bytes=10**7) == (
        "bomb.npz: the 80000128 bytes of 'x.npy' take 80000128 bytes in memory, more than the limit "
        "max_bytes=10000000; raise the limit if you trust the file"
    )


def test_a_small_member_may_shrink_a_lot() -> None:
    np.savez_compressed("zeros.npz", np.zeros(10**6))
    assert read("zeros.npz").data.shape == (10**6,)


def test_a_member_that_lies_about_its_size_is_refused(refusal: Callable[..., str]) -> None:
    np.savez("lie.npz", np.arange(1000))
    blob = bytearray(Path("lie.npz").read_bytes())
    at = blob.index(b"PK\1\2")
    struct.pack_into("<I", blob, at + 24, 200)  # uncompressed size in the directory
    Path("lie.npz").write_bytes(blob)
    assert refusal(read, "lie.npz") == (
        "lie.npz: the file is damaged: its NPY data cannot be decoded (Bad CRC-32 for file 'arr_0.npy'); "
        "get it again from where it came"
    )


def test_odd_archives_are_refused(refusal: Callable[..., str]) -> None:
    with zipfile.ZipFile("text.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refusal(read, "text.npz") == (
        "text.npz: its member 'readme.txt' is no array (.npy); write it with numpy.savez"
    )
    with zipfile.ZipFile("none.npz", "w"):
        pass
    assert refusal(read, "none.npz") == "none.npz: it holds no array"
    with warnings.catch_warnings(), zipfile.ZipFile("twice.npz", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("x.npy", "1")
        archive.writestr("x.npy", "2")
    assert refusal(read, "twice.npz") == (
        "twice.npz: the file is damaged: it holds two arrays of one name; get it again from where it came"
    )
    np.savez("locked.npz", np.arange(3))
    blob = bytearray(Path("locked.npz").read_bytes())
    blob[blob.index(b"PK\1\2") + 8] |= 1
    Path("locked.npz").write_bytes(blob)
    assert refusal(read, "locked.npz") == "locked.npz: its member 'arr_0.npy' is encrypted; decrypt it first"


def test_arrays_keep_their_dtype_or_are_refused(refusal: Callable[..., str]) -> None:
    assert refusal(write, "a.npy", np.arange(3), dtype="float32") == (
        "a.npy: NPY keeps the dtype of the data, int64, and dtype=float32 was asked for; convert the data first"
    )
