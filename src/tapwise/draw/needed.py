"""matplotlib, imported when a figure is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tapwise.errors import MissingLibrary


def need(module: str) -> Any:
    """Return a module of matplotlib, or say what it is needed for and how to install it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingLibrary("matplotlib", "drawing a figure", "pip install 'tapwise[draw]'") from error
