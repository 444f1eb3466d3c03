"""The compiled engine: the same bits whatever the threads, blocks, layouts and instruction set; forks; classes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.convention import Boundary
from tapwise.convention.words import listed
from tapwise.engines import Case, native, suspended
from tapwise.engines.case import Block
from tapwise.engines.direct import direct
from tapwise.engines.sliding import sliding
from tapwise.geometry import AxisPlan, Plan

DTYPES = ["float16", "float32", "float64", "complex64", "complex128", "uint8", "int16", "int64", ">f4", ">i2"]


def same_bits(a: Any, b: Any) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and bool(a.tobytes() == b.tobytes())


def drawn(dtype: str, shape: tuple[int, ...], seed: int) -> Any:
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind in "iu":
        return rng.integers(0, 100, shape).astype(dtype)
    x = rng.standard_normal(shape)
    return (x + 1j * rng.standard_normal(shape) if np.dtype(dtype).kind == "c" else x).astype(dtype)


def results() -> list[Any]:
    """Filters of every kind: one and more axes, long and short kernels, strides, dilations, boundaries, colours."""
    made: list[Any] = []
    for dtype in DTYPES:
        for shape, taps, words in (
            ((5000,), (3,), {"size": "same"}),
            ((70_000,), (150,), {"size": "full"}),
            ((300, 411), (5, 4), {"size": "same", "boundary": "reflect101"}),
            ((130, 70), (13, 9), {"size": "same", "boundary": "wrap", "stride": (2, 3), "dilation": (1, 2)}),
            ((200, 90, 3), (3, 5), {"size": "same", "boundary": "edge", "axes": (0, 1)}),
            ((20, 31, 42), (3, 4, 5), {"size": "same-lower", "boundary": "symmetric"}),
        ):
            h = drawn(dtype, taps, 2)
            made.append(tw.convolve(drawn(dtype, shape, 1), h, accuracy="elementwise", **words))
    return made


def digest() -> str:
    import hashlib

    total = hashlib.sha256()
    for y in results():
        total.update(np.ascontiguousarray(y).tobytes())
    return total.hexdigest()


def test_threads_change_no_bit() -> None:
    before = tw.threads()
    digests = set()
    try:
        for count in (1, 2, 5):
            tw.set_threads(count)
            assert tw.threads() == count
            digests.add(digest())
    finally:
        tw.set_threads(before)
    assert len(digests) == 1


def test_blocks_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = results()
    monkeypatch.setattr(sys.modules["tapwise.engines.direct"], "BLOCK", 3000)
    with suspended():
        parted = results()
    for a, b in zip(whole, parted, strict=True):
        assert same_bits(a, b)


def in_a_process(code: str, **environment: str) -> str:
    words = [sys.executable, "-c", code]
    ran = subprocess.run(words, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_instruction_sets_with_multiply_add_change_no_bit() -> None:
    code = "from tests.engines.test_direct import digest; from tapwise.engines import native; "
    code += "print(native.instruction_set(), digest())"
    levels = [isa for isa in native.instruction_sets() if isa in ("v4", "v3")]
    told = [in_a_process(code, TAPWISE_ISA=isa).split() for isa in levels]
    assert [isa for isa, _ in told] == levels
    assert len({bits for _, bits in told}) <= 1


def test_the_oldest_instruction_set_is_right() -> None:
    """It has no multiply-add, so its bits are its own; whole numbers are exact there too."""
    code = (
        "import numpy as np, tapwise as tw; from tapwise.engines import native; "
        "x, h = np.arange(3000).reshape(50, 60) % 256, np.arange(35).reshape(5, 7); "
        "a, b = (tw.convolve(x.astype('u1'), h, size='same', boundary='wrap', engine=e) for e in ('direct', 'numpy')); "
        "print(native.instruction_set(), np.array_equal(a, b))"
    )
    oldest = native.instruction_sets()[-1]
    assert oldest in ("v2", "base")
    assert in_a_process(code, TAPWISE_ISA=oldest) == f"{oldest} True"


def test_threads_of_the_environment() -> None:
    assert in_a_process("import tapwise as tw; print(tw.threads())", TAPWISE_NUM_THREADS="3") == "3"


def test_settings_that_cannot_be_are_refused() -> None:
    threads = "is not a number of threads; set the environment variable to 1 or more, or not at all"
    levels = f"set the environment variable to {listed(native.instruction_sets())}, or not at all"
    for name, value, message in (
        ("TAPWISE_ISA", "v9", f"is not an instruction set that this processor has; {levels}"),
        ("TAPWISE_NUM_THREADS", "0", threads),
        ("TAPWISE_NUM_THREADS", "two", threads),
    ):
        with pytest.raises(subprocess.CalledProcessError) as told:
            in_a_process("import tapwise as tw; tw.convolve([1], [2])", **{name: value})
        assert told.value.stderr.splitlines()[-1] == f"tapwise.errors.ArgumentError: {name}={value!r}: {message}"
    assert in_a_process("import tapwise as tw; print(tw.convolve([1], [2]))", TAPWISE_ISA="") == "[2]"


def test_a_forked_child_has_threads_of_its_own() -> None:
    code = """
