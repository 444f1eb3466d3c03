"""Formulas as trees, and their three notations: text, LaTeX and MathML."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Num:
    """A number; `lent` when the boundary put it there."""

    value: Any
    lent: bool = False


@dataclass(frozen=True, slots=True)
class Sym:
    """A letter, with a number below it or not."""

    name: str
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Linear:
    """Whole multiples of letters or numbers and a constant, over a whole number: (2i - m + 1)/3."""

    terms: tuple[tuple[int, Sym | Num], ...]
    constant: int = 0
    over: int = 1


@dataclass(frozen=True, slots=True)
class At:
    """An element of an array, `conjugate` or not: x[i, j]."""

    name: str
    index: tuple[Node, ...]
    conjugate: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """Factors."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """Summands."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sigma:
    """A sum over letters."""

    letters: tuple[Sym, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """Sides that are equal."""

    sides: tuple[Node, ...]


Node = Num | Sym | Linear | At | Product | Total | Sigma | Chain


def spelled(value: Any) -> str:
    """Return a number in its shortest exact spelling."""
    if isinstance(value, np.generic):
        value = value.item() if value.dtype.char not in "gG" else str(value)
    if isinstance(value, complex) and value.imag == 0:
        value = value.real
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value)) if value or str(value)[0] != "-" else "-0.0"
    return str(value)


def _negative(node: Node) -> bool:
    return isinstance(node, Num) and not node.lent and spelled(node.value).startswith("-")


def _compound(node: Node) -> bool:
    """Whether a node needs brackets as a factor."""
    if isinstance(node, Num):
        return not node.lent and (_negative(node) or isinstance(node.value, Fraction))
    return isinstance(node, (Linear, Total))


class Notation:
    """How trees are written in one notation; the methods below are its only differences."""

    minus, plus, times, equals = " - ", " + ", "*", " = "

    def write(self, node: Node) -> str:
        """Return the tree in this notation."""
        match node:
            case Num(value, lent):
                text = self._number(spelled(value))
                return self._lent(text) if lent else text
            case Sym(name, below):
                return self._symbol(name, below)
            case Linear(terms, constant, over):
                return self._linear(terms, constant, over)
            case At(name, index, conjugate):
                return self._at(name, [self.write(part) for part in index], conjugate=conjugate)
            case Product(factors):
                return self.times.join(
                    self._brackets(self.write(f)) if _compound(f) else self.write(f) for f in factors
                )
            case Total(terms):
                return self._total(terms)
            case Sigma(letters, body):
                return self._sigma([self.write(letter) for letter in letters], self.write(body))
            case Chain(sides):
                return self.equals.join(self.write(side) for side in sides)

    def _total(self, terms: tuple[Node, ...]) -> str:
        text = ""
        for term in terms or (Num(0),):
            shown, sign = self.write(term), self.plus if text else ""
            if text and isinstance(term, Num) and _negative(term):
                shown, sign = self._number(spelled(term.value)[1:]), self.minus
            text += sign + shown
        return text

    def _linear(self, terms: tuple[tuple[int, Sym | Num], ...], constant: int, over: int) -> str:
        text = ""
        for factor, atom in terms:
            if not factor:
                continue
            shown = self.write(atom)
            shown = self._brackets(shown) if _negative(atom) else shown
            if abs(factor) > 1:
                shown = f"{self._number(str(abs(factor)))}{'' if isinstance(atom, Sym) else self.times}{shown}"
            sign = (self.minus if factor < 0 else self.plus) if text else (self.negative if factor < 0 else "")
            text += sign + shown
        if constant or not text:
            sign = (self.minus if constant < 0 else self.plus) if text else (self.negative if constant < 0 else "")
            text += sign + self._number(str(abs(constant)))
        return text if over == 1 else self._over(text, str(over))

    negative = "-"

    def _number(self, text: str) -> str:
        return text

    def _lent(self, text: str) -> str:
        return f"[{text}]"

    def _symbol(self, name: str, below: int | None) -> str:
        return name if below is None else f"{name}{below}"

    def _at(self, name: str, index: list[str], *, conjugate: bool) -> str:
        text = f"{name}[{', '.join(index)}]"
        return f"conj({text})" if conjugate else text

    def _brackets(self, text: str) -> str:
        return f"({text})"

    def _over(self, text: str, number: str) -> str:
        return f"({text})/{number}"

    def _sigma(self, letters: list[str], body: str) -> str:
        return f"sum over {', '.join(letters)} of {body}"


