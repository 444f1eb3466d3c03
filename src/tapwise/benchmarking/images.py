"""Peers for images: filters by name and by lines of OpenCV, SciPy and scikit-image, and those of Pillow and libvips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise import kernels
from tapwise.benchmarking.arrays import BORDERS, DEPTHS, choices, depth
from tapwise.benchmarking.factors import is_box, sigma_of
from tapwise.benchmarking.matching import fit
from tapwise.benchmarking.numbers import cast, finished, working
from tapwise.benchmarking.peer import Peer, Ready, Unfit
from tapwise.libraries import function

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.benchmarking.job import Array, Job

_MODES = choices(mode=("constant", "nearest", "mirror", "reflect", "wrap"))


def _lines(job: Job) -> tuple[Array, ...]:
    if job.factors is None or job.result.kind == "c":
        raise Unfit("the kernel is no product of real lines")
    return job.factors


def _natively(name: str, options: list[dict[str, Any]], job: Job) -> dict[str, Any]:
    """Return the options of a function of the same size that has the job's boundary itself."""
    found = fit(name, options, job)
    if found.pads or found.keep:
        raise Unfit("it does not have this boundary and size")
    return dict(found.options)


def _cv2(job: Job) -> tuple[np.dtype[Any], int, int]:
    """Return what OpenCV is given and asked for, and its border."""
    if job.x.ndim != 2:
        raise Unfit("it takes two axes")
    return (*depth(job), int(_natively("cv2.filter2D", BORDERS, job)["borderType"]))


def _sep_filter(job: Job) -> Ready:
    (dtype, ddepth, border), (column, row) = _cv2(job), _lines(job)
    kind = np.float64 if ddepth == DEPTHS["float64"] else np.float32
    call, x, row, column = function("cv2.sepFilter2D"), job.x, row.astype(kind), column.astype(kind)
    return Ready(lambda: finished(call(cast(x, dtype), ddepth, row, column, borderType=border), job))


def _gaussian(job: Job) -> tuple[float, ...]:
    """Return the standard deviations of a Gaussian whose taps sum to 1."""
    sigmas = tuple(map(sigma_of, _lines(job)))
    if not all(sigmas) or abs(float(job.taps.sum()) - 1) > 1e-5:
        raise Unfit("the kernel is no Gaussian")
    return sigmas


def _gaussian_blur(job: Job) -> Ready:
    (dtype, _, border), (down, across) = _cv2(job), _gaussian(job)
    call, x, size = function("cv2.GaussianBlur"), job.x, job.h.shape[::-1]
    if x.dtype != job.result:
        raise Unfit("its result has the signal's dtype")
    return Ready(lambda: call(cast(x, dtype), size, across, sigmaY=down, borderType=border))


def _box_filter(job: Job) -> Ready:
    (dtype, ddepth, border), mean = _cv2(job), _mean(job)
    call, x, size = function("cv2.boxFilter"), job.x, job.h.shape[::-1]
    return Ready(lambda: finished(call(cast(x, dtype), ddepth, size, normalize=mean, borderType=border), job))


def _mean(job: Job) -> bool:
    """Return whether a box is the mean; it may be the sum."""
    if not is_box(job.taps) or job.result.kind == "c":
        raise Unfit("the kernel is no box")
    tap = float(job.taps.flat[0])
    if tap not in (1.0, float(cast(np.array(1 / job.h.size), job.h.dtype))):
        raise Unfit("the kernel is neither mean nor sum")
    return tap != 1.0


def _axis_of(job: Job, name: str) -> int:
    """Return the axis along which the taps are those of a named difference."""
    for axis in range(job.x.ndim):
        if np.array_equal(job.taps, kernels.by_name(f"{name}:axis={axis}", job.x.ndim)):
            return axis
    raise Unfit(f"the kernel is no {name}")


def _cv2_sobel(job: Job) -> Ready:
    (dtype, ddepth, border), axis = _cv2(job), _axis_of(job, "sobel")
    call, x = function("cv2.Sobel"), job.x
    return Ready(lambda: finished(call(cast(x, dtype), ddepth, axis, 1 - axis, ksize=3, borderType=border), job))


def _is_laplacian(job: Job) -> None:
    if job.h.shape != (3,) * job.x.ndim or not np.array_equal(job.taps, kernels.laplacian(job.x.ndim)):
        raise Unfit("the kernel is no Laplacian")


