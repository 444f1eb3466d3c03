"""A file appears whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapwise.errors import FileError
from tapwise.files import atomic, check_target, read, write, writing
from tapwise.files.atomic import replacing

ALL = ["a.png", "a.tif", "a.jpg", "a.wav", "a.npy", "a.npz", "a.csv"]
DATA = np.arange(12, dtype=np.int16).reshape(6, 2)
EXISTS = "it exists already; choose another name, or force it to be replaced"


def left() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


@pytest.fixture
def umask() -> Iterator[Callable[[int], None]]:
    before = os.umask(0o022)
    yield lambda mask: (os.umask(mask), None)[1]
    os.umask(before)


@pytest.mark.parametrize("name", ALL)
def test_an_existing_file_is_replaced_only_by_force(name: str, refusal: Callable[..., str]) -> None:
    Path(name).write_bytes(b"old")
    assert refusal(write, name, DATA, rate=8000) == f"{name}: {EXISTS}"
    assert refusal(check_target, name) == f"{name}: {EXISTS}"
    assert Path(name).read_bytes() == b"old"
    check_target(name, force=True)
    write(name, DATA, rate=8000, force=True)
    assert read(name).data.shape == (6, 2)
    assert left() == [name]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), RuntimeError("bug")])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    name: str, force: bool, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    if force:
        Path(name).write_bytes(b"old")

    def fail(file: Any, *args: Any, **kwargs: Any) -> None:
        file.write(b"half of the new")
        file.flush()
        assert len(left()) == (2 if force else 1)  # the temporary file is in this very folder
        raise error

    writer = {"tif": "tiff", "jpg": "jpeg"}.get(name[2:], name[2:])
    target = "write_" + writer
    monkeypatch.setattr(writing, target, fail)
    with pytest.raises(FileError if isinstance(error, OSError) else type(error)) as caught:
        write(name, DATA, rate=8000, force=force)
    if isinstance(error, OSError):
        assert str(caught.value) == f"{name}: it cannot be written (No space left on device); choose another place"
    assert left() == ([name] if force else [])
    if force:
        assert Path(name).read_bytes() == b"old"


@pytest.mark.parametrize("step", ["fsync", "link", "replace"])
def test_a_failure_at_the_end_leaves_nothing(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.npy").write_bytes(b"old")

    def fail(*args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path if step == "replace" else os, step, fail)
    with pytest.raises(KeyboardInterrupt):
        write("a.npy" if step == "replace" else "b.npy", DATA, force=step == "replace")
    assert left() == ["a.npy"]
    assert Path("a.npy").read_bytes() == b"old"


def take_the_name_meanwhile() -> None:
    with replacing("a.npy", force=False) as file:
        file.write(b"ours")
        Path("a.npy").write_bytes(b"theirs")


def test_a_name_taken_while_writing_is_not_replaced(refusal: Callable[..., str]) -> None:
    assert refusal(take_the_name_meanwhile) == f"a.npy: {EXISTS}"
    assert Path("a.npy").read_bytes() == b"theirs"
    assert left() == ["a.npy"]


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)


def test_without_hard_links_a_name_taken_while_writing_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch, refusal: Callable[..., str]
) -> None:
    without_links(monkeypatch)
    write("b.npy", DATA)
    assert (read("b.npy").data == DATA).all()
    assert refusal(take_the_name_meanwhile) == f"a.npy: {EXISTS}"
    assert Path("a.npy").read_bytes() == b"theirs"
    assert left() == ["a.npy", "b.npy"]

    def fail(*args: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    assert refusal(write, "c.npy", DATA) == "c.npy: it cannot be written (Input/output error); choose another place"
    assert left() == ["a.npy", "b.npy"]


@pytest.mark.parametrize("links", [True, False])
def test_of_many_writers_one_wins(links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not links:
        without_links(monkeypatch)
    outcomes: list[int | None] = []
    start = threading.Barrier(8)

    def run(number: int) -> None:
        start.wait()
        try:
            write("race.npy", np.full(1000, number))
        except FileError:
            outcomes.append(None)
        else:
            outcomes.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [number for number in outcomes if number is not None]
    assert (read("race.npy").data == winner).all()
    assert left() == ["race.npy"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_permissions(mask: int, umask: Callable[[int], None]) -> None:
    umask(mask)
    write("a.npy", DATA)
    assert stat.S_IMODE(Path("a.npy").stat().st_mode) == 0o666 & ~mask
    Path("a.npy").chmod(0o604)
    write("a.npy", DATA, force=True)
    assert stat.S_IMODE(Path("a.npy").stat().st_mode) == 0o604
    write("b.npy", DATA, force=True)
    assert stat.S_IMODE(Path("b.npy").stat().st_mode) == 0o666 & ~mask


def test_a_symbolic_link_stays_and_its_file_is_replaced(refusal: Callable[..., str]) -> None:
    Path("real").mkdir()
    Path("real/a.npy").write_bytes(b"old")
    Path("link.npy").symlink_to("real/a.npy")
    assert refusal(write, "link.npy", DATA) == f"link.npy: {EXISTS}"
    write("link.npy", DATA, force=True)
    assert Path("link.npy").is_symlink()
    assert (np.load("real/a.npy") == DATA).all()
    assert [path.name for path in Path("real").iterdir()] == ["a.npy"]

    Path("dangling.npy").symlink_to("real/b.npy")
    assert refusal(write, "dangling.npy", DATA) == f"dangling.npy: {EXISTS}"
    write("dangling.npy", DATA, force=True)
    assert (np.load("real/b.npy") == DATA).all()

    Path("loop.npy").symlink_to("loop.npy")
    assert refusal(write, "loop.npy", DATA, force=True) == ("loop.npy: it is not a regular file; choose another name")


def test_the_input_may_be_the_output() -> None:
    write("a.npy", DATA)
    sample = read("a.npy")
    write("a.npy", sample.data + 1, sample, force=True)
    assert (read("a.npy").data == DATA + 1).all()


def test_bad_places_are_refused_before_the_work(refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("dir.png").mkdir()
    Path("file").touch()
    for force in (False, True):
        assert refusal(check_target, "dir.png", force=force) == "dir.png: it is a directory; name a file in it"
        assert refusal(check_target, "no/a.png", force=force) == "no/a.png: there is no directory no; make it first"
        assert refusal(check_target, "file/a.png", force=force) == (
            "file/a.png: it cannot be written (Not a directory); choose another place"
        )
        assert refusal(check_target, "a\0.png", force=force) == (
            "a\0.png: it cannot be written (embedded null byte); choose another place"
        )
    monkeypatch.setattr(os, "access", lambda *args: False)
    assert refusal(check_target, "a.png") == (
        "a.png: the directory . cannot be written; choose another, or change its permissions"
    )
    assert left() == ["dir.png", "file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in the file system")
def test_devices_are_never_replaced(refusal: Callable[..., str]) -> None:
    os.mkfifo("pipe.csv")
    assert refusal(write, "pipe.csv", DATA, force=True) == ("pipe.csv: it is not a regular file; choose another name")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise on Windows")
def test_ctrl_c_in_a_real_process_leaves_nothing() -> None:
    program = (
        "import os, signal, numpy as np\n"
        "from tapwise.files.atomic import replacing\n"
        "with replacing('a.npy', force=False) as file:\n"
        "    file.write(b'half'); file.flush()\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    file.write(b'never')\n"
    )
    source = str(Path(atomic.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": source},
    )
    assert "KeyboardInterrupt" in done.stderr
    assert left() == []
