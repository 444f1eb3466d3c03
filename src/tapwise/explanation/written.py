"""An explanation written down: blocks of sentences, formulas and tables, in four formats."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from tapwise.convention.words import one_of
from tapwise.explanation.formula import Ascii, At, Chain, Latex, MathML, Node, Num, Product, Sigma, Sym, Text, Total
from tapwise.explanation.wording import array_sentence, operator_sentence, setting_sentence, status_words

if TYPE_CHECKING:
    import numpy as np

    from tapwise.convention import Convention
    from tapwise.explanation.labels import Index, Labels
    from tapwise.explanation.terms import Step, Term
    from tapwise.geometry import Plan

LEVELS = ("symbols", "indices", "numbers")
SUMS = ("taps", "inputs")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph of plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula on a line of its own."""

    node: Node


@dataclass(frozen=True, slots=True)
class Worked:
    """Lines of a worked example: an expression with its indices put in, solved, its numbers, and words."""

    rows: tuple[tuple[Node, Node | None, Node | None, str], ...]


Block = Sentence | Formula | Worked


class Writable(ABC):
    """What can be written down as blocks, in four formats."""

    @abstractmethod
    def blocks(self, *args: Any, **choices: Any) -> tuple[Block, ...]:
        """Return it as blocks, which every format writes in its own way."""

    def text(self, *, plain: bool = False, **choices: Any) -> str:
        """Return it as lines of text; `plain` keeps to ASCII. For the choices see `blocks`."""
        return as_text(self.blocks(**choices), plain=plain)

    def markdown(self, **choices: Any) -> str:
        """Return it as Markdown with LaTeX formulas. For the choices see `blocks`."""
        return as_markdown(self.blocks(**choices))

    def latex(self, **choices: Any) -> str:
        """Return it as LaTeX for a document's body (package amsmath). For the choices see `blocks`."""
        return as_latex(self.blocks(**choices))

    def html(self, **choices: Any) -> str:
        """Return it as a piece of HTML with MathML. For the choices see `blocks`."""
        return as_html(self.blocks(**choices))

    def _repr_html_(self) -> str:
        return self.html()


