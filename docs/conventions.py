"""Probe every catalogued function that is installed, and write what was found: conventions.json and conventions.md.

Run as ``python -m docs.conventions`` (``make conventions``). Functions whose library is not installed keep what the
file says of them. Each finding is compared with the catalogue before it is written.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from docs import conventions_page
from docs.index_law import laws

import tapwise as tw
from tapwise import catalogue, libraries
from tapwise.errors import TapwiseError
from tapwise.probing import NotAnOperator, probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapwise.convention import Convention

JSON, PAGE = (Path(__file__).parent / f"conventions.{kind}" for kind in ("json", "md"))
Array = np.ndarray[Any, np.dtype[Any]]
Options = dict[str, Any]
#: Options that say a length: what they are for n samples and k taps.
LENGTHS: dict[str, Callable[[int, int, Options], int]] = {
    "output_shape": lambda n, k, options: n if options.get("padding", "SAME") == "SAME" else n + k - 1,
    "input_size": lambda n, k, _: n + k - 1,
    "weight_size": lambda n, k, _: n - k + 1,
}
#: Options without which a function is not asked at all.
DEMANDED: dict[str, Options] = {"octave.xcorr": {"maxlag": 4}}


def asked(name: str, options: Options, x: Array, h: Array) -> Options:
    """Return the options with the lengths that these arrays give."""
    known = catalogue.entry(name).options
    said = {
        option: [length(n, k, options) for n, k in zip(x.shape, h.shape, strict=True)]
        for option, length in LENGTHS.items()
        if option in known and not name.startswith("onnx.")  # which can do without
    }
    return {**said, **options}


def called(name: str, options: Options, x: Array, h: Array) -> Array:
    """Return the function's own answer."""
    return libraries.call(name, x, h, **asked(name, options, x, h))


def record(name: str) -> dict[str, Any]:
    """Return all that the document says of one function; its library must be installed."""
    told = meaning(name)
    cases = [
        {**case, "probe": found(name, options)} for case, options in zip(told["cases"], choices(name), strict=True)
    ]
    return {**told, "version": libraries.version(name), "cases": cases}


def choices(name: str) -> list[Options]:
    """Return the choices of options that are shown, the plainest first."""
    plain = DEMANDED.get(name, {})
    return [plain, *(dict(case) for case in catalogue.entry(name).cases if case != plain)]


def meaning(name: str) -> dict[str, Any]:
    """Return what the catalogue says of a function."""
    entry = catalogue.entry(name)
    return {
        "function": name,
        "formula": entry.formula,
        "arguments": entry.arguments,
        "ndim": entry.ndim,
        "options": {option: _plain(value) for option, value in entry.options.items()},
        "note": entry.note,
        "cases": [case(name, options) for options in choices(name)],
    }


def case(name: str, options: Options) -> dict[str, Any]:
    """Return what a choice of options means."""
    axes = catalogue.entry(name).ndim or 1
    given = asked(name, options, np.ones((8,) * axes), np.ones((3,) * axes))
    meant, _ = catalogue.meaning(name, given)
    words = "".join(f", {option}={value!r}" for option, value in given.items())
    return {
        "options": {option: _plain(value) for option, value in options.items()},
        "operator": operators(meant),
        "law": [str(law) for law in laws(meant)],
        "outputs": _joined([law.m.replace("*", "·") for law in laws(meant)]),
        "boundary": "kept" if meant.arithmetic.borders == "untouched" else _each(meant, "boundary"),
        "convention": said(meant),
        "tap": tap(meant),
        "apply": f"tapwise.apply(x, h, like={name!r}{words})",
    }


