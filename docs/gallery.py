"""Builds docs/gallery.md and its pictures: the figures of two texts about the two operators, made again by the package.

    python docs/gallery.py [FOLDER]

Every picture and every number on the page is made here, from explanations; a test compares the page with what this
script builds.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import skimage.data

import tapwise as tw
from tapwise import draw
from tapwise.explanation import compare

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent

X = np.array(
    [
        [3, 1, 4, 1, 5, 9, 2], [6, 5, 3, 5, 8, 9, 7], [9, 3, 2, 3, 8, 4, 6], [2, 6, 4, 3, 3, 8, 3],
        [2, 7, 9, 5, 0, 2, 8], [8, 4, 1, 9, 7, 1, 6], [9, 3, 9, 9, 3, 7, 5],
    ]
)  # fmt: skip
H = np.array([[1, 2, 0], [3, 0, 1], [0, 1, 4]])
F = [2, 1, 3, 5, 4]
#: The image of the animation that most pages borrow, and the kernel that goes with it.
GREEN = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
YELLOW = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]


def steps(operator: str, **choices: Any) -> Any:
    """Return an explanation with the article's indices: 0 in the middle of everything, the column first."""
    return tw.explain(X, H, operator=operator, **{"origin": "centre", "axis_order": "column, row", **choices})


def letters(operator: str, **choices: Any) -> Any:
    """Return the same with letters for taps."""
    return steps(operator, letters=True, **choices)


def strip(kernel: list[int], operator: str) -> Any:
    """Return the steps of the answer's examples."""
    return tw.explain(F, kernel, operator=operator)


@dataclass(frozen=True)
class Figure:
    """A picture on the page: its file's name, its heading, what is said about it, and what draws it."""

    name: str
    heading: str
    text: str
    make: Callable[[], draw.Drawing]


CONV, CORR, LAG = "convolution", "cross-correlation", {"output_labels": "lag"}

