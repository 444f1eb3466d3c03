"""Layers with a kernel of their own: the operator as called, and nothing in the layer changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests import oracle
from tests.needs import needs

import tapwise as tw
from tapwise.errors import ArgumentError
from tapwise.probing import Channels, NotAnOperator, probe

torch = needs("torch")
nn = torch.nn

MODES = {"zeros": "zero", "reflect": "reflect101", "replicate": "edge", "circular": "wrap"}


def random_layer(seed: int) -> tuple[Any, list[dict[str, Any]], tuple[int, ...]]:
    """A layer, its rules along each axis in the oracle's words, and its kernel's lengths."""
    rng = np.random.default_rng(seed)
    ndim = 1 + seed % 3
    k = [int(v) for v in rng.integers(2, 5, ndim)]
    groups = int(rng.choice([1, 1, 2]))
    padding: Any = [int(v) for v in rng.integers(0, 2, ndim)]
    mode = list(MODES)[seed % 4]
    stride, dilation = ([int(v) for v in rng.integers(1, 3, ndim)] for _ in range(2))
    if seed % 5 == 0:
        padding, stride = "same", [1] * ndim
    layer = getattr(nn, f"Conv{ndim}d")(
        2 * groups, 3 * groups, k, stride, padding, dilation, groups, bias=bool(seed % 2), padding_mode=mode
    )
    rules = []
    for axis in range(ndim):
        reach = dilation[axis] * (k[axis] - 1)
        pads = (reach // 2, reach - reach // 2) if padding == "same" else (padding[axis], padding[axis])
        rules.append({
            "operator": "cross-correlation", "size": ("pads", *pads), "stride": stride[axis],
            "dilation": dilation[axis], "below": MODES[mode], "above": MODES[mode],
        })  # fmt: skip
    return layer, rules, tuple(k)


@pytest.mark.parametrize("seed", range(12))
def test_random_convolutions(seed: int) -> None:
    layer, rules, k = random_layer(seed)
    verdict = probe(layer)
    assert verdict.operator == "cross-correlation"
    assert verdict.channels is not None
    assert (verdict.channels.mixing, verdict.channels.groups) == (("summed", "grouped")[layer.groups > 1], layer.groups)
    rng = np.random.default_rng(seed)
    for n in ([13, 11, 12], [14, 12, 9]):
        x, h = (rng.integers(-9, 10, lengths) for lengths in (n[: len(k)], k))
        axes = [oracle.axis(a, b, **words) for a, b, words in zip(x.shape, k, rules, strict=True)]
        y = np.zeros([len(axis) for axis in axes], int)
        cells = oracle.apply(dict(np.ndenumerate(x.astype(object))), dict(np.ndenumerate(h.astype(object))), axes)
        for place, value in cells.items():
            y[place] = value
        assert np.array_equal(tw.apply(x, h, verdict.convention), y)


@pytest.mark.parametrize(
    ("layer", "channels"),
    [
        (nn.ConvTranspose1d(2, 3, 3, stride=2, padding=1), Channels("summed", "NCW", "IOW", 1, "independent")),
        (
            nn.ConvTranspose2d(4, 6, (2, 3), stride=(1, 3), output_padding=(0, 1), groups=2),
            Channels("grouped", "NCHW", "IOHW", 2, "independent"),
        ),
        (nn.ConvTranspose3d(1, 1, 2), Channels("summed", "NCDHW", "OIDHW", 1, "independent")),
    ],
)
def test_transposed_convolutions_are_convolutions(layer: Any, channels: Channels) -> None:
    verdict = probe(layer)
    assert verdict.operator == "convolution"
    assert verdict.channels == channels
    rng = np.random.default_rng(1)
    x = rng.integers(-9, 10, (9, 7, 8)[: verdict.ndim])
    h = rng.integers(-9, 10, layer.kernel_size)
    with torch.no_grad():
        like = getattr(nn.functional, f"conv_transpose{verdict.ndim}d")(
            *(torch.from_numpy(a)[None, None].double() for a in (x, h)), None, layer.stride, layer.padding,
            layer.output_padding,
        )  # fmt: skip
    assert np.array_equal(tw.apply(x, h, verdict.convention), like[0, 0].numpy())


def test_depthwise_layers_keep_channels() -> None:
    verdict = probe(nn.Conv2d(4, 8, 3, groups=4))
    assert verdict.channels == Channels("kept", "NCHW", "OIHW", 4, "independent")


def test_a_kernel_of_one_tap_leaves_the_operator_open() -> None:
    verdict = probe(nn.Conv2d(3, 4, 1))
    assert any("operator=convolution" in words for words in verdict.undetermined)
    assert 0 < verdict.ruled_out < 500


class Filter(nn.Module):  # type: ignore[misc,name-defined]
    """A module of its own: a flipped kernel in a buffer, running statistics, and a fuse."""

    def __init__(self, fuse: BaseException | None = None) -> None:
        super().__init__()
        self.register_buffer("taps", torch.arange(6.0).reshape(1, 1, 2, 3))
        self.register_buffer("seen", torch.zeros(()))
        self.fuse, self.calls = fuse, 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        self.seen += 1  # in place, as batch normalisation does
        if self.fuse is not None and self.calls > 5:
            raise self.fuse
        return nn.functional.conv2d(x, self.taps.flip(2, 3), padding=(1, 2))


def test_any_module_with_one_kernel() -> None:
    module = Filter()
    verdict = probe(module)
    assert verdict.operator == "convolution"
    assert module.calls > 5
    assert module.seen == 0


def state(module: Any) -> list[tuple[Any, ...]]:
    """Everything of a module that a probe could touch."""
    held = [*module.named_parameters(), *module.named_buffers()]
    numbers = [
        (name, t.data_ptr(), t._version, t.requires_grad, t.detach().numpy().tobytes(), None if t.grad is None
         else (t.grad.data_ptr(), t.grad.numpy().tobytes()))
        for name, t in held
    ]  # fmt: skip
    hooks = [(len(m._forward_hooks), len(m._forward_pre_hooks), m.training) for m in module.modules()]
    return [*numbers, *hooks]


@pytest.mark.parametrize("trained", [True, False])
def test_nothing_in_a_layer_is_touched(trained: bool) -> None:
    layer = nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular").train(trained)
    layer.bias.requires_grad_(False)
    y = layer(torch.ones(1, 2, 5, 5)).sum()
    if trained:
        y.backward(retain_graph=True)
    before = state(layer)
    probe(layer)
    assert state(layer) == before
    y.backward()  # what was recorded before can still be differentiated


@pytest.mark.parametrize("fuse", [KeyboardInterrupt(), RuntimeError("no more")])
def test_nothing_is_touched_when_it_fails(fuse: BaseException) -> None:
    module = Filter(fuse)
    before = state(module)
    with pytest.raises((KeyboardInterrupt, ArgumentError)):
        probe(module)
    assert module.calls > 5
    assert state(module) == before


def test_what_is_no_layer_with_one_kernel_is_refused() -> None:
    for module, message in [
        (nn.Linear(3, 3), "f=Linear: holds no kernel of 3 to 5 axes"),
        (
            nn.Sequential(nn.Conv1d(1, 1, 3), nn.Conv1d(1, 1, 3)),
            "f=Sequential: holds 2 kernels, '0.weight' or '1.weight'",
        ),
        (nn.LazyConv1d(3, 3), "f=LazyConv1d: its weights are not made yet; call it once on a signal"),
    ]:
        with pytest.raises(ArgumentError) as refused:
            probe(module)
        assert str(refused.value).startswith(message)
    with pytest.raises(ArgumentError, match="stride=2: a layer has its options already; leave it out"):
        probe(nn.Conv1d(1, 1, 3), stride=2)
    with pytest.raises(NotAnOperator) as broken:
        probe(nn.Sequential(nn.Conv1d(1, 1, 3), nn.ReLU()))
    assert broken.value.law == "linear in x"


def test_keras_layers() -> None:
    layers = needs("keras").layers
    for layer, shape, operator, channels in [
        (layers.Conv1D(4, 3, strides=2, padding="same"), (None, 9, 2), "cross-correlation",
         Channels("summed", "NWC", "WIO", 1, "independent")),
        (layers.Conv1D(4, 3, padding="causal"), (None, 9, 2), "cross-correlation",
         Channels("summed", "NWC", "WIO", 1, "independent")),
        (layers.Conv2D(4, (3, 2), dilation_rate=2), (None, 9, 9, 3), "cross-correlation",
         Channels("summed", "NHWC", "HWIO", 1, "independent")),
        (layers.Conv2D(4, 3, groups=2), (None, 9, 9, 4), "cross-correlation",
         Channels("grouped", "NHWC", "HWIO", 2, "independent")),
        (layers.Conv2DTranspose(4, 3, strides=2), (None, 9, 9, 3), "convolution",
         Channels("summed", "NHWC", "HWOI", 1, "independent")),
        (layers.DepthwiseConv2D(3, depth_multiplier=2), (None, 9, 9, 3), "cross-correlation",
         Channels("kept", "NHWC", "HWIM", 3, "independent")),
        (layers.Conv3D(2, 2), (None, 9, 9, 9, 2), "cross-correlation",
         Channels("summed", "NDHWC", "DHWIO", 1, "independent")),
    ]:  # fmt: skip
        layer.build(shape)
        before = [variable.numpy().tobytes() for variable in layer.variables]
        verdict = probe(layer)
        assert (verdict.operator, verdict.channels) == (operator, channels), layer.name
        assert [variable.numpy().tobytes() for variable in layer.variables] == before
        if getattr(layer, "padding", "") == "causal":
            assert str(verdict.convention.axes[0].anchor) == "last"
    with pytest.raises(ArgumentError, match="its weights are not made yet; call it once on a signal"):
        probe(layers.Conv2D(3, 3))
