"""Steps as plain text. Nothing here computes an index or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tapwise.explanation.compare import Comparison
    from tapwise.explanation.steps import Explanation
    from tapwise.explanation.terms import Step

#: Outputs shown at the two ends of a long result.
HEAD, TAIL = 8, 4


def comparison_text(comparison: Comparison, *, width: int = 100, everything: bool = False) -> str:
    """Return a comparison as text: every output as a sum of products, under each operator.

    Parameters
    ----------
    width : int
        Columns of the screen; where the two operators do not fit beside each other they stand below each other.
    everything : bool
        Show every output, however many there are.
    """
    conv, corr = comparison.convolution, comparison.correlation
    heads = (f"convolution (h flipped: {_flipped(conv)})", f"cross-correlation (h as given: {row(corr.h)})")
    lines = [_headline(conv), ""]
    lines += _steps(conv, corr, heads, width, everything)
    if conv.h.ndim > 1:
        lines += ["", *_beside(_grid("convolution", conv.y), _grid("cross-correlation", corr.y))]
    lines += ["", *_notes(comparison)]
    return "\n".join(line.rstrip() for line in lines)


def row(values: np.ndarray[Any, np.dtype[Any]]) -> str:
    """Return an array in one line, rows parted by semicolons."""
    if values.ndim > 1:
        return "; ".join(row(part) for part in values)
    return " ".join(number(v) for v in values.tolist())


def number(value: Any) -> str:
    """Return a number as a person writes it: no trailing zero, no long tail."""
    if isinstance(value, complex):
        return f"{value:.6g}"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def sum_of_products(step: Step) -> str:
    """Return the step's products as factors: (-1)*2 + 1*1. A value that the boundary supplied stands in brackets."""
    words = []
    for term in step.used:
        value = _signed(term.value)
        words.append(f"{_signed(term.weight)}*{value if term.status == 'sample' else f'[{number(term.value)}]'}")
    return " + ".join(words) or "nothing"


def sum_of_numbers(step: Step) -> str:
    """Return the step's products as numbers: -2 + 1."""
    text = ""
    for term in step.used:
        shown = number(term.product)
        if not text:
            text = shown
        elif shown.startswith("-"):
            text += f" - {shown[1:]}"
        else:
            text += f" + {shown}"
    return text or "0"


def _signed(value: Any) -> str:
    shown = number(value)
    return (
        f"({shown})" if shown.startswith("-") or (isinstance(value, complex) and not shown.startswith("(")) else shown
    )


def _headline(steps: Explanation) -> str:
    axis = steps.convention.axes[0]
    words = [f"size {axis.size}", f"stride {axis.stride}"]
    words += [f"dilation {axis.dilation}"] if axis.dilation > 1 else []
    words += [f"boundary {axis.boundary}"] if axis.size.rule != "valid" else []
    shapes = [f"{name} = [{row(a)}]" if a.size <= 64 else f"{name} of shape {a.shape}" for name, a in
              (("x", steps.x), ("h", steps.h))]  # fmt: skip
    return f"{shapes[0]}   {shapes[1]}   {', '.join(words)}"


def _flipped(steps: Explanation) -> str:
    return row(steps.h[(slice(None, None, -1),) * steps.h.ndim])


