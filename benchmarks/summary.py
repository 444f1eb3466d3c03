"""Numbers about the results: ratios, shares, means; all from the data, nothing by hand."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Cell = dict[str, Any]
Row = dict[str, Any]

#: Samples from which cells are expected to be won; what a ratio may not fall below; how near to the best engine.
LARGE, LEAST, NEAR = 4096, 0.8, 1.15
ALIKE = "alike in length"


def own(cell: Cell) -> Row:
    """Return tapwise's row."""
    found: Row = cell["rows"][0]
    return found


def peers(cell: Cell) -> list[Row]:
    """Return the peers on equal footing, fastest first."""
    rows = (row for row in cell["rows"] if row["library"] != "tapwise" and row["status"] == "same")
    return sorted(rows, key=lambda row: row["ratio"])


def apart(cell: Cell) -> list[Row]:
    """Return the peers with another result, fastest first."""
    rows = (row for row in cell["rows"] if row["library"] != "tapwise" and row["status"] != "same")
    return sorted(rows, key=lambda row: row["ratio"])


def fastest_peer(cell: Cell) -> Row | None:
    """Return the peer to beat."""
    return next(iter(peers(cell)), None)


def ratio(cell: Cell) -> float:
    """Return how many times as long as tapwise the fastest peer takes; infinite where there is none."""
    peer = fastest_peer(cell)
    return float(peer["ratio"]) if peer else float("inf")


def engine(cell: Cell, name: str) -> Row | None:
    """Return the row of one engine."""
    return next((row for row in cell["rows"] if row["name"] == f"tapwise {name}"), None)


def loss_of_choice(cell: Cell) -> float:
    """Return how many times as long as the best engine the chosen one takes: the better of its two rows."""
    engines = [row["ratio"] for row in cell["rows"] if row["name"].startswith("tapwise ")]
    chosen = engine(cell, cell["engine"])
    mine = min([own(cell)["ratio"], *([chosen["ratio"]] if chosen else [])])
    return float(mine / min([mine, *engines]))


def counted(cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells that are to be won: large ones that have a peer, kernel and signal not alike in length."""
    return [c for c in cells if c["samples"] >= LARGE and c["group"] != ALIKE and fastest_peer(c)]


def share(values: Iterable[bool]) -> float:
    """Return the share of what is true."""
    given = list(values)
    return sum(given) / len(given) if given else float("nan")


def geometric(values: Iterable[float]) -> float:
    """Return the geometric mean."""
    given = [value for value in values if value < float("inf")]
    return exp(sum(map(log, given)) / len(given)) if given else float("nan")


def _square(cell: Cell, low: int, high: int) -> bool:
    return all(low <= k <= high for k in cell["taps"])


#: What geometric means are asked for: a name, the least, and which cells.
MEANS: tuple[tuple[str, float, Callable[[Cell], bool]], ...] = (
    ("2-D float32, K = 5 to 31, 480×1024 and 2048×2048", 5.0,
     lambda c: c["group"] == "2-D float32" and c["shape"] != [2160, 3840] and _square(c, 5, 31)),
    ("1-D float32 and float64, K = 31 to 1023, 2^20 samples", 3.0,
     lambda c: c["group"] == "1-D float" and c["samples"] == 1 << 20 and _square(c, 31, 1023)),
    ("3-D float32, K = 3 to 11, 128×128×128", 6.0,
     lambda c: c["group"] == "3-D" and c["dtype"] == "float32" and _square(c, 3, 11)),
    ("exact integers", 8.0, lambda c: c["group"] == "exact integers"),
)  # fmt: skip


def peaks(cells: Iterable[Cell], what: str) -> list[float]:
    """Return what the machine could do in a second beside each cell that arithmetic, or memory, binds.

    That is floating-point operations, or bytes read and written.
    """
    return [max(row["work"] / row["median"] for row in cell["peaks"]) for cell in cells if cell["binds"] == what]


def shares(cells: Iterable[Cell], what: str) -> list[float]:
    """Return which share of that direct sums reach where arithmetic binds, tapwise where memory does.

    Both are times of the same rounds, in times of tapwise's.
    """
    found = []
    for cell in cells:
        row, done = (
            (engine(cell, "direct"), 2 * cell["products"]) if what == "arithmetic" else (own(cell), cell["bytes"])
        )
        if cell["binds"] == what and row:
            found.append(done / row["ratio"] / max(one["work"] / one["ratio"] for one in cell["peaks"]))
    return found