ARTICLE = (
    Figure(
        "contact-sheet", "The window slides",
        "The animation that most pages borrow, for print: each frame has the kernel's taps as they are multiplied, "
        "and the outputs made so far. **A slip:** the article shows it as convolution, others as cross-correlation, "
        "and with this kernel nobody can tell: it is its own rotation by 180°, so both give the same nine numbers.",
        lambda: draw.contact_sheet(tw.explain(GREEN, YELLOW, operator=CONV)),
    ),
    Figure(
        "definitions", "Definitions, and how they relate",
        "Definitions found in books and in libraries' documentation, each in its own letters. What it is in our "
        "terms was found by computing both sides on numbers without any symmetry.",
        lambda: draw.definitions(narrow=True),
    ),
    Figure(
        "equation", "The equation",
        "Generated from the index law of the operator, with the ranges of the letters. **A slip:** the article "
        "writes x[m,n]∗h[m,n] for the operation, which names two numbers, not two arrays. And a sum from −k to k "
        "stands for 2k + 1 rows, not for a k × k image.",
        lambda: draw.equations(letters(CONV)),
    ),
    Figure(
        "kernel", "The kernel, with indices and with letters",
        "Column first, as in the article: k runs to the right. Letters that are already in use (h, i, j, k, l, m, "
        "n) are left out; **a slip:** the article calls two taps h and i, which are its names of the kernel and of "
        "an index.",
        lambda: draw.kernel(letters(CONV)),
    ),
    Figure(
        "signal", "The image, indexed from −3 to 3",
        "The centre is [0, 0]. That is a choice of labels: **the article says that it is needed** to make the "
        "formulas work out, but with the corner as [0, 0] every number is the same, and arrays of even size have no "
        "centre.",
        lambda: draw.signal(steps(CONV)),
    ),
    Figure(
        "zoom", "The lower right part of it",
        "Each cell with its index; what output y[1, 1] reads is shaded.",
        lambda: draw.zoom(letters(CONV), (1, 1)),
    ),
    Figure(
        "worked-convolution", "Convolution, the worked example",
        "On the left the indices are put in, on the right they are solved. **A slip:** for y[1, 1] the article says "
        "that i = 3 or j = 3 asks for a kernel element (1,2). They ask for column or row −2; +2 comes up on the "
        "other side, for i = −1 or j = −1.",
        lambda: draw.worked_example(letters(CONV, around=1), (1, 1)),
    ),
    Figure(
        "placement-convolution", "Convolution, the drawing",
        "Three lines a cell: the index of the sample, of the tap that meets it, and the tap. Convolution rotates "
        "the kernel by 180°.",
        lambda: draw.placement(letters(CONV), (1, 1), narrow=True),
    ),
    Figure(
        "equations", "The equations, side by side",
        "The article's cross-correlation is the middle one. It differs from convolution in one sign, but that sign "
        "does two things: it leaves the kernel as it is, *and* it counts the outputs backwards. The third is the "
        "form of every library (NumPy, SciPy, PyTorch, TensorFlow): the kernel as it is, the outputs in order.",
        lambda: draw.equations(letters(CONV), letters(CORR, **LAG), letters(CORR), legend=False),
    ),
    Figure(
        "windows", "What y[1, 1] reads",
        "**The article says** that the two operators read different pixels for the same output. That is an effect "
        "of its labels (C): in the libraries' form (B), cross-correlation reads for y[1, 1] exactly what "
        "convolution reads (A).",
        lambda: draw.windows(steps(CONV), steps(CORR), steps(CORR, **LAG), at=(1, 1)),
    ),
    Figure(
        "map-convolution", "Where outputs come from: convolution",
        "**The article says** that convolution runs from the bottom right upwards and cross-correlation from the "
        "top left downwards. Neither operator has an order in which outputs are made; convolution's outputs lie as "
        "their patches do.",
        lambda: draw.output_map(steps(CONV), narrow=True),
    ),
    Figure(
        "map-lag", "Where outputs come from: the article's cross-correlation",
        "y[p, q] comes from the patch around [−p, −q]. The grid is drawn in the order of the patches, and its "
        "labels run backwards: a library would not store it so. **The article says** that libraries implement this; "
        "they implement the next one. Where a dense layer follows, the rotation would be a harmless permutation; in "
        "x + f(x) it would not.",
        lambda: draw.output_map(steps(CORR, **LAG), narrow=True),
    ),
    Figure(
        "map-correlation", "Where outputs come from: the libraries' cross-correlation",
        "y[p, q] comes from the patch around [p, q], as for convolution.",
        lambda: draw.output_map(steps(CORR), narrow=True),
    ),
    Figure(
        "worked-lag", "The article's cross-correlation, the worked example",
        "The patch that convolution turns into y[1, 1] gives y[−1, −1] here. **A slip** the other way round: in "
        "this example i = 3 does ask for kernel index 2.",
        lambda: draw.worked_example(letters(CORR, around=1, **LAG), (-1, -1)),
    ),
    Figure(
        "worked-correlation", "The libraries' cross-correlation, the worked example",
        "The same patch, the same products and the same sum; the output is called y[1, 1].",
        lambda: draw.worked_example(letters(CORR, around=1), (1, 1), most=4),
    ),
    Figure(
        "placement-correlation", "Cross-correlation, the drawing",
        "The kernel is put in place as it is. (The article's next picture, of a dog in a backflip, is not ours to "
        "make again.)",
        lambda: draw.placement(letters(CORR, **LAG), (-1, -1), narrow=True),
    ),
)  # fmt: skip

