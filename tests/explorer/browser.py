"""A real browser with the network cut, and what a test asks of the page in it."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import tapwise as tw
from tapwise import explorer
from tests.explorer.node import tool
from tests.needs import needs

X, H = [2, 1, 3, 5, 4], [1, 2, 0]
IMAGE = [[2, 1, 3, 5, 4, 0], [6, 2, 0, 1, 7, 3], [1, 8, 4, 2, 0, 5], [3, 0, 9, 6, 1, 2]]
TAPS = [[1, 2, 0], [0, -1, 3]]
TITLES = {"Convolution": "convolution", "Cross-correlation": "cross-correlation", "Reflected lag": "cross-correlation"}
NUMBER = re.compile(r"= ([^\s,]+)")


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium, without a window."""
    playwright = needs("playwright.sync_api")
    path = tool("chromium")
    with playwright.sync_playwright() as running:
        # A browser that runs as root, as in a container, has no sandbox of its own.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = running.chromium.launch(executable_path=path, args=arguments)
        yield found
        found.close()


class Opened:
    """The page in the browser; whatever it asks for and complains about is noted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def grid(self, label: str) -> Any:
        """The numbers of a grid, by the names of its cells."""
        rows = self.page.locator(f'[role="grid"][aria-label="{label}"] [role="row"]:has([role="gridcell"])')
        names = rows.evaluate_all(
            "rows => rows.map(r => [...r.querySelectorAll('.cell:not(.beyond)')].map(c => c.ariaLabel))"
        )
        table = [[float(NUMBER.search(name)[1].replace("−", "-")) for name in row] for row in names if row]  # type: ignore[index]
        return np.array(table[0] if label != "The signal x" and len(table) == 1 else table)

    def outputs(self, operator: str) -> Any:
        return self.grid(f"{operator}, outputs")

    def cell(self, label: str, row: int, column: int) -> Any:
        rows = self.page.locator(f'[role="grid"][aria-label="{label}"] [role="row"]')
        return rows.nth(row + 1).locator('[role="gridcell"]').nth(column)

    def formulas(self, where: str) -> list[str]:
        """The text of formulas, in plain letters and without spaces."""
        texts = self.page.locator(where).all_inner_texts()
        return [re.sub(r"\s", "", unicodedata.normalize("NFKC", text)) for text in texts]

    def status(self) -> str:
        return str(self.page.locator(".status").inner_text())

    def settle(self) -> None:
        """Wait until what is in view is drawn."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def rest(self) -> None:
        """Wait until the address is written as well."""
        self.page.wait_for_timeout(400)


def opened(context: Any, folder: Path, *arrays: Any, address: str = "", **words: Any) -> Opened:
    """Write a page for these arrays, and open it."""
    place = explorer.save(folder / "page.html", *arrays, **words)
    found = Opened(context.new_page())
    found.page.goto(place.as_uri() + address)
    return found


def expected(x: Any, h: Any, title: str, **words: Any) -> Any:
    return tw.apply(x, h, operator=TITLES[title], output="reversed" if title == "Reflected lag" else "forward", **words)


def check(page: Opened, x: Any, h: Any, **words: Any) -> None:
    for title in TITLES:
        np.testing.assert_array_equal(page.outputs(title), expected(x, h, title, **words), err_msg=f"{title} {words}")
