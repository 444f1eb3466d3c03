"""`tapwise filter`: a kernel over a file."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tapwise import files, kernels
from tapwise.catalogue import meaning
from tapwise.cli import options as o
from tapwise.cli.progress import bar
from tapwise.cli.values import array_of, is_file
from tapwise.convention import Convention
from tapwise.errors import ArgumentError
from tapwise.geometry import operator_plan
from tapwise.operators import apply, choose
from tapwise.operators.axes import resolve

if TYPE_CHECKING:
    import numpy as np

#: What `filter` means where nothing else is said: what image programs do.
DEFAULTS = {"operator": "cross-correlation", "size": "same", "boundary": "reflect101"}


def filter_file(
    source: Annotated[str, typer.Argument(metavar="IN", help="a .png, .jpg, .tif, .wav, .npy, .npz or .csv file")],
    kernel: Annotated[
        str, typer.Option("--kernel", "-k", help="a named kernel (gaussian:sigma=2), numbers ('1 2;3 4') or a file")
    ],
    target: Annotated[str, typer.Option("--output", "-o", metavar="OUT", help="the file to write")],
    operator: o.Operator = None,
    size: o.Size = None,
    boundary: o.Boundary = None,
    anchor: o.Anchor = None,
    stride: o.Stride = None,
    dilation: o.Dilation = None,
    spread: o.Spread = None,
    output_order: o.Output = None,
    direction: o.Direction = None,
    length: o.Length = None,
    output_padding: o.Padding = None,
    operands: o.Operands = None,
    conjugate: o.Conjugate = None,
    normalize: o.Normalize = None,
    gain: o.Gain = None,
    offset: o.Offset = None,
    accumulator: o.Accumulator = None,
    result: o.Result = None,
    rounding: o.Rounding = None,
    overflow: o.Overflow = None,
    borders: o.Borders = None,
    like: Annotated[str | None, typer.Option("--like", help="do as this function does: scipy.ndimage.convolve")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="an option of that function: mode=nearest")] = None,
    axes: Annotated[str | None, typer.Option("--axes", help="the axes to slide along: 0,1")] = None,
    dtype: Annotated[str | None, typer.Option("--dtype", help="what to store: float32 keeps every value")] = None,
    scale: Annotated[
        str | None, typer.Option("--scale", help="signed: show 0 as mid-grey and the largest magnitude as full")
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="auto, reference, numpy, direct, separable or fourier")
    ] = "auto",
    accuracy: Annotated[str, typer.Option("--accuracy", help="normwise or elementwise")] = "normwise",
    force: Annotated[bool, typer.Option("--force", "-f", help="replace an existing file")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="what was done, as JSON")] = False,
) -> None:
    """Filter an image, a sound or an array, channel by channel, and write the result."""
    words = o.words(
        operator=operator, size=size, boundary=boundary, anchor=anchor, stride=stride, dilation=dilation,
        spread=spread, output=output_order, direction=direction, length=length, output_padding=output_padding,
        operands=operands, conjugate=conjugate, normalize=normalize, gain=gain, offset=offset,
        accumulator=accumulator, result=result, rounding=rounding, overflow=overflow, borders=borders,
    )  # fmt: skip
    files.check_target(target, force=force)
    if scale not in (None, "signed"):
        raise ArgumentError("scale", scale, "is not a scale", "write --scale signed, or leave it out")
    sample = files.read(source)
    places = _axes(axes, sample)
    taps = _kernel(kernel, len(places))
    convention = _convention(words, like, o.settings(set_ or []), taps.ndim)
    if convention.operands == "as-given" and taps.ndim == len(places):
        files.check_target(
            target, force=force, like=sample, shape=_result_shape(convention, sample, places, taps.shape)
        )
    # Arrays are stored as they are computed; images and sound are rounded once, on the way into their file.
    stored = None if scale else dtype
    is_array = Path(target.rsplit(":", 1)[0]).suffix.lower() in (".npy", ".npz", ".csv")
    own = dtype if is_array and not scale else None
    chosen = choose(sample.data, taps, convention, axes=places, dtype=own, engine=engine, accuracy=accuracy)
    start = time.perf_counter()
    with bar(f"filtering {source}") as progress:
        y = apply(
            sample.data, taps, convention, axes=places, dtype=own, engine=engine, accuracy=accuracy, progress=progress
        )
    seconds = time.perf_counter() - start
    factor = None
    if scale:
        y, factor = files.scale_signed(y, files.stored_dtype(target, y.shape, y.dtype, like=sample, dtype=dtype))
    written = files.write(target, y, sample, force=force, dtype=None if is_array else stored)
    report: dict[str, Any] = {
        "in": source, "out": target, "shape": list(sample.data.shape), "dtype": str(sample.data.dtype),
        "kernel": kernel, "kernel_shape": list(taps.shape), "convention": convention.to_dict(), "like": like,
        "axes": list(places), "result_shape": list(y.shape), "stored": str(written.dtype), "engine": chosen.engine,
        "reason": chosen.reason, "seconds": round(seconds, 6), "clipped": written.clipped, "rounded": written.rounded,
        "scale": factor, "notes": [*sample.notes, *written.notes],
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        typer.echo(_line(report, convention, y))
        for note in report["notes"]:
            typer.echo(f"note: {note}")


def _axes(text: str | None, sample: files.Sample) -> tuple[int, ...]:
    if text is None:
        return sample.axes
    try:
        return tuple(int(part) for part in text.strip("() ").split(",") if part.strip())
    except ValueError:
        raise ArgumentError("axes", text, "are not whole numbers", "write --axes 0,1") from None


def _result_shape(
    convention: Convention, sample: files.Sample, places: tuple[int, ...], taps: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the shape of the result, so that a file that cannot hold it is refused before the work."""
    shape = list(sample.data.shape)
    places = resolve(places, sample.data.shape, len(taps))
    plan, _ = operator_plan(convention, [shape[place] for place in places], taps)
    for place, length in zip(places, plan.output_shape, strict=True):
        shape[place] = length
    return tuple(shape)


