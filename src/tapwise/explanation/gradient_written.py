"""Gradients written down: two laws and their steps. Nothing here computes an index or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.convention.words import one_of
from tapwise.explanation.formula import At, Chain, Linear, Node, Num, Product, Sigma, Sym, Text, Total
from tapwise.explanation.gradient_words import SHOWN, input_words, kernel_words, limits, status_words, truth
from tapwise.explanation.labels import Law
from tapwise.explanation.text import row
from tapwise.explanation.wording import operator_sentence, setting_sentence
from tapwise.explanation.written import LEVELS, Block, Formula, Sentence, Worked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.explanation.gradient_steps import GradientSteps
    from tapwise.explanation.terms import Step, Term


class GradientText:
    """The blocks of an explanation."""

    def __init__(self, found: GradientSteps) -> None:
        self.found, self.places, self.layer = found, found.places, found.layer
        self.laws = tuple(Law(axis.u, axis.s, axis.c, axis.d) for axis in found.plan.axes)
        self.summed = "e" if found.folds else "dx"

    def blocks(self, *, levels: Sequence[str] = LEVELS, worked: bool = False) -> tuple[Block, ...]:
        """Return the explanation as blocks, which every format writes in its own way.

        Parameters
        ----------
        levels : sequence of {"symbols", "indices", "numbers"}
            Which levels of the formulas: with letters; with the indices put in; with the numbers put in.
        worked : bool
            Show each step as a worked example too, one line a pair, the indices before and after solving.
        """
        levels = [one_of("levels", level, LEVELS) for level in ([levels] if isinstance(levels, str) else levels)]
        found, symbols = self.found, "symbols" in levels
        sentences = operator_sentence(found.convention, "signal"), setting_sentence(found.convention, "signal")
        result: list[Block] = [Sentence(words) for words in sentences]
        if symbols:
            result += [Formula(self._forward()), Sentence("With g = dL/dy, the gradient of a loss L by the outputs:")]
            if found.layer is not None and found.layer.groups > 1:
                result.append(Sentence(f"In letters c and o count within one of the {found.layer.groups} groups."))
        result.append(Sentence(f"Gradient by the input, {input_words(found)}:"))
        result += [Formula(self._input_law())] if symbols else []
        result += self._lines(self.summed, found.input_steps, levels, worked=worked)
        if found.folds:
            result.append(Sentence("e reaches outside the signal; each sample gets what stands where it was read:"))
            result += [Formula(_fold_line(step, levels)) for step in found.folds]
        result.append(Sentence(f"Gradient by the kernel, {kernel_words(found)}:"))
        result += [Formula(self._kernel_law())] if symbols else []
        result += self._lines("dh", found.kernel_steps, levels, worked=worked)
        if found.bias_gradient is not None:
            values = f": {row(found.bias_gradient)}" if found.bias_gradient.size <= SHOWN else ""
            result.append(Sentence(f"Gradient by the bias, g summed over batch and positions{values}."))
        if symbols:
            result.append(Sentence('The short truth behind "correlation forward, convolution backward":'))
            result += [Sentence(f"- {words}") for words in (*truth(found), *limits(found))]
        return tuple(result)

    def _letters(self, first: str, second: str) -> tuple[Sym, ...]:
        ndim = len(self.found.plan.axes)
        return (Sym(first), Sym(second))[:ndim] if ndim <= 2 else tuple(Sym(first, n) for n in range(1, ndim + 1))

    def _forward(self) -> Node:
        m, k = self._letters("m", "n"), self._letters("k", "l")
        read = tuple(law.input(a, b) for law, a, b in zip(self.laws, m, k, strict=True))
        return self._law("y", "h", "x", self._place("y", m), self._place("h", k), self._place("x", read), ("c", *k))

    def _input_law(self) -> Node:
        i, k = self._letters("i", "j"), self._letters("k", "l")
        fed = tuple(_output(law, a, b) for law, a, b in zip(self.laws, i, k, strict=True))
        return self._law(
            self.summed, "h", "g", self._place("x", i), self._place("h", k), self._place("y", fed), ("o", *k)
        )

    def _kernel_law(self) -> Node:
        m, k = self._letters("m", "n"), self._letters("k", "l")
        read = tuple(law.input(a, b) for law, a, b in zip(self.laws, m, k, strict=True))
        return self._law("dh", "g", "x", self._place("h", k), self._place("y", m), self._place("x", read), ("b", *m))

    def _law(
        self, result: str, weight: str, value: str, made: tuple[Node, ...], at: tuple[Node, ...],
        read: tuple[Node, ...], over: tuple[str | Sym, ...],
    ) -> Node:  # fmt: skip
        letters = [Sym(name) if isinstance(name, str) else name for name in over]
        if self.layer is None or (letters[0].name == "b" and "N" not in self.layer.layout):
            letters = letters[1:]
        first = self._array(weight, at, conjugate=result == self.summed)
        second = self._array(value, read, conjugate=result == "dh")
        return Chain((At(result, made), Sigma(tuple(letters), Product((first, second)))))

    def _array(self, name: str, index: tuple[Node, ...], *, conjugate: bool = False) -> At:
        array = {"x": self.found.x, "h": self.found.h}.get(name, self.found.gradient)
        return At(name, index, conjugate and array.dtype.kind == "c")

    def _place(self, role: str, at: tuple[Node, ...]) -> tuple[Node, ...]:
        """Return an index in letters, in the order of the layout."""
        b, c, o = Sym("b"), Sym("c"), Sym("o")
        if role == "h":
            return self.places.of_kernel(o, c, at)
        return self.places.of_signal(b, o if role == "y" else c, at)

    def _lines(self, name: str, steps: tuple[Step, ...], levels: Sequence[str], *, worked: bool) -> list[Block]:
        blocks: list[Block] = []
        for step in steps:
            made = At(name, _numbers(step.output))
            if worked:
                blocks.append(Sentence(f"{Text().write(made)}, pair by pair:"))
                blocks.append(Worked(tuple(self._pair(name, step, term) for term in step.terms)))
            sides: list[Node] = [made]
            if "indices" in levels:
                sides.append(Total(tuple(p for t in step.used if (p := self._solved(name, t)) is not None)))
            sides += _with_numbers(step) if "numbers" in levels else []
            if len(sides) > 1:
                blocks.append(Formula(Chain(tuple(sides))))
        if name == "dh" and any(t.status in ("boundary", "constant") for step in steps for t in step.used):
            blocks.append(Sentence("A number in [brackets] stands outside the signal, put there by the boundary."))
        return blocks

    def _solved(self, name: str, term: Term) -> Node | None:
        if term.tap is None or term.position is None:
            return None
        weight, value = ("g", "x") if name == "dh" else ("h", "g")
        at, read = _numbers(term.tap), _numbers(term.position)
        return Product(
            (self._array(weight, at, conjugate=name != "dh"), self._array(value, read, conjugate=name == "dh"))
        )

    def _pair(self, name: str, step: Step, term: Term) -> tuple[Node, Node | None, Node | None, str]:
        """Return one pair: the indices put into the law, solved, with its numbers, and what became of it."""
        places, laws = self.places, self.laws
        if name != "dh":
            batch, _, position = places.in_signal(step.output)
            o, _, tap = places.in_kernel(term.tap or ())
            at = tuple(_output(law, Num(i), Num(k)) for law, i, k in zip(laws, position, tap, strict=True))
            value = self._array("g", places.of_signal(Num(batch), Num(o), at))
        else:
            _, within, tap = places.in_kernel(step.output)
            batch, o, output = places.in_signal(term.tap or ())
            channel = places.channel(o, within)
            read = tuple(law.input(Num(m), Num(k)) for law, m, k in zip(laws, output, tap, strict=True))
            value = self._array("x", places.of_signal(Num(batch), Num(channel), read), conjugate=True)
        at_tap = _numbers(term.tap or ())
        put_in = Product((self._array("g" if name == "dh" else "h", at_tap, conjugate=name != "dh"), value))
        numbers = None if term.product is None else Product((Num(term.weight), _value(term)))
        return put_in, self._solved(name, term), numbers, status_words(term, by_input=name != "dh")


def _fold_line(step: Step, levels: Sequence[str]) -> Node:
    sides: list[Node] = [At("dx", _numbers(step.output))]
    if "indices" in levels:
        sides.append(Total(tuple(At("e", _numbers(t.position)) for t in step.terms if t.position is not None)))
    if "numbers" in levels:
        sides += [Total(tuple(Num(t.value) for t in step.terms))] if len(step.terms) > 1 else []
        sides.append(Num(step.total))
    return Chain(tuple(sides))


def _output(law: Law, i: Sym | Num, k: Sym | Num) -> Linear:
    """Return the output at which input `i` meets tap `k`: the relation solved for it."""
    sign = 1 if law.a > 0 else -1
    terms = ((sign * law.u, i), (-sign * law.d, k))
    return Linear(terms if sign > 0 or law.d < 0 else terms[::-1], -sign * law.c, abs(law.a))


def _with_numbers(step: Step) -> list[Node]:
    sides: list[Node] = [Total(tuple(Product((Num(term.weight), _value(term))) for term in step.used))]
    if len(step.used) > 1:
        sides.append(Total(tuple(Num(term.product) for term in step.used)))
    return [*sides, Num(step.total)] if step.used else [Num(step.total)]


def _numbers(index: tuple[int, ...]) -> tuple[Num, ...]:
    return tuple(Num(i) for i in index)


def _value(term: Term) -> Num:
    return Num(term.value, lent=term.status in ("boundary", "constant"))
