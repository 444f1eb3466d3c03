"""Figures of random conventions read back, 300 for each number of axes: every number on them is the oracle's.

Scenes are read, before anything is drawn: `test_drawing` shows that what is drawn is what the scene says.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.ndimage

import tapwise as tw
from tapwise import draw
from tapwise.draw import measure
from tapwise.draw.scene import Picture, Rect, Scene, Words
from tests import oracle
from tests.draw.reading_back import Index, label, whole
from tests.explanation.test_steps import drawn
from tests.explanation.test_written import oracle_product, random_labels, solved

CONSTANT = 7


@pytest.fixture(autouse=True)
def scenes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures return their scene without drawing it."""
    for name, room in list(sys.modules.items()):
        if name.startswith("tapwise.draw.") and hasattr(room, "drawn") and not name.endswith(".drawing"):
            monkeypatch.setattr(room, "drawn", lambda scene, _ax=None: SimpleNamespace(scene=scene))


@pytest.fixture
def rough(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Texts are measured by their length, where many long sums would take their time."""
    monkeypatch.setattr("tapwise.draw.measure._box", lambda text, _bold: (60.0 * len(text), 80.0, 20.0))
    measure.extent.cache_clear()
    yield
    measure.extent.cache_clear()


class Case:
    """A random convention on random numbers, its explanation, and the oracle's pairs of each output."""

    def __init__(self, rng: random.Random, ndim: int) -> None:
        self.axes: list[Any] = []
        while not self.axes or not all(self.axes):
            meant, lengths, taps, self.axes = drawn(rng, ndim)
        self.x, self.h = (np.array([rng.randint(-9, 9) for _ in range(int(np.prod(n)))]).reshape(n)
                          for n in (lengths, taps))  # fmt: skip
        self.labels = random_labels(rng, ndim)
        self.steps = tw.explain(self.x, self.h, meant, **self.labels)
        self.y = oracle.apply(dict(np.ndenumerate(self.x)), dict(np.ndenumerate(self.h)), self.axes, constant=CONSTANT)
        self.output = rng.choice(list(np.ndindex(*(len(axis) for axis in self.axes))))

    def label(self, role: str, index: Index) -> Index:
        """What an index is called, by hand."""
        sign = -1 if role == "y" and self.labels["output_labels"] == "lag" else 1
        turn = -1 if self.labels["axis_order"] == "column, row" else 1
        return tuple((sign * (np.array(index) - self.labels["origin"][role]))[::turn].tolist())

    @property
    def at(self) -> Index:
        return self.label("y", self.output)

    def pairs(self, output: Index) -> Iterator[tuple[Index, Index | None, int]]:
        """Each tap of an output, the sample it meets if it is one or the boundary's, and the value there."""
        for path in oracle_product([axis[o] for axis, o in zip(self.axes, output, strict=True)]):
            answers = [answer for _, answer in path]
            sample = tuple(answers) if all(isinstance(answer, int) for answer in answers) else None
            value = 0 if "zero" in answers else CONSTANT if sample is None else int(self.x[sample])
            yield tuple(t for t, _ in path), sample, value

    def products(self, output: Index) -> list[tuple[int, int]]:
        """(value, weight) of each pair, in order of size."""
        return sorted((value, int(self.h[tap])) for tap, _, value in self.pairs(output))


def cells(scene: Scene, name: str) -> dict[Index, list[str]]:
    """The lines of text in an array's cells, by label."""
    found: dict[Index, list[str]] = {}
    for item in scene.items:
        if isinstance(item, Words) and (match := re.fullmatch(rf"{name}(\[[^]]*\]):\d", item.name)):
            found.setdefault(label(match[1]), []).append(item.text)
    return found


def overlay(scene: Scene, name: str) -> list[tuple[int, int]]:
    """(value, weight) of the cells of an array that have "×weight" written into them, in order of size."""
    rects = [item for item in scene.items if isinstance(item, Rect) and re.fullmatch(rf"{name}\[.*\]", item.name)]
    values = cells(scene, name)
    found = []
    for item in scene.items:
        if isinstance(item, Words) and item.name == "times":
            (under,) = [r for r in rects if 0 < item.x - r.x < r.width and 0 < item.y - r.y < r.height]
            found.append((whole(values[label(under.name)][0]), whole(item.text)))
    return sorted(found)


def formula(text: str) -> str:
    """A formula of a figure as Python would write it."""
    text = text.replace(r"\quad", "")
    return re.sub(r"[${}\\,]|\s", "", text.replace(r"\cdot", "*").replace("−", "-")).replace("[", "(").replace("]", ")")


def numbers_of(texts: list[str]) -> Iterator[tuple[int, int]]:
    """The factors of formulas that are a product of two numbers."""
    for text in texts:
        if match := re.fullmatch(r"\(?(-?\d+)\)?\*\(?(-?\d+)\)?", formula(text)):
            yield int(match[1]), int(match[2])


def signal_and_kernel(case: Case) -> None:
    seen = cells(draw.signal(case.steps).scene, "x")
    for index, value in np.ndenumerate(case.x):
        assert seen.pop(case.label("x", index)) == [str(value).replace("-", "−")]
    beside = {whole(lines[0]) for lines in seen.values()}
    assert beside <= {0, CONSTANT, *case.x.ravel().tolist()}
    kernel = draw.kernel(case.steps).scene
    shown = {at: [whole(text) for text in lines if "[" not in text] for at, lines in cells(kernel, "h").items()}
    assert {at: values[-1] for at, values in shown.items() if values} == {
        case.label("h", index): int(value) for index, value in np.ndenumerate(case.h)
    }


def slides(case: Case) -> None:
    scene = draw.sliding(case.steps, case.at).scene
    assert overlay(scene, "x") == case.products(case.output)
    made = {at: whole(lines[0]) for at, lines in cells(scene, "y").items()}
    assert made == {case.label("y", o): int(v) for o, v in case.y.items() if o <= case.output}
    tail = formula("".join(item.text for item in scene.items if isinstance(item, Words) and item.text.startswith("$")))
    sides = tail.rsplit("y(", 1)[1].split("=")[1:]
    assert {eval(side) for side in sides} == {case.y[case.output]}


def places(case: Case) -> None:
    found = cells(draw.placement(case.steps, case.at, values=True).scene, "x")
    shown = []
    for lines in found.values():
        if len(lines) == 3:
            value, weight = map(whole, lines[2].split(" · "))
            shown.append((label(lines[1]), value, weight))
    assert sorted(shown) == sorted((case.label("h", t), v, int(case.h[t])) for t, _, v in case.pairs(case.output))
    assert all(label(lines[0]) == at for at, lines in found.items())


def boxes(case: Case) -> None:
    """Of windows that lie inside the signal: the box is around the samples that are read."""
    inner = [o for o in case.y if all(a >= 0 for a in o) and not reads_beside(case, o)][:5]
    if not inner:
        return
    scene = draw.output_map(case.steps, at=[case.label("y", o) for o in inner]).scene
    assert {at: whole(lines[0]) for at, lines in cells(scene, "y").items()} == {
        case.label("y", o): int(v) for o, v in case.y.items()
    }
    alone = draw.windows(case.steps, at=case.label("y", inner[0])).scene
    for letter, output, shown in (
        ("A", inner[0], alone),
        *((a, o, scene) for a, o in zip("ABCDE", inner, strict=False)),
    ):
        read = np.array([sample for _, sample, _ in case.pairs(output)])
        spanned = np.ndindex(*(read.max(0) - read.min(0) + 1))
        assert enclosed(shown, f"window {letter}") == {case.label("x", tuple(read.min(0) + step)) for step in spanned}


def enclosed(scene: Scene, name: str) -> set[Index]:
    """The labels of the signal's cells whose middles lie in a box."""
    rects = [item for item in scene.items if isinstance(item, Rect)]
    (box,) = [rect for rect in rects if rect.name == name]
    return {
        label(r.name) for r in rects
        if re.fullmatch(r"x\[.*\]", r.name) and box.x < r.x + r.width / 2 < box.x + box.width
        and box.y < r.y + r.height / 2 < box.y + box.height
    }  # fmt: skip


def reads_beside(case: Case, output: Index) -> bool:
    """Whether an output reads beside the signal: then some step's term says so, by the explanation itself."""
    (step,) = [step for step in case.steps if step.output == output]
    return any(term.status != "sample" for term in step.terms)


def works(case: Case) -> None:
    scene = draw.worked_example(case.steps, case.at).scene
    lines = [text for text in scene.texts if text.startswith("$")]
    used = Counter((value, int(case.h[tap])) for tap, sample, value in case.pairs(case.output)
                   if sample is not None or value == CONSTANT)  # fmt: skip
    found = Counter(numbers_of(lines))
    assert found == used  # what is read as nothing has no numbers
    tail = formula(
        "".join(lines[lines.index(next(t for t in lines[1:] if t.startswith("$y[") and r"\sum" not in t)) :])
    )
    assert {eval(side) for side in tail.split("=")[1:]} == {case.y[case.output]}


def laws(case: Case) -> None:
    alt = draw.equations(case.steps, over="taps").scene.alt
    law = alt.split("; ")[0].partition(": ")[2].rstrip(".")
    for step in list(case.steps)[:3]:
        for term in step.used:
            if term.tap is not None and term.position is not None:
                m, k, i = (case.label(r, p) for r, p in zip("yhx", (step.output, term.tap, term.position), strict=True))
                assert solved(law, m, k, i, "taps"), (law, m, k, i)


def strip(case: Case) -> None:
    scene = draw.strips(case.steps).scene
    assert {at: whole(lines[0]) for at, lines in cells(scene, "y").items()} == {
        case.label("y", o): int(v) for o, v in case.y.items()
    }
    for output, total in case.y.items():
        name = str(case.label("y", output)[0]).replace("-", "−")
        weights = [whole(i.text) for i in scene.items if isinstance(i, Words) and i.name == f"tap y[{name}]:1"]
        assert sorted(weights) == sorted(case.h.ravel().tolist())
        start = f"$y[{{{name.replace('−', '-')}}}]" if "−" in name else f"$y[{name}]"
        (line,) = [text for text in scene.texts if text.startswith(start) and r"\sum" not in text]
        assert {eval(side) for side in formula(line).split("=")[1:]} == {total}


FIGURES = (signal_and_kernel, slides, places, boxes, works, laws)


@pytest.mark.usefixtures("rough")
@pytest.mark.parametrize("ndim", [1, 2])
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: str(figure.__name__))
def test_random_conventions(figure: Any, ndim: int) -> None:
    rng = random.Random(40 + ndim)
    for _ in range(300):
        figure(Case(rng, ndim))


