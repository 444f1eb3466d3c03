"""Wrong answers are recognised, rounds are fair, and what has no chance is not called."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
import pytest

from tapwise.benchmarking import Job, Pace, Peer, Ready, Spread, Timing, Verdict, compare
from tapwise.benchmarking.checking import Expected
from tapwise.benchmarking.checking import expected as right_answer
from tapwise.benchmarking.checking import judged as judge
from tapwise.benchmarking.factors import factors, is_box, sigma_of
from tapwise.benchmarking.peer import Unfit
from tapwise.benchmarking.rounds import in_rounds
from tapwise.kernels import gaussian, sobel

X = np.arange(40, dtype=np.int64) % 11
H = np.array([1, 2, 0])
JOB = Job(X, H)
RIGHT = np.convolve(X, H, "same")


def judged(job: Job, ours: np.ndarray, given: np.ndarray) -> Verdict:
    return judge(Expected(ours, right_answer(job).allowed), given)


def _answering(name: str, y: np.ndarray, wait: float = 0.0) -> Peer:
    def run() -> np.ndarray:
        time.sleep(wait)
        return y

    return Peer(name, ("numpy",), lambda job: Ready(run))


def test_wrong_answers_are_recognised() -> None:
    flipped = np.convolve(X, H[::-1], "same")
    bytes_ = Job((X * 20).astype(np.uint8), H.astype(np.uint8))
    wrapped = np.convolve(bytes_.x, bytes_.h, "same")
    assert judged(JOB, RIGHT, RIGHT).status == "same"
    assert judged(JOB, RIGHT, flipped).status == "different"
    assert judged(bytes_, bytes_.solve(), wrapped).status == "different"
    assert judged(bytes_, bytes_.solve(), wrapped).difference == 256 * 2
    assert judged(JOB, RIGHT, RIGHT[:-1]).status == "different"
    assert judged(JOB, RIGHT, RIGHT.astype(float)).status == "other dtype"
    assert judged(JOB, RIGHT, RIGHT + (np.arange(40) == 3)).status == "approximate"
    huge = np.full(3, 2**60)
    assert judged(Job(huge, np.array([1])), huge, huge + np.array([0, 1, 0])).difference == 1, "no float tells these"


def test_floats_are_the_same_within_the_error_of_sums() -> None:
    generator = np.random.default_rng(3)
    job = Job(generator.standard_normal(500), generator.standard_normal(31))
    y = job.solve()
    assert judged(job, y, y + 1e-15).status == "same"
    assert judged(job, y, y + 1e-9).status == "approximate"
    assert judged(job, y, y.astype(np.float32).astype(float)).status == "approximate"
    assert judged(job, y, np.where(np.arange(500) == 7, np.nan, y)).status == "different"
    single = Job(job.x.astype(np.float32), job.h.astype(np.float32))
    assert judged(single, single.solve(), y.astype(np.float32)).status == "same", "computed in double, stored in single"


def test_rounding_may_differ_where_a_sum_lies_half_way() -> None:
    x = np.array([0, 1, 2, 255], np.uint8)
    job = Job(x, np.array([0.5], np.float32), dtype=np.uint8)
    right = right_answer(job)
    assert right.values.tolist() == [0, 0, 1, 128]
    assert judge(right, np.array([0, 1, 1, 127], np.uint8)).status == "same"
    assert judge(right, np.array([1, 1, 1, 128], np.uint8)).status == "approximate"
    assert judge(right, np.array([0, 4, 1, 128], np.uint8)).status == "different"


def test_expected_by_lines_is_what_all_taps_give() -> None:
    generator = np.random.default_rng(5)
    line = gaussian(1.5)
    for size, boundary in (("same", "edge"), ("valid", "zero"), ("full", "zero")):
        job = Job(generator.standard_normal((20, 30)), np.outer(line, np.arange(1.0, 5)), "convolution", size, boundary)
        assert job.factors
        assert judge(right_answer(job), job.solve()).status == "same"


def test_only_equal_answers_count() -> None:
    slow = _answering("slow and right", RIGHT, 0.002)
    wrong = _answering("quick and wrong", np.convolve(X, H[::-1], "same"))
    found = compare(JOB, seconds=0.2, peers=[slow, wrong])
    assert found.fastest is not None
    assert found.fastest.name == "slow and right"
    assert {row.name: row.verdict.status for row in found.rows}["quick and wrong"] == "different"
    assert found.tapwise.name == "tapwise"
    assert found.engine in {row.name.removeprefix("tapwise ") for row in found.engines}
    assert found.tapwise.timing.rounds >= 2
    assert found.to_dict()["rows"][0]["name"] == "tapwise"


def test_who_cannot_is_left_out_with_the_reason() -> None:
    def unfit(job: Job) -> Ready:
        raise Unfit("it takes 3 axes")

    def broken(job: Job) -> Ready:
        raise ValueError("no such\n padding")

    found = compare(JOB, seconds=0.01, peers=[Peer("a", ("numpy",), unfit), Peer("b", ("numpy",), broken)])
    assert found.fastest is None
    assert {"a": "it takes 3 axes", "b": "ValueError: no such padding"}.items() <= found.left_out.items()


def test_a_hopeless_peer_is_called_once_and_then_not_again() -> None:
    pace, calls = Pace(), []

    def run(job: Job) -> np.ndarray:
        calls.append(job.products)
        time.sleep(0.25)
        return RIGHT

    hopeless = Peer("hopeless", ("numpy",), lambda job: Ready(partial(run, job)), work="products")
    found = compare(JOB, seconds=0.01, peers=[hopeless], pace=pace)
    assert len(calls) == 1
    row = next(row for row in found.rows if row.name == "hopeless")
    assert row.timing.rounds == 1
    found = compare(JOB, seconds=0.01, peers=[hopeless], pace=pace)
    assert len(calls) == 1
    assert found.left_out["hopeless"].startswith("would take about 0.")


@pytest.mark.parametrize("cold", [False, True])
def test_rounds_call_everyone_in_changing_orders(cold: bool) -> None:
    heard: list[str] = []

    def say(name: str) -> None:
        heard.append(name)
        time.sleep(0.006)  # longer than a short call, which is repeated

    times = in_rounds({name: partial(say, name) for name in "abc"}, 0.5 if cold else 0.05, cold=cold)
    assert len({len(each) for each in times.values()}) == 1
    assert all(len(each) >= 2 and min(each) >= 0.006 for each in times.values())
    rounds = ["".join(heard[start : start + 3]) for start in range(6, len(heard), 3)]
    assert all(sorted(turn) == ["a", "b", "c"] for turn in rounds)
    assert in_rounds({}, 1.0) == {}


def test_who_goes_on_begins_anew() -> None:
    """The first three rounds count for those alone that leave after them."""
    calls = dict.fromkeys("ab", 0)

    def say(name: str, seconds: float) -> None:
        calls[name] += 1
        time.sleep(seconds)

    times = in_rounds({"a": partial(say, "a", 0.01), "b": partial(say, "b", 0.05)}, 0.2)
    assert len(times["b"]) == 3
    assert calls == {"a": 1 + 3 + len(times["a"]), "b": 1 + 3}


def test_orders_differ_and_are_the_same_for_the_same_seed() -> None:
    def orders(seed: int) -> list[str]:
        heard: list[str] = []

        def say(name: str) -> None:
            heard.append(name)
            time.sleep(0.006)

        in_rounds({name: partial(say, name) for name in "abcd"}, 0.05, seed=seed)
        return ["".join(heard[start : start + 4]) for start in range(8, len(heard), 4)][:2]

    assert orders(1) == orders(1)
    assert len({*orders(1), *orders(2), *orders(3)}) > 2


def test_quartiles() -> None:
    assert Spread.of([5.0, 1.0, 2.0, 4.0, 3.0]) == Spread(3.0, 2.0, 4.0)


def test_ratios_are_formed_within_rounds() -> None:
    """The machine is three times as slow from the third round on: the ratio of the medians would be 4 / 6."""
    slow = [2.0, 2.0, 6.0, 6.0, 6.0]
    assert Timing.of([3.0, 3.0], slow) == Timing(Spread(3.0, 3.0, 3.0), Spread(0.5, 0.5, 0.5), 2), "who left early"
    assert Timing.of([4.0, 4.0, 12.0, 12.0, 12.0], slow).ratio == Spread(2.0, 2.0, 2.0)


def test_what_is_timed_beside_is_in_the_rounds_and_in_no_row() -> None:
    calls = []

    def copied() -> None:
        calls.append(1)
        time.sleep(0.006)

    slow = _answering("slow", RIGHT, 0.012)
    found = compare(JOB, seconds=0.2, peers=[slow], stay=("slow",), beside={"copy": copied})
    assert list(found.beside) == ["copy"]
    assert "copy" not in {row.name for row in found.rows}
    rounds = {row.name: row.timing.rounds for row in found.rows}
    assert found.beside["copy"].rounds == rounds["slow"] == rounds["tapwise"] >= 3
    assert len(calls) >= found.beside["copy"].rounds
    assert found.beside["copy"].seconds.median >= 0.006
    assert found.tapwise.timing.ratio == Spread(1.0, 1.0, 1.0)


def test_kernels_are_taken_apart() -> None:
    column, row = factors(gaussian((1, 2))) or ()
    assert sigma_of(column) == 1
    assert sigma_of(row) == 2
    first, second = factors(sobel(axis=0)) or ()
    assert np.array_equal(np.outer(first, second), sobel(axis=0))
    assert factors(np.array([[1, 2], [3, 4]])) is None
    assert factors(np.zeros((2, 2))) is None
    almost = gaussian((1, 2))
    almost[0, 0] += 1e-9
    assert factors(almost) is None
    assert sigma_of(np.array([1.0, 2.0, 1.0, 0.5, 0.1])) == 0
    assert is_box(np.full((3, 3), 0.1))
    assert not is_box(np.array([1, 1, 2]))
