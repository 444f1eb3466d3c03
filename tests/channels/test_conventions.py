"""Whatever a convention says: each pair of channels is the single operator, each gradient the adjoint."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import Layer
from tapwise.channels import sums
from tapwise.errors import ShapeError
from tests.needs import needs

LETTERS = {1: "L", 2: "HW", 3: "DHW"}
SIZES = ["valid", "full", "same", "pads(2,1)", "pads(4,-1)", "same-upper", "same-lower", "longest", "lags(-1,2)"]
RULES = ["zero", "constant(7)", "edge", "symmetric", "reflect101", "wrap"]


def drawn(rng: random.Random, ndim: int) -> dict[str, Any]:
    """The words of a random convention, different along every axis."""
    words: dict[str, Any] = {}
    for _ in range(ndim):
        drawn = {
            "operator": rng.choice(["convolution", "cross-correlation"]), "size": rng.choice(SIZES),
            "output": rng.choice(["forward", "reversed"]), "stride": rng.randint(1, 3), "dilation": rng.randint(1, 2),
            "spread": rng.choice([1, 1, 2]), "boundary": f"{rng.choice(RULES)} | {rng.choice(RULES)}",
            "anchor": rng.choice(["first", "low", "high", "last"]),
        }  # fmt: skip
        for name, value in drawn.items():
            words.setdefault(name, []).append(value)
    return words


def numbers(rng: random.Random, *shape: int) -> Any:
    return np.array([rng.randint(-9, 9) for _ in range(int(np.prod(shape)))]).reshape(shape)


def many(rng: random.Random, ndim: int, count: int) -> list[tuple[dict[str, Any], Any, Any, Any]]:
    """Random conventions that fit: words, and signal, kernel and output of two groups."""
    found: list[tuple[dict[str, Any], Any, Any, Any]] = []
    while len(found) < count:
        words = drawn(rng, ndim)
        lengths, taps = [rng.randint(3, 6) for _ in range(ndim)], [rng.randint(1, 3) for _ in range(ndim)]
        x, h = numbers(rng, 2, 4, *lengths), numbers(rng, 6, 2, *taps)
        try:
            y = Layer.of(layout=f"NC{LETTERS[ndim]}", groups=2, **words).forward(x, h)
        except ShapeError:
            continue
        if y.size:
            found.append((words, x, h, y))
    return found


@pytest.mark.parametrize(("ndim", "count"), [(1, 100), (2, 50), (3, 10)])
def test_every_pair_of_channels_is_the_single_operator(ndim: int, count: int) -> None:
    rng = random.Random(ndim)
    for words, x, h, y in many(rng, ndim, count):
        layer = Layer.of(layout=f"NC{LETTERS[ndim]}", groups=2, **words)
        g = numbers(rng, *y.shape)
        dx, dh = layer.input_gradient(g, h, shape=x.shape), layer.kernel_gradient(g, x, shape=h.shape)
        shape = x.shape[2:]
        for n, group in np.ndindex(2, 2):
            inputs, outputs = range(2 * group, 2 * group + 2), range(3 * group, 3 * group + 3)
            for o in outputs:
                assert np.array_equal(y[n, o], sum(tw.apply(x[n, c], h[o, c % 2], **words) for c in inputs))
            for c in inputs:
                expected = sum(tw.input_gradient(g[n, o], h[o, c % 2], shape=shape, **words) for o in outputs)
                assert np.array_equal(dx[n, c], expected)
        for o, c in np.ndindex(6, 2):
            pairs = [(g[n, o], x[n, o // 3 * 2 + c]) for n in range(2)]
            assert np.array_equal(dh[o, c], sum(tw.kernel_gradient(a, b, shape=h.shape[2:], **words) for a, b in pairs))


@pytest.mark.parametrize("ndim", [1, 2])
def test_transposed_layers_are_the_adjoints(ndim: int) -> None:
    """<g, A x> = <Aᵀ g, x>: for the layer, its transpose, and the transpose's own gradients."""
    rng = random.Random(ndim + 10)
    for words, x, h, _ in many(rng, ndim, 60):
        words["boundary"] = [side.replace("constant(7)", "zero") for side in words["boundary"]]
        layer = Layer.of(layout=f"NC{LETTERS[ndim]}", groups=2, **words)
        y = layer.forward(x, h)
        g = numbers(rng, *y.shape)
        back = layer.transposed(length=list(x.shape[2:]))
        assert back.kernel_layout == f"IO{LETTERS[ndim]}"
        z = back.forward(g, h)
        assert np.array_equal(z, layer.input_gradient(g, h, shape=x.shape))
        assert np.array_equal(back.input_gradient(x, h, shape=g.shape), y)
        assert np.array_equal(back.kernel_gradient(x, g, shape=h.shape), layer.kernel_gradient(g, x, shape=h.shape))
        assert (g * y).sum() == (z * x).sum() == (layer.kernel_gradient(g, x, shape=h.shape) * h).sum()
        assert back.transposed() == layer


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_transposed_layers_equal_pytorchs(ndim: int) -> None:
    torch = needs("torch")
    rng = random.Random(ndim + 20)
    function = getattr(torch.nn.functional, f"conv_transpose{ndim}d")
    done = 0
    while done < 30:
        stride, dilation = ([rng.randint(1, 3) for _ in range(ndim)] for _ in "sd")
        padding = [rng.randint(0, 2) for _ in range(ndim)]
        more = [rng.randint(0, max(s, d) - 1) for s, d in zip(stride, dilation, strict=True)]
        x = numbers(rng, 2, 4, *(rng.randint(3, 5) for _ in range(ndim)))
        h, bias = numbers(rng, 4, 3, *(rng.randint(1, 3) for _ in range(ndim))), numbers(rng, 6)
        options: dict[str, Any] = {"stride": stride, "padding": padding, "output_padding": more, "dilation": dilation}
        leaves = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in (x, h, bias)]
        try:
            y = function(*leaves, groups=2, **options)
        except RuntimeError:
            continue  # nothing is left of the output
        layer = Layer.of(
            like=f"F.conv_transpose{ndim}d", layout=f"NC{LETTERS[ndim]}", kernel_layout=f"IO{LETTERS[ndim]}", groups=2,
            **options,
        )  # fmt: skip
        g = numbers(rng, *y.shape)
        theirs = torch.autograd.grad(y, leaves, torch.tensor(g, dtype=torch.float64))
        made = [
            layer.forward(x, h, bias), layer.input_gradient(g, h, shape=x.shape),
            layer.kernel_gradient(g, x, shape=h.shape), layer.bias_gradient(g),
        ]  # fmt: skip
        for a, b in zip(made, [y, *theirs], strict=True):
            assert np.array_equal(a, b.detach().numpy()), options
        done += 1


