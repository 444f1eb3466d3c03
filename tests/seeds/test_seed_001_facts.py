"""What the second seed says about its pictures, and how its correlation relates to every library's."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal

import tapwise as tw
from tapwise.convention import Convention
from tapwise.geometry import AxisPlan, forward
from tests.needs import needs
from tests.seeds.test_seed_001_examples import CONV, LAG, OFFSET, Index, terms

RNG = np.random.default_rng(0)
X, H = RNG.integers(-9, 10, (7, 7)), RNG.integers(-9, 10, (3, 3))
#: "In order to obtain the output value at y[m=1,n=1] … boxed in green … boxed in red": their pixels.
RED = set(itertools.product((0, 1, 2), repeat=2))
GREEN = set(itertools.product((-2, -1, 0), repeat=2))
SEEDS: dict[str, Any] = {"operator": "cross-correlation", "output": "reversed", "size": "same"}


def pixels(plan: AxisPlan, output: Index) -> set[Index]:
    """The pixels that an output reads."""
    return set(terms(plan, output))


@pytest.mark.parametrize(("box", "conv", "offset", "lag"), [(RED, 1, 1, -1), (GREEN, -1, -1, 1)], ids=["red", "green"])
def test_the_boxes(box: set[Index], conv: int, offset: int, lag: int) -> None:
    assert pixels(CONV, (conv, conv)) == box
    assert pixels(OFFSET, (offset, offset)) == box
    assert pixels(LAG, (lag, lag)) == box


def test_which_patch_feeds_which_output() -> None:
    """The patch centred at (p, q): y[p,q] of a convolution and of a library's correlation, y[-p,-q] of the seed's."""
    for p, q in itertools.product(range(-2, 3), repeat=2):
        patch = set(itertools.product((p - 1, p, p + 1), (q - 1, q, q + 1)))
        assert pixels(CONV, (p, q)) == pixels(OFFSET, (p, q)) == pixels(LAG, (-p, -q)) == patch


def test_no_order_of_outputs_is_part_of_an_operator() -> None:
    """The seed: "convolution takes place starting in the bottom right corner"; filling y[-2], y[-1], … it does not."""
    centres = {
        name: [sum(i for i, _ in pixels(plan, (m, 0))) // 9 for m in range(-2, 3)]
        for name, plan in {"conv": CONV, "lag": LAG, "offset": OFFSET}.items()
    }
    assert centres == {"conv": [-2, -1, 0, 1, 2], "lag": [2, 1, 0, -1, -2], "offset": [-2, -1, 0, 1, 2]}


def test_inside_one_output_the_taps_run_against_the_pixels() -> None:
    """The one true reading: with h in raster order, convolution reads pixels 2, 1, 0, and correlation 0, 1, 2."""
    assert [CONV.input(4, t) for t in range(3)] == [5, 4, 3]  # pixels 2, 1, 0 of y[1]
    assert [OFFSET.input(4, t) for t in range(3)] == [3, 4, 5]
    assert [LAG.input(2, t) for t in range(3)] == [3, 4, 5]


def test_the_seeds_output_is_the_libraries_turned_by_180_degrees() -> None:
    lag = tw.apply(X, H, **SEEDS)
    assert np.array_equal(lag, signal.correlate2d(X, H, "same")[::-1, ::-1])
    assert np.array_equal(lag, tw.correlate(X, H, size="same")[::-1, ::-1])


def test_the_array_formulas_of_7_by_7_pixels_and_3_by_3_taps() -> None:
    """y[m,n] of the seed is [column, row]; arrays are [row, column], with [0, 0] in the corner."""
    lag, same = tw.apply(X, H, **SEEDS), signal.correlate2d(X, H, "same")
    valid = signal.correlate2d(X, H, "valid")  # torch.conv2d(X, H)
    conv = signal.convolve2d(X, H, "same")
    for m, n in itertools.product(range(-2, 3), repeat=2):
        assert lag[n + 3, m + 3] == same[3 - n, 3 - m] == valid[2 - n, 2 - m]
        assert tw.correlate(X, H, size="same")[n + 3, m + 3] == same[n + 3, m + 3] == valid[n + 2, m + 2]
        reading = {(i, j): X[j + 3, i + 3] for i, j in pixels(CONV, (m, n))}
        assert conv[n + 3, m + 3] == sum(reading[i, j] * H[n - j + 1, m - i + 1] for i, j in reading)
        reading = {(i, j): X[j + 3, i + 3] for i, j in pixels(LAG, (m, n))}
        assert lag[n + 3, m + 3] == sum(reading[i, j] * H[n + j + 1, m + i + 1] for i, j in reading)


def test_pytorchs_valid_is_the_offset_form() -> None:
    torch = needs("torch")
    theirs = torch.nn.functional.conv2d(torch.from_numpy(X)[None, None], torch.from_numpy(H)[None, None])[0, 0].numpy()
    assert np.array_equal(theirs, tw.apply(X, H, **{**SEEDS, "size": "valid"})[::-1, ::-1])
    rotated = torch.from_numpy(H[::-1, ::-1].copy())[None, None]
    conv = torch.nn.functional.conv2d(torch.from_numpy(X)[None, None], rotated)[0, 0].numpy()
    assert np.array_equal(conv, tw.convolve(X, H))


def test_conv_is_that_of_scipy() -> None:
    assert np.array_equal(tw.convolve(X, H, size="same"), signal.convolve2d(X, H, "same"))
    assert np.array_equal(tw.convolve(X, H, size="same"), ndimage.convolve(X, H, mode="constant"))
    assert np.array_equal(tw.convolve(X, H), tw.correlate(X, H[::-1, ::-1]))


def test_the_seeds_correlation_is_the_libraries_with_its_arguments_exchanged() -> None:
    """h ⋆ x; the conjugate then falls on x. Also x turned by 180 degrees, convolved."""
    rng = np.random.default_rng(1)
    x, h = (rng.integers(-9, 10, n) + 1j * rng.integers(-9, 10, n) for n in (7, 3))
    for size in ("valid", "full"):
        lag = tw.apply(x, h, **{**SEEDS, "size": size}, conjugate="signal")
        assert np.array_equal(lag, np.correlate(h, x, size))
        assert np.array_equal(lag, np.convolve(x.conj()[::-1], h, size))


def test_labels_in_one_dimension_from_the_corners() -> None:
    """np.correlate(x, h, "valid")[p] is offset p and the seed's lag -p; index q of "full" is offset q - (K-1)."""
    for n, k in [(7, 3), (5, 2), (6, 4)]:
        corr: dict[str, Any] = {"operator": "cross-correlation"}
        assert tw.lags(n, k, **corr).tolist() == list(range(n - k + 1))
        assert tw.lags(n, k, **corr, output="reversed").tolist() == [-p for p in range(n - k, -1, -1)]
        assert tw.lags(n, k, **corr, size="full").tolist() == [q - (k - 1) for q in range(n + k - 1)]


