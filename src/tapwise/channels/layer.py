"""Layers: an operator between batches of many channels, and its gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tapwise.channels.bounds import bounded
from tapwise.channels.layout import checked, spatial
from tapwise.channels.setting import Setting, setting
from tapwise.channels.sums import Target, mixed, paired, totalled
from tapwise.convention import Arithmetic, Convention
from tapwise.convention.words import whole
from tapwise.errors import ArgumentError, ArgumentTypeError, ShapeError, Shown
from tapwise.geometry import linear
from tapwise.operators.arrays import giver, take
from tapwise.operators.meaning import understand
from tapwise.operators.problem import with_dtype

if TYPE_CHECKING:
    from tapwise.engines import Array

_SIGNAL, _KERNEL = "layout='NCHW', 'NHWC', 'NCL' or the like", "kernel_layout='OIHW', 'HWIO' or the like"
#: What a layer has no place for, and what to write instead.
_REFUSED = {
    "conjugate": "conjugate the array beforehand",
    "normalize": "normalise the kernel beforehand",
    "gain": "multiply the kernel and the bias",
    "offset": "give it as bias",
    "borders": "leave it out",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """An operator between arrays with batch, channels and groups; it holds no numbers, so arrays are given to it.

    For output channel o of group g, input channels c of the same group, and per spatial axis output m, tap t and input
    i that meet, u·i = s·m + c₀ + d·t:

        y[n, o, m] = bias[o] + Σ_c Σ_t h[o, c, t] · x[n, c, i]

    The sign of d is the operator: a convolution layer flips the kernel along every spatial axis, a cross-correlation
    layer (every deep-learning library's "convolution") does not.

    Attributes
    ----------
    convention : Convention
        The operator along the spatial axes, in the order in which `layout` names them.
    layout : str, default "NCHW"
        The axes of signal and result: N batch (may be left out), C channels, any other letters or digits spatial.
    kernel_layout : str
        The axes of the kernel: O the channels of the result, I those of the signal, and the spatial letters of
        `layout`, in any order. With groups I counts the channels of one group; for a transposed layer O does.
    groups : int, default 1
        Parts into which the channels are divided, each with a kernel of its own.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Layer.of(operator="convolution", layout="NCL")
    >>> x, h = np.array([[[2, 1, 3, 5, 4], [0, 1, 0, 0, 0]]]), np.array([[[1, -1], [1, 2]]])
    >>> layer.forward(x, h, bias=[100])
    array([[[100, 104, 102,  99]]])
    >>> layer.kernel_gradient([[[1, 10, 100, 1000]]], x, shape=h.shape)
    array([[[4531, 5312],
            [   1,   10]]])

    Notes
    -----
    ``torch.nn.functional.conv2d(x, h, bias, stride, padding=p, dilation=d, groups=g)`` is
    ``Layer.of(operator="cross-correlation", size=..., stride=..., dilation=d, groups=g).forward(x, h, bias)`` with
    ``size=("pads(p,p)", "pads(p,p)")``, or ``Layer.of(like="F.conv2d", padding=p, ...)``; `conv_transpose2d` takes
    kernels of layout "IOHW". TensorFlow's and Keras' kernels are "HWIO".
    """

    convention: Convention
    layout: str = "NCHW"
    kernel_layout: str = "OIHW"
    groups: int = 1

    def __post_init__(self) -> None:
        given: object = self.convention
        if not isinstance(given, Convention):
            remedy = "write Layer.of(operator='cross-correlation', ...)"
            raise ArgumentTypeError("convention", given, "must be a Convention", remedy)
        usual = Arithmetic()
        for name, remedy in _REFUSED.items():
            if (value := getattr(self.convention.arithmetic, name)) != getattr(usual, name):
                raise ArgumentError(name, value, "has no place in a layer", remedy)
        if self.convention.operands == "exchanged":
            raise ArgumentError("operands", "exchanged", "has no place in a layer", "leave it out")
        layout = checked("layout", self.layout, "C", "N", _SIGNAL)
        kernel = checked("kernel_layout", self.kernel_layout, "OI", "", _KERNEL)
        along = spatial(layout)
        if set(spatial(kernel, "OI")) != set(along):
            raise ArgumentError(
                "kernel_layout", self.kernel_layout, f"its spatial axes are not those of layout={layout!r}",
                f"write kernel_layout='OI{along}' or another order of these letters",
            )  # fmt: skip
        for index in range(len(along)):
            self.convention.axis(index, len(along))
        object.__setattr__(self, "layout", layout)
        object.__setattr__(self, "kernel_layout", kernel)
        object.__setattr__(self, "groups", whole("groups", self.groups, least=1))

    @classmethod
    def of(
        cls,
        convention: Convention | None = None,
        *,
        like: str | None = None,
        layout: str = "NCHW",
        kernel_layout: str | None = None,
        groups: int = 1,
        **words: Any,
    ) -> Layer:
        """Return the layer for a convention, for its words, or for those of a catalogued function.

        Parameters
        ----------
        convention, like, **words
            What the operator is, as for `tapwise.apply`: ``operator="convolution", size="same", stride=(2, 1)``.
        layout, kernel_layout, groups
            See `Layer`. By default the kernel has the layout "OI" and the spatial letters of `layout`.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            Naming the argument, its value, the rule and the way out.
        """
        along = spatial(checked("layout", layout, "C", "N", _SIGNAL))
        meant, own_axes = understand(convention, like, words, ndim=len(along), defaults={})
        if own_axes is not None:
            raise ArgumentError("like", like, f"filters axes {own_axes} by itself", "write the operator's own words")
        return cls(meant, layout, f"OI{along}" if kernel_layout is None else kernel_layout, groups)

    def forward(self, x: Any, h: Any, bias: Any = None, *, dtype: Any = None) -> Any:
        """Return the layer's outputs.

        Parameters
        ----------
        x : array_like
            The signals, with the axes of `layout`.
        h : array_like
            The kernels, with the axes of `kernel_layout`.
        bias : array_like, optional
            A number for each channel of the result.
        dtype : dtype, optional
            The dtype of the result; by default as for `tapwise.apply`: integers exact in int64 or uint64, floats as
            NumPy promotes them, float16 summed in float32.

        Returns
        -------
        array
            Of the kind of `x`, with the axes of `layout`; `error_bound` says how exact floats are.

        Raises
        ------
        ShapeError, ArgumentError, ArgumentTypeError
            Before any work, naming the argument, its value, the rule and the way out.
        IntegerOverflow
            If an exact integer result does not fit its dtype.
        """
        signal, kernel = take("x", x), take("h", h)
        met = self.setting(signal.shape, kernel.shape)
        added = None if bias is None else self._bias(bias, met)
        y = mixed(met.plan, self._target(met, dtype), met.sorted(signal), met.matrices(kernel), added)
        return giver(x)(y)

    def error_bound(self, x: Any, h: Any, bias: Any = None, *, dtype: Any = None) -> Array:
        """Return, for every output of `forward` with these arguments, how far at most it is from the exact sum.

        Returns
        -------
        ndarray of float64, of the shape of the result
            0 for whole numbers. For floats γ·(Σ|h||x| + |bias|) with γ = k·u/(1 - k·u), k two more than the products
            and the bias that are summed (twice as many for complex), u the unit roundoff; plus the underflow, and one
            rounding where the result is narrower.

        Examples
        --------
        >>> layer = Layer.of(operator="convolution", layout="CL")
        >>> bool(layer.error_bound([[1.0, 2.0, 3.0]], [[[0.1, 0.2]]]).max() < 1e-15)
        True
        """
        signal, kernel = take("x", x), take("h", h)
        met = self.setting(signal.shape, kernel.shape)
        added = None if bias is None else self._bias(bias, met)
        return bounded(met.plan, self._target(met, dtype), met.sorted(signal), met.matrices(kernel), added)

    def input_gradient(self, gradient: Any, h: Any, *, shape: Any, dtype: Any = None) -> Any:
        """Return the gradient with respect to the signals: the other operator, its kernel's channels exchanged.

            dx[n, c, i] = Σ_o Σ_t conj(h[o, c, t]) · dy[n, o, m]   over all (m, t) that meet input i

        Parameters
        ----------
        gradient : array_like
            dL/dy, of the shape of the outputs.
        h : array_like
            The kernels.
        shape : tuple of int
            The shape of the signals `x`.
        dtype : dtype, optional
            As for `forward`.

        Returns
        -------
        array, of shape `shape`
            What a boundary other than zero read again is added to the sample it was read from.

        Raises
        ------
        ShapeError
            If signals of this shape do not give outputs of the shape of `gradient`; and as for `forward`.

        Notes
        -----
        ``torch.nn.grad.conv2d_input(x.shape, h, gradient, stride, padding, dilation, groups)``.
        """
        upstream, kernel = take("gradient", gradient), take("h", h)
        met = self.setting(_shape(shape, "layout", self.layout), kernel.shape)
        _check_gradient(upstream, met)
        matrices = met.matrices(kernel).conj().swapaxes(-1, -2)
        return giver(gradient)(mixed(met.input_plan, self._target(met, dtype), met.sorted(upstream), matrices))

    def kernel_gradient(self, gradient: Any, x: Any, *, shape: Any, dtype: Any = None) -> Any:
        """Return the gradient with respect to the kernels: a correlation of signals and outputs' gradient.

            dh[o, c, t] = Σ_n Σ_m conj(x[n, c, i]) · dy[n, o, m]   over all (m, i) that meet tap t

        Parameters
        ----------
        gradient : array_like
            dL/dy, of the shape of the outputs.
        x : array_like
            The signals.
        shape : tuple of int
            The shape of the kernels.
        dtype : dtype, optional
            As for `forward`.

        Returns
        -------
        array, of shape `shape`

        Raises
        ------
        ShapeError
            As for `input_gradient`.

        Notes
        -----
        ``torch.nn.grad.conv2d_weight(x, h.shape, gradient, stride, padding, dilation, groups)``.
        """
        upstream, signal = take("gradient", gradient), take("x", x)
        met = self.setting(signal.shape, _shape(shape, "kernel_layout", self.kernel_layout))
        _check_gradient(upstream, met)
        target = self._target(met, dtype)
        read, fed = met.sorted(signal), met.sorted(upstream)
        if met.turned:
            sums, numbers = paired(linear(met.base), target.arithmetic, fed, read.conj(), self.groups, conjugate=False)
            sums = sums.swapaxes(-1, -2)
        else:
            sums, numbers = paired(met.base, target.arithmetic, read, fed, self.groups, conjugate=True)
        taps = met.taps(sums)
        stored = Target(target.arithmetic, met.kernel.order).stored(numbers, taps, (0,) * taps.ndim)
        return giver(x)(stored.transpose(met.kernel.back).copy())

    def bias_gradient(self, gradient: Any, *, dtype: Any = None) -> Any:
        """Return the gradient with respect to the bias: the outputs' gradient summed over batch and positions.

        Parameters
        ----------
        gradient : array_like
            dL/dy, with the axes of `layout`.
        dtype : dtype, optional
            As for `forward`.

        Returns
        -------
        array, one number for each channel
        """
        upstream = take("gradient", gradient)
        if upstream.ndim != len(self.layout):
            raise ShapeError(
                "gradient", Shown(f"shape {upstream.shape}"), f"layout={self.layout!r} names {len(self.layout)} axes",
                "give one value for each output",
            )  # fmt: skip
        arithmetic = with_dtype(self.convention.arithmetic, dtype, None)
        last = self.layout.index("C")
        order = (*(axis for axis in range(upstream.ndim) if axis != last), last)
        return giver(gradient)(totalled(Target(arithmetic, (0,)), upstream.transpose(order)))

    def transposed(self, *, length: Any = None, output_padding: Any = 0) -> Layer:
        """Return the transposed layer: it takes this layer's outputs, and gives what its signals were shaped like.

        The same kernels are for it, in the same memory: O and I trade their letters. Of a transposed layer this is the
        layer itself.

        Parameters
        ----------
        length, output_padding : int or tuple of int, optional
            Of the result, where several lengths give as many outputs; as for `tapwise.transposed`.

        Examples
        --------
        >>> Layer.of(operator="convolution", layout="NCL").transposed().kernel_layout
        'IOL'
        """
        turned = self.convention.direction == "forward"
        meant = self.convention.but(
            direction="transposed" if turned else "forward", length=length, output_padding=output_padding
        )
        swapped = self.kernel_layout.translate(str.maketrans("OI", "IO"))
        return Layer(meant, self.layout, swapped, self.groups)

    def setting(self, x_shape: tuple[int, ...], h_shape: tuple[int, ...]) -> Setting:
        """Return the layer met with the shapes of a signal and a kernel: its plans, and where channels stand.

        Raises
        ------
        ShapeError
            Where the shapes do not go together.
        """
        return setting(self.convention, self.layout, self.kernel_layout, self.groups, x_shape, h_shape)

    def _target(self, met: Setting, dtype: Any) -> Target:
        return Target(with_dtype(self.convention.arithmetic, dtype, None), met.signal.order)

    def _bias(self, bias: Any, met: Setting) -> Array:
        added = take("bias", bias)
        if added.shape != (met.fed,):
            raise ShapeError(
                "bias", Shown(f"shape {added.shape}"), f"the result has {met.fed} channels", "give one number for each"
            )
        return added


def _shape(shape: Any, word: str, letters: str) -> tuple[int, ...]:
    given = shape if isinstance(shape, (tuple, list)) else (shape,)
    if len(given) != len(letters):
        raise ShapeError("shape", shape, f"{word}={letters!r} names {len(letters)} axes", "give one length for each")
    return tuple(whole("shape", length, least=0) for length in given)


def _check_gradient(upstream: Array, met: Setting) -> None:
    if upstream.shape != met.outputs:
        raise ShapeError(
            "gradient", Shown(f"shape {upstream.shape}"), f"the outputs have shape {met.outputs}",
            "give one value for each output",
        )  # fmt: skip