@pytest.mark.usefixtures("rough")
def test_random_strips() -> None:
    rng = random.Random(41)
    for _ in range(300):
        strip(Case(rng, 1))


@pytest.mark.parametrize("ndim", [1, 2])
def test_matplotlib_understands_every_law(ndim: int) -> None:
    """Measured truly: whatever sign a law begins with, and whatever number divides it."""
    rng = random.Random(50 + ndim)
    for _ in range(300):
        laws(Case(rng, ndim))
    for _ in range(12):
        case = Case(rng, ndim)
        slides(case)
        works(case)


@pytest.mark.usefixtures("rough")
@pytest.mark.parametrize("figure", [*FIGURES, strip], ids=lambda figure: str(figure.__name__))
def test_other_numbers_are_caught(figure: Any) -> None:
    """The twin: each reader complains of the figure of another kernel, or of another operator."""
    rng, caught = random.Random(7), 0
    for _ in range(20):
        case = Case(rng, 1)
        other = tw.explain(case.x + 1, case.h[::-1] - 1, case.steps.convention, **{
            **case.labels, "origin": {name: tuple(p + 1 for p in at) for name, at in case.labels["origin"].items()}
        })  # fmt: skip
        if figure is laws:
            case.labels = {
                **case.labels,
                "origin": {**case.labels["origin"], "h": (case.labels["origin"]["h"][0] + 1,)},
            }
        else:
            case.steps = other
        try:
            figure(case)
        except (AssertionError, KeyError, ValueError, tw.errors.ArgumentError):
            caught += 1
    assert caught > 10


