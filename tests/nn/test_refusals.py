"""What cannot be converted is refused by its name, before anything is touched."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import tapwise as tw
from tests.needs import needs

torch = needs("torch")
nn: Any = torch.nn
P: Any = torch.nn.utils.parametrizations


def network() -> Any:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Sequential(nn.Conv2d(2, 2, 2), nn.Flatten()))


def with_hook(model: Any) -> Any:
    model[0].weight.register_hook(lambda g: g)
    return model


class Standardised(nn.Conv2d):  # type: ignore[misc]
    """A layer that does something to its kernel first."""

    def forward(self, x: Any) -> Any:
        return self._conv_forward(x, self.weight - self.weight.mean(), self.bias)


class Functional(nn.Module):  # type: ignore[misc]
    """A module that calls conv2d with a kernel of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(2, 2, 2, 2))

    def forward(self, x: Any) -> Any:
        return torch.nn.functional.conv2d(x, self.kernel)


class Reads(nn.Module):  # type: ignore[misc]
    """A module that reads one tap of a layer by its place."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)

    def forward(self, x: Any) -> Any:
        return self.conv(x) * self.conv.weight[0, 0, 0, 0]


class Named(nn.Conv2d):  # type: ignore[misc]
    """A layer that calls something of its own by a name that ours have."""

    def __init__(self) -> None:
        super().__init__(2, 2, 2)
        self.operator = "sobel"


def named(model: Any) -> Any:
    model[2][0] = Named()
    return model


def scripted(model: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model[2] = torch.jit.script(model[2])
    return model


def traced(model: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model[2] = torch.jit.trace(model[2], torch.randn(1, 2, 6, 6))
    return model


def normed(model: Any) -> Any:
    P.weight_norm(model[2][0])
    return model


def old_normed(model: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.nn.utils.weight_norm(model[2][0])
    return model


def spectral(model: Any) -> Any:
    P.spectral_norm(model[0])
    return model


def pruned(model: Any) -> Any:
    from torch.nn.utils import prune

    prune.random_unstructured(model[0], "weight", 0.5)
    return model


def lazy(model: Any) -> Any:
    model[2][0] = nn.LazyConv2d(2, 2)
    return model


def subclass(model: Any) -> Any:
    model[2][0] = Standardised(2, 2, 2)
    return model


def patched(model: Any) -> Any:
    model[0].forward = lambda x: x
    return model


def borrowed(model: Any) -> Any:
    holder = nn.Module()
    holder.kernel = model[0].weight
    model.append(holder)
    return model


def overlapping(model: Any) -> Any:
    model[2][0].weight = nn.Parameter(model[0].weight.data.reshape(-1)[:16].reshape(2, 2, 2, 2))
    return model


def exported(model: Any) -> Any:
    return torch.export.export(model, (torch.randn(1, 1, 8, 8),)).module()


MADE = "makes its kernel from other tensors (weight_norm, spectral_norm, pruning or another parametrization)"
AGAIN = "remove that, convert, and put it on both again"
REFUSED: dict[Callable[[Any], Any], str] = {
    scripted: "model='2': is scripted or traced, so its layers are fixed; convert first, then script",
    traced: "model='2': is scripted or traced, so its layers are fixed; convert first, then script",
    normed: f"model='2.0': {MADE}; {AGAIN}",
    old_normed: f"model='2.0': {MADE}; {AGAIN}",
    spectral: f"model='0': {MADE}; {AGAIN}",
    pruned: f"model='0': {MADE}; {AGAIN}",
    lazy: "model='2.0': is lazy and has no kernel yet; run the model once on a sample",
    subclass: "model='2.0': is a Standardised, which has a forward of its own; "
    "use torch.nn.Conv2d, or a subclass that inherits its forward",
    named: "model='2.0': is a Named with 'operator' of its own, a name that the converted layer needs; rename it",
    patched: "model='0': has a forward of its own, set on the object; remove it, convert, and set it again",
    borrowed: "model='3.kernel': is the kernel of a layer too, and would be flipped here with it; "
    "give the two a parameter each",
    with_hook: "model='0.weight': has a gradient hook, which a copy loses; "
    "remove the hook, convert, and register it on both",
    lambda m: spectral(normed(m)): f"model='0': {MADE} (also in the way: '2.0'); {AGAIN}",
    lambda m: m[1]: "model=ReLU: has no layer torch.nn.Conv* or ConvTranspose*, so there is nothing to convert; "
    "give a model that has one",
}


@pytest.mark.parametrize(("change", "message"), REFUSED.items())
def test_refused_by_name(change: Callable[[Any], Any], message: str) -> None:
    model = change(network())
    before = {name: copy.deepcopy(value) for name, value in model.state_dict().items() if not is_lazy(value)}
    kinds = [type(m) for m in model.modules()]
    with pytest.raises(tw.errors.ArgumentError) as caught:
        tw.twin(model)
    assert str(caught.value) == message
    assert [type(m) for m in model.modules()] == kinds
    assert all(torch.equal(model.state_dict()[name], value) for name, value in before.items())


def is_lazy(value: Any) -> bool:
    return isinstance(value, torch.nn.parameter.UninitializedParameter)


def test_kernels_that_overlap_in_memory() -> None:
    with pytest.raises(tw.errors.ArgumentError) as caught:
        tw.twin(overlapping(network()))
    assert "shares its memory with" in str(caught.value)


def test_exported_graphs() -> None:
    with pytest.raises(tw.errors.ArgumentError, match=r"calls conv2d\S* itself \(its node 'conv2d'\)"):
        tw.twin(exported(network()))


def test_quantized_layers() -> None:
    quantized = needs("torch.ao.nn.quantized")
    model = network()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model[2][0] = quantized.Conv2d(2, 2, 2)
    with pytest.raises(tw.errors.ArgumentError) as caught:
        tw.twin(model)
    assert str(caught.value) == "model='2.0': is quantized (Conv2d); convert the float model, then quantize"


def test_a_sample_shows_who_convolves_by_itself() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Sequential(Functional()))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    sample = torch.randn(1, 1, 8, 8)
    with pytest.raises(tw.errors.ArgumentError) as caught:
        tw.twin(model, sample=sample)
    assert str(caught.value) == (
        "model='2.0': calls torch.nn.functional.conv* itself, outside of a layer; "
        "put the kernel into a layer, and call that"
    )
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(tw.twin(model)(sample), model(sample)), "without a sample it is a twin but for that call"


def test_a_sample_shows_who_reads_a_kernel_by_place() -> None:
    with pytest.raises(tw.errors.ArgumentError) as caught:
        tw.twin(Reads(), sample=torch.randn(1, 1, 8, 8))
    assert str(caught.value).startswith(
        "model=Reads: gives another output when its kernels are flipped and its operator turned (Greatest absolute"
    )


def test_a_sample_that_the_model_does_not_take() -> None:
    with pytest.raises(tw.errors.ArgumentError) as caught:
        tw.twin(network(), sample=torch.randn(1, 3, 8, 8))
    assert str(caught.value).startswith(
        "sample=tensor of shape (1, 3, 8, 8): the model does not run on it (Given groups=1, weight of size"
    )
    assert str(caught.value).endswith("give what the model is called with")


def test_models_that_are_none() -> None:
    with pytest.raises(tw.errors.ArgumentTypeError) as caught:
        tw.twin([1])
    assert str(caught.value) == "model=[1]: must be a torch.nn.Module; give one, with its layers made"


def test_a_model_that_cannot_be_copied() -> None:
    model = network()
    model.held = model[0].weight * 2  # PyTorch copies leaves only
    with pytest.raises(tw.errors.ArgumentError, match=r"^model=Sequential: cannot be copied \(Only Tensors created"):
        tw.twin(model)
