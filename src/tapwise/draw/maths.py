"""Formula trees in the mathematics that matplotlib writes, in pieces where a part is to be seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tapwise.draw.measure import extent
from tapwise.draw.scene import INK, NORMAL, Rect, Scene, Words
from tapwise.draw.style import tint
from tapwise.explanation.formula import Latex, Sym, Total

if TYPE_CHECKING:
    from tapwise.explanation.formula import Chain, Node, Num

_SIGN = "\x01"


class Mathtext(Latex):
    """LaTeX as far as matplotlib writes it."""

    times = r" \cdot "

    def _number(self, text: str) -> str:
        return super()._number(text).replace(r"\tfrac", r"\frac")

    def _lent(self, text: str) -> str:
        return f"[{text}]"

    def _symbol(self, name: str, below: int | None) -> str:
        return super()._symbol(_name(name), below)

    def _at(self, name: str, index: list[str], *, conjugate: bool) -> str:
        inside = ", ".join(f"{{{part}}}" if part.startswith("-") else part for part in index)
        return f"{_name(name)}{'^{*}' if conjugate else ''}[{inside}]"

    def _brackets(self, text: str) -> str:
        return f"({{{text}}})"

    def _sigma(self, letters: list[str], body: str) -> str:
        return "".join(rf"\sum_{{{letter}}}\," for letter in letters) + body

    def _over(self, text: str, number: str) -> str:
        return rf"\frac{{{text}}}{{{number}}}"


class _Signed(Mathtext):
    """The same, with the signs inside indices marked."""

    def _linear(self, terms: tuple[tuple[int, Sym | Num], ...], constant: int, over: int) -> str:
        text = super()._linear(terms, constant, over)
        if over != 1:
            return text
        if text.startswith("-"):
            text = f"{_SIGN}-{_SIGN}{text[1:]}"
        return re.sub(r" ([-+]) ", rf"{_SIGN}\1{_SIGN}", text)


def _name(name: str) -> str:
    """Return a name that a formula can hold: words upright, signs escaped."""
    name = re.sub(r"([$%#&_{}])", r"\\\1", name.replace("\\", ""))
    return re.sub(r"[A-Za-z]{2,}", lambda word: rf"\mathrm{{{word[0]}}}", name)


def maths(node: Node) -> str:
    """Return a formula as text that `Words` shows."""
    return f"${Mathtext().write(node)}$"


def formula(node: Node, size: float = NORMAL, *, colour: str | None = None) -> Scene:
    """Return a formula on one line; with a colour, the signs inside its indices stand on a field of it."""
    if colour is None:
        return Scene([Words(0, 0, maths(node), size, INK, False, "left", "baseline")])
    scene, x = Scene(), 0.0
    for number, piece in enumerate(_Signed().write(node).split(_SIGN)):
        if number % 2:
            text = f"${{{piece}}}$"
            width = extent(text, size)[0]
            scene.add(
                Rect(x + 0.05 * size, -0.85 * size, width + 0.4 * size, 1.15 * size, tint(colour, 0.3), colour, 0.04)
            )
            scene.add(Words(x + 0.25 * size, 0, text, size, INK, True, "left", "baseline", name="sign"))
            x += width + 0.5 * size
        else:
            text = f"${piece}$"
            scene.add(Words(x, 0, text, size, INK, False, "left", "baseline"))
            x += extent(text, size)[0]
    return scene


def chain(node: Chain, width: float, size: float = NORMAL) -> Scene:
    """Return sides that are equal: on one line, or one below the other, sums broken where they are too wide."""
    if extent(maths(node), size)[0] <= width:
        return formula(node, size)
    first, *others = node.sides
    scene = formula(first, size)
    indent = extent(maths(first), size)[0]
    pitch, y = 1.75 * size, 0.0
    for side in others:
        for number, line in enumerate(_lines(side, width - indent - 1.6 * size, size)):
            scene.add(Words(indent, y, line if number else f"$\\,=\\,${line}", size, INK, False, "left", "baseline"))
            y += pitch
    return scene


def _lines(node: Node, width: float, size: float) -> list[str]:
    """Return a sum on as many lines as it needs, anything else on one."""
    if not isinstance(node, Total) or len(node.terms) < 2:
        return [maths(node)]
    lines: list[tuple[Node, ...]] = [()]
    for term in node.terms:
        longer = (*lines[-1], term)
        if lines[-1] and extent(maths(Total(longer)), size)[0] > width:
            lines.append((term,))
        else:
            lines[-1] = longer
    texts = [Mathtext().write(Total(line)) for line in lines]
    return [
        f"${text}$" if not n else f"$\\quad{'' if text.startswith('-') else '+'} {text}$"
        for n, text in enumerate(texts)
    ]
