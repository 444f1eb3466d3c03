"""Peers that take NumPy arrays: NumPy, SciPy, astropy, scikit-image, OpenCV."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.benchmarking.matching import fit
from tapwise.benchmarking.numbers import cast, finished, working
from tapwise.benchmarking.peer import Peer, Ready, Unfit
from tapwise.libraries import function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tapwise.benchmarking.job import Job

Options = list[dict[str, Any]]


def choices(**given: Iterable[Any]) -> Options:
    """Return every combination of these options."""
    return [dict(zip(given, values, strict=True)) for values in product(*given.values())]


_SIZES = choices(mode=("valid", "same", "full"))
_NDIMAGE = choices(mode=("constant", "nearest", "mirror", "reflect", "wrap"))
BORDERS = choices(borderType=(0, 1, 2, 4))
#: OpenCV's results, by their dtype, for signals of each dtype.
DEPTHS = {"uint8": 0, "uint16": 2, "int16": 3, "float32": 5, "float64": 6}
_DEPTHS_OF = {
    "uint8": ("uint8", "int16", "float32", "float64"), "uint16": ("uint16", "float32", "float64"),
    "int16": ("int16", "float32", "float64"), "float32": ("float32",), "float64": ("float64",),
}  # fmt: skip


def _promoting(name: str, options: Options, job: Job) -> Ready:
    """Make ready a function whose result has the dtype of its arguments."""
    found, dtype, call = fit(name, options, job), working(job), function(name)
    taps, x = cast(found.taps, dtype), job.x

    def run() -> Any:
        return finished(_cut(call(found.extended(cast(x, dtype)), taps, **found.options), found.keep), job)

    return Ready(run)


def _ndimage(name: str, job: Job) -> Ready:
    """Make ready a filter of scipy.ndimage, which sums in double and stores in what `output` says."""
    if name.endswith("1d") != (job.x.ndim == 1):
        raise Unfit("the other function of scipy.ndimage is for as many axes")
    found, call = fit(name, _NDIMAGE, job), function(name)
    stored, x = working(job), job.x
    options = {**found.options, "output": stored}
    return Ready(lambda: finished(_cut(call(found.extended(x), found.taps, **options), found.keep), job))


def _astropy(name: str, job: Job) -> Ready:
    if any(k % 2 == 0 for k in job.h.shape) or job.x.ndim > 3 or job.result.kind == "c":
        raise Unfit("it takes real numbers, odd kernels and three axes at most")
    fixed: dict[str, Any] = {"normalize_kernel": False, "nan_treatment": "fill"}
    sides = ("fill", "wrap") if name.endswith("fft") else ("fill", "extend", "wrap")
    found, call = fit(name, choices(boundary=sides, **{k: (v,) for k, v in fixed.items()}), job), function(name)
    more, x = ({"allow_huge": True} if name.endswith("fft") else {}), job.x
    return Ready(lambda: finished(_cut(call(found.extended(x), found.taps, **found.options, **more), found.keep), job))


def _skimage(job: Job) -> Ready:
    name = "skimage.filters.correlate_sparse"
    if job.h.size > 2000 or job.result.kind == "c":
        raise Unfit("it goes tap by tap in Python: for real numbers and few taps")
    sides = ("constant", "nearest", "mirror", "reflect", "wrap") if all(k % 2 for k in job.h.shape) else ()
    found, call = fit(name, choices(mode=("valid", *sides)), job), function(name)
    dtype, x = np.dtype(np.float64) if job.result.kind in "iu" else job.result, job.x
    return Ready(
        lambda: finished(_cut(call(cast(found.extended(x), dtype), found.taps, **found.options), found.keep), job)
    )


def depth(job: Job) -> tuple[np.dtype[Any], int]:
    """Return the dtype that OpenCV has to be given the signal in, and the depth it is asked for."""
    if job.result.kind == "c" or job.x.ndim > 2:
        raise Unfit("it takes real numbers and two axes")
    if job.result.name in _DEPTHS_OF.get(job.x.dtype.name, ()):
        return job.x.dtype, DEPTHS[job.result.name]
    wide = np.dtype(np.float32 if job.result == np.float32 else np.float64)
    given = job.x.dtype if wide.name in _DEPTHS_OF.get(job.x.dtype.name, ()) else wide
    return given, DEPTHS[wide.name]


def _filter2d(job: Job) -> Ready:
    dtype, ddepth = depth(job)
    found, call = fit("cv2.filter2D", BORDERS, job), function("cv2.filter2D")
    taps = found.taps.astype(np.float64 if ddepth == DEPTHS["float64"] else np.float32)
    row, x = job.x.ndim == 1, job.x

    def run() -> Any:
        given = cast(x[None] if row else x, dtype)
        y = finished(_cut(call(found.extended(given), ddepth, taps, **found.options), found.keep), job)
        return y[0] if row else y

    return Ready(run)


def _cut(y: Any, keep: tuple[slice, ...]) -> Any:
    return y[keep] if keep else y


def _only(ndim: int, prepare: Callable[[Job], Ready]) -> Callable[[Job], Ready]:
    def checked(job: Job) -> Ready:
        if job.x.ndim != ndim:
            raise Unfit(f"it takes {ndim} axes")
        return prepare(job)

    return checked


def _signal(name: str, options: Options = _SIZES) -> Callable[[Job], Ready]:
    return partial(_promoting, f"scipy.signal.{name}", options)


_2D: Options = choices(mode=("valid", "same", "full"), boundary=("fill", "wrap", "symm"))
_PREPARED: Mapping[str, Callable[[Job], Ready]] = {
    "numpy.convolve": _only(1, partial(_promoting, "numpy.convolve", _SIZES)),
    "scipy.signal.convolve": _signal("convolve"),
    "scipy.signal.fftconvolve": _signal("fftconvolve"),
    "scipy.signal.oaconvolve": _signal("oaconvolve"),
    "scipy.signal.convolve2d": _only(2, _signal("convolve2d", _2D)),
    "scipy.ndimage.correlate": partial(_ndimage, "scipy.ndimage.correlate"),
    "scipy.ndimage.correlate1d": partial(_ndimage, "scipy.ndimage.correlate1d"),
    "astropy.convolution.convolve": partial(_astropy, "astropy.convolution.convolve"),
    "astropy.convolution.convolve_fft": partial(_astropy, "astropy.convolution.convolve_fft"),
    "skimage.filters.correlate_sparse": _skimage,
    "cv2.filter2D": _filter2d,
}
_BY_SAMPLES = {"scipy.signal.convolve", "scipy.signal.fftconvolve", "scipy.signal.oaconvolve", "cv2.filter2D",
               "astropy.convolution.convolve_fft"}  # fmt: skip
PEERS = [
    Peer(name, (name.partition(".")[0],), prepare, work="samples" if name in _BY_SAMPLES else "products")
    for name, prepare in _PREPARED.items()
]
