"""What can be probed beside a plain callable: functions of known libraries, themselves or their names, with options."""

from __future__ import annotations

import functools
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from tests.needs import needs

import tapwise as tw
from tapwise.errors import ArgumentError, ArgumentTypeError, MissingLibrary
from tapwise.libraries import library
from tapwise.probing import NotAnOperator, probe
from tapwise.probing.known import loaded, name_of


@pytest.mark.parametrize(
    ("f", "name", "options", "ndim"),
    [
        (np.convolve, "numpy.convolve", {"mode": "same"}, 1),
        (np.correlate, "numpy.correlate", {"mode": "full"}, 1),
        (scipy.signal.correlate2d, "scipy.signal.correlate2d", {"mode": "same", "boundary": "symm"}, 2),
        (scipy.ndimage.convolve1d, "scipy.ndimage.convolve1d", {"mode": "wrap"}, 1),
    ],
)
def test_a_known_function_and_its_name_and_a_partial_are_the_same(
    f: Any, name: str, options: dict[str, Any], ndim: int
) -> None:
    assert name_of(f) == name
    verdict = probe(f, **options)
    assert verdict.ndim == ndim
    assert probe(name, **options) == verdict
    assert probe(functools.partial(f, **options)) == verdict
    rng = np.random.default_rng(2)
    for n, k in [(9, 4), (6, 3)]:
        x, h = rng.integers(-9, 10, range(n, n + ndim)), rng.integers(-9, 10, range(k, k + ndim))
        assert np.array_equal(f(x, h, **options), tw.apply(x, h, verdict.convention))


def test_every_installed_function_is_known_by_itself() -> None:
    for name in tw.libraries.names():
        if name.startswith(("numpy.", "scipy.")):
            assert name_of(loaded(name)) == name
    assert name_of(None) is None
    assert name_of(sorted) is None


def test_functions_of_pytorch_get_tensors_with_batch_and_channel() -> None:
    functional = needs("torch").nn.functional
    verdict = probe(functional.conv2d, stride=(2, 1), padding=1)
    assert (verdict.operator, verdict.ndim) == ("cross-correlation", 2)
    assert [axis.stride for axis in verdict.convention.axes] == [2, 1]
    assert str(verdict.convention.axes[0].size) == "pads(1,1)"
    verdict = probe(functional.conv_transpose1d, stride=2)
    assert verdict.operator == "convolution"  # what the transpose of a cross-correlation is
    assert verdict.convention.direction == "transposed"


def test_functions_of_tensorflow_correlate() -> None:
    tf = needs("tensorflow")
    verdict = probe(tf.nn.conv1d, stride=2, padding="SAME")
    assert verdict.operator == "cross-correlation"
    assert (str(verdict.convention.axes[0].size), verdict.convention.axes[0].stride) == ("same-upper", 2)


def test_functions_of_opencv_on_images() -> None:
    cv2 = needs("cv2")
    verdict = probe(cv2.filter2D, borderType=cv2.BORDER_REPLICATE)
    assert (verdict.operator, verdict.ndim, verdict.convention.axes[0].boundary) == ("cross-correlation", 2, "edge")


def test_options_of_any_function() -> None:
    def f(x: Any, h: Any, *, turned: bool) -> Any:
        return np.convolve(x, h[::-1] if turned else h)

    assert probe(f, turned=True).operator == "cross-correlation"
    assert probe(f, turned=False).operator == "convolution"


def test_bad_subjects_are_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="f=object of type int: must be callable"):
        probe(3)
    with pytest.raises(ArgumentError, match=r"f='numpy\.convole': is not a catalogued function; did you mean"):
        probe("numpy.convole")
    with pytest.raises(ArgumentError) as refused:
        probe(np.convolve, mod="same")
    assert str(refused.value) == "mod='same': is not an option of numpy.convolve; its options here are mode"
    with pytest.raises(NotAnOperator, match="it takes none of the"):
        probe(lambda x, h: 1 / 0, ndim=1)


def test_nothing_optional_is_imported_to_know_a_function() -> None:
    script = """
import sys, numpy as np, tapwise as tw
assert tw.probe(np.convolve).operator == "convolution"
assert tw.probe(lambda x, h: np.correlate(x, h)).operator == "cross-correlation"
found = {"torch", "tensorflow", "keras", "jax", "cv2", "kornia", "astropy", "onnxruntime"} & set(sys.modules)
assert not found, found
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_library_that_is_not_installed_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "find_spec", lambda name: None)
    with pytest.raises(MissingLibrary) as caught:
        probe("onnx.Conv")
    assert str(caught.value) == (
        "calling onnx.Conv needs onnxruntime, which is not installed; pip install onnxruntime onnx"
    )