def _cv2_laplacian(job: Job) -> Ready:
    dtype, ddepth, border = _cv2(job)
    _is_laplacian(job)
    call, x = function("cv2.Laplacian"), job.x
    return Ready(lambda: finished(call(cast(x, dtype), ddepth, ksize=1, borderType=border), job))


def _ndimage(name: str, given: Callable[[Job], dict[str, Any]]) -> Callable[[Job], Ready]:
    """Return how a named filter of scipy.ndimage is made ready; `given` says its arguments."""

    def prepare(job: Job) -> Ready:
        words = {**given(job), **_natively("scipy.ndimage.correlate", _MODES, job)}
        call, x, stored = function(f"scipy.ndimage.{name}"), job.x, working(job)
        return Ready(lambda: finished(call(x, output=stored, **words), job))

    return prepare


def _radii(job: Job) -> dict[str, Any]:
    return {"sigma": _gaussian(job), "radius": tuple(k // 2 for k in job.h.shape)}


def _mean_size(job: Job) -> dict[str, Any]:
    if not _mean(job):
        raise Unfit("it has the mean only")
    return {"size": job.h.shape}


def _none(job: Job) -> dict[str, Any]:
    _is_laplacian(job)
    return {}


def _ndimage_lines(job: Job) -> Ready:
    lines, options = _lines(job), _natively("scipy.ndimage.correlate", _MODES, job)
    call, stored, x = function("scipy.ndimage.correlate1d"), working(job), job.x
    if not job.x.ndim > 1:
        raise Unfit("there is one axis")

    def run() -> Any:
        y: Any = x
        for axis, line in enumerate(lines):
            y = call(y, line, axis=axis, output=stored, **options)
        return finished(y, job)

    return Ready(run)


def _skimage_gaussian(job: Job) -> Ready:
    sigmas, radii = _gaussian(job), [k // 2 for k in job.h.shape]
    options = _natively("scipy.ndimage.correlate", _MODES, job)
    if len(set(radii)) > 1 or len(set(sigmas)) > 1 or job.result.kind in "iu":
        raise Unfit("its result is of floats, its radius the same along all axes")
    call, x, truncate = function("skimage.filters.gaussian"), job.x, radii[0] / sigmas[0]
    return Ready(lambda: finished(call(x, sigmas[0], truncate=truncate, **options), job))


def _pillow(job: Job) -> None:
    edge = all(side.rule in ("zero", "edge") for w in job.windows for side in (w.below, w.above))
    if job.x.dtype != np.uint8 or job.result != np.uint8 or job.x.ndim != 2:
        raise Unfit("it filters images of 8 bits")
    if job.size != "same" or job.boundary != "edge" or not edge:
        raise Unfit("its boundary is edge")


def _pillow_filter(job: Job, applied: Any) -> Ready:
    image = function("PIL.Image.fromarray")(np.ascontiguousarray(job.x))
    return Ready(lambda: image.filter(applied))


def _pillow_kernel(job: Job) -> Ready:
    _pillow(job)
    if job.h.shape not in ((3, 3), (5, 5)):
        raise Unfit("its kernels are of 3 x 3 or 5 x 5 taps")
    margin, made, x = job.h.shape[0] // 2, function("PIL.Image.fromarray"), job.x
    taps = np.flip(job.taps, 0).astype(float).ravel().tolist()  # its rows run the other way
    applied = function("PIL.ImageFilter.Kernel")(job.h.shape, taps, scale=1)
    high, wide = x.shape
    box = (margin, margin, wide + margin, high + margin)
    # It keeps what its window leaves; an image extended by the boundary has none of that.
    return Ready(lambda: made(np.pad(x, margin, "edge")).filter(applied).crop(box))


def _pillow_gaussian(job: Job) -> Ready:
    _pillow(job)
    return _pillow_filter(job, function("PIL.ImageFilter.GaussianBlur")(_gaussian(job)))


def _pillow_box(job: Job) -> Ready:
    _pillow(job)
    if not _mean(job) or len(set(job.h.shape)) > 1:
        raise Unfit("it has square means only")
    return _pillow_filter(job, function("PIL.ImageFilter.BoxBlur")(job.h.shape[0] // 2))


def _vips(name: str, precision: str) -> Callable[[Job], Ready]:
    """Return how libvips is made ready: lazy images, of which each call computes one anew."""

    def prepare(job: Job) -> Ready:
        if job.x.ndim != 2 or job.result.kind == "c" or job.size != "same" or job.boundary != "edge":
            raise Unfit("it takes two axes, real numbers, and its boundary is edge")
        if precision == "integer" and (job.x.dtype.kind not in "iu" or job.x.dtype != job.result):
            raise Unfit("it computes in the image's integers")
        if job.x.dtype in (np.int64, np.uint64):
            raise Unfit("it has no integers of 64 bits")
        given, words = _vips_mask(name, precision, job)
        function("pyvips.cache_set_max")(0)
        image = function("pyvips.Image").new_from_array(np.ascontiguousarray(job.x))
        call = getattr(image, name)
        return Ready(lambda: finished(call(given, precision=precision, **words).numpy(), job))

    return prepare


def _vips_mask(name: str, precision: str, job: Job) -> tuple[Any, dict[str, Any]]:
    """Return what a function of libvips takes beside the image."""
    if name == "gaussblur":
        sigmas = _gaussian(job)
        if len(set(sigmas)) > 1:
            raise Unfit("one standard deviation for both axes")
        # It is cut where it falls below this: beyond the last tap here, or as late as libvips allows.
        return sigmas[0], {"min_ampl": max(float(np.exp(-0.5 * ((job.h.shape[0] / 2) / sigmas[0]) ** 2)), 0.001)}
    if name == "conv":
        return _mask(job.taps, precision), {}
    column, row = _lines(job)
    total = float(job.taps.sum())
    if column.shape != row.shape or not total > 0 or not np.allclose(column / column.sum(), row / row.sum()):
        raise Unfit("one line for both axes, whose product is positive in sum")
    return _mask((row / row.sum() * np.sqrt(total))[None], precision), {}


def _mask(taps: Array, precision: str) -> Any:
    """Return a mask; of whole taps with a scale where fractions of one denominator are given for integers."""
    new = function("pyvips.Image").new_from_array
    if precision == "integer" and taps.dtype.kind == "f":
        least = float(np.abs(taps[taps != 0]).min())
        units = taps / least
        if np.allclose(units, units.round(), rtol=0, atol=1e-4):
            return new(units.round().tolist(), scale=1 / least, offset=0)
    return new(taps.tolist(), scale=1.0, offset=0)


PEERS = [
    Peer("cv2.sepFilter2D", ("cv2",), _sep_filter),
    Peer("cv2.GaussianBlur", ("cv2",), _gaussian_blur),
    Peer("cv2.boxFilter", ("cv2",), _box_filter),
    Peer("cv2.Sobel", ("cv2",), _cv2_sobel),
    Peer("cv2.Laplacian", ("cv2",), _cv2_laplacian),
    Peer("scipy.ndimage.correlate1d (by lines)", ("scipy",), _ndimage_lines, "lines"),
    Peer("scipy.ndimage.gaussian_filter", ("scipy",), _ndimage("gaussian_filter", _radii)),
    Peer("scipy.ndimage.uniform_filter", ("scipy",), _ndimage("uniform_filter", _mean_size)),
    Peer("scipy.ndimage.sobel", ("scipy",), _ndimage("sobel", lambda job: {"axis": _axis_of(job, "sobel")})),
    Peer("scipy.ndimage.laplace", ("scipy",), _ndimage("laplace", _none)),
    Peer("skimage.filters.gaussian", ("skimage",), _skimage_gaussian),
    Peer("PIL.ImageFilter.Kernel", ("PIL",), _pillow_kernel),
    Peer("PIL.ImageFilter.GaussianBlur", ("PIL",), _pillow_gaussian),
    Peer("PIL.ImageFilter.BoxBlur", ("PIL",), _pillow_box),
    Peer("pyvips.Image.conv", ("pyvips",), _vips("conv", "float"), work="products"),
    Peer("pyvips.Image.conv (integer)", ("pyvips",), _vips("conv", "integer"), work="products"),
    Peer("pyvips.Image.convsep", ("pyvips",), _vips("convsep", "float")),
    Peer("pyvips.Image.convsep (integer)", ("pyvips",), _vips("convsep", "integer")),
    Peer("pyvips.Image.gaussblur", ("pyvips",), _vips("gaussblur", "float")),
    Peer("pyvips.Image.gaussblur (integer)", ("pyvips",), _vips("gaussblur", "integer")),
]
