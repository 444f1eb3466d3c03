"""The picture of the results: every cell's ratio to the fastest peer, on a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.summary import LEAST, fastest_peer, ratio

if TYPE_CHECKING:
    from pathlib import Path

#: By the number of threads; colours that colour-blind readers tell apart, and marks.
_MARKS = {1: ("#0072b2", "o"), 2: ("#d55e00", "D")}
_OTHER = ("#009e73", "s")
_LOSS = "#f6d5d5"


def draw(cells: list[dict[str, Any]], target: Path) -> None:
    """Write the picture: a line for each case, a mark for each number of threads; losses lie in the shaded part."""
    shown = [cell for cell in cells if fastest_peer(cell)]
    groups = list(dict.fromkeys(cell["group"] for cell in shown))
    cases = sorted(dict.fromkeys((cell["group"], cell["case"]) for cell in shown), key=lambda c: groups.index(c[0]))
    places: dict[tuple[str, str], float] = {}
    heads, place = [], 0.0
    for group, case in cases:
        if not places or group != list(places)[-1][0]:
            place += 0.9
            heads.append((place, group))
            place += 1.0
        places[group, case] = place
        place += 1.0
    figure = Figure(figsize=(9, 1.2 + 0.17 * place), layout="constrained")
    axes = figure.subplots()
    ratios = [ratio(cell) for cell in shown] or [1.0]
    low, high = min(0.5, min(ratios) / 1.3), max(2.0, max(ratios) * 1.3)
    axes.axvspan(low, 1, color=_LOSS, lw=0)
    for value, style in ((1.0, "-"), (LEAST, ":")):
        axes.axvline(value, color="0.3", lw=0.8, ls=style)
    for threads in sorted({cell["threads"] for cell in shown}):
        colour, mark = _MARKS.get(threads, _OTHER)
        mine = [cell for cell in shown if cell["threads"] == threads]
        axes.plot([ratio(cell) for cell in mine], [places[cell["group"], cell["case"]] for cell in mine], mark,
                  color=colour, ms=4, ls="", label="1 thread" if threads == 1 else f"{threads} threads")  # fmt: skip
    axes.set(xscale="log", xlim=(low, high), ylim=(place + 0.3, 0),
             xlabel="time of the fastest peer / time of tapwise: to the right of 1 tapwise is faster")  # fmt: skip
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.xaxis.minorticks_off()
    axes.set_yticks(list(places.values()), [case for _, case in places], fontsize=7)
    for line, group in heads:
        axes.text(low, line, f" {group}", fontsize=8, fontweight="bold", va="center")
    axes.grid(axis="x", color="0.85", lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if shown:
        axes.legend(loc="lower right", frameon=True, fontsize=8)
    with mpl.rc_context({"svg.hashsalt": "tapwise"}):
        figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)
