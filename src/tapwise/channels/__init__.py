"""Operators on arrays with batch, channels and groups: sums and loops around the one relation."""

from tapwise.channels.layer import Layer as Layer

__all__ = ["Layer"]