def found(name: str, options: Options) -> dict[str, Any]:
    """Return what a probe finds, compared with the catalogue."""
    ndim = catalogue.entry(name).ndim
    try:
        verdict = probe(lambda x, h: called(name, options, x, h), ndim=ndim)
    except TapwiseError as refusal:
        rule = refusal.args[0] if isinstance(refusal, NotAnOperator) else f"{type(refusal).__name__}: {refusal}"
        return {"refused": " ".join(str(rule).split())[:200]}
    check(name, options, verdict.convention, verdict.ndim)
    return {
        "operator": verdict.operator, "convention": said(verdict.convention), "exact": verdict.exact,
        "even": even(name, options),
        "calls": verdict.calls, "ruled_out": verdict.ruled_out, "verified": verdict.verified,
        "undetermined": list(verdict.undetermined),
    }  # fmt: skip


def even(name: str, options: Options) -> bool:
    """Whether the function takes kernels of four taps."""
    shape = (4,) * (catalogue.entry(name).ndim or 2)
    for dtype in (float, np.float32, np.uint8):
        try:
            return bool(called(name, options, np.ones([9 for _ in shape], dtype), np.ones(shape, dtype)).size)
        except Exception:  # noqa: S112  not every function takes every dtype
            continue
    return False


def check(name: str, options: Options, probed: Convention, ndim: int) -> None:
    """Assert that what was probed gives what the catalogue's convention gives, where the function answers."""
    rng = np.random.default_rng(9)
    for _ in range(8):
        x = rng.integers(0, 3, rng.integers(5, 9, ndim)).astype(float)
        h = rng.integers(0, 3, rng.choice([1, 3], ndim)).astype(float)
        try:
            called(name, options, x, h)
            ours = tw.apply(x, h, like=name, **asked(name, options, x, h))
        except Exception:  # noqa: S112  not every function takes every input
            continue
        assert np.array_equal(tw.apply(x, h, probed), ours), (name, options, x.tolist(), h.tolist())  # noqa: S101


def tap(meant: Convention) -> list[int] | None:
    """Return the tap on the output sample for K = 4, along each axis; None where outputs and samples do not pair up."""
    places = []
    for axis, law in zip(meant.axes, laws(meant), strict=True):
        if (
            not axis.size.rule.startswith(("same", "longest"))
            or (law.u, law.s, abs(law.d)) != (1, 1, 1)
            or "L" in law.c
        ):
            return None
        offset = eval(law.c, {"__builtins__": {}}, {"K": 4, "max": max})  # noqa: S307  our own expression
        places.append(-offset // law.d)
    return places


def said(meant: Convention) -> dict[str, Any]:
    """Return the words in which a convention differs from its operator's plain one."""
    plain = meant.to_dict()
    usual = tw.Convention.of(operator=plain["operator"]).to_dict()
    return {word: value for word, value in plain.items() if word == "operator" or value != usual[word]}


def operators(meant: Convention) -> Any:
    """Return what is computed, along each axis where they differ: the transpose of a correlation convolves."""
    return _joined(["convolution" if law.d < 0 else "cross-correlation" for law in laws(meant)])


def _each(meant: Convention, word: str) -> Any:
    return _joined([str(getattr(axis, word)) for axis in meant.axes])


def _joined(values: list[str]) -> Any:
    return values[0] if len(set(values)) == 1 else values


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def dumped(entries: list[dict[str, Any]]) -> str:
    """Return JSON with a line for each function and each of its cases."""
    lines = []
    for entry in entries:
        cases = ",\n  ".join(json.dumps(case, ensure_ascii=False) for case in entry["cases"])
        head = json.dumps({key: value for key, value in entry.items() if key != "cases"}, ensure_ascii=False)
        lines.append(f'{head[:-1]}, "cases": [\n  {cases}]}}')
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main() -> None:
    """Write both files."""
    os.environ.setdefault("KERAS_HOME", tempfile.mkdtemp())  # importing Keras writes a file there
    known = {entry["function"]: entry for entry in json.loads(JSON.read_text("utf-8"))} if JSON.exists() else {}
    entries = []
    for name in catalogue.names():
        if libraries.available(name):
            print(name)
            entries.append(record(name))
        elif name in known:
            entries.append(known[name])
    JSON.write_text(dumped(entries), "utf-8")
    PAGE.write_text(conventions_page.page(json.loads(dumped(entries))), "utf-8")


if __name__ == "__main__":
    main()
