"""The door: what a path may be, and that name and content agree."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tapwise.errors import ArgumentError, ArgumentTypeError
from tapwise.files import read, write

WRITTEN = ".png, .tif, .tiff, .jpg, .jpeg, .wav, .npy, .npz, .csv"
KNOWN = f"{WRITTEN}, .mat"


def make(name: str) -> None:
    """Write a small file of any of the formats."""
    write(name, np.eye(4, dtype=np.int16 if name.endswith("wav") else np.uint8), rate=8000)


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "wav", "npy", "npz", "csv"])
@pytest.mark.parametrize("kind", [str, Path])
def test_text_and_paths_in_any_case_are_taken(suffix: str, kind: type) -> None:
    make(f"a.{suffix}")
    Path(f"a.{suffix}").rename(f"B.{suffix.upper()}")
    assert read(kind(f"B.{suffix.upper()}")).data.shape == (4, 4)
    assert read(Path(f"B.{suffix.upper()}").absolute()).data.shape == (4, 4)


@pytest.mark.parametrize("content", ["png", "tif", "jpg", "wav", "npy", "npz"])
@pytest.mark.parametrize("name", ["png", "tif", "jpg", "wav", "npy", "npz", "csv"])
def test_a_wrong_name_is_told_with_the_right_one(content: str, name: str, refusal: Callable[..., str]) -> None:
    if content == name:
        return
    make(f"a.{content}")
    shutil.move(f"a.{content}", f"photo.{name}")
    labels = {"tif": "TIFF", "jpg": "JPEG"}
    said, found = labels.get(name, name.upper()), labels.get(content, content.upper())
    assert refusal(read, f"photo.{name}") == (
        f"photo.{name}: the name says {said}, but the content is {found}; rename it to photo.{content}"
    )


@pytest.mark.parametrize(
    ("content", "label"), [("GIF", "GIF"), ("WEBP", "WebP"), ("BMP", "BMP"), ("PDF", "PDF"), ("JPEG2000", "JPEG 2000")]
)
def test_foreign_content_is_named(content: str, label: str, refusal: Callable[..., str]) -> None:
    with Path("photo.png").open("wb") as file:
        Image.new("RGB", (4, 4)).save(file, content)
    assert refusal(read, "photo.png") == (
        f"photo.png: the name says PNG, but the content is {label}; convert it to a format that is known"
    )


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "wav", "npy", "npz"])
def test_text_is_none_of_the_binary_formats(suffix: str, refusal: Callable[..., str]) -> None:
    Path(f"a.{suffix}").write_text("1,2,3\n4,5,6\n7,8,9\n")
    label = {"tif": "TIFF", "jpg": "JPEG"}.get(suffix, suffix.upper())
    assert refusal(read, f"a.{suffix}") == (
        f"a.{suffix}: the name says {label}, but the content is not {label}; it is damaged or misnamed"
    )


def test_a_heading_that_looks_like_a_signature_is_still_text(refusal: Callable[..., str]) -> None:
    Path("a.csv").write_text("ID3,BM\n1,2\n")
    assert refusal(read, "a.csv") == ("a.csv: line 1, column 1 holds 'ID3', which is not a number; take headings out")


def test_unknown_extensions_list_the_known(refusal: Callable[..., str]) -> None:
    Path("a.dat").write_bytes(b"something")
    assert refusal(read, "a.dat") == f"a.dat: the extension '.dat' is none of {KNOWN}"
    make("b.png")
    Path("b.png").rename("b.dat")
    assert refusal(read, "b.dat") == (
        f"b.dat: the extension '.dat' is none of {KNOWN}, and the content is PNG; rename it to b.png"
    )
    Path("bare").write_bytes(b"something")
    assert refusal(read, "bare") == f"bare: it has no extension ({KNOWN})"
    assert refusal(write, "a.gif", np.eye(3)) == (
        f"a.gif: the extension '.gif' is none of {WRITTEN}; choose one of them"
    )
    assert refusal(write, "bare", np.eye(3)) == (
        f"bare: it has no extension, which says the format; choose one of {WRITTEN}"
    )


def test_what_is_no_file_is_refused(refusal: Callable[..., str]) -> None:
    assert refusal(read, "no.png") == "no.png: there is no such file; check the name and the directory"
    assert refusal(read, "no/such.png") == "no/such.png: there is no such file; check the name and the directory"
    assert refusal(read, "no.npz:x") == "no.npz:x: there is no such file; check the name and the directory"
    Path("dir.png").mkdir()
    assert refusal(read, "dir.png") == "dir.png: it is a directory; name a file in it"
    Path("empty.png").touch()
    assert refusal(read, "empty.png") == "empty.png: the file is empty; get it again from where it came"
    assert refusal(read, "a\0b.png") == (
        "a\0b.png: it cannot be read (embedded null byte); check the name and its permissions"
    )
    assert refusal(read, "empty.png/x.png") == (
        "empty.png/x.png: it cannot be read (Not a directory); check the name and its permissions"
    )
    assert refusal(read, ".") == ".: it is a directory; name a file in it"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in the file system")
def test_pipes_and_devices_do_not_block(refusal: Callable[..., str]) -> None:
    os.mkfifo("pipe.csv")
    assert refusal(read, "pipe.csv") == "pipe.csv: it is not a regular file; copy its content into one"
    Path("zero.csv").symlink_to("/dev/zero")
    assert refusal(read, "zero.csv") == "zero.csv: it is not a regular file; copy its content into one"


def test_an_unreadable_file_is_refused(monkeypatch: pytest.MonkeyPatch, refusal: Callable[..., str]) -> None:
    make("a.png")

    def denied(*args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert refusal(read, "a.png") == (
        "a.png: it cannot be read (Permission denied); check the name and its permissions"
    )


def test_too_little_memory_is_not_called_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.jpg")

    def fail(*args: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.JpegImagePlugin.JpegImageFile.load", fail)
    with pytest.raises(MemoryError):
        read("a.jpg")


@pytest.mark.parametrize("path", [3, None, b"a.png", ["a.png"]])
def test_other_things_than_paths_are_refused(path: Any) -> None:
    for function in (read, lambda path: write(path, np.eye(3))):
        with pytest.raises(ArgumentTypeError) as caught:
            function(path)
        assert str(caught.value) == f"path={path!r}: it must be a path, as text or pathlib.Path"


def test_the_limit_is_positive() -> None:
    with pytest.raises(ArgumentError) as caught:
        read("a.png", max_bytes=0)
    assert str(caught.value) == "max_bytes=0: it must be at least 1"


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "wav", "npy", "npz", "csv"])
def test_noise_never_gets_further_than_an_error(suffix: str, rng: np.random.Generator) -> None:
    make(f"good.{suffix}")
    good = Path(f"good.{suffix}").read_bytes()
    for _ in range(150):
        bad = bytearray(good)
        for at in rng.integers(0, len(bad), 4):
            bad[at] = rng.integers(0, 256)
        Path(f"bad.{suffix}").write_bytes(bad)
        try:
            sample = read(f"bad.{suffix}", max_bytes=10**6)
        except OSError as error:
            assert str(error).startswith(f"bad.{suffix}: ")  # noqa: PT017
        else:
            assert sample.data.nbytes <= 10**6
