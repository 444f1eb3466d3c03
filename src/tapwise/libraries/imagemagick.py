"""ImageMagick: grey images through a pipe, the kernel written out as text.

The program is run once a call, in one thread and without a policy of the system that could refuse small work.
"""

from __future__ import annotations

import subprocess
from typing import Any

import numpy as np

from tapwise.errors import ArgumentTypeError
from tapwise.libraries.library import Array, Call, Program

_SECONDS = 60


def _morphology(method: str) -> Call:
    def call(x: Array, h: Array, *, virtual_pixel: str = "edge", origin: Any = None) -> Array:
        place = "" if origin is None else "+{}+{}".format(*origin)
        taps = " ".join(",".join(repr(float(tap)) for tap in row) for row in h.tolist())
        kernel = f"{h.shape[1]}x{h.shape[0]}{place}: {taps}"
        options = ["-virtual-pixel", virtual_pixel, "-morphology", method, kernel]
        return _read(_run([LIBRARY.command(), "pgm:-", *options, "pgm:-"], _written(x)), x.dtype)

    return call


def _run(command: list[str], given: bytes) -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
    if done.returncode or done.stderr:
        raise RuntimeError(f"ImageMagick says: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _written(x: Array) -> bytes:
    """Return an array as a grey image in PGM."""
    if x.dtype not in (np.uint8, np.uint16):
        raise ArgumentTypeError("x", str(x.dtype), "ImageMagick filters grey images of 8 or 16 bits",
                                "convert it to uint8 or uint16")  # fmt: skip
    head = f"P5 {x.shape[1]} {x.shape[0]} {np.iinfo(x.dtype).max}\n".encode()
    return head + x.astype(x.dtype.newbyteorder(">")).tobytes()


def _read(image: bytes, dtype: np.dtype[Any]) -> Array:
    """Return the array of a PGM with the depth of `dtype`; it is written with the fewest bits that hold it."""
    head, _, samples = image.partition(b"\n")
    while len(head.split()) < 4:
        line, _, samples = samples.partition(b"\n")
        head += b" " + line
    width, height, most = map(int, head.split()[1:])
    stored = np.frombuffer(samples, np.uint8 if most < 256 else ">u2").reshape(height, width)
    times = np.iinfo(dtype).max // most
    return (stored.astype(np.uint32) * times).astype(dtype)


LIBRARY = Program(
    "ImageMagick",
    ("magick", "convert-im6.q16", "convert-im6.q16hdri", "convert"),
    "imagemagick",
    {f"imagemagick.{method}": _morphology(method) for method in ("Convolve", "Correlate")},
)