def _steps(conv: Explanation, corr: Explanation, heads: tuple[str, str], width: int, everything: bool) -> list[str]:
    pairs = list(zip(conv.steps, corr.steps, strict=True))
    # More outputs than steps: those in the middle were not explained, or one output was asked for.
    hidden = conv.y.size - len(pairs) if len(pairs) > HEAD + TAIL else 0
    fold = len(pairs) > HEAD + TAIL + 1 and not everything
    shown = pairs[:HEAD] + pairs[len(pairs) - TAIL :] if fold else pairs
    folded = hidden + len(pairs) - len(shown)
    names = [f"y[{','.join(map(str, a.output))}]" for a, _ in shown]
    columns = [_sums([pair[side] for pair in shown]) for side in (0, 1)]
    margin = max(map(len, names), default=0) + 4
    widest = max(len(heads[0]), *map(len, columns[0]), 0) if columns[0] else len(heads[0])
    rest = max(len(heads[1]), *map(len, columns[1]), 0) if columns[1] else len(heads[1])
    lines = []
    if margin + widest + 4 + rest <= width:
        lines.append(" " * margin + heads[0].ljust(widest + 4) + heads[1])
        rows = [f"{n.ljust(margin)}{a.ljust(widest + 4)}{b}" for n, a, b in zip(names, *columns, strict=True)]
        lines += _with_gap(rows, folded)
    else:
        for head, column in zip(heads, columns, strict=True):
            lines += [
                head,
                *_with_gap([f"{n.ljust(margin)}{s}" for n, s in zip(names, column, strict=True)], folded),
                "",
            ]
        lines.pop()
    if any(term.status in ("boundary", "constant") for pair in shown for step in pair for term in step.used):
        lines += ["", "a number in [brackets] stands outside the signal, put there by the boundary"]
    return lines


def _with_gap(rows: list[str], folded: int) -> list[str]:
    if not folded:
        return rows
    return [*rows[:HEAD], f"…    {folded} more outputs (--all shows them)", *rows[HEAD:]]


def _sums(steps: list[Step]) -> list[str]:
    """Return one line a step, the equals signs below each other."""
    lines = [
        [sum_of_products(step), *([sum_of_numbers(step)] if len(step.used) > 1 else []), number(step.total)]
        for step in steps
    ]
    columns = max(map(len, lines), default=0)
    wide = [max((len(line[c]) for line in lines if len(line) > c + 1), default=0) for c in range(columns - 1)]
    last = max((len(line[-1]) for line in lines), default=0)
    return [
        " = ".join([*(part.ljust(w) for part, w in zip(line, wide, strict=False)), line[-1].rjust(last)])
        if len(line) == columns
        else f"{line[0].ljust(sum(wide) + 3 * (columns - 2))} = {line[-1].rjust(last)}"
        for line in lines
    ]


def _grid(title: str, values: np.ndarray[Any, np.dtype[Any]]) -> list[str]:
    text = np.array2string(values, threshold=400, edgeitems=4, max_line_width=10_000)
    return [title, *text.splitlines()]


def _beside(left: list[str], right: list[str]) -> list[str]:
    wide = max(map(len, left))
    count = max(len(left), len(right))
    left, right = left + [""] * (count - len(left)), right + [""] * (count - len(right))
    return [f"{a.ljust(wide)}    {b}" for a, b in zip(left, right, strict=True)]


def _notes(comparison: Comparison) -> list[str]:
    lines = []
    peers = {"convolution": comparison.convolution_from, "cross-correlation": comparison.correlation_from}
    if any(peers.values()):
        lines.append("the same numbers from")
        lines += [f"    {name:<17}   {', '.join(calls[:3])}" for name, calls in peers.items() if calls]
    report = comparison.ambiguity
    if report.remarks:
        lines.append(f"careful: {', and '.join(report.remarks)}")
    if change := report.change:
        shown = " and ".join(row(np.array(y)) for y in (change.convolution, change.correlation))
        edits = " and ".join(
            f"{edit.array}[{','.join(map(str, edit.index))}] = {number(edit.new)} instead of {number(edit.old)}"
            for edit in change.edits
        )
        lines.append(f"the smallest change: {edits}" + (f", which gives {shown}" if len(shown) < 80 else ""))
    if clear := report.clearer:
        shown = " and ".join(row(np.array(y)) for y in (clear.convolution, clear.correlation))
        lines.append(f"a clearer case: tapwise compare {_argument(clear.x)} {_argument(clear.h)}")
        lines.append(f"    gives {shown}" if len(shown) < 80 else "")
    return lines


def _argument(values: Any) -> str:
    """Return nested lists as the command line takes them."""
    return (
        f'"{row(np.array(values)).replace("; ", ";")}"'
        if isinstance(values[0], list)
        else ",".join(map(number, values))
    )
