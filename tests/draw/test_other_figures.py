"""Boundaries, gradients, parts of kernels, photographs: their numbers against NumPy and SciPy."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.ndimage

import tapwise as tw
from tapwise import draw
from tapwise.draw.scene import Picture
from tests.draw.reading_back import cells, enclosed, shown, whole

X = np.array([[3, 1, 4, 1], [5, 9, 2, 6], [5, 3, 5, 8]])
H = np.array([[1, 2, 0], [0, 3, 1]])


@pytest.mark.parametrize(
    ("boundary", "mode"), [("edge", "edge"), ("symmetric", "symmetric"), ("reflect101", "reflect"), ("wrap", "wrap")]
)
def test_cells_beside_the_image_hold_what_the_boundary_puts_there(boundary: str, mode: str) -> None:
    figure = draw.signal(tw.explain(X, H, operator="convolution", size="pads(2,2)", boundary=boundary))
    wide = np.pad(X, 2, mode=mode)  # type: ignore[call-overload]
    found = {at: lines[0] for at, lines in cells(figure, "x").items()}
    assert {at: whole(text) for at, text in found.items()} == {
        (i - 2, j - 2): int(v) for (i, j), v in np.ndenumerate(wide)
    }
    inside = {at for at, text in found.items() if not text.startswith("[")}
    assert inside == set(np.ndindex(X.shape))
    dashed = {
        patch.get_gid()
        for patch in figure.ax.patches
        if patch.get_linestyle() not in ("-", "solid") and patch.get_gid()
    }
    assert len(dashed) == wide.size - X.size


def test_a_constant_and_nothing_beside_the_signal() -> None:
    for boundary, text in (("constant(7)", "[7]"), ("zero", "0")):
        found = cells(
            draw.signal(tw.explain([2, 1], [1, 2, 3], operator="convolution", size="full", boundary=boundary)), "x"
        )
        assert [found[i,][0] for i in range(-2, 4)] == [text, text, "2", "1", text, text]


def test_gradients_of_one_sample_and_one_tap() -> None:
    g = np.array([[1, 10], [100, 1000]])
    found = tw.explain_gradient(X, H, g, operator="cross-correlation")
    figure = draw.gradients(found, sample=(1, 1), tap=(1, 2))
    wide = np.pad(g, ((1, 1), (2, 2)))
    dx = [[int((wide[i : i + 2, j : j + 3] * H[::-1, ::-1]).sum()) for j in range(4)] for i in range(3)]
    dh = [[int((X[k : k + 2, j : j + 2] * g).sum()) for j in range(3)] for k in range(2)]
    assert {at: whole(lines[0]) for at, lines in cells(figure, "dx").items()} == dict(np.ndenumerate(np.array(dx)))
    assert {at: whole(lines[0]) for at, lines in cells(figure, "dh").items()} == dict(np.ndenumerate(np.array(dh)))
    assert figure.alt.endswith(f"= {dh[1][2]}.")
    assert f" = {dx[1][1]}. dh[1, 2] = " in figure.alt
    times = [text.get_text() for text in figure.ax.texts if (text.get_gid() or "").startswith("times")]
    assert sorted(times[:6]) == sorted(f"×{v}" for v in H.ravel())
    assert times[6:] == [f"×{v}" for v in g.ravel()]


@pytest.mark.parametrize(("x", "h"), [([2, 1, 3, 5, 4], [1, 2, 0]), (X, H)])
def test_even_and_odd_part(x: Any, h: Any) -> None:
    figure = draw.parity(x, h)
    kernel = np.array(h)

    def values(name: str, suffix: str = "") -> Any:
        found = {}
        for text in figure.ax.texts:
            gid = text.get_gid() or ""
            if gid.startswith(f"{name}[") and gid.endswith(f":0{suffix}"):
                at = gid[len(name) + 1 : gid.index("]")]
                found[tuple(int(i) for i in at.split(","))] = Fraction(text.get_text().replace("−", "-"))
        return found

    even, odd = values("evenpart"), values("oddpart")
    flipped = np.flip(kernel)
    for at, value in np.ndenumerate(kernel):
        assert even[at] + odd[at] == value
        assert even[at] - odd[at] == flipped[at]
    whole_, a, b = values("wholekernel"), values("oftheevenpart"), values("oftheoddpart")
    assert whole_ == {at: a[at] + b[at] for at in a} == dict(np.ndenumerate(tw.convolve(x, h)))
    whole_2, a_2, b_2 = values("wholekernel", ".2"), values("oftheevenpart", ".2"), values("oftheoddpart", ".2")
    assert a_2 == a
    assert b_2 == {at: -value for at, value in b.items()}
    assert whole_2 == dict(np.ndenumerate(tw.correlate(x, h)))


def test_a_photograph_is_filtered_as_scipy_filters_it() -> None:
    image = np.random.default_rng(0).integers(0, 256, (9, 12)).astype(np.uint8)
    kernel = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])
    pictures = [item for item in draw.filtered(image, kernel).scene.items if isinstance(item, Picture)]
    wanted = [
        getattr(scipy.ndimage, name)(image.astype(float), kernel, mode="mirror") for name in ("convolve", "correlate")
    ]
    assert [picture.name for picture in pictures] == [
        "image",
        "convolution",
        "cross-correlation",
        "convolution − cross-correlation",
    ]
    for picture, pixels in zip(pictures, [image, *wanted, wanted[0] - wanted[1]], strict=True):
        assert (picture.pixels == pixels).all()
    assert (pictures[1].pixels != pictures[2].pixels).any()
    assert (pictures[1].low, pictures[1].high) == (pictures[2].low, pictures[2].high)
    assert pictures[3].low == -pictures[3].high


def test_letters_have_no_sum() -> None:
    steps = tw.explain(X, H, operator="convolution", letters=True)
    outputs = cells(draw.output_map(steps), "y")
    assert outputs[0, 1] == ["[0, 1]"]
    assert "✓" in shown(draw.sliding(steps, (1, 1)))


def test_dilated_windows_mark_only_what_is_read() -> None:
    steps = tw.explain(range(9), [1, 2, 3], operator="cross-correlation", dilation=2, stride=2, at=1)
    found = {at[0]: lines for at, lines in cells(draw.placement(steps, margin=0), "x").items()}
    assert {i: lines[1] for i, lines in found.items() if len(lines) == 3} == {2: "h[0]", 4: "h[1]", 6: "h[2]"}
    assert enclosed(draw.windows(steps), "windowA", "x") == {(i,) for i in range(2, 7)}
