"""`tapwise filter` on real files: what it writes, what it says, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.conftest import Ran
from tests.needs import needs

import tapwise as tw
from tapwise import files, kernels

Run = Callable[..., Ran]


@pytest.fixture
def photograph() -> Path:
    """A colour photograph that scikit-image ships, of different height and width."""
    return Path(needs("skimage.data").__file__).parent / "chelsea.png"


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A small array file."""
    np.save(tmp_path / "x.npy", np.arange(12).reshape(3, 4) ** 2)
    return tmp_path / "x.npy"


def pixels(path: Path) -> Any:
    """The picture as another library reads it."""
    from PIL import Image

    with Image.open(path) as image:
        return np.array(image)


def test_a_photograph_channel_by_channel(tapwise: Run, photograph: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    ran = tapwise("filter", str(photograph), "-k", "gaussian:sigma=1.5", "-o", str(target))
    assert ran.code == 0, ran.err
    x = pixels(photograph)
    ndimage = needs("scipy.ndimage")
    taps = kernels.gaussian(1.5, ndim=2)
    expected = np.stack([ndimage.correlate(x[..., c].astype(float), taps, mode="mirror") for c in range(3)], axis=-1)
    # Both sum in double; where the sums are not within 1e-6 of a half they round to the same pixel.
    sure = np.abs(expected % 1 - 0.5) > 1e-6
    assert np.array_equal(pixels(target)[sure], np.rint(expected)[sure].astype(np.uint8))
    assert sure.mean() > 0.99
    assert ran.out.count("\n") == 1
    assert "(300×451×3 uint8), kernel gaussian:sigma=1.5 (13×13): cross-correlation, size same, boundary " in ran.out
    assert "nothing clipped)" in ran.out


def test_the_operator_is_used(tapwise: Run, photograph: Path, tmp_path: Path) -> None:
    made = {}
    for operator in ("convolution", "cross-correlation"):
        target = tmp_path / f"{operator}.npy"
        assert (
            tapwise(
                "filter", str(photograph), "-k", "1 2 0;0 0 3;0 0 0", "-o", str(target), "--operator", operator
            ).code
            == 0
        )
        made[operator] = np.load(target)
    x = pixels(photograph).astype(int)
    taps = np.array([[1, 2, 0], [0, 0, 3], [0, 0, 0]])
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode="reflect")
    rows, cols = x.shape[:2]
    for operator, kernel in (("cross-correlation", taps), ("convolution", taps[::-1, ::-1])):
        expected = sum(kernel[a, b] * padded[a : a + rows, b : b + cols] for a in range(3) for b in range(3))
        assert np.array_equal(made[operator], expected)


def test_clipped_samples_are_counted(tapwise: Run, photograph: Path, tmp_path: Path) -> None:
    target = tmp_path / "edges.png"
    told = json.loads(tapwise("filter", str(photograph), "-k", "sobel:axis=1", "-o", str(target), "--json").out)
    y = tw.correlate(pixels(photograph), kernels.sobel(1), size="same", boundary="reflect101", axes=(0, 1))
    assert told["clipped"] == int(((y < 0) | (y > 255)).sum()) > 1000
    assert np.array_equal(pixels(target), np.clip(y, 0, 255))


def test_signed_results_can_be_shown_and_kept(tapwise: Run, photograph: Path, tmp_path: Path) -> None:
    y = tw.correlate(pixels(photograph), kernels.sobel(1), size="same", boundary="reflect101", axes=(0, 1))
    shown, kept = tmp_path / "shown.png", tmp_path / "kept.tif"
    told = json.loads(
        tapwise("filter", str(photograph), "-k", "sobel:axis=1", "-o", str(shown), "--scale", "signed", "--json").out
    )
    assert told["clipped"] == 0
    assert np.array_equal(pixels(shown), np.rint(128 + y * told["scale"]))
    tapwise("filter", str(photograph), "-k", "sobel:axis=1", "-o", str(kept), "--dtype", "float32")
    assert np.array_equal(needs("tifffile").imread(kept), y.astype(np.float32))