def test_numpys_other_definition() -> None:
    """numpy.correlate: c'_k = Σ_n a_n · conj(v_{n+k}), related to its own by c'_k = c_{-k}."""
    a, v = RNG.integers(-9, 10, 6), RNG.integers(-9, 10, 4)
    own, other = np.correlate(a, v, "full"), tw.apply(a, v, **{**SEEDS, "size": "full"})
    labels = tw.lags(6, 4, operator="cross-correlation", output="reversed", size="full")
    for label, value in zip(labels, other, strict=True):
        assert value == sum(a[n] * v[n + label] for n in range(6) if 0 <= n + label < 4)
        assert value == own[-label + 3]


def test_the_seeds_contradict_each_other() -> None:
    """A symmetric kernel: the first seed's correlation equals convolution, the second seed's is it backwards."""
    f, h2 = [2, 1, 3, 5, 4], [-1, 2, -1]
    lag = tw.apply(f, h2, operator="cross-correlation", output="reversed")
    assert tw.convolve(f, h2).tolist() == tw.correlate(f, h2).tolist() == [-3, 0, 3]
    assert lag.tolist() == np.correlate(h2, f, "valid").tolist() == [3, 0, -3]


LAWS: dict[str, tuple[Any, ...]] = {
    # name: (operator, output, pixels read by output m, outputs fed by pixel i, full range, valid range); lo and hi are
    # the first and last index of an array whose index 0 lies at its origin
    "conv": ("convolution", "forward", lambda m, h: (m - h[1], m - h[0]), lambda i, h: (i + h[0], i + h[1]),
             lambda x, h: (x[0] + h[0], x[1] + h[1]), lambda x, h: (x[0] + h[1], x[1] + h[0])),
    "corr": ("cross-correlation", "forward", lambda m, h: (m + h[0], m + h[1]), lambda i, h: (i - h[1], i - h[0]),
             lambda x, h: (x[0] - h[1], x[1] - h[0]), lambda x, h: (x[0] - h[0], x[1] - h[1])),
    "corr-lag": ("cross-correlation", "reversed", lambda m, h: (h[0] - m, h[1] - m), lambda i, h: (h[0] - i, h[1] - i),
                 lambda x, h: (h[0] - x[1], h[1] - x[0]), lambda x, h: (h[1] - x[1], h[0] - x[0])),
}  # fmt: skip


@pytest.mark.parametrize("law", LAWS)
def test_the_one_law_with_any_origins(law: str) -> None:
    """An origin shifts what outputs are called, and changes no number."""
    operator, output, read, fed, full, valid = LAWS[law]
    for n, k, x0, h0 in itertools.product([4, 7], [1, 2, 3], [0, 3, -2], [0, 1, 5]):
        x_range, h_range = (-x0, n - 1 - x0), (-h0, k - 1 - h0)
        for size, label_range in (("full", full(x_range, h_range)), ("valid", valid(x_range, h_range))):
            (axis,) = forward(Convention.of(operator=operator, output=output, size=size), [n], [k]).axes
            corner = tw.lags(n, k, operator=operator, output=output, size=size)
            # indices count from the origins: m = i + k, i - k or k - i, each less by its array's origin
            shift = {"conv": -x0 - h0, "corr": h0 - x0, "corr-lag": x0 - h0}[law]
            labels = [int(label) + shift for label in corner]
            assert (labels[0], labels[-1]) == label_range
            for o, m in enumerate(labels):
                low, high = axis.reach(o, o + 1)
                assert (low - x0, high - x0) == read(m, h_range)
            if size == "full":
                for i in range(n):
                    outputs = sorted(labels[o] for o, _ in axis.fed(i))
                    assert (outputs[0], outputs[-1]) == fed(i - x0, h_range)


