"""Outside names: each means what that library draws around four samples."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal

from tapwise.convention import Boundary
from tapwise.convention.boundary import OUTSIDE
from tapwise.errors import ArgumentError
from tests.needs import needs

SAMPLES = np.array([1, 2, 3, 4])
DRAWN = dict(enumerate("0abcd"))


def picture(line: Any, far: int) -> str:
    """The letters of an extended line of samples."""
    letters = [DRAWN[int(value)] for value in np.ravel(line)]
    assert len(letters) == 4 + 2 * far
    return " ".join([*letters[:far], "|", *letters[far : far + 4], "|", *letters[far + 4 :]])


def drawn_by_numpy(name: str, far: int) -> Any:
    return np.pad(SAMPLES, far, mode=name)  # type: ignore[call-overload]


def drawn_by_ndimage(name: str, far: int) -> Any:
    """Each sample from the filter that shifts it there, over a line long enough to look at."""
    shifts = np.eye(2 * far + 1, dtype=int)
    at_first = [ndimage.correlate1d(SAMPLES, shift, mode=name)[0] for shift in shifts]
    at_last = [ndimage.correlate1d(SAMPLES, shift, mode=name)[3] for shift in shifts]
    return [*at_first[:far], *SAMPLES, *at_last[far + 1 :]]


def drawn_by_signal(name: str, far: int) -> Any:
    """What stands far below and far above, from a kernel with one tap at its end."""
    low = signal.correlate2d(SAMPLES[None], [[1] + [0] * (2 * far)], "same", name)[0][:far]
    high = signal.correlate2d(SAMPLES[None], [[0] * (2 * far) + [1]], "same", name)[0][4 - far :]
    return [*low, *SAMPLES, *high]


def drawn_by_torch(name: str, far: int) -> Any:
    torch = needs("torch")
    mode = "constant" if name == "zeros" else name
    return torch.nn.functional.pad(torch.from_numpy(SAMPLES)[None, None].double(), (far, far), mode=mode).numpy()


#: library -> (how it draws, how far beyond four samples it can be asked)
DRAW = {
    "numpy": (drawn_by_numpy, 8), "ndimage": (drawn_by_ndimage, 4), "signal": (drawn_by_signal, 2),
    "torch": (drawn_by_torch, 3),
}  # fmt: skip
#: Of libraries that are not installed for the tests: what their documentation draws or says, on four samples.
DOCUMENTED = {
    "cv2": {  # core, BorderTypes: iiiiii|abcdefgh|iiiiiii with i = 0 and so on
        "border-constant": "0 0 0|a b c d|0 0 0", "border-replicate": "a a a|a b c d|d d d",
        "border-reflect": "c b a|a b c d|d c b", "border-reflect-101": "d c b|a b c d|c b a",
        "border-default": "d c b|a b c d|c b a", "border-wrap": "b c d|a b c d|a b c",
    },
    "tensorflow": {  # tf.pad: [1 2 3] padded by 2 is [0 0 1 2 3 0 0], [3 2 1 2 3 2 1] and [2 1 1 2 3 3 2]
        "constant": "0 0|a b c d|0 0", "reflect": "c b|a b c d|c b", "symmetric": "b a|a b c d|d c",
    },
    "matlab": {  # imfilter: mirror-reflecting across the border; the nearest border value; implicitly periodic
        "symmetric": "b a|a b c d|d c", "replicate": "a a|a b c d|d d", "circular": "c d|a b c d|a b",
    },
    "astropy": {  # convolve: fill_value, by default 0; the nearest array value; periodic
        "fill": "0 0|a b c d|0 0", "extend": "a a|a b c d|d d", "wrap": "c d|a b c d|a b",
    },
    "vips": {  # VipsExtend: black pixels; the image edges; the whole image repeated; the whole image mirrored
        "black": "0 0|a b c d|0 0", "copy": "a a|a b c d|d d", "repeat": "c d|a b c d|a b", "mirror": "b a|a b c d|d c",
    },
}  # fmt: skip
NAMES = [(library, name) for library, names in OUTSIDE.items() for name in names]


def test_every_name_is_drawn_or_documented() -> None:
    assert set(OUTSIDE) == {*DRAW, *DOCUMENTED}
    for library, pictures in DOCUMENTED.items():
        assert set(pictures) == set(OUTSIDE[library])


@pytest.mark.parametrize(("library", "name"), [pair for pair in NAMES if pair[0] in DOCUMENTED])
def test_a_name_means_what_its_documentation_says(library: str, name: str) -> None:
    assert Boundary.parse(f"{library}:{name}") == Boundary.parse(DOCUMENTED[library][name])


@pytest.mark.parametrize(("library", "name"), [pair for pair in NAMES if pair[0] in DRAW])
def test_a_name_means_what_its_library_draws(library: str, name: str) -> None:
    draw, far = DRAW[library]
    theirs = picture(draw(name, far), far)
    low, high = Boundary.parse(f"{library}:{name}")
    assert low == high
    assert low.picture(far) == theirs
    assert Boundary.parse(theirs) == (low, high)


@pytest.mark.parametrize(("library", "name"), NAMES)
def test_names_in_any_case_with_either_dash(library: str, name: str) -> None:
    expected = Boundary.parse(f"{library}:{name}")
    assert Boundary.parse(f" {library.upper()}:{name.upper().replace('-', '_')}") == expected


def test_opencvs_constants_are_read_as_they_are_written() -> None:
    assert Boundary.parse("cv2:BORDER_REFLECT_101")[0].rule == "reflect101"
    assert Boundary.parse("cv2:BORDER_REFLECT")[0].rule == "symmetric"


@pytest.mark.parametrize("name", sorted({name for _, name in NAMES} - {"edge", "symmetric", "wrap"}))
def test_a_bare_outside_name_is_refused(name: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        Boundary.parse(name)
    for library, rule in ((lib, names[name]) for lib, names in OUTSIDE.items() if name in names and name != "constant"):
        assert library in caught.value.rule
        assert Boundary(rule).picture() in caught.value.rule
        assert repr(rule) in caught.value.remedy


@pytest.mark.parametrize("name", ["edge", "symmetric", "wrap"])
def test_a_bare_name_is_ours_only_where_all_libraries_agree(name: str) -> None:
    assert {names[name] for names in OUTSIDE.values() if name in names} == {name}
    assert Boundary.parse(name)[0].rule == name


def test_what_an_error_says_to_paste_is_what_it_says_it_is() -> None:
    for name in ("reflect", "mirror"):
        with pytest.raises(ArgumentError) as caught:
            Boundary.parse(name)
        words = caught.value.remedy.replace("(", "").replace(")", "").removeprefix("write ").split(" or ")
        for ours, theirs in (word.split() for word in words):
            assert Boundary.parse(ours.strip("'")) == Boundary.parse(theirs)


def test_every_pair_of_libraries_that_share_a_word_is_told_apart() -> None:
    shared = {
        (word, one, other)
        for (one, first), (other, second) in itertools.combinations(OUTSIDE.items(), 2)
        for word in first.keys() & second.keys()
        if first[word] != second[word]
    }
    assert shared == {
        ("reflect", "numpy", "ndimage"), ("reflect", "ndimage", "torch"), ("reflect", "ndimage", "tensorflow"),
        ("mirror", "ndimage", "vips"),
    }  # fmt: skip
