"""Draws docs/operators.svg: where each operator puts the taps of one kernel under one signal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tapwise import compare

if TYPE_CHECKING:
    from tapwise.explanation import Explanation

TARGET = Path(__file__).parent / "operators.svg"
CELL, GAP, LEFT, TOP, PANEL = 44, 10, 30, 96, 400
#: One colour a tap, told apart in grey by lightness, and named in every cell.
COLOURS = ("#fde68a", "#93c5fd", "#c4b5fd")


def cell(x: int, y: int, text: str, fill: str, small: str = "") -> str:
    """Return one square with a number, and a small name in its corner."""
    parts = [
        f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{fill}" stroke="#334155"/>',
        f'<text x="{x + CELL // 2}" y="{y + CELL // 2 + 10}" font-size="19" text-anchor="middle">{text}</text>',
    ]
    if small:
        parts.append(f'<text x="{x + 4}" y="{y + 12}" font-size="10">{small}</text>')
    return "".join(parts)


def panel(steps: Explanation, x: int, title: str, subtitle: str) -> str:
    """Return one operator: the signal, the taps under it for every output, and the outputs."""
    lines = [
        f'<text x="{x}" y="34" font-size="21" font-weight="bold">{title}</text>',
        f'<text x="{x}" y="58" font-size="15">{subtitle}</text>',
        f'<text x="{x}" y="{TOP - 8}" font-size="13">signal x</text>',
    ]
    lines += [cell(x + i * CELL, TOP, str(v), "#ffffff") for i, v in enumerate(steps.x.tolist())]
    for step in steps:
        y = TOP + (step.output[0] + 1) * (CELL + GAP) + GAP
        for term in step.used:
            (tap,), (sample,) = term.tap, term.sample or (0,)
            lines.append(cell(x + sample * CELL, y, f"×{term.weight}", COLOURS[tap], f"h[{tap}]"))
        end = x + len(steps.x) * CELL
        lines.append(
            f'<text x="{end + 14}" y="{y + CELL // 2 + 7}" font-size="19">y[{step.output[0]}] = {step.total}</text>'
        )
    return "".join(lines)


def picture() -> str:
    """Return the picture as SVG."""
    both = compare([2, 1, 3, 5, 4], [1, 2, 0])
    height = TOP + (len(both.convolution.steps) + 1) * (CELL + GAP) + 2 * GAP
    described = "; ".join(
        f"{name}: " + ", ".join(f"y[{s.output[0]}] = {s.total}" for s in steps)
        for name, steps in (("convolution", both.convolution), ("cross-correlation", both.correlation))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * PANEL} {height}" role="img" '
        'aria-labelledby="title desc" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" fill="#0f172a">'
        '<title id="title">One kernel, h = [1 2 0], slid over one signal, x = [2 1 3 5 4], by both operators</title>'
        f'<desc id="desc">{described}</desc>'
        f'<rect width="{2 * PANEL}" height="{height}" rx="12" fill="#f8fafc"/>'
        + panel(both.convolution, LEFT, "convolution", "the kernel is flipped: h[2] h[1] h[0]")
        + panel(both.correlation, LEFT + PANEL, "cross-correlation", "the kernel as it is given: h[0] h[1] h[2]")
        + "</svg>\n"
    )


if __name__ == "__main__":
    TARGET.write_text(picture(), encoding="utf-8")
