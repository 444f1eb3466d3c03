from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tapwise import kernels
from tapwise.errors import ArgumentError
from tapwise.kernels import by_name, names

if TYPE_CHECKING:
    from tapwise.kernels._taps import Kernel

OPERATORS = ("cross-correlation", "convolution")


def same(a: Kernel, b: Kernel) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def test_the_names_are_the_public_functions() -> None:
    assert sorted([*names(), "by_name", "names"]) == sorted(kernels.__all__)
    public = {name for name, value in vars(kernels).items() if inspect.isfunction(value)}
    assert public == set(kernels.__all__)


def test_each_name_has_one_line_of_its_own() -> None:
    lines = names()
    for name, line in lines.items():
        assert re.fullmatch(r"[A-Z].{20,90}\.", line), (name, line)
    assert len(set(lines.values())) == len(lines)
    assert lines["motion"] == "Smear along a straight line, as a moving camera does."


@pytest.mark.parametrize("name", sorted(kernels.__all__))
def test_every_docstring_names_every_parameter_with_its_sections(name: str) -> None:
    function = getattr(kernels, name)
    text = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters:
        assert re.search(rf"^([a-z]+, )*{parameter}(, [a-z]+)* : ", text, re.MULTILINE), parameter
    sections = ["Examples"] if name == "names" else ["Parameters", "Returns", "Raises", "Examples"]
    for section in [*sections, *([] if "name" in name else ["Notes"])]:
        assert f"\n{section}\n{'-' * len(section)}\n" in text, section
    if "name" not in name:
        assert "\nOrientation: " in text
        assert "\nSource: " in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gaussian:sigma=2", kernels.gaussian(2, ndim=2)),
        ("gaussian:2", kernels.gaussian(2, ndim=2)),
        ("gaussian:sigma=1x2.5", kernels.gaussian((1, 2.5))),
        ("gaussian: sigma = 1 , radius = 2x3 ", kernels.gaussian(1, radius=(2, 3), ndim=2)),
        ("gaussian:sigma=1e-1,truncate=20", kernels.gaussian(0.1, truncate=20, ndim=2)),
        ("box:size=5", kernels.box(5, ndim=2)),
        ("box:5", kernels.box(5, ndim=2)),
        ("box:3X5", kernels.box((3, 5))),
        ("box:size=3x5,normalize=False", kernels.box((3, 5), normalize=False)),
        ("sobel", kernels.sobel()),
        ("sobel:", kernels.sobel()),
        ("  SOBEL : axis=0", kernels.sobel(axis=0)),
        ("sobel:axis=-2,normalize=true", kernels.sobel(axis=0, normalize=True)),
        ("prewitt:0", kernels.prewitt(axis=0)),
        ("scharr:axis=+1", kernels.scharr(axis=1)),
        ("laplacian:diagonal=true", kernels.laplacian(diagonal=True)),
        ("laplacian:true", kernels.laplacian(diagonal=True)),
        ("log:1.4", kernels.log(1.4)),
        ("gaussian-derivative:1.5,axis=0,order=2", kernels.gaussian_derivative(1.5, 0, 2, ndim=2)),
        ("gaussian_derivative:1.5x1", kernels.gaussian_derivative((1.5, 1))),
        ("sharpen", kernels.sharpen()),
        ("sharpen:0.5", kernels.sharpen(0.5)),
        ("sharpen:amount=2", kernels.sharpen(2)),
        ("unsharp:1,amount=2", kernels.unsharp(1, 2)),
        ("emboss", kernels.emboss()),
        ("emboss:south-west", kernels.emboss("south-west")),
        ("emboss:direction=South_West,amount=2", kernels.emboss("south-west", 2)),
        ("motion:9,angle=30", kernels.motion(9, 30)),
        ("gabor:wavelength=4,angle=30", kernels.gabor(4, 30)),
        ("gabor:4,phase=-90,sigma=2,radius=3x4", kernels.gabor(4, phase=-90, sigma=2, radius=(3, 4))),
    ],
)
def test_texts(text: str, expected: Kernel) -> None:
    assert same(by_name(text), expected)


