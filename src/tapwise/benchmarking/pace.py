"""How fast everyone was so far, so that nobody waits for a call that has no chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwise.benchmarking.job import Job
    from tapwise.benchmarking.peer import Peer

#: A call that is expected to take so many times as long as the fastest is not made, unless it takes less than this many
#: seconds; nor is one that takes twice as long and more than the longest.
TIMES, SECONDS, LONGEST = 20.0, 0.1, 2.0
#: Calls below so many seconds do not show how fast anyone is: much of them is not work.
SHORT = 2e-3


class Pace:
    """What was seen of everyone: the fewest seconds for a unit of work, which is a product or a sample."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], float] = {}

    def known(self, peer: Peer, job: Job) -> bool:
        """Whether anything was seen of a peer on such numbers."""
        return _kind(peer, job) in self._seen

    def note(self, peer: Peer, job: Job, seconds: float) -> None:
        """Remember how long a call took, if it was long enough to tell."""
        if seconds < SHORT:
            return
        rate = seconds / _work(peer, job)
        self._seen[_kind(peer, job)] = min(rate, self._seen.get(_kind(peer, job), rate))

    def expected(self, peer: Peer, job: Job) -> float:
        """Return how long a call will take by what was seen, 0 where nothing was."""
        return self._seen.get(_kind(peer, job), 0.0) * _work(peer, job)


def hopeless(wait: float, best: float) -> bool:
    """Whether a call of so many seconds is not made, where the fastest so far took `best`."""
    return wait > max(TIMES * best, SECONDS) or wait > max(2 * best, LONGEST)


def _kind(peer: Peer, job: Job) -> tuple[str, ...]:
    return peer.name, str(job.x.ndim), str(job.x.dtype), str(job.result)


def _work(peer: Peer, job: Job) -> int:
    work = {"samples": job.x.size, "products": job.products, "lines": job.x.size * sum(job.h.shape)}
    return max(work[peer.work], 1)
