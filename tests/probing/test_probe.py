"""Functions as they are met: restricted, cropped, rounded, of other libraries, and impostors."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal
from tests.needs import needs

import tapwise as tw
from tapwise.convention import Convention
from tapwise.probing import NotAnOperator, probe
from tapwise.probing.reception import receive
from tapwise.probing.subject import Subject
from tapwise.probing.verifying import verify

Array = np.ndarray[Any, np.dtype[Any]]


@pytest.mark.parametrize("name", ["numpy.convolve", "numpy.correlate"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_numpy(name: str, mode: str) -> None:
    function = getattr(np, name.partition(".")[2])
    verdict = probe(lambda x, h: function(x, h, mode))
    entry = tw.catalogue.meaning(name, {"mode": mode})[0]
    assert verdict.operator == entry.axes[0].operator
    assert verdict.convention.arithmetic == entry.arithmetic
    assert verdict.convention.axes[0].size == entry.axes[0].size
    assert verdict.exact
    assert verdict.calls < 200
    rng = np.random.default_rng(1)
    for n, k in [(6, 3), (3, 6), (7, 4), (4, 7), (1, 1)]:
        x, h = rng.integers(-9, 9, n), rng.integers(-9, 9, k)
        assert (function(x, h, mode) == tw.apply(x, h, verdict.convention)).all()


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("ndim", [1, 2])
def test_scipy_signal(name: str, mode: str, ndim: int) -> None:
    verdict = probe(lambda x, h: getattr(signal, name)(x, h, mode), ndim=ndim)
    assert verdict.operator == ("convolution" if name == "convolve" else "cross-correlation")
    assert str(verdict.convention.axes[0].size) == mode


@pytest.mark.parametrize(("boundary", "ours"), [("fill", "constant(3)"), ("symm", "symmetric"), ("wrap", "wrap")])
def test_scipy_signal_2d_is_low_for_both(boundary: str, ours: str) -> None:
    verdict = probe(lambda x, h: signal.correlate2d(x, h, "same", boundary, 3), ndim=2)
    assert verdict.operator == "cross-correlation"
    assert (str(verdict.convention.axes[0].anchor), verdict.convention.axes[0].boundary) == ("low", ours)
    verdict = probe(lambda x, h: signal.convolve2d(x, h, "same", boundary, 3), ndim=2)
    assert (str(verdict.convention.axes[0].anchor), verdict.convention.axes[0].boundary) == ("low", ours)


@pytest.mark.parametrize(("mode", "ours"), [("reflect", "symmetric"), ("mirror", "reflect101"), ("nearest", "edge")])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_scipy_ndimage_truncates_and_wraps(mode: str, ours: str, ndim: int) -> None:
    verdict = probe(lambda x, h: ndimage.convolve(x, h, mode=mode, origin=-1 if ndim == 1 else 0), ndim=ndim)
    axis, arithmetic = verdict.convention.axes[0], verdict.convention.arithmetic
    assert (axis.operator, axis.boundary, str(axis.size)) == ("convolution", ours, "same")
    assert str(axis.anchor) == ("high-1" if ndim == 1 else "high")
    assert (arithmetic.result, arithmetic.rounding, arithmetic.overflow) == ("signal", "truncate", "wrap")
    assert arithmetic.accumulator == "float64"


def test_a_fourier_transform_is_accepted_to_a_bound() -> None:
    verdict = probe(lambda x, h: signal.fftconvolve(x, h, "same"))
    assert verdict.operator == "convolution"
    assert not verdict.exact
    assert 0 < verdict.bound < 1e-13


def test_torch() -> None:
    torch = needs("torch")
    functional = torch.nn.functional

    def lifted(function: Any) -> Any:
        return lambda x, h: function(torch.from_numpy(x)[None, None], torch.from_numpy(h)[None, None])[0, 0].numpy()

    assert probe(lifted(functional.conv1d)).operator == "cross-correlation"
    verdict = probe(
        lifted(lambda x, h: functional.conv2d(x, h, stride=(2, 1), padding=(1, 2), dilation=(1, 2))), ndim=2
    )
    assert repr(verdict.convention).startswith(
        "Convention.of(operator='cross-correlation', size=('pads(1,1)', 'pads(2,2)'), stride=(2, 1), dilation=(1, 2)"
    )
    verdict = probe(lifted(lambda x, h: functional.conv_transpose1d(x, h, stride=2, padding=1, output_padding=1)))
    axis = verdict.convention.axes[0]
    assert verdict.convention.direction == "transposed"
    assert (axis.stride, str(axis.size), axis.output_padding) == (2, "pads(1,1)", 1)


def test_only_uint8_saturating_with_gain_and_offset() -> None:
    def f(x: Array, h: Array) -> Array:
        if x.dtype != np.uint8:
            raise TypeError("uint8 only")
        sums = ndimage.correlate(x.astype(float), h.astype(float), mode="mirror")
        return np.asarray(np.clip(np.rint(sums * 0.5 + 7), 0, 255)).astype(np.uint8)

    verdict = probe(f, ndim=2)
    arithmetic = verdict.convention.arithmetic
    assert (arithmetic.gain, arithmetic.offset, arithmetic.overflow) == (0.5, 7, "saturate")
    assert verdict.convention.axes[0].boundary == "reflect101"
    assert "uint8 only" in verdict.refused[0]


def test_only_float32_and_odd_kernels() -> None:
    def f(x: Array, h: Array) -> Array:
        if x.dtype != np.float32 or any(k % 2 == 0 for k in h.shape):
            raise ValueError("float32 and odd kernels only")
        return np.asarray(ndimage.convolve(x, h, mode="wrap"))

    verdict = probe(f)
    assert verdict.operator == "convolution"
    assert verdict.convention.axes[0].boundary == "wrap"
    assert any("anchor" in note for note in verdict.undetermined)


def test_only_small_kernels_rows_flipped_borders_untouched_as_pillow_does() -> None:
    def f(x: Array, h: Array) -> Array:
        if x.dtype != np.uint8 or h.shape not in {(3, 3), (5, 5)}:
            raise ValueError("bad kernel size")
        taps = h[::-1] / h.sum()
        r = len(h) // 2
        y = x.copy()
        y[r:-r, r:-r] = np.clip(np.floor(signal.correlate2d(x, taps, "valid") + 0.5), 0, 255)
        return y

    verdict = probe(f)
    assert verdict.operator == ["convolution", "cross-correlation"]
    arithmetic = verdict.convention.arithmetic
    assert (arithmetic.normalize, arithmetic.borders, arithmetic.overflow) == ("sum", "untouched", "saturate")
    assert json.loads(json.dumps(verdict.to_dict()))["operator"] == ["convolution", "cross-correlation"]


def test_a_cropped_result_in_lists() -> None:
    def f(x: Array, h: Array) -> Any:
        if h.shape not in {(3, 3), (5, 5)}:
            raise ValueError("bad kernel size")
        return signal.correlate2d(x, h, "valid")[1:-1, 2:].tolist()

    verdict = probe(f)
    assert verdict.operator == "cross-correlation"
    assert [str(axis.size) for axis in verdict.convention.axes] == ["pads(-1,-1)", "pads(-2,0)"]
    assert any("bad kernel size" in words for words in verdict.refused)


@pytest.mark.parametrize(
    ("f", "ndim", "law"),
    [
        (lambda x, h: signal.medfilt(x, 3), 1, "linear in x"),
        (lambda x, h: ndimage.maximum_filter(x, len(h)), 1, "linear in x"),
        (lambda x, h: np.convolve(x**2, h), 1, "linear in x"),
        (lambda x, h: np.maximum(np.convolve(x, h), 0), 1, "linear in x"),
        (lambda x, h: np.convolve(x, h**2), 1, "linear in h"),
        (lambda x, h: np.convolve(x, h) + np.random.default_rng().normal(), 1, "deterministic"),
        (lambda x, h: np.convolve(x * np.arange(len(x)), h), 1, "shift-invariant"),
        (lambda x, h: signal.convolve2d(x, h, "same").T, 2, "axis-separable"),
        (lambda x, h: 1 / 0, 1, "answers"),
        (lambda x, h: x * 0, 1, "linear in x"),
    ],
)
def test_impostors_are_refused_with_the_law_they_break(f: Any, ndim: int, law: str) -> None:
    with pytest.raises(NotAnOperator) as refused:
        probe(f, ndim=ndim)
    assert refused.value.law == law
    if law != "answers":
        assert refused.value.counterexample is not None


def test_template_matching_is_named() -> None:
    match_template = needs("skimage.feature").match_template
    with pytest.raises(NotAnOperator, match=r"normalised cross-correlation \(template matching\)"):
        probe(match_template, ndim=2)


def test_a_bug_at_one_border_is_refused() -> None:
    def f(x: Array, h: Array) -> Array:
        y = np.convolve(x, h)
        y[0] = 2 * y[0]
        return y

    with pytest.raises(NotAnOperator) as refused:
        probe(f)
    assert refused.value.counterexample is not None


def test_the_verification_catches_a_wrong_verdict() -> None:
    reception = receive(Subject(np.convolve), 1)
    right = Convention.of(operator="convolution", size="full")
    assert verify(Subject(np.convolve), right, reception, [[3, 4, 5]]).failed is None
    for wrong in [
        right.but(operator="cross-correlation"), right.but(size="same"), right.but(boundary="edge"), right.but(gain=2),
        right.but(output="reversed"), right.but(offset=1), right.but(anchor="high", size="longest"),
    ]:  # fmt: skip
        assert verify(Subject(np.convolve), wrong, reception, [[3, 4, 5]]).failed is not None, wrong


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TypeError, match="must be callable"):
        probe(3)


def test_an_empty_answer_is_no_answer() -> None:
    """As Octave's `valid`, where no window fits along any axis."""

    def f(x: Array, h: Array) -> Array:
        lengths = [n - k + 1 for n, k in zip(x.shape, h.shape, strict=True)]
        return signal.convolve2d(x, h, "valid") if min(lengths) > 0 else np.zeros([max(m, 0) for m in lengths])

    verdict = probe(f, ndim=2)
    assert (verdict.operator, str(verdict.convention.axes[0].size)) == ("convolution", "valid")
    assert verdict.calls < 300


def test_the_noise_of_a_transform_is_no_answer() -> None:
    """The middle sample lies on none of the lags that are asked for."""

    def f(x: Array, h: Array) -> Array:
        length = len(x) + len(h) + 9
        y = np.fft.irfft(np.fft.rfft(x, length) * np.fft.rfft(h, length).conj(), length)
        return np.roll(y, 4)[:9]

    verdict = probe(f)
    assert (verdict.operator, str(verdict.convention.axes[0].size)) == ("cross-correlation", "lags(-4,4)")
