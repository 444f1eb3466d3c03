"""What is in view when the page opens: how indices are called, which output, which gradient arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwise.errors import ArgumentError, ShapeError, Shown
from tapwise.explanation import explain
from tapwise.explorer.numbers import held, written

if TYPE_CHECKING:
    from tapwise.convention import Convention
    from tapwise.explanation import Explanation
    from tapwise.explanation.labels import Labels
    from tapwise.operators.arrays import Array

#: What is in view unless something else is asked for.
USUAL = {"at": None, "upstream": None, "origin": "corner", "axis_order": "row, column", "output_labels": "offset"}
#: How far from the corner the page lets index 0 lie.
_FAR = 99


def view_of(x: Array, h: Array, meant: Convention, asked: dict[str, Any]) -> dict[str, str]:
    """Return the fields of what is in view; none where nothing is asked for."""
    if asked["upstream"] is None and all(asked[name] == usual for name, usual in USUAL.items() if name != "upstream"):
        return {}
    steps = explain(
        x, h, meant, at=asked["at"], most=1, origin=asked["origin"], axis_order=asked["axis_order"],
        output_labels=asked["output_labels"],
    )  # fmt: skip
    fields = _labelled(steps, asked)
    reflected = steps.labels.reflected
    if reflected:
        fields["op"] = "lag"  # the page's third operator holds the outputs in the order of their lags
    if steps.labels.axes != tuple(range(x.ndim)):
        fields["order"] = "column"
    if asked["at"] is not None:
        output = steps.steps[0].output
        place = [n - 1 - o if reflected else o for o, n in zip(output, steps.y.shape, strict=True)]
        fields["at"] = ",".join(map(str, place))
    if asked["upstream"] is not None:
        fields["dy"] = _arriving(asked["upstream"], steps)
    return fields


def _labelled(steps: Explanation, asked: dict[str, Any]) -> dict[str, str]:
    """Return the fields of the labels: the page counts from 0, or calls outputs so that the law has no constant."""
    labels = steps.labels
    if not (any(labels.x) or any(labels.h) or any(labels.y) or labels.reflected):
        return {}
    if labels.reflected and any(axis.d < 0 or axis.s < 0 for axis in steps.plan.axes):
        rule = "the page reflects the labels of a cross-correlation alone"
        raise ArgumentError("output_labels", "lag", rule, "write operator='cross-correlation', or leave it out")
    if any(law.c or abs(law.a) != 1 for law in labels.laws(steps.plan)):
        raise ArgumentError(
            "origin", asked["origin"], "the page counts positions from 0, or calls outputs so that the input of output "
            "m and tap k is m + k, or m - k, with nothing added and no stride",
            "write origin='textbook', and no stride",
        )  # fmt: skip
    if max(map(abs, (*labels.x, *labels.h))) > _FAR:
        rule = f"the page lets index 0 lie at most {_FAR} from the corner"
        raise ArgumentError("origin", asked["origin"], rule, "choose nearer ones")
    return {"labels": "textbook", "ox": _place(labels, "x"), "oh": _place(labels, "h")}


def _place(labels: Labels, array: str) -> str:
    at = getattr(labels, array)
    return ",".join(map(str, at)) if any(at) else "corner"


def _arriving(upstream: Any, steps: Explanation) -> str:
    """Return the gradient by the outputs, in the order in which the page has them."""
    given = held("upstream", upstream)
    if given.shape != steps.y.shape:
        shape = Shown(f"array of shape {given.shape}")
        raise ShapeError("upstream", shape, f"the output has shape {steps.y.shape}", "give one number for each output")
    return written(given[(slice(None, None, -1),) * given.ndim] if steps.labels.reflected else given)
