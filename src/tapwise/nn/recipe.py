"""How two networks are trained, and what the theorem of the flip says will come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tapwise.convention.words import number, one_of, whole
from tapwise.errors import ArgumentError

#: For each word, the class in torch.optim and its settings.
OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {"lr": 0.05}),
    "momentum": ("SGD", {"lr": 0.02, "momentum": 0.9}),
    "nesterov": ("SGD", {"lr": 0.02, "momentum": 0.9, "nesterov": True}),
    "weight-decay": ("SGD", {"lr": 0.02, "momentum": 0.9, "weight_decay": 0.01}),
    "adam": ("Adam", {"lr": 0.003}),
    "adamw": ("AdamW", {"lr": 0.003, "weight_decay": 0.05}),
    "rmsprop": ("RMSprop", {"lr": 0.001}),
    "adagrad": ("Adagrad", {"lr": 0.02}),
    "lbfgs": ("LBFGS", {"lr": 0.1, "max_iter": 1, "history_size": 5}),
}
STARTS = ("flipped", "same", "random")
DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Recipe:
    """The settings of one experiment (as for `tapwise.train_twins`)."""

    optimizer: str
    start: str
    steps: int
    batch: int
    seed: int
    dtype: str
    clip_norm: float | None
    weight_norm: bool

    @classmethod
    def of(
        cls, optimizer: str, *, start: str, steps: int, batch: int, seed: int, dtype: str, clip_norm: float | None,
        weight_norm: bool,
    ) -> Recipe:  # fmt: skip
        """Return a recipe with its words checked."""
        limit = None if clip_norm is None else float(number("clip_norm", clip_norm))  # type: ignore[arg-type]
        if limit is not None and not limit > 0:
            raise ArgumentError("clip_norm", clip_norm, "must be above 0", "write 1.0, or leave it out")
        return cls(
            one_of("optimizer", optimizer, OPTIMIZERS), one_of("start", start, STARTS), whole("steps", steps, least=1),
            whole("batch", batch, least=2), whole("seed", seed, least=0), one_of("dtype", dtype, DTYPES), limit,
            bool(weight_norm),
        )  # fmt: skip

    @property
    def one_batch(self) -> bool:
        """Whether every step sees the same batch and dropout: L-BFGS compares the gradients of one function."""
        return self.optimizer == "lbfgs"

    @property
    def sums(self) -> tuple[str, ...]:
        """What in this recipe adds up over the taps of a kernel, or over kernels, in the order they lie in memory."""
        named = {
            "L-BFGS (scalar products of all weights)": self.optimizer == "lbfgs",
            "clipping by the norm of the gradient": self.clip_norm is not None,
            "weight norm (the length of each kernel)": self.weight_norm,
        }
        return tuple(name for name, there in named.items() if there)

    def __str__(self) -> str:
        name, settings = OPTIMIZERS[self.optimizer]
        words = [f"{word}={value}" for word, value in settings.items()]
        beside = [f"gradients clipped to norm {self.clip_norm:g}"] if self.clip_norm is not None else []
        beside += ["weight norm"] if self.weight_norm else []
        start = {"flipped": "flipped kernels", "same": "the same, unflipped kernels", "random": "two random starts"}
        samples = f"the same {self.batch} samples" if self.one_batch else f"{self.batch} samples"
        count = f"{self.steps} step{'' if self.steps == 1 else 's'} of {samples}"
        return ", ".join([f"{name}({', '.join(words)})", *beside, count, self.dtype, f"from {start[self.start]}"])
