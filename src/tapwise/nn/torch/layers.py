"""`torch.nn.Conv1d`, `Conv2d` and `Conv3d` with either operator."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from tapwise.convention.words import whole
from tapwise.errors import ArgumentError
from tapwise.nn.torch.operator import CORRELATION, WithOperator

_FUNCTIONS = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}


class _Forward(WithOperator):
    stride: Any
    dilation: Any
    groups: int
    padding_mode: str

    def _conv_forward(self, input: Any, weight: Any, bias: Any) -> Any:  # noqa: A002 - PyTorch's name
        slid = self.slid(weight)
        if self.pairs is None or self.padding_mode != "zeros":
            return super()._conv_forward(input, slid, bias)  # type: ignore[misc]
        padded = functional.pad(input, self._reversed_padding_repeated_twice)
        return _FUNCTIONS[self.ndim](padded, slid, bias, self.stride, 0, self.dilation, self.groups)


class Conv1d(_Forward, torch.nn.Conv1d):  # type: ignore[misc]
    """`torch.nn.Conv1d` with an operator; see `Conv`.

    Examples
    --------
    >>> import torch
    >>> from tapwise.nn.torch import Conv1d
    >>> layer = Conv1d(1, 1, 3, bias=False, operator="convolution")
    >>> _ = layer.load_state_dict({"weight": torch.tensor([[[1.0, 2.0, 0.0]]])})
    >>> layer(torch.tensor([[2.0, 1.0, 3.0, 5.0, 4.0]])).tolist()
    [[5.0, 11.0, 14.0]]
    """

    ndim = 1


class Conv2d(_Forward, torch.nn.Conv2d):  # type: ignore[misc]
    """`torch.nn.Conv2d` with an operator; see `Conv`.

    Examples
    --------
    >>> from tapwise.nn.torch import Conv2d
    >>> Conv2d(3, 8, (2, 3), padding=((0, 1), (1, 1)), operator="convolution")
    Conv2d(3, 8, kernel_size=(2, 3), stride=(1, 1), padding=((0, 1), (1, 1)), operator='convolution')
    """

    ndim = 2


class Conv3d(_Forward, torch.nn.Conv3d):  # type: ignore[misc]
    """`torch.nn.Conv3d` with an operator; see `Conv`.

    Examples
    --------
    >>> from tapwise.nn.torch import Conv3d
    >>> Conv3d(1, 4, 3, padding="same", operator="convolution").weight.shape
    torch.Size([4, 1, 3, 3, 3])
    """

    ndim = 3


#: Our layer for each number of axes.
LAYERS = {layer.ndim: layer for layer in (Conv1d, Conv2d, Conv3d)}


def Conv(  # noqa: N802 - it makes a layer, and is used as one
    in_channels: int,
    out_channels: int,
    kernel_size: Any,
    operator: str = CORRELATION,
    *,
    ndim: int | None = None,
    **words: Any,
) -> Any:
    """Make a convolutional layer that really convolves, or one that correlates, as PyTorch's do.

    With the padded input ``xp``, stride s, dilation d, K taps and the inputs c of the group of output channel o, along
    each axis

        cross-correlation  y[o, n] = b[o] + Σ_c Σ_k w[o, c, k] · xp[c, s·n + d·k]
        convolution        y[o, n] = b[o] + Σ_c Σ_k w[o, c, k] · xp[c, s·n + d·(K-1-k)],    0 ≤ k < K.

    Parameters
    ----------
    in_channels, out_channels : int
        How many channels are read and made.
    kernel_size : int or tuple of int
        K along every axis; a tuple says how many axes there are.
    operator : {"cross-correlation", "convolution"}
        Whether the kernel is used as it is, or flipped along every spatial axis.
    ndim : int, optional
        1, 2 or 3 axes; needed where `kernel_size` is one number.
    **words
        As for ``torch.nn.Conv2d``: ``stride``, ``padding``, ``dilation``, ``groups``, ``bias``, ``padding_mode``
        (zeros, reflect, replicate, circular), ``device``, ``dtype``. `padding` may also be a pair (below, above) for
        every axis.

    Returns
    -------
    Conv1d, Conv2d or Conv3d
        A subclass of PyTorch's layer of that name: the same parameters, the same state, the same random start.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If the operator, the number of axes or a pair of paddings is none. What PyTorch's layers refuse, they refuse.

    Notes
    -----
    **Where the window lies.** Both operators read the same windows, s·n to s·n + d·(K-1) of the padded input; the
    operator only turns the kernel inside them. Without padding a convolution layer of one channel is
    ``scipy.signal.convolve(x, w, "valid")[::s]`` (dilation 1) and ``tapwise.convolve(x, w, stride=s, dilation=d)``,
    with padding ``size="pads(below,above)"``. The tap on the sample that has the output's index is w[below] for a
    cross-correlation and w[K-1-below] for a convolution (stride and dilation 1). For even K this decides what
    ``padding="same"`` means: PyTorch pads (K-1)//2 below, so a convolution has w[K//2] there, as in
    ``scipy.ndimage.convolve``; ``scipy.signal.convolve(x, w, "same")`` has w[(K-1)//2], which is
    ``padding=((K//2, (K-1)//2),)``.

    **Speed.** A convolution flips its weight and calls the kernel of PyTorch that the correlation calls, so it is as
    fast but for the flip, and both round alike. ``torch.compile``, ``torch.export`` and ``torch.jit.trace`` take these
    layers; ``torch.jit.script`` does not.

    Examples
    --------
    >>> from tapwise.nn.torch import Conv
    >>> Conv(3, 8, (3, 5), "convolution", padding="same")
    Conv2d(3, 8, kernel_size=(3, 5), stride=(1, 1), padding=same, operator='convolution')
    >>> Conv(1, 1, 4, "convolution", ndim=1, padding=((2, 1),))       # scipy.signal.convolve's "same"
    Conv1d(1, 1, kernel_size=(4,), stride=(1,), padding=((2, 1),), operator='convolution')
    """
    return LAYERS[axes_of(kernel_size, ndim)](in_channels, out_channels, kernel_size, operator=operator, **words)


def axes_of(kernel_size: Any, ndim: int | None) -> int:
    """Return the number of spatial axes that a kernel size and `ndim` say together."""
    told = len(kernel_size) if isinstance(kernel_size, (tuple, list)) else None
    if told is None and ndim is None:
        raise ArgumentError("ndim", None, "is needed, since kernel_size is one number", "write ndim=2, or (3, 3)")
    wanted = told if ndim is None else whole("ndim", ndim)
    if wanted not in _FUNCTIONS:
        raise ArgumentError("ndim", wanted, "PyTorch has layers for 1 to 3 axes", "write 1, 2 or 3")
    if told not in (None, wanted):
        raise ArgumentError("kernel_size", kernel_size, f"has {told} entries for ndim={wanted}", "give one an axis")
    return wanted
