"""The same network with the other operator, and its optimizer: doors to `tapwise.nn.torch`."""

from __future__ import annotations

import sys
from typing import Any

from tapwise.errors import ArgumentTypeError


def twin(model: Any, sample: Any = None) -> Any:
    """Return the same network with the other operator: every kernel flipped, every correlation a convolution.

    If J reverses the spatial axes of a kernel, then corr(x, w) = conv(x, J w) in the same window, so the twin computes
    what the model computes. Its gradients are the model's, with J applied to those of the kernels; so every
    optimizer that treats each weight by itself keeps the two twins for ever, and to the last bit, since a flip
    rounds nothing and both operators run through one kernel of PyTorch.

    Parameters
    ----------
    model : torch.nn.Module
        Any module that holds ``torch.nn.Conv*``, ``ConvTranspose*`` or layers of `tapwise.nn.torch`. It is not changed.
    sample : tensor, tuple or dict, optional
        What `model` is called with. Copies of the model and its twin are then run on it: a part of the model that
        calls ``torch.nn.functional.conv2d`` by itself is found and refused, and the outputs are compared.

    Returns
    -------
    torch.nn.Module
        A deep copy. Its layers are of `tapwise.nn.torch` and keep names, hooks, frozen parameters, gradients and what
        they share. Biases, batch norm, linear layers, padding, strides and groups stay as they are. The twin of the
        twin has the model's bits.

    Raises
    ------
    ArgumentTypeError
        If `model` is not a torch module.
    ArgumentError
        If the model has no such layer, or one that cannot be converted: scripted or traced, lazy and without a kernel,
        quantized, with a parametrized kernel, with a forward of its own, or with a kernel that another module holds as
        well. The message names it, and nothing has been touched. Also if the model does not run on `sample`.

    Notes
    -----
    What only amounts to a layer, ``torch.nn.Unfold`` and a matrix product, say, is left as it is, and so is a call of
    ``conv2d`` with a kernel of its own if there is no `sample`: the twin is right, but not all of it is turned. A
    module that reads the kernel of a layer by itself (``F.conv2d(x, self.layer.weight)``) meets it flipped, and the
    twin is then wrong; only a `sample` shows that, so give one for a model whose every line you do not know.

    "To the last bit" is a fact of how PyTorch computes on a CPU, not a promise of floating-point arithmetic. Where it
    takes algorithms whose sums change from run to run, as some on GPUs do, two copies of one model part as well.

    Examples
    --------
    >>> import torch, tapwise as tw
    >>> model = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(8, 2, (2, 3)))
    >>> image = torch.rand(1, 3, 9, 10)
    >>> other = tw.twin(model, sample=image)
    >>> other[2]
    Conv2d(8, 2, kernel_size=(2, 3), stride=(1, 1), operator='convolution')
    >>> bool((other[2].weight == model[2].weight.flip(2, 3)).all()), bool((other(image) == model(image)).all())
    (True, True)
    """
    _check("model", model, "nn.Module")
    from tapwise.nn.torch.conversion import converted

    return converted(model, sample)


def twin_optimizer(optimizer: Any, model: Any, twin: Any) -> Any:
    """Return the optimizer of a twin, in the middle of a training: its state is flipped where the kernels are.

    Parameters
    ----------
    optimizer : torch.optim.Optimizer
        The optimizer of `model`. It is not changed.
    model, twin : torch.nn.Module
        The model, and its twin by `tapwise.twin`.

    Returns
    -------
    torch.optim.Optimizer
        Of the same class, with the same groups and settings, for the parameters of `twin`. Hooks and learning-rate
        schedulers are not taken along.

    Raises
    ------
    ArgumentTypeError
        If one of the three is not what it should be.
    ArgumentError
        If `twin` is not the twin of `model`, if `optimizer` holds other parameters, or if its state is not laid out
        like the parameters, as that of L-BFGS.

    Notes
    -----
    Flipping the weights alone is a trap: Adam's running means then belong to other taps.

    Examples
    --------
    >>> import torch, tapwise as tw
    >>> model = torch.nn.Conv1d(1, 1, 3)
    >>> optimizer = torch.optim.Adam(model.parameters())
    >>> model(torch.ones(1, 1, 5)).sum().backward()
    >>> optimizer.step()
    >>> other = tw.twin(model)
    >>> turned = tw.twin_optimizer(optimizer, model, other)
    >>> a, b = optimizer.state[model.weight]["exp_avg"], turned.state[other.weight]["exp_avg"]
    >>> bool((a == b.flip(2)).all())
    True
    """
    _check("optimizer", optimizer, "optim.Optimizer")
    _check("model", model, "nn.Module")
    _check("twin", twin, "nn.Module")
    from tapwise.nn.torch.optimizers import converted_optimizer

    return converted_optimizer(optimizer, model, twin)


def _check(argument: str, value: object, kind: str) -> None:
    """Refuse what is not torch's; where torch was never imported, nothing is."""
    found = sys.modules.get("torch")
    for part in kind.split("."):
        found = getattr(found, part, None)
    if found is None or not isinstance(value, found):  # type: ignore[arg-type]
        raise ArgumentTypeError(argument, value, f"must be a torch.{kind}", "give one, with its layers made")
