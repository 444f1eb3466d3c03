"""Fixtures for all rooms."""

from tests.engines.forced import interpreted as interpreted
