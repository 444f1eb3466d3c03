"""A model of one's own and its twin: the same function, the same bits when turned back, nothing else touched."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tests.needs import needs

torch = needs("torch")
from tapwise.nn.torch import Conv2d, ConvTranspose2d  # noqa: E402

nn: Any = torch.nn


class OwnConv(nn.Conv2d):  # type: ignore[misc]
    """A layer as users write them: its own defaults, PyTorch's forward."""

    def __init__(self, ins: int, outs: int) -> None:
        super().__init__(ins, outs, (2, 3), padding="same", bias=False)

    def greeting(self) -> str:
        return "mine"


class Block(nn.Module):  # type: ignore[misc]
    """A residual block whose two halves share one layer, with another tied to it by its parameter."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.shared = nn.Conv2d(channels, channels, (3, 2), padding="same")
        self.tied = nn.Conv2d(channels, channels, (3, 2), padding="same", bias=False)
        self.tied.weight = self.shared.weight
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Any) -> Any:
        return x + self.tied(self.shared(self.norm(self.shared(x))).relu())


class Model(nn.Module):  # type: ignore[misc]
    """Nested containers, frozen parameters, hooks, transposed, grouped, dilated and pointwise layers, dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.ModuleDict({"wide": nn.Conv2d(2, 4, (5, 4), stride=2, padding=2, padding_mode="reflect")})
        self.blocks = nn.ModuleList(
            [Block(4), nn.Sequential(nn.Conv2d(4, 8, 3, groups=2, dilation=2), nn.Dropout(0.5))]
        )
        self.up = nn.ConvTranspose2d(8, 4, (2, 3), stride=2, output_padding=1)
        self.mix = nn.Conv2d(4, 4, 1)
        self.own = OwnConv(4, 4)
        self.ours = Conv2d(4, 3, (3, 2), padding=((0, 1), (1, 2)), operator="convolution")
        self.line = nn.Conv1d(3, 2, 4)
        self.head = nn.Linear(2, 5)
        self.stem["wide"].weight.requires_grad_(False)
        self.seen: list[str] = []
        self.mix.register_forward_hook(self.look)

    def look(self, _module: Any, _inputs: Any, output: Any) -> Any:
        self.seen.append("mix")
        return output * 2

    def forward(self, x: Any) -> Any:
        x = self.stem["wide"](x)
        for block in self.blocks:
            x = block(x)
        x = self.ours(self.own(self.mix(self.up(x))))
        return self.head(self.line(x.flatten(2)).mean(2))


@pytest.fixture
def model() -> Any:
    torch.manual_seed(0)
    return Model()


@pytest.fixture
def image() -> Any:
    return torch.randn(3, 2, 21, 22, generator=torch.Generator().manual_seed(1))


def made(model: Any, x: Any) -> Any:
    torch.manual_seed(2)  # the same dropout
    return model(x)


def bits(model: Any) -> dict[str, Any]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())


def test_the_twin_gives_the_same_and_the_model_is_not_touched(model: Any, image: Any) -> None:
    before, kinds, state = bits(model), [type(m) for m in model.modules()], torch.get_rng_state()
    other = tw.twin(model, sample=image)
    assert torch.equal(torch.get_rng_state(), state)
    assert same(bits(model), before)
    assert [type(m) for m in model.modules()] == kinds
    assert model.seen == []
    assert torch.equal(made(other, image), made(model, image))
    assert same(
        {n: v for n, v in bits(other).items() if "norm" in n}, {n: v for n, v in bits(model).items() if "norm" in n}
    )
    assert torch.equal(other.eval()(image), model.eval()(image))
    # hooks are bound to the copy; sharing and freezing are kept; names are the same
    assert other.seen == ["mix"] * 2
    assert model.seen == ["mix"] * 2
    assert other.blocks[0].tied.weight is other.blocks[0].shared.weight
    assert not other.stem["wide"].weight.requires_grad
    assert list(other.state_dict()) == list(model.state_dict())
    # every kernel is flipped once, and nothing else
    for name, value in model.state_dict().items():
        turned = value.flip(list(range(2, value.ndim)))
        assert torch.equal(other.state_dict()[name], turned)
    assert not torch.equal(other.own.weight, model.own.weight)
    operators = {name: m.operator for name, m in other.named_modules() if hasattr(m, "operator")}
    assert operators.pop("ours") == "cross-correlation"
    assert set(operators.values()) == {"convolution"}
    assert isinstance(other.up, ConvTranspose2d)


