"""Times our layers against torch.nn.Conv2d in a ResNet-like block, and writes docs/layers.md.

Run it by `python benchmarks/layers.py`, on a quiet machine. One round trains the block of every contender once, in an
order that turns from round to round, so that a busy moment of the machine meets all alike. Each round gives a ratio to
PyTorch's time in the same round; the table shows the median of the ratios, its 95 % interval (from order statistics),
and the middle half of the times. A second torch.nn.Conv2d runs along as a contender of its own: how far its ratio is
from 1 is what this machine cannot tell apart.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tapwise.benchmarking import processor
from tapwise.nn.torch import Conv2d

TARGET = Path(__file__).parent.parent / "docs" / "layers.md"
CHANNELS, SIDE, KERNEL = 64, 56, 3
#: Each contender's layer; the first is what the others are measured against.
CONTENDERS: dict[str, Callable[..., Any]] = {
    "torch.nn.Conv2d": torch.nn.Conv2d,
    "torch.nn.Conv2d again": torch.nn.Conv2d,
    "tapwise Conv2d, cross-correlation": Conv2d,
    "tapwise Conv2d, convolution": partial(Conv2d, operator="convolution"),
}
#: The most that a contender may take, as a ratio, with a batch of 16.
LIMITS = {"tapwise Conv2d, cross-correlation": 1.03, "tapwise Conv2d, convolution": 1.10}


HEAD = f"""# Time of a layer

What our layers cost beside PyTorch's: one training step (forward, backward, SGD) of the basic block of a ResNet, two
layers of {KERNEL} by {KERNEL} with {CHANNELS} channels at {SIDE} by {SIDE}, batch norm and the residual sum, float32,
channels last. Measured on {{machine}}.

Every round runs all contenders in turn; a ratio compares a contender with `torch.nn.Conv2d` in the same round. The
second `torch.nn.Conv2d` is a check: its ratio should be 1. A convolution flips its kernel in every pass, which costs
the same for any batch, and so shows most with a batch of 1.

Written by `python benchmarks/layers.py`; do not edit."""


class Block(torch.nn.Module):  # type: ignore[misc]
    """The basic block of a ResNet: two layers of 3 by 3, batch norm, and the sum with what came in."""

    def __init__(self, layer: Callable[..., Any]) -> None:
        super().__init__()
        words = {"padding": 1, "bias": False}
        self.one, self.two = (layer(CHANNELS, CHANNELS, KERNEL, **words) for _ in range(2))
        self.norms = torch.nn.ModuleList([torch.nn.BatchNorm2d(CHANNELS) for _ in range(2)])

    def forward(self, x: Any) -> Any:
        """Return the block's output."""
        y = self.norms[0](self.one(x)).relu()
        return (x + self.norms[1](self.two(y))).relu()


def trainer(layer: Callable[..., Any], batch: int, side: int) -> Callable[[], None]:
    """Return a function that takes one training step: forward, backward, SGD; channels last."""
    torch.manual_seed(0)
    block = Block(layer).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(block.parameters(), lr=1e-3)
    x = torch.randn(batch, CHANNELS, side, side).to(memory_format=torch.channels_last).requires_grad_()

    def step() -> None:
        optimizer.zero_grad()
        block(x).square().mean().backward()
        optimizer.step()

    return step


def measure(batch: int, rounds: int, steps: int, side: int = SIDE) -> dict[str, list[float]]:
    """Return the seconds of one step in each round, for every contender."""
    trainers = {name: trainer(layer, batch, side) for name, layer in CONTENDERS.items()}
    times: dict[str, list[float]] = {name: [] for name in trainers}
    names = list(trainers)
    for number in range(-2, rounds):  # two rounds to warm up
        for name in names[number % len(names) :] + names[: number % len(names)]:
            start = time.perf_counter()
            for _ in range(steps):
                trainers[name]()
            if number >= 0:
                times[name].append((time.perf_counter() - start) / steps)
    return times


def summary(times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Return median and quartiles of the times, and of the ratio the median and its 95 % interval."""
    base = np.array(next(iter(times.values())))
    found = {}
    for name, values in times.items():
        ratios = np.sort(np.array(values) / base)
        count = len(ratios)
        away = math.ceil(0.98 * math.sqrt(count))  # 1.96 · √n / 2 places on either side of the median
        low, high = max(0, count // 2 - away), min(count - 1, count // 2 + away)
        quarter, middle, three = np.quantile(values, [0.25, 0.5, 0.75])
        found[name] = {
            "median": float(middle), "low": float(quarter), "high": float(three), "ratio": float(np.median(ratios)),
            "ratio_low": float(ratios[low]), "ratio_high": float(ratios[high]),
        }  # fmt: skip
    return found


def table(batch: int, rounds: int, steps: int, found: dict[str, dict[str, float]]) -> str:
    """Return one batch size as Markdown."""
    lines = [
        f"## Batch {batch}",
        "",
        f"{rounds} rounds of {steps} step{'' if steps == 1 else 's'} each.",
        "",
        "| layer | ms a step: median (middle half) | ratio: median (95 %) | limit |",
        "|---|---|---|---|",
    ]
    for name, row in found.items():
        times = f"{1e3 * row['median']:.2f} ({1e3 * row['low']:.2f}-{1e3 * row['high']:.2f})"
        ratio = f"{row['ratio']:.3f} ({row['ratio_low']:.3f}-{row['ratio_high']:.3f})"
        limit = f"{LIMITS[name]:.2f}" if batch == 16 and name in LIMITS else ""
        lines.append(f"| {name} | {times} | {ratio} | {limit} |")
    return "\n".join(lines)


def page(tables: list[str]) -> str:
    """Return the whole page."""
    threads = torch.get_num_threads()
    machine = f"{processor()}, {threads} thread{'' if threads == 1 else 's'}, PyTorch {torch.__version__}"
    return "\n\n".join([HEAD.format(machine=machine), *tables]) + "\n"


def main() -> None:
    """Measure and write the page; say whether the limits hold."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=60, help="rounds of each batch size")
    words.add_argument("--threads", type=int, help="threads of PyTorch; by default its own choice")
    words.add_argument("--output", type=Path, default=TARGET, help="where the page is written")
    given = words.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    tables, held = [], True
    for batch, steps in ((16, 1), (1, 8)):
        found = summary(measure(batch, given.rounds, steps))
        tables.append(table(batch, given.rounds, steps, found))
        print(tables[-1], end="\n\n")
        held = held and (batch != 16 or all(found[name]["ratio"] <= limit for name, limit in LIMITS.items()))
    given.output.write_text(page(tables), encoding="utf-8")
    print(f"written: {given.output}; the limits {'hold' if held else 'DO NOT HOLD'}")


if __name__ == "__main__":
    main()
