"""Importing Keras writes a file into its home: in the tests that is a folder of their own."""

from __future__ import annotations

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="tapwise-keras-")  # removed when Python ends
os.environ.setdefault("KERAS_HOME", _HOME.name)
