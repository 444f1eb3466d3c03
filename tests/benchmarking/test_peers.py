"""Every peer, made ready for a job, gives tapwise's answer, or is recognised as one that does not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tapwise import kernels
from tapwise.benchmarking import PEERS, Job, Peer, expected, judged, limited
from tapwise.benchmarking.comparison import first
from tapwise.benchmarking.peer import Unfit
from tests.needs import needs

_RANDOM = np.random.default_rng(20)
#: What computes something near by design: fixed-point fractions, boxes in place of a Gaussian, an earlier cut.
NEAR = {
    "cv2.GaussianBlur", "PIL.ImageFilter.GaussianBlur", "PIL.ImageFilter.BoxBlur", "pyvips.Image.gaussblur",
    "pyvips.Image.gaussblur (integer)", "pyvips.Image.conv (integer)", "pyvips.Image.convsep (integer)",
}  # fmt: skip


def _floats(*shape: int, dtype: str = "float32") -> np.ndarray:
    values = _RANDOM.standard_normal(shape)
    return (values + 1j * _RANDOM.standard_normal(shape) if "complex" in dtype else values).astype(dtype)


def _wholes(*shape: int, dtype: str = "int16", most: int = 99) -> np.ndarray:
    return _RANDOM.integers(0 if dtype[0] == "u" else -most, most + 1, shape).astype(dtype)


_BYTES = _wholes(23, 31, dtype="uint8", most=255)
_SMOOTH = kernels.gaussian(1.0, ndim=2).astype(np.float32)
_ODD = np.array([[1, 2, 3, 2, 1], [2, 9, 5, 4, 2], [3, 5, 7, 6, 3], [2, 4, 6, 8, 2], [1, 2, 3, 2, 5]], np.float32) / 91
_C, _X = "convolution", "cross-correlation"
JOBS = {
    "1-D same": Job(_floats(64), _floats(5)),
    "1-D even": Job(_floats(64), _floats(4)),
    "1-D even correlation": Job(_floats(64), _floats(4), _X),
    "1-D valid": Job(_floats(64), _floats(5), _X, "valid"),
    "1-D full": Job(_floats(64, dtype="float64"), _floats(6, dtype="float64"), _C, "full"),
    "1-D wrap": Job(_floats(64), _floats(6), _X, "same", "wrap"),
    "1-D complex": Job(_floats(64, dtype="complex64"), _floats(5, dtype="complex64")),
    "1-D complex correlation": Job(_floats(64, dtype="complex64"), _floats(5, dtype="complex64"), _X, "valid"),
    "1-D int16": Job(_wholes(64), _wholes(5)),
    "1-D int64": Job(_wholes(64, dtype="int64"), _wholes(5, dtype="int64")),
    "1-D strided": Job(_floats(128)[::2], _floats(5)),
    "2-D zero": Job(_floats(23, 31), _floats(3, 5)),
    "2-D valid": Job(_floats(23, 31), _floats(3, 4), _X, "valid"),
    "2-D edge": Job(_floats(23, 31), _floats(5, 3), _X, "same", "edge"),
    "2-D reflect101": Job(_floats(23, 31, dtype="float64"), _floats(5, 3, dtype="float64"), _C, "same", "reflect101"),
    "2-D symmetric": Job(_floats(23, 31), _floats(5, 3), _X, "same", "symmetric"),
    "2-D wrap": Job(_floats(23, 31), _floats(5, 3), _X, "same", "wrap"),
    "2-D lines": Job(_floats(23, 31), _SMOOTH, _X, "same", "edge"),
    "2-D lines, zero": Job(_floats(23, 31), _SMOOTH),
    "3-D": Job(_floats(9, 10, 11), _floats(3, 4, 5)),
    "bytes to int64": Job(_BYTES, _wholes(3, 5, dtype="uint8", most=9)),
    "bytes, fractions": Job(_BYTES, _ODD, _X, "same", "edge", np.uint8),
    "bytes, Gaussian": Job(_BYTES, _SMOOTH, _X, "same", "edge", np.uint8),
    "bytes, mean": Job(_BYTES, kernels.box(5, ndim=2).astype(np.float32), _X, "same", "edge", np.uint8),
    "mean": Job(_floats(23, 31), kernels.box((5, 3), ndim=2).astype(np.float32), _X, "same", "edge"),
    "bytes, sum": Job(_BYTES, kernels.box(5, ndim=2, normalize=False), _X, "same", "edge", np.int16),
    "bytes, Sobel": Job(_BYTES, kernels.sobel(axis=0), _X, "same", "edge", np.int16),
    "Sobel": Job(_floats(23, 31), kernels.sobel(axis=1).astype(np.float32), _X, "same", "reflect101"),
    "bytes, Laplacian": Job(_BYTES, kernels.laplacian(), _X, "same", "edge", np.int16),
    "saturating": Job(_BYTES, kernels.laplacian(), _X, "same", "edge", np.uint8),
}


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with limited(1):
        yield


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_agrees_on_all_that_it_can_do(peer: Peer) -> None:
    for module in peer.modules:
        needs(module)
    done = 0
    for name, job in JOBS.items():
        try:
            ready, _, answer = first(peer, job)
        except Unfit:
            continue
        verdict = judged(expected(job), answer)
        assert verdict.equal or peer.name in NEAR, f"{peer.name}, {name}: {verdict}"
        again = np.array(ready.taken(ready.run()))
        assert np.array_equal(again, answer), "the second call gives the same"
        done += 1
    assert done, "every peer can do one of the jobs at least"


def test_images_have_their_own_peers() -> None:
    able: dict[str, list[str]] = {name: [] for name in ("bytes, Sobel", "bytes, Laplacian", "mean", "bytes, Gaussian")}
    for name, names in able.items():
        for peer in PEERS:
            if peer.installed:
                try:
                    peer.prepare(JOBS[name])
                except Unfit:
                    continue
                names.append(peer.name)
    for library, function, name in (
        ("cv2", "cv2.Sobel", "bytes, Sobel"), ("cv2", "cv2.Laplacian", "bytes, Laplacian"),
        ("scipy", "scipy.ndimage.sobel", "bytes, Sobel"), ("scipy", "scipy.ndimage.laplace", "bytes, Laplacian"),
        ("cv2", "cv2.boxFilter", "mean"), ("scipy", "scipy.ndimage.uniform_filter", "mean"),
        ("cv2", "cv2.GaussianBlur", "bytes, Gaussian"), ("PIL", "PIL.ImageFilter.GaussianBlur", "bytes, Gaussian"),
    ):  # fmt: skip
        needs(library)
        assert function in able[name]