class Written(Writable):
    """Steps that can be written down. A subclass has the attributes below."""

    convention: Convention
    plan: Plan
    labels: Labels
    x: np.ndarray[Any, np.dtype[Any]]
    h: np.ndarray[Any, np.dtype[Any]]
    y: np.ndarray[Any, np.dtype[Any]]
    steps: tuple[Step, ...]

    def blocks(
        self, *, levels: Sequence[str] = LEVELS, wording: str = "signal", over: str = "taps", worked: bool = False
    ) -> tuple[Block, ...]:
        """Return the explanation as blocks, which every format writes in its own way.

        Parameters
        ----------
        levels : sequence of {"symbols", "indices", "numbers"}
            Which levels of the formula: with letters; with the indices put in; with the numbers put in.
        wording : {"signal", "learning"}
            For readers of signals, or of machine learning.
        over : {"taps", "inputs"}
            Sum over the taps, y[m] = sum of h[k]·x[m - k], or over the inputs, y[m] = sum of x[i]·h[m - i].
        worked : bool
            Show each step as a worked example too, one line a pair, the indices before and after solving.
        """
        levels = [one_of("levels", level, LEVELS) for level in ([levels] if isinstance(levels, str) else levels)]
        one_of("over", over, SUMS)
        result: list[Block] = [Sentence(operator_sentence(self.convention, wording))]
        result.append(Sentence(setting_sentence(self.convention, wording)))
        if "symbols" in levels:
            result.append(Formula(self.definition(over)))
            for role, shape in (("x", self.x.shape), ("h", self.h.shape), ("y", self.y.shape)):
                result.append(Sentence(array_sentence(role, shape, self.labels, wording)))
        for step in self.steps:
            if worked:
                result.append(Sentence(f"{Text().write(self._output(step))}, pair by pair:"))
                result.append(Worked(tuple(self.pair(step, term, over) for term in self._in_order(step, over))))
            sides: list[Node] = [self._output(step)]
            sides += [self._with_indices(step, over)] if "indices" in levels else []
            if "numbers" in levels:
                sides += self._with_numbers(step, over)
            if len(sides) > 1:
                result.append(Formula(Chain(tuple(sides))))
            if "numbers" in levels and self._is_changed(step):
                name = Text().write(self._output(step))
                result.append(Sentence(f"{name} is returned as {step.result}: scaled, rounded or stored as was asked."))
        if any(term.status in ("boundary", "constant") for step in self.steps for term in step.used):
            result.append(Sentence("A number in [brackets] stands outside the signal, put there by the boundary."))
        return tuple(result)

    def definition(self, over: str = "taps") -> Node:
        """Return the operator's formula in letters, with its index law solved for what is not summed over."""
        labels, laws = self.labels, self.labels.laws(self.plan)
        m, k, i = labels.letters("y"), labels.letters("h"), labels.letters("x")
        x, h, y = labels.names
        if over == "taps":
            read = tuple(law.input(a, b) for law, a, b in zip(laws, m, k, strict=True))
            body = Product((self._h(h, k), self._x(x, read)))
            return Chain((At(y, m), Sigma(k, body)))
        met = tuple(law.tap(a, b) for law, a, b in zip(laws, m, i, strict=True))
        return Chain((At(y, m), Sigma(i, Product((self._x(x, i), self._h(h, met))))))

    def _x(self, name: str, index: tuple[Node, ...]) -> At:
        return At(name, index, self.convention.arithmetic.conjugate == "signal" and self.x.dtype.kind in "cO")

    def _h(self, name: str, index: tuple[Node, ...]) -> At:
        return At(name, index, self.convention.arithmetic.conjugate == "kernel" and self.h.dtype.kind in "cO")

    def _output(self, step: Step) -> At:
        return At(self.labels.names[2], _numbers(self.labels.of_output(step.output)))

    def _with_indices(self, step: Step, over: str) -> Node:
        x, h, _ = self.labels.names
        products = []
        for term in step.used:
            if term.tap is not None and term.position is not None:
                tap, position = self.labels.of_tap(term.tap), self.labels.of_input(term.position)
                factors = (self._h(h, _numbers(tap)), self._x(x, _numbers(position)))
                products.append(Product(factors if over == "taps" else factors[::-1]))
        return Total(tuple(products))

    def _with_numbers(self, step: Step, over: str) -> list[Node]:
        factors = [(self._weight(term), _value(term)) for term in step.used]
        products = tuple(Product(pair if over == "taps" else pair[::-1]) for pair in factors)
        if self.labels.taps is not None:
            return [Total(products)]
        sides: list[Node] = [Total(products)]
        if len(step.used) > 1:
            sides.append(Total(tuple(Num(term.product) for term in step.used)))
        return [*sides, Num(step.total)]

    def _weight(self, term: Term) -> Node:
        if self.labels.taps is not None and term.tap is not None:
            return Sym(self.labels.taps[term.tap])
        return Num(term.weight)

    def _is_changed(self, step: Step) -> bool:
        return self.labels.taps is None and not (step.result == step.total or step.result != step.result)

    def _in_order(self, step: Step, over: str) -> list[Term]:
        terms = [*step.terms, *step.missed]
        if over == "inputs":
            terms.sort(key=lambda term: (term.position is None, term.position or ()))
        return terms

    def pair(self, step: Step, term: Term, over: str) -> tuple[Node, Node | None, Node | None, str]:
        """Return one pair: with its indices put in, solved, with its numbers, and what became of it."""
        labels, laws = self.labels, self.labels.laws(self.plan)
        x, h, _ = labels.names
        m = _numbers(labels.of_output(step.output))
        tap = None if term.tap is None else _numbers(labels.of_tap(term.tap))
        position = None if term.position is None else _numbers(labels.of_input(term.position))
        by_input = (over == "inputs" or tap is None) and position is not None
        if by_input and position is not None:
            met = tuple(law.tap(a, b) for law, a, b in zip(laws, m, position, strict=True))
            put_in = Product((self._x(x, position), self._h(h, met)))
        else:
            read = tuple(law.input(a, b) for law, a, b in zip(laws, m, tap or (), strict=True))
            put_in = Product((self._h(h, tap or ()), self._x(x, read)))
        solved = numbers = None
        if tap is not None and position is not None:
            pair = (self._x(x, position), self._h(h, tap)) if by_input else (self._h(h, tap), self._x(x, position))
            solved = Product(pair)
        if term.product is not None:
            factors = (_value(term), self._weight(term)) if by_input else (self._weight(term), _value(term))
            numbers = Product(factors)
        return put_in, solved, numbers, status_words(term, labels)