@pytest.mark.parametrize(("mode", "rule"), [("reflect", "reflect101"), ("replicate", "edge"), ("circular", "wrap")])
def test_boundaries_fold_as_pytorchs_padding_modes_do(mode: str, rule: str) -> None:
    torch = needs("torch")
    rng = random.Random(5)
    x, h = numbers(rng, 2, 3, 7, 6), numbers(rng, 4, 3, 3, 2)
    layer = Layer.of(operator="cross-correlation", size=("pads(3,2)", "pads(1,4)"), boundary=rule, stride=(2, 1))
    X, H = (torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in (x, h))
    Y = torch.nn.functional.conv2d(torch.nn.functional.pad(X, (1, 4, 3, 2), mode=mode), H, stride=(2, 1))
    y = layer.forward(x, h)
    assert np.array_equal(y, Y.detach().numpy())
    g = numbers(rng, *y.shape)
    dx, dh = torch.autograd.grad(Y, (X, H), torch.tensor(g, dtype=torch.float64))
    assert np.array_equal(layer.input_gradient(g, h, shape=x.shape), dx.numpy())
    assert np.array_equal(layer.kernel_gradient(g, x, shape=h.shape), dh.numpy())


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(6)
    for words, x, h, y in many(rng, 2, 30):
        layer, g = Layer.of(groups=2, **words), numbers(rng, *y.shape)
        whole = [y, layer.input_gradient(g, h, shape=x.shape), layer.kernel_gradient(g, x, shape=h.shape)]
        monkeypatch.setattr(sums, "BLOCK", 1)  # one output a block
        parts = [
            layer.forward(x, h), layer.input_gradient(g, h, shape=x.shape), layer.kernel_gradient(g, x, shape=h.shape)
        ]  # fmt: skip
        monkeypatch.undo()
        assert all(np.array_equal(a, b) for a, b in zip(whole, parts, strict=True))


def test_a_transposed_layer_with_a_boundary_adds_its_bias_once() -> None:
    layer = Layer.of(operator="convolution", layout="CL", size="same", boundary="edge").transposed()
    x, h = [[1, 2, 3], [4, 5, 6]], np.arange(1, 13).reshape(2, 2, 3)
    plain = layer.forward(x, h)
    assert np.array_equal(layer.forward(x, h, bias=[100, 200]), plain + np.array([[100], [200]]))
