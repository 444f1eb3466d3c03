"""What a probe found: the convention, the evidence for it, and what could not be told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tapwise.channels import Layer
from tapwise.convention.words import counted
from tapwise.errors import ArgumentError
from tapwise.probing.usual import computed

if TYPE_CHECKING:
    from tapwise.convention import Convention
    from tapwise.probing.channels import Channels


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measurement: an input, its answer, and the taps that the answer names.

    Attributes
    ----------
    axis : int
        The axis along which samples and taps were coded as powers of two.
    samples, taps : int
        Their numbers.
    x, h, y : nested lists
        The (first) call of the measurement.
    pairs : tuple of tuple of (int, int)
        For every output along the axis, the (tap, sample) pairs it reads.
    """

    axis: int
    samples: int
    taps: int
    x: Any
    h: Any
    y: Any
    pairs: tuple[tuple[tuple[int, int], ...], ...]

    def __str__(self) -> str:
        shown = [
            f"y[{o}] reads {', '.join(f'h[{t}]·x[{i}]' for t, i in pairs) or 'nothing'}"
            for o, pairs in enumerate(self.pairs)
        ]
        lengths = f"{counted(self.samples, 'sample')}, {counted(self.taps, 'tap')}"
        return f"axis {self.axis}, {lengths}: {'; '.join(shown)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which convention a function follows, and how that is known.

    Attributes
    ----------
    convention : Convention
        `tapwise.apply(x, h, verdict.convention)` reproduces the function.
    ndim : int
        The number of axes that were probed.
    exact : bool
        Whether all results on whole numbers were equal, bit for bit.
    bound : float
        For real numbers, a bound on |f(x, h) - apply(x, h)| / (‖x‖·‖h‖) that all verified inputs keep with room to
        spare; 0 if they were equal bit for bit.
    calls : int
        How often the function was called.
    evidence : tuple of Evidence
        What was measured.
    ruled_out : int
        How many conventions were compared with the measurements and do not explain them.
    verified : int
        Random inputs, not used before, on which the convention was compared with the function.
    undetermined : tuple of str
        What the inputs that the function takes cannot tell, or what holds only for some of them.
    refused : tuple of str
        Inputs that the function did not take, and what it said.
    channels : Channels or None
        What it does with batch and channels beside the axes that were probed; None if it takes none.
    """

    convention: Convention
    ndim: int
    exact: bool
    bound: float
    calls: int
    evidence: tuple[Evidence, ...]
    ruled_out: int
    verified: int
    undetermined: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    channels: Channels | None = None

    @property
    def operator(self) -> str | list[str]:
        """The operator: "convolution" or "cross-correlation", or a list with one an axis where they differ.

        A transposed cross-correlation counts as the convolution that it computes.
        """
        words = computed(self.convention)
        return words[0] if len(set(words)) == 1 else words

    @property
    def layer(self) -> Layer | None:
        """The layer that does the same with batch and channels, where there are some and a layer can say it.

        ``verdict.layer.forward(x, h)`` then reproduces the function on whole arrays, and a layer but for its bias.
        """
        found = self.channels
        if found is None or found.batch == "none" or "M" in found.kernel_layout:
            return None
        try:
            return Layer(self.convention, found.layout, found.kernel_layout, found.groups)
        except ArgumentError:  # a gain, an offset, or whatever else a layer has no place for
            return None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, of the same names; the convention as `Convention.to_dict` gives it."""
        plain = {name: getattr(self, name) for name in ("operator", "ndim", "exact", "bound", "calls")}
        plain |= {"convention": self.convention.to_dict(), "ruled_out": self.ruled_out, "verified": self.verified}
        plain |= {name: list(getattr(self, name)) for name in ("undetermined", "refused")}
        plain["channels"] = None if self.channels is None else asdict(self.channels)
        return plain | {"evidence": [asdict(item) for item in self.evidence]}

    def __str__(self) -> str:
        return "\n".join([self._sentence(), "", *self._table()])

    def _sentence(self) -> str:
        words = self.operator if isinstance(self.operator, list) else [self.operator]
        what = ", ".join(f"{word} along axis {a}" for a, word in enumerate(words)) if len(words) > 1 else words[0]
        how = (
            "bit for bit" if not self.bound
            else f"bit for bit on whole numbers, and to {self.bound:.2g}·‖x‖·‖h‖ on others" if self.exact
            else f"to {self.bound:.2g}·‖x‖·‖h‖"
        )  # fmt: skip
        counts = f"It was called {self.calls} times, and {self.ruled_out} other conventions were ruled out."
        lines = [
            f"It is {what}. tapwise.apply(x, h, {self.convention!r}) reproduces it {how}.",
            f"So it did on {self.verified} random inputs that were not used to find it. {counts}",
        ]
        if self.convention.direction == "transposed":
            lines.append(
                "A transposed operator computes what the other operator does: the kernel's order is the other."
            )
        lines += [f"Not told: {words}." for words in self.undetermined]
        if self.refused:
            lines.append(f"It did not take {len(self.refused)} of the inputs, the first {self.refused[0]}.")
        return "\n".join(lines)

    def _table(self) -> list[str]:
        plain = self.convention.to_dict()
        hidden = {"length": None, "output_padding": 0, "direction": "forward", "accumulator": None}
        rows = [(name, value) for name, value in plain.items() if name not in hidden or value != hidden[name]]
        if self.channels is not None:
            rows += [("channels", str(self.channels)), ("batch", self.channels.batch)]
        wide = max(len(name) for name, _ in rows)
        return [
            f"    {name.ljust(wide)}  {', '.join(map(str, value)) if isinstance(value, list) else value}"
            for name, value in rows
        ]