def test_sound_is_filtered_along_time(tapwise: Run, tmp_path: Path) -> None:
    soundfile = needs("soundfile")
    rng = np.random.default_rng(3)
    x = rng.integers(-2000, 2000, (500, 2)).astype(np.int16)
    soundfile.write(tmp_path / "in.wav", x, 8000, subtype="PCM_16")
    ran = tapwise(
        "filter", str(tmp_path / "in.wav"), "-k", "1,2,3", "-o", str(tmp_path / "out.wav"), "--boundary", "zero"
    )
    assert ran.code == 0, ran.err
    y, rate = soundfile.read(tmp_path / "out.wav", dtype="int16")
    assert rate == 8000
    for channel in range(2):
        assert np.array_equal(y[:, channel], np.correlate(x[:, channel].astype(int), [1, 2, 3], "same"))


@pytest.mark.parametrize("name", ["out.npy", "out.npz", "out.csv"])
def test_arrays_keep_every_value(tapwise: Run, samples: Path, name: str) -> None:
    target = samples.parent / name
    ran = tapwise("filter", str(samples), "-k", "1 2;3 4", "-o", str(target), "--size", "full", "--boundary", "zero")
    assert ran.code == 0, ran.err
    x = np.load(samples)
    assert np.array_equal(files.read(target).data, tw.correlate(x, [[1, 2], [3, 4]], size="full"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--operator", "convolution"], {"operator": "convolution"}),
        (["--size", "valid", "--stride", "2,1"], {"size": "valid", "stride": (2, 1)}),
        (["--size", "pads(2,1),full"], {"size": ("pads(2,1)", "full")}),
        (["--boundary", "zero | edge"], {"boundary": "zero | edge"}),
        (["--boundary", "constant(-3),wrap"], {"boundary": ("constant(-3)", "wrap")}),
        (["--boundary", "d c b a | a b c d | d c b a"], {"boundary": "symmetric"}),
        (["--anchor", "first,last", "--dilation", "2"], {"anchor": ("first", "last"), "dilation": 2}),
        (["--output-order", "reversed,forward"], {"output": ("reversed", "forward")}),
        (["--direction", "transposed", "--size", "valid", "--stride", "2", "--output-padding", "1,0"],
         {"direction": "transposed", "size": "valid", "stride": 2, "output_padding": (1, 0)}),
        (["--direction", "transposed", "--size", "valid", "--stride", "2", "--length", "7,8"],
         {"direction": "transposed", "size": "valid", "stride": 2, "length": (7, 8)}),
        (["--spread", "2", "--size", "full"], {"spread": 2, "size": "full"}),
        (["--gain", "-1/2", "--offset", "-3"], {"gain": -0.5, "offset": -3}),
        (["--normalize", "sum"], {"normalize": "sum"}),
        (["--result", "uint8", "--overflow", "saturate"], {"result": "uint8", "overflow": "saturate"}),
        (["--result", "int16", "--gain", "0.3", "--rounding", "floor"],
         {"result": "int16", "gain": 0.3, "rounding": "floor"}),
        (["--borders", "untouched"], {"borders": "untouched"}),
        (["--conjugate", "kernel", "--accumulator", "float64"], {"conjugate": "kernel", "accumulator": "float64"}),
        (["--operands", "longer-first"], {"operands": "longer-first"}),
        (["--engine", "reference"], {"engine": "reference"}),
        (["--accuracy", "elementwise"], {"accuracy": "elementwise"}),
    ],
)  # fmt: skip
def test_every_field_of_the_convention_is_an_option(
    tapwise: Run, samples: Path, options: list[str], words: dict[str, Any]
) -> None:
    target = samples.parent / "out.npy"
    ran = tapwise("filter", str(samples), "-k", "1 2;3 5", "-o", str(target), *options)
    assert ran.code == 0, ran.err
    given: dict[str, Any] = {"operator": "cross-correlation", "size": "same", "boundary": "reflect101", **words}
    assert np.array_equal(np.load(target), tw.apply(np.load(samples), [[1, 2], [3, 5]], **given))


