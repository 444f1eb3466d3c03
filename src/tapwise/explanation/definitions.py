"""Definitions found in books and in libraries' documentation, and how each relates to the operators here.

A definition is its formula, as a tree in its own letters: the figure shows the tree, and the relation is found by
computing it and comparing with this package's operators, so neither can be wrong by itself.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.explanation.formula import At, Chain, Linear, Product, Sigma, Sym
from tapwise.explanation.steps import explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapwise.explanation.formula import Node

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition as its source has it.

    Attributes
    ----------
    source, url : str
        Where it stands, and where that can be read.
    called : str
        What the source calls it.
    signal, kernel : str
        Its names for the first and the second operand.
    formula : Chain
        The definition.
    limits : str
        Where its sum runs, as the source says.
    centre : str
        A letter that stands for the kernel's centre, where it has one.
    """

    source: str
    url: str
    called: str
    signal: str
    kernel: str
    formula: Chain
    limits: str
    centre: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """How a definition relates to an operator of this package.

    Attributes
    ----------
    operator : str
        "convolution" or "cross-correlation".
    conjugate : str
        Whose complex conjugate it takes: "none", "kernel" or "signal".
    changes : tuple of str
        What else differs: "labels reflected", "arguments swapped", "origin moved by 1"; nothing where it is the same.
    """

    operator: str
    conjugate: str
    changes: tuple[str, ...]

    def __str__(self) -> str:
        words = [f"our {self.operator}", *self.changes]
        if self.conjugate != "none":
            words.append(f"{'second' if self.conjugate == 'kernel' else 'first'} operand conjugated")
        return ", ".join(words)


def relations(definition: Definition) -> tuple[Relation, ...]:
    """Return how a definition relates to the operators here, in the fewest changes, found by computing both.

    The operators are `tapwise.explain` with `origin="textbook"`: y[m] = sum of h[k]·x[m - k] for convolution and of
    h[k]·x[m + k] for cross-correlation. They are compared on complex numbers without any symmetry.

    Examples
    --------
    >>> seed = next(found for found in DEFINITIONS if found.source == "Glass Box (2019)" and "corr" in found.called)
    >>> [str(relation) for relation in relations(seed)]
    ['our cross-correlation, labels reflected', 'our cross-correlation, arguments swapped']
    """
    ndim = len(_parts(definition)[0])
    x, h = _SIGNALS[ndim], _KERNELS[ndim]
    wanted = computed(definition, x, h)
    found: list[tuple[int, Relation]] = []
    for relation, results in _candidates(ndim):
        for move in (0, 1, -1, 2, -2):
            moved = {tuple(i - move for i in label): value for label, value in results.items()}
            if moved == wanted:
                whole = f"origin moved by {definition.centre}" if definition.centre else f"origin moved by {move}"
                changes = (*relation.changes, *([whole] if move else []))
                found.append((len(changes), Relation(relation.operator, relation.conjugate, changes)))
    fewest = min((count for count, _ in found), default=0)
    return tuple(relation for count, relation in found if count == fewest)