def test_every_name_takes_its_first_value_without_a_parameter_and_its_operator() -> None:
    first: dict[str, tuple[str, object]] = {
        "gaussian": ("1.5", 1.5), "box": ("3", 3), "sobel": ("0", 0), "prewitt": ("0", 0), "scharr": ("0", 0),
        "gaussian_derivative": ("1.5", 1.5), "log": ("1.5", 1.5), "sharpen": ("2", 2), "unsharp": ("1.5", 1.5),
        "emboss": ("south", "south"), "motion": ("4", 4), "gabor": ("4", 4), "laplacian": ("true", None),
    }  # fmt: skip
    assert set(first) == set(names())
    for name, (text, value) in first.items():
        function = getattr(kernels, name)
        more = {"ndim": 2} if "ndim" in inspect.signature(function).parameters else {}
        for operator in OPERATORS:
            expected = (
                function(diagonal=True, operator=operator, **more)
                if name == "laplacian"
                else function(value, operator=operator, **more)
            )
            assert same(by_name(f"{name}:{text}", operator=operator), expected)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_the_signals_axes_are_the_kernels(ndim: int) -> None:
    for text in ("gaussian:1", "box:2", "sobel:0", "prewitt", "scharr", "gaussian-derivative:1", "laplacian", "log:1",
                 "sharpen", "unsharp:1"):  # fmt: skip
        assert by_name(text, ndim).ndim == ndim
    assert by_name("sobel", 1).tolist() == [-1, 0, 1]


numbers = st.floats(0.05, 3).map(lambda v: round(v, 3)) | st.integers(1, 3) | st.floats(0.05, 3)
one_or_two = numbers | st.tuples(numbers, numbers)
radius = st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3))
amounts = st.integers(-9, 9) | st.floats(-9, 9)
degrees = st.integers(-400, 400) | st.floats(-400, 400)
orders = st.integers(0, 2)
truths = st.booleans()
CALLS: dict[str, dict[str, st.SearchStrategy[object]]] = {
    "gaussian": {"sigma": one_or_two, "radius": radius},
    "box": {"size": radius, "normalize": truths},
    "sobel": {"axis": st.integers(-2, 1), "normalize": truths},
    "prewitt": {"axis": st.integers(-2, 1), "normalize": truths},
    "scharr": {"axis": st.integers(-2, 1), "normalize": truths},
    "gaussian_derivative": {"sigma": one_or_two, "axis": st.integers(-2, 1), "order": orders, "radius": radius},
    "laplacian": {"diagonal": truths},
    "log": {"sigma": one_or_two, "radius": radius},
    "sharpen": {"amount": amounts, "diagonal": truths},
    "unsharp": {"sigma": one_or_two, "amount": amounts, "radius": radius},
    "emboss": {"direction": st.sampled_from(["north", "south-east", "west"]), "amount": amounts},
    "motion": {"length": st.floats(1, 12), "angle": degrees},
    "gabor": {"wavelength": st.floats(2, 9), "angle": degrees, "phase": degrees, "aspect": st.floats(0.2, 5),
              "radius": radius},
}  # fmt: skip


def written(value: object) -> str:
    return "x".join(map(repr, value)) if isinstance(value, tuple) else str(value)


@settings(deadline=None)
@given(st.data())
def test_what_is_written_out_is_read_back(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CALLS)))
    arguments = {key: data.draw(values) for key, values in CALLS[name].items()}
    operator = data.draw(st.sampled_from(OPERATORS))
    space = data.draw(st.sampled_from(["", " "]))
    items = [f"{key}{space}={space}{written(value)}" for key, value in arguments.items()]
    if data.draw(truths):
        items[0] = items[0].partition("=")[2]  # the first value may go without its parameter
    else:
        items = data.draw(st.permutations(items))
    text = f"{data.draw(st.sampled_from([name, name.upper(), name.replace('_', '-')]))}:{f',{space}'.join(items)}"
    function = getattr(kernels, name)
    more = {"ndim": 2} if "ndim" in inspect.signature(function).parameters else {}
    assert same(by_name(text, operator=operator), function(**arguments, **more, operator=operator))


def test_every_kernel_is_written_out() -> None:
    assert set(CALLS) == set(names())


@settings(deadline=None)
@given(
    st.sampled_from(sorted(CALLS)),
    st.text(st.sampled_from("0123456789.,x-+=e :_NaIif∞٣"), max_size=2),
    st.booleans(),
)
def test_any_text_gives_a_kernel_or_a_clear_error(name: str, rest: str, with_parameter: bool) -> None:
    text = f"{name}:{next(iter(CALLS[name]))}={rest}" if with_parameter else f"{name}:{rest}"
    try:
        kernel = by_name(text)
    except ArgumentError as caught:
        kernel, error = None, caught
    if kernel is None:
        assert error.rule
        assert error.remedy
    else:
        assert np.isfinite(kernel).all()


@given(st.text(max_size=20))
def test_unknown_names_are_refused(text: str) -> None:
    head = text.partition(":")[0].strip().lower().replace("-", "_")
    if head not in names():
        with pytest.raises(ArgumentError, match="is not the name of a kernel"):
            by_name(text)
