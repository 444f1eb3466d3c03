"""`torch.nn.ConvTranspose1d`, `2d` and `3d`: the transpose of a layer with either operator."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from tapwise.convention.words import counted
from tapwise.errors import ArgumentError
from tapwise.nn.torch.layers import axes_of
from tapwise.nn.torch.operator import CORRELATION, WithOperator

_FUNCTIONS = {1: functional.conv_transpose1d, 2: functional.conv_transpose2d, 3: functional.conv_transpose3d}


class _Transposed(WithOperator):
    weight: Any
    bias: Any
    stride: Any
    dilation: Any
    groups: int

    def forward(self, input: Any, output_size: Any = None) -> Any:  # noqa: A002 - PyTorch's name
        """Spread every sample of the input onto the outputs that it would be made from."""
        pairs, size = self.pairs, output_size
        if pairs is not None and output_size is not None:  # the length before the two ends are cut off
            size = [n + sum(pair) for n, pair in zip(output_size[-self.ndim :], pairs, strict=True)]
        cut = (0,) * self.ndim if pairs is not None else self.padding
        extra = self._output_padding(input, size, self.stride, cut, self.kernel_size, self.ndim, self.dilation)  # type: ignore[attr-defined]
        y = _FUNCTIONS[self.ndim](
            input, self.slid(self.weight), self.bias, self.stride, cut, extra, self.groups, self.dilation
        )
        if pairs is None:
            return y
        for axis, (below, above) in enumerate(pairs, -self.ndim):
            length = y.shape[axis] - below - above
            if length < 1:
                rule = f"leaves nothing of {counted(y.shape[axis], 'output')} along axis {axis}"
                raise ArgumentError("padding", pairs, rule, "write smaller ones, or give a longer input")
            y = y.narrow(axis, below, length)
        return y


class ConvTranspose1d(_Transposed, torch.nn.ConvTranspose1d):  # type: ignore[misc]
    """`torch.nn.ConvTranspose1d` with an operator; see `ConvTranspose`.

    Examples
    --------
    >>> import torch
    >>> from tapwise.nn.torch import ConvTranspose1d
    >>> layer = ConvTranspose1d(1, 1, 3, stride=2, bias=False, operator="convolution")
    >>> _ = layer.load_state_dict({"weight": torch.tensor([[[1.0, 2.0, 3.0]]])})
    >>> layer(torch.tensor([[1.0, 0.0, 2.0]])).tolist()                       # it correlates
    [[3.0, 2.0, 1.0, 0.0, 6.0, 4.0, 2.0]]
    """

    ndim = 1


class ConvTranspose2d(_Transposed, torch.nn.ConvTranspose2d):  # type: ignore[misc]
    """`torch.nn.ConvTranspose2d` with an operator; see `ConvTranspose`.

    Examples
    --------
    >>> from tapwise.nn.torch import ConvTranspose2d
    >>> ConvTranspose2d(8, 3, 4, stride=2, padding=1, operator="convolution").weight.shape
    torch.Size([8, 3, 4, 4])
    """

    ndim = 2


class ConvTranspose3d(_Transposed, torch.nn.ConvTranspose3d):  # type: ignore[misc]
    """`torch.nn.ConvTranspose3d` with an operator; see `ConvTranspose`.

    Examples
    --------
    >>> from tapwise.nn.torch import ConvTranspose3d
    >>> ConvTranspose3d(2, 1, 2, stride=2).operator
    'cross-correlation'
    """

    ndim = 3


#: Our transposed layer for each number of axes.
TRANSPOSED = {layer.ndim: layer for layer in (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)}


def ConvTranspose(  # noqa: N802 - it makes a layer, and is used as one
    in_channels: int,
    out_channels: int,
    kernel_size: Any,
    operator: str = CORRELATION,
    *,
    ndim: int | None = None,
    **words: Any,
) -> Any:
    """Make the transpose of a layer (a 'deconvolution' layer), of either operator.

    `operator` names the layer that is transposed, as in `tapwise.transposed`. The transpose itself does the other: that
    of a cross-correlation layer, which is PyTorch's, convolves; that of a convolution layer correlates. Along each
    axis, before the padding is cut off, output m gathers

        cross-correlation  y[m] = Σ w[k] · x[n]   over all n, k with  m = s·n + d·k
        convolution        y[m] = Σ w[k] · x[n]   over all n, k with  m = s·n + d·(K-1-k).

    Parameters
    ----------
    in_channels, out_channels, kernel_size, operator, ndim
        As for `Conv`.
    **words
        As for ``torch.nn.ConvTranspose2d``: ``stride``, ``padding``, ``output_padding``, ``groups``, ``bias``,
        ``dilation``, ``device``, ``dtype``. `padding` may also be a pair (below, above) for every axis.

    Returns
    -------
    ConvTranspose1d, ConvTranspose2d or ConvTranspose3d
        A subclass of PyTorch's layer of that name: the same parameters, the same state, the same random start.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        As for `Conv`.

    Notes
    -----
    On one channel: ``tapwise.transposed(x, w, operator=operator, size="pads(below,above)", stride=s, ...)``. Without
    padding, stride and dilation the default is ``scipy.signal.convolve(x, w)``, and ``operator="convolution"`` is
    ``scipy.signal.correlate(x, w)``.

    Examples
    --------
    >>> from tapwise.nn.torch import ConvTranspose
    >>> ConvTranspose(8, 3, (4, 4), "convolution", stride=2, padding=1)
    ConvTranspose2d(8, 3, kernel_size=(4, 4), stride=(2, 2), padding=(1, 1), operator='convolution')
    """
    return TRANSPOSED[axes_of(kernel_size, ndim)](in_channels, out_channels, kernel_size, operator=operator, **words)
