"""A picture of two networks trained in step: losses, kernels side by side, and their difference."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.errors import FileError
from tapwise.files.atomic import replacing
from tapwise.nn.needed import need
from tapwise.nn.run import flipped

if TYPE_CHECKING:
    from tapwise.nn.run import TwinRun

FORMATS = (".png", ".svg", ".pdf")
#: Kernels drawn of the first layer.
SHOWN = 8


def check_picture(path: str) -> None:
    """Refuse a file name that says no format, and a missing matplotlib, before anything is trained."""
    if Path(path).suffix.lower() not in FORMATS:
        raise FileError(path, "its ending names no picture", f"write one of {', '.join(FORMATS)}")
    need("matplotlib", "a picture", "draw")


def draw_twins(run: TwinRun, path: str, *, force: bool = False) -> None:
    """Draw losses, kernels side by side and their difference into a file (PNG, SVG or PDF, by its ending).

    Raises
    ------
    MissingLibrary
        If matplotlib is not installed.
    FileError
        If the ending names no picture, if the file exists and `force` is False, or if it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import tapwise as tw
    >>> run = tw.train_twins("adam", steps=3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tw.nn.draw_twins(run, f"{folder}/twins.png")
    """
    check_picture(path)
    form = Path(path).suffix.lower()[1:]
    import matplotlib as mpl

    held = BytesIO()
    # The same run gives the same file: no date, and names inside it that do not change.
    with mpl.rc_context({"svg.hashsalt": "tapwise", "svg.fonttype": "path"}):
        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
        figure_of(run).savefig(held, format=form, dpi=150, metadata=metadata)
    with replacing(path, force=force) as file:
        file.write(held.getvalue())


def figure_of(run: TwinRun) -> Any:
    """Return the figure, a `matplotlib.figure.Figure`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5.6), layout="constrained")
    left, right = np.asarray(figure.subfigures(1, 2, width_ratios=[1, 1.5]))
    found = "are different" if run.equal == "no" else f"stay equal {run.equal}"
    figure.suptitle(f"The two {found}\n{run.recipe}", fontsize=10)
    _losses(run, left.subplots(2, 1, sharex=True))
    _kernels(run, right)
    return figure


def _losses(run: TwinRun, axes: Any) -> None:
    above, below = axes
    steps = np.arange(1, len(run.correlation.losses) + 1)
    above.plot(steps, run.correlation.losses, color="#2563eb", linewidth=3, alpha=0.5, label="cross-correlation")
    above.plot(steps, run.convolution.losses, color="#b45309", linewidth=1, linestyle="--", label="convolution")
    above.set_ylabel("loss")
    above.legend()
    distances = np.array(run.distances)
    below.set_ylabel("largest difference,\nkernels flipped")
    below.set_xlabel("step")
    positive = distances[distances > 0]
    if len(positive):
        below.plot(np.where(distances > 0, distances, np.nan), color="#334155")
        below.set_yscale("log" if positive.max() > 100 * positive.min() else "linear")
    else:
        below.plot(distances, color="#334155")
        below.set(yticks=[0], ylim=(-0.1, 1))
        below.text(0.5, 0.5, "0 after every step", transform=below.transAxes, ha="center")


def _kernels(run: TwinRun, part: Any) -> None:
    """Draw the kernels of the first layer, on one scale of colours; of many input channels, the first."""
    name, kernels = next(iter(run.correlation.kernels.items()))
    others = run.convolution.kernels[name]
    apart = flipped(others) - kernels
    rows = (
        (f"cross-correlation: kernels of layer {name!r} after {len(run.correlation.losses)} steps", kernels),
        ("convolution", others),
        (f"convolution flipped back, minus cross-correlation: at most {np.abs(apart).max():.2g}", apart),
    )
    limit = max(float(np.abs(values).max()) for _, values in rows)
    count = min(SHOWN, len(kernels))
    bands = np.asarray(part.subfigures(len(rows), 1))
    for band, (title, values) in zip(bands, rows, strict=True):
        band.suptitle(title, x=0.02, ha="left", fontsize=9)
        cells = band.subplots(1, count, squeeze=False)[0]
        for cell, kernel in zip(cells, values[:, 0], strict=False):
            flat = np.atleast_2d(kernel.reshape(-1, kernel.shape[-1]))
            image = cell.imshow(flat, cmap="RdBu", vmin=-limit, vmax=limit)
            cell.set(xticks=[], yticks=[])
        band.colorbar(image, ax=list(cells), shrink=0.9)