ANSWER = (
    Figure(
        "sliding", "The usual illustration",
        "One moment of it, and its operator named. The dark frame is what y[1, 2] reads.",
        lambda: draw.sliding(tw.explain(GREEN, [[1, 2, 0], [0, 1, 0], [3, 0, 1]], operator=CORR), (1, 2)),
    ),
    Figure(
        "example-1-convolution", "Example 1: convolution",
        "The kernel [1, −1] is reversed and slides. **A weak example:** this kernel is antisymmetric, so the flip "
        "looks like a minus sign, and both results read the same backwards, so that reversed labels would not show "
        "either. **Signs:** the answer writes ⊛ and ⊗, which usually mean circular convolution and the Kronecker "
        "product; ∗ and ⋆ are common for these two.",
        lambda: draw.strips(strip([1, -1], CONV)),
    ),
    Figure(
        "example-1-correlation", "Example 1: cross-correlation",
        "The kernel slides as it is given.",
        lambda: draw.strips(strip([1, -1], CORR)),
    ),
    Figure(
        "example-2-convolution", "Example 2: a symmetric kernel",
        "**A slip of notation:** the answer writes −2 + 2 + −3 for what is −2 + 2 − 3. And its program sets the "
        "kernel to [−1, 2, 1], not [−1, 2, −1], but never uses it: had it, the two operators would have given "
        "{h2_conv} and {h2_corr}.",
        lambda: draw.strips(strip([-1, 2, -1], CONV)),
    ),
    Figure(
        "example-2-correlation", "Example 2: cross-correlation gives the same",
        "A symmetric kernel is one that equals its rotation by 180°, not its transpose. **The two texts contradict "
        "each other here:** with the article's labels even a symmetric kernel gives {lag_2}, the same numbers "
        "backwards.",
        lambda: draw.strips(strip([-1, 2, -1], CORR)),
    ),
    Figure(
        "clearer", "A clearer example",
        "With the kernel [1, 2, 0] nothing hides: convolution and cross-correlation give {clear_conv} and "
        "{clear_corr}.",
        lambda: draw.strips(strip([1, 2, 0], CONV)),
    ),
    Figure(
        "parity", "Where the operators agree",
        "Every kernel is the sum of an even and an odd part. For the even part both operators give the same, for "
        "the odd part opposite signs. A symmetric kernel has no odd part, an antisymmetric one no even part.",
        lambda: draw.parity(F, [1, 2, 0]),
    ),
    Figure(
        "gradients", "The backward pass",
        "**Half true:** “correlation forward, convolution backward”. For a cross-correlation forward, the gradient "
        "by the input is a full convolution of g = dL/dy with the kernel, but the gradient by the kernel is a "
        "cross-correlation of the signal with g. For a convolution forward it is a correlation, and a correlation "
        "with its result reversed.",
        lambda: draw.gradients(tw.explain_gradient(F, [1, 2, 0], [1, 10, 100], operator=CORR), sample=1, tap=0),
    ),
)  # fmt: skip

MORE = (
    Figure(
        "boundary", "Beside the image",
        "What a boundary puts beside the image is hatched and stands in brackets: here the image mirrored at its "
        "last sample, for the first output.",
        lambda: draw.placement(steps(CORR, size="same", boundary="symmetric"), (-3, -3), values=True),
    ),
    Figure(
        "stride", "Stride and dilation",
        "Every second output, and taps two samples apart.",
        lambda: draw.strips(tw.explain([2, 1, 3, 5, 4, 7, 6], [1, 2, 3], operator=CONV, size="same", boundary="edge",
                                       stride=2, dilation=2)),
    ),
    Figure(
        "photograph", "A photograph",
        "An emboss kernel under both operators: the light falls from opposite sides, and the difference shows where.",
        lambda: draw.filtered(skimage.data.camera()[84:204, 198:318], tw.kernels.emboss()),
    ),
)  # fmt: skip

HEAD = """\
# Gallery

<!-- Built by docs/gallery.py; change that, not this. -->

The figures of two texts on convolution and cross-correlation, made again from numbers by `tapwise.draw`, and what
became clear while doing so. Each figure is one call, works for your own arrays, and has its content as text for those
who do not see it.

```python
import tapwise as tw

steps = tw.explain(x, h, operator="convolution", origin="centre", axis_order="column, row", letters=True)
figure = tw.draw.placement(steps, at=(1, 1))  # or ax=, to draw on axes of your own
figure.savefig("placement.pdf")  # .svg, .png, ...
```

The same on the command line, and as a page to explore in a browser:

    tapwise explain x.npy h.npy --operator convolution --origin centre --columns-first --letters \\
        --figure placement --at 1,1 -o placement.pdf
    tapwise explain x.npy h.npy --html page.html --open
"""

