"""Libraries that are imported only when something here is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tapwise.errors import MissingLibrary


def need(library: str, purpose: str, extra: str) -> Any:
    """Import a library, or say what it is needed for and how to install it."""
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        raise MissingLibrary(library, purpose, f"pip install 'tapwise[{extra}]'") from error
