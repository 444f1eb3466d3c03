"""A program in any language as a function of a signal and a kernel: two files in, one file out."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tapwise.convention.words import one_of
from tapwise.errors import ArgumentError
from tapwise.files import read, write

if TYPE_CHECKING:
    import numpy as np

#: Failures, and no success, after which a program is not tried any further.
PATIENCE = 60
FORMS = ("npy", "csv", "wav", "png", "tif")


class Broken(BaseException):
    """The program itself is at fault, not the input: no other input is worth trying, so no `except` should catch it."""

    def __init__(self, error: ArgumentError) -> None:
        self.error = error


class Program:
    """Runs a command for every call; the files live in a folder of their own while the context is open.

    Parameters
    ----------
    command : str
        With {x}, {h} and {y} where the names of the three files go. It is split into words as a shell would, and run
        without one.
    form : {"npy", "csv", "wav", "png", "tif"}
        The format of the files.
    timeout : float
        Seconds that one call may take.
    """

    def __init__(self, command: str, form: str, timeout: float) -> None:
        self.form = one_of("format", form, FORMS)
        for hole in ("{x}", "{h}", "{y}"):
            if hole not in command:
                raise ArgumentError("command", command, f"has no {hole}", "write 'prog {x} {h} {y}'")
        if not timeout > 0:
            raise ArgumentError("timeout", timeout, "must be above 0", "write seconds")
        self.command, self.timeout = command, timeout
        self._failures = 0.0
        self._folder = tempfile.TemporaryDirectory(prefix="tapwise-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._folder.cleanup()
        if isinstance(error, Broken):
            raise error.error from None

    def __call__(self, x: np.ndarray[Any, np.dtype[Any]], h: np.ndarray[Any, np.dtype[Any]]) -> Any:
        """Return what the program writes for `x` and `h`."""
        places = {name: str(Path(self._folder.name) / f"{name}.{self.form}") for name in "xhy"}
        for name, values in (("x", x), ("h", h)):
            write(places[name], values, force=True, rate=8000 if self.form == "wav" else None)
        Path(places["y"]).unlink(missing_ok=True)
        words = [word.format(**places) for word in shlex.split(self.command)]
        try:
            ran = subprocess.run(words, capture_output=True, text=True, timeout=self.timeout, check=False)  # noqa: S603 - the user's own command
        except FileNotFoundError:
            rule = f"there is no program {words[0]!r}"
            raise Broken(ArgumentError("command", self.command, rule, "check its name")) from None
        except subprocess.TimeoutExpired:
            rule = f"took longer than {self.timeout:g} s"
            raise Broken(ArgumentError("command", self.command, rule, "give it more by --timeout")) from None
        if ran.returncode:
            said = (ran.stderr or ran.stdout).strip().splitlines()
            rule = f"ended with {ran.returncode}" + (f": {said[-1][:200]}" if said else "")
            error = ArgumentError("command", self.command, rule, "run it by hand on a small input")
            self._failures += 1
            raise Broken(error) if self._failures == PATIENCE else error
        self._failures = -inf  # it works on some input, so failing is an answer to others
        if not Path(places["y"]).exists():
            rule = "wrote no file {y}"
            raise Broken(ArgumentError("command", self.command, rule, "write the result to the third file"))
        return read(places["y"]).data