def _numbers(index: Index) -> tuple[Num, ...]:
    return tuple(Num(i) for i in index)


def _value(term: Term) -> Num:
    return Num(term.value, lent=term.status in ("boundary", "constant"))


def as_text(blocks: Sequence[Block], *, plain: bool = False) -> str:
    """Return blocks as text; `plain` keeps to ASCII."""
    notation = Ascii() if plain else Text()
    parts = []
    for block in blocks:
        match block:
            case Sentence(text):
                parts.append(text.replace("×", "x") if plain else text)
            case Formula(node):
                parts.append(f"    {notation.write(node)}")
            case Worked(rows):
                cells = [[*("" if n is None else notation.write(n) for n in row[:3]), row[3]] for row in rows]
                wide = [max(len(row[c]) for row in cells) for c in range(4)] if cells else []
                lines = ["   ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)) for row in cells]
                parts.append("\n".join(f"    {line}".rstrip() for line in lines))
    return "\n".join(parts)


def as_markdown(blocks: Sequence[Block]) -> str:
    """Return blocks as Markdown."""
    notation, parts = Latex(), []
    for block in blocks:
        match block:
            case Sentence(text):
                parts.append(text.replace("[", r"\[").replace("]", r"\]"))
            case Formula(node):
                parts.append(f"$$\n{notation.write(node)}\n$$")
            case Worked(rows):
                head = "| with indices | solved | numbers | |\n|---|---|---|---|"
                lines = [
                    f"| {' | '.join([*('' if n is None else f'${notation.write(n)}$' for n in row[:3]), row[3]])} |"
                    for row in rows
                ]
                parts.append("\n".join([head, *lines]))
    return "\n\n".join(parts) + "\n"


def as_latex(blocks: Sequence[Block]) -> str:
    """Return blocks as LaTeX; worked lines become an `align*` of three columns."""
    notation, parts = Latex(), []
    for block in blocks:
        match block:
            case Sentence(text):
                parts.append(text.replace("×", r"$\times$").replace("_", r"\_").replace("…", r"\dots{}"))
            case Formula(node):
                parts.append(f"\\[\n  {notation.write(node)}\n\\]")
            case Worked(rows):
                lines = [
                    " && ".join(
                        [
                            *("" if n is None else notation.write(n) for n in row[:3]),
                            *([rf"\text{{{row[3]}}}"] if row[3] else []),
                        ]
                    )
                    for row in rows
                ]
                parts.append("\\begin{align*}\n  & " + " \\\\\n  & ".join(lines) + "\n\\end{align*}")
    return "\n\n".join(parts) + "\n"


def as_html(blocks: Sequence[Block]) -> str:
    """Return blocks as a piece of HTML; formulas are MathML, each with its text as label."""
    parts = []
    for block in blocks:
        match block:
            case Sentence(text):
                parts.append(f"<p>{escape(text)}</p>")
            case Formula(node):
                parts.append(_math(node, display=True))
            case Worked(rows):
                lines = [
                    "".join(f"<td>{'' if n is None else _math(n)}</td>" for n in row[:3]) + f"<td>{escape(row[3])}</td>"
                    for row in rows
                ]
                head = "<tr><th>with indices</th><th>solved</th><th>numbers</th><th></th></tr>"
                parts.append(f"<table>{head}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>")
    return f'<div class="tapwise">{"".join(parts)}</div>'


def _math(node: Node, *, display: bool = False) -> str:
    label = escape(Text().write(node), quote=True)
    shown = ' display="block"' if display else ""
    return f'<math{shown} aria-label="{label}"><mrow>{MathML().write(node)}</mrow></math>'
