"""500 random layers against SciPy, against the definition, and against PyTorch's autograd; and drop-in use."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal

import tapwise as tw
from tapwise.errors import ArgumentError, ArgumentTypeError
from tests.needs import needs
from tests.nn import reference
from tests.nn.reference import Case, bound, cases

torch = needs("torch")
from tapwise.nn.torch import Conv, Conv1d, Conv2d, Conv3d  # noqa: E402

F = torch.nn.functional
LAYERS: dict[int, Any] = {1: Conv1d, 2: Conv2d, 3: Conv3d}
Outcome = tuple[Any, Any, Any, Any]


def layer_for(case: Case, kind: Any = None) -> Any:
    channels = case.w.shape[1] * case.groups
    made = (kind or LAYERS[case.ndim])(
        channels, len(case.w), case.w.shape[2:], operator=case.operator, stride=case.stride, padding=case.pads,
        dilation=case.dilation, groups=case.groups, padding_mode=case.mode, dtype=torch.float64,
    )  # fmt: skip
    made.load_state_dict({"weight": torch.from_numpy(case.w), "bias": torch.from_numpy(case.b)})
    return made


def outcome(case: Case, kind: Any = None) -> Outcome:
    """Output and gradients of the layer."""
    layer, x = layer_for(case, kind), torch.from_numpy(case.x).requires_grad_()
    y = layer(x)
    y.backward(torch.from_numpy(case.g))
    return tuple(t.detach().numpy() for t in (y, x.grad, layer.weight.grad, layer.bias.grad))


def by_autograd(case: Case) -> Outcome:
    """The same from PyTorch's own functions, the kernel flipped by NumPy."""
    turn = tuple(range(2, 2 + case.ndim)) if case.operator == "convolution" else ()
    x, b = (torch.from_numpy(a).requires_grad_() for a in (case.x, case.b))
    w = torch.from_numpy(np.flip(case.w, turn).copy()).requires_grad_()
    mode = "constant" if case.mode == "zeros" else case.mode
    xp = F.pad(x, [side for pair in reversed(case.pads) for side in pair], mode=mode)
    y = getattr(F, f"conv{case.ndim}d")(xp, w, b, case.stride, 0, case.dilation, case.groups)
    y.backward(torch.from_numpy(case.g))
    return y.detach().numpy(), x.grad.numpy(), np.flip(w.grad.numpy(), turn), b.grad.numpy()


