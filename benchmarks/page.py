"""The page of the results: docs/benchmarks.md, every number computed from the data.

`python -m benchmarks.page [RESULTS]` writes it again.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import summary
from benchmarks.plot import draw
from benchmarks.results import path_of, read
from tapwise.benchmarking import processor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Cell = dict[str, Any]
TARGET = Path(__file__).parent.parent / "docs" / "benchmarks.md"
#: What stands at a ratio below 1.
LOSS = "▼"

HOW = """Each cell is one problem with one number of threads. All who can do it are called in rounds, in an order drawn
anew for every round, so that a busy moment of the machine meets all alike; after three rounds only those go on, and
begin anew, that take less than three times as long as the fastest. Threads of OpenMP and OpenBLAS that wait do not
spin, since they would take the processor of whose turn it is. Times are medians of the rounds. A ratio is the median of
the ratios within each round, which varies less than the ratio of two medians where the machine's speed changes on the
way, and may differ a little from it. Every call makes a new result. Short calls are repeated within their turn, caches
warm; for *cold caches* an array of 128 MiB is written before every call, which empties the processor's own caches, and
the shared one as far as it is smaller.

Before anything is timed, every answer is compared with that of tapwise's direct sums: whole numbers have to be equal,
floats equal within the error of such sums. A peer is given the kernel, the anchor and the boundary that it needs for
that, and its result is converted where it has another dtype; what this costs is part of its time, as it is for a user.
Arrays of PyTorch, JAX, Pillow and libvips are made before, JAX's functions compiled before. Who computes something
near, or in another dtype, is shown apart and is not counted. Who is hopelessly slow is called once, or left out.

Where arithmetic binds direct sums, the same rounds hold a matrix product, PyTorch's and NumPy's, with as many threads;
where memory binds, a copy of the signal. Both write into an array that is there before. Shares are of the faster of the
two, from the same rounds."""


def main() -> None:
    """Write the page of this machine's results, or of the file that is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=main.__doc__)
    parser.add_argument("results", nargs="?", type=Path, default=path_of(processor()), help="a file of results")
    path = parser.parse_args().results
    if not read(path)["cells"]:
        parser.error(f"there are no results of today's format in {path}; python -m benchmarks writes them")
    write_page(path)


def write_page(path: Path, target: Path = TARGET) -> None:
    """Write the page and its picture."""
    results = read(path)
    picture = target.with_suffix(".svg")
    draw(results["cells"], picture)
    target.write_text(page(results, picture.name), encoding="utf-8")
    print(f"written: {target}, {picture}")


