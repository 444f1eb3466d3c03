"""PyTorch's gradients of its convolutions: one transposes, the other lets stride and dilation trade places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import libraries
from tapwise.errors import ArgumentError
from tests.libraries.agree import agree, caught
from tests.needs import needs
from tests.peers.same import lengths, same, whole_numbers

torch = needs("torch")
Options = dict[str, Any]


def steps(rng: np.random.Generator, ndim: int) -> tuple[Options, Any, Any]:
    """Return stride, padding and dilation, and a signal and a kernel that leave room for an output."""
    options: Options = {"stride": lengths(rng, ndim, 1, 3), "padding": lengths(rng, ndim, 0, 2),
                        "dilation": lengths(rng, ndim, 1, 3)}  # fmt: skip
    h = whole_numbers(rng, lengths(rng, ndim, 1, 4), "float64")
    spans = [max(d * (k - 1) + 1 - 2 * p, 1) for d, k, p in zip(options["dilation"], h.shape, options["padding"],
                                                                strict=True)]  # fmt: skip
    x = whole_numbers(rng, [n + int(rng.integers(0, 6)) for n in spans], "float64")
    return options, x, h


def outputs(name: str, x: Any, h: Any, options: Options) -> tuple[int, ...]:
    return tuple(libraries.call(name, x, h, **options).shape)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_of_the_input(ndim: int) -> None:
    rng = np.random.default_rng(ndim)
    for _ in range(60):
        options, x, h = steps(rng, ndim)
        dy = whole_numbers(rng, outputs(f"torch.nn.functional.conv{ndim}d", x, h, options), "float64")
        assert agree(f"torch.nn.grad.conv{ndim}d_input", dy, h, input_size=x.shape, **options)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_of_the_weight(ndim: int) -> None:
    rng = np.random.default_rng(ndim)
    for _ in range(60):
        options, x, h = steps(rng, ndim)
        dy = whole_numbers(rng, outputs(f"torch.nn.functional.conv{ndim}d", x, h, options), "float64")
        assert agree(f"torch.nn.grad.conv{ndim}d_weight", x, dy, weight_size=h.shape, **options)


def test_they_are_what_backward_gives() -> None:
    rng = np.random.default_rng(4)
    x, h, dy = (whole_numbers(rng, n, "float64") for n in (9, 3, 4))
    signal, kernel = (torch.tensor(a[None, None], requires_grad=True) for a in (x, h))
    torch.nn.functional.conv1d(signal, kernel, stride=2).backward(torch.tensor(dy[None, None]))
    same(libraries.call("torch.nn.grad.conv1d_input", dy, h, input_size=9, stride=2), signal.grad[0, 0])
    same(libraries.call("torch.nn.grad.conv1d_weight", x, dy, weight_size=3, stride=2), kernel.grad[0, 0])


def test_a_size_is_asked_for() -> None:
    for name, option in (("conv2d_input", "input_size"), ("conv2d_weight", "weight_size")):
        with pytest.raises(ArgumentError) as refused:
            tw.apply(np.ones((2, 2)), np.ones((2, 2)), like=f"torch.nn.grad.{name}")
        assert str(refused.value) == f"{option}=None: PyTorch asks for it; write the lengths of the spatial axes"


WRONG: list[tuple[str, Options]] = [
    ("input", {"operator": "convolution"}), ("input", {"stride": 3}), ("input", {"direction": "forward"}),
    ("weight", {"operator": "convolution"}), ("weight", {"dilation": 1}), ("weight", {"stride": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change"), WRONG, ids=str)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, what: str, change: Options) -> None:
    name, steps = f"torch.nn.grad.conv1d_{what}", {"stride": 2, "dilation": 3}
    x, h, dy = np.arange(12.0) ** 2 % 7, np.array([1.0, 2, 5]), np.array([3.0, 0, 7])
    if what == "input":
        caught(monkeypatch, name, lambda: same(agree(name, dy, h, input_size=12, **steps), True), **change)
    else:
        caught(monkeypatch, name, lambda: same(agree(name, x, dy, weight_size=3, **steps), True), **change)
