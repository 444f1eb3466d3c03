"""Peers with arrays of their own: PyTorch and JAX. The arrays are made once; JAX's functions are compiled once."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.benchmarking.job import pads
from tapwise.benchmarking.matching import PADS
from tapwise.benchmarking.numbers import cast, finished, working
from tapwise.benchmarking.peer import Peer, Ready, Unfit
from tapwise.libraries import function

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.benchmarking.job import Array, Job

#: PyTorch's words for boundaries; of an integer or an asymmetric margin it knows zeros only, by `pad`.
_MODES = {"zero": "constant", "edge": "replicate", "reflect101": "reflect", "wrap": "circular"}


def _side(job: Job) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the one rule of a job's boundary, and the margins to extend its signal by."""
    rules = {side.rule for w in job.windows for side in (w.below, w.above)} - {"zero"} or {"zero"}
    if len(rules) > 1 or not rules <= PADS.keys():
        raise Unfit(f"there is no such padding: {', '.join(sorted(rules))}")
    return min(rules), tuple(pads(job))


def _lines(job: Job, separable: bool) -> list[Array]:
    """Return the kernels to go through in turn: all taps, or one line along each axis."""
    if not separable:
        return [job.taps]
    if job.factors is None:
        raise Unfit("the kernel is no product of lines")
    ndim = job.x.ndim
    return [line.reshape([-1 if a == axis else 1 for a in range(ndim)]) for axis, line in enumerate(job.factors)]


def _torch(job: Job, *, separable: bool = False) -> Ready:
    ndim = job.x.ndim
    if ndim > 3 or (job.result.kind == "u" and job.result.itemsize > 1):
        raise Unfit("it takes three axes at most, and no such integers")
    rule, margins = _side(job)
    kernels = _lines(job, separable)
    if rule not in _MODES:
        raise Unfit(f"it has no boundary {rule}")
    tensor, conv = function("torch.Tensor"), function(f"torch.nn.functional.conv{ndim}d")
    pad = function("torch.nn.functional.pad")
    made = function("torch.from_numpy")
    dtype, result = working(job), made(np.empty(0, job.result)).dtype
    x = made(job.x)[None, None]
    taps = [made(cast(kernel, dtype).copy())[None, None] for kernel in kernels]
    own = rule == "zero" and all(lo == hi for lo, hi in margins)  # conv's own padding, which makes no copy
    paddings = [
        tuple(lo if not separable or axis == number else 0 for axis, (lo, _) in enumerate(margins))
        for number in range(len(taps))
    ]
    flat = [margin for pair in reversed(margins) for margin in pair]
    inward = taps[0].dtype
    limits = np.iinfo(job.result) if job.result.kind in "iu" else None
    no_grad = function("torch.inference_mode")

    def run() -> Any:
        with no_grad():
            y = x if x.dtype == inward else x.to(inward)
            if not own and any(flat):
                y = pad(y, flat, mode=_MODES[rule])
            for kernel, padding in zip(taps, paddings, strict=True):
                y = conv(y, kernel, padding=padding if own else 0)
            if y.dtype != result and limits:
                y = y.round() if y.is_floating_point() else y
                y = y.clip(limits.min, limits.max)
            return y[0, 0] if y.dtype == result else y[0, 0].to(result)

    return Ready(run, tensor.numpy)


def _jax(job: Job, sums: Callable[[Any, list[Any]], Any], kernels: list[Array], *, fft: bool = False) -> Ready:
    """Make ready a compiled function that extends the signal, sums without a boundary, and rounds."""
    rule, margins = _side(job)
    dtype = working(job)
    if fft and dtype.kind in "iu":
        dtype = np.dtype(np.float64)
    wide = any(d.itemsize == (16 if d.kind == "c" else 8) for d in (job.x.dtype, dtype, job.result))
    jnp, enable = function("jax.numpy"), function("jax.enable_x64")

    def whole(x: Any, taps: list[Any]) -> Any:
        y = jnp.pad(x.astype(dtype), margins, mode=PADS[rule]) if any(map(any, margins)) else x.astype(dtype)
        return finished(sums(y, taps), job)

    with enable(wide):
        x, taps = jnp.asarray(job.x), [jnp.asarray(cast(kernel, dtype)) for kernel in kernels]
        compiled = function("jax.jit")(whole).lower(x, taps).compile()

    def run() -> Any:
        with enable(True) if wide else nullcontext():
            return compiled(x, taps).block_until_ready()

    return Ready(run)


def _lax(job: Job, *, separable: bool = False) -> Ready:
    if job.x.ndim > 3:
        raise Unfit("it takes three axes at most")
    conv = function("jax.lax.conv_general_dilated")

    def sums(y: Any, taps: list[Any]) -> Any:
        y = y[None, None]
        for kernel in taps:
            y = conv(y, kernel[None, None], (1,) * job.x.ndim, "VALID")
        return y[0, 0]

    return _jax(job, sums, _lines(job, separable))


def _fft(job: Job) -> Ready:
    convolve = function("jax.scipy.signal.fftconvolve")
    return _jax(job, lambda y, taps: convolve(y, taps[0], mode="valid"), [np.flip(job.taps)], fft=True)


PEERS = [
    Peer("torch.nn.functional.convNd", ("torch",), _torch, work="products"),
    Peer("torch.nn.functional.convNd (by lines)", ("torch",), lambda job: _torch(job, separable=True), "lines"),
    Peer("jax.lax.conv_general_dilated", ("jax",), _lax, work="products"),
    Peer("jax.lax.conv_general_dilated (by lines)", ("jax",), lambda job: _lax(job, separable=True), "lines"),
    Peer("jax.scipy.signal.fftconvolve", ("jax",), _fft),
]
