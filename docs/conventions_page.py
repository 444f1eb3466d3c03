"""The catalogue as a page: a table of all functions, and a section for each library."""

from __future__ import annotations

from itertools import groupby
from typing import Any

Entry = dict[str, Any]
#: The libraries' own names, by the first part of a function's.
LIBRARIES = {
    "numpy": "NumPy", "scipy": "SciPy", "torch": "PyTorch", "cv2": "OpenCV", "skimage": "scikit-image",
    "PIL": "Pillow", "astropy": "astropy", "jax": "JAX", "onnx": "ONNX Runtime", "tensorflow": "TensorFlow",
    "keras": "Keras", "kornia": "kornia", "SimpleITK": "SimpleITK", "mahotas": "mahotas",
    "dask_image": "dask-image", "pyvips": "libvips by pyvips", "octave": "GNU Octave (and MATLAB's names)",
    "imagemagick": "ImageMagick",
}  # fmt: skip
_HEAD = """\
# Conventions

What {count} functions of {libraries} libraries and programs compute. x is the signal of N samples, h the kernel of K
taps, y the output, along each axis; `tapwise.apply(x, h, like=...)` gives what the function gives. Each one was
called by `tapwise.probe` with the options shown, and the probe's finding agrees with the catalogue's entry. The tests
compare the entry with the function itself, on random whole numbers of many shapes. This page is written by
`make conventions`, and [conventions.json](conventions.json) has the same as data.

Words: a function that does *convolution* flips the kernel, h[t] meets x[o - t]; one that does *cross-correlation* does
not, h[t] meets x[o + t]. *Boundary* is what stands beside the signal: `symmetric` is d c b a | a b c d | d c b a,
`reflect101` is d c b | a b c d | c b a. *kept*: outputs whose window
leaves the signal keep its value. Where the kernel is the longer
operand, `operands='longer-first'` lets the two trade places, and the laws are those for K ≤ N.

## All functions

| function | operator | tap on the output sample, K = 4 | boundary | outputs |
|---|---|---|---|---|
"""


def page(entries: list[Entry]) -> str:
    """Return the page."""
    sections = [(library, list(of)) for library, of in groupby(entries, lambda entry: entry["function"].split(".")[0])]
    merged: dict[str, list[Entry]] = {}
    for library, of in sections:
        merged.setdefault(library, []).extend(of)
    head = _HEAD.format(count=len(entries), libraries=len(merged))
    parts = [head + "\n".join(map(_row, entries)) + "\n"]
    parts += [_section(library, of) for library, of in merged.items()]
    return "\n".join(parts)


def _row(entry: Entry) -> str:
    plain = entry["cases"][0]
    cells = [f"[`{entry['function']}`](#{_anchor(entry)})", _words(plain["operator"]), _tap(entry),
             _words(plain["boundary"]), _words(plain["outputs"])]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _tap(entry: Entry) -> str:
    """Return the tap of the first case that has one output a sample, with what chooses that case."""
    for case in entry["cases"]:
        if case["tap"] is not None and not case["probe"].get("even", True):
            return "odd kernels only"
        if case["tap"] is not None:
            taps = ", ".join(f"h[{tap}]" for tap in dict.fromkeys(case["tap"]))
            return taps + (f" with {_options(case)}" if case is not entry["cases"][0] else "")
    return ""


def _section(library: str, entries: list[Entry]) -> str:
    versions = " and ".join(dict.fromkeys(entry["version"] for entry in entries))
    return f"## {LIBRARIES.get(library, library)} {versions}\n\n" + "\n".join(map(_function, entries))


def _function(entry: Entry) -> str:
    plain = entry["cases"][0]
    options = "".join(f", {option}={value!r}" for option, value in entry["options"].items()
                      if option not in entry["arguments"])  # fmt: skip
    lines = [
        f"### `{entry['function']}`",
        "",
        f"`{entry['formula']}`",
        "",
        f"- called with `({entry['arguments']}{options})`"
        + (f", {entry['ndim']}-D" if entry["ndim"] else ", any number of axes"),
        f"- convention: {_convention(plain['convention'])}",
    ]
    if entry["note"]:
        lines.append(f"- its documentation: {entry['note']}")
    lines += [
        f"- evidence: {_evidence(entry)}",
        "",
        "| options | index law | beside the signal | call |",
        "|---|---|---|---|",
    ]
    lines += [_case(case) for case in entry["cases"]]
    return "\n".join(lines) + "\n"


def _case(case: Entry) -> str:
    law = (
        "; ".join(f"axis {axis}: `{text}`" for axis, text in enumerate(case["law"]))
        if len(case["law"]) > 1
        else (f"`{case['law'][0]}`")
    )
    return f"| {_options(case) or 'none'} | {law} | {_words(case['boundary'])} | `{case['apply']}` |"


def _evidence(entry: Entry) -> str:
    probes = [case["probe"] for case in entry["cases"] if "refused" not in case["probe"]]
    if not probes:
        return "not probed; compared with the function by the tests"
    total = {what: sum(probe[what] for probe in probes) for what in ("calls", "ruled_out", "verified")}
    how = "bit for bit" if all(probe["exact"] for probe in probes) else "to a bound"
    text = (f"{total['calls']} calls, {total['ruled_out']} other conventions ruled out, equal {how} on "
            f"{total['verified']} inputs that were not used to find it")  # fmt: skip
    missing = [_options(case) or "no options" for case in entry["cases"] if "refused" in case["probe"]]
    return text + (f"; not probed with {', '.join(missing)}" if missing else "")


def _convention(words: dict[str, Any]) -> str:
    return ", ".join(
        f"`{word}={tuple(value) if isinstance(value, list) else value!r}`" for word, value in words.items()
    )


def _options(case: Entry) -> str:
    return ", ".join(f"`{option}={value!r}`" for option, value in case["options"].items())


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _anchor(entry: Entry) -> str:
    """Return the name that a heading of this function has in a page."""
    return "".join(letter for letter in entry["function"].lower() if letter.isalnum() or letter in "-_")
