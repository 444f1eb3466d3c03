"""One job by everyone who can do it: checked first, then timed in rounds."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib import import_module, metadata
from statistics import median
from typing import TYPE_CHECKING, Any

from tapwise import libraries
from tapwise.benchmarking import arrays, images, ours, tensors
from tapwise.benchmarking.checking import Verdict, expected, judged
from tapwise.benchmarking.pace import TIMES, Pace, hopeless
from tapwise.benchmarking.peer import Peer, Ready, Unfit
from tapwise.benchmarking.rounds import Timing, in_rounds, timed
from tapwise.benchmarking.threads import switch
from tapwise.engines import threads

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tapwise.benchmarking.job import Array, Job

#: Seconds of a call that is made again even if others are much faster.
PATIENCE = 0.01
#: A call of fewer seconds is made again if it takes less than twenty times as long as the fastest, a longer one if it
#: takes less than four times as long.
LONG, FEW = 0.1, 4.0
#: Products from which a peer that is not known yet shows on a smaller job how fast it is.
LARGE = 200_000_000
#: A first call of fewer seconds may have taken long for being the first: it is made again.
REPEATED = 0.05
#: Everyone that tapwise is compared with.
PEERS: tuple[Peer, ...] = (*arrays.PEERS, *tensors.PEERS, *images.PEERS)


def installed(peers: Iterable[Peer] = PEERS) -> dict[str, str]:
    """Return the versions of the libraries that peers are from, as far as they are installed, and of tapwise.

    Examples
    --------
    >>> "numpy" in installed()
    True
    """
    present = {peer.library for peer in peers if peer.installed}
    by_library = {name.partition(".")[0]: name for name in libraries.names()}
    return {"tapwise": metadata.version("tapwise"), **{lib: libraries.version(by_library[lib]) for lib in present}}


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one candidate.

    Attributes
    ----------
    name, library : str
        What was called; the library is "tapwise" for tapwise and its engines.
    verdict : Verdict
        Whether its answer is the same.
    timing : Timing
        Its seconds, and how many times as long as tapwise it takes; of one round where it is too slow for more.
    """

    name: str
    library: str
    verdict: Verdict
    timing: Timing

    @property
    def counts(self) -> bool:
        """Whether this is a peer on equal footing."""
        return self.library != "tapwise" and self.verdict.equal


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was measured for one job.

    Attributes
    ----------
    rows : list of Row
        tapwise first, then its engines, then the peers, fastest first.
    engine, reason : str
        What tapwise chose, and why.
    left_out : dict of str to str
        Who was not timed, and why: it cannot, or has no chance.
    beside : dict of str to Timing
        What was timed beside them although it does something else.
    """

    rows: list[Row]
    engine: str
    reason: str
    left_out: dict[str, str] = field(default_factory=dict)
    beside: dict[str, Timing] = field(default_factory=dict)

    @property
    def tapwise(self) -> Row:
        """What a user calls."""
        return self.rows[0]

    @property
    def engines(self) -> list[Row]:
        """Its engines, each by name."""
        return [row for row in self.rows[1:] if row.library == "tapwise"]

    @property
    def fastest(self) -> Row | None:
        """The fastest peer on equal footing."""
        return min((row for row in self.rows if row.counts), key=lambda row: row.timing.ratio.median, default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; times are in seconds."""
        return asdict(self)


def compare(
    job: Job,
    *,
    seconds: float = 2.0,
    cold: bool = False,
    peers: Iterable[Peer] = PEERS,
    pace: Pace | None = None,
    beside: Mapping[str, Callable[[], object]] | None = None,
    stay: Collection[str] = (),
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Check and time everyone who can do a job.

    Every candidate is called before, and its answer compared with that of tapwise's direct sums. One that takes
    far longer than the fastest is not called again.

    Parameters
    ----------
    seconds : float
        About how long to measure, after the checks.
    cold : bool
        Whether caches are emptied before every call.
    pace : Pace, optional
        What earlier jobs showed: a candidate that would take twenty times as long as the fastest is left out.
    beside : mapping of str to callable, optional
        Calls that do something else, timed in the same rounds: what they tell of the machine holds for these.
    stay : collection of str
        Candidates that are timed in all rounds, however slow they are.
    """
    pace = pace or Pace()
    right = expected(job)
    chosen = ours.choice(job)
    candidates = [*ours.CANDIDATES, *(peer for peer in peers if peer.installed)]
    checked: dict[str, tuple[Ready, float, Verdict]] = {}
    left_out: dict[str, str] = {}
    best = float("inf")
    for number, peer in enumerate(candidates):
        if progress is not None:
            progress(number, len(candidates) + 1)
        if peer.work != "samples" and job.products > LARGE and not pace.known(peer, job):
            _try(peer, job.cropped(LARGE // 10), pace)
        wait = pace.expected(peer, job)
        if hopeless(wait, best):
            left_out[peer.name] = f"would take about {wait:.1f} s"
            continue
        try:
            ready, took, answer = first(peer, job)
        except Unfit as why:
            left_out[peer.name] = str(why)
            continue
        except Exception as why:  # whatever a library does not take, it says in its own way
            left_out[peer.name] = f"{type(why).__name__}: {' '.join(str(why).split())[:100]}"
            continue
        pace.note(peer, job, took)
        verdict = judged(right, answer)
        checked[peer.name] = ready, took, verdict
        best = min(best, took) if verdict.equal else best
    beside = beside or {}
    always = {ours.AUTO, f"{ours.AUTO} {chosen.engine}", *stay, *beside}
    limit = max(min(TIMES * best, LONG), FEW * best, PATIENCE)
    quick = {name: ready.run for name, (ready, took, _) in checked.items() if took <= limit or name in always}
    guesses = {name: took for name, (_, took, _) in checked.items()} | {
        name: min(timed(run)[0] for _ in range(2)) for name, run in beside.items()
    }
    times = in_rounds({**quick, **beside}, seconds, cold=cold, seed=seed, always=always, guesses=guesses)
    own = times[ours.AUTO]
    sources = {peer.name: peer.library for peer in candidates}
    rows = [
        Row(
            name, sources[name], verdict, Timing.of(*((times[name], own) if name in times else ([took], [median(own)])))
        )
        for name, (_, took, verdict) in checked.items()
    ]
    rows.sort(key=lambda row: (row.name != ours.AUTO, row.library != "tapwise", row.timing.ratio.median))
    if progress is not None:
        progress(1, 1)
    others = {name: Timing.of(times[name], own) for name in beside}
    return Comparison(rows, chosen.engine, chosen.reason, left_out, others)


def _try(peer: Peer, job: Job, pace: Pace) -> None:
    """Find out on a smaller job how fast a peer is, as far as it takes that."""
    with suppress(Exception):
        _, took, _ = first(peer, job)
        pace.note(peer, job, took)


def first(peer: Peer, job: Job) -> tuple[Ready, float, Array]:
    """Make a candidate ready, and call it: twice where the first call may have been slow for being the first."""
    for module in peer.modules:
        import_module(module)
        switch(module, threads())
    ready = peer.prepare(job)
    took, answer = timed(ready.run)
    if took < REPEATED:
        took = min(took, timed(ready.run)[0])
    return ready, took, ready.taken(answer)
