"""Fixtures for all rooms; a home for Keras, which writes a file into it when it is imported; and only shipped rates."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.engines.forced import interpreted as interpreted

_HOME = tempfile.TemporaryDirectory(prefix="tapwise-keras-")  # removed when Python ends
os.environ.setdefault("KERAS_HOME", _HOME.name)
os.environ["TAPWISE_RATES"] = str(Path(_HOME.name) / "none.json")  # what a developer tuned decides no test
