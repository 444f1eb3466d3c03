"""The command line: `tapwise compare`, `probe`, `filter`, `identify`, `list`."""

from tapwise.cli.app import main as main

__all__ = ["main"]