LISTINGS = """\
### The listings

The first example in the libraries that give its numbers, run while this page was built. (The answer has a TensorFlow
program too, whose comment promises [1, −2, −2, 1]. It computes that, but prints a tensor of shape (1, 4, 1).)

"""

SECTIONS = (
    (
        "The article: Convolution vs. Cross-Correlation",
        (
            "[Rachel Draelos, Glass Box, "
            "2019](https://glassboxmedicine.com/2019/07/26/convolution-vs-cross-correlation/). Its indices are kept: 0 "
            "in the middle of image, kernel and output, the column before the row. Numbers of our own stand for the "
            "image."
        ),
        ARTICLE,
    ),
    (
        "The answer: Do convolutional neural networks perform convolution or cross-correlation?",
        "An answer on AI Stack Exchange (2020). Its signal is f = [2, 1, 3, 5, 4].",
        ANSWER,
    ),
    ("Beyond the texts", "", MORE),
)


def numbers() -> dict[str, str]:
    """Return the numbers that the page's sentences quote."""

    def said(operator: str, kernel: list[int]) -> str:
        return str(tw.apply(F, kernel, operator=operator).tolist()).replace("-", "−")

    lag = tw.explain(F, [-1, 2, -1], operator=CORR, origin="textbook", output_labels="lag")
    by_label = dict(sorted((lag.labels.of_output(step.output), step.total) for step in lag))
    return {
        "h2_conv": said(CONV, [-1, 2, 1]), "h2_corr": said(CORR, [-1, 2, 1]),
        "clear_conv": said(CONV, [1, 2, 0]), "clear_corr": said(CORR, [1, 2, 0]),
        "lag_2": str(list(by_label.values())).replace("-", "−"),
    }  # fmt: skip


def listing() -> str:
    """Return the first example in the libraries that give its numbers, each call run, with what it returned."""
    both = compare(F, [1, -1])
    lines = [">>> import numpy as np, scipy.signal", f">>> x, h = {F}, [1, -1]"]
    for calls in (both.convolution_from, both.correlation_from):
        for call in calls:
            if call.startswith(("np.", "scipy.signal.")):
                lines += [f">>> {call}", _run(call)]
    return "```python\n" + "\n".join(lines) + "\n```\n"


def _run(call: str) -> str:
    import scipy.signal

    return repr(eval(call, {"np": np, "scipy": scipy, "x": F, "h": [1, -1]}))  # noqa: S307 - the catalogue's own calls


def page() -> str:
    """Return the page."""
    known, parts = numbers(), [HEAD]
    for title, introduction, figures in SECTIONS:
        parts.append(f"## {title}\n" + (f"\n{introduction}\n" if introduction else ""))
        for figure in figures:
            image = f"![{figure.heading}](gallery/{figure.name}.svg)"
            parts.append(f"### {figure.heading}\n\n{figure.text.format(**known)}\n\n{image}\n")
            if figure.name == "contact-sheet":
                parts.append("It moves in [gallery/sliding.gif](gallery/sliding.gif).\n")
            if figure.name == "example-2-correlation":
                parts.append(LISTINGS + listing())
    return "\n".join(parts)


def build(folder: Path) -> dict[str, draw.Drawing]:
    """Write the page and its pictures into a folder, and return the pictures by their names."""
    drawings = {figure.name: figure.make() for _, _, figures in SECTIONS for figure in figures}
    pictures = folder / "gallery"
    pictures.mkdir(parents=True, exist_ok=True)
    for name, drawing in drawings.items():
        drawing.savefig(pictures / f"{name}.svg")
    draw.animation(tw.explain(GREEN, YELLOW, operator=CONV), pictures / "sliding.gif", dpi=80)
    (folder / "gallery.md").write_text(page(), encoding="utf-8")
    return drawings


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
