"""Letter pictures: every rule's own picture is read back, from two to eight letters and more; one may be ambiguous."""

from __future__ import annotations

import itertools

import pytest

from tapwise.convention import Boundary
from tapwise.errors import ArgumentError
from tests import oracle

RULES = ["zero", "edge", "symmetric", "reflect101", "wrap"]


def drawn(rule: str, letters: int) -> tuple[str, str]:
    """The two sides of a rule's picture, by the oracle, which knows no pictures."""
    labels = oracle.extended(4, rule, rule, letters)
    text = ["0" if label == "zero" else "abcd"[int(label)] for label in labels]
    return " ".join(text[:letters]), " ".join(text[-letters:])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("letters", range(1, 21))
def test_a_rule_draws_what_it_does(rule: str, letters: int) -> None:
    below, above = drawn(rule, letters)
    assert Boundary(rule).picture(letters) == f"{below} | a b c d | {above}"


@pytest.mark.parametrize("letters", range(2, 21))
def test_every_picture_of_two_letters_or_more_is_read_back(letters: int) -> None:
    for low, high in itertools.product(RULES, repeat=2):
        below, above = drawn(low, letters)[0], drawn(high, letters)[1]
        for text in (f"{below} | a b c d | {above}", f"{below}|abcd|{above}".replace(" ", "")):
            assert [side.rule for side in Boundary.parse(text)] == [low, high], text


def test_sides_may_show_different_numbers_of_letters() -> None:
    assert [side.rule for side in Boundary.parse("b a | abcd | d c b a a")] == ["symmetric", "symmetric"]
    assert [side.rule for side in Boundary.parse("d | abcd | 0")] == ["wrap", "zero"]


def test_one_letter_may_fit_two_rules() -> None:
    with pytest.raises(ArgumentError, match="below the samples this picture fits 'edge' or 'symmetric'"):
        Boundary.parse("a | a b c d | c b")
    with pytest.raises(ArgumentError, match="above the samples this picture fits 'edge' or 'symmetric'"):
        Boundary.parse("c b | a b c d | d")
    assert [side.rule for side in Boundary.parse("b | abcd | c")] == ["reflect101", "reflect101"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("7 7 7 | a b c d | 7 7", (7, 7)), ("-1 -1 | a b c d | 0.5 0.5", (-1, 0.5)), ("9|abcd|8", (9, 8)),
        ("1/2 1/2 | a b c d | 1 1", (0.5, 1)),
    ],
)  # fmt: skip
def test_a_number_stands_for_a_constant(text: str, values: tuple[float, float]) -> None:
    assert Boundary.parse(text) == tuple(Boundary("constant", value) for value in values)


@pytest.mark.parametrize(
    "text",
    ["a b | a b c d | c d", "d d | a b c d | a a", "x x | a b c d | d d", "7 8 | a b c d | 7 8", "k k | a b c d | k k"],
)
def test_other_pictures_fit_no_rule(text: str) -> None:
    with pytest.raises(ArgumentError, match="below the samples this picture fits no rule"):
        Boundary.parse(text)


@pytest.mark.parametrize("text", ["a a | a b c | c c", "b a | w x y z | z y", "cba||cba", "d c b a|d c b a|d c b a"])
def test_the_middle_is_four_letters(text: str) -> None:
    with pytest.raises(ArgumentError, match="a picture shows the samples a b c d in its middle"):
        Boundary.parse(text)


def test_a_side_without_letters_says_nothing() -> None:
    with pytest.raises(ArgumentError, match="draw more samples, or write the name"):
        Boundary.parse("|abcd|dd")
