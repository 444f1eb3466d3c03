"""A file appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tapwise.errors import FileError


def check_place(path: str, *, force: bool) -> None:
    """Find out whether a file could be written there, without writing anything.

    Raises
    ------
    FileError
        If the directory is missing or cannot be written, if the path is a directory or a device, or if it exists and
        `force` is False.
    """
    place = _place(path, force=force)
    try:
        there = place.lstat()
    except FileNotFoundError:
        there = None
    except (OSError, ValueError) as error:
        raise _refused(path, error) from error
    if there is not None:
        if stat.S_ISDIR(there.st_mode):
            raise FileError(path, "it is a directory", "name a file in it")
        if not force:
            raise _exists(path)
        if not stat.S_ISREG(there.st_mode):
            raise FileError(path, "it is not a regular file", "choose another name")
    folder = place.parent
    if not folder.is_dir():
        raise FileError(path, f"there is no directory {folder}", "make it first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(path, f"the directory {folder} cannot be written", "choose another, or change its permissions")


@contextmanager
def replacing(path: str, *, force: bool) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` that takes its name when the block ends well, and else disappears.

    What is on disk under `path` is, at every moment, nothing, the old file or the whole new one. An error or Ctrl-C
    removes the temporary file; only the end of the process itself (a kill, a power cut) can leave one, named
    ``.tapwise-….tmp``. Without `force`, an existing file is never replaced, even one that appears while we write: the
    last step is a hard link, which fails if the name is taken. A new file has the permissions that the umask asks for,
    one that replaces another those of the other. A symbolic link counts as existing; with `force` it stays, and the
    file that it points to is replaced.

    Raises
    ------
    FileError
        As `check_place`, and if the system refuses to write.
    """
    check_place(path, force=force)
    place = _place(path, force=force)
    temporary = place.parent / f".tapwise-{secrets.token_hex(16)}.tmp"
    try:
        try:
            with temporary.open("x+b") as file:
                if force and hasattr(os, "fchmod"):
                    with contextlib.suppress(FileNotFoundError):
                        os.fchmod(file.fileno(), stat.S_IMODE(place.stat().st_mode))
                yield file
                file.flush()
                os.fsync(file.fileno())
            if force:
                temporary.replace(place)
            else:
                _take_name(temporary, place)
            _sync_folder(place.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError as error:
        raise _exists(path) from error
    except FileError:
        raise
    except OSError as error:
        raise _refused(path, error) from error


def _place(path: str, *, force: bool) -> Path:
    place = Path(path)
    return Path(os.path.realpath(place)) if force and place.is_symlink() else place


def _take_name(temporary: Path, place: Path) -> None:
    """Give the file its name unless another has it, which os.replace would not notice."""
    try:
        os.link(temporary, place)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: reserve the name with an empty file of our own
        os.close(os.open(place, os.O_CREAT | os.O_EXCL))
        try:
            temporary.replace(place)
        except BaseException:
            place.unlink()
            raise


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system lets us."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _exists(path: str) -> FileError:
    return FileError(path, "it exists already", "choose another name, or force it to be replaced")


def _refused(path: str, error: OSError | ValueError) -> FileError:
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    return FileError(path, f"it cannot be written ({reason})", "choose another place")
