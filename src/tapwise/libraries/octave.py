"""GNU Octave: one process serves all calls; arrays and options go through files, the calls through a pipe."""

from __future__ import annotations

import atexit
import os
import subprocess
import tempfile
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from tapwise.errors import ArgumentError
from tapwise.libraries.library import Array, Call, Program, found

_SETUP = "warning off; pkg load image signal;"
#: Loads what a call needs, stores its answer, and says in one line that this is done, or what went wrong.
_CALL = """
try, clear x h o y; load given.mat; y = {call}; save -6 answer.mat y; puts("done\\n");
catch failure, puts(strrep(["failed: " failure.message], "\\n", " ")); puts("\\n"); end; fflush(stdout);
"""


class _Session:
    """A running Octave and the folder it works in."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="tapwise-octave-")
        self.process = subprocess.Popen(  # noqa: S603
            [LIBRARY.command(), "--quiet", "--norc", "--no-history", "--no-window-system"],
            cwd=self.folder.name, text=True, encoding="utf-8", bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.owner = os.getpid()
        self._write(_SETUP)

    def answer(self, call: str, x: Array, h: Array, options: list[Any]) -> Array:
        """Return what a call in Octave's language gives for x, h and the options o{1}, o{2}, ..."""
        given, answer = (Path(self.folder.name) / name for name in ("given.mat", "answer.mat"))
        values = np.empty((1, len(options)), object)
        values[0] = options
        found("scipy.io.savemat")(given, {"x": x, "h": h, "o": values}, oned_as="row")
        self._write(_CALL.format(call=call).replace("\n", " "))
        said = self.process.stdout.readline().strip() if self.process.stdout else ""
        if said != "done":
            raise RuntimeError(f"Octave says: {said.removeprefix('failed: ')}" if said else "Octave ended unasked")
        y: Array = found("scipy.io.loadmat")(answer)["y"]
        return y

    def usable(self) -> bool:
        """Whether the process runs, and is this process's own."""
        return self.owner == os.getpid() and self.process.poll() is None

    def end(self) -> None:
        """End the process and remove the folder."""
        if self.owner == os.getpid():
            self.process.kill()
            self.process.communicate()
            self.folder.cleanup()

    def _write(self, command: str) -> None:
        if self.process.stdin:
            self.process.stdin.write(command + "\n")


_sessions: list[_Session] = []
_one_at_a_time = Lock()


@atexit.register
def _end() -> None:
    while _sessions:
        _sessions.pop().end()


def _ask(call: str, x: Array, h: Array, options: list[Any]) -> Array:
    with _one_at_a_time:
        if not (_sessions and _sessions[-1].usable()):
            _end()
            _sessions.append(_Session())
        try:
            return _sessions[-1].answer(call, x, h, options)
        except KeyboardInterrupt:  # the next answer could be to this call
            _end()
            raise


def _function(call: str, **defaults: Any) -> Call:
    """Return a call in Octave's language, its options in the order of `defaults`."""

    def asked(x: Array, h: Array, **options: Any) -> Array:
        given = [value for value in {**defaults, **options}.values() if value is not None]
        y = _ask(call, x, h, given)
        if np.iscomplexobj(x) or np.iscomplexobj(h):  # Octave drops imaginary parts that are all 0
            y = y.astype(np.result_type(y, np.complex64))
        shape = y.shape + (1,) * (x.ndim - y.ndim)  # and axes of one sample at the end
        return y.ravel() if x.ndim == 1 else y.reshape(shape)

    return asked


def _xcorr(x: Array, h: Array, **options: Any) -> Array:
    if h.size == 1:
        raise ArgumentError("h", h, "Octave takes a single number for the greatest lag", "give two taps or more")
    return _XCORR(x, h, **options)


_XCORR = _function("xcorr(x, h, o{:})", maxlag=None)

LIBRARY = Program(
    "Octave",
    ("octave-cli", "octave"),
    "octave, octave-image and octave-signal",
    {
        "octave.conv": _function("conv(x, h, o{1})", shape="full"),
        "octave.conv2": _function("conv2(x, h, o{1})", shape="full"),
        "octave.convn": _function("convn(x, h, o{1})", shape="full"),
        "octave.filter": _function("filter(h, 1, x)"),
        "octave.filter2": _function("filter2(h, x, o{1})", shape="same"),
        "octave.imfilter": _function("imfilter(x, h, o{1}, o{2}, o{3})", boundary=0.0, size="same", operation="corr"),
        "octave.xcorr": _xcorr,
        "octave.xcorr2": _function("xcorr2(x, h)"),
    },
)
