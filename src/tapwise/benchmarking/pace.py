"""How fast everyone was so far, so that nobody waits for a call that has no chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapwise.benchmarking.job import Job

#: A call that is expected to take so many times as long as the fastest, and longer than this, is not made.
TIMES, SECONDS = 20.0, 0.1


class Pace:
    """Seconds for a product, by who and by kind of job: the lowest that was seen, since small jobs have overheads."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], float] = {}

    def note(self, name: str, job: Job, seconds: float) -> None:
        """Remember how long a call took."""
        key = _kind(name, job)
        rate = seconds / max(job.products, 1)
        self._seen[key] = min(rate, self._seen.get(key, rate))

    def expected(self, name: str, job: Job) -> float:
        """Return how long a call will take by the rate seen, 0 where none was; for transforms far too much."""
        transform = any(word in name for word in ("fft", "oaconvolve", "scipy.signal.convolve", "fourier", "separable"))
        few = transform or "lines" in name or name.endswith(("convolve_fft", "filter2D"))
        return 0.0 if few else self._seen.get(_kind(name, job), 0.0) * job.products


def _kind(name: str, job: Job) -> tuple[str, ...]:
    return name, str(job.x.ndim), str(job.x.dtype), str(job.result)
