"""A progress bar for work that takes long, and none for work that does not."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Seconds before a bar appears.
PATIENCE = 0.5


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of (done, total) that draws a bar on standard error once the work has taken a while."""
    console = Console(stderr=True)
    display = Progress(TextColumn(title), BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeRemainingColumn(),
                       console=console, transient=True)  # fmt: skip
    start = time.monotonic()
    task = display.add_task("", total=None)
    shown = False

    def advance(done: int, total: int) -> None:
        nonlocal shown
        if not shown and done < total and time.monotonic() - start > PATIENCE:
            display.start()
            shown = True
        display.update(task, completed=done, total=total)

    try:
        yield advance
    finally:
        if shown:
            display.stop()
