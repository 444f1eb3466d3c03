"""One browser for all tests of the explorer, and a fresh profile with the network cut for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.explorer.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    found = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    found.set_default_timeout(8000)
    yield found
    found.close()
