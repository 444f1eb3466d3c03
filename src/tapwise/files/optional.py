"""Libraries that are imported only when a file needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tapwise.errors import MissingLibrary


def need(library: str, purpose: str) -> Any:
    """Import a file library, or say what it is needed for and how to install it."""
    try:
        return import_module(library)
    except (ImportError, OSError) as error:  # soundfile raises OSError when it finds no libsndfile
        raise MissingLibrary(library, purpose, "pip install 'tapwise[files]'") from error
