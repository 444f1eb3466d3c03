"""WAV: the chunks are checked here, the samples are read and written by soundfile.

libsndfile reads a file that is cut short as if it were whole, so the lengths are compared first.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from tapwise.files.optional import need
from tapwise.files.sample import Array, Info, Sample

if TYPE_CHECKING:
    from tapwise.files.source import Source

MOST_CHANNELS = 1024  # libsndfile's limit

# How many bits libsndfile's integers stand above the integers of the file, and the dtype that ours are kept in.
# 8-bit files store 0...255 around 128; a filter must see the signed value, so 128 is taken away: int8.
SUBTYPES: dict[str, tuple[str, int, np.dtype[np.generic]]] = {
    "PCM_U8": ("int16", 8, np.dtype(np.int8)),
    "PCM_16": ("int16", 0, np.dtype(np.int16)),
    "PCM_24": ("int32", 8, np.dtype(np.int32)),
    "PCM_32": ("int32", 0, np.dtype(np.int32)),
    "FLOAT": ("float32", 0, np.dtype(np.float32)),
    "DOUBLE": ("float64", 0, np.dtype(np.float64)),
}
_LOGARITHMIC = frozenset({"ULAW", "ALAW"})
_STREAMED = 0xFFFFFFFF
_KEPT = frozenset({"fmt ", "data", "fact", "PEAK", "ds64", "JUNK", "junk", "PAD ", "FLLR"})
_RF64_FROM = 2**32 - 2**10  # a WAV header counts bytes in 32 bits; leave room for the header itself


def read_wav(source: Source) -> Sample:
    """Read a WAV (also RF64) of integer or floating-point samples.

    Returns
    -------
    Sample
        (frames,) for one channel, otherwise (frames, channels), in the integers of the file: 8 bits as int8 with 128
        taken away, 16 as int16, 24 as int32 from -2**23 to 2**23 - 1, 32 as int32; floats as float32 or float64.
    """
    soundfile = need("soundfile", "reading WAV")
    notes = _check_chunks(source)
    source.file.seek(0)
    with source.decoding("WAV"), soundfile.SoundFile(source.file) as sound:
        subtype: str = sound.subtype
        if subtype in _LOGARITHMIC:
            notes.append(f"The samples were decoded from {subtype} to 16 bits; the output is PCM_16.")
            subtype = "PCM_16"
        if subtype not in SUBTYPES:
            known = ", ".join(SUBTYPES)
            raise source.error(f"its samples are {subtype}, which cannot be read", f"convert it to one of {known}")
        dtype, shift, ours = SUBTYPES[subtype]
        frames, channels = sound.frames, sound.channels
        source.afford(frames * channels * np.dtype(dtype).itemsize, f"{frames} frames of {channels} channels")
        data: Array = sound.read(dtype=dtype)
        info = Info(rate=sound.samplerate, subtype=subtype)
    if shift:
        data = (data >> shift).astype(ours)
    return Sample(data, "sound", "wav", (0,), info, notes=tuple(notes))


def write_wav(file: BinaryIO, data: Array, *, rate: int, subtype: str) -> None:
    """Write (frames,) or (frames, channels) whose values are those of the subtype already."""
    soundfile = need("soundfile", "writing WAV")
    dtype, shift, _ = SUBTYPES[subtype]
    samples = data.astype(dtype) << shift if shift else data
    channels = 1 if data.ndim == 1 else data.shape[1]
    stream = io.BytesIO()  # a full disk would be lost among libsndfile's own errors
    form = "WAV" if samples.nbytes < _RF64_FROM else "RF64"
    with soundfile.SoundFile(stream, "w", rate, channels, subtype, format=form) as sound:
        sound.write(np.ascontiguousarray(samples))
    file.write(stream.getbuffer())


def _check_chunks(source: Source) -> list[str]:
    """Walk the chunks, make sure that the samples are all there, and note what will not be kept."""
    notes: list[str] = []
    names: list[str] = []
    long_size = 0
    source.file.seek(12)
    while len(head := source.file.read(8)) == 8:
        raw, size = struct.unpack("<4sI", head)
        name = raw.decode("ascii", "replace")
        at = source.file.tell()
        if name == "ds64":
            long_size = int.from_bytes(source.file.read(16)[8:], "little")
        if name == "data":
            there = source.size - at
            if "fmt " not in names:
                raise source.damaged("its samples come before their description (fmt)")
            if size == _STREAMED and not long_size:
                notes.append("The header does not say how long the sound is; it was read to the end of the file.")
            if size == _STREAMED:
                size = long_size or there
            if size > there:
                raise source.truncated(f"it should have {size} bytes of samples, and {there} are there")
        names.append(name)
        source.file.seek(at + size + size % 2)
    if "data" not in names:
        raise source.truncated("it has no samples (data)")
    left_out = [repr(name) for name in dict.fromkeys(names) if name not in _KEPT]
    if left_out:
        notes.append(f"These parts of the file are not kept: {', '.join(left_out)}.")
    return notes
