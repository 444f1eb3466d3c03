"""The window as it slides: one frame, a contact sheet of frames for print, an animation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapwise.convention.words import whole
from tapwise.draw.drawing import POINTS, SETTINGS, Drawing, drawn, render
from tapwise.draw.grid import Layer, array, corner, frame
from tapwise.draw.maths import chain
from tapwise.draw.measure import fitted
from tapwise.draw.needed import need
from tapwise.draw.reading import called, drawable, number, outside, standing, step_at, times, window
from tapwise.draw.scene import FAINT, PAPER, SMALL, Line, Scene, Words, below, beside, words
from tapwise.draw.style import BLUE, DONE, NOW, WINDOW, operator_name
from tapwise.errors import ArgumentError, FileError, MissingLibrary
from tapwise.explanation.written import Formula, as_text

if TYPE_CHECKING:
    from tapwise.draw.reading import Index
    from tapwise.explanation import Explanation, Step


#: The width of a page and of the space between two frames, in cells.
_PAGE, _GAP = 22.0, 1.4


def sliding(steps: Explanation, at: int | Index | None = None, *, narrow: bool = False, ax: Any = None) -> Drawing:
    """Draw one moment: the kernel as it lies on the signal for one output, the outputs made so far, and the sum.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`; its steps are the moments.
    at : int or tuple of int, optional
        The output, by its label; may be left out where one is explained.
    narrow : bool
        Put the output below the signal, for a narrow column or a phone.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([2, 1, 3, 5, 4], [1, -1], operator="convolution")
    >>> print(tw.draw.sliding(steps, at=2).title)
    convolution, step 3 of 4: y[2]
    """
    steps = drawable(steps)
    step = step_at(steps, at)
    return drawn(_moment(steps, step, narrow=narrow), ax)


def contact_sheet(steps: Explanation, *, most: int = 12, columns: int | None = None, ax: Any = None) -> Drawing:
    """Draw the moments of the sliding window side by side: the animation, for print.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`.
    most : int
        With more outputs than this, only the first and the last half of as many are drawn.
    columns : int, optional
        How many frames stand in a row; by default as many as a printed page holds.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([2, 1, 3, 5, 4], [1, -1], operator="convolution")
    >>> print(tw.draw.contact_sheet(steps, columns=2).title)
    convolution: 4 of 4 steps
    """
    steps = drawable(steps)
    most = whole("most", most, least=1)
    shown = (
        list(steps)
        if len(steps.steps) <= most
        else [*steps.steps[: most - most // 2], *steps.steps[len(steps.steps) - most // 2 :]]
    )
    frames = [_moment(steps, step, headers=False, narrow=True) for step in shown]
    wide = max(right - left for left, _, right, _ in (scene.bounds() for scene in frames)) + _GAP
    columns = max(int((_PAGE + _GAP) / wide), 1) if columns is None else whole("columns", columns, least=1)
    rows = [beside(frames[n : n + columns], _GAP) for n in range(0, len(frames), columns)]
    scene = below([words(operator_name(steps), 0.42, bold=True), below(rows, 1.1)], 0.6)
    scene.title = f"{operator_name(steps)}: {len(shown)} of {len(steps.steps)} steps"
    scene.alt = as_text(replace(steps, steps=tuple(shown)).blocks(levels=["symbols", "numbers"]))
    return drawn(scene, ax)


def animation(steps: Explanation, path: str | Path, *, fps: float = 1.5, dpi: int = 100) -> Path:
    """Write the sliding window as an animation.

    Parameters
    ----------
    steps : Explanation
        Of `tapwise.explain`; a frame is drawn for each of its steps.
    path : path
        `.gif`, or `.mp4` where ffmpeg is installed.
    fps : float
        Frames a second.
    dpi : int
        Dots an inch.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    FileError
        If the name ends otherwise.
    MissingLibrary
        If ffmpeg is needed and not there.

    Examples
    --------
    >>> import tapwise as tw
    >>> steps = tw.explain([2, 1, 3], [1, -1], operator="convolution")
    >>> tw.draw.animation(steps, "sliding.gif")                                          # doctest: +SKIP
    PosixPath('sliding.gif')
    """
    steps, path = drawable(steps), Path(path)
    if fps <= 0:
        raise ArgumentError("fps", fps, "must be above 0", "write fps=1.5")
    writer = _writer(path, fps)
    scenes = [_moment(steps, step) for step in steps]
    sides = [scene.bounds() for scene in scenes]
    # Every frame has the bounds of the largest, so that nothing moves but the window.
    outer = Scene(
        [
            Words(min(s[0] for s in sides), min(s[1] for s in sides), " "),
            Words(max(s[2] for s in sides), max(s[3] for s in sides), " "),
        ]
    )
    for scene in scenes:
        scene.put(outer)
    first = drawn(scenes[0])
    unit = first.figure.get_figwidth() * POINTS / (first.ax.get_xlim()[1] - first.ax.get_xlim()[0])
    limits = {"xlim": first.ax.get_xlim(), "ylim": first.ax.get_ylim(), "aspect": "equal"}
    first.figure.set_facecolor(PAPER)
    with need("matplotlib").rc_context(SETTINGS), writer.saving(first.figure, str(path), dpi):
        for scene in scenes:
            first.ax.clear()
            render(scene, first.ax, unit)
            first.ax.set(**limits)
            first.ax.set_axis_off()
            writer.grab_frame()
    return path


def _writer(path: Path, fps: float) -> Any:
    writers = need("matplotlib.animation")
    kind = path.suffix.lower()
    if kind == ".gif":
        return writers.PillowWriter(fps=fps)
    if kind != ".mp4":
        raise FileError(path, "is neither .gif nor .mp4", "write a name that ends in one of them")
    if not writers.FFMpegWriter.isAvailable():
        raise MissingLibrary("ffmpeg", "an MP4 animation", "install it, or write a .gif")
    return writers.FFMpegWriter(fps=fps)


def _moment(steps: Explanation, step: Step, *, headers: bool = True, narrow: bool = False) -> Scene:
    labels, read = steps.labels, window(step)
    lent = outside(steps)
    moment = list(steps).index(step)
    made = {earlier.output: earlier for earlier in steps.steps[: moment + 1]}

    def layers(position: Index) -> list[Layer]:
        value = standing(lent[position]) if position in lent else number(steps.x[position])
        return [Layer(value, colour=FAINT if position in lent else "#1a1a1a")]

    signal = array("x", steps.x.shape, labels, layers, beside=lent, headers=headers, origin=False,
                   fill=lambda position: WINDOW if position in read else PAPER)  # fmt: skip
    for position, terms in read.items():
        x, y = corner(position)
        text = times(terms, labels)
        signal.add(Words(x + 0.9, y + 0.93, text, fitted(text, 0.25, 0.8), BLUE, True, "right", "bottom", name="times"))
    signal.add(frame(read, line=0.11))
    output = array(
        "y", steps.y.shape, labels, lambda o: [Layer(_made(steps, o) if o in made else "")],
        headers=headers, origin=False,
        fill=lambda o: NOW if o == step.output else DONE if o in made else PAPER,
    )  # fmt: skip
    output.add(frame([step.output], line=0.11))
    arrow = Scene([Line(((0, 0), (1.0, 0)), head=True, line=0.07)])
    panels = (
        below([signal, output], 0.5) if narrow or steps.x.ndim == 1 else beside([signal, arrow, output], 0.5, "middle")
    )
    one = replace(steps, steps=(step,))
    name = called("y", step.output, labels)
    said = f"step {moment + 1} of {len(steps.steps)}: {name}"
    if headers:
        said = f"{operator_name(steps)}, {said}"
        wide = panels.bounds()[2] - panels.bounds()[0]
        sums = [chain(block.node, wide) for block in one.blocks(levels=["numbers"]) if isinstance(block, Formula)]  # type: ignore[arg-type]
        scene = below([words(said, bold=True), panels, *sums], 0.3)
    else:
        scene = below([words(said, SMALL), panels], 0.25)
    scene.title = said
    scene.alt = as_text(one.blocks())
    return scene


def _made(steps: Explanation, output: Index) -> str:
    return "✓" if steps.labels.taps else number(steps.y[output])