def computed(definition: Definition, x: Any, h: Any) -> dict[Index, Any]:
    """Return a definition's outputs by their labels, 0 left out, both operands 0 outside their elements."""
    made, over, factors = _parts(definition)
    operands = {definition.signal: np.asarray(x), definition.kernel: np.asarray(h)}
    reach = range(-sum(max(a.shape) for a in operands.values()), sum(max(a.shape) for a in operands.values()) + 1)
    known = {Sym(definition.centre): operands[definition.kernel].shape[-1] // 2} if definition.centre else {}
    results: dict[Index, Any] = {}
    for label in itertools.product(reach, repeat=len(made)):
        total: Any = 0
        for place in itertools.product(reach, repeat=len(over)):
            letters = {**known, **dict(zip((*made, *over), (*label, *place), strict=True))}
            product: Any = 1
            for factor in factors:
                product *= _element(operands[factor.name], factor, letters)
                if product == 0:
                    break
            total += product
        if total:
            results[label] = total
    return results


def _element(operand: Any, at: At, letters: dict[Sym, int]) -> Any:
    index = tuple(_value(part, letters) for part in at.index)
    if not all(0 <= i < n for i, n in zip(index, operand.shape, strict=True)):
        return 0
    value = operand[index].item()
    return value.conjugate() if at.conjugate else value


def _value(node: Node, letters: dict[Sym, int]) -> int:
    if isinstance(node, Sym):
        return letters[node]
    if not isinstance(node, Linear):
        raise TypeError(node)
    return sum(factor * letters[atom] for factor, atom in node.terms if isinstance(atom, Sym)) + node.constant


def _parts(definition: Definition) -> tuple[tuple[Sym, ...], tuple[Sym, ...], tuple[At, ...]]:
    """Return the letters of the output, those summed over, and the two factors."""
    match definition.formula.sides:
        case (At(_, made), Sigma(over, Product(factors))):
            return (
                tuple(letter for letter in made if isinstance(letter, Sym)),
                over,
                tuple(factor for factor in factors if isinstance(factor, At)),
            )
    raise TypeError(definition.formula)


@cache
def _candidates(ndim: int) -> list[tuple[Relation, dict[Index, Any]]]:
    """Return what the operators here make of the operands, in every form that a definition may have."""
    x, h, found = _SIGNALS[ndim], _KERNELS[ndim], []
    for swapped, reflected, operator, conjugate in itertools.product(
        (False, True), (False, True), ("convolution", "cross-correlation"), ("none", "kernel", "signal")
    ):
        first, second = (h, x) if swapped else (x, h)
        steps = explain(
            first, second, operator=operator, size="full", conjugate=conjugate, origin="textbook",
            output_labels="lag" if reflected else "offset",
        )  # fmt: skip
        changes = [*(["labels reflected"] if reflected else []), *(["arguments swapped"] if swapped else [])]
        whose = {"kernel": "signal", "signal": "kernel"}.get(conjugate, "none") if swapped else conjugate
        results = {steps.labels.of_output(step.output): step.total for step in steps if step.total}
        found.append((Relation(operator, whose, tuple(changes)), results))
    return found


#: Operands without any symmetry, of different lengths, whose results hold no 0.
_SIGNALS: dict[int, Any] = {1: [2 + 1j, 1 - 3j, 5 + 2j, 7j], 2: [[2 + 1j, 1 - 3j, 5], [7j, 11 + 4j, 3 - 2j]]}
_KERNELS: dict[int, Any] = {1: [3 - 1j, 1 + 2j, 4 + 5j], 2: [[3 - 1j, 1 + 2j, 6], [4 + 5j, 8 - 1j, 2j]]}


def _letters(*names: str) -> tuple[Sym, ...]:
    return tuple(Sym(name) for name in names)


def _plus(*names: str) -> tuple[Linear, ...]:
    """Return indices written as "n-m": each the sum of its letters with their signs."""
    indices = []
    for name in names:
        words = name.replace("-", " -").replace("+", " +").split()
        indices.append(Linear(tuple((-1 if word[0] == "-" else 1, Sym(word.lstrip("+-"))) for word in words)))
    return tuple(indices)


def _law(made: At, over: Sequence[Sym], *factors: At) -> Chain:
    return Chain((made, Sigma(tuple(over), Product(factors))))


def _at(name: str, *index: str, conjugate: bool = False) -> At:
    return At(name, tuple(Sym(part) if part.isalpha() else _plus(part)[0] for part in index), conjugate)


_ALL, _KERNEL = "over all integers", "over the kernel's elements"

DEFINITIONS = (
    Definition(
        "Oppenheim and Schafer, Discrete-Time Signal Processing, section 2.3", "https://www.worldcat.org/isbn/9780131988422",
        "convolution sum", "x", "h", _law(_at("y", "n"), _letters("k"), _at("x", "k"), _at("h", "n-k")), _ALL,
    ),
    Definition(
        "Wikipedia, Convolution", "https://en.wikipedia.org/wiki/Convolution#Discrete_convolution",
        "convolution", "f", "g", _law(_at("(f∗g)", "n"), _letters("m"), _at("f", "n-m"), _at("g", "m")), _ALL,
    ),
    Definition(
        "NumPy, numpy.convolve", "https://numpy.org/doc/stable/reference/generated/numpy.convolve.html",
        "convolution", "a", "v", _law(_at("(a∗v)", "n"), _letters("m"), _at("a", "m"), _at("v", "n-m")), _ALL,
    ),
    Definition(
        "SciPy, scipy.ndimage.convolve, c the index of the kernel's centre",
        "https://docs.scipy.org/doc/scipy/reference/generated/scipy.ndimage.convolve.html",
        "convolution", "I", "W", _law(_at("C", "i"), _letters("j"), _at("I", "i+c-j"), _at("W", "j")), _KERNEL, "c",
    ),
    Definition(
        "Goodfellow, Bengio, Courville, Deep Learning, equation 9.4", "https://www.deeplearningbook.org/contents/convnets.html",
        "convolution", "I", "K",
        _law(_at("S", "i", "j"), _letters("m", "n"), _at("I", "m", "n"), _at("K", "i-m", "j-n")), _ALL,
    ),
    Definition(
        "Song Ho Ahn, Convolution", "http://www.songho.ca/dsp/convolution/convolution.html#convolution_2d",
        "convolution", "x", "h",
        _law(_at("y", "m", "n"), _letters("j", "i"), _at("x", "i", "j"), _at("h", "m-i", "n-j")), _ALL,
    ),
    Definition(
        "Goodfellow, Bengio, Courville, Deep Learning, equation 9.6", "https://www.deeplearningbook.org/contents/convnets.html",
        "cross-correlation", "I", "K",
        _law(_at("S", "i", "j"), _letters("m", "n"), _at("I", "i+m", "j+n"), _at("K", "m", "n")), _KERNEL,
    ),
    Definition(
        "TensorFlow, tf.nn.conv2d, one channel, stride 1", "https://www.tensorflow.org/api_docs/python/tf/nn/conv2d",
        "convolution", "input", "filter",
        _law(_at("output", "i", "j"), _letters("di", "dj"), _at("input", "i+di", "j+dj"), _at("filter", "di", "dj")),
        _KERNEL,
    ),
    Definition(
        "NumPy, numpy.correlate", "https://numpy.org/doc/stable/reference/generated/numpy.correlate.html",
        "cross-correlation", "a", "v",
        _law(_at("c", "k"), _letters("n"), _at("a", "n+k"), _at("v", "n", conjugate=True)), _ALL,
    ),
    Definition(
        "NumPy, numpy.correlate, its other definition",
        "https://numpy.org/doc/stable/reference/generated/numpy.correlate.html", "cross-correlation", "a", "v",
        _law(_at("c′", "k"), _letters("n"), _at("a", "n"), _at("v", "n+k", conjugate=True)), _ALL,
    ),
    Definition(
        "SciPy, scipy.signal.correlate", "https://docs.scipy.org/doc/scipy/reference/generated/scipy.signal.correlate.html",
        "cross-correlation", "x", "y",
        _law(_at("z", "k"), _letters("l"), _at("x", "l"), _at("y", "l-k", conjugate=True)), "over x",
    ),
    Definition(
        "Wikipedia, Cross-correlation", "https://en.wikipedia.org/wiki/Cross-correlation",
        "cross-correlation", "f", "g",
        _law(_at("(f⋆g)", "n"), _letters("m"), _at("f", "m", conjugate=True), _at("g", "m+n")), _ALL,
    ),
    Definition(
        "Glass Box (2019)", "https://glassboxmedicine.com/2019/07/26/convolution-vs-cross-correlation/",
        "cross-correlation", "x", "h",
        _law(_at("y", "m", "n"), _letters("i", "j"), _at("x", "i", "j"), _at("h", "m+i", "n+j")), _ALL,
    ),
)  # fmt: skip