class Text(Notation):
    """One line in a terminal."""

    minus, times, negative = " − ", "·", "−"

    def _number(self, text: str) -> str:
        return text.replace("-", "−") if not text.startswith(("nan", "inf")) else text

    def _sigma(self, letters: list[str], body: str) -> str:
        return f"{' '.join(f'Σ_{letter}' for letter in letters)} {body}"


class Ascii(Notation):
    """One line where only ASCII shows."""


class Latex(Notation):
    """LaTeX, for mathematics mode."""

    times = r" \cdot "

    def _number(self, text: str) -> str:
        if "j" in text:
            return text.replace("j", r"\mathrm{j}")
        if "/" in text:
            top, bottom = text.lstrip("-").split("/")
            return f"{'-' if text.startswith('-') else ''}\\tfrac{{{top}}}{{{bottom}}}"
        if "e" in text:
            digits, power = text.split("e")
            return f"{digits} \\cdot 10^{{{int(power)}}}"
        return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")

    def _lent(self, text: str) -> str:
        return f"\\boxed{{{text}}}"

    def _symbol(self, name: str, below: int | None) -> str:
        return name if below is None else f"{name}_{{{below}}}"

    def _at(self, name: str, index: list[str], *, conjugate: bool) -> str:
        text = f"{name}[{', '.join(index)}]"
        return f"\\overline{{{text}}}" if conjugate else text

    def _brackets(self, text: str) -> str:
        return rf"\left({text}\right)"

    def _over(self, text: str, number: str) -> str:
        return rf"\tfrac{{{text}}}{{{number}}}"

    def _sigma(self, letters: list[str], body: str) -> str:
        return "".join(rf"\sum_{{{letter}}} " for letter in letters) + body


class MathML(Notation):
    """MathML, the part that every browser draws."""

    minus, plus, times, equals = "<mo>−</mo>", "<mo>+</mo>", "<mo>·</mo>", "<mo>=</mo>"
    negative = '<mo form="prefix">−</mo>'

    def _number(self, text: str) -> str:
        if text.startswith("-") and "j" not in text:
            return self.negative + self._number(text[1:])
        if "/" in text:
            top, bottom = text.split("/")
            return f"<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>"
        return f"<mn>{escape(text.replace('-', '−'))}</mn>"

    def _lent(self, text: str) -> str:
        return f'<mrow class="lent"><mo>[</mo>{text}<mo>]</mo></mrow>'

    def _symbol(self, name: str, below: int | None) -> str:
        name = f"<mi>{escape(name)}</mi>"
        return name if below is None else f"<msub>{name}<mn>{below}</mn></msub>"

    def _at(self, name: str, index: list[str], *, conjugate: bool) -> str:
        text = f"<mrow><mi>{escape(name)}</mi><mo>[</mo>{'<mo>,</mo>'.join(index)}<mo>]</mo></mrow>"
        return f"<mover>{text}<mo>¯</mo></mover>" if conjugate else text

    def _brackets(self, text: str) -> str:
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"

    def _over(self, text: str, number: str) -> str:
        return f"<mfrac><mrow>{text}</mrow><mn>{number}</mn></mfrac>"

    def _sigma(self, letters: list[str], body: str) -> str:
        return "".join(f"<munder><mo>∑</mo>{letter}</munder>" for letter in letters) + body
