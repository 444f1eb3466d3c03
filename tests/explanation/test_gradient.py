"""Gradients as steps: the oracle's pairs, finite differences, autograd, and the operators they are said to be."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import signal as scipy_signal
from tests import oracle
from tests.channels import loops
from tests.needs import needs

import tapwise as tw
from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, TapwiseError

SIZES: list[tuple[Any, ...]] = [
    ("valid",),
    ("full",),
    ("pads", 2, 1),
    ("pads", 4, -1),
    ("same-upper",),
    ("lags", -1, 2),
]
RULES = ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"]
LETTERS = {1: "L", 2: "HW", 3: "DHW"}


def drawn(rng: random.Random, ndim: int) -> tuple[dict[str, Any], list[int], list[int], list[Any]]:
    """The words of a random convention, different on every axis, the lengths, and the oracle's pairs."""
    words: dict[str, Any] = {}
    lengths, taps, axes = [], [], []
    for _ in range(ndim):
        n, k, size = rng.randint(3, 6 - ndim // 3), rng.randint(1, 3), rng.choice(SIZES)
        chosen: dict[str, Any] = {
            "operator": rng.choice(["convolution", "cross-correlation"]), "stride": rng.randint(1, 3),
            "dilation": 1 if size == ("valid",) else rng.randint(1, 2), "spread": rng.choice([1, 1, 1, 2]),
        }  # fmt: skip
        order, sides = rng.choice(["forward", "reversed"]), (rng.choice(RULES), rng.choice(RULES))
        axes.append(oracle.axis(n, k, size=size, order=order, below=sides[0], above=sides[1], **chosen))
        chosen |= {
            "output": order, "size": f"{size[0]}({size[1]},{size[2]})" if len(size) > 1 else size[0],
            "boundary": " | ".join(sides).replace("constant", "constant(7)"),
        }  # fmt: skip
        for name, value in chosen.items():
            words.setdefault(name, []).append(value)
        lengths.append(n)
        taps.append(k)
    return words, lengths, taps, axes


def whole(rng: random.Random, shape: Any) -> Any:
    return np.array([rng.randint(-9, 9) for _ in range(int(np.prod(shape)))]).reshape(shape)


def cases(ndim: int, count: int) -> list[tuple[dict[str, Any], Any, Any, Any, list[Any]]]:
    rng = random.Random(ndim)
    found: list[Any] = []
    while len(found) < count:
        words, lengths, taps, axes = drawn(rng, ndim)
        if all(axes):
            g = whole(rng, [len(axis) for axis in axes])
            found.append((words, whole(rng, lengths), whole(rng, taps), g, axes))
    return found


COUNTS = [(1, 200), (2, 60), (3, 12)]


@pytest.mark.parametrize(("ndim", "count"), COUNTS)
def test_every_pair_is_the_oracles(ndim: int, count: int) -> None:
    """The pairs (output, tap, sample) of both gradients are those of the forward operator, no more and no fewer."""
    for words, x, h, g, axes in cases(ndim, count):
        found = tw.explain_gradient(x, h, g, **words)
        pairs: Counter[Any] = Counter()
        constants = 0
        for output in itertools.product(*(range(len(axis)) for axis in axes)):
            for path in itertools.product(*(axis[o] for axis, o in zip(axes, output, strict=True))):
                labels = tuple(label for _, label in path)
                constants += "zero" not in labels and "constant" in labels
                if not {"zero", "constant"} & set(labels):
                    pairs[output, tuple(t for t, _ in path), labels] += 1
        stands = {part.position: fold.output for fold in found.folds for part in fold.terms}
        by_input: Counter[Any] = Counter()
        for step in found.input_steps:
            for term in step.used:
                by_input[term.position, term.tap, stands.get(step.output, step.output)] += 1
                assert (term.weight, term.value) == (h[term.tap], g[term.position])
                assert term.product == term.weight * term.value
        by_kernel: Counter[Any] = Counter()
        for step in found.kernel_steps:
            for term in step.used:
                if term.status == "constant":
                    constants -= 1
                    assert (term.weight, term.value) == (g[term.tap], 7)
                else:
                    by_kernel[term.tap, step.output, term.sample] += 1
                    assert (term.weight, term.value) == (g[term.tap], x[term.sample])
                assert term.product == term.weight * term.value
        assert by_input == by_kernel == pairs
        assert constants == 0


@pytest.mark.parametrize(("ndim", "count"), COUNTS)
def test_totals_are_finite_differences_and_the_operators(ndim: int, count: int) -> None:
    """L = Σ g·y is linear in x and in h, so a difference over a step of one is its derivative, exactly."""
    for words, x, h, g, axes in cases(ndim, count):
        found = tw.explain_gradient(x, h, g, **words)

        def loss(x: Any, h: Any, g: Any = g, axes: list[Any] = axes) -> int:
            y = oracle.apply(dict(np.ndenumerate(x)), dict(np.ndenumerate(h)), axes, constant=7)
            return int(sum(g[o] * value for o, value in y.items()))

        steps = found.folds or found.input_steps
        for i in rng_few(list(np.ndindex(x.shape)), 6):
            unit = np.zeros_like(x)
            unit[i] = 1
            step = next(s for s in steps if s.output == i)
            assert step.total == step.result == loss(x + unit, h) - loss(x, h)
        for k in rng_few(list(np.ndindex(h.shape)), 6):
            unit = np.zeros_like(h)
            unit[k] = 1
            step = next(s for s in found.kernel_steps if s.output == k)
            assert 2 * step.total == loss(x, h + unit) - loss(x, h - unit)
        assert [s.total for s in steps] == tw.input_gradient(g, h, shape=x.shape, **words).ravel().tolist()
        assert [s.total for s in found.kernel_steps] == tw.kernel_gradient(
            g, x, shape=h.shape, **words
        ).ravel().tolist()
        assert found.input_gradient.ravel().tolist() == [s.total for s in steps]
        assert found.kernel_gradient.ravel().tolist() == [s.total for s in found.kernel_steps]
        for fold in found.folds:
            parts = {s.output: s.total for s in found.input_steps}
            assert [part.value for part in fold.terms] == [parts[part.position or ()] for part in fold.terms]


def rng_few(items: list[Any], most: int) -> list[Any]:
    return random.Random(len(items)).sample(items, min(len(items), most))


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_layers_equal_autograd(ndim: int) -> None:
    torch = needs("torch")
    rng = np.random.default_rng(ndim + 50)
    done = 0
    while done < 15:
        case = loops.drawn(rng, ndim)
        if case.x.size > 150 or case.w.size > 150:
            continue
        done += 1
        along = LETTERS[ndim]
        layer = tw.Layer.of(layout=f"N{along}C", kernel_layout=f"{along}IO", groups=case.groups, **case.words)
        g = rng.integers(-9, 10, (case.x.shape[0], case.w.shape[0], *case.lengths))
        to_last = (0, *range(2, 2 + ndim), 1)
        taps = (*range(2, 2 + ndim), 1, 0)
        found = tw.explain_gradient(
            case.x.transpose(to_last), case.w.transpose(taps), g.transpose(to_last), layer=layer
        )  # fmt: skip
        X, W = (torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in (case.x, case.w))
        flipped = W.flip(list(range(2, 2 + ndim))) if case.operator == "convolution" else W
        padded = torch.nn.functional.pad(X, [p for pair in reversed(case.pads) for p in pair])
        function = getattr(torch.nn.functional, f"conv{ndim}d")
        Y = function(padded, flipped, None, case.stride, 0, case.dilation, case.groups)
        dx, dw = torch.autograd.grad(Y, (X, W), torch.tensor(g, dtype=torch.float64))
        assert not found.folds
        assert [s.total for s in found.input_steps] == dx.numpy().transpose(to_last).ravel().tolist()
        assert [s.total for s in found.kernel_steps] == dw.numpy().transpose(taps).ravel().tolist()
        assert found.bias_gradient is not None
        assert found.bias_gradient.tolist() == g.sum(axis=(0, *range(2, 2 + ndim))).tolist()
        x, h, upstream = found.x, found.h, found.gradient
        for step in found.input_steps:
            assert all(t.product == h[t.tap] * upstream[t.position] for t in step.used)
        for step in found.kernel_steps:
            assert all(t.product == upstream[t.tap] * x[t.sample] for t in step.used)


@pytest.mark.parametrize(("mode", "rule"), [("reflect", "reflect101"), ("replicate", "edge"), ("circular", "wrap")])
def test_folds_equal_autograd_of_padding_modes(mode: str, rule: str) -> None:
    torch = needs("torch")
    rng = random.Random(3)
    x, h = whole(rng, (1, 2, 4, 5)), whole(rng, (2, 2, 2, 3))
    layer = tw.Layer.of(operator="cross-correlation", size=("pads(2,1)", "pads(1,3)"), boundary=rule, stride=(1, 2))
    g = whole(rng, layer.forward(x, h).shape)
    X, H = (torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in (x, h))
    Y = torch.nn.functional.conv2d(torch.nn.functional.pad(X, (1, 3, 2, 1), mode=mode), H, stride=(1, 2))
    dx, dh = torch.autograd.grad(Y, (X, H), torch.tensor(g, dtype=torch.float64))
    found = tw.explain_gradient(x, h, g, layer=layer)
    assert [s.total for s in found.folds] == dx.numpy().ravel().tolist()
    assert [s.total for s in found.kernel_steps] == dh.numpy().ravel().tolist()
    assert len(found.input_steps) > x.size


def test_central_differences_of_powers_of_two_are_exact() -> None:
    rng = random.Random(4)
    x, h, bias = (whole(rng, s).astype(float) for s in ((2, 2, 4, 3), (4, 1, 2, 2), (4,)))
    layer = tw.Layer.of(operator="convolution", size="same", boundary="edge", dilation=(2, 1), groups=2)
    y = layer.forward(x, h, bias)
    g = whole(rng, y.shape).astype(float)
    found = tw.explain_gradient(x, h, g, layer=layer)
    tiny = 2.0**-20

    def slope(array: Any, index: Any) -> float:
        ends = []
        for sign in (1, -1):
            array[index] += sign * tiny
            ends.append(float((g * layer.forward(x, h, bias)).sum()))
            array[index] -= sign * tiny
        return (ends[0] - ends[1]) / (2 * tiny)

    assert all(slope(x, step.output) == step.total for step in found.folds)
    assert all(slope(h, step.output) == step.total for step in found.kernel_steps)
    assert found.bias_gradient is not None
    assert [slope(bias, (o,)) for o in range(4)] == found.bias_gradient.tolist()


@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
@pytest.mark.parametrize("ndim", [1, 2])
def test_the_input_gradient_is_scipys_other_operator_on_the_spread_gradient(operator: str, ndim: int) -> None:
    """Full size, spread by the stride, the kernel dilated; cropped by the pads, and zeros where no window reaches."""
    rng = random.Random(ndim)
    other = scipy_signal.correlate if operator == "convolution" else scipy_signal.convolve
    remainders = 0
    for _ in range(60):
        lengths, taps = [rng.randint(4, 9) for _ in range(ndim)], [rng.randint(1, 4) for _ in range(ndim)]
        stride, dilation = ([rng.randint(1, 3) for _ in range(ndim)] for _ in "sd")
        pads = [(rng.randint(0, 3), rng.randint(0, 3)) for _ in range(ndim)]
        words: dict[str, Any] = {
            "operator": operator, "stride": stride, "dilation": dilation, "size": [f"pads({a},{b})" for a, b in pads]
        }  # fmt: skip
        x, h = whole(rng, lengths), whole(rng, taps)
        try:
            g = whole(rng, tw.apply(x, h, **words).shape)
        except TapwiseError:
            continue
        found = tw.explain_gradient(x, h, g, **words)
        dilated = np.zeros([d * (k - 1) + 1 for d, k in zip(dilation, taps, strict=True)], int)
        dilated[tuple(slice(None, None, d) for d in dilation)] = h
        full = other(found.spread, dilated, "full")
        extended = np.zeros([n + a + b for n, (a, b) in zip(lengths, pads, strict=True)], int)
        remainders += any(f < e for f, e in zip(full.shape, extended.shape, strict=True))
        extended[tuple(slice(0, n) for n in full.shape)] = full
        cropped = extended[tuple(slice(a, a + n) for n, (a, _) in zip(lengths, pads, strict=True))]
        assert np.array_equal(cropped, found.input_gradient)
        padded = np.pad(x, pads)
        correlated = scipy_signal.correlate(padded, found.spread, "valid")
        kept = correlated[tuple(slice(0, d * (k - 1) + 1, d) for d, k in zip(dilation, taps, strict=True))]
        backwards = kept[(slice(None, None, -1),) * ndim] if operator == "convolution" else kept
        assert np.array_equal(backwards, found.kernel_gradient)
    assert remainders > 5


def test_reversed_outputs_are_spread_in_the_order_of_their_positions() -> None:
    x, h, g = [2, 1, 3, 5, 4, 7], [1, 3], [1, 10, 100]
    found = tw.explain_gradient(x, h, g, operator="convolution", output="reversed", stride=2)
    assert found.spread.tolist() == [100, 0, 10, 0, 1]
    assert found.input_gradient.tolist() == scipy_signal.correlate(found.spread, h, "full").tolist()


def test_the_wrong_operator_would_be_seen() -> None:
    """The twin of the comparisons: the other operator's steps have other totals."""
    x, h, g = [2, 1, 3, 5, 4], [1, 2, 0], [1, 10, 100]
    totals = {
        operator: [[s.total for s in steps] for steps in (found.input_steps, found.kernel_steps)]
        for operator in ("convolution", "cross-correlation")
        for found in [tw.explain_gradient(x, h, g, operator=operator)]
    }
    assert totals["convolution"][0] == [0, 2, 21, 210, 100]
    assert totals["cross-correlation"][0] == [1, 12, 120, 200, 0]
    assert totals["convolution"][1] == totals["cross-correlation"][1][::-1] == [453, 531, 312]


TEXT = """\
Convolution: the kernel is flipped before it slides over the signal.
Size same, boundary edge, stride 2.
    y[m] = Σ_k h[k]·x[2m − k + 1]
With g = dL/dy, the gradient of a loss L by the outputs:
Gradient by the input, the other operator: a cross-correlation of g (spread by the stride, 1 zero between its values: \
1 0 10) with h, full size:
    e[i] = Σ_k h[k]·g[(i + k − 1)/2]
    e[−1] = h[2]·g[0] = 3·1 = 3
    e[0] = h[1]·g[0] = 2·1 = 2
    e[1] = h[0]·g[0] + h[2]·g[1] = 1·1 + 3·10 = 1 + 30 = 31
    e[2] = h[1]·g[1] = 2·10 = 20
    e[3] = h[0]·g[1] = 1·10 = 10
e reaches outside the signal; each sample gets what stands where it was read:
    dx[0] = e[0] + e[−1] = 2 + 3 = 5
    dx[1] = e[1] = 31
    dx[2] = e[2] = 20
    dx[3] = e[3] = 10
Gradient by the kernel, a cross-correlation of x with g, its output backwards:
    dh[k] = Σ_m g[m]·x[2m − k + 1]
    dh[0] = g[0]·x[1] + g[1]·x[3] = 1·1 + 10·5 = 1 + 50 = 51
    dh[1] = g[0]·x[0] + g[1]·x[2] = 1·2 + 10·3 = 2 + 30 = 32
    dh[2] = g[0]·x[−1] + g[1]·x[1] = 1·[2] + 10·1 = 2 + 10 = 12
A number in [brackets] stands outside the signal, put there by the boundary.
The short truth behind "correlation forward, convolution backward":
- Here forward is a convolution, so it is the other way round: dx is a cross-correlation of g with h. The saying \
speaks of libraries whose layers cross-correlate.
- It speaks of dx only. dh is a cross-correlation of x with g under either operator; for a convolution its output \
comes out backwards.
- dx is the transpose of the forward matrix applied to g, not its inverse: nothing is undone.
- With a stride the other operator slides over g with zeros between its values, not over g.
- The boundary reads samples again, so their gradients are folded back; neither operator does that."""


def test_the_text() -> None:
    found = tw.explain_gradient([2, 1, 3, 5], [1, 2, 3], [1, 10], operator="convolution", stride=2, size="same",
                                boundary="edge")  # fmt: skip
    assert found.text() == TEXT


def test_pairs_that_meet_nothing_are_told() -> None:
    found = tw.explain_gradient([2, 1, 3, 5], [1, 2, 3], [1, 10], operator="convolution", stride=2, size="same", at=3,
                                taps=2)  # fmt: skip
    lines = [re.split("   +", line.strip()) for line in found.text(worked=True, levels=[], plain=True).splitlines()]
    assert lines[4:7] == [
        ["h[0]*g[(3 + 0 - 1)/2]", "h[0]*g[1]", "1*10"],
        ["h[1]*g[(3 + 1 - 1)/2]", "between two outputs: the stride puts a zero there"],
        ["h[2]*g[(3 + 2 - 1)/2]", "h[2]*g[2]", "there is no such output"],
    ]
    assert lines[-2] == ["g[0]*x[2*0 - 2 + 1]", "g[0]*x[-1]", "outside: nothing is read"]


@pytest.mark.parametrize("layered", [False, True])
def test_every_line_of_the_text_is_an_equation_that_holds(layered: bool) -> None:
    rng = random.Random(7)
    lines = 0
    for _ in range(25):
        words: dict[str, Any] = {
            "operator": rng.choice(["convolution", "cross-correlation"]), "stride": [rng.randint(1, 2), 1],
            "dilation": [1, rng.randint(1, 2)],
        }  # fmt: skip
        x, h = whole(rng, (4, 5)), whole(rng, (2, 3))
        layer = None
        if layered:
            layer = tw.Layer.of(**words, layout="HWNC", kernel_layout="IHWO", groups=2)
            x, h, words = whole(rng, (4, 5, 1, 4)), whole(rng, (2, 2, 3, 2)), {}
            g = whole(rng, layer.forward(x, h).shape)
        else:
            g = whole(rng, tw.apply(x, h, **words).shape)
        found = tw.explain_gradient(x, h, g, layer=layer, **words)
        arrays = {"x": x, "h": h, "g": g, "dx": found.input_gradient, "dh": found.kernel_gradient}
        for line in found.text(plain=True, levels=["indices", "numbers"]).splitlines():
            if line.startswith("    d"):
                values = {int(eval(side, {"__builtins__": {}}, arrays)) for side in line.split(" = ")}
                assert len(values) == 1, line
                lines += 1
    assert lines > 500


def test_letters_follow_the_layout_and_numbers_the_groups() -> None:
    layer = tw.Layer.of(operator="cross-correlation", layout="NHWC", kernel_layout="HWIO", groups=2)
    x, h = np.ones((1, 3, 3, 4), int), np.ones((2, 2, 2, 6), int)
    found = tw.explain_gradient(x, h, np.ones((1, 2, 2, 6), int), layer=layer, at=(0, 0, 0, 3), taps=(1, 1, 0, 4))
    text = found.text(plain=True)
    assert "dx[b, i, j, c] = sum over o, k, l of h[k, l, c, o]*g[b, i - k, j - l, o]" in text
    assert "dx[0, 0, 0, 3] = h[0, 0, 1, 3]*g[0, 0, 0, 3] + h[0, 0, 1, 4]*g[0, 0, 0, 4]" in text
    assert "dh[1, 1, 0, 4] = g[0, 0, 0, 4]*x[0, 1, 1, 2] + " in text
    assert "Gradient by the bias, g summed over batch and positions: 4 4 4 4 4 4." in text


def test_the_limits_that_matter_here_are_told() -> None:
    def told(x: Any, h: Any, **words: Any) -> str:
        return tw.explain_gradient(x, h, np.ones(tw.apply(x, h, **words).shape, int), **words).text()

    x, h = [1, 2, 3, 4, 5, 6], [1, 2]
    assert "no window reaches the samples at 5, which get 0" in told(x, h, operator="convolution", stride=3)
    padded = told(x, h, operator="cross-correlation", size="full")
    assert (
        "Full size is positions -1 to 6 of the signal; what it has at -1 and 6, beside the signal, is dropped."
        in padded
    )
    assert "so dx is a convolution" in padded
    assert "h is symmetric here" in told(x, [1, 2, 1], operator="convolution")
    assert "h is symmetric here" not in told(x, [1], operator="convolution")
    assert "constant gets no gradient" in told(x, h, operator="convolution", size="full", boundary="constant(3)")
    assert "backwards before it is slid" in told(x, h, operator="convolution", output="reversed")
    assert "Here the axes differ" in told([x, x], [h], operator=("convolution", "cross-correlation"))


def test_other_formats() -> None:
    found = tw.explain_gradient([2, 1, 3], [1, -1], [1, 10], operator="convolution")
    assert r"dx[i] = \sum_{k} h[k] \cdot g[i + k - 1]" in found.latex()
    assert "$$" in found.markdown()
    assert "<math" in found.html() == found._repr_html_()
    assert json.loads(json.dumps(found.to_dict()))["kernel_gradient"] == [31, 12]


def test_exact_and_complex_numbers() -> None:
    found = tw.explain_gradient(
        [Fraction(1, 3), 2], [Fraction(1, 7), 1], [Fraction(1, 2)], operator="cross-correlation"
    )
    assert [s.total for s in found.input_steps] == [Fraction(1, 14), Fraction(1, 2)]
    assert [s.total for s in found.kernel_steps] == [Fraction(1, 6), 1]
    found = tw.explain_gradient([1 + 2j, 3], [2j, 1 - 1j], [1 + 1j], operator="cross-correlation")
    assert [s.total for s in found.input_steps] == found.input_gradient.tolist() == [2 - 2j, 2j]
    assert [s.total for s in found.kernel_steps] == found.kernel_gradient.tolist() == [3 - 1j, 3 + 3j]
    assert "dx[i] = Σ_k conj(h[k])·g[i − k]" in found.text()


def test_functions_by_name_and_exchanged_lengths() -> None:
    x, h = [1, 2, 3], [2, 1, 3, 5, 4]
    y = np.convolve(x, h, "valid")
    found = tw.explain_gradient(x, h, [1, 10, 100], like="numpy.convolve", mode="valid")
    assert found.input_gradient @ x == found.kernel_gradient @ h == y @ [1, 10, 100]
    assert tw.explain_gradient(x, [1, 2], [1, 10], like="numpy.correlate", mode="valid").kernel_gradient.tolist() == [
        21,
        32,
    ]


def test_a_few_of_many() -> None:
    x, h, g = list(range(100)), [1, 2], list(range(99))
    found = tw.explain_gradient(x, h, g, operator="convolution", most=4)
    assert [s.output for s in found.input_steps] == [(0,), (1,), (98,), (99,)]
    assert len(found.kernel_steps) == 2
    found = tw.explain_gradient([x], [h], [g], operator="convolution", at=[(0, 3), (0, 1)], taps=(0, 1))
    assert [s.output for s in found.input_steps] == [(0, 1), (0, 3)]
    assert [s.output for s in found.kernel_steps] == [(0, 1)]


@pytest.mark.parametrize(
    ("words", "kind", "message"),
    [
        ({"at": 3}, ArgumentError, "at=3: x has shape (3,); write the index of one of its elements"),
        ({"taps": (0, 1)}, ArgumentError, "taps=(0, 1): h has shape (2,); write the index of one of its elements"),
        ({"size": "full"}, ShapeError,
         "gradient=shape (2,): the outputs have shape (4,); give one value for each output"),
        ({"direction": "transposed"}, ArgumentError,
         ("direction='transposed': a transposed operator is itself an input gradient; explain the gradients of the "
         "forward operator")),
        ({"layer": tw.Layer.of(operator="convolution")}, ArgumentError,
         "operator='convolution': a layer is given, which says it; leave out one of the two"),
        ({"layer": "conv"}, ArgumentTypeError,
         "layer='conv': must be a tapwise.Layer; write tapwise.Layer.of(operator=...)"),
        ({"most": -1}, ArgumentError, "most=-1: must be at least 0; write 0 or more"),
    ],
)  # fmt: skip
def test_messages(words: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        tw.explain_gradient([2, 1, 3], [1, -1], [1, 10], operator="convolution", **words)
    assert str(caught.value) == message
