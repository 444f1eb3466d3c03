""".mat: MATLAB's files up to version 7.2, one numeric variable of them; of 7.3, which is HDF5, only the way out."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from tapwise.files.sample import Info, Sample

if TYPE_CHECKING:
    from tapwise.files.source import Source

#: MATLAB's classes of numbers.
_CLASSES = {"double": "float64", "single": "float32", "logical": "bool"} | {
    name: name for bits in (8, 16, 32, 64) for name in (f"int{bits}", f"uint{bits}")
}


def read_mat(source: Source) -> Sample:
    """Read the one array of numbers of a .mat file, or, of several, the one that ``file.mat:name`` asks for.

    The dtype is that of MATLAB's class, and a vector keeps the two axes that it has there.
    """
    if source.file.read(10) == b"MATLAB 7.3":
        raise source.error("its version is 7.3, which is HDF5", "in MATLAB, save it with '-v7'; or read it with h5py")
    source.file.seek(0)
    io = import_module("scipy.io")  # costs more time than the rest of the room
    with source.decoding("MAT"):
        held = {name: (shape, kind) for name, shape, kind in io.whosmat(source.file)}
    arrays = [name for name, (_, kind) in held.items() if kind in _CLASSES]
    told = ", ".join(f"{name!r} ({kind})" for name, (_, kind) in list(held.items())[:10])
    if not arrays:
        raise source.error(f"it holds no array of numbers{f'; it holds {told}' if held else ''}")
    if source.member is None and len(arrays) > 1:
        raise source.error(f"it holds {len(arrays)} arrays: {told}", f"name one, as in {source.path}:{arrays[0]}")
    name = arrays[0] if source.member is None else source.member
    if name not in arrays:
        raise source.error(f"it holds no array of numbers {name!r}; it holds {told}", "name one that is")
    shape, kind = held[name]
    dtype = np.dtype(_CLASSES[kind])
    # Twice: a complex array has two numbers for each.
    source.afford(math.prod(shape) * dtype.itemsize * 2, f"the {kind} numbers of shape {shape} of {name!r}")
    source.file.seek(0)
    with source.decoding("MAT"):
        data = io.loadmat(source.file, variable_names=[name])[name]
        # MATLAB stores whole doubles as bytes where they fit.
        data = np.asarray(data, np.result_type(dtype, np.complex64) if data.dtype.kind == "c" else dtype)
    return Sample(data, "array", "mat", tuple(range(data.ndim)), Info(member=name))
