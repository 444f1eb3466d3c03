"""`tapwise twins` and `tapwise learn`: the flip, seen in training."""

from __future__ import annotations

import json
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.text import Text

from tapwise.cli.progress import bar
from tapwise.cli.values import array_of
from tapwise.convention.convention import OPERATORS
from tapwise.convention.words import one_of, whole
from tapwise.errors import ArgumentError, ShapeError, Shown
from tapwise.files.atomic import check_place
from tapwise.nn import Recipe, draw_twins, learn_kernel, train_twins
from tapwise.nn.data import DATA
from tapwise.nn.figures import check_picture
from tapwise.nn.recipe import DTYPES, OPTIMIZERS, STARTS
from tapwise.operators import convolve, correlate

#: Samples of noise along each axis of the signal that `learn` makes: enough to tell every tap from the others.
NOISE = {1: 400, 2: 40, 3: 16}


def twins(
    optimizer: Annotated[str, typer.Option("--optimizer", help=", ".join(OPTIMIZERS))] = "momentum",
    start: Annotated[
        str, typer.Option("--start", help=f"of the convolution's kernels: {', '.join(STARTS)}")
    ] = "flipped",
    steps: Annotated[int, typer.Option("--steps", help="how many batches both are trained on")] = 200,
    data: Annotated[str, typer.Option("--data", help=f"{' or '.join(DATA)}: pictures that a package ships")] = "digits",
    batch: Annotated[int, typer.Option("--batch", help="samples in a batch")] = 64,
    seed: Annotated[int, typer.Option("--seed", help="where the random numbers start")] = 0,
    dtype: Annotated[str, typer.Option("--dtype", help=" or ".join(DTYPES))] = "float32",
    clip_norm: Annotated[float | None, typer.Option("--clip-norm", help="clip the gradient to this norm")] = None,
    weight_norm: Annotated[
        bool, typer.Option("--weight-norm", help="train length and direction of each kernel")
    ] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="draw losses and kernels into this file: png, svg or pdf")
    ] = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="replace an existing file")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="everything as JSON")] = False,
) -> None:
    """Train a network that correlates and its twin that convolves, and say how equal they stay, and why."""
    words: dict[str, Any] = {
        "start": start, "steps": steps, "batch": batch, "seed": seed, "dtype": dtype, "clip_norm": clip_norm,
        "weight_norm": weight_norm,
    }  # fmt: skip
    Recipe.of(optimizer, **words)
    if output is not None:
        check_picture(output)
        check_place(output, force=force)
    with bar("training both") as advance:
        run = train_twins(optimizer, data=data, progress=advance, **words)
    if output is not None:
        draw_twins(run, output, force=force)
    if as_json:
        typer.echo(json.dumps(run.to_dict(), ensure_ascii=False))
        return
    text = Text(f"{run}\n\n{_kernels(run)}")
    text.highlight_regex(r"(?m)^verdict:.*$", "bold")
    console = Console(highlight=False)
    console.print(text, soft_wrap=not console.is_terminal)
    if output is not None:
        console.print(f"drawn: {output}", soft_wrap=True)


def learn(
    kernel: Annotated[str, typer.Argument(metavar="H", help="the kernel to be found again: 1,2,0 or '1 2;3 4'")],
    made_by: Annotated[
        str, typer.Option("--made-by", help="the filter that makes the output: cross-correlation or convolution")
    ] = "cross-correlation",
    signal: Annotated[str | None, typer.Option("--signal", metavar="X", help="a file or numbers; else noise")] = None,
    seed: Annotated[int, typer.Option("--seed", help="of the noise")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Learn a kernel from a filter's output, once with each operator: one learns the flip of the other."""
    word = one_of("made-by", made_by, OPERATORS, {"correlation": "cross-correlation"})
    h = _real("H", kernel)
    if h.ndim not in NOISE:
        raise ArgumentError("H", Shown(f"array of shape {h.shape}"), "has more axes than a layer", "give one to three")
    if signal is None:
        start = whole("seed", seed, least=0)
        x = np.random.default_rng(start).normal(size=tuple(NOISE[h.ndim] + n for n in h.shape))
    else:
        x = _real("signal", signal)
        if x.ndim != h.ndim or any(n < k for n, k in zip(x.shape, h.shape, strict=True)):
            rule = f"the kernel of shape {h.shape} does not fit into it"
            raise ShapeError("signal", Shown(f"array of shape {x.shape}"), rule, "give a longer one, of as many axes")
    y = (convolve if word == "convolution" else correlate)(x, h)
    found = {operator: learn_kernel(x, y, h.shape, operator=operator) for operator in OPERATORS}
    if as_json:
        told = {name: {"kernel": one.kernel.tolist(), "losses": list(one.losses)} for name, one in found.items()}
        typer.echo(json.dumps(told))
        return
    turned = np.flip(h)
    lines = [f"h = {_row(h)}   the output was made by {word}, from {x.size} samples", ""]
    for name, one in found.items():
        near = [f"{what} (to {np.abs(one.kernel - k).max():.0e})" for what, k in (("h", h), ("h flipped", turned))
                if np.abs(one.kernel - k).max() < 1e-6 * max(1.0, float(np.abs(h).max()))]  # fmt: skip
        shown = " and ".join(near) or "another kernel: the signal does not determine it"
        steps = len(one.losses) - 1
        lines.append(f"{name:18} learns {_row(one.kernel)} = {shown}")
        lines.append(f"{'':18} mean squared error {one.losses[0]:.1e} before, {one.losses[-1]:.1e} after {steps} steps")
    typer.echo("\n".join(lines))


def _real(name: str, text: str) -> Any:
    array = array_of(name, text)
    if array.dtype.kind == "c" or not np.isfinite(array.astype(float)).all():
        raise ArgumentError(name, text, "holds more than real, finite numbers", "leave the others out")
    return array.astype(float)


def _row(values: Any) -> str:
    return " ".join(np.array2string(np.round(values, 4) + 0.0, floatmode="maxprec").split())


def _kernels(run: Any) -> str:
    """Return one kernel of the first layer, of either network, in numbers."""
    name, kernels = next(iter(run.correlation.kernels.items()))
    sides = (("cross-correlation", kernels[0, 0]), ("convolution", run.convolution.kernels[name][0, 0]))
    blocks = [[title, *np.array2string(np.atleast_2d(k), precision=3, sign=" ").splitlines()] for title, k in sides]
    width = max(len(line) for line in blocks[0]) + 4
    rows = [f"    {left:{width}}{right}" for left, right in zip(*blocks, strict=True)]
    return "\n".join([f"the first kernel of layer {name!r}", *rows])