def test_like_a_library_function(tapwise: Run, samples: Path) -> None:
    target = samples.parent / "out.npy"
    options = ["--like", "scipy.ndimage.convolve", "--set", "mode=nearest", "--set", "origin=-1,0"]
    ran = tapwise("filter", str(samples), "-k", "1 2;3 5", "-o", str(target), *options)
    assert ran.code == 0, ran.err
    expected = needs("scipy.ndimage").convolve(np.load(samples), [[1, 2], [3, 5]], mode="nearest", origin=(-1, 0))
    assert np.array_equal(np.load(target), expected)
    assert "like scipy.ndimage.convolve, convolution, size same, boundary edge, anchor (high-1, high)" in ran.out


def test_an_existing_file_is_kept_without_force(tapwise: Run, samples: Path) -> None:
    target = samples.parent / "out.npy"
    target.write_bytes(b"precious")
    ran = tapwise("filter", str(samples), "-k", "1 2;3 5", "-o", str(target))
    assert ran.code == 2
    assert target.read_bytes() == b"precious"
    assert "force" in ran.err
    assert tapwise("filter", str(samples), "-k", "1 2;3 5", "-o", str(target), "--force").code == 0
    assert np.load(target).shape == (3, 4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-k", "gausian"], "kernel='gausian': is not the name of a kernel"),
        (["-k", "1,2,3"], "axes=(0, 1): h has 1 axis; name as many axes of x"),
        (["-k", "box:3", "--axes", "0"], None),
        (["-k", "box:3", "--axes", "0,5"], "axes=(0, 5): x has 2 axes; write "),
        (["-k", "box:3", "--axes", "x"], "axes='x': are not whole numbers; write --axes 0,1"),
        (["-k", "box:3", "--boundary", "reflect"], "boundary='reflect': means "),
        (["-k", "box:3", "--scale", "loud"], "scale='loud': is not a scale; write --scale signed, or leave it out"),
        (["-k", "box:3", "--set", "mode=wrap"],
         "set='mode=wrap': is an option of no function; name the function by --like"),
        (["-k", "box:3", "--like", "np.convolve"], "like='np.convolve': filters 1 axis, and h has 2"),
        (["-k", "box:3", "--like", "ndimage.convolve", "--size", "full"], "size='full': ndimage.convolve says it"),
        (["-k", "box:3", "--engine", "fast"], "engine='fast': is not a word of this argument"),
    ],
)  # fmt: skip
def test_refusals_write_nothing(tapwise: Run, samples: Path, options: list[str], message: str | None) -> None:
    target = samples.parent / "out.npy"
    ran = tapwise("filter", str(samples), "-o", str(target), *options)
    if message is None:
        assert ran.code == 0, ran.err
        return
    assert ran.code == 2
    assert ran.err.startswith(f"error: {message}"), ran.err
    assert not target.exists()
    assert sorted(p.name for p in samples.parent.iterdir()) == ["x.npy"]


def test_the_output_is_refused_before_the_input_is_read(tapwise: Run, tmp_path: Path) -> None:
    ran = tapwise("filter", "missing.png", "-k", "box:3", "-o", str(tmp_path / "out.xyz"))
    assert ran.code == 2
    assert "out.xyz" in ran.err
    ran = tapwise("filter", "missing.png", "-k", "box:3", "-o", str(tmp_path / "out.png"))
    assert ran.err == "error: missing.png: there is no such file; check the name and the directory\n"


def test_a_result_that_its_file_cannot_hold_is_refused_before_the_work(tapwise: Run, tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(np.zeros((20, 30, 4), np.uint8)).save(tmp_path / "x.png")
    ran = tapwise("filter", str(tmp_path / "x.png"), "-k", "box:3", "-o", str(tmp_path / "y.png"), "--size", "valid")
    assert ran.code == 2
    assert "the alpha channel has the shape (20, 30), and the result (18, 28)" in ran.err
    assert not (tmp_path / "y.png").exists()
