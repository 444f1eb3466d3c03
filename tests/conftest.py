"""Fixtures for all rooms; and a home for Keras, which writes a file into it when it is imported."""

from __future__ import annotations

import os
import tempfile

from tests.engines.forced import interpreted as interpreted

_HOME = tempfile.TemporaryDirectory(prefix="tapwise-keras-")  # removed when Python ends
os.environ.setdefault("KERAS_HOME", _HOME.name)
