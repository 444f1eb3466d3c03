"""The command line: `tapwise compare`, `tapwise filter`."""

from tapwise.cli.app import main as main

__all__ = ["main"]
