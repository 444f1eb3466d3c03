"""Every refusal, by its whole text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tapwise import kernels
from tapwise.errors import ArgumentError, ArgumentTypeError
from tapwise.kernels._check import limit_taps

if TYPE_CHECKING:
    from collections.abc import Callable

k: Any = kernels  # the calls below are wrong on purpose
NAN, INF = float("nan"), float("inf")
FINITE = "must be finite; write an int or a float that is neither NaN nor infinite"
LIMIT = "above the limit of 67108864"
COMPASS = "'north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west' or 'north-west'"
ANY_NDIM = "gaussian, box, sobel, prewitt, scharr, gaussian_derivative, laplacian, log, sharpen, unsharp"
NAMES = f"{ANY_NDIM}, emboss, motion, gabor"

VALUES: list[tuple[Callable[[], object], str]] = [
    (lambda: k.gaussian(0), "sigma=0: must be above 0; write a positive number"),
    (lambda: k.gaussian(-1.5), "sigma=-1.5: must be above 0; write a positive number"),
    (lambda: k.gaussian(NAN), f"sigma=nan: {FINITE}"),
    (lambda: k.gaussian(INF), f"sigma=inf: {FINITE}"),
    (lambda: k.gaussian(10**400), f"sigma={str(10**400)[:119]}…: {FINITE}"),
    (lambda: k.gaussian((1, -2)), "sigma[1]=-2: must be above 0; write a positive number"),
    (
        lambda: k.gaussian((1, 2), ndim=3),
        "sigma=(1, 2): has 2 entries for ndim=3; write one number, or one an axis",
    ),
    (lambda: k.gaussian(()), "sigma=(): must have 1 to 64 entries, one an axis; or write one number"),
    (lambda: k.gaussian(1, ndim=0), "ndim=0: must be at least 1; write 1 or more"),
    (lambda: k.gaussian(1, ndim=65), "ndim=65: must be at most 64; write 64 or less"),
    (lambda: k.gaussian(1, truncate=0), "truncate=0: must be above 0; write a positive number"),
    (lambda: k.gaussian(1, radius=-1), "radius=-1: must be at least 0; write 0 or more"),
    (
        lambda: k.gaussian(1, radius=(1, 2, 3), ndim=2),
        "radius=(1, 2, 3): has 3 entries for ndim=2; write one number, or one an axis",
    ),
    (
        lambda: k.gaussian(1024, ndim=2),
        f"sigma=1024: makes a kernel of 67125249 taps, {LIMIT}; write a smaller one, or a smaller radius=",
    ),
    (
        lambda: k.gaussian(1, radius=2**25),
        f"radius=33554432: makes a kernel of 67108865 taps, {LIMIT}; write a smaller one, or a smaller radius=",
    ),
    (
        lambda: k.gaussian(1e308, truncate=1e308),
        f"sigma=1e+308: makes a kernel of more than 10**18 taps, {LIMIT}; write a smaller one, or a smaller radius=",
    ),
    (lambda: k.box(0), "size=0: must be at least 1; write 1 or more"),
    (lambda: k.box((3, 0)), "size[1]=0: must be at least 1; write 1 or more"),
    (
        lambda: k.box((8193, 8192)),
        "size=(8193, 8192): makes a kernel of 67117056 taps, above the limit of 67108864; write a smaller size",
    ),
    (lambda: k.sobel(axis=2), "axis=2: is out of range for ndim=2; write -2 to 1"),
    (lambda: k.prewitt(axis=-4, ndim=3), "axis=-4: is out of range for ndim=3; write -3 to 2"),
    (lambda: k.scharr(ndim=0), "ndim=0: must be at least 1; write 1 or more"),
    (
        lambda: k.sobel(ndim=17),
        "ndim=17: makes a kernel of 129140163 taps, above the limit of 67108864; write a smaller ndim",
    ),
    (
        lambda: k.laplacian(10**9),
        "ndim=1000000000: makes a kernel of more than 10**18 taps, above the limit of 67108864; write a smaller ndim",
    ),
    (
        lambda: k.gaussian_derivative(1, order=3),
        "order=3: must be 0, 1 or 2; for a higher one, differentiate the answer again",
    ),
    (lambda: k.gaussian_derivative(1, axis=1), "axis=1: is out of range for ndim=1; write -1 to 0"),
    (
        lambda: k.gaussian_derivative(1, radius=(2, 0), ndim=2),
        "radius=(2, 0): must be at least 1 along axis 1; write 1 or more",
    ),
    (lambda: k.log(1, radius=0), "radius=0: must be at least 1 along axis 0; write 1 or more"),
    (lambda: k.sharpen(NAN), f"amount=nan: {FINITE}"),
    (
        lambda: k.sharpen(-(2**32) - 1),
        "amount=-4294967297: must be at most 4294967296 in size; write a number nearer to 1",
    ),
    (
        lambda: k.unsharp(1, 1e10),
        "amount=10000000000.0: must be at most 4294967296 in size; write a number nearer to 1",
    ),
    (
        lambda: k.emboss("northwest"),
        f"direction='northwest': is not a word of this argument; did you mean 'north-west'? write {COMPASS}",
    ),
    (lambda: k.motion(0.5), "length=0.5: must be at least 1; write 1 or more"),
    (lambda: k.motion(3, INF), f"angle=inf: {FINITE}"),
    (
        lambda: k.motion(12000, 45),
        "length=12000: makes a kernel of 72029169 taps, above the limit of 67108864; write a smaller length",
    ),
    (lambda: k.gabor(1.9), "wavelength=1.9: must be at least 2; write 2 or more"),
    (lambda: k.gabor(4, sigma=0), "sigma=0: must be above 0; write a positive number"),
    (lambda: k.gabor(4, bandwidth=0), "bandwidth=0: must be at least 1e-06; write 1e-06 or more"),
    (lambda: k.gabor(4, aspect=-1), "aspect=-1: must be above 0; write a positive number"),
    (
        lambda: k.gabor(4, sigma=1e300, aspect=1e-300),
        "aspect=1e-300: makes a Gaussian of 1e+300 by inf samples; write 1",
    ),
    (
        lambda: k.gabor(4, sigma=3000),
        f"sigma=3000: makes a kernel of 324036001 taps, {LIMIT}; write a smaller one, or a smaller radius=",
    ),
    (
        lambda: k.gabor(4, radius=(1, 2, 3)),
        "radius=(1, 2, 3): has 3 entries for ndim=2; write one number, or one an axis",
    ),
    (
        lambda: k.by_name("gausian:sigma=2"),
        f"kernel='gausian': is not the name of a kernel; did you mean 'gaussian'? the names are {NAMES}",
    ),
    (
        lambda: k.by_name(""),
        f"kernel='': is not the name of a kernel; the names are {NAMES}",
    ),
    (
        lambda: k.by_name("gaussian:sgma=2"),
        "sgma=2: is not a parameter of gaussian; did you mean 'sigma'? its parameters are sigma, radius, truncate",
    ),
    (
        lambda: k.by_name("motion:9,width=2"),
        "width=2: is not a parameter of motion; its parameters are length, angle",
    ),
    (lambda: k.by_name("gaussian"), "kernel='gaussian': gaussian needs sigma; write gaussian:sigma=..."),
    (lambda: k.by_name("box:normalize=true"), "kernel='box:normalize=true': box needs size; write box:size=..."),
    (
        lambda: k.by_name("gaussian:sigma=1,5"),
        (
            "kernel='gaussian:sigma=1,5': '5' is a value without its parameter, and not the first value; "
            "write parameter=value, and tuples as 3x5"
        ),
    ),
    (lambda: k.by_name("box:3,size=5"), "size=5: is set twice; write it once"),
    (
        lambda: k.by_name("sobel:operator=convolution"),
        "operator=convolution: is not part of a kernel's text; give operator beside it, as an argument",
    ),
    (
        lambda: k.by_name("gaussian:sigma=1,ndim=3"),
        "ndim=3: is not part of a kernel's text; give ndim beside it, as an argument",
    ),
    (
        lambda: k.by_name("motion:9", 1),
        f"ndim=1: motion is a kernel of two axes; the kernels for any ndim are {ANY_NDIM}",
    ),
    (
        lambda: k.by_name("box:3x5", 1),
        "size=(3, 5): has 2 entries for ndim=1; write one number, or one an axis",
    ),
    (lambda: k.by_name("sobel:axis=1", 1), "axis=1: is out of range for ndim=1; write -1 to 0"),
    (lambda: k.by_name("gaussian:sigma=nan"), f"sigma=nan: {FINITE}"),
    (lambda: k.by_name("sobel", 0), "ndim=0: must be at least 1; write 1 or more"),
]

TYPES: list[tuple[Callable[[], object], str]] = [
    (lambda: k.gaussian(True), "sigma=True: must be a number; a truth value is not one"),
    (lambda: k.gaussian(np.True_), "sigma=np.True_: must be a number; a truth value is not one"),
    (lambda: k.gaussian("2"), "sigma='2': must be a number; write an int or a float"),
    (lambda: k.gaussian(None), "sigma=None: must be a number; write an int or a float"),
    (lambda: k.gaussian(2j), "sigma=2j: must be a number; write an int or a float"),
    (lambda: k.gaussian((1, True)), "sigma[1]=True: must be a number; a truth value is not one"),
    (lambda: k.gaussian(1, radius=2.0), "radius=2.0: must be a whole number; write an int"),
    (lambda: k.gaussian(1, radius=True), "radius=True: must be a whole number; a truth value is not one"),
    (lambda: k.gaussian(1, ndim=2.0), "ndim=2.0: must be a whole number; write an int"),
    (lambda: k.gaussian(1, ndim=True), "ndim=True: must be a whole number; a truth value is not one"),
    (lambda: k.box(2.5), "size=2.5: must be a whole number; write an int"),
    (lambda: k.box(3, normalize=1), "normalize=1: must be True or False; write one of the two"),
    (lambda: k.sobel(axis=None), "axis=None: must be a whole number; write an int"),
    (lambda: k.sobel(normalize="yes"), "normalize='yes': must be True or False; write one of the two"),
    (lambda: k.laplacian(diagonal=0), "diagonal=0: must be True or False; write one of the two"),
    (lambda: k.gaussian_derivative(1, order=1.0), "order=1.0: must be a whole number; write an int"),
    (lambda: k.sharpen(True), "amount=True: must be a number; a truth value is not one"),
    (
        lambda: k.emboss(45),
        f"direction=45: must be a word; write {COMPASS}",
    ),
    (lambda: k.motion("9"), "length='9': must be a number; write an int or a float"),
    (lambda: k.gabor((4, 5)), "wavelength=(4, 5): must be a number; write an int or a float"),
    (lambda: k.by_name(7), "kernel=7: must be text; write it as 'gaussian:sigma=2'"),
    (lambda: k.by_name("gaussian:sigma=wide"), "sigma='wide': must be a number; write an int or a float"),
    (lambda: k.by_name("gaussian:sigma="), "sigma='': must be a number; write an int or a float"),
    (lambda: k.by_name("box:2.5"), "size=2.5: must be a whole number; write an int"),
    (lambda: k.by_name("motion:3x5"), "length=(3, 5): must be a number; write an int or a float"),
    (lambda: k.by_name("emboss", "2"), "ndim='2': must be a whole number; write an int"),
]


@pytest.mark.parametrize(("call", "message"), VALUES, ids=[message[:40] for _, message in VALUES])
def test_values_that_cannot_be(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value) == message
    assert type(caught.value) is ArgumentError


@pytest.mark.parametrize(("call", "message"), TYPES, ids=[message[:40] for _, message in TYPES])
def test_kinds_that_cannot_be_used(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        call()
    assert str(caught.value) == message


NEEDED = {
    "gaussian": 1, "box": 3, "gaussian_derivative": 1, "log": 1, "unsharp": 1, "motion": 3, "gabor": 4,
}  # fmt: skip


@pytest.mark.parametrize("name", kernels.names())
def test_every_kernel_refuses_an_unknown_operator(name: str) -> None:
    arguments = [NEEDED[name]] if name in NEEDED else []
    words = "write 'cross-correlation' or 'convolution'"
    with pytest.raises(ArgumentError) as caught:
        getattr(k, name)(*arguments, operator="correlation")
    assert str(caught.value) == (
        f"operator='correlation': is not a word of this argument; did you mean 'cross-correlation'? {words}"
    )
    with pytest.raises(ArgumentTypeError) as kind:
        getattr(k, name)(*arguments, operator=None)
    assert str(kind.value) == f"operator=None: must be a word; {words}"


def test_the_limit_itself_is_allowed() -> None:
    limit_taps("size", None, (2**13, 2**13), "")
    with pytest.raises(ArgumentError, match="67108865 taps"):
        limit_taps("size", None, (2**26 + 1,), "")


def test_kernels_far_too_large_are_refused_before_anything_is_made() -> None:
    for text in ("box:1000000000000", "gaussian:1e15", "log:1e15", "motion:1e300,angle=45", "gabor:1e200"):
        with pytest.raises(ArgumentError, match="makes a kernel of more than"):
            k.by_name(text)