@pytest.mark.usefixtures("rough")
@pytest.mark.parametrize("ndim", [1, 2])
def test_random_gradients(ndim: int) -> None:
    rng = random.Random(60 + ndim)
    for _ in range(300):
        case = Case(rng, ndim)
        g = np.array([rng.randint(-9, 9) for _ in range(case.steps.y.size)]).reshape(case.steps.y.shape)
        dx, dh = dict.fromkeys(np.ndindex(case.x.shape), 0), dict.fromkeys(np.ndindex(case.h.shape), 0)
        fed: list[tuple[int, int]] = []
        met: list[tuple[int, int]] = []
        tap, sample = rng.choice(list(dh)), rng.choice(list(dx))
        for output in case.y:
            for t, s, value in case.pairs(output):
                dh[t] += value * int(g[output])
                if s is not None:
                    dx[s] += int(case.h[t] * g[output])
                    fed += [(int(g[output]), int(case.h[t]))] if s == sample else []
                met += [(value, int(g[output]))] if t == tap else []
        found = tw.explain_gradient(case.x, case.h, g, case.steps.convention, at=sample, taps=tap)
        scene = draw.gradients(found, sample, tap).scene
        assert {at: whole(lines[0]) for at, lines in cells(scene, "dx").items()} == dx
        assert {at: whole(lines[0]) for at, lines in cells(scene, "dh").items()} == dh
        totals = re.findall(r"= (−?\d+)\.", scene.alt + ".")
        assert [whole(total) for total in totals][-1] == dh[tap]


