"""PyTorch through its adapters; the entries themselves are compared in tests/peers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapwise import libraries
from tests.libraries.agree import agree, caught
from tests.needs import needs
from tests.peers.same import same, whole_numbers

torch = needs("torch")
OPTIONS: dict[int, dict[str, Any]] = {
    1: {"stride": 2, "padding": 1, "dilation": 3},
    2: {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)},
    3: {"stride": (2, 1, 3), "padding": (1, 2, 0), "dilation": (1, 2, 1)},
}


def operands(ndim: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(ndim)
    return whole_numbers(rng, (7, 8, 6)[:ndim], "float64"), whole_numbers(rng, (2, 3, 4)[:ndim], "float64")


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("name", ["functional.conv{}d", "functional.conv_transpose{}d", "Conv{}d", "ConvTranspose{}d"])
def test_equal(name: str, ndim: int) -> None:
    x, h = operands(ndim)
    full = f"torch.nn.{name.format(ndim)}"
    assert agree(full, x, h, **OPTIONS[ndim])
    assert agree(full, x, h)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_padding_modes(mode: str) -> None:
    assert agree("torch.nn.Conv2d", *operands(2), padding_mode=mode, padding="same")


def test_the_adapter_calls_the_function() -> None:
    x, h = operands(2)
    theirs = torch.nn.functional.conv2d(torch.tensor(x)[None, None], torch.tensor(h)[None, None], **OPTIONS[2])[0, 0]
    same(libraries.call("F.conv2d", x, h, **OPTIONS[2]), theirs)


def test_any_layout_is_taken_and_nothing_is_changed() -> None:
    x, h = operands(2)
    x.flags.writeable = False
    assert agree("F.conv2d", x[::-1, ::2], h.T)


@pytest.mark.parametrize(
    "change", [{"operator": "convolution"}, {"size": ["pads(1,1)", "pads(1,2)"]}, {"boundary": "edge"}], ids=str
)
def test_a_wrong_entry_is_caught(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    caught(monkeypatch, "torch.nn.functional.conv2d",
           lambda: same(agree("F.conv2d", *operands(2), **OPTIONS[2]), True), **change)  # fmt: skip