def page(results: dict[str, Any], picture: str) -> str:
    """Return the whole page."""
    first = {name: place for place, name in reversed(list(enumerate(cell["case"] for cell in results["cells"])))}
    cells = sorted(results["cells"], key=lambda cell: (first[cell["case"]], cell["threads"]))
    groups = list(dict.fromkeys(cell["group"] for cell in cells))
    parts = [
        "# Benchmarks", " ".join([_head(results), *_can(cells)]),
        f"![Ratios to the fastest peer, every cell]({picture})", "## What it shows",
        *(_shown(cells, threads) for threads in _threads(cells)), "## How it was measured", HOW,
        *(part for group in groups for part in (f"## {group[0].upper()}{group[1:]}", _group(cells, group))),
        "## Shown apart", _apart(cells), "## The choice of an engine", _choice(cells), "## Left out", _left_out(cells),
        "Written by `python -m benchmarks`; do not edit.",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _head(results: dict[str, Any]) -> str:
    machine = results["machine"]
    listed = ", ".join(f"{name} {version}" for name, version in sorted(results["versions"].items()))
    return (
        f"{results['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}; measured "
        f"on {results['date']}. Engines: {', '.join(machine['engines'])}. Versions: {listed}."
    )


def _can(cells: list[Cell]) -> Iterator[str]:
    """Yield what the machine could do beside the cells that show a share of it."""
    kinds = {"arithmetic": "does {} GF/s in float32 (matrix products)", "memory": "copies {} GB/s (read and written)"}
    for threads in reversed(_threads(cells)):
        for what, words in kinds.items():
            found = summary.peaks((cell for cell in cells if cell["threads"] == threads), what)
            if found:
                told = " to ".join(dict.fromkeys(f"{value / 1e9:.0f}" for value in (min(found), max(found))))
                yield f"With {_count(threads)} it {words.format(told)}."


def _shown(cells: Iterable[Cell], threads: int) -> str:
    """Return the table of what was asked for, and what is."""
    mine = [cell for cell in cells if cell["threads"] == threads]
    large = summary.counted(mine)
    ratios = [summary.ratio(cell) for cell in large]
    rows = [
        ("cells of 4096 samples and more won", ">= 95 %", _percent(r >= 1 for r in ratios), len(large)),
        ("of them below 0.8 of the fastest peer", "none", str(sum(r < summary.LEAST for r in ratios)), len(large)),
    ]
    for name, least, belongs in summary.MEANS:
        some = [summary.ratio(cell) for cell in mine if belongs(cell)]
        rows.append((f"geometric mean: {name}", f">= {least:g}", _times(summary.geometric(some)), len(some)))
    for what, words in (
        ("arithmetic", "of the peak of multiply-adds, direct sums"),
        ("memory", "of copying, 4K with 3×3"),
    ):
        some = summary.shares(mine, what)
        rows.append(
            (f"least share {words}", ">= 70 %", f"{100 * min(some):.0f} %" if some else "not measured", len(some))
        )
    call = next((cell for cell in mine if cell["shape"] == [64] and cell["taps"] == [3]), None)
    if call:
        numpy = next((row for row in call["rows"] if row["name"] == "numpy.convolve"), None)
        cost = 1 / numpy["ratio"] if numpy else float("nan")
        rows.append(("a call on 64 samples with 3 taps, in calls of numpy.convolve", "<= 3", f"{cost:.1f}", 1))
    near = [summary.loss_of_choice(cell) <= summary.NEAR for cell in mine]
    rows.append(("choice within 15 % of the best engine", ">= 95 %", _percent(near), len(near)))
    lines = [f"**{_count(threads)}**", "", "| | asked for | measured | cells |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def _group(cells: Iterable[Cell], group: str) -> str:
    lines = [
        "| case | threads | tapwise, ms | engine | fastest peer | its ms | ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in cells:
        if cell["group"] == group:
            peer, mine = summary.fastest_peer(cell), summary.own(cell)
            other = (f"`{peer['name']}`", _ms(peer)) if peer else ("none", "")
            row = (cell["case"], cell["threads"], _ms(mine), cell["engine"], *other, _times(summary.ratio(cell)))
            lines.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join(lines)


def _apart(cells: Iterable[Cell]) -> str:
    """Return the peers whose results are not the same, and faster than twice the time of tapwise."""
    lines = [
        "Peers that give something else and take less than twice tapwise's time. They are in no other number.",
        "",
        "| case | threads | who | its ms | ratio | result | largest difference |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in cells:
        for row in summary.apart(cell):
            times = row["ratio"]
            if times < 2:
                shown = (cell["case"], cell["threads"], f"`{row['name']}`", _ms(row), _times(times), row["status"],
                         f"{float(row['difference']):.3g}")  # fmt: skip
                lines.append(f"| {' | '.join(map(str, shown))} |")
    return "\n".join(lines)


def _choice(cells: list[Cell]) -> str:
    """Return the cells in which another engine is faster by more than 15 %."""
    wrong = [cell for cell in cells if summary.loss_of_choice(cell) > summary.NEAR]
    lines = [
        f"In {len(cells) - len(wrong)} of {len(cells)} cells the chosen engine is within 15 % of the best. The others:",
        "",
        "| case | threads | chosen | best | times as long |",
        "|---|---|---|---|---|",
    ]
    for cell in wrong:
        best = min((row for row in cell["rows"] if row["name"].startswith("tapwise ")), key=lambda row: row["ratio"])
        shown = (cell["case"], cell["threads"], cell["engine"], best["name"].removeprefix("tapwise "),
                 f"{summary.loss_of_choice(cell):.2f}")  # fmt: skip
        lines.append(f"| {' | '.join(map(str, shown))} |")
    return "\n".join(lines)


def _left_out(cells: Iterable[Cell]) -> str:
    """Return who was not called although it could have been."""
    slow: dict[str, int] = {}
    for cell in cells:
        for name, why in cell["left_out"].items():
            if why.startswith("would take"):
                slow[name] = slow.get(name, 0) + 1
    listed = ", ".join(f"`{name}` in {count}" for name, count in sorted(slow.items())) or "nobody"
    return (
        "Not called, since by its time for another problem it would take twenty times as long as the fastest: "
        f"{listed} of the cells. Why the others cannot do a case stands in the data."
    )


def _threads(cells: Iterable[Cell]) -> list[int]:
    return sorted({cell["threads"] for cell in cells}, reverse=True)


def _count(threads: int) -> str:
    return "1 thread" if threads == 1 else f"{threads} threads"


def _ms(row: dict[str, Any]) -> str:
    return f"{1e3 * row['median']:.3g}"


def _times(value: float) -> str:
    """Return a ratio; a loss in bold with its mark."""
    if value != value or value == float("inf"):
        return "not measured"
    return f"{value:.2f}" if value >= 1 else f"**{value:.2f}** {LOSS}"


def _percent(values: Iterable[bool]) -> str:
    value = summary.share(values)
    return f"{100 * value:.0f} %" if value == value else "not measured"


if __name__ == "__main__":
    main()
