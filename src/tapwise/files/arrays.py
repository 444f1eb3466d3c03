""".npy and .npz: the headers are checked before any memory is asked for, and nothing is ever unpickled."""

from __future__ import annotations

import math
import zipfile
from typing import IO, TYPE_CHECKING, BinaryIO

import numpy as np

from tapwise.files.sample import Array, Info, Sample

if TYPE_CHECKING:
    from tapwise.files.source import Source

NUMBERS = "biufc"  # the dtype kinds that a filter can work on
_SUFFIX = ".npy"
# Real data seldom shrinks a hundredfold; files made to fill the memory do. Small members may: zeros are harmless.
_BOMB_SIZE, _BOMB_RATIO = 2**26, 100
_ENCRYPTED = 1


def read_npy(source: Source) -> Sample:
    """Read an .npy file: numbers of any dtype, shape and memory order, exactly as stored."""
    data, notes = _read_array(source, source.file, source.size)
    return Sample(data, "array", "npy", tuple(range(data.ndim)), notes=notes)


def read_npz(source: Source) -> Sample:
    """Read the one array of an .npz file, or, of several, the one that ``file.npz:name`` asks for."""
    with source.decoding("NPZ"), zipfile.ZipFile(source.file) as archive:
        members = archive.infolist()
        names = [member.filename.removesuffix(_SUFFIX) for member in members]
        if len(set(names)) < len(names):
            raise source.damaged("it holds two arrays of one name")
        held = ", ".join(repr(name) for name in names[:10]) + (", …" if len(names) > 10 else "")
        if not names:
            raise source.error("it holds no array")
        if source.member is None and len(names) > 1:
            raise source.error(f"it holds {len(names)} arrays: {held}", f"name one, as in {source.path}:{names[0]}")
        name = names[0] if source.member is None else source.member
        if name not in names:
            raise source.error(f"it holds no array {name!r}; it holds {held}", "name one of them")
        member = members[names.index(name)]
        _check_member(source, member)
        with archive.open(member) as stream:
            data, notes = _read_array(source, stream, member.file_size)
    return Sample(data, "array", "npz", tuple(range(data.ndim)), Info(member=name), notes=notes)


def write_npy(file: BinaryIO, data: Array) -> None:
    """Write an array, dtype and memory order as they are."""
    np.lib.format.write_array(file, data, allow_pickle=False)


def write_npz(file: BinaryIO, data: Array, name: str) -> None:
    """Write an .npz file that holds one array, not compressed."""
    # numpy.savez takes the names as keywords, and some names are its own. The date is fixed: same data, same file.
    member = zipfile.ZipInfo(name + _SUFFIX)
    with zipfile.ZipFile(file, "w") as archive, archive.open(member, "w", force_zip64=True) as stream:
        np.lib.format.write_array(stream, data, allow_pickle=False)


def _check_member(source: Source, member: zipfile.ZipInfo) -> None:
    name = member.filename
    if not name.endswith(_SUFFIX):
        raise source.error(f"its member {name!r} is no array (.npy)", "write it with numpy.savez")
    if member.flag_bits & _ENCRYPTED:
        raise source.error(f"its member {name!r} is encrypted", "decrypt it first")
    source.afford(member.file_size, f"the {member.file_size} bytes of {name!r}")
    if member.file_size > _BOMB_SIZE and member.file_size > _BOMB_RATIO * member.compress_size:
        what = f"its member {name!r} would grow from {member.compress_size} to {member.file_size} bytes"
        raise source.error(f"{what}, more than {_BOMB_RATIO} to 1", "if you trust it, unzip it and read the .npy")


def _read_array(source: Source, stream: IO[bytes], size: int) -> tuple[Array, tuple[str, ...]]:
    """Read one array of `size` bytes, header included."""
    with source.decoding("NPY"):
        version = np.lib.format.read_magic(stream)
        readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        if version not in readers:  # 3.0 exists for field names in Unicode
            raise source.error(f"its format version {version[0]}.{version[1]} is not for plain numbers", "")
        shape, fortran, dtype = readers[version](stream)
    if dtype.hasobject:
        what = "it holds Python objects (pickled), and loading them could run any code"
        raise source.error(what, "save plain numbers, as in np.save(path, np.asarray(x, dtype=float))")
    if dtype.kind not in NUMBERS:
        raise source.error(f"its dtype is {dtype}, and only numbers can be read", "save one field or column as numbers")
    if any(length < 0 for length in shape):
        raise source.damaged(f"its shape is {shape}")
    nbytes = math.prod(shape) * dtype.itemsize
    source.afford(nbytes, f"the shape {shape} and the dtype {dtype}")
    left = size - stream.tell()
    if nbytes > left:
        raise source.truncated(f"the shape {shape} and the dtype {dtype} need {nbytes} bytes, and {left} are there")
    raw = np.empty(nbytes, np.uint8)
    with source.decoding("NPY"):
        view, done = memoryview(raw.data), 0
        while done < nbytes:
            count = stream.readinto(view[done:])  # type: ignore[attr-defined]
            if not count:
                raise source.truncated(f"{nbytes} bytes of numbers are announced, and {done} came")
            done += count
    data = raw.view(dtype).reshape(shape, order="F" if fortran else "C")
    extra = left - nbytes
    return data, (f"{extra} bytes behind the array were left out.",) if extra else ()
