"""`tapwise bench`: the user's own shape by everyone who is installed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from tapwise import kernels
from tapwise.benchmarking import PEERS, Job, compare, installed, limited
from tapwise.benchmarking.table import table, title
from tapwise.cli import options as o  # noqa: TC001 - typer reads the annotations
from tapwise.cli.progress import bar
from tapwise.cli.values import array_of
from tapwise.convention.convention import OPERATORS
from tapwise.convention.words import one_of, whole
from tapwise.engines import threads
from tapwise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapwise.benchmarking import Comparison

Array = np.ndarray[Any, np.dtype[Any]]
_SHAPE = re.compile(r"\d+(?:[x×]\d+)*")


def bench(
    shape: Annotated[str, typer.Argument(metavar="SHAPE", help="of the signal: 1000000, 480x1024 or 128x128x128")],
    kernel: Annotated[
        str,
        typer.Argument(metavar="KERNEL", help="its shape (7x7), a named kernel (gaussian:sigma=2), numbers, a file"),
    ],
    dtype: Annotated[str, typer.Option("--dtype", help="of the signal")] = "float32",
    result: Annotated[str | None, typer.Option("--result", help="the dtype of the result; by default exact")] = None,
    operator: o.Operator = None,
    size: o.Size = None,
    boundary: o.Boundary = None,
    count: Annotated[int | None, typer.Option("--threads", help="for everyone; by default all")] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", help="how long to measure, after every answer was checked")
    ] = 3,
    cold: Annotated[bool, typer.Option("--cold", help="empty the caches before every call")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="everything as JSON")] = False,
) -> None:
    """Time tapwise, its engines and every library that is installed on a shape of your own, on random numbers."""
    kind = _dtype("dtype", dtype)
    generator = np.random.default_rng(0)
    x = _random(generator, kind, _lengths("shape", shape))
    taps = _kernel(kernel, kind, x.ndim, generator)
    if not seconds > 0:
        raise ArgumentError("seconds", seconds, "must be more than 0", "write 3")
    job = Job(
        x, taps, one_of("operator", operator or "cross-correlation", OPERATORS, {"correlation": "cross-correlation"}),
        size or "same", boundary or "zero", None if result is None else _dtype("result", result),
    )  # fmt: skip
    _ = job.windows  # whatever is wrong with the words is said before the work
    used = threads() if count is None else whole("threads", count, least=1)
    with limited(used), bar("timing") as progress:
        found = compare(job, seconds=seconds, cold=cold, progress=progress)
    if as_json:
        told = {"title": title(job, used, cold=cold), "threads": used, "versions": installed(), **found.to_dict()}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{title(job, used, cold=cold)}\ntapwise takes {found.engine}: {found.reason}\n")
    typer.echo(table(found))
    typer.echo("\nratio: how many times tapwise's time, the median of all rounds; above 1 tapwise is faster")
    for line in _left_out(found):
        typer.echo(line)


def _left_out(found: Comparison) -> Iterator[str]:
    slow = [name for name, why in found.left_out.items() if why.startswith("would take")]
    if slow:
        yield f"too slow to be called: {', '.join(slow)}"
    present = installed()
    unable = sorted(present.keys() - {row.library for row in found.rows})
    if unable:
        yield f"nothing here does this: {', '.join(unable)} (--json says why)"
    absent = sorted({peer.library for peer in PEERS} - present.keys())
    if absent:
        yield f"not installed: {', '.join(absent)}"


def _lengths(name: str, text: str) -> tuple[int, ...]:
    if not _SHAPE.fullmatch(text.strip()):
        raise ArgumentError(name, text, "is no shape", "write 1000000, 480x1024 or 128x128x128")
    lengths = tuple(int(part) for part in re.split("[x×]", text.strip()))
    if not all(lengths):
        raise ArgumentError(name, text, "holds nothing", "write lengths of 1 and more")
    return lengths


def _dtype(name: str, text: str) -> np.dtype[Any]:
    try:
        kind = np.dtype(text)
    except TypeError:
        kind = np.dtype(object)
    if kind.kind not in "iufc":
        raise ArgumentError(name, text, "is not a dtype to time", "write float32, float64, uint8, int16 or complex64")
    return kind


def _kernel(text: str, dtype: np.dtype[Any], ndim: int, generator: np.random.Generator) -> Array:
    """Return random taps of this shape, or those that the text names or spells; floats in the signal's precision."""
    if _SHAPE.fullmatch(text.strip()):
        taps = _random(generator, dtype, _lengths("kernel", text), small=True)
    elif text.strip().split(":")[0].lower().replace("-", "_") in kernels.names():
        taps = kernels.by_name(text, ndim)
    else:
        taps = array_of("kernel", text)
    if taps.ndim != ndim:
        raise ArgumentError("kernel", text, f"has {taps.ndim} axes and the signal {ndim}", "give both as many")
    if taps.dtype.kind == "f" and dtype != np.float64:
        taps = taps.astype(dtype if dtype.kind == "f" else np.float32)
    return taps


def _random(
    generator: np.random.Generator, dtype: np.dtype[Any], shape: tuple[int, ...], *, small: bool = False
) -> Array:
    """Return normal numbers, or whole ones: up to 8 for taps, up to what 8 bits hold for signals."""
    if dtype.kind in "iu":
        most = 8 if small else min(int(np.iinfo(dtype).max), 255)
        return generator.integers(-most if dtype.kind == "i" else 0, most + 1, shape).astype(dtype)
    y = generator.standard_normal(shape)
    return (y + 1j * generator.standard_normal(shape) if dtype.kind == "c" else y).astype(dtype)