def test_random_images_are_filtered_as_scipy_does() -> None:
    rng = np.random.default_rng(3)
    for _ in range(300):
        image = rng.integers(0, 256, rng.integers(3, 9, 2))
        kernel = rng.integers(-4, 5, rng.choice([1, 3], 2))
        scene = draw.filtered(image, kernel).scene
        shown = [item.pixels for item in scene.items if isinstance(item, Picture)]
        convolved, correlated = (
            f(image.astype(float), kernel, mode="mirror") for f in (scipy.ndimage.convolve, scipy.ndimage.correlate)
        )
        for pixels, wanted in zip(shown, (image, convolved, correlated, convolved - correlated), strict=True):
            assert (pixels == wanted).all()


@pytest.mark.parametrize("ndim", [1, 2])
def test_random_kernels_and_their_parts(ndim: int) -> None:
    rng = random.Random(80 + ndim)
    done = 0
    while done < 300:
        n = [rng.randint(3, 5) for _ in range(ndim)]
        k = [rng.randint(1, 3) for _ in range(ndim)]
        x, h = (np.array([rng.randint(-9, 9) for _ in range(int(np.prod(s)))]).reshape(s) for s in (n, k))
        scene = draw.parity(x, h, size=rng.choice(["valid", "same", "full"])).scene
        parts = {}
        for name in ("even part", "odd part", "h"):
            found = cells(scene, name.replace(" ", r"\ "))
            parts[name] = {at: eval(lines[0].replace("−", "-")) for at, lines in found.items()}
        for at, value in np.ndenumerate(h):
            mirror = tuple(size - 1 - a for size, a in zip(h.shape, at, strict=True))
            assert parts["h"][at] == value
            assert (parts["even part"][at], parts["odd part"][at]) == ((value + h[mirror]) / 2, (value - h[mirror]) / 2)
        done += 1
