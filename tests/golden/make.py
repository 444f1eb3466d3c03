"""Golden plans: `python -m tests.golden.make` writes plans.json, which every implementation of the equation must equal.

One case a line. A case holds the words of a convention, the lengths of signal and kernel, which turn of the relation
it is, and for each axis the integers of u·i = s·o + c + d·t, the boundaries, and every [o, t, i, source] that meets,
in the order of summing: output, tap, input position, and the sample that stands there (null where a boundary reads
none). A fold lists [index in the extended output, index of the sample it is added to]; index lead+j is sample j.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from tapwise.convention import Convention
from tapwise.errors import ShapeError
from tapwise.geometry import AxisPlan, Fold, Plan, forward, input_turn, kernel_turn, operator_plan

PLACE = Path(__file__).with_name("plans.json")
COUNT = 300

CHOICES: dict[str, list[Any]] = {
    "operator": ["convolution", "cross-correlation"],
    "output": ["forward", "forward", "reversed"],
    "size": [
        "valid", "valid", "full", "full", "same", "same", "same", "same", "same-upper", "same-lower", "longest",
        "longest", "pads(1,1)", "pads(0,2)", "pads(3,-1)", "pads(-1,2)", "lags(-2,2)", "lags(0,3)", "lags(2,9)",
    ],
    "anchor": [
        None, None, "first", "last", "low", "high", "high-1", "low+1", "low in samples", "last-1 in samples",
    ],
    "boundary": [
        "zero", "zero", "constant(7)", "edge", "symmetric", "reflect101", "wrap", "zero | edge",
        "wrap | constant(-1/2)", "reflect101 | symmetric",
    ],
    "stride": [1, 1, 1, 2, 3],
    "dilation": [1, 1, 2, 3],
    "spread": [1, 1, 1, 1, 2, 3],
    "operands": ["as-given", "as-given", "longer-first"],
}  # fmt: skip
LENGTHS = {"signal": [0, 1, 2, 3, 4, 5, 5, 6, 7, 8], "kernel": [1, 2, 2, 3, 3, 4, 4, 5, 6]}
TURNS = ["none", "none", "none", "transposed", "transposed", "transposed", "transposed", "input", "input", "kernel"]

#: What a case computes: the operator, its transpose, or a gradient of the forward operator.
TURNED: dict[str, Callable[[Convention, list[int], list[int]], Plan]] = {
    "none": forward,
    "transposed": lambda *meant: operator_plan(*meant)[0],
    "input": lambda *meant: input_turn(forward(*meant)),
    "kernel": lambda *meant: kernel_turn(forward(*meant)),
}


def pick(seed: int, name: str, options: list[Any]) -> Any:
    """Return one of the options, the same one on every machine and in every version of Python."""
    return options[int.from_bytes(sha256(f"{seed} {name}".encode()).digest()[:8], "big") % len(options)]


def words(seed: int, ndim: int) -> dict[str, Any]:
    """Return the words of a convention; along two axes or more, half of them differ from axis to axis."""
    chosen: dict[str, Any] = {}
    for name, options in CHOICES.items():
        if ndim == 1 or name == "operands" or pick(seed, f"{name}?", [True, False]):
            chosen[name] = pick(seed, name, options)
        else:
            chosen[name] = tuple(pick(seed, f"{name}{axis}", options) for axis in range(ndim))
    return chosen


def case(seed: int) -> dict[str, Any] | None:
    """Return a case as plain data, None where its words and lengths leave no window."""
    ndim, turn = pick(seed, "ndim", [1, 1, 1, 2, 3]), pick(seed, "turn", TURNS)
    signal, kernel = (
        [pick(seed, f"{name}{axis}", options) for axis in range(ndim)] for name, options in LENGTHS.items()
    )
    chosen = words(seed, ndim)
    if turn == "transposed":
        chosen |= {"direction": "transposed", "operands": "as-given"}
        if "longest" in str(chosen["size"]) or "lags" in str(chosen["size"]):
            chosen["length"] = tuple(pick(seed, f"length{axis}", LENGTHS["signal"]) for axis in range(ndim))
        else:
            chosen["output_padding"] = pick(seed, "output_padding", [0, 0, 1, 2])
    convention = Convention.of(**chosen)
    try:
        plan = TURNED[turn](convention, signal, kernel)
    except ShapeError:
        return None
    return {"convention": convention.to_dict(), "signal": signal, "kernel": kernel, "turn": turn, **described(plan)}


def described(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain data."""
    return {"axes": [axis_data(axis) for axis in plan.axes], "folds": [fold_data(fold) for fold in plan.folds]}


def axis_data(axis: AxisPlan) -> dict[str, Any]:
    numbers = {name: getattr(axis, name) for name in ("n", "k", "m", "u", "s", "c", "d")}
    pairs = [[o, t, i, axis.source(i)] for o, t, i in axis.pairs()]
    return {**numbers, "below": str(axis.below), "above": str(axis.above), "pairs": pairs}


def fold_data(fold: Fold | None) -> dict[str, Any] | None:
    if fold is None:
        return None
    return {"lead": fold.lead, "n": fold.n, "trail": fold.trail, "pairs": [list(pair) for pair in fold.pairs()]}


def cases() -> Iterator[dict[str, Any]]:
    """Yield all cases."""
    found = seed = 0
    while found < COUNT:
        made = case(seed)
        seed += 1
        if made is not None and sum(len(axis["pairs"]) for axis in made["axes"]) <= 150:
            found += 1
            yield made


def text() -> str:
    """Return the whole file."""
    lines = [json.dumps(made, separators=(",", ":")) for made in cases()]
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8", newline="\n")
