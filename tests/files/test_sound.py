"""WAV."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from tapwise.errors import ArgumentError
from tapwise.files import read, sound, write

# Subtype, our dtype, the range of the file's integers.
INTEGERS = [
    ("PCM_U8", np.int8, 2**7),
    ("PCM_16", np.int16, 2**15),
    ("PCM_24", np.int32, 2**23),
    ("PCM_32", np.int32, 2**31),
]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WAVE" + b"".join(struct.pack("<4sI", n, len(d)) + d + bytes(len(d) % 2) for n, d in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def fmt(bits: int, channels: int = 1, tag: int = 1, rate: int = 8000) -> tuple[bytes, bytes]:
    block = channels * bits // 8
    return b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits)


def integers(half: int, shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    values = rng.integers(-half, half, shape)
    values[0], values[1], values[2], values[3] = -half, half - 1, 0, -1
    return values


@pytest.mark.parametrize(("subtype", "dtype", "half"), INTEGERS)
@pytest.mark.parametrize("shape", [(9,), (9, 2), (9, 5)])
def test_integers_go_round_in_the_scale_of_the_file(
    subtype: str, dtype: type[np.generic], half: int, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    values = integers(half, shape, rng)
    shift = 32 - half.bit_length()  # soundfile takes integers left-aligned in 32 bits
    soundfile.write("a.wav", (values << shift).astype(np.int32), 44100, subtype=subtype)
    sample = read("a.wav")
    assert sample.data.dtype == dtype
    assert sample.data.shape == shape
    assert (sample.data == values).all()
    assert (sample.kind, sample.format, sample.axes, sample.notes) == ("sound", "wav", (0,), ())
    assert (sample.info.rate, sample.info.subtype) == (44100, subtype)

    report = write("b.wav", sample.data, sample)
    assert (report.clipped, report.rounded, report.notes, report.subtype) == (0, 0, (), subtype)
    assert soundfile.info("b.wav").subtype == subtype
    assert soundfile.info("b.wav").samplerate == 44100
    assert (soundfile.read("b.wav", dtype="int32")[0] >> shift == values).all()


@pytest.mark.parametrize(
    ("bits", "stored", "values"),
    [
        (8, bytes([0, 127, 128, 255]), [-128, -1, 0, 127]),
        (16, struct.pack("<4h", -32768, -1, 0, 32767), [-32768, -1, 0, 32767]),
        (24, b"\x00\x00\x80\xff\xff\xff\x00\x00\x00\xff\xff\x7f", [-(2**23), -1, 0, 2**23 - 1]),
        (32, struct.pack("<4i", -(2**31), -1, 0, 2**31 - 1), [-(2**31), -1, 0, 2**31 - 1]),
    ],
)
def test_bytes_and_values(bits: int, stored: bytes, values: list[int]) -> None:
    Path("a.wav").write_bytes(riff(fmt(bits), (b"data", stored)))
    sample = read("a.wav")
    assert sample.data.tolist() == values
    write("b.wav", sample.data, sample)
    blob = Path("b.wav").read_bytes()
    at = blob.index(b"data") + 8
    assert blob[at : at + len(stored)] == stored


@pytest.mark.parametrize(("subtype", "dtype"), [("FLOAT", "float32"), ("DOUBLE", "float64")])
@pytest.mark.parametrize("shape", [(9,), (9, 3)])
def test_floats_go_round(subtype: str, dtype: str, shape: tuple[int, ...], rng: np.random.Generator) -> None:
    values = (rng.random(shape) * 20 - 10).astype(dtype)  # far outside -1...1
    values[0] = np.nan
    write("a.wav", values, rate=96000)
    assert soundfile.info("a.wav").subtype == subtype
    assert soundfile.read("a.wav", dtype=dtype)[0].tobytes() == values.tobytes()
    sample = read("a.wav")
    assert sample.data.tobytes() == values.tobytes()
    assert (str(sample.data.dtype), sample.info.rate, sample.info.subtype) == (dtype, 96000, subtype)


@pytest.mark.parametrize(("subtype", "dtype", "half"), INTEGERS)
def test_results_are_rounded_and_saturated(subtype: str, dtype: type[np.generic], half: int) -> None:
    soundfile.write("a.wav", np.zeros(4, np.int16), 8000, subtype=subtype)
    like = read("a.wav")
    results = np.array([half, -half - 1.0, half - 1, 0.5, 1.5, -2.5, 7])
    report = write("b.wav", results, like)
    assert (report.clipped, report.rounded) == (2, 3)
    assert read("b.wav").data.tolist() == [half - 1, -half, half - 1, 0, 2, -2, 7]
    report = write("c.wav", np.array([half, -half - 1, 5]), like)
    assert (report.clipped, report.rounded) == (2, 0)
    assert read("c.wav").data.tolist() == [half - 1, -half, 5]


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW"])
def test_logarithmic_samples_become_sixteen_bits(subtype: str) -> None:
    soundfile.write("a.wav", np.array([100, -20000, 5], np.int16), 8000, subtype=subtype)
    sample = read("a.wav")
    assert (sample.data == soundfile.read("a.wav", dtype="int16")[0]).all()
    assert sample.info.subtype == "PCM_16"
    assert sample.notes == (f"The samples were decoded from {subtype} to 16 bits; the output is PCM_16.",)


@pytest.mark.parametrize("form", ["WAVEX", "RF64"])
def test_other_headers_are_read(form: str) -> None:
    soundfile.write("a.wav", np.array([[1, 2], [3, -4]], np.int16), 8000, format=form)
    sample = read("a.wav")
    assert sample.data.tolist() == [[1, 2], [3, -4]]
    assert sample.notes == ()


def test_sound_beyond_the_32_bits_of_a_wav_header_becomes_rf64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "_RF64_FROM", 10)
    write("a.wav", np.arange(6, dtype=np.int16), rate=8000)
    assert Path("a.wav").read_bytes()[:4] == b"RF64"
    assert read("a.wav").data.tolist() == [0, 1, 2, 3, 4, 5]


def test_an_empty_sound_goes_round() -> None:
    write("a.wav", np.zeros((0, 2), np.int16), rate=8000)
    assert read("a.wav").data.shape == (0, 2)


def test_every_cut_is_noticed(refusal: Callable[..., str]) -> None:
    soundfile.write("whole.wav", np.arange(10, dtype=np.int16).reshape(5, 2), 8000)
    whole = Path("whole.wav").read_bytes()
    assert len(whole) == 64
    for length in range(1, len(whole)):
        Path("cut.wav").write_bytes(whole[:length])
        refusal(read, "cut.wav")
    Path("cut.wav").write_bytes(whole[:-5])
    assert refusal(read, "cut.wav") == (
        "cut.wav: the file is cut short: it should have 20 bytes of samples, and 15 are there; "
        "get it again from where it came"
    )
    Path("cut.wav").write_bytes(whole[:40])
    assert refusal(read, "cut.wav") == (
        "cut.wav: the file is cut short: it has no samples (data); get it again from where it came"
    )


def test_a_stream_of_unknown_length_is_read_to_its_end() -> None:
    blob = riff(fmt(16), (b"data", struct.pack("<3h", 5, -6, 7)))
    blob = blob.replace(b"data\x06\0\0\0", b"data\xff\xff\xff\xff")
    Path("s.wav").write_bytes(blob)
    sample = read("s.wav")
    assert sample.data.tolist() == [5, -6, 7]
    assert sample.notes == ("The header does not say how long the sound is; it was read to the end of the file.",)


def test_parts_that_are_not_kept_are_named() -> None:
    about = b"INFOINAM\x04\0\0\0name"
    Path("a.wav").write_bytes(riff(fmt(8), (b"data", b"\x80\x81\x82"), (b"LIST", about), (b"cue ", bytes(4))))
    sample = read("a.wav")
    assert sample.data.tolist() == [0, 1, 2]
    assert sample.notes == ("These parts of the file are not kept: 'LIST', 'cue '.",)


def test_a_bomb_is_refused_from_its_header(refusal: Callable[..., str]) -> None:
    Path("a.wav").write_bytes(riff(fmt(8), (b"data", bytes(3000))))
    assert refusal(read, "a.wav", max_bytes=5999) == (
        "a.wav: 3000 frames of 1 channels take 6000 bytes in memory, more than the limit max_bytes=5999; "
        "raise the limit if you trust the file"
    )


@pytest.mark.parametrize("subtype", ["IMA_ADPCM", "MS_ADPCM", "GSM610"])
def test_other_codings_are_refused(subtype: str, refusal: Callable[..., str]) -> None:
    soundfile.write("a.wav", np.zeros(100, np.int16), 8000, subtype=subtype)
    assert refusal(read, "a.wav") == (
        f"a.wav: its samples are {subtype}, which cannot be read; "
        "convert it to one of PCM_U8, PCM_16, PCM_24, PCM_32, FLOAT, DOUBLE"
    )


def test_samples_before_their_description_are_refused(refusal: Callable[..., str]) -> None:
    Path("a.wav").write_bytes(riff((b"data", bytes(4)), fmt(16)))
    assert refusal(read, "a.wav") == (
        "a.wav: the file is damaged: its samples come before their description (fmt); get it again from where it came"
    )
    Path("a.wav").write_bytes(riff((b"fmt ", bytes(16)), (b"data", bytes(4))))
    assert refusal(read, "a.wav").startswith("a.wav: the file is damaged: its WAV data cannot be decoded (")


def test_writing_is_refused_where_wav_cannot_hold_it(refusal: Callable[..., str]) -> None:
    assert refusal(write, "a.wav", np.zeros(4)) == (
        "a.wav: WAV needs a sample rate, and the input has none; give one, as in rate=44100"
    )
    assert refusal(write, "a.wav", np.zeros(4, np.int64), rate=8000) == (
        "a.wav: WAV has no samples of int64; ask for a dtype of int8, int16, int32, float32, float64"
    )
    assert refusal(write, "a.wav", np.zeros((2, 1025), np.int16), rate=8000) == (
        "a.wav: WAV holds (frames,) or (frames, channels) with 1 to 1024 channels, not the shape (2, 1025); write .npy"
    )
    assert refusal(write, "a.wav", np.array([1j]), rate=8000) == (
        "a.wav: WAV cannot hold complex numbers; write .npy, or their real part"
    )
    assert refusal(write, "a.wav", np.array([1, np.nan]), rate=8000, dtype="int16") == (
        "a.wav: the data hold 1 NaN or infinite values, and int16 samples cannot; "
        "write a float WAV with dtype=float32, or .npy"
    )
    rates: list[Any] = [0, -1, 2**31, 44100.5]
    for rate in rates:
        with pytest.raises(ArgumentError) as caught:
            write("a.wav", np.zeros(4), rate=rate)
        assert str(caught.value) == f"rate={rate}: it must be a whole number of frames per second, at least 1"
    assert not Path("a.wav").exists()


@pytest.mark.parametrize(
    ("dtype", "subtype"),
    [("int8", "PCM_U8"), ("int16", "PCM_16"), ("int32", "PCM_32"), ("float32", "FLOAT"), ("float64", "DOUBLE")],
)
def test_a_dtype_chooses_the_subtype(dtype: str, subtype: str) -> None:
    soundfile.write("a.wav", np.zeros(4, np.int16), 8000, subtype="PCM_24")
    report = write("b.wav", np.array([1.0, -2.0]), read("a.wav"), dtype=dtype)
    assert (report.subtype, str(report.dtype)) == (subtype, dtype)
    assert soundfile.info("b.wav").subtype == subtype
    assert read("b.wav").data.tolist() == [1, -2]