def test_even_kernels_agree_for_valid_and_full() -> None:
    x, h = RNG.integers(-9, 10, (6, 7)), RNG.integers(-9, 10, (2, 4))
    for size in ("valid", "full"):
        assert np.array_equal(tw.convolve(x, h, size=size), tw.correlate(x, h[::-1, ::-1], size=size))


def test_even_kernels_of_same_agree_in_numpy_and_in_signals_pair() -> None:
    x, h = RNG.integers(-9, 10, 7), RNG.integers(-9, 10, 4)
    for library in ("numpy", "scipy.signal"):
        conv = tw.apply(x, h, like=f"{library}.convolve", mode="same")
        assert np.array_equal(conv, tw.apply(x, h[::-1], like=f"{library}.correlate", mode="same"))


def test_even_kernels_of_same_differ_in_convolve2d_and_correlate2d() -> None:
    x, h = RNG.integers(-9, 10, (6, 7)), RNG.integers(-9, 10, (2, 4))
    conv = tw.apply(x, h, like="signal.convolve2d", mode="same")
    corr = tw.apply(x, h[::-1, ::-1], like="signal.correlate2d", mode="same")
    assert np.array_equal(conv, signal.convolve2d(x, h, "same"))
    assert np.array_equal(corr, signal.correlate2d(x, h[::-1, ::-1], "same"))
    assert (conv != corr).any()
    assert np.array_equal(conv[1:, 1:], corr[:-1, :-1])  # one sample off, along both axes


def test_even_kernels_differ_in_ndimage_until_the_origin_is_moved() -> None:
    x, h = RNG.integers(-9, 10, 9), RNG.integers(-9, 10, 4)
    conv = tw.apply(x, h, like="ndimage.convolve")
    assert (conv != tw.apply(x, h[::-1], like="ndimage.correlate")).any()
    assert np.array_equal(conv, tw.apply(x, h[::-1], like="ndimage.correlate", origin=-1))


@pytest.mark.parametrize(
    ("like", "options", "tap"),
    [
        ("numpy.convolve", {"mode": "same"}, 1), ("numpy.correlate", {"mode": "same"}, 2),
        ("scipy.signal.convolve", {"mode": "same"}, 1), ("scipy.signal.correlate", {"mode": "same"}, 2),
        ("scipy.ndimage.convolve", {}, 2), ("scipy.ndimage.correlate", {}, 2),
        ("torch.nn.functional.conv1d", {"padding": "same"}, 1),
    ],
)  # fmt: skip
def test_the_tap_of_four_that_sits_on_the_output(like: str, options: dict[str, Any], tap: int) -> None:
    pulse = np.zeros(9, int)
    pulse[4] = 1
    on_it = [tw.apply(pulse, np.eye(4, dtype=int)[t], like=like, **options)[4] for t in range(4)]
    assert on_it == [t == tap for t in range(4)]


def test_a_flipped_kernel_has_its_anchor_at_the_other_end() -> None:
    x = RNG.integers(-9, 10, 9)
    for k in range(1, 7):
        h = RNG.integers(-9, 10, k)
        for a in range(k):
            conv = tw.convolve(x, h, size="same", anchor=a)
            assert np.array_equal(conv, tw.correlate(x, h[::-1], size="same", anchor=k - 1 - a))


def test_flipped_weights_are_learned() -> None:
    """ "the same weight values would be learned in a flipped orientation": to the last bit, step by step."""
    rng = np.random.default_rng(2)
    x, wanted = rng.standard_normal((5, 20)), rng.standard_normal((5, 16))
    corr = rng.standard_normal(5)
    conv = corr[::-1].copy()
    for _ in range(30):
        for operator, h in (("cross-correlation", corr), ("convolution", conv)):
            meant: dict[str, Any] = {"operator": operator, "axes": 1, "engine": "reference"}
            error = tw.apply(x, h, **meant) - wanted
            h -= 1e-3 * tw.kernel_gradient(error, x, shape=5, **meant)
    assert np.array_equal(conv, corr[::-1])


def test_libraries_with_the_seeds_formula_would_turn_their_outputs() -> None:
    """Harmless before a dense layer, and wrong in anything that goes by position, such as x + f(x)."""
    lag, corr = tw.apply(X, H, **SEEDS), tw.correlate(X, H, size="same")
    assert sorted(lag.ravel()) == sorted(corr.ravel())
    assert (X + lag != X + corr).any()