def test_twice_gives_back_the_same_bits(model: Any, image: Any) -> None:
    back = tw.twin(tw.twin(model))
    assert same(bits(back), bits(model))
    assert torch.equal(made(back, image), made(model, image))
    plain = Model()
    plain.load_state_dict(back.state_dict())
    assert torch.equal(made(plain, image), made(model, image))


def test_a_layer_that_ignored_its_operator_would_be_caught(model: Any, image: Any) -> None:
    other = tw.twin(model)
    other.own.operator = "cross-correlation"
    assert not torch.equal(made(other, image), made(model, image))


def test_gradients_are_the_flipped_ones(model: Any, image: Any) -> None:
    other = tw.twin(model)
    for network in (model, other):
        made(network, image).square().sum().backward()
    carried = tw.twin(model)  # gradients that are there are taken along
    for name, parameter in model.named_parameters():
        for network in (other, carried):
            turned = dict(network.named_parameters())[name].grad
            if parameter.grad is None:
                assert turned is None
            else:
                assert torch.equal(turned, parameter.grad.flip(list(range(2, parameter.ndim))))


def test_layers_of_ones_own_class(model: Any, image: Any) -> None:
    other = tw.twin(model)
    assert isinstance(other.own, OwnConv)
    assert other.own.greeting() == "mine"
    for again in (copy.deepcopy(other.own), pickle.loads(pickle.dumps(other.own))):
        assert type(again) is type(other.own)
        x = torch.randn(1, 4, 5, 6)
        assert torch.equal(again(x), model.own(x))


def test_a_parameter_that_a_layer_of_ones_own_adds_stays() -> None:
    class Mapped(nn.Conv2d):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(1, 2, (2, 3))
            self.map = nn.Parameter(torch.arange(24.0).reshape(2, 3, 4))

    layer = Mapped()
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)
    (layer(torch.ones(1, 1, 4, 6)) * layer.map).sum().backward()
    optimizer.step()
    other = tw.twin(layer)
    assert torch.equal(other.map, layer.map)
    assert torch.equal(other.map.grad, layer.map.grad)
    assert torch.equal(other.weight, layer.weight.flip(2, 3))
    turned = tw.twin_optimizer(optimizer, layer, other)
    assert torch.equal(turned.state[other.map]["momentum_buffer"], optimizer.state[layer.map]["momentum_buffer"])


def test_a_single_layer_and_other_memory_formats() -> None:
    layer = nn.Conv2d(8, 8, 3, padding=1).to(memory_format=torch.channels_last).bfloat16()
    x = torch.randn(2, 8, 9, 7).bfloat16().to(memory_format=torch.channels_last)
    other = tw.twin(layer, sample=x)
    assert other.weight.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(other(x), layer(x))


def test_compiled_models(image: Any) -> None:
    layer = nn.Conv2d(2, 4, 3)
    compiled = torch.compile(layer, backend="aot_eager")
    assert torch.equal(tw.twin(compiled)(image), compiled(image))


def test_the_sample_may_be_words() -> None:
    class Two(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(1, 1, 3)

        def forward(self, x: Any, *, scale: Any) -> dict[str, Any]:
            return {"y": [self.conv(x) * scale]}

    x = torch.randn(1, 1, 6)
    for sample in ({"x": x, "scale": 2.0},):
        other = tw.twin(Two(), sample=sample)
        assert other.conv.operator == "convolution"


# ---- optimizers -------------------------------------------------------------------------------------------------

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 0.01, "momentum": 0.9}, "Adam": {"lr": 0.01, "amsgrad": True}, "AdamW": {"lr": 0.01},
    "RMSprop": {"lr": 0.01, "momentum": 0.5, "centered": True}, "Adagrad": {"lr": 0.1}, "Rprop": {"lr": 0.01},
    "NAdam": {"lr": 0.01}, "Adadelta": {},
}  # fmt: skip