def check(case: Case, kind: Any = None) -> None:
    """Whole numbers: everything is equal."""
    found, torchs = outcome(case, kind), by_autograd(case)
    expected = (reference.forward(case), *reference.gradients(case))
    for ours, theirs, defined in zip(found, torchs, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_array_equal(ours, defined)


def test_500_layers_of_whole_numbers() -> None:
    every = cases(500, seed=1, whole=True)
    for case in every:
        check(case)
    # The cases hold what they are said to hold.
    rests = [
        (n + sum(p) - d * (k - 1) - 1) % s
        for c in every
        for n, p, d, k, s in zip(c.x.shape[2:], c.pads, c.dilation, c.w.shape[2:], c.stride, strict=True)
    ]
    assert any(rests)
    for operator in ("convolution", "cross-correlation"):
        mine = [c for c in every if c.operator == operator]
        for mode in reference.PAD:
            for ndim in (1, 2, 3):
                some = [c for c in mine if c.mode == mode and c.ndim == ndim]
                assert any(a != b for c in some for a, b in c.pads)
                assert any(k % 2 == 0 for c in some for k in c.w.shape[2:])
                assert any(c.groups > 1 for c in some)


def test_500_layers_of_floats_to_a_bound() -> None:
    """Each number is a sum of so many products; two such sums, in whatever order, lie within the bound."""
    for case in cases(500, seed=2, whole=False):
        sizes = replace(case, **{name: np.abs(getattr(case, name)) for name in ("x", "w", "b", "g")})
        # Σ|a||b| for each, rounded up by the factor 1 + 2^-40 for its own rounding
        magnitudes = [m * (1 + 2.0**-40) for m in (reference.forward(sizes), *reference.gradients(sizes))]
        taps, outputs = case.w[0].size, case.g[:, 0].size
        folded = max(1 + sum(p) for p in case.pads) ** case.ndim  # samples that padding reads again
        terms = (taps + 1, len(case.w) // case.groups * case.w[0, 0].size * folded, outputs, outputs)
        expected = (reference.forward(case), *reference.gradients(case))
        for ours, theirs, defined, count, size in zip(
            outcome(case), by_autograd(case), expected, terms, magnitudes, strict=True
        ):
            limit = bound(count, size)
            assert (abs(ours - defined) <= limit).all()
            assert (abs(ours - theirs) <= limit).all()


class Ignoring(Conv2d):
    """A layer that forgets its operator."""

    def slid(self, weight: Any) -> Any:
        return weight


class OneAxis(Conv2d):
    """A layer that flips rows only."""

    def slid(self, weight: Any) -> Any:
        return weight.flip(2) if self.operator == "convolution" else weight


class Swapped(Conv2d):
    """A layer that pads the wrong sides."""

    def __init__(self, *sizes: Any, **words: Any) -> None:
        words["padding"] = [pair[::-1] for pair in words["padding"]]
        super().__init__(*sizes, **words)


@pytest.mark.parametrize("wrong", [Ignoring, OneAxis, Swapped])
def test_the_check_catches_wrong_layers(wrong: Any) -> None:
    case = next(
        c for c in cases(60, seed=1, whole=True)
        if c.ndim == 2 and c.operator == "convolution" and min(c.w.shape[2:]) > 1 and all(a != b for a, b in c.pads)
    )  # fmt: skip
    check(case)
    with pytest.raises(AssertionError):
        check(case, wrong)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("operator", ["convolution", "cross-correlation"])
def test_gradcheck(ndim: int, operator: str) -> None:
    torch.manual_seed(0)
    kernel, lengths = (2, 3, 2)[:ndim], (4, 5, 3)[:ndim]
    pads = ((0, 1), (2, 1), (1, 0))[:ndim]
    layer = Conv(2, 2, kernel, operator, stride=2, padding=pads, groups=2, dtype=torch.float64)
    x = torch.randn(1, 2, *lengths, dtype=torch.float64, requires_grad=True)

    def function(x: Any, w: Any, b: Any) -> Any:
        return torch.func.functional_call(layer, {"weight": w, "bias": b}, (x,))

    inputs = (x, layer.weight, layer.bias)
    assert torch.autograd.gradcheck(function, inputs)
    assert torch.autograd.gradgradcheck(function, inputs)


@pytest.mark.parametrize("length", [3, 4])
def test_where_the_window_lies(length: int) -> None:
    """What the documentation of `Conv` says about SciPy and about our own operators, even kernels included."""
    rng = np.random.default_rng(3)
    x, w = rng.integers(-9, 10, 9).astype(float), rng.integers(-9, 10, length).astype(float)

    def layer(operator: str, **words: Any) -> Any:
        made = Conv(1, 1, length, operator, ndim=1, bias=False, dtype=torch.float64, **words)
        made.load_state_dict({"weight": torch.from_numpy(w)[None, None]})
        return made(torch.from_numpy(x)[None]).detach().numpy()[0]

    equal = np.testing.assert_array_equal
    equal(layer("convolution", stride=2), scipy.signal.convolve(x, w, "valid")[::2])
    equal(layer("cross-correlation", stride=2), scipy.signal.correlate(x, w, "valid")[::2])
    sides = ((length // 2, (length - 1) // 2),)
    equal(layer("convolution", padding=sides), scipy.signal.convolve(x, w, "same"))
    equal(layer("cross-correlation", padding=sides), scipy.signal.correlate(x, w, "same"))
    same = layer("convolution", padding="same")
    equal(same, scipy.ndimage.convolve(x, w, mode="constant"))
    impulse = np.eye(9)[4]  # y[4] is the tap that sits on the sample with the output's index
    made = Conv(1, 1, length, "convolution", ndim=1, padding="same", bias=False, dtype=torch.float64)
    assert made(torch.from_numpy(impulse)[None])[0, 4] == made.weight[0, 0, length // 2]
    below, above = 1, 2
    for operator, ours in (("convolution", tw.convolve), ("cross-correlation", tw.correlate)):
        for mode, boundary in (
            ("zeros", "zero"),
            ("reflect", "reflect101"),
            ("replicate", "edge"),
            ("circular", "wrap"),
        ):
            found = layer(operator, padding=((below, above),), padding_mode=mode, stride=2, dilation=2)
            words: dict[str, Any] = {"boundary": boundary, "stride": 2, "dilation": 2}
            equal(found, ours(x, w, size=f"pads({below},{above})", **words))


def test_the_state_is_pytorchs() -> None:
    torch.manual_seed(4)
    theirs = torch.nn.Conv2d(4, 6, (3, 2), 2, 1, 1, 2, True, "reflect")
    torch.manual_seed(4)
    ours = Conv2d(4, 6, (3, 2), 2, 1, 1, 2, True, "reflect")
    x = torch.randn(2, 4, 7, 6)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))
    assert torch.equal(ours(x), theirs(x))
    assert isinstance(ours, torch.nn.Conv2d)
    turned = Conv2d(4, 6, (3, 2), 2, 1, 1, 2, True, "reflect", operator="convolution")
    theirs.load_state_dict(turned.state_dict())
    assert not torch.equal(turned(x), theirs(x))
    for other in (pickle.loads(pickle.dumps(turned)), copy.deepcopy(turned)):
        assert torch.equal(other(x), turned(x))
    with pytest.raises(RuntimeError, match="Padding size 4 is not supported for 2D"):  # what PyTorch refuses, we refuse
        turned(x[0, 0])
    assert torch.equal(turned(x[0]), turned(x)[0]), "a sample without a batch axis"


def flipped_twin(layer: Any) -> Any:
    """PyTorch's own layer with the flipped kernel."""
    other = copy.deepcopy(layer)
    other.operator = "cross-correlation"
    other.load_state_dict({"weight": layer.weight.flip(2, 3), "bias": layer.bias})
    return other


@pytest.mark.parametrize("padding", ["same", 1, ((0, 1), (2, 1))])
def test_fast_paths_give_the_same_bits(padding: Any) -> None:
    """The same bits as a correlation with the flipped kernel: autocast, bfloat16, channels_last, compiled, exported."""
    torch.manual_seed(5)
    layer = Conv2d(4, 8, (3, 2), padding=padding, operator="convolution")
    theirs, x = flipped_twin(layer), torch.randn(2, 4, 6, 7)
    assert torch.equal(layer(x), theirs(x))
    assert torch.equal(torch.compile(layer, backend="aot_eager", fullgraph=True)(x), layer(x))
    assert torch.equal(torch.export.export(layer, (x,)).module()(x), layer(x))
    with torch.autocast("cpu", torch.bfloat16):
        assert layer(x).dtype == torch.bfloat16
        assert torch.equal(layer(x), theirs(x))
    last = {"memory_format": torch.channels_last}
    ours, others, y = copy.deepcopy(layer).to(**last), copy.deepcopy(theirs).to(**last), x.to(**last)
    assert ours(y).is_contiguous(**last)
    assert torch.equal(ours(y), others(y))
    half = copy.deepcopy(layer).bfloat16(), copy.deepcopy(theirs).bfloat16()
    assert torch.equal(half[0](x.bfloat16()), half[1](x.bfloat16()))


def test_a_kernel_of_one_tap_is_not_flipped() -> None:
    layer = Conv2d(4, 8, 1, operator="convolution")
    assert layer.slid(layer.weight) is layer.weight


def test_the_factory() -> None:
    assert isinstance(Conv(1, 2, (3, 2, 1), "convolution"), Conv3d)
    assert isinstance(Conv(1, 2, 3, ndim=1), Conv1d)
    assert Conv(1, 2, (3, 3), "correlation").operator == "cross-correlation"
    assert Conv(1, 2, (3, 3), padding=((1, 1), (2, 2))).padding == (1, 2), "equal sides are PyTorch's own padding"


@pytest.mark.parametrize(
    ("words", "kind", "message"),
    [
        ({"kernel_size": 3}, ArgumentError,
         "ndim=None: is needed, since kernel_size is one number; write ndim=2, or (3, 3)"),
        ({"kernel_size": 3, "ndim": 4}, ArgumentError, "ndim=4: PyTorch has layers for 1 to 3 axes; write 1, 2 or 3"),
        ({"ndim": 3}, ArgumentError, "kernel_size=(3, 3): has 2 entries for ndim=3; give one an axis"),
        ({"operator": "convolve"}, ArgumentError,
         ("operator='convolve': is not a word of this argument; did you mean 'convolution'? "
          "write 'convolution' or 'cross-correlation'")),
        ({"padding": ((1, 2),)}, ArgumentError,
         "padding=((1, 2),): has 1 entries for 2 axes; write one pair (below, above) for each axis"),
        ({"padding": ((1, 2), (1, 2, 3))}, ArgumentTypeError,
         "padding=((1, 2), (1, 2, 3)): holds an entry that is not a pair; write (below, above)"),
        ({"padding": ((1, -2), (0, 0))}, ArgumentError, "padding=-2: must be at least 0; write 0 or more"),
    ],
)  # fmt: skip
def test_messages(words: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        Conv(1, 2, **{"kernel_size": (3, 3), **words})
    assert str(caught.value) == message