import os, numpy as np, tapwise as tw
tw.set_threads(2)
x, h = np.arange(250000.).reshape(500, 500), np.ones((5, 5))
before = tw.convolve(x, h)
child = os.fork()
if not child:
    os._exit(0 if np.array_equal(tw.convolve(x, h), before) else 1)
print(os.waitpid(child, 0)[1], np.array_equal(tw.convolve(x, h), before))
"""
    assert in_a_process(code) == "0 True"


def test_callers_in_many_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    x, h = drawn("float32", (400, 500), 1), drawn("float32", (5, 5), 2)
    right = tw.convolve(x, h)
    with ThreadPoolExecutor(4) as pool:
        for y in pool.map(lambda _: tw.convolve(x, h), range(12)):
            assert same_bits(y, right)


def test_any_plan() -> None:
    """Plans of all whole numbers, those of spread signals among them, against the numpy engine."""
    caught = 0
    rng, rules = random.Random(3), ["zero", "constant(5)", "edge", "wrap", "symmetric", "reflect101"]
    for _ in range(2000):
        axes = tuple(
            AxisPlan(
                rng.randint(1, 9),
                rng.randint(1, 6),
                rng.randint(1, 9),
                rng.randint(1, 3),
                rng.choice([-3, -2, -1, 1, 2, 3]),
                rng.randint(-6, 6),
                rng.choice([-3, -2, -1, 1, 2, 3]),
                *(Boundary.parse(rng.choice(rules))[0] for _ in range(2)),
            )
            for _ in range(rng.choice([1, 2]))
        )
        plan = Plan(axes, (None,) * len(axes))
        x = np.array([rng.randint(-9, 9) for _ in range(int(np.prod(plan.input_shape)))]).reshape(plan.input_shape)
        h = np.array([rng.randint(-9, 9) for _ in range(int(np.prod(plan.kernel_shape)))], float)
        case = Case(plan, h.reshape(plan.kernel_shape), (), x.dtype, np.dtype(float), integers=True, bound=10_000)
        block = Block((), tuple((0, axis.m) for axis in axes))
        right = sliding.worker(case)(x, block, None)
        assert np.array_equal(direct.worker(case)(x, block, None), right), plan
        nudged = case.kernel.copy()
        nudged.flat[0] += 1
        caught += not np.array_equal(direct.worker(replace(case, kernel=nudged))(x, block, None), right)
    assert caught > 1000, "one wrong tap shows, unless nothing, or only zeros, are read through it"


@pytest.mark.parametrize(
    ("x", "h", "words", "why"),
    [
        (np.ones(3, np.longdouble), [1.0], {}, "it has no products of float128 in float128"),
        (np.ones(3), [np.nan], {}, "a tap is infinite or NaN, and zeros beside the signal would be multiplied with it"),
        (
            np.ones(3), [1.0, 1j], {"size": "full", "boundary": "constant(1j)"},
            "a constant of the boundary is complex and the signal is not",
        ),
        (
            np.ones(3, int), [1, 1], {"size": "full", "boundary": f"constant({2**60})"},
            "a constant of the boundary is too large",
        ),
        (
            np.ones(9), [1.0, 1.0], {"size": "full", "dilation": 10**6},
            "taps or outputs lie so far apart that it would copy more of the signal than it reads",
        ),
    ],
)  # fmt: skip
def test_what_it_refuses_goes_to_numpy(x: Any, h: Any, words: dict[str, Any], why: str) -> None:
    choice = tw.choose(x, h, operator="convolution", **words)
    assert choice.engine == "numpy"
    assert choice.refused["direct"] == why


@pytest.mark.usefixtures("interpreted")
def test_without_it_everything_still_works() -> None:
    assert tw.choose([1.0, 2.0], [1.0], operator="convolution").engine == "numpy"
    assert tw.convolve([2, 1, 3, 5, 4], [1, -1]).tolist() == [-1, 2, 2, -1]


def test_it_was_built() -> None:
    assert native is not None, "the package was installed without its compiled engine"