def train(model: Any, optimizer: Any, image: Any, steps: int) -> None:
    for step in range(steps):
        optimizer.zero_grad()
        torch.manual_seed(step)
        model(image).square().mean().backward()
        optimizer.step()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_training_goes_on_in_the_twin(name: str, model: Any, image: Any) -> None:
    """Port after 3 steps, go on for 3: the same bits; without the optimizer's state they differ."""
    kind, words = getattr(torch.optim, name), OPTIMIZERS[name]
    groups = [
        {"params": [p for n, p in model.named_parameters() if "head" not in n]},
        {"params": model.head.parameters(), "lr": 0.005},
    ]
    optimizer = kind(groups, **words)
    train(model, optimizer, image, 3)
    other = tw.twin(model)
    turned = tw.twin_optimizer(optimizer, model, other)
    assert type(turned) is kind
    assert [group["lr"] for group in turned.param_groups] == [group["lr"] for group in optimizer.param_groups]
    left_behind = tw.twin(model)
    unturned = tw.twin_optimizer(optimizer, model, left_behind)
    for parameter, state in optimizer.state.items():
        name_of = next(n for n, p in model.named_parameters() if p is parameter)
        unturned.state[dict(left_behind.named_parameters())[name_of]] = copy.deepcopy(state)
    for network, by in ((model, optimizer), (other, turned), (left_behind, unturned)):
        train(network, by, image, 3)
    flipped = {n: v.flip(list(range(2, v.ndim))) for n, v in model.state_dict().items()}
    assert same(bits(other), flipped)
    assert not same(bits(left_behind), flipped), "a state that is not flipped must show"


def test_adafactors_means_over_an_axis() -> None:
    layer = nn.Conv2d(4, 4, (3, 2))
    optimizer = torch.optim.Adafactor(layer.parameters())
    layer(torch.randn(1, 4, 6, 6)).square().sum().backward()
    optimizer.step()
    other = tw.twin(layer)
    state = tw.twin_optimizer(optimizer, layer, other).state[other.weight]
    for word, value in optimizer.state[layer.weight].items():
        if value.ndim:
            assert torch.equal(state[word], value.flip(2, 3)), word


def test_named_parameters_stay_named(model: Any) -> None:
    optimizer = torch.optim.SGD(model.named_parameters())
    other = tw.twin(model)
    names = tw.twin_optimizer(optimizer, model, other).param_groups[0]["param_names"]
    assert names == [name for name, _ in other.named_parameters()]


def test_optimizers_that_cannot_be_turned(model: Any, image: Any) -> None:
    layer = nn.Conv2d(2, 1, 3, bias=False)
    search = torch.optim.LBFGS(layer.parameters(), max_iter=2)

    def closure() -> Any:
        search.zero_grad()
        loss = layer(image).square().mean()
        loss.backward()
        return loss

    search.step(closure)
    refused = [
        (
            (search, layer, tw.twin(layer)),
            (
                "optimizer=its state: keeps 'd' (of shape (18,)) for 'weight', which is not laid out like it, so what "
                "to flip is not known; make a fresh optimizer for twin.parameters()"
            ),
        ),
        (
            (torch.optim.SGD(model.parameters()), model, layer),
            "twin=Conv2d: is not the twin of model; write twin=tapwise.twin(model)",
        ),
        (
            (torch.optim.SGD(layer.parameters()), model, tw.twin(model)),
            (
                "optimizer=its parameters: holds a parameter that is not one of model; "
                "give the optimizer of model.parameters()"
            ),
        ),
        ((3, model, model), "optimizer=3: must be a torch.optim.Optimizer; give one, with its layers made"),
    ]
    for arguments, message in refused:
        with pytest.raises(tw.errors.ArgumentError) as caught:
            tw.twin_optimizer(*arguments)
        assert str(caught.value) == message


def test_the_weights_are_not_symmetric(model: Any) -> None:
    """What makes every test here able to fail."""
    assert all(
        not np.array_equal(np.flip(k, tuple(range(2, k.ndim))), k)
        for k in (p.detach().numpy() for p in model.parameters())
        if k.ndim > 2 and k[0, 0].size > 1
    )