def _kernel(text: str, ndim: int) -> np.ndarray[Any, np.dtype[Any]]:
    """Return the taps that the option names or spells; a named kernel has as many axes as are filtered."""
    name = text.strip().split(":")[0].lower().replace("-", "_")
    if name in kernels.names() or (name.isidentifier() and not is_file(text)):
        return kernels.by_name(text, ndim)
    return array_of("kernel", text)


def _convention(words: dict[str, Any], like: str | None, options: dict[str, Any], ndim: int) -> Convention:
    if like is None:
        if options:
            name, value = next(iter(options.items()))
            raise ArgumentError("set", f"{name}={value}", "is an option of no function", "name the function by --like")
        return Convention.of(**{**DEFAULTS, **words})
    convention, axes = meaning(like, options, ndim=ndim)
    if axes is not None and "axes" in options:
        raise ArgumentError("set", f"axes={axes}", "is said by --axes here", "write --axes instead")
    if words:
        name, value = next(iter(words.items()))
        raise ArgumentError(name, value, f"{like} says it", f"leave it out, or change {like}'s own options by --set")
    return convention


def _line(report: dict[str, Any], convention: Convention, y: np.ndarray[Any, np.dtype[Any]]) -> str:
    """Return the one line that says what was done."""
    axis = convention.axes[0]
    operators = sorted({a.operator for a in convention.axes})
    meant = [f"like {report['like']}"] if report["like"] else []
    meant += [" and ".join(operators), *(["transposed"] if convention.direction == "transposed" else [])]
    meant.append(f"size {_all(convention, 'size')}")
    meant += [f"boundary {_all(convention, 'boundary')}"] if axis.size.rule != "valid" else []
    meant += [f"anchor {_all(convention, 'anchor')}"] if axis.size.rule in ("same", "longest") else []
    meant += [
        f"{name} {_all(convention, name)}" for name in ("stride", "dilation", "spread") if _all(convention, name) != "1"
    ]
    times = "×"
    shape = times.join(map(str, report["shape"]))
    kernel = times.join(map(str, report["kernel_shape"]))
    tail = f"{report['clipped']} of {y.size} samples clipped" if report["clipped"] else "nothing clipped"
    scaled = f", scaled by {report['scale']:.6g} around mid-grey" if report["scale"] is not None else ""
    return (
        f"{report['in']} ({shape} {report['dtype']}), kernel {report['kernel']} ({kernel}): {', '.join(meant)}; "
        f"engine {report['engine']}, {report['seconds'] * 1000:.0f} ms; {report['out']} ("
        f"{times.join(map(str, report['result_shape']))} {report['stored']}{scaled}, {tail})"
    )


def _all(convention: Convention, name: str) -> str:
    values = [str(getattr(axis, name)) for axis in convention.axes]
    return values[0] if len(set(values)) == 1 else f"({', '.join(values)})"
