"""Sentences about an explanation, for two kinds of readers: those of signals and those of machine learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwise.convention.words import counted, one_of

if TYPE_CHECKING:
    from tapwise.convention import AxisConvention, Convention
    from tapwise.explanation.labels import Index, Labels
    from tapwise.explanation.terms import Term

WORDINGS = ("signal", "learning")

_OPERATORS = {
    ("signal", "convolution"): "Convolution: the kernel is flipped before it slides over the signal.",
    ("signal", "cross-correlation"): "Cross-correlation: the kernel slides over the signal as it is given.",
    ("learning", "convolution"): "Convolution in the mathematical sense: the filter is flipped before it slides over "
    "the input. A layer of a deep-learning library would need the flipped weights to give the same.",
    ("learning", "cross-correlation"): "Cross-correlation, which deep-learning libraries call convolution: the filter "
    "slides over the input with its weights as they are stored.",
}
_ARRAYS = {"signal": ("signal", "kernel"), "learning": ("input", "filter")}


def operator_sentence(convention: Convention, wording: str) -> str:
    """Return what the operator is, in one sentence; axis by axis where they differ."""
    wording = one_of("wording", wording, WORDINGS)
    if convention.direction == "transposed":
        words = " and ".join(dict.fromkeys(axis.operator for axis in convention.axes))
        other = ", what deep-learning libraries call transposed convolution" if wording == "learning" else ""
        return (
            f"The transpose of a {words}{other}: each sample of the {_ARRAYS[wording][0]} is spread over the outputs."
        )
    operators = [axis.operator for axis in convention.axes]
    if len(set(operators)) == 1:
        return _OPERATORS[wording, operators[0]]
    told = ", ".join(f"{operator} along axis {number}" for number, operator in enumerate(operators))
    return f"{told[0].upper()}{told[1:]}: the {_ARRAYS[wording][1]} is flipped along the axes of convolution only."


def setting_sentence(convention: Convention, wording: str) -> str:
    """Return size, boundary, stride and dilation in one sentence."""
    told = [_axis_words(axis, wording) for axis in convention.axes]
    if len(told) == 1:
        return f"{told[0][0].upper()}{told[0][1:]}."
    joined = "; ".join(f"axis {number}: {words}" for number, words in enumerate(told))
    return f"{joined[0].upper()}{joined[1:]}."


def _axis_words(axis: AxisConvention, wording: str) -> str:
    size = (
        {"valid": "no padding", "same": "padded to keep the size"}.get(axis.size.rule)
        if wording == "learning"
        else None
    )
    words = [size or f"size {axis.size}"]
    if axis.size.rule != "valid":
        words.append(f"{'padding values' if wording == 'learning' else 'boundary'} {axis.boundary}")
    words.append(f"stride {axis.stride}")
    words += [f"dilation {axis.dilation}"] if axis.dilation > 1 else []
    words += [f"zeros between the samples: {axis.spread - 1}"] if axis.spread > 1 else []
    words += ["output reversed"] if axis.output == "reversed" else []
    return ", ".join(words)


def array_sentence(role: str, shape: Index, labels: Labels, wording: str) -> str:
    """Return the ranges of an array's labels: "x, the signal: 7 × 7, indices [i, j] from [-3, -3] to [3, 3]"."""
    one_of("wording", wording, WORDINGS)
    number = "xhy".index(role)
    called = (*_ARRAYS[wording], "output")[number]
    extent = " × ".join(str(shape[axis]) for axis in labels.axes)
    letters = ", ".join(s.name + (str(s.below) if s.below else "") for s in labels.letters(role))
    if 0 in shape:
        return f"{labels.names[number]}, the {called}: empty, of shape {extent}"
    label = (labels.of_input, labels.of_tap, labels.of_output)[number]
    first, last = label((0,) * len(shape)), label(tuple(n - 1 for n in shape))
    many = counted(shape[0], "element") if len(shape) == 1 else extent
    return f"{labels.names[number]}, the {called}: {many}, index [{letters}] from {list(first)} to {list(last)}"


def status_words(term: Term, labels: Labels) -> str:
    """Return what became of a pair, in words; nothing for a sample that is simply used."""
    x, h, _ = labels.names
    if term.status == "boundary" and term.sample is not None:
        return f"outside: the boundary reads {x}{list(labels.of_input(term.sample))}"
    return {
        "sample": "",
        "constant": f"outside: the boundary puts {term.value} there",
        "outside": "outside: nothing is read",
        "between": "between two samples: nothing is read",
        "no tap": f"{h} has no such tap",
    }[term.status]
